//! The same events with other prefixes, in other languages, wrapped and packed.

use std::io::Write as _;

use pgloupe::capture::Options;
use serde_json::{Value, json};

use crate::common::{assert_same, comparable, fixture, open, path, read};
use crate::render::{self, Event, PREFIX, WRAPPED, events, json_log, text_log};

fn report(bytes: &[u8]) -> Value {
    comparable(&read(bytes, &Options::default()).expect("readable"))
}

/// Prefixes that tell the millisecond: nothing is lost.
const FULL: &[&str] = &[
    PREFIX,
    "%m [%p] %q%u@%d ",
    "%m [%p] ",
    "%m:%r:%u@%d:[%p]:",
    "%m-%c-",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    " sql_error_code = %e time_ms=\"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" vtid=\"%v\" tid=\"%x\" log_line=\"%l\" database=\"%d\" connection_source=\"%r\" user=\"%u\" application_name=\"%a\" ",
    "%n %p ",
    "%p-%s-%c-%l-%h-%u-%d-%m ",
    "%m %-6p|%6l ",
    "<%m %c %v %e> ",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m %b[%p] %v %q%a ",
];

/// Prefixes that nothing in the log tells: a name that is nearly always the same, between blanks.
const GIVEN: &[&str] = &[
    "%m %-6p|%10u|%-12d|%l ",
    "%m %-6p|%-12d|%6l ",
    "%m %10u %p ",
];

/// Prefixes without a time, or with whole seconds: what they tell of requests and of the day is less.
const COARSE: &[&str] = &[
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t:%r:%u@%d:[%p]:",
    "%t-%c-",
    "%c ",
    "[%p] ",
];

#[test]
fn prefixes() {
    let events = events();
    let expected = report(&json_log(&events));
    let mut problems = Vec::new();
    for prefix in FULL {
        let analysis = read(&text_log(&events, prefix), &Options::default()).expect("readable");
        let what = format!(
            "{prefix} as {:?}",
            analysis.workload.capture.files[0].format
        );
        problems.extend(differences(&comparable(&analysis), &expected, &what));
    }
    for prefix in FULL.iter().chain(GIVEN) {
        let options = Options {
            prefix: Some((*prefix).to_owned()),
            ..Options::default()
        };
        let analysis = read(&text_log(&events, prefix), &options).expect("readable");
        let what = format!("{prefix} given");
        problems.extend(differences(&comparable(&analysis), &expected, &what));
    }
    let expected = essence(&expected);
    for prefix in COARSE {
        let found = essence(&report(&text_log(&events, prefix)));
        problems.extend(differences(&found, &expected, prefix));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// What a report says without knowing when it was.
fn essence(report: &Value) -> Value {
    let capture = &report["capture"];
    let queries = report["queries"].as_array().expect("queries");
    let mut rows: Vec<String> = queries
        .iter()
        .map(|q| {
            format!(
                "{} {} {} {} {}",
                q["fingerprint"], q["executions"], q["total_ms"], q["errors"], q["steps_ms"]
            )
        })
        .collect();
    rows.sort();
    json!({
        "executions": capture["executions"], "db_time_ms": capture["db_time_ms"], "plans": capture["plans"],
        "sessions": capture["sessions"], "notable": capture["notable"], "queries": rows,
    })
}

fn differences(found: &Value, expected: &Value, what: &str) -> Option<String> {
    let check = || assert_same(found, expected, what);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).err()?;
    panic.downcast_ref::<String>().cloned()
}

#[test]
fn wrappers() {
    let all = events();
    let plain: Vec<Event> = all.iter().filter(|e| !is_strange(e)).cloned().collect();
    let mut problems = Vec::new();
    for form in WRAPPED {
        let events = if form.faithful { &all } else { &plain };
        let expected = without_returns(report(&json_log(events)));
        let bytes = (form.write)(events);
        match read(&bytes, &Options::default()) {
            Ok(analysis) => {
                let mut found = without_returns(comparable(&analysis));
                // Other programs' lines are told of.
                let warnings = found["capture"]["warnings"]
                    .as_array_mut()
                    .expect("warnings");
                warnings.retain(|w| !w.as_str().is_some_and(|w| w.contains("of other programs")));
                problems.extend(differences(&found, &expected, form.name));
            }
            Err(error) => problems.push(format!("{}: {error}", form.name)),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// Holds what syslog can't carry.
fn is_strange(event: &Event) -> bool {
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t' || c == '#';
    event
        .parts()
        .iter()
        .any(|(_, text)| text.contains(odd) || text.contains("\n\n"))
}

/// A carriage return at the end of a line belongs to whoever wrote the line.
fn without_returns(mut report: Value) -> Value {
    for query in report["queries"].as_array_mut().expect("queries") {
        if let Some(sql) = query["example"]["sql"].as_str() {
            query["example"]["sql"] = json!(sql.replace('\r', ""));
        }
    }
    report
}

#[test]
fn packings() {
    let plain = fixture("captures/awkward.log");
    let expected = report(&plain);
    let half = render::text_log(&[], PREFIX).len() + plain.len() / 2;
    let gz = |bytes: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).expect("packed");
        out.finish().expect("packed")
    };
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(&plain).expect("packed");
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(&plain).expect("packed");
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(plain.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, "log/awkward.log", plain.as_slice())
        .expect("packed");
    let packed = [
        ("gz", gz(&plain)),
        (
            "gz of two members",
            [gz(&plain[..half]), gz(&plain[half..])].concat(),
        ),
        (
            "zst",
            zstd::encode_all(plain.as_slice(), 1).expect("packed"),
        ),
        ("bz2", bz.finish().expect("packed")),
        ("xz", xz.finish().expect("packed")),
        ("tar.gz", gz(&tar.into_inner().expect("packed"))),
        ("zip", zip(&plain)),
    ];
    for (name, bytes) in packed {
        assert_same(&report(&bytes), &expected, name);
    }
}

/// A zip archive with one file that is stored as it is.
fn zip(bytes: &[u8]) -> Vec<u8> {
    let name = b"awkward.log";
    let size = u32::try_from(bytes.len()).expect("small").to_le_bytes();
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let sum = crc.sum().to_le_bytes();
    let name_len = [u8::try_from(name.len()).expect("short"), 0];
    // Version, flags, method, time and date, checksum, both sizes, lengths of name and extra field.
    let common = [
        &[10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5c][..],
        &sum,
        &size,
        &size,
        &name_len,
        &[0, 0],
    ]
    .concat();
    let mut out = [&b"PK\x03\x04"[..], &common, name, bytes].concat();
    let at = u32::try_from(out.len()).expect("small").to_le_bytes();
    let central = [&b"PK\x01\x02"[..], &[10, 0], &common, &[0; 14], name].concat();
    let central_len = u32::try_from(central.len()).expect("small").to_le_bytes();
    out.extend(&central);
    out.extend(
        [
            &b"PK\x05\x06"[..],
            &[0; 4],
            &[1, 0, 1, 0],
            &central_len,
            &at,
            &[0, 0],
        ]
        .concat(),
    );
    out
}

#[test]
fn languages() {
    let open = |language: &str| {
        let file = path(&format!("languages/{language}.log"));
        comparable(&open(&file, &Options::default()).expect("readable"))
    };
    let count = |report: &Value| {
        let capture = &report["capture"];
        let mut classes: Vec<String> = capture["notable"]
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        classes.sort();
        json!({"executions": capture["executions"], "plans": capture["plans"], "classes": classes})
    };
    let english = count(&open("en"));
    let mut problems = Vec::new();
    for language in [
        "de", "es", "fr", "it", "ja", "ka", "ko", "ru", "sv", "uk", "zh_CN", "zh_TW",
    ] {
        problems.extend(differences(&count(&open(language)), &english, language));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
