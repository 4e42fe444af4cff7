//! An incident that counts, and the time that its impact can touch.

use crate::compute::downtime;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Kind, Milestone, Name};
use crate::model::time::{Day, EventTime, Instant, Span};
use chrono::NaiveDate;

/// An incident that counts, and the time that its impact can touch.
#[derive(Clone, Debug)]
pub(super) struct CountedIncident<'b> {
    /// Its place in the inputs.
    pub(super) index: usize,
    /// Its events in order.
    pub(super) timeline: Timeline<'b>,
    /// The earliest and the latest instant that its impact can touch, whoever looks.
    pub(super) hull: (Instant, Instant),
    /// Whether an impact of it has no end.
    pub(super) open: bool,
}

impl<'b> CountedIncident<'b> {
    /// Returns an incident for computation; none for drills, duplicates and canceled ones, which count nowhere.
    pub(super) fn of(index: usize, timeline: Timeline<'b>) -> Option<Self> {
        let incident = timeline.incident;
        let counts = incident.kind != Kind::Drill && incident.counts();
        let open = is_open(&timeline);
        let hull = hull(&timeline, open);
        counts.then_some(Self { index, timeline, hull, open })
    }

    /// Returns the earliest and the latest instant that its events tell of, whether or not its impact has ended.
    pub(super) fn extent(&self) -> (Instant, Instant) {
        extent(&self.timeline)
    }

    /// Returns whether its impact can touch an interval of time.
    pub(super) fn touches(&self, (from, to): (Instant, Instant)) -> bool {
        self.hull.0 <= to && from <= self.hull.1
    }
}

/// Returns the earliest and the latest instant that an incident's events tell of.
fn extent(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let ends = |t: &TimedEvent<'_>| {
        (t.moment.earliest(), t.moment.latest().plus(t.event.lasting.unwrap_or(Span::ZERO)))
    };
    let told = timeline.events().iter().map(ends);
    let whole = told.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    whole.unwrap_or_else(|| day_of_id(timeline))
}

/// Returns when an incident affected services, where nothing tells of these: from `started`, or else its first event,
/// to the last mark that says that it was over; without one it goes on.
pub(super) fn affected(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let ends = [Milestone::Recovered, Milestone::Resolved, Milestone::Closed];
    let ends = ends.iter().filter_map(|m| timeline.milestone(m)).map(|t| t.moment.latest());
    let started = timeline.milestone(&Milestone::Started).map(|t| t.moment.earliest());
    // Intervals don't hold their last instant: one of a single instant would be empty.
    let to = ends.max().map_or(Instant::MAX, |end| end.plus(Span::seconds(1)));
    (started.unwrap_or_else(|| extent(timeline).0), to)
}

fn hull(timeline: &Timeline<'_>, open: bool) -> (Instant, Instant) {
    let (from, to) = extent(timeline);
    let services = timeline.services();
    let untold = services.iter().any(|service| downtime::untold(timeline, service).is_some());
    let endless = open || (untold && affected(timeline).1 == Instant::MAX);
    (from, if endless { Instant::MAX } else { to })
}

/// Returns whether an impact of an incident has no end, whoever looks.
fn is_open(timeline: &Timeline<'_>) -> bool {
    let endless = |service: &&Name| {
        let views = downtime::views(timeline, service).into_iter();
        let mut all = views
            .flat_map(|view| downtime::intervals(timeline, service, view, |t| t.moment.nominal()));
        all.any(|s| s.end.is_none())
    };
    timeline.services().iter().any(endless)
}

/// Returns the day that an incident's id names: all that is known of one without events.
fn day_of_id(timeline: &Timeline<'_>) -> (Instant, Instant) {
    let day = timeline.incident.id.as_str().split_at_checked(10);
    let day = day.and_then(|(day, _)| day.parse::<NaiveDate>().ok()).and_then(Day::new);
    let moment = day.map(|day| EventTime::Day(day).moment(timeline.zone));
    moment.map_or((Instant::MIN, Instant::MIN), |m| (m.earliest(), m.latest()))
}
