//! Keeping rows in step with filter, sort, capture and selection.

use std::sync::Arc;

use crate::app::jobs::{Answer, Jobs, Kind};
use crate::app::model::{Model, View};
use crate::app::order::{self, Ordered};

/// Works out the rows of the view that is shown where they are stale: at once when there are few,
/// on a worker when there are many.
pub(crate) fn refresh(model: &mut Model, jobs: &mut Jobs) {
    let view = model.spot.view;
    if view.tab() == View::Requests {
        model.requests_as = view;
    }
    if model.list(view).fresh {
        return;
    }
    if view.of_server() {
        let question = model.question(view);
        ordered(model, order::of_server(model.live.as_ref(), &question));
        return;
    }
    if jobs.running(Kind::Order) {
        return;
    }
    let Some(analysis) = model.shown().map(Arc::clone) else {
        return;
    };
    let question = model.question(view);
    if order::effort(&analysis, &question) <= order::MANY {
        ordered(model, order::answer(&analysis, &question));
        return;
    }
    let list = model.list_mut(view);
    (list.fresh, list.working) = (true, true);
    jobs.start(Kind::Order, move |_| {
        Some(Answer::Ordered(order::answer(&analysis, &question)))
    });
}

/// Takes over rows that were worked out.
pub(crate) fn ordered(model: &mut Model, ordered: Ordered) {
    let view = ordered.question.view;
    model.put_rows(ordered);
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
