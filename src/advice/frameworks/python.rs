//! What Python code has in common, whichever framework it uses.

use crate::advice::cache::Caching;
use crate::advice::fix::{self, Guesses, LINE};
use crate::advice::names::{identifier, plural, singular, snake};

/// Words that can't be names.
const RESERVED: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "None",
    "True", "False",
];

/// A name as Python takes it.
pub(super) fn name(from: &str) -> String {
    let name = identifier(from);
    if RESERVED.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// A column as an attribute: a guess where it can't have the same name.
pub(super) fn column(column: &str, guesses: &mut Guesses) -> String {
    guesses.derived(column, name(column))
}

/// Variables for one row of a table and for several.
pub(super) fn variables(table: &str) -> (String, String) {
    let (one, many) = (singular(&snake(table)), plural(&snake(table)));
    if one == many {
        ("row".to_owned(), name(&many))
    } else {
        (name(&one), name(&many))
    }
}

/// A list with something for each row that a loop writes: `[{"a": book.a} for book in books]`. `each` makes it of one
/// column's pair or another; rows of many columns, or of columns unknown, are taken as they are.
pub(super) fn comprehension(
    table: &str,
    columns: &[String],
    guesses: &mut Guesses,
    (open, close): (&str, &str),
    pair: impl Fn(&str, &str) -> String,
) -> String {
    let (one, many) = variables(table);
    if columns.is_empty() || columns.len() > 6 {
        return many;
    }
    let pairs: Vec<String> = columns
        .iter()
        .map(|c| pair(&one, &column(c, guesses)))
        .collect();
    format!("[{open}{}{close} for {one} in {many}]", pairs.join(", "))
}

/// A function that asks once for each set of values, while its dictionary lives.
pub(super) fn remember(caching: &Caching<'_>, load: &str) -> String {
    let arguments: Vec<String> = caching.arguments().iter().map(|a| name(a)).collect();
    let key = match arguments.as_slice() {
        [] => "None".to_owned(),
        [one] => one.clone(),
        several => several.join(", "),
    };
    let function = name(&caching.name);
    let tested = if arguments.len() > 1 {
        format!("({key})")
    } else {
        key.clone()
    };
    format!(
        "remembered = {{}}  # a new one for each request\n\n\ndef {function}({}):\n    if {tested} not in remembered:\n        remembered[{key}] = {load}\n    return remembered[{key}]",
        arguments.join(", ")
    )
}

/// A call whose arguments stand in a line each where they are long.
pub(super) fn call(head: &str, arguments: &[String], tail: &str) -> String {
    fix::call(head, arguments, tail, "    ", ",")
}

/// A chain of methods as the one argument of a call.
pub(super) fn chain_in(head: &str, first: &str, methods: &[String], tail: &str) -> String {
    let joined = format!("{head}{first}{}{tail}", methods.concat());
    if joined.len() <= LINE && !joined.contains('\n') {
        return joined;
    }
    let lines: Vec<String> = methods.iter().map(|m| format!("\n    {m}")).collect();
    format!("{head}\n    {first}{}\n{tail}", lines.concat())
}

/// A chain of methods on something, in one line or one a line within brackets.
pub(super) fn chain(first: &str, methods: &[String]) -> String {
    let joined = format!("{first}{}", methods.concat());
    if joined.len() <= LINE && !joined.contains('\n') {
        return joined;
    }
    let lines: Vec<String> = methods.iter().map(|m| format!("    {m}")).collect();
    format!("(\n    {first}\n{}\n)", lines.join("\n"))
}
