//! What the predicate of a partial index says, and the part of a table's rows that it keeps.

use super::scan::{Against, Comparison, Condition, Op, read};
use super::selectivity;
use crate::catalog::{Catalog, Table};
use crate::sql::quoted;

/// The part of a table's rows, 0 to 1, that the predicate of a partial index keeps.
pub(super) fn share(table: &Table, predicate: &str) -> f64 {
    selectivity::of_scan(table, &conditions(table, predicate)).clamp(0.0, 1.0)
}

/// The conditions of the predicate of a partial index, read as those of a statement are, so that they compare.
pub(super) fn conditions(table: &Table, predicate: &str) -> Vec<Condition> {
    let catalog = Catalog {
        tables: vec![table.clone()],
        ..Catalog::default()
    };
    let (schema, name) = (quoted(&table.name.schema), quoted(&table.name.name));
    let sql = format!("SELECT FROM {schema}.{name} WHERE {predicate}");
    let reading = read(&sql, Some(&catalog), None);
    let scan = reading.and_then(|r| r.scans.into_iter().next());
    let conditions = scan.map(|scan| scan.conditions).unwrap_or_default();
    if conditions.is_empty() {
        // Nobody may take an index for one of all rows because its predicate can't be read.
        return vec![Condition::One(Comparison {
            terms: Vec::new(),
            op: Op::Not,
            against: Against::Unknown,
            text: predicate.to_owned(),
        })];
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::indexes::scan::Value;
    use crate::advice::indexes::shop::catalog;
    use crate::catalog::KeyOf;

    #[test]
    fn predicates_are_read() {
        let catalog = catalog("");
        let table = catalog.find(None, "orders").unwrap();
        for (predicate, want) in [
            ("status = 'pending'::text", "status Eq pending"),
            ("((status)::text = 'it''s'::text)", "status Eq it's"),
            (
                "(account_id > 5) AND (note IS NOT NULL)",
                "account_id Gt 5; note NotNull",
            ),
            ("shipped_at IS NULL", "shipped_at IsNull"),
            ("NOT note", "note IsFalse"),
            ("lower(note) = 'x'", "lower(note) Eq x"),
            ("note ~~ 'x%'::text", "note Like x%"),
            ("total > 5 AND id <> 3", "total Gt 5; id NotEq 3"),
            ("a = = b", "? a = = b"),
            ("NOT unknown", "? NOT unknown"),
        ] {
            let said: Vec<String> = conditions(table, predicate).iter().map(say).collect();
            assert_eq!(said.join("; "), want, "{predicate}");
        }
    }

    fn say(condition: &Condition) -> String {
        let Condition::One(c) = condition else {
            return "any".to_owned();
        };
        let Some(term) = c.terms.first() else {
            return format!("? {}", c.text);
        };
        let (KeyOf::Column(name) | KeyOf::Expression(name)) = &term.of;
        match &c.against {
            Against::Values(values) => match values.as_slice() {
                [Value::Literal(text, _)] => format!("{name} {:?} {text}", c.op),
                _ => format!("{name} {:?} {values:?}", c.op),
            },
            _ => format!("{name} {:?}", c.op),
        }
    }
}
