//! Writes that are whole and on the disk, or not there at all.

use super::lock::TEMPORARY;
use super::own;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Replaces the contents of `path` as [`replace`] does, but for a link, which is replaced itself.
///
/// # Errors
/// Whatever the file system says; the old contents are then unharmed, but where it says so of the folder.
pub(super) fn replace_itself(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path)?;
    create_folders(folder)?;
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    let permissions = match fs::symlink_metadata(path) {
        Ok(old) if old.is_file() => old.permissions(),
        _ => default_permissions(folder)?,
    };
    temporary.as_file().set_permissions(permissions)?;
    temporary.as_file().sync_all()?;
    // Opened first: what can fail fails while the old contents are still there.
    let opened = File::open(folder)?;
    temporary.persist(path).map_err(|e| e.error)?;
    let unsure = |e| format!("it is written, but the disk does not say that it is safe: {e}");
    opened.sync_all().map_err(|error| io::Error::new(error.kind(), unsure(error)))
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
fn create_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
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

/// Returns the folder that a path lies in: the current one for a bare name.
fn folder_of(path: &Path) -> io::Result<&Path> {
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
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path),
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
    fn removing_what_is_not_there_is_done() {
        let home = tempfile::tempdir().unwrap();
        remove(&home.path().join("nothing")).unwrap();
    }
}
