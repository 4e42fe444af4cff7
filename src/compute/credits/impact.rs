//! From the impact that events tell to the time that counts: steps 1 to 6 of how a credit is computed.

use super::counted_incident::{CountedIncident, affected};
use super::maintenance;
use super::review::ReviewReason;
use super::segment::{Cut, Disposition, ImpactSegment, cut, inside, live, outside, unite};
use super::service_hours;
use super::starts_at;
use super::subject::{Subject, SubjectTerms};
use super::time_choice::TimeAssignment;
use crate::compute::downtime::{self, AffectedInterval, IntervalSet};
use crate::model::incident::Attribution;
use crate::model::sla::{Applies, ClaimFrom, ClaimRule, Policy, Scheme};
use crate::model::time::{Instant, Span};
use num_traits::Zero;

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
    let over = match policy.scheme.value.in_force() {
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
    terms: SubjectTerms<'_, 'b>,
    choice: &TimeAssignment<'_>,
) -> ImpactSegments<'b> {
    let SubjectTerms { inputs, policy, subject } = terms;
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
    let works = maintenance::excused(terms, reach);
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
        let views = subject.view.views.iter();
        let seen = views.map(|view| {
            downtime::intervals(&incident.timeline, service, *view, |t| choice.time_of(t))
        });
        let weights = &policy.measure.weights;
        let seen = downtime::together(seen.collect(), subject.view.together, |a, b| {
            let weight = |i: &AffectedInterval<_>| weights.of(i.state, i.share.as_ref());
            weight(a).cmp(&weight(b)).then(a.state.cmp(&b.state))
        });
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
