//! What is written about a node beside its figures, kept whole so that nothing is lost that we don't know.

/// A named value, by the name that `FORMAT JSON` gives it: `Rows Removed by Filter`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it is.
    pub value: Value,
}

/// A value as it was written. Numbers stay text: not every form tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word, an expression, a number, `true` or `false`.
    Text(String),
    /// Several, like the columns of a sort key.
    List(Vec<Value>),
    /// Named ones, like the parts of a grouping set.
    Group(Vec<Property>),
}

impl Value {
    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) | Self::Group(_) => None,
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.text()?.parse().ok()
    }

    /// The texts of a list; a single text is a list of one.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            Self::Group(_) => Vec::new(),
        }
    }
}

/// The value called `name`.
#[must_use]
pub fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Value> {
    properties
        .iter()
        .find(|property| property.name == name)
        .map(|property| &property.value)
}
