//! The tool's own files: the lock, the spool, what `undo` needs and what is remembered.
//!
//! Whoever can write in their folder can put anything there, so that ordinary files in ordinary folders alone
//! are opened: behind no link, at once, and up to a stated size.

use super::files::{self, contents, flags, if_there};
use rustix::fs::OFlags;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The accounts of this machine.
const ACCOUNTS: &str = "/etc/passwd";
/// How many bytes of them are read.
const MOST_OF_ACCOUNTS: u64 = 16 << 20;

/// A file that the tool wrote, for this user or for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The number of the user that it belongs to.
    pub owner: u32,
}

/// Returns the number of the user that this process acts as.
pub fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Returns the name of a user, or the number where this machine's accounts don't tell it.
pub fn name_of(user: u32) -> String {
    let accounts = files::read_named(Path::new(ACCOUNTS), MOST_OF_ACCOUNTS).unwrap_or_default();
    let accounts = String::from_utf8_lossy(&accounts);
    let named = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(user) && !name.is_empty()).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("user {user}"))
}

/// Returns whether a folder is there.
///
/// # Errors
/// What the file system says; a link, or what is no folder.
pub fn is_there(folder: &Path) -> io::Result<bool> {
    match if_there(fs::symlink_metadata(folder))? {
        None => Ok(false),
        Some(meta) if meta.is_dir() => Ok(true),
        Some(meta) => {
            let what = if meta.is_symlink() { "a link" } else { "no folder" };
            Err(io::Error::other(format!("{} is {what}: remove it", folder.display())))
        }
    }
}

/// Opens a file, and creates it if the options say so.
///
/// # Errors
/// What the file system says; a link at its place or in place of its folder, and what is no ordinary file.
pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    if !path.parent().map_or(Ok(true), is_there)? {
        return Err(io::ErrorKind::NotFound.into());
    }
    let file = options.custom_flags(flags(OFlags::NOFOLLOW)).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no ordinary file")),
    }
}

/// Reads a file of at most so many bytes; none where it does not exist.
///
/// # Errors
/// What the file system says; a link, what is no ordinary file, and too large a one.
pub fn read(path: &Path, most: u64) -> io::Result<Option<Own>> {
    let Some(file) = if_there(open(File::options().read(true), path))? else {
        return Ok(None);
    };
    let owner = file.metadata()?.uid();
    Ok(Some(Own { bytes: contents(file, most)?, owner }))
}

/// Returns what lies in a folder, in the order of names; nothing where it does not exist.
///
/// # Errors
/// What the file system says; a link in its place.
pub fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !is_there(folder)? {
        return Ok(vec![]);
    }
    let found = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = found.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Returns whether this user owns the ordinary file at a path.
pub fn is_mine(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.uid() == user())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::store::atomic;
    use std::os::unix::fs::symlink;

    #[test]
    fn ordinary_files_in_ordinary_folders_alone_are_opened() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("recount");
        let at = |name: &str| state.join(name);
        assert_eq!(read(&at("a"), 4).unwrap(), None);
        assert_eq!(list(&state).unwrap(), Vec::<PathBuf>::new());
        atomic::replace(&at("a"), b"abc").unwrap();
        let own = Own { bytes: b"abc".to_vec(), owner: user() };
        assert_eq!(read(&at("a"), 4).unwrap(), Some(own));
        assert_eq!(list(&state).unwrap(), [at("a")]);
        assert!(is_mine(&at("a")) && !is_mine(&at("gone")));
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let (here, kind) = (rustix::fs::CWD, rustix::fs::FileType::Fifo);
        rustix::fs::mknodat(here, at("fifo"), kind, mode, 0).unwrap();
        symlink("a", at("link")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        symlink("gone", at("dangling")).unwrap();
        atomic::replace(&at("large"), b"12345").unwrap();
        for bad in ["fifo", "link", "zero", "dangling", "large"] {
            assert!(read(&at(bad), 4).is_err(), "{bad}");
            assert!(
                bad == "large" || open(File::options().write(true), &at(bad)).is_err(),
                "{bad}"
            );
            assert!(bad == "large" || !is_mine(&at(bad)), "{bad}");
        }
        symlink(&state, home.path().join("elsewhere")).unwrap();
        let elsewhere = home.path().join("elsewhere");
        assert!(read(&elsewhere.join("a"), 4).unwrap_err().to_string().contains("is a link"));
        assert!(list(&elsewhere).is_err());
        assert!(open(File::options().append(true).create(true), &elsewhere.join("b")).is_err());
        assert!(!at("b").exists());
    }

    #[test]
    fn a_user_has_a_name_or_else_a_number() {
        assert_eq!(name_of(0), "root");
        assert_eq!(name_of(u32::MAX - 7), format!("user {}", u32::MAX - 7));
    }
}
