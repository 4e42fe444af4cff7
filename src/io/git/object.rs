//! Git's objects: their names, and writing them so that they survive a crash.

use super::error::GitError;
use super::files;
use super::sync_pool::SyncPool;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::{Oid, Repository};
use sha1::{Digest, Sha1};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// The name of an object, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ObjectId(String);

impl ObjectId {
    /// Returns the name that git printed, if it is one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digit = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        (matches!(text.len(), 40 | 64) && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// Returns the name as libgit2 has it, in a SHA-1 repository.
    pub(super) fn oid(&self) -> Result<Oid, git2::Error> {
        Oid::from_str(&self.0)
    }

    /// Returns the name as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of nothing, as long as this one.
    pub(super) fn zero(&self) -> String {
        "0".repeat(self.0.len())
    }
}

impl From<Oid> for ObjectId {
    fn from(oid: Oid) -> Self {
        Self(oid.to_string())
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a commit, as git prints it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CommitId(pub(super) ObjectId);

impl CommitId {
    /// Returns the whole name, in lower-case hexadecimal.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the first ten digits, for people.
    pub(crate) fn short(&self) -> &str {
        self.as_str().get(..10).unwrap_or(self.as_str())
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an object is.
#[derive(Clone, Copy)]
pub(super) enum ObjectKind {
    Blob,
    Tree,
    Commit,
}

impl ObjectKind {
    fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
        }
    }
}

/// Returns the name that a blob of these bytes has in a SHA-1 repository.
pub(super) fn blob_name(content: &[u8]) -> Oid {
    name(&header(ObjectKind::Blob, content), content)
}

fn header(kind: ObjectKind, content: &[u8]) -> String {
    format!("{} {}\0", kind.word(), content.len())
}

fn name(header: &str, content: &[u8]) -> Oid {
    let digest = Sha1::new().chain_update(header).chain_update(content).finalize();
    Oid::from_bytes(&digest).unwrap_or(Oid::ZERO_SHA1)
}

/// The folder of loose objects of a SHA-1 repository.
///
/// libgit2 syncs what it writes only where the repository's configuration says
/// so, and an object that is renamed into place before its bytes are on the
/// disk may be empty after a crash, for good. So these are written here.
pub(super) struct LooseObjects<'a> {
    folder: &'a Path,
    odb: git2::Odb<'a>,
    shared: files::SharedMode,
    pool: &'a SyncPool,
    unflushed: RefCell<PendingSyncs>,
}

/// An object under a temporary name.
struct PendingObject {
    name: TempPath,
    /// The name that it is to have.
    path: PathBuf,
    /// How many files the pool had been given by then.
    given: usize,
}

/// What has been written and is not yet known to be on the disk.
#[derive(Default)]
struct PendingSyncs {
    /// Objects in the order in which one names the other.
    new: VecDeque<PendingObject>,
    /// The names that they are to have.
    paths: HashSet<PathBuf>,
    /// The folders of all objects.
    folders: BTreeSet<PathBuf>,
}

impl<'a> LooseObjects<'a> {
    /// Opens the objects of a repository that lie in `folder`.
    pub(super) fn open(
        library: &'a Repository,
        folder: &'a Path,
        shared: files::SharedMode,
        pool: &'a SyncPool,
    ) -> Result<Self, git2::Error> {
        Ok(Self { folder, odb: library.odb()?, shared, pool, unflushed: RefCell::default() })
    }

    /// Returns the bytes of an object.
    pub(super) fn read(&self, oid: Oid) -> Result<git2::OdbObject<'_>, git2::Error> {
        self.odb.read(oid)
    }

    /// Writes an object unless it is there, and returns its name.
    ///
    /// Nobody finds it before [`flush`](Self::flush).
    pub(super) fn write(&self, kind: ObjectKind, content: &[u8]) -> Result<Oid, GitError> {
        let header = header(kind, content);
        let oid = name(&header, content);
        let (folder, path) = self.place(oid);
        let mut unflushed = self.unflushed.borrow_mut();
        if unflushed.paths.contains(&path) {
            return Ok(oid);
        }
        if let Ok(file) = File::open(&path) {
            // Git may have written it without syncing.
            self.pool.sync(file);
            unflushed.folders.insert(folder);
        } else if !self.odb.exists_ext(oid, git2::OdbLookupFlags::NO_REFRESH) {
            let at_path = |error| GitError::at(&path, &error);
            if !folder.is_dir() {
                files::create_folder(&folder, self.shared).map_err(at_path)?;
                unflushed.folders.insert(self.folder.to_owned());
            }
            let (name, given) = self.store(&folder, header.as_bytes(), content).map_err(at_path)?;
            unflushed.paths.insert(path.clone());
            unflushed.new.push_back(PendingObject { name, path, given });
            unflushed.folders.insert(folder);
        }
        Ok(oid)
    }

    /// Gives what has been written its name; when this returns it is on the disk.
    pub(super) fn flush(&self) -> Result<(), GitError> {
        let PendingSyncs { mut new, mut folders, .. } = self.unflushed.take();
        let at_folder = |error| GitError::at(self.folder, &error);
        while let Some(PendingObject { name, path, given }) = new.pop_front() {
            self.pool.wait_for(given).map_err(at_folder)?;
            name.persist(&path).map_err(|error| GitError::at(&path, &error.error))?;
            // A folder that has all its names is synced while the next object is waited for.
            let is_last = |folder: &&Path| !new.iter().any(|next| next.path.starts_with(folder));
            let folder = path.parent().filter(is_last).and_then(|folder| folders.take(folder));
            if let Some(folder) = folder {
                self.pool.sync(File::open(folder).map_err(at_folder)?);
            }
        }
        for folder in &folders {
            self.pool.sync(File::open(folder).map_err(at_folder)?);
        }
        self.pool.wait().map_err(at_folder)
    }

    fn place(&self, oid: Oid) -> (PathBuf, PathBuf) {
        let hex = oid.to_string();
        let (head, tail) = hex.split_at_checked(2).unwrap_or((&hex, ""));
        let folder = self.folder.join(head);
        let path = folder.join(tail);
        (folder, path)
    }

    fn store(&self, folder: &Path, header: &[u8], content: &[u8]) -> io::Result<(TempPath, usize)> {
        // Of this name, `git prune` clears away what a crash leaves; read-only, as git has its objects.
        let temporary = tempfile::Builder::new()
            .prefix("tmp_obj_")
            .permissions(files::mode(0o444))
            .tempfile_in(folder)?;
        let (mut file, name) = temporary.into_parts();
        file.write_all(&packed(&[header, content].concat())?)?;
        files::share(&file, self.shared)?;
        Ok((name, self.pool.sync(file)))
    }
}

/// Returns bytes in the format of zlib (RFC 1950).
///
/// What fits in a block of the disk is stored as it is: there is nothing to save, and setting up
/// a compressor takes longer than all the rest. The limit leaves room in 4096 bytes for the frame,
/// and keeps the length within the 16 bits of a stored block (RFC 1951, 3.2.4).
fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    const BLOCK: usize = 4000;
    let length = u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= BLOCK);
    let Some(length) = length else {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(bytes)?;
        return packed.finish();
    };
    // Deflate with a window of 32 KiB, the check bits of that header, and a last block that is stored.
    let mut stored = vec![0x78, 0x01, 0x01];
    stored.extend_from_slice(&length.to_le_bytes());
    stored.extend_from_slice(&(!length).to_le_bytes());
    stored.extend_from_slice(bytes);
    stored.extend_from_slice(&adler32(bytes).to_be_bytes());
    Ok(stored)
}

/// Returns the checksum at the end of a zlib stream.
fn adler32(bytes: &[u8]) -> u32 {
    // The largest prime below 2^16 (RFC 1950, 8.2): each sum fits in half of the checksum.
    const MODULUS: u32 = 65_521;
    let step = |(a, b): (u32, u32), byte: &u8| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (b + a) % MODULUS)
    };
    let (a, b) = bytes.iter().fold((1, 0), step);
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_packed_is_read_back_by_any_zlib() {
        for size in [0, 1, 3999, 4000, 4001, 70_000] {
            let bytes: Vec<u8> = (0..size).map(|n: u32| (n % 251) as u8).collect();
            let packed = packed(&bytes).unwrap();
            let mut read = vec![];
            flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes);
        }
    }
}
