//! The cache-tree of an index: which folders of it are which trees.
//!
//! gitformat-index(5), "Cache tree": a folder is `NAME NUL ENTRIES SP FOLDERS LF TREE`, its folders follow
//! it, and one with fewer than zero entries has changed since and names no tree. Kept up with the change,
//! so that git's next `status` and `commit` are as quick as before it.

use super::bytes::{ByteCursor, OID};
use super::tree::TreeFolder;
use git2::Oid;
use std::borrow::Cow;
use std::collections::HashMap;

/// How many more files there are in each folder of the index.
#[derive(Default)]
pub(super) struct EntryCounts(HashMap<Vec<u8>, i64>);

impl EntryCounts {
    /// Counts a file that comes or goes.
    pub(super) fn count(&mut self, path: &[u8], more: i64) {
        for folder in above(path) {
            let count = self.0.entry(folder.to_vec()).or_default();
            *count = count.saturating_add(more);
        }
    }

    fn of(&self, folder: &[u8]) -> i64 {
        self.0.get(folder).copied().unwrap_or_default()
    }

    /// Returns whether no file came or went.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns how many more files there are in all.
    pub(super) fn total(&self) -> i64 {
        self.of(b"")
    }
}

/// Returns the folders above a path, the top (an empty path) last.
pub(super) fn above(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest.filter(|path| !path.is_empty())?;
        let slash = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        rest = path.get(..slash);
        rest
    })
}

/// What is known of the folders on the way to the change.
pub(super) struct ChangedFolders<'a> {
    folders: HashMap<&'a [u8], &'a TreeFolder>,
    delta: &'a EntryCounts,
}

/// Bytes in pieces: what is as it was is not copied.
pub(super) type ByteChunks<'a> = Vec<Cow<'a, [u8]>>;

/// A folder of the cache-tree: how many entries it covers, how many folders, and its tree.
struct CacheTreeNode<'a> {
    name: &'a [u8],
    folders: usize,
    valid: Option<(i64, Oid)>,
}

impl<'a> CacheTreeNode<'a> {
    fn read(cursor: &mut ByteCursor<'a>) -> Option<Self> {
        let name = cursor.until(0)?;
        let count: i64 = std::str::from_utf8(cursor.until(b' ')?).ok()?.parse().ok()?;
        let folders = std::str::from_utf8(cursor.until(b'\n')?).ok()?.parse().ok()?;
        let valid = match count {
            0.. => Some((count, Oid::from_bytes(cursor.take(OID)?).ok()?)),
            _ => None,
        };
        Some(Self { name, folders, valid })
    }

    fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.name);
        let count = self.valid.map_or(-1, |(count, _)| count);
        into.extend_from_slice(format!("\0{count} {}\n", self.folders).as_bytes());
        if let Some((_, oid)) = self.valid {
            into.extend_from_slice(oid.as_bytes());
        }
    }
}

impl<'a> ChangedFolders<'a> {
    /// Takes the folders on the way to the change, and what came and went in them.
    pub(super) fn new(folders: &'a [TreeFolder], delta: &'a EntryCounts) -> Self {
        let folders = folders.iter().map(|folder| (folder.path.as_slice(), folder)).collect();
        Self { folders, delta }
    }

    /// Returns the cache-tree after the change, piece by piece; none where it can't be read.
    pub(super) fn cache_tree<'c>(&'c self, content: &'c [u8]) -> Option<ByteChunks<'c>> {
        let mut cursor = ByteCursor(content);
        let new = self.node(&mut cursor, b"")?;
        cursor.0.is_empty().then_some(new)
    }

    /// Rewrites a folder on the way to the change, and copies those that aren't.
    ///
    /// A tree that was HEAD's becomes the new HEAD's, since the index and HEAD
    /// change in the same way. One that wasn't, because more is staged there, is
    /// no longer known: a wrong tree here would be committed by git's next commit.
    fn node<'c>(&'c self, cursor: &mut ByteCursor<'c>, path: &[u8]) -> Option<ByteChunks<'c>> {
        let node = CacheTreeNode::read(cursor)?;
        let folder = self.folders.get(path);
        let valid = folder.zip(node.valid).and_then(|(folder, (count, oid))| {
            let count = count.checked_add(self.delta.of(path)).filter(|count| *count > 0)?;
            (folder.old == Some(oid)).then_some((count, folder.new?))
        });
        let mut children: Vec<(&[u8], ByteChunks<'c>)> = Vec::new();
        for _ in 0..node.folders {
            let start = cursor.0;
            let name = CacheTreeNode::read(&mut cursor.clone())?.name;
            let inner = join(path, name);
            let pieces = match self.folders.get(inner.as_slice()) {
                Some(folder) if folder.new.is_none() => {
                    skip(cursor)?;
                    continue;
                }
                Some(_) => self.node(cursor, &inner)?,
                None => {
                    skip(cursor)?;
                    vec![Cow::Borrowed(start.get(..start.len() - cursor.0.len())?)]
                }
            };
            children.push((name, pieces));
        }
        if valid.is_some() {
            self.add_new(path, &mut children);
        }
        // The order by which git searches (`subtree_name_cmp` in its cache-tree.c): shorter names first.
        children.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then(a.cmp(b)));
        let mut new = Vec::new();
        CacheTreeNode { name: node.name, folders: children.len(), valid }.write(&mut new);
        let children = children.into_iter().flat_map(|(_, pieces)| pieces);
        Some(std::iter::once(Cow::Owned(new)).chain(children).collect())
    }

    /// Adds the folders below `path` that the change made.
    fn add_new<'c>(&'c self, path: &[u8], children: &mut Vec<(&'c [u8], ByteChunks<'c>)>) {
        for folder in self.folders.values() {
            let Some(name) = child_name(path, &folder.path) else { continue };
            if let (None, Some(new)) = (folder.old, folder.new) {
                let mut below = Vec::new();
                self.add_new(&folder.path, &mut below);
                below.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then(a.cmp(b)));
                let valid = Some((self.delta.of(&folder.path), new));
                let mut bytes = Vec::new();
                CacheTreeNode { name, folders: below.len(), valid }.write(&mut bytes);
                let below = below.into_iter().flat_map(|(_, pieces)| pieces);
                let pieces = std::iter::once(Cow::Owned(bytes)).chain(below).collect();
                children.push((name, pieces));
            }
        }
    }
}

fn join(path: &[u8], name: &[u8]) -> Vec<u8> {
    if path.is_empty() { name.to_vec() } else { [path, b"/", name].concat() }
}

/// Returns the last name of `inner` if it lies right below `path`.
fn child_name<'a>(path: &[u8], inner: &'a [u8]) -> Option<&'a [u8]> {
    let rest =
        if path.is_empty() { inner } else { inner.strip_prefix(path)?.strip_prefix(b"/")? };
    (!rest.is_empty() && !rest.contains(&b'/')).then_some(rest)
}

/// Passes over a folder of the cache-tree and all below it.
fn skip(cursor: &mut ByteCursor<'_>) -> Option<()> {
    // Counted, not by recursion: how deep it is the file says, and a hostile one would exhaust the stack.
    let mut left = 1_usize;
    while left > 0 {
        left = left.checked_add(CacheTreeNode::read(cursor)?.folders)?.checked_sub(1)?;
    }
    Some(())
}
