//! The record on the disk: where it is, which incidents it holds, and its lock.

pub mod atomic;
mod beside;
pub mod edit;
mod file_batch;
pub mod files;
pub mod ids;
pub mod import_state;
mod incidents;
pub mod layout;
pub mod local_state;
mod lock;
#[cfg(test)]
mod merged_replicas;
pub mod network;
pub mod open_index;
pub mod output;
pub mod own;
pub mod reads;
pub mod rewriting;
mod settled;
pub mod sync_state;
pub mod templates;
pub mod walk;

pub use beside::VersionBeside;
pub use file_batch::{BatchError, FileBatch};
pub use incidents::{Incidents, TextOrWhy, documents};
pub mod settings;
pub use layout::{INBOX, INBOX_ID, SETTINGS};
pub use lock::RecordLock;

use crate::io::yaml;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Event, IncidentId};
use crate::model::settings::Settings;
use files::{MOST_BYTES, MOST_TABLE_BYTES};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why the record could not be read or written.
#[derive(Debug)]
pub enum StoreError {
    /// The file system refused.
    Io {
        /// What was being done, such as "read".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        error: io::Error,
    },
    /// A file cannot be read as what it should be.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
        /// What is wrong with it; boxed, for it is large.
        problem: Box<Diagnostic>,
    },
    /// No `recount.yaml` here or above.
    NoRecord {
        /// Where the search began.
        from: PathBuf,
    },
    /// Someone else has held the lock for too long.
    Locked {
        /// The lock.
        path: PathBuf,
    },
}

impl StoreError {
    /// Returns the file or folder that it is about, where it is about one of the record.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. } | Self::Unreadable { path, .. } => Some(path),
            Self::NoRecord { .. } | Self::Locked { .. } => None,
        }
    }

    /// Returns the text of the file as far as it is known, and what is wrong with it.
    pub fn found(self) -> (String, Diagnostic) {
        match self {
            Self::Unreadable { text, problem, .. } => (text, *problem),
            other => {
                let place = Location { line: 1, column: 1 };
                (String::new(), Diagnostic::error("unreadable", place, other.to_string()))
            }
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, error } => {
                write!(f, "cannot {doing} {}: {error}", path.display())
            }
            Self::Unreadable { path, problem, .. } => {
                write!(f, "{}:{}: {}", path.display(), problem.place, problem.message)
            }
            Self::NoRecord { from } => {
                write!(f, "no {SETTINGS} in {} or any folder above it", from.display())
            }
            Self::Locked { path } => {
                write!(f, "another recount has held the lock {} for too long", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}

/// A file's text and what could be read of it.
#[derive(Clone, Debug)]
pub struct LoadedIncident {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The incident, and the problems found in the file.
    pub read: yaml::incident::IncidentRead,
}

/// An incident's file as it is before a change.
#[derive(Clone, Debug)]
pub struct IncidentFile {
    /// The incident.
    pub id: IncidentId,
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Whether there is no such file yet.
    pub is_new: bool,
}

/// A record: the folder that holds `recount.yaml`, and its settings.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    settings: Settings,
    /// The text of `recount.yaml`.
    pub settings_text: String,
    /// What is wrong in `recount.yaml`.
    pub settings_problems: Vec<Diagnostic>,
}

impl Store {
    /// Finds the record by walking up from `from` to `recount.yaml`.
    ///
    /// # Errors
    /// No record there, or one whose settings cannot be read.
    pub fn find(from: &Path) -> Result<Self, StoreError> {
        let from = fs::canonicalize(from).map_err(|error| StoreError::Io {
            doing: "open",
            path: from.to_owned(),
            error,
        })?;
        match root_above(&from)? {
            Some(root) => named(root).and_then(|()| Self::open_dir(root)),
            None => Err(StoreError::NoRecord { from }),
        }
    }

    /// Opens the record in `root`; where its settings cannot be understood, the defaults hold and
    /// the problems say so.
    ///
    /// # Errors
    /// A `recount.yaml` that is absent or not text.
    pub fn open_dir(root: &Path) -> Result<Self, StoreError> {
        let path = root.join(SETTINGS);
        let text = text_in(root, &path)?.ok_or_else(|| absent(&path))?;
        Ok(Self::with_settings(root, text))
    }

    /// Returns the record in `root` by a text of its settings, such as another revision had.
    pub fn with_settings(root: &Path, text: String) -> Self {
        // An event must find its way into the record also where a slip in its settings stands in the way.
        let (settings, settings_problems) = yaml::settings::read(&text)
            .unwrap_or_else(|problem| (Settings::default(), vec![problem]));
        Self { root: root.to_owned(), settings, settings_text: text, settings_problems }
    }

    /// Returns the record's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the record's settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the path of a file relative to the record, where it is inside it.
    pub fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// Returns what lies in a folder of the record, in order; nothing where there is no such folder.
    ///
    /// # Errors
    /// A folder that can't be read.
    pub fn files(&self, folder: &str) -> Result<Vec<PathBuf>, StoreError> {
        let folder = self.root.join(folder);
        files::list(&self.root, &folder).map_err(failed(&folder))
    }

    /// Reads one incident.
    ///
    /// # Errors
    /// A file that is absent, or that cannot be read as an incident at all.
    pub fn load(&self, id: &IncidentId) -> Result<LoadedIncident, StoreError> {
        let IncidentFile { id, path, text, .. } = self.file(id)?;
        self.parse(&id, path, text)
    }

    /// Returns the file of an incident, which must be there.
    ///
    /// # Errors
    /// A file that is absent, or no text.
    pub fn file(&self, id: &IncidentId) -> Result<IncidentFile, StoreError> {
        let path = self.located(id)?;
        let text = self.text(&path)?.ok_or_else(|| absent(&path))?;
        Ok(IncidentFile { id: id.clone(), path, text, is_new: false })
    }

    /// Reads a UTF-8 text of the record; none where it does not exist.
    ///
    /// # Errors
    /// What the file system says, a link that leads out of the record, or where the text stops being UTF-8.
    pub fn text(&self, path: &Path) -> Result<Option<String>, StoreError> {
        text_in(&self.root, path)
    }

    /// Returns the file of an incident, which must be there, or the inbox, which is made where it is needed.
    ///
    /// # Errors
    /// A file that is absent, or no text.
    pub fn file_or_inbox(&self, id: &IncidentId) -> Result<IncidentFile, StoreError> {
        if id.as_str() != INBOX_ID {
            return self.file(id);
        }
        let path = self.root.join(INBOX);
        let found = self.text(&path)?;
        let is_new = found.is_none();
        let text = found.unwrap_or_else(|| "title: Inbox\n".to_owned());
        Ok(IncidentFile { id: id.clone(), path, text, is_new })
    }

    /// Reads an incident from a text that another revision had at its path.
    ///
    /// # Errors
    /// A text that cannot be read as an incident at all.
    pub fn parse(
        &self,
        id: &IncidentId,
        path: PathBuf,
        text: String,
    ) -> Result<LoadedIncident, StoreError> {
        match yaml::incident::read(id.clone(), &text, &self.settings) {
            Ok(read) => Ok(LoadedIncident { path, text, read }),
            Err(problem) => Err(StoreError::Unreadable { path, text, problem: Box::new(problem) }),
        }
    }

    /// Reads an event from its text alone.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read_event(&self, text: &str) -> Result<Event, Diagnostic> {
        yaml::event::read_one(text, &self.settings)
    }
}

/// Returns the nearest folder from one upwards that has a `recount.yaml`, be it one that can't be read.
///
/// # Errors
/// Where that can't be told of a folder on the way.
pub fn root_above(from: &Path) -> Result<Option<&Path>, StoreError> {
    for folder in from.ancestors() {
        let path = folder.join(SETTINGS);
        // One that can't be looked at is not passed over: the next above is another record.
        let found = match files::exists(&path) {
            // The search may begin at a file.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
            found => found,
        };
        if found.map_err(failed(&path))? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// Refuses a folder for a record whose path is not UTF-8: what is noted of it could not be read back.
///
/// # Errors
/// Such a path.
pub fn named(root: &Path) -> Result<(), StoreError> {
    let error = || io::Error::other("a folder on the way has a name that is not UTF-8: rename it");
    let failed = || StoreError::Io { doing: "open", path: root.to_owned(), error: error() };
    root.to_str().map(drop).ok_or_else(failed)
}

/// Readies the threads that many files are read on.
///
/// Where there are none to be had, such as under a limit on processes, this one does it all; rayon by
/// itself would panic.
pub fn ready_threads() {
    let builder = rayon::ThreadPoolBuilder::new;
    if builder().build().is_err() {
        // It fails where there is one already, which is as good.
        let _ = builder().num_threads(1).use_current_thread().build_global();
    }
}

/// Reads a UTF-8 text that a person named, wherever it lies.
///
/// # Errors
/// What the file system says, or where the text stops being UTF-8.
pub fn read_named_text(path: &Path) -> Result<String, StoreError> {
    utf8(path, files::read_named(path, MOST_TABLE_BYTES).map_err(failed(path))?)
}

/// Reads a UTF-8 text of the record in `root`; none where it does not exist.
fn text_in(root: &Path, path: &Path) -> Result<Option<String>, StoreError> {
    // Tables stream; whatever else a record holds is read whole.
    let most =
        if path.extension().is_some_and(|e| e == "csv") { MOST_TABLE_BYTES } else { MOST_BYTES };
    let bytes = files::read(root, path, most).map_err(failed(path))?;
    bytes.map(|bytes| utf8(path, bytes)).transpose()
}

/// Returns what reading gave, or the error with its path.
///
/// # Errors
/// What the file system says.
pub fn at_path<T>(path: &Path, read: io::Result<T>) -> Result<T, StoreError> {
    read.map_err(failed(path))
}

/// Returns the error of a file that can't be read.
pub fn cannot_read(path: &Path, error: io::Error) -> StoreError {
    failed(path)(error)
}

/// Returns the error of a file that can't be read.
fn failed(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::Io { doing: "read", path: path.to_owned(), error }
}

/// Returns the error of a file that has to be there.
fn absent(path: &Path) -> StoreError {
    failed(path)(io::ErrorKind::NotFound.into())
}

/// Takes a file's bytes for UTF-8 text.
///
/// # Errors
/// Where the text stops being UTF-8.
pub fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n');
        let line = u32::try_from(line.count()).unwrap_or(u32::MAX).saturating_add(1);
        let place = Location { line, column: 1 };
        let problem = Diagnostic::error("encoding", place, "this line is not UTF-8 text")
            .help("save the file as UTF-8");
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        StoreError::Unreadable { path: path.to_owned(), text, problem: Box::new(problem) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inbox_alone_is_made_in_passing() {
        let home = tempfile::tempdir().unwrap();
        atomic::replace(&home.path().join(SETTINGS), b"").unwrap();
        let store = Store::open_dir(home.path()).unwrap();
        let (incident, inbox) = ("2026-06-10-x".parse().unwrap(), INBOX_ID.parse().unwrap());
        assert!(store.file_or_inbox(&incident).is_err());
        assert!(store.file_or_inbox(&inbox).unwrap().is_new);
        atomic::replace(&home.path().join(INBOX), b"title: Mine\n").unwrap();
        let read = store.file_or_inbox(&inbox).unwrap();
        assert_eq!((read.is_new, read.text.as_str()), (false, "title: Mine\n"));
        fs::remove_file(home.path().join(INBOX)).unwrap();
        std::os::unix::fs::symlink(INBOX, home.path().join(INBOX)).unwrap();
        assert!(store.file_or_inbox(&inbox).is_err(), "it can't be told");
    }
}
