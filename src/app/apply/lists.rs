//! Keeping rows in step with filter, sort, capture and selection.

use std::sync::Arc;

use crate::app::jobs::{Answer, Jobs, Kind};
use crate::app::model::{Model, View};
use crate::app::order;

/// Works out the rows of the view that is shown where they are stale: at once when there are few,
/// on a worker when there are many.
pub(crate) fn refresh(model: &mut Model, jobs: &mut Jobs) {
    let view = model.spot.view;
    if model.list(view).fresh || jobs.running(Kind::Order) {
        return;
    }
    let Some(analysis) = model.shown().map(Arc::clone) else {
        return;
    };
    let filter = model.filter.clone();
    let sort = model.list(view).sort;
    if order::effort(&analysis, view, &filter) <= order::MANY {
        let rows = order::rows(&analysis, view, &filter, sort);
        let largest = order::largest(&analysis, view, sort.by);
        ordered(model, view, rows, largest);
        return;
    }
    model.list_mut(view).fresh = true;
    jobs.start(Kind::Order, move |_| {
        let rows = order::rows(&analysis, view, &filter, sort);
        Some(Answer::Ordered(
            view,
            rows,
            order::largest(&analysis, view, sort.by),
        ))
    });
}

/// Takes over rows that were worked out.
pub(crate) fn ordered(model: &mut Model, view: View, rows: Vec<u32>, largest: f64) {
    let list = model.list_mut(view);
    list.rows = Arc::new(rows);
    list.largest = largest;
    list.fresh = true;
    // A finding is always open; a table keeps its whole width until somebody chooses a row.
    if view == View::Findings {
        let first = model.list(view).rows.first().copied();
        let gone = model
            .spot
            .selected(view)
            .is_none_or(|at| !model.list(view).rows.contains(&at));
        if gone {
            model.spot.select(view, first);
        }
    }
    locate(model, view);
}

/// Finds the row of what is selected.
pub(crate) fn locate(model: &mut Model, view: View) {
    let selected = model.spot.selected(view);
    let list = model.list_mut(view);
    list.at = selected.and_then(|at| list.rows.iter().position(|r| *r == at));
}
