//! How files of a record are read: a record can come from anybody.
//!
//! Regular files inside of it alone are opened, at once and up to a stated size (SECURITY.md). Only
//! "does not exist" means absent; whatever else the file system says is an error.

use rustix::fs::OFlags;
use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

/// How many bytes a file of settings, facts or prose may have.
pub const MOST_BYTES: u64 = 64 << 20;
/// How many bytes a table may have.
pub const MOST_TABLE_BYTES: u64 = 4 << 30;

/// What tells a file that was changed from one that wasn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMark {
    modified: (i64, i64),
    size: u64,
    inode: u64,
}

/// Returns what tells whether a file was changed since; none where it can't be looked at.
pub fn mark(path: &Path) -> Option<FileMark> {
    let meta = path.symlink_metadata().ok()?;
    let modified = (meta.mtime(), meta.mtime_nsec());
    Some(FileMark { modified, size: meta.size(), inode: meta.ino() })
}

/// Returns whether something lies at a path, a link to nowhere too.
///
/// # Errors
/// What the file system says where that can't be told.
pub fn exists(path: &Path) -> io::Result<bool> {
    if_there(fs::symlink_metadata(path)).map(|found| found.is_some())
}

/// Returns whether a link lies at a path.
///
/// # Errors
/// What the file system says where that can't be told.
pub fn is_a_link(path: &Path) -> io::Result<bool> {
    let found = if_there(fs::symlink_metadata(path))?;
    Ok(found.is_some_and(|found| found.is_symlink()))
}

/// Reads a file of the record in `root`, of at most `most` bytes; none where it does not exist.
///
/// # Errors
/// What the file system says; a link out of the record or to nowhere; what is no regular file, and too large a one.
pub fn read(root: &Path, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    match open(root, path)? {
        Some(file) => contents(file, most).map(Some),
        None => Ok(None),
    }
}

/// Reads a file that a person named, wherever it lies and whatever links lead to it.
///
/// # Errors
/// What the file system says; what is no regular file, and too large a one.
pub fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    contents(open_named(path)?, most)
}

/// Opens a table of the record in `root`, to read it bit by bit; none where it does not exist.
///
/// # Errors
/// As [`read`]; the stated size is that of tables.
pub fn open_table(root: &Path, path: &Path) -> io::Result<Option<File>> {
    open(root, path)?.map(|file| sized(file, MOST_TABLE_BYTES)).transpose()
}

/// Opens a table that a person named, wherever it lies and whatever links lead to it.
///
/// # Errors
/// As [`read_named`].
pub fn open_named_table(path: &Path) -> io::Result<File> {
    sized(open_named(path)?, MOST_TABLE_BYTES)
}

fn open_named(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(flags(OFlags::empty())).open(path)
}

/// Refuses what is no regular file: a named pipe would keep the verb waiting for ever, and a device has no end.
fn sized(file: File, most: u64) -> io::Result<File> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    if meta.len() > most {
        return Err(io::Error::other(format!("it is larger than {} MB", most >> 20)));
    }
    Ok(file)
}

/// Returns what lies in a folder of the record in `root`, in the order of names; nothing where it does not exist.
///
/// # Errors
/// What the file system says; a folder that a link out of the record leads to.
pub fn list(root: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(entries(root, folder)?.into_iter().map(|entry| entry.path()).collect())
}

/// Returns what lies in a folder of the record in `root`, in the order of names, and whether each is a folder
/// itself, or a link to one inside the record.
///
/// # Errors
/// As [`list`]; and for each, a link that leads out of the record or to nothing.
pub fn list_kinds(root: &Path, folder: &Path) -> io::Result<Vec<(PathBuf, io::Result<bool>)>> {
    let kind = |entry: DirEntry| {
        let path = entry.path();
        let is_folder = match entry.file_type() {
            Ok(kind) if kind.is_symlink() => {
                inside(root, &path).and_then(fs::metadata).map(|meta| meta.is_dir())
            }
            kind => kind.map(|kind| kind.is_dir()),
        };
        (path, is_folder)
    };
    Ok(entries(root, folder)?.into_iter().map(kind).collect())
}

fn entries(root: &Path, folder: &Path) -> io::Result<Vec<DirEntry>> {
    let Some(meta) = if_there(fs::symlink_metadata(folder))? else { return Ok(vec![]) };
    if meta.is_symlink() {
        inside(root, folder)?;
    }
    let mut found = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    found.retain(|entry| !is_lock_of_an_editor(entry));
    found.sort_by_key(DirEntry::file_name);
    Ok(found)
}

/// Returns whether an entry is what Emacs marks a file with that is being edited: a link to nothing.
fn is_lock_of_an_editor(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".#")
}

fn open(root: &Path, path: &Path) -> io::Result<Option<File>> {
    match open_without_links(path) {
        // A link is on the way: it may be followed where it stays inside.
        Err(error) if is_link(&error) => {
            let real =
                |real| File::options().read(true).custom_flags(flags(OFlags::NOFOLLOW)).open(real);
            if_there(inside(root, path).and_then(real))
        }
        opened => if_there(opened),
    }
}

/// Opens a file to which no link leads: the kernel looks at each folder of the path as it passes it.
#[cfg(target_os = "linux")]
fn open_without_links(path: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, ResolveFlags, openat2};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    match openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        Ok(opened) => Ok(File::from(opened)),
        // A kernel before 5.6, or a sandbox that allows no such call: the slower way.
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {
            Err(rustix::io::Errno::LOOP.into())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn open_without_links(path: &Path) -> io::Result<File> {
    // No one call looks at the whole way here, so that every path is resolved first.
    match exists(path)? {
        true => Err(rustix::io::Errno::LOOP.into()),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Returns the file that a path leads to, which must lie inside the record.
fn inside(root: &Path, path: &Path) -> io::Result<PathBuf> {
    if !exists(path)? {
        let above = path.ancestors().skip(1).take_while(|folder| *folder != root);
        return Err(match above.into_iter().find(|folder| leads_to_nothing(folder)) {
            Some(link) => io::Error::other(format!("{} is a link to nothing", link.display())),
            None => io::ErrorKind::NotFound.into(),
        });
    }
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        // Something does lie there: that what it leads to is gone must not look like absence.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(io::Error::other("it is a link to nothing"));
        }
        Err(error) => return Err(error),
    };
    stays(root, &real)?;
    Ok(real)
}

/// Refuses a real path that lies outside of the record, or in a git folder: settings there hold secrets, and
/// what git runs.
fn stays(root: &Path, real: &Path) -> io::Result<()> {
    let said = |place| format!("it is a link that leads {place}: put the file itself there");
    let inner = real
        .strip_prefix(fs::canonicalize(root)?)
        .map_err(|_| io::Error::other(said("out of the record")))?;
    match inner.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git")) {
        true => Err(io::Error::other(said("into a git folder"))),
        false => Ok(()),
    }
}

/// Returns whether a path names something inside the record, by its words alone.
pub fn is_within(root: &Path, path: &Path) -> bool {
    let is_plain = |part: Component<'_>| match part {
        Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
        _ => false,
    };
    path.strip_prefix(root).is_ok_and(|inner| inner.components().all(is_plain))
}

/// Refuses to write at a path that a link leads out of the record, or into a git folder.
///
/// # Errors
/// Such a path; what the file system says where that can't be told.
pub fn may_write(root: &Path, path: &Path) -> io::Result<()> {
    for place in path.ancestors() {
        if exists(place)? {
            return inside(root, place).map(drop);
        }
    }
    Ok(())
}

fn leads_to_nothing(path: &Path) -> bool {
    exists(path).is_ok_and(|exists| exists) && matches!(if_there(fs::metadata(path)), Ok(None))
}

/// Reads a regular file whole.
pub(super) fn contents(file: File, most: u64) -> io::Result<Vec<u8>> {
    let file = sized(file, most)?;
    let meta = file.metadata()?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(most)).unwrap_or_default());
    // One byte more tells a file that is too large, also where it grows while it is read.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(io::Error::other(format!("it is larger than {} MB", most >> 20)));
    }
    Ok(bytes)
}

pub(super) fn flags(more: OFlags) -> i32 {
    i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY | more).bits()).unwrap_or_default()
}

/// Takes "does not exist" for none, and nothing else.
pub(super) fn if_there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::store::atomic;
    use std::os::unix::fs::symlink;

    fn record() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("record");
        atomic::replace(&root.join("sla/a.yaml"), b"a").unwrap();
        atomic::replace(&home.path().join("secret"), b"s").unwrap();
        (home, root)
    }

    fn read_at(root: &Path, name: &str) -> Result<Option<Vec<u8>>, String> {
        read(root, &root.join(name), 4).map_err(|e| e.to_string())
    }

    #[test]
    fn only_what_does_not_exist_is_absent() {
        let (_home, root) = record();
        assert_eq!(read_at(&root, "sla/a.yaml"), Ok(Some(b"a".to_vec())));
        assert_eq!(read_at(&root, "sla/b.yaml"), Ok(None));
        assert_eq!(read_at(&root, "gone/b.yaml"), Ok(None));
        assert!(read_at(&root, "sla").is_err(), "a folder");
        assert!(read_at(&root, "sla/a.yaml/b").is_err(), "a file in place of a folder");
        assert!(list(&root, &root.join("sla/a.yaml")).is_err());
        assert_eq!(list(&root, &root.join("gone")).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(list(&root, &root.join("sla")).unwrap(), [root.join("sla/a.yaml")]);
    }

    #[test]
    fn links_are_followed_inside_the_record_alone() {
        let (home, root) = record();
        symlink("a.yaml", root.join("sla/inside.yaml")).unwrap();
        symlink(root.join("sla"), root.join("folder")).unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink("gone", root.join("dangling")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        symlink(home.path(), root.join("up")).unwrap();
        assert_eq!(read_at(&root, "sla/inside.yaml"), Ok(Some(b"a".to_vec())));
        assert_eq!(read_at(&root, "folder/a.yaml"), Ok(Some(b"a".to_vec())));
        assert_eq!(read_at(&root, "folder/none"), Ok(None));
        for bad in ["out", "up/secret"] {
            assert!(read_at(&root, bad).unwrap_err().contains("out of the record"), "{bad}");
        }
        assert!(read_at(&root, "dangling").unwrap_err().contains("link to nothing"));
        assert!(read_at(&root, "dangling/a.yaml").unwrap_err().contains("link to nothing"));
        assert!(read_at(&root, "loop").is_err());
        assert!(list(&root, &root.join("up")).is_err());
        assert!(exists(&root.join("dangling")).unwrap());
    }

    #[test]
    fn nothing_is_read_or_written_in_a_git_folder_or_outside() {
        let (home, root) = record();
        atomic::replace(&root.join(".git/config"), b"s").unwrap();
        symlink("../.git/config", root.join("sla/config")).unwrap();
        symlink(".git", root.join("folder")).unwrap();
        symlink(home.path(), root.join("up")).unwrap();
        symlink("sla", root.join("down")).unwrap();
        for bad in ["sla/config", "folder/config"] {
            assert!(read_at(&root, bad).unwrap_err().contains("into a git folder"), "{bad}");
        }
        let may = |name: &str| may_write(&root, &root.join(name));
        for good in ["new", "sla/a.yaml", "a/b/c", "down/new"] {
            may(good).unwrap();
        }
        for bad in ["sla/config", "folder/new", "up/new", "up/a/b", "up"] {
            assert!(may(bad).is_err(), "{bad}");
        }
        let within = |name: &str| is_within(&root, &root.join(name));
        assert!(within("a/b.yaml") && within(""));
        for bad in ["../secret", "a/../../b", "/etc/passwd", ".git/config", "a/.GIT/x"] {
            assert!(!within(bad), "{bad}");
        }
    }

    #[test]
    fn what_lies_in_a_folder_is_told_with_its_kind() {
        let (home, root) = record();
        symlink("sla", root.join("b")).unwrap();
        symlink("gone", root.join("c")).unwrap();
        symlink(home.path(), root.join("d")).unwrap();
        symlink("ada@host.1", root.join(".#e")).unwrap();
        atomic::replace(&root.join("a"), b"").unwrap();
        let kinds = list_kinds(&root, &root).unwrap().into_iter();
        let kinds: Vec<_> = kinds.map(|(path, kind)| (path, kind.ok())).collect();
        let named = |name: &str, kind| (root.join(name), kind);
        let expected = [("a", Some(false)), ("b", Some(true)), ("c", None), ("d", None)];
        let expected = expected.into_iter().chain([("sla", Some(true))]);
        assert_eq!(kinds, expected.map(|(n, k)| named(n, k)).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_regular_file_or_too_large_is_refused_at_once() {
        let (_home, root) = record();
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let fifo = root.join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        atomic::replace(&root.join("large"), b"12345").unwrap();
        assert!(read_at(&root, "fifo").unwrap_err().contains("no ordinary file"));
        assert!(read_named(&fifo, 4).unwrap_err().to_string().contains("no ordinary file"));
        assert!(read_at(&root, "large").unwrap_err().contains("larger than"));
        assert!(read_named(Path::new("/dev/zero"), 4).is_err());
    }
}
