//! Writes that are whole and on the disk, or not there at all.

use super::files::{self, MOST_TABLE_BYTES};
use super::own;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What temporary files in the record's folders begin with.
pub(super) const TEMPORARY: &str = ".recount-";

/// Replaces the contents of `path`, creating it and its folders where they are absent.
///
/// The bytes go to a temporary file in the same folder, which is synced and renamed over the old
/// one; then the folder is synced. A symbolic link is followed, and the file's mode is kept.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed, but where it says so of the folder.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_itself(&target(path)?, bytes)
}

/// Replaces the contents of `path` as [`replace`] does, if they still are `old`; returns whether they were.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed, but where it says so of the folder.
pub fn exchange(path: &Path, old: &[u8], bytes: &[u8]) -> io::Result<bool> {
    let path = target(path)?;
    let Some(SyncedFile { temporary, folder }) = files::if_there(write_synced(&path, bytes))?
    else {
        return Ok(false);
    };
    // At the last moment, for the disk takes its time.
    let now = files::if_there(files::read_named(&path, MOST_TABLE_BYTES))?;
    if now.is_none_or(|now| now != old) {
        return Ok(false);
    }
    temporary.persist(&path).map_err(|e| e.error)?;
    sync_replaced(&folder).map(|()| true)
}

/// Replaces the contents of `path` as [`replace`] does, but for a link, which is replaced itself.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed, but where it says so of the folder.
pub(super) fn replace_itself(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_folders(folder_of(path)?)?;
    let SyncedFile { temporary, folder } = write_synced(path, bytes)?;
    temporary.persist(path).map_err(|e| e.error)?;
    sync_replaced(&folder)
}

/// Creates the file `path` with its contents, and its folders where they are absent; never in the place of
/// another, whenever that came to be.
///
/// # Errors
/// Something that lies there already, be it a link to nothing; whatever else the file system says.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_folders(folder_of(path)?)?;
    let SyncedFile { temporary, folder } = write_synced(path, bytes)?;
    match temporary.persist_noclobber(path) {
        Ok(_) => {}
        Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => return Err(taken.error),
        // A file system that has neither hard links nor a rename that refuses: the name is taken first.
        Err(other) => {
            File::options().write(true).create_new(true).open(path)?;
            if let Err(failed) = other.file.persist(path) {
                let _ = fs::remove_file(path);
                return Err(failed.error);
            }
        }
    }
    sync_replaced(&folder)
}

/// What a file is to hold, synced and not yet in its place.
struct SyncedFile {
    temporary: NamedTempFile,
    /// The folder that both lie in.
    folder: File,
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<SyncedFile> {
    let folder = folder_of(path)?;
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().set_permissions(permissions(path, folder)?)?;
    temporary.as_file().sync_all()?;
    // Opened first: what can fail fails while the old contents are still there.
    Ok(SyncedFile { temporary, folder: File::open(folder)? })
}

/// Makes what was put into a folder survive a crash.
pub(super) fn sync_replaced(folder: &File) -> io::Result<()> {
    let unsure = |e| format!("it is written, but the disk does not say that it is safe: {e}");
    folder.sync_all().map_err(|error| io::Error::new(error.kind(), unsure(error)))
}

/// Returns the permissions that the file `path` has, or gets.
pub(super) fn permissions(path: &Path, folder: &Path) -> io::Result<fs::Permissions> {
    match files::if_there(fs::metadata(path))? {
        Some(old) => Ok(old.permissions()),
        None => default_permissions(folder),
    }
}

/// Replaces the contents of `path` whole, but does not wait for the disk: for what can be made anew, or be
/// missing for a moment.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed.
pub fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path)?;
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    // Some file systems write a file to the disk at once when it is renamed over another.
    let _ = fs::remove_file(path);
    temporary.persist(path).map(drop).map_err(|e| e.error)
}

/// Creates a folder that those may write in who may write in the folder that it is to lie in: where a git
/// folder is shared by a group, whatever the user's mask.
///
/// # Errors
/// Whatever the file system says; a folder that is there is no error, but a link in its place is.
pub fn create_shared(folder: &Path) -> io::Result<()> {
    if own::is_there(folder)? {
        return Ok(());
    }
    let parent = folder_of(folder)?;
    if !parent.is_dir() {
        create_shared(parent)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => fs::set_permissions(folder, fs::metadata(parent)?.permissions()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes a file and syncs its folder; a file that is not there is no error.
///
/// # Errors
/// Whatever the file system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(folder_of(path)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Creates a folder and those above it, each synced into the one that holds it.
pub(super) fn create_folders(folder: &Path) -> io::Result<()> {
    if is_there(folder)? {
        return Ok(());
    }
    let parent = folder_of(folder)?;
    create_folders(parent)?;
    match fs::create_dir(folder) {
        Ok(()) => sync_folder(parent),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns whether a folder is there, also by a link.
fn is_there(folder: &Path) -> io::Result<bool> {
    match files::if_there(fs::metadata(folder))? {
        Some(found) if !found.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        found => Ok(found.is_some()),
    }
}

/// Returns the folder that a path lies in: the current one for a bare name.
pub(super) fn folder_of(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(io::Error::other("a file needs a folder")),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Returns the file that a path means, after symbolic links; a link to nothing is an error.
fn target(path: &Path) -> io::Result<PathBuf> {
    match files::if_there(fs::symlink_metadata(path))? {
        Some(found) if found.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

/// Returns the permissions that a new file in `folder` gets: those who may write there may write in it.
#[cfg(unix)]
pub(super) fn default_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    // A folder's bits show what its owner shares; a file is never executable.
    Ok(fs::Permissions::from_mode(fs::metadata(folder)?.permissions().mode() & 0o666 | 0o600))
}

#[cfg(not(unix))]
pub(super) fn default_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    Ok(fs::metadata(folder)?.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_gets_its_folders_and_an_old_one_keeps_its_mode() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b/c.yaml");
        replace(&path, b"one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            replace(&path, b"two").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_bare_name_lies_in_the_current_folder() {
        let folder = |path| folder_of(Path::new(path)).unwrap();
        assert_eq!(folder("page.html"), Path::new("."));
        assert_eq!(folder("pages/page.html"), Path::new("pages"));
        assert_eq!(folder("/page.html"), Path::new("/"));
        assert!(folder_of(Path::new("/")).is_err());
        let bare = PathBuf::from(format!("recount-bare-{}", std::process::id()));
        replace(&bare, b"one").unwrap();
        replace_unsynced(&bare, b"two").unwrap();
        assert_eq!(fs::read(&bare).unwrap(), b"two");
        remove(&bare).unwrap();
        assert!(!bare.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        replace(&real, b"one").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"two");
    }

    #[test]
    fn what_is_created_takes_no_place_that_is_taken() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b.yaml");
        create(&path, b"one").unwrap();
        let refused = |path: &Path| create(path, b"two").unwrap_err().kind();
        assert_eq!(refused(&path), io::ErrorKind::AlreadyExists);
        let dangling = home.path().join("a/dangling");
        std::os::unix::fs::symlink("gone", &dangling).unwrap();
        assert_eq!(refused(&dangling), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 2, "no litter");
    }

    #[test]
    fn what_somebody_else_wrote_is_not_exchanged() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.yaml");
        assert!(!exchange(&path, b"one", b"two").unwrap() && !path.exists());
        replace(&path, b"theirs").unwrap();
        assert!(!exchange(&path, b"one", b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert!(exchange(&path, b"theirs", b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "no litter");
    }

    #[test]
    fn what_can_not_be_looked_at_is_not_taken_for_absent() {
        let home = tempfile::tempdir().unwrap();
        let (file, looped) = (home.path().join("file"), home.path().join("loop"));
        replace(&file, b"one").unwrap();
        std::os::unix::fs::symlink("loop", &looped).unwrap();
        assert!(target(&file.join("x")).is_err(), "a file in place of a folder");
        assert!(permissions(&looped, home.path()).is_err());
        for folder in [&file, &looped, &file.join("x")] {
            assert!(create_folders(folder).is_err() && create_shared(folder).is_err());
        }
    }

    #[test]
    fn removing_what_is_not_there_is_done() {
        let home = tempfile::tempdir().unwrap();
        remove(&home.path().join("nothing")).unwrap();
    }
}
