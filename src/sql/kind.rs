//! What sort of statement a text is, from its first words.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::Tokens;

/// The sort of a statement.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// SELECT, VALUES or TABLE.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// MERGE.
    Merge,
    /// BEGIN or START TRANSACTION.
    Begin,
    /// COMMIT or END, also of a prepared transaction.
    Commit,
    /// ROLLBACK or ABORT of a whole transaction.
    Rollback,
    /// SAVEPOINT, RELEASE or ROLLBACK TO.
    Savepoint,
    /// SET or RESET.
    Set,
    /// SHOW.
    Show,
    /// COPY.
    Copy,
    /// FETCH or MOVE.
    Fetch,
    /// DECLARE or CLOSE of a cursor.
    Cursor,
    /// PREPARE or DEALLOCATE.
    Prepare,
    /// EXECUTE.
    Execute,
    /// Statements that change the schema or rights on it: CREATE, ALTER, DROP, TRUNCATE, GRANT …
    Ddl,
    /// Any other statement: EXPLAIN, VACUUM, LOCK, LISTEN, CALL, DO …
    Utility,
    /// A text that begins with no known word.
    Unknown,
}

impl Kind {
    /// Whether the statement only reads. Functions and data-modifying WITH are not looked into.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Self::Select | Self::Show | Self::Fetch)
    }

    /// Whether the statement begins, ends or divides a transaction.
    #[must_use]
    pub fn is_transaction_control(self) -> bool {
        matches!(
            self,
            Self::Begin | Self::Commit | Self::Rollback | Self::Savepoint
        )
    }
}

/// The kind of the first statement of a text.
#[must_use]
pub fn kind_of(sql: &str) -> Kind {
    let mut tokens = Tokens::default();
    tokens.read(sql.as_bytes());
    kind(&tokens)
}

/// The kind of the first statement of a text.
pub(super) fn kind(tokens: &Tokens) -> Kind {
    let mut at = 0;
    while matches!(tokens.at(at).lexeme, Lexeme::Open | Lexeme::Semicolon) && at < tokens.list.len()
    {
        at += 1;
    }
    let next = tokens.at(at + 1).word;
    match tokens.at(at).word {
        Word::With => after_with(tokens, at + 1),
        Word::Rollback | Word::Abort if rolls_back_to(tokens, at) => Kind::Savepoint,
        Word::Prepare if next == Word::Transaction => Kind::Utility,
        word => by_word(word),
    }
}

fn by_word(word: Word) -> Kind {
    match word {
        Word::Select | Word::Values | Word::Table => Kind::Select,
        Word::Insert => Kind::Insert,
        Word::Update => Kind::Update,
        Word::Delete => Kind::Delete,
        Word::Merge => Kind::Merge,
        Word::Begin | Word::Start => Kind::Begin,
        Word::Commit | Word::End => Kind::Commit,
        Word::Rollback | Word::Abort => Kind::Rollback,
        Word::Savepoint | Word::Release => Kind::Savepoint,
        Word::Set | Word::Reset => Kind::Set,
        Word::Show => Kind::Show,
        Word::Copy => Kind::Copy,
        Word::Fetch | Word::Move => Kind::Fetch,
        Word::Declare | Word::Close => Kind::Cursor,
        Word::Prepare | Word::Deallocate => Kind::Prepare,
        Word::Execute => Kind::Execute,
        Word::Create
        | Word::Alter
        | Word::Drop
        | Word::Truncate
        | Word::Grant
        | Word::Revoke
        | Word::Comment
        | Word::Reindex
        | Word::Refresh
        | Word::Import
        | Word::Reassign
        | Word::Security => Kind::Ddl,
        Word::Explain
        | Word::Analyze
        | Word::Analyse
        | Word::Vacuum
        | Word::Cluster
        | Word::Lock
        | Word::Listen
        | Word::Unlisten
        | Word::Notify
        | Word::Call
        | Word::Do
        | Word::Load
        | Word::Checkpoint
        | Word::Discard => Kind::Utility,
        _ => Kind::Unknown,
    }
}

/// The verb behind the queries of WITH, none of which stands outside of brackets.
fn after_with(tokens: &Tokens, at: usize) -> Kind {
    let mut at = at;
    while at < tokens.list.len() {
        let token = tokens.at(at);
        match token.lexeme {
            Lexeme::Open => {
                at = shape::after_bracket(tokens, at);
                continue;
            }
            Lexeme::Semicolon => return Kind::Unknown,
            _ => {}
        }
        match by_word(token.word) {
            kind @ (Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge) => {
                return kind;
            }
            _ => at += 1,
        }
    }
    Kind::Unknown
}

fn rolls_back_to(tokens: &Tokens, at: usize) -> bool {
    let noise = matches!(tokens.at(at + 1).word, Word::Work | Word::Transaction);
    tokens.at(at + 1 + usize::from(noise)).word == Word::To
}
