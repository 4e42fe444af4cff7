//! How a line came about: the events, the intervals, the sums and the steps, each with its source.

use super::values::ExactNumber;
use super::words::{incident_id, percentage, reason_text, uptime_exact};
use super::{BoundaryEvent, CreditInterval, CreditStep, Explanation, PolicyTerms, UptimeSums};
use crate::compute::credits::{
    self, CreditInputs, CreditLine, Disposition, HeldDuration, ImpactSegment, NotExcused, StepKind,
};
use crate::compute::downtime::{AffectedInterval, Boundary};
use crate::compute::report::allow_list;
use crate::compute::timeline::TimedEvent;
use crate::model::diagnostic::{SourcePlace, Sourced};
use crate::model::incident::Incident;
use crate::model::money::whole;
use crate::model::sla::{CompareRule, Policy, StartsAt};
use crate::model::time::duration::words;

/// Returns how a line came about.
pub(super) fn explanation(inputs: &CreditInputs, line: &CreditLine<'_>) -> Explanation {
    let policy = line.policy;
    let mut shown: Vec<_> = line.segments.iter().filter(|p| is_shown(p, line)).collect();
    shown.sort_by_key(|p| (p.from, p.to, p.incident));
    Explanation {
        terms: Some(terms(policy)),
        rows: line.rows.iter().map(|place| inputs.customers.at(*place)).collect(),
        events: events(inputs, &shown),
        intervals: shown.iter().filter_map(|p| interval(inputs, policy, p)).collect(),
        sums: (line.tally.is_known() && policy.fact.measure.kind.duration().is_none())
            .then(|| sums(policy, line)),
        steps: steps(inputs, line),
    }
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
        public: policy.fact.public.clone(),
        path: policy.path.clone(),
        url: source.and_then(|s| s.url.clone()),
        read_on: source.and_then(|s| s.read_on),
        effective_from: from.map(|from| from.value),
        timezone: policy.fact.zone,
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
        incident: file.fact.id.clone(),
        title: file.fact.title.clone(),
        public_title: public.and_then(|p| p.title.clone()),
        event: told.event.id.clone(),
        at: told.moment.nominal(),
        earliest: told.moment.earliest(),
        latest: told.moment.latest(),
        text: told.event.text.clone(),
        public: allow_list::is_public(told.event),
        source: file.at(told.event.place),
    }
}

fn interval(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    segment: &ImpactSegment<'_>,
) -> Option<CreditInterval> {
    let incident = inputs.incidents.get(segment.incident)?;
    let end = segment.end.map(|end| Boundary { at: segment.to, ..end });
    let start = Boundary { at: segment.from, ..segment.start };
    let (state, share) = (segment.state, segment.share.clone());
    let (says, source) = decision(inputs, policy, segment);
    Some(CreditInterval {
        incident: incident.fact.id.clone(),
        service: segment.service.clone(),
        affected: AffectedInterval { start, end, state, share }.detached(),
        weight: ExactNumber(segment.weight.clone()),
        counted: segment.is_live(),
        rule: segment.disposition.clone(),
        says,
        source,
    })
}

/// Returns what was decided about a part of impact, in words, and where the rule stands.
fn decision(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    segment: &ImpactSegment<'_>,
) -> (String, Option<SourcePlace>) {
    let measure = &policy.fact.measure;
    let exclude = &policy.fact.exclude;
    let at = |place| Some(policy.at(place));
    match &segment.disposition {
        Disposition::Counted => counted(inputs, policy, segment),
        Disposition::Weightless => (format!("`{}` has no weight", segment.state), None),
        Disposition::Attribution { whose, said_at } => {
            let told = inputs.incidents.get(segment.incident).zip(*said_at);
            let excluded = exclude.attribution.iter().find(|a| a.value == *whose);
            let source = told.map(|(file, place)| file.at(place));
            let source = source.or_else(|| excluded.and_then(|a| at(a.place)));
            (format!("attributed to `{whose}`, which is excluded"), source)
        }
        Disposition::BeforeStart | Disposition::NeverStarted => {
            let starts = measure.starts_at.as_ref();
            let before = segment.disposition == Disposition::BeforeStart;
            let says = match starts.map(|m| &m.value) {
                Some(StartsAt::Milestone(name)) if before => format!("before `{name}`"),
                Some(StartsAt::Milestone(name)) => format!("`{name}` was never marked"),
                _ if before => "before the customer reported it".to_owned(),
                _ => "the customer did not report it".to_owned(),
            };
            (says, starts.and_then(|m| at(m.place)))
        }
        Disposition::Overlap(other) => {
            (format!("counted once, with {}", incident_id(inputs, *other)), None)
        }
        Disposition::Maintenance(index) => {
            let file = inputs.maintenance.as_ref();
            let planned = file.and_then(|f| Some((f, f.fact.get(*index)?)));
            let title = planned.map_or_else(String::new, |(_, m)| m.title.clone());
            let source = planned.map(|(f, m)| f.at(m.place));
            (format!("planned maintenance: {title}"), source)
        }
        Disposition::OutsideHours => {
            let hours = measure.service_hours.as_ref();
            ("outside the service hours".to_owned(), hours.and_then(|h| at(h.place)))
        }
        Disposition::TooShort => {
            let least = measure.min_duration.as_ref();
            let says = least.map_or_else(String::new, |m| {
                format!("its stretch is not {} {}", m.value.sign(), words(m.value.limit))
            });
            (says, least.and_then(|m| at(m.place)))
        }
        Disposition::OutsideWindow => ("outside the window".to_owned(), None),
        Disposition::OutsideSubscription => {
            ("the customer had no subscription then".to_owned(), None)
        }
    }
}

/// Returns that a part of impact counts, and why planned work in it is no excuse.
fn counted(
    inputs: &CreditInputs,
    policy: &Sourced<Policy>,
    segment: &ImpactSegment<'_>,
) -> (String, Option<SourcePlace>) {
    let none = ("counts".to_owned(), None);
    let Some(found) = credits::unexcused(inputs, &policy.fact, segment) else { return none };
    let file = inputs.maintenance.as_ref();
    let Some((file, work)) = file.and_then(|f| Some((f, f.fact.get(found.work)?))) else {
        return none;
    };
    let why = match found.why {
        NotExcused::ByNoRule => "the policy excuses no planned maintenance",
        NotExcused::TooLate => "planned maintenance was announced too late",
        NotExcused::Afterwards => "planned maintenance was announced after it began",
        NotExcused::Unannounced => "when planned maintenance was announced isn't known",
        NotExcused::BeyondQuota => "planned maintenance goes beyond what the policy excuses",
    };
    (format!("counts: {why}: {}", work.title), Some(file.at(work.place)))
}

fn sums(policy: &Sourced<Policy>, line: &CreditLine<'_>) -> UptimeSums {
    let tally = &line.tally;
    let measure = &policy.fact.measure;
    let compared = match policy.fact.compare {
        CompareRule::Exact => None,
        compare @ CompareRule::Places(..) => Some(compare.round(&(&tally.uptime * whole(100)))),
    };
    UptimeSums {
        window_seconds: line.window.1.since(line.window.0),
        denominator_seconds: ExactNumber(tally.denominator.clone()),
        denominator: measure.denominator.clone(),
        counted_seconds: ExactNumber(tally.counted.clone()),
        excluded_seconds: ExactNumber(tally.excluded.clone()),
        counting: match measure.kind.is_measured() {
            true => measure.kind.as_str(),
            false => measure.granularity.as_str(),
        },
        uptime_exact: uptime_exact(tally),
        uptime_percent: percentage(&tally.uptime),
        compared_percent: compared.map(ExactNumber),
    }
}

fn steps(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<CreditStep<ExactNumber>> {
    let policy = line.policy;
    let own = line.verdict.steps.iter().map(|step| {
        let place = step.place.map(|place| policy.at(place));
        CreditStep {
            name: step.name,
            says: step.says.clone(),
            amount: step.amount.clone().map(ExactNumber),
            source: place.or_else(|| fee_source(inputs, step.name, line)),
        }
    });
    let plain = |name, says| CreditStep { name, says, amount: None, source: None };
    let lesser = line.lesser.iter().map(|(id, credit)| {
        let group = policy.fact.group.as_ref();
        let source = group.map(|g| policy.at(g.place));
        let says = format!("`{id}` of the same group would give {}", line.currency.show(credit));
        CreditStep { source, ..plain(StepKind::Group, says) }
    });
    let reason = line.verdict.review.as_ref();
    let review = reason.map(|reason| plain(StepKind::Review, reason_text(inputs, reason)));
    let uncertainty = line.uncertain.as_ref().map(|range| {
        let others: Vec<_> = range.statuses.iter().map(ToString::to_string).collect();
        let (least, most) = (line.currency.show(&range.least), line.currency.show(&range.most));
        let or =
            if others.is_empty() { String::new() } else { format!(", or {}", others.join(", ")) };
        let says = format!("within the bounds of the times: {least} to {most}{or}");
        plain(StepKind::Uncertainty, says)
    });
    let others = out_of_scope(inputs, line).into_iter().chain(held(inputs, line));
    others.chain(own).chain(lesser).chain(review).chain(uncertainty).collect()
}

/// Returns a step for each incident whose duration was held against the promise.
fn held(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<CreditStep<ExactNumber>> {
    let name = line.policy.fact.measure.kind.duration().map(|promise| &promise.name.value);
    let step = |held: &HeldDuration| {
        let file = inputs.incidents.get(held.incident)?;
        let length = match held.length {
            None => "not known".to_owned(),
            Some(length) if held.is_running => format!("at least {}", words(length)),
            Some(length) => words(length),
        };
        let stand_in = held.stand_in.as_ref().map(|s| format!(" ({s} stands in)"));
        let says = format!("{}: {} {length}{}", file.fact.id, name?, stand_in.unwrap_or_default());
        let source = Some(file.whole());
        Some(CreditStep { name: StepKind::Duration, says, amount: None, source })
    };
    line.tally.held.iter().filter_map(step).collect()
}

/// Returns a step for each impact that was for other regions, resources or customers: it says why it is absent.
fn out_of_scope(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<CreditStep<ExactNumber>> {
    let mut steps: Vec<CreditStep<ExactNumber>> = vec![];
    for (index, impact) in &line.out_of_scope {
        let Some(file) = inputs.incidents.get(*index) else { continue };
        let named = |names: &[String], own: Option<&str>, what: &str| match own {
            None if !names.is_empty() => {
                Some(format!("for {}, and the row names no {what}", names.join(", ")))
            }
            Some(own) if !names.is_empty() && !names.iter().any(|n| n == own) => {
                Some(format!("for {}", names.join(", ")))
            }
            _ => None,
        };
        let whom = named(&impact.regions, line.key.region.as_deref(), "region")
            .or_else(|| named(&impact.resources, line.key.resource.as_deref(), "resource"))
            .unwrap_or_else(|| "for other customers".to_owned());
        let says = format!("{} was {} {whom}", file.fact.id, impact.state);
        if !steps.iter().any(|s| s.says == says) {
            let source = Some(file.whole());
            steps.push(CreditStep { name: StepKind::Scope, says, amount: None, source });
        }
    }
    steps
}

/// Returns the row that the fee was read from: the last one in force within the window.
fn fee_source(inputs: &CreditInputs, name: StepKind, line: &CreditLine<'_>) -> Option<SourcePlace> {
    let row = line.rows.last().filter(|_| name == StepKind::Fee)?;
    Some(inputs.customers.at(*row))
}
