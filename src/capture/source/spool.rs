//! A stream that can be read once, made readable at any offset while it still comes in.
//!
//! A thread copies the stream into a temporary file that has no name, so nothing is left behind however the program
//! ends. Readers wait for bytes that aren't there yet.
//!
//! A stream may begin with only its head: enough to tell what it holds. The rest follows when somebody reads past it,
//! so that opening a folder of packed logs neither unpacks all of them at once nor starts a thread for each.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::positional;

/// Bytes that are copied at once: small enough to be still in the processor's cache when they are written.
const BUFFER: usize = 256 * 1024;

/// How often one who waits looks whether to stop.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// A stream's bytes.
pub(super) type Bytes = Box<dyn Read + Send>;

/// How a stream ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// With its last byte.
    Whole,
    /// With an error of the stream itself: what came before is as good as ever.
    Damaged(Failure),
    /// The temporary file could not be written.
    NoRoom(Failure),
    /// Somebody asked to stop.
    Stopped,
}

/// An [`io::Error`] that can be told more than once.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    kind: io::ErrorKind,
    text: String,
}

/// A stream in its temporary file. Dropping it ends its thread; one that waits for a pipe ends with the pipe's next
/// bytes.
pub(super) struct Spool {
    shared: Arc<Shared>,
}

struct Shared {
    file: File,
    state: Mutex<State>,
    changed: Condvar,
    stop: Arc<AtomicBool>,
}

struct State {
    len: u64,
    /// The thread rests once so many bytes are there.
    goal: u64,
    /// The stream while its thread rests.
    resting: Option<Bytes>,
    end: Option<End>,
}

impl Spool {
    /// Starts to copy `bytes`, and rests after `head` bytes until more are asked for. `stop` ends the copying; a
    /// stream that waits itself should look at it too.
    ///
    /// # Errors
    /// When the temporary file can't be made.
    pub(super) fn new(bytes: Bytes, head: u64, stop: Arc<AtomicBool>) -> io::Result<Self> {
        let state = State {
            len: 0,
            goal: head,
            resting: None,
            end: None,
        };
        let shared = Arc::new(Shared {
            file: tempfile::tempfile()?,
            state: Mutex::new(state),
            changed: Condvar::new(),
            stop,
        });
        start(&shared, &mut shared.lock(), bytes);
        Ok(Self { shared })
    }

    /// Fills `buffer` from `offset` on, and waits for bytes that aren't there yet; fewer bytes mean that the stream
    /// ended there.
    ///
    /// # Errors
    /// When the temporary file can't be written or read, or when `stop` says to wait no more.
    pub(super) fn read_at(
        &self,
        offset: u64,
        buffer: &mut [u8],
        stop: &AtomicBool,
    ) -> io::Result<usize> {
        let upto = offset.saturating_add(buffer.len() as u64);
        let len = loop {
            let state = self.wait(upto, TICK);
            match &state.end {
                _ if state.len >= upto => break state.len,
                Some(End::Whole | End::Damaged(_)) => break state.len,
                Some(End::NoRoom(failure)) => return Err(failure.error()),
                Some(End::Stopped) => return Err(stopped()),
                None if stop.load(Ordering::Relaxed) || self.stops() => return Err(stopped()),
                None => {}
            }
        };
        let room = usize::try_from(len.saturating_sub(offset))
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        positional::read_at(&self.shared.file, offset, buffer)
    }

    /// Waits until the first `upto` bytes are there or the stream has ended, `most` at most. Returns whether so.
    pub(super) fn wait_for(&self, upto: u64, most: Duration) -> bool {
        let state = self.wait(upto, most);
        state.len >= upto || state.end.is_some()
    }

    /// Lets the thread copy all that comes, without waiting for somebody to read it.
    pub(super) fn hurry(&self) {
        let mut state = self.shared.lock();
        self.wake(&mut state);
    }

    /// Bytes that are there by now.
    pub(super) fn len(&self) -> u64 {
        self.shared.lock().len
    }

    /// How the stream ended, once it has.
    pub(super) fn end(&self) -> Option<End> {
        self.shared.lock().end.clone()
    }

    /// Ends the copying, and wakes all who wait.
    pub(super) fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut state = self.shared.lock();
        // A stream that rests has no thread that could say so.
        if state.resting.take().is_some() {
            state.end = Some(End::Stopped);
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits for a change if need be, `most` at most.
    fn wait(&self, upto: u64, most: Duration) -> MutexGuard<'_, State> {
        let mut state = self.shared.lock();
        if state.len >= upto || state.end.is_some() {
            return state;
        }
        if upto > state.goal {
            self.wake(&mut state);
        }
        let waiting = |state: &mut State| state.len < upto && state.end.is_none() && !self.stops();
        let waited = self.shared.changed.wait_timeout_while(state, most, waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn stops(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    fn wake(&self, state: &mut State) {
        state.goal = u64::MAX;
        if let Some(bytes) = state.resting.take() {
            start(&self.shared, state, bytes);
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("len", &self.len()).finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, end: End) {
        self.lock().end = Some(end);
        self.changed.notify_all();
    }
}

impl Failure {
    fn new(error: &io::Error) -> Self {
        Self {
            kind: error.kind(),
            text: error.to_string(),
        }
    }

    pub(super) fn error(&self) -> io::Error {
        io::Error::new(self.kind, self.text.clone())
    }
}

/// The error of a read that was told to wait no more.
fn stopped() -> io::Error {
    io::Error::other("reading was cancelled")
}

fn start(shared: &Arc<Shared>, state: &mut State, bytes: Bytes) {
    let shared = Arc::clone(shared);
    let run = move || {
        // Readers wait for what this thread tells: a mistake in a decoder must not keep them waiting for ever.
        let copied = catch_unwind(AssertUnwindSafe(|| copy(&shared, bytes)));
        match copied {
            Ok(Some(end)) => shared.finish(end),
            Ok(None) => {}
            Err(_) => shared.finish(End::Damaged(Failure {
                kind: io::ErrorKind::Other,
                text: "its decoder stopped because of a mistake".to_owned(),
            })),
        }
    };
    if let Err(error) = thread::Builder::new().name("unpack".to_owned()).spawn(run) {
        state.end = Some(End::Damaged(Failure::new(&error)));
    }
}

/// Copies until the goal is reached (`None`) or the stream ends.
fn copy(shared: &Shared, mut bytes: Bytes) -> Option<End> {
    let mut buffer = vec![0; BUFFER];
    // Only this thread changes the length.
    let mut len = shared.lock().len;
    loop {
        if shared.stop.load(Ordering::Relaxed) {
            return Some(End::Stopped);
        }
        let got = match bytes.read(&mut buffer) {
            Ok(0) => return Some(End::Whole),
            Ok(got) => got,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            // The stream below was told to stop, and says so with an error.
            Err(_) if shared.stop.load(Ordering::Relaxed) => return Some(End::Stopped),
            Err(e) => return Some(End::Damaged(Failure::new(&e))),
        };
        if let Err(e) =
            positional::write_at(&shared.file, len, buffer.get(..got).unwrap_or_default())
        {
            return Some(End::NoRoom(Failure::new(&e)));
        }
        len += got as u64;
        let mut state = shared.lock();
        state.len = len;
        if len >= state.goal && !shared.stop.load(Ordering::Relaxed) {
            state.resting = Some(bytes);
            shared.changed.notify_all();
            return None;
        }
        drop(state);
        shared.changed.notify_all();
    }
}
