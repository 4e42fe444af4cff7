//! Reading what was committed.

use super::attributes;
use super::error::GitError;
use super::object::CommitId;
use super::object::{ObjectId, blob_name};
use super::paths::relative;
use super::repo::{Engine, Repo};
use super::tree::{FOLDER, SUBMODULE, TreeLeaf, lines};
use crate::model::time::Instant;
use git2::{ErrorCode, Oid, Repository};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The bytes of a file as git keeps them, not yet read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Blob(pub(super) ObjectId);

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedFile {
    /// Its path from the top of the working tree.
    pub(crate) path: PathBuf,
    /// Its bytes.
    pub(crate) blob: Blob,
}

impl Blob {
    /// Returns whether the blob is of these bytes; never in a repository whose names are not SHA-1.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        self.0.oid().is_ok_and(|name| name == blob_name(bytes))
    }
}

impl Repo {
    /// Returns the commit that HEAD is at, or none before the first commit.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn head(&self) -> Result<Option<CommitId>, GitError> {
        Ok(self.head_now()?.commit.map(CommitId))
    }

    /// Returns the commit that a revision names, such as `HEAD~3`, a branch or a tag.
    ///
    /// # Errors
    /// Where it names none, or more than one.
    pub(crate) fn resolve(&self, rev: &str) -> Result<CommitId, GitError> {
        let unknown = || {
            let next = match self.shallow_ends().is_ok_and(|ends| ends.is_empty()) {
                true => "give a commit, a branch or a tag: git log --oneline lists commits",
                false => "this clone is shallow; bring the rest: git fetch --unshallow",
            };
            GitError::new(format!("git knows no commit {rev}")).next(next)
        };
        if rev.is_empty() || rev.starts_with('-') || rev.contains('\0') {
            return Err(unknown());
        }
        match &self.engine {
            Engine::Library(library) => {
                let found = library.revparse_single(rev).and_then(|object| object.peel_to_commit());
                found.map(|commit| CommitId(commit.id().into())).map_err(|error| {
                    match error.code() {
                        ErrorCode::Ambiguous => {
                            GitError::new(format!("more than one commit is {rev}"))
                                .next("give more of its digits")
                        }
                        _ => unknown(),
                    }
                })
            }
            Engine::Program => {
                let args = ["-q", "--verify", "--end-of-options", &format!("{rev}^{{commit}}")];
                let answer = self.git("rev-parse").ask(args)?;
                let printed = answer.stdout().map_err(|_| unknown())?;
                let name = String::from_utf8_lossy(&printed);
                ObjectId::parse(name.trim()).map(CommitId).ok_or_else(unknown)
            }
        }
    }

    /// Returns when a commit was made, by its committer's clock.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn when(&self, commit: &CommitId) -> Result<Instant, GitError> {
        match &self.engine {
            Engine::Library(library) => {
                let seconds = library.find_commit(commit.0.oid()?)?.time().seconds();
                Ok(Instant::saturating(seconds))
            }
            Engine::Program => {
                let args = ["-s", "--format=%ct", commit.as_str()];
                let printed = self.git("show").run(args)?;
                let seconds = String::from_utf8_lossy(&printed).trim().parse();
                let unknown = |_| GitError::new(format!("git tells no time of {}", commit.short()));
                Ok(Instant::saturating(seconds.map_err(unknown)?))
            }
        }
    }

    /// Returns the bytes of a file as a commit has it, or none where it has no such file.
    ///
    /// # Errors
    /// Where the path lies outside of the repository, or the repository can't be read.
    pub(crate) fn read_at(
        &self,
        commit: &CommitId,
        path: &Path,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let leaf = self.leaf_at(commit, &relative(self, path)?)?;
        leaf.map(|leaf| self.read(&Blob(leaf.id))).transpose()
    }

    /// Returns whether a commit has a file at a path.
    ///
    /// # Errors
    /// As [`Self::read_at`].
    pub(crate) fn has_at(&self, commit: &CommitId, path: &Path) -> Result<bool, GitError> {
        Ok(self.leaf_at(commit, &relative(self, path)?)?.is_some())
    }

    /// Returns the hash of a folder as a commit has it.
    ///
    /// # Errors
    /// Where the folder lies outside of the repository or isn't in the commit, or the repository can't be read.
    pub(crate) fn folder_at(&self, commit: &CommitId, folder: &Path) -> Result<String, GitError> {
        let mut name = OsString::from(format!("{commit}:"));
        name.push(OsStr::from_bytes(&relative(self, folder)?));
        self.git("rev-parse").line([OsStr::new("--verify"), &name])
    }

    /// Returns the bytes of a blob.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn read(&self, blob: &Blob) -> Result<Vec<u8>, GitError> {
        match &self.engine {
            Engine::Library(library) => Ok(library.find_blob(blob.0.oid()?)?.content().to_vec()),
            Engine::Program => self.git("cat-file").run(["blob", blob.0.as_str()]),
        }
    }

    /// Returns whether git keeps a file of these bytes, in a commit or for one.
    pub(crate) fn keeps(&self, bytes: &[u8]) -> bool {
        match &self.engine {
            Engine::Library(library) => {
                library.odb().is_ok_and(|objects| objects.exists(blob_name(bytes)))
            }
            Engine::Program => {
                let name = self.git("hash-object").input(bytes).line(["--stdin"]);
                let found = name.and_then(|name| self.git("cat-file").ask(["-e", &name]));
                found.is_ok_and(|found| found.ok)
            }
        }
    }

    /// Returns the bytes of a file as it is staged, or none where it isn't or is in a conflict.
    ///
    /// # Errors
    /// Where the path lies outside of the repository, or the repository can't be read.
    pub(crate) fn read_staged(&self, path: &Path) -> Result<Option<Vec<u8>>, GitError> {
        let path = relative(self, path)?;
        match &self.engine {
            Engine::Library(library) => {
                let index = library.index()?;
                let found = index.get_path(Path::new(OsStr::from_bytes(&path)), 0);
                found.map(|entry| self.read(&Blob(entry.id.into()))).transpose()
            }
            Engine::Program => {
                let mut name = OsString::from(":");
                name.push(OsStr::from_bytes(&path));
                let answer = self.git("cat-file").ask([OsStr::new("blob"), &name])?;
                Ok(answer.stdout().ok())
            }
        }
    }

    /// Returns all files that a commit has in a folder and below, sorted by path.
    ///
    /// # Errors
    /// Where the path lies outside of the repository, or the repository can't be read.
    pub(crate) fn list_at(
        &self,
        commit: &CommitId,
        dir: &Path,
    ) -> Result<Vec<ListedFile>, GitError> {
        let folder = relative(self, dir)?;
        match &self.engine {
            Engine::Library(library) => list(library, commit, &folder),
            Engine::Program => self.list_by_program(commit, &folder),
        }
    }

    /// Returns the files below these paths that differ from HEAD, staged or not, new ones too.
    ///
    /// # Errors
    /// Where git can't tell.
    pub(crate) fn dirty(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, GitError> {
        let flags = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--"];
        let mut args: Vec<OsString> = flags.map(OsString::from).to_vec();
        let paths: Vec<_> = paths.iter().map(|it| relative(self, it)).collect::<Result<_, _>>()?;
        attributes::passable(self, &paths)?;
        for path in &paths {
            let path = if path.is_empty() { b".".as_slice() } else { path };
            args.push(OsStr::from_bytes(path).to_owned());
        }
        let printed = self.git("status").run(args)?;
        let names = printed.split(|c| *c == 0).filter_map(|line| line.get(3..));
        Ok(names.map(|name| PathBuf::from(OsStr::from_bytes(name))).collect())
    }

    /// Returns the file that a commit has at a path.
    pub(super) fn leaf_at(
        &self,
        commit: &CommitId,
        path: &[u8],
    ) -> Result<Option<TreeLeaf>, GitError> {
        match &self.engine {
            Engine::Library(library) => {
                let tree = library.find_commit(commit.0.oid()?)?.tree_id();
                file_in(library, tree, path)
            }
            Engine::Program => {
                let listed = self.ls_tree(commit, &[], path)?;
                Ok(listed.into_iter().find(|(name, _)| name == path).map(|(_, leaf)| leaf))
            }
        }
    }

    fn list_by_program(
        &self,
        commit: &CommitId,
        folder: &[u8],
    ) -> Result<Vec<ListedFile>, GitError> {
        let listed = self.ls_tree(commit, &["-r"], folder)?;
        let inside = |name: &[u8]| {
            folder.is_empty()
                || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
        };
        let mut files: Vec<ListedFile> = listed
            .into_iter()
            .filter(|(name, _)| inside(name))
            .map(|(name, leaf)| ListedFile {
                path: PathBuf::from(OsStr::from_bytes(&name)),
                blob: Blob(leaf.id),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn ls_tree(
        &self,
        commit: &CommitId,
        flags: &[&str],
        path: &[u8],
    ) -> Result<Vec<(Vec<u8>, TreeLeaf)>, GitError> {
        let mut args: Vec<&OsStr> = vec![OsStr::new("-z"), OsStr::new("--full-tree")];
        args.extend(flags.iter().map(OsStr::new));
        args.extend([OsStr::new(commit.as_str()), OsStr::new("--")]);
        if !path.is_empty() {
            args.push(OsStr::from_bytes(path));
        }
        let printed = self.git("ls-tree").run(args)?;
        let line = |line: &[u8]| {
            let tab = line.iter().position(|c| *c == b'\t')?;
            let (head, name) = line.split_at_checked(tab)?;
            let head = String::from_utf8_lossy(head);
            let mut words = head.split(' ');
            let mode = u32::from_str_radix(words.next()?, 8).ok()?;
            let id = words.next().filter(|kind| *kind == "blob").and_then(|_| words.next())?;
            Some((name.get(1..)?.to_vec(), TreeLeaf { mode, id: ObjectId::parse(id)? }))
        };
        Ok(printed.split(|c| *c == 0).filter_map(line).collect())
    }
}

/// Goes down from a tree along a path; the top itself for an empty one.
fn step_down(library: &Repository, tree: Oid, path: &[u8]) -> Result<Option<TreeLeaf>, GitError> {
    let odb = library.odb()?;
    let (mut mode, mut oid) = (FOLDER, tree);
    for name in path.split(|c| *c == b'/').filter(|name| !name.is_empty()) {
        if mode != FOLDER {
            return Ok(None);
        }
        let object = odb.read(oid)?;
        match lines(object.data()).find(|line| line.name == name) {
            Some(line) => (mode, oid) = (line.mode, line.oid),
            None => return Ok(None),
        }
    }
    Ok(Some(TreeLeaf { mode, id: oid.into() }))
}

/// Returns the file that a tree has at a path.
pub(super) fn file_in(
    library: &Repository,
    tree: Oid,
    path: &[u8],
) -> Result<Option<TreeLeaf>, GitError> {
    let found = step_down(library, tree, path)?;
    Ok(found.filter(|leaf| leaf.mode != FOLDER && leaf.mode != SUBMODULE))
}

fn list(
    library: &Repository,
    commit: &CommitId,
    folder: &[u8],
) -> Result<Vec<ListedFile>, GitError> {
    let top = library.find_commit(commit.0.oid()?)?.tree_id();
    let Some(found) = step_down(library, top, folder)?.filter(|leaf| leaf.mode == FOLDER) else {
        return Ok(Vec::new());
    };
    let odb = library.odb()?;
    let mut files = Vec::new();
    let mut folders = vec![(PathBuf::from(OsStr::from_bytes(folder)), found.id.oid()?)];
    while let Some((path, oid)) = folders.pop() {
        let object = odb.read(oid)?;
        for line in lines(object.data()) {
            let path = path.join(OsStr::from_bytes(line.name));
            if line.mode == FOLDER {
                folders.push((path, line.oid));
            } else if line.mode != SUBMODULE {
                files.push(ListedFile { path, blob: Blob(line.oid.into()) });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
