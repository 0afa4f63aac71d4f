//! One statement for a loop of writes.

use super::casts::lone;
use super::condition::{Condition, Operator};
use super::fix::Fix;
use super::frameworks;
use super::names::{plural, snake, spoken, words};
use super::plain;
use super::reading::own_key;
use super::statement::{after_word, closing, items, keyword};
use super::{Suggestion, SuggestionKind, Target};
use crate::sql::{Facts, Insert, Op, Value};
use crate::workload::Query;

/// What a loop writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WriteLoop {
    /// One row after another is inserted.
    Insert,
    /// The same, each in a transaction of its own.
    InsertEachCommitted,
    /// One row after another is changed, found by its key.
    Update,
    /// One row after another is deleted, found by its key.
    Delete,
    /// Each row is looked for first, then inserted or changed.
    Upsert,
}

/// One statement for a loop of writes, for each target in their order. `look_up` is the SELECT before each write of
/// [`WriteLoop::Upsert`]. Empty when the write couldn't be parsed.
#[must_use]
pub fn batch(
    kind: WriteLoop,
    write: &Query,
    look_up: Option<&Query>,
    targets: &[Target],
) -> Vec<Suggestion> {
    let Some(batch) = Batch::of(kind, write, look_up) else {
        return Vec::new();
    };
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let title = title(&batch, in_use);
    let suggestion = |target: Target, title: &str, fix: Fix| Suggestion {
        kind: SuggestionKind::Batch,
        target,
        title: title.to_owned(),
        code: fix.code,
        note: fix.note,
        guessed: fix.guessed,
    };
    let mut suggestions = Vec::new();
    for &target in targets {
        let said = target == Target::Sql || batch.can_be_said();
        let fix = said
            .then(|| (frameworks::words(target).batch)(&batch))
            .flatten();
        suggestions.extend(fix.map(|fix| suggestion(target, &title, fix)));
        if target == Target::Sql {
            let copy = plain::copy(&batch).map(|fix| {
                let rows = words(&plural(spoken(batch.table, in_use)));
                suggestion(
                    target,
                    &format!("Copy the {rows} when there are thousands"),
                    fix,
                )
            });
            suggestions.extend(copy);
        }
    }
    suggestions
}

fn title(batch: &Batch<'_>, in_use: Target) -> String {
    let rows = words(&plural(spoken(batch.table, in_use)));
    match batch.kind {
        WriteLoop::Insert => format!("Insert all {rows} with one statement"),
        WriteLoop::InsertEachCommitted => {
            format!("Insert all {rows} with one statement and one commit")
        }
        WriteLoop::Update => format!("Update all {rows} with one statement"),
        WriteLoop::Delete => format!("Delete all {rows} with one statement"),
        WriteLoop::Upsert => format!("Insert or update all {rows} with one statement"),
    }
}

/// A loop of writes with all that its fix needs to know.
#[derive(Clone, Debug)]
pub(super) struct Batch<'a> {
    /// What it writes.
    pub kind: WriteLoop,
    /// The write's query.
    pub write: &'a Query,
    /// What its syntax tree says.
    pub facts: &'a Facts,
    /// The table.
    pub table: &'a str,
    /// The columns that differ from row to row: those of INSERT, or those that UPDATE sets to a value.
    pub columns: Vec<String>,
    /// The columns that UPDATE and DELETE find a row by, or that tell whether an upsert's row is there.
    pub keys: Vec<String>,
    /// Whether an UPDATE computes with its values: `stock = stock - $1`.
    pub computes: bool,
}

impl<'a> Batch<'a> {
    fn of(kind: WriteLoop, write: &'a Query, look_up: Option<&Query>) -> Option<Self> {
        let facts = write.facts()?;
        let table = facts.tables.first()?.name.as_str();
        let set = assignments(&write.sql);
        let columns = match &facts.insert {
            Some(insert) => inserted(&write.sql, insert),
            None => set
                .iter()
                .filter(|(_, value)| lone(value).is_some())
                .map(|(column, _)| column.clone())
                .collect(),
        };
        let conflicts = facts.insert.as_ref().is_some_and(|i| i.on_conflict);
        let inserts = matches!(kind, WriteLoop::Insert | WriteLoop::InsertEachCommitted);
        let kind = if conflicts && inserts {
            WriteLoop::Upsert
        } else {
            kind
        };
        let mut keys = match look_up.and_then(Query::facts) {
            Some(look_up) => equal(look_up),
            None if conflicts => conflict_target(&write.sql),
            None => equal(facts),
        };
        if keys.is_empty() && kind == WriteLoop::Upsert {
            keys.push(own_key(facts, table).name);
        }
        let computed = |value: &str| value.contains('$') && lone(value).is_none();
        Some(Self {
            kind,
            write,
            facts,
            table,
            computes: set.iter().any(|(_, value)| computed(value)),
            columns,
            keys,
        })
    }

    /// Whether frameworks have words for it: an UPDATE that sets columns to values, a DELETE by one column.
    fn can_be_said(&self) -> bool {
        match self.kind {
            WriteLoop::Update => {
                !self.computes && !self.columns.is_empty() && !self.keys.is_empty()
            }
            WriteLoop::Delete => self.key().is_some(),
            _ => true,
        }
    }

    /// The conditions of a DELETE beside its key.
    pub(super) fn others(&self) -> Vec<Condition> {
        let key = self.key();
        let others = self.keys.iter().filter(|k| Some(k.as_str()) != key);
        let condition = |column: &String| Condition {
            column: column.clone(),
            operator: Operator::Eq,
            variable: snake(column),
        };
        others.map(condition).collect()
    }

    /// The key columns and those that are written, each once.
    pub(super) fn all_columns(&self) -> Vec<String> {
        let mut all = self.keys.clone();
        all.extend(
            self.columns
                .iter()
                .filter(|c| !self.keys.contains(c))
                .cloned(),
        );
        all
    }

    /// The columns of a row that is inserted: as in the statement, or for an upsert that only updates, all it names.
    pub(super) fn inserted(&self) -> Vec<String> {
        if self.facts.insert.is_some() {
            self.columns.clone()
        } else {
            self.all_columns()
        }
    }

    /// The columns that an upsert overwrites: all but its key and when the row was made.
    pub(super) fn overwritten(&self) -> Vec<String> {
        let made = [
            "created",
            "created_at",
            "created_on",
            "inserted_at",
            "date_created",
        ];
        let kept = |column: &&String| {
            let name = snake(column);
            !self.keys.contains(column) && name != "id" && !made.contains(&name.as_str())
        };
        self.columns.iter().filter(kept).cloned().collect()
    }

    /// The one column that finds a row, where one does.
    pub(super) fn key(&self) -> Option<&str> {
        match self.keys.as_slice() {
            [key] => Some(key),
            keys => keys
                .iter()
                .find(|k| k.eq_ignore_ascii_case("id"))
                .map(String::as_str),
        }
    }
}

/// The columns of an INSERT, but for those that get their default.
fn inserted(text: &str, insert: &Insert) -> Vec<String> {
    let row = first_row(text).and_then(|range| text.get(range));
    let values = row.map(items).unwrap_or_default();
    let names = insert.columns.iter().enumerate();
    let given = names.filter(|(at, _)| {
        let value = values.get(*at);
        value.is_none_or(|v| !v.eq_ignore_ascii_case("DEFAULT"))
    });
    given.map(|(_, name)| name.to_string()).collect()
}

/// The columns of `ON CONFLICT (…)`.
fn conflict_target(text: &str) -> Vec<String> {
    let list = || {
        let rest = text.get(keyword(text, "CONFLICT")?.end..)?;
        let rest = rest.trim_start().strip_prefix('(')?;
        rest.get(..closing(rest)?)
    };
    let names = list().map(items).unwrap_or_default();
    names.into_iter().map(folded).collect()
}

/// A column's name as the server folds it.
fn folded(column: &str) -> String {
    let column = column.rsplit('.').next().unwrap_or(column).trim();
    match column.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => column.to_lowercase(),
    }
}

/// The columns that a statement's conditions equate with a parameter.
fn equal(facts: &Facts) -> Vec<String> {
    let by_value = facts.predicates.iter().filter(|p| {
        p.conjunct
            && !p.negated
            && !p.nested
            && p.function.is_none()
            && matches!(p.op, Op::Eq | Op::In | Op::Any)
            && matches!(p.value, Value::Parameter(_))
            && p.column.table.is_none_or(|t| t == 0)
    });
    let mut columns: Vec<String> = Vec::new();
    for predicate in by_value {
        if !columns.iter().any(|c| predicate.column.name == c.as_str()) {
            columns.push(predicate.column.name.to_string());
        }
    }
    columns
}

/// The columns that an UPDATE sets, with what to; empty where it can't be told.
pub(super) fn assignments(text: &str) -> Vec<(String, &str)> {
    let list = set_clause(text).map(|range| text.get(range).unwrap_or_default());
    let pair = |item: &'_ str| -> Option<(usize, usize)> {
        let equals = item.find('=')?;
        Some((equals, equals + 1))
    };
    let mut found = Vec::new();
    for item in list.map(items).unwrap_or_default() {
        let Some((end, start)) = pair(item) else {
            return Vec::new();
        };
        let name = folded(item.get(..end).unwrap_or_default());
        found.push((name, item.get(start..).unwrap_or_default().trim()));
    }
    found
}

/// Where the assignments of an UPDATE stand.
pub(super) fn set_clause(text: &str) -> Option<std::ops::Range<usize>> {
    after_word(text, "UPDATE")?;
    let start = keyword(text, "SET")?.end;
    let rest = text.get(start..)?;
    let ends = ["FROM", "WHERE", "RETURNING"];
    let end = ends
        .iter()
        .filter_map(|word| keyword(rest, word))
        .map(|r| r.start)
        .min();
    Some(start..start + end.unwrap_or(rest.len()))
}

/// Where the first row of an INSERT's VALUES stands, without its brackets.
pub(super) fn first_row(text: &str) -> Option<std::ops::Range<usize>> {
    let after = keyword(text, "VALUES")?.end;
    let open = after + text.get(after..)?.find('(')? + 1;
    let end = closing(text.get(open..)?)?;
    Some(open..open + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_told_apart() {
        assert_eq!(
            assignments(
                "UPDATE t SET a=$1::int, \"B\" = greatest(x, $2), t.c = now() WHERE id = $3"
            ),
            [
                ("a".to_owned(), "$1::int"),
                ("B".to_owned(), "greatest(x, $2)"),
                ("c".to_owned(), "now()")
            ]
        );
        assert_eq!(assignments("INSERT INTO t VALUES ($1)"), []);
        let insert = "INSERT INTO t (a) VALUES ($1, f($2)) RETURNING a";
        assert_eq!(insert.get(first_row(insert).unwrap()), Some("$1, f($2)"));
    }
}
