//! Files of the git folder that are synced, shared and locked as git does it.

use super::NotCommitted;
use super::sync_pool::SyncPool;
use rustix::fs::OFlags;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempPath;

/// Who else may use the repository's files: `core.sharedRepository`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SharedMode {
    /// As the umask has it.
    Umask,
    /// These permissions are added.
    Add(u32),
    /// These permissions replace the umask's.
    Exactly(u32),
}

impl SharedMode {
    /// Reads the setting as git does; anything unknown is left to the umask.
    pub(super) fn parse(value: Option<&str>) -> Self {
        match value.map(str::trim) {
            Some("group" | "true" | "1" | "yes" | "on") => Self::Add(0o660),
            Some("all" | "world" | "everybody" | "2") => Self::Add(0o664),
            Some(octal) if octal.len() > 2 => match u32::from_str_radix(octal, 8) {
                Ok(bits) if bits & 0o600 == 0o600 => Self::Exactly(bits & 0o666),
                _ => Self::Umask,
            },
            _ => Self::Umask,
        }
    }

    /// Returns the mode of a file or folder that has the mode `now`.
    fn apply(self, now: u32) -> u32 {
        let (bits, keep) = match self {
            Self::Umask => return now,
            Self::Add(bits) => (bits, now),
            Self::Exactly(bits) => (bits, now & !0o777),
        };
        // An object is read-only for everyone.
        let bits = if now & 0o200 == 0 { bits & !0o222 } else { bits };
        let search = if now & 0o100 == 0 { 0 } else { (bits & 0o444) >> 2 };
        keep | bits | search
    }
}

/// Returns a mode as the standard library has it.
pub(super) fn mode(bits: u32) -> Permissions {
    Permissions::from_mode(bits)
}

/// Opens a file or folder to those who share the repository.
pub(super) fn share(file: &File, shared: SharedMode) -> io::Result<()> {
    if shared == SharedMode::Umask {
        return Ok(());
    }
    let now = file.metadata()?.permissions().mode();
    file.set_permissions(mode(shared.apply(now)))
}

/// Returns whether something lies at a path; only "does not exist" means no.
pub(super) fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates a folder, also if it came to be in the meantime.
pub(super) fn create_folder(folder: &Path, shared: SharedMode) -> io::Result<()> {
    match fs::create_dir(folder) {
        Ok(()) if shared == SharedMode::Umask => Ok(()),
        Ok(()) => share(&File::open(folder)?, shared),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes what was renamed or created in a folder survive a crash.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Reads an ordinary file of at most so many bytes; none where there is no such file.
///
/// It is opened at once, also where a pipe lies in its place that nobody writes to.
///
/// # Errors
/// What the file system says, and too large a file.
pub(super) fn read_ordinary(path: &Path, more: OFlags, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open_with(path, more) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()).is_ok_and(|read| read <= most) {
        true => Ok(Some(bytes)),
        false => Err(ErrorKind::FileTooLarge.into()),
    }
}

/// Opens a file for reading, at once and not through a link.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    open_with(path, OFlags::NOFOLLOW)
}

fn open_with(path: &Path, more: OFlags) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | more;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    File::options().read(true).custom_flags(flags).open(path)
}

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
/// Whoever uses it holds the lock of the file, and no one else uses the draft.
pub(super) struct Replacement<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
    pub(super) shared: SharedMode,
    /// When it was last changed, if not now.
    pub(super) time: Option<SystemTime>,
}

impl Replacement<'_> {
    /// Writes the draft and gives it to be synced; it goes where it is not put into its place.
    pub(super) fn write(&self, crew: &SyncPool) -> io::Result<TempPath> {
        let mut file = File::create(self.path)?;
        let path = TempPath::try_from_path(self.path)?;
        file.write_all(self.bytes)?;
        share(&file, self.shared)?;
        if let Some(time) = self.time {
            file.set_modified(time)?;
        }
        crew.sync(file);
        Ok(path)
    }
}

/// Syncs the folders that loose objects lie in, for what the `git` program put there.
pub(super) fn sync_below(objects: &Path) -> io::Result<()> {
    for entry in fs::read_dir(objects)? {
        let entry = entry?;
        if entry.file_name().len() == 2 && entry.file_type()?.is_dir() {
            sync_folder(&entry.path())?;
        }
    }
    sync_folder(objects)
}
