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
    ("criterion", "criteria"),
    ("movie", "movies"),
    ("cookie", "cookies"),
    ("leaf", "leaves"),
    ("shelf", "shelves"),
    ("half", "halves"),
];

/// Words that are their own plural, or are used as if they were.
const UNCOUNTED: &[&str] = &[
    "data",
    "equipment",
    "information",
    "media",
    "metadata",
    "money",
    "news",
    "series",
    "sheep",
    "species",
    "staff",
];

/// Variables for one row of a table and for several, as `variable` spells them; the one is `row` where they are alike.
pub(super) fn one_and_many(
    table: &str,
    row: &str,
    variable: impl Fn(&str) -> String,
) -> (String, String) {
    let (one, many) = (variable(&singular(table)), variable(&plural(table)));
    if one == many {
        (row.to_owned(), many)
    } else {
        (one, many)
    }
}

/// The singular of a table's name: `order_items` gives `order_item`. Only the last word changes.
#[must_use]
pub fn singular(name: &str) -> String {
    with_last_word(name, singular_word)
}

/// The plural of a table's name, whether it is one already or not: `order_item` gives `order_items`.
#[must_use]
pub fn plural(name: &str) -> String {
    with_last_word(name, |word| plural_word(&singular_word(word)))
}

fn singular_word(word: &str) -> String {
    if UNCOUNTED.contains(&word) {
        return word.to_owned();
    }
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return (*one).to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() > 1) {
        return format!("{stem}y");
    }
    let hissing = |stem: &&str| {
        let ends = ["ss", "sh", "ch", "x", "z"];
        ends.iter().any(|end| stem.ends_with(end))
    };
    if let Some(stem) = word.strip_suffix("es").filter(hissing) {
        return stem.to_owned();
    }
    // statuses, viruses, bonuses, campuses
    let latin = |stem: &&str| stem.ends_with(['t', 'r', 'n', 'p']);
    if let Some(stem) = word.strip_suffix("uses").filter(latin) {
        return format!("{stem}us");
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

fn plural_word(one: &str) -> String {
    if UNCOUNTED.contains(&one) {
        return one.to_owned();
    }
    if let Some((_, many)) = IRREGULAR.iter().find(|(s, _)| *s == one) {
        return (*many).to_owned();
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty() => {
            format!("{stem}ies")
        }
        _ if ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| one.ends_with(end)) =>
        {
            format!("{one}es")
        }
        _ => format!("{one}s"),
    }
}

/// A name with another last word, which begins with a capital letter if it did before.
fn with_last_word(name: &str, change: impl Fn(&str) -> String) -> String {
    let (head, word) = last_word(name);
    let changed = change(&word.to_ascii_lowercase());
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 1 && letters().all(char::is_uppercase) {
        format!("{head}{}", changed.to_ascii_uppercase())
    } else if word.starts_with(char::is_uppercase) {
        format!("{head}{}", capitalised(&changed))
    } else {
        format!("{head}{changed}")
    }
}

/// The last word of a name and what stands before it: after `_` and the like, or from a capital letter on.
fn last_word(name: &str) -> (&str, &str) {
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in name.char_indices() {
        if !c.is_alphanumeric() {
            start = at + c.len_utf8();
        } else if c.is_uppercase() && before.is_lowercase() {
            start = at;
        }
        before = c;
    }
    if start == name.len() {
        return (name, "");
    }
    name.split_at(start)
}

/// The words of a name: `order_items` and `OrderItems` have two.
pub(super) fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in name.char_indices() {
        if !c.is_alphanumeric() {
            parts.push(name.get(start..at).unwrap_or_default());
            start = at + c.len_utf8();
        } else if c.is_uppercase() && before.is_lowercase() {
            parts.push(name.get(start..at).unwrap_or_default());
            start = at;
        }
        before = c;
    }
    parts.push(name.get(start..).unwrap_or_default());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The class that a table's name stands for: `order_items` gives `OrderItem`.
#[must_use]
pub fn class_name(table: &str) -> String {
    pascal(&singular(table))
}

/// A name with a capital letter at each word and nothing between them: `author_id` gives `AuthorId`.
pub(super) fn pascal(name: &str) -> String {
    let shouted = !name.contains(char::is_lowercase);
    let word = |part: &str| {
        if shouted {
            capitalised(&part.to_lowercase())
        } else {
            capitalised(part)
        }
    };
    let joined: String = parts(name).into_iter().map(word).collect();
    begun_with_letter(joined)
}

/// As [`pascal`], but for the first letter: `author_id` gives `authorId`.
pub(super) fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let mut chars = pascal.chars();
    chars
        .next()
        .map(|c| c.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

/// A name as most languages take it for a variable or an attribute: letters, digits and `_`.
pub(super) fn identifier(name: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    begun_with_letter(name.chars().map(plain).collect())
}

/// A name in small letters with `_` between its words: `authorId` gives `author_id`.
pub(super) fn snake(name: &str) -> String {
    let words: Vec<String> = parts(name).into_iter().map(str::to_lowercase).collect();
    begun_with_letter(words.join("_"))
}

fn begun_with_letter(name: String) -> String {
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name
    } else {
        format!("_{name}")
    }
}

/// What a key points to, by its name: `author_id`, `authorId` and `author_uuid` give `author`.
#[must_use]
pub fn stem(key: &str) -> Option<&str> {
    [
        "_id", "_uuid", "_guid", "_pk", "_fk", "_key", "Id", "ID", "Uuid",
    ]
    .iter()
    .find_map(|end| key.strip_suffix(end))
    .or_else(|| key.strip_prefix("id_"))
    .filter(|stem| !stem.is_empty())
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

/// A name as words for people: `order_items` and `OrderItems` give `order items`.
#[must_use]
pub fn words(name: &str) -> String {
    let shouted = !name.contains(char::is_lowercase);
    let word = |part: &str| {
        // An abbreviation within a name stays one: `userAPIKeys`.
        let mixed = part.contains(char::is_lowercase);
        if shouted || mixed {
            part.to_lowercase()
        } else {
            part.to_owned()
        }
    };
    let words: Vec<String> = parts(name).into_iter().map(word).collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for (one, many, class) in [
            ("author", "authors", "Author"),
            ("order_item", "order_items", "OrderItem"),
            ("OrderItem", "OrderItems", "OrderItem"),
            ("orderItem", "orderItems", "OrderItem"),
            ("ORDER_ITEM", "ORDER_ITEMS", "OrderItem"),
            ("category", "categories", "Category"),
            ("address", "addresses", "Address"),
            ("box", "boxes", "Box"),
            ("branch", "branches", "Branch"),
            ("status", "statuses", "Status"),
            ("purchase", "purchases", "Purchase"),
            ("house", "houses", "House"),
            ("day", "days", "Day"),
            ("series", "series", "Series"),
            ("media", "media", "Media"),
            ("sales_person", "sales_people", "SalesPerson"),
            ("SalesPerson", "SalesPeople", "SalesPerson"),
            ("movie", "movies", "Movie"),
            ("2fa token", "2fa tokens", "_2faToken"),
        ] {
            assert_eq!(singular(many), one);
            assert_eq!(singular(one), one);
            assert_eq!(plural(one), many);
            assert_eq!(plural(many), many);
            assert_eq!(class_name(many), class);
        }
    }

    #[test]
    fn names_take_every_form() {
        for (name, camel_name, snake_name, spoken_name) in [
            ("author_id", "authorId", "author_id", "author id"),
            ("authorId", "authorId", "author_id", "author id"),
            ("OrderItems", "orderItems", "order_items", "order items"),
            ("SKU", "sku", "sku", "sku"),
            ("my col", "myCol", "my_col", "my col"),
            ("größe", "größe", "größe", "größe"),
            ("", "_", "_", ""),
        ] {
            assert_eq!(camel(name), camel_name);
            assert_eq!(snake(name), snake_name);
            assert_eq!(words(name), spoken_name);
        }
        assert_eq!(identifier("a b\"c"), "a_b_c");
    }

    #[test]
    fn keys_tell_what_they_point_to() {
        for (key, want) in [
            ("author_id", Some("author")),
            ("authorId", Some("author")),
            ("id_author", Some("author")),
            ("author", None),
            ("id", None),
            ("_id", None),
        ] {
            assert_eq!(stem(key), want, "{key}");
        }
    }
}
