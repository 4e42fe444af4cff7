//! What is known of the last sync: local state, which no clone brings.

use super::{atomic, files};
use crate::model::time::Instant;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::Path;

const NAME: &str = "synced.json";
/// What kept the last sync that a verb started behind itself.
const TROUBLE: &str = "sync-trouble.json";
/// Says that a verb has written since the sync that is under way began.
const AGAIN: &str = "sync-again";
/// Locked while an editor has a text of the record.
const EDITING: &str = "editing.lock";
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

/// Why a sync that a verb started behind itself could not do all that there was to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncTrouble {
    /// When it was, in seconds since 1970.
    pub epoch: i64,
    /// What kept it.
    pub why: String,
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
    atomic::remove(&state.join(TROUBLE))?;
    // Not synced: after a crash less is known, and nothing is lost.
    atomic::replace_unsynced(
        &state.join(NAME),
        &serde_json::to_vec(sync).map_err(io::Error::other)?,
    )
}

/// Returns what kept the last sync that a verb started behind itself, where something did.
pub fn trouble(state: &Path) -> Option<SyncTrouble> {
    let bytes = files::read(state, &state.join(TROUBLE), MOST_BYTES).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Notes what kept a sync.
///
/// # Errors
/// What the file system says.
pub fn note_trouble(state: &Path, trouble: &SyncTrouble) -> io::Result<()> {
    let bytes = serde_json::to_vec(trouble).map_err(io::Error::other)?;
    atomic::replace_unsynced(&state.join(TROUBLE), &bytes)
}

/// Asks for a sync, of whoever is about to begin one or is at it.
///
/// # Errors
/// What the file system says.
pub fn ask_again(state: &Path) -> io::Result<()> {
    atomic::create_shared(state)?;
    atomic::replace_unsynced(&state.join(AGAIN), b"")
}

/// Returns whether a sync was asked for that has not begun.
pub fn is_asked_again(state: &Path) -> bool {
    files::exists(&state.join(AGAIN)).unwrap_or(false)
}

/// Takes up what was asked for.
///
/// # Errors
/// What the file system says.
pub fn take_ask(state: &Path) -> io::Result<()> {
    atomic::remove(&state.join(AGAIN))
}

/// Holds that an editor has a text of the record until the value is dropped; none where that can't be held.
pub fn hold_editing(state: &Path) -> Option<File> {
    atomic::create_shared(state).ok()?;
    let file = File::options().create(true).append(true).open(state.join(EDITING)).ok()?;
    file.try_lock_shared().ok()?;
    Some(file)
}

/// Returns whether an editor has a text of the record.
pub fn is_editing(state: &Path) -> bool {
    let held = || {
        let file = File::options().append(true).open(state.join(EDITING)).ok()?;
        Some(matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)))
    };
    held().unwrap_or(false)
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
