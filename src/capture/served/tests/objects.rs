//! Request logs of an object a line.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn objects_of_many_loggers() {
    let get = || plain("GET", "/books");
    for (line, expected) in [
        // A Flask application with its own formatter.
        (
            r#"{"ts": "2026-11-21T04:10:19.773Z", "level": "INFO", "event": "request_latency", "method": "GET", "path": "/books", "status": 200, "elapsed_ms": 12.3, "request_id": "75348adb6e535f6193fff95098c3aa40"}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(12_300),
                request_id: Some("75348adb6e535f6193fff95098c3aa40".into()),
                ..get()
            },
        ),
        // nginx with escape=json.
        (
            r#"{"time_iso8601":"2026-11-21T05:10:19+01:00","request":"GET /books?page=2 HTTP/1.1","status":"200","request_time":"0.012","upstream_response_time":"0.010","request_id":"75348adb6e535f6193fff95098c3aa40"}"#,
            ServedRequest {
                time: Some(SECOND),
                utc_offset: 3_600,
                status: Some(200),
                elapsed: Some(12_000),
                request_id: Some("75348adb6e535f6193fff95098c3aa40".into()),
                ..get()
            },
        ),
        // lograge behind Ruby's logger and Rails' tags.
        (
            r#"I, [2026-11-21T04:10:19.773124 #6450]  INFO -- : [de225579-48cb-bbce-e3ba-343a2b988054] {"method":"GET","path":"/books","format":"html","controller":"BooksController","action":"index","status":200,"duration":0.58,"view":0.2,"db":0.1}"#,
            ServedRequest {
                time: Some(TIME + 124),
                zone_unknown: true,
                status: Some(200),
                elapsed: Some(580),
                route: Some("BooksController#index".into()),
                request_id: Some("de225579-48cb-bbce-e3ba-343a2b988054".into()),
                process: Some("6450".into()),
                ..get()
            },
        ),
        // pino-http.
        (
            r#"{"level":30,"time":1795234219773,"pid":42,"hostname":"a","req":{"id":7,"method":"GET","url":"/books?x=1","headers":{"host":"b"}},"res":{"statusCode":304},"responseTime":10,"msg":"request completed"}"#,
            ServedRequest {
                status: Some(304),
                elapsed: Some(10_000),
                request_id: Some("7".into()),
                process: Some("42".into()),
                ..get()
            },
        ),
        // Caddy.
        (
            r#"{"level":"info","ts":1795234219.773,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"::1","method":"GET","uri":"/books"},"duration":1.25,"size":5,"status":200}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(1_250_000),
                ..get()
            },
        ),
        // Traefik.
        (
            r#"{"DownstreamStatus":200,"Duration":12345678,"RequestMethod":"GET","RequestPath":"/books","StartUTC":"2026-11-21T04:10:19.760Z","time":"2026-11-21T04:10:19.773Z"}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(12_346),
                start: Some(TIME - 13_000),
                ..get()
            },
        ),
        // Elastic's common schema.
        (
            r#"{"@timestamp":"2026-11-21T04:10:19.773Z","http":{"request":{"method":"get","id":"r1"},"response":{"status_code":200}},"url":{"path":"/books"},"event":{"duration":12000000},"trace":{"id":"5b8e"},"process":{"pid":42,"thread":{"name":"worker-1"}}}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(12_000),
                request_id: Some("r1".into()),
                trace_id: Some("5b8e".into()),
                process: Some("42/worker-1".into()),
                ..get()
            },
        ),
        // django-structlog.
        (
            r#"{"request": "GET /books", "code": 200, "event": "request_finished", "timestamp": "2026-11-21T04:10:19.773Z", "request_id": "a", "user_id": null}"#,
            ServedRequest {
                status: Some(200),
                request_id: Some("a".into()),
                ..get()
            },
        ),
        // Echo, whose number is of nanoseconds.
        (
            r#"{"time":"2026-11-21T04:10:19.773Z","id":"","method":"GET","uri":"/books?a","status":200,"latency":123456,"latency_human":"123.456µs"}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(123),
                ..get()
            },
        ),
        // Google Cloud.
        (
            r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://shop.example/books?x","status":200,"latency":"0.012s"},"timestamp":"2026-11-21T04:10:19.773Z","severity":"INFO"}"#,
            ServedRequest {
                status: Some(200),
                elapsed: Some(12_000),
                ..get()
            },
        ),
        // Only a start, in Python's form without a zone; ids of tracing.
        (
            r#"{"start_time": "2026-11-21 04:10:19,763", "http_method": "GET", "http.path": "/books", "duration": "10ms", "dd.trace_id": "77", "otelTraceID": "0"}"#,
            ServedRequest {
                zone_unknown: true,
                start: Some(TIME - 10_000),
                elapsed: Some(10_000),
                trace_id: Some("77".into()),
                ..get()
            },
        ),
        // Nothing but a method and a path.
        (
            r#"{"asctime": "2026-11-21 04:10:19,773", "verb": "GET", "url": "/books"}"#,
            ServedRequest {
                zone_unknown: true,
                ..get()
            },
        ),
    ] {
        check(line, ServedForm::JsonLines, &expected);
    }
}

#[test]
fn records_of_something_else_are_left_out() {
    let text = r#"{"event":"request_started","method":"GET","path":"/a","request_id":"1","ts":1795234219.1}
{"event":"loaded 3 books","method":"GET","path":"/a","request_id":"1","ts":1795234219.2}
{"event":"request_finished","method":"GET","path":"/a","request_id":"1","status":200,"ts":1795234219.3}

{"event":"worker started","pid":7}
Traceback (most recent call last):
{"event":"request_finished","method":"GET","path":"/b","stat"#;
    let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    assert_eq!(detect(&lines), Some(ServedForm::JsonLines));
    let (all, wrong) = read(text, ServedForm::JsonLines);
    assert_eq!(all.len(), 1);
    assert_eq!(
        all[0].offset,
        text.match_indices('\n').nth(1).unwrap().0 as u64 + 1
    );
    let at = |what: &str| text.find(what).unwrap() as u64;
    assert_eq!(
        wrong,
        [at("Traceback"), text.rfind('\n').unwrap() as u64 + 1]
    );
}

#[test]
fn two_records_of_one_request_are_joined() {
    // What Fastify writes.
    let text = r#"{"level":30,"time":1795234219763,"pid":42,"reqId":"req-1","req":{"method":"GET","url":"/books"},"msg":"incoming request"}
{"level":30,"time":1795234219764,"pid":43,"reqId":"req-1","req":{"method":"GET","url":"/users"},"msg":"incoming request"}
{"level":30,"time":1795234219773,"pid":42,"reqId":"req-1","res":{"statusCode":200},"responseTime":9.5,"msg":"request completed"}
{"level":30,"time":1795234219774,"pid":44,"reqId":"req-9","res":{"statusCode":200},"responseTime":9.5,"msg":"request completed"}
"#;
    let (all, wrong) = read(text, ServedForm::JsonLines);
    let expected = ServedRequest {
        offset: text.match_indices('\n').nth(1).unwrap().0 as u64 + 1,
        start: Some(TIME - 10_000),
        elapsed: Some(9_500),
        status: Some(200),
        request_id: Some("req-1".into()),
        process: Some("42".into()),
        ..plain("GET", "/books")
    };
    assert_eq!((all, wrong), (vec![expected], vec![]));
}

#[test]
fn units_are_those_of_the_whole_block() {
    let line = |duration: &str| {
        format!(r#"{{"ts":1795234219,"method":"GET","path":"/a","duration":{duration}}}"#) + "\n"
    };
    for (durations, expected) in [
        (["0.012", "0.3", "1.9"], [12_000, 300_000, 1_900_000]),
        (["0.85", "12.4", "58.3"], [850, 12_400, 58_300]),
        (["900000", "12000000", "300000000"], [900, 12_000, 300_000]),
    ] {
        let text: String = durations.iter().map(|duration| line(duration)).collect();
        let (all, _) = read(&text, ServedForm::JsonLines);
        let got: Vec<_> = all.iter().filter_map(|request| request.elapsed).collect();
        assert_eq!(got, expected);
    }
}
