//! The record's one lock, and what its last holder left undone.

use super::atomic::{self, TEMPORARY};
use super::files::MOST_BYTES;
use super::{StoreError, files, own};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    /// The files that the lock's own file names.
    noted: BTreeSet<PathBuf>,
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
                Ok(()) => {
                    let (shared, noted) = (shared.to_owned(), BTreeSet::new());
                    return Ok(Self { file, shared, noted });
                }
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

    /// Notes the files that are about to be written and committed, beside those that are noted.
    ///
    /// # Errors
    /// What the file system says; nothing is to be written then.
    pub fn intend(&mut self, files: &[PathBuf]) -> io::Result<()> {
        let new: Vec<_> = files.iter().filter(|file| !self.noted.contains(*file)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut json = serde_json::to_vec(&new).map_err(io::Error::other)?;
        json.push(b'\n');
        // Behind what is there, so that a note that there is no room for takes no other with it.
        let end = self.file.seek(SeekFrom::End(0))?;
        if let Err(error) = self.file.write_all(&json) {
            let _ = self.file.set_len(end);
            return Err(error);
        }
        self.noted.extend(files.iter().cloned());
        Ok(())
    }

    /// Notes that nothing is left undone.
    ///
    /// # Errors
    /// What the file system says.
    pub fn done(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.noted.clear();
        Ok(())
    }

    /// Returns the files that a killed holder was about to write or commit, and removes the temporary
    /// files beside those of the record in `root`.
    ///
    /// # Errors
    /// What the file system says of the lock's own file.
    pub fn left_undone(&mut self, root: &Path) -> io::Result<Vec<PathBuf>> {
        let mut bytes = vec![];
        self.file.rewind()?;
        (&self.file).take(MOST_BYTES).read_to_end(&mut bytes)?;
        // A note that was cut short itself is of files that nobody had begun to write.
        let mut notes = serde_json::Deserializer::from_slice(&bytes).into_iter::<Vec<PathBuf>>();
        self.noted = notes.by_ref().map_while(Result::ok).flatten().collect();
        self.file.set_len(u64::try_from(notes.byte_offset()).map_err(io::Error::other)?)?;
        let ours = self.noted.iter().filter(|file| files::is_within(root, file));
        for folder in ours.filter_map(|file| file.parent()) {
            remove_temporary(files::list(root, folder));
        }
        remove_temporary(own::list(&self.shared));
        // What can't be looked at now may be there all the same, and waits.
        let there = |file: &&PathBuf| files::exists(file).unwrap_or(true);
        Ok(self.noted.iter().filter(there).cloned().collect())
    }
}

/// Opens the lock's file, or creates it for all who may write in its folder.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true);
    match own::open(&mut options, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    let folder = path.parent().unwrap_or(path);
    atomic::create_shared(folder)?;
    match own::open(options.create_new(true), path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            own::open(File::options().read(true).write(true), path)
        }
        created => {
            let file = created?;
            file.set_permissions(atomic::default_permissions(folder)?)?;
            Ok(file)
        }
    }
}

/// Removes what writes that were cut short left in a folder; only the lock's holder may.
fn remove_temporary(found: io::Result<Vec<PathBuf>>) {
    // What can't be listed or removed does no harm.
    for path in found.unwrap_or_default().into_iter().filter(|path| is_temporary(path)) {
        let _ = fs::remove_file(path);
    }
}

/// Returns whether a file is one that [`atomic`] made and nobody else.
fn is_temporary(path: &Path) -> bool {
    const RANDOM: usize = 6;
    let name = path.file_name().and_then(|name| name.to_str()?.strip_prefix(TEMPORARY));
    let is_random =
        |name: &str| name.len() == RANDOM && name.bytes().all(|b| b.is_ascii_alphanumeric());
    name.is_some_and(is_random) && fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_holder_left_is_found_once_and_its_litter_removed() {
        let home = tempfile::tempdir().unwrap();
        let (there, gone) =
            (home.path().join("incident.yaml"), home.path().join("x/incident.yaml"));
        let unsure = there.join("incident.yaml");
        atomic::replace(&there, b"title: x\n").unwrap();
        let root = home.path();
        for litter in [".recount-a1b2c3", ".recount-mine"] {
            atomic::replace(&root.join(litter), b"half").unwrap();
        }
        let mut lock = RecordLock::take(home.path(), Duration::ZERO).unwrap();
        assert!(matches!(
            RecordLock::take(home.path(), Duration::ZERO),
            Err(StoreError::Locked { .. })
        ));
        lock.intend(&[there.clone(), gone, unsure.clone()]).unwrap();
        drop(lock);
        let mut lock = RecordLock::take(home.path(), Duration::ZERO).unwrap();
        assert_eq!(lock.left_undone(root).unwrap(), [there, unsure]);
        assert!(!root.join(".recount-a1b2c3").exists());
        assert!(root.join(".recount-mine").exists(), "the tool makes no such name");
        lock.done().unwrap();
        assert!(lock.left_undone(root).unwrap().is_empty());
    }

    #[test]
    fn what_is_noted_stays_noted_whatever_comes_of_the_next_note() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        let [one, two, three] = ["one", "two", "three"].map(path);
        for file in [&one, &two, &three] {
            atomic::replace(file, b"title: x\n").unwrap();
        }
        let take = || RecordLock::take(home.path(), Duration::ZERO).unwrap();
        let mut lock = take();
        lock.intend(std::slice::from_ref(&two)).unwrap();
        lock.intend(&[one.clone(), two.clone()]).unwrap();
        let size = || fs::metadata(path("lock")).unwrap().len();
        let before = size();
        lock.intend(std::slice::from_ref(&two)).unwrap();
        assert_eq!(size(), before, "once");
        drop(lock);
        // A note that there was no room for.
        File::options().append(true).open(path("lock")).unwrap().write_all(b"[\"/thr").unwrap();
        let mut lock = take();
        assert_eq!(lock.left_undone(home.path()).unwrap(), [one.clone(), two.clone()]);
        lock.intend(std::slice::from_ref(&three)).unwrap();
        drop(lock);
        let mut lock = take();
        assert_eq!(lock.left_undone(home.path()).unwrap(), [one, three.clone(), two]);
        lock.done().unwrap();
        lock.intend(std::slice::from_ref(&three)).unwrap();
        drop(lock);
        assert_eq!(take().left_undone(home.path()).unwrap(), [three]);
    }

    #[test]
    fn a_lock_from_elsewhere_has_nothing_removed_outside_of_the_record() {
        let home = tempfile::tempdir().unwrap();
        let (root, outside) = (home.path().join("record"), home.path().join("outside"));
        for folder in [root.join("a"), outside.clone()] {
            atomic::replace(&folder.join(".recount-a1b2c3"), b"half").unwrap();
            atomic::replace(&folder.join("incident.yaml"), b"title: x\n").unwrap();
        }
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        let state = root.join(".recount");
        let named = ["../outside/incident.yaml", "link/incident.yaml", "a/incident.yaml"]
            .map(|f| root.join(f));
        atomic::replace(&state.join("lock"), &serde_json::to_vec(&named).unwrap()).unwrap();
        RecordLock::take(&state, Duration::ZERO).unwrap().left_undone(&root).unwrap();
        assert!(outside.join(".recount-a1b2c3").exists());
        assert!(!root.join("a/.recount-a1b2c3").exists());
    }

    #[test]
    fn a_lock_is_an_ordinary_file() {
        let home = tempfile::tempdir().unwrap();
        let (state, outside) = (home.path().join("recount"), home.path().join("outside"));
        fs::create_dir(&state).unwrap();
        std::os::unix::fs::symlink(&outside, state.join("lock")).unwrap();
        assert!(matches!(RecordLock::take(&state, Duration::ZERO), Err(StoreError::Io { .. })));
        assert!(!outside.exists());
        fs::remove_file(state.join("lock")).unwrap();
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let (here, kind) = (rustix::fs::CWD, rustix::fs::FileType::Fifo);
        rustix::fs::mknodat(here, state.join("lock"), kind, mode, 0).unwrap();
        assert!(matches!(RecordLock::take(&state, Duration::ZERO), Err(StoreError::Io { .. })));
    }
}
