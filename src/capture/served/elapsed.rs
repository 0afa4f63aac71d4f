//! How long a request took: a number whose unit is in the name of its key, in its text, or in who writes it.
//!
//! What names no unit is told by its maker where one knows him (`request_time` is nginx's and in seconds,
//! `responseTime` pino's and in milliseconds), and otherwise by the numbers that the whole block has under such names:
//! [`guess`].

use super::super::trace::loose::{Loose, rounded};

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// How many microseconds it has.
    fn micros(self) -> f64 {
        match self {
            Self::Seconds => 1e6,
            Self::Millis => 1e3,
            Self::Micros => 1.0,
            Self::Nanos => 1e-3,
        }
    }
}

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// The unit stands in the name.
    Unit(Unit),
    /// Its best-known maker uses this unit.
    Usual(Unit),
    /// Seconds with a fraction, as nginx writes them; without one it may be anything.
    FractionOfSeconds,
    Unclear,
}

/// A duration of a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measure {
    /// In `unit`.
    pub(super) value: f64,
    /// `None` where nothing tells it.
    pub(super) unit: Option<Unit>,
    /// Whether it has no fraction.
    pub(super) whole: bool,
}

impl Measure {
    /// In microseconds. What is negative or lasts longer than a day is no duration of a request.
    pub(super) fn micros(self, guess: Unit) -> Option<u64> {
        /// In microseconds.
        const DAY: f64 = 86_400e6;
        let micros = self.value * self.unit.unwrap_or(guess).micros();
        let sound = (0.0..=DAY).contains(&micros);
        sound.then(|| rounded(micros)?.try_into().ok()).flatten()
    }
}

/// Names of durations without their unit; letters and digits only, all small.
const NAMES: &[&str] = &[
    "elapsed",
    "elapsedtime",
    "duration",
    "latency",
    "took",
    "timetaken",
    "requestduration",
    "requestlatency",
    "requestelapsed",
    "requestprocessingtime",
    "responseduration",
    "responselatency",
    "httpduration",
    "httprequestduration",
    "httpserverrequestduration",
    "httplatency",
    "totaltime",
    "totalduration",
    "processingtime",
    "processtime",
    "executiontime",
    "runtime",
    "servicetime",
    "walltime",
    "requesttime",
    "responsetime",
    "resresponsetime",
    "upstreamresponsetime",
    "rt",
    "urt",
    "time",
    "eventduration",
];

const SUFFIXES: &[(&str, Unit)] = &[
    ("milliseconds", Unit::Millis),
    ("millis", Unit::Millis),
    ("msecs", Unit::Millis),
    ("msec", Unit::Millis),
    ("ms", Unit::Millis),
    ("microseconds", Unit::Micros),
    ("micros", Unit::Micros),
    ("usecs", Unit::Micros),
    ("usec", Unit::Micros),
    ("us", Unit::Micros),
    ("nanoseconds", Unit::Nanos),
    ("nanos", Unit::Nanos),
    ("nsec", Unit::Nanos),
    ("ns", Unit::Nanos),
    ("seconds", Unit::Seconds),
    ("secs", Unit::Seconds),
    ("sec", Unit::Seconds),
    ("s", Unit::Seconds),
];

/// What a name promises if it is one of a request's duration. The name has small letters and digits only.
pub(super) fn promise(name: &str) -> Option<Promise> {
    match name {
        // Alone it is the time of day.
        "time" => return None,
        "rt" | "urt" | "requesttime" | "upstreamresponsetime" => {
            return Some(Promise::FractionOfSeconds);
        }
        // Echo writes the same as text and as a number without a unit.
        "latencyhuman" | "responsetime" | "resresponsetime" => {
            return Some(Promise::Usual(Unit::Millis));
        }
        "eventduration" => return Some(Promise::Usual(Unit::Nanos)),
        "httpserverrequestduration" => return Some(Promise::Usual(Unit::Seconds)),
        _ if NAMES.contains(&name) => return Some(Promise::Unclear),
        _ => {}
    }
    SUFFIXES.iter().find_map(|(suffix, unit)| {
        let name = name.strip_suffix(suffix)?;
        let base = name.strip_suffix("in").unwrap_or(name);
        // `times` is no duration.
        let known = NAMES.contains(&base) && !(base == "time" && *suffix == "s");
        known.then_some(Promise::Unit(*unit))
    })
}

/// The duration that a value stands for.
pub(super) fn measure(value: &Loose<'_>, promise: Promise) -> Option<Measure> {
    let (value, whole) = match value {
        Loose::Integer(number) => (*number as f64, true),
        Loose::Float(number) => (*number, false),
        Loose::Text(text) => {
            let text = text.trim();
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => (number, !text.contains('.')),
                _ => return spelled(text),
            }
        }
        _ => return None,
    };
    let unit = match promise {
        Promise::Unit(unit) | Promise::Usual(unit) => Some(unit),
        Promise::FractionOfSeconds if !whole || value == 0.0 => Some(Unit::Seconds),
        Promise::FractionOfSeconds | Promise::Unclear => None,
    };
    Some(Measure { value, unit, whole })
}

/// `12.3ms`, `1m2.5s` as Go writes it, or `0:00:01.25` as Python and .NET do.
fn spelled(text: &str) -> Option<Measure> {
    let seconds = if text.contains(':') {
        text.split(':').try_fold(0.0, |sum, part| {
            let number: f64 = part.parse().ok()?;
            (number >= 0.0).then_some(sum * 60.0 + number)
        })?
    } else {
        let mut sum = 0.0;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
            let (number, after) = rest.split_at_checked(digits)?;
            let after = after.trim_start();
            let end = after
                .find(|letter: char| letter.is_ascii_digit())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at_checked(end)?;
            let unit = match unit.trim() {
                "h" => 3_600.0,
                "m" => 60.0,
                "s" | "sec" | "seconds" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" | "μs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
            sum += number.parse::<f64>().ok()? * unit;
            rest = after;
        }
        sum
    };
    (!text.is_empty()).then_some(Measure {
        value: seconds,
        unit: Some(Unit::Seconds),
        whole: false,
    })
}

/// The unit of durations that nothing else tells, by what many of them are: requests take milliseconds to seconds.
pub(super) fn guess(unclear: &mut [Measure]) -> Unit {
    unclear.sort_by(|a, b| a.value.total_cmp(&b.value));
    let Some(middle) = unclear.get(unclear.len() / 2) else {
        return Unit::Millis;
    };
    let whole = unclear.iter().all(|measure| measure.whole);
    match middle.value {
        value if whole && value >= 1e6 => Unit::Nanos,
        value if whole && value >= 2e4 => Unit::Micros,
        value if !whole && value < 1.0 => Unit::Seconds,
        _ => Unit::Millis,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_give_microseconds() {
        for (name, json, expected) in [
            ("elapsedms", "12.3", Some(12_300)),
            ("durationms", r#""12.3""#, Some(12_300)),
            ("latencyus", "1500", Some(1_500)),
            ("timetakenns", "1500000", Some(1_500)),
            ("durations", "0.25", Some(250_000)),
            ("elapsedinseconds", "0.25", Some(250_000)),
            ("timems", "4", Some(4_000)),
            ("requesttime", "0.012", Some(12_000)),
            ("requesttime", r#""0.012""#, Some(12_000)),
            ("requesttime", "12", Some(12_000)),
            ("rt", r#""0.000""#, Some(0)),
            ("responsetime", "10", Some(10_000)),
            ("eventduration", "12000000", Some(12_000)),
            ("duration", r#""12.3ms""#, Some(12_300)),
            ("duration", r#""1m2.5s""#, Some(62_500_000)),
            ("duration", r#""350µs""#, Some(350)),
            ("duration", r#""1.5 s""#, Some(1_500_000)),
            ("elapsed", r#""00:00:01.2500000""#, Some(1_250_000)),
            ("duration", "58.33", Some(58_330)),
            ("duration", "-1", None),
            ("duration", r#""PT1S""#, None),
            ("duration", r#""""#, None),
            ("durationms", "1e12", None),
            ("duration", "null", None),
        ] {
            let value: Loose<'_> = serde_json::from_str(json).unwrap();
            let promise = promise(name).unwrap();
            let got = measure(&value, promise).and_then(|measure| measure.micros(Unit::Millis));
            assert_eq!(got, expected, "{name} {json}");
        }
        for name in ["time", "times", "path", "dbduration", "ms", "s", ""] {
            assert_eq!(promise(name), None, "{name}");
        }
    }

    #[test]
    fn units_are_guessed_from_many_numbers() {
        let unit = |values: &[f64]| {
            let mut all: Vec<_> = values
                .iter()
                .map(|value| Measure {
                    value: *value,
                    unit: None,
                    whole: value.fract() == 0.0,
                })
                .collect();
            guess(&mut all)
        };
        assert_eq!(unit(&[0.012, 0.3, 1.9]), Unit::Seconds);
        assert_eq!(unit(&[0.85, 12.4, 58.3]), Unit::Millis);
        assert_eq!(unit(&[1.0, 12.0, 300.0]), Unit::Millis);
        assert_eq!(unit(&[900.0, 70_000.0, 1_200_000.0]), Unit::Micros);
        assert_eq!(unit(&[900_000.0, 12_000_000.0, 300_000_000.0]), Unit::Nanos);
        assert_eq!(unit(&[]), Unit::Millis);
    }
}
