//! The order of rows: from a plan's sort keys, else from the statement's own ORDER BY.

use crate::advice::quoted;
use crate::plan::Plan;
use crate::sql;

/// A key that rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The column or expression as statements name it, with its table if it was named so.
    pub(super) expression: String,
    /// The table that it is qualified with, without quotes.
    pub(super) table: Option<String>,
    /// Its name without the table and without quotes, if it is a column.
    pub(super) name: Option<String>,
    /// Whether it descends.
    pub(super) descending: bool,
    /// `NULLS FIRST`, a collation, or whatever else stands behind it.
    pub(super) rest: String,
}

/// The keys of the rows that a Limit gets, as far as they are known: an index scan doesn't tell its own.
pub(super) fn keys(plan: &Plan, limit: usize) -> Vec<Key> {
    let sort = plan.subtree(limit).find_map(|id| {
        let node = plan.nodes.get(id)?;
        let keys = node.texts("Sort Key");
        (!keys.is_empty()).then_some(keys)
    });
    match sort {
        Some(keys) => keys.into_iter().map(key).collect(),
        // The statement's ORDER BY is that of its outermost Limit.
        None if plan.nodes.iter().position(|n| n.kind == "Limit") == Some(limit) => stated(plan),
        None => Vec::new(),
    }
}

/// One key as a plan writes it: `t.bought_at DESC NULLS LAST`.
pub(super) fn key(text: &str) -> Key {
    let (expression, rest) = split(text.trim());
    let (descending, rest) = match rest.strip_prefix("DESC") {
        Some(rest) => (true, rest.trim()),
        None => (false, rest),
    };
    let named = names(expression);
    let (table, column) = match named.as_deref() {
        Some([column]) => (None, Some(column.clone())),
        Some([.., table, column]) => (Some(table.clone()), Some(column.clone())),
        _ => (None, None),
    };
    Key {
        expression: expression.to_owned(),
        table,
        name: column,
        descending,
        rest: rest.to_owned(),
    }
}

impl Key {
    /// As it stands in an ORDER BY.
    pub(super) fn sorted(&self) -> String {
        self.with(&self.expression)
    }

    /// As it stands in an index.
    pub(super) fn indexed(&self) -> Option<String> {
        Some(self.with(&quoted(self.name.as_ref()?)))
    }

    fn with(&self, name: &str) -> String {
        let descending = if self.descending { " DESC" } else { "" };
        let space = if self.rest.is_empty() { "" } else { " " };
        // A collation stands before the direction.
        if self.rest.starts_with("COLLATE ") {
            format!("{name} {}{descending}", self.rest)
        } else {
            format!("{name}{descending}{space}{}", self.rest)
        }
    }
}

/// An expression, and what is said of its order behind it: brackets and quotes are passed over as wholes.
fn split(text: &str) -> (&str, &str) {
    let (mut depth, mut quote) = (0_u32, None);
    for (at, c) in text.char_indices() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 => {
                let (expression, rest) = text.split_at(at);
                return (expression, rest.trim());
            }
            _ => {}
        }
    }
    (text, "")
}

/// The names of a column, without quotes; `None` for anything else.
fn names(expression: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = expression;
    loop {
        let (name, after) = if let Some(inner) = rest.strip_prefix('"') {
            let end = quote_end(inner)?;
            let name = inner.get(..end)?.replace("\"\"", "\"");
            (name, inner.get(end + 1..)?)
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            let name = rest.get(..end)?;
            let plain = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '$');
            (plain.then(|| name.to_owned())?, rest.get(end..)?)
        };
        found.push(name);
        if after.is_empty() {
            return Some(found);
        }
        rest = after.strip_prefix('.')?;
    }
}

/// Where a name in quotes ends; two quotes in a row are one of its own.
fn quote_end(inner: &str) -> Option<usize> {
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '"' && chars.next_if(|(_, next)| *next == '"').is_none() {
            return Some(at);
        }
    }
    None
}

/// The ORDER BY of the plan's statement, where the plan names it and all of its keys are columns.
fn stated(plan: &Plan) -> Vec<Key> {
    let Some(facts) = plan
        .query
        .as_deref()
        .and_then(|query| sql::facts(&sql::normalise(query.as_bytes())))
    else {
        return Vec::new();
    };
    let keys: Option<Vec<Key>> = facts
        .order_by
        .iter()
        .map(|key| {
            let name = key.column.as_ref()?.name.to_string();
            Some(Key {
                expression: quoted(&name),
                table: None,
                name: Some(name),
                descending: key.descending,
                rest: match key.nulls_first {
                    Some(true) => "NULLS FIRST".to_owned(),
                    Some(false) => "NULLS LAST".to_owned(),
                    None => String::new(),
                },
            })
        })
        .collect();
    keys.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn keys_come_apart() {
        for (text, table, column, sorted) in [
            ("id", None, Some("id"), "id"),
            (
                "t.bought_at DESC",
                Some("t"),
                Some("bought_at"),
                "t.bought_at DESC",
            ),
            (
                "t.\"My.Col\" DESC NULLS LAST",
                Some("t"),
                Some("My.Col"),
                "t.\"My.Col\" DESC NULLS LAST",
            ),
            (
                "name COLLATE \"C\" DESC",
                None,
                Some("name"),
                "name COLLATE \"C\" DESC",
            ),
            ("(count(*)) DESC", None, None, "(count(*)) DESC"),
            ("(lower(name))", None, None, "(lower(name))"),
            (
                "((body ->> 'a b'::text)) NULLS FIRST",
                None,
                None,
                "((body ->> 'a b'::text)) NULLS FIRST",
            ),
            ("", None, None, ""),
        ] {
            let key = key(text);
            assert_eq!(key.table.as_deref(), table, "{text}");
            assert_eq!(key.name.as_deref(), column, "{text}");
            assert_eq!(key.sorted(), sorted, "{text}");
        }
    }
}
