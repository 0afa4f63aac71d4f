//! The texts of statements, fetched once each, and the names of databases and roles.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::snapshot::{Key, Snapshot};
use crate::sql::{Digester, Fingerprint, Kind, normalise};

/// The most characters of one text that are fetched. What is longer is cut, and has a fingerprint of its own.
pub const LONGEST_TEXT: u64 = 1 << 20;

/// The text of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The text as the server keeps it: with `$n` for constants.
    ///
    /// In statements of other kinds than queries some versions keep the constants, passwords among them: these have
    /// theirs taken out here, before anybody sees them.
    pub sql: Arc<str>,
    /// What the server has, in bytes.
    pub bytes: u64,
    /// Whether that is more than was fetched.
    pub cut: bool,
    /// What names the query in captures as well.
    pub fingerprint: Fingerprint,
    /// What it does.
    pub kind: Kind,
}

impl Text {
    /// Takes in what the server has, of which `sql` may be the beginning only.
    #[must_use]
    pub fn new(sql: &str, bytes: u64, digester: &mut Digester) -> Self {
        let digest = digester.digest(sql.as_bytes());
        let cut = (sql.len() as u64) < bytes;
        let sql = if keeps_constants(digest.kind) {
            Arc::from(normalise(sql.as_bytes()))
        } else {
            Arc::from(sql)
        };
        Self {
            sql,
            bytes,
            cut,
            fingerprint: digest.fingerprint,
            kind: digest.kind,
        }
    }
}

/// Whether the server keeps the constants of such statements.
fn keeps_constants(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
    )
}

/// What a text belongs to. Roles that run the same statement share its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKey {
    /// The database.
    pub database: i64,
    /// The server's own identifier of the statement.
    pub query: i64,
}

impl From<Key> for TextKey {
    fn from(key: Key) -> Self {
        Self {
            database: key.database,
            query: key.query,
        }
    }
}

/// All texts that were fetched, `None` for those that the server has lost.
#[derive(Clone, Debug, Default)]
pub struct Texts(FxHashMap<TextKey, Option<Text>>);

impl Texts {
    /// The text of a row.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Text> {
        self.0.get(&TextKey::from(key))?.as_ref()
    }

    /// Keeps a text, or that there is none.
    pub fn put(&mut self, key: TextKey, text: Option<Text>) {
        self.0.insert(key, text);
    }

    /// What is yet to be fetched for a snapshot, in order.
    #[must_use]
    pub fn missing(&self, snapshot: &Snapshot) -> Vec<TextKey> {
        let keys = snapshot.rows.iter().map(|row| TextKey::from(row.key));
        let missing: FxHashSet<TextKey> = keys.filter(|key| !self.0.contains_key(key)).collect();
        let mut missing: Vec<TextKey> = missing.into_iter().collect();
        missing.sort_unstable();
        missing
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The names of databases and roles by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Databases.
    pub databases: FxHashMap<i64, Arc<str>>,
    /// Roles.
    pub roles: FxHashMap<i64, Arc<str>>,
}

impl Names {
    /// The numbers in a snapshot that have no name yet: of databases, and of roles.
    #[must_use]
    pub fn missing(&self, snapshot: &Snapshot) -> (Vec<i64>, Vec<i64>) {
        let list = |of: fn(Key) -> i64, known: &FxHashMap<i64, Arc<str>>| {
            let mut all: Vec<i64> = snapshot.rows.iter().map(|row| of(row.key)).collect();
            all.sort_unstable();
            all.dedup();
            all.retain(|number| !known.contains_key(number));
            all
        };
        (
            list(|key| key.database, &self.databases),
            list(|key| key.user, &self.roles),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_other_statements_go() {
        let mut digester = Digester::default();
        for (sql, expected) in [
            (
                "ALTER ROLE app PASSWORD 'canary'",
                "ALTER ROLE app PASSWORD $1",
            ),
            ("SET x = 'canary'", "SET x = $1"),
            ("SELECT 1 + $1", "SELECT 1 + $1"),
        ] {
            let text = Text::new(sql, sql.len() as u64, &mut digester);
            assert_eq!(&*text.sql, expected);
            let again = digester.digest(text.sql.as_bytes());
            assert_eq!(again.fingerprint, text.fingerprint, "{sql}");
            assert!(!text.cut);
        }
    }

    #[test]
    fn a_live_statement_meets_a_captured_one() {
        let mut digester = Digester::default();
        for (live, captured) in [
            (
                "SELECT * FROM a WHERE id IN ($1 /*, ... */)",
                "select * from a where id in (1, 2, 3)",
            ),
            (
                "SELECT now() - interval $1",
                "SELECT now() - interval '1 day'",
            ),
        ] {
            let text = Text::new(live, 0, &mut digester);
            let log = digester.digest(captured.as_bytes());
            assert_eq!(text.fingerprint, log.fingerprint, "{live}");
        }
    }
}
