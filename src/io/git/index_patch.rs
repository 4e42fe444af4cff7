//! Changes a few entries of an index in place.
//!
//! Reading and writing an index of 20,000 files through libgit2 costs more than
//! all the rest of a commit. Here the entries of the change are replaced, put in
//! or taken out, and every other byte is copied. Whatever isn't known for sure
//! is declined, and left to the `git` program. The format is gitformat-index(5),
//! versions 2 and 3: version 4 shortens each name by what it shares with the one
//! before, so that no entry could be replaced alone.

use super::bytes::{ByteCursor, OID, put};
use super::cache_tree::{ChangedFolders, EntryCounts, above};
use super::error::NotCommitted;
use super::staged::{StagedFile, StagedFiles, Stat};
use super::tree::TreeFolder;
use git2::Oid;
use sha1::{Digest, Sha1};

const SIGNATURE: &[u8] = b"DIRC";
const HEADER: usize = 12;
/// The part of an entry before its flags: ten numbers of 32 bits and the object's name.
const FIXED: usize = 60;
const ASSUME_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const NAME_LENGTH: u16 = 0x0fff;

/// One entry of an index.
pub(super) struct IndexEntry<'a> {
    bytes: &'a [u8],
    flags: u16,
    pub(super) name: &'a [u8],
}

/// Shows each entry of an index that isn't in a conflict; false where it has something that isn't understood.
pub(super) fn each(index: &[u8], show: &mut dyn FnMut(&IndexEntry<'_>)) -> bool {
    let Some(parsed) = ParsedIndex::read(index) else { return false };
    parsed.iter().filter(|entry| !entry.is_conflict()).for_each(|entry| show(&entry));
    true
}

/// Shows the name of each entry of an index, in a conflict or not; false where it has something that isn't
/// understood, or doesn't have all of the entries itself. Then nothing was shown.
pub(super) fn names(index: &[u8], show: &mut dyn FnMut(&[u8])) -> bool {
    let Some(parsed) = ParsedIndex::read(index).filter(ParsedIndex::is_whole) else { return false };
    parsed.iter().for_each(|entry| show(entry.name));
    true
}

/// What became of an index.
pub(super) enum PatchOutcome {
    /// These are its new bytes.
    Done(Vec<u8>),
    /// It has something that isn't understood here.
    Declined,
    /// This path of the change has a conflict in it.
    Conflict(Vec<u8>),
}

/// What tells an entry that git would take for unchanged although its file has changed.
pub(super) struct RacyCheck<'a> {
    /// When the index was written, in seconds.
    pub(super) written: u32,
    /// Whether a file has other bytes than its entry.
    pub(super) differs: &'a dyn Fn(&IndexEntry<'_>) -> bool,
}

/// Puts the files of a change into an index; an empty one if there are no bytes.
pub(super) fn splice(
    index: &[u8],
    staged: &StagedFiles,
    folders: &[TreeFolder],
    racy: &RacyCheck<'_>,
) -> Result<PatchOutcome, NotCommitted> {
    let Some(parsed) = ParsedIndex::read(index) else { return Ok(PatchOutcome::Declined) };
    if let Some(path) = parsed.conflict(staged) {
        return Ok(PatchOutcome::Conflict(path));
    }
    let Some(delta) = parsed.delta(staged) else { return Ok(PatchOutcome::Declined) };
    let mut new = Vec::with_capacity(index.len() + 4096);
    new.extend_from_slice(SIGNATURE);
    put(&mut new, parsed.version);
    let count = i64::try_from(parsed.starts.len()).ok().and_then(|n| n.checked_add(delta.total()));
    let Some(count) = count.and_then(|count| u32::try_from(count).ok()) else {
        return Ok(PatchOutcome::Declined);
    };
    put(&mut new, count);
    parsed.merge(&mut new, staged, racy)?;
    if parsed.extensions(&mut new, &delta, folders).is_none() {
        return Ok(PatchOutcome::Declined);
    }
    let trailer = if parsed.unhashed { [0; OID] } else { Sha1::digest(&new).into() };
    new.extend_from_slice(&trailer);
    Ok(PatchOutcome::Done(new))
}

impl<'a> IndexEntry<'a> {
    fn read(cursor: &mut ByteCursor<'a>) -> Option<Self> {
        let start = cursor.0;
        cursor.take(FIXED)?;
        let flags = cursor.short()?;
        // Version 3 has 16 more flags where this bit says so; they stay as they are.
        if flags & EXTENDED != 0 {
            cursor.short()?;
        }
        // All ones stand for a name of 4095 bytes or more, which its NUL ends.
        let name = match flags & NAME_LENGTH {
            NAME_LENGTH => cursor.0.split(|byte| *byte == 0).next()?,
            length => cursor.0.get(..usize::from(length))?,
        };
        cursor.take(name.len())?;
        let length = start.len() - cursor.0.len();
        // Between one and eight zeros, to a multiple of eight.
        cursor.take(8 - length % 8)?;
        let bytes = start.get(..start.len() - cursor.0.len())?;
        Some(Self { bytes, flags, name })
    }

    /// Returns what the entry says of its file; nothing is read before it is asked for.
    pub(super) fn stat(&self) -> Stat {
        let mut cursor = ByteCursor(self.bytes);
        let mut next = || cursor.number().unwrap_or_default();
        let (ctime, mtime) = ((next(), next()), (next(), next()));
        let [dev, ino, _mode, uid, gid, size] = [next(), next(), next(), next(), next(), next()];
        Stat { ctime, mtime, dev, ino, uid, gid, size }
    }

    /// Returns the name of the file's bytes.
    pub(super) fn oid(&self) -> Oid {
        let name = self.bytes.get(FIXED - OID..FIXED).and_then(|name| Oid::from_bytes(name).ok());
        name.unwrap_or(Oid::ZERO_SHA1)
    }

    fn is_conflict(&self) -> bool {
        self.flags & STAGE != 0
    }

    /// Returns whether git could take a change of the file for none, once the index is younger.
    ///
    /// A file may change in the very second in which the index is written, and look as its entry says
    /// (git's `Documentation/technical/racy-git`). Git compares the bytes of such files while the index
    /// has that second; the new index will not. So, as in git's `ce_smudge_racily_clean_entry`, the entry
    /// gets a size of zero, by which git looks again; in seconds, as git compares by default.
    fn is_racy(&self, racy: &RacyCheck<'_>) -> bool {
        let plain = self.flags & (STAGE | EXTENDED | ASSUME_VALID) == 0;
        let stat = self.stat();
        plain && stat.size != 0 && stat.mtime.0 >= racy.written && (racy.differs)(self)
    }

    /// Copies the entry, with a size of zero where git must look at the file again.
    fn copy(&self, into: &mut Vec<u8>, racy: &RacyCheck<'_>) {
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
fn write(into: &mut Vec<u8>, path: &[u8], file: &StagedFile) -> Result<(), NotCommitted> {
    let start = into.len();
    let Stat { ctime, mtime, dev, ino, uid, gid, size } = file.stat;
    let mode = file.leaf.mode;
    // No further flags: an entry that was only intended to be added is one like any other now.
    for number in [ctime.0, ctime.1, mtime.0, mtime.1, dev, ino, mode, uid, gid, size] {
        put(into, number);
    }
    into.extend_from_slice(file.leaf.id.oid()?.as_bytes());
    let length = u16::try_from(path.len()).unwrap_or(NAME_LENGTH).min(NAME_LENGTH);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(path);
    let padding = 8 - (into.len() - start) % 8;
    into.resize(into.len() + padding, 0);
    Ok(())
}

/// An index, taken apart.
struct ParsedIndex<'a> {
    version: u32,
    /// The entries, one behind the other.
    entries: &'a [u8],
    /// Where each of them begins.
    starts: Vec<u32>,
    extensions: &'a [u8],
    /// Whether it was written without a checksum (`index.skipHash`).
    unhashed: bool,
}

impl<'a> ParsedIndex<'a> {
    fn read(index: &'a [u8]) -> Option<Self> {
        if index.is_empty() {
            let (entries, starts, extensions) = (&[][..], Vec::new(), &[][..]);
            return Some(Self { version: 2, entries, starts, extensions, unhashed: false });
        }
        let (content, trailer) = index.split_at_checked(index.len().checked_sub(OID)?)?;
        let mut cursor = ByteCursor(content);
        if cursor.take(SIGNATURE.len())? != SIGNATURE {
            return None;
        }
        let version = cursor.number().filter(|version| matches!(version, 2 | 3))?;
        let count = usize::try_from(cursor.number()?).ok()?;
        // An entry takes more than 60 bytes: a count that lies asks for no memory.
        let mut starts = Vec::with_capacity(count.min((content.len() - HEADER) / FIXED));
        let entries = cursor.0;
        for _ in 0..count {
            // An index of 4 GiB is declined.
            starts.push(u32::try_from(entries.len() - cursor.0.len()).ok()?);
            IndexEntry::read(&mut cursor)?;
        }
        let entries = entries.get(..entries.len() - cursor.0.len())?;
        let unhashed = trailer.iter().all(|byte| *byte == 0);
        Some(Self { version, entries, starts, extensions: cursor.0, unhashed })
    }

    /// Returns whether no extension changes what the entries mean: one whose name is in lower case may, such as
    /// those of a split index and of a sparse one (gitformat-index(5), "Extensions").
    fn is_whole(&self) -> bool {
        let mut cursor = ByteCursor(self.extensions);
        let mut next = || {
            let name = cursor.take(4)?;
            let size = usize::try_from(cursor.number()?).ok()?;
            cursor.take(size).map(|_| name)
        };
        std::iter::from_fn(&mut next).all(|name| !name.iter().any(u8::is_ascii_lowercase))
    }

    fn iter(&self) -> impl Iterator<Item = IndexEntry<'a>> + use<'a> {
        let mut cursor = ByteCursor(self.entries);
        std::iter::from_fn(move || IndexEntry::read(&mut cursor))
    }

    /// Returns the entry that begins there.
    fn entry(&self, start: u32) -> Option<IndexEntry<'a>> {
        IndexEntry::read(&mut ByteCursor(self.entries.get(usize::try_from(start).ok()?..)?))
    }

    fn name(&self, start: u32) -> &'a [u8] {
        self.entry(start).map_or(&[], |entry| entry.name)
    }

    /// Searches as git sorts: by the bytes of the name, without a locale.
    fn find(&self, path: &[u8]) -> Result<usize, usize> {
        self.starts.binary_search_by(|start| self.name(*start).cmp(path))
    }

    /// Returns the first path of the change that has a conflict.
    fn conflict(&self, staged: &StagedFiles) -> Option<Vec<u8>> {
        let conflicts = |path: &[u8]| {
            let start = self.find(path).ok().and_then(|at| self.starts.get(at));
            start.and_then(|start| self.entry(*start)).is_some_and(|entry| entry.is_conflict())
        };
        staged.0.iter().map(|(path, _)| path).find(|path| conflicts(path)).cloned()
    }

    /// Counts what comes and goes; none where a file takes a folder's place or the other way about.
    fn delta(&self, staged: &StagedFiles) -> Option<EntryCounts> {
        let mut delta = EntryCounts::default();
        for (path, file) in &staged.0 {
            match (self.find(path), file) {
                (Ok(_), Some(_)) | (Err(_), None) => {}
                (Ok(_), None) => delta.count(path, -1),
                (Err(_), Some(_)) if self.stands_in_the_way(path) => return None,
                (Err(_), Some(_)) => delta.count(path, 1),
            }
        }
        Some(delta)
    }

    fn stands_in_the_way(&self, path: &[u8]) -> bool {
        // `a/` and what is below it don't stand right behind `a`: `a-b` and `a.b` come between.
        let below = [path, b"/"].concat();
        let first = self.starts.partition_point(|start| self.name(*start) < below.as_slice());
        self.starts.get(first).is_some_and(|start| self.name(*start).starts_with(&below))
            || above(path).any(|folder| !folder.is_empty() && self.find(folder).is_ok())
    }

    fn merge(
        &self,
        new: &mut Vec<u8>,
        staged: &StagedFiles,
        racy: &RacyCheck<'_>,
    ) -> Result<(), NotCommitted> {
        let mut edits = staged.0.iter().peekable();
        for entry in self.iter() {
            while let Some((path, file)) = edits.next_if(|(path, _)| path.as_slice() < entry.name) {
                file.as_ref().map_or(Ok(()), |file| write(new, path, file))?;
            }
            match edits.next_if(|(path, _)| path.as_slice() == entry.name) {
                Some((path, Some(file))) => write(new, path, file)?,
                Some((_, None)) => {}
                None => entry.copy(new, racy),
            }
        }
        for (path, file) in edits {
            file.as_ref().map_or(Ok(()), |file| write(new, path, file))?;
        }
        Ok(())
    }

    /// Writes the extensions that still hold; none where there is one that isn't understood.
    fn extensions(
        &self,
        new: &mut Vec<u8>,
        delta: &EntryCounts,
        folders: &[TreeFolder],
    ) -> Option<()> {
        let mut cursor = ByteCursor(self.extensions);
        while !cursor.0.is_empty() {
            let start = cursor;
            let name = cursor.take(4)?;
            let size = usize::try_from(cursor.number()?).ok()?;
            let content = cursor.take(size)?;
            match name {
                b"TREE" => {
                    // It merely saves git work: without it all is as right, and slower once.
                    let paths = ChangedFolders::new(folders, delta);
                    let Some(tree) = paths.cache_tree(content) else { continue };
                    new.extend_from_slice(name);
                    put(
                        new,
                        u32::try_from(tree.iter().map(|piece| piece.len()).sum::<usize>()).ok()?,
                    );
                    tree.iter().for_each(|piece| new.extend_from_slice(piece));
                }
                // Where entries start, for reading with several threads, which is no longer true (and
                // `EOIE` ends in a hash of the other extensions' sizes): git writes them anew.
                b"EOIE" | b"IEOT" => {}
                // How conflicts were before they were resolved: by path, whatever the entries are.
                b"REUC" => new.extend_from_slice(start.0.get(..8 + size)?),
                // The cache of untracked files holds while none of them is tracked or the reverse.
                b"UNTR" if delta.is_empty() => new.extend_from_slice(start.0.get(..8 + size)?),
                // `link` and `sdir` change what the entries mean, and `FSMN` counts them from the first.
                _ => return None,
            }
        }
        Some(())
    }
}
