//! Logs written as PostgreSQL would, with prefixes of all kinds, and read again by the prefix that is inferred.

mod prefixes;

use super::super::time;
use super::{Prefix, infer};
use prefixes::PREFIXES;

/// A process of the server and what it is doing.
#[derive(Clone)]
struct Process {
    id: u32,
    start: i64,
    lines: u32,
    kind: &'static str,
    /// User, database, application, host, port.
    session: Option<[&'static str; 5]>,
    transaction: Option<(u32, u32)>,
    xid: u32,
    query_id: i64,
    tag: &'static str,
    state: &'static str,
}

/// What a line must be read as.
struct Truth {
    micros: i64,
    process: Process,
    message: String,
}

#[derive(Clone, Copy)]
struct Zone {
    name: &'static str,
    offset: i64,
}

const UTC: Zone = Zone {
    name: "UTC",
    offset: 0,
};

/// What PostgreSQL writes before the level.
fn render(prefix: &str, process: &Process, micros: i64, zone: Zone) -> String {
    let mut out = String::new();
    let mut chars = prefix.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut width = String::new();
        while let Some(c) = chars.next_if(|c| *c == '-' || c.is_ascii_digit()) {
            width.push(c);
        }
        let width: i64 = width.parse().unwrap_or(0);
        let session = |at: usize| {
            process
                .session
                .map(|s| s[at].to_owned())
                .unwrap_or_default()
        };
        let value = match chars.next() {
            None => break,
            Some('%') => {
                out.push('%');
                continue;
            }
            Some('q') if process.session.is_none() => break,
            Some('q') => continue,
            Some('u') => session(0),
            Some('d') => session(1),
            Some('a') => session(2),
            Some('h') => session(3),
            Some('r') => match (session(3), session(4)) {
                (host, port) if port.is_empty() => host,
                (host, port) => format!("{host}({port})"),
            },
            Some('L') => process
                .session
                .map_or("[none]".to_owned(), |_| "10.1.2.3".to_owned()),
            Some('i') => process
                .session
                .map(|_| process.tag.to_owned())
                .unwrap_or_default(),
            Some('b') => process.kind.to_owned(),
            Some('p') => process.id.to_string(),
            Some('c') => format!("{:x}.{:x}", process.start / 1_000_000, process.id),
            Some('l') => process.lines.to_string(),
            Some('v') => process
                .transaction
                .map(|(b, l)| format!("{b}/{l}"))
                .unwrap_or_default(),
            Some('x') => process.xid.to_string(),
            Some('e') => process.state.to_owned(),
            Some('Q') => process.query_id.to_string(),
            Some('t') => shown(micros, zone, false),
            Some('m') => shown(micros, zone, true),
            Some('s') => shown(process.start, zone, false),
            Some('n') => format!("{}.{:03}", micros / 1_000_000, micros / 1_000 % 1_000),
            // `%P`: none of these is a parallel worker.
            Some(_) => String::new(),
        };
        let blanks =
            " ".repeat((usize::try_from(width.abs()).unwrap()).saturating_sub(value.len()));
        if width > 0 {
            out += &blanks;
        }
        out += &value;
        if width < 0 {
            out += &blanks;
        }
    }
    out
}

fn shown(micros: i64, zone: Zone, fraction: bool) -> String {
    let local = jiff::Timestamp::from_microsecond(micros + zone.offset * 1_000_000).unwrap();
    let text = local.to_string();
    let (day, rest) = text.split_once('T').unwrap();
    let fraction = if fraction {
        format!(".{:03}", micros / 1_000 % 1_000)
    } else {
        String::new()
    };
    format!("{day} {}{fraction} {}", &rest[..8], zone.name)
}

/// A small random number generator: the tests have to be the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

const SESSIONS: &[[&str; 5]] = &[
    ["postgres", "shop", "psql", "127.0.0.1", "60744"],
    [
        "app_user",
        "shop",
        "puma: cluster worker 0: 17 [web]",
        "10.0.3.17",
        "51234",
    ],
    ["app_user", "orders-eu", "[unknown]", "10.0.3.18", "51236"],
    ["report", "shop", "PostgreSQL JDBC Driver", "::1", "40000"],
    ["postgres", "postgres", "my app [web]: 1", "[local]", ""],
    ["[unknown]", "[unknown]", "[unknown]", "127.0.0.1", "60790"],
    ["bob", "shop", "w43 app LOG:  x", "127.0.0.1", "60791"],
    ["bob", "shop", "w44 [a] b=c,d@e:f ", "127.0.0.1", "60792"],
    [
        "o'neil,x=1 LOG",
        "my db:x@y",
        "w57 oddnames",
        "127.0.0.1",
        "60793",
    ],
];

/// A log of `count` records by this prefix: its text, and what each line is that begins no tab.
fn log(prefix: &str, zone: Zone, count: usize, odd: bool) -> (String, Vec<Truth>) {
    let mut random = Random(17);
    let mut micros = 1_795_236_277_926_000;
    let process = |id: u32, kind, session| Process {
        id,
        start: 1_795_230_000_000_000 + i64::from(id) * 100_000,
        lines: 0,
        kind,
        session,
        transaction: None,
        xid: 0,
        query_id: 0,
        tag: "idle",
        state: "00000",
    };
    let kinds = if odd { SESSIONS.len() } else { 6 };
    let mut processes = vec![
        process(811, "checkpointer", None),
        process(810, "postmaster", None),
    ];
    for id in 0..10 {
        let session = SESSIONS[usize::try_from(id).unwrap() % kinds];
        processes.push(process(29_570 + id * 7, "client backend", Some(session)));
    }
    let (mut text, mut truths) = (String::new(), Vec::new());
    for _ in 0..count {
        micros += i64::try_from(random.below(90_000)).unwrap() * 1_000 / 1_000 * 1_000;
        let at = random.below(processes.len());
        let process = &mut processes[at];
        process.transaction = (at > 1).then_some((
            3 + u32::try_from(at).unwrap(),
            u32::try_from(random.below(90_000)).unwrap(),
        ));
        process.xid = if at > 1 && random.below(5) == 0 {
            743 + u32::try_from(random.below(900)).unwrap()
        } else {
            0
        };
        process.query_id = if at > 1 {
            i64::from_ne_bytes([
                7,
                3,
                99,
                4,
                1,
                8,
                2,
                u8::try_from(random.below(255)).unwrap(),
            ])
        } else {
            0
        };
        process.tag = [
            "SELECT",
            "INSERT",
            "idle in transaction",
            "BIND",
            "CREATE TABLE",
        ][random.below(5)];
        let kind = random.below(10);
        process.state = if kind == 0 { "42P01" } else { "00000" };
        let lines: Vec<(&str, String)> = match kind {
            _ if at < 2 => vec![("LOG", format!("checkpoint starting: time {kind}"))],
            0 => vec![
                ("ERROR", "relation \"x\" does not exist at character 15".to_owned()),
                ("HINT", "Look.".to_owned()),
                ("STATEMENT", "SELECT 1\n\tFROM x".to_owned()),
            ],
            1 => vec![
                ("LOG", "duration: 0.084 ms  execute <unnamed>: SELECT $1".to_owned()),
                ("DETAIL", "parameters: $1 = 'LOG:  x'".to_owned()),
            ],
            2 => vec![("LOG", "statement: SELECT 'x'\n\t2026-11-21 03:53:18.319 UTC [21302] postgres@app web LOG:  duration: 9999.999 ms  statement: DROP TABLE users'".to_owned())],
            _ => vec![("LOG", format!("duration: {}.863 ms  statement: SELECT id, 'a@b LOG:  x', [1] FROM t", random.below(50)))],
        };
        for (level, message) in lines {
            process.lines += 1;
            text += &render(prefix, process, micros, zone);
            text += level;
            text += ":  ";
            text += &message;
            text.push('\n');
            truths.push(Truth {
                micros,
                process: process.clone(),
                message: message.lines().next().unwrap().to_owned(),
            });
        }
    }
    (text, truths)
}

/// What of a line the reader gets wrong, by the escapes that the prefix has.
fn mistakes(prefix: &str, told: &str, inferred: &Prefix, line: &str, truth: &Truth) -> Vec<String> {
    let Some(got) = inferred.line(line.as_bytes()) else {
        return vec![format!("not found: {line}")];
    };
    let mut wrong = Vec::new();
    let mut expect = |what: &str, got: &[u8], right: &str| {
        let got = String::from_utf8_lossy(got).into_owned();
        if got != right {
            wrong.push(format!("{what} '{got}' for '{right}': {line}"));
        }
    };
    let process = &truth.process;
    let application = process.session.map_or("", |s| s[2]);
    if !prefix.contains("a=") && prefix.contains("%a ") && application.contains("LOG:  ") {
        // Nothing tells where such a name ends.
        return Vec::new();
    }
    expect("message", got.message, &truth.message);
    // A process without a session writes nothing behind `%q`.
    let prefix = match prefix.split_once("%q") {
        Some((before, _)) if process.session.is_none() => before,
        _ => prefix,
    };
    let has = |escape: char| {
        prefix.contains(&format!("%{escape}"))
            || prefix.match_indices('%').any(|(at, _)| {
                prefix[at + 1..]
                    .trim_start_matches(|c: char| c == '-' || c.is_ascii_digit())
                    .starts_with(escape)
            })
    };
    if has('p') {
        expect("process", got.process_id, &process.id.to_string());
    }
    if has('c') {
        expect(
            "session",
            got.session_id,
            &format!("{:x}.{:x}", process.start / 1_000_000, process.id),
        );
    }
    if has('m') || has('n') {
        expect(
            "time",
            format!("{:?}", got.time).as_bytes(),
            &format!("{:?}", Some(truth.micros)),
        );
    } else if has('t') {
        let whole = truth.micros / 1_000_000 * 1_000_000;
        expect(
            "time",
            format!("{:?}", got.time).as_bytes(),
            &format!("{:?}", Some(whole)),
        );
    }
    if has('v') {
        let right = process
            .transaction
            .map(|(b, l)| format!("{b}/{l}"))
            .unwrap_or_default();
        expect("transaction", got.transaction, &right);
    }
    for (escape, got, at) in [
        ('u', got.user, 0),
        ('d', got.database, 1),
        ('a', got.application, 2),
    ] {
        // Without labels, a blank in a name can't be told from the one behind it.
        let blank = !prefix.contains('=') && process.session.is_some_and(|s| s[at].contains(' '));
        if told.contains(escape) && !blank {
            expect(
                &escape.to_string(),
                got,
                process.session.map_or("", |s| s[at]),
            );
        }
    }
    wrong
}

const ZONES: &[Zone] = &[
    UTC,
    Zone {
        name: "CET",
        offset: 3_600,
    },
    Zone {
        name: "+0545",
        offset: 20_700,
    },
    Zone {
        name: "-03",
        offset: -10_800,
    },
    Zone {
        name: "AEDT",
        offset: 39_600,
    },
];

/// The prefixes that aren't inferred wholly, with the first mistake.
fn failures(odd: bool, count: usize) -> Vec<String> {
    let mut failures = Vec::new();
    for (at, (prefix, told)) in PREFIXES.iter().enumerate() {
        let zone = ZONES[at % ZONES.len()];
        let (text, truths) = log(prefix, zone, count, odd);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('\t') || prefix.starts_with('\t'))
            .collect();
        assert_eq!(lines.len(), truths.len());
        let bytes: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let Some((inferred, share)) = infer(&bytes) else {
            failures.push(format!("{prefix}: nothing"));
            continue;
        };
        // Background processes write nothing at all before `%q`.
        let truths = lines
            .iter()
            .zip(&truths)
            .filter(|(_, t)| !prefix.starts_with("%q") || t.process.session.is_some());
        let wrong: Vec<String> = truths
            .flat_map(|(line, truth)| mistakes(prefix, told, &inferred, line, truth))
            .collect();
        if let Some(first) = wrong.first() {
            failures.push(format!(
                "'{prefix}' read as '{}' ({share:.3}), {} wrong: {first}",
                inferred.as_str(),
                wrong.len()
            ));
        }
    }
    failures
}

#[test]
fn prefixes_are_read_as_they_are_written() {
    for (prefix, _) in PREFIXES {
        for zone in ZONES {
            if prefix.contains("%m%p") && zone.name.starts_with(['+', '-']) {
                // `+0545810` can't be told apart.
                continue;
            }
            let parsed = Prefix::parse(prefix).unwrap();
            let (text, truths) = log(prefix, *zone, 60, false);
            let lines = text.lines().filter(|line| !line.starts_with('\t'));
            for (line, truth) in lines.zip(&truths) {
                // With no sign between them, where a user ends and a database begins can't be told.
                let wrong = mistakes(prefix, "", &parsed, line, truth);
                assert!(wrong.is_empty(), "{prefix}: {wrong:?}");
            }
        }
    }
    assert_eq!(time::stamp(b"x"), None);
}

#[test]
fn prefixes_are_inferred() {
    let failures = failures(false, 40);
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        PREFIXES.len(),
        failures.join("\n")
    );
}

#[test]
fn prefixes_are_inferred_in_spite_of_odd_names() {
    let failures = failures(true, 120);
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        PREFIXES.len(),
        failures.join("\n")
    );
}

#[test]
fn cut_lines_do_no_harm() {
    for (prefix, _) in PREFIXES.iter().step_by(7) {
        let (text, _) = log(prefix, UTC, 12, true);
        for cut in 1..80 {
            let lines: Vec<&[u8]> = text
                .lines()
                .map(|line| &line.as_bytes()[..cut.min(line.len())])
                .collect();
            if let Some((inferred, share)) = infer(&lines) {
                assert!(share <= 1.0);
                assert!(
                    lines.iter().any(|line| inferred.line(line).is_some()),
                    "{prefix}"
                );
            }
        }
    }
}
