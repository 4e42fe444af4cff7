//! Threads that sync files and folders at the same time, for the file system then does it in one go.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// How many threads there may be: a start costs about as much as a sync that others wait for.
const MOST: usize = 4;

/// The threads, and what they have been given to sync.
///
/// What is given is begun at once, so that it goes on while the next file is written.
#[derive(Default)]
pub(super) struct Crew(RefCell<Hands>);

#[derive(Default)]
struct Hands {
    all: Vec<Hand>,
    /// How many files they have been given, in turns.
    busy: usize,
    /// What could not be given to any.
    own: Vec<File>,
}

/// A thread that syncs one file after the other.
struct Hand {
    give: Sender<File>,
    told: Receiver<io::Result<()>>,
}

impl Crew {
    /// Begins to sync a file or folder, and closes it then.
    pub(super) fn sync(&self, file: File) {
        let hands = &mut *self.0.borrow_mut();
        if hands.busy == hands.all.len() && hands.busy < MOST {
            hands.all.extend(Hand::hire());
        }
        let turn = hands.busy.checked_rem(hands.all.len());
        let left = match turn.and_then(|turn| hands.all.get(turn)) {
            Some(hand) => hand.give.send(file).err().map(|unsent| unsent.0),
            None => Some(file),
        };
        match left {
            None => hands.busy += 1,
            some => hands.own.extend(some),
        }
    }

    /// Waits until all that was given is on the disk.
    ///
    /// # Errors
    /// The first that could not be synced.
    pub(super) fn wait(&self) -> io::Result<()> {
        let hands = &mut *self.0.borrow_mut();
        let own = hands.own.drain(..).map(|file| file.sync_all());
        let ended = |_| Err(io::Error::other("a thread that synced a file ended early"));
        let turns = hands.all.iter().cycle().take(std::mem::take(&mut hands.busy));
        let told = turns.map(|hand| hand.told.recv().unwrap_or_else(ended));
        // Each is waited for, whatever became of those before.
        own.chain(told).collect::<Vec<_>>().into_iter().collect()
    }
}

impl Hand {
    /// Starts a thread; none where none can be had.
    fn hire() -> Option<Self> {
        let ((give, given), (tell, told)) = (channel::<File>(), channel());
        let work = move || {
            for file in given {
                // Nobody listens any more where the commit was given up.
                let _ = tell.send(file.sync_all());
            }
        };
        thread::Builder::new().spawn(work).ok().map(|_| Self { give, told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::OwnedFd;

    #[test]
    fn one_that_cannot_be_synced_is_told_of_and_the_crew_goes_on() {
        let crew = Crew::default();
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
