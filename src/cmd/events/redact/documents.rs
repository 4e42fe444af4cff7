//! Words taken out of the files beside the incidents' own: documents above all.

use crate::cmd::documents::draft::{self, DocumentFile};
use crate::compute::redaction::RedactedWords;
use crate::io::store::{INBOX, LoadedIncident, walk};
use crate::model::incident::IncidentId;
use crate::session::Failure;
use crate::session::Session;
use crate::session::written::FileWrite;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files that hold the words beside those of incidents.
#[derive(Default)]
pub(super) struct OtherFiles {
    /// Those that are written without them.
    pub(super) rewritten: Vec<FileWrite>,
    /// Those that only a person may change.
    pub(super) by_hand: Vec<PathBuf>,
}

impl OtherFiles {
    /// Takes the words out of all files but those of incidents; documents beside incidents that change are refreshed.
    pub(super) fn without(
        words: &RedactedWords,
        session: &Session<'_>,
        changed: &BTreeMap<IncidentId, LoadedIncident>,
    ) -> Result<Self, Failure> {
        let mut found = Self::default();
        for path in session.store.all_files()? {
            let is_incident = path.ends_with("incident.yaml") || path.ends_with(INBOX);
            // What is no text holds no words that could be told.
            let Ok(Some(text)) = session.store.text(&path) else { continue };
            let home = home(&path);
            let is_stale = home.as_ref().is_some_and(|home| changed.contains_key(home));
            if is_incident || !(is_stale || words.are_in(&text)) {
                continue;
            }
            if walk::is_settled(session.store.relative(&path)) {
                found.by_hand.extend(words.are_in(&text).then_some(path));
                continue;
            }
            let fresh = home.and_then(|home| {
                let loaded = changed.get(&home).cloned();
                let loaded = loaded.or_else(|| session.store.load(&home).ok())?;
                let mask = |text: String| words.masked(&text).unwrap_or(text);
                // What can't be refreshed, for its template is gone say, is masked all the same.
                draft::refreshed(session, &loaded, DocumentFile { path: &path, text: &text }, mask)
                    .ok()
            });
            let fresh = fresh.unwrap_or_else(|| text.clone());
            let new = words.masked(&fresh).unwrap_or(fresh);
            if new != text {
                found.rewritten.push(FileWrite::plain(path, Some(text), new));
            }
        }
        Ok(found)
    }
}

/// Returns the incident that a document lies beside.
fn home(path: &Path) -> Option<IncidentId> {
    let is_document = path.extension().is_some_and(|ending| ending == "md");
    let folder =
        path.parent().filter(|folder| is_document && folder.join("incident.yaml").is_file())?;
    folder.file_name()?.to_str()?.parse().ok()
}
