//! Which framework wrote the statements of a capture.

mod style;

use super::Target;
use crate::sql::Kind;
use crate::workload::Workload;

/// All targets: the one that the capture speaks for first, then plain SQL, then the others in their order. Plain SQL
/// is first when nothing speaks for another.
#[must_use]
pub fn recognise(workload: &Workload) -> Vec<Target> {
    let seen = by_tags(workload)
        .or_else(|| by_style(workload))
        .unwrap_or(Target::Sql);
    let first = [seen, Target::Sql];
    let others = Target::ALL.into_iter().filter(|t| !first.contains(t));
    let sql = (seen != Target::Sql).then_some(Target::Sql);
    std::iter::once(seen).chain(sql).chain(others).collect()
}

/// What comments call a framework or its driver. Flask and FastAPI have no mapper of their own: nearly all use
/// SQLAlchemy.
const TAGS: [(&str, Target); 14] = [
    ("sqlalchemy", Target::SqlAlchemy),
    ("flask", Target::SqlAlchemy),
    ("fastapi", Target::SqlAlchemy),
    ("django", Target::Django),
    ("rails", Target::Rails),
    ("sequelize", Target::Sequelize),
    ("typeorm", Target::TypeOrm),
    ("prisma", Target::Prisma),
    ("hibernate", Target::Hibernate),
    ("spring", Target::Hibernate),
    ("laravel", Target::Laravel),
    ("ecto", Target::Ecto),
    ("phoenix", Target::Ecto),
    ("gorm", Target::Gorm),
];

fn by_tags(workload: &Workload) -> Option<Target> {
    let names = workload.tags.iter().filter_map(|t| t.framework.as_deref());
    names.map(str::to_ascii_lowercase).find_map(|name| {
        let known = TAGS.iter().find(|(word, _)| name.contains(word));
        known.map(|(_, target)| *target)
    })
}

/// Queries that are looked at: a capture with more makes them up as it goes.
const MOST_QUERIES: usize = 5_000;

/// Each framework spells its statements in a way of its own; the one that most of them have is the one in use, if it
/// is a quarter at least. SELECTs tell the most; where there are none, writes decide.
fn by_style(workload: &Workload) -> Option<Target> {
    let queries = || workload.queries.iter().take(MOST_QUERIES);
    let reads = queries().filter(|q| q.kind == Kind::Select);
    let writes = queries().filter(|q| matches!(q.kind, Kind::Insert | Kind::Update | Kind::Delete));
    elected(reads.map(|q| style::of_select(&q.sql)))
        .or_else(|| elected(writes.map(|q| style::of_write(&q.sql))))
}

fn elected(votes: impl Iterator<Item = Option<Target>>) -> Option<Target> {
    let mut counts = [0_u32; Target::ALL.len()];
    let mut all = 0;
    for vote in votes {
        all += 1;
        let at = Target::ALL.iter().position(|t| Some(*t) == vote);
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let (target, most) = Target::ALL
        .into_iter()
        .zip(counts)
        .max_by_key(|(_, n)| *n)?;
    (most > 0 && most * 4 >= all).then_some(target)
}
