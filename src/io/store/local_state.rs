//! What this user's verbs wrote, so that it can be undone; what still waits for a commit; and copies of what was
//! written and is in no commit, so that it can be brought back.

use super::files::MOST_BYTES;
use super::{atomic, own};
use crate::model::incident::IncidentId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many writes can be undone.
const MOST_UNDONE: usize = 100;
/// How much text of incidents is kept for that, in bytes.
const MOST_TEXT: usize = 4 << 20;

/// What one verb wrote on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoEntry {
    /// The record's folder.
    pub record: PathBuf,
    /// The verb.
    pub verb: String,
    /// The incident that it wrote to.
    pub incident: String,
    /// What it wrote.
    pub wrote: UndoTarget,
    /// The incident's text before, where something that was there was changed.
    pub before: Option<String>,
    /// The incident that an event was moved from; then the text before is that one's.
    pub from: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// A write that was undone, and can be done again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneEntry {
    /// What was written.
    pub entry: UndoEntry,
    /// The text before it was undone: of the incident that it was written to.
    pub after: String,
}

/// What this user wrote on this machine, the latest last; and what of it was undone since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoHistory {
    /// What can be undone.
    pub done: Vec<UndoEntry>,
    /// What can be done again.
    pub undone: Vec<UndoneEntry>,
}

impl UndoHistory {
    /// Notes what a verb wrote; what was undone in that incident before can't be done again over it.
    pub fn push(&mut self, entry: UndoEntry) {
        let same = |it: &UndoneEntry| {
            it.entry.record == entry.record && it.entry.incident == entry.incident
        };
        self.undone.retain(|it| !same(it));
        self.done.push(entry);
        let many = self.done.len().saturating_sub(MOST_UNDONE);
        self.done.drain(..many);
        // A text goes with its entry: without it, the next older one would be undone in its place.
        let text = |entry: &UndoEntry| entry.before.as_ref().map_or(0, String::len);
        let mut kept = 0;
        let fits = self.done.iter().rev().take_while(|entry| {
            kept += text(entry);
            kept <= MOST_TEXT
        });
        let old = self.done.len() - fits.count().max(1);
        self.done.drain(..old);
    }
}

/// What a verb wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UndoTarget {
    /// The event of that id.
    Event(String),
    /// A new incident, with the event of that id alone.
    Declaration(String),
    /// The action of that id.
    Action(String),
    /// The incident's own keys.
    Incident,
    /// Several files, such as documents or templates, which git takes back.
    Documents,
    /// Words taken out, which nothing brings back: of the event of that id, where it is about one.
    Redaction(Option<String>),
}

/// Returns the file of what this user wrote: others who share the repository undo their own.
fn history_path(state: &Path) -> PathBuf {
    state.join(format!("undo-{}.json", own::user()))
}

/// Replaces what can be undone, and done again.
///
/// # Errors
/// What the file system says; the write itself is safe by then.
pub fn set_history(state: &Path, history: &UndoHistory) -> io::Result<()> {
    let json = serde_json::to_vec(history).map_err(io::Error::other)?;
    atomic::create_shared(state)?;
    let path = history_path(state);
    // Not synced: after a crash there is less to undo, and nothing is lost.
    atomic::replace_unsynced(&path, &json).inspect_err(|_| {
        // The verb before is not to be undone in the place of this one.
        let _ = fs::remove_file(&path);
    })
}

/// Returns what this user can undo, and do again.
pub fn history(state: &Path) -> UndoHistory {
    let path = history_path(state);
    own::is_mine(&path).then(|| read(&path)).flatten().unwrap_or_default()
}

/// Drops the copies of files, and what editors left, where they hold what `is_bad` tells; returns what belongs to others.
///
/// # Errors
/// What the file system says.
pub fn forget_texts(state: &Path, is_bad: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut kept = own::list(state)?;
    let is_left = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"edit-"))
    };
    kept.retain(is_left);
    kept.extend(own::list(&state.join("written"))?);
    let mut others = vec![];
    for path in kept {
        let Some(found) = own::read(&path, MOST_BYTES).ok().flatten() else { continue };
        if !is_bad(&String::from_utf8_lossy(&found.bytes)) {
            continue;
        }
        match atomic::remove(&path) {
            Ok(()) => {}
            Err(_) if found.owner != own::user() => others.push(path),
            Err(error) => return Err(error),
        }
    }
    Ok(others)
}

/// Reads a file of the journal; what can't be read is as good as absent, for the record itself holds all.
fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let found = own::read(path, MOST_BYTES).ok()??;
    serde_json::from_slice(&found.bytes).ok()
}

/// Returns the files that were written and could not be committed yet.
pub fn waiting(state: &Path) -> BTreeSet<PathBuf> {
    read(&state.join("waiting.json")).unwrap_or_default()
}

/// Replaces the list of files that wait for the next commit.
///
/// # Errors
/// What the file system says.
pub fn set_waiting(state: &Path, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    let path = state.join("waiting.json");
    own::is_there(state)?;
    if files.is_empty() {
        return atomic::remove(&path);
    }
    atomic::replace_itself(&path, &serde_json::to_vec(files).map_err(io::Error::other)?)
}

/// An incident's file as a verb wrote it, while no commit has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UncommittedCopy {
    /// The file.
    pub path: PathBuf,
    /// What the last commit had of it then.
    pub committed: Option<String>,
    /// What was written.
    pub text: String,
    /// Whether git kept a file of that text by then, as it does where a commit failed late.
    pub kept: bool,
}

/// Keeps a copy of an incident's file.
///
/// # Errors
/// What the file system says; the write itself is safe by then.
pub fn set_written(state: &Path, id: &IncidentId, written: &UncommittedCopy) -> io::Result<()> {
    let path = written_path(state, id);
    atomic::create_shared(state)?;
    atomic::create_shared(path.parent().unwrap_or(state))?;
    // Not synced: an editor that saves an old copy does so while the machine runs.
    atomic::replace_unsynced(&path, &serde_json::to_vec(written).map_err(io::Error::other)?)?;
    let folder = path.parent().unwrap_or(state);
    fs::set_permissions(&path, atomic::default_permissions(folder)?)
}

/// Returns the copy of an incident's file, where there is one.
pub fn written(state: &Path, id: &IncidentId) -> Option<UncommittedCopy> {
    own::is_there(state).ok()?.then(|| read(&written_path(state, id)))?
}

/// Drops the copy of an incident's file; one that stays does no harm, for the last commit is another.
pub fn forget_written(state: &Path, id: &IncidentId) {
    let path = written_path(state, id);
    let is_plain =
        [state, path.parent().unwrap_or(state)].iter().all(|it| own::is_there(it).is_ok());
    if is_plain {
        let _ = fs::remove_file(path);
    }
}

fn written_path(state: &Path, id: &IncidentId) -> PathBuf {
    state.join("written").join(format!("{id}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_a_link_leads_to_is_neither_read_nor_written_nor_removed() {
        let home = tempfile::tempdir().unwrap();
        let (state, outside) = (home.path().join("state"), home.path().join("outside"));
        let id: IncidentId = "2019-01-24-x".parse().unwrap();
        let some =
            UncommittedCopy { path: "/r".into(), committed: None, text: "t".into(), kept: false };
        let paths = BTreeSet::from([PathBuf::from("/r")]);
        fs::create_dir_all(outside.join("written")).unwrap();
        set_written(&outside, &id, &some).unwrap();
        set_waiting(&outside, &paths).unwrap();
        assert_eq!(written(&outside, &id), Some(some.clone()));
        assert_eq!(waiting(&outside), paths);

        // The folder itself is a link.
        symlink(&outside, &state).unwrap();
        assert_eq!((written(&state, &id), waiting(&state)), (None, BTreeSet::new()));
        assert!(set_written(&state, &id, &some).is_err());
        assert!(set_waiting(&state, &BTreeSet::new()).is_err());
        forget_written(&state, &id);

        // Its files are.
        fs::remove_file(&state).unwrap();
        fs::create_dir(&state).unwrap();
        symlink(outside.join("written"), state.join("written")).unwrap();
        symlink(outside.join("waiting.json"), state.join("waiting.json")).unwrap();
        assert_eq!((written(&state, &id), waiting(&state)), (None, BTreeSet::new()));
        assert!(set_written(&state, &id, &some).is_err());
        set_waiting(&state, &BTreeSet::from([PathBuf::from("/other")])).unwrap();
        forget_written(&state, &id);
        assert_eq!((written(&outside, &id), waiting(&outside)), (Some(some), paths));
    }
}
