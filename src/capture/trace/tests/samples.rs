//! Traces that were made for the tests.

/// The id of the trace in both.
pub(super) const TRACE: &str = "5b8efff798038103d269b633813fc60c";

/// A request with a statement, as the collector writes it, in the names of before 2025.
pub(super) const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[
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

/// The same from Jaeger's window, which puts the names of the programs behind the spans.
pub(super) const JAEGER: &str = r#"{"data":[{"traceID":"5b8efff798038103d269b633813fc60c","spans":[
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

/// A span of its own with these attributes.
pub(super) fn alone(attributes: &str) -> String {
    format!(
        r#"{{"traceId":"{TRACE}","spanId":"eee19b7ec3c1b173","startTimeUnixNano":"1795234219780000000",
            "endTimeUnixNano":"1795234219780000000","attributes":[{attributes}]}}"#
    )
}

/// A span of Jaeger on a line of its own.
pub(super) fn line(id: &str, start: &str, duration: &str) -> String {
    format!(
        r#"{{"traceID":"9b321d76f92134d2","spanID":"{id}","operationName":"q","startTime":{start},"duration":{duration},"tags":[{{"key":"db.statement","type":"string","value":"SELECT 1"}}],"process":{{"serviceName":"shop","tags":[]}}}}"#
    ) + "\n"
}
