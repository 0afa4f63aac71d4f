//! Methods and paths of requests.

/// The method and the target of `GET /books?page=2 HTTP/1.1`, also without the protocol.
pub(super) fn request_line(text: &str) -> Option<(&str, &str)> {
    let mut words = text.split_ascii_whitespace();
    let method = words.next().filter(|word| is_method(word))?;
    let target = words.next()?;
    match words.next() {
        Some(protocol) if !protocol.starts_with("HTTP/") => None,
        _ => Some((method, target)),
    }
}

/// Whether a word is a method: one of letters, as all are that servers know.
pub(super) fn is_method(word: &str) -> bool {
    (3..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The path of a target or of a whole address, without its query string; `None` when the text is neither.
pub(super) fn path(target: &str) -> Option<&str> {
    let target = target.trim();
    let from_host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| target.strip_prefix(scheme));
    let target = match from_host {
        Some(rest) => rest
            .find(['/', '?', '#'])
            .and_then(|at| rest.get(at..))
            .unwrap_or("/"),
        None => Some(target).filter(|target| target.starts_with('/'))?,
    };
    let path = target.split(['?', '#']).next().unwrap_or_default();
    Some(if path.is_empty() { "/" } else { path })
}

/// Whether a word looks like the id of a request: a UUID or at least 16 hexadecimal digits.
pub(super) fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = word.bytes().filter(|byte| *byte == b'-').count();
    digits + dashes == word.len() && (16..=64).contains(&digits) && matches!(dashes, 0 | 4)
}

/// The id of the trace in a W3C `traceparent`, `00-5b8e…-eee1…-01`.
pub(super) fn traceparent(word: &str) -> Option<&str> {
    let mut parts = word.split('-');
    let (_, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (trace.len() == 32 && span.len() == 16 && hex(trace) && hex(span)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_and_paths() {
        for (text, expected) in [
            ("GET /books?page=2 HTTP/1.1", Some(("GET", "/books"))),
            ("POST /orders", Some(("POST", "/orders"))),
            (
                "GET http://shop.example:80/a#b HTTP/1.0",
                Some(("GET", "/a")),
            ),
            ("GET https://shop.example?x=1 HTTP/2.0", Some(("GET", "/"))),
            ("GET /a b c HTTP/1.1", None),
            ("OPTIONS * HTTP/1.1", None),
            ("\\x16\\x03\\x01", None),
            ("-", None),
            ("", None),
        ] {
            let got = request_line(text).and_then(|(method, target)| Some((method, path(target)?)));
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn ids() {
        assert!(is_id("75348adb6e535f6193fff95098c3aa40"));
        assert!(is_id("de225579-48cb-bbce-e3ba-343a2b988054"));
        assert!(!is_id("12345"));
        assert!(!is_id("2026-11-21"));
        assert!(!is_id("not-an-id-at-all-is-it"));
        assert_eq!(
            traceparent("00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b173-01"),
            Some("5b8efff798038103d269b633813fc60c")
        );
        assert_eq!(traceparent("de225579-48cb-bbce-e3ba-343a2b988054"), None);
    }
}
