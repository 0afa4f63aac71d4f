//! Parameters of a statement that is written anew: counted afresh, one of them in the place of many values.

use super::casts::{as_array, cast, parameter, solid};
use super::statement::{Token, tokens};
use crate::sql::Class;

/// The parameters of a new statement, by the numbers that they had in the old one.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    /// How many numbers are taken before.
    taken: usize,
    old: Vec<u32>,
}

/// A parameter that gives way to something else.
#[derive(Clone, Copy, Debug)]
pub(super) enum Instead<'a> {
    /// `x = $k` becomes `x = ANY($1)`.
    List(u32),
    /// `$k` becomes this text.
    Text(u32, &'a str),
}

impl Parameters {
    /// Those of a statement whose first `taken` numbers are used already.
    pub(super) fn after(taken: usize) -> Self {
        Self {
            taken,
            old: Vec::new(),
        }
    }

    /// The new number of a parameter.
    fn number(&mut self, old: u32) -> usize {
        let at = self.old.iter().position(|it| *it == old);
        let at = at.unwrap_or_else(|| {
            self.old.push(old);
            self.old.len() - 1
        });
        self.taken + at + 1
    }

    /// A number that no parameter of the old statement has.
    pub(super) fn fresh(&mut self) -> usize {
        self.old.push(0);
        self.taken + self.old.len()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.taken + self.old.len()
    }

    /// A part of the statement with its new parameters. `IN ($1)`, which stands for a list of any length in a
    /// normalised text, becomes `= ANY($1)`, so that one parameter takes all values.
    pub(super) fn rewrite(&mut self, text: &str) -> String {
        self.write(&tokens(text), None).unwrap_or_default()
    }

    /// The same with one parameter given up for something else; `None` where it stands in a place that can't take it.
    pub(super) fn rewrite_with(&mut self, text: &str, instead: Instead<'_>) -> Option<String> {
        self.write(&tokens(text), Some(instead))
    }

    fn write(&mut self, tokens: &[Token<'_>], instead: Option<Instead<'_>>) -> Option<String> {
        let mut out = String::new();
        let mut at = 0;
        while let Some((class, text)) = tokens.get(at) {
            if class == &Class::Keyword
                && let Some(list) = list(tokens, at)
            {
                let number = match instead {
                    Some(Instead::List(key)) if key == list.parameter => 1,
                    Some(Instead::Text(key, text)) if key == list.parameter => {
                        out.push_str("= ");
                        out.push_str(text);
                        at = list.end;
                        continue;
                    }
                    _ => self.number(list.parameter),
                };
                out.push_str(&list.written(number));
                at = list.end;
                continue;
            }
            let Some(old) = parameter(*class, text) else {
                out.push_str(text);
                at += 1;
                continue;
            };
            match instead {
                Some(Instead::Text(key, text)) if key == old => {
                    out.push_str(text);
                    at += 1;
                }
                Some(Instead::List(key)) if key == old => {
                    at = any(tokens, at, &mut out)?;
                }
                _ => {
                    out.push('$');
                    out.push_str(&self.number(old).to_string());
                    at += 1;
                }
            }
        }
        Some(out)
    }
}

/// `IN ($1)` or `NOT IN ($1::integer)`.
struct List {
    negated: bool,
    parameter: u32,
    cast: String,
    end: usize,
}

impl List {
    fn written(&self, number: usize) -> String {
        let comparison = if self.negated { "<> ALL" } else { "= ANY" };
        format!("{comparison}(${number}{})", as_array(&self.cast))
    }
}

fn list(tokens: &[Token<'_>], at: usize) -> Option<List> {
    let word = |at: usize, word: &str| {
        tokens
            .get(at)
            .is_some_and(|(_, text)| text.eq_ignore_ascii_case(word))
    };
    let negated = word(at, "NOT");
    let at = if negated { solid(tokens, at + 1) } else { at };
    let open = solid(tokens, at + 1);
    if !word(at, "IN") || !word(open, "(") {
        return None;
    }
    let place = solid(tokens, open + 1);
    let (class, text) = tokens.get(place)?;
    let parameter = parameter(*class, text)?;
    let (cast, after) = cast(tokens, place + 1);
    let after = solid(tokens, after);
    word(after, ")").then_some(List {
        negated,
        parameter,
        cast,
        end: after + 1,
    })
}

/// Writes `= ANY($1)` for `= $k` or `$k =`, whose `$k` stands at `at`; the place behind it.
fn any(tokens: &[Token<'_>], at: usize, out: &mut String) -> Option<usize> {
    let (cast, after) = cast(tokens, at + 1);
    let any = format!("ANY($1{})", as_array(&cast));
    if out.trim_end().ends_with('=') {
        let comparison = out.trim_end().trim_end_matches('=').len();
        let single = out.trim_end().len() - comparison == 1;
        let bare = out.get(..comparison)?.ends_with([' ', '"', ')'])
            || out.get(..comparison)?.ends_with(char::is_alphanumeric);
        if !single || !bare {
            return None;
        }
        if !out.ends_with(' ') {
            out.truncate(comparison);
            out.push_str(" = ");
        }
        out.push_str(&any);
        return Some(after);
    }
    // `= ANY($k)` has a list already.
    if out.trim_end().to_ascii_uppercase().ends_with("ANY(") {
        out.push_str("$1");
        out.push_str(&cast);
        return Some(after);
    }
    let after = solid(tokens, after);
    let (_, equals) = tokens.get(after)?;
    if *equals != "=" {
        return None;
    }
    let mut end = solid(tokens, after + 1);
    let start = end;
    while tokens.get(end).is_some_and(|(class, text)| {
        matches!(class, Class::Identifier | Class::QuotedIdentifier) || *text == "."
    }) {
        end += 1;
    }
    let column: String = tokens
        .get(start..end)?
        .iter()
        .map(|(_, text)| *text)
        .collect();
    if column.is_empty() {
        return None;
    }
    out.push_str(&column);
    out.push_str(" = ");
    out.push_str(&any);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parameter_gives_way_to_a_list() {
        let check = |text: &str, key: u32, want: Option<&str>| {
            let got = Parameters::after(1).rewrite_with(text, Instead::List(key));
            assert_eq!(got.as_deref(), want, "{text}");
        };
        check("a = $1", 1, Some("a = ANY($1)"));
        check("a=$1", 1, Some("a = ANY($1)"));
        check(
            "\"t\".\"a\" = $2 AND b > $1",
            2,
            Some("\"t\".\"a\" = ANY($1) AND b > $2"),
        );
        check(
            "$1::INTEGER = t.a AND b = $2",
            1,
            Some("t.a = ANY($1::integer[]) AND b = $2"),
        );
        check(
            "a = $3::timestamp with time zone AND b = $1",
            3,
            Some("a = ANY($1::timestamp with time zone[]) AND b = $2"),
        );
        check(
            "a = $1::numeric(10, 2)",
            1,
            Some("a = ANY($1::numeric(10, 2)[])"),
        );
        check(
            "a IN ($1) AND b IN ($2)",
            1,
            Some("a = ANY($1) AND b = ANY($2)"),
        );
        check(
            "a NOT IN ($1) AND b = $2",
            2,
            Some("a <> ALL($2) AND b = ANY($1)"),
        );
        check("a = ANY($1)", 1, Some("a = ANY($1)"));
        check("a >= $1", 1, None);
        check("f($1) = a", 1, None);
        check("(a, b) IN (($1, $2))", 3, Some("(a, b) IN (($2, $3))"));
    }

    #[test]
    fn parameters_are_counted_as_they_come() {
        let mut parameters = Parameters::after(0);
        assert_eq!(
            parameters.rewrite("a = $4 AND b = $2 AND c = $4"),
            "a = $1 AND b = $2 AND c = $1"
        );
        assert_eq!(parameters.fresh(), 3);
        assert_eq!(
            parameters.rewrite("LIMIT $2 OFFSET $9"),
            "LIMIT $2 OFFSET $4"
        );
        assert_eq!(
            Parameters::after(1).rewrite_with("a = $7 AND b = $8", Instead::Text(7, "given.key")),
            Some("a = given.key AND b = $2".to_owned())
        );
    }
}
