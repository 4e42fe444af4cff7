//! From the impact that events tell to the time that counts: steps 1 to 6 of how a credit is computed.

use super::CreditInputs;
use super::maintenance;
use super::segment::{Cut, Disposition, ImpactSegment, cut, inside, live, outside, unite};
use super::service_hours;
use super::starts_at::{self, CustomerReport};
use super::tally::scheme_in_force;
use super::time_choice::TimeAssignment;
use crate::compute::downtime::{self, ImpactScope, IntervalSet};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Attribution, Kind, Milestone, Name};
use crate::model::sla::{Applies, ClaimFrom, ClaimRule, Policy, Scheme};
use crate::model::time::{Day, EventTime, Instant, Span};
use chrono::NaiveDate;
use num_traits::Zero;

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
    /// Returns an incident for computation; none for drills and duplicates, which count nowhere.
    pub(super) fn of(index: usize, timeline: Timeline<'b>) -> Option<Self> {
        let incident = timeline.incident;
        let counts = incident.kind != Kind::Drill && incident.duplicate_of.is_none();
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
fn affected(timeline: &Timeline<'_>) -> (Instant, Instant) {
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

/// Who looks at which services, and when.
#[derive(Clone, Debug)]
pub(super) struct Subject<'b> {
    /// The services, whose downtime is united.
    pub(super) services: Vec<&'b Name>,
    /// The region and the customer.
    pub(super) view: ImpactScope<'b>,
    /// When the subscription was in force.
    pub(super) held: IntervalSet,
    /// What the customer reported, where a policy counts from that: the incident, where the report names one, and when.
    pub(super) reports: Vec<CustomerReport<'b>>,
    /// The window.
    pub(super) window: (Instant, Instant),
}

/// Why a person must look at a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReviewReason {
    /// An incident does not tell its impact.
    Untold(usize),
    /// An impact has no end.
    Endless(usize),
    /// The milestone from which on an open incident counts isn't marked.
    StartAwaited(usize),
    /// How long an incident took is not known, or may still come to be too long.
    DurationUnknown(usize),
    /// Nothing was measured.
    NotMeasured,
    /// Two rows tell of one interval.
    MeasuredTwice,
    /// An earlier window is in review.
    Earlier(crate::model::sla::Period),
    /// The row has no hourly rate.
    NoHourlyRate,
    /// The policy gives an amount in other currencies alone.
    NoAmount(crate::model::money::Currency),
    /// The fee changes its currency within the window.
    TwoCurrencies,
    /// No band is for this uptime.
    Hole,
    /// Several bands are for this uptime.
    Overlap,
}

impl ReviewReason {
    /// Returns the place in the inputs of the incident that it is about.
    pub fn incident(&self) -> Option<usize> {
        match self {
            Self::Untold(index)
            | Self::Endless(index)
            | Self::StartAwaited(index)
            | Self::DurationUnknown(index) => Some(*index),
            _ => None,
        }
    }
}

/// The parts of impact, each with its disposition, and why a person must look.
#[derive(Clone, Debug)]
pub(super) struct ImpactSegments<'b> {
    pub(super) segments: Vec<ImpactSegment<'b>>,
    /// The stretches that count, whole: before they are cut at the edges of the window and the subscription.
    pub(super) stretches: IntervalSet,
    pub(super) review: Option<ReviewReason>,
    /// The excused maintenance of all services.
    pub(super) excused: IntervalSet,
    /// The time that counts at all: the service hours, or all of it.
    pub(super) hours: Option<IntervalSet>,
}

/// Returns the incidents that a policy and a subject are concerned with: those whose impact can touch the
/// window, or intervals that reach into it.
pub(super) fn concerned<'x, 'b>(
    incidents: &'x [CountedIncident<'b>],
    policy: &Policy,
    window: (Instant, Instant),
) -> Vec<&'x CountedIncident<'b>> {
    let named = |a: &CountedIncident<'_>| {
        let id = &a.timeline.incident.id;
        policy.incidents.is_empty() || policy.incidents.iter().any(|i| i.value == *id)
    };
    // An incident before the window may join one that reaches into it to an interval that is long enough.
    let mut reach = window;
    let mut waiting: Vec<_> = incidents.iter().filter(|a| named(a)).collect();
    let mut found = vec![];
    loop {
        let (near, far): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|a| a.touches(reach));
        if near.is_empty() {
            break;
        }
        for incident in &near {
            reach = (reach.0.min(incident.hull.0), reach.1.max(incident.hull.1));
        }
        found.extend(near);
        if !looks_beyond(policy) {
            break;
        }
        waiting = far;
    }
    found.sort_by_key(|a| a.index);
    found
}

/// Returns whether a policy asks how long a stretch is beyond the window.
fn looks_beyond(policy: &Policy) -> bool {
    !lengths(policy).is_empty()
        || matches!(policy.claim, ClaimRule::Within { from: ClaimFrom::IncidentEnd, .. })
}

/// Returns the lengths at which a stretch begins to count.
pub(super) fn lengths(policy: &Policy) -> Vec<Span> {
    let least = policy.measure.min_duration.as_ref().map(|least| least.value.limit);
    let over = match scheme_in_force(policy) {
        Scheme::PerDay { over, .. } => Some(*over),
        _ => None,
    };
    least.into_iter().chain(over).collect()
}

/// Returns the instant to which impact without an end is followed: a stretch that reaches it from the window is long
/// enough for every rule, as one without an end is.
fn horizon(policy: &Policy, window: (Instant, Instant)) -> Instant {
    let longest = lengths(policy).into_iter().max().unwrap_or(Span::ZERO);
    window.1.plus(longest).plus(Span::seconds(1))
}

/// Returns what becomes of every part of the impact that a subject saw.
pub(super) fn segments<'b>(
    incidents: &[&CountedIncident<'b>],
    policy: &Policy,
    subject: &Subject<'b>,
    inputs: &CreditInputs,
    choice: &TimeAssignment<'_>,
) -> ImpactSegments<'b> {
    let mut segments = vec![];
    for incident in incidents {
        segments.extend(told(incident, policy, subject, choice));
    }
    // An interval that reaches over the window's edge is judged whole: what is excluded matters beyond it too.
    let reach = reach(&segments, subject.window);
    let too_short = |segments: &mut Vec<ImpactSegment<'b>>| cut_short(segments, policy);
    if policy.measure.min_duration_applies == Applies::BeforeExclusions {
        too_short(&mut segments);
    }
    let works = maintenance::excused(inputs, policy, &subject.services, reach);
    for (service, works) in subject.services.iter().zip(&works) {
        let of_window = |(from, to, index): &(Instant, Instant, usize)| Cut {
            from: *from,
            to: *to,
            disposition: Disposition::Maintenance(*index),
        };
        let cuts: Vec<_> = works.iter().map(of_window).collect();
        cut(&mut segments, &cuts, |p| p.service == *service);
    }
    let excused = works.iter().map(|works| maintenance::time(works).parts().to_vec());
    let excused = IntervalSet::union(excused.flatten());
    let hours = service_hours::service_time(policy, &inputs.settings, reach);
    if let Some(hours) = &hours {
        cut(&mut segments, &outside(hours, &Disposition::OutsideHours), |_| true);
    }
    // Only now: what is excluded must not hide another incident's impact at the same time, which counts.
    let awaiting = starts_at::awaiting(incidents, policy, subject, choice);
    let certain = |p: &ImpactSegment<'_>| p.end.is_some() && !awaiting.contains(&p.incident);
    unite(&mut segments, certain);
    if policy.measure.min_duration_applies == Applies::AfterExclusions {
        too_short(&mut segments);
    }
    let stretches = live(&segments);
    // Only now: an outage over the end of a month is one outage, and neither half may be too short for it.
    let window = IntervalSet::union([subject.window]);
    cut(&mut segments, &outside(&window, &Disposition::OutsideWindow), |_| true);
    cut(&mut segments, &outside(&subject.held, &Disposition::OutsideSubscription), |_| true);
    // What has no end is followed beyond the window for its length alone.
    segments.retain(|p| p.end.is_some() || p.from < subject.window.1);
    let review = review(incidents, policy, subject, &segments);
    let awaited = starts_at::awaited(&mut segments, &awaiting).map(ReviewReason::StartAwaited);
    ImpactSegments { segments, stretches, review: review.or(awaited), excused, hours }
}

/// Returns the window, widened to all of the segments.
fn reach(segments: &[ImpactSegment<'_>], window: (Instant, Instant)) -> (Instant, Instant) {
    segments.iter().fold(window, |(from, to), p| (from.min(p.from), to.max(p.to)))
}

/// Returns the impact of one incident, without what its attribution or its beginning excludes.
fn told<'b>(
    incident: &CountedIncident<'b>,
    policy: &Policy,
    subject: &Subject<'b>,
    choice: &TimeAssignment<'_>,
) -> Vec<ImpactSegment<'b>> {
    let mut segments = vec![];
    let horizon = horizon(policy, subject.window);
    for service in &subject.services {
        let seen =
            downtime::intervals(&incident.timeline, service, subject.view, |t| choice.time_of(t));
        for interval in seen {
            let weight = policy.measure.weights.of(interval.state, interval.share.as_ref());
            let (from, end) = (interval.start.at, interval.end.map(|end| end.at));
            segments.push(ImpactSegment {
                incident: incident.index,
                service,
                state: interval.state,
                share: interval.share,
                disposition: if weight.is_zero() {
                    Disposition::Weightless
                } else {
                    Disposition::Counted
                },
                weight,
                start: interval.start,
                end: interval.end,
                from,
                to: end.unwrap_or(horizon),
            });
        }
    }
    segments.retain(|p| p.from < p.to);
    cut(&mut segments, &attribution_cuts(incident, policy, choice), |_| true);
    cut(&mut segments, &starts_at::start_cuts(incident, policy, subject, choice), |_| true);
    segments
}

/// Cuts out the time whose attribution is excluded.
fn attribution_cuts(
    incident: &CountedIncident<'_>,
    policy: &Policy,
    choice: &TimeAssignment<'_>,
) -> Vec<Cut> {
    let since = downtime::attributions(&incident.timeline, |t| choice.time_of(t));
    let ends = since.iter().skip(1).map(|(at, ..)| *at).chain([Instant::MAX]);
    let excluded = |a: Attribution| policy.exclude.attribution.iter().any(|x| x.value == a);
    since
        .iter()
        .zip(ends)
        .filter(|((from, attribution, _), to)| excluded(*attribution) && from < to)
        .map(|((from, attribution, told), to)| {
            let said_at = told.map(|t| t.event.place);
            let disposition = Disposition::Attribution { whose: *attribution, said_at };
            Cut { from: *from, to, disposition }
        })
        .collect()
}

/// Cuts out the intervals that are too short to count.
fn cut_short(segments: &mut Vec<ImpactSegment<'_>>, policy: &Policy) {
    let Some(least) = &policy.measure.min_duration else { return };
    let intervals = live(segments);
    let long = |(from, to): &&(Instant, Instant)| least.value.is_met(&to.since(*from));
    let short =
        intervals.without(&IntervalSet::union(intervals.parts().iter().filter(long).copied()));
    cut(segments, &inside(&short, &Disposition::TooShort), |_| true);
}

/// Returns what keeps the impact from being known: none of it told, or no end of it.
fn review(
    incidents: &[&CountedIncident<'_>],
    policy: &Policy,
    subject: &Subject<'_>,
    segments: &[ImpactSegment<'_>],
) -> Option<ReviewReason> {
    let untold = incidents.iter().find(|a| is_untold(a, policy, subject));
    let endless = segments.iter().find(|p| p.end.is_none() && p.is_live());
    let untold = untold.map(|a| ReviewReason::Untold(a.index));
    untold.or(endless.map(|p| ReviewReason::Endless(p.incident)))
}

/// Returns whether an incident leaves untold what a subject's services went through, at a time that the subject is for.
fn is_untold(incident: &CountedIncident<'_>, policy: &Policy, subject: &Subject<'_>) -> bool {
    let timeline = &incident.timeline;
    let named = timeline.services();
    let concerned = subject.services.iter().filter(|s| named.contains(s));
    let concerns = concerned.into_iter().any(|s| downtime::untold(timeline, s).is_some());
    let when = IntervalSet::union([affected(timeline)]);
    let when = when.common(&IntervalSet::union([subject.window]));
    let excluded = |a: Attribution| policy.exclude.attribution.iter().any(|x| x.value == a);
    let whose = downtime::attributions(&incident.timeline, |t| t.moment.nominal());
    let matters = whose.iter().any(|(_, attribution, _)| !excluded(*attribution));
    concerns && matters && !when.common(&subject.held).parts().is_empty()
}
