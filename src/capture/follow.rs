//! A log that is still written: waits for its next bytes, and notices when another file takes its place.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::read::Cancelled;
use super::source::{Growth, Source};

/// How often the file is looked at.
pub(super) const LOOK: Duration = Duration::from_millis(200);

/// After so long a silence the last record is taken to be whole: its details are written together with it.
const SILENCE: Duration = Duration::from_secs(1);

/// What is known of a log that is followed.
#[derive(Debug, Default)]
pub(super) struct Follow {
    live: AtomicBool,
    replaced: AtomicBool,
}

/// How a log goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There is more of it.
    More,
    /// There is no more for now, and what was read ends with a whole record.
    Whole,
    /// It is over: cancelled, or another file has taken its place.
    Over,
}

impl Follow {
    /// Whether all that stood in the log at first has been read. From then on cancelling ends it in good order.
    pub(super) fn is_live(&self) -> bool {
        self.live.load(Ordering::Relaxed)
    }

    /// Whether another file has taken its place.
    pub(super) fn replaced(&self) -> bool {
        self.replaced.load(Ordering::Relaxed)
    }

    /// Waits until the log goes on. `rest` is what was read and not yet shown.
    pub(super) fn wait(&self, source: &Source, rest: &[u8], cancelled: Cancelled<'_>) -> Next {
        self.live.store(true, Ordering::Relaxed);
        let since = Instant::now();
        loop {
            if cancelled() {
                return Next::Over;
            }
            match source.grown() {
                Ok(Growth::Longer(len)) => {
                    source.extend_to(len);
                    return Next::More;
                }
                Ok(Growth::Same) => {}
                Ok(Growth::Replaced) | Err(_) => {
                    self.replaced.store(true, Ordering::Relaxed);
                    return Next::Over;
                }
            }
            if rest.ends_with(b"\n") && since.elapsed() >= SILENCE {
                return Next::Whole;
            }
            thread::sleep(LOOK);
        }
    }
}
