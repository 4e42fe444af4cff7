//! Threads that sync files and folders at the same time, for the file system then does it in one go.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How many threads there may be: a start costs about as much as a sync that others wait for.
const MOST: usize = 4;
/// How many files may be under way one by one.
const MANY: usize = 64;

/// The threads, and what they have been given to sync.
///
/// What is given is begun at once, so that it goes on while the next file is written. Where many are given before one is
/// waited for, the file system is synced as a whole for those: that takes no longer than some of them.
#[derive(Default)]
pub(super) struct SyncPool(RefCell<SyncWorkers>);

#[derive(Default)]
struct SyncWorkers {
    all: Vec<Worker>,
    /// How many files were given.
    given: usize,
    /// Who has those that are not known to be on the disk, the oldest first.
    under_way: VecDeque<SyncedBy>,
    /// Why one of them could not be synced.
    failed: Option<io::Error>,
    /// One of the files that are synced together.
    together: Option<File>,
    /// How many had been given when they were last synced together.
    synced_through: usize,
}

/// Who syncs a file.
enum SyncedBy {
    /// The thread of that number.
    Worker(usize),
    /// Nobody: no thread was to be had, and it was done at once.
    Done(io::Result<()>),
    /// Whoever waits, with all others on the same file system: as what number it was given.
    Together(usize),
}

/// A thread that syncs one file after the other.
struct Worker {
    give: Sender<File>,
    results: Receiver<io::Result<()>>,
}

impl SyncPool {
    /// Begins to sync a file or folder, and closes it then; returns how many were given by now.
    pub(super) fn sync(&self, file: File) -> usize {
        let workers = &mut *self.0.borrow_mut();
        if workers.under_way.len() >= MANY && workers.can_join(&file) {
            workers.given += 1;
            workers.under_way.push_back(SyncedBy::Together(workers.given));
            workers.together.get_or_insert(file);
            return workers.given;
        }
        if workers.under_way.len() >= workers.all.len() && workers.all.len() < MOST {
            workers.all.extend(Worker::start());
        }
        let turn = workers.given.checked_rem(workers.all.len()).unwrap_or_default();
        let left = match workers.all.get(turn) {
            Some(worker) => worker.give.send(file).err().map(|unsent| unsent.0),
            None => Some(file),
        };
        let by = left.map_or(SyncedBy::Worker(turn), |file| SyncedBy::Done(file.sync_all()));
        workers.under_way.push_back(by);
        workers.given += 1;
        workers.given
    }

    /// Waits until as many as were `given` are on the disk.
    ///
    /// # Errors
    /// One of all so far that could not be synced.
    pub(super) fn wait_for(&self, given: usize) -> io::Result<()> {
        let workers = &mut *self.0.borrow_mut();
        while workers.given - workers.under_way.len() < given
            && let Some(by) = workers.under_way.pop_front()
        {
            let result = match by {
                SyncedBy::Done(done) => done,
                SyncedBy::Worker(turn) => workers.result(turn),
                SyncedBy::Together(number) => workers.sync_together(number),
            };
            workers.failed = workers.failed.take().or(result.err());
        }
        workers.failed.take().map_or(Ok(()), Err)
    }

    /// Waits until all that was given is on the disk.
    ///
    /// # Errors
    /// One that could not be synced.
    pub(super) fn wait(&self) -> io::Result<()> {
        self.wait_for(usize::MAX)
    }
}

impl SyncWorkers {
    /// Returns whether a file lies on the file system of those that are synced together.
    fn can_join(&self, file: &File) -> bool {
        let disk = |file: &File| file.metadata().map(|meta| meta.dev()).ok();
        let is_same = |known: &File| disk(known).is_some_and(|known| Some(known) == disk(file));
        cfg!(target_os = "linux") && self.together.as_ref().is_none_or(is_same)
    }

    /// Syncs all that were given so far, unless that was done since the file of that number was.
    fn sync_together(&mut self, number: usize) -> io::Result<()> {
        if number <= self.synced_through {
            return Ok(());
        }
        self.synced_through = self.given;
        self.together.as_ref().map_or(Ok(()), sync_file_system)
    }

    fn result(&self, turn: usize) -> io::Result<()> {
        let result = self.all.get(turn).and_then(|worker| worker.results.recv().ok());
        result.unwrap_or_else(|| Err(io::Error::other("a thread that synced a file ended early")))
    }
}

#[cfg(target_os = "linux")]
fn sync_file_system(file: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(file)?)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(file: &File) -> io::Result<()> {
    file.sync_all()
}

impl Worker {
    /// Starts a thread; none where none can be had.
    fn start() -> Option<Self> {
        let ((give, given), (tell, results)) = (channel::<File>(), channel());
        let work = move || {
            for file in given {
                // Nobody listens any more where the commit was given up.
                let _ = tell.send(file.sync_all());
            }
        };
        thread::Builder::new().spawn(work).ok().map(|_| Self { give, results })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    #[test]
    fn one_that_cannot_be_synced_is_reported_and_the_pool_goes_on() {
        let pool = SyncPool::default();
        assert!(pool.wait().is_ok());
        let (pipe, _writer) = io::pipe().unwrap();
        pool.sync(File::from(OwnedFd::from(pipe)));
        for _ in 0..40 {
            pool.sync(tempfile::tempfile().unwrap());
        }
        assert!(pool.wait().is_err());
        pool.sync(tempfile::tempfile().unwrap());
        assert!(pool.wait().is_ok());
    }

    #[test]
    fn many_are_synced_together_and_counted_each() {
        let pool = SyncPool::default();
        let given: Vec<_> =
            (0..3 * MANY).map(|_| pool.sync(tempfile::tempfile().unwrap())).collect();
        assert_eq!(given, (1..=3 * MANY).collect::<Vec<_>>());
        // The first ones one by one, the others in one go.
        assert_eq!(pool.0.borrow().synced_through, 0);
        pool.wait_for(2 * MANY).unwrap();
        assert_eq!(pool.0.borrow().synced_through, 3 * MANY);
        pool.wait().unwrap();
        assert_eq!(pool.0.borrow().synced_through, 3 * MANY, "they were synced by then");
        assert!(pool.0.borrow().under_way.is_empty());
    }
}
