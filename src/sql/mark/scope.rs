//! The tables that a query names, and which of them a qualifier means.
//!
//! `SELECT o.id FROM orders o` and `SELECT p.id FROM orders p` ask the same, so a qualifier counts
//! by the place of its table in FROM. `orders x` and `users x` stay apart since the name of the
//! table is kept where it stands in FROM.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Key;
use crate::sql::shape;
use crate::sql::token::{self, Role, Token, Tokens};

/// Where a name may mean a table.
#[derive(Clone, Copy, Debug)]
struct Scope {
    parent: u32,
    /// The last item named here, plus one; 0 when there is none.
    last: u32,
    count: u32,
    /// A bit per hash of a name that is defined here.
    names: u64,
}

/// A table, function or sub-select in FROM.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// The token that names it: its alias, else the last part of its name.
    name: u32,
    hash: u32,
    place: u32,
    /// The item before it in the same scope, plus one.
    previous: u32,
}

/// The scopes of a text. Reused from text to text.
#[derive(Debug, Default)]
pub(in crate::sql) struct Scopes {
    list: Vec<Scope>,
    items: Vec<Item>,
    /// What is looked up when all items are known.
    uses: Vec<Use>,
}

/// A name that may mean an item.
#[derive(Clone, Copy, Debug)]
struct Use {
    at: u32,
    scope: u32,
    /// Stands alone, so that a column of that name comes first: only an alias is looked up.
    row: bool,
}

/// Tables beyond these keep their names: looking up must not take time by the square.
const MOST_ITEMS: u32 = 64;
/// So do tables further out than this many sub-selects.
const MOST_LEVELS: u8 = 16;

/// How many qualifiers are remembered with what they mean.
const RECENT: usize = 16;

impl Scopes {
    /// Forgets the last text and opens the scope of a statement.
    pub(in crate::sql) fn clear(&mut self) {
        self.list.clear();
        self.items.clear();
        self.uses.clear();
    }

    /// Opens a scope within `parent` and returns it.
    pub(in crate::sql) fn open(&mut self, parent: u32) -> u32 {
        let scope = token::narrow(self.list.len());
        self.list.push(Scope {
            parent,
            last: 0,
            count: 0,
            names: 0,
        });
        scope
    }

    /// Makes the scope see nothing but itself.
    pub(in crate::sql) fn detach(&mut self, scope: u32) {
        if let Some(entry) = self.list.get_mut(scope as usize) {
            entry.parent = scope;
        }
    }

    /// The scope around `scope`; the outermost is its own.
    pub(in crate::sql) fn parent(&self, scope: u32) -> u32 {
        self.list.get(scope as usize).map_or(scope, |it| it.parent)
    }

    /// Enters the item that the token `name` names. Says whether there was room.
    pub(in crate::sql) fn define(
        &mut self,
        sql: &[u8],
        tokens: &Tokens,
        scope: u32,
        name: usize,
    ) -> bool {
        let Some(entry) = self.list.get_mut(scope as usize) else {
            return false;
        };
        let place = entry.count;
        entry.count = place.saturating_add(1);
        if place >= MOST_ITEMS {
            return false;
        }
        let hash = hash(sql, &tokens.at(name));
        self.items.push(Item {
            name: token::narrow(name),
            hash,
            place,
            previous: entry.last,
        });
        entry.last = token::narrow(self.items.len());
        entry.names |= bit(hash);
        true
    }

    /// Counts an item without a name, so that the places of the others do not depend on names.
    pub(in crate::sql) fn skip(&mut self, scope: u32) {
        if let Some(entry) = self.list.get_mut(scope as usize) {
            entry.count = entry.count.saturating_add(1);
        }
    }

    /// Remembers that the token at `at` qualifies a column.
    #[inline]
    pub(in crate::sql) fn add_qualifier(&mut self, at: usize, scope: u32) {
        self.uses.push(Use {
            at: token::narrow(at),
            scope,
            row: false,
        });
    }

    /// Remembers that the token at `at` may mean a whole row: `row_to_json(o)`.
    pub(in crate::sql) fn add_row(&mut self, at: usize, scope: u32) {
        self.uses.push(Use {
            at: token::narrow(at),
            scope,
            row: true,
        });
    }

    /// Marks every qualifier whose table is known with the place of that table.
    pub(in crate::sql) fn resolve(&self, sql: &[u8], tokens: &mut Tokens) {
        // Select lists and conditions repeat a few qualifiers many times over.
        let mut recent = [None; RECENT];
        for &Use { at, scope, row } in &self.uses {
            let at = at as usize;
            let used = tokens.at(at);
            let text = token::text(sql, used.start, used.end);
            let last = usize::from(text.last().copied().unwrap_or_default());
            let place = match recent.get_mut((text.len() + last) % RECENT) {
                Some(slot) if !row => match *slot {
                    Some((within, name, place)) if within == scope && name == text => place,
                    _ => {
                        let place = self.place(sql, tokens, scope, &used, row);
                        *slot = Some((scope, text, place));
                        place
                    }
                },
                _ => self.place(sql, tokens, scope, &used, row),
            };
            if let Some(place) = place {
                tokens.set_role(at, Role::AliasUse);
                tokens.set_link(at, place as usize);
            }
        }
    }

    /// The place of the table that `used` means: how many sub-selects out, and which there.
    fn place(
        &self,
        sql: &[u8],
        tokens: &Tokens,
        scope: u32,
        used: &Token,
        row: bool,
    ) -> Option<u32> {
        let hash = hash(sql, used);
        let mut scope = scope;
        for level in 0..MOST_LEVELS {
            let entry = self.list.get(scope as usize)?;
            if entry.names & bit(hash) != 0 {
                let mut next = entry.last;
                while let Some(item) = self.items.get((next as usize).wrapping_sub(1)) {
                    let name = tokens.at(item.name as usize);
                    if item.hash == hash && same_name(sql, &name, used) {
                        if row && name.role != Role::Alias {
                            return None;
                        }
                        return Some((u32::from(level) << 8) | item.place);
                    }
                    next = item.previous;
                }
            }
            if entry.parent == scope {
                return None;
            }
            scope = entry.parent;
        }
        None
    }
}

/// Equal for names that the server takes for the same; capitals in quotes may collide.
#[inline]
fn hash(sql: &[u8], token: &Token) -> u32 {
    match token.lexeme {
        Lexeme::Quoted => {
            let key = Key::of(sql, token.start as usize + 1, token.end as usize - 1);
            key.short_hash()
        }
        _ if token.role == Role::Plain => token.link,
        _ => {
            let key = Key::of(sql, token.start as usize, token.end as usize);
            key.short_hash()
        }
    }
}

fn bit(hash: u32) -> u64 {
    1 << (hash >> 26)
}

/// Whether two tokens are one name to the server: unquoted names in any case, quoted ones exactly.
fn same_name(sql: &[u8], one: &Token, other: &Token) -> bool {
    let (a, b) = (shape::name(sql, one), shape::name(sql, other));
    match (one.lexeme, other.lexeme) {
        (Lexeme::Word, Lexeme::Word) => a.eq_ignore_ascii_case(b),
        (Lexeme::Quoted, Lexeme::Quoted) => a == b,
        (Lexeme::Quoted, _) => is_lowered(a, b),
        _ => is_lowered(b, a),
    }
}

/// Whether `quoted` is what the server makes of `word`.
fn is_lowered(quoted: &[u8], word: &[u8]) -> bool {
    let lowered = word.iter().map(u8::to_ascii_lowercase);
    quoted.iter().copied().eq(lowered)
}
