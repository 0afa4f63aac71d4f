//! Parts that views are made of. They know the theme and nothing of captures.

mod button;
mod latency;
mod list;
mod markdown;
mod number;
mod severity;
mod split;
mod sql;
mod table;
mod text;
mod waterfall;

pub(crate) use button::{fold, icon_button, link, tab, text_button, twist};
pub(crate) use latency::latency;
pub(crate) use list::{Scroll, rows};
pub(crate) use markdown::markdown;
pub(crate) use number::{Number, caption, heading, numbers};
pub(crate) use severity::severity;
pub(crate) use split::split;
pub(crate) use sql::{code_block, numbered_block, sql_block};
pub(crate) use table::{Align, Cells, Column, Table};
pub(crate) use text::{elided, paint_text};
pub(crate) use waterfall::{Fold, waterfall};
