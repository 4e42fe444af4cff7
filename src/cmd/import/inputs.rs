//! The files of an import, wherever they lie.

use crate::cli::ImportArgs;
use crate::io::import::{self, ImportFile};
use crate::io::store::{self, StoreError, files};
use crate::model::imported::ImportFormat;
use crate::session::output;
use crate::session::{Failure, Session};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How many bytes an import may have, all its files together.
const MOST_BYTES: u64 = 512 << 20;
/// How many files are looked at in a folder.
const MOST_FILES: usize = 100_000;
/// How deep folders are looked into.
const DEEPEST: usize = 16;

/// Reads what was named: files, the files in folders, or the standard input.
pub(super) fn read(
    session: &Session<'_>,
    from: ImportFormat,
    args: &ImportArgs,
) -> Result<Vec<ImportFile>, Failure> {
    let mut reading = ImportReader { from, left: MOST_BYTES, found: vec![] };
    for path in &args.files {
        if path.as_os_str() == "-" {
            reading.pipe()?;
            continue;
        }
        let path = output::typed(session.global, path);
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => reading.folder(&path)?,
            Ok(_) => {
                let inner = path.file_name().map_or(String::new(), |n| n.to_string_lossy().into());
                reading.file(&path, inner)?;
            }
            Err(error) => {
                return Err(Failure::from(store::cannot_read(&path, error))
                    .help("name a file, a folder, or - for the standard input"));
            }
        }
    }
    if reading.found.is_empty() {
        return Err(Failure::new("there is no file in what was named")
            .help("`recount import --help` tells where the files come from"));
    }
    Ok(reading.found)
}

struct ImportReader {
    from: ImportFormat,
    /// How many bytes may still come.
    left: u64,
    found: Vec<ImportFile>,
}

impl ImportReader {
    fn pipe(&mut self) -> Result<(), Failure> {
        let mut bytes = vec![];
        let read = io::stdin().lock().take(self.left + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(format!("cannot read the standard input: {error}")))?;
        self.add("-".to_owned(), "-".to_owned(), bytes)
    }

    fn file(&mut self, path: &Path, inner: String) -> Result<(), Failure> {
        let bytes = files::read_named(path, self.left);
        let bytes = bytes.map_err(|error| store::cannot_read(path, error))?;
        self.add(path.display().to_string(), inner, bytes)
    }

    fn add(&mut self, name: String, inner: String, bytes: Vec<u8>) -> Result<(), Failure> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(size).ok_or_else(|| {
            Failure::new(format!("the files have more than {} MB together", MOST_BYTES >> 20))
                .help("import them in parts: what was imported before stays as it is")
        })?;
        if import::is_archive(&bytes) {
            return self.archive(&name, bytes);
        }
        self.found.push(ImportFile { name, inner, bytes });
        Ok(())
    }

    /// Reads the files of the format in an archive.
    fn archive(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let wanted = |inner: &str| import::wants(self.from, inner);
        let unpacked = import::unpack(bytes, self.left, &wanted);
        let unpacked = unpacked.map_err(|error| Failure::new(format!("{name}: {error}")))?;
        for file in unpacked {
            let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
            self.left = self.left.saturating_sub(size);
            self.found.push(ImportFile { name: format!("{name}/{}", file.inner), ..file });
        }
        Ok(())
    }

    /// Reads the files of the format in a folder and those below, in the order of their paths; links are not followed.
    fn folder(&mut self, root: &Path) -> Result<(), Failure> {
        let mut paths = vec![];
        walk(root, 0, &mut paths)?;
        paths.sort();
        for path in paths {
            let inner = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            if import::wants(self.from, &inner) {
                self.file(&path, inner)?;
            }
        }
        Ok(())
    }
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| -> StoreError { store::cannot_read(folder, error) };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() && depth < DEEPEST && entry.file_name() != ".git" {
            walk(&entry.path(), depth + 1, found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
        if found.len() > MOST_FILES {
            return Err(Failure::new(format!(
                "{} has more than {MOST_FILES} files",
                folder.display()
            )));
        }
    }
    Ok(())
}
