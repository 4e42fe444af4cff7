//! The words by which a document tells what a part of it is, and which milestone an event marks.

use crate::model::incident::Milestone;

/// Returns whether a heading is that of what happened when.
pub(super) fn is_timeline(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    [
        "timeline",
        "key events",
        "chronolog",
        "sequence of events",
        "log of events",
        "what happened",
        "context",
    ]
    .iter()
    .any(|word| heading.contains(word))
}

/// Returns whether a column holds times.
pub(super) fn is_time_column(header: &str) -> bool {
    let header = header.to_lowercase();
    let mut words = header.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["time", "date", "when", "timestamp", "utc", "clock"].contains(&word))
}

/// Words that mean a milestone where they are all that is said.
const MILESTONES: &[(&str, Milestone)] = &[
    ("fault occurs", Milestone::Started),
    ("fault occurred", Milestone::Started),
    ("start of outage", Milestone::Started),
    ("start of impact", Milestone::Started),
    ("start of incident", Milestone::Started),
    ("outage start", Milestone::Started),
    ("outage starts", Milestone::Started),
    ("outage started", Milestone::Started),
    ("outage begins", Milestone::Started),
    ("impact started", Milestone::Started),
    ("impact starts", Milestone::Started),
    ("incident started", Milestone::Started),
    ("first detected", Milestone::Detected),
    ("first noticed", Milestone::Detected),
    ("fault detected", Milestone::Detected),
    ("incident detected", Milestone::Detected),
    ("issue detected", Milestone::Detected),
    ("detected", Milestone::Detected),
    ("acknowledged", Milestone::Acknowledged),
    ("incident acknowledged", Milestone::Acknowledged),
    ("incident declared", Milestone::Declared),
    ("incident is declared", Milestone::Declared),
    ("declared", Milestone::Declared),
    ("cause identified", Milestone::Identified),
    ("root cause identified", Milestone::Identified),
    ("root cause found", Milestone::Identified),
    ("mitigated", Milestone::Mitigated),
    ("incident mitigated", Milestone::Mitigated),
    ("issue mitigated", Milestone::Mitigated),
    ("repaired", Milestone::Recovered),
    ("incident repaired", Milestone::Recovered),
    ("recovered", Milestone::Recovered),
    ("service recovered", Milestone::Recovered),
    ("service restored", Milestone::Recovered),
    ("end of outage", Milestone::Recovered),
    ("end of impact", Milestone::Recovered),
    ("outage ends", Milestone::Recovered),
    ("outage ended", Milestone::Recovered),
    ("resolved", Milestone::Resolved),
    ("incident resolved", Milestone::Resolved),
    ("incident is resolved", Milestone::Resolved),
    ("issue resolved", Milestone::Resolved),
    ("incident closed", Milestone::Closed),
];

/// Returns the milestone that a text is the name of; what says more than that may mean another thing.
pub(super) fn milestone(text: &str) -> Option<Milestone> {
    let first = text.split(['.', '\n', '(']).next().unwrap_or_default();
    let bare = first.trim().trim_end_matches([':', '!', ' ']).to_lowercase();
    let found = MILESTONES.iter().find(|(words, _)| *words == bare);
    found.map(|(_, milestone)| milestone.clone())
}

/// Splits a text that begins with the name of a milestone, and returns that and the rest.
pub(super) fn label(text: &str) -> Option<(&str, &str)> {
    let bare = text.trim_start_matches(['*', '_', ' ']);
    let begins = |words: &str| {
        let (head, rest) = bare.split_at_checked(words.len())?;
        let ends = !rest.starts_with(char::is_alphanumeric);
        (head.eq_ignore_ascii_case(words) && ends).then_some((head, rest))
    };
    let found = MILESTONES.iter().filter_map(|(words, _)| begins(words));
    found.max_by_key(|(head, _)| head.len())
}

/// Returns a text without the signs of emphasis around it, on as many lines as it has.
pub(super) fn plain(text: &str) -> String {
    text.replace("**", "")
        .replace("\\|", "|")
        .replace("<br>", "\n")
        .replace("<br/>", "\n")
        .trim()
        .to_owned()
}
