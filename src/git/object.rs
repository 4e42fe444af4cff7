//! Git's objects: their names, and writing them so that they survive a crash.

use super::{Trouble, disk};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::{Oid, Repository};
use sha1::{Digest, Sha1};
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The name of an object, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(String);

impl Id {
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

impl From<Oid> for Id {
    fn from(oid: Oid) -> Self {
        Self(oid.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an object is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
}

impl Kind {
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
    name(&header(Kind::Blob, content), content)
}

fn header(kind: Kind, content: &[u8]) -> String {
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
pub(super) struct Loose<'a> {
    folder: &'a Path,
    odb: git2::Odb<'a>,
    shared: disk::Shared,
}

impl<'a> Loose<'a> {
    /// Opens the objects of a repository that lie in `folder`.
    pub(super) fn open(
        library: &'a Repository,
        folder: &'a Path,
        shared: disk::Shared,
    ) -> Result<Self, git2::Error> {
        Ok(Self { folder, odb: library.odb()?, shared })
    }

    /// Returns the bytes of an object.
    pub(super) fn read(&self, oid: Oid) -> Result<git2::OdbObject<'_>, git2::Error> {
        self.odb.read(oid)
    }

    /// Writes an object, synced, unless it is there, and returns its name.
    pub(super) fn write(&self, kind: Kind, content: &[u8]) -> Result<Oid, Trouble> {
        let header = header(kind, content);
        let oid = name(&header, content);
        let (folder, path) = self.place(oid);
        // git may have written it without syncing it.
        if let Ok(file) = File::open(&path) {
            let synced = file.sync_all().and_then(|()| disk::sync_folder(&folder));
            return synced.map(|()| oid).map_err(|error| Trouble::at(&path, &error));
        }
        if self.odb.exists_ext(oid, git2::OdbLookupFlags::NO_REFRESH) {
            return Ok(oid);
        }
        self.store(&folder, &path, &[header.as_bytes(), content])
            .map(|()| oid)
            .map_err(|error| Trouble::at(&path, &error))
    }

    fn place(&self, oid: Oid) -> (PathBuf, PathBuf) {
        let hex = oid.to_string();
        let (head, tail) = hex.split_at_checked(2).unwrap_or((&hex, ""));
        let folder = self.folder.join(head);
        let path = folder.join(tail);
        (folder, path)
    }

    fn store(&self, folder: &Path, path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
        if !folder.is_dir() {
            disk::create_folder(folder, self.shared)?;
            disk::sync_folder(self.folder)?;
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        for part in parts {
            packed.write_all(part)?;
        }
        let temporary = tempfile::Builder::new()
            .prefix("tmp_obj_")
            .permissions(disk::mode(0o444))
            .tempfile_in(folder)?;
        temporary.as_file().write_all(&packed.finish()?)?;
        disk::share(temporary.as_file(), self.shared)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path)?;
        disk::sync_folder(folder)
    }
}
