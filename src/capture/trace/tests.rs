use super::*;

/// The spans of a text, and what was wrong with it and where.
fn read(text: &[u8], form: TraceForm) -> (Vec<Span>, Vec<(u64, &'static str)>) {
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    spans(
        text,
        0,
        form,
        &mut |span| all.push(span),
        &mut |at, what| {
            wrong.push((at, what));
        },
    );
    (all, wrong)
}

/// The spans of a text in which nothing is wrong.
fn sound(text: &str, form: TraceForm) -> Vec<Span> {
    let (all, wrong) = read(text.as_bytes(), form);
    assert_eq!(wrong, []);
    all
}

const TRACE: &str = "5b8efff798038103d269b633813fc60c";

/// A request with a statement, as the collector writes it, in the names of before 2025.
const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[
  {"key":"service.name","value":{"stringValue":"shop"}},
  {"key":"process.pid","value":{"intValue":"6450"}}]},
 "scopeSpans":[{"scope":{"name":"opentelemetry.instrumentation.flask","version":"0.59b0"},"spans":[
  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b173","parentSpanId":"","flags":256,
   "name":"GET /books/<id>","kind":2,"startTimeUnixNano":"1795234219773124987","endTimeUnixNano":"1795234219873124987",
   "attributes":[{"key":"http.method","value":{"stringValue":"GET"}},
    {"key":"http.target","value":{"stringValue":"/books/7?full=1"}},
    {"key":"http.route","value":{"stringValue":"/books/<id>"}},
    {"key":"http.status_code","value":{"intValue":"200"}}],"status":{}},
  {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",
   "name":"SELECT shop","kind":3,"startTimeUnixNano":"1795234219780000000","endTimeUnixNano":"1795234219781500000",
   "attributes":[{"key":"db.system","value":{"stringValue":"postgresql"}},
    {"key":"db.name","value":{"stringValue":"shop"}},
    {"key":"db.user","value":{"stringValue":"app"}},
    {"key":"db.statement","value":{"stringValue":"SELECT * FROM books\nWHERE id = %s"}},
    {"key":"thread.id","value":{"intValue":"140"}}],
   "links":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000001"}],
   "status":{"code":"STATUS_CODE_ERROR","message":"no"}}]}]}]}
"#;

#[test]
fn otlp_with_the_old_names() {
    let spans = sound(OTLP, TraceForm::Otlp);
    let at = |id: &str| {
        OTLP.match_indices("{\"traceId\":\"5B")
            .map(|(at, _)| at as u64)
            .find(|at| OTLP[usize::try_from(*at).unwrap()..].find(id).unwrap() < 90)
            .unwrap()
    };
    let request = Span {
        offset: at("\"eee19b7ec3c1b173"),
        trace: TRACE.to_owned(),
        id: "eee19b7ec3c1b173".to_owned(),
        parent: None,
        name: "GET /books/<id>".to_owned(),
        service: Some("shop".to_owned()),
        start: 1_795_234_219_773_124,
        end: 1_795_234_219_873_124,
        statement: None,
        served: Some(Served {
            method: Some("GET".to_owned()),
            route: Some("/books/<id>".to_owned()),
            path: Some("/books/7".to_owned()),
            status: Some(200),
        }),
        error: false,
    };
    let statement = Span {
        offset: at("\"eee19b7ec3c1b174"),
        trace: TRACE.to_owned(),
        id: "eee19b7ec3c1b174".to_owned(),
        parent: Some("eee19b7ec3c1b173".to_owned()),
        name: "SELECT shop".to_owned(),
        service: Some("shop".to_owned()),
        start: 1_795_234_219_780_000,
        end: 1_795_234_219_781_500,
        statement: Some(DbStatement {
            sql: "SELECT * FROM books\nWHERE id = %s".to_owned(),
            system: Some("postgresql".to_owned()),
            database: Some("shop".to_owned()),
            user: Some("app".to_owned()),
            thread: Some("140".to_owned()),
            ..DbStatement::default()
        }),
        served: None,
        error: true,
    };
    assert_eq!(spans, [request, statement]);
}

#[test]
fn otlp_with_the_new_names_beside_the_old() {
    let text = r#"[{"resource_spans":[{"instrumentation_library_spans":[{"spans":[
      {"name":"q","trace_id":"W47/95gDgQPSabYzgT/GDA==","span_id":"7uGbfsPBsXM=","parent_span_id":"AAAAAAAAAAA=",
       "kind":"SPAN_KIND_CLIENT","start_time_unix_nano":1795234219780000000,"end_time_unix_nano":1.79523422e18,
       "attributes":[{"key":"db.statement","value":{"string_value":"SELECT ?"}},
        {"key":"db.query.text","value":{"string_value":"SELECT $1"}},
        {"key":"db.system","value":{"string_value":"mysql"}},
        {"key":"db.system.name","value":{"string_value":"postgresql"}},
        {"key":"db.namespace","value":{"string_value":"shop|public"}},{"key":"db.name","value":{"string_value":"x"}},
        {"key":"db.response.returned_rows","value":{"int_value":12}},
        {"key":"db.operation.batch.size","value":{"int_value":"3"}},
        {"key":"db.query.parameter.0","value":{"string_value":"7"}},
        {"key":"thread.name","value":{"string_value":"worker-1"}}]},
      {"name":"s","trace_id":"W47/95gDgQPSabYzgT/GDA==","span_id":"7uGbfsPBsXI=","kind":"SPAN_KIND_SERVER",
       "start_time_unix_nano":1795234219780000000,"end_time_unix_nano":1795234219780000000,
       "attributes":[{"key":"http.request.method","value":{"string_value":"POST"}},
        {"key":"http.method","value":{"string_value":"GET"}},
        {"key":"http.url","value":{"string_value":"https://shop.example/orders?x=http://y"}},
        {"key":"http.response.status_code","value":{"double_value":201.0}}],"status":{"code":2}}
      ]}],"resource":{"attributes":[{"key":"service.name","value":{"string_value":"shop"}}]}}]}]"#;
    let spans = sound(text, TraceForm::Otlp);
    let [query, request] = &spans[..] else {
        panic!("{spans:?}")
    };
    assert_eq!(
        (&*query.trace, &*query.id, &query.parent),
        (TRACE, "eee19b7ec3c1b173", &None)
    );
    assert_eq!(query.end - query.start, 220_000);
    assert_eq!(query.service.as_deref(), Some("shop"));
    let expected = DbStatement {
        sql: "SELECT $1".to_owned(),
        system: Some("postgresql".to_owned()),
        database: Some("shop".to_owned()),
        user: None,
        rows: Some(12),
        batch: Some(3),
        parameters: vec![Some("7".to_owned())],
        parameters_known: true,
        thread: Some("worker-1".to_owned()),
    };
    assert_eq!(query.statement.as_ref(), Some(&expected));
    let expected = Served {
        method: Some("POST".to_owned()),
        route: None,
        path: Some("/orders".to_owned()),
        status: Some(201),
    };
    assert_eq!(request.served.as_ref(), Some(&expected));
    assert!(request.error);
}

/// A span of its own with these attributes.
fn alone(attributes: &str) -> String {
    format!(
        r#"{{"traceId":"{TRACE}","spanId":"eee19b7ec3c1b173","startTimeUnixNano":"1795234219780000000",
            "endTimeUnixNano":"1795234219780000000","attributes":[{attributes}]}}"#
    )
}

#[test]
fn only_what_postgres_may_have_run_is_a_statement() {
    for (attributes, expected) in [
        (
            vec![("db.system", "postgresql"), ("db.statement", "SELECT 1")],
            true,
        ),
        (
            vec![
                ("db.system.name", "cockroachdb"),
                ("db.query.text", "SELECT 1"),
            ],
            true,
        ),
        (
            vec![("db.system", "other_sql"), ("db.statement", "SELECT 1")],
            true,
        ),
        (vec![("db.type", "sql"), ("db.statement", "SELECT 1")], true),
        (vec![("db.statement", "SELECT 1")], true),
        (
            vec![("db.system", "redis"), ("db.statement", "GET key")],
            false,
        ),
        (
            vec![("db.system", "mongodb"), ("db.statement", "{\"find\":1}")],
            false,
        ),
        (
            vec![("db.system", "elasticsearch"), ("db.statement", "{}")],
            false,
        ),
        (
            vec![("db.system", "mysql"), ("db.statement", "SELECT 1")],
            false,
        ),
        (
            vec![("db.system.name", "sqlite"), ("db.query.text", "SELECT 1")],
            false,
        ),
        (
            vec![
                ("db.system.name", "microsoft.sql_server"),
                ("db.query.text", "SELECT 1"),
            ],
            false,
        ),
        (vec![("db.statement", "{\"find\":1}")], false),
        (vec![("db.system", "postgresql")], false),
        (
            vec![("db.system", "postgresql"), ("db.statement", " ")],
            false,
        ),
    ] {
        let written: Vec<_> = attributes
            .iter()
            .map(|(key, value)| {
                serde_json::json!({"key": key, "value": {"stringValue": value}}).to_string()
            })
            .collect();
        let spans = sound(&alone(&written.join(",")), TraceForm::Otlp);
        assert_eq!(spans[0].statement.is_some(), expected, "{attributes:?}");
    }
}

const JAEGER: &str = r#"{"data":[{"traceID":"5b8efff798038103d269b633813fc60c","spans":[
 {"traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b173","flags":1,"operationName":"GET /books",
  "references":[],"startTime":1795234219773124,"duration":100000,
  "tags":[{"key":"http.method","type":"string","value":"GET"},{"key":"http.status_code","type":"int64","value":500},
   {"key":"span.kind","type":"string","value":"server"},{"key":"url.path","type":"string","value":"/books"},
   {"key":"error","type":"bool","value":true}],
  "logs":[{"timestamp":1795234219773125,"fields":[{"key":"event","type":"string","value":"x"}]}],
  "processID":"p1","warnings":null},
 {"traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b174","operationName":"SELECT",
  "references":[{"refType":"FOLLOWS_FROM","traceID":"5b8efff798038103d269b633813fc60c","spanID":"1111111111111111"},
   {"refType":"CHILD_OF","traceID":"00000000000000001111111111111111","spanID":"2222222222222222"},
   {"refType":"CHILD_OF","traceID":"5b8efff798038103d269b633813fc60c","spanID":"eee19b7ec3c1b173"}],
  "startTime":1795234219780000,"duration":1500,
  "tags":[{"key":"db.type","type":"string","value":"sql"},{"key":"db.instance","type":"string","value":"shop"},
   {"key":"db.statement","type":"string","value":"SELECT caf\u00e9 FROM menu WHERE id = $1"},
   {"key":"db.query.parameter.0","type":"string","value":"7"},
   {"key":"thread.id","type":"int64","value":23}],
  "logs":null,"processID":"p2","warnings":null}],
 "processes":{"p1":{"serviceName":"shop","tags":[]},"p2":{"serviceName":"shop-db","tags":null}},"warnings":null}],
 "total":0,"limit":0,"offset":0,"errors":null}
"#;

#[test]
fn jaeger_with_its_processes_behind_the_spans() {
    let spans = sound(JAEGER, TraceForm::Jaeger);
    let [request, query] = &spans[..] else {
        panic!("{spans:?}")
    };
    assert_eq!(request.service.as_deref(), Some("shop"));
    assert_eq!(query.service.as_deref(), Some("shop-db"));
    assert!(request.error && !query.error);
    assert_eq!(request.end - request.start, 100_000);
    let expected = Served {
        method: Some("GET".to_owned()),
        route: None,
        path: Some("/books".to_owned()),
        status: Some(500),
    };
    assert_eq!(request.served.as_ref(), Some(&expected));
    assert_eq!(query.parent.as_deref(), Some("eee19b7ec3c1b173"));
    let expected = DbStatement {
        sql: "SELECT café FROM menu WHERE id = $1".to_owned(),
        system: Some("sql".to_owned()),
        database: Some("shop".to_owned()),
        parameters: vec![Some("7".to_owned())],
        parameters_known: true,
        thread: Some("23".to_owned()),
        ..DbStatement::default()
    };
    assert_eq!(query.statement.as_ref(), Some(&expected));
}

/// A span of Jaeger on a line of its own.
fn line(id: &str, start: &str, duration: &str) -> String {
    format!(
        r#"{{"traceID":"9b321d76f92134d2","spanID":"{id}","operationName":"q","startTime":{start},"duration":{duration},"tags":[{{"key":"db.statement","type":"string","value":"SELECT 1"}}],"process":{{"serviceName":"shop","tags":[]}}}}"#
    ) + "\n"
}

#[test]
fn jaeger_with_a_span_a_line() {
    let text = line("01", "1795234219773124", "\"12\"") + &line("02", "\"1795234219773125\"", "3");
    let spans = sound(&text, TraceForm::Jaeger);
    assert_eq!(spans.len(), 2);
    assert_eq!(spans[1].offset, text.find('\n').unwrap() as u64 + 1);
    assert_eq!(
        (&*spans[1].trace, spans[1].service.as_deref()),
        ("9b321d76f92134d2", Some("shop"))
    );
    assert_eq!(spans[0].end - spans[0].start, 12);
    // What Elasticsearch hands out has the span inside.
    let hits = format!(
        r#"{{"hits":{{"total":1,"hits":[{{"_index":"jaeger-span","_source":{}}}]}}}}"#,
        line("03", "1795234219773124", "1").trim_end()
    );
    assert_eq!(sound(&hits, TraceForm::Jaeger).len(), 1);
    assert_eq!(detect(hits.as_bytes()), Some(TraceForm::Jaeger));
}

#[test]
fn clocks_that_are_wrong_make_no_time() {
    let start = "1795234219773124";
    for (duration, doubt) in [
        ("3600000000", None),
        ("3600000001", Some("longer than an hour")),
        ("94608000000000", Some("longer than an hour")),
        ("-5", Some("before it starts")),
        ("null", Some("no end")),
        ("9223372036854775807", Some("longer than an hour")),
    ] {
        let (spans, wrong) = read(line("01", start, duration).as_bytes(), TraceForm::Jaeger);
        assert_eq!(spans.len(), 1, "{duration}");
        match doubt {
            None => assert_eq!(wrong, []),
            Some(doubt) => {
                assert_eq!(spans[0].end, spans[0].start, "{duration}");
                assert_eq!((wrong.len(), wrong[0].0), (1, 0), "{duration}");
                assert!(wrong[0].1.contains(doubt), "{wrong:?}");
            }
        }
    }
    // Nothing can be made of a span that never began.
    for start in ["0", "-7", "null", "\"soon\""] {
        let (spans, wrong) = read(line("01", start, "1").as_bytes(), TraceForm::Jaeger);
        assert_eq!((spans.len(), wrong.len()), (0, 1), "{start}");
    }
}

#[test]
fn a_span_with_wrong_types_costs_only_itself() {
    for (damage, instead) in [
        (
            "\"attributes\":[{\"key\":\"http.method\"",
            "\"attributes\":[7,{\"key\":\"http.method\"",
        ),
        (
            "\"attributes\":[{\"key\":\"http.method\"",
            "\"attributes\":[{\"key\":[]",
        ),
        ("\"1795234219773124987\"", "{}"),
        ("\"flags\":256", "\"flags\":2x6"),
        ("\"eee19b7ec3c1b173\",\"parent", "[],\"parent"),
    ] {
        let text = OTLP.replacen(damage, instead, 1);
        assert_ne!(text, OTLP);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Otlp);
        assert_eq!(wrong.len(), 1, "{instead}: {wrong:?}");
        assert_eq!(wrong[0].0, text.find("{\"traceId").unwrap() as u64);
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].service.as_deref(), Some("shop"));
    }
}

#[test]
fn bytes_in_another_encoding_keep_their_span() {
    let text = [
        OTLP.split("books\\n").next().unwrap().as_bytes(),
        b"caf\xe9",
        OTLP.split("books\\n").nth(1).unwrap().as_bytes(),
    ]
    .concat();
    let (spans, wrong) = read(&text, TraceForm::Otlp);
    assert_eq!((spans.len(), wrong.len()), (2, 0));
    assert!(
        spans[1]
            .statement
            .as_ref()
            .unwrap()
            .sql
            .contains('\u{fffd}')
    );
}

#[test]
fn reading_goes_on_behind_damage() {
    // A newline in a string, and the rest of that span gone with the next brackets.
    let text = OTLP.replacen("\"http.target\"", "\"http.tar\nget\"", 1);
    let (spans, wrong) = read(text.as_bytes(), TraceForm::Otlp);
    assert_eq!((spans.len(), wrong.len()), (1, 1), "{wrong:?}");
    assert_eq!(spans[0].id, "eee19b7ec3c1b174");
    // A line that is cut off, at any byte, takes nothing of the next.
    let whole = line("01", "1795234219773124", "1");
    for cut in 1..whole.len() - 1 {
        let text = format!("{}\n{whole}{whole}", &whole[..cut]);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Jaeger);
        assert_eq!(spans.len(), 2, "{cut}");
        assert!(wrong.len() == 1, "{cut}: {wrong:?}");
        let text = format!("{whole}{}\n{whole}", &whole[..cut]);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Jaeger);
        assert_eq!((spans.len(), wrong.len()), (2, 1), "{cut}");
    }
}

#[test]
fn a_file_cut_anywhere_gives_all_whole_spans_and_one_warning() {
    for (text, form) in [
        (OTLP.to_owned(), TraceForm::Otlp),
        (JAEGER.to_owned(), TraceForm::Jaeger),
        (
            line("01", "1795234219773124", "1") + &line("02", "1795234219773124", "1"),
            TraceForm::Jaeger,
        ),
    ] {
        let all = sound(&text, form);
        let body = text.trim_end().len();
        for cut in 0..text.len() {
            let (spans, wrong) = read(&text.as_bytes()[..cut], form);
            assert!(
                spans
                    .iter()
                    .zip(&all)
                    .all(|(got, of)| got.offset == of.offset)
            );
            let whole = all
                .iter()
                .filter(|span| {
                    let start = usize::try_from(span.offset).unwrap();
                    let end = walk_end(&text.as_bytes()[start..]);
                    start + end <= cut
                })
                .count();
            assert_eq!(spans.len(), whole, "{form:?} {cut}");
            let clean = cut == 0 || cut >= body || text[..cut].ends_with("}\n") || {
                // Between two lines.
                text[cut..].starts_with("\n{\"traceID")
            } && !text
                .starts_with("{\"data")
                && !text.starts_with("{\"res");
            let clean = clean && (cut == 0 || cut >= body || text.starts_with("{\"traceID"));
            assert_eq!(wrong.len(), usize::from(!clean), "{form:?} {cut} {wrong:?}");
        }
    }
}

fn walk_end(text: &[u8]) -> usize {
    let mut cursor = stream::Cursor::new(text);
    cursor.skip().unwrap();
    cursor.at
}

#[test]
fn a_span_is_read_again_from_its_offset() {
    for (text, form) in [(OTLP, TraceForm::Otlp), (JAEGER, TraceForm::Jaeger)] {
        for span in sound(text, form) {
            let at = usize::try_from(span.offset).unwrap();
            let again = span_at(&text.as_bytes()[at..], form).unwrap();
            let expected = Span {
                offset: 0,
                service: None,
                ..span
            };
            assert_eq!(again, expected);
        }
        for at in 0..text.len() {
            let _ = span_at(&text.as_bytes()[at..], form);
            let _ = span_at(&text.as_bytes()[..at], form);
        }
    }
    assert_eq!(
        span_at(
            &line("01", "1795234219773124", "1").into_bytes(),
            TraceForm::Jaeger
        )
        .unwrap()
        .service
        .as_deref(),
        Some("shop")
    );
}

#[test]
fn forms_are_told_from_each_other_and_from_logs() {
    for cut in 0..=OTLP.len() {
        let expected = (cut >= "{\"resourceSpans\":[".len()).then_some(TraceForm::Otlp);
        assert_eq!(detect(&OTLP.as_bytes()[..cut]), expected, "{cut}");
        let known = JAEGER.find("[\n").unwrap() < cut;
        let expected = known.then_some(TraceForm::Jaeger);
        assert_eq!(detect(&JAEGER.as_bytes()[..cut]), expected, "{cut}");
    }
    for (text, expected) in [
        (format!("\u{feff} \n[{OTLP},{OTLP}]"), Some(TraceForm::Otlp)),
        (
            format!("{{\"resourceMetrics\":[{{}}]}}\n{OTLP}"),
            Some(TraceForm::Otlp),
        ),
        (
            format!("{{\"batches\":[{}]}}", OTLP.trim()),
            Some(TraceForm::Otlp),
        ),
        (alone(""), Some(TraceForm::Otlp)),
        (line("01", "1", "1"), Some(TraceForm::Jaeger)),
        ("{\"resourceLogs\":[{\"scopeLogs\":[]}]}".to_owned(), None),
        (
            "{\"ts\":\"2026-11-21T04:10:19Z\",\"path\":\"/a\",\"traceID\":\"1\",\"spanID\":\"2\"}"
                .to_owned(),
            None,
        ),
        (
            "{\"log\":\"{\\\"resourceSpans\\\":[]}\",\"stream\":\"stdout\"}".to_owned(),
            None,
        ),
        (
            "{\"timestamp\":\"2026-11-21 04:40:59.078 UTC\",\"pid\":7,\"error_severity\":\"LOG\"}"
                .to_owned(),
            None,
        ),
        ("{\"data\":[]}".to_owned(), None),
        ("LOG:  duration".to_owned(), None),
        (String::new(), None),
    ] {
        assert_eq!(detect(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn only_files_of_an_object_a_line_are_cut() {
    let lines = line("01", "1", "1") + &line("02", "1", "1");
    for cut in lines.find('\n').unwrap() + 1..=lines.len() {
        let expected = lines[..cut].rfind('\n').unwrap() + 1;
        assert_eq!(last_start(&lines.as_bytes()[..cut]), expected);
    }
    for text in [OTLP, JAEGER] {
        for cut in 0..text.len() {
            assert_eq!(last_start(&text.as_bytes()[..cut]), 0, "{cut}");
        }
    }
    // The first line may be damaged.
    assert_eq!(
        last_start(format!("{{\"traceID\":\n{lines}").as_bytes()),
        12 + lines.len()
    );
}

#[test]
fn odd_input_takes_no_long_time() {
    for (piece, count) in [
        ("[", 400_000),
        ("{\"spans\":[", 100_000),
        ("{\"data\":", 100_000),
        ("{\"traceId\":\"1\",\"spans\":{", 50_000),
        ("{\"traceId\":\"\n", 100_000),
        ("{\"traceId\":{\"a\":[1,2,}", 50_000),
        ("{", 400_000),
        ("{\"resourceSpans\":[{\"scopeSpans\":[#", 50_000),
        ("\n{\"traceID\":[", 100_000),
    ] {
        let text = piece.repeat(count);
        for form in [TraceForm::Otlp, TraceForm::Jaeger] {
            let began = std::time::Instant::now();
            let (spans, wrong) = read(text.as_bytes(), form);
            assert!(spans.is_empty() && !wrong.is_empty(), "{piece}");
            assert_eq!(detect(text.as_bytes()), detect(text.as_bytes()));
            eprintln!("{piece:?} {form:?} {:?}", began.elapsed());
        }
    }
}
