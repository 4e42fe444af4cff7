//! The durations of one incident, each with its lowest and highest value.

mod definition;
mod point;

#[cfg(test)]
mod tests;

pub use definition::{Anchor, DurationDefinition};
pub use point::{AnchorPoint, StandIn};

use crate::compute::timeline::Timeline;
use crate::model::diagnostic::Location;
use crate::model::incident::{Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, SpanBounds};
use point::DurationClock;
use std::fmt;

/// A duration of an incident, or why it has none.
#[derive(Clone, Debug)]
pub struct MeasuredDuration<'a, 'd> {
    /// What was measured.
    pub definition: &'d DurationDefinition,
    /// What was found.
    pub value: Result<DurationValue<'a>, DurationAbsent>,
}

/// A duration that was measured.
///
/// For every choice of the events' times within their bounds that keeps the order of its two ends, the
/// true duration lies within the bounds of its length.
#[derive(Clone, Debug)]
pub struct DurationValue<'a> {
    /// The length between the nominal times, never outside the bounds; these are never below zero, and where the order
    /// of the ends alone keeps them from it, there is no nominal length.
    pub length: SpanBounds,
    /// Where it begins.
    pub from: AnchorPoint<'a>,
    /// Where it ends: now, where it is running.
    pub to: AnchorPoint<'a>,
    /// Whether its end is still to come, so that it runs to now.
    pub running: bool,
}

/// Why an incident has no value for a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationAbsent {
    /// That point was not marked, and nothing stands in for it.
    NotMarked(Anchor),
    /// Impact came after that milestone, and it was not marked again.
    Voided(Milestone),
    /// The phase makes no sense, because the impact was mitigated before the cause was known.
    MitigatedFirst,
    /// Its end lies before its beginning, whatever the times within their bounds; by at least so much.
    Backwards(Span),
    /// The record has no calendar of that name.
    NoCalendar(Name),
    /// Something that it may hang on could not be read.
    Unreadable(Location),
}

impl fmt::Display for DurationAbsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMarked(anchor @ Anchor::Milestone(_)) => write!(f, "{anchor} was not marked"),
            Self::NotMarked(anchor) => write!(f, "the {anchor} is not recorded"),
            Self::Voided(milestone) => write!(f, "{milestone} was voided by later impact"),
            Self::MitigatedFirst => f.write_str("mitigated before the cause was known"),
            Self::Backwards(_) => f.write_str("its end lies before its beginning"),
            Self::NoCalendar(name) => write!(f, "there is no calendar `{name}`"),
            Self::Unreadable(place) => write!(f, "incident.yaml:{place} can't be read"),
        }
    }
}

/// Measures every duration of `definitions` for one incident; what is still to come runs to `now`.
pub fn measure<'a, 'd>(
    timeline: &Timeline<'a>,
    definitions: &'d [DurationDefinition],
    settings: &Settings,
    now: Instant,
) -> Vec<MeasuredDuration<'a, 'd>> {
    let incident = IncidentTimes { timeline, settings, now, points: points(timeline, definitions) };
    let measured = |definition| MeasuredDuration { definition, value: incident.value(definition) };
    definitions.iter().map(measured).collect()
}

/// An incident that is being measured.
struct IncidentTimes<'t, 'a, 'd> {
    timeline: &'t Timeline<'a>,
    settings: &'t Settings,
    now: Instant,
    /// Every anchor of the definitions and where it lies, found once.
    points: Vec<(&'d Anchor, Option<AnchorPoint<'a>>)>,
}

fn points<'a, 'd>(
    timeline: &Timeline<'a>,
    definitions: &'d [DurationDefinition],
) -> Vec<(&'d Anchor, Option<AnchorPoint<'a>>)> {
    let mut points: Vec<(&Anchor, Option<AnchorPoint<'_>>)> = vec![];
    for anchor in definitions.iter().flat_map(|d| [&d.from, &d.to]) {
        if !points.iter().any(|(known, _)| *known == anchor) {
            points.push((anchor, AnchorPoint::of(timeline, anchor)));
        }
    }
    points
}

impl<'a> IncidentTimes<'_, 'a, '_> {
    fn value(&self, definition: &DurationDefinition) -> Result<DurationValue<'a>, DurationAbsent> {
        if let Some(place) = self.timeline.incident.first_unreadable() {
            return Err(DurationAbsent::Unreadable(place));
        }
        if definition.phase && self.makes_phase_senseless(definition) {
            return Err(DurationAbsent::MitigatedFirst);
        }
        let clock = self.clock(definition)?;
        let from = self.point(&definition.from).ok_or_else(|| self.missing(&definition.from))?;
        match self.point(&definition.to) {
            Some(to) => between(from, to, clock),
            None if self.is_to_come(&definition.to) => {
                let value = between(from, AnchorPoint::now(self.now), clock)?;
                Ok(DurationValue { running: true, ..value })
            }
            None => Err(self.missing(&definition.to)),
        }
    }

    fn point(&self, anchor: &Anchor) -> Option<AnchorPoint<'a>> {
        self.points.iter().find(|(known, _)| *known == anchor)?.1.clone()
    }

    fn clock(&self, definition: &DurationDefinition) -> Result<DurationClock<'_>, DurationAbsent> {
        let Some(name) = &definition.clock else { return Ok(DurationClock::Wall) };
        let found = self.settings.calendars.iter().find(|(known, _)| known == name);
        let (_, calendar) = found.ok_or_else(|| DurationAbsent::NoCalendar(name.clone()))?;
        Ok(DurationClock::Working(calendar, self.timeline.zone))
    }

    /// Returns whether a phase begins or ends with a cause that was known only after the mitigation, or
    /// is still unknown then: the phases follow on one another, and these two cannot.
    fn makes_phase_senseless(&self, definition: &DurationDefinition) -> bool {
        let identified = Anchor::Milestone(Milestone::Identified);
        if definition.from != identified && definition.to != identified {
            return false;
        }
        let found = |m| self.timeline.milestone(m).map(|told| told.moment.nominal());
        match (found(&Milestone::Identified), found(&Milestone::Mitigated)) {
            (Some(identified), Some(mitigated)) => mitigated < identified,
            (None, Some(_)) => self.timeline.is_open(),
            (_, None) => false,
        }
    }

    /// Returns whether a point can still come: the incident is open, and no milestone stands that comes
    /// after it in the life of every incident.
    fn is_to_come(&self, anchor: &Anchor) -> bool {
        let place = |m: &Milestone| {
            let mut places = Milestone::BUILT_IN.iter();
            places.position(|b| b == m && *m != Milestone::Reopened)
        };
        let passed = |wanted: &Milestone| {
            let wanted = place(wanted).unwrap_or(usize::MAX);
            let mut standing = self.timeline.milestones().filter_map(|(m, _)| place(m));
            standing.any(|standing| standing > wanted)
        };
        self.timeline.is_open()
            && match anchor {
                // The cause is often found last, and a responder may declare before answering the page.
                Anchor::Milestone(Milestone::Identified | Milestone::Custom(_)) => true,
                Anchor::Milestone(Milestone::Acknowledged) => !passed(&Milestone::Declared),
                Anchor::Milestone(wanted) => !passed(wanted),
                Anchor::FirstImpact => false,
                Anchor::LastImpact => self.timeline.first_impact().is_some(),
            }
    }

    fn missing(&self, anchor: &Anchor) -> DurationAbsent {
        let mut marks = self.timeline.events().iter().map(|t| &t.event.marks);
        match anchor {
            Anchor::Milestone(wanted) if marks.any(|m| m.has(wanted)) => {
                DurationAbsent::Voided(wanted.clone())
            }
            _ => DurationAbsent::NotMarked(anchor.clone()),
        }
    }
}

fn between<'a>(
    from: AnchorPoint<'a>,
    to: AnchorPoint<'a>,
    clock: DurationClock<'_>,
) -> Result<DurationValue<'a>, DurationAbsent> {
    let (least, most) = to.bounds_since(&from, DurationClock::Wall);
    let now = to.told.is_none();
    if most < Span::ZERO && !now {
        return Err(DurationAbsent::Backwards(Span::ZERO.minus(most)));
    }
    let (lowest, highest) = to.bounds_since(&from, clock);
    let bounds = (lowest.max(Span::ZERO), highest.max(Span::ZERO));
    let length = SpanBounds::ordered(clock.length(from.at, to.at), least, bounds);
    Ok(DurationValue { length, from, to, running: false })
}
