//! Where a plan mentions what an init plan gives: `$0` up to PostgreSQL 16, `(InitPlan 1).col1` since.

use rustc_hash::FxHashMap;

use crate::plan::{Node, Plan, Value};

/// Who mentions which init plan's results.
pub(super) struct Mentions<'a> {
    by_name: FxHashMap<&'a str, Vec<Mention>>,
}

/// A node that mentions one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) node: usize,
    /// Whether it says that it evaluates it for the nodes below, as Gather does.
    pub(super) evaluated: bool,
}

impl<'a> Mentions<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut by_name: FxHashMap<&'a str, Vec<Mention>> = FxHashMap::default();
        for (node, written) in plan.nodes.iter().enumerate() {
            for property in &written.properties {
                let evaluated = property.name == "Params Evaluated";
                let mut add = |name| {
                    by_name
                        .entry(name)
                        .or_default()
                        .push(Mention { node, evaluated });
                };
                each_text(&property.value, &mut |text| names(text, &mut add));
            }
        }
        Self { by_name }
    }

    /// The mentions of what an init plan gives. `InitPlan 1 (returns $0,$1)` is called `InitPlan 1`, `$0` and `$1`.
    pub(super) fn of<'b>(&'b self, init_plan: &'b Node) -> impl Iterator<Item = Mention> + 'b {
        let mut called = Vec::new();
        names(
            init_plan.subplan.as_deref().unwrap_or_default(),
            &mut |name| {
                called.push(name);
            },
        );
        called
            .into_iter()
            .filter_map(|name| self.by_name.get(name))
            .flatten()
            .copied()
    }
}

/// Values nest no deeper than the lists of grouping sets; what is deeper is not an expression.
fn each_text<'a>(value: &'a Value, f: &mut impl FnMut(&'a str)) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Text(text) => f(text),
            Value::List(items) => open.extend(items),
            Value::Group(properties) => open.extend(properties.iter().map(|p| &p.value)),
        }
    }
}

/// Calls `f` with every `$n` and `InitPlan n` in a text, but not with those in quotes.
fn names<'a>(text: &'a str, f: &mut impl FnMut(&'a str)) {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut i = 0;
    while i < bytes.len() {
        let byte = at(i);
        let begins = i == 0 || !(is_word(at(i - 1)) || at(i - 1) == b'$');
        let skip = if byte == b'\'' || byte == b'"' {
            // A doubled quote ends one string and begins the next, which comes to the same.
            bytes.iter().skip(i + 1).take_while(|b| **b != byte).count() + 2
        } else if !begins {
            1
        } else if byte == b'$' {
            1 + bytes
                .iter()
                .skip(i + 1)
                .take_while(|b| b.is_ascii_digit())
                .count()
        } else if text
            .get(i..)
            .is_some_and(|rest| rest.starts_with("InitPlan "))
        {
            9 + bytes
                .iter()
                .skip(i + 9)
                .take_while(|b| is_word(**b))
                .count()
        } else {
            i += 1;
            continue;
        };
        if (byte == b'$' || byte == b'I')
            && begins
            && let Some(name) = text.get(i..i + skip)
        {
            f(name);
        }
        i += skip;
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_result_is_found_as_a_whole_and_outside_quotes() {
        let check = |text: &str, expected: &[&str]| {
            let mut found = Vec::new();
            names(text, &mut |name| found.push(name));
            assert_eq!(found, expected, "{text}");
        };
        check("(total > $0)", &["$0"]);
        check("(total > $10)", &["$10"]);
        check("(a = $1) AND (b = $2)", &["$1", "$2"]);
        check("InitPlan 1 (returns $0,$1)", &["InitPlan 1", "$0", "$1"]);
        check("(id = (InitPlan 12).col1)", &["InitPlan 12"]);
        check("(InitPlan expr_1).col1", &["InitPlan expr_1"]);
        check("(note = 'costs $0''s $1')", &[]);
        check("(\"$0\" = $3)", &["$3"]);
        check("(price$0 = 1)", &[]);
        check("MyInitPlan 1", &[]);
        check("'unfinished $1", &[]);
        check("naïve = $4", &["$4"]);
        check("ends in $", &["$"]);
    }
}
