//! The words that an incident is told in: names, kinds, states.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Why a word is not one of those that can stand here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue(pub String);

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownValue {}

/// A name of people's choosing, such as a service, a severity, a role or an event's id.
///
/// One word: not empty, without blanks, control characters, `=`, `,` or `/`, so that it can be
/// typed on a command line, stand in a path and never hides anything on a terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Name(String);

impl Name {
    /// Returns the name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        // Two names that look alike would be two services, so that a joiner has no place in one.
        let joins = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
        let bad = |c: char| {
            let splits = c.is_whitespace() || matches!(c, '=' | ',' | '/' | '\\');
            splits || is_hidden(c) || joins(c)
        };
        if text.is_empty() || text.chars().any(bad) {
            let shown: String = text.chars().flat_map(char::escape_debug).collect();
            return Err(UnknownValue(format!(
                "`{shown}` cannot be a name: use one word without blanks, `=`, `,` or `/`"
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Digits and letters without those that are taken for one another, in rising order: what ids that the tool makes are of.
pub const ID_ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// The digits at the beginning of [`ID_ALPHABET`]; no id begins with one.
pub const ID_DIGITS: usize = 8;
/// How many characters an id has that the tool makes.
pub const ID_LENGTH: usize = 8;

/// Returns whether a character shows nothing or steers the reading of others:
/// control characters, bidirectional overrides, zero-width marks.
///
/// U+200C and U+200D are none of these: they shape the letters of Persian and Hindi and join emoji.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The id of an incident: its date and a slug of its title, and its folder's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct IncidentId(Name);

impl IncidentId {
    /// Returns the id's text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the id for an incident of that local day and title.
    pub fn of(day: chrono::NaiveDate, title: &str) -> Self {
        let slug = slug(title);
        let tail = if slug.is_empty() { "incident" } else { &slug };
        Self(Name(format!("{}-{tail}", day.format("%Y-%m-%d"))))
    }

    /// Returns the same id with a number behind it, for a second incident of that day and title.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(Name(format!("{self}-{number}")))
    }
}

impl FromStr for IncidentId {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text.starts_with(['.', '-']) {
            return Err(UnknownValue(format!("`{text}` cannot be an incident's id")));
        }
        text.parse().map(Self)
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the words of a title in lower case, joined by `-`, at most 60 characters of them.
fn slug(title: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c.to_lowercase().next() } else { Some(' ') };
    let words: String = title.chars().filter_map(plain).collect();
    let mut slug = String::new();
    for word in words.split_whitespace() {
        if slug.chars().count() + word.chars().count() > 60 {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() {
        words.split_whitespace().flat_map(str::chars).take(60).collect()
    } else {
        slug
    }
}

/// Makes an enum of words: each variant, its text, and all of them in order.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word that files and people use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::incident::names::UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => {
                        let known = [$($text,)+];
                        let message = $crate::model::incident::names::unknown($what, text, &known);
                        Err($crate::model::incident::names::UnknownValue(message))
                    }
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use string_enum;

/// Returns the message for a word that is none of `known`, with the nearest of them.
pub fn unknown(what: &str, text: &str, known: &[&str]) -> String {
    let text: String = text.chars().flat_map(char::escape_debug).collect();
    match nearest(&text, known.iter().copied()) {
        Some(near) => format!("unknown {what} `{text}`: did you mean `{near}`?"),
        None => format!("unknown {what} `{text}`: it is one of {}", known.join(", ")),
    }
}

/// Returns whether two different names are equal but for letter case, blanks, `-`, `_` and `.`.
///
/// A name that differs in a digit is another name: `vm-18` is no misspelt `vm-17`.
pub fn is_near(a: &str, b: &str) -> bool {
    a != b && bare(a) == bare(b)
}

/// Returns a name without what people write in different ways: the case of its letters, blanks, `-`, `_` and `.`.
pub fn bare(name: &str) -> String {
    let letters = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '.'));
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns the name nearest to `word`, where one is near enough to be a slip.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    names
        .map(|name| (strsim::osa_distance(&word, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

string_enum! {
    /// What a service was for its customers.
    State, "state" {
        /// As it should be.
        Up = "up",
        /// Out of service as announced.
        Maintenance = "maintenance",
        /// Slow, partial or wrong for some.
        Degraded = "degraded",
        /// Of no use.
        Down = "down",
    }
}

impl State {
    /// Returns whether customers were hurt: `degraded` or `down`.
    pub fn hurts(self) -> bool {
        matches!(self, Self::Degraded | Self::Down)
    }
}

string_enum! {
    /// What an incident is.
    Kind, "kind of incident" {
        /// Something went wrong.
        Incident = "incident",
        /// An exercise.
        Drill = "drill",
        /// Planned work.
        Maintenance = "maintenance",
    }
}

string_enum! {
    /// Whose doing it was; policies may exclude some.
    Attribution, "attribution" {
        /// The platform's own.
        Own = "own",
        /// A supplier's.
        Provider = "provider",
        /// The customer's.
        Customer = "customer",
        /// Nobody's.
        ForceMajeure = "force-majeure",
    }
}

string_enum! {
    /// What sort of moment an event is.
    EventKind, "kind of event" {
        /// Something that somebody saw, thought or did.
        Note = "note",
        /// A machine or a customer raised an alarm.
        Alert = "alert",
        /// Something was decided.
        Decision = "decision",
        /// Something was done.
        Action = "action",
        /// Something was supposed.
        Hypothesis = "hypothesis",
        /// Something was said to people outside the response.
        Communication = "communication",
        /// Something was released.
        Deploy = "deploy",
    }
}

string_enum! {
    /// Who may read an event.
    Audience, "audience" {
        /// The responders' own organisation.
        Internal = "internal",
        /// Everybody.
        Public = "public",
    }
}

string_enum! {
    /// The part that a cause played.
    CauseKind, "kind of cause" {
        /// What made it possible.
        Root = "root",
        /// What set it off.
        Trigger = "trigger",
        /// What made it worse or longer.
        Contributing = "contributing",
    }
}

string_enum! {
    /// What a follow-up action is for.
    ActionKind, "kind of action" {
        /// So that it does not happen again.
        Prevent = "prevent",
        /// So that it hurts less.
        Mitigate = "mitigate",
        /// So that it is seen sooner.
        Detect = "detect",
        /// So that people work together better.
        Process = "process",
        /// So that what broke is whole again.
        Repair = "repair",
    }
}

string_enum! {
    /// How far a follow-up action is.
    ActionStatus, "status" {
        /// Not begun.
        Open = "open",
        /// Begun.
        Doing = "doing",
        /// Finished.
        Done = "done",
        /// Given up.
        Dropped = "dropped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_day_and_the_words_of_the_title() {
        let day = chrono::NaiveDate::from_ymd_opt(2019, 1, 24).unwrap();
        let id = |title| IncidentId::of(day, title).to_string();
        assert_eq!(id("Datacenter: power loss!"), "2019-01-24-datacenter-power-loss");
        assert_eq!(id("../../etc/passwd"), "2019-01-24-etc-passwd");
        assert_eq!(id("  "), "2019-01-24-incident");
        assert_eq!(id("Café à Zürich"), "2019-01-24-café-à-zürich");
        assert!(id(&"x".repeat(500)).len() < 80);
    }

    #[test]
    fn a_name_holds_nothing_that_hides() {
        for bad in ["", "a b", "a=b", "a/b", "a\u{1b}[0m", "a\u{202e}b", "a\u{200d}b", "a\nb"] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
        assert_eq!("eu-west1".parse::<Name>().unwrap().as_str(), "eu-west1");
    }

    #[test]
    fn a_slip_in_a_word_is_answered_with_the_nearest() {
        let error = "dwon".parse::<State>().unwrap_err().to_string();
        assert_eq!(error, "unknown state `dwon`: did you mean `down`?");
        let error = "zzz".parse::<State>().unwrap_err().to_string();
        assert_eq!(error, "unknown state `zzz`: it is one of up, maintenance, degraded, down");
    }
}
