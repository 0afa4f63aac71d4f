//! The form of a catalog in files: `pgloupe catalog URL > catalog.json`.

use serde::{Deserialize, Serialize};

use super::Catalog;

/// The number of the form. It rises when an older program would misread a newer file; fields that are only added don't
/// raise it.
pub const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    pgloupe: &'static str,
    catalog: u32,
    #[serde(flatten)]
    content: &'a Catalog,
}

/// What tells a catalog from other JSON.
#[derive(Deserialize)]
struct Head {
    catalog: Option<u32>,
    pgloupe: Option<String>,
}

/// Why a text is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It isn't JSON, or not of this form.
    #[error("it is no catalog of pgloupe (line {}, column {}: {source}). Make one with: pgloupe catalog URL > catalog.json", source.line(), source.column())]
    Json {
        /// What is wrong where.
        #[from]
        source: serde_json::Error,
    },
    /// It is JSON of something else.
    #[error(
        "it is JSON, but no catalog of pgloupe. Make one with: pgloupe catalog URL > catalog.json"
    )]
    Other,
    /// A newer program wrote it.
    #[error(
        "it was written by pgloupe {by}, whose catalogs (form {found}) this pgloupe doesn't know. Use that version to open it, or make a new one with: pgloupe catalog URL > catalog.json"
    )]
    Newer {
        /// The form that it has.
        found: u32,
        /// The version that wrote it.
        by: String,
    },
}

/// A catalog as JSON, the same for the same catalog.
///
/// # Errors
/// Never for a catalog that was read; JSON has no infinite numbers, though, and a catalog could be given one.
pub fn to_json(catalog: &Catalog) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&Written {
        pgloupe: env!("CARGO_PKG_VERSION"),
        catalog: FORMAT,
        content: catalog,
    })?;
    text.push('\n');
    Ok(text)
}

/// Reads what [`to_json`] wrote. Fields that it doesn't know are passed over.
///
/// # Errors
/// When the text is something else, or was written by a program that is too new.
pub fn from_json(text: &str) -> Result<Catalog, JsonError> {
    let text = text.trim_start_matches('\u{feff}');
    let head: Head = serde_json::from_str(text)?;
    match head.catalog {
        None => return Err(JsonError::Other),
        Some(found) if found > FORMAT => {
            return Err(JsonError::Newer {
                found,
                by: head.pgloupe.unwrap_or_default(),
            });
        }
        Some(_) => {}
    }
    let mut catalog: Catalog = serde_json::from_str(text)?;
    catalog.sort();
    Ok(catalog)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Index, Key, KeyOf, Name, ReplicaIdentity, Table};

    fn small() -> Catalog {
        let mut catalog = Catalog {
            search_path: vec!["public".to_owned()],
            ..Catalog::default()
        };
        for name in ["b", "a"] {
            let name = Name::new("public", name);
            catalog.indexes.push(Index {
                table: name.clone(),
                name: format!("{}_x", name.name),
                keys: vec![
                    Key::column("x"),
                    Key {
                        of: KeyOf::Expression("lower(y)".to_owned()),
                        descending: true,
                        ..Key::column("")
                    },
                ],
                valid: false,
                ..Index::default()
            });
            catalog.tables.push(Table {
                name,
                replica_identity: ReplicaIdentity::Index("b_x".to_owned()),
                ..Table::default()
            });
        }
        catalog.sort();
        catalog
    }

    #[test]
    fn a_catalog_comes_back_as_it_was() {
        let text = to_json(&small()).unwrap();
        assert!(text.starts_with("{\n  \"pgloupe\": "), "{text}");
        assert_eq!(from_json(&text).unwrap(), small());
        assert_eq!(to_json(&from_json(&text).unwrap()).unwrap(), text);
    }

    #[test]
    fn what_a_later_program_adds_is_passed_over() {
        let text = r#"{"pgloupe": "9", "catalog": 1, "new": [1], "tables": [
            {"schema": "s", "name": "t", "later": {}, "columns": [{"name": "a", "type": "text", "much": 1}]}],
            "indexes": [{"table": {"schema": "s", "name": "t"}, "name": "i", "keys": [{"column": "a", "new": 1}]}]}"#;
        let catalog = from_json(text).unwrap();
        let table = catalog.find(Some("s"), "t").unwrap();
        assert_eq!(table.column("a").unwrap().data_type, "text");
        let [index] = catalog.indexes_of(&table.name) else {
            panic!("one index")
        };
        assert_eq!(index.keys, [Key::column("a")]);
        assert!(index.valid && index.ready && index.method == "btree");
    }

    #[test]
    fn what_is_no_catalog_is_named() {
        for (text, says) in [
            ("", "line 1, column 0"),
            ("{\n\"catalog\": 1,\n", "line 3"),
            ("[1]", "it is no catalog"),
            ("{}", "it is JSON, but no catalog"),
            (
                r#"{"catalog": 2, "pgloupe": "3.1"}"#,
                "written by pgloupe 3.1",
            ),
            (r#"{"catalog": 1, "tables": 5}"#, "line 1"),
        ] {
            let error = from_json(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
