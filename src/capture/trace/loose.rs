//! A JSON value of whatever kind: writers disagree about what is a text and what a number.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value. Texts without escapes are borrowed from the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::capture) enum Loose<'a> {
    #[default]
    Null,
    Truth(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Loose<'a>>),
    Map(Vec<(Cow<'a, str>, Loose<'a>)>),
}

/// OpenTelemetry names the kind of a value with a key around it.
const KINDS: &[&str] = &[
    "stringValue",
    "intValue",
    "boolValue",
    "doubleValue",
    "arrayValue",
    "bytesValue",
    "string_value",
    "int_value",
    "bool_value",
    "double_value",
    "array_value",
    "bytes_value",
    "values",
];

impl<'a> Loose<'a> {
    /// The value within OpenTelemetry's `{"stringValue": …}`, or this one where there is no such key around it.
    pub(in crate::capture) fn unwrapped(&self) -> &Loose<'a> {
        let mut value = self;
        while let Self::Map(fields) = value
            && let Some((_, inner)) = fields.iter().find(|(key, _)| KINDS.contains(&&**key))
        {
            value = inner;
        }
        value
    }

    /// A text, or a number or truth as one. `None` for what is empty or has parts.
    pub(in crate::capture) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self.unwrapped() {
            Self::Text(text) => Cow::Borrowed(&**text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(number.to_string()),
            Self::Truth(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Null | Self::List(_) | Self::Map(_) => return None,
        })
    }

    /// A whole number, also one that is written as text or with an exponent.
    pub(in crate::capture) fn integer(&self) -> Option<i64> {
        match self.unwrapped() {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Float(number) => rounded(*number),
            _ => None,
        }
    }

    /// Whether it says yes.
    pub(in crate::capture) fn is_true(&self) -> bool {
        match self.unwrapped() {
            Self::Truth(truth) => *truth,
            Self::Text(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// The value of a key, where this is an object that has it.
    pub(in crate::capture) fn get(&self, key: &str) -> Option<&Loose<'a>> {
        match self {
            Self::Map(fields) => fields
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

/// The whole number next to it, where 64 bits hold it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is out of range was left out before"
)]
pub(in crate::capture) fn rounded(number: f64) -> Option<i64> {
    (number.abs() < 9.2e18).then(|| number.round() as i64)
}

/// A text that is borrowed where it has no escapes.
pub(in crate::capture) struct Name<'a>(pub(in crate::capture) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Texts)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Loose<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Loose<'de>, E> {
        Ok(Loose::Truth(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose<'de>, E> {
        Ok(Loose::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose<'de>, E> {
        Ok(i64::try_from(number).map_or(Loose::Float(number as f64), Loose::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose<'de>, E> {
        Ok(Loose::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Loose<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some(value) = values.next_element()? {
            all.push(value);
        }
        Ok(Loose::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Loose<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some((Name(key), value)) = fields.next_entry()? {
            all.push((key, value));
        }
        Ok(Loose::Map(all))
    }
}
