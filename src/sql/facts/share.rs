//! Facts that take little memory: a capture may hold hundreds of thousands of distinct statements,
//! which name the same tables and columns over and over.

use super::name::Pool;
use super::{Column, Facts, Name, Value};

/// Lets equal names share their text, but for those of the select list.
pub(super) fn share_names(facts: &mut Facts, pool: &mut Pool) {
    let mut share = |name: &mut Name| *name = pool.name(name);
    for table in &mut facts.tables {
        table.schema.iter_mut().for_each(&mut share);
        share(&mut table.name);
        table.alias.iter_mut().for_each(&mut share);
    }
    for predicate in &mut facts.predicates {
        predicate.function.iter_mut().for_each(&mut share);
        if let Value::Column(column) = &mut predicate.value {
            share(&mut column.name);
        }
    }
    if let Some(insert) = &mut facts.insert {
        insert.columns.iter_mut().for_each(&mut share);
    }
    for column in columns(facts) {
        share(&mut column.name);
    }
}

/// The columns of conditions, joins, orders and assignments.
fn columns(facts: &mut Facts) -> impl Iterator<Item = &mut Column> {
    let predicates = facts.predicates.iter_mut().map(|it| &mut it.column);
    let joins = facts.joins.iter_mut();
    let joins = joins.flat_map(|it| [&mut it.left, &mut it.right]);
    let order = facts.order_by.iter_mut();
    let order = order.filter_map(|it| it.column.as_mut());
    let listed = facts.group_by.iter_mut().chain(&mut facts.assigned);
    predicates.chain(joins).chain(order).chain(listed)
}
