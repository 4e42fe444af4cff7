//! Files of the git folder that are synced and shared as git does it.

use rustix::fs::OFlags;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

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
