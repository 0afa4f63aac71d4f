//! Logs of web servers.

use super::*;

#[test]
fn lines_of_web_servers() {
    let get = || ServedRequest {
        time: Some(SECOND),
        status: Some(200),
        ..plain("GET", "/books")
    };
    let head =
        r#"127.0.0.1 - app [21/Nov/2026:04:10:19 +0000] "GET /books?page=2 HTTP/1.1" 200 512"#;
    let agent = r#""https://shop.example/" "Mozilla/5.0 \"x\" (1.5)""#;
    for (tail, elapsed, id) in [
        (String::new(), None, None),
        (format!(" {agent}"), None, None),
        (format!(" {agent} 0.012"), Some(12_000), None),
        (format!(" {agent} \"0.012\" \"0.010\""), Some(12_000), None),
        (" 0.0123".to_owned(), Some(12_300), None),
        (
            format!(" {agent} rt=0.012 uct=\"0.000\" urt=\"0.010\""),
            Some(12_000),
            None,
        ),
        (
            format!(" {agent} urt=\"0.010, 0.002\" rt=0.012"),
            Some(12_000),
            None,
        ),
        (format!(" {agent} request_time=0.012"), Some(12_000), None),
        (
            format!(" {agent} upstream_response_time=0.010"),
            Some(10_000),
            None,
        ),
        (format!(" {agent} D=12345"), Some(12_345), None),
        (format!(" {agent} duration_us=12345"), Some(12_345), None),
        (format!(" {agent} 12345"), None, None),
        (format!(" {agent} rt=- 77"), None, None),
        (
            format!(" {agent} 12 \"shop@docker\" \"http://10.0.0.2:80\" 5ms"),
            Some(5_000),
            None,
        ),
        (
            format!(" {agent} 0.012 75348adb6e535f6193fff95098c3aa40"),
            Some(12_000),
            Some("75348adb6e535f6193fff95098c3aa40"),
        ),
        (
            format!(" {agent} 0.012 request_id=abc"),
            Some(12_000),
            Some("abc"),
        ),
        (
            format!(
                " {agent} 431 0.012 [shop-web-80] [] 10.0.0.2:80 512 0.010 200 de225579-48cb-bbce-e3ba-343a2b988054"
            ),
            Some(12_000),
            Some("de225579-48cb-bbce-e3ba-343a2b988054"),
        ),
    ] {
        let expected = ServedRequest {
            elapsed,
            request_id: id.map(Cow::Borrowed),
            ..get()
        };
        check(&format!("{head}{tail}"), ServedForm::Access, &expected);
    }
    for (line, expected) in [
        // Apache with the virtual host in front, and a zone.
        (
            r#"shop.example:80 10.0.0.1 - - [21/Nov/2026:05:10:19 +0100] "GET /books HTTP/1.1" 200 -"#,
            ServedRequest {
                utc_offset: 3_600,
                ..get()
            },
        ),
        // gunicorn with the process, and a trace.
        (
            r#"10.0.0.1 - - [21/Nov/2026:04:10:19 +0000] "GET /books HTTP/1.1" 200 5 "-" "-" <6450> 00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b173-01"#,
            ServedRequest {
                process: Some("6450".into()),
                trace_id: Some("5b8efff798038103d269b633813fc60c".into()),
                ..get()
            },
        ),
        // Servers for development: Werkzeug, with colours, and Django.
        (
            "INFO:werkzeug:127.0.0.1 - - [21/Nov/2026 04:10:19] \"\u{1b}[33mGET /books HTTP/1.1\u{1b}[0m\" 200 -",
            ServedRequest {
                zone_unknown: true,
                ..get()
            },
        ),
        (
            r#"[21/Nov/2026 04:10:19] "GET /books HTTP/1.1" 200 512"#,
            ServedRequest {
                zone_unknown: true,
                ..get()
            },
        ),
    ] {
        check(line, ServedForm::Access, &expected);
    }
}

#[test]
fn what_is_no_request_of_a_web_server() {
    let text = "10.0.0.1 - - [21/Nov/2026:04:10:19 +0000] \"\\x16\\x03\\x01\" 400 157 \"-\" \"-\"\n\
                10.0.0.1 - - [21/Nov/2026:04:10:19 +0000] \"-\" 408 0\n\
                10.0.0.1 - - [21/Nov/2026:04:10:19 +0000] \"GET /a HTTP/1.1\" 200 1\r\n\
                10.0.0.1 - - [21/Nov/2026:04:10:1\n";
    let (all, wrong) = read(text, ServedForm::Access);
    assert_eq!((all.len(), &*all[0].path), (1, "/a"));
    assert_eq!(wrong, [text.trim_end().rfind('\n').unwrap() as u64 + 1]);
}
