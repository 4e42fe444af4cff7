//! Messages that git keeps in plain files beside its objects: the logs of refs, and the last one that was typed.

use super::error::GitError;
use super::files::share;
use super::lock::FileLock;
use super::repo::Repo;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file of the last message that was typed.
const TYPED: &str = "COMMIT_EDITMSG";

impl Repo {
    /// Changes messages in the logs of refs and the last one that was typed: `change` gets the commit that a log's line
    /// tells of and the message, and returns what is to stand there instead.
    ///
    /// # Errors
    /// A file that can't be read or written, or is locked for long.
    pub(crate) fn change_kept_messages(
        &self,
        change: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<(), GitError> {
        for top in [&self.common_dir, &self.git_dir] {
            for log in below(&top.join("logs"))? {
                let inner = log.strip_prefix(top.join("logs")).unwrap_or(&log);
                let _lock = FileLock::take(&top.join(inner), &self.git_dir, self.patience)
                    .map_err(|why| GitError::new(why.to_string()))?;
                self.change_lines(&log, |line| {
                    let (facts, message) = line.split_once('\t')?;
                    let commit = facts.split(' ').nth(1).unwrap_or_default();
                    Some(format!("{facts}\t{}", change(commit, message)?))
                })?;
            }
        }
        self.change_lines(&self.git_dir.join(TYPED), |line| change("", line))
    }

    /// Writes a file anew where some of its lines are to be others.
    fn change_lines(
        &self,
        path: &Path,
        change: impl Fn(&str) -> Option<String>,
    ) -> Result<(), GitError> {
        let at_path = |error: io::Error| GitError::at(path, &error);
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            read => read.map_err(at_path)?,
        };
        let (mut new, mut is_other) = (Vec::with_capacity(bytes.len()), false);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line);
            match change(text.trim_end_matches('\n')) {
                None => new.extend_from_slice(line),
                Some(other) => {
                    is_other = true;
                    new.extend_from_slice(other.as_bytes());
                    new.extend(text.ends_with('\n').then_some(b'\n'));
                }
            }
        }
        if !is_other {
            return Ok(());
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.git_dir).map_err(at_path)?;
        file.write_all(&new).map_err(at_path)?;
        share(file.as_file(), self.settings.shared()).map_err(at_path)?;
        file.as_file().sync_all().map_err(at_path)?;
        file.persist(path).map(drop).map_err(|error| at_path(error.error))
    }
}

/// Returns the files in a folder of logs and below.
fn below(folder: &Path) -> Result<Vec<PathBuf>, GitError> {
    let (mut folders, mut found) = (vec![folder.to_owned()], vec![]);
    while let Some(folder) = folders.pop() {
        let at_folder = |error: io::Error| GitError::at(&folder, &error);
        let listed = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            listed => listed.map_err(at_folder)?,
        };
        for entry in listed {
            let entry = entry.map_err(at_folder)?;
            match entry.file_type().map_err(at_folder)? {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    Ok(found)
}
