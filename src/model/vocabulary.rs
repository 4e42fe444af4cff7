//! The field's words as people type them: in any letter case, shortened, or by another name for the same thing.
//!
//! Files hold the words of DESIGN alone. Here a word of the keyboard becomes one of them, or is refused with those that
//! may have been meant: by their meaning before their spelling.

use crate::model::incident::names::{bare, nearest};
use crate::model::incident::{ActionKind, ActionStatus, Attribution, EventKind, Kind, State};
use std::fmt;

/// A word that can stand for none, or for more than one, of those that may stand in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedWord {
    /// What it should be, such as a state.
    pub what: &'static str,
    /// The word as it was typed.
    pub typed: String,
    /// What may have been meant, the likeliest first.
    pub meant: Vec<String>,
    /// All that may stand there.
    pub known: Vec<String>,
}

impl fmt::Display for RefusedWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, meant, known, .. } = self;
        let typed: String = self.typed.chars().flat_map(char::escape_debug).collect();
        match meant.as_slice() {
            [] => write!(f, "unknown {what} `{typed}`: it is one of {}", known.join(", ")),
            [one] => write!(f, "unknown {what} `{typed}`: did you mean `{one}`?"),
            several => {
                write!(f, "the {what} `{typed}` could be any of {}", several.join(", "))
            }
        }
    }
}

impl std::error::Error for RefusedWord {}

/// Another name for a word: where several words stand behind it, it could be any of them.
type Synonym = (&'static str, &'static [&'static str]);

/// The words that may stand in one place.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    what: &'static str,
    known: Vec<String>,
    synonyms: &'static [Synonym],
}

impl Vocabulary {
    /// Returns the words that files have there, without other names for them.
    pub fn new(what: &'static str, known: impl IntoIterator<Item = String>) -> Self {
        Self { what, known: known.into_iter().collect(), synonyms: &[] }
    }

    fn with(self, synonyms: &'static [Synonym]) -> Self {
        Self { synonyms, ..self }
    }

    /// Returns the milestones, with those of the record.
    pub fn milestones(known: impl IntoIterator<Item = String>) -> Self {
        Self::new("milestone", known).with(MILESTONES)
    }

    /// Finds the word that was meant.
    ///
    /// # Errors
    /// One that is none of them, or could be several.
    pub fn find(&self, typed: &str) -> Result<&str, RefusedWord> {
        let typed = typed.trim();
        let word = bare(typed);
        if let Some(known) = self.known.iter().find(|known| *known == typed) {
            return Ok(known);
        }
        let same: Vec<_> = self.known.iter().filter(|known| bare(known) == word).collect();
        match same.as_slice() {
            [one] => return Ok(one),
            [] => {}
            several => return Err(self.refused(typed, several.iter().map(|s| (*s).clone()))),
        }
        let meanings = self.synonyms.iter().find(|(synonym, _)| *synonym == word);
        let meant = meanings.map_or(&[][..], |(_, meant)| meant);
        let meant: Vec<_> = self.known.iter().filter(|k| meant.contains(&k.as_str())).collect();
        match meant.as_slice() {
            [one] => Ok(one),
            [] => Err(self.refused(typed, self.nearest(&word))),
            several => Err(self.refused(typed, several.iter().map(|s| (*s).clone()))),
        }
    }

    /// Returns what is spelt most like a word: one that is known, or what another name for it means.
    fn nearest(&self, word: &str) -> Vec<String> {
        if word.chars().count() < 2 {
            return vec![];
        }
        let names = self.known.iter().map(String::as_str);
        if let Some(near) = nearest(word, names) {
            return vec![near.to_owned()];
        }
        let near = nearest(word, self.synonyms.iter().map(|(synonym, _)| *synonym));
        let meanings = self.synonyms.iter().find(|(synonym, _)| Some(*synonym) == near);
        let meant = meanings.map_or(&[][..], |(_, meant)| meant);
        self.known.iter().filter(|known| meant.contains(&known.as_str())).cloned().collect()
    }

    /// Returns the refusal of a word, with what may have been meant.
    pub fn refused(&self, typed: &str, meant: impl IntoIterator<Item = String>) -> RefusedWord {
        RefusedWord {
            what: self.what,
            typed: typed.to_owned(),
            meant: meant.into_iter().collect(),
            known: self.known.clone(),
        }
    }
}

/// Finds which of a few words was meant.
fn one_of<W: Copy + fmt::Display>(
    all: &[W],
    typed: &str,
    what: &'static str,
    synonyms: &'static [Synonym],
) -> Result<W, RefusedWord> {
    let words = Vocabulary::new(what, all.iter().map(W::to_string)).with(synonyms);
    let found = words.find(typed)?;
    let word = all.iter().find(|word| word.to_string() == found).copied();
    word.ok_or_else(|| words.refused(typed, []))
}

/// Reads what a service is for its customers.
///
/// # Errors
/// A word that is no state, or could be two.
pub fn state(typed: &str) -> Result<State, RefusedWord> {
    one_of(State::ALL, typed, "state", STATES)
}

/// Reads what sort of moment an event is.
///
/// # Errors
/// A word that is no kind of event, or could be two.
pub fn event_kind(typed: &str) -> Result<EventKind, RefusedWord> {
    one_of(EventKind::ALL, typed, "kind of event", EVENT_KINDS)
}

/// Reads whose doing it was.
///
/// # Errors
/// A word that is nobody, or could be two.
pub fn attribution(typed: &str) -> Result<Attribution, RefusedWord> {
    one_of(Attribution::ALL, typed, "attribution", ATTRIBUTIONS)
}

/// Reads what an incident is.
///
/// # Errors
/// A word that is no kind of incident.
pub fn incident_kind(typed: &str) -> Result<Kind, RefusedWord> {
    one_of(Kind::ALL, typed, "kind of incident", &[])
}

/// Reads what a follow-up action is for.
///
/// # Errors
/// A word that is no kind of action.
pub fn action_kind(typed: &str) -> Result<ActionKind, RefusedWord> {
    one_of(ActionKind::ALL, typed, "kind of action", &[])
}

/// Reads how far a follow-up action is.
///
/// # Errors
/// A word that is no status.
pub fn action_status(typed: &str) -> Result<ActionStatus, RefusedWord> {
    one_of(ActionStatus::ALL, typed, "status", ACTION_STATUSES)
}

/// Finds the severity that was meant: `2`, `sev 2` and `P2` are the one with that number in its name.
///
/// # Errors
/// A severity that the record doesn't have.
pub fn find_severity<'v>(words: &'v Vocabulary, typed: &str) -> Result<&'v str, RefusedWord> {
    let refused = match words.find(typed) {
        Ok(found) => return Ok(found),
        Err(refused) => refused,
    };
    let Some(number) = severity_number(typed) else { return Err(refused) };
    let with = words.known.iter().filter(|known| digits(known) == number);
    match with.collect::<Vec<_>>().as_slice() {
        [one] => Ok(one),
        // A number that none has is no slip of the finger: the nearest name would be a guess.
        several => Err(words.refused(typed, several.iter().map(|s| (*s).clone()))),
    }
}

/// Returns the number that a word for a severity has, where it says nothing else.
fn severity_number(typed: &str) -> Option<String> {
    let word = bare(typed);
    let letters: String = word.chars().filter(|c| !c.is_ascii_digit()).collect();
    let number = digits(&word);
    let fits = ["", "s", "sev", "severity", "p", "prio", "priority"].contains(&letters.as_str());
    (fits && !number.is_empty() && word.ends_with(&number)).then_some(number)
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// How people call how far a follow-up action is.
const ACTION_STATUSES: &[Synonym] = &[
    ("todo", &["open"]),
    ("new", &["open"]),
    ("wip", &["doing"]),
    ("started", &["doing"]),
    ("inprogress", &["doing"]),
    ("finished", &["done"]),
    ("closed", &["done", "dropped"]),
    ("canceled", &["dropped"]),
    ("wontfix", &["dropped"]),
    ("wontdo", &["dropped"]),
];

/// How people call the states of a service.
const STATES: &[Synonym] = &[
    ("ok", &["up"]),
    ("okay", &["up"]),
    ("fine", &["up"]),
    ("green", &["up"]),
    ("healthy", &["up"]),
    ("operational", &["up"]),
    ("normal", &["up"]),
    ("available", &["up"]),
    ("back", &["up"]),
    ("restored", &["up"]),
    ("recovered", &["up"]),
    ("partial", &["degraded"]),
    ("partially", &["degraded"]),
    ("partialoutage", &["degraded"]),
    ("degradedperformance", &["degraded"]),
    ("slow", &["degraded"]),
    ("impaired", &["degraded"]),
    ("limited", &["degraded"]),
    ("unstable", &["degraded"]),
    ("flaky", &["degraded"]),
    ("yellow", &["degraded"]),
    ("outage", &["down"]),
    ("majoroutage", &["down"]),
    ("offline", &["down"]),
    ("unavailable", &["down"]),
    ("dead", &["down"]),
    ("red", &["down"]),
    ("maint", &["maintenance"]),
    ("planned", &["maintenance"]),
    ("undermaintenance", &["maintenance"]),
    ("out", &["degraded", "down"]),
    ("broken", &["degraded", "down"]),
    ("failing", &["degraded", "down"]),
    ("bad", &["degraded", "down"]),
];

/// How people call the kinds of event.
const EVENT_KINDS: &[Synonym] = &[
    ("comment", &["note"]),
    ("remark", &["note"]),
    ("observation", &["note"]),
    ("alarm", &["alert"]),
    ("page", &["alert"]),
    ("paged", &["alert"]),
    ("decided", &["decision"]),
    ("act", &["action"]),
    ("did", &["action"]),
    ("hyp", &["hypothesis"]),
    ("hypo", &["hypothesis"]),
    ("theory", &["hypothesis"]),
    ("guess", &["hypothesis"]),
    ("comm", &["communication"]),
    ("comms", &["communication"]),
    ("announcement", &["communication"]),
    ("statement", &["communication"]),
    ("deployment", &["deploy"]),
    ("deployed", &["deploy"]),
    ("release", &["deploy"]),
    ("rollout", &["deploy"]),
    ("update", &["note", "communication"]),
    ("change", &["action", "deploy"]),
];

/// How people call those whose doing it was.
const ATTRIBUTIONS: &[Synonym] = &[
    ("us", &["own"]),
    ("ours", &["own"]),
    ("internal", &["own"]),
    ("self", &["own"]),
    ("vendor", &["provider"]),
    ("supplier", &["provider"]),
    ("upstream", &["provider"]),
    ("thirdparty", &["provider"]),
    ("client", &["customer"]),
    ("user", &["customer"]),
    ("actofgod", &["force-majeure"]),
    ("external", &["provider", "customer", "force-majeure"]),
];

/// How people call the milestones.
const MILESTONES: &[Synonym] = &[
    ("start", &["started"]),
    ("begin", &["started"]),
    ("began", &["started"]),
    ("begun", &["started"]),
    ("onset", &["started"]),
    ("detect", &["detected"]),
    ("noticed", &["detected"]),
    ("discovered", &["detected"]),
    ("alerted", &["detected"]),
    ("ack", &["acknowledged"]),
    ("acked", &["acknowledged"]),
    ("acknowledge", &["acknowledged"]),
    ("identify", &["identified"]),
    ("diagnosed", &["identified"]),
    ("rootcause", &["identified"]),
    ("mitigate", &["mitigated"]),
    ("contained", &["mitigated"]),
    ("stabilised", &["mitigated"]),
    ("stabilized", &["mitigated"]),
    ("monitoring", &["mitigated"]),
    ("recover", &["recovered"]),
    ("restored", &["recovered"]),
    ("recovery", &["recovered"]),
    ("resolve", &["resolved"]),
    ("standdown", &["resolved"]),
    ("close", &["closed"]),
    ("found", &["detected", "identified"]),
    ("fix", &["mitigated", "recovered"]),
    ("fixed", &["mitigated", "recovered"]),
    ("repaired", &["mitigated", "recovered"]),
    ("done", &["recovered", "resolved", "closed"]),
    ("over", &["recovered", "resolved"]),
    ("end", &["recovered", "resolved"]),
    ("ended", &["recovered", "resolved"]),
    ("finished", &["resolved", "closed"]),
    ("reviewed", &["closed"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(known: &[&str]) -> Vec<String> {
        known.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_state_is_known_by_other_names_in_any_case() {
        for (typed, known) in [
            ("down", "down"),
            ("DOWN", "down"),
            ("Outage", "down"),
            ("ok", "up"),
            ("partial", "degraded"),
            ("major_outage", "down"),
            ("under maintenance", "maintenance"),
        ] {
            assert_eq!(state(typed).unwrap().as_str(), known, "{typed}");
        }
    }

    #[test]
    fn a_word_for_two_is_refused_with_both_and_a_slip_with_the_nearest() {
        let refused = state("broken").unwrap_err();
        assert_eq!(refused.to_string(), "the state `broken` could be any of degraded, down");
        assert_eq!(refused.meant, ["degraded", "down"]);
        let refused = state("dwon").unwrap_err();
        assert_eq!(refused.to_string(), "unknown state `dwon`: did you mean `down`?");
        // By meaning: it is spelt like another name for it.
        assert_eq!(state("unavaliable").unwrap_err().meant, ["down"]);
        let refused = state("zzz").unwrap_err();
        assert!(refused.meant.is_empty());
        assert!(refused.to_string().ends_with("it is one of up, maintenance, degraded, down"));
    }

    #[test]
    fn a_severity_goes_by_its_number() {
        let five = Vocabulary::new("severity", words(&["sev1", "sev2", "sev3"]));
        for typed in ["2", "sev2", "SEV2", "sev 2", "Sev-2", "P2", "s2", "severity 2"] {
            assert_eq!(find_severity(&five, typed), Ok("sev2"), "{typed}");
        }
        for typed in ["9", "P9", "12", "2nd", "minor"] {
            assert!(find_severity(&five, typed).is_err(), "{typed}");
        }
        assert!(find_severity(&five, "P9").unwrap_err().meant.is_empty());
        let named = Vocabulary::new("severity", words(&["critical", "major", "minor"]));
        assert_eq!(find_severity(&named, "MAJOR"), Ok("major"));
        assert!(find_severity(&named, "2").is_err());
    }

    #[test]
    fn each_other_name_is_written_as_it_is_looked_for() {
        for (name, _) in [STATES, EVENT_KINDS, ATTRIBUTIONS, MILESTONES, ACTION_STATUSES].concat() {
            assert_eq!(bare(name), name);
        }
    }

    #[test]
    fn names_that_differ_in_their_case_alone_are_two() {
        let both = Vocabulary::new("service", words(&["API", "api"]));
        assert_eq!(both.find("api"), Ok("api"));
        assert_eq!(both.find("Api").unwrap_err().meant, ["API", "api"]);
    }
}
