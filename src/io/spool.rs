//! The spool: events that could not be put into the record when they were acknowledged.
//!
//! One file an event, outside of the work tree, named by the event's id and synced before the verb says that it is
//! done. The next writing verb folds it into the record, once: the event's id tells whether it is there already.

use crate::model::incident::{IncidentId, Name};
use serde::{Deserialize, Serialize};
use std::env;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folder of the spool among the tool's own files.
pub const FOLDER: &str = "spool";

/// An event that waits outside the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct SpooledEvent {
    /// The record's folder.
    pub record: PathBuf,
    /// The record's folder in its repository: known still where the whole repository was moved.
    pub within: PathBuf,
    /// The incident that it belongs to; the inbox's id where that is not known.
    pub incident: IncidentId,
    /// The event's final id.
    pub id: Name,
    /// The words as they were typed.
    pub typed: String,
    /// The event as the record's YAML, with its resolved time and its id.
    pub event: String,
}

/// The words of a spooled event, of which some must be names.
#[derive(Serialize, Deserialize)]
struct Raw {
    record: PathBuf,
    #[serde(default)]
    within: PathBuf,
    incident: String,
    id: String,
    typed: String,
    event: String,
}

impl TryFrom<Raw> for SpooledEvent {
    type Error = crate::model::incident::UnknownValue;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let (incident, id) = (raw.incident.parse()?, raw.id.parse()?);
        let Raw { record, within, typed, event, .. } = raw;
        Ok(Self { record, within, incident, id, typed, event })
    }
}

impl From<SpooledEvent> for Raw {
    fn from(waiting: SpooledEvent) -> Self {
        let (incident, id) = (waiting.incident.to_string(), waiting.id.to_string());
        let SpooledEvent { record, within, typed, event, .. } = waiting;
        Self { record, within, incident, id, typed, event }
    }
}

impl SpooledEvent {
    /// Reads the file of a spooled event.
    ///
    /// # Errors
    /// What is no such event, or stands in a file that is not named by its id.
    pub fn read(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let waiting: Self = serde_json::from_slice(bytes)?;
        let named = path.file_name().is_some_and(|name| name == file_name(&waiting.id).as_str());
        named.then_some(waiting).ok_or_else(|| io::Error::other("its name is not its event's id"))
    }
}

/// Keeps an event; when this returns, it is on the disk, synced.
///
/// Whoever may read the folder may read it, and nobody but its owner may write to it: so its owner is who
/// wrote all of it.
///
/// # Errors
/// What the file system says; then the event is nowhere.
pub fn keep(folder: &Path, waiting: &SpooledEvent) -> io::Result<()> {
    let mode = fs::metadata(folder)?.permissions().mode() & 0o644 | 0o600;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(waiting).map_err(io::Error::other)?)?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(folder.join(file_name(&waiting.id))).map_err(|e| e.error)?;
    File::open(folder)?.sync_all()?;
    folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
}

/// Returns the name of the file of a spooled event.
pub fn file_name(id: &Name) -> String {
    format!("{id}.json")
}

/// Returns the folder of this user's own state, which no clone brings and that exists for what can't be
/// kept beside the record: `$XDG_STATE_HOME/recount` or `~/.local/state/recount`.
pub fn home() -> Option<PathBuf> {
    let set = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = || Some(env::home_dir()?.join(".local/state"));
    Some(set.or_else(usual).filter(|path| path.is_absolute())?.join("recount"))
}

/// Creates a folder and those above it, for this user alone.
///
/// # Errors
/// What the file system says.
pub fn create_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> SpooledEvent {
        SpooledEvent {
            record: PathBuf::from("/r"),
            within: PathBuf::new(),
            incident: "2019-01-24-x".parse().unwrap(),
            id: "p7kq2mza".parse().unwrap(),
            typed: "power is back".into(),
            event: "id: p7kq2mza\n".into(),
        }
    }

    #[test]
    fn what_is_kept_is_read_back_under_its_own_name_alone() {
        let home = tempfile::tempdir().unwrap();
        keep(home.path(), &event()).unwrap();
        let path = home.path().join("p7kq2mza.json");
        let bytes = fs::read(&path).unwrap();
        assert_eq!(SpooledEvent::read(&path, &bytes).unwrap(), event());
        assert!(SpooledEvent::read(&home.path().join("a.json"), &bytes).is_err());
    }

    #[test]
    fn nobody_else_may_write_to_what_is_kept() {
        let home = tempfile::tempdir().unwrap();
        for (folder, file) in [(0o2770, 0o640), (0o777, 0o644), (0o700, 0o600)] {
            fs::set_permissions(home.path(), Permissions::from_mode(folder)).unwrap();
            keep(home.path(), &event()).unwrap();
            let mode =
                fs::metadata(home.path().join("p7kq2mza.json")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, file, "{folder:o}");
        }
    }

    #[test]
    fn words_that_are_no_names_are_no_spooled_event() {
        let json = |incident: &str, id: &str| {
            let raw = serde_json::json!({"record": "/r", "incident": incident, "id": id, "typed": "", "event": ""});
            let name = format!("{}.json", Path::new(id).file_name().unwrap().to_str().unwrap());
            SpooledEvent::read(Path::new(&name), raw.to_string().as_bytes())
        };
        assert!(json("2019-01-24-x", "p7kq2mza").is_ok(), "an older version tells no `within`");
        for (incident, id) in
            [("../../x", "a"), ("..", "a"), ("x", "../a"), ("x", "/a"), ("x", "a b")]
        {
            assert!(json(incident, id).is_err(), "{incident} {id}");
        }
    }
}
