//! Texts that were looked at once, and can be planned again and again.

use super::support::{Support, support};
use super::unit;
use crate::catalog::Index;
use crate::live::error::{LiveError, Trouble};
use crate::live::explain::{Ask, guard, judge, mend};
use crate::live::reader::{Limits, Reader};
use crate::live::session::Session;
use crate::plan::Plan;
use crate::sql::Calls;
use std::collections::BTreeSet;

/// Statements of one transaction: it is over within a second, and locks on their tables with it.
const AT_ONCE: usize = 100;

/// A text that is to be planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The statement; constants may be parameters `$n`.
    pub text: String,
    /// Where to look for names without a schema, when that differs from our own `search_path`.
    pub search_path: Option<String>,
    /// Sets of values for its parameters. The generic plan is asked for as well.
    pub sets: Vec<Vec<Option<String>>>,
}

/// The plans of one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// That for any values first, where the text has parameters; then one for each set of values.
    pub plans: Vec<Planned>,
}

/// A plan, and what it would cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The cost of the whole, in units of the planner, with what HypoPG leaves out put right.
    pub total: f64,
    /// The hypothetical indexes that it uses, by their position in what was asked, sorted.
    pub uses: Vec<usize>,
    /// The existing indexes that it uses, by their names.
    pub existing: Vec<String>,
    /// The plan.
    pub plan: Plan,
}

/// Texts that the server takes, with the arguments to plan them with.
#[derive(Debug)]
pub struct Laboratory {
    /// The schema of HypoPG's functions, quoted.
    pub(super) schema: String,
    texts: Vec<Result<Checked, String>>,
}

/// A text that the server has planned once.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) text: String,
    pub(super) path: Option<String>,
    pub(super) sets: Vec<Vec<Option<String>>>,
    pub(super) calls: Calls,
}

impl Laboratory {
    /// Looks at all texts as [`super::super::explain::plain`] does, and has each planned once. `known` are functions
    /// that a person vouches for.
    ///
    /// # Errors
    ///
    /// When HypoPG is missing, the server does not answer, or somebody cancels. A text that is refused or not
    /// understood is none of these: [`Self::refused`] tells.
    pub fn new(
        session: &mut Session,
        questions: &[Question],
        known: &[String],
    ) -> Result<Self, LiveError> {
        let schema = match support(session)? {
            Support::Ready { schema, .. } => schema,
            other => {
                let place = session.target().to_string();
                return Err(LiveError::new(Trouble::Other, place, other.to_string()));
            }
        };
        let mut texts: Vec<Result<Checked, String>> = questions.iter().map(checked).collect();
        reach(session, &mut texts, known)?;
        let mut laboratory = Self { schema, texts };
        for at in 0..laboratory.texts.len() {
            if let Some(Ok(checked)) = laboratory.texts.get(at) {
                let checked = checked.clone();
                if let Err(error) = unit::alone(session, &laboratory.schema, &checked) {
                    if stops(error.trouble) {
                        return Err(error);
                    }
                    if let Some(text) = laboratory.texts.get_mut(at) {
                        *text = Err(error.to_string());
                    }
                }
            }
        }
        Ok(laboratory)
    }

    /// Why a text can't be planned; `None` when it can.
    #[must_use]
    pub fn refused(&self, question: usize) -> Option<&str> {
        self.texts.get(question)?.as_ref().err().map(String::as_str)
    }

    /// Plans the texts of these numbers as if `indexes` existed. `None` for those that can't be planned.
    ///
    /// # Errors
    ///
    /// When the server does not answer, or somebody cancels.
    pub fn plan(
        &self,
        session: &mut Session,
        indexes: &[&Index],
        questions: &[usize],
    ) -> Result<Vec<Option<Answer>>, LiveError> {
        let mut answers = Vec::with_capacity(questions.len());
        for part in questions.chunks(AT_ONCE) {
            let texts: Vec<Option<&Checked>> = part
                .iter()
                .map(|at| self.texts.get(*at).and_then(|text| text.as_ref().ok()))
                .collect();
            answers.extend(unit::plan(session, &self.schema, indexes, &texts)?);
        }
        Ok(answers)
    }
}

/// Troubles after which nothing more can be asked.
pub(super) fn stops(trouble: Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Gone
            | Trouble::Cancelled
            | Trouble::NoAnswer
            | Trouble::NotReady
            | Trouble::Unreachable
            | Trouble::Refused
            | Trouble::TooManyConnections
    )
}

fn checked(question: &Question) -> Result<Checked, String> {
    let mended = mend::mend(&question.text);
    let text = mended
        .as_ref()
        .map_or(question.text.as_str(), |(text, _)| text);
    let checked = guard::plain(text)?;
    Ok(Checked {
        text: checked.text,
        path: question.search_path.clone(),
        sets: question.sets.clone(),
        calls: checked.calls,
    })
}

/// Refuses texts that reach what is not known to be harmless. All are asked about at once; only when something is
/// amiss, each by itself.
fn reach(
    session: &mut Session,
    texts: &mut [Result<Checked, String>],
    known: &[String],
) -> Result<(), LiveError> {
    let paths: BTreeSet<Option<String>> = texts.iter().flatten().map(|c| c.path.clone()).collect();
    for path in paths {
        let mut all = Calls::default();
        for checked in texts.iter().flatten().filter(|c| c.path == path) {
            all.called.extend(checked.calls.called.iter().cloned());
            all.named.extend(checked.calls.named.iter().cloned());
            all.operators
                .extend(checked.calls.operators.iter().cloned());
        }
        let whole = session.read(Limits::default(), |reader| {
            reached(reader, &all, path.as_deref(), known)
        });
        if whole.is_ok() {
            continue;
        }
        for text in texts.iter_mut() {
            let Ok(checked) = text else { continue };
            if checked.path != path {
                continue;
            }
            let result = session.read(Limits::default(), |reader| {
                reached(reader, &checked.calls, path.as_deref(), known)
            });
            match result {
                Ok(()) => {}
                Err(error) if stops(error.trouble) => return Err(error),
                Err(error) => *text = Err(error.to_string()),
            }
        }
    }
    Ok(())
}

fn reached(
    reader: &mut Reader<'_>,
    calls: &Calls,
    path: Option<&str>,
    known: &[String],
) -> Result<(), LiveError> {
    let ask = Ask {
        search_path: path.map(str::to_owned),
        known: known.to_vec(),
        ..Ask::default()
    };
    let checked = guard::Checked {
        text: String::new(),
        calls: calls.clone(),
        functions: BTreeSet::new(),
    };
    let path = crate::live::explain::search_path(reader, &ask);
    crate::live::explain::reach(reader, &checked, &ask, &path, judge::Mode::Plan)
}
