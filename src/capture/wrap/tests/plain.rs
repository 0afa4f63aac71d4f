//! Logs without a wrapper are left alone.

use super::*;

fn check(text: &[u8]) {
    assert_eq!(
        detect(text),
        [],
        "{}",
        String::from_utf8_lossy(text.get(..300).unwrap_or(text))
    );
}

#[test]
fn plain_logs_are_not_wrapped() {
    for name in ["shop.log", "shop.csv", "shop.json"] {
        let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read(path).unwrap();
        check(&file);
        check(file.get(100..200_000).unwrap());
    }
    check(LOG.as_bytes());
    check(LOG.replace('\t', "").as_bytes());
    check(b"");
    check(b"{");
    check(b"\n\n[]\n");
}

#[test]
fn no_prefix_looks_like_a_wrapper() {
    for prefix in [
        "",
        "2026-11-21 04:10:19.773 UTC [1234] ",
        "1795234219.773 [1234] ",
        "2026-11-21 04:10:19 UTC:127.0.0.1(60748):app@shop:[29597]:",
        "2026-11-21 04:10:19 UTC-65f0a1b2.4d2-",
        " sql_error_code = 00000 time_ms=\"2026-11-21 04:10:19.773 UTC\" pid=\"12\" ",
        "[12] ",
        "12 ",
        "app     |7 ",
        "app | shop | ",
        "[app/shop/web] ",
        "<2026-11-21 04:10:19.773 UTC app shop> ",
        "app shop 2026-11-21 04:10:19.773 UTC ",
        "db1 postgres[12]: ",
        "65f0a1b2.4d2 ",
    ] {
        let line = |text: &str| format!("{prefix}{text}\n");
        let log = [
            line(
                "LOG:  duration: 1.0 ms  statement: SELECT '{\"log\":\"x\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\"}'",
            ),
            "\tNov 21 04:10:19 db postgres[1]: [5-1] LOG:  x\n".to_owned(),
            "\t{\"message\":\"2026-11-21 04:10:19.773 UTC [1] LOG:  x\"}\n".to_owned(),
            line("DETAIL:  parameters: $1 = '2026-11-21T04:10:19Z stderr F x'"),
            line("ERROR:  x"),
        ];
        check(log.concat().as_bytes());
    }
}

#[test]
fn logs_of_other_programs_are_not_taken() {
    check(
        b"{\"level\":\"info\",\"message\":\"listening\",\"timestamp\":\"2026-11-21T04:10:19Z\"}\n",
    );
    check(b"web-1  | GET / 200\nweb-1  | GET / 200\n");
    check(b"Nov 21 04:10:19 db sshd[12]: Accepted publickey\n");
    check(b"2026-11-21T04:10:19Z stdout F GET /\n");
}
