//! Select lists, which many statements share to the letter.

use super::name::Pool;
use super::{Item, Name, Selected};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use std::sync::Arc;

/// A select list; cheap to clone, and a slice to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Selected>", into = "Vec<Selected>")]
pub struct Selection(Arc<[Selected]>);

impl Deref for Selection {
    type Target = [Selected];

    fn deref(&self) -> &[Selected] {
        &self.0
    }
}

impl From<Vec<Selected>> for Selection {
    fn from(list: Vec<Selected>) -> Self {
        Self(list.into())
    }
}

impl From<Selection> for Vec<Selected> {
    fn from(list: Selection) -> Self {
        list.to_vec()
    }
}

/// The lists that have been met, so that equal ones share their memory.
#[derive(Debug, Default)]
pub(super) struct Lists {
    known: FxHashSet<Selection>,
}

/// A capture with more lists makes them up as it goes; those are not worth remembering.
const MOST_LISTS: usize = 1 << 14;

impl Lists {
    /// Puts an equal list that is known in the place of this one.
    pub(super) fn share(&mut self, list: &mut Selection, names: &mut Pool) {
        if let Some(known) = self.known.get(list) {
            *list = known.clone();
            return;
        }
        if let Some(list) = Arc::get_mut(&mut list.0) {
            share_selected(list, names);
        }
        if self.known.len() >= MOST_LISTS {
            self.known.clear();
        }
        self.known.insert(list.clone());
    }
}

fn share_selected(list: &mut [Selected], pool: &mut Pool) {
    let mut share = |name: &mut Name| *name = pool.name(name);
    for selected in list {
        match &mut selected.item {
            Item::Column(column) => share(&mut column.name),
            Item::Function(name) => share(name),
            Item::All(_) | Item::Expression => {}
        }
        selected.alias.iter_mut().for_each(&mut share);
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::FactReader;
    use std::sync::Arc;

    #[test]
    fn equal_lists_share_their_memory() {
        let mut reader = FactReader::default();
        let mut read = |sql: &str| reader.facts(sql).unwrap().selected;
        let one = read("SELECT a, b, count(*) AS n FROM t WHERE c = $1");
        let other = read("SELECT a, b, count(*) AS n FROM t ORDER BY a");
        assert!(Arc::ptr_eq(&one.0, &other.0));
        let third = read("SELECT a, b, count(*) AS m FROM t");
        assert_ne!(one, third);
        assert_eq!(one.len(), 3);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(one, serde_json::from_str(&json).unwrap());
    }
}
