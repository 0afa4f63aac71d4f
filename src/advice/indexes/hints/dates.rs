//! Days, months and years as ranges of moments.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Month,
    Year,
}

impl Unit {
    /// The unit that `date_trunc` or `extract` names.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// The word for it in an interval.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// The first day of the stretch that a date is in, and the first one after it: `2024-01-02`, `2024-01-03`.
pub(super) fn stretch(text: &str, unit: Unit) -> Option<(String, String)> {
    // Of a moment, the day is the beginning.
    let day: Date = text.get(..10)?.parse().ok()?;
    let first = match unit {
        Unit::Day => day,
        Unit::Month => day.first_of_month(),
        Unit::Year => day.first_of_year(),
    };
    let next = match unit {
        Unit::Day => first.checked_add(1.day()),
        Unit::Month => first.checked_add(1.month()),
        Unit::Year => first.checked_add(1.year()),
    };
    Some((first.to_string(), next.ok()?.to_string()))
}

/// The first day of a year, and that of the next.
pub(super) fn year(text: &str) -> Option<(String, String)> {
    let year: i16 = text.trim().parse().ok()?;
    stretch(&format!("{year:04}-01-01"), Unit::Year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_the_next_begins() {
        for (text, unit, want) in [
            ("2024-02-28", Unit::Day, Some(("2024-02-28", "2024-02-29"))),
            (
                "2024-12-31 10:00",
                Unit::Day,
                Some(("2024-12-31", "2025-01-01")),
            ),
            (
                "2024-12-05",
                Unit::Month,
                Some(("2024-12-01", "2025-01-01")),
            ),
            ("2024-12-05", Unit::Year, Some(("2024-01-01", "2025-01-01"))),
            ("yesterday", Unit::Day, None),
            ("2024-02-30", Unit::Day, None),
        ] {
            let want = want.map(|(a, b)| (a.to_owned(), b.to_owned()));
            assert_eq!(stretch(text, unit), want, "{text}");
        }
        assert_eq!(year("2024").map(|y| y.1).as_deref(), Some("2025-01-01"));
        assert_eq!(year("x"), None);
    }
}
