//! All that is worth knowing of a statement at every execution, in one fast pass.

use crate::sql::canonical::{self, Canonical};
use crate::sql::fingerprint::Fingerprint;
use crate::sql::kind::{self, Kind};
use crate::sql::mark::{self, Marks};
use crate::sql::token::Tokens;
use twox_hash::XxHash3_64;

/// What one execution of a statement is told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Equal for statements that are equal but for their constants.
    pub fingerprint: Fingerprint,
    /// The sort of the statement.
    pub kind: Kind,
    /// A hash of all constants in the order of the text; 0 when it has none. Parameters count as
    /// none: their values are not in the text.
    pub values: u64,
    /// Whether the text has a comment, which may hold tags.
    pub has_comment: bool,
    /// The most members of any list of constants: of IN, ARRAY, or rows of VALUES; 0 without one.
    pub arity: u32,
}

/// Digests one statement after another in the same memory.
#[derive(Debug, Default)]
pub struct Digester {
    tokens: Tokens,
    marks: Marks,
    canonical: Canonical,
}

/// A larger statement leaves no memory behind.
const LARGE: usize = 1 << 20;

impl Digester {
    /// Digests a statement, in time linear to its length. Never fails: whatever the bytes are, equal
    /// ones have equal digests. Of a text beyond 4 GiB only the beginning counts.
    pub fn digest(&mut self, sql: &[u8]) -> Digest {
        let digest = self.read(sql);
        if sql.len() > LARGE {
            // The memory that one huge statement took is not kept for the small ones.
            *self = Self::default();
        }
        digest
    }

    fn read(&mut self, sql: &[u8]) -> Digest {
        self.tokens.read(sql);
        mark::mark(sql, &mut self.tokens, &mut self.marks);
        let fingerprint = canonical::fingerprint(sql, &self.tokens, &mut self.canonical);
        Digest {
            fingerprint: Fingerprint(fingerprint),
            kind: kind::kind(&self.tokens),
            values: self.values(),
            has_comment: self.tokens.has_comment,
            arity: self.marks.arity,
        }
    }

    fn values(&self) -> u64 {
        if self.tokens.constants == 0 {
            return 0;
        }
        XxHash3_64::oneshot(&self.tokens.values).max(1)
    }
}
