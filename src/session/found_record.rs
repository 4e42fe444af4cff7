//! Which record a command is about: `-C`, `RECOUNT_DIR`, the folder above, or this user's own.

use crate::cli::Global;
use crate::io::store::{Store, StoreError};
use crate::io::user;
use crate::session::Failure;
use std::path::{Path, PathBuf};

/// A record, and whether a person may have thought of another.
pub(crate) struct FoundRecord {
    pub(crate) store: Store,
    /// Whether it does not lie here or above.
    pub(crate) is_elsewhere: bool,
}

/// Finds the record that a command is about.
///
/// # Errors
/// There is none, or it can't be opened.
pub(crate) fn find(global: &Global) -> Result<FoundRecord, Failure> {
    if let Some(start) = &global.start {
        return Ok(FoundRecord { store: Store::find(start)?, is_elsewhere: false });
    }
    let above = Store::find(Path::new("."));
    if let Some(dir) = user::record() {
        let store = Store::find(&dir).map_err(|error| named(error, user::RECORD))?;
        let is_elsewhere = above.map_or(true, |above| above.root() != store.root());
        return Ok(FoundRecord { store, is_elsewhere });
    }
    match above {
        Err(StoreError::NoRecord { from }) => own(from),
        above => Ok(FoundRecord { store: above?, is_elsewhere: false }),
    }
}

/// Returns the folder from which a command looks for its record.
pub(crate) fn start(global: &Global) -> PathBuf {
    let here = || user::record().unwrap_or_else(|| PathBuf::from("."));
    global.start.clone().unwrap_or_else(here)
}

/// Finds this user's own record.
fn own(from: PathBuf) -> Result<FoundRecord, Failure> {
    let dir = user::default_record()
        .map_err(|error| Failure::new(format!("this user's default record: {error}")))?;
    match dir {
        Some(dir) => {
            let store = Store::find(&dir).map_err(|error| named(error, "`init --default`"))?;
            Ok(FoundRecord { store, is_elsewhere: true })
        }
        None => Err(StoreError::NoRecord { from }.into()),
    }
}

/// Adds who named the folder.
fn named(error: StoreError, by: &str) -> Failure {
    Failure::from(error).help(format!("{by} names that folder"))
}
