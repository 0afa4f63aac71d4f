//! Small logs of every kind, read whole, in pieces, and cut anywhere.

mod detection;
mod django;
mod hostile;
mod node;
mod rails;
mod sqlalchemy;

use super::*;

/// 2026-11-21 04:10:19 UTC.
const START: i64 = 1_795_234_219_000_000;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A record in a line: seconds since [`START`] where it has a time, its thread, and what it says.
fn told(record: &AppRecord<'_>) -> String {
    let what = match &record.what {
        AppEvent::Statement {
            sql,
            parameters,
            duration,
            sets,
            cached,
        } => {
            let values = match parameters {
                Parameters::InText => String::new(),
                Parameters::Hidden => " hidden".to_owned(),
                Parameters::Values(values) => {
                    let shown = |value: &Option<String>| value.clone().unwrap_or("NULL".into());
                    let values: Vec<String> = values.iter().map(shown).collect();
                    format!(" [{}]", values.join("|"))
                }
            };
            let took = duration.map_or(String::new(), |micros| format!(" {micros}us"));
            let sets = if *sets == 1 {
                String::new()
            } else {
                format!(" x{sets}")
            };
            let cached = if *cached { " cached" } else { "" };
            format!("{}{values}{took}{sets}{cached}", text(sql))
        }
        AppEvent::Begin { method, path } => format!("BEGINS {} {}", text(method), text(path)),
        AppEvent::Handler(name) => format!("HANDLER {}", text(name)),
        AppEvent::Source(line) => format!("SOURCE {}", text(line)),
        AppEvent::End {
            method,
            path,
            status,
            elapsed,
        } => format!(
            "ENDS {} {} {} {elapsed:?}",
            text(method),
            text(path),
            status.unwrap_or(0)
        ),
    };
    let time = record.time.map_or(String::new(), |time| {
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        let seconds = (time - START) as f64 / 1e6;
        format!("{seconds} ")
    });
    let thread = if record.thread.is_empty() {
        String::new()
    } else {
        format!("{}: ", text(&record.thread))
    };
    format!("{time}{thread}{what}")
}

type Places<T> = Vec<(u64, T)>;

/// All that a block says: records with their places, and what is broken.
fn read(block: &[u8], base: u64, log: AppLog) -> (Places<String>, Places<&'static str>) {
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    records(
        block,
        base,
        log,
        &mut |record| found.push((record.offset, told(&record))),
        &mut |offset, what| broken.push((offset, what)),
    );
    (found, broken)
}

/// Checks what a log says, that it begins its records where it should, and that nothing of it depends on how it is cut.
fn check(log: AppLog, lines: &str, expected: &[&str]) {
    check_broken(log, lines, expected, &[]);
}

fn check_broken(log: AppLog, lines: &str, expected: &[&str], broken: &[&str]) {
    let block = lines.as_bytes();
    let (found, strays) = read(block, 7, log);
    let what: Vec<&str> = found.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(what, expected, "{lines}");
    let stray: Vec<&str> = strays.iter().map(|(_, what)| *what).collect();
    assert_eq!(stray, broken, "{lines}");
    for (offset, _) in &found {
        let at = usize::try_from(*offset).unwrap() - 7;
        assert!(at == 0 || block[at - 1] == b'\n', "{lines}");
    }
    let mut borders = Vec::new();
    for end in 0..=block.len() {
        let _ = read(&block[..end], 0, log);
        let _ = read(&block[end..], 0, log);
        borders.push(last_start(&block[..end], log));
    }
    borders.sort_unstable();
    borders.dedup();
    for border in borders {
        let (mut left, right) = (
            read(&block[..border], 7, log),
            read(&block[border..], 7 + border as u64, log),
        );
        left.0.extend(right.0);
        left.1.extend(right.1);
        assert_eq!(left.0, found, "cut at {border} of {lines}");
        assert_eq!(left.1, strays, "cut at {border} of {lines}");
    }
}

/// As [`check`], for lines that are enough to recognise the log by.
fn check_whole(log: AppLog, lines: &str, expected: &[&str]) {
    let sample: Vec<&[u8]> = lines
        .as_bytes()
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(detect(&sample), Some(log), "{lines}");
    check(log, lines, expected);
}
