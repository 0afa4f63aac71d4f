#![doc = include_str!("like_leading.md")]

use super::condition::{Against, Operator, Term, Wrap, terms};
use super::filtered::{Filtered, Threshold, filtered};
use super::suggest::{noted, sql};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};

pub(super) const RULE: PlanRule = PlanRule {
    name: "like-leading",
    title: "Search within texts",
    page: include_str!("like_leading.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    let threshold = Threshold {
        rows: context.settings.like_leading_rows,
        part: context.settings.like_leading_removed,
    };
    filtered(context, threshold)
        .iter()
        .filter_map(|scan| {
            let (term, search) = terms(scan.node.text("Filter")?)
                .into_iter()
                .find_map(|term| search(&term).map(|search| (term, search)))?;
            Some(Advice {
                rule: RULE.name,
                node: Some(scan.id),
                title: format!(
                    "{} of each row of {} is searched {}",
                    term.column.name,
                    scan.name(),
                    match search {
                        Search::Within => "for a text within it",
                        Search::AnyCase | Search::AnyCasePrefix => "whatever its case",
                    }
                ),
                why: scan.why(threshold),
                saving_ms: scan.saving(),
                share: scan.share,
                suggestions: suggestions(scan, &term, search),
            })
        })
        .collect()
}

/// What is searched for, where no B-tree helps and trigrams do.
#[derive(Clone, Copy, PartialEq)]
enum Search {
    /// Text anywhere in the column.
    Within,
    /// Text in any case.
    AnyCase,
    /// Text at the column's beginning in any case.
    AnyCasePrefix,
}

fn search(term: &Term) -> Option<Search> {
    let plain = matches!(&term.wrap, None | Some(Wrap::Cast(_)));
    if !plain {
        return None;
    }
    let ilike = match term.operator {
        Operator::Like => false,
        Operator::ILike => true,
        _ => return None,
    };
    match &term.against {
        Against::Constant(pattern) => {
            let leading = pattern.starts_with(['%', '_']);
            if !has_trigram(pattern) || !(leading || ilike) {
                return None;
            }
            Some(match (leading, ilike) {
                (true, false) => Search::Within,
                (false, true) => Search::AnyCasePrefix,
                _ => Search::AnyCase,
            })
        }
        // What a parameter holds isn't known. ILIKE can't use a plain index whatever it is.
        Against::Parameter(_) => ilike.then_some(Search::AnyCase),
        _ => None,
    }
}

/// Whether a pattern has three letters or digits in a row, or two at its beginning: the index pads words with spaces.
fn has_trigram(pattern: &str) -> bool {
    let mut run = i32::from(!pattern.starts_with(['%', '_']));
    let mut escaped = false;
    for c in pattern.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            _ if c.is_alphanumeric() => run += 1,
            _ => run = 0,
        }
        escaped = false;
        if run >= 3 {
            return true;
        }
    }
    false
}

fn suggestions(scan: &Filtered<'_>, term: &Term, search: Search) -> Vec<Suggestion> {
    let column = &term.column.name;
    let trigrams = noted(
        sql(
            SuggestionKind::Index,
            format!("Index the trigrams of {column}"),
            format!(
                "CREATE EXTENSION IF NOT EXISTS pg_trgm;\n{}",
                scan.create_index(&format!("USING gin ({} gin_trgm_ops)", quoted(column)))
            ),
        ),
        "It finds rows by three letters in a row, so shorter searches still read the whole table.",
    );
    let prefix = (search == Search::AnyCasePrefix).then(|| {
        let name = quoted(column);
        let pattern = match &term.against {
            Against::Constant(pattern) => {
                format!("'{}'", pattern.to_lowercase().replace('\'', "''"))
            }
            _ => "lower($1)".to_owned(),
        };
        noted(
            sql(
                SuggestionKind::Index,
                format!("Or index {column} in lower case, and search for its beginning"),
                format!(
                    "{}\n-- WHERE lower({name}) LIKE {pattern}",
                    scan.create_index(&format!("(lower({name}) text_pattern_ops)"))
                ),
            ),
            "Smaller than trigrams and cheaper to keep.",
        )
    });
    std::iter::once(trigrams).chain(prefix).collect()
}

#[cfg(test)]
mod tests {
    use super::{has_trigram, search};
    use crate::rules::plan::condition::term;

    #[test]
    fn trigrams_need_three_letters() {
        for (pattern, has) in [
            ("%abc%", true),
            ("%ab%", false),
            ("%a_c%", false),
            ("ab%", true),
            ("a%", false),
            (r"%a\%bc%", false),
            (r"%\abc%", true),
            ("%привет%", true),
            ("", false),
        ] {
            assert_eq!(has_trigram(pattern), has, "{pattern}");
        }
    }

    #[test]
    fn only_searches_within_are_told_of() {
        for (condition, told) in [
            ("(note ~~ '%please%'::text)", true),
            ("((note)::text ~~ '%please%'::text)", true),
            ("(note ~~ 'please%'::text)", false),
            ("(note !~~ '%please%'::text)", false),
            ("(note ~~* 'please%'::text)", true),
            ("(note ~~* $1)", true),
            ("(note ~~ $1)", false),
            ("(lower(note) ~~ '%please%'::text)", false),
        ] {
            let found = term(condition).as_ref().and_then(search).is_some();
            assert_eq!(found, told, "{condition}");
        }
    }
}
