//! Names of tables, classes and attributes, as frameworks derive them from each other.
//!
//! English plurals by rule, with the exceptions that table names really have. A guess stays a guess: suggestions
//! that rest on one say so.

use super::Target;

/// Words whose plural follows no rule, as (singular, plural).
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("mouse", "mice"),
    ("index", "indices"),
    ("vertex", "vertices"),
    ("matrix", "matrices"),
    ("datum", "data"),
    ("medium", "media"),
    ("criterion", "criteria"),
    ("movie", "movies"),
    ("cookie", "cookies"),
    ("leaf", "leaves"),
    ("shelf", "shelves"),
    ("half", "halves"),
];

/// Words that are their own plural.
const UNCOUNTED: &[&str] = &[
    "series",
    "species",
    "news",
    "equipment",
    "information",
    "money",
    "staff",
    "metadata",
    "sheep",
];

/// Words that PostgreSQL takes for a table's or column's name only in quotes: its documentation, appendix C, "SQL Key
/// Words", those marked as reserved.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// The singular of a table's name: `order_items` gives `order_item`. Only the last word changes.
#[must_use]
pub fn singular(name: &str) -> String {
    let (head, word) = last_word(name);
    if UNCOUNTED.contains(&word) {
        return name.to_owned();
    }
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return format!("{head}{one}");
    }
    let one = if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() > 1) {
        format!("{stem}y")
    } else if let Some(stem) = word.strip_suffix("es").filter(|s| {
        ["ss", "sh", "ch", "x", "z"]
            .iter()
            .any(|end| s.ends_with(end))
    }) {
        stem.to_owned()
    } else if let Some(stem) = word
        .strip_suffix("uses")
        .filter(|s| s.ends_with(['t', 'r', 'n', 'p']))
    {
        // statuses, viruses, bonuses, campuses
        format!("{stem}us")
    } else if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        word.to_owned()
    } else {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    };
    format!("{head}{one}")
}

/// The plural of a table's name, whether it is one already or not: `order_item` gives `order_items`.
#[must_use]
pub fn plural(name: &str) -> String {
    let one = singular(name);
    let (head, word) = last_word(&one);
    if UNCOUNTED.contains(&word) {
        return one;
    }
    if let Some((_, many)) = IRREGULAR.iter().find(|(s, _)| *s == word) {
        return format!("{head}{many}");
    }
    let many = match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty() => {
            format!("{stem}ies")
        }
        _ if ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| word.ends_with(end)) =>
        {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    };
    format!("{head}{many}")
}

/// The class that a table's name stands for: `order_items` gives `OrderItem`.
#[must_use]
pub fn class_name(table: &str) -> String {
    let one = singular(table);
    one.split('_')
        .filter(|word| !word.is_empty())
        .map(capitalised)
        .collect()
}

/// What the developers of an application call a table: Django's `shop_book` is the model `book` of the app `shop`.
///
/// Tables with names of their own (`db_table`) have no app to take off, which shows when they are plural.
#[must_use]
pub fn spoken(table: &str, target: Target) -> &str {
    match table.split_once('_') {
        Some((_, model)) if target == Target::Django && singular(table) == table => model,
        _ => table,
    }
}

/// A name as words for people: `order_items` gives `order items`.
#[must_use]
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A name as the server takes it: bare when it is plain lower case and no reserved word, else in quotes.
#[must_use]
pub fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn last_word(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('_').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(
            [quoted("orders"), quoted("order"), quoted("My\"T")],
            ["orders", "\"order\"", "\"My\"\"T\""]
        );
    }

    #[test]
    fn names_go_there_and_back() {
        for (one, many, class) in [
            ("author", "authors", "Author"),
            ("order_item", "order_items", "OrderItem"),
            ("category", "categories", "Category"),
            ("address", "addresses", "Address"),
            ("box", "boxes", "Box"),
            ("branch", "branches", "Branch"),
            ("status", "statuses", "Status"),
            ("purchase", "purchases", "Purchase"),
            ("house", "houses", "House"),
            ("day", "days", "Day"),
            ("series", "series", "Series"),
            ("sales_person", "sales_people", "SalesPerson"),
            ("movie", "movies", "Movie"),
        ] {
            assert_eq!(singular(many), one);
            assert_eq!(singular(one), one);
            assert_eq!(plural(one), many);
            assert_eq!(plural(many), many);
            assert_eq!(class_name(many), class);
        }
    }
}
