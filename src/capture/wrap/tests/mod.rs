//! Wrapped logs as they are found, and what comes out of them.

mod clouds;
mod containers;
mod damage;
mod plain;
mod syslog;

use super::{Unwrapped, Unwrapper, Wrapper, detect};

/// A text log with what makes logs hard: further lines, details, a literal that looks like the log, other letters.
const LOG: &str = "2026-11-21 04:10:19.773 UTC [1234] app@shop LOG:  duration: 1.250 ms  statement: SELECT 'größer; \"x\\y\"'\n\
    \t, '2026-11-21 04:10:19.773 UTC [1] a@b LOG:  duration: 9.000 ms  statement: fake'\n\
    \tFROM books -- #1\n\
    2026-11-21 04:10:19.774 UTC [1234] app@shop LOG:  duration: 0.100 ms  execute <unnamed>: SELECT $1\n\
    2026-11-21 04:10:19.774 UTC [1234] app@shop DETAIL:  parameters: $1 = 'a\n\
    \tDETAIL:  b'\n\
    2026-11-21 04:10:20.001 UTC [1235] app@shop ERROR:  column \"nope\" does not exist at character 8\n\
    2026-11-21 04:10:20.001 UTC [1235] app@shop STATEMENT:  SELECT nope\n\
    2026-11-21 04:10:21.500 UTC [77] LOG:  checkpoint starting: time\n";

/// Unwraps a file that comes in blocks of this size.
fn unwrap(wrappers: &[Wrapper], file: &[u8], block: usize) -> Unwrapped {
    let mut unwrapper = Unwrapper::new(wrappers, 2026);
    let mut out = Unwrapped::default();
    let mut at = 0;
    for part in file.chunks(block.max(1)) {
        unwrapper.feed(part, at, &mut out);
        at += part.len() as u64;
    }
    unwrapper.finish(&mut out);
    out
}

/// The wrappers are found, any blocks give the same, every origin is the start of a line or record, and the text is
/// as expected.
fn check(file: &str, wrappers: &[Wrapper], expected: &str) -> Unwrapped {
    assert_eq!(detect(file.as_bytes()), wrappers, "{file}");
    let whole = unwrap(wrappers, file.as_bytes(), file.len());
    assert_eq!(String::from_utf8_lossy(&whole.bytes), expected, "{file}");
    for block in [1, 7, 100] {
        assert_eq!(
            unwrap(wrappers, file.as_bytes(), block),
            whole,
            "by {block}: {file}"
        );
    }
    assert_eq!(whole.origins.first().map(|o| o.at), Some(0));
    assert!(whole.origins.is_sorted_by_key(|o| o.at));
    for origin in &whole.origins {
        assert!(origin.at == 0 || whole.bytes.get(origin.at - 1) == Some(&b'\n'));
        let before = usize::try_from(origin.offset).unwrap().checked_sub(1);
        let before = before.and_then(|at| file.as_bytes().get(at));
        assert!(
            matches!(before, None | Some(b'\n' | b' ' | b'[' | b',')),
            "{file}"
        );
    }
    whole
}

/// Each line with what `wrap` puts around it.
fn each_line(wrap: impl Fn(&str) -> String) -> String {
    lines_of(LOG, wrap)
}

/// Each line of a text with what `wrap` puts around it.
fn lines_of(text: &str, wrap: impl Fn(&str) -> String) -> String {
    text.lines().map(wrap).collect()
}

/// Each message, its details within it, with what `wrap` puts around it.
fn each_message(wrap: impl Fn(&str) -> String) -> String {
    messages()
        .iter()
        .map(|(_, message)| wrap(message))
        .collect()
}

/// The messages of the log with their details, and the time of each in milliseconds.
fn messages() -> Vec<(i64, String)> {
    let mut all: Vec<(i64, String)> = Vec::new();
    for line in LOG.lines() {
        let detail = line.contains("] app@shop DETAIL:  ") || line.contains("STATEMENT:  ");
        match all.last_mut() {
            Some((_, message)) if line.starts_with('\t') || detail => {
                message.push('\n');
                message.push_str(line);
            }
            _ => {
                let stamp = crate::capture::time::stamp(line.as_bytes()).unwrap();
                all.push((stamp.micros / 1_000, line.to_owned()));
            }
        }
    }
    all
}

fn json(text: &str) -> String {
    let mut quoted = Vec::new();
    super::object::quote(text.as_bytes(), &mut quoted);
    String::from_utf8(quoted).unwrap()
}
