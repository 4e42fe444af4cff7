//! What this user's environment says of the record and the incident, and the record that is theirs from any folder.

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;

/// The variable that names the record's folder.
pub(crate) const RECORD: &str = "RECOUNT_DIR";
/// The variable that names the incident.
pub(crate) const INCIDENT: &str = "RECOUNT_INCIDENT";

/// Returns the folder that the environment names.
pub(crate) fn record() -> Option<PathBuf> {
    env::var_os(RECORD).filter(|dir| !dir.is_empty()).map(PathBuf::from)
}

/// Returns the incident that the environment names.
pub(crate) fn incident() -> Option<String> {
    env::var(INCIDENT).ok().filter(|name| !name.is_empty())
}

/// Returns the file that names this user's own record; none where the user has no home.
pub(crate) fn default_record_path() -> Option<PathBuf> {
    let set = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set.or_else(|| Some(home()?.join(".config")))?;
    Some(folder.join("recount").join("default-record"))
}

/// Returns the folder of this user's own record, where `init --default` named one.
///
/// # Errors
/// A file that is there and can't be read.
pub(crate) fn default_record() -> io::Result<Option<PathBuf>> {
    let Some(path) = default_record_path() else { return Ok(None) };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(PathBuf::from(text.trim_end_matches('\n')))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
