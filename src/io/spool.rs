//! The spool: events that could not be put into the record when they were acknowledged.
//!
//! One file an event, beside the git directory, synced before the verb says that it is done. The next
//! writing verb folds it into the record, once: the event's id tells whether it is there already.

use serde::{Deserialize, Serialize};
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// An event that waits outside the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpooledEvent {
    /// The record's folder.
    pub record: PathBuf,
    /// The record's folder in its repository: known still where the whole repository was moved.
    #[serde(default)]
    pub within: PathBuf,
    /// The incident that it belongs to; the inbox's id where that is not known.
    pub incident: String,
    /// The event's final id.
    pub id: String,
    /// The words as they were typed.
    pub typed: String,
    /// The event as the record's YAML, with its resolved time and its id.
    pub event: String,
}

/// Keeps an event; when this returns, it is on the disk, synced.
///
/// # Errors
/// What the file system says; then the event is nowhere.
pub fn keep(state: &Path, waiting: &SpooledEvent) -> io::Result<()> {
    let folder = state.join("spool");
    fs::create_dir_all(state)?;
    let shared = fs::metadata(state)?.permissions();
    match fs::create_dir(&folder) {
        // Whoever shares the git folder sees what waits in it.
        Ok(()) => fs::set_permissions(&folder, shared.clone())?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(&serde_json::to_vec_pretty(waiting).map_err(io::Error::other)?)?;
    file.as_file().set_permissions(Permissions::from_mode(shared.mode() & 0o666 | 0o600))?;
    file.as_file().sync_all()?;
    file.persist(path(state, &waiting.id)).map_err(|e| e.error)?;
    File::open(&folder)?.sync_all()?;
    File::open(state)?.sync_all()
}

/// Returns the events that wait and are `ours`, in the order of their files.
///
/// A file that cannot be read as an event is left where it is: a person may still read it.
pub fn waiting(state: &Path, ours: impl Fn(&SpooledEvent) -> bool) -> Vec<SpooledEvent> {
    let Ok(found) = fs::read_dir(state.join("spool")) else { return vec![] };
    let mut paths: Vec<_> = found.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    let read = |path: PathBuf| serde_json::from_slice::<SpooledEvent>(&fs::read(path).ok()?).ok();
    paths.into_iter().filter_map(read).filter(ours).collect()
}

/// Forgets an event that the record holds by now.
///
/// # Errors
/// What the file system says.
pub fn forget(state: &Path, id: &str) -> io::Result<()> {
    match fs::remove_file(path(state, id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn path(state: &Path, id: &str) -> PathBuf {
    state.join("spool").join(format!("{id}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_waits_until_it_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let event = SpooledEvent {
            record: PathBuf::from("/r"),
            within: PathBuf::new(),
            incident: "2019-01-24-x".into(),
            id: "p7kq2mza".into(),
            typed: "power is back".into(),
            event: "id: p7kq2mza\n".into(),
        };
        keep(home.path(), &event).unwrap();
        assert_eq!(waiting(home.path(), |w| *w == event), std::slice::from_ref(&event));
        assert!(waiting(home.path(), |_| false).is_empty());
        forget(home.path(), &event.id).unwrap();
        forget(home.path(), &event.id).unwrap();
        assert!(waiting(home.path(), |_| true).is_empty());
    }
}
