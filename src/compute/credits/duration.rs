//! Promises about how long incidents take: each incident's duration against what is promised.

use super::CreditInputs;
use super::counted_incident::CountedIncident;
use super::review::ReviewReason;
use super::subject::{Subject, SubjectTerms};
use super::tally::{CountedTally, HeldDuration, Tally};
use super::time_choice::DurationBound;
use crate::compute::downtime::{self, ImpactScope, IntervalSet};
use crate::compute::metrics::{self, DurationDefinition, StandIn};
use crate::compute::timeline::Timeline;
use crate::model::incident::{Kind, Milestone, Name};
use crate::model::money::{Exact, ratio, whole};
use crate::model::sla::{DurationPromise, Scheme};
use crate::model::time::{Instant, Span};
use num_traits::{One, Zero};

/// Returns the tally of a promise about the durations of the incidents that it covers: what was in time is the "uptime".
pub(super) fn tally<'x, 'b: 'x>(
    covered: impl Iterator<Item = &'x CountedIncident<'b>>,
    promise: &DurationPromise,
    terms: SubjectTerms<'_, 'b>,
    bound: DurationBound,
) -> CountedTally<'b> {
    let SubjectTerms { inputs, policy, .. } = terms;
    let held: Vec<_> = covered.map(|a| hold(a, promise, inputs, bound)).collect();
    let by_length = matches!(policy.scheme.value.in_force(), Scheme::DurationBands { .. });
    // One that is over the limit already is in breach however long it goes on; a table asks for all of its length.
    let unknown =
        |h: &&HeldDuration| h.length.is_none() || (h.is_running && (by_length || !h.is_breach));
    let review = held.iter().find(unknown).map(|h| ReviewReason::DurationUnknown(h.incident));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let late = held.iter().filter(|h| h.is_breach).count();
    let uptime = match held.len() {
        0 => Exact::one(),
        all => ratio(count(all - late), count(all)),
    };
    let lengths = held.iter().filter_map(|h| h.length);
    let tally = Tally {
        counted: Exact::zero(),
        excluded: Exact::zero(),
        denominator: Exact::zero(),
        calendar: Exact::zero(),
        uptime,
        incidents: lengths.map(|length| whole(length.as_seconds())).collect(),
        held,
        times: 0,
        ended: None,
        review,
        earlier: vec![],
    };
    CountedTally { tally, segments: vec![] }
}

/// Returns when an incident started: its first impact stands in for the milestone, and then its first event.
fn start(timeline: &Timeline<'_>) -> Option<Instant> {
    let told = timeline.milestone(&Milestone::Started).or_else(|| timeline.first_impact());
    told.or_else(|| timeline.events().first().copied()).map(|told| told.moment.nominal())
}

/// Returns whether a promise is about an incident: one that started in the window and is of the row's services.
pub(super) fn is_covered(
    incident: &CountedIncident<'_>,
    promise: &DurationPromise,
    SubjectTerms { inputs, policy, subject }: SubjectTerms<'_, '_>,
) -> bool {
    let timeline = &incident.timeline;
    let Some(start) = start(timeline) else { return false };
    let held = subject.held.common(&IntervalSet::union([subject.window]));
    let begins_within = held.length_between(start, start.plus(Span::seconds(1))) > Span::ZERO;
    let since = downtime::attributions(timeline, |told| told.moment.nominal());
    let whose = since.iter().rfind(|(at, ..)| *at <= start).map(|(_, whose, _)| *whose);
    let excluded = policy.exclude.attribution.iter().any(|x| Some(x.value) == whose);
    let severity = promise.severities.is_empty()
        || worst(timeline, &inputs.settings.severities)
            .is_some_and(|worst| promise.severities.iter().any(|s| s.value == *worst));
    timeline.incident.kind == Kind::Incident
        && begins_within
        && !excluded
        && severity
        && subject.services.iter().any(|service| concerns(timeline, service, subject))
}

/// Returns whether an incident is of a service as a subject sees it: it names the service, or, where its impact is for a
/// part of it alone, hits the subject.
fn concerns(timeline: &Timeline<'_>, service: &Name, subject: &Subject<'_>) -> bool {
    let own = timeline.events().iter().flat_map(|told| &told.event.impact).map(|i| &i.value);
    let scoped = own.filter(|i| i.service == *service && i.state.hurts()).any(|i| i.is_scoped());
    let hit = || {
        let seen = |view: &ImpactScope<'_>| {
            downtime::intervals(timeline, service, *view, |told| told.moment.nominal())
        };
        subject.view.views.iter().any(|view| !seen(view).is_empty())
    };
    timeline.services().contains(&service) && (!scoped || hit())
}

/// Returns the worst severity that an incident ever had.
fn worst<'a>(timeline: &Timeline<'a>, severities: &[Name]) -> Option<&'a Name> {
    let told = timeline.events().iter().filter_map(|told| told.event.severity.as_ref());
    let all = told.chain(timeline.incident.severity.as_ref()).map(|s| &s.value);
    all.min_by_key(|s| severities.iter().position(|known| known == *s).unwrap_or(usize::MAX))
}

fn hold(
    incident: &CountedIncident<'_>,
    promise: &DurationPromise,
    inputs: &CreditInputs,
    bound: DurationBound,
) -> HeldDuration {
    let timeline = &incident.timeline;
    let mut definitions = DurationDefinition::all(&inputs.settings);
    definitions.retain(|d| d.name == promise.name.value.as_str());
    for definition in &mut definitions {
        let own = promise.clock.as_ref().map(|clock| clock.value.clone());
        definition.clock = own.or(definition.clock.take());
    }
    // No clock is read: what is still running has lasted at least until its latest event.
    let latest = timeline.events().last().map_or(Instant::MIN, |told| told.moment.nominal());
    let measured = metrics::measure(timeline, &definitions, &inputs.settings, latest);
    let value = measured.into_iter().find_map(|duration| duration.value.ok());
    let length = value.as_ref().and_then(|value| match bound {
        DurationBound::Nominal => value.length.nominal,
        DurationBound::Lowest => Some(value.length.lowest),
        DurationBound::Highest => Some(value.length.highest),
    });
    let stand_ins = value.iter().flat_map(|value| [value.from.stand_in, value.to.stand_in]);
    let stand_ins: Vec<_> = stand_ins.flatten().map(|s: StandIn| s.to_string()).collect();
    HeldDuration {
        incident: incident.index,
        length,
        is_running: value.is_some_and(|value| value.running),
        is_breach: length.is_some_and(|length| length > promise.at_most),
        stand_in: (!stand_ins.is_empty()).then(|| stand_ins.join(" and ")),
    }
}
