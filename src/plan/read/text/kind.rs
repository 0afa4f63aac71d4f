//! From what the text calls a node to `Node Type` and what else the other forms say apart.

use std::borrow::Cow;

use crate::plan::{Property, Value};

#[derive(Debug)]
pub(super) struct Kind<'a> {
    pub name: Cow<'a, str>,
    pub parallel: bool,
    pub properties: Vec<Property>,
}

impl<'a> Kind<'a> {
    /// `Parallel Hash Left Join` is a `Hash Join` of type `Left` that is shared by processes.
    pub(super) fn of(title: &'a str) -> Self {
        let (rest, parallel) = without(title, "Parallel ");
        let (rest, asynchronous) = without(rest, "Async ");
        let mut properties = Vec::new();
        let mut say = |name: &str, value: &str| {
            properties.push(Property {
                name: name.to_owned(),
                value: Value::Text(value.to_owned()),
            });
        };
        let name = if let Some((strategy, part)) = aggregate(rest) {
            say("Strategy", strategy);
            say("Partial Mode", part);
            "Aggregate".into()
        } else if let Some((method, join_type)) = join(rest) {
            say("Join Type", join_type);
            method.into()
        } else if let Some((strategy, command)) = set_operation(rest) {
            say("Strategy", strategy);
            if !command.is_empty() {
                say("Command", command);
            }
            "SetOp".into()
        } else if matches!(rest, "Insert" | "Update" | "Delete" | "Merge") {
            say("Operation", rest);
            "ModifyTable".into()
        } else if let Some(operation) = rest
            .strip_prefix("Foreign ")
            .filter(|rest| matches!(*rest, "Insert" | "Update" | "Delete" | "Scan"))
        {
            say(
                "Operation",
                if operation == "Scan" {
                    "Select"
                } else {
                    operation
                },
            );
            "Foreign Scan".into()
        } else if let Some(provider) = rest
            .strip_prefix("Custom Scan (")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            say("Custom Plan Provider", provider);
            "Custom Scan".into()
        } else if let Some(scan) = rest
            .strip_suffix(" Backward")
            .filter(|scan| is_index_scan(scan))
        {
            say("Scan Direction", "Backward");
            scan.into()
        } else {
            if is_index_scan(rest) {
                say("Scan Direction", "Forward");
            }
            rest.into()
        };
        if asynchronous {
            say("Async Capable", "true");
        }
        Self {
            name,
            parallel,
            properties,
        }
    }

    /// Whether it is a node of PostgreSQL's own.
    pub(super) fn is_known(&self) -> bool {
        KNOWN.contains(&&*self.name)
    }
}

const KNOWN: [&str; 46] = [
    "Aggregate",
    "Append",
    "Bitmap Heap Scan",
    "Bitmap Index Scan",
    "BitmapAnd",
    "BitmapOr",
    "CTE Scan",
    "Custom Scan",
    "Foreign Scan",
    "Function Scan",
    "Gather",
    "Gather Merge",
    "Group",
    "Hash",
    "Hash Join",
    "Incremental Sort",
    "Index Only Scan",
    "Index Scan",
    "Limit",
    "LockRows",
    "Materialize",
    "Memoize",
    "Merge Append",
    "Merge Join",
    "ModifyTable",
    "Named Tuplestore Scan",
    "Nested Loop",
    "ProjectSet",
    "Recursive Union",
    "Result",
    "Sample Scan",
    "Seq Scan",
    "SetOp",
    "Sort",
    "Subquery Scan",
    "Table Function Scan",
    "Tid Range Scan",
    "Tid Scan",
    "Unique",
    "Values Scan",
    "WindowAgg",
    "WorkTable Scan",
    // Until PostgreSQL 13, and of its descendants.
    "Result Cache",
    "Redistribute Motion",
    "Gather Motion",
    "Broadcast Motion",
];

fn without<'a>(text: &'a str, word: &str) -> (&'a str, bool) {
    text.strip_prefix(word)
        .map_or((text, false), |rest| (rest, true))
}

fn is_index_scan(text: &str) -> bool {
    matches!(text, "Index Scan" | "Index Only Scan")
}

fn aggregate(text: &str) -> Option<(&'static str, &'static str)> {
    let (rest, partial) = without(text, "Partial ");
    let (rest, finalize) = without(rest, "Finalize ");
    let strategy = match rest {
        "Aggregate" => "Plain",
        "GroupAggregate" => "Sorted",
        "HashAggregate" => "Hashed",
        "MixedAggregate" => "Mixed",
        _ => return None,
    };
    let part = match (partial, finalize) {
        (true, _) => "Partial",
        (_, true) => "Finalize",
        _ => "Simple",
    };
    Some((strategy, part))
}

fn join(text: &str) -> Option<(&'static str, &str)> {
    let methods = [
        ("Nested Loop", "Nested Loop"),
        ("Hash", "Hash Join"),
        ("Merge", "Merge Join"),
    ];
    for (word, method) in methods {
        let Some(rest) = text.strip_prefix(word) else {
            continue;
        };
        if rest.is_empty() && word == "Nested Loop" || rest == " Join" {
            return Some((method, "Inner"));
        }
        let kind = rest
            .strip_prefix(' ')
            .and_then(|rest| rest.strip_suffix(" Join"));
        if let Some(kind) = kind {
            return Some((method, kind));
        }
    }
    None
}

fn set_operation(text: &str) -> Option<(&'static str, &str)> {
    let (rest, strategy) = match text.strip_prefix("HashSetOp") {
        Some(rest) => (rest, "Hashed"),
        None => (text.strip_prefix("SetOp")?, "Sorted"),
    };
    (rest.is_empty() || rest.starts_with(' ')).then_some((strategy, rest.trim()))
}
