//! The records of `auto_explain`: which statement a plan belongs to, in each of its four formats.
//!
//! The plan itself is read by whoever shows it; here it only has to say what ran.

use std::borrow::Cow;

/// What an `auto_explain` record says about the statement that it explains.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explained<'a> {
    pub sql: Cow<'a, [u8]>,
    /// The parameter list, since PostgreSQL 16; empty without.
    pub parameters: Cow<'a, [u8]>,
}

/// Reads what follows `duration: 1.234 ms  plan:`. `None` when the plan names no statement.
///
/// In the text log, lines after the first begin with a tab. A statement that a plan has in one line gets these tabs
/// back, for it must equal the statement's own record.
pub(super) fn explained(plan: &[u8]) -> Option<Explained<'_>> {
    let tabbed = plan.starts_with(b"\n\t") || plan.starts_with(b"\r\n\t");
    let start = plan.trim_ascii_start();
    if start.starts_with(b"{") || start.starts_with(b"[") {
        from_json(start, tabbed)
    } else if start.starts_with(b"<") {
        from_xml(start)
    } else if let Some(rest) = after(start, b"Query Text: \"") {
        from_yaml(rest, tabbed).or_else(|| from_text(start))
    } else {
        from_text(start)
    }
}

const TEXT: &[u8] = b"Query Text: ";
const PARAMETERS: &[u8] = b"Query Parameters: ";

/// `Query Text: SELECT …`, perhaps over several lines, then the plan: its root has costs and is not indented.
fn from_text(plan: &[u8]) -> Option<Explained<'_>> {
    let body = plan.strip_prefix(TEXT)?;
    let (mut end, mut at) = (body.len(), 0);
    let mut parameters: Option<usize> = None;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let text = line.strip_prefix(b"\t").unwrap_or(line);
        // Later nodes are indented, so the last line that looks like a root is the root, whatever the statement holds.
        if at > 0 && is_root(text) {
            end = parameters.take().unwrap_or(at);
        } else if at > 0 && text.starts_with(PARAMETERS) {
            parameters = Some(at);
        }
        at += line.len();
    }
    let sql = body.get(..end)?.trim_ascii_end();
    let tail = body.get(end..)?.trim_ascii_start();
    let parameters = tail
        .strip_prefix(PARAMETERS)
        .map(|list| list.get(..line_end(list)).unwrap_or(list));
    Some(Explained {
        sql: Cow::Borrowed(sql),
        parameters: Cow::Borrowed(parameters.unwrap_or_default()),
    })
}

/// `Seq Scan on orders  (cost=0.00..2133.00 rows=49662 width=0) …`, not indented.
fn is_root(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_uppercase)
        && memchr::memmem::find(line, b"  (cost=").is_some_and(|at| {
            line.get(at..).is_some_and(|costs| {
                memchr::memmem::find(costs, b" rows=").is_some()
                    && memchr::memmem::find(costs, b" width=").is_some()
            })
        })
}

fn from_json(plan: &[u8], tabbed: bool) -> Option<Explained<'_>> {
    let value = |key: &[u8]| {
        let rest = after(plan, key)?.trim_ascii_start().strip_prefix(b":")?;
        quoted(rest.trim_ascii_start(), tabbed)
    };
    Some(Explained {
        sql: value(b"\"Query Text\"")?,
        parameters: value(b"\"Query Parameters\"").unwrap_or_default(),
    })
}

fn from_yaml(rest: &[u8], tabbed: bool) -> Option<Explained<'_>> {
    let sql = string(rest, tabbed)?;
    let parameters = after(rest, b"Query Parameters: ").and_then(|list| quoted(list, tabbed));
    Some(Explained {
        sql,
        parameters: parameters.unwrap_or_default(),
    })
}

fn from_xml(plan: &[u8]) -> Option<Explained<'_>> {
    let element = |name: &str| {
        let rest = after(plan, format!("<{name}>").as_bytes())?;
        let end = memchr::memmem::find(rest, format!("</{name}>").as_bytes())?;
        Some(without_entities(rest.get(..end)?))
    };
    Some(Explained {
        sql: element("Query-Text")?,
        parameters: element("Query-Parameters").unwrap_or_default(),
    })
}

/// What follows the first `needle`.
fn after<'a>(text: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    text.get(memchr::memmem::find(text, needle)? + needle.len()..)
}

fn line_end(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

fn quoted(text: &[u8], tabbed: bool) -> Option<Cow<'_, [u8]>> {
    string(text.strip_prefix(b"\"")?, tabbed)
}

/// The string of JSON that ends at the first quote without a backslash; YAML's are written alike.
fn string(body: &[u8], tabbed: bool) -> Option<Cow<'_, [u8]>> {
    let mut end = 0;
    loop {
        let at = end + memchr::memchr2(b'"', b'\\', body.get(end..)?)?;
        if body.get(at) == Some(&b'"') {
            end = at;
            break;
        }
        end = at + 2;
    }
    let raw = body.get(..end)?;
    if memchr::memchr(b'\\', raw).is_none() {
        return Some(Cow::Borrowed(raw));
    }
    let text: String =
        serde_json::from_str(&format!("\"{}\"", String::from_utf8_lossy(raw))).ok()?;
    Some(Cow::Owned(if tabbed {
        text.replace('\n', "\n\t").into_bytes()
    } else {
        text.into_bytes()
    }))
}

/// Text with XML's entities as the server's `escape_xml` writes them made plain.
fn without_entities(text: &[u8]) -> Cow<'_, [u8]> {
    const ENTITIES: [(&[u8], u8); 6] = [
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&quot;", b'"'),
        (b"&apos;", b'\''),
        (b"&#x0d;", b'\r'),
        (b"&amp;", b'&'),
    ];
    if memchr::memchr(b'&', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let known = ENTITIES.iter().find(|(name, _)| tail.starts_with(name));
        let (name, byte) = known.copied().unwrap_or((b"&", b'&'));
        out.push(byte);
        rest = tail.get(name.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(plan: &str, expected: Option<(&str, &str)>) {
        let got = explained(plan.as_bytes()).map(|e| {
            let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
            (text(&e.sql), text(&e.parameters))
        });
        let expected = expected.map(|(sql, list)| (sql.to_owned(), list.to_owned()));
        assert_eq!(got, expected, "{plan}");
    }

    #[test]
    fn each_format_names_its_statement() {
        check(
            "\n\tQuery Text: SELECT a\n\t  FROM t;\n\tSeq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n\t  Filter: (x = 1)\n\t  ->  Result  (cost=0.00..1.00 rows=1 width=4)",
            Some(("SELECT a\n\t  FROM t;", "")),
        );
        check(
            "\nQuery Text: SELECT 'Foo  (cost=1 rows=1 width=1)\nFoo  (cost=1 rows=1 width=1)'\nQuery Parameters: $1 = 'a'\nResult  (cost=0.00..1.00 rows=1 width=4)",
            Some((
                "SELECT 'Foo  (cost=1 rows=1 width=1)\nFoo  (cost=1 rows=1 width=1)'",
                "$1 = 'a'",
            )),
        );
        check(
            "\n\t{\n\t  \"Query Text\": \"SELECT \\\"a\\\"\\nFROM t\",\n\t  \"Plan\": {}}",
            Some(("SELECT \"a\"\n\tFROM t", "")),
        );
        check(
            "\n\tQuery Text: \"SELECT \\\"a\\\"\"\n\tPlan: \n\t  Node Type: \"Result\"",
            Some(("SELECT \"a\"", "")),
        );
        check(
            "\n\t<explain xmlns=\"x\">\n\t  <Query-Text>SELECT 1 &lt; 2 &amp;&amp; b &x</Query-Text>",
            Some(("SELECT 1 < 2 && b &x", "")),
        );
        check("\n\tSeq Scan on t", None);
        check("{\"Query Text\": \"cut", None);
        check("", None);
    }
}
