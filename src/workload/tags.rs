//! What the comments of a statement say about the request that ran it.

use super::request::{TagSource, Tags};

/// Reads the keys that sqlcommenter, marginalia and Rails' query logs use. `None` when none of them is there.
pub(super) fn read(pairs: &[(String, String)]) -> Option<Tags> {
    let value = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| {
                pairs
                    .iter()
                    .find(|(k, v)| k.eq_ignore_ascii_case(key) && !v.is_empty())
            })
            .map(|(_, v)| v.as_str())
    };
    let trace = value(&["traceparent"])
        .and_then(trace_id)
        .or_else(|| value(&["trace_id"]));
    let request =
        trace.or_else(|| value(&["request_id", "request-id", "requestid", "x_request_id"]));
    let route = value(&["route", "path", "endpoint"]).map(str::to_owned);
    let action = || match (
        value(&["controller", "namespaced_controller"]),
        value(&["action"]),
    ) {
        (Some(controller), Some(action)) => Some(format!("{controller}#{action}")),
        (one, other) => one
            .or(other)
            .or_else(|| value(&["job", "task", "job_tag"]))
            .map(str::to_owned),
    };
    let label = route
        .or_else(action)
        .map(|name| match value(&["method", "http_method"]) {
            Some(method) => format!("{method} {name}"),
            None => name,
        });
    let framework = value(&["framework", "db_driver", "db_framework"]).map(str::to_owned);
    let ignore = value(&["pgloupe"])
        .and_then(|said| said.strip_prefix("ignore"))
        .map(|rule| rule.trim().to_owned());
    let found = Tags {
        request: request.map(str::to_owned),
        source: match trace {
            Some(_) => TagSource::Trace,
            None => TagSource::RequestId,
        },
        label,
        framework,
        ignore,
    };
    (found != Tags::default()).then_some(found)
}

/// The trace id of a W3C `traceparent`: `00-<32 hex digits>-<16 hex digits>-01`.
fn trace_id(traceparent: &str) -> Option<&str> {
    let id = traceparent.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0'))
        .then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], request: Option<&str>, label: Option<&str>) {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let tags = read(&pairs).unwrap_or_default();
        assert_eq!(
            (tags.request.as_deref(), tags.label.as_deref()),
            (request, label),
            "{pairs:?}"
        );
    }

    #[test]
    fn ids_and_labels() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        check(
            &[("route", "/a"), ("traceparent", trace)],
            Some("0af7651916cd43dd8448eb211c80319c"),
            Some("/a"),
        );
        check(
            &[("controller", "books"), ("action", "index")],
            None,
            Some("books#index"),
        );
        check(
            &[("method", "GET"), ("route", "/a"), ("request_id", "7")],
            Some("7"),
            Some("GET /a"),
        );
        check(&[("application", "Shop")], None, None);
        check(
            &[(
                "traceparent",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            )],
            None,
            None,
        );
    }
}
