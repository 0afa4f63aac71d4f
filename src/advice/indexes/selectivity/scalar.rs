//! Values as texts, put into the order of their type.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// A value that others of its type can be compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    /// A number, or seconds since 1970.
    Number(f64),
    /// A text; its bytes tell the order, which is that of the C collation and close to others.
    Text(String),
}

impl Scalar {
    /// Reads the text of a value of a type; `None` where its order isn't known here.
    pub(super) fn read(data_type: &str, text: &str) -> Option<Self> {
        let text = text.trim_matches(['\0']);
        match Family::of(data_type) {
            Family::Number => text
                .trim()
                .parse()
                .ok()
                .filter(|n: &f64| n.is_finite())
                .map(Self::Number),
            Family::Moment => seconds(text.trim()).map(Self::Number),
            Family::Text => Some(Self::Text(text.to_owned())),
            Family::Boolean => truth(text).map(|b| Self::Number(f64::from(u8::from(b)))),
            Family::Other => None,
        }
    }

    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Whether two texts are the same value of a type.
pub(super) fn same(data_type: &str, a: &str, b: &str) -> bool {
    a == b
        || match (Scalar::read(data_type, a), Scalar::read(data_type, b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
}

enum Family {
    Number,
    Moment,
    Text,
    Boolean,
    Other,
}

impl Family {
    fn of(data_type: &str) -> Self {
        if data_type.ends_with(']') {
            return Self::Other;
        }
        let bare = data_type.split('(').next().unwrap_or_default().trim_end();
        match bare {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => {
                Self::Number
            }
            "date" => Self::Moment,
            _ if bare.starts_with("timestamp") => Self::Moment,
            "text" | "character varying" | "character" | "uuid" | "citext" | "name" => Self::Text,
            "boolean" => Self::Boolean,
            _ => Self::Other,
        }
    }
}

/// Seconds since 1970; what has no time zone is taken to be in UTC.
fn seconds(text: &str) -> Option<f64> {
    let stamp: Option<Timestamp> = text.parse().ok();
    let stamp = stamp.or_else(|| {
        let civil: DateTime = match text.parse() {
            Ok(at) => at,
            Err(_) => text.parse::<civil::Date>().ok()?.at(0, 0, 0, 0),
        };
        Some(TimeZone::UTC.to_timestamp(civil).ok()?)
    })?;
    Some(stamp.as_microsecond() as f64 / 1e6)
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "yes" | "on" | "1" | "y" => Some(true),
        "f" | "false" | "no" | "off" | "0" | "n" => Some(false),
        _ => None,
    }
}
