//! Loading related rows together, in the words of each framework.

use super::names::{class_name, plural, singular, words};
use super::{Suggestion, SuggestionKind, Target};
use crate::sql::{Facts, Op};
use crate::workload::Query;

/// How the rows of two tables hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Which of them holds the key of the other.
    pub kind: RelationKind,
    /// The table that was read first.
    pub parent: String,
    /// The table whose rows were looked up one at a time.
    pub child: String,
    /// The column that holds the other table's key.
    pub key: String,
}

/// Which side of a relation holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RelationKind {
    /// The children point to their parent: an author has many books.
    HasMany,
    /// The parent points to one child: a book belongs to a publisher.
    BelongsTo,
}

/// The eager-loading line for each target, in their order.
///
/// Class and attribute names are derived from tables and columns, by each framework's own convention.
#[must_use]
pub fn eager_loading(relation: &Relation, child: &Query, targets: &[Target]) -> Vec<Suggestion> {
    let (children, parents) = (words(&plural(&relation.child)), words(&plural(&relation.parent)));
    let with = match relation.kind {
        RelationKind::HasMany => children,
        RelationKind::BelongsTo => words(&singular(&relation.child)),
    };
    let title = match relation.kind {
        RelationKind::HasMany => format!("Load the {with} together with the {parents}"),
        RelationKind::BelongsTo => format!("Load each {}'s {with} together with the {parents}", words(&singular(&relation.parent))),
    };
    let suggestion = |target: Target| {
        Some(Suggestion { kind: SuggestionKind::EagerLoading, target, title: title.clone(), code: code(target, relation, child)? })
    };
    targets.iter().filter_map(|t| suggestion(*t)).collect()
}

fn code(target: Target, relation: &Relation, child: &Query) -> Option<String> {
    let class = class_name(relation.parent.as_str());
    let many = relation.kind == RelationKind::HasMany;
    Some(match target {
        Target::SqlAlchemy => {
            let loader = if many { "selectinload" } else { "joinedload" };
            format!("select({class}).options({loader}({class}.{}))", attribute(relation))
        }
        Target::Django => {
            // Django calls tables app_model; the model's name is the last part that the class keeps.
            let class = class_name(django_model(&relation.parent));
            if many {
                format!("{class}.objects.prefetch_related(\"{}_set\")", singular(django_model(&relation.child)).replace('_', ""))
            } else {
                format!("{class}.objects.select_related(\"{}\")", attribute(relation))
            }
        }
        Target::Rails => format!("{class}.includes(:{})", attribute(relation)),
        Target::Sql => return sql(relation, child.facts.as_ref()?, child),
    })
}

/// The attribute that leads from a parent to its children: the children's table, or the key without its `_id`.
fn attribute(relation: &Relation) -> String {
    match relation.kind {
        RelationKind::HasMany => relation.child.clone(),
        RelationKind::BelongsTo => relation.key.strip_suffix("_id").map_or_else(|| singular(&relation.child), str::to_owned),
    }
}

/// The model's part of a Django table's name: `shop_book` is `book` of the app `shop`. Tables with names of their
/// own (`db_table`) have none to take off, which shows when they are plural.
fn django_model(table: &str) -> &str {
    match table.split_once('_') {
        Some((_, model)) if singular(table) == table => model,
        _ => table,
    }
}

/// One statement for all values: the child's own text with `= ANY(…)` where it had `= …`.
fn sql(relation: &Relation, facts: &Facts, child: &Query) -> Option<String> {
    let predicate = facts.predicates.iter().find(|p| p.conjunct && p.op == Op::Eq)?;
    let column = &predicate.column.name;
    let table = &facts.tables.first()?.name;
    let source = match relation.kind {
        RelationKind::HasMany => format!("the ids of the {} that were just read", words(&plural(&relation.parent))),
        RelationKind::BelongsTo => format!("the {} of the {} that were just read", relation.key, words(&plural(&relation.parent))),
    };
    let list = select_list(&child.sql).unwrap_or("*");
    Some(format!("-- $1 is an array of {source}\nSELECT {list}\nFROM {table}\nWHERE {table}.{column} = ANY($1)"))
}

/// The select list of a simple query, as written.
fn select_list(sql: &str) -> Option<&str> {
    let rest = sql.strip_prefix("SELECT ")?;
    let end = rest.find(" FROM ")?;
    rest.get(..end)
}
