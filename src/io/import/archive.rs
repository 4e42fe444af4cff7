//! Zip archives of a stranger: read in memory, up to a size, and never onto the disk.

use super::file::ImportFile;
use std::fmt;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// How many files an archive may have.
const MOST_FILES: usize = 100_000;

/// Why an archive could not be read.
#[derive(Debug)]
pub enum ArchiveError {
    /// It is broken, or of a kind that isn't read, such as one with a password.
    Broken(String),
    /// It has too many files.
    TooMany(usize),
    /// It grows beyond what may still come.
    TooLarge(u64),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(why) => write!(f, "this zip archive can't be read: {why}"),
            Self::TooMany(files) => {
                write!(f, "this zip archive has {files} files, and at most {MOST_FILES} are read")
            }
            Self::TooLarge(most) => {
                write!(f, "this zip archive grows beyond {} MB when unpacked", most >> 20)
            }
        }
    }
}

impl std::error::Error for ArchiveError {}

/// Returns whether some bytes are those of a zip archive.
pub fn is_archive(bytes: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|sign| bytes.starts_with(*sign))
}

/// Returns the files of an archive that are wanted by their paths, in the order of those.
///
/// # Errors
/// A broken archive, and one that grows beyond `most` bytes.
pub fn unpack(
    bytes: Vec<u8>,
    most: u64,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<ImportFile>, ArchiveError> {
    let broken = |error: ZipError| ArchiveError::Broken(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_FILES {
        return Err(ArchiveError::TooMany(archive.len()));
    }
    let mut found = vec![];
    let mut left = most;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        if !entry.is_file() || !wanted(&name) || is_litter(&name) {
            continue;
        }
        let mut content = vec![];
        // What an entry says of its size is its own word: what comes out of it is counted.
        let read = entry.take(left + 1).read_to_end(&mut content);
        read.map_err(|error| ArchiveError::Broken(format!("{}: {error}", shown(&name))))?;
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(size).ok_or(ArchiveError::TooLarge(most))?;
        found.push(ImportFile { name: name.clone(), inner: name, bytes: content });
    }
    found.sort_by(|a, b| a.inner.cmp(&b.inner));
    Ok(found)
}

/// Returns whether a file is what a Mac puts beside the files of an archive.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|n| n.starts_with("._"))
}

fn shown(name: &str) -> String {
    name.chars().take(120).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(vec![]));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_in_order_and_no_path_leads_anywhere() {
        let bytes = archive(&[
            ("b.json", b"2"),
            ("../../a.json", b"1"),
            ("__MACOSX/c.json", b"3"),
            ("d.txt", b"4"),
        ]);
        assert!(is_archive(&bytes));
        let files = unpack(bytes, 100, &|name| name.ends_with(".json")).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.inner.as_str()).collect();
        assert_eq!(names, ["../../a.json", "b.json"], "names alone: nothing is written");
    }

    #[test]
    fn one_that_expands_without_end_is_refused() {
        let bytes =
            archive(&[("a.json", &vec![b'0'; 5_000_000]), ("b.json", &vec![b'0'; 5_000_000])]);
        assert!(bytes.len() < 100_000);
        let refused = unpack(bytes, 6_000_000, &|_| true);
        assert!(matches!(refused, Err(ArchiveError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(cut in 0usize..400, flip in 0usize..400, to in any::<u8>()) {
            let mut bytes = archive(&[("a.json", b"{\"messages\": []}"), ("b/c.json", b"[]")]);
            if let Some(byte) = bytes.get_mut(flip) {
                *byte = to;
            }
            bytes.truncate(cut.max(4));
            let _ = unpack(bytes, 1000, &|_| true);
        }
    }
}
