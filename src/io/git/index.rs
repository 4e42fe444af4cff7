//! The index entries that go with the files of a change.

use super::error::NotCommitted;
use super::index_checksum::{self, IndexTransition};
use super::index_patch::{self, IndexEntry, PatchOutcome, RacyCheck};
use super::lock;
use super::lock::FileLock;
use super::object::blob_name;
use super::program::GitCall;
use super::repo::{Engine, Repo};
use super::staged::{StagedFiles, stat, steady};
use super::sync_pool::SyncPool;
use super::tree::{self, TreeFolder};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempPath;

/// An index to come.
pub(super) struct PreparedIndex {
    /// Its file, that is being synced; none where it is the index as it was.
    pub(super) draft: Option<TempPath>,
    pub(super) change: IndexTransition,
}

/// What a commit changes in the index.
pub(super) struct IndexChange<'c> {
    pub(super) staged: &'c StagedFiles,
    /// The trees of the folders that the files lie in.
    pub(super) folders: &'c [TreeFolder],
}

/// Puts the files of a change into a draft of the index, and leaves everything else in it as it is.
pub(super) fn prepare(
    repo: &Repo,
    lock: &FileLock,
    pool: &SyncPool,
    IndexChange { staged, folders }: IndexChange<'_>,
) -> Result<PreparedIndex, NotCommitted> {
    let at_path = |error: io::Error| NotCommitted::at(&repo.index_file, &error);
    let old = OldIndex::read(&repo.index_file).map_err(at_path)?;
    let racy = RacyCheck { written: old.seconds(), differs: &|entry| differs(repo, entry) };
    let patched = match &repo.engine {
        Engine::Library(_) => index_patch::splice(&old.bytes, staged, folders, &racy)?,
        Engine::Program => PatchOutcome::Declined,
    };
    let new = match patched {
        PatchOutcome::Done(new) => new,
        PatchOutcome::Conflict(path) => return Err(conflict(&path)),
        PatchOutcome::Declined => refresh_by_program(repo, &old, staged)?,
    };
    let change = IndexTransition {
        before: index_checksum::checksum_of(&old.bytes),
        after: index_checksum::checksum_of(&new),
    };
    if new == old.bytes {
        return Ok(PreparedIndex { draft: None, change });
    }
    let draft = lock::Replacement {
        path: &lock::sibling(&repo.index_file, ".recount"),
        bytes: &new,
        shared: repo.settings.shared(),
        // Git looks closer at files that changed in the index's second or later. The files
        // were read after the lock was taken, so none that changed since is passed over.
        time: Some(lock.since().map_err(at_path)?),
    };
    Ok(PreparedIndex { draft: Some(draft.write(pool).map_err(at_path)?), change })
}

/// The index as it was.
struct OldIndex {
    bytes: Vec<u8>,
    written: SystemTime,
}

impl OldIndex {
    fn read(path: &Path) -> io::Result<Self> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { bytes: Vec::new(), written: UNIX_EPOCH });
            }
            Err(error) => return Err(error),
        };
        let meta = file.metadata()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self { bytes, written: meta.modified()? })
    }

    fn copy_to(&self, path: &Path) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(&self.bytes)?;
        file.set_modified(self.written)
    }

    fn seconds(&self) -> u32 {
        let since = self.written.duration_since(UNIX_EPOCH).unwrap_or_default();
        u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
    }
}

/// Returns whether a file that looks unchanged to git has other bytes than its index entry.
fn differs(repo: &Repo, entry: &IndexEntry<'_>) -> bool {
    match steady(&repo.full(entry.name)) {
        Ok(Some((meta, content))) => {
            let now = stat(&meta);
            // Whole seconds, as git compares unless it was built otherwise.
            let then = entry.stat();
            now.mtime.0 == then.mtime.0
                && now.size == then.size
                && blob_name(&content) != entry.oid()
        }
        _ => false,
    }
}

fn conflict(path: &[u8]) -> NotCommitted {
    let path = String::from_utf8_lossy(path);
    NotCommitted::new(format!("{path} has a conflict that isn't settled: it can't be committed"))
        .next(format!("settle it and say so: git add -- '{path}'"))
}

/// Has git make the new index out of a copy of the old one.
fn refresh_by_program(
    repo: &Repo,
    old: &OldIndex,
    staged: &StagedFiles,
) -> Result<Vec<u8>, NotCommitted> {
    let folder = tempfile::Builder::new()
        .prefix("recount-")
        .tempdir_in(&repo.git_dir)
        .map_err(|error| NotCommitted::at(&repo.git_dir, &error))?;
    let copy = folder.path().join("index");
    // The copy is gone when a person reads of it.
    let (copied, index) = (copy.display().to_string(), repo.index_file.display().to_string());
    refresh_copy(repo, old, staged, &copy)
        .map_err(|error| NotCommitted { why: error.why.replace(&copied, &index), ..error })
}

fn refresh_copy(
    repo: &Repo,
    old: &OldIndex,
    staged: &StagedFiles,
    copy: &Path,
) -> Result<Vec<u8>, NotCommitted> {
    let at_path = |error: io::Error| NotCommitted::at(copy, &error);
    if !old.bytes.is_empty() {
        old.copy_to(copy).map_err(at_path)?;
    }
    let git = |verb: &str| repo.git(verb).env("GIT_INDEX_FILE", copy);
    refuse_conflicts(&git, staged)?;
    tree::put_by_program(git, &staged.leaves())?;
    // Once more from the working tree, so that the entries know the files' times.
    let mut present = Vec::new();
    for (path, _) in staged.0.iter().filter(|(_, file)| file.is_some()) {
        present.extend_from_slice(path);
        present.push(0);
    }
    git("update-index").input(present).run(["-z", "--stdin"])?;
    fs::read(copy).map_err(at_path)
}

fn refuse_conflicts(
    git: &impl Fn(&str) -> GitCall,
    staged: &StagedFiles,
) -> Result<(), NotCommitted> {
    let mut args = vec![OsStr::new("-u"), OsStr::new("-z"), OsStr::new("--")];
    args.extend(staged.0.iter().map(|(path, _)| OsStr::from_bytes(path)));
    let listed = git("ls-files").run(args)?;
    let Some(first) = listed.split(|c| *c == 0).find(|line| !line.is_empty()) else {
        return Ok(());
    };
    Err(conflict(first.rsplit(|c| *c == b'\t').next().unwrap_or(first)))
}
