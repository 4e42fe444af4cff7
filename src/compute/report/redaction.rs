//! The report of words that were taken out, and of what still holds them.

use super::write_result::WriteReport;
use serde::Serialize;

/// The JSON of `redact`.
#[derive(Clone, Debug, Serialize)]
pub struct RedactionReport {
    /// What was written.
    #[serde(flatten)]
    pub written: WriteReport,
    /// The files that the words were taken out of, relative to the record.
    pub files: Vec<String>,
    /// The files that still hold them, for only a person may change those.
    pub by_hand: Vec<String>,
    /// What git still holds of them; null where the record is in no repository.
    pub git: Option<WordsInGit>,
}

/// What git still holds of words that were taken out of the record.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WordsInGit {
    /// The commits that brought them, or whose message has them, the newest first.
    pub commits: Vec<String>,
    /// The branches and tags from which those commits can be reached, remotes' branches as they were last seen too.
    pub refs: Vec<String>,
    /// The repositories that this one fetches from or pushes to.
    pub remotes: Vec<RemoteCopy>,
    /// The commands that take the words out of this repository; none where no commit has them.
    pub commands: Vec<String>,
    /// The commands that bring the same to the remotes.
    pub push: Vec<String>,
}

/// A repository beyond this one.
#[derive(Clone, Debug, Serialize)]
pub struct RemoteCopy {
    /// Its name here.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Whether its branches had the words when they were last seen.
    pub holds: bool,
}
