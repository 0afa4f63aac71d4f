//! Bursts that hang together: the children of children, and children in several tables.

use std::collections::BTreeMap;

use super::Sighting;
use super::bursts::{Burst, BurstKind};
use super::keys::named_after;
use super::sightings::sighting;
use crate::advice::{Load, Relation, RelationKind};
use crate::workload::{QueryId, Workload};

/// What one finding speaks of: relations from one parent down, in all requests.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// The query whose rows it all begins with.
    pub parent: Option<QueryId>,
    /// Its relations, those of the first generation first.
    pub members: Vec<Member>,
    /// In the order of the capture.
    pub sightings: Vec<Sighting>,
    /// Whether the capture leaves out values.
    pub hidden: bool,
    /// Whether names lead to all of them.
    pub named: bool,
}

/// One relation of a family.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub query: QueryId,
    pub relation: Relation,
    /// The queries from the first generation down to the one that fed it.
    pub above: Vec<QueryId>,
}

/// What is one family in every request: the parent, and either a child or the key that leads to several.
type Key = (Option<QueryId>, Option<QueryId>, String);

/// All families.
pub(super) fn families(workload: &Workload, bursts: &[Burst]) -> Vec<Family> {
    let mut found: BTreeMap<Key, Family> = BTreeMap::new();
    for bursts in bursts.chunk_by(|a, b| a.run.request == b.run.request) {
        let own: Vec<(&Burst, Option<QueryId>, &Relation, bool)> = bursts
            .iter()
            .filter_map(|burst| match &burst.kind {
                BurstKind::Children(p) => Some((burst, Some(p.query), &p.relation, p.named)),
                BurstKind::LookUps(relation) => Some((burst, None, relation, true)),
                _ => None,
            })
            .collect();
        for (burst, parent, relation, named) in &own {
            // Up to the first generation; a circle ends where it closes.
            let mut above: Vec<QueryId> = Vec::new();
            let mut top = (burst.run.query, *parent, *relation);
            while let Some((up, fed, relation, _)) = own
                .iter()
                .find(|o| Some(o.0.run.query) == top.1 && o.0.run.query != burst.run.query)
                .filter(|o| !above.contains(&o.0.run.query))
            {
                above.push(up.run.query);
                top = (up.run.query, *fed, relation);
            }
            above.reverse();
            let family = found
                .entry(key(top.0, top.1, top.2))
                .or_insert_with(|| Family {
                    parent: top.1,
                    named: true,
                    ..Family::default()
                });
            family.hidden |= burst.hidden;
            family.named &= *named;
            family.sightings.push(sighting(workload, &burst.run));
            let member = Member {
                query: burst.run.query,
                relation: (*relation).clone(),
                above,
            };
            if !family.members.iter().any(|m| m.query == member.query) {
                family.members.push(member);
            }
        }
    }
    let mut families: Vec<Family> = found.into_values().collect();
    for family in &mut families {
        family
            .members
            .sort_by_cached_key(|m| (m.above.len(), m.relation.child.clone(), m.query));
    }
    families
}

/// Where a key leads to several tables, they are one relation: ebooks and audiobooks of media, comments on anything.
fn key(child: QueryId, parent: Option<QueryId>, relation: &Relation) -> Key {
    let several = match relation.kind {
        RelationKind::OneToOne => relation.load != Load::Columns,
        RelationKind::BelongsTo => !named_after(&relation.key, &relation.child),
        _ => false,
    };
    if several && parent.is_some() {
        let label = if relation.kind == RelationKind::OneToOne {
            String::new()
        } else {
            relation.key.clone()
        };
        (parent, None, label)
    } else {
        (parent, Some(child), String::new())
    }
}

impl Family {
    /// The first generation.
    pub(super) fn first(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|m| m.above.is_empty())
    }

    /// The members that fed no other, the deepest first.
    pub(super) fn last(&self) -> Vec<&Member> {
        let feeds = |m: &&Member| {
            self.members
                .iter()
                .any(|o| o.above.last() == Some(&m.query))
        };
        let mut last: Vec<&Member> = self.members.iter().filter(|m| !feeds(m)).collect();
        last.sort_by_key(|m| std::cmp::Reverse(m.above.len()));
        last
    }

    /// The relations from the first generation down to a member.
    pub(super) fn path(&self, member: &Member) -> Vec<Relation> {
        let above = member.above.iter().filter_map(|query| {
            let member = self.members.iter().find(|m| m.query == *query)?;
            Some(member.relation.clone())
        });
        above.chain([member.relation.clone()]).collect()
    }
}
