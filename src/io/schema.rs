//! The JSON Schemas of the files that people edit, for their editors.

pub(crate) mod keys;
#[cfg(test)]
mod tests;

use crate::compute::check::codes::{CODES, Code};
use crate::model::diagnostic::Level;
use crate::model::incident::Milestone;
use crate::model::time;
use std::sync::OnceLock;

/// A kind of file that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaKind {
    /// `incident.yaml`
    Incident,
    /// `recount.yaml`
    Recount,
    /// `sla/<policy>.yaml`
    Policy,
}

/// Returns the JSON Schema (draft 2020-12) of a kind of file, with the words that the program knows: the zones, and the
/// codes that can be silenced.
pub(crate) fn text(of: SchemaKind) -> &'static str {
    static INCIDENT: OnceLock<String> = OnceLock::new();
    static RECOUNT: OnceLock<String> = OnceLock::new();
    static POLICY: OnceLock<String> = OnceLock::new();
    let (text, bare) = match of {
        SchemaKind::Incident => (&INCIDENT, include_str!("schema/incident.json")),
        SchemaKind::Recount => (&RECOUNT, include_str!("schema/recount.json")),
        SchemaKind::Policy => (&POLICY, include_str!("schema/policy.json")),
    };
    text.get_or_init(|| with_words(bare))
}

fn with_words(bare: &str) -> String {
    let list = |words: &[&str]| {
        words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    let can_be_silenced = |c: &&Code| c.weight == Level::Warning || c.warning_where.is_some();
    let codes: Vec<_> = CODES.iter().filter(can_be_silenced).map(|c| c.code).collect();
    let put = |text: &str, name: &str, words: &[&str]| {
        let definition = format!("\"{name}\": {{\"type\": \"string\"");
        text.replace(&definition, &format!("{definition}, \"enum\": [{}]", list(words)))
    };
    let text = put(&put(bare, "timezone", &time::zone_names()), "silencedCode", &codes);
    let definition = "\"misspeltMilestone\": {\"type\": \"string\"";
    let slips: Vec<_> = Milestone::BUILT_IN.iter().flat_map(|m| slips(m.as_str())).collect();
    text.replace(definition, &format!("{definition}, \"pattern\": \"^({})$\"", slips.join("|")))
}

/// Returns patterns of what a word becomes by one letter that is missing, wrong, too many, or swapped with the next.
///
/// A schema doesn't know the record's own milestones, so that any other name has to pass.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<_> = word.chars().collect();
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let mut found = vec![];
    for (at, letter) in letters.iter().enumerate() {
        let (before, from) = letters.split_at(at);
        let (before, after) = (text(before), text(from.get(1..).unwrap_or_default()));
        found.extend([
            format!("{before}{after}"),
            format!("{before}[^{letter}]{after}"),
            format!("{before}[^{letter}]{letter}{after}"),
        ]);
        if let Some(next) = from.get(1).filter(|next| *next != letter) {
            let rest = text(from.get(2..).unwrap_or_default());
            found.push(format!("{before}{next}{letter}{rest}"));
        }
    }
    found.push(format!("{word}[a-z]"));
    found
}
