//! Changes a few entries of an index in place.
//!
//! Reading and writing an index of 20,000 files through libgit2 costs more than
//! all the rest of a commit. Here the entries of the change are replaced, put in
//! or taken out, and every other byte is copied. Whatever isn't known for sure
//! is declined, and left to the `git` program. The format is git's
//! `Documentation/gitformat-index.txt`; versions 2 and 3.

use super::Kept;
use super::index::{Fresh, Staged};
use super::tree::Folder;
use git2::Oid;
use sha1::{Digest, Sha1};
use std::collections::HashMap;

const SIGNATURE: &[u8] = b"DIRC";
const HEADER: usize = 12;
/// The part of an entry before its flags: ten numbers and the object's name.
const FIXED: usize = 60;
const OID: usize = 20;
const ASSUME_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const NAME_LENGTH: u16 = 0x0fff;

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

/// One entry of an index.
pub(super) struct Slot<'a> {
    bytes: &'a [u8],
    flags: u16,
    pub(super) name: &'a [u8],
    pub(super) mtime: (u32, u32),
    pub(super) size: u32,
    pub(super) oid: Oid,
}

/// What became of an index.
pub(super) enum Splice {
    /// These are its new bytes.
    Done(Vec<u8>),
    /// It has something that isn't understood here.
    Declined,
    /// This path of the change has a conflict in it.
    Conflict(Vec<u8>),
}

/// When an index was written, and what tells whether a file differs from its entry.
type Racy<'a> = (u32, &'a dyn Fn(&Slot<'_>) -> bool);

/// Puts the files of a change into an index; an empty one if there are no bytes.
pub(super) fn splice(
    index: &[u8],
    staged: &Staged,
    folders: &[Folder],
    racy: Racy<'_>,
) -> Result<Splice, Kept> {
    let Some(parsed) = Parsed::read(index) else { return Ok(Splice::Declined) };
    if let Some(path) = parsed.conflict(staged) {
        return Ok(Splice::Conflict(path));
    }
    let Some(delta) = parsed.delta(staged) else { return Ok(Splice::Declined) };
    let Some(extensions) = parsed.extensions(&delta, folders) else { return Ok(Splice::Declined) };
    let mut new = Vec::with_capacity(index.len() + 1024);
    new.extend_from_slice(SIGNATURE);
    put(&mut new, parsed.version);
    let count = i64::try_from(parsed.slots.len()).ok().and_then(|n| n.checked_add(delta.total()));
    let Some(count) = count.and_then(|count| u32::try_from(count).ok()) else {
        return Ok(Splice::Declined);
    };
    put(&mut new, count);
    parsed.merge(&mut new, staged, racy)?;
    new.extend_from_slice(&extensions);
    let trailer = if parsed.unhashed { [0; OID] } else { Sha1::digest(&new).into() };
    new.extend_from_slice(&trailer);
    Ok(Splice::Done(new))
}

fn put(into: &mut Vec<u8>, number: u32) {
    into.extend_from_slice(&number.to_be_bytes());
}

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// Takes what stands before the next such byte, and that byte.
    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let head = self.take(self.0.iter().position(|byte| *byte == end)?)?;
        self.take(1)?;
        Some(head)
    }
}

impl<'a> Slot<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let start = cursor.0;
        let mut numbers = [0; 10];
        for number in &mut numbers {
            *number = cursor.number()?;
        }
        let [_, _, seconds, nanos, .., size] = numbers;
        let oid = Oid::from_bytes(cursor.take(OID)?).ok()?;
        let flags = cursor.short()?;
        if flags & EXTENDED != 0 {
            cursor.short()?;
        }
        let name = match flags & NAME_LENGTH {
            NAME_LENGTH => cursor.0.split(|byte| *byte == 0).next()?,
            length => cursor.0.get(..usize::from(length))?,
        };
        cursor.take(name.len())?;
        let length = start.len() - cursor.0.len();
        // Between one and eight zeros, to a multiple of eight.
        cursor.take(8 - length % 8)?;
        let bytes = start.get(..start.len() - cursor.0.len())?;
        Some(Self { bytes, flags, name, mtime: (seconds, nanos), size, oid })
    }

    fn is_conflict(&self) -> bool {
        self.flags & STAGE != 0
    }

    /// Returns whether git could take a change of the file for none, once the index is younger.
    ///
    /// Git's own `ce_smudge_racily_clean_entry`, in seconds as git compares by default.
    fn is_racy(&self, (written, differs): Racy<'_>) -> bool {
        let plain = self.flags & (STAGE | EXTENDED | ASSUME_VALID) == 0;
        plain && self.size != 0 && self.mtime.0 >= written && differs(self)
    }

    /// Copies the entry, with a size of zero where git must look at the file again.
    fn copy(&self, into: &mut Vec<u8>, racy: Racy<'_>) {
        match self.bytes.split_at_checked(FIXED - OID) {
            Some((numbers, rest)) if self.is_racy(racy) => {
                into.extend_from_slice(numbers.get(..FIXED - OID - 4).unwrap_or(numbers));
                put(into, 0);
                into.extend_from_slice(rest);
            }
            _ => into.extend_from_slice(self.bytes),
        }
    }
}

/// Writes the entry of a file of the change.
fn write(into: &mut Vec<u8>, path: &[u8], fresh: &Fresh) -> Result<(), Kept> {
    let start = into.len();
    let Stat { ctime, mtime, dev, ino, uid, gid, size } = fresh.stat;
    let mode = fresh.leaf.mode;
    for number in [ctime.0, ctime.1, mtime.0, mtime.1, dev, ino, mode, uid, gid, size] {
        put(into, number);
    }
    into.extend_from_slice(fresh.leaf.id.oid()?.as_bytes());
    let length = u16::try_from(path.len()).unwrap_or(NAME_LENGTH).min(NAME_LENGTH);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(path);
    let padding = 8 - (into.len() - start) % 8;
    into.resize(into.len() + padding, 0);
    Ok(())
}

/// An index, taken apart.
struct Parsed<'a> {
    version: u32,
    slots: Vec<Slot<'a>>,
    extensions: &'a [u8],
    /// Whether it was written without a checksum (`index.skipHash`).
    unhashed: bool,
}

impl<'a> Parsed<'a> {
    fn read(index: &'a [u8]) -> Option<Self> {
        if index.is_empty() {
            return Some(Self { version: 2, slots: Vec::new(), extensions: &[], unhashed: false });
        }
        let (content, trailer) = index.split_at_checked(index.len().checked_sub(OID)?)?;
        let mut cursor = Cursor(content);
        if cursor.take(SIGNATURE.len())? != SIGNATURE {
            return None;
        }
        let version = cursor.number().filter(|version| matches!(version, 2 | 3))?;
        let count = usize::try_from(cursor.number()?).ok()?;
        // An entry takes more than 60 bytes: a count that lies asks for no memory.
        let mut slots = Vec::with_capacity(count.min((content.len() - HEADER) / FIXED));
        for _ in 0..count {
            slots.push(Slot::read(&mut cursor)?);
        }
        let unhashed = trailer.iter().all(|byte| *byte == 0);
        Some(Self { version, slots, extensions: cursor.0, unhashed })
    }

    fn find(&self, path: &[u8]) -> Result<usize, usize> {
        self.slots.binary_search_by(|slot| slot.name.cmp(path))
    }

    /// Returns the first path of the change that has a conflict.
    fn conflict(&self, staged: &Staged) -> Option<Vec<u8>> {
        let conflicts = |path: &[u8]| {
            let slot = self.find(path).ok().and_then(|at| self.slots.get(at));
            slot.is_some_and(Slot::is_conflict)
        };
        staged.0.iter().map(|(path, _)| path).find(|path| conflicts(path)).cloned()
    }

    /// Counts what comes and goes; none where a file takes a folder's place or the other way about.
    fn delta(&self, staged: &Staged) -> Option<Delta> {
        let mut delta = Delta(HashMap::new());
        for (path, fresh) in &staged.0 {
            match (self.find(path), fresh) {
                (Ok(_), Some(_)) | (Err(_), None) => {}
                (Ok(_), None) => delta.count(path, -1),
                (Err(_), Some(_)) if self.stands_in_the_way(path) => return None,
                (Err(_), Some(_)) => delta.count(path, 1),
            }
        }
        Some(delta)
    }

    fn stands_in_the_way(&self, path: &[u8]) -> bool {
        let below = [path, b"/"].concat();
        let first = self.slots.partition_point(|slot| slot.name < below.as_slice());
        self.slots.get(first).is_some_and(|slot| slot.name.starts_with(&below))
            || above(path).any(|folder| !folder.is_empty() && self.find(folder).is_ok())
    }

    fn merge(&self, new: &mut Vec<u8>, staged: &Staged, racy: Racy<'_>) -> Result<(), Kept> {
        let mut edits = staged.0.iter().peekable();
        for slot in &self.slots {
            while let Some((path, fresh)) = edits.next_if(|(path, _)| path.as_slice() < slot.name) {
                fresh.as_ref().map_or(Ok(()), |fresh| write(new, path, fresh))?;
            }
            match edits.next_if(|(path, _)| path.as_slice() == slot.name) {
                Some((path, Some(fresh))) => write(new, path, fresh)?,
                Some((_, None)) => {}
                None => slot.copy(new, racy),
            }
        }
        for (path, fresh) in edits {
            fresh.as_ref().map_or(Ok(()), |fresh| write(new, path, fresh))?;
        }
        Ok(())
    }

    /// Returns the extensions that still hold; none where there is one that isn't understood.
    fn extensions(&self, delta: &Delta, folders: &[Folder]) -> Option<Vec<u8>> {
        let mut kept = Vec::with_capacity(self.extensions.len());
        let mut cursor = Cursor(self.extensions);
        while !cursor.0.is_empty() {
            let start = cursor;
            let name = cursor.take(4)?;
            let size = usize::try_from(cursor.number()?).ok()?;
            let content = cursor.take(size)?;
            match name {
                b"TREE" => {
                    let known = folders.iter().map(|folder| (folder.path.as_slice(), folder));
                    let paths = Paths { folders: known.collect(), delta };
                    // It merely saves git work: without it all is as right, and slower once.
                    let Some(tree) = paths.cache_tree(content) else { continue };
                    kept.extend_from_slice(name);
                    put(&mut kept, u32::try_from(tree.len()).ok()?);
                    kept.extend_from_slice(&tree);
                }
                // Where entries start, for reading with several threads: git writes them anew.
                b"EOIE" | b"IEOT" => {}
                b"REUC" => kept.extend_from_slice(start.0.get(..8 + size)?),
                // The cache of untracked files holds while none of them is tracked or the reverse.
                b"UNTR" if delta.0.is_empty() => kept.extend_from_slice(start.0.get(..8 + size)?),
                _ => return None,
            }
        }
        Some(kept)
    }
}

/// How many more files there are in each folder of the index.
struct Delta(HashMap<Vec<u8>, i64>);

impl Delta {
    fn count(&mut self, path: &[u8], more: i64) {
        for folder in above(path) {
            let count = self.0.entry(folder.to_vec()).or_default();
            *count = count.saturating_add(more);
        }
    }

    fn of(&self, folder: &[u8]) -> i64 {
        self.0.get(folder).copied().unwrap_or_default()
    }

    fn total(&self) -> i64 {
        self.of(b"")
    }
}

/// Returns the folders above a path, the top (an empty path) last.
fn above(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest.filter(|path| !path.is_empty())?;
        let slash = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        rest = path.get(..slash);
        rest
    })
}

/// What is known of the folders on the way to the change.
struct Paths<'a> {
    folders: HashMap<&'a [u8], &'a Folder>,
    delta: &'a Delta,
}

/// A folder of the cache-tree: how many entries it covers, how many folders, and its tree.
struct Node<'a> {
    name: &'a [u8],
    folders: usize,
    valid: Option<(i64, Oid)>,
}

impl<'a> Node<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
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

impl Paths<'_> {
    /// Returns the cache-tree after the change; none where it can't be read.
    fn cache_tree(&self, content: &[u8]) -> Option<Vec<u8>> {
        let mut cursor = Cursor(content);
        let new = self.node(&mut cursor, b"")?;
        cursor.0.is_empty().then_some(new)
    }

    /// Rewrites a folder on the way to the change, and copies those that aren't.
    ///
    /// A tree that was HEAD's becomes the new HEAD's, since the index and HEAD
    /// change in the same way. One that wasn't is no longer known.
    fn node(&self, cursor: &mut Cursor<'_>, path: &[u8]) -> Option<Vec<u8>> {
        let node = Node::read(cursor)?;
        let folder = self.folders.get(path);
        let valid = folder.zip(node.valid).and_then(|(folder, (count, oid))| {
            let count = count.checked_add(self.delta.of(path)).filter(|count| *count > 0)?;
            (folder.old == Some(oid)).then_some((count, folder.new?))
        });
        let mut children: Vec<(&[u8], Vec<u8>)> = Vec::new();
        for _ in 0..node.folders {
            let start = cursor.0;
            let name = Node::read(&mut cursor.clone())?.name;
            let inner = join(path, name);
            let bytes = match self.folders.get(inner.as_slice()) {
                Some(folder) if folder.new.is_none() => {
                    skip(cursor)?;
                    continue;
                }
                Some(_) => self.node(cursor, &inner)?,
                None => {
                    skip(cursor)?;
                    start.get(..start.len() - cursor.0.len())?.to_vec()
                }
            };
            children.push((name, bytes));
        }
        if valid.is_some() {
            self.add_new(path, &mut children);
        }
        // Git's own order, by which it searches: shorter names first.
        children.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then(a.cmp(b)));
        let mut new = Vec::new();
        Node { name: node.name, folders: children.len(), valid }.write(&mut new);
        new.extend(children.into_iter().flat_map(|(_, bytes)| bytes));
        Some(new)
    }

    /// Adds the folders below `path` that the change made.
    fn add_new<'b>(&'b self, path: &[u8], children: &mut Vec<(&'b [u8], Vec<u8>)>) {
        for folder in self.folders.values() {
            let Some(name) = child_name(path, &folder.path) else { continue };
            if let (None, Some(new)) = (folder.old, folder.new) {
                let mut below = Vec::new();
                self.add_new(&folder.path, &mut below);
                below.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then(a.cmp(b)));
                let valid = Some((self.delta.of(&folder.path), new));
                let mut bytes = Vec::new();
                Node { name, folders: below.len(), valid }.write(&mut bytes);
                bytes.extend(below.into_iter().flat_map(|(_, bytes)| bytes));
                children.push((name, bytes));
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
fn skip(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut left = 1_usize;
    while left > 0 {
        left = left.checked_add(Node::read(cursor)?.folders)?.checked_sub(1)?;
    }
    Some(())
}
