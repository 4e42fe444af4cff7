//! What the list's search looks through: a script, for a page that was opened from a file can fetch nothing.

use crate::compute::report::site::{SiteIncident, SiteReport};
use crate::io::render::text;
use serde::Serialize;

/// The name of its file.
pub const SEARCH: &str = "search.js";

/// What an incident is found by.
#[derive(Serialize)]
struct SearchEntry<'r> {
    /// The address of its page.
    page: String,
    /// Its texts, each behind the time at which it happened, or behind nothing.
    texts: Vec<[&'r str; 2]>,
}

/// Returns the script that holds what the incidents are found by.
pub fn search(report: &SiteReport) -> String {
    let entries: Vec<_> = report.incidents.iter().map(entry).collect();
    // Reports hold nothing that JSON can't say.
    let json = serde_json::to_string(&entries).unwrap_or_else(|_| "[]".to_owned());
    format!("globalThis.recountSearch = {};\n", text::json(&json).replace('<', "\\u003c"))
}

fn entry(incident: &SiteIncident) -> SearchEntry<'_> {
    let id = incident.id.iter().map(|id| ["", id.as_str()]);
    let summary = incident.summary.iter().map(|summary| ["", summary.as_str()]);
    let words = incident.words.iter().map(|words| ["", words.as_str()]);
    let updates = incident.updates.iter();
    let updates = updates.map(|it| [it.moment.words.as_str(), it.text.as_str()]);
    let texts = id.chain(summary).chain(words).chain(updates).collect();
    SearchEntry { page: super::address(&incident.page), texts }
}
