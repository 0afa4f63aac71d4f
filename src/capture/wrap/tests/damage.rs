//! Damaged files cost what is damaged, and never more.

use super::*;

fn samples() -> Vec<(Wrapper, String)> {
    let mut all = containers();
    all.extend(clouds());
    all
}

fn containers() -> Vec<(Wrapper, String)> {
    let lines = |wrap: fn(&str) -> String| each_line(wrap);
    vec![
        (
            Wrapper::Docker,
            lines(|l| {
                format!(
                    "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\"}}\n",
                    json(&format!("{l}\n"))
                )
            }),
        ),
        (
            Wrapper::Cri,
            lines(|l| format!("2026-11-21T04:10:19Z stderr F {l}\n")),
        ),
        (
            Wrapper::Stamped,
            lines(|l| format!("2026-11-21T04:10:19Z {l}\n")),
        ),
        (Wrapper::Pod, lines(|l| format!("[pod/a/b] {l}\n"))),
        (
            Wrapper::Compose,
            lines(|l| format!("\x1b[36mdb-1  | \x1b[0m{l}\n")),
        ),
        (
            Wrapper::JournalExport,
            lines(|l| {
                format!(
                    "__CURSOR=1\nSYSLOG_IDENTIFIER=postgres\nMESSAGE\n\x04\0\0\0\0\0\0\0{}\nX={l}\n\n",
                    &l[..4]
                )
            }),
        ),
        (
            Wrapper::JournalJson,
            lines(|l| {
                format!(
                    "{{\"__CURSOR\":\"1\",\"SYSLOG_IDENTIFIER\":\"postgres\",\"MESSAGE\":{:?}}}\n",
                    l.as_bytes()
                )
            }),
        ),
        (
            Wrapper::Syslog,
            lines(|l| {
                format!(
                    "<134>Nov 21 04:10:19 db postgres[12]: [5-1] {}\n",
                    l.replace('\t', "#011")
                )
            }),
        ),
        (
            Wrapper::Syslog5424,
            lines(|l| format!("<134>1 2026-11-21T04:10:19Z db postgres 12 - [a b=\"c\"] {l}\n")),
        ),
        (
            Wrapper::Heroku,
            lines(|l| {
                format!("2026-11-21T04:10:19+00:00 app[postgres.12]: [DATABASE] [5-1] {l}\n")
            }),
        ),
    ]
}

fn clouds() -> Vec<(Wrapper, String)> {
    let lines = |wrap: fn(&str) -> String| each_line(wrap);
    vec![
        (
            Wrapper::CloudWatchTail,
            lines(|l| format!("2026-11-21T04:10:19+00:00 shop.0 {l}\n")),
        ),
        (
            Wrapper::CloudWatchEvents,
            format!(
                "{{\"events\":[{}{{}}]}}",
                lines(|l| format!(
                    "{{\"timestamp\":1795234219773,\"message\":{},\"logStreamName\":\"a\"}},\n",
                    json(l)
                ))
            ),
        ),
        (
            Wrapper::CloudSql,
            lines(|l| {
                format!(
                    "{{\"insertId\":\"1\",\"textPayload\":{},\"timestamp\":\"2026-11-21T04:10:19Z\"}}\n",
                    json(l)
                )
            }),
        ),
        (
            Wrapper::Azure,
            lines(|l| {
                format!(
                    "{{\"properties\":{{\"errorLevel\":\"LOG\",\"message\":{},\"detail\":\"x\"}}}}\n",
                    json(l)
                )
            }),
        ),
        (
            Wrapper::Operator,
            lines(|l| {
                format!(
                    "{{\"logger\":\"postgres\",\"record\":{{\"error_severity\":\"LOG\",\n\"message\":{}}}}}\n",
                    json(l)
                )
            }),
        ),
        (
            Wrapper::Supabase,
            lines(|l| {
                format!(
                    "{{\"event_message\":{},\"timestamp\":1795234219773001,\"metadata\":[{{\"parsed\":[{{}}]}}]}}\n",
                    json(l)
                )
            }),
        ),
        (
            Wrapper::SupabaseCsv,
            format!(
                "timestamp,event_message\n{}",
                lines(|l| format!("1795234219773001,\"{}\"\n", l.replace('"', "\"\"")))
            ),
        ),
        (
            Wrapper::Json,
            lines(|l| format!("{{\"message\":{},\"ts\":1795234219.1}}\n", json(l))),
        ),
    ]
}

#[test]
fn any_cut_and_any_changed_byte_is_read() {
    for (wrapper, file) in samples() {
        let file = file.as_bytes();
        let end = file.len().min(1_200);
        // Without the name of its list, or of its columns, nothing of a file is known.
        let start = match wrapper {
            Wrapper::CloudWatchEvents => 11,
            Wrapper::SupabaseCsv => 24,
            _ => 0,
        };
        for at in start..end {
            detect(file.get(at..).unwrap());
            unwrap(&[wrapper], file.get(at..).unwrap(), 4_096);
            unwrap(&[wrapper], file.get(..at).unwrap(), 4_096);
            for byte in [0, b'"', b'\\', b'\n', b'{', b']', b' ', 0xff] {
                let mut changed = file.to_vec();
                *changed.get_mut(at).unwrap() = byte;
                let whole = unwrap(&[wrapper], &changed, changed.len());
                if at % 16 == 0 {
                    assert_eq!(unwrap(&[wrapper], &changed, 13), whole);
                    detect(&changed);
                }
                let lost = LOG
                    .lines()
                    .count()
                    .saturating_sub(whole.bytes.split(|b| *b == b'\n').count());
                assert!(
                    lost <= 4,
                    "{wrapper:?} {at} {byte}: {}",
                    String::from_utf8_lossy(&whole.bytes)
                );
            }
        }
    }
}

#[test]
fn broken_lines_are_told_with_their_place() {
    let good = "2026-11-21T04:10:19Z stderr F 2026-11-21 04:10:19.773 UTC [1] LOG:  x\n";
    let out = unwrap(&[Wrapper::Cri], format!("{good}what\n{good}").as_bytes(), 3);
    assert_eq!(
        out.broken,
        [(good.len() as u64, "not a line of a container runtime's log")]
    );
    assert_eq!(out.bytes.split(|b| *b == b'\n').count(), 3);
}

#[test]
fn wrappers_in_others_hands_do_no_harm() {
    for (_, file) in samples() {
        for (wrapper, _) in samples() {
            for inner in [Wrapper::Docker, Wrapper::Syslog, Wrapper::Json] {
                unwrap(&[wrapper, inner], file.as_bytes(), 1_000);
            }
        }
    }
}
