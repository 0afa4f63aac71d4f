//! The end of work that takes too long, from another thread.

use std::sync::Arc;
use tokio::sync::watch;

/// Ends what a session does at the moment: connecting, or a unit of work. Clones end the same.
#[derive(Clone, Debug)]
pub struct Canceller(Arc<watch::Sender<u64>>);

impl Canceller {
    /// One for a session that is still to be opened.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Ends what runs now. A unit of work that begins later is not touched.
    pub fn cancel(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// How often it was pressed up to now.
    pub(super) fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Returns when it was pressed more than `count` times.
    pub(super) async fn pressed_since(&self, count: u64) {
        let mut receiver = self.0.subscribe();
        // The sender lives as long as `self`, so this can't fail.
        drop(receiver.wait_for(|now| *now > count).await);
    }
}

impl Default for Canceller {
    fn default() -> Self {
        Self::new()
    }
}
