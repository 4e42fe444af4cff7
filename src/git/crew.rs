//! Threads that sync files and folders at the same time, for the file system then does it in one go.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// The threads, and what they have been given to sync.
///
/// What is given is begun at once, so that it goes on while the next file is written.
pub(super) struct Crew {
    jobs: Sender<File>,
    queue: Arc<Mutex<Receiver<File>>>,
    tell: Sender<io::Result<()>>,
    told: Receiver<io::Result<()>>,
    hands: Cell<usize>,
    under_way: Cell<usize>,
}

impl Crew {
    /// Returns a crew without threads; they come with the work.
    pub(super) fn new() -> Self {
        let ((jobs, queue), (tell, told)) = (channel(), channel());
        let queue = Arc::new(Mutex::new(queue));
        Self { jobs, queue, tell, told, hands: Cell::new(0), under_way: Cell::new(0) }
    }

    /// Begins to sync a file or folder, and closes it then.
    pub(super) fn sync(&self, file: File) {
        self.under_way.set(self.under_way.get() + 1);
        if self.under_way.get() > self.hands.get() && self.hire().is_ok() {
            self.hands.set(self.hands.get() + 1);
        }
        // Where no thread can be had, it is done here.
        let left = match self.hands.get() {
            0 => Some(file),
            _ => self.jobs.send(file).err().map(|unsent| unsent.0),
        };
        if let Some(file) = left {
            let _ = self.tell.send(file.sync_all());
        }
    }

    /// Waits until all that was begun is on the disk.
    ///
    /// # Errors
    /// The first that could not be synced.
    pub(super) fn wait(&self) -> io::Result<()> {
        let ended = |_| Err(io::Error::other("a thread that synced a file ended early"));
        let all = (0..self.under_way.take()).map(|_| self.told.recv().unwrap_or_else(ended));
        // Each is waited for, whatever became of those before.
        all.collect::<Vec<_>>().into_iter().collect()
    }

    fn hire(&self) -> io::Result<()> {
        let (queue, tell) = (Arc::clone(&self.queue), self.tell.clone());
        let next = move || queue.lock().ok()?.recv().ok();
        let work = move || {
            while let Some(file) = next() {
                // Nobody listens any more where the commit was given up.
                let _ = tell.send(file.sync_all());
            }
        };
        thread::Builder::new().spawn(work).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    #[test]
    fn one_that_cannot_be_synced_is_told_of_and_the_crew_goes_on() {
        let crew = Crew::new();
        assert!(crew.wait().is_ok());
        let (pipe, _writer) = io::pipe().unwrap();
        crew.sync(File::from(OwnedFd::from(pipe)));
        for _ in 0..40 {
            crew.sync(tempfile::tempfile().unwrap());
        }
        assert!(crew.wait().is_err());
        crew.sync(tempfile::tempfile().unwrap());
        assert!(crew.wait().is_ok());
    }
}
