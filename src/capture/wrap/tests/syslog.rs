//! Syslog, the journal and Heroku.

use super::*;

/// Messages as PostgreSQL gives them to syslog, with a header from the process and the message's number.
fn pieces(header: impl Fn(u32, usize) -> String, numbered: bool) -> String {
    let mut file = String::new();
    for (n, (_, message)) in messages().iter().enumerate() {
        for (m, line) in message.lines().enumerate() {
            // Longer lines are cut in front of a blank.
            let cut = line
                .char_indices()
                .filter(|c| c.0 > 0 && c.1 == ' ')
                .nth(7)
                .map_or(line.len(), |c| c.0);
            let cut = if numbered { cut } else { line.len() };
            for (k, part) in [&line[..cut], &line[cut..]]
                .into_iter()
                .filter(|p| !p.is_empty())
                .enumerate()
            {
                let number = if numbered {
                    format!("[{}-{}] ", n + 5, 2 * m + k + 1)
                } else {
                    String::new()
                };
                let process = if n == 2 { 1_235 } else { 1_234 };
                let part = part.replace('\t', "#011");
                file.extend([header(process, n).as_str(), &number, &part, "\n"]);
            }
        }
    }
    file
}

#[test]
fn every_form_of_header() {
    type Header = fn(u32, usize) -> String;
    let headers: [(Header, Wrapper); 6] = [
        (
            |p, _| format!("<134>Nov 21 04:10:19 db postgres[{p}]: "),
            Wrapper::Syslog,
        ),
        (
            |p, _| format!("Nov  1 04:10:19 db postgres[{p}]: "),
            Wrapper::Syslog,
        ),
        (
            |p, _| format!("2026-11-21T04:10:19.773124+00:00 db pg-prod[{p}]: "),
            Wrapper::Syslog,
        ),
        (
            |p, _| format!("<134>1 2026-11-21T04:10:19.773Z db postgres {p} - - "),
            Wrapper::Syslog5424,
        ),
        (
            |p, _| {
                format!(
                    "<134>1 2026-11-21T04:10:19.773Z db postgres {p} ID1 [x@1 a=\"]\\\"\"][y@2 b=\"c\"] \u{feff}"
                )
            },
            Wrapper::Syslog5424,
        ),
        (
            |p, _| format!("131 <134>1 - db postgres {p} - - "),
            Wrapper::Syslog5424,
        ),
    ];
    for (header, wrapper) in headers {
        let out = check(&pieces(header, true), &[wrapper], LOG);
        assert_eq!(out.origins[0].process, 1_234);
    }
    let out = check(&pieces(headers[0].0, false), &[Wrapper::Syslog], LOG);
    assert_eq!(out.origins[0].time, Some(1_795_234_219_000_000));
}

#[test]
fn whole_messages_in_a_line() {
    let file = each_message(|m| {
        format!(
            "Nov 21 04:10:19 db postgres[7]: [3-1] {}\n",
            m.replace('\n', "#012").replace('\t', "#011")
        )
    });
    check(&file, &[Wrapper::Syslog], LOG);
}

#[test]
fn pieces_of_processes_in_turns_and_other_programs() {
    let file = "\
        Nov 21 04:10:19 db postgres[1]: [5-1] LOG:  duration: 1 ms  statement: SELECT\n\
        Nov 21 04:10:19 db CRON[9]: (root) CMD (true)\n\
        Nov 21 04:10:19 db postgres[2]: [8-1] LOG:  x\n\
        Nov 21 04:10:19 db postgres[1]: [5-2] #011'DETAIL:  x',\n\
        Nov 21 04:10:19 db postgres[2]: [8-2] DETAIL:  y\n\
        Nov 21 04:10:19 db postgres[1]: [5-3]  u@d DETAIL:  z\n\
        Nov 21 04:10:20 db sshd[3]: DETAIL: no\n";
    let out = check(
        file,
        &[Wrapper::Syslog],
        "LOG:  duration: 1 ms  statement: SELECT\n\t'DETAIL:  x', u@d DETAIL:  z\nLOG:  x\nDETAIL:  y\n",
    );
    assert_eq!(out.left_out, 2);
    let from: Vec<u32> = out.origins.iter().map(|o| o.process).collect();
    assert_eq!(from, [1, 1, 2, 2]);
}

#[test]
fn the_year_of_bsd_stamps() {
    let check = |file: &str, expected: &[&str]| {
        let out = unwrap(&[Wrapper::Syslog], file.as_bytes(), 9);
        let times: Vec<String> = out
            .origins
            .iter()
            .map(|o| {
                jiff::Timestamp::from_microsecond(o.time.unwrap())
                    .unwrap()
                    .to_string()
            })
            .collect();
        assert_eq!(times, expected);
    };
    check(
        "Dec 31 23:59:59 db postgres[1]: LOG:  a\nJan  1 00:00:00 db postgres[1]: LOG:  b\n",
        &["2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"],
    );
    check(
        "Dec 31 23:59:59 db postgres[1]: 2020-01-01 00:59:59 CET LOG:  a\nJan  1 00:00:00 db postgres[1]: LOG:  b\n",
        &["2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z"],
    );
}

#[test]
fn journal() {
    let file = each_line(|line| format!("Nov 21 04:10:19 db postgres[812]: {line}\n"));
    check(&file, &[Wrapper::Syslog], LOG);
    let head = "\"__CURSOR\":\"s=1\",\"__REALTIME_TIMESTAMP\":\"1795234219773124\",\"_PID\":\"812\",\"SYSLOG_IDENTIFIER\":\"postgres\"";
    let file = each_line(|line| format!("{{{head},\"MESSAGE\":{}}}\n", json(line)));
    let out = check(&file, &[Wrapper::JournalJson], LOG);
    assert_eq!(
        (out.origins[0].time, out.origins[0].process),
        (Some(1_795_234_219_773_124), 812)
    );
    let file = each_line(|line| format!("{{{head},\"MESSAGE\":{:?}}}\n", line.as_bytes()));
    check(&file, &[Wrapper::JournalJson], LOG);
    let others = format!(
        "{{{head},\"MESSAGE\":null}}\n{{\"__CURSOR\":\"x\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"hello\"}}\n"
    );
    assert_eq!(
        check(&format!("{file}{others}"), &[Wrapper::JournalJson], LOG).left_out,
        1
    );
}

#[test]
fn journal_export() {
    let head = "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795234219773124\nSYSLOG_IDENTIFIER=postgres\n_PID=812\n";
    let text = each_line(|line| format!("{head}MESSAGE={line}\n_COMM=postgres\n\n"));
    check(&text, &[Wrapper::JournalExport], LOG);
    let mut binary = Vec::new();
    for (_, message) in messages() {
        let message = message.replace("\n\t", "\n\n\t");
        binary.extend_from_slice(head.as_bytes());
        binary.extend_from_slice(b"MESSAGE\n");
        binary.extend_from_slice(&(message.len() as u64).to_le_bytes());
        binary.extend_from_slice(message.as_bytes());
        binary.extend_from_slice(b"\n\n");
    }
    let whole = unwrap(&detect(&binary), &binary, binary.len());
    assert_eq!(
        String::from_utf8_lossy(&whole.bytes),
        LOG.replace("\n\t", "\n\t\n\t")
    );
    for block in 1..300 {
        assert_eq!(unwrap(&[Wrapper::JournalExport], &binary, block), whole);
    }
}

#[test]
fn heroku() {
    let web = "2026-11-21T04:10:19.773124+00:00 heroku[router]: at=info path=\"/\"\n";
    let file = pieces(
        |p, _| format!("2026-11-21T04:10:19.773124+00:00 app[postgres.{p}]: [DATABASE] "),
        true,
    );
    let out = check(&format!("{web}{file}"), &[Wrapper::Heroku], LOG);
    assert_eq!(out.left_out, 1);
    let file = pieces(
        |p, _| format!("<134>1 2026-11-21T04:10:19+00:00 host app postgres.{p} - [PINK] "),
        true,
    );
    check(&file, &[Wrapper::Heroku], LOG);
    let file = "\
        2017-06-28T15:10:02+00:00 app[postgres.13]: [DATABASE] [7-1]  sql_error_code = 00000 LOG:  duration: 48.0 ms  statement: SELECT\n\
        2017-06-28T15:10:02+00:00 app[postgres.13]: [DATABASE] [7-2]         a\n";
    check(
        file,
        &[Wrapper::Heroku],
        " sql_error_code = 00000 LOG:  duration: 48.0 ms  statement: SELECT\n\t        a\n",
    );
}

#[test]
fn syslog_in_docker() {
    let inner = pieces(
        |p, _| format!("2026-11-21T04:10:19.773124+00:00 db postgres[{p}]: "),
        true,
    );
    let file = lines_of(&inner, |line| {
        format!(
            "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-21T04:10:19Z\"}}\n",
            json(&format!("{line}\n"))
        )
    });
    check(&file, &[Wrapper::Docker, Wrapper::Syslog], LOG);
}
