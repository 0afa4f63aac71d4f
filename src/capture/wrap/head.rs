//! What the first bytes of a line tell: whether a message of PostgreSQL begins there, and in which format.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// What begins with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A message of the text log; its level begins at this byte.
    Message(usize),
    /// `DETAIL:  ` and its like, which belong to the message before; the level begins at this byte.
    Detail(usize),
    /// A further line of a message.
    Tab,
    /// A record of a csvlog.
    Csv,
    /// A JSON object.
    Json,
    /// Nothing known.
    Other,
}

impl Head {
    /// Whether a record begins here.
    pub(super) fn is_start(self) -> bool {
        matches!(self, Self::Message(_) | Self::Csv | Self::Json)
    }
}

/// How far into a line its level is looked for: long names in a long prefix stay below it.
const LONGEST_PREFIX: usize = 512;

/// What stands between a level and its message.
static COLON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b":  "));

/// Looks at the start of a line.
pub(super) fn head(line: &[u8]) -> Head {
    match line.first() {
        Some(b'\t') => return Head::Tab,
        Some(b'{') => return Head::Json,
        Some(first) if first.is_ascii_digit() && is_csv(line) => return Head::Csv,
        _ => {}
    }
    match level(line) {
        Some((at, level)) if is_detail(level) => Head::Detail(at),
        Some((at, _)) => Head::Message(at),
        None => Head::Other,
    }
}

/// Whether `text` begins with a time stamp as the server writes it: `2026-11-21 04:10:19`.
pub(super) fn is_stamped(text: &[u8]) -> bool {
    text.first_chunk::<19>().is_some_and(|head| {
        head.iter()
            .zip(b"0000-00-00 00:00:00")
            .all(|(b, form)| match form {
                b'0' => b.is_ascii_digit(),
                form => b == form,
            })
    })
}

/// The first level in a line and where it begins. Levels are translated: any word of capitals counts that is
/// followed by a colon and two spaces, as long as no text stands before it that has the same look.
fn level(line: &[u8]) -> Option<(usize, &[u8])> {
    let window = line.get(..LONGEST_PREFIX).unwrap_or(line);
    let mut from = 0;
    while let Some(found) = COLON.find(window.get(from..)?) {
        let end = from + found;
        let before = window.get(..end)?;
        let word = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || !b.is_ascii())
            .count();
        let start = end - word;
        let joined = before
            .get(..start)
            .and_then(<[u8]>::last)
            .is_some_and(u8::is_ascii_lowercase);
        let level = before.get(start..)?;
        if word >= 3 && !joined && !level.iter().all(u8::is_ascii_digit) {
            return Some((start, level));
        }
        from = end + 1;
    }
    None
}

/// Whether a line of this level adds to the message before it, in the languages that the server speaks most.
fn is_detail(level: &[u8]) -> bool {
    matches!(
        level,
        b"DETAIL" | b"HINT" | b"CONTEXT" | b"STATEMENT" | b"QUERY" | b"LOCATION" | b"BACKTRACE"
    ) || std::str::from_utf8(level).is_ok_and(|level| {
        matches!(
            level,
            "DÉTAIL"
                | "ASTUCE"
                | "CONTEXTE"
                | "INSTRUCTION"
                | "REQUÊTE"
                | "TIPP"
                | "ZUSAMMENHANG"
                | "ANWEISUNG"
                | "ANFRAGE"
                | "ORT"
                | "DETALLE"
                | "SUGERENCIA"
                | "CONTEXTO"
                | "SENTENCIA"
                | "DETALHE"
                | "DICA"
                | "COMANDO"
        )
    })
}

/// `2026-11-21 04:10:19.773 UTC,`: the time is a field of its own in a csvlog.
fn is_csv(line: &[u8]) -> bool {
    is_stamped(line)
        && line
            .iter()
            .skip(19)
            .take(16)
            .find(|b| matches!(b, b',' | b'[' | b':' | b'"'))
            == Some(&b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Head) {
        assert_eq!(head(line.as_bytes()), expected, "{line}");
    }

    #[test]
    fn heads() {
        check("2026-11-21 04:10:19.773 UTC [1] LOG:  x", Head::Message(32));
        check(
            "2026-11-21 04:10:19.773 UTC [1] DETAIL:  LOG:  x",
            Head::Detail(32),
        );
        check(
            "2026-11-21 04:10:19 UTC::u@d:[1]:ERROR:  DETAIL:  x",
            Head::Message(33),
        );
        check("LOG:  x", Head::Message(0));
        check("STATEMENT:  x", Head::Detail(0));
        check("[1] СООБЩЕНИЕ:  x", Head::Message(4));
        check(
            "2026-11-21 04:10:19.773 UTC,\"u\",,1,,LOG,\"ERROR:  x\"",
            Head::Csv,
        );
        check(
            "2026-11-21 04:10:19.773 UTC [1] a,b LOG:  x",
            Head::Message(36),
        );
        check("\tFROM x", Head::Tab);
        check("{\"log\":1}", Head::Json);
        check("GET / HTTP/1.1", Head::Other);
        check("a 12:  x", Head::Other);
        check("", Head::Other);
    }
}
