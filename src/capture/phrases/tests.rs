//! Every wording of the catalog, and the logs of real servers.

use super::*;

/// A message made from a template: every field has a value that no other has.
struct Sample {
    message: String,
    /// The values as the phrase should have them: texts, and numbers in microseconds or as they are.
    values: Vec<String>,
}

fn sample(template: &str) -> Sample {
    let mut message = String::new();
    let mut values = Vec::new();
    for (i, piece) in template.replace("\\n", "\n").split('{').enumerate() {
        let (name, literal) = if i == 0 {
            ("", piece)
        } else {
            piece.split_once('}').unwrap()
        };
        let (text, value) = match name {
            "" => (String::new(), None),
            "_" | "position" => ("77".to_owned(), None),
            "rest" => (
                "pages: 1\ntuples: 23456 removed\nCPU: 0.01 s, 0.02 s, 0.03 s".to_owned(),
                None,
            ),
            "ms" | "fork" | "authentication" => (format!("{i}.123"), Some(format!("{i}123"))),
            "write" | "sync" | "total" => (format!("{i}.123"), Some(format!("{i}123000"))),
            "hours" => ("1".to_owned(), None),
            "minutes" => ("02".to_owned(), None),
            "seconds" => ("03.456".to_owned(), Some("3723456000".to_owned())),
            "process" | "bytes" | "buffers" | "scans" | "apart" => {
                (format!("{i}456"), Some(format!("{i}456")))
            }
            "sql" => text("SELECT ': ' ;\n\tSELECT 'duration: 1.000 ms'"),
            "name" => text("py:0x7f_0/p"),
            "values" => text("$1 = 'a: b', $2 = NULL"),
            _ => text(&format!("{name}_{i}")),
        };
        message += &text;
        message += literal;
        values.extend(value);
    }
    Sample { message, values }
}

/// A text is found in a phrase's debug form as the list of its bytes.
fn text(text: &str) -> (String, Option<String>) {
    let bytes = format!("{:?}", text.as_bytes());
    (text.to_owned(), Some(bytes))
}

/// What a phrase is, in a word.
fn name(phrase: Option<Phrase<'_>>) -> String {
    match phrase {
        None => "-".to_owned(),
        Some(Phrase::Duration { .. }) => "duration".to_owned(),
        Some(Phrase::Ran { .. }) => "ran".to_owned(),
        Some(Phrase::Step { step, .. }) => format!("ran {step:?}"),
        Some(Phrase::Plan { .. }) => "plan".to_owned(),
        Some(Phrase::Statement { .. }) => "statement".to_owned(),
        Some(Phrase::Execute { step, .. }) => format!("say {step:?}"),
        Some(Phrase::Broken(_)) => "broken".to_owned(),
        Some(Phrase::Event(event)) => event.class().name().to_owned(),
    }
}

/// What the messages of a key are, `None` for a key that isn't a message's.
fn expected(key: &str) -> Option<&str> {
    Some(match key {
        "ran-parse" => "ran Parse",
        "ran-bind" => "ran Bind",
        "ran-execute" => "ran Execute",
        "ran-fetch" => "ran Fetch",
        "say-execute" => "say Execute",
        "say-fetch" => "say Fetch",
        "ran-function" => "function-call",
        "statement-text" => "statement",
        "lock-waiting" | "lock-acquired" | "lock-failed" | "lock-avoided" | "lock-deadlock"
        | "lock-refused" => "lock-wait",
        "recovery-conflict-ended" => "recovery-conflict",
        "recovery-waiting" | "recovery-waited" => "recovery-wait",
        "restartpoint-starting" => "checkpoint-starting",
        "restartpoint-complete" => "checkpoint-complete",
        "autovacuum-wraparound" => "autovacuum",
        "log" | "error" | "fatal" | "panic" | "warning" | "notice" | "info" | "debug"
        | "detail" | "hint" | "context" | "statement" | "query" | "location" | "backtrace"
        | "execute" | "fetch" | "parameters" | "prepare" | "security" | "position" => return None,
        key => key,
    })
}

/// Every message of the catalog, with its key, its language and the values in it.
fn messages() -> Vec<(String, &'static str, Sample)> {
    let mut messages = Vec::new();
    for entry in catalog::entries() {
        if !entry.template.contains("{step}") {
            messages.push((
                entry.key.to_owned(),
                entry.languages,
                sample(entry.template),
            ));
            continue;
        }
        for key in ["execute", "fetch"] {
            for word in catalog::words_for(key, entry) {
                let verb = if entry.key == "step" { "say" } else { "ran" };
                let template = entry.template.replace("{step}", word);
                messages.push((format!("{verb}-{key}"), entry.languages, sample(&template)));
            }
        }
    }
    messages
}

#[test]
fn every_wording_comes_back_with_its_values() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (key, languages, sample) in messages() {
        let Some(expected) = expected(&key) else {
            continue;
        };
        for encoding in encoding::encodings(&sample.message) {
            checked += 1;
            let message = encoding.encode(&sample.message);
            let got = phrase(&message);
            let shown = format!("{got:?}");
            let complete = sample.values.iter().all(|value| shown.contains(value));
            if name(got) != expected || !complete {
                wrong.push(format!("{key} {languages} {}: {shown}", sample.message));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(checked > 2_000, "{checked}");
}

#[test]
fn every_level_and_detail_comes_back() {
    for entry in catalog::entries() {
        let sample = sample(entry.template);
        let message = sample.message.as_bytes();
        match entry.key {
            "log" | "error" | "fatal" | "panic" | "warning" | "notice" | "info" | "debug" => {
                // Georgian has one word for two of them.
                let known = format!("{:?}", severity(message).unwrap()).to_lowercase();
                assert!(
                    known == entry.key || entry.languages == "ka",
                    "{}",
                    entry.template
                );
                let line = format!("{}:  x", sample.message);
                let (_, taken) = level_at(line.as_bytes()).unwrap();
                assert_eq!(line.get(taken..), Some("x"));
            }
            "detail" | "hint" | "context" | "statement" | "query" | "location" | "backtrace" => {
                let (level, _) = level_at(message).unwrap();
                assert_eq!(format!("{level:?}").to_lowercase(), entry.key);
            }
            "parameters" => {
                let expected = Detail::Parameters(b"$1 = 'a: b', $2 = NULL");
                assert_eq!(detail(message), expected, "{}", entry.template);
            }
            "prepare" => {
                assert!(
                    matches!(detail(message), Detail::Prepare(_)),
                    "{}",
                    entry.template
                );
            }
            _ => {}
        }
    }
}

#[test]
fn cut_and_damaged_messages_do_no_harm() {
    for (_, _, sample) in messages() {
        let message = sample.message.as_bytes();
        for end in 0..message.len() {
            let cut = message.get(..end).unwrap();
            let mut damaged = message.to_vec();
            damaged[end] = 0xff;
            for text in [cut, &damaged] {
                let _: (_, _, _) = (phrase(text), detail(text), level_at(text));
            }
        }
    }
}

#[test]
fn traps() {
    let check = |message: &str, expected: &str| {
        assert_eq!(name(phrase(message.as_bytes())), expected, "{message}");
    };
    check("raised: duration: 77.0 ms  statement: nope", "-");
    check(" duration: 5.000 ms  statement: SELECT 1", "-");
    check("duration: 5.0 ms  statement: SELECT 1", "broken");
    check("duration: ", "broken");
    check("duration: 0.461 m", "broken");
    check("duration: 0.461 ms  sta", "broken");
    check("duration: 0.461 ms  execute p", "broken");
    check("duration: 0.461 ms  something else", "-");
    check("Dauer: 0.461 ms", "duration");
    check("Dauer: 0.461 ms  Anwei", "broken");
    check("Dauer: 0", "broken");
    check("продолжительность: 0.461 мс, опер", "broken");
    check("duration: 1.000 ms  выполнение p: SELECT 1", "ran Execute");
    check("执行时间: 1.000 ms 执行FETCH操作p: SELECT 1", "ran Fetch");
    check("duration: 1.000 ms  plan:", "plan");
    check("execute", "-");
    check("execute <unnamed>", "-");
    check("deadlock detected at character 7", "deadlock-detected");
    check("deadlock detected by me", "-");
    check("", "-");
    let long = "x".repeat(3 << 20);
    check(&format!("duration: 0.461 ms  execute {long}"), "-");
    check(&format!("duration: 0.461 ms  statement: {long}"), "ran");
    check(
        &format!("connection received: host={long}"),
        "connection-received",
    );
}

#[test]
fn fields_of_events() {
    let check = |message: &str, expected: LogEvent<'_>| {
        assert_eq!(phrase(message.as_bytes()), Some(Phrase::Event(expected)));
    };
    check(
        "connection authorized: user=ann b database=shop application_name=a SSL b SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)",
        LogEvent::ConnectionAuthorized {
            user: b"ann b",
            database: b"shop",
            application: b"a SSL b",
        },
    );
    check(
        "process 7 still waiting for ShareLock on transaction 730 after 1000.123 ms at character 22",
        LogEvent::LockWait {
            process: 7,
            mode: b"ShareLock",
            object: b"transaction 730",
            waited: 1_000_123,
            outcome: LockOutcome::Waiting,
        },
    );
    check(
        "automatic analyze of table \"a.b.c\" system usage: CPU: user: 0.01 s, system: 0.00 s, elapsed: 1.25 s",
        LogEvent::Autoanalyze {
            table: b"a.b.c",
            elapsed: Some(1_250_000),
        },
    );
    check(
        "automatic vacuum of table \"a.b.c\": index scans: 1\n\tpages: 0 removed, 9 remain\n\ttuples: 59 removed, 10 remain\n\tsystem usage: CPU: user: 0.01 s, system: 0.0",
        LogEvent::Autovacuum {
            table: b"a.b.c",
            index_scans: 1,
            tuples_removed: Some(59),
            elapsed: None,
            wraparound: false,
        },
    );
}

/// The log of a real server in each language, of the same work; the records are in the same order.
const LOGS: [(&str, &[u8]); 13] = [
    ("en", include_bytes!("../../../fixtures/languages/en.log")),
    ("de", include_bytes!("../../../fixtures/languages/de.log")),
    ("es", include_bytes!("../../../fixtures/languages/es.log")),
    ("fr", include_bytes!("../../../fixtures/languages/fr.log")),
    ("it", include_bytes!("../../../fixtures/languages/it.log")),
    ("ja", include_bytes!("../../../fixtures/languages/ja.log")),
    ("ka", include_bytes!("../../../fixtures/languages/ka.log")),
    ("ko", include_bytes!("../../../fixtures/languages/ko.log")),
    ("ru", include_bytes!("../../../fixtures/languages/ru.log")),
    ("sv", include_bytes!("../../../fixtures/languages/sv.log")),
    ("uk", include_bytes!("../../../fixtures/languages/uk.log")),
    (
        "zh_CN",
        include_bytes!("../../../fixtures/languages/zh_CN.log"),
    ),
    (
        "zh_TW",
        include_bytes!("../../../fixtures/languages/zh_TW.log"),
    ),
];

#[test]
fn real_logs_say_the_same_in_every_language() {
    let [(_, english), others @ ..] = LOGS;
    let english = summary(english);
    assert_eq!(english.len(), 37);
    assert_eq!(
        english
            .iter()
            .filter(|name| *name == "Severity(Log) -")
            .count(),
        1
    );
    for (language, log) in others {
        assert_eq!(summary(log), english, "{language}");
    }
}

/// The level of each record and what its message says.
fn summary(log: &[u8]) -> Vec<String> {
    let mut records: Vec<Vec<u8>> = Vec::new();
    for line in log.split_inclusive(|b| *b == b'\n') {
        match records.last_mut() {
            Some(record) if line.starts_with(b"\t") => record.extend_from_slice(line),
            _ => records.push(line.to_vec()),
        }
    }
    records
        .iter()
        .map(|record| {
            let prefix = memchr::memmem::find(record, b"] ").unwrap() + 2;
            let text = record.get(prefix..).unwrap();
            let (level, taken) = level_at(text).unwrap();
            let message = text.get(taken..).unwrap();
            let said = match level {
                Level::Severity(_) => name(phrase(message)),
                Level::Detail => {
                    let detail = format!("{:?}", detail(message));
                    detail.split('(').next().unwrap().to_owned()
                }
                _ => String::new(),
            };
            format!("{level:?} {said}")
        })
        .collect()
}
