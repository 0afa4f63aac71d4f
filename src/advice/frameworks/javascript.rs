//! What JavaScript and TypeScript have in common, whichever framework they use.

use crate::advice::cache::Caching;
use crate::advice::fix::{self, Guesses};
use crate::advice::loading::Loading;
use crate::advice::names::{camel, one_and_many};
use crate::advice::page::Page;
use crate::advice::plain::one_statement;
use crate::sql::Facts;

/// Words that can't be names, of those that columns have.
const RESERVED: &[&str] = &[
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// A variable.
pub(super) fn variable(from: &str) -> String {
    let name = camel(from);
    if RESERVED.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Variables for one row of a table and for several.
pub(super) fn variables(table: &str) -> (String, String) {
    one_and_many(table, "row", variable)
}

/// A property of an object: in quotes where it must be.
pub(super) fn property(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '$')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain && !name.is_empty() {
        name.to_owned()
    } else {
        string(name)
    }
}

/// A string.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Access to a property.
pub(super) fn member(object: &str, name: &str) -> String {
    let key = property(name);
    if key.starts_with('"') {
        format!("{object}[{key}]")
    } else {
        format!("{object}.{key}")
    }
}

/// A property with its value, in the short form where they are called the same.
pub(super) fn pair(name: &str, value: &str) -> String {
    let key = property(name);
    if key == value {
        key
    } else {
        format!("{key}: {value}")
    }
}

/// `{ a: 1 }`, or `{}`.
pub(super) fn object(pairs: &[String]) -> String {
    if pairs.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", pairs.join(", "))
    }
}

/// A call with one object, a pair a line where it is long.
pub(super) fn call(head: &str, pairs: &[String], tail: &str) -> String {
    if pairs.is_empty() {
        return format!("{head}{tail}")
            .replace("({", "(")
            .replace("})", ")");
    }
    fix::call(&format!("{head} "), pairs, &format!(" {tail}"), "  ", ",")
}

/// Objects with the columns of each row that a loop writes: `books.map((book) => ({ id: book.id }))`. Rows of many
/// columns, or of columns unknown, are taken as they are. `attribute` names a column's property.
pub(super) fn rows(
    table: &str,
    columns: &[String],
    mut attribute: impl FnMut(&str) -> String,
) -> String {
    let (one, many) = variables(table);
    if columns.is_empty() || columns.len() > 6 {
        return many;
    }
    let pairs: Vec<String> = columns
        .iter()
        .map(|c| {
            let name = attribute(c);
            format!("{}: {}", property(&name), member(&one, &name))
        })
        .collect();
    format!("{many}.map(({one}) => ({}))", object(&pairs))
}

/// A function that asks once for each set of values, while its map lives or for some time.
pub(super) fn remember(caching: &Caching<'_>, load: &str) -> String {
    let arguments: Vec<String> = caching.arguments().iter().map(|a| variable(a)).collect();
    let (first, key) = match arguments.as_slice() {
        [] => (String::new(), "\"\"".to_owned()),
        [one] => (String::new(), one.clone()),
        several => (
            format!(
                "  const values = JSON.stringify([{}]);\n",
                several.join(", ")
            ),
            "values".to_owned(),
        ),
    };
    let function = variable(&caching.name);
    let map = if caching.lasts() {
        let milliseconds = caching.seconds * 1000;
        format!("new LRUCache({{ max: 1000, ttl: {milliseconds} }}); // from \"lru-cache\"")
    } else {
        "new Map(); // a new one for each request".to_owned()
    };
    let arguments = arguments.join(", ");
    format!(
        "const remembered = {map}\n\nfunction {function}({arguments}) {{\n{first}  if (!remembered.has({key})) {{\n    remembered.set({key}, {load});\n  }}\n  return remembered.get({key});\n}}"
    )
}

/// The class of a model: the alias that the statement gives its table, where that is a class's name, else a guess.
pub(super) fn model(table: &str, facts: Option<&Facts>, guesses: &mut Guesses) -> String {
    let mention = facts
        .and_then(|f| f.tables.first())
        .filter(|t| t.name == table);
    let alias = mention.and_then(|t| t.alias.as_deref()).filter(|alias| {
        alias.starts_with(char::is_uppercase) && alias.chars().all(char::is_alphanumeric)
    });
    match alias {
        Some(alias) => alias.to_owned(),
        None => guesses.class(table),
    }
}

/// The plain statement for a burst as a template string, and the values that it takes.
pub(super) fn raw(loading: &Loading<'_>) -> Option<(String, &'static str)> {
    let sql = one_statement(loading)?;
    let values = if sql.contains("$2") {
        "ids, ...values"
    } else {
        "ids"
    };
    Some((template(&sql), values))
}

/// Several lines as a template string.
pub(super) fn template(sql: &str) -> String {
    let escaped = sql.replace('\\', "\\\\").replace('`', "\\`");
    format!("`\n  {}\n`", escaped.replace('\n', "\n  "))
}

/// The variables that hold the last row's keys.
pub(super) fn last_values(page: &Page<'_>) -> Vec<String> {
    page.keys.iter().map(|k| variable(&k.variable)).collect()
}

/// All queries at the same time.
pub(super) const ALL_AT_ONCE: &str =
    "const answers = await Promise.all(queries.map((query) => query()));";
