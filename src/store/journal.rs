//! What the last verb wrote, so that it can be undone; and what still waits for a commit.

use super::atomic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the last verb wrote on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// The record's folder.
    pub record: PathBuf,
    /// The verb.
    pub verb: String,
    /// The incident that it wrote to.
    pub incident: String,
    /// What it wrote.
    pub wrote: Wrote,
    /// The incident's text before, where something that was there was changed.
    pub before: Option<String>,
}

/// What a verb wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wrote {
    /// The event of that id.
    Event(String),
    /// The action of that id.
    Action(String),
    /// The incident's own keys.
    Incident,
    /// Documents or templates, which git takes back.
    Documents,
}

/// Notes what a verb wrote, for `undo`.
///
/// # Errors
/// What the file system says; the write itself is safe by then.
pub fn note(state: &Path, last: &Last) -> io::Result<()> {
    let json = serde_json::to_vec(last).map_err(io::Error::other)?;
    fs::create_dir_all(state)?;
    // Not synced: after a crash there is less to undo, and nothing is lost.
    atomic::replace_unsynced(&state.join("last.json"), &json)
}

/// Returns what the last verb wrote, where that is known.
pub fn last(state: &Path) -> Option<Last> {
    serde_json::from_slice(&fs::read(state.join("last.json")).ok()?).ok()
}

/// Returns the files that were written and could not be committed yet.
pub fn waiting(state: &Path) -> BTreeSet<PathBuf> {
    let read = fs::read(state.join("waiting.json")).ok();
    read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Replaces the list of files that wait for the next commit.
///
/// # Errors
/// What the file system says.
pub fn set_waiting(state: &Path, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    let path = state.join("waiting.json");
    if files.is_empty() {
        return atomic::remove(&path);
    }
    atomic::replace(&path, &serde_json::to_vec(files).map_err(io::Error::other)?)
}
