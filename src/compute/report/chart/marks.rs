//! The events of the chart.

use super::{ChartContext, ChartPoint};
use crate::compute::timeline::TimedEvent;
use crate::model::incident::event::kind_word;
use crate::model::incident::{Audience, Event, EventKind, Milestone, Name, State};
use serde::Serialize;

/// An event as the chart shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ChartEvent {
    /// Its number on the chart, from 1.
    pub number: usize,
    /// Its id, where it has one.
    pub id: Option<Name>,
    /// When it was.
    pub at: ChartPoint,
    /// Whether it lies on the chart, or before or after it.
    pub side: ChartSide,
    /// What sort of moment it is; a note for the public.
    #[serde(serialize_with = "kind_word")]
    pub kind: Result<EventKind, Name>,
    /// The milestones that it marks; none for the public.
    pub marks: Vec<Milestone>,
    /// Whether one of its milestones stands; not where another mark counts, or impact voided it.
    pub stands: bool,
    /// When the impact was that voided its milestone.
    pub voided_at: Option<ChartPoint>,
    /// Whether customers may read it.
    pub public: bool,
    /// What happened.
    pub text: String,
    /// What it changed, such as `Databases degraded`; for the public, services' states alone.
    pub changed: Vec<String>,
}

/// Where an event lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartSide {
    /// Before the left edge.
    Before,
    /// On the chart.
    Inside,
    /// After the right edge.
    After,
}

impl ChartContext<'_> {
    /// Returns the events in order.
    pub(super) fn events(&self) -> Vec<ChartEvent> {
        let events = self.timeline.events().iter().enumerate();
        events.map(|(index, told)| self.mark(index + 1, told)).collect()
    }

    fn mark(&self, number: usize, told: &TimedEvent<'_>) -> ChartEvent {
        let event = told.event;
        let internal = self.audience == Audience::Internal;
        let at = self.point(told.moment);
        let marks: Vec<_> = event.marks.milestones().filter(|_| internal).cloned().collect();
        let is_this = |other: TimedEvent<'_>| std::ptr::eq(other.event, event);
        let mut voided = self.timeline.voided().filter(|v| internal && is_this(v.marked));
        ChartEvent {
            number,
            id: event.id.clone(),
            side: self.side(&at),
            at,
            kind: event.kind.clone(),
            stands: marks.iter().filter_map(|m| self.timeline.milestone(m)).any(is_this),
            marks,
            voided_at: voided.next().map(|v| self.point(v.by.moment)),
            public: event.audience == Audience::Public,
            text: event.text.trim_end().to_owned(),
            changed: self.changed(event),
        }
    }

    fn side(&self, at: &ChartPoint) -> ChartSide {
        match at.seconds {
            ..0 => ChartSide::Before,
            s if s > self.window.length() => ChartSide::After,
            _ => ChartSide::Inside,
        }
    }

    /// Returns what an event changed, in words.
    fn changed(&self, event: &Event) -> Vec<String> {
        let mut changed = vec![];
        for impact in event.impact.iter().map(|i| &i.value) {
            let Some(service) = self.service_name(&impact.service) else { continue };
            let share = impact.share.as_ref().filter(|_| self.audience == Audience::Internal);
            let share = share.map(|s| format!(" ({s})")).unwrap_or_default();
            changed.push(format!("{service} {}{share}", words(impact.state)));
        }
        for (service, progress) in &event.progress {
            changed.push(format!("{} {progress} back", self.settings.service_name(&service.value)));
        }
        let severity = event.severity.as_ref().map(|s| format!("severity {}", s.value));
        let attribution = event.attribution.map(|a| format!("attribution {a}"));
        changed.extend(severity.into_iter().chain(attribution));
        changed.extend(event.roles.iter().map(|(role, person)| format!("{role}: {person}")));
        changed
    }
}

fn words(state: State) -> &'static str {
    match state {
        State::Maintenance => "in maintenance",
        other => other.as_str(),
    }
}
