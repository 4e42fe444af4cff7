//! Trees: the folders of a commit, rewritten along the changed paths alone.

use super::commit::Leaves;
use super::object::{Id, Kind, Loose};
use super::program::Git;
use super::refs::Head;
use super::{Kept, Repo, Trouble};
use git2::Oid;
use std::collections::BTreeMap;

/// The mode of a folder in a tree.
pub(super) const FOLDER: &[u8] = b"40000";

/// A file as a tree has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) mode: u32,
    pub(super) id: Id,
}

/// A folder on the way to a changed path, before and after; none where it isn't there.
pub(super) struct Folder {
    /// Its path without a final slash; empty for the top.
    pub(super) path: Vec<u8>,
    pub(super) old: Option<Oid>,
    pub(super) new: Option<Oid>,
}

/// One line of a tree, as its object has it.
#[derive(Clone)]
pub(super) struct Line<'a> {
    pub(super) mode: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) oid: Oid,
}

impl Line<'_> {
    pub(super) fn is_folder(&self) -> bool {
        self.mode == FOLDER
    }
}

/// Reads the lines of a tree object of a SHA-1 repository; stops at what is no line.
pub(super) fn lines(mut bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_at_checked(bytes.iter().position(|c| *c == 0)?)?;
        let (mode, name) = head.split_at_checked(head.iter().position(|c| *c == b' ')?)?;
        let (oid, rest) = rest.get(1..)?.split_at_checked(20)?;
        bytes = rest;
        Some(Line { mode, name: name.get(1..)?, oid: Oid::from_bytes(oid).ok()? })
    })
}

/// What is to become of one name in a folder.
#[derive(Default)]
struct Sprout {
    /// A file to put there, or a file to take away.
    leaf: Option<Option<Leaf>>,
    /// Changes below it.
    below: Leaves,
}

/// Writes the trees that `leaves` make of `root`, and returns the new top and the folders on the way.
///
/// An empty folder is no folder: none is returned for an empty top.
pub(super) fn graft(
    loose: &Loose<'_>,
    root: Option<Oid>,
    leaves: &Leaves,
) -> Result<(Option<Oid>, Vec<Folder>), Kept> {
    let mut folders = Vec::new();
    let new = grow(loose, root, leaves, (Vec::new(), &mut folders))?;
    Ok((new, folders))
}

fn grow(
    loose: &Loose<'_>,
    old: Option<Oid>,
    leaves: &Leaves,
    (path, folders): (Vec<u8>, &mut Vec<Folder>),
) -> Result<Option<Oid>, Kept> {
    let object = old.map(|oid| loose.read(oid)).transpose()?;
    let content = object.as_ref().map_or(&[][..], |object| object.data());
    let mut held: Vec<Line<'_>> = lines(content).collect();
    if held.iter().map(|line| line.mode.len() + line.name.len() + 22).sum::<usize>()
        != content.len()
    {
        return Err(Kept::new("HEAD has a tree that can't be read").next("run git fsck"));
    }
    let sprouts = sprouts(leaves);
    let mut added: Vec<(Vec<u8>, &[u8], Oid)> = Vec::new();
    for (name, sprout) in &sprouts {
        let mut now = held.iter().find(|line| line.name == *name).cloned();
        held.retain(|line| line.name != *name);
        match &sprout.leaf {
            Some(Some(leaf)) => {
                added.push((format!("{:o}", leaf.mode).into_bytes(), name, leaf.id.oid()?));
                continue;
            }
            Some(None) if now.as_ref().is_some_and(|line| !line.is_folder()) => now = None,
            Some(None) | None => {}
        }
        let below = now.as_ref().filter(|line| line.is_folder()).map(|line| line.oid);
        if sprout.below.is_empty() {
            held.extend(now);
            continue;
        }
        let mut inner = path.clone();
        if !inner.is_empty() {
            inner.push(b'/');
        }
        inner.extend_from_slice(name);
        match grow(loose, below, &sprout.below, (inner, &mut *folders))? {
            Some(oid) => added.push((FOLDER.to_vec(), name, oid)),
            // Only removals, of files that weren't there: what is there stays.
            None if below.is_none() => held.extend(now),
            None => {}
        }
    }
    held.extend(added.iter().map(|(mode, name, oid)| Line { mode, name, oid: *oid }));
    held.sort_by(|a, b| order(a).cmp(order(b)));
    let new = match held.is_empty() {
        true => None,
        false => Some(loose.write(Kind::Tree, &encode(&held))?),
    };
    folders.push(Folder { path, old, new });
    Ok(new)
}

/// Sorts the changes below a folder by the name that they go through first.
fn sprouts(leaves: &Leaves) -> BTreeMap<&[u8], Sprout> {
    let mut sprouts: BTreeMap<&[u8], Sprout> = BTreeMap::new();
    for (path, leaf) in leaves {
        match path.iter().position(|c| *c == b'/').and_then(|at| path.split_at_checked(at)) {
            Some((name, rest)) => {
                let rest = rest.get(1..).unwrap_or_default().to_vec();
                sprouts.entry(name).or_default().below.insert(rest, leaf.clone());
            }
            None => sprouts.entry(path).or_default().leaf = Some(leaf.clone()),
        }
    }
    sprouts
}

/// Returns what git sorts a tree by: the name, as if a folder's ended in a slash.
fn order<'a>(line: &'a Line<'_>) -> impl Iterator<Item = u8> + 'a {
    line.name.iter().copied().chain(line.is_folder().then_some(b'/'))
}

fn encode(lines: &[Line<'_>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.len() * 64);
    for line in lines {
        for part in [line.mode, b" ", line.name, b"\0", line.oid.as_bytes()] {
            bytes.extend_from_slice(part);
        }
    }
    bytes
}

/// Has git write those trees, by way of an index that nobody else sees.
pub(super) fn graft_by_program(
    repo: &Repo,
    head: &Head,
    leaves: &Leaves,
) -> Result<Option<Id>, Kept> {
    let folder = tempfile::Builder::new()
        .prefix("recount-")
        .tempdir_in(&repo.git_dir)
        .map_err(|error| Kept::at(&repo.git_dir, &error))?;
    let index = folder.path().join("index");
    let git = |verb: &str| Git::within(repo, verb).env("GIT_INDEX_FILE", &index);
    if let Some(commit) = &head.commit {
        git("read-tree").run([commit.as_str()])?;
    }
    put_by_program(git, leaves)?;
    let tree = git("write-tree").line(["--missing-ok"])?;
    let listed = git("ls-files").run(["-s", "-z"])?;
    if listed.is_empty() {
        return Ok(None);
    }
    let id = Id::parse(&tree);
    id.map(Some).ok_or_else(|| Trouble::new(format!("git write-tree printed {tree}")).into())
}

/// Has git put the changes into an index, whatever that holds for their paths.
pub(super) fn put_by_program(git: impl Fn(&str) -> Git, leaves: &Leaves) -> Result<(), Trouble> {
    let (mut removed, mut put) = (Vec::new(), Vec::new());
    for (path, leaf) in leaves {
        let into = match leaf {
            None => &mut removed,
            Some(Leaf { mode, id }) => {
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
