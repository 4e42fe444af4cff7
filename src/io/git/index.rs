//! The files of a change, and the index entries that go with them.

use super::commit::ChangedLeaves;
use super::disk::FileLock;
use super::index_checksum::{self, IndexTransition};
use super::index_patch::{self, IndexEntry, PatchOutcome, Stat};
use super::object::{LooseObjects, ObjectId, ObjectKind, blob_name};
use super::program::GitCall;
use super::sync_pool::SyncPool;
use super::tree::{self, TreeFolder, TreeLeaf};
use super::{Engine, GitError, NotCommitted, Repo, attributes, disk};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempPath;

/// A file of a change as the index and the tree are to have it.
pub(super) struct StagedFile {
    pub(super) leaf: TreeLeaf,
    pub(super) stat: Stat,
}

/// The files of a change, sorted by path; absent where they are to be removed.
pub(super) struct StagedFiles(pub(super) Vec<(Vec<u8>, Option<StagedFile>)>);

impl StagedFiles {
    /// Returns what the trees need of them.
    pub(super) fn leaves(&self) -> ChangedLeaves {
        let leaf = |fresh: &Option<StagedFile>| fresh.as_ref().map(|fresh| fresh.leaf.clone());
        self.0.iter().map(|(path, fresh)| (path.clone(), leaf(fresh))).collect()
    }
}

/// Returns the paths as git has them, sorted, each once; none is git's own or behind a link.
pub(super) fn inside(repo: &Repo, paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, NotCommitted> {
    let mut inside = Vec::new();
    for path in paths {
        let inner = relative(repo, path)?;
        refuse(repo, &inner)?;
        inside.push(inner);
    }
    inside.sort();
    inside.dedup();
    Ok(inside)
}

/// Refuses paths that git refuses.
fn refuse(repo: &Repo, path: &[u8]) -> Result<(), GitError> {
    let place = OsStr::from_bytes(path).display();
    if path.split(|c| *c == b'/').any(|name| name.is_empty() || name.eq_ignore_ascii_case(b".git"))
    {
        return Err(GitError::new(format!("git keeps no file of the name '{place}'")));
    }
    let full = repo.full(path);
    let above = full.ancestors().skip(1).take_while(|folder| **folder != repo.workdir);
    let is_link = |folder: &&Path| fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_symlink());
    match above.into_iter().find(is_link) {
        None => Ok(()),
        Some(link) => {
            let link = link.display();
            Err(GitError::new(format!("{place} lies behind the symbolic link {link}"))
                .next("git keeps the link alone: move the folder itself into the repository"))
        }
    }
}

impl Repo {
    /// Returns where a path of the repository lies on the disk.
    pub(super) fn full(&self, path: &[u8]) -> PathBuf {
        self.workdir.join(OsStr::from_bytes(path))
    }
}

/// Returns a path from the top of the working tree, with slashes; empty for the top itself.
pub(super) fn relative(repo: &Repo, path: &Path) -> Result<Vec<u8>, GitError> {
    let outside = || {
        let (place, top) = (path.display(), repo.workdir.display());
        GitError::new(format!("{place} is not in the repository at {top}"))
            .next("give a path inside of it")
    };
    let resolved;
    let inner = match path.strip_prefix(&repo.workdir) {
        Ok(inner) => inner,
        Err(_) if path.is_relative() => path,
        Err(_) => {
            resolved = resolve_folders(path);
            resolved.strip_prefix(&repo.workdir).map_err(|_| outside())?
        }
    };
    let mut names: Vec<&[u8]> = Vec::new();
    for part in inner.components() {
        match part {
            Component::Normal(name) => names.push(name.as_bytes()),
            Component::CurDir => {}
            _ => return Err(outside()),
        }
    }
    Ok(names.join(&b'/'))
}

/// Resolves the links of the folders above a path, as far down as they exist.
fn resolve_folders(path: &Path) -> PathBuf {
    for folder in path.ancestors().skip(1) {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return real.join(rest);
        }
    }
    path.to_owned()
}

/// Reads the files of a change and stores their bytes in git.
pub(super) fn read_files(
    repo: &Repo,
    loose: Option<&LooseObjects<'_>>,
    paths: &[Vec<u8>],
) -> Result<StagedFiles, NotCommitted> {
    let staged = paths.iter().map(|path| Ok((path.clone(), read_file(repo, loose, path)?)));
    Ok(StagedFiles(staged.collect::<Result<_, NotCommitted>>()?))
}

fn read_file(
    repo: &Repo,
    loose: Option<&LooseObjects<'_>>,
    path: &[u8],
) -> Result<Option<StagedFile>, NotCommitted> {
    let full = repo.full(path);
    let Some((meta, content)) = steady(&full).map_err(|error| NotCommitted::at(&full, &error))?
    else {
        return Ok(None);
    };
    let mode = match meta.is_symlink() {
        true => 0o120_000,
        false if !repo.settings.trusts_mode() => known_mode(repo, path)?.unwrap_or(0o100_644),
        false if meta.mode() & 0o100 == 0 => 0o100_644,
        false => 0o100_755,
    };
    let convert = !meta.is_symlink() && attributes::may_convert(repo, path, &content);
    let id = match loose {
        Some(loose) if !convert => loose.write(ObjectKind::Blob, &content)?.into(),
        _ => {
            let mut args = vec![OsStr::new("-w"), OsStr::new("--stdin")];
            let mut option = OsStr::new("--path=").to_owned();
            option.push(OsStr::from_bytes(path));
            args.push(if convert { &option } else { OsStr::new("--no-filters") });
            attributes::passable(repo, &[path.to_vec()])?;
            let printed = GitCall::within(repo, "hash-object").input(content).line(args)?;
            disk::sync_below(&repo.objects_dir)
                .map_err(|error| NotCommitted::at(&repo.objects_dir, &error))?;
            ObjectId::parse(&printed)
                .ok_or_else(|| NotCommitted::new(format!("git hash-object printed {printed}")))?
        }
    };
    Ok(Some(StagedFile { leaf: TreeLeaf { mode, id }, stat: stat(&meta) }))
}

/// Reads a file whose metadata are the same before and after; none where there is no file.
fn steady(path: &Path) -> io::Result<Option<(Metadata, Vec<u8>)>> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => return Ok(None),
        Ok(meta) => meta,
        Err(error) => {
            let absent = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
            return if absent { Ok(None) } else { Err(error) };
        }
    };
    if meta.is_symlink() {
        return Ok(Some((meta, fs::read_link(path)?.into_os_string().into_vec())));
    }
    if !meta.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    for _ in 0..10 {
        let mut file = disk::open_at_once(path)?;
        let before = file.metadata()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let after = file.metadata()?;
        let same = |of: fn(&Metadata) -> i64| of(&before) == of(&after);
        if same(Metadata::mtime) && same(Metadata::mtime_nsec) && before.len() == after.len() {
            return Ok(Some((after, content)));
        }
    }
    Err(io::Error::other("someone else is writing to it all the time"))
}

/// Returns the mode that HEAD has for a file, where the disk's means nothing.
fn known_mode(repo: &Repo, path: &[u8]) -> Result<Option<u32>, GitError> {
    let Some(head) = repo.head()? else { return Ok(None) };
    let mode = repo.leaf_at(&head, path)?.map(|leaf| leaf.mode);
    Ok(mode.filter(|mode| mode & 0o170_000 == 0o100_000))
}

/// Returns what an index entry says of a file, each number cut to 32 bits as git cuts it.
fn stat(meta: &Metadata) -> Stat {
    let cut = |number: i64| (number & 0xffff_ffff) as u32;
    let low = |number: u64| (number & 0xffff_ffff) as u32;
    Stat {
        ctime: (cut(meta.ctime()), cut(meta.ctime_nsec())),
        mtime: (cut(meta.mtime()), cut(meta.mtime_nsec())),
        dev: low(meta.dev()),
        ino: low(meta.ino()),
        uid: meta.uid(),
        gid: meta.gid(),
        size: low(meta.len()),
    }
}

/// An index to come.
pub(super) struct PreparedIndex {
    /// Its file, that is being synced; none where it is the index as it was.
    pub(super) draft: Option<TempPath>,
    pub(super) change: IndexTransition,
}

/// Puts the files of a change into a draft of the index, and leaves everything else in it as it is.
pub(super) fn prepare(
    repo: &Repo,
    (lock, crew): (&FileLock, &SyncPool),
    staged: &StagedFiles,
    folders: &[TreeFolder],
) -> Result<PreparedIndex, NotCommitted> {
    let trouble = |error: io::Error| NotCommitted::at(&repo.index_file, &error);
    let old = OldIndex::read(&repo.index_file).map_err(trouble)?;
    let changed = |slot: &IndexEntry<'_>| differs(repo, slot);
    let spliced = match &repo.engine {
        Engine::Library(_) => {
            index_patch::splice(&old.bytes, staged, folders, (old.seconds(), &changed))?
        }
        Engine::Program => PatchOutcome::Declined,
    };
    let new = match spliced {
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
    let draft = disk::Replacement {
        path: &disk::sibling(&repo.index_file, ".recount"),
        bytes: &new,
        shared: repo.settings.shared(),
        // Git looks closer at files that changed in the index's second or later. The files
        // were read after the lock was taken, so none that changed since is passed over.
        time: Some(lock.since().map_err(trouble)?),
    };
    Ok(PreparedIndex { draft: Some(draft.write(crew).map_err(trouble)?), change })
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
fn differs(repo: &Repo, slot: &IndexEntry<'_>) -> bool {
    match steady(&repo.full(slot.name)) {
        Ok(Some((meta, content))) => {
            let now = stat(&meta);
            // Whole seconds, as git compares unless it was built otherwise.
            let then = slot.stat();
            now.mtime.0 == then.mtime.0
                && now.size == then.size
                && blob_name(&content) != slot.oid()
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
    let (passing, lasting) = (copy.display().to_string(), repo.index_file.display().to_string());
    refresh_copy(repo, old, staged, &copy)
        .map_err(|kept| NotCommitted { why: kept.why.replace(&passing, &lasting), ..kept })
}

fn refresh_copy(
    repo: &Repo,
    old: &OldIndex,
    staged: &StagedFiles,
    copy: &Path,
) -> Result<Vec<u8>, NotCommitted> {
    let trouble = |error: io::Error| NotCommitted::at(copy, &error);
    if !old.bytes.is_empty() {
        old.copy_to(copy).map_err(trouble)?;
    }
    let git = |verb: &str| GitCall::within(repo, verb).env("GIT_INDEX_FILE", copy);
    refuse_conflicts(&git, staged)?;
    tree::put_by_program(git, &staged.leaves())?;
    // Once more from the working tree, so that the entries know the files' times.
    let mut present = Vec::new();
    for (path, _) in staged.0.iter().filter(|(_, fresh)| fresh.is_some()) {
        present.extend_from_slice(path);
        present.push(0);
    }
    git("update-index").input(present).run(["-z", "--stdin"])?;
    fs::read(copy).map_err(trouble)
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
