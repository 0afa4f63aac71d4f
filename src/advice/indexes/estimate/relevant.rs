//! Whether an index could matter to a statement at all, so that the rest need not be weighed.

use super::access::Site;
use super::btree::has_all_columns;
use super::same::is_key;
use crate::advice::indexes::scan::{Condition, Term};
use crate::catalog::{Index, Key};

/// Whether an index could be of use for a scan. A B-tree is searched from its first key on; others by any of theirs.
pub(super) fn is_relevant(site: &Site<'_>, index: &Index) -> bool {
    if index.table != site.table.name || !index.valid {
        return false;
    }
    let keys = match index.method.as_str() {
        "btree" => index.keys.get(..1).unwrap_or_default(),
        _ => &index.keys,
    };
    let asked = |key: &Key| {
        let named = |term: &Term| is_key(key, term);
        site.order.iter().any(|k| named(&k.term))
            || site.scan.extremes.iter().any(named)
            || site.scan.conditions.iter().any(|c| names(c, &named))
    };
    index.predicate.is_some() || keys.iter().any(asked) || has_all_columns(site, index)
}

fn names(condition: &Condition, named: &dyn Fn(&Term) -> bool) -> bool {
    match condition {
        Condition::One(comparison) => comparison.terms.iter().any(named),
        Condition::Any(branches) => branches.iter().flatten().any(|c| names(c, named)),
    }
}
