//! Loading related rows together, in the words of each framework.

use super::names::{class_name, plural, singular, spoken, words};
use super::plain_sql::plain_sql;
use super::{Suggestion, SuggestionKind, Target};
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
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let (child_name, parent_name) = (
        spoken(&relation.child, in_use),
        spoken(&relation.parent, in_use),
    );
    let parents = words(&plural(parent_name));
    let title = match relation.kind {
        RelationKind::HasMany => format!(
            "Load the {} together with the {parents}",
            words(&plural(child_name))
        ),
        RelationKind::BelongsTo => format!(
            "Load each {}'s {} together with the {parents}",
            words(&singular(parent_name)),
            words(&singular(child_name))
        ),
    };
    let suggestion = |target: Target| {
        Some(Suggestion {
            kind: SuggestionKind::EagerLoading,
            target,
            title: title.clone(),
            code: code(target, relation, child)?,
        })
    };
    targets.iter().filter_map(|t| suggestion(*t)).collect()
}

fn code(target: Target, relation: &Relation, child: &Query) -> Option<String> {
    let class = class_name(relation.parent.as_str());
    let many = relation.kind == RelationKind::HasMany;
    Some(match target {
        Target::SqlAlchemy => {
            let loader = if many { "selectinload" } else { "joinedload" };
            format!(
                "select({class}).options({loader}({class}.{}))",
                attribute(relation)
            )
        }
        Target::Django => {
            let class = class_name(spoken(&relation.parent, target));
            if many {
                format!(
                    "{class}.objects.prefetch_related(\"{}_set\")",
                    singular(spoken(&relation.child, target)).replace('_', "")
                )
            } else {
                format!(
                    "{class}.objects.select_related(\"{}\")",
                    attribute(relation)
                )
            }
        }
        Target::Rails => format!("{class}.includes(:{})", attribute(relation)),
        Target::Sql => return plain_sql(relation, child),
    })
}

/// The attribute that leads from a parent to its children: the children's table, or the key without its `_id`.
fn attribute(relation: &Relation) -> String {
    match relation.kind {
        RelationKind::HasMany => plural(&relation.child),
        RelationKind::BelongsTo => relation
            .key
            .strip_suffix("_id")
            .map_or_else(|| singular(&relation.child), str::to_owned),
    }
}
