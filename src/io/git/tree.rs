//! Trees: the folders of a commit, rewritten along the changed paths alone.

use super::error::{GitError, NotCommitted};
use super::object::{LooseObjects, ObjectId, ObjectKind};
use super::program::GitCall;
use super::refs::Head;
use super::repo::Repo;
use git2::Oid;
use std::collections::{BTreeMap, HashMap};

/// The mode of a folder in a tree.
pub(super) const FOLDER: u32 = 0o40_000;

/// The mode of another repository's commit in a tree.
pub(super) const SUBMODULE: u32 = 0o160_000;

/// A file as a tree has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeLeaf {
    pub(super) mode: u32,
    pub(super) id: ObjectId,
}

/// The files of a change by their path in the repository; absent where they are to be removed.
pub(super) type ChangedLeaves = BTreeMap<Vec<u8>, Option<TreeLeaf>>;

/// A folder on the way to a changed path, before and after; none where it isn't there.
pub(super) struct TreeFolder {
    /// Its path without a final slash; empty for the top.
    pub(super) path: Vec<u8>,
    pub(super) old: Option<Oid>,
    pub(super) new: Option<Oid>,
}

/// One line of a tree.
#[derive(Clone, Copy)]
pub(super) struct TreeLine<'a> {
    pub(super) mode: u32,
    pub(super) name: &'a [u8],
    pub(super) oid: Oid,
}

/// Reads the next line of a tree object of a SHA-1 repository, and takes it off.
fn line<'a>(bytes: &mut &'a [u8]) -> Option<TreeLine<'a>> {
    let (head, rest) = bytes.split_at_checked(bytes.iter().position(|c| *c == 0)?)?;
    let (mode, name) = head.split_at_checked(head.iter().position(|c| *c == b' ')?)?;
    let (oid, rest) = rest.get(1..)?.split_at_checked(20)?;
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    *bytes = rest;
    Some(TreeLine { mode, name: name.get(1..)?, oid: Oid::from_bytes(oid).ok()? })
}

/// Reads the lines of a tree object, as far as they can be read.
pub(super) fn lines(mut bytes: &[u8]) -> impl Iterator<Item = TreeLine<'_>> {
    std::iter::from_fn(move || line(&mut bytes))
}

/// What is to become of one name in a folder.
#[derive(Default)]
struct TreeChange {
    /// A file to put there, or a file to take away.
    leaf: Option<Option<TreeLeaf>>,
    /// Changes below it.
    below: ChangedLeaves,
}

/// Writes the trees that `leaves` make of `root`, and returns the new top and the folders on the way.
///
/// An empty folder is no folder: none is returned for an empty top.
pub(super) fn edit(
    loose: &LooseObjects<'_>,
    root: Option<Oid>,
    leaves: &ChangedLeaves,
) -> Result<(Option<Oid>, Vec<TreeFolder>), NotCommitted> {
    let mut editor = TreeEditor { loose, folders: Vec::new() };
    let new = editor.folder(Vec::new(), root, leaves)?;
    Ok((new, editor.folders))
}

struct TreeEditor<'a> {
    loose: &'a LooseObjects<'a>,
    folders: Vec<TreeFolder>,
}

impl TreeEditor<'_> {
    /// Writes a folder anew, and all that changed below it.
    fn folder(
        &mut self,
        path: Vec<u8>,
        old: Option<Oid>,
        leaves: &ChangedLeaves,
    ) -> Result<Option<Oid>, NotCommitted> {
        let loose = self.loose;
        let object = old.map(|oid| loose.read(oid)).transpose()?;
        let mut rest = object.as_ref().map_or(&[][..], |object| object.data());
        let mut held: Vec<TreeLine<'_>> = std::iter::from_fn(|| line(&mut rest)).collect();
        if !rest.is_empty() {
            return Err(
                NotCommitted::new("HEAD has a folder that can't be read").next("run git fsck")
            );
        }
        let changes = changes(leaves);
        let touched: HashMap<&[u8], TreeLine<'_>> = held
            .extract_if(.., |line| changes.contains_key(line.name))
            .map(|line| (line.name, line))
            .collect();
        for (name, change) in &changes {
            let now = touched.get(name).copied();
            let inner = [path.as_slice(), if path.is_empty() { b"" } else { b"/" }, name].concat();
            held.extend(self.change(inner, name, now, change)?);
        }
        // As git sorts a tree: by name, as if a folder's ended in a slash.
        held.sort_by(|a, b| sort_key(a).cmp(sort_key(b)));
        let new = match held.is_empty() {
            true => None,
            false => Some(loose.write(ObjectKind::Tree, &encode(&held))?),
        };
        self.folders.push(TreeFolder { path, old, new });
        Ok(new)
    }

    /// Returns what a name of a folder becomes that was `now`.
    fn change<'n>(
        &mut self,
        path: Vec<u8>,
        name: &'n [u8],
        now: Option<TreeLine<'n>>,
        change: &TreeChange,
    ) -> Result<Option<TreeLine<'n>>, NotCommitted> {
        let is_folder = now.is_some_and(|line| line.mode == FOLDER);
        let left = match &change.leaf {
            Some(Some(TreeLeaf { mode, id })) => {
                return Ok(Some(TreeLine { mode: *mode, name, oid: id.oid()? }));
            }
            // A file that was taken away; a folder of that name is none.
            Some(None) => now.filter(|_| is_folder),
            None => now,
        };
        if change.below.is_empty() {
            return Ok(left);
        }
        let below = left.filter(|_| is_folder).map(|line| line.oid);
        let new = self.folder(path, below, &change.below)?;
        // Where only files were to be removed that weren't there, a file of the folder's name stays.
        let stays = if is_folder { None } else { left };
        Ok(new.map(|oid| TreeLine { mode: FOLDER, name, oid }).or(stays))
    }
}

/// Sorts the changes below a folder by the name that they go through first.
fn changes(leaves: &ChangedLeaves) -> BTreeMap<&[u8], TreeChange> {
    let mut changes: BTreeMap<&[u8], TreeChange> = BTreeMap::new();
    for (path, leaf) in leaves {
        match path.iter().position(|c| *c == b'/').and_then(|at| path.split_at_checked(at)) {
            Some((name, rest)) => {
                let rest = rest.get(1..).unwrap_or_default().to_vec();
                changes.entry(name).or_default().below.insert(rest, leaf.clone());
            }
            None => changes.entry(path).or_default().leaf = Some(leaf.clone()),
        }
    }
    changes
}

fn sort_key<'a>(line: &'a TreeLine<'_>) -> impl Iterator<Item = u8> + 'a {
    line.name.iter().copied().chain((line.mode == FOLDER).then_some(b'/'))
}

fn encode(lines: &[TreeLine<'_>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.len() * 64);
    for line in lines {
        bytes.extend_from_slice(format!("{:o} ", line.mode).as_bytes());
        for part in [line.name, b"\0", line.oid.as_bytes()] {
            bytes.extend_from_slice(part);
        }
    }
    bytes
}

/// Has git write those trees, by way of an index that nobody else sees.
pub(super) fn edit_by_program(
    repo: &Repo,
    head: &Head,
    leaves: &ChangedLeaves,
) -> Result<Option<ObjectId>, NotCommitted> {
    let folder = tempfile::Builder::new()
        .prefix("recount-")
        .tempdir_in(&repo.git_dir)
        .map_err(|error| NotCommitted::at(&repo.git_dir, &error))?;
    let index = folder.path().join("index");
    let git = |verb: &str| repo.git(verb).env("GIT_INDEX_FILE", &index);
    if let Some(commit) = &head.commit {
        git("read-tree").run([commit.as_str()])?;
    }
    put_by_program(git, leaves)?;
    let tree = git("write-tree").line(["--missing-ok"])?;
    let listed = git("ls-files").run(["-s", "-z"])?;
    if listed.is_empty() {
        return Ok(None);
    }
    let id = ObjectId::parse(&tree);
    id.map(Some).ok_or_else(|| GitError::new(format!("git write-tree printed {tree}")).into())
}

/// Has git put the changes into an index, whatever that holds for their paths.
pub(super) fn put_by_program(
    git: impl Fn(&str) -> GitCall,
    leaves: &ChangedLeaves,
) -> Result<(), GitError> {
    let (mut removed, mut put) = (Vec::new(), Vec::new());
    for (path, leaf) in leaves {
        let into = match leaf {
            None => &mut removed,
            Some(TreeLeaf { mode, id }) => {
                put.extend_from_slice(format!("{mode:o} {id}\t").as_bytes());
                &mut put
            }
        };
        into.extend_from_slice(path);
        into.push(0);
    }
    if !removed.is_empty() {
        git("update-index").input(removed).run(["--force-remove", "-z", "--stdin"])?;
    }
    if !put.is_empty() {
        git("update-index").input(put).run(["--add", "--replace", "-z", "--index-info"])?;
    }
    Ok(())
}
