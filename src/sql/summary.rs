//! A statement in one line, by what tells it from others: its tables and conditions.

use crate::sql::kind::{self, Kind};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{self, Token, Tokens};

/// Sums a statement up in one line: `SELECT books WHERE author_id = $1 ORDER BY id`.
///
/// Select lists go, unless they call an aggregate function; so do the conditions of joins,
/// sub-selects, needless quotes, and qualifiers where there is one table. A text that is no
/// SELECT, INSERT, UPDATE, DELETE or MERGE stays as it is, but for its white space and comments.
#[must_use]
pub fn summary(sql: &str) -> String {
    let mut tokens = Tokens::default();
    tokens.read(sql.as_bytes());
    let end = statement_end(&tokens);
    let mut writer = Writer {
        sql: sql.as_bytes(),
        tokens: &tokens,
        out: String::with_capacity(80),
        bare: is_single(&tokens, end),
        silent: false,
    };
    let known = matches!(
        kind::kind(&tokens),
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
    );
    if known && tokens.at(0).lexeme == Lexeme::Word {
        writer.clauses(end);
    } else {
        writer.bare = false;
        writer.text(0, end);
    }
    writer.out.shrink_to_fit();
    writer.out
}

/// Longer select lists are cut, in bytes.
const MOST_LIST: usize = 48;
/// So are longer summaries.
const MOST_BYTES: usize = 480;

struct Writer<'a> {
    sql: &'a [u8],
    tokens: &'a Tokens,
    out: String,
    /// Whether qualifiers and aliases are left out.
    bare: bool,
    /// Whether the next FROM goes without saying.
    silent: bool,
}

impl Writer<'_> {
    fn clauses(&mut self, end: usize) {
        let mut at = 0;
        while at < end && self.out.len() < MOST_BYTES {
            let next = clause_end(self.tokens, at + 1, end);
            // What MERGE does with a match stays out.
            if self.tokens.at(at).word == Word::When {
                break;
            }
            self.clause(at, next);
            at = next;
        }
    }

    fn clause(&mut self, at: usize, end: usize) {
        match self.tokens.at(at).word {
            Word::With => self.with(at, end),
            Word::Select => self.select(at, end),
            Word::From | Word::Using => {
                if !std::mem::take(&mut self.silent) {
                    self.put("FROM");
                }
                self.tables(at + 1, end);
            }
            Word::Insert => self.target("INSERT", at + 2, end),
            Word::Merge => self.target("MERGE", at + 2, end),
            Word::Update => self.target("UPDATE", at + 1, end),
            Word::Delete => {
                self.put("DELETE");
                self.silent = true;
            }
            Word::On => self.conflict(at, end),
            Word::Set | Word::Default | Word::Overriding | Word::Returning | Word::Window => {}
            Word::Values if at > 0 => {}
            _ => self.text(at, end),
        }
    }

    /// The names that WITH defines; its queries go.
    fn with(&mut self, at: usize, end: usize) {
        self.put("WITH");
        let mut at = at + 1 + usize::from(self.tokens.at(at + 1).word == Word::Recursive);
        while at < end {
            self.name(at);
            let mut next = at + 1;
            while next < end && self.tokens.at(next).lexeme != Lexeme::Comma {
                next = after(self.tokens, next);
            }
            if next < end {
                self.out.push(',');
            }
            at = next + 1;
        }
    }

    fn select(&mut self, at: usize, end: usize) {
        self.put("SELECT");
        let distinct = self.tokens.at(at + 1).word == Word::Distinct;
        if distinct {
            self.put("DISTINCT");
        }
        let first = at + 1 + usize::from(distinct);
        let from = self.tokens.at(end).word == Word::From;
        self.silent = from && !calls_aggregate(self.sql, self.tokens, first, end);
        if !self.silent && first < end {
            self.list(first, end);
        }
    }

    /// A select list, cut when it is long.
    fn list(&mut self, at: usize, end: usize) {
        let start = self.out.len() + 1;
        let mut at = at;
        while at < end {
            let mut next = at;
            while next < end && self.tokens.at(next).lexeme != Lexeme::Comma {
                next = after(self.tokens, next);
            }
            if self.out.len() > start + MOST_LIST {
                self.put("…");
                return;
            }
            self.text(at, next.min(end));
            if next < end {
                self.out.push(',');
            }
            at = next + 1;
        }
    }

    /// The table that a statement writes to, with what stands around it.
    fn target(&mut self, verb: &str, at: usize, end: usize) {
        self.put(verb);
        let at = at + usize::from(self.tokens.at(at).word == Word::Only);
        let name = shape::path_end(self.tokens, at).min(end);
        self.path(at, name);
    }

    fn conflict(&mut self, at: usize, end: usize) {
        if self.tokens.at(at + 1).word == Word::Conflict {
            self.put("ON CONFLICT");
            let nothing = (at..end).any(|at| self.tokens.at(at).word == Word::Nothing);
            self.put(if nothing { "DO NOTHING" } else { "DO UPDATE" });
        }
    }

    /// Tables and joins, without the conditions of these.
    fn tables(&mut self, at: usize, end: usize) {
        let mut at = at;
        let mut condition = false;
        while at < end {
            let token = self.tokens.at(at);
            let next = self.tokens.at(at + 1);
            match token.word {
                Word::On => condition = true,
                Word::Using if next.lexeme == Lexeme::Open => condition = true,
                Word::Left | Word::Right if next.lexeme == Lexeme::Open => {}
                word if joins(word) => {
                    condition = false;
                    self.put(&self.source(&token).to_ascii_uppercase());
                    at += 1;
                    continue;
                }
                _ => {}
            }
            if token.lexeme == Lexeme::Comma {
                self.out.push(',');
                condition = false;
                at += 1;
            } else if condition {
                at = after(self.tokens, at);
            } else {
                at = self.table(at, end);
            }
        }
    }

    /// One item of FROM; returns where it ends.
    fn table(&mut self, at: usize, end: usize) -> usize {
        let token = self.tokens.at(at);
        match token.lexeme {
            Lexeme::Open => {
                let close = after(self.tokens, at).min(end);
                self.text(at, close);
                close
            }
            _ if token.word == Word::As => at + 1,
            _ if token.word.is_reserved() => {
                self.text(at, at + 1);
                at + 1
            }
            Lexeme::Word | Lexeme::Quoted => {
                let name = shape::path_end(self.tokens, at).min(end);
                self.path(at, name);
                let mut next = name;
                if self.tokens.at(next).lexeme == Lexeme::Open {
                    let close = after(self.tokens, next).min(end);
                    self.write(next, close, false);
                    next = close;
                }
                let alias = next + usize::from(self.tokens.at(next).word == Word::As);
                let aliased =
                    shape::is_name(self.tokens, alias) && !self.tokens.at(alias).word.is_reserved();
                if self.bare && aliased && alias < end {
                    return alias + 1;
                }
                next
            }
            _ => {
                self.text(at, at + 1);
                at + 1
            }
        }
    }

    fn path(&mut self, at: usize, end: usize) {
        self.name(at);
        let mut at = at + 2;
        while at < end {
            self.out.push('.');
            self.push_name(at);
            at += 2;
        }
    }

    /// The tokens from `at` to `end` as they are, but for qualifiers and sub-selects.
    fn text(&mut self, at: usize, end: usize) {
        self.write(at, end, true);
    }

    fn write(&mut self, at: usize, end: usize, gap: bool) {
        let mut at = at;
        let mut gap = gap;
        let mut last = self.tokens.at(at).start;
        while at < end {
            let token = self.tokens.at(at);
            if self.out.len() >= MOST_BYTES {
                self.put("…");
                return;
            }
            gap |= token.start > last;
            if let Some(column) = self.bare.then(|| qualified(self.tokens, at)).flatten() {
                at = column.min(end);
                if at == end {
                    return;
                }
            }
            let token = self.tokens.at(at);
            self.space(&token, gap);
            gap = false;
            match token.lexeme {
                Lexeme::Word | Lexeme::Quoted => self.push_name(at),
                Lexeme::Open if starts_query(self.tokens.at(at + 1).word) => {
                    let close = after(self.tokens, at).min(end);
                    self.out.push_str("(SELECT …)");
                    last = self.tokens.before(close).end;
                    at = close;
                    continue;
                }
                _ => {
                    let source = self.source(&token);
                    self.out.push_str(&source);
                }
            }
            last = token.end;
            at += 1;
        }
    }

    fn space(&mut self, token: &Token, gap: bool) {
        let closes = matches!(
            token.lexeme,
            Lexeme::Close | Lexeme::CloseSquare | Lexeme::Comma | Lexeme::Semicolon
        );
        let opened = self.out.is_empty() || self.out.ends_with(['(', '[']);
        if gap && !closes && !opened {
            self.out.push(' ');
        }
    }

    fn put(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn name(&mut self, at: usize) {
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        self.push_name(at);
    }

    /// A name, without quotes that change nothing.
    fn push_name(&mut self, at: usize) {
        let token = self.tokens.at(at);
        let name = shape::name(self.sql, &token);
        let plain = name.first().is_some_and(|it| !it.is_ascii_digit())
            && name
                .iter()
                .all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if token.lexeme == Lexeme::Quoted && plain {
            self.out.push_str(&String::from_utf8_lossy(name));
        } else {
            let source = self.source(&token);
            self.out.push_str(&source);
        }
    }

    fn source(&self, token: &Token) -> String {
        String::from_utf8_lossy(token::text(self.sql, token.start, token.end)).into_owned()
    }
}

fn statement_end(tokens: &Tokens) -> usize {
    let semicolon = |token: &Token| token.lexeme == Lexeme::Semicolon;
    tokens
        .list
        .iter()
        .position(semicolon)
        .unwrap_or(tokens.list.len())
}

/// The token behind the one at `at`, or behind the bracket that it opens.
fn after(tokens: &Tokens, at: usize) -> usize {
    match tokens.at(at).lexeme {
        Lexeme::Open | Lexeme::OpenSquare => shape::after_bracket(tokens, at),
        _ => at + 1,
    }
}

/// Where the next clause begins.
fn clause_end(tokens: &Tokens, at: usize, end: usize) -> usize {
    let mut at = at;
    while at < end && !starts_clause(tokens, at) {
        at = after(tokens, at);
    }
    at.min(end)
}

fn starts_clause(tokens: &Tokens, at: usize) -> bool {
    let (before, next) = (tokens.before(at).word, tokens.at(at + 1));
    match tokens.at(at).word {
        Word::Select
        | Word::Where
        | Word::Having
        | Word::Limit
        | Word::Offset
        | Word::Fetch
        | Word::Union
        | Word::Intersect
        | Word::Except
        | Word::Returning
        | Word::Set
        | Word::Values
        | Word::Overriding
        | Word::Insert
        | Word::Delete
        | Word::Merge
        | Word::Window => true,
        Word::From => before != Word::Distinct,
        Word::Using => next.lexeme != Lexeme::Open || starts_query(tokens.at(at + 2).word),
        Word::Group | Word::Order => next.word == Word::By,
        Word::On => next.word == Word::Conflict,
        Word::Default => next.word == Word::Values,
        Word::For => matches!(next.word, Word::Update | Word::No | Word::Share | Word::Key),
        Word::Update => !matches!(before, Word::For | Word::Key | Word::Do),
        Word::When => before != Word::Case,
        _ => false,
    }
}

fn starts_query(word: Word) -> bool {
    matches!(word, Word::Select | Word::With | Word::Values)
}

fn joins(word: Word) -> bool {
    matches!(
        word,
        Word::Join
            | Word::Left
            | Word::Right
            | Word::Full
            | Word::Inner
            | Word::Cross
            | Word::Natural
            | Word::Outer
    )
}

/// Whether the statement names one table outside of brackets.
fn is_single(tokens: &Tokens, end: usize) -> bool {
    let mut tables = 0;
    let mut from = false;
    let mut at = 0;
    while at < end {
        let token = tokens.at(at);
        if starts_clause(tokens, at) {
            from = matches!(token.word, Word::From | Word::Using);
            tables += usize::from(from || token.word == Word::Update);
            tables += usize::from(matches!(
                token.word,
                Word::Insert | Word::Merge | Word::With
            ));
        } else if from {
            let more = matches!(token.lexeme, Lexeme::Comma | Lexeme::Open);
            tables += usize::from(more || token.word == Word::Join);
        }
        at = after(tokens, at);
    }
    tables == 1 && tokens.at(0).word != Word::With
}

/// The column that the name at `at` qualifies.
fn qualified(tokens: &Tokens, at: usize) -> Option<usize> {
    if !shape::is_name(tokens, at) || tokens.at(at + 1).lexeme != Lexeme::Dot {
        return None;
    }
    let end = shape::path_end(tokens, at);
    let next = tokens.at(end).lexeme;
    // `s.f(…)` and `t.*` keep what is before the dot.
    let column = end > at + 1 && next != Lexeme::Open && next != Lexeme::Dot;
    column.then_some(end - 1)
}

fn calls_aggregate(sql: &[u8], tokens: &Tokens, at: usize, end: usize) -> bool {
    (at..end).any(|at| {
        let token = tokens.at(at);
        let called = token.lexeme == Lexeme::Word && tokens.at(at + 1).lexeme == Lexeme::Open;
        let name = token::text(sql, token.start, token.end);
        called && AGGREGATES.iter().any(|it| name.eq_ignore_ascii_case(it))
    })
}

const AGGREGATES: &[&[u8]] = &[b"count", b"sum", b"min", b"max", b"avg"];
