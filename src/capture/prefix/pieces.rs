//! What stands before a level, cut into pieces by shape.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::super::time;
use super::names;

/// What a piece looks like. Two lines of one log have the same kinds of pieces but for odd names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Punctuation, blanks, and words that tell what comes next (`user=`).
    Literal(Vec<u8>),
    Stamp,
    Epoch,
    /// `6b0121c5.73a4`
    Session,
    /// `2/22772`
    Transaction,
    /// An address, `[local]` or `name(port)`.
    Host,
    Number,
    Word,
}

/// A piece and where it stands in the text.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub kind: Kind,
    pub at: Range<usize>,
}

/// Cuts the text before a level into pieces.
pub(super) fn pieces(head: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    cut(head, 0, &mut pieces);
    if !separates(&pieces, head) {
        // A hyphen that separates no fields belongs to names; cutting there would make two of one.
        join_hyphens(&mut pieces, head);
    }
    label(head, &pieces)
}

fn cut(head: &[u8], base: usize, pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while let Some(rest) = head.get(at..).filter(|rest| !rest.is_empty()) {
        let glued = pieces
            .last()
            .is_some_and(|p| p.kind == Kind::Stamp && p.at.end == base + at);
        let (kind, len) = shape(head, at, rest, glued);
        let place = base + at..base + at + len;
        at += len;
        match (&kind, pieces.last_mut()) {
            (
                Kind::Literal(more),
                Some(Piece {
                    kind: Kind::Literal(literal),
                    at,
                }),
            ) if at.end == place.start => {
                literal.extend_from_slice(more);
                at.end = place.end;
            }
            _ => pieces.push(Piece { kind, at: place }),
        }
    }
}

/// The kind and the length of the piece that stands at `at`.
fn shape(head: &[u8], at: usize, rest: &[u8], glued: bool) -> (Kind, usize) {
    let before = at.checked_sub(1).and_then(|i| head.get(i)).copied();
    let fresh = glued || !before.is_some_and(is_word);
    let digit = rest.first().is_some_and(u8::is_ascii_digit);
    if digit && let Some(len) = stamp_len(rest) {
        return (Kind::Stamp, len);
    }
    if fresh
        && digit
        && let Some(len) = epoch_len(rest)
    {
        return (Kind::Epoch, len);
    }
    if let Some(len) = session_len(rest) {
        return (Kind::Session, len);
    }
    if fresh {
        if let Some(len) = host_len(rest) {
            return (Kind::Host, len);
        }
        if let Some(len) = transaction_len(rest) {
            return (Kind::Transaction, len);
        }
        if let Some(len) = number_len(before, rest) {
            return (Kind::Number, len);
        }
        if let Some(len) = names::phrase_len(rest) {
            return (Kind::Word, len);
        }
    }
    match word_len(rest) {
        0 => (Kind::Literal(rest.iter().copied().take(1).collect()), 1),
        len => (Kind::Word, len),
    }
}

pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

fn run(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|b| is(**b)).count()
}

/// Whether a word goes on at this length.
fn goes_on(text: &[u8], len: usize) -> bool {
    text.get(len).is_some_and(|b| is_word(*b))
}

fn stamp_len(text: &[u8]) -> Option<usize> {
    if text.get(4) != Some(&b'-') {
        return None;
    }
    let plain = time::stamp_in_plain_zone(text)?.len;
    let whole = time::stamp(text)?.len;
    // `UTC-6b01.1` and `UTC-17 ` hold the next field, `GMT+3 ` hardly does.
    let signed = text.get(plain) == Some(&b'+') && whole - plain <= 3 && !goes_on(text, whole);
    Some(if signed { whole } else { plain })
}

fn epoch_len(text: &[u8]) -> Option<usize> {
    let whole = run(text, |b| b.is_ascii_digit());
    let fraction = text.get(whole..)?.strip_prefix(b".")?;
    let digits = run(fraction, |b| b.is_ascii_digit());
    let len = whole + 1 + digits;
    (whole == 10 && digits == 3 && !goes_on(text, len)).then_some(len)
}

fn session_len(text: &[u8]) -> Option<usize> {
    let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let start = run(text, lower_hex);
    if start != 8 {
        return None;
    }
    let process = run(text.get(9..)?, lower_hex);
    let len = 9 + process;
    let dotted = text.get(8) == Some(&b'.') && text.get(len) != Some(&b'.');
    (dotted && (1..=8).contains(&process) && !goes_on(text, len)).then_some(len)
}

fn transaction_len(text: &[u8]) -> Option<usize> {
    let backend = run(text, |b| b.is_ascii_digit());
    let local = text.get(backend..)?.strip_prefix(b"/")?;
    let digits = run(local, |b| b.is_ascii_digit());
    let len = backend + 1 + digits;
    (backend > 0 && digits > 0 && !goes_on(text, len)).then_some(len)
}

fn number_len(before: Option<u8>, text: &[u8]) -> Option<usize> {
    // A hyphen is a sign after a blank or an opening bracket, else it separates: `[29576-3]`.
    let may_sign =
        before.is_none_or(|b| matches!(b, b' ' | b'=' | b'[' | b'(' | b'"' | b'|' | b','));
    let sign = usize::from(may_sign && text.first() == Some(&b'-'));
    let digits = run(text.get(sign..)?, |b| b.is_ascii_digit());
    let len = sign + digits;
    let ends = text.get(len).is_none_or(|b| !is_word(*b));
    // Only query ids are below zero, and these are long.
    (digits > 0 && ends && (sign == 0 || digits > 5)).then_some(len)
}

fn host_len(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"[local]") {
        return Some(7);
    }
    let address = four_len(text).or_else(|| six_len(text));
    let name = || match run(text, |b| is_word(b) || matches!(b, b'.' | b'-')) {
        0 => None,
        len => Some(len),
    };
    let port = |len: usize| {
        let inner = text.get(len..)?.strip_prefix(b"(")?;
        let digits = run(inner, |b| b.is_ascii_digit());
        (digits > 0 && inner.get(digits) == Some(&b')')).then_some(len + digits + 2)
    };
    match address {
        Some(len) => port(len).or(Some(len)),
        // A number before a bracket is no name.
        None => name()
            .filter(|_| text.first().is_some_and(u8::is_ascii_alphabetic))
            .and_then(port),
    }
}

fn four_len(text: &[u8]) -> Option<usize> {
    let len = run(text, |b| b.is_ascii_digit() || b == b'.');
    let address = text.get(..len)?;
    let four = address.split(|b| *b == b'.').count() == 4
        && address
            .split(|b| *b == b'.')
            .all(|n| (1..=3).contains(&n.len()));
    (four && !goes_on(text, len)).then_some(len)
}

fn six_len(text: &[u8]) -> Option<usize> {
    let most = run(text, |b| b.is_ascii_hexdigit() || b == b':' || b == b'.');
    if memchr::memchr_iter(b':', text.get(..most)?).count() < 2 {
        return None;
    }
    // The colon behind an address may belong to the prefix, and so may the letters behind that.
    (3..=most).rev().find(|len| {
        !goes_on(text, *len)
            && text
                .get(..*len)
                .and_then(|t| std::str::from_utf8(t).ok())
                .is_some_and(|t| t.parse::<Ipv6Addr>().is_ok())
    })
}

fn word_len(text: &[u8]) -> usize {
    if text.starts_with(b"[unknown]") {
        return 9;
    }
    let mut len = 0;
    while let Some(rest) = text.get(len..) {
        let more = run(rest, is_word);
        // A time or a session right behind a word ends the word.
        let begins = |i: &usize| {
            let before = rest.get(*i - 1).is_some_and(u8::is_ascii_uppercase);
            let text = rest.get(*i..).unwrap_or_default();
            stamp_len(text).is_some() || before && session_len(text).is_some()
        };
        let cut = (1..more).find(begins);
        if let Some(cut) = cut {
            return len + cut;
        }
        len += more;
        // Dots belong to names where they don't end them.
        if more == 0 || text.get(len) != Some(&b'.') || !goes_on(text, len + 1) {
            return len;
        }
        len += 1;
    }
    len
}

/// Whether a hyphen stands between fields of which one isn't a word.
fn separates(pieces: &[Piece], head: &[u8]) -> bool {
    pieces.windows(3).any(|three| {
        let [a, hyphen, b] = three else { return false };
        let shaped = |p: &Piece| !matches!(p.kind, Kind::Word | Kind::Number | Kind::Literal(_));
        head.get(hyphen.at.clone()) == Some(b"-") && (shaped(a) || shaped(b))
    })
}

fn join_hyphens(pieces: &mut Vec<Piece>, head: &[u8]) {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        if matches!(piece.kind, Kind::Word | Kind::Number)
            && let [.., word, hyphen] = joined.as_slice()
            && word.kind == Kind::Word
            && head.get(hyphen.at.clone()) == Some(b"-")
        {
            joined.pop();
            if let Some(word) = joined.last_mut() {
                word.at.end = piece.at.end;
            }
            continue;
        }
        joined.push(piece);
    }
    *pieces = joined;
}

/// Makes literals of the words that tell what comes next, and one piece of what comes between two of them.
fn label(head: &[u8], pieces: &[Piece]) -> Vec<Piece> {
    let labels: Vec<bool> = (0..pieces.len())
        .map(|i| is_label(head, pieces, i))
        .collect();
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if labels.get(at) != Some(&true) {
            push(&mut out, head, piece.clone());
            at += 1;
            continue;
        }
        push_literal(&mut out, head, piece.at.clone());
        at += 1;
        // `app=my app [web]: 1,client=`: the value reaches to what separates it from the next such word.
        let assigns = |i: usize| {
            labels.get(i) == Some(&true)
                && pieces.get(i).and_then(|p| head.get(p.at.end)) == Some(&b'=')
        };
        let next = (at..pieces.len()).find(|i| assigns(*i));
        if assigns(at - 1)
            && let Some(next) = next
            && let Some(value) = pieces.get(at + 1..next.saturating_sub(1))
            && value.len() > 1
            && let (Some(first), Some(last)) = (value.first(), value.last())
            && value
                .iter()
                .all(|p| !matches!(p.kind, Kind::Stamp | Kind::Session | Kind::Host))
            && pieces
                .get(at)
                .is_some_and(|p| matches!(&p.kind, Kind::Literal(l) if l.first() == Some(&b'=')))
        {
            if let Some(sign) = pieces.get(at) {
                push(&mut out, head, sign.clone());
            }
            out.push(Piece {
                kind: Kind::Word,
                at: first.at.start..last.at.end,
            });
            at = next - 1;
        }
    }
    out
}

fn push(out: &mut Vec<Piece>, head: &[u8], piece: Piece) {
    if matches!(piece.kind, Kind::Literal(_)) {
        push_literal(out, head, piece.at);
    } else {
        out.push(piece);
    }
}

fn push_literal(out: &mut Vec<Piece>, head: &[u8], at: Range<usize>) {
    let text = head.get(at.clone()).unwrap_or_default();
    if let Some(Piece {
        kind: Kind::Literal(literal),
        at: place,
    }) = out.last_mut()
    {
        literal.extend_from_slice(text);
        place.end = at.end;
        return;
    }
    out.push(Piece {
        kind: Kind::Literal(text.to_vec()),
        at,
    });
}

/// Whether the piece is a word such as `user` in `user=bob` or `pid` in `pid 17`.
fn is_label(head: &[u8], pieces: &[Piece], at: usize) -> bool {
    let Some(piece) = pieces.get(at).filter(|p| p.kind == Kind::Word) else {
        return false;
    };
    let word = head.get(piece.at.clone()).unwrap_or_default();
    let tail = head.get(piece.at.end..).unwrap_or_default();
    let before = piece.at.start.checked_sub(1).and_then(|i| head.get(i));
    if matches!(before, Some(b'=' | b'@' | b'/' | b'"' | b'\'')) {
        return false;
    }
    let [next, after, ..] = *tail else {
        return false;
    };
    match next {
        b'=' => true,
        b' ' if after == b'=' => true,
        b':' | b'#' | b'(' => names::is_label(word) && (word.len() > 1 || next == b':'),
        b' ' | b'[' => names::is_label(word) && word.len() > 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: &str) {
        let text: String = pieces(head.as_bytes())
            .iter()
            .map(|piece| match &piece.kind {
                Kind::Literal(literal) => String::from_utf8_lossy(literal).into_owned(),
                kind => format!("{{{kind:?}}}").replace("Transaction", "Vxid"),
            })
            .collect();
        assert_eq!(text, expected, "{head}");
    }

    #[test]
    fn shapes() {
        check(
            "2026-11-21 04:44:37.926 UTC [29576] ",
            "{Stamp} [{Number}] ",
        );
        check(
            "2026-11-21 04:44:37.926 UTC-6b0121c5.73a4-",
            "{Stamp}-{Session}-",
        );
        check("2026-11-21 04:44:37 GMT+3 [1] ", "{Stamp} [{Number}] ");
        check(
            "T2026-11-21 04:44:37 -03:::1(17):bob@x.y:[1]:",
            "{Word}{Stamp}:{Host}:{Word}@{Word}:[{Number}]:",
        );
        check(
            "1795236297.278 [29611] client backend ",
            "{Epoch} [{Number}] {Word} ",
        );
        check(
            "[1-1] 2/0 0 -1924697635377931117 ",
            "[{Number}-{Number}] {Vxid} {Number} {Number} ",
        );
        check(
            "[unknown]@[unknown] [local] db-1.lan(54) ",
            "{Word}@{Word} {Host} {Host} ",
        );
        check("my-app at-home ", "{Word} {Word} ");
        check("29576:3:postgres:", "{Number}:{Number}:{Word}:");
    }

    #[test]
    fn labels() {
        check(
            "user=bob,db=my db:x@y,app=my app [web]: 1,client=::1 ",
            "user={Word},db={Word},app={Word},client={Host} ",
        );
        check(
            "pid=\"1\" vtid=\"\" user=\"a b\" app=\"x\" ",
            "pid=\"{Number}\" vtid=\"\" user=\"{Word}\" app=\"{Word}\" ",
        );
        check("pid 17 user: bob ", "pid {Number} user: {Word} ");
        check("sql_error_code = 00000 ", "sql_error_code = {Number} ");
    }
}
