//! The events of an incident in their order, and the milestones that stand.

pub mod same_outage;
mod standing;

#[cfg(test)]
mod tests;

use crate::model::incident::{Event, Incident, Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, TimeBounds, Zone};
use standing::MilestoneMarks;
use std::cmp::Ordering;

/// An event with the bounds of its moment.
#[derive(Clone, Copy, Debug)]
pub struct TimedEvent<'a> {
    /// The event.
    pub event: &'a Event,
    /// Its earliest, nominal and latest instant.
    pub moment: TimeBounds,
    /// The instant that orders it.
    pub order: Instant,
}

/// The standing events of an incident, in order, and its milestones.
#[derive(Clone, Debug)]
pub struct Timeline<'a> {
    /// The incident that is told.
    pub incident: &'a Incident,
    /// The zone of its bare dates and for display.
    pub zone: Zone,
    events: Vec<TimedEvent<'a>>,
    marks: MilestoneMarks,
}

/// A milestone that was marked, and that later impact took back.
#[derive(Clone, Copy, Debug)]
pub struct VoidedMilestone<'t, 'a> {
    /// The milestone.
    pub milestone: &'t Milestone,
    /// The event that marked it last.
    pub marked: TimedEvent<'a>,
    /// The event whose impact took it back.
    pub by: TimedEvent<'a>,
}

impl<'a> Timeline<'a> {
    /// Returns the timeline of an incident, retracted events left out.
    pub fn of(incident: &'a Incident, settings: &Settings) -> Self {
        let zone = incident.zone.unwrap_or(settings.zone);
        let mut events: Vec<_> = incident.standing().map(|event| told(event, zone)).collect();
        sort(&mut events);
        let marks = standing::marks(incident, &events);
        Self { incident, zone, events, marks }
    }

    /// Returns all events of an incident in order, retracted ones too.
    pub fn all(incident: &'a Incident, settings: &Settings) -> Vec<TimedEvent<'a>> {
        let zone = incident.zone.unwrap_or(settings.zone);
        let mut events: Vec<_> = incident.events.iter().map(|event| told(event, zone)).collect();
        sort(&mut events);
        events
    }

    /// Returns the events in order.
    pub fn events(&self) -> &[TimedEvent<'a>] {
        &self.events
    }

    /// Returns the event that sets a milestone, where one stands.
    pub fn milestone(&self, milestone: &Milestone) -> Option<TimedEvent<'a>> {
        let (_, index) = self.marks.standing.iter().find(|(m, _)| m == milestone)?;
        self.events.get(*index).copied()
    }

    /// Returns the milestones that stand, in the order of their events.
    pub fn milestones(&self) -> impl Iterator<Item = (&Milestone, TimedEvent<'a>)> {
        self.marks.standing.iter().filter_map(|(m, i)| Some((m, *self.events.get(*i)?)))
    }

    /// Returns the milestones that were marked and do not stand, in the order of their marks.
    pub fn voided(&self) -> impl Iterator<Item = VoidedMilestone<'_, 'a>> {
        self.marks.voided.iter().filter_map(|(milestone, marked, by)| {
            let (marked, by) = (*self.events.get(*marked)?, *self.events.get(*by)?);
            Some(VoidedMilestone { milestone, marked, by })
        })
    }

    /// Returns how far the incident is: `closed` or `resolved` where they stand, else the last milestone.
    pub fn state(&self) -> Option<&Milestone> {
        let standing = |wanted| self.marks.standing.iter().map(|(m, _)| m).find(|m| *m == wanted);
        standing(&Milestone::Closed)
            .or_else(|| standing(&Milestone::Resolved))
            .or_else(|| self.marks.standing.last().map(|(m, _)| m))
    }

    /// Returns whether responders are still at it: neither `resolved` nor `closed` stands, it wasn't
    /// canceled, and no other incident tells its story.
    pub fn is_open(&self) -> bool {
        let over = self
            .marks
            .standing
            .iter()
            .any(|(m, _)| matches!(m, Milestone::Resolved | Milestone::Closed));
        !over && self.incident.counts()
    }

    /// Returns whether it is open, and not by an impact alone that was told of late: one that was written into an incident
    /// that was over more than an hour after its time takes milestones back, and is no reason to work on it.
    pub fn is_active(&self) -> bool {
        const LATE: Span = Span::minutes(60);
        if !self.is_open() {
            return false;
        }
        let delay =
            |t: &TimedEvent<'_>| t.event.logged.map(|logged| logged.since(t.moment.nominal()));
        let is_late = |t: &TimedEvent<'_>| delay(t).is_some_and(|delay| delay > LATE);
        let over = [Milestone::Resolved, Milestone::Closed];
        let mut taken_back = self.voided().filter(|v| over.contains(v.milestone));
        let Some(late) =
            taken_back.find(|v| is_late(&v.by) && v.by.event.logged > v.marked.event.logged)
        else {
            return true;
        };
        // Somebody saw it again, or said so.
        self.events.iter().any(|t| {
            let tells = t.event.marks.has(&Milestone::Reopened)
                || t.event.impact.iter().any(|i| i.value.state.hurts());
            tells && !is_late(t) && t.event.logged > late.by.event.logged
        })
    }

    /// Returns the severity after the last event.
    pub fn severity(&self) -> Option<&'a Name> {
        let last = self.events.iter().rev().find_map(|t| t.event.severity.as_ref());
        last.or(self.incident.severity.as_ref()).map(|s| &s.value)
    }

    /// Returns who has which role after the last event, in the order in which roles were first given.
    pub fn roles(&self) -> Vec<(&'a Name, &'a str)> {
        let mut roles: Vec<(&Name, &str)> = vec![];
        for (role, person) in self.events.iter().flat_map(|t| &t.event.roles) {
            match roles.iter_mut().find(|(r, _)| *r == role) {
                Some(known) => known.1 = person,
                None => roles.push((role, person)),
            }
        }
        roles
    }

    /// Returns where the incident begins: at `started`, else at the first impact, else at the first event.
    pub fn begin(&self) -> Option<TimedEvent<'a>> {
        self.milestone(&Milestone::Started)
            .or_else(|| self.first_impact())
            .or_else(|| self.events.first().copied())
    }

    /// Returns the first event at which some service was affected.
    pub fn first_impact(&self) -> Option<TimedEvent<'a>> {
        self.events.iter().copied().find(|t| t.event.impact.iter().any(|i| i.value.state.hurts()))
    }

    /// Returns all services concerned: those listed, then those that events name.
    pub fn services(&self) -> Vec<&'a Name> {
        let listed = self.incident.services.iter().map(|s| &s.value);
        let told = self.events.iter().flat_map(|t| &t.event.impact).map(|i| &i.value.service);
        let mut services = vec![];
        for service in listed.chain(told) {
            if !services.contains(&service) {
                services.push(service);
            }
        }
        services
    }
}

fn told(event: &Event, zone: Zone) -> TimedEvent<'_> {
    TimedEvent { event, moment: event.at.moment(zone), order: event.at.order(zone) }
}

/// Sorts events by time; among those of one time by `logged` and then `id`, or by their place in the
/// file as long as one of them has no id yet.
fn sort(events: &mut [TimedEvent<'_>]) {
    events.sort_by_key(|t| t.order);
    for same in events.chunk_by_mut(|a, b| a.order == b.order) {
        if same.iter().all(|t| t.event.id.is_some()) {
            same.sort_by(by_logged);
        }
    }
}

fn by_logged(a: &TimedEvent<'_>, b: &TimedEvent<'_>) -> Ordering {
    a.event.logged.cmp(&b.event.logged).then_with(|| a.event.id.cmp(&b.event.id))
}
