//! Whether git stores a file otherwise than it lies in the working tree.

use super::repo::Repo;
use std::env;
use std::fs;
use std::path::PathBuf;

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
    for file in files(repo, path) {
        let Ok(text) = fs::read(file) else { continue };
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

/// Returns the places where git looks for attributes of a path.
fn files(repo: &Repo, path: &[u8]) -> Vec<PathBuf> {
    let mut files =
        vec![PathBuf::from("/etc/gitattributes"), repo.common_dir.join("info/attributes")];
    let xdg = || {
        let set = env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty());
        let base = set.map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".config")))?;
        Some(base.join("git/attributes"))
    };
    files.extend(repo.settings.attributes_file().or_else(xdg));
    let full = repo.full(path);
    let folders = full.ancestors().skip(1).take_while(|folder| folder.starts_with(&repo.workdir));
    files.extend(folders.map(|folder| folder.join(".gitattributes")));
    files
}
