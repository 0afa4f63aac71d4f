//! What the text form calls a node, from what the others say of it.

use crate::plan::Node;

/// `Parallel Hash Left Join`, `Finalize HashAggregate`, `Index Scan Backward`, `Update`.
pub(super) fn title(node: &Node) -> String {
    let mut title = String::new();
    if node.parallel_aware {
        title.push_str("Parallel ");
    }
    if node.text("Async Capable") == Some("true") {
        title.push_str("Async ");
    }
    let strategy = node.text("Strategy");
    match node.kind.as_str() {
        "Aggregate" => {
            if let Some(part) = node.text("Partial Mode").filter(|part| *part != "Simple") {
                title.push_str(part);
                title.push(' ');
            }
            title.push_str(match strategy {
                Some("Sorted") => "GroupAggregate",
                Some("Hashed") => "HashAggregate",
                Some("Mixed") => "MixedAggregate",
                _ => "Aggregate",
            });
        }
        "ModifyTable" => title.push_str(node.text("Operation").unwrap_or("ModifyTable")),
        "Foreign Scan" => match node.text("Operation") {
            Some(operation) if operation != "Select" => {
                title.push_str("Foreign ");
                title.push_str(operation);
            }
            _ => title.push_str("Foreign Scan"),
        },
        "Custom Scan" => match node.text("Custom Plan Provider") {
            Some(provider) => {
                title.push_str("Custom Scan (");
                title.push_str(provider);
                title.push(')');
            }
            None => title.push_str("Custom Scan"),
        },
        "SetOp" => {
            title.push_str(if strategy == Some("Hashed") {
                "HashSetOp"
            } else {
                "SetOp"
            });
            if let Some(command) = node.text("Command") {
                title.push(' ');
                title.push_str(command);
            }
        }
        "Nested Loop" | "Hash Join" | "Merge Join" => join(node, &mut title),
        kind => {
            title.push_str(kind);
            if node.text("Scan Direction") == Some("Backward") {
                title.push_str(" Backward");
            }
        }
    }
    title
}

fn join(node: &Node, title: &mut String) {
    let method = node.kind.strip_suffix(" Join");
    title.push_str(method.unwrap_or(&node.kind));
    match node.text("Join Type") {
        Some("Inner") | None => title.push_str(if method.is_some() { " Join" } else { "" }),
        Some(kind) => {
            title.push(' ');
            title.push_str(kind);
            title.push_str(" Join");
        }
    }
}
