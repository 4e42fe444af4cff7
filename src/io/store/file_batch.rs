//! Many new files, with one sync of the disk for all of them.

use super::atomic::{self, TEMPORARY};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// New files that are written and have not their names yet.
#[derive(Debug, Default)]
pub struct FileBatch {
    files: Vec<PendingFile>,
    /// A folder of each file system that they lie on, by its number.
    disks: BTreeMap<u64, File>,
}

/// A file under a temporary name, in the folder that it is to lie in.
#[derive(Debug)]
struct PendingFile {
    temporary: TempPath,
    path: PathBuf,
}

/// Why a file of a batch could not be written.
#[derive(Debug)]
pub struct BatchError {
    /// The file.
    pub path: PathBuf,
    /// What the file system said.
    pub error: io::Error,
}

impl FileBatch {
    /// Whether this system can sync all of a file system at once.
    pub const IS_TO_BE_HAD: bool = cfg!(target_os = "linux");

    /// Writes a file under a temporary name; nothing of it is synced, nor are its folders.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = atomic::folder_of(path)?;
        fs::create_dir_all(folder)?;
        let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().set_permissions(atomic::permissions(path, folder)?)?;
        let disk = temporary.as_file().metadata()?.dev();
        if let Entry::Vacant(vacant) = self.disks.entry(disk) {
            vacant.insert(File::open(folder)?);
        }
        // Closed, for there may be more of them than may be open.
        let temporary = temporary.into_temp_path();
        self.files.push(PendingFile { temporary, path: path.to_owned() });
        Ok(())
    }

    /// Gives each file its name, in the order in which they were added, and tells of each by its number: contents are on the
    /// disk before a name is given, and all names when this returns. None takes the place of another.
    ///
    /// # Errors
    /// Whatever the file system says; the files that were told of have their names then.
    pub fn put(self, mut told: impl FnMut(usize)) -> Result<(), BatchError> {
        let Self { files, disks } = self;
        let first = files.first().map(|file| file.path.clone()).unwrap_or_default();
        let at_first = |error| BatchError { path: first.clone(), error };
        sync(&disks).map_err(at_first)?;
        for (index, PendingFile { temporary, path }) in files.into_iter().enumerate() {
            temporary
                .persist_noclobber(&path)
                .map_err(|taken| BatchError { path, error: taken.error })?;
            told(index);
        }
        sync(&disks).map_err(at_first)
    }
}

#[cfg(target_os = "linux")]
fn sync(disks: &BTreeMap<u64, File>) -> io::Result<()> {
    disks.values().try_for_each(|disk| Ok(rustix::fs::syncfs(disk)?))
}

#[cfg(not(target_os = "linux"))]
fn sync(_: &BTreeMap<u64, File>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_their_names_or_are_told_of_and_none_takes_a_place() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).join("incident.yaml");
        let mut batch = FileBatch::default();
        for name in ["a", "b", "c"] {
            batch.add(&path(name), name.as_bytes()).unwrap();
        }
        assert!(!path("a").exists(), "nothing has its name before all is on the disk");
        atomic::create(&path("b"), b"theirs").unwrap();
        let mut told = vec![];
        let failed = batch.put(|index| told.push(index)).unwrap_err();
        assert_eq!((failed.path, failed.error.kind()), (path("b"), io::ErrorKind::AlreadyExists));
        assert_eq!((told, fs::read(path("a")).unwrap()), (vec![0], b"a".to_vec()));
        assert_eq!(fs::read(path("b")).unwrap(), b"theirs");
        // What was given up leaves nothing behind.
        assert_eq!(fs::read_dir(path("c").parent().unwrap()).unwrap().count(), 0);
    }
}
