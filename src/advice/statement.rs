//! A statement's text taken apart at its clauses, so that one of them can be written anew and all else stays as it is.

use crate::sql::{self, Class};

/// A stretch of a statement: what a reader takes it for, and its text.
pub(super) type Token<'a> = (Class, &'a str);

/// The tokens of a text, white space and all.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    sql::tokens(text)
        .filter_map(|(class, range)| Some((class, text.get(range)?)))
        .collect()
}

/// The bodies of a SELECT's clauses, without the words that open them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Select<'a> {
    /// The select list, DISTINCT with it.
    pub list: &'a str,
    /// Tables and joins.
    pub from: &'a str,
    /// The condition of WHERE.
    pub condition: Option<&'a str>,
    /// The columns of GROUP BY.
    pub group: Option<&'a str>,
    /// The condition of HAVING.
    pub having: Option<&'a str>,
    /// The keys of ORDER BY.
    pub order: Option<&'a str>,
}

/// Words that open a clause, in the order that a SELECT has them. What follows LIMIT is left out.
const CLAUSES: [(&str, Clause); 11] = [
    ("SELECT", Clause::List),
    ("FROM", Clause::From),
    ("WHERE", Clause::Where),
    ("GROUP", Clause::Group),
    ("HAVING", Clause::Having),
    ("WINDOW", Clause::Other),
    ("ORDER", Clause::Order),
    ("LIMIT", Clause::Rest),
    ("OFFSET", Clause::Rest),
    ("FETCH", Clause::Rest),
    ("FOR", Clause::Rest),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Clause {
    List,
    From,
    Where,
    Group,
    Having,
    Other,
    Order,
    Rest,
}

impl<'a> Select<'a> {
    /// Takes a SELECT apart. `None` for WITH, for UNION and its kin, and for what has no FROM.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut select = Self::default();
        let mut open: Option<(Clause, usize)> = None;
        let mut depth = 0_u32;
        let mut before = "";
        for (class, range) in sql::tokens(text) {
            let token = text.get(range.clone())?;
            if matches!(class, Class::Space | Class::Comment) {
                continue;
            }
            match token {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let opened = (depth == 0 && class == Class::Keyword)
                .then(|| opens(token, before))
                .flatten();
            if parts_queries(token) && depth == 0 && class == Class::Keyword {
                return None;
            }
            match (opened, open) {
                (None, None) => return None,
                (Some(clause), Some((last, start))) if clause > last => {
                    select.set(last, text.get(start..range.start)?.trim());
                    open = Some((clause, range.end));
                }
                (Some(clause), None) => open = Some((clause, range.end)),
                _ => {}
            }
            if token.eq_ignore_ascii_case("BY")
                && matches!(open, Some((Clause::Group | Clause::Order, start)) if text.get(start..range.start).is_some_and(|gap| gap.trim().is_empty()))
            {
                open = open.map(|(clause, _)| (clause, range.end));
            }
            before = token;
        }
        let (last, start) = open?;
        let end = text.trim_end().trim_end_matches(';');
        select.set(last, end.get(start..)?.trim());
        (!select.from.is_empty()).then_some(select)
    }

    fn set(&mut self, clause: Clause, body: &'a str) {
        match clause {
            Clause::List => self.list = body,
            Clause::From => self.from = body,
            Clause::Where => self.condition = Some(body),
            Clause::Group => self.group = Some(body),
            Clause::Having => self.having = Some(body),
            Clause::Order => self.order = Some(body),
            Clause::Other | Clause::Rest => {}
        }
    }
}

/// The clause that a word opens. `IS DISTINCT FROM` opens none.
fn opens(word: &str, before: &str) -> Option<Clause> {
    if word.eq_ignore_ascii_case("FROM") && before.eq_ignore_ascii_case("DISTINCT") {
        return None;
    }
    CLAUSES
        .iter()
        .find(|(opener, _)| word.eq_ignore_ascii_case(opener))
        .map(|(_, clause)| *clause)
}

fn parts_queries(word: &str) -> bool {
    ["UNION", "INTERSECT", "EXCEPT", "INTO"]
        .iter()
        .any(|it| word.eq_ignore_ascii_case(it))
}

/// The query within `SELECT EXISTS (…)`, or `SELECT 1 FROM (…) AS x WHERE EXISTS (…)`.
pub(super) fn within_exists(text: &str) -> Option<&str> {
    let alone = after_word(text, "SELECT").and_then(|rest| after_word(rest, "EXISTS"));
    let asked = || {
        let condition = Select::read(text)?.condition?;
        after_word(condition, "EXISTS")
    };
    let rest = alone.or_else(asked)?.trim_start().strip_prefix('(')?;
    let end = closing(rest)?;
    rest.get(..end).map(str::trim)
}

/// The query within `SELECT count(*) FROM (…) AS x`.
pub(super) fn within_count(text: &str) -> Option<&str> {
    let select = Select::read(text)?;
    let counts = select.list.get(..8)?.eq_ignore_ascii_case("count(*)");
    let rest = select.from.strip_prefix('(')?;
    let end = closing(rest)?;
    let alias = rest.get(end + 1..)?.trim();
    let alone = !alias.contains([',', '(', '.']) && alias.split_whitespace().count() <= 2;
    let bare = select.condition.is_none() && select.group.is_none();
    (counts && alone && bare)
        .then(|| rest.get(..end).map(str::trim))
        .flatten()
}

/// What follows a word that a text begins with.
pub(super) fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// Where the bracket closes that was opened before the text.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_u32;
    for (_, range) in sql::tokens(text) {
        match text.get(range.clone())? {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(range.start);
        }
    }
    None
}

/// The items of a list, parted at the commas outside of brackets.
pub(super) fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut start = 0;
    let mut depth = 0_u32;
    for (_, range) in sql::tokens(text) {
        match text.get(range.clone()) {
            Some("(" | "[") => depth += 1,
            Some(")" | "]") => depth = depth.saturating_sub(1),
            Some(",") if depth == 0 => {
                items.push(text.get(start..range.start).unwrap_or_default().trim());
                start = range.end;
            }
            _ => {}
        }
    }
    items.push(text.get(start..).unwrap_or_default().trim());
    items
}

/// Where a keyword stands outside of brackets, as the bytes of the word.
pub(super) fn keyword(text: &str, word: &str) -> Option<std::ops::Range<usize>> {
    let mut depth = 0_u32;
    for (class, range) in sql::tokens(text) {
        let token = text.get(range.clone())?;
        match token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ if depth == 0 && class == Class::Keyword && token.eq_ignore_ascii_case(word) => {
                return Some(range);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_falls_into_its_clauses() {
        let select = Select::read(
            "SELECT DISTINCT a, (SELECT 1 FROM u WHERE x = y) FROM t LEFT JOIN v ON t.a = v.a WHERE a IS DISTINCT FROM $1 \
             and exists(select from w) GROUP BY a HAVING count(*) > $2 order  by a, b desc LIMIT $3 OFFSET $4 FOR UPDATE;",
        )
        .unwrap();
        assert_eq!(
            select,
            Select {
                list: "DISTINCT a, (SELECT 1 FROM u WHERE x = y)",
                from: "t LEFT JOIN v ON t.a = v.a",
                condition: Some("a IS DISTINCT FROM $1 and exists(select from w)"),
                group: Some("a"),
                having: Some("count(*) > $2"),
                order: Some("a, b desc"),
            }
        );
        assert_eq!(Select::read("SELECT 1 FROM t").unwrap().from, "t");
        for other in [
            "SELECT 1",
            "SELECT a FROM t UNION SELECT b FROM u",
            "WITH x AS (SELECT 1) SELECT * FROM x",
            "(SELECT a FROM t)",
            "UPDATE t SET a = 1",
            "",
        ] {
            assert_eq!(Select::read(other), None, "{other}");
        }
    }

    #[test]
    fn lists_and_brackets() {
        assert_eq!(items("a, f(b, c) , 'x,y'"), ["a", "f(b, c)", "'x,y'"]);
        assert_eq!(closing("a, (b), ')') x"), Some(11));
        assert_eq!(closing("a"), None);
        assert_eq!(
            within_exists("SELECT EXISTS(SELECT 1 FROM t WHERE a = $1) AS x"),
            Some("SELECT 1 FROM t WHERE a = $1")
        );
        assert_eq!(
            within_exists("SELECT 1 AS x FROM (SELECT 1) d WHERE EXISTS (SELECT 1 FROM t) LIMIT 1"),
            Some("SELECT 1 FROM t")
        );
        assert_eq!(within_exists("SELECT a FROM t"), None);
        assert_eq!(
            within_count("SELECT count(*) AS n FROM (SELECT a FROM t WHERE b = $1) AS x"),
            Some("SELECT a FROM t WHERE b = $1")
        );
        assert_eq!(
            within_count("SELECT count(*) FROM (SELECT 1 FROM t) AS x WHERE a"),
            None
        );
        assert_eq!(keyword("a (VALUES) VALUES (1)", "VALUES"), Some(11..17));
    }
}
