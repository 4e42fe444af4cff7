//! A line of the war room, as it was typed: text, or text with a time, with what a service is, or behind a slash.

use crate::model::incident::names::nearest;
use crate::model::incident::{Progress, Share};
use crate::model::settings::Settings;
use crate::model::time::{duration, read_zone};
use crate::model::vocabulary;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineVerb {
    /// An event with a text.
    Log,
    /// An event that changes what services are: `api=down`.
    Impact(Vec<String>),
    /// An event that tells how much is back: `db=340/1200`.
    Progress(Vec<String>),
    /// A milestone.
    Mark(String),
    /// A severity.
    Severity(String),
    /// A role and who takes it.
    Role(String),
    /// A kind of event.
    Kind(String),
    /// A hypothesis that turned out wrong, by its event.
    Refute(String),
    /// A hypothesis that turned out right, by its event.
    Confirm(String),
    /// A follow-up action: its title stands in the text.
    Action,
    /// What customers may read; shown first, unless it is certain.
    Publish {
        /// Whether it is sent at once.
        certain: bool,
    },
    /// Another incident is looked at, and written to.
    To(String),
    /// What was written last is taken back.
    Undo,
    /// What was taken back is put back.
    Redo,
    /// The last line is plain text after all.
    AsText,
    /// An event is corrected, by its id or `last`: the text is its new time or its new text.
    Amend(String),
    /// An event is moved to another incident.
    Move(String),
    /// An incident is declared: its title stands in the text.
    New,
    /// An event whose time takes any form; it begins the text.
    At,
    /// What can be typed.
    Help,
    /// The war room is left.
    Quit,
}

/// A line, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedLine {
    /// What it asks for.
    pub verb: LineVerb,
    /// The time that it begins with, for `--at` to read.
    pub at: Option<String>,
    /// The rest of it.
    pub text: String,
    /// A command that may have been meant, where it is text that begins with a slash.
    pub hint: Option<String>,
}

/// The words that a slash may stand before, beside milestones and severities.
pub const COMMANDS: [&str; 28] = [
    "at",
    "impact",
    "progress",
    "mark",
    "sev",
    "severity",
    "ic",
    "role",
    "note",
    "alert",
    "decision",
    "hyp",
    "hypothesis",
    "comms",
    "deploy",
    "did",
    "refute",
    "confirm",
    "action",
    "publish",
    "publish!",
    "to",
    "undo",
    "redo",
    "text",
    "amend",
    "move",
    "new",
];
/// Those of them that leave the line.
const OTHERS: [&str; 2] = ["help", "quit"];

/// What a line is read by: the record's settings, and the services that its incidents name.
#[derive(Clone, Copy, Debug)]
pub struct LineContext<'c> {
    /// The record's settings.
    pub settings: &'c Settings,
    /// The services of the incidents that are open.
    pub services: &'c [String],
}

impl LineContext<'_> {
    /// Reads a line; whatever it is not, it is text.
    pub fn read(&self, line: &str) -> TypedLine {
        let line = line.trim();
        let (at, rest) = match leading_time(line) {
            Some((at, rest)) => (Some(at.to_owned()), rest),
            None => (None, line),
        };
        let text =
            |hint| TypedLine { verb: LineVerb::Log, at: at.clone(), text: rest.to_owned(), hint };
        if let Some(command) = rest.strip_prefix('/') {
            return match self.command(command) {
                Ok((verb, rest)) => TypedLine { verb, at, text: rest.to_owned(), hint: None },
                Err(hint) => text(hint),
            };
        }
        match self.pairs(rest) {
            Some((verb, rest)) => TypedLine { verb, at, text: rest.to_owned(), hint: None },
            None => text(None),
        }
    }

    /// Reads what stands behind a slash; else returns the command that may have been meant.
    fn command<'l>(&self, line: &'l str) -> Result<(LineVerb, &'l str), Option<String>> {
        let (word, rest) = first_word(line);
        // A path, such as /var/log, is text.
        if word.contains('/') {
            return Err(None);
        }
        let word = word.to_lowercase();
        let first = || {
            let (first, rest) = first_word(rest);
            (first.to_owned(), rest)
        };
        let pair_verb = |verb: fn(Vec<String>) -> LineVerb| {
            let mut pairs = vec![];
            let mut rest = rest;
            while let (pair, more) = first_word(rest)
                && pair.contains('=')
            {
                pairs.push(pair.to_owned());
                rest = more;
            }
            (verb(pairs), rest)
        };
        Ok(match word.as_str() {
            "at" => (LineVerb::At, rest),
            "impact" => pair_verb(LineVerb::Impact),
            "progress" => pair_verb(LineVerb::Progress),
            "mark" => (LineVerb::Mark(first().0), first().1),
            "sev" | "severity" => (LineVerb::Severity(first().0), first().1),
            "ic" => (LineVerb::Role(format!("commander={}", person(rest).0)), person(rest).1),
            "role" => (LineVerb::Role(first().0), first().1),
            "note" => (LineVerb::Kind("note".into()), rest),
            "alert" => (LineVerb::Kind("alert".into()), rest),
            "decision" => (LineVerb::Kind("decision".into()), rest),
            "hyp" | "hypothesis" => (LineVerb::Kind("hypothesis".into()), rest),
            "comms" => (LineVerb::Kind("communication".into()), rest),
            "deploy" => (LineVerb::Kind("deploy".into()), rest),
            "did" => (LineVerb::Kind("action".into()), rest),
            "refute" => (LineVerb::Refute(first().0), first().1),
            "confirm" => (LineVerb::Confirm(first().0), first().1),
            "action" => (LineVerb::Action, rest),
            "publish" => (LineVerb::Publish { certain: false }, rest),
            "publish!" => (LineVerb::Publish { certain: true }, rest),
            "to" => (LineVerb::To(first().0), first().1),
            "undo" => (LineVerb::Undo, rest),
            "redo" => (LineVerb::Redo, rest),
            "text" => (LineVerb::AsText, rest),
            "amend" => (LineVerb::Amend(first().0), first().1),
            "move" => (LineVerb::Move(first().0), first().1),
            "new" => (LineVerb::New, rest),
            "help" => (LineVerb::Help, rest),
            "quit" | "exit" => (LineVerb::Quit, rest),
            word => (self.named(word)?, rest),
        })
    }

    /// Reads a milestone or a severity; else returns the command that may have been meant.
    fn named(&self, word: &str) -> Result<LineVerb, Option<String>> {
        let severities = self.settings.severities.iter().map(ToString::to_string);
        let severities = vocabulary::Vocabulary::new("severity", severities);
        if let Ok(severity) = vocabulary::find_severity(&severities, word) {
            return Ok(LineVerb::Severity(severity.to_owned()));
        }
        let milestones = self.settings.all_milestones().map(|milestone| milestone.to_string());
        let milestones: Vec<_> = milestones.collect();
        match vocabulary::Vocabulary::milestones(milestones.clone()).find(word) {
            Ok(milestone) => Ok(LineVerb::Mark(milestone.to_owned())),
            Err(_) => {
                let known = COMMANDS.iter().chain(&OTHERS).copied();
                let known = known.chain(milestones.iter().map(String::as_str));
                Err(nearest(word, known).map(str::to_owned))
            }
        }
    }

    /// Reads leading `SERVICE=STATE` or `SERVICE=DONE/TOTAL`, all of one sort; none where the line begins with no such.
    fn pairs<'l>(&self, line: &'l str) -> Option<(LineVerb, &'l str)> {
        let is_impact = |value: &str| match value.split_once(':') {
            Some((state, share)) => {
                vocabulary::state(state).is_ok() && share.parse::<Share>().is_ok()
            }
            None => vocabulary::state(value).is_ok(),
        };
        // A percentage may be anything of a service.
        let is_progress = |value: &str| !value.ends_with('%') && value.parse::<Progress>().is_ok();
        let (mut pairs, mut rest) = (vec![], line);
        let mut are_impact = None;
        while let (word, more) = first_word(rest)
            && let Some((service, value)) = word.split_once('=')
            && self.is_service(service)
        {
            let sort = match (is_impact(value), is_progress(value)) {
                (true, _) => true,
                (false, true) => false,
                (false, false) => break,
            };
            if *are_impact.get_or_insert(sort) != sort {
                break;
            }
            pairs.push(word.to_owned());
            rest = more;
        }
        Some((
            match are_impact? {
                true => LineVerb::Impact(pairs),
                false => LineVerb::Progress(pairs),
            },
            rest,
        ))
    }

    fn is_service(&self, name: &str) -> bool {
        let listed = self.settings.services.iter().map(|service| service.id.as_str());
        let known = listed.chain(self.services.iter().map(String::as_str)).map(str::to_owned);
        vocabulary::Vocabulary::new("service", known).find(name).is_ok()
    }
}

/// Returns the person whom a line begins with: what stands in quotes, or one word.
fn person(line: &str) -> (&str, &str) {
    match line.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
        Some((person, rest)) => (person, rest.trim_start()),
        None => first_word(line),
    }
}

/// Splits a line behind its first word.
fn first_word(line: &str) -> (&str, &str) {
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    (word, rest.trim_start())
}

/// Splits a time off that a line begins with, where a blank and a word come after it: a clock, with am, pm or a zone; a
/// length back; one after `started`; each perhaps with `~` before it; or a date with a clock.
fn leading_time(line: &str) -> Option<(&str, &str)> {
    let bare = line.strip_prefix('~').unwrap_or(line);
    let (first, rest) = first_word(bare);
    let rest = if is_clock(first) {
        behind_half_or_zone(rest)
    } else if is_length_back(first) || is_after_start(first) {
        rest
    } else {
        let (clock, rest) = first_word(behind_date(bare)?);
        if !is_clock(clock) {
            return None;
        }
        behind_half_or_zone(rest)
    };
    let time = line.get(..line.len().checked_sub(rest.len())?)?.trim_end();
    (!rest.is_empty()).then_some((time, rest))
}

/// Returns what stands behind `am`, `pm` or a zone, where a line begins with one, or with one after the other.
fn behind_half_or_zone(line: &str) -> &str {
    let (word, rest) = first_word(line);
    let after_half = match word.to_lowercase().as_str() {
        "am" | "pm" | "a.m." | "p.m." => rest,
        _ => line,
    };
    let (word, rest) = first_word(after_half);
    let is_offset = word.starts_with(['+', '-']) && word.contains(':') && !is_length_back(word);
    let is_named = word.contains('/') || word.chars().all(|c| c.is_ascii_uppercase());
    let is_zone = !word.is_empty() && (is_offset || is_named) && read_zone(word).is_ok();
    let is_abbreviation = ["BST", "CET", "CEST", "EST", "EDT", "PST", "PDT", "CST", "CDT", "IST"];
    if is_zone || word == "Z" || is_abbreviation.contains(&word) || is_offset {
        rest
    } else {
        after_half
    }
}

/// Returns what stands behind a date that a line begins with.
fn behind_date(line: &str) -> Option<&str> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: [&str; 9] = ["today", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let (first, rest) = first_word(line);
    let is_iso = first.len() == 10 && first.chars().filter(|c| *c == '-').count() == 2;
    if is_iso || DAYS.contains(&first.to_lowercase().as_str()) {
        return Some(rest);
    }
    let is_month = |word: &str| {
        word.get(..3).is_some_and(|start| MONTHS.contains(&start.to_lowercase().as_str()))
    };
    let is_day = |word: &str| word.trim_end_matches(',').parse::<u8>().is_ok_and(|day| day <= 31);
    let (second, rest) = first_word(rest);
    let is_date = is_month(first) && is_day(second) || is_day(first) && is_month(second);
    let (third, behind) = first_word(rest);
    let is_year = third.len() == 4 && third.parse::<u16>().is_ok();
    is_date.then_some(if is_year { behind } else { rest })
}

/// Returns whether a word is `HH:MM` or `HH:MM:SS`, with am, pm or `Z` behind it.
fn is_clock(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = ["am", "pm", "z"].iter().find_map(|half| word.strip_suffix(half)).unwrap_or(&word);
    let parts: Vec<_> = word.split(':').collect();
    let digits =
        |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (2..=3).contains(&parts.len()) && parts.iter().all(digits)
}

/// Returns whether a word is a length back, such as `-7m`.
fn is_length_back(word: &str) -> bool {
    let length = word.strip_prefix('-').filter(|length| length.ends_with(['s', 'm', 'h']));
    length.is_some_and(|length| {
        length.starts_with(|c: char| c.is_ascii_digit()) && duration::read_span(length).is_ok()
    })
}

/// Returns whether a word counts from `started`, such as `T+45m`.
fn is_after_start(word: &str) -> bool {
    let length = word.strip_prefix("T+").or_else(|| word.strip_prefix("t+"));
    length.is_some_and(|length| duration::read_span(length).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> TypedLine {
        let settings = Settings::default();
        let services = ["api".to_owned(), "db".to_owned()];
        LineContext { settings: &settings, services: &services }.read(line)
    }

    fn time_and_text(line: &str) -> (Option<String>, String) {
        let read = read(line);
        assert_eq!(read.verb, LineVerb::Log, "{line}");
        (read.at, read.text)
    }

    #[test]
    fn a_line_is_text_unless_it_begins_with_a_time() {
        for (line, at) in [
            ("14:05 Restarted it", "14:05"),
            ("14:05:30 Restarted it", "14:05:30"),
            ("2:05 pm Restarted it", "2:05 pm"),
            ("2:05pm Restarted it", "2:05pm"),
            ("14:05 UTC Restarted it", "14:05 UTC"),
            ("14:05 +02:00 Restarted it", "14:05 +02:00"),
            ("14:05 Europe/Paris Restarted it", "14:05 Europe/Paris"),
            ("14:05Z Restarted it", "14:05Z"),
            ("-7m Restarted it", "-7m"),
            ("~14:05 Restarted it", "~14:05"),
            ("~-7m Restarted it", "~-7m"),
            ("T+45m Restarted it", "T+45m"),
            ("2026-06-10 14:05 Restarted it", "2026-06-10 14:05"),
            ("24 Jan 2019 12:56 UTC Restarted it", "24 Jan 2019 12:56 UTC"),
            ("Jan 24 12:56 Restarted it", "Jan 24 12:56"),
            ("yesterday 23:10 Restarted it", "yesterday 23:10"),
        ] {
            let expected = (Some(at.to_owned()), "Restarted it".to_owned());
            assert_eq!(time_and_text(line), expected, "{line}");
        }
        for line in [
            "Restarted the scheduler",
            "2019 was worse",
            "2026-06-10 we saw it first",
            "14 nodes are gone",
            "14:05",
            "-7 degrees",
            "12:40-13:10 it was gone",
            "7m ago it began",
            "May 5 nodes fail?",
            "x=y is no service",
            "api=80% it says",
            "db=28%",
            "/var/log is full",
            "1:2:3:4 is an address",
        ] {
            assert_eq!(time_and_text(line), (None, line.to_owned()), "{line}");
        }
        assert_eq!(
            time_and_text("14:05 API is down"),
            (Some("14:05".into()), "API is down".into())
        );
    }

    #[test]
    fn services_are_told_of_before_the_text() {
        let line = read("14:05 api=down db=degraded Every call fails");
        assert_eq!(line.verb, LineVerb::Impact(vec!["api=down".into(), "db=degraded".into()]));
        assert_eq!((line.at.as_deref(), line.text.as_str()), (Some("14:05"), "Every call fails"));
        let line = read("db=340/1200");
        assert_eq!(line.verb, LineVerb::Progress(vec!["db=340/1200".into()]));
        assert_eq!(read("mail=down").verb, LineVerb::Log);
        let parts = LineVerb::Impact(vec!["api=down:40%".into(), "db=degraded:0.1".into()]);
        assert_eq!(read("api=down:40% db=degraded:0.1").verb, parts);
        assert_eq!(read("api=down:all").verb, LineVerb::Log);
    }

    #[test]
    fn a_slash_stands_before_the_fields_words_and_nothing_else() {
        let verb = |line: &str| read(line).verb;
        assert_eq!(verb("/mitigated Errors fall"), LineVerb::Mark("mitigated".into()));
        assert_eq!(verb("/ack"), LineVerb::Mark("acknowledged".into()));
        assert_eq!(verb("/sev1"), LineVerb::Severity("sev1".into()));
        assert_eq!(verb("/sev 2 Half of it"), LineVerb::Severity("2".into()));
        assert_eq!(verb("/ic Ada"), LineVerb::Role("commander=Ada".into()));
        assert_eq!(
            verb("/ic \"Ada Diallo\" she takes it"),
            LineVerb::Role("commander=Ada Diallo".into())
        );
        assert_eq!(verb("/refute d2net It answers"), LineVerb::Refute("d2net".into()));
        assert_eq!(verb("/publish! We see errors"), LineVerb::Publish { certain: true });
        assert_eq!(verb("/impact mail=down Gone"), LineVerb::Impact(vec!["mail=down".into()]));
        let slip = read("/mitigatd Errors fall");
        assert_eq!((slip.verb, slip.text.as_str()), (LineVerb::Log, "/mitigatd Errors fall"));
        assert_eq!(slip.hint.as_deref(), Some("mitigated"));
        assert_eq!(read("/var/log is full").hint, None);
        assert_eq!(read("14:05 /mitigated Fine").at.as_deref(), Some("14:05"));
    }

    #[test]
    fn no_text_makes_it_fail() {
        for line in
            ["", "/", "//", "~", "~ ", "=", "a=", "/at", "T+", "-m", "\u{0}", "é:é x", "1:é2 x"]
        {
            let _ = read(line);
        }
    }
}
