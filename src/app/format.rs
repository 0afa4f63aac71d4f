//! Numbers, times and names for people.

pub(crate) use crate::rules::count;

use jiff::Timestamp;
use jiff::tz::Offset;

/// A duration in microseconds with three significant digits and the unit that fits.
pub(crate) fn duration(micros: f64) -> String {
    let (value, unit) = match micros {
        m if m < 999.5 => (m, "µs"),
        m if m < 999_500.0 => (m / 1e3, "ms"),
        m if m < 60e6 => (m / 1e6, "s"),
        m if m < 3_600e6 => (m / 60e6, "min"),
        m => (m / 3_600e6, "h"),
    };
    // Postgres prints whole microseconds: digits behind their point would be made up.
    if unit == "µs" {
        format!("{value:.0} µs")
    } else {
        format!("{} {unit}", significant(value))
    }
}

/// How long something goes on, or ago it was, as people say it: "4.2 s", "12 min", "6 days".
pub(crate) fn age(micros: f64) -> String {
    let seconds = micros / 1e6;
    match seconds {
        s if s < 1.0 => duration(micros),
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

/// The duration of an execution and, where there are any, the steps that it leaves out, in microseconds.
pub(crate) fn with_steps(micros: u64, steps: u64) -> String {
    let time = duration(micros as f64);
    if steps == 0 {
        time
    } else {
        format!("{time} + {} parse and bind", duration(steps as f64))
    }
}

/// A round duration without digits that say nothing: "50 ms", not "50.0 ms".
pub(crate) fn short(micros: f64) -> String {
    let text = duration(micros);
    match text.split_once(' ') {
        Some((value, unit)) if value.contains('.') => {
            format!(
                "{} {unit}",
                value.trim_end_matches('0').trim_end_matches('.')
            )
        }
        _ => text,
    }
}

/// Three significant digits.
fn significant(value: f64) -> String {
    match value.abs() {
        v if v < 9.995 => format!("{value:.2}"),
        v if v < 99.95 => format!("{value:.1}"),
        v if v < 999.5 => format!("{value:.0}"),
        // No count comes near the end of u64.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        _ => count(value.round() as u64),
    }
}

/// A count and its noun: "1 query", "2 queries".
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// An average of counts: a digit behind the point only while it says something.
pub(crate) fn average(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if value >= 99.95 {
        // No count comes near the end of u64.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        count(value.round() as u64)
    } else if tenths.fract() == 0.0 {
        format!("{tenths:.0}")
    } else {
        format!("{tenths:.1}")
    }
}

/// A share of one as per cent.
pub(crate) fn share(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p <= 0.0 => "0 %".to_owned(),
        p if p < 0.1 => "< 0.1 %".to_owned(),
        p if p < 9.95 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// A sentence's text with its first letter in upper case: titles may also stand inside other sentences.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Bytes in the unit that fits.
pub(crate) fn bytes(n: u64) -> String {
    const STEPS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    STEPS.iter().find(|(_, size)| n >= *size).map_or_else(
        || format!("{n} B"),
        |(unit, size)| format!("{} {unit}", significant(n as f64 / *size as f64)),
    )
}

/// The parts of a moment that a label shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// 14:03
    Minute,
    /// 14:03:27
    Second,
    /// 14:03:27.512
    Milli,
    /// 21 March 14:03:27
    Day,
}

/// A moment on the clock of the capture, `offset` seconds east of UTC.
pub(crate) fn moment(micros: i64, offset: i32, parts: Moment) -> String {
    let zone = Offset::from_seconds(offset).unwrap_or(Offset::UTC);
    let Ok(at) = Timestamp::from_microsecond(micros) else {
        return String::new();
    };
    let at = zone.to_datetime(at);
    let clock = |seconds: bool| {
        if seconds {
            format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
        } else {
            format!("{:02}:{:02}", at.hour(), at.minute())
        }
    };
    match parts {
        Moment::Minute => clock(false),
        Moment::Second => clock(true),
        Moment::Milli => format!("{}.{:03}", clock(true), at.subsec_nanosecond() / 1_000_000),
        Moment::Day => format!("{} {} {}", at.day(), month(at.month()), clock(true)),
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1)
        .ok()
        .and_then(|m| NAMES.get(m))
        .copied()
        .unwrap_or_default()
}

/// A round step so that a span has about `want` of them; from the 1-2-5 series in f64.
pub(crate) fn round_step(span: f64, want: f64) -> f64 {
    let raw = (span / want.max(1.0)).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(raw.log10().floor());
    let factor = match raw / power {
        f if f <= 1.0 => 1.0,
        f if f <= 2.0 => 2.0,
        f if f <= 5.0 => 5.0,
        _ => 10.0,
    };
    factor * power
}

/// A round step on a clock in microseconds: seconds and minutes go by 1, 2, 5, 10, 15, 30.
pub(crate) fn clock_step(span: i64, want: i64) -> i64 {
    const SECOND: i64 = 1_000_000;
    const STEPS: [i64; 21] = [
        1_000,
        2_000,
        5_000,
        10_000,
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        30 * SECOND,
        60 * SECOND,
        300 * SECOND,
        900 * SECOND,
        3_600 * SECOND,
        10_800 * SECOND,
        21_600 * SECOND,
        86_400 * SECOND,
    ];
    let raw = span / want.max(1);
    STEPS
        .into_iter()
        .find(|s| *s >= raw)
        .unwrap_or(raw.max(1) / 86_400_000_000 * 86_400_000_000 + 86_400_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit_that_fits() {
        for (micros, text) in [
            (0.0, "0 µs"),
            (1.0, "1 µs"),
            (999.4, "999 µs"),
            (999.6, "1.00 ms"),
            (12_340.0, "12.3 ms"),
            (999_600.0, "1.00 s"),
            (59_940_000.0, "59.9 s"),
            (61_000_000.0, "1.02 min"),
            (7_200_000_000.0, "2.00 h"),
            (36_000_000_000_000.0, "10,000 h"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }

    #[test]
    fn ages_are_coarse() {
        for (seconds, text) in [
            (0.25, "250 ms"),
            (4.2, "4.2 s"),
            (85.0, "85 s"),
            (720.0, "12 min"),
            (18_000.0, "5 h"),
            (864_000.0, "10 days"),
        ] {
            assert_eq!(age(seconds * 1e6), text);
        }
    }

    #[test]
    fn counts_have_their_thousands_separated() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(n), text);
        }
        assert_eq!(counted(1, "query", "queries"), "1 query");
        assert_eq!(counted(2_000, "query", "queries"), "2,000 queries");
    }

    #[test]
    fn averages_are_as_short_as_they_may_be() {
        for (value, text) in [
            (0.0, "0"),
            (2.0, "2"),
            (2.04, "2"),
            (5.5, "5.5"),
            (45.72, "45.7"),
            (99.97, "100"),
            (12_345.6, "12,346"),
        ] {
            assert_eq!(average(value), text);
        }
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(sentence("ärger is slow"), "Ärger is slow");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn shares_never_pretend_to_be_nothing() {
        for (value, text) in [
            (0.0, "0 %"),
            (0.000_4, "< 0.1 %"),
            (0.012, "1.2 %"),
            (0.114, "11 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(share(value), text);
        }
    }

    #[test]
    fn moments_are_told_on_the_clock_of_the_capture() {
        assert_eq!(
            moment(1_772_446_504_512_000, 3600, Moment::Milli),
            "11:15:04.512"
        );
        assert_eq!(moment(0, 0, Moment::Day), "1 January 00:00:00");
    }

    #[test]
    fn steps_are_round() {
        assert!((round_step(87.0, 5.0) - 20.0).abs() < 1e-9);
        assert_eq!(clock_step(60_000_000, 6), 10_000_000);
    }
}
