//! The record's one lock, and what its last holder left undone.

use super::{StoreError, atomic};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What temporary files in the record's folders begin with.
pub(in crate::io::store) const TEMPORARY: &str = ".recount-";
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(2);

/// The record's lock; the kernel lets go of it when this is dropped, or the process dies.
///
/// While files are written, the lock's own file names them, so that the next holder finds what a process
/// that was killed left behind.
#[derive(Debug)]
pub struct RecordLock {
    file: File,
    shared: PathBuf,
}

impl RecordLock {
    /// Takes the lock in the folder that all work trees share.
    ///
    /// # Errors
    /// Another process held it for longer than `patience`, or the folder cannot be written.
    pub fn take(shared: &Path, patience: Duration) -> Result<Self, StoreError> {
        let path = shared.join("lock");
        let failed = |error| StoreError::Io { doing: "lock", path: path.clone(), error };
        let file = open(&path).map_err(failed)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file, shared: shared.to_owned() }),
                Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
                Err(fs::TryLockError::WouldBlock) if waited >= patience => {
                    return Err(StoreError::Locked { path });
                }
                Err(fs::TryLockError::WouldBlock) => {
                    std::thread::sleep(PAUSE);
                    waited += PAUSE;
                }
            }
        }
    }

    /// Notes the files that are about to be written and committed.
    ///
    /// # Errors
    /// What the file system says; nothing is written then.
    pub fn intend(&mut self, files: &[PathBuf]) -> io::Result<()> {
        let json = serde_json::to_vec(files).map_err(io::Error::other)?;
        self.file.rewind()?;
        self.file.set_len(0)?;
        self.file.write_all(&json)
    }

    /// Notes that nothing is left undone.
    ///
    /// # Errors
    /// What the file system says.
    pub fn done(&mut self) -> io::Result<()> {
        self.file.set_len(0)
    }

    /// Returns the files that a killed holder was about to write or commit, and removes the temporary
    /// files beside them.
    pub fn left_undone(&mut self) -> Vec<PathBuf> {
        let mut bytes = vec![];
        let read = self.file.rewind().and_then(|()| self.file.read_to_end(&mut bytes));
        let files: Vec<PathBuf> =
            read.ok().and_then(|_| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        files.iter().filter_map(|file| file.parent()).for_each(remove_temporary);
        remove_temporary(&self.shared);
        files.into_iter().filter(|file| file.exists()).collect()
    }
}

/// Opens the lock's file, or creates it for all who may write in its folder.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    let folder = path.parent().unwrap_or(path);
    atomic::create_shared(folder)?;
    match options.create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            File::options().read(true).write(true).open(path)
        }
        created => {
            let file = created?;
            file.set_permissions(atomic::default_permissions(folder)?)?;
            Ok(file)
        }
    }
}

/// Removes what writes that were cut short left in a folder; only the lock's holder may.
fn remove_temporary(folder: &Path) {
    let Ok(found) = fs::read_dir(folder) else { return };
    let ours = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes());
    for entry in found.filter_map(Result::ok).filter(|e| ours(&e.file_name())) {
        // What can't be removed does no harm.
        let _ = fs::remove_file(entry.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_holder_left_is_found_once_and_its_litter_removed() {
        let home = tempfile::tempdir().unwrap();
        let (there, gone) =
            (home.path().join("incident.yaml"), home.path().join("x/incident.yaml"));
        atomic::replace(&there, b"title: x\n").unwrap();
        atomic::replace(&home.path().join(".recount-a1"), b"half").unwrap();
        let mut lock = RecordLock::take(home.path(), Duration::ZERO).unwrap();
        assert!(matches!(
            RecordLock::take(home.path(), Duration::ZERO),
            Err(StoreError::Locked { .. })
        ));
        lock.intend(&[there.clone(), gone]).unwrap();
        drop(lock);
        let mut lock = RecordLock::take(home.path(), Duration::ZERO).unwrap();
        assert_eq!(lock.left_undone(), [there]);
        assert!(!home.path().join(".recount-a1").exists());
        lock.done().unwrap();
        assert!(lock.left_undone().is_empty());
    }
}
