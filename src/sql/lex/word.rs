//! The words of the language that the room has to know, and how each behaves.
//!
//! The list follows appendix C of the `PostgreSQL` manual ("SQL Key Words"), cut down to the words
//! that steer the fingerprint or that a reader expects to see in colour. An unknown word is a name.

use crate::sql::lex::bytes;

/// May not stand as a bare alias of a table, and a sign or placeholder after it begins a value.
const RESERVED: u8 = 1;
/// Reserved, yet a value in itself: an operator may follow.
const OPERAND: u8 = 2;
/// Ends a list of conditions joined by AND.
const BREAK: u8 = 4;
/// A type that may stand before a constant: `date '2026-11-21'`.
const TYPE: u8 = 8;
/// A type that may stand even before `?` or `%s`, since no column with JSON has such a name.
const MOMENT: u8 = 16;
/// Coloured as a keyword although the server lets it be a name.
const SHOWN: u8 = 32;
/// Not reserved, but a placeholder after it is a value: `FETCH FIRST ? ROWS`.
const LEADS: u8 = 64;

macro_rules! words {
    ($($name:ident $text:literal $flags:expr,)*) => {
        /// A known word, or `None` for any name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(in crate::sql) enum Word { None, $($name,)* }

        const WORDS: &[Entry] = &[
            entry(Word::None, "", 0),
            $(entry(Word::$name, $text, $flags),)*
        ];
    };
}

words! {
    Abort "abort" SHOWN,
    Add "add" SHOWN,
    All "all" RESERVED,
    Alter "alter" SHOWN,
    Analyse "analyse" RESERVED,
    Analyze "analyze" RESERVED,
    And "and" RESERVED,
    Any "any" RESERVED,
    Array "array" RESERVED,
    As "as" RESERVED | BREAK,
    Asc "asc" RESERVED | BREAK,
    Asymmetric "asymmetric" RESERVED,
    Atomic "atomic" 0,
    Begin "begin" SHOWN,
    Between "between" RESERVED,
    Bigint "bigint" TYPE,
    Bit "bit" TYPE,
    Bool "bool" TYPE,
    Boolean "boolean" TYPE,
    Both "both" RESERVED,
    By "by" LEADS | SHOWN | BREAK,
    Bytea "bytea" TYPE,
    Call "call" SHOWN,
    Cascade "cascade" SHOWN,
    Case "case" RESERVED | BREAK,
    Cast "cast" SHOWN,
    Char "char" TYPE,
    Check "check" RESERVED | BREAK,
    Checkpoint "checkpoint" SHOWN,
    Cidr "cidr" TYPE,
    Close "close" SHOWN,
    Cluster "cluster" SHOWN,
    Collate "collate" RESERVED,
    Column "column" RESERVED,
    Comment "comment" SHOWN,
    Commit "commit" SHOWN,
    Concurrently "concurrently" RESERVED,
    Conflict "conflict" SHOWN,
    Constraint "constraint" RESERVED,
    Constraints "constraints" 0,
    Copy "copy" SHOWN,
    Create "create" RESERVED,
    Cross "cross" RESERVED | BREAK,
    Cube "cube" 0,
    CurrentCatalog "current_catalog" RESERVED | OPERAND,
    CurrentDate "current_date" RESERVED | OPERAND,
    CurrentRole "current_role" RESERVED | OPERAND,
    CurrentSchema "current_schema" RESERVED | OPERAND,
    CurrentTime "current_time" RESERVED | OPERAND,
    CurrentTimestamp "current_timestamp" RESERVED | OPERAND,
    CurrentUser "current_user" RESERVED | OPERAND,
    Cursor "cursor" SHOWN,
    Date "date" TYPE | MOMENT,
    Deallocate "deallocate" SHOWN,
    Decimal "decimal" TYPE,
    Declare "declare" SHOWN,
    Default "default" RESERVED | OPERAND,
    Deferrable "deferrable" RESERVED,
    Delete "delete" SHOWN,
    Desc "desc" RESERVED | BREAK,
    Discard "discard" SHOWN,
    Distinct "distinct" RESERVED | BREAK,
    Do "do" RESERVED,
    Double "double" TYPE,
    Drop "drop" SHOWN,
    Else "else" RESERVED | BREAK,
    End "end" RESERVED | OPERAND | BREAK,
    Escape "escape" LEADS | SHOWN,
    Except "except" RESERVED | BREAK,
    Exclude "exclude" 0,
    Execute "execute" SHOWN,
    Exists "exists" SHOWN,
    Explain "explain" SHOWN,
    Extract "extract" SHOWN,
    False "false" RESERVED | OPERAND,
    Fetch "fetch" RESERVED | BREAK,
    Filter "filter" SHOWN,
    First "first" LEADS,
    Float "float" TYPE,
    Float4 "float4" TYPE,
    Float8 "float8" TYPE,
    Following "following" 0,
    For "for" RESERVED | BREAK,
    Foreign "foreign" RESERVED,
    From "from" RESERVED | BREAK,
    Full "full" RESERVED | BREAK,
    Grant "grant" RESERVED,
    Group "group" RESERVED | BREAK,
    Grouping "grouping" 0,
    Having "having" RESERVED | BREAK,
    If "if" 0,
    Ilike "ilike" RESERVED,
    Import "import" SHOWN,
    In "in" RESERVED,
    Index "index" SHOWN,
    Inet "inet" TYPE,
    Initially "initially" RESERVED,
    Inner "inner" RESERVED | BREAK,
    Insert "insert" SHOWN,
    Int "int" TYPE,
    Int2 "int2" TYPE,
    Int4 "int4" TYPE,
    Int8 "int8" TYPE,
    Integer "integer" TYPE,
    Intersect "intersect" RESERVED | BREAK,
    Interval "interval" TYPE | MOMENT,
    Into "into" RESERVED | BREAK,
    Is "is" RESERVED,
    Isnull "isnull" RESERVED,
    Join "join" RESERVED | BREAK,
    Json "json" TYPE,
    Jsonb "jsonb" TYPE,
    Key "key" 0,
    Lateral "lateral" RESERVED,
    Leading "leading" RESERVED,
    Left "left" RESERVED | BREAK,
    Like "like" RESERVED,
    Limit "limit" RESERVED | BREAK,
    Listen "listen" SHOWN,
    Load "load" SHOWN,
    Local "local" 0,
    Localtime "localtime" RESERVED | OPERAND,
    Localtimestamp "localtimestamp" RESERVED | OPERAND,
    Lock "lock" SHOWN,
    Locked "locked" SHOWN,
    Matched "matched" 0,
    Materialized "materialized" SHOWN,
    Merge "merge" SHOWN,
    Money "money" TYPE,
    Move "move" SHOWN,
    Natural "natural" RESERVED | BREAK,
    Next "next" LEADS,
    No "no" 0,
    Not "not" RESERVED,
    Nothing "nothing" SHOWN,
    Notify "notify" SHOWN,
    Notnull "notnull" RESERVED,
    Nowait "nowait" SHOWN,
    Null "null" RESERVED | OPERAND,
    Nulls "nulls" SHOWN,
    Numeric "numeric" TYPE,
    Of "of" SHOWN,
    Offset "offset" RESERVED | BREAK,
    On "on" RESERVED | BREAK,
    Only "only" RESERVED,
    Or "or" RESERVED | BREAK,
    Order "order" RESERVED | BREAK,
    Ordinality "ordinality" SHOWN,
    Outer "outer" RESERVED,
    Over "over" SHOWN,
    Overlaps "overlaps" RESERVED,
    Overriding "overriding" RESERVED | BREAK,
    Partition "partition" SHOWN | BREAK,
    Placing "placing" RESERVED,
    Point "point" TYPE,
    Preceding "preceding" 0,
    Precision "precision" TYPE,
    Prepare "prepare" SHOWN,
    Prepared "prepared" 0,
    Primary "primary" RESERVED,
    Range "range" BREAK,
    Real "real" TYPE,
    Reassign "reassign" SHOWN,
    Recursive "recursive" SHOWN,
    References "references" RESERVED,
    Refresh "refresh" SHOWN,
    Regclass "regclass" TYPE,
    Reindex "reindex" SHOWN,
    Release "release" SHOWN,
    Reset "reset" SHOWN,
    Restrict "restrict" SHOWN,
    Returning "returning" RESERVED | BREAK,
    Revoke "revoke" SHOWN,
    Right "right" RESERVED | BREAK,
    Role "role" 0,
    Rollback "rollback" SHOWN,
    Rollup "rollup" 0,
    Row "row" 0,
    Rows "rows" 0,
    Savepoint "savepoint" SHOWN,
    Security "security" SHOWN,
    Select "select" RESERVED | BREAK,
    Session "session" 0,
    SessionUser "session_user" RESERVED | OPERAND,
    Set "set" RESERVED | BREAK,
    Sets "sets" 0,
    Share "share" SHOWN,
    Show "show" SHOWN,
    Similar "similar" RESERVED,
    Skip "skip" SHOWN,
    Smallint "smallint" TYPE,
    Some "some" RESERVED,
    Start "start" SHOWN,
    Symmetric "symmetric" RESERVED,
    Table "table" RESERVED,
    Tablesample "tablesample" RESERVED,
    Text "text" TYPE,
    Then "then" RESERVED | BREAK,
    Time "time" TYPE | MOMENT,
    Timestamp "timestamp" TYPE | MOMENT,
    Timestamptz "timestamptz" TYPE | MOMENT,
    Timetz "timetz" TYPE,
    To "to" RESERVED,
    Trailing "trailing" RESERVED,
    Transaction "transaction" SHOWN,
    True "true" RESERVED | OPERAND,
    Truncate "truncate" SHOWN,
    Unbounded "unbounded" 0,
    Union "union" RESERVED | BREAK,
    Unique "unique" RESERVED,
    Unlisten "unlisten" SHOWN,
    Update "update" SHOWN | BREAK,
    User "user" RESERVED | OPERAND,
    Using "using" RESERVED | BREAK,
    Uuid "uuid" TYPE,
    Vacuum "vacuum" SHOWN,
    Values "values" RESERVED | BREAK,
    Varbit "varbit" TYPE,
    Varchar "varchar" TYPE,
    Variadic "variadic" RESERVED,
    Varying "varying" TYPE,
    View "view" SHOWN,
    When "when" RESERVED | BREAK,
    Where "where" RESERVED | BREAK,
    Window "window" RESERVED | BREAK,
    With "with" RESERVED | BREAK,
    Within "within" 0,
    Without "without" 0,
    Work "work" 0,
    Xml "xml" TYPE,
    Zone "zone" 0,
}

impl Word {
    /// Whether the server keeps the word from being a name.
    pub(in crate::sql) fn is_reserved(self) -> bool {
        self.has(RESERVED)
    }

    /// Whether what follows may be an operator that takes this word as its left side.
    pub(in crate::sql) fn ends_operand(self) -> bool {
        let flags = self.flags();
        flags & OPERAND != 0 || flags & (RESERVED | LEADS) == 0
    }

    /// Whether a list of conditions joined by AND ends here.
    pub(in crate::sql) fn breaks_conjunction(self) -> bool {
        self.has(BREAK)
    }

    /// Whether the word is a type that may stand before a constant.
    pub(in crate::sql) fn is_type(self) -> bool {
        self.has(TYPE)
    }

    /// Whether the word is a type of dates and times.
    pub(in crate::sql) fn is_moment(self) -> bool {
        self.has(MOMENT)
    }

    /// Whether a reader expects the colour of a keyword.
    pub(in crate::sql) fn is_keyword(self) -> bool {
        self.has(RESERVED | SHOWN)
    }

    fn has(self, flags: u8) -> bool {
        self.flags() & flags != 0
    }

    fn flags(self) -> u8 {
        FLAGS.get(self as usize).copied().unwrap_or(0)
    }
}

/// The identity of a name: its first and last eight bytes in lower case, and its length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sql) struct Key {
    first: u64,
    last: u64,
    len: usize,
}

impl Key {
    /// The key of `sql[start..end]`.
    #[inline]
    pub(in crate::sql) fn of(sql: &[u8], start: usize, end: usize) -> Self {
        let len = end.saturating_sub(start);
        let first = bytes::lower(bytes::keep(bytes::load_tail(sql, start), len));
        let last = if len > 8 {
            bytes::lower(bytes::load(sql, end - 8).unwrap_or_default())
        } else {
            first
        };
        Self { first, last, len }
    }

    /// The key of a name of up to eight bytes, the others zero.
    #[inline]
    pub(in crate::sql) const fn short(name: u64, len: usize) -> Self {
        let first = bytes::lower(name);
        Self {
            first,
            last: first,
            len,
        }
    }

    /// The key of a name of more than eight bytes: its first and last eight.
    #[inline]
    pub(in crate::sql) const fn long(first: u64, last: u64, len: usize) -> Self {
        Self {
            first: bytes::lower(first),
            last: if len > 8 {
                bytes::lower(last)
            } else {
                bytes::lower(first)
            },
            len,
        }
    }

    /// The best mixed half of the hash.
    #[inline]
    pub(in crate::sql) const fn short_hash(&self) -> u32 {
        (self.hash() >> 32) as u32
    }

    /// A hash that equal names share; the upper bits are the best mixed.
    #[inline]
    pub(in crate::sql) const fn hash(&self) -> u64 {
        let mixed = self.first ^ self.last.rotate_left(23) ^ (self.len as u64).rotate_left(59);
        mixed.wrapping_mul(MULTIPLIER)
    }
}

/// The known word with this key, where `text` is its spelling.
#[inline]
pub(in crate::sql) fn find(key: &Key, text: &[u8]) -> Word {
    let slot = (key.hash() >> SHIFT) as usize;
    let at = SLOTS.get(slot).copied().unwrap_or_default();
    if at == 0 {
        return Word::None;
    }
    let Some(entry) = WORDS.get(usize::from(at)) else {
        return Word::None;
    };
    // Sixteen bytes decide, but for `current_timestamp`, the only longer word.
    let same = entry.key == *key && (key.len <= 16 || text.eq_ignore_ascii_case(entry.text));
    if same { entry.word } else { Word::None }
}

struct Entry {
    word: Word,
    text: &'static [u8],
    flags: u8,
    key: Key,
}

const fn entry(word: Word, text: &'static str, flags: u8) -> Entry {
    let text = text.as_bytes();
    let len = text.len();
    let mut first = [0; 8];
    let mut last = [0; 8];
    let mut at = 0;
    while at < 8 && at < len {
        first[at] = text[at];
        last[at] = if len > 8 {
            text[len - 8 + at]
        } else {
            text[at]
        };
        at += 1;
    }
    let key = Key {
        first: u64::from_le_bytes(first),
        last: u64::from_le_bytes(last),
        len,
    };
    Entry {
        word,
        text,
        flags,
        key,
    }
}

const SHIFT: u32 = 64 - 12;
/// Found by trial so that no two words of the list share a slot; the build fails when they do.
const MULTIPLIER: u64 = 0x8f03_6fbe_fcef_9215;
static SLOTS: [u8; 1 << 12] = slots();
static FLAGS: [u8; WORDS.len()] = flags();

const fn slots() -> [u8; 1 << 12] {
    let mut slots = [0; 1 << 12];
    let mut at = 1;
    while at < WORDS.len() {
        let slot = (WORDS[at].key.hash() >> SHIFT) as usize;
        assert!(slots[slot] == 0, "two known words share a slot");
        slots[slot] = WORDS[at].word as u8;
        at += 1;
    }
    slots
}

const fn flags() -> [u8; WORDS.len()] {
    let mut flags = [0; WORDS.len()];
    let mut at = 0;
    while at < WORDS.len() {
        flags[at] = WORDS[at].flags;
        at += 1;
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(text: &[u8]) -> Word {
        find(&Key::of(text, 0, text.len()), text)
    }

    #[test]
    fn every_word_is_found_in_any_case_and_nothing_else() {
        for entry in WORDS.iter().skip(1) {
            assert_eq!(lookup(entry.text), entry.word);
            assert_eq!(lookup(&entry.text.to_ascii_uppercase()), entry.word);
            let longer = [entry.text, b"_"].concat();
            assert_eq!(lookup(&longer), Word::None);
        }
        assert_eq!(lookup(b"current_limestamp"), Word::None);
        assert_eq!(lookup(b"current_-imestamp"), Word::None);
        assert_eq!(lookup(b""), Word::None);
        assert_eq!(lookup("séléct".as_bytes()), Word::None);
    }
}
