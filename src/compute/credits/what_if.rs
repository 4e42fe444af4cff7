//! An incident as it would have been, had one of its milestones been at another time.

use crate::compute::timeline::Timeline;
use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::{Event, Incident, Milestone};
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};

/// Where a milestone is supposed to have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupposedTime {
    /// At that time.
    At(EventTime),
    /// So much later than it was; earlier where it is negative.
    Later(Span),
}

/// A milestone, and where it is supposed to have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupposedMilestone {
    /// The milestone.
    pub milestone: Milestone,
    /// When it is supposed to have been.
    pub time: SupposedTime,
}

impl SupposedMilestone {
    /// Returns the incident with the milestone there; none where it has no such milestone to move.
    ///
    /// What tells of impact before `started` is then of that time. `recovered`, `resolved` and `closed` end the
    /// impact: what tells of impact later is passed over.
    pub fn in_incident(&self, incident: &Incident, settings: &Settings) -> Option<Incident> {
        let zone = incident.zone.unwrap_or(settings.zone);
        let timeline = Timeline::of(incident, settings);
        let marked = timeline.milestone(&self.milestone);
        let stood = marked.map(|it| it.event.place);
        let before = marked.map(|it| it.order);
        let at = match self.time {
            SupposedTime::At(at) => at,
            SupposedTime::Later(by) => {
                EventTime::exact(OffsetTime::in_zone(before?.plus(by), zone))
            }
        };
        let mut supposed = incident.clone();
        match supposed.events.iter_mut().find(|event| Some(event.place) == stood) {
            Some(event) => event.at = at,
            None => {
                let mark = Spanned { value: self.milestone.clone(), place: Location::default() };
                let marks = std::iter::once(mark).collect();
                supposed.events.push(Event { marks, ..Event::blank(at) });
            }
        }
        let bound = SupposedEdge { at: at.order(zone), time: at, zone };
        match &self.milestone {
            Milestone::Started => bound.begin(&mut supposed),
            ended if ended.is_reopened() => bound.end(&mut supposed),
            _ => {}
        }
        Some(supposed)
    }
}

/// Where the impact of an incident is supposed to begin, or to end.
struct SupposedEdge {
    at: Instant,
    time: EventTime,
    zone: Zone,
}

impl SupposedEdge {
    /// Has no impact before.
    fn begin(&self, incident: &mut Incident) {
        for event in &mut incident.events {
            if !event.impact.is_empty() && event.at.order(self.zone) < self.at {
                event.at = self.time;
            }
        }
    }

    /// Has no impact after, and none that goes on.
    fn end(&self, incident: &mut Incident) {
        for event in &mut incident.events {
            if event.at.order(self.zone) > self.at {
                event.impact.clear();
                let kept = event.marks.iter().filter(|mark| !ends_or_reopens(&mark.value));
                event.marks = kept.cloned().collect();
            }
        }
        let mark = Spanned { value: Milestone::Recovered, place: Location::default() };
        let marks = std::iter::once(mark).collect();
        incident.events.push(Event { marks, ..Event::blank(self.time) });
    }
}

fn ends_or_reopens(milestone: &Milestone) -> bool {
    matches!(milestone, Milestone::Recovered | Milestone::Reopened)
}
