//! Whether two terms, or two conditions, are the same though they are written in two ways.

use crate::advice::indexes::scan::{Against, Comparison, Literal, Op, Term, Value};
use crate::catalog::{Key, KeyOf, bare};
use crate::sql::{Class, tokens};

/// Whether a key of an index is a term of a statement.
pub(super) fn is_key(key: &Key, term: &Term) -> bool {
    match (&key.of, &term.of) {
        (KeyOf::Column(a), KeyOf::Column(b)) => a == b,
        (KeyOf::Expression(a), KeyOf::Expression(b)) => a == b || plain(a) == plain(b),
        _ => false,
    }
}

/// Whether a condition says what the predicate of an index says, so that the index has all rows that fulfil it.
pub(super) fn implies(condition: &Comparison, predicate: &Comparison) -> bool {
    let same_term = match (condition.terms.as_slice(), predicate.terms.as_slice()) {
        ([a], [b]) => a.of == b.of || plain(text(a)) == plain(text(b)),
        _ => false,
    };
    if same_term && predicate.op == Op::NotNull {
        // Whatever compares a value knows that it isn't NULL.
        return !matches!(condition.op, Op::IsNull | Op::Not);
    }
    let same = same_term
        && condition.op == predicate.op
        && values(&condition.against) == values(&predicate.against);
    same && values(&condition.against).is_some() || plain(&condition.text) == plain(&predicate.text)
}

fn text(term: &Term) -> &str {
    match &term.of {
        KeyOf::Column(text) | KeyOf::Expression(text) => text,
    }
}

fn values(against: &Against) -> Option<Vec<&str>> {
    match against {
        Against::Nothing => Some(Vec::new()),
        Against::Values(values) => values
            .iter()
            .map(|value| match value {
                Value::Literal(
                    text,
                    Literal::Integer
                    | Literal::Decimal
                    | Literal::Text
                    | Literal::Boolean
                    | Literal::Typed(_),
                ) => Some(text.as_str()),
                Value::Null | Value::Parameter(_) => None,
            })
            .collect(),
        _ => None,
    }
}

/// An expression without blanks, needless brackets and the casts to `text` that the server writes behind constants.
fn plain(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for (class, range) in tokens(bare(text)) {
        let word = bare(text).get(range).unwrap_or_default();
        match class {
            Class::Space | Class::Comment => {}
            Class::String | Class::QuotedIdentifier => all.push_str(word),
            _ => all.push_str(&word.to_ascii_lowercase()),
        }
    }
    // In the server's words each operand of a chain is in brackets.
    all.replace("::text", "")
        .replace("::charactervarying", "")
        .replace(['(', ')'], "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn two_spellings_of_one_expression() {
        for (server, statement) in [
            ("(attrs ->> 'color'::text)", "attrs->>'color'"),
            ("lower((email)::text)", "lower(email)"),
            (
                "date_trunc('day'::text, created_at)",
                "date_trunc('day', created_at)",
            ),
            ("(a + b)", "a + b"),
        ] {
            assert_eq!(plain(server), plain(statement));
        }
        assert_ne!(
            plain("lower('A')"),
            plain("lower('a')"),
            "constants keep their case"
        );
        assert_ne!(plain("attrs ->> 'a'"), plain("attrs -> 'a'"));
    }
}
