//! What a text must be before it is sent at all. Nothing here asks a server.

use crate::sql::{Calls, Kind, calls, kind_of, split, with_statement};
use sqlparser::ast::{
    Expr, FunctionArg, ObjectName, ObjectNamePart, Query, Select, SetExpr, Statement, TableFactor,
    Visit, Visitor,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Longer texts are not planned: the server would take seconds to read them.
const MOST_BYTES: usize = 1 << 20;

/// A text that may be asked about on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::live) struct Checked {
    /// One statement, without a semicolon.
    pub(in crate::live) text: String,
    /// What it may call.
    pub(in crate::live) calls: Calls,
    /// Those names of functions that surely are some, because the syntax tree has them as such.
    pub(in crate::live) functions: BTreeSet<String>,
}

/// A text for plain EXPLAIN: one statement that can be planned.
///
/// # Errors
///
/// Why it is not, as a sentence without its end.
pub(in crate::live) fn plain(text: &str) -> Result<Checked, String> {
    if text.len() > MOST_BYTES {
        return Err("the text is longer than 1 MiB".to_owned());
    }
    let mut statements = split(text);
    let range = statements.next().ok_or("there is no statement")?;
    if statements.next().is_some() {
        return Err("there is more than one statement".to_owned());
    }
    let text = text.get(range).unwrap_or_default().trim().to_owned();
    match kind_of(&text) {
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge => {}
        _ => return Err("only SELECT, INSERT, UPDATE, DELETE and MERGE can be planned".to_owned()),
    }
    let calls = calls(&text);
    if let Some(doubt) = calls.doubt {
        return Err(format!("there is {doubt} in it"));
    }
    Ok(Checked {
        text,
        calls,
        functions: BTreeSet::new(),
    })
}

/// A text for EXPLAIN ANALYZE: a SELECT that only reads, as far as its syntax tells.
///
/// # Errors
///
/// As [`plain`]; also when the syntax is not known here, because what it does is not known then.
pub(in crate::live) fn analyze(text: &str) -> Result<Checked, String> {
    let mut checked = plain(text)?;
    if kind_of(&checked.text) != Kind::Select {
        return Err("only a SELECT may be run".to_owned());
    }
    let seen = with_statement(&checked.text, |statement| {
        let mut walk = Walk::default();
        let writes = matches!(statement.visit(&mut walk), ControlFlow::Break(()));
        Some((walk, writes))
    });
    let (walk, stopped) = seen.ok_or("its syntax is not known to this program")?;
    match walk.offence {
        Some(offence) => return Err(offence.to_owned()),
        None if stopped => return Err("it does more than read".to_owned()),
        None => {}
    }
    // All that is called shows in the lexemes, and is looked up by them; the tree tells which of those surely are
    // functions. Those without a bracket are words of the language, as CURRENT_DATE is.
    let called = |name: &String| {
        checked
            .calls
            .called
            .iter()
            .any(|(_, called)| called == name)
    };
    checked.functions = walk.functions.into_iter().filter(called).collect();
    Ok(checked)
}

/// Every node of a syntax tree.
#[derive(Debug, Default)]
struct Walk {
    functions: BTreeSet<String>,
    offence: Option<&'static str>,
}

impl Walk {
    fn refuse(&mut self, offence: &'static str) -> ControlFlow<()> {
        self.offence = Some(offence);
        ControlFlow::Break(())
    }

    fn function(&mut self, name: &ObjectName) -> ControlFlow<()> {
        match name.0.last() {
            Some(ObjectNamePart::Identifier(ident)) => {
                let name = match ident.quote_style {
                    Some(_) => ident.value.clone(),
                    None => ident.value.to_ascii_lowercase(),
                };
                self.functions.insert(name);
                ControlFlow::Continue(())
            }
            _ => self.refuse("it calls a function by a name that is not known to this program"),
        }
    }
}

impl Visitor for Walk {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Query(_) => ControlFlow::Continue(()),
            _ => self.refuse("a part of it writes, or is no query"),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if !query.locks.is_empty() || query.for_clause.is_some() {
            return self.refuse("it locks rows (FOR UPDATE or FOR SHARE)");
        }
        if !query.pipe_operators.is_empty()
            || query.settings.is_some()
            || query.format_clause.is_some()
        {
            return self.refuse("it has clauses of another database");
        }
        match query.body.as_ref() {
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                self.refuse("a part of it writes")
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        match &select.into {
            Some(_) => self.refuse("it makes a table (SELECT INTO)"),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table {
                name,
                args: Some(_),
                ..
            } => self.function(name),
            TableFactor::Function { name, args, .. } => {
                let by_expression =
                    |arg: &FunctionArg| matches!(arg, FunctionArg::ExprNamed { .. });
                if args.iter().any(by_expression) {
                    return self.refuse("it names a function's arguments by expressions");
                }
                self.function(name)
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => self.function(&function.name),
            _ => ControlFlow::Continue(()),
        }
    }
}
