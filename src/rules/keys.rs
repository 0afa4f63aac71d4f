//! Which columns lead to which tables, by their names: `author_id` to `authors`.

use crate::advice::singular;

/// What a key's name ends in; the longest that fits is taken off.
const ENDINGS: [&str; 8] = [
    "_ptr_id", "_uuid", "_guid", "_id", "_pk", "_fk", "_key", "_code",
];

/// A name in lower case with underscores: `routeId` gives `route_id`.
pub(super) fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            text.push('_');
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
        text.extend(c.to_lowercase());
    }
    text
}

/// What a key is called after: `author_id` gives `author`. `None` for what isn't called like a key.
pub(super) fn stem(column: &str) -> Option<String> {
    let name = snake(column);
    ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
        .map(str::to_owned)
}

/// Whether a key is called after a table, or after the last words of its name.
pub(super) fn named_after(column: &str, table: &str) -> bool {
    let Some(stem) = stem(column) else {
        return false;
    };
    let one = singular(&snake(table));
    one == stem
        || one
            .strip_suffix(&stem)
            .is_some_and(|rest| rest.ends_with('_'))
}

/// Whether a column is its table's own key: `id`, or `book_id` of `books`.
pub(super) fn is_own_key(column: &str, table: &str) -> bool {
    matches!(column, "id" | "uuid" | "guid" | "pk" | "ID") || named_after(column, table)
}

/// Whether a column of a table points to another row of the same table.
pub(super) fn is_self_key(column: &str) -> bool {
    const WORDS: [&str; 9] = [
        "parent",
        "manager",
        "supervisor",
        "ancestor",
        "reply_to",
        "in_reply_to",
        "head",
        "chief",
        "next",
    ];
    stem(column).is_some_and(|stem| WORDS.contains(&stem.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_after_tables() {
        for (column, table, expected) in [
            ("author_id", "authors", true),
            ("routeId", "routes", true),
            ("teacher_id", "school_teacher", true),
            ("depotId", "Depots", true),
            ("order_item_id", "order_items", true),
            ("item_id", "order_items", true),
            ("id", "books", false),
            ("author_id", "books", false),
            ("media_ptr_id", "media", true),
            ("title", "titles", false),
        ] {
            assert_eq!(named_after(column, table), expected, "{column} {table}");
        }
        assert!(is_own_key("id", "books") && is_own_key("book_id", "books"));
        assert!(is_self_key("parent_id") && is_self_key("parentId") && !is_self_key("author_id"));
    }
}
