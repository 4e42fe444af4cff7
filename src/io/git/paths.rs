//! Paths of a change, from the top of the working tree and with slashes, as git has them.

use super::error::{GitError, NotCommitted};
use super::repo::Repo;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// Returns the paths as git has them, sorted, each once; none is git's own or behind a link.
pub(super) fn inside(repo: &Repo, paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, NotCommitted> {
    let mut inside = Vec::new();
    for path in paths {
        let inner = relative(repo, path)?;
        refuse(repo, &inner)?;
        inside.push(inner);
    }
    inside.sort();
    inside.dedup();
    Ok(inside)
}

/// Refuses paths that git refuses.
fn refuse(repo: &Repo, path: &[u8]) -> Result<(), GitError> {
    let place = OsStr::from_bytes(path).display();
    if path.split(|c| *c == b'/').any(|name| name.is_empty() || name.eq_ignore_ascii_case(b".git"))
    {
        return Err(GitError::new(format!("git keeps no file of the name '{place}'")));
    }
    let full = repo.full(path);
    let above = full.ancestors().skip(1).take_while(|folder| **folder != repo.workdir);
    let is_link = |folder: &&Path| fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_symlink());
    match above.into_iter().find(is_link) {
        None => Ok(()),
        Some(link) => {
            let link = link.display();
            Err(GitError::new(format!("{place} lies behind the symbolic link {link}"))
                .next("git keeps the link alone: move the folder itself into the repository"))
        }
    }
}

impl Repo {
    /// Returns where a path of the repository lies on the disk.
    pub(super) fn full(&self, path: &[u8]) -> PathBuf {
        self.workdir.join(OsStr::from_bytes(path))
    }
}

/// Returns a path from the top of the working tree, with slashes; empty for the top itself.
pub(super) fn relative(repo: &Repo, path: &Path) -> Result<Vec<u8>, GitError> {
    let outside = || {
        let (place, top) = (path.display(), repo.workdir.display());
        GitError::new(format!("{place} is not in the repository at {top}"))
            .next("give a path inside of it")
    };
    let resolved;
    let inner = match path.strip_prefix(&repo.workdir) {
        Ok(inner) => inner,
        Err(_) if path.is_relative() => path,
        Err(_) => {
            resolved = resolve_folders(path);
            resolved.strip_prefix(&repo.workdir).map_err(|_| outside())?
        }
    };
    let mut names: Vec<&[u8]> = Vec::new();
    for part in inner.components() {
        match part {
            Component::Normal(name) => names.push(name.as_bytes()),
            Component::CurDir => {}
            _ => return Err(outside()),
        }
    }
    Ok(names.join(&b'/'))
}

/// Resolves the links of the folders above a path, as far down as they exist.
fn resolve_folders(path: &Path) -> PathBuf {
    for folder in path.ancestors().skip(1) {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return real.join(rest);
        }
    }
    path.to_owned()
}
