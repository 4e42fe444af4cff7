//! Whether git stores a file otherwise than it lies in the working tree.

use super::error::GitError;
use super::files;
use super::repo::Repo;
use rustix::fs::OFlags;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How many bytes of such a file are read.
const MOST_BYTES: u64 = 1 << 20;

/// Attributes that change line ends alone.
const LINES: [&str; 3] = ["text", "eol", "crlf"];

/// Attributes that may change anything, and what defines new words for them.
const ANYTHING: [&str; 3] = ["filter", "ident", "working-tree-encoding"];

/// Returns whether git may store other bytes than these for the file at `path`.
///
/// It looks for the words alone, not for whom they are meant: where one occurs,
/// the `git` program settles the matter, which costs time and is never wrong.
pub(super) fn may_convert(repo: &Repo, path: &[u8], content: &[u8]) -> bool {
    let mut lines = repo.settings.converts_lines();
    let own = own_files(repo).into_iter().map(|file| (file, OFlags::empty()));
    // git follows no link to one of the work tree, for a clone may have brought it.
    let cloned = cloned_files(repo, path).into_iter().map(|file| (file, OFlags::NOFOLLOW));
    for (file, flags) in own.chain(cloned) {
        let text = match files::read_ordinary(&file, flags, MOST_BYTES) {
            Ok(Some(text)) => text,
            // Whether it takes one that is larger, git settles.
            Err(error) if error.kind() == ErrorKind::FileTooLarge => return true,
            Ok(None) | Err(_) => continue,
        };
        for word in words(&String::from_utf8_lossy(&text)) {
            if ANYTHING.contains(&word.as_str()) {
                return true;
            }
            lines |= LINES.contains(&word.as_str());
        }
    }
    // On its way into git a line end can only lose its carriage return.
    lines && content.contains(&b'\r')
}

/// Returns the attributes that a file sets or unsets, on whatever path.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(|line| {
        line.split_ascii_whitespace().skip(1).map(|word| {
            let word = word.trim_start_matches(['-', '!']);
            word.split('=').next().unwrap_or(word).to_owned()
        })
    })
}

/// Returns the places where git looks for attributes of every path.
fn own_files(repo: &Repo) -> Vec<PathBuf> {
    let mut files =
        vec![PathBuf::from("/etc/gitattributes"), repo.common_dir.join("info/attributes")];
    let xdg = || {
        let set = env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty());
        let base = set.map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".config")))?;
        Some(base.join("git/attributes"))
    };
    files.extend(repo.settings.attributes_file().or_else(xdg));
    files
}

/// Returns the places in the work tree where git looks for attributes of a path.
fn cloned_files(repo: &Repo, path: &[u8]) -> Vec<PathBuf> {
    let full = repo.full(path);
    let folders = full.ancestors().skip(1).take_while(|folder| folder.starts_with(&repo.workdir));
    folders.map(|folder| folder.join(".gitattributes")).collect()
}

/// Refuses to have git look at paths where a pipe or a device stands in for a file that it reads on the way: it
/// would wait there for ever.
pub(super) fn passable(repo: &Repo, paths: &[Vec<u8>]) -> Result<(), GitError> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let full = repo.full(path);
        let above = full.ancestors().skip(1).take_while(|it| it.starts_with(&repo.workdir));
        folders.extend(above.map(Path::to_owned));
        add_folders(full, &mut folders);
    }
    for folder in folders {
        for name in [".gitattributes", ".gitignore"] {
            let file = folder.join(name);
            if fs::metadata(&file).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
                let why =
                    format!("{} is no ordinary file, and git would wait for it", file.display());
                return Err(GitError::new(why).next("remove it"));
            }
        }
    }
    Ok(())
}

/// Adds a folder and those below it; a link to one is none to git.
fn add_folders(folder: PathBuf, folders: &mut BTreeSet<PathBuf>) {
    let is_folder = fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_dir());
    if !is_folder || folder.file_name().is_some_and(|name| name == ".git") {
        return;
    }
    // What can't be listed, git can't list either.
    for entry in fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            add_folders(entry.path(), folders);
        }
    }
    folders.insert(folder);
}
