//! Names of tables, classes and attributes, as frameworks derive them from each other.
//!
//! English plurals by rule, with the exceptions that table names really have. A guess stays a guess: suggestions
//! that rest on one say so.

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
const UNCOUNTED: &[&str] = &["series", "species", "news", "equipment", "information", "money", "staff", "metadata", "sheep"];

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
    } else if let Some(stem) = word.strip_suffix("es").filter(|s| ["ss", "sh", "ch", "x", "z"].iter().any(|end| s.ends_with(end))) {
        stem.to_owned()
    } else if let Some(stem) = word.strip_suffix("uses").filter(|s| s.ends_with(['t', 'r', 'n', 'p'])) {
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
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty() => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) => format!("{word}es"),
        _ => format!("{word}s"),
    };
    format!("{head}{many}")
}

/// The class that a table's name stands for: `order_items` gives `OrderItem`.
#[must_use]
pub fn class_name(table: &str) -> String {
    let one = singular(table);
    one.split('_').filter(|word| !word.is_empty()).map(capitalised).collect()
}

/// A name as words for people: `order_items` gives `order items`.
#[must_use]
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn last_word(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('_').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

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
