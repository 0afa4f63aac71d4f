//! What spans say.

use super::samples::{JAEGER, OTLP, TRACE, alone, line};
use super::*;

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
