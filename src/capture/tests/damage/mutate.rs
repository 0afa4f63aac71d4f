//! What may happen to bytes.

use std::ops::Range;

/// What readers stumble over.
const TOKENS: &[&str] = &[
    "\"",
    "'",
    "$$",
    "$a$",
    "\\",
    "\\u00",
    "\\\"",
    "`",
    "/*",
    "*/",
    "--",
    ";",
    ": ",
    ", $1 = ",
    "$1",
    "$99999999999",
    "LOG:  ",
    "ERROR:  ",
    "DETAIL:  ",
    "STATEMENT:  ",
    "CONTEXT:  ",
    "FEHLER:  ",
    "duration: ",
    "duration: 0.1 ms  ",
    "  statement: ",
    "  execute <unnamed>: ",
    "  plan:\n",
    "Query Text: ",
    "parameters: ",
    "prepare: ",
    "\n",
    "\n\t",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\n\n",
    "#011",
    "#012",
    "[1-2] ",
    "{",
    "}",
    "[",
    "]",
    "{\"",
    "\":",
    "null",
    "(",
    ")",
    "((",
    "CASE ",
    "(SELECT ",
    " AND ",
    " OR NOT ",
    ",",
    "::",
    "99999999999999999999999999",
    "-1",
    "1e999",
    "18446744073709551616",
    "9223372036854775807",
    "00",
    "0.000",
    "\u{feff}",
    "é",
    "\u{2028}",
    "🐘",
    " UTC",
    "%",
    "%m [%p] ",
    "2026-11-21 04:40:59.078 UTC",
    "2026-13-41 25:61:61",
    "1795234859.078",
    "E'",
    "U&'",
    "x'",
    "<![CDATA[",
    "&#",
    "|",
    "stderr P ",
    "-[ RECORD 1 ]",
    "+",
    "\x1b[0m",
];

/// Numbers by chance that are the same in every run.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(name: &str, round: u64) -> Self {
        let seed = name.bytes().fold(round + 1, |seed, byte| {
            (seed ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        let mut chance = Self(seed | 1);
        chance.next();
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// Less than `end`; 0 when that is 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn range(&mut self, len: usize, most: usize) -> Range<usize> {
        let from = self.below(len + 1);
        let size = self.below(most.min(len - from) + 1);
        from..from + size
    }
}

/// Up to `most` units in a row, and the same damaged. With `long` there are large inputs among them.
pub(super) fn damaged(
    units: &[Vec<u8>],
    most: u64,
    long: bool,
    chance: &mut Chance,
) -> (Vec<u8>, Vec<u8>) {
    let count = 1 + chance.below(usize::try_from(most).unwrap());
    let first = chance.below(units.len());
    let whole: Vec<u8> = units
        .iter()
        .skip(first)
        .take(count)
        .flatten()
        .copied()
        .collect();
    let mut bytes = whole.clone();
    for _ in 0..=chance.below(4) {
        let other = &units[chance.below(units.len())];
        change(&mut bytes, other, long, chance);
    }
    (whole, bytes)
}

fn change(bytes: &mut Vec<u8>, other: &[u8], long: bool, chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    match chance.below(11) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(..at.min(200))),
        2 => {
            for _ in 0..=chance.below(4) {
                let at = chance.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
        }
        3 => {
            let part = chance.range(other.len(), 400);
            bytes.splice(at..at, other[part].iter().copied());
        }
        4 => {
            let part = bytes[chance.range(bytes.len(), 400)].to_vec();
            bytes.splice(at..at, part);
        }
        5 => drop(bytes.drain(chance.range(bytes.len(), 60))),
        6 if chance.one_in(8) => {
            let most = if long { 200_000 } else { 4_000 };
            let part = if chance.one_in(2) {
                token(chance).to_vec()
            } else {
                bytes[chance.range(bytes.len(), 60)].to_vec()
            };
            let times = chance.below(most) / part.len().max(1);
            bytes.splice(at..at, part.repeat(times));
        }
        7 => digits(bytes, at),
        8 if chance.one_in(4) => {
            let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            *bytes = lines.join(b"\r\n".as_slice());
        }
        _ => {
            for _ in 0..=chance.below(3) {
                let at = chance.below(bytes.len() + 1);
                bytes.splice(at..at, token(chance).iter().copied());
            }
        }
    }
}

fn token(chance: &mut Chance) -> &'static [u8] {
    TOKENS[chance.below(TOKENS.len())].as_bytes()
}

/// Makes the next number behind `at` a huge one.
fn digits(bytes: &mut Vec<u8>, at: usize) {
    let found = bytes.iter().skip(at).position(u8::is_ascii_digit);
    if let Some(found) = found {
        bytes.splice(at + found..at + found, *b"98765432109876543210");
    }
}
