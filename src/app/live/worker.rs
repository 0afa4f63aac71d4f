//! The thread that holds the session.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::look::{Look, sides};
use super::sample::Sample;
use super::{Ask, News, Since};
use crate::analysis::{Analysis, Patient, analyse};
use crate::app::jobs::{Answer, Outbox};
use crate::app::pictures::Overview;
use crate::app::terms::Terms;
use crate::capture;
use crate::catalog::Catalog;
use crate::live::activity::ActivityReader;
use crate::live::catalog::{Options, read_catalog};
use crate::live::explain::{self, Request, analyze, plain};
use crate::live::history::History;
use crate::live::statements::{
    Confidence, Difference, Names, Snapshot, Statements, Texts, difference,
};
use crate::live::workload::{Content, spool};
use crate::live::{Canceller, LiveError, Secret, Session, Target};
use crate::plan;
use crate::rules::live::{LiveInput, Statements as Rows};
use crate::rules::{self, Settings};

/// How long connecting may take.
const TO_CONNECT: Duration = Duration::from_secs(10);
/// How often activity is sampled while somebody looks.
const SAMPLE: Duration = Duration::from_secs(2);
/// The longest time that a statement may run for its plan.
const TO_ANALYZE: Duration = Duration::from_secs(30);

/// What the thread begins with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) target: Target,
    pub(crate) secret: Secret,
    pub(crate) canceller: Canceller,
    pub(crate) settings: Settings,
    /// The file of earlier snapshots, where they are kept.
    pub(crate) history: Option<PathBuf>,
    /// How long they are kept.
    pub(crate) retention: Duration,
}

/// Connects, looks at everything once, and then does what it is asked for until nobody can ask any more.
pub(crate) fn run(start: Start, asks: &Receiver<Ask>, outbox: &Outbox) -> Answer {
    let Start {
        target,
        secret,
        canceller,
        settings,
        history,
        retention,
    } = start;
    let session = match Session::open(&target, &secret, &canceller, TO_CONNECT) {
        Ok(session) => session,
        Err(error) => return news(News::Ended(Some(error.to_string()))),
    };
    drop(secret);
    outbox.send(news(News::Open(Box::new(session.facts().clone()))));
    let (history, trouble) = match history.map(|path| History::open(&path)) {
        Some(Ok(history)) => (Some(history), None),
        Some(Err(error)) => (None, Some(error.to_string())),
        None => (None, None),
    };
    if let Some(trouble) = trouble {
        outbox.send(news(News::Trouble(trouble)));
    }
    let mut worker = Worker {
        name: target.id(),
        session,
        outbox,
        settings,
        history,
        statements: None,
        texts: Texts::default(),
        names: Names::default(),
        last: None,
        since: Since::Reset,
        until: None,
        catalog: None,
        activity: None,
        sampled: None,
        watching: false,
    };
    worker.first(retention);
    worker.serve(asks)
}

fn news(news: News) -> Answer {
    Answer::Live(Box::new(news))
}

struct Worker<'a> {
    name: String,
    session: Session,
    outbox: &'a Outbox,
    settings: Settings,
    history: Option<History>,
    statements: Option<Statements>,
    texts: Texts,
    names: Names,
    last: Option<Snapshot>,
    since: Since,
    /// The snapshot until which statements count, with its number; the last one without.
    until: Option<(i64, Snapshot)>,
    catalog: Option<Arc<Catalog>>,
    activity: Option<ActivityReader>,
    /// The last sample.
    sampled: Option<Arc<Sample>>,
    watching: bool,
}

impl Worker<'_> {
    fn tell(&self, what: News) {
        self.outbox.send(news(what));
    }

    /// Does something of which the window says that it goes on.
    fn doing<T>(
        &mut self,
        what: &'static str,
        work: impl FnOnce(&mut Self) -> Result<T, LiveError>,
    ) -> Option<T> {
        self.tell(News::Working(self.session.load(), Some(what)));
        let result = work(self);
        self.tell(News::Working(self.session.load(), None));
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.tell(News::Trouble(error.to_string()));
                None
            }
        }
    }

    /// What is worth knowing at once: statements first, then the catalog.
    fn first(&mut self, retention: Duration) {
        let opened = self.doing("Looking at pg_stat_statements", |w| {
            Statements::open(&mut w.session)
        });
        if let Some(opened) = opened {
            self.tell(News::Obstacles(opened.obstacles));
            self.statements = opened.statements;
        }
        self.sample();
        self.look();
        if let Some(history) = &mut self.history
            && let Err(error) = history.prune(retention)
        {
            let text = error.to_string();
            self.tell(News::Trouble(text));
        }
        self.read_catalog();
    }

    fn serve(&mut self, asks: &Receiver<Ask>) -> Answer {
        loop {
            let ask = if self.watching {
                match asks.recv_timeout(SAMPLE) {
                    Ok(ask) => Some(ask),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return news(News::Ended(None)),
                }
            } else {
                match asks.recv() {
                    Ok(ask) => Some(ask),
                    Err(_) => return news(News::Ended(None)),
                }
            };
            match ask {
                None => self.sample(),
                Some(Ask::Watch(on)) => {
                    self.watching = on;
                    if on {
                        self.sample();
                    }
                }
                Some(Ask::Look) => self.look(),
                Some(Ask::Since(since)) => {
                    self.since = since;
                    self.show();
                }
                Some(Ask::Until(until)) => {
                    self.until = until.and_then(|id| Some((id, self.kept(id)?)));
                    self.show();
                }
                Some(Ask::Settings(settings)) => {
                    self.settings = *settings;
                    self.show();
                }
                Some(Ask::Catalog) => self.read_catalog(),
                Some(Ask::Indexes(analysis)) => self.advise(&analysis),
                Some(Ask::Explain { text, known }) => self.explain(&text, known),
                Some(Ask::Propose(text)) => self.propose(&text),
                Some(Ask::Analyze(request, confirmed)) => self.analyze(*request, confirmed),
            }
        }
    }

    /// Takes a snapshot, keeps it, and shows what it says.
    fn look(&mut self) {
        let Some(statements) = self.statements.clone() else {
            self.show();
            return;
        };
        let taken = self.doing("Reading statements", |w| {
            let snapshot = statements.snapshot(&mut w.session)?;
            statements.fetch_texts(&mut w.session, &snapshot, &mut w.texts)?;
            Statements::fetch_names(&mut w.session, &snapshot, &mut w.names)?;
            Ok(snapshot)
        });
        let Some(snapshot) = taken else { return };
        if let Some(history) = &mut self.history {
            let kept = history
                .record(&self.name, &snapshot, &self.texts, &self.names)
                .and_then(|_| history.list(&self.name));
            match kept {
                Ok(mut entries) => {
                    entries.sort_by_key(|e| std::cmp::Reverse(e.header.taken_at));
                    self.tell(News::Kept(entries));
                }
                Err(error) => {
                    let text = error.to_string();
                    self.tell(News::Trouble(text));
                }
            }
        }
        self.last = Some(snapshot);
        self.show();
    }

    /// A snapshot that is kept.
    fn kept(&mut self, id: i64) -> Option<Snapshot> {
        match self.history.as_mut()?.load(id) {
            Ok(loaded) => {
                // Texts of then may be gone from the server by now.
                self.texts.merge(loaded.texts);
                self.names.merge(loaded.names);
                Some(loaded.snapshot)
            }
            Err(error) => {
                let text = error.to_string();
                self.tell(News::Trouble(text));
                None
            }
        }
    }

    /// The snapshot that is shown: the last one, unless another was chosen.
    fn shown(&self) -> Option<&Snapshot> {
        self.until
            .as_ref()
            .map(|(_, snapshot)| snapshot)
            .or(self.last.as_ref())
    }

    /// What ran since what was chosen, if that is a snapshot that can be compared.
    fn difference(&mut self) -> Option<Difference> {
        let Since::Kept(id) = self.since else {
            return None;
        };
        let earlier = self.kept(id)?;
        match difference(&earlier, self.shown()?) {
            Ok(difference) => Some(difference),
            Err(why) => {
                let text = format!("These snapshots can't be compared: {why}.");
                self.tell(News::Trouble(text));
                None
            }
        }
    }

    /// Shows the last snapshot, or what ran since an earlier one, with the findings.
    fn show(&mut self) {
        let difference = self.difference();
        // A server has no folder of its own: what a team shares lies where the program was started.
        let here = [PathBuf::from(".")];
        let terms = Arc::new(Terms::of(&here, &self.settings));
        let analysis = match self.analysis(difference.as_ref(), &terms.used) {
            Ok(analysis) => Arc::new(analysis),
            Err(what) => {
                self.tell(News::Trouble(what));
                return;
            }
        };
        let overview = Arc::new(Overview::new(&analysis.workload));
        let snapshot = self.shown();
        let confidence = difference.as_ref().map(|d| &d.confidence);
        let look = Look {
            doubt: confidence.and_then(Confidence::line).or_else(|| {
                let hidden = snapshot.map_or(0, |s| s.hidden.rows);
                (hidden > 0)
                    .then(|| format!("{hidden} statements of other roles are hidden from this one"))
            }),
            notes: confidence.map(Confidence::notes).unwrap_or_default(),
            sides: snapshot.map_or_else(Default::default, |s| {
                sides(s, difference.as_ref(), &self.texts, &self.names)
            }),
            analysis,
            overview,
            terms,
        };
        self.tell(News::Looked(Box::new(look)));
    }

    /// Statements as those of a capture, with what the rules about a server say.
    fn analysis(
        &self,
        difference: Option<&Difference>,
        settings: &Settings,
    ) -> Result<Analysis, String> {
        let content = match (difference, self.shown()) {
            (Some(difference), _) => Some(Content::Between(difference)),
            (None, Some(snapshot)) if !snapshot.rows.is_empty() => Some(Content::Since(snapshot)),
            _ => None,
        };
        let analysis = match content {
            Some(content) => {
                let spooled = spool(&self.name, content, &self.texts, &self.names)
                    .map_err(|e| format!("The temporary folder can't be written to: {e}."))?;
                let paths = [spooled.path().to_owned()];
                let read = analyse(&paths, &capture::Options::default(), settings, &Patient);
                Analysis::clone(&*read.map_err(|e| e.to_string())?)
            }
            None => Analysis::empty(settings.clone()),
        };
        let mut statements = match (difference, self.shown()) {
            (Some(difference), _) => Some(Rows::between(difference, &self.texts)),
            (None, Some(snapshot)) => Some(Rows::since_reset(snapshot, &self.texts)),
            (None, None) => None,
        };
        if let Some(statements) = &mut statements {
            let own = &self.session.facts().database;
            let mut known = self.names.databases.iter();
            statements.database = known.find(|(_, n)| ***n == **own).map(|(id, _)| *id);
        }
        let findings = rules::live::check(&LiveInput {
            catalog: self.catalog.as_deref(),
            statements: statements.as_ref(),
            activity: self.sampled.as_deref().map(|s| &s.activity),
            settings: &settings.live,
        });
        Ok(analysis.with_server(self.catalog.clone(), findings))
    }

    fn read_catalog(&mut self) {
        let catalog = self.doing("Reading the catalog", |w| {
            read_catalog(&mut w.session, &Options::default())
        });
        if let Some(catalog) = catalog {
            let catalog = Arc::new(catalog);
            self.catalog = Some(Arc::clone(&catalog));
            self.tell(News::Catalog(catalog));
            self.show();
        }
    }

    fn sample(&mut self) {
        if self.activity.is_none() {
            match ActivityReader::open(&mut self.session) {
                Ok(reader) => self.activity = Some(reader),
                Err(error) => {
                    self.watching = false;
                    self.tell(News::Trouble(error.to_string()));
                    return;
                }
            }
        }
        let Some(reader) = &self.activity else { return };
        match reader.read(&mut self.session) {
            Ok(activity) => {
                let sample = Arc::new(Sample::new(activity));
                self.sampled = Some(Arc::clone(&sample));
                self.tell(News::Activity(sample));
            }
            Err(error) => {
                // A server that is gone is not asked again and again.
                self.watching = false;
                self.tell(News::Trouble(error.to_string()));
            }
        }
        self.tell(News::Working(self.session.load(), None));
    }

    fn explain(&mut self, text: &str, known: Vec<String>) {
        let ask = explain::Ask {
            text: text.to_owned(),
            known,
            ..explain::Ask::default()
        };
        self.tell(News::Working(
            self.session.load(),
            Some("Asking for the plan"),
        ));
        let result = plain(&mut self.session, &ask);
        self.planned(result, text);
    }

    fn advise(&mut self, analysis: &Analysis) {
        self.tell(News::Working(self.session.load(), Some("Trying indexes")));
        let catalog = self.catalog.clone();
        let outbox = self.outbox;
        let result = analysis.advise_on_indexes(
            catalog.as_deref(),
            Some(&mut self.session),
            &mut |progress| {
                outbox.send(news(News::Tried(progress)));
                true
            },
        );
        self.tell(News::Working(self.session.load(), None));
        match result {
            Ok(advice) => self.tell(News::Advised(Box::new(advice))),
            Err(what) => self.tell(News::Unadvised(what)),
        }
    }

    fn propose(&mut self, text: &str) {
        let ask = explain::Ask {
            text: text.to_owned(),
            ..explain::Ask::default()
        };
        match Request::new(&self.session, ask, TO_ANALYZE) {
            Ok(request) => self.tell(News::Proposed(Box::new(request))),
            Err(error) => self.refused(&error, text),
        }
    }

    fn analyze(&mut self, request: Request, confirmed: bool) {
        let text = request.text().to_owned();
        let consent = if confirmed {
            Ok(request.agree_as_superuser())
        } else {
            request.agree()
        };
        self.tell(News::Working(
            self.session.load(),
            Some("Running the statement"),
        ));
        let result = consent.and_then(|consent| analyze(&mut self.session, consent));
        self.planned(result, &text);
    }

    fn planned(&mut self, result: Result<explain::Explained, LiveError>, text: &str) {
        self.tell(News::Working(self.session.load(), None));
        match result {
            Ok(explained) => {
                let mut plans = plan::read(&explained.json).plans;
                if let Some(mut plan) = plans.pop() {
                    plan.query = Some(text.to_owned());
                    self.tell(News::Planned(Box::new(plan), explained.json));
                } else {
                    let what = "The server's answer holds no plan that can be read.".to_owned();
                    self.tell(News::Trouble(what));
                }
            }
            Err(error) => self.refused(&error, text),
        }
    }

    fn refused(&self, error: &LiveError, text: &str) {
        let functions = error
            .refusal
            .as_ref()
            .map(|r| r.functions.clone())
            .unwrap_or_default();
        self.tell(News::Refused(error.to_string(), functions, text.to_owned()));
    }
}
