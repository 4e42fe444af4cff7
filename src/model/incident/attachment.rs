//! What was attached to an event: pictures, logs, exports.

use super::names::{UnknownValue, is_hidden};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The folder of an incident that holds what was attached.
pub const FOLDER: &str = "files";
/// How many letters of an attached file's name are kept beside its ending: four bytes each fit into what file systems take.
const MOST_OF_NAME: usize = 48;
/// How many letters an ending has at most.
const MOST_OF_ENDING: usize = 8;

/// A file that was attached to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Where it is, from the incident's folder on.
    pub path: AttachmentPath,
    /// The SHA-256 of its bytes, in hexadecimal; absent where a person wrote the entry.
    pub sha256: Option<String>,
    /// What it is.
    pub title: Option<String>,
}

impl Attachment {
    /// Returns what people call it: its title, else its file's name.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or_else(|| self.path.file_name())
    }
}

/// The path of an attached file: within the incident's own `files/`, with no way out of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AttachmentPath(String);

impl AttachmentPath {
    /// Returns the path of a file with that hash: its first eight digits, and the name in what every file system takes;
    /// of a long name its beginning and its ending.
    pub fn of(sha256: &str, name: &str) -> Self {
        let hash: String = sha256.chars().take(8).collect();
        let plain = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if ending.chars().count() <= MOST_OF_ENDING => {
                (stem, format!(".{ending}"))
            }
            _ => (name.as_str(), String::new()),
        };
        let stem: String = stem.chars().take(MOST_OF_NAME).collect();
        Self(format!("{FOLDER}/{hash}-{stem}{ending}"))
    }

    /// Returns the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last part of the path.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl FromStr for AttachmentPath {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let mut parts = text.split('/');
        let is_within = parts.next() == Some(FOLDER) && parts.clone().next().is_some();
        let is_name =
            |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
        if is_within && parts.all(is_name) && !text.chars().any(is_hidden) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().flat_map(char::escape_debug).collect();
        Err(UnknownValue(format!(
            "`{shown}` is no attached file: write its path within the incident's folder, such as {FOLDER}/graph.png"
        )))
    }
}

impl fmt::Display for AttachmentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_within_the_folder_of_files() {
        for path in ["files/a.png", "files/2019/a b.png"] {
            assert_eq!(path.parse::<AttachmentPath>().unwrap().as_str(), path);
        }
        for path in [
            "",
            "files/.hidden",
            "a.png",
            "files",
            "files/",
            "/files/a",
            "files/../a",
            "files//a",
            "files/./a",
            "../files/a",
            "files/..",
            "files\\a",
            "files/a\\..\\b",
            "files/a\0",
            "files/a\u{202e}b",
        ] {
            assert!(path.parse::<AttachmentPath>().is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_made_path_is_one_that_can_be_read() {
        for name in ["graph of load.png", "..", "/etc/passwd", "a\u{202e}b", "été.log", ""] {
            let path = AttachmentPath::of(&"ab12".repeat(16), name);
            assert_eq!(path.as_str().parse::<AttachmentPath>().unwrap(), path, "{name}");
            assert!(path.as_str().starts_with("files/ab12ab12-"));
        }
        for (long, ending) in
            [("x".repeat(300) + ".tar.gz", ".gz"), ("é".repeat(300) + ".png", "é.png")]
        {
            let path = AttachmentPath::of("ab12", &long);
            assert!(path.as_str().ends_with(ending) && path.file_name().len() < 255, "{path}");
        }
    }
}
