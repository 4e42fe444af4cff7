//! The files of a change as they are read from the working tree and stored in git.

use super::error::{GitError, NotCommitted};
use super::object::{LooseObjects, ObjectId, ObjectKind};
use super::repo::Repo;
use super::tree::{ChangedLeaves, TreeLeaf};
use super::{attributes, files};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

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
        let leaf = |file: &Option<StagedFile>| file.as_ref().map(|file| file.leaf.clone());
        self.0.iter().map(|(path, file)| (path.clone(), leaf(file))).collect()
    }
}

/// What an entry says of the file in the working tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) ctime: (u32, u32),
    pub(super) mtime: (u32, u32),
    pub(super) dev: u32,
    pub(super) ino: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) size: u32,
}

/// Reads the files of a change and stores their bytes in git; none where one is not what was written. Where it is
/// known what was, a file of which it is not and that is gone is left out.
pub(super) fn read_files(
    repo: &Repo,
    loose: Option<&LooseObjects<'_>>,
    paths: &[Vec<u8>],
    written: Option<&HashMap<Vec<u8>, &[u8]>>,
) -> Result<Option<StagedFiles>, NotCommitted> {
    let mut staged = Vec::with_capacity(paths.len());
    for path in paths {
        let full = repo.full(path);
        let found = steady(&full).map_err(|error| NotCommitted::at(&full, &error))?;
        match (found, written.and_then(|written| written.get(path))) {
            (None, Some(_)) => return Ok(None),
            (None, None) if written.is_some() => {}
            (None, None) => staged.push((path.clone(), None)),
            // Git keeps what a link says, and what it leads to has a path of its own.
            (Some((meta, content)), Some(text)) if !meta.is_symlink() && content != *text => {
                return Ok(None);
            }
            (Some((meta, content)), _) => {
                staged.push((
                    path.clone(),
                    Some(store(repo, loose, path, SteadyFile { meta, content })?),
                ));
            }
        }
    }
    Ok(Some(StagedFiles(staged)))
}

/// A file that nobody wrote to while it was read.
struct SteadyFile {
    meta: Metadata,
    content: Vec<u8>,
}

/// Stores a file's bytes in git.
fn store(
    repo: &Repo,
    loose: Option<&LooseObjects<'_>>,
    path: &[u8],
    SteadyFile { meta, content }: SteadyFile,
) -> Result<StagedFile, NotCommitted> {
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
            let printed = repo.git("hash-object").input(content).line(args)?;
            files::sync_below(&repo.objects_dir)
                .map_err(|error| NotCommitted::at(&repo.objects_dir, &error))?;
            ObjectId::parse(&printed)
                .ok_or_else(|| NotCommitted::new(format!("git hash-object printed {printed}")))?
        }
    };
    Ok(StagedFile { leaf: TreeLeaf { mode, id }, stat: stat(&meta) })
}

/// Reads a file whose metadata are the same before and after; none where there is no file.
///
/// Someone may be writing to it: git must not get half of a file, nor the index a time that hides the rest.
pub(super) fn steady(path: &Path) -> io::Result<Option<(Metadata, Vec<u8>)>> {
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
        let mut file = files::open_at_once(path)?;
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

/// Returns what an index entry says of a file, each number cut to its low 32 bits as gitformat-index(5) has it:
/// it is compared for equality alone.
pub(super) fn stat(meta: &Metadata) -> Stat {
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
