//! Why git could not be asked, or a change not be committed.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Why git could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GitError {
    /// What is wrong, in plain words.
    pub(crate) why: String,
    /// What to do about it.
    pub(crate) next: Option<String>,
}

/// Why a change was not committed.
///
/// The change is on the disk, and goes into the next commit of the same paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotCommitted {
    /// What is wrong, in plain words.
    pub(crate) why: String,
    /// What to do about it.
    pub(crate) next: Option<String>,
    /// Whether it keeps every change from being committed, whatever its files are.
    pub(crate) every: bool,
}

impl GitError {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), next: None }
    }

    pub(super) fn at(path: &Path, error: &io::Error) -> Self {
        let place = path.display();
        let next = match error.kind() {
            ErrorKind::PermissionDenied => {
                let folder = path.parent().unwrap_or(path).display();
                Some(format!("see who may write there: ls -la '{folder}'"))
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Some("make room on the disk: df -h shows how full it is".to_owned())
            }
            ErrorKind::ReadOnlyFilesystem => {
                Some("its file system is mounted read-only: mount shows it".to_owned())
            }
            _ => None,
        };
        Self { why: format!("{place}: {error}"), next }
    }

    pub(super) fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }
}

impl NotCommitted {
    pub(super) fn new(why: impl Into<String>) -> Self {
        GitError::new(why).into()
    }

    pub(super) fn at(path: &Path, error: &io::Error) -> Self {
        GitError::at(path, error).into()
    }

    pub(super) fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// Says that it keeps every change from being committed.
    pub(super) fn every(self) -> Self {
        Self { every: true, ..self }
    }
}

impl From<GitError> for NotCommitted {
    fn from(error: GitError) -> Self {
        Self { why: error.why, next: error.next, every: false }
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::new(format!("git: {}", error.message()))
            .next("git fsck tells whether the repository is whole")
    }
}

impl From<git2::Error> for NotCommitted {
    fn from(error: git2::Error) -> Self {
        GitError::from(error).into()
    }
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(f, &self.why, self.next.as_deref())
    }
}

impl fmt::Display for NotCommitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(f, &self.why, self.next.as_deref())
    }
}

fn say(f: &mut fmt::Formatter<'_>, why: &str, next: Option<&str>) -> fmt::Result {
    f.write_str(why)?;
    next.map_or(Ok(()), |next| write!(f, "\n{next}"))
}

impl std::error::Error for GitError {}
impl std::error::Error for NotCommitted {}
