//! Reading captures beside the window.

use std::fs;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::jobs::{Answer, Outbox};
use super::pictures::Overview;
use super::terms::Terms;
use crate::analysis::{Analysis, PlanSet, Watch, analyse};
use crate::capture::{CaptureError, Options, Progress};
use crate::rules::Settings;

/// The log of a small web shop, to look at before there is a log of one's own.
const SAMPLE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/shop.log"));

/// Passes progress on to the window and its wish to stop back.
struct Teller<'a> {
    outbox: &'a Outbox,
    stop: &'a AtomicBool,
    terms: Arc<Terms>,
}

impl Watch for Teller<'_> {
    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn progress(&self, progress: Progress) {
        self.outbox.send(Answer::Progress(progress));
    }

    fn wants_previews(&self) -> bool {
        true
    }

    fn preview(&self, analysis: Arc<Analysis>) {
        let overview = Arc::new(Overview::new(&analysis.workload));
        let terms = Arc::clone(&self.terms);
        self.outbox.send(Answer::Preview(analysis, overview, terms));
    }
}

/// Reads `paths` to the end and answers with what they hold. A file beside them may have a say on `settings`.
pub(crate) fn load(
    paths: &[PathBuf],
    options: &Options,
    settings: &Settings,
    stop: &AtomicBool,
    outbox: &Outbox,
) -> Answer {
    let terms = Arc::new(Terms::of(paths, settings));
    let teller = Teller {
        outbox,
        stop,
        terms: Arc::clone(&terms),
    };
    match analyse(paths, options, &terms.used, &teller) {
        Ok(analysis) => {
            let overview = Arc::new(Overview::new(&analysis.workload));
            Answer::Loaded(analysis, overview, terms)
        }
        Err(CaptureError::Cancelled) => Answer::Cancelled,
        Err(error) => {
            if let Some(plans) = plans_of(paths) {
                let analysis = Arc::new(Analysis::of_plans(plans, terms.used.clone()));
                let overview = Arc::new(Overview::new(&analysis.workload));
                return Answer::Loaded(analysis, overview, terms);
            }
            // Errors are written to stand inside other sentences too, so they end without a stop.
            let text = error.to_string();
            Answer::Failed(if text.ends_with(['.', '!', '?']) {
                text
            } else {
                format!("{text}.")
            })
        }
    }
}

/// Larger files are no plans that somebody copied.
const LARGEST_PLAN: u64 = 256 << 20;

/// The plans of a single file that is no capture, if it holds any.
fn plans_of(paths: &[PathBuf]) -> Option<PlanSet> {
    let [path] = paths else { return None };
    let length = fs::metadata(path).ok()?.len();
    if length > LARGEST_PLAN {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let set = PlanSet::of_text(String::from_utf8_lossy(&bytes).into_owned());
    (!set.texts.is_empty()).then_some(set)
}

/// Writes the sample where it can be opened like any other log.
pub(crate) fn sample() -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join("pgloupe");
    fs::create_dir_all(&folder)?;
    let path = folder.join("shop.log");
    // Another window may have it open: leave a good copy alone.
    if fs::metadata(&path).is_ok_and(|m| m.len() == SAMPLE.len() as u64) {
        return Ok(path);
    }
    fs::write(&path, SAMPLE)?;
    Ok(path)
}

/// Whether `path` is the sample's.
pub(crate) fn is_sample(path: &Path) -> bool {
    path.starts_with(std::env::temp_dir().join("pgloupe"))
}

/// Waits for a future on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
