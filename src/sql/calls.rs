//! What a text may call, by its lexemes alone: a net that no syntax slips through.

use crate::sql::lex::{Lexed, Lexeme, Lexer};
use std::collections::BTreeSet;

/// The server cuts longer names off (`NAMEDATALEN` less one).
const LONGEST_NAME: usize = 63;

/// What a text names, as the server would read the names: folded, without quotes, cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Names before an opening bracket, with the schema where one is written. Among them are keywords, types, tables
    /// and aliases with columns: what is no function on the server is none.
    pub called: BTreeSet<(Option<String>, String)>,
    /// All names and words: `t.f` may call `f(t)`, and a cast calls a function too.
    pub named: BTreeSet<String>,
    /// All operators, which are functions as well.
    pub operators: BTreeSet<String>,
    /// The highest `n` of the parameters `$n`.
    pub parameters: u32,
    /// What the server may read differently than we do, the first that was found.
    pub doubt: Option<&'static str>,
}

/// Looks at every lexeme of `sql`.
#[must_use]
pub fn calls(sql: &str) -> Calls {
    let bytes = sql.as_bytes();
    let mut calls = Calls::default();
    // The last two lexemes with a dot between them may be a schema and a name.
    let mut schema: Option<String> = None;
    let mut name: Option<String> = None;
    let mut after_dot = false;
    for lexed in Lexer::new(bytes) {
        let text = bytes.get(lexed.start..lexed.end).unwrap_or_default();
        calls.doubt = calls.doubt.or_else(|| doubt(&lexed, text));
        match lexed.lexeme {
            Lexeme::Space | Lexeme::Comment => continue,
            Lexeme::Word | Lexeme::Quoted => {
                schema = name.take().filter(|_| after_dot);
                let read = as_read(&lexed, text);
                calls.named.insert(read.clone());
                name = Some(read);
                after_dot = false;
                continue;
            }
            Lexeme::Dot if name.is_some() => {
                after_dot = true;
                continue;
            }
            Lexeme::Open => {
                if let Some(name) = name.take() {
                    calls.called.insert((schema.take(), name));
                }
            }
            Lexeme::Operator | Lexeme::Sign => {
                calls
                    .operators
                    .insert(String::from_utf8_lossy(text).into_owned());
            }
            Lexeme::Parameter => {
                let digits = text.get(1..).unwrap_or_default();
                let number = std::str::from_utf8(digits)
                    .ok()
                    .and_then(|d| d.parse().ok());
                calls.parameters = calls.parameters.max(number.unwrap_or(0));
            }
            _ => {}
        }
        schema = None;
        name = None;
        after_dot = false;
    }
    calls
}

fn doubt(lexed: &Lexed, text: &[u8]) -> Option<&'static str> {
    match lexed.lexeme {
        Lexeme::Quoted if text.starts_with(b"U&") || text.starts_with(b"u&") => {
            Some("a name with Unicode escapes (U&\"…\")")
        }
        Lexeme::Parameter if text.first() != Some(&b'$') => {
            Some("a placeholder of a driver or framework, which the server does not know")
        }
        Lexeme::Space if text.iter().any(|&byte| byte >= 0x80 || byte == 0) => {
            Some("a space outside ASCII, which the server takes for a part of a name")
        }
        Lexeme::Other => Some("a character that begins nothing"),
        _ => None,
    }
}

fn as_read(lexed: &Lexed, text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut name = match lexed.lexeme {
        Lexeme::Quoted => {
            let inside = text.strip_prefix('"').unwrap_or(&text);
            inside
                .strip_suffix('"')
                .unwrap_or(inside)
                .replace("\"\"", "\"")
        }
        _ => text.to_ascii_lowercase(),
    };
    let mut end = name.len().min(LONGEST_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(sql: &str) -> String {
        let calls = calls(sql);
        let name = |(schema, name): &(Option<String>, String)| match schema {
            Some(schema) => format!("{schema}.{name}"),
            None => name.clone(),
        };
        calls.called.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_name_before_a_bracket_is_seen() {
        for (sql, want) in [
            ("select F(g(1))", "f g"),
            ("select \"F\" /* x */ (1), a.\"b\"\"c\" (2)", "F a.b\"c"),
            (
                "select pg_catalog . pg_sleep\n--x\r(1)",
                "pg_catalog.pg_sleep",
            ),
            ("select db.s.f(1)", "s.f"),
            ("select '''f(' || $$g(1)$$ || E'\\'h(1)'", ""),
            ("select 1 /* /* f( */ g( */", ""),
            ("select a[f(1):g(2)]", "f g"),
            ("select x.y, (f)(1)", ""),
            ("select Ünï(1)", "Ünï"),
        ] {
            assert_eq!(called(sql), want, "{sql}");
        }
    }

    #[test]
    fn names_are_cut_off_as_the_server_does() {
        let long = "f".repeat(70);
        assert_eq!(called(&format!("select {long}()")), "f".repeat(63));
        let wide = format!("{}ü", "f".repeat(62));
        assert_eq!(called(&format!("select {wide}()")), "f".repeat(62));
    }

    #[test]
    fn what_the_server_may_read_otherwise_is_doubtful() {
        for sql in [
            "select U&\"pg_sl\\0065ep\"(1)",
            "select pg_sleep\u{a0}(1)",
            "select @__name_0(1)",
            "select ? + 1",
            "select :name",
            "select \0",
        ] {
            assert!(calls(sql).doubt.is_some(), "{sql}");
        }
        assert_eq!(calls("select $3, U&'\\0041', a @> b, j ? 'k'").doubt, None);
        assert_eq!(calls("select $3, $11").parameters, 11);
    }

    #[test]
    fn operators_and_names_are_seen() {
        let calls = calls("select a.B -> 'x' where c ~~* $1");
        assert_eq!(
            calls.operators.into_iter().collect::<Vec<_>>(),
            ["->", "~~*"]
        );
        let named: Vec<_> = calls.named.into_iter().collect();
        assert_eq!(named, ["a", "b", "c", "select", "where"]);
    }
}
