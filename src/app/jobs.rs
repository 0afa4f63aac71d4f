//! Work beside the window: named threads, one bounded channel back, stale answers dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui;

use super::apply::Renewal;
use super::details::Key;
use super::live::News;
use super::order::Ordered;
use super::pictures::{Overview, Picture};
use super::terms::Terms;
use crate::advice::indexes::IndexAdvice;
use crate::analysis::Analysis;
use crate::capture::Progress;
use crate::live::Secret;

/// How many answers may wait to be fetched; a worker that is faster waits.
const WAITING: usize = 64;

/// What workers are asked for; one question of a kind is open at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Load,
    Narrow,
    Rules,
    Order,
    Finding,
    Query,
    Endpoint,
    Request,
    Event,
    Plan,
    Compare,
    Indexes,
    Live,
    Keyring,
    Renew,
    Dialog,
}

const KINDS: usize = 16;

impl Kind {
    /// The name of its thread.
    fn thread(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Narrow => "narrow",
            Self::Rules => "rules",
            Self::Order => "order",
            Self::Finding => "finding",
            Self::Query => "query",
            Self::Endpoint => "endpoint",
            Self::Request => "request",
            Self::Event => "event",
            Self::Plan => "plan",
            Self::Compare => "compare",
            Self::Indexes => "indexes",
            Self::Live => "live",
            Self::Keyring => "keyring",
            Self::Renew => "renew",
            Self::Dialog => "dialog",
        }
    }

    /// What it was about, for people.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Load => "Reading the capture",
            Self::Narrow => "Narrowing the range",
            Self::Rules => "Looking for findings",
            Self::Order => "Sorting the rows",
            Self::Finding => "Showing the finding",
            Self::Query => "Showing the query",
            Self::Endpoint => "Showing the endpoint",
            Self::Request => "Showing the request",
            Self::Event => "Showing the event",
            Self::Plan => "Reading the plan",
            Self::Compare => "Comparing plans",
            Self::Indexes => "Looking for indexes",
            Self::Live => "Talking to the server",
            Self::Keyring => "Asking the keyring",
            Self::Renew => "Showing what is new",
            Self::Dialog => "Choosing files",
        }
    }
}

/// What a worker has to say.
#[derive(Debug)]
pub(crate) enum Answer {
    Progress(Progress),
    Preview(Arc<Analysis>, Arc<Overview>, Arc<Terms>),
    Loaded(Arc<Analysis>, Arc<Overview>, Arc<Terms>),
    /// Plans that were pasted.
    Pasted(Arc<Analysis>, Arc<Overview>, Arc<Terms>),
    Cancelled,
    Failed(String),
    Narrowed(Arc<Analysis>, (i64, i64)),
    /// The whole capture under other thresholds, and the range of it that is looked at.
    Ruled(Arc<Analysis>, Option<Arc<Analysis>>, Arc<Terms>),
    /// Which indexes are needed, or why nobody can say; with the whole capture and what is looked at of it, in which
    /// findings tell of it.
    Advised(
        Result<Arc<IndexAdvice>, String>,
        Option<Arc<Analysis>>,
        Option<Arc<Analysis>>,
    ),
    Ordered(Ordered),
    Looked(Key, Picture),
    Renewed(Box<Renewal>),
    Live(Box<News>),
    /// What the keyring has for a target, or why it can't say.
    Keyring(Result<Option<Secret>, String>),
    Picked(Vec<PathBuf>),
    Panicked(String),
}

impl Answer {
    /// Whether more answers to the same question follow.
    fn more_follow(&self) -> bool {
        match self {
            Self::Progress(_) | Self::Preview(..) => true,
            Self::Live(news) => !matches!(**news, News::Ended(_)),
            _ => false,
        }
    }
}

#[derive(Debug)]
struct Event {
    kind: Kind,
    generation: u64,
    answer: Answer,
}

/// Where a worker puts its answers.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    ctx: egui::Context,
    sender: SyncSender<Event>,
    kind: Kind,
    generation: u64,
}

impl Outbox {
    /// Sends an answer and wakes the window. Once the window is gone nobody minds.
    pub(crate) fn send(&self, answer: Answer) {
        let event = Event {
            kind: self.kind,
            generation: self.generation,
            answer,
        };
        if self.sender.send(event).is_ok() {
            self.ctx.request_repaint();
        }
    }
}

/// All workers of a window.
#[derive(Debug)]
pub(crate) struct Jobs {
    ctx: egui::Context,
    sender: SyncSender<Event>,
    events: Receiver<Event>,
    generations: [u64; KINDS],
    running: [bool; KINDS],
}

impl Jobs {
    pub(crate) fn new(ctx: egui::Context) -> Self {
        let (sender, events) = sync_channel(WAITING);
        Self {
            ctx,
            sender,
            events,
            generations: [0; KINDS],
            running: [false; KINDS],
        }
    }

    /// Whether a question of this kind is open.
    pub(crate) fn running(&self, kind: Kind) -> bool {
        self.running.get(kind as usize).copied().unwrap_or(false)
    }

    /// From now on, answers to open questions of this kind are stale.
    pub(crate) fn forget(&mut self, kind: Kind) {
        if let Some(generation) = self.generations.get_mut(kind as usize) {
            *generation += 1;
        }
        self.set_running(kind, false);
    }

    /// Asks a question; the one of the same kind that may be open is forgotten.
    pub(crate) fn start(
        &mut self,
        kind: Kind,
        work: impl FnOnce(&Outbox) -> Option<Answer> + Send + 'static,
    ) {
        self.forget(kind);
        let generation = self
            .generations
            .get(kind as usize)
            .copied()
            .unwrap_or_default();
        let outbox = Outbox {
            ctx: self.ctx.clone(),
            sender: self.sender.clone(),
            kind,
            generation,
        };
        let thread = outbox.clone();
        let body = move || match catch_unwind(AssertUnwindSafe(|| work(&thread))) {
            Ok(Some(answer)) => thread.send(answer),
            Ok(None) => {}
            Err(panic) => thread.send(Answer::Panicked(panic_text(panic.as_ref()))),
        };
        self.set_running(kind, true);
        if let Err(error) = std::thread::Builder::new()
            .name(kind.thread().to_owned())
            .spawn(body)
        {
            // The channel has room: the window empties it before it asks anything.
            outbox.send(Answer::Panicked(error.to_string()));
        }
    }

    /// The next answer that is not stale.
    pub(crate) fn next(&mut self) -> Option<(Kind, Answer)> {
        loop {
            let event = self.events.try_recv().ok()?;
            if self.generations.get(event.kind as usize) == Some(&event.generation) {
                if !event.answer.more_follow() {
                    self.set_running(event.kind, false);
                }
                return Some((event.kind, event.answer));
            }
        }
    }

    fn set_running(&mut self, kind: Kind, running: bool) {
        if let Some(slot) = self.running.get_mut(kind as usize) {
            *slot = running;
        }
    }
}

/// Frees what may be large beside the window: to give back a gigabyte takes longer than a frame.
pub(crate) fn discard(old: impl Send + 'static) {
    let free = std::thread::Builder::new().name("discard".to_owned());
    // Without another thread it is freed right here.
    drop(free.spawn(move || drop(old)));
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it stopped without saying why").to_owned()
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    fn wait(jobs: &mut Jobs) -> (Kind, Answer) {
        for _ in 0..2_000 {
            if let Some(answer) = jobs.next() {
                return answer;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("no answer");
    }

    #[test]
    fn a_worker_that_panics_becomes_a_message() {
        let mut jobs = Jobs::new(egui::Context::default());
        jobs.start(Kind::Order, |_| panic!("no such row"));
        let (kind, answer) = wait(&mut jobs);
        assert_eq!(kind, Kind::Order);
        assert!(matches!(answer, Answer::Panicked(text) if text == "no such row"));
        assert!(!jobs.running(Kind::Order));
    }

    #[test]
    fn an_answer_to_an_old_question_is_dropped() {
        let mut jobs = Jobs::new(egui::Context::default());
        jobs.start(Kind::Dialog, |_| {
            Some(Answer::Picked(vec![PathBuf::from("old")]))
        });
        std::thread::sleep(std::time::Duration::from_millis(20));
        jobs.start(Kind::Dialog, |_| {
            Some(Answer::Picked(vec![PathBuf::from("new")]))
        });
        let (_, answer) = wait(&mut jobs);
        assert!(matches!(answer, Answer::Picked(paths) if paths == [PathBuf::from("new")]));
        assert!(jobs.next().is_none());
    }
}
