//! Whether git has touched the files of the working tree since one last looked.
//!
//! Whatever git writes into the working tree, it notes in the index: when the file changed, and its
//! number on the disk. An index that is the same as before says that git wrote nothing in between.

use super::bytes::OID;
use super::index_patch;
use super::paths::relative;
use super::repo::{Engine, Repo};
use super::staged::Stat;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What tells one content of the index from every other: the checksum at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexChecksum(String);

impl IndexChecksum {
    /// Returns the checksum as a word without white space.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a commit made of the index; none where that can't be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexTransition {
    /// The index that it found.
    pub(crate) before: Option<IndexChecksum>,
    /// The index that it left.
    pub(crate) after: Option<IndexChecksum>,
}

/// Returns the checksum of an index's bytes; none where it has no checksum.
pub(super) fn checksum_of(index: &[u8]) -> Option<IndexChecksum> {
    let checksum = index.last_chunk::<OID>()?;
    let some = checksum.iter().any(|byte| *byte != 0);
    some.then(|| IndexChecksum(checksum.iter().map(|byte| format!("{byte:02x}")).collect()))
}

impl Repo {
    /// Returns the checksum of the index as it is now; none where there is no index.
    pub(crate) fn index_mark(&self) -> Option<IndexChecksum> {
        self.read_checksum().ok()
    }

    fn read_checksum(&self) -> io::Result<IndexChecksum> {
        let mut file = File::open(&self.index_file)?;
        let meta = file.metadata()?;
        let mut end = Vec::new();
        file.seek(SeekFrom::End(-(OID as i64)))?;
        file.read_to_end(&mut end)?;
        // An index that was written without a checksum (`index.skipHash`) is told by its file.
        let (seconds, nanos, ino, size) = (meta.ctime(), meta.ctime_nsec(), meta.ino(), meta.len());
        Ok(checksum_of(&end)
            .unwrap_or_else(|| IndexChecksum(format!("{seconds}.{nanos}.{ino}.{size}"))))
    }

    /// Shows the files below a folder that the index knows: the path from there, and when the file changed
    /// and was modified (seconds and nanoseconds each), its size and its number, each cut to 32 bits.
    ///
    /// Returns false where the index can't be read; then nothing was shown.
    pub(crate) fn indexed(&self, folder: &Path, show: &mut dyn FnMut(&[u8], [u32; 6])) -> bool {
        // Another hash than SHA-1 makes longer entries, which are not understood here.
        if matches!(self.engine, Engine::Program) {
            return false;
        }
        let Ok(mut within) = relative(self, folder) else { return false };
        let Ok(index) = fs::read(&self.index_file) else { return false };
        if !within.is_empty() {
            within.push(b'/');
        }
        index_patch::each(&index, &mut |entry| {
            if let Some(path) = entry.name.strip_prefix(within.as_slice()) {
                let Stat { ctime, mtime, size, ino, .. } = entry.stat();
                show(path, [ctime.0, ctime.1, mtime.0, mtime.1, size, ino]);
            }
        })
    }
}
