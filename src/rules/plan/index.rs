//! The index that a condition asks for.

use super::condition::{Against, Operator, Term};
use super::suggest::{noted, sql};
use crate::advice::{Suggestion, SuggestionKind, quoted};

/// An index to make: columns compared for equality first, then one that is compared by range, as a B-tree can use them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Columns and expressions as `CREATE INDEX` takes them.
    pub(super) columns: Vec<String>,
    /// The column that the first of them is, without quotes; of an expression, the column in it.
    pub(super) first: String,
    /// The condition of a partial index.
    pub(super) predicate: Option<String>,
    /// Whether an expression is among them.
    pub(super) has_expression: bool,
}

/// The index for comparisons that have to hold together; `None` if no B-tree serves any of them.
pub(super) fn index(terms: &[Term]) -> Option<Index> {
    let mut index = Index::default();
    let is_value = |t: &&Term| t.is_indexable() && t.operator.is_equality();
    // What is null is better told apart by a condition of the index, if there is another column to look up by.
    let nulls_aside = terms
        .iter()
        .filter(is_value)
        .any(|t| t.operator != Operator::IsNull);
    for term in terms.iter().filter(is_value) {
        if !(nulls_aside && term.operator == Operator::IsNull) {
            index.add(quoted(&term.column.name), term);
        }
    }
    let computed = |t: &&Term| {
        matches!(t.wrap, Some(super::condition::Wrap::Other)) && t.operator == Operator::Eq
    };
    for term in terms.iter().filter(computed) {
        index.has_expression = true;
        index.add(format!("({})", term.expression), term);
    }
    let range = terms
        .iter()
        .find(|t| t.is_indexable() && t.operator.is_range());
    if let Some(term) = range {
        index.add(quoted(&term.column.name), term);
    } else if let Some(term) = terms.iter().find(|t| is_prefix(t)) {
        index.add(
            format!("{} text_pattern_ops", quoted(&term.column.name)),
            term,
        );
    }
    let mut conditions = Vec::new();
    for term in terms {
        // What isn't looked for is mostly told by chance; alone it is what the query is about.
        if term.operator == Operator::NotEq && !index.columns.is_empty() {
            continue;
        }
        let Some(condition) = condition(term, nulls_aside) else {
            continue;
        };
        if index.columns.is_empty() {
            index.add(quoted(&term.column.name), term);
        }
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    index.predicate = (!conditions.is_empty()).then(|| conditions.join(" AND "));
    (!index.columns.is_empty()).then_some(index)
}

impl Index {
    fn add(&mut self, column: String, term: &Term) {
        if self.columns.is_empty() {
            self.first.clone_from(&term.column.name);
        }
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
    }

    /// What follows the table's name: `(customer_id, bought_at) WHERE note IS NOT NULL`.
    pub(super) fn definition(&self) -> String {
        let columns = self.columns.join(", ");
        match &self.predicate {
            Some(predicate) => format!("({columns}) WHERE {predicate}"),
            None => format!("({columns})"),
        }
    }

    /// The statement that makes it.
    pub(super) fn create(&self, table: &str) -> Suggestion {
        let made = sql(
            SuggestionKind::Index,
            format!("Index {table} by what the condition looks for"),
            format!(
                "CREATE INDEX CONCURRENTLY ON {table} {};",
                self.definition()
            ),
        );
        if self.has_expression {
            noted(
                made,
                "The index is used only where a query writes the expression in the same way; functions in it have to be immutable.",
            )
        } else if self.predicate.is_some() {
            noted(
                made,
                "It holds only the rows of its own condition, so it stays small; queries without that condition don't use it.",
            )
        } else {
            made
        }
    }
}

/// Whether it asks for what begins with a text.
fn is_prefix(term: &Term) -> bool {
    let Against::Constant(pattern) = &term.against else {
        return false;
    };
    term.operator == Operator::Like
        && !pattern.starts_with(['%', '_'])
        && (term.wrap.is_none()
            || term.wrap == Some(super::condition::Wrap::Cast("text".to_owned())))
}

/// What a partial index may take out of a comparison: a constant that isn't looked up by.
fn condition(term: &Term, nulls_aside: bool) -> Option<String> {
    if term.wrap.is_some() {
        return None;
    }
    let column = quoted(&term.column.name);
    match (&term.operator, &term.against) {
        (Operator::IsNull, _) if nulls_aside => Some(format!("{column} IS NULL")),
        (Operator::NotNull, _) => Some(format!("{column} IS NOT NULL")),
        (Operator::IsTrue, _) => Some(column),
        (Operator::IsFalse, _) => Some(format!("NOT {column}")),
        (Operator::NotEq, Against::Constant(value)) => {
            Some(format!("{column} <> '{}'", value.replace('\'', "''")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition::terms;
    use super::index;

    #[track_caller]
    fn check(condition: &str, expected: Option<&str>) {
        let found = index(&terms(condition)).map(|i| i.definition());
        assert_eq!(found.as_deref(), expected, "{condition}");
    }

    #[test]
    fn equality_comes_first_and_one_range_last() {
        check(
            "((at > '2026-01-01'::date) AND (total < '3'::numeric) AND (\"Kind\" = 'x'::text))",
            Some("(\"Kind\", at)"),
        );
        check("((status)::text = ANY ('{a,b}'::text[]))", Some("(status)"));
        check("(gone_at IS NULL)", Some("(gone_at)"));
        check(
            "((a = 1) AND (gone_at IS NULL) AND (NOT hidden) AND (kind <> 'x'::text))",
            Some("(a) WHERE gone_at IS NULL AND NOT hidden"),
        );
        check(
            "(kind <> 'it''s'::text)",
            Some("(kind) WHERE kind <> 'it''s'"),
        );
        check("(note IS NOT NULL)", Some("(note) WHERE note IS NOT NULL"));
        check("((o.seat % 7) = 3)", Some("((seat % 7))"));
        check("(name ~~ 'ab%'::text)", Some("(name text_pattern_ops)"));
    }

    #[test]
    fn other_rules_have_their_own_indexes() {
        check("(name ~~ '%ab'::text)", None);
        check("(lower(email) = 'x'::text)", None);
        check("((id)::numeric = 3.5)", None);
        check("((a = 1) OR (b = 2))", None);
    }
}
