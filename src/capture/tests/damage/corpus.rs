//! Fixtures, cut into units: lines, rows, messages, statements.

use std::fs;
use std::path::Path;

use crate::capture::detect::Format;
use crate::capture::records::records;
use crate::capture::wrap::Wrapper;

/// How much of a file is taken.
const MOST: usize = 300_000;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    let mut bytes = fs::read(path).unwrap();
    bytes.truncate(MOST);
    bytes
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

pub(super) fn text_logs() -> Vec<Vec<u8>> {
    let mut all = lines(&fixture("captures/awkward.log"));
    all.extend(lines(&fixture("shop.log")).into_iter().take(300));
    for language in ["de", "ja", "fr", "ru"] {
        all.extend(lines(&fixture(&format!("languages/{language}.log"))));
    }
    all
}

pub(super) fn csv_rows() -> Vec<Vec<u8>> {
    let bytes = fixture("captures/awkward.csv");
    let (mut rows, mut inside, mut from) = (Vec::new(), false, 0);
    for (at, byte) in bytes.iter().enumerate() {
        inside ^= *byte == b'"';
        if *byte == b'\n' && !inside {
            rows.push(bytes[from..=at].to_vec());
            from = at + 1;
        }
    }
    rows
}

pub(super) fn json_lines() -> Vec<Vec<u8>> {
    lines(&fixture("captures/awkward.json"))
}

pub(super) fn pgbouncer() -> Vec<Vec<u8>> {
    lines(&fixture("pgbouncer.log"))
}

const TABLE: &str = " query | calls | total_exec_time | rows \n\
    ---------------+-------+-----------------+------\n \
    SELECT $1    +|     3 |            1.25 |    3\n  \
    FROM t        |       |                 |     \n \
    SELECT 'a | b' |    1 |        0.5 |    1\n(2 rows)\n";

const EXPANDED: &str = "-[ RECORD 1 ]---+---------\nquery           | SELECT $1+\n                | FROM t\n\
    calls           | 3\ntotal_exec_time | 1.25\n-[ RECORD 2 ]---+---------\nquery           | BEGIN\n\
    calls           | 5\ntotal_exec_time | 0.5\nrows            | 7\n";

pub(super) fn totals() -> Vec<Vec<u8>> {
    vec![
        fixture("pg_stat_statements.csv"),
        fixture("pg_stat_statements.json"),
        TABLE.into(),
        EXPANDED.into(),
    ]
}

/// Lines of logs that were written with other prefixes.
pub(super) fn prefixed() -> Vec<Vec<u8>> {
    let heads = [
        "2026-11-21 04:40:59 UTC:10.0.0.1(5123):app@shop:[771]:",
        "2026-11-21 04:40:59 CET-6b01.2f-",
        "1795234859.078 771 3/12 0 ",
        "[771] 2026-11-21 04:40:59.078 UTC app=web-1,db=shop ",
    ];
    let log = fixture("shop.log");
    let messages = log.split(|b| *b == b'\n').filter_map(|line| {
        let at = memchr::memmem::find(line, b"LOG:  ")?;
        line.get(at..)
    });
    let mut all = text_logs();
    for head in heads {
        let written = messages
            .clone()
            .take(80)
            .map(|m| [head.as_bytes(), m, b"\n"].concat());
        all.extend(written);
    }
    all
}

/// Messages, details and contexts of all records.
pub(super) fn messages() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let bytes = fixture("captures/awkward.csv");
    let mut each = |record: crate::capture::record::Record<'_>| {
        all.extend([&record.message, &record.detail, &record.context].map(|text| text.to_vec()));
    };
    records(&bytes, 0, &Format::Csv, &mut each, &mut |_, _| {});
    for language in ["de", "ja", "ru", "it"] {
        for line in lines(&fixture(&format!("languages/{language}.log"))) {
            let at = memchr::memmem::find(&line, b":  ").map_or(0, |at| at + 3);
            all.push(line[at..].to_vec());
        }
    }
    all.retain(|text| !text.is_empty());
    all
}

pub(super) fn stamps() -> Vec<Vec<u8>> {
    let all = [
        "2026-11-21 04:40:59.078 UTC",
        "2026-11-21 04:40:59 +0545",
        "2026-11-21 04:40:59 America/New_York",
        "2026-11-21T04:40:59.078123456Z",
        "2026-11-21T04:40:59+05:30",
        "Nov 21 04:40:59",
        "Dec  1 04:40:59",
        "1795234859.078",
        "2026-11-21 04:40:59.078 GMT+3",
        "1970-01-01 00:00:00 CET",
    ];
    all.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Plans of `auto_explain` in all four forms.
pub(super) fn plans() -> Vec<Vec<u8>> {
    let of_plan = |text: &Vec<u8>| {
        memchr::memmem::find(text, b" ms  plan:\n").map(|at| text[at + 11..].to_vec())
    };
    messages().iter().filter_map(of_plan).collect()
}

/// The texts of statements, with what stands before them.
pub(super) fn statements() -> Vec<Vec<u8>> {
    let of_statement = |text: &Vec<u8>| {
        let at = memchr::memmem::find(text, b": ")? + 2;
        let from = memchr::memmem::find(&text[at..], b": ").map_or(at, |next| at + next + 2);
        text.starts_with(b"duration: ")
            .then(|| text[from..].to_vec())
    };
    let mut all: Vec<Vec<u8>> = messages().iter().filter_map(of_statement).collect();
    let pairs = fixture("fingerprint/pairs.txt");
    all.extend(lines(&pairs));
    for line in lines(&fixture("shop.log")).into_iter().take(400) {
        if let Some(at) = memchr::memmem::find(&line, b": SELECT") {
            all.push(line[at + 2..].to_vec());
        }
    }
    all
}

/// Wrapped logs. The first byte tells the wrapper, by [`WRAPPERS`].
pub(super) fn wrapped() -> Vec<Vec<u8>> {
    let log = fixture("captures/awkward.log");
    let log = String::from_utf8_lossy(&log).into_owned();
    let lines: Vec<&str> = log.lines().collect();
    let mut all = Vec::new();
    for (tag, (_, wrap)) in (0..).zip(WRAPPERS) {
        for part in lines.chunks(25).step_by(11) {
            let mut bytes = vec![tag];
            for line in part {
                bytes.extend(wrap(line));
            }
            all.push(bytes);
        }
    }
    all
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

type Wrap = fn(&str) -> Vec<u8>;

const STAMP: &str = "2026-11-21T04:10:19.773124Z";

/// Every wrapper, and how it holds a line.
pub(super) const WRAPPERS: &[(Wrapper, Wrap)] = &[
    (Wrapper::Docker, |l| {
        let text = quoted(&format!("{l}\n"));
        format!("{{\"log\":{text},\"stream\":\"stderr\",\"time\":\"{STAMP}\"}}\n").into_bytes()
    }),
    (Wrapper::Cri, |l| {
        let (a, b) = l.split_at(l.char_indices().nth(30).map_or(0, |c| c.0));
        format!("{STAMP} stderr P {a}\n{STAMP} stderr F {b}\n").into_bytes()
    }),
    (Wrapper::Stamped, |l| format!("{STAMP} {l}\n").into_bytes()),
    (Wrapper::Pod, |l| {
        format!("[pod/shop-0/postgres] {l}\n").into_bytes()
    }),
    (Wrapper::Compose, |l| {
        format!("\x1b[36mdb-1  | \x1b[0m{l}\nweb-1  | GET /\n").into_bytes()
    }),
    (Wrapper::JournalExport, |l| {
        let head = b"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795234219773124\nSYSLOG_IDENTIFIER=postgres\n_PID=812\nMESSAGE\n";
        [
            head.as_slice(),
            &(l.len() as u64).to_le_bytes(),
            l.as_bytes(),
            b"\n\n",
        ]
        .concat()
    }),
    (Wrapper::JournalJson, |l| {
        let head = "\"__CURSOR\":\"s=1\",\"__REALTIME_TIMESTAMP\":\"1795234219773124\",\"SYSLOG_IDENTIFIER\":\"postgres\"";
        format!("{{{head},\"_PID\":\"8\",\"MESSAGE\":{}}}\n", quoted(l)).into_bytes()
    }),
    (Wrapper::Syslog, |l| {
        let (a, b) = l.split_at(l.char_indices().nth(60).map_or(0, |c| c.0));
        let (a, b) = (a.replace('\t', "#011"), b.replace('\t', "#011"));
        format!("<134>Nov 21 04:10:19 db postgres[12]: [5-1] {a}\n<134>Nov 21 04:10:19 db postgres[12]: [5-2] {b}\n").into_bytes()
    }),
    (Wrapper::Syslog5424, |l| {
        format!("<134>1 {STAMP} db postgres 12 - [a b=\"c\"] {l}\n").into_bytes()
    }),
    (Wrapper::Heroku, |l| {
        format!("{STAMP} app[postgres.12]: [DATABASE] [5-1] {l}\n").into_bytes()
    }),
    (Wrapper::CloudWatchTail, |l| {
        format!("2026-11-21T04:10:19+00:00 shop.0 {l}\n").into_bytes()
    }),
    (Wrapper::CloudWatchEvents, |l| {
        format!(
            "{{\"timestamp\":1795234219773,\"message\":{},\"logStreamName\":\"a\"}}\n",
            quoted(l)
        )
        .into_bytes()
    }),
    (Wrapper::CloudSql, |l| {
        format!("{{\"insertId\":\"1\",\"textPayload\":{},\"timestamp\":\"{STAMP}\",\"resource\":{{}}}}\n", quoted(l)).into_bytes()
    }),
    (Wrapper::Azure, |l| {
        format!(
            "{{\"properties\":{{\"errorLevel\":\"LOG\",\"message\":{},\"detail\":\"x\"}}}}\n",
            quoted(l)
        )
        .into_bytes()
    }),
    (Wrapper::Operator, |l| {
        let record = format!("{{\"error_severity\":\"LOG\",\"message\":{}}}", quoted(l));
        format!("{{\"logger\":\"postgres\",\"record\":{record}}}\n").into_bytes()
    }),
    (Wrapper::Supabase, |l| {
        format!("{{\"event_message\":{},\"timestamp\":1795234219773001,\"metadata\":[{{\"parsed\":[{{}}]}}]}}\n", quoted(l)).into_bytes()
    }),
    (Wrapper::SupabaseCsv, |l| {
        format!(
            "timestamp,event_message\n1795234219773001,\"{}\"\n",
            l.replace('"', "\"\"")
        )
        .into_bytes()
    }),
    (Wrapper::Json, |l| {
        format!("{{\"message\":{},\"ts\":1795234219.1}}\n", quoted(l)).into_bytes()
    }),
];
