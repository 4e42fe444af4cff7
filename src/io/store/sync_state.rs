//! What is known of the last sync: local state, which no clone brings.

use super::{atomic, files};
use crate::model::time::Instant;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::Path;

const NAME: &str = "synced.json";
const MOST_BYTES: u64 = 1 << 16;

/// The last sync that reached the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSync {
    /// When it was, in seconds since 1970.
    pub epoch: i64,
    /// The remote.
    pub remote: String,
    /// The branch there.
    pub branch: String,
    /// The last commit of that branch then.
    pub tip: String,
}

impl LastSync {
    /// Returns when it was.
    pub fn at(&self) -> Instant {
        Instant::saturating(self.epoch)
    }
}

/// Returns the last sync, where there was one.
pub fn last_sync(state: &Path) -> Option<LastSync> {
    let bytes = files::read(state, &state.join(NAME), MOST_BYTES).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Notes a sync.
///
/// # Errors
/// What the file system says.
pub fn note_sync(state: &Path, sync: &LastSync) -> io::Result<()> {
    atomic::create_shared(state)?;
    // Not synced: after a crash less is known, and nothing is lost.
    atomic::replace_unsynced(
        &state.join(NAME),
        &serde_json::to_vec(sync).map_err(io::Error::other)?,
    )
}

/// Takes the lock that a sync in the background holds; none where another holds it.
///
/// # Errors
/// What the file system says.
pub fn lock_for_sync(state: &Path) -> io::Result<Option<File>> {
    atomic::create_shared(state)?;
    let file = File::options().create(true).append(true).open(state.join("sync.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}
