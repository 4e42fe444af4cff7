//! Locks of the git folder's files as git takes them, and what a locked file is replaced with.

use super::NotCommitted;
use super::files::{SharedMode, share};
use super::sync_pool::SyncPool;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempPath;

/// What a lock of ours holds, so that one that a killed process left is known.
const MARK: &[u8] = b"lock of recount\n";

/// What the name of a lock begins with until it is taken.
const READY: &[u8] = b"recount-lock-";

/// A lock as git takes it: the file `FILE.lock`, created exclusively.
///
/// It holds a mark and, while its process lives, the kernel's lock; where a
/// process was killed, the next one finds the mark without the kernel's lock,
/// and clears it away. A lock of git's own is never touched.
pub(super) struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock of a file, waiting for as long as `patience` where someone else has it.
    ///
    /// The lock is made ready in `workshop`, a folder of the same file system
    /// where a passing file does no harm: among refs it would be taken for one.
    pub(super) fn take(
        target: &Path,
        workshop: &Path,
        patience: Duration,
    ) -> Result<Self, NotCommitted> {
        let path = sibling(target, ".lock");
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match Self::create(&path, workshop) {
                Ok(file) => return Ok(Self { file, path }),
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(NotCommitted::at(&path, &error));
                }
                Err(_) => {}
            }
            if clear_if_dead(&path) {
                continue;
            }
            if begun.elapsed() >= patience {
                return Err(Self::taken(&path));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Returns when it was taken, by the clock of the file system.
    pub(super) fn since(&self) -> io::Result<SystemTime> {
        self.file.metadata()?.modified()
    }

    /// Makes the lock appear with its mark in it and locked, or not at all.
    fn create(path: &Path, workshop: &Path) -> io::Result<File> {
        let prefix = OsStr::from_bytes(READY);
        let mut marked = tempfile::Builder::new().prefix(prefix).tempfile_in(workshop)?;
        marked.write_all(MARK)?;
        marked.as_file().lock()?;
        match fs::hard_link(marked.path(), path) {
            Ok(()) => Ok(marked.into_file()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without hard links: rename, which refuses to replace.
            Err(_) => marked.persist_noclobber(path).map_err(|error| error.error),
        }
    }

    fn taken(path: &Path) -> NotCommitted {
        let path = path.display();
        NotCommitted::new(format!(
            "another git is at work here, or one that crashed left its lock: {path}"
        ))
        .next(format!("if no git is running, remove it: rm '{path}'"))
        .every()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Nothing can be done if this fails; the next taker clears it away.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// Removes the locks that were made ready in a folder and never taken.
pub(super) fn remove_unused_locks(workshop: &Path) {
    let Ok(found) = fs::read_dir(workshop) else { return };
    let is_lock = |entry: &fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(READY);
    for entry in found.filter_map(Result::ok).filter(is_lock) {
        // What can't be removed does no harm.
        let _ = fs::remove_file(entry.path());
    }
}

/// Removes a lock of ours whose process is gone, and returns whether it did.
fn clear_if_dead(path: &Path) -> bool {
    let dead = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        let mut content = Vec::new();
        (&mut file).take(MARK.len() as u64 + 1).read_to_end(&mut content)?;
        if content != MARK || file.try_lock().is_err() {
            return Ok(false);
        }
        // While this is locked, nobody else removes the file of that name.
        Ok(fs::metadata(path)?.ino() == file.metadata()?.ino() && fs::remove_file(path).is_ok())
    };
    dead().unwrap_or(false)
}

/// Returns the path with something added to its last name.
pub(super) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What a file is replaced with.
///
/// Whoever uses it holds the lock of the file, and no one else uses the replacement.
pub(super) struct Replacement<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
    pub(super) shared: SharedMode,
    /// When it was last changed, if not now.
    pub(super) time: Option<SystemTime>,
}

impl Replacement<'_> {
    /// Writes the replacement and gives it to be synced; it goes where it is not put into its place.
    pub(super) fn write(&self, pool: &SyncPool) -> io::Result<TempPath> {
        let mut file = File::create(self.path)?;
        let path = TempPath::try_from_path(self.path)?;
        file.write_all(self.bytes)?;
        share(&file, self.shared)?;
        if let Some(time) = self.time {
            file.set_modified(time)?;
        }
        pool.sync(file);
        Ok(path)
    }
}
