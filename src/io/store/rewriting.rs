//! What git needs to take redacted words out of its past: which bytes and which messages stand for others. Nothing of
//! it holds the words.

use super::{atomic, own};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// What is to stand in git's past for what stands there now.
#[derive(Clone, Debug, Default)]
pub struct Rewriting {
    /// The names of blobs that hold the words, and of those without them.
    pub blobs: BTreeMap<String, String>,
    /// The names of commits whose messages hold the words, and the messages without them.
    pub messages: BTreeMap<String, String>,
}

impl Rewriting {
    /// Keeps it in a folder among the tool's own files, and returns that folder.
    ///
    /// `blobs.awk` turns what `git ls-files -s` prints into the entries that change; `messages/COMMIT` are the messages.
    ///
    /// # Errors
    /// What the file system says.
    pub fn keep(&self, state: &Path, name: &str) -> io::Result<PathBuf> {
        let folder = state.join(format!("redact-{name}"));
        own::is_there(state)?;
        own::is_there(&folder)?;
        let mut program = "BEGIN {\n".to_owned();
        for (old, new) in &self.blobs {
            let _ = writeln!(program, "  instead[\"{old}\"] = \"{new}\"");
        }
        program.push_str("}\n$2 in instead { sub($2, instead[$2]); print }\n");
        atomic::replace(&folder.join("blobs.awk"), program.as_bytes())?;
        for (commit, message) in &self.messages {
            atomic::replace(&folder.join("messages").join(commit), message.as_bytes())?;
        }
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_kept_names_bytes_and_holds_none() {
        let state = tempfile::tempdir().unwrap();
        let pair = |old: &str, new: &str| BTreeMap::from([(old.to_owned(), new.to_owned())]);
        let all = Rewriting { blobs: pair("aa11", "bb22"), messages: pair("c0ffee", "log: x\n") };
        let folder = all.keep(state.path(), "p7kq2mza").unwrap();
        let program = fs::read_to_string(folder.join("blobs.awk")).unwrap();
        assert!(program.contains("instead[\"aa11\"] = \"bb22\""), "{program}");
        assert_eq!(fs::read_to_string(folder.join("messages/c0ffee")).unwrap(), "log: x\n");
    }
}
