//! The spool: events that could not be put into the record when they were acknowledged.
//!
//! One file an event, beside the git directory or, where that can't be written, in the record's own
//! `.recount`; synced before the verb says that it is done. The next writing verb folds it into the record,
//! once: the event's id tells whether it is there already.

use serde::{Deserialize, Serialize};
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// An event that waits outside the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The record's folder.
    pub record: PathBuf,
    /// The incident that it belongs to; the inbox's id where that is not known.
    pub incident: String,
    /// The event's final id.
    pub id: String,
    /// The words as they were typed.
    pub typed: String,
    /// The event as the record's YAML, with its resolved time and its id.
    pub event: String,
}

/// Keeps an event, and returns the folder that it is in; by then it is on the disk, synced.
///
/// # Errors
/// What the file system says; then the event is nowhere.
pub fn keep(state: &Path, waiting: &Waiting) -> io::Result<PathBuf> {
    let [first, second] = folders(state, &waiting.record);
    match put(&first, waiting) {
        Ok(()) => Ok(first),
        Err(error) => put(&second, waiting).map(|()| second).map_err(|_| error),
    }
}

fn put(folder: &Path, waiting: &Waiting) -> io::Result<()> {
    let above = folder.parent().unwrap_or(folder);
    fs::create_dir_all(above)?;
    let shared = fs::metadata(above)?.permissions();
    match fs::create_dir(folder) {
        // Whoever shares the git folder sees what waits in it.
        Ok(()) => fs::set_permissions(folder, shared.clone())?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(waiting).map_err(io::Error::other)?)?;
    file.as_file().set_permissions(Permissions::from_mode(shared.mode() & 0o666 | 0o600))?;
    file.as_file().sync_all()?;
    file.persist(path(folder, &waiting.id)).map_err(|e| e.error)?;
    File::open(folder)?.sync_all()?;
    File::open(above)?.sync_all()
}

/// Returns the events of a record that wait, in the order of their files.
///
/// A file that cannot be read as an event is left where it is: a person may still read it.
pub fn waiting(state: &Path, record: &Path) -> Vec<Waiting> {
    let mut paths: Vec<_> = folders(state, record)
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|found| found.filter_map(Result::ok).map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    paths.sort();
    // Where there is no git directory, both folders are the same one.
    paths.dedup();
    let read = |path: PathBuf| serde_json::from_slice::<Waiting>(&fs::read(path).ok()?).ok();
    paths.into_iter().filter_map(read).filter(|w| w.record == record).collect()
}

/// Forgets an event that the record holds by now.
///
/// # Errors
/// What the file system says.
pub fn forget(state: &Path, waiting: &Waiting) -> io::Result<()> {
    folders(state, &waiting.record).iter().try_for_each(|folder| {
        match fs::remove_file(path(folder, &waiting.id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    })
}

/// Returns where events wait: beside the git directory, or in the record where nothing can be written there.
fn folders(state: &Path, record: &Path) -> [PathBuf; 2] {
    [state.join("spool"), record.join(".recount/spool")]
}

fn path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(record: &Path) -> Waiting {
        Waiting {
            record: record.to_owned(),
            incident: "2019-01-24-x".into(),
            id: "p7kq2mza".into(),
            typed: "power is back".into(),
            event: "id: p7kq2mza\n".into(),
        }
    }

    #[test]
    fn what_is_kept_waits_until_it_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let (state, record) = (home.path().join("state"), home.path().join("record"));
        let event = event(&record);
        assert_eq!(keep(&state, &event).unwrap(), state.join("spool"));
        assert_eq!(waiting(&state, &record), std::slice::from_ref(&event));
        assert!(waiting(&state, Path::new("/other")).is_empty());
        forget(&state, &event).unwrap();
        forget(&state, &event).unwrap();
        assert!(waiting(&state, &record).is_empty());
    }

    #[test]
    fn it_waits_in_the_record_where_nothing_can_be_written_beside_git() {
        let home = tempfile::tempdir().unwrap();
        let barred = Path::new("/dev/null/state");
        let event = event(home.path());
        assert_eq!(keep(barred, &event).unwrap(), home.path().join(".recount/spool"));
        assert_eq!(waiting(barred, home.path()), std::slice::from_ref(&event));
        assert!(keep(barred, &Waiting { record: barred.into(), ..event }).is_err());
    }

    #[test]
    fn without_git_it_waits_once() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join(".recount");
        keep(&state, &event(home.path())).unwrap();
        assert_eq!(waiting(&state, home.path()).len(), 1);
    }
}
