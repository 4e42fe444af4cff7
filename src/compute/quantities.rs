//! The names of every number that is printed, and what each of them means.

use crate::compute::downtime::DowntimePart;
use crate::compute::metrics::DurationDefinition;
use crate::model::incident::names::{self, string_enum};
use crate::model::incident::{Milestone, Name, UnknownValue};
use std::fmt;

/// A number that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// When a milestone of one incident was.
    Milestone(Milestone),
    /// A duration of one incident, by its name.
    Duration(String),
    /// How long one service was down, degraded or either; all of them where none is named.
    Downtime(DowntimePart, Option<Name>),
    /// What many incidents have in common in a duration.
    Statistic(Statistic, String),
    /// How many incidents there are.
    Incidents,
    /// What a duration, or `downtime`, should not exceed, held against one incident.
    Objective(String),
    /// How the mean of a duration changed from one period to another.
    Change(String),
}

string_enum! {
    /// What is computed from the durations of many incidents.
    Statistic, "statistic" {
        /// The sum by the number.
        Mean = "mean",
        /// The middle one.
        Median = "median",
        /// What nine in ten do not exceed.
        P90 = "p90",
        /// The bootstrap interval of the mean.
        Interval = "interval",
        /// How many have it.
        N = "n",
        /// How many do not.
        Missing = "missing",
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Milestone(milestone) => milestone.fmt(f),
            Self::Duration(name) => f.write_str(name),
            Self::Downtime(part, None) => f.write_str(part.as_str()),
            Self::Downtime(part, Some(service)) => write!(f, "{} {service}", part.as_str()),
            Self::Statistic(statistic, name) => write!(f, "{} {name}", statistic.as_str()),
            Self::Incidents => f.write_str("incidents"),
            Self::Objective(name) => write!(f, "objective {name}"),
            Self::Change(name) => write!(f, "change {name}"),
        }
    }
}

/// The names that people give to means of many incidents, and the durations that they are means of.
///
/// The R of MTTR stands for recovery here; the same letters elsewhere may mean repair, response or resolution.
pub(crate) const MEANS: [(&str, &str); 6] = [
    ("mttd", "time_to_detect"),
    ("mtta", "time_to_acknowledge"),
    ("mtti", "time_to_identify"),
    ("mttm", "time_to_mitigate"),
    ("mttr", "time_to_recover"),
    ("mttrs", "time_to_resolve"),
];

/// The names that a record gives to its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Catalog<'a> {
    /// The durations that are measured.
    pub definitions: &'a [DurationDefinition],
    /// The milestones that can be marked.
    pub milestones: &'a [Milestone],
    /// The services that downtime is computed for.
    pub services: &'a [Name],
}

impl Catalog<'_> {
    /// Finds the number that some words name, in either case: `time_to_detect`, `downtime apps`, `MTTR`,
    /// `median time_to_recover`, `started`, `incidents`.
    ///
    /// # Errors
    /// Words that name no number, with the nearest that do.
    pub(crate) fn find(&self, words: &[String]) -> Result<Quantity, UnknownValue> {
        let text = words.join(" ");
        let words: Vec<String> = text.split_whitespace().map(plain).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["incidents"] => return Ok(Quantity::Incidents),
            ["objective", "downtime"] => return Ok(Quantity::Objective("downtime".to_owned())),
            ["objective", word] => {
                if let Some(name) = self.duration(word) {
                    return Ok(Quantity::Objective(name));
                }
            }
            ["change", word] => {
                if let Some(name) = self.duration(word) {
                    return Ok(Quantity::Change(name));
                }
            }
            [one] => {
                if let Ok(part) = one.parse() {
                    return Ok(Quantity::Downtime(part, None));
                }
                if let Some(number) = self.single(one) {
                    return Ok(number);
                }
            }
            [a, b] => {
                let part = a.parse().map(|part| (part, b)).or(b.parse().map(|part| (part, a)));
                if let Ok((part, service)) = part {
                    return self.downtime(part, service);
                }
                let pair = statistic(a).zip(self.duration(b));
                if let Some((found, name)) = pair.or(statistic(b).zip(self.duration(a))) {
                    return Ok(Quantity::Statistic(found, name));
                }
            }
            _ => {}
        }
        Err(self.unknown(&text))
    }

    /// Returns what can be asked for, a line for each sort.
    pub(crate) fn list(&self) -> Vec<String> {
        let join = |names: Vec<&str>| names.join(", ");
        let durations = join(self.definitions.iter().map(|d| d.name.as_str()).collect());
        let milestones = join(self.milestones.iter().map(Milestone::as_str).collect());
        let statistics = join(Statistic::ALL.iter().map(|s| s.as_str()).collect());
        vec![
            format!("of one incident: {durations}"),
            format!("its milestones: {milestones}"),
            "its downtime: downtime, down or degraded, or one of these and a SERVICE".to_owned(),
            format!("of many: incidents, {}", join(MEANS.map(|(name, _)| name).to_vec())),
            format!(
                "{statistics}, objective or change, and a duration, such as median time_to_recover"
            ),
        ]
    }

    fn single(&self, word: &str) -> Option<Quantity> {
        let mean = |(_, name): &(&str, &str)| {
            let name = self.duration(name)?;
            Some(Quantity::Statistic(Statistic::Mean, name))
        };
        if let Some(name) = self.duration(word) {
            return Some(Quantity::Duration(name));
        }
        let milestone = self.milestones.iter().find(|m| m.as_str().to_lowercase() == word);
        let milestone = milestone.map(|m| Quantity::Milestone(m.clone()));
        milestone.or_else(|| {
            let whole = word.strip_prefix("mean_").map(|name| ("", name));
            MEANS.iter().find(|(name, _)| *name == word).or(whole.as_ref()).and_then(mean)
        })
    }

    fn duration(&self, word: &str) -> Option<String> {
        let found = self.definitions.iter().find(|d| d.name.to_lowercase() == word);
        found.map(|d| d.name.clone())
    }

    fn downtime(&self, part: DowntimePart, word: &str) -> Result<Quantity, UnknownValue> {
        let found = self.services.iter().find(|s| s.as_str().to_lowercase() == word);
        let known: Vec<_> = self.services.iter().map(Name::as_str).collect();
        let unknown = || UnknownValue(names::unknown("service", word, &known));
        found.map(|s| Quantity::Downtime(part, Some(s.clone()))).ok_or_else(unknown)
    }

    fn unknown(&self, text: &str) -> UnknownValue {
        let durations = self.definitions.iter().map(|d| d.name.as_str());
        let milestones = self.milestones.iter().map(Milestone::as_str);
        let others = MEANS.iter().map(|(name, _)| *name).chain(["downtime", "incidents"]);
        let all: Vec<_> = durations.chain(milestones).chain(others).collect();
        let message = names::unknown("number", text, &all);
        // The list follows as the next step.
        UnknownValue(message.split(": it is one of").next().unwrap_or(&message).to_owned())
    }
}

fn statistic(word: &str) -> Option<Statistic> {
    let word = if word == "average" { "mean" } else { word };
    word.parse().ok()
}

/// Returns a word as names are compared: in small letters, without the unit that a field's name ends in.
fn plain(word: &str) -> String {
    let word = word.to_lowercase();
    word.strip_suffix("_seconds").map_or(word.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Result<String, String> {
        let definitions = DurationDefinition::built_in();
        let services: Vec<Name> = ["apps", "Api"].map(|s| s.parse().unwrap()).to_vec();
        let known = Catalog {
            definitions: &definitions,
            milestones: &Milestone::BUILT_IN,
            services: &services,
        };
        let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        known.find(&words).map(|n| n.to_string()).map_err(|e| e.to_string())
    }

    #[test]
    fn every_name_of_a_number_is_found() {
        let cases = [
            ("time_to_detect", "time_to_detect"),
            ("MTTR", "mean time_to_recover"),
            ("mean_time_to_detect", "mean time_to_detect"),
            ("median time_to_recover", "median time_to_recover"),
            ("time_to_recover p90_seconds", "p90 time_to_recover"),
            ("average repair", "mean repair"),
            ("downtime", "downtime"),
            ("downtime apps", "downtime apps"),
            ("api down_seconds", "down Api"),
            ("degraded", "degraded"),
            ("started", "started"),
            ("incidents", "incidents"),
            ("objective downtime", "objective downtime"),
            ("Change time_to_recover", "change time_to_recover"),
        ];
        for (text, name) in cases {
            assert_eq!(find(text).as_deref(), Ok(name), "{text}");
        }
        for (short, name) in MEANS {
            assert_eq!(find(short), Ok(format!("mean {name}")));
        }
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let wrong = |text: &str| find(text).unwrap_err();
        assert_eq!(
            wrong("time_to_dtect"),
            "unknown number `time_to_dtect`: did you mean `time_to_detect`?"
        );
        assert_eq!(wrong("downtime aps"), "unknown service `aps`: did you mean `apps`?");
        assert_eq!(wrong("luck"), "unknown number `luck`");
        assert_eq!(wrong("\u{1b}[2J"), "unknown number `\\u{1b}[2J`");
        assert!(find("").is_err() && find("a b c").is_err());
    }
}
