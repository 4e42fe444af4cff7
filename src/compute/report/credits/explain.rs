//! How a line came about: the events, the intervals, the sums and the steps, each with its source.

use super::words::{reason, uptime_exact};
use super::{BoundaryEvent, CreditInterval, CreditStep, Explanation, PolicyTerms, UptimeSums};
use crate::compute::credits::{CreditInputs, CreditLine, Disposition, ImpactSegment, ReviewReason};
use crate::compute::timeline::TimedEvent;
use crate::model::diagnostic::Sourced;
use crate::model::incident::{Audience, Incident};
use crate::model::money::{exactly, places, whole};
use crate::model::sla::{CompareRule, Policy};
use crate::model::time::duration::words;

/// Returns how a line came about.
pub(super) fn explanation(inputs: &CreditInputs, line: &CreditLine<'_>) -> Explanation {
    let Some(policy) = line.policy.and_then(|p| inputs.policies.get(p)) else {
        return Explanation::default();
    };
    let shown: Vec<_> = line.segments.iter().filter(|p| is_shown(p, line)).collect();
    let mut intervals: Vec<_> = shown.iter().map(|p| (*p, interval(inputs, policy, p))).collect();
    intervals.sort_by_key(|(p, _)| (p.from, p.to, p.incident));
    Explanation {
        terms: Some(terms(policy)),
        rows: line.rows.iter().map(|place| inputs.customers.at(*place)).collect(),
        events: events(inputs, &shown),
        intervals: intervals.into_iter().map(|(_, interval)| interval).collect(),
        sums: is_known(line).then(|| sums(policy, line)),
        steps: steps(inputs, policy, line),
    }
}

fn is_known(line: &CreditLine<'_>) -> bool {
    line.tally.trouble.as_ref().is_none_or(|t| matches!(t, ReviewReason::Earlier(_)))
}

/// Returns whether a part of impact is told: those in the window, and those that it was cut off from.
fn is_shown(segment: &ImpactSegment<'_>, line: &CreditLine<'_>) -> bool {
    let (from, to) = line.window;
    segment.from <= to && from <= segment.to
}

fn terms(policy: &Sourced<Policy>) -> PolicyTerms {
    let source = policy.fact.source.as_ref();
    let from = policy.fact.effective_from.as_ref();
    PolicyTerms {
        title: policy.fact.title.clone(),
        path: policy.path.clone(),
        url: source.and_then(|s| s.url.clone()),
        read_on: source.and_then(|s| s.read_on).map(|day| day.to_string()),
        effective_from: from.map(|from| from.value.to_string()),
        timezone: policy.fact.zone.name(),
    }
}

fn events(inputs: &CreditInputs, segments: &[&ImpactSegment<'_>]) -> Vec<BoundaryEvent> {
    let edges = segments.iter().flat_map(|p| {
        let edges = [Some(p.start), p.end];
        edges.into_iter().flatten().map(|edge| (p.incident, edge.told))
    });
    let mut told: Vec<_> = edges.collect();
    told.sort_by_key(|(incident, told)| (told.order, *incident, told.event.place));
    told.dedup_by(|a, b| std::ptr::eq(a.1.event, b.1.event));
    let event = |(index, told): (usize, TimedEvent<'_>)| {
        let file = inputs.incidents.get(index)?;
        Some(event_of(file, told))
    };
    told.into_iter().filter_map(event).collect()
}

fn event_of(file: &Sourced<Incident>, told: TimedEvent<'_>) -> BoundaryEvent {
    let public = file.fact.public.as_ref();
    BoundaryEvent {
        incident: file.fact.id.to_string(),
        title: file.fact.title.clone(),
        public_title: public.and_then(|p| p.title.clone()),
        event: told.event.id.as_ref().map(ToString::to_string),
        at: told.moment.nominal().rfc3339(),
        earliest: told.moment.earliest().rfc3339(),
        latest: told.moment.latest().rfc3339(),
        text: told.event.text.clone(),
        public: told.event.audience == Audience::Public,
        source: file.at(told.event.place),
    }
}

fn interval(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    segment: &ImpactSegment<'_>,
) -> CreditInterval {
    let incident = inputs.incidents.get(segment.incident);
    let event = |told: TimedEvent<'_>| told.event.id.as_ref().map(ToString::to_string);
    let (rule, says, source) = disposition(inputs, policy, segment);
    CreditInterval {
        incident: incident.map_or_else(String::new, |i| i.fact.id.to_string()),
        service: segment.service.to_string(),
        start: segment.from.rfc3339(),
        end: segment.end.map(|_| segment.to.rfc3339()),
        seconds: segment.end.map(|_| segment.to.since(segment.from).as_seconds()),
        state: segment.state.as_str(),
        share: segment.share.map(ToString::to_string),
        weight: exactly(&segment.weight),
        counted: segment.is_live(),
        rule,
        says,
        source,
        start_event: event(segment.start.told),
        end_event: segment.end.and_then(|end| event(end.told)),
    }
}

/// Returns the rule that decided about a part of impact: its name, its words and where it stands.
fn disposition(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    segment: &ImpactSegment<'_>,
) -> (&'static str, String, Option<String>) {
    let measure = &policy.fact.measure;
    let exclude = &policy.fact.exclude;
    let at = |place| Some(policy.at(place));
    match &segment.disposition {
        Disposition::Counted => ("counted", "counts".to_owned(), None),
        Disposition::Weightless => ("weight", format!("`{}` has no weight", segment.state), None),
        Disposition::Attribution(whose, from) => {
            let told = inputs.incidents.get(segment.incident).zip(*from);
            let excluded = exclude.attribution.iter().find(|a| a.value == *whose);
            let source = told.map(|(file, place)| file.at(place));
            let source = source.or_else(|| excluded.and_then(|a| at(a.place)));
            ("attribution", format!("attributed to `{whose}`, which is excluded"), source)
        }
        Disposition::BeforeStart | Disposition::NeverStarted => {
            let starts = measure.starts_at.as_ref();
            let name = starts.map_or_else(String::new, |m| m.value.to_string());
            let source = starts.and_then(|m| at(m.place));
            match segment.disposition {
                Disposition::BeforeStart => ("starts-at", format!("before `{name}`"), source),
                _ => ("starts-at", format!("`{name}` was never marked"), source),
            }
        }
        Disposition::Overlap(other) => {
            let id =
                inputs.incidents.get(*other).map_or_else(String::new, |i| i.fact.id.to_string());
            ("overlap", format!("counted once, with {id}"), None)
        }
        Disposition::Maintenance(index) => {
            let file = inputs.maintenance.as_ref();
            let planned = file.and_then(|f| Some((f, f.fact.get(*index)?)));
            let title = planned.map_or_else(String::new, |(_, m)| m.title.clone());
            let source = planned.map(|(f, m)| f.at(m.place));
            ("maintenance", format!("planned maintenance: {title}"), source)
        }
        Disposition::OutsideHours => {
            let hours = measure.service_hours.as_ref();
            let source = hours.and_then(|h| at(h.place));
            ("service-hours", "outside the service hours".to_owned(), source)
        }
        Disposition::TooShort => {
            let least = measure.min_duration.as_ref();
            let says = least.map_or_else(String::new, |m| {
                format!("its stretch is not {} {}", m.value.sign(), words(m.value.limit))
            });
            ("min-duration", says, least.and_then(|m| at(m.place)))
        }
        Disposition::OutsideWindow => ("window", "outside the window".to_owned(), None),
        Disposition::OutsideSubscription => {
            ("subscription", "the customer had no subscription then".to_owned(), None)
        }
    }
}

fn sums(policy: &Sourced<Policy>, line: &CreditLine<'_>) -> UptimeSums {
    let tally = &line.tally;
    let measure = &policy.fact.measure;
    let percent = &tally.uptime * whole(100);
    let compared = match policy.fact.compare {
        CompareRule::Exact => None,
        compare @ CompareRule::Places(..) => Some(exactly(&compare.round(&percent))),
    };
    UptimeSums {
        window_seconds: line.window.1.since(line.window.0).as_seconds(),
        denominator_seconds: exactly(&tally.denominator),
        denominator: measure.denominator.to_string(),
        counted_seconds: exactly(&tally.counted),
        excluded_seconds: exactly(&tally.excluded),
        counting: match measure.kind.is_measured() {
            true => measure.kind.as_str().to_owned(),
            false => measure.granularity.to_string(),
        },
        uptime_exact: uptime_exact(tally),
        uptime_percent: places(&percent, 6),
        compared_percent: compared,
    }
}

fn steps(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    line: &CreditLine<'_>,
) -> Vec<CreditStep> {
    let own = line.verdict.steps.iter().map(|step| CreditStep {
        name: step.name,
        says: step.says.clone(),
        amount: step.amount.as_ref().map(exactly),
        source: step
            .place
            .map(|place| policy.at(place))
            .or_else(|| fee_source(inputs, step.name, line)),
    });
    let plain = |name, says| CreditStep { name, says, amount: None, source: None };
    let beaten = line.beaten.iter().map(|(id, credit)| {
        let group = policy.fact.group.as_ref();
        let source = group.map(|g| policy.at(g.place));
        let says = format!("`{id}` of the same group would give {}", line.currency.show(credit));
        CreditStep { source, ..plain("group", says) }
    });
    let trouble = line.verdict.trouble.as_ref();
    let review = trouble.map(|t| plain("review", reason(inputs, t)));
    let doubt = line.uncertain.as_ref().map(|range| {
        let others: Vec<_> = range.statuses.iter().map(ToString::to_string).collect();
        let (least, most) = (line.currency.show(&range.least), line.currency.show(&range.most));
        let or =
            if others.is_empty() { String::new() } else { format!(", or {}", others.join(", ")) };
        plain("uncertainty", format!("within the bounds of the times: {least} to {most}{or}"))
    });
    unseen(inputs, line).into_iter().chain(own).chain(beaten).chain(review).chain(doubt).collect()
}

/// Returns a step for each incident that was for other regions or customers: it says why it is absent.
fn unseen(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<CreditStep> {
    let mut steps: Vec<CreditStep> = vec![];
    for (index, impact) in &line.unseen {
        let Some(file) = inputs.incidents.get(*index) else { continue };
        let whom = match (&impact.regions, line.key.region.as_deref()) {
            (regions, None) if !regions.is_empty() => {
                format!("for {}, and the row names no region", regions.join(", "))
            }
            (regions, _) if !regions.is_empty() => format!("for {}", regions.join(", ")),
            _ => "for other customers".to_owned(),
        };
        let says = format!("{} was {} {whom}", file.fact.id, impact.state);
        if !steps.iter().any(|s| s.says == says) {
            steps.push(CreditStep {
                name: "scope",
                says,
                amount: None,
                source: Some(file.path.clone()),
            });
        }
    }
    steps
}

/// Returns the row that the fee was read from: the last one in force within the window.
fn fee_source(inputs: &CreditInputs, name: &str, line: &CreditLine<'_>) -> Option<String> {
    let row = line.rows.last().filter(|_| name == "fee")?;
    Some(inputs.customers.at(*row))
}
