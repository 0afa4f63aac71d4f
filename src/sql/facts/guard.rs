//! Which texts may be parsed, and with how much stack: the parser, the walk over its tree and the
//! dropping of the tree recurse once per operator of a chain like `a + b + c`.

use crate::sql::kind;
use crate::sql::kind::Kind;
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::token::Tokens;

/// Larger texts are not parsed.
const MOST_BYTES: usize = 256 * 1024;
/// Trees up to this depth are safe on any thread: a level takes up to 5 KiB without optimisation.
const SHALLOW: usize = 64;
/// Deeper trees than this are not parsed.
const DEEPEST: usize = 4_000;
/// What the deepest trees need, with room to spare. It is reserved, not used.
const STACK: usize = 64 * 1024 * 1024;

/// The tokens of a statement and the depth of its tree at most; `None` when it is not to be parsed.
pub(super) fn tokens(sql: &str) -> Option<(Tokens, usize)> {
    if sql.len() > MOST_BYTES {
        return None;
    }
    let mut tokens = Tokens::default();
    tokens.read(sql.as_bytes());
    let data = matches!(
        kind::kind(&tokens),
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
    );
    let depth = depth(&tokens);
    (data && depth <= DEEPEST).then_some((tokens, depth))
}

/// Does some work that recurses to `depth`, on a thread of its own when this one may be too small.
pub(super) fn with_stack<T: Send>(
    depth: usize,
    work: impl FnOnce() -> Option<T> + Send,
) -> Option<T> {
    if depth <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("sql-facts".to_owned())
            .stack_size(STACK);
        thread.spawn_scoped(scope, work).ok()?.join().ok()?
    })
}

/// How deep the tree of a statement may be. What may stand between two operands makes it one level
/// deeper until a comma ends the chain, and brackets add up.
fn depth(tokens: &Tokens) -> usize {
    let mut deepest = 0;
    let mut depth = 0_usize;
    let mut chain = 0;
    let mut chains = Vec::new();
    for (at, token) in tokens.list.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open | Lexeme::OpenSquare => {
                // The bracket itself belongs to the chain around it: `a[1][2]`.
                chains.push(chain + 1);
                chain = 0;
                depth += 1;
            }
            Lexeme::Close | Lexeme::CloseSquare => {
                depth = depth.saturating_sub(chain);
                chain = chains.pop().unwrap_or(0);
            }
            Lexeme::Comma => {
                depth = depth.saturating_sub(chain);
                chain = 0;
            }
            Lexeme::Quoted | Lexeme::Number | Lexeme::Text | Lexeme::Parameter | Lexeme::Dot => {}
            // A name that follows a name may be an operator to the parser: `a DIV b`.
            Lexeme::Word if token.word == Word::None && !follows_name(tokens, at) => {}
            _ => {
                chain += 1;
                depth += 1;
            }
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn follows_name(tokens: &Tokens, at: usize) -> bool {
    !matches!(
        tokens.before(at).lexeme,
        Lexeme::Comma | Lexeme::Dot | Lexeme::Operator | Lexeme::Open
    )
}
