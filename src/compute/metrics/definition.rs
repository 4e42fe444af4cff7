//! What a duration is: data, built in or the record's own.

use crate::model::incident::{Milestone, Name};
use crate::model::settings::Settings;
use serde::{Serialize, Serializer};
use std::fmt;

/// A duration: a span between two points of an incident, on the wall's clock or a calendar's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DurationDefinition {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub from: Anchor,
    /// Where it ends.
    pub to: Anchor,
    /// The calendar whose hours count; the wall's clock where absent.
    pub clock: Option<Name>,
    /// Whether it is one of the phases, which follow on one another.
    #[serde(skip)]
    pub phase: bool,
}

/// A point in the life of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// A milestone.
    Milestone(Milestone),
    /// The first moment at which some service was affected.
    FirstImpact,
    /// The moment from which no service was affected any more.
    LastImpact,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Milestone(milestone) => milestone.fmt(f),
            Self::FirstImpact => f.pad("first impact"),
            Self::LastImpact => f.pad("end of the last impact"),
        }
    }
}

impl Serialize for Anchor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl DurationDefinition {
    /// Returns a duration between two milestones, on the wall's clock.
    pub fn between(name: &str, from: Milestone, to: Milestone) -> Self {
        let (from, to) = (Anchor::Milestone(from), Anchor::Milestone(to));
        Self { name: name.to_owned(), from, to, clock: None, phase: false }
    }

    /// Returns the built-in durations and phases, which `recount.yaml` may replace.
    pub fn built_in() -> Vec<Self> {
        use Milestone::{
            Acknowledged, Detected, Identified, Mitigated, Recovered, Resolved, Started,
        };
        let phase = |name, from, to| Self { phase: true, ..Self::between(name, from, to) };
        vec![
            Self::between("time_to_detect", Started, Detected),
            Self::between("time_to_acknowledge", Detected, Acknowledged),
            Self::between("time_to_identify", Started, Identified),
            Self::between("time_to_mitigate", Started, Mitigated),
            Self::between("time_to_recover", Started, Recovered),
            Self::between("time_to_resolve", Started, Resolved),
            phase("detection", Started, Detected),
            phase("diagnosis", Detected, Identified),
            phase("repair", Identified, Mitigated),
            phase("recovery", Mitigated, Recovered),
        ]
    }

    /// Returns the durations of a record: the built-in ones, those of `recount.yaml` in place of their
    /// namesakes, and then its other ones.
    pub fn all(settings: &Settings) -> Vec<Self> {
        let mut all = Self::built_in();
        for own in &settings.durations {
            let own = Self {
                clock: own.clock.clone(),
                ..Self::between(own.name.as_str(), own.from.clone(), own.to.clone())
            };
            match all.iter_mut().find(|d| d.name == own.name) {
                Some(known) => *known = own,
                None => all.push(own),
            }
        }
        all
    }
}
