//! Which query fed a burst: the one whose rows hold the values that the burst looks up.
//!
//! Row counts are not in a log, so names decide: a foreign key is called after the table that it points to. What
//! neither names nor the order of statements tell stays open.

use rustc_hash::FxHashMap;

use super::catalog::reads_catalog;
use super::form::Form;
use super::keys::{is_own_key, is_self_key, named_after, snake, stem};
use crate::advice::{Load, Relation, RelationKind};
use crate::sql::{Bound, Facts, Item, Kind, Op, Predicate, Value};
use crate::workload::{QueryId, Request, Run, Workload};

/// The query that fed a burst, and how its rows hang together with those of the burst.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    pub query: QueryId,
    pub relation: Relation,
    /// Whether names tell so, and not the order of statements alone.
    pub named: bool,
}

/// What names say of two queries; kept, for every burst asks again.
#[derive(Default)]
pub(super) struct Links(FxHashMap<(QueryId, QueryId), Option<Link>>);

/// How the rows of two queries may hang together.
#[derive(Clone, Debug)]
struct Link {
    /// 3 when the names say so, 2 when they may, 1 when nothing speaks against it.
    score: u8,
    kind: RelationKind,
    key: String,
    through: Option<String>,
    other_keys: Vec<String>,
    /// The table that holds the rows, where it isn't the first.
    child: Option<String>,
}

/// The conditions that a burst looks rows up by, those that change from one execution to the next.
pub(super) fn looked_up_by<'a>(
    facts: &'a Facts,
    form: &'a Form,
) -> impl Iterator<Item = &'a Predicate> {
    // `a > $1 OR a = $1 AND b > $2` is where a page begins.
    let bound = |p: &Predicate| {
        !p.conjunct
            && facts
                .predicates
                .iter()
                .any(|other| other.op == Op::Range && other.column == p.column)
    };
    facts.predicates.iter().filter(move |p| {
        !p.negated
            && !bound(p)
            && matches!(p.op, Op::Eq | Op::In | Op::Any)
            && matches!(p.value, Value::Parameter(n) if form.hidden || form.varies(n))
    })
}

/// Finds the likeliest parent among the queries that began before the burst did.
pub(super) fn parent(
    workload: &Workload,
    request: &Request,
    run: &Run,
    form: &Form,
    links: &mut Links,
) -> Option<Parent> {
    let child = workload.query(run.query)?.facts()?;
    let (earlier, last_other) = earlier(workload, request, run);
    let distinct = if form.hidden {
        run.executions
    } else {
        run.distinct
    };
    let mut best: Option<((u8, bool, u32), QueryId, Link)> = None;
    for (query, times, last) in earlier {
        let Some(q) = workload.query(query) else {
            continue;
        };
        let Some(facts) = q.facts().filter(|f| is_list(q.kind, f)) else {
            continue;
        };
        // One row at a time can't have fed a burst, unless it came as often.
        if finds_one_row(facts) && times * 2 < distinct {
            continue;
        }
        let link = links
            .0
            .entry((query, run.query))
            .or_insert_with(|| link(facts, child, form));
        // What reads one row by the key that both share stands beside the burst, not above it.
        let beside = link
            .as_ref()
            .is_some_and(|l| l.kind == RelationKind::OneToOne);
        if beside && by_own_key(facts) {
            continue;
        }
        let right_before = last_other == Some(query);
        let (score, link) = match link {
            // What names only allow takes a query that reads more than a row.
            Some(link) if link.score < 3 && !reads_many(facts) && times * 2 < distinct => continue,
            Some(link) => (link.score * 2 + u8::from(right_before), link.clone()),
            // Without names, only the list that was read right before can have given the values.
            None if right_before && reads_many(facts) => match weak(child, form) {
                Some(link) => (1, link),
                None => continue,
            },
            None => continue,
        };
        let rank = (score, reads_many(facts), last);
        if best.as_ref().is_none_or(|b| rank > b.0) {
            best = Some((rank, query, link));
        }
    }
    let (_, query, link) = best?;
    let named = link.score > 1;
    let parent = workload
        .query(query)?
        .facts()?
        .tables
        .first()?
        .name
        .to_string();
    let table = match &link.child {
        Some(table) => table.clone(),
        None => child.tables.first()?.name.to_string(),
    };
    let mut relation = Relation {
        kind: link.kind,
        parent,
        child: table,
        key: link.key,
        through: link.through,
        other_keys: link.other_keys,
        load: load(child, link.kind, form),
    };
    if relation.kind == RelationKind::OneToOne && relation.parent == relation.child {
        relation.load = Load::Columns;
    }
    // Only where more rows were looked up than the parent had do several of its keys lead to them.
    if !relation.other_keys.is_empty() {
        if !exceeds(workload, query, distinct) {
            relation.other_keys.clear();
        }
        let tables = tables(workload, request);
        let elsewhere = |key: &String| tables.iter().any(|t| named_after(key, t));
        // One that names another table of the request leads there.
        if elsewhere(&relation.key)
            && let Some(at) = relation.other_keys.iter().position(|k| !elsewhere(k))
        {
            relation.key = relation.other_keys.remove(at);
        }
        relation.other_keys.retain(|key| !elsewhere(key));
    }
    Some(Parent {
        query,
        relation,
        named,
    })
}

/// The queries that began before a burst: how often each ran in the request, and its last execution before. With them
/// the query right before it.
fn earlier(
    workload: &Workload,
    request: &Request,
    run: &Run,
) -> (Vec<(QueryId, u32, u32)>, Option<QueryId>) {
    let mut earlier: Vec<(QueryId, u32, u32)> = Vec::new();
    let mut last_other = None;
    let before = workload.executions.range(request.first.0..run.first.0);
    for (id, e) in before.filter(|(_, e)| e.query != run.query) {
        last_other = Some(e.query);
        match earlier.iter_mut().find(|r| r.0 == e.query) {
            Some(known) => (known.1, known.2) = (known.1 + 1, id.0),
            None => earlier.push((e.query, 1, id.0)),
        }
    }
    // A parent that is itself a burst goes on while its children are loaded.
    let rest = run.first.0..request.first.0 + request.executions;
    for (_, e) in workload.executions.range(rest) {
        if let Some(known) = earlier.iter_mut().find(|r| r.0 == e.query) {
            known.1 += 1;
        }
    }
    (earlier, last_other)
}

/// How rows hang together that no query before gave the keys of.
pub(super) fn look_up(child: &Facts, form: &Form) -> Option<Relation> {
    let table = child.tables.first()?.name.to_string();
    let varies = |p: &&Predicate| matches!(p.value, Value::Parameter(n) if form.varies(n));
    let key = looked_up_by(child, form)
        .next()
        .or_else(|| child.predicates.iter().find(varies))?;
    let own = is_own_key(&key.column.name, &table);
    let climbs = own
        && child
            .selected
            .iter()
            .filter_map(|s| s.column())
            .any(|c| is_self_key(&c.name));
    let kind = if climbs {
        RelationKind::Ancestors
    } else if is_self_key(&key.column.name) {
        // The first of them had no parent to be told by: the root of a tree.
        RelationKind::SelfReference
    } else {
        RelationKind::LookUp
    };
    Some(Relation {
        kind,
        parent: if kind == RelationKind::LookUp {
            String::new()
        } else {
            table.clone()
        },
        child: table,
        key: key.column.name.to_string(),
        through: None,
        other_keys: Vec::new(),
        load: load(child, RelationKind::LookUp, form),
    })
}

/// Whether a query may have read the rows that others were looked up for.
fn is_list(kind: Kind, facts: &Facts) -> bool {
    let plain = kind == Kind::Select || !facts.selected.is_empty();
    plain && !facts.tables.is_empty() && !only_folds(facts) && !reads_catalog(facts)
}

/// Whether a query returns nothing but aggregates.
pub(super) fn only_folds(facts: &Facts) -> bool {
    facts.aggregates
        && facts.group_by.is_empty()
        && facts
            .selected
            .iter()
            .all(|s| !matches!(s.item, Item::Column(_) | Item::All(_)))
}

/// Whether a query reads one row by its key.
fn finds_one_row(facts: &Facts) -> bool {
    let Some(table) = facts.tables.first() else {
        return false;
    };
    facts.joins.is_empty()
        && facts.predicates.iter().any(|p| {
            p.conjunct
                && p.op == Op::Eq
                && (is_own_key(&p.column.name, &table.name) || is_unique(&p.column.name))
                && matches!(p.value, Value::Parameter(_) | Value::Constant)
        })
}

/// Whether a query finds rows by the key of its first table.
fn by_own_key(facts: &Facts) -> bool {
    let table = facts.tables.first().map_or("", |t| t.name.as_str());
    facts
        .predicates
        .iter()
        .any(|p| p.conjunct && p.op == Op::Eq && is_own_key(&p.column.name, table))
}

/// Whether a column's name says that its values are each one row's.
fn is_unique(column: &str) -> bool {
    const WORDS: [&str; 12] = [
        "token", "email", "key", "slug", "username", "login", "sku", "isbn", "hash", "uid",
        "digest", "handle",
    ];
    let name = snake(column);
    WORDS.iter().any(|word| {
        name == *word
            || name
                .strip_suffix(word)
                .is_some_and(|rest| rest.ends_with('_'))
    })
}

/// Whether a query reads like a list: in an order, up to a number, by a range, a set of values or nothing.
fn reads_many(facts: &Facts) -> bool {
    let by_value = facts
        .predicates
        .iter()
        .any(|p| p.conjunct && p.op == Op::Eq);
    !facts.order_by.is_empty()
        || !by_value
        || facts
            .predicates
            .iter()
            .any(|p| matches!(p.op, Op::In | Op::Any | Op::Range | Op::Between))
}

/// The tables that a request reads, each once.
fn tables(workload: &Workload, request: &Request) -> Vec<String> {
    let mut queries: Vec<QueryId> = workload
        .executions
        .range(request.ids())
        .map(|(_, e)| e.query)
        .collect();
    queries.sort_unstable();
    queries.dedup();
    let facts = queries.iter().filter_map(|q| workload.query(*q)?.facts());
    facts
        .flat_map(|f| f.tables.iter().map(|t| t.name.to_string()))
        .collect()
}

/// Whether a burst looked up more rows than its parent was allowed to have.
fn exceeds(workload: &Workload, parent: QueryId, distinct: u32) -> bool {
    let facts = workload.query(parent).and_then(|q| q.facts());
    let bound = facts.and_then(|f| f.limit);
    // A limit that isn't known bounds nothing.
    match bound {
        Some(Bound::Constant(rows)) => u64::from(distinct) > rows,
        _ => distinct >= 2,
    }
}

/// What names say of how the rows of two queries hang together.
fn link(parent: &Facts, child: &Facts, form: &Form) -> Option<Link> {
    let parent_table = &parent.tables.first()?.name;
    let child_table = &child.tables.first()?.name;
    let found = |score, kind, key: &str| {
        Some(Link {
            score,
            kind,
            key: key.to_owned(),
            through: None,
            other_keys: Vec::new(),
            child: None,
        })
    };
    let same = parent_table == child_table;
    for key in looked_up_by(child, form) {
        let column = key.column.name.as_str();
        let table = child.table_of(&key.column).map_or(child_table, |t| &t.name);
        if same && (is_self_key(column)) && table == child_table {
            return found(3, RelationKind::SelfReference, column);
        }
        // tags by book_tags.book_id, after books
        if table != child_table && named_after(column, parent_table) && table != parent_table {
            return Some(Link {
                score: 3,
                kind: RelationKind::ManyToMany,
                key: column.to_owned(),
                through: Some(table.to_string()),
                other_keys: Vec::new(),
                child: None,
            });
        }
        // ebooks by media_id that is their own key too, after media
        if !same && column.ends_with("_ptr_id") && named_after(column, parent_table) {
            return found(3, RelationKind::OneToOne, column);
        }
        // books by author_id, after authors
        if !same && named_after(column, parent_table) {
            let score = if named_after(column, child_table) {
                2
            } else {
                3
            };
            return found(score, RelationKind::HasMany, column);
        }
    }
    let own = looked_up_by(child, form).find(|key| {
        let table = child.table_of(&key.column).map_or(child_table, |t| &t.name);
        is_own_key(&key.column.name, table)
    });
    if let Some(key) = own {
        if same && let Some(other) = joined_table(child, child_table) {
            // FROM media JOIN ebooks … WHERE media.id = 1
            return Some(Link {
                score: 3,
                kind: RelationKind::OneToOne,
                key: key.column.name.to_string(),
                through: None,
                other_keys: Vec::new(),
                child: Some(other),
            });
        }
        if same {
            // Columns that a list left out, or rows one by one that a list has named.
            return found(2, RelationKind::OneToOne, &key.column.name);
        }
        return belongs_to(parent, child, parent_table, child_table);
    }
    // rates by currency, after countries with their currency
    let shared = looked_up_by(child, form).find(|key| {
        let name = &key.column.name;
        let selected = parent.selected.iter().filter_map(|s| s.column());
        selected
            .into_iter()
            .any(|c| c.name == *name && name.as_str() != "id")
    })?;
    found(2, RelationKind::HasMany, &shared.column.name)
}

/// publishers by id, after books with their `publisher_id`
fn belongs_to(
    parent: &Facts,
    child: &Facts,
    parent_table: &str,
    child_table: &str,
) -> Option<Link> {
    let columns = || {
        let own = parent.selected.iter().filter_map(|s| s.column());
        own.filter(|c| c.table.is_none_or(|t| t == 0) || parent.tables.len() == 1)
    };
    let foreign: Vec<&str> = columns()
        .map(|c| c.name.as_str())
        .filter(|name| stem(name).is_some() && !named_after(name, parent_table))
        .collect();
    let named = foreign.iter().find(|c| named_after(c, child_table));
    // Keys that name no other table may lead to the same one.
    let open: Vec<&str> = foreign
        .iter()
        .copied()
        .filter(|c| !named_after(c, child_table))
        .collect();
    if let Some(key) = named {
        return Some(Link {
            score: 3,
            kind: RelationKind::BelongsTo,
            key: (*key).to_owned(),
            through: None,
            other_keys: Vec::new(),
            child: None,
        });
    }
    if let Some((first, others)) = open.split_first() {
        return Some(Link {
            score: 2,
            kind: RelationKind::BelongsTo,
            key: (*first).to_owned(),
            through: None,
            other_keys: others.iter().map(|c| (*c).to_owned()).collect(),
            child: None,
        });
    }
    // media and their ebooks share one key.
    let joined = child.joins.iter().any(|j| {
        let tables = [&j.left, &j.right].map(|c| child.table_of(c).map(|t| t.name.as_str()));
        tables.contains(&Some(parent_table))
    });
    if joined {
        return Some(Link {
            score: 3,
            kind: RelationKind::OneToOne,
            key: "id".to_owned(),
            through: None,
            other_keys: Vec::new(),
            child: None,
        });
    }
    // A list that says what kind each of its rows is, and rows of another table by the same key.
    let kinds = columns().any(|c| is_kind(&c.name));
    if kinds && columns().any(|c| is_own_key(&c.name, parent_table)) {
        return Some(Link {
            score: 2,
            kind: RelationKind::OneToOne,
            key: "id".to_owned(),
            through: None,
            other_keys: Vec::new(),
            child: None,
        });
    }
    parent
        .selected
        .iter()
        .any(crate::sql::Selected::is_all)
        .then(|| Link {
            score: 1,
            kind: RelationKind::BelongsTo,
            key: format!(
                "{}_id",
                crate::advice::singular(&super::keys::snake(child_table))
            ),
            through: None,
            other_keys: Vec::new(),
            child: None,
        })
}

/// The table that a query joins to its first one.
fn joined_table(facts: &Facts, first: &str) -> Option<String> {
    let joins = facts.joins.iter().flat_map(|j| [&j.left, &j.right]);
    let mut tables = joins
        .filter_map(|c| facts.table_of(c))
        .map(|t| t.name.as_str());
    tables.find(|name| *name != first).map(str::to_owned)
}

/// Whether a column says which of several tables the rest of its row is in.
fn is_kind(column: &str) -> bool {
    let name = snake(column);
    ["kind", "type", "dtype", "discriminator"].contains(&name.as_str())
        || name.ends_with("_type")
        || name.ends_with("_kind")
}

/// What the order of statements alone may say: rows that belong to those of the list before.
fn weak(child: &Facts, form: &Form) -> Option<Link> {
    let table = child.tables.first()?;
    let key = looked_up_by(child, form).next()?;
    (!is_own_key(&key.column.name, &table.name)).then(|| Link {
        score: 0,
        kind: RelationKind::HasMany,
        key: key.column.name.to_string(),
        through: None,
        other_keys: Vec::new(),
        child: None,
    })
}

/// What a burst asks of each row.
fn load(child: &Facts, kind: RelationKind, form: &Form) -> Load {
    let one = match child.limit {
        Some(Bound::Constant(1)) => true,
        Some(Bound::Parameter(n)) => form.number(n) == Some(1),
        _ => false,
    };
    // `SELECT 1 AS one … LIMIT 1`, `SELECT EXISTS (…)`
    let nothing_selected = child
        .selected
        .iter()
        .all(|s| matches!(s.item, Item::Expression));
    if only_folds(child) {
        Load::Count
    } else if nothing_selected && !child.selected.is_empty() {
        Load::Exists
    } else if one && matches!(kind, RelationKind::HasMany | RelationKind::ManyToMany) {
        Load::First
    } else {
        Load::Rows
    }
}
