//! What is no request log, and what is a strange one.

use super::*;

#[test]
fn other_logs_are_not_claimed() {
    for line in [
        r#"{"timestamp":"2026-11-21 04:40:59.078 UTC","user":"p","pid":7,"line_num":3,"error_severity":"LOG","message":"m"}"#,
        r#"{"level":"info","ts":1795234219.1,"logger":"postgres","record":{"error_severity":"LOG","query":"q"}}"#,
        r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"GET /a","attributes":[{"key":"http.method","value":{"stringValue":"GET"}}]}]}]}]}"#,
        r#"{"traceID":"1","spanID":"2","operationName":"GET /a","startTime":1795234219773124,"duration":5,"tags":[{"key":"url.path","value":"/a"}],"process":{"serviceName":"x"}}"#,
        r#"{"log":"{\"path\":\"/a\",\"status\":200}\n","stream":"stdout","time":"2026-11-21T04:10:19.773Z"}"#,
        r#"{"@timestamp":"2026-11-21T04:10:19.773Z","message":"LOG:  x","log":{"file":{"path":"/var/log/postgresql/a.log"}},"path":"/var/log/a.log"}"#,
        r#"{"query":"SELECT 1","calls":3,"total_exec_time":1.5}"#,
        r#"2026-11-21 04:10:19.773 UTC [6450] LOG:  statement: {"path":"/a","method":"GET","status":200}"#,
        "2026-11-21 04:10:19.773 UTC [6450] LOG:  duration: 0.095 ms  statement: BEGIN",
        "2026-11-21 04:40:51,987 INFO sqlalchemy.engine.Engine SELECT 1",
        r#"[21/Nov/2026:04:10:19 +0000] LOG:  "GET /a" 200"#,
        "{",
        "{}",
        "[]",
        "null",
        "",
        "\u{e9}",
    ] {
        assert_eq!(detect(&[line.as_bytes()]), None, "{line}");
    }
    assert_eq!(detect(&[]), None);
}

#[test]
fn long_lines_take_no_long_time() {
    for piece in [
        "{\"a\":",
        "[",
        "{\"path\":{",
        "x=\"",
        "[21/Nov/2026:04:10:19 +0000] \"",
        "20",
        "\\\"",
    ] {
        let line = piece.repeat(200_000);
        for form in [ServedForm::JsonLines, ServedForm::Access] {
            assert_eq!(read(&line, form).0, []);
        }
        assert_eq!(detect(&[line.as_bytes()]), None);
    }
}

#[test]
fn bytes_in_another_encoding_keep_their_record() {
    let line = b"{\"ts\":1795234219,\"path\":\"/caf\xe9\",\"status\":200,\"name\":\"\xff\"}";
    let mut paths = Vec::new();
    records(
        line,
        0,
        ServedForm::JsonLines,
        &mut |request| paths.push(request.path.into_owned()),
        &mut |_, _| panic!("it can be read"),
    );
    assert_eq!(paths, ["/caf\u{fffd}"]);
}
