//! What the detail of a statement's record says.

use std::sync::LazyLock;

use super::index::{Index, Item};
use super::template::{Captures, Fit, Template};
use super::{catalog, encoding};

/// A detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Detail<'a> {
    /// The values of a statement's parameters: `$1 = '5', $2 = NULL`.
    Parameters(&'a [u8]),
    /// The text that a prepared statement was made of: `PREPARE …`.
    Prepare(&'a [u8]),
    Other,
}

/// Reads the text of a detail, in any language.
pub(in super::super) fn detail(text: &[u8]) -> Detail<'_> {
    if let [b'p' | b'P', rest @ ..] = text
        && let Some(values) = rest.strip_prefix(b"arameters: ")
    {
        return Detail::Parameters(values);
    }
    let mut captures = Captures::default();
    for item in DETAILS.candidates(text) {
        if item.template.read(text, &mut captures) == Fit::Whole {
            return match item.value {
                Kind::Parameters => Detail::Parameters(captures.text("values")),
                Kind::Prepare => Detail::Prepare(captures.text("sql")),
            };
        }
    }
    Detail::Other
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Parameters,
    Prepare,
}

static DETAILS: LazyLock<Index<Kind>> = LazyLock::new(|| {
    let items = catalog::entries().flat_map(|entry| {
        let kind = match entry.key {
            "parameters" => Some(Kind::Parameters),
            "prepare" => Some(Kind::Prepare),
            _ => None,
        };
        kind.into_iter().flat_map(move |value| {
            encoding::encodings(entry.template).map(move |encoding| Item {
                template: Template::new(entry.template, encoding),
                value,
            })
        })
    });
    Index::new(items.collect())
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details() {
        let check = |text: &[u8], expected: Detail<'_>| {
            assert_eq!(detail(text), expected, "{}", text.escape_ascii());
        };
        let values = b"$1 = '5', $2 = NULL".as_slice();
        check(
            b"parameters: $1 = '5', $2 = NULL",
            Detail::Parameters(values),
        );
        check(
            b"Parameters: $1 = '5', $2 = NULL",
            Detail::Parameters(values),
        );
        check(
            b"param\xe8tres : $1 = '5', $2 = NULL",
            Detail::Parameters(values),
        );
        check(
            "パラメータ: $1 = '5', $2 = NULL".as_bytes(),
            Detail::Parameters(values),
        );
        check(
            "$1 = '5', $2 = NULL parametresi".as_bytes(),
            Detail::Parameters(values),
        );
        check(
            b"prepare: PREPARE p AS SELECT 1",
            Detail::Prepare(b"PREPARE p AS SELECT 1"),
        );
        check(
            b"Vorbereiten: PREPARE p AS\n\tSELECT 1",
            Detail::Prepare(b"PREPARE p AS\n\tSELECT 1"),
        );
        check(b"Key (id)=(1) already exists.", Detail::Other);
        check(b"", Detail::Other);
        check(b"\xff", Detail::Other);
    }
}
