//! The name of a statement without its constants.
//!
//! # Where it differs from the server's query identifier
//!
//! The server computes one from the parsed statement (`compute_query_id`). `tests/queryid/run` asks a server
//! for those of the statements in `fixtures/fingerprint/queryid.jsonl` and holds that the two differ by
//! these rules alone.
//!
//! One fingerprint, several identifiers:
//!
//! | rule | why |
//! |---|---|
//! | constants and parameters | A constant of whatever type, sign and cast, NULL, a placeholder and a field of EXTRACT count the same: what the driver sends and what the log shows are one query |
//! | lists of constants | So do lists of any length, of one member too (the server does so from version 18 on, for two and more), rows of VALUES, and arrays |
//! | the order of AND | Query builders add conditions as they come |
//! | dates at the end of names | Partitions by day or month are one table |
//!
//! One identifier, several fingerprints, since a text has no catalog and nothing is lost when a rarer
//! spelling stands apart:
//!
//! | rule | example |
//! |---|---|
//! | brackets are kept | `(a = 1)` and `a = 1` |
//! | IN is not = ANY | `a IN (1)`, `a = 1` and `a = ANY (ARRAY[1])`: drivers choose, and the advice differs |
//! | labels are part of the result | `a AS x` and `a AS y` |
//! | lengths in types are kept | `a::varchar(10)` and `a::varchar(20)` |
//! | names are kept as they are written | `*` and all columns, `a` and `t.a`, `t` and `public.t`, `int8` and `bigint` |
//! | ordinals are kept | `ORDER BY 1` and `ORDER BY a` |
//! | phrases are kept as they are written | BETWEEN and two comparisons, LIKE and `~~`, `timezone('UTC', a)` and AT TIME ZONE |
//! | what goes without saying is kept | SELECT ALL, NULLS LAST, the columns of an INSERT |
//! | the server takes different statements for one | up to version 17: LIMIT and OFFSET, DISTINCT and ORDER BY, ROLLUP and CUBE, a column that is returned and one that is only sorted by |

use std::fmt;
use std::str::FromStr;

/// The version of the rules. Fingerprints of different versions must not be compared.
pub const FINGERPRINT_VERSION: u32 = 1;

/// 64 bits that all statements share which are equal but for their constants, white space,
/// comments, case, aliases and order of conditions.
///
/// Written as 16 hexadecimal digits. The value is stable: it may be stored, and compared as long as
/// [`FINGERPRINT_VERSION`] is the same.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint(pub u64);

/// A text that is not 1 to 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 16 hexadecimal digits")]
pub struct NotAFingerprint;

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits = text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or(NotAFingerprint)
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = NotAFingerprint;

    fn try_from(text: String) -> Result<Self, NotAFingerprint> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_and_read_as_sixteen_digits() {
        let fingerprint = Fingerprint(0xab);
        assert_eq!(fingerprint.to_string(), "00000000000000ab");
        assert_eq!("00000000000000AB".parse(), Ok(fingerprint));
        for bad in ["", "+1", "xyz", "00000000000000000"] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(NotAFingerprint));
        }
    }
}
