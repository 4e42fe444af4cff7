//! What in an incident's numbers can't be right, or should be looked at.

use crate::compute::downtime::{self, DowntimePart, DowntimeUnknown};
use crate::compute::metrics::{Anchor, DurationAbsent, DurationDefinition, measure};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Event, Milestone, Name, State, StatedDuration};
use crate::model::settings::Settings;
use crate::model::time::duration::words;
use crate::model::time::{Instant, Span, SpanBounds};

/// How far an event may lie from its nearest neighbour before it is doubted: a year.
const FAR: Span = Span::hours(365 * 24);
/// How much a stated duration may be rounded.
const ROUNDING: Span = Span::seconds(59);

/// Something about an incident that can't be right, or should be looked at, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Implausibility {
    /// Where the file says it.
    pub place: Location,
    /// What it is.
    pub what: ImplausibilityKind,
}

/// What there is to doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ImplausibilityKind {
    /// A duration whose end lies before its beginning, whatever the times within their bounds.
    Backwards {
        /// The duration's name.
        duration: String,
        /// The two points, the one that should be first first.
        ends: (Anchor, Anchor),
        /// By how much at least.
        by: Span,
    },
    /// Impact on a service that ends at the moment at which it begins.
    ZeroLength(Name),
    /// Impact on a service that no event ends, though the incident is over.
    NeverEnds(Name),
    /// An event that lies so far from every other.
    FarAway(Span),
    /// An event that says the same at the same time as the one that stands there.
    Twice(Location),
    /// A stated duration that the events do not support.
    Claim {
        /// The duration's name.
        name: Name,
        /// What was stated.
        stated: Span,
        /// The least and most that the duration of that name can be; none where it has no value.
        ours: Option<(Span, Span)>,
        /// The two milestones whose distance comes nearest, and that distance.
        nearest: Option<(Milestone, Milestone, SpanBounds)>,
    },
}

impl Implausibility {
    fn ends(&self) -> Option<&(Anchor, Anchor)> {
        match &self.what {
            ImplausibilityKind::Backwards { ends, .. } => Some(ends),
            _ => None,
        }
    }

    /// Returns the doubt as a finding, with the next step.
    fn problem(&self) -> Diagnostic {
        match &self.what {
            ImplausibilityKind::Backwards { duration, ends, by } => {
                let (from, to) = ends;
                let by = words(*by);
                let message =
                    format!("`{duration}` is below zero: `{to}` is at least {by} before `{from}`");
                let problem = Diagnostic::error("milestone-order", self.place, message)
                    .help("correct one of the two times");
                match ends {
                    (Anchor::Milestone(first), Anchor::Milestone(second))
                        if may_be_swapped(first, second) =>
                    {
                        problem.as_warning()
                    }
                    _ => problem,
                }
            }
            ImplausibilityKind::ZeroLength(service) => {
                let message =
                    format!("this impact on `{service}` ends at the moment at which it begins");
                Diagnostic::warning("zero-length-impact", self.place, message)
                    .help("correct a time, or say with `for` how long it lasted")
            }
            ImplausibilityKind::NeverEnds(service) => {
                let message =
                    format!("the incident is over, but nothing ends this impact on `{service}`");
                let up = format!("`recount impact {service}=up --at ...`");
                Diagnostic::warning("endless-impact", self.place, message)
                    .help(format!("record when it was up again: {up}"))
            }
            ImplausibilityKind::FarAway(gap) => {
                let gap = words(days(*gap));
                let message = format!("this event lies {gap} from every other: is its year right?");
                Diagnostic::warning("far-event", self.place, message)
                    .help("correct its time, or retract it")
            }
            ImplausibilityKind::Twice(first) => {
                let line = first.line;
                let message = format!("the event on line {line} says the same at the same time");
                Diagnostic::warning("same-event", self.place, message)
                    .help("retract one of the two, the one that says less")
            }
            ImplausibilityKind::Claim { name, stated, ours, nearest } => {
                let problem =
                    Diagnostic::warning("claim", self.place, disagreement(name, *stated, *ours));
                problem.help(nearest_milestones(nearest.as_ref()))
            }
        }
    }
}

/// Returns whether two milestones that should stand in this order may have come the other way round: a service can
/// be back for its customers before anybody calls the incident mitigated.
pub(crate) fn may_be_swapped(first: &Milestone, second: &Milestone) -> bool {
    (first, second) == (&Milestone::Mitigated, &Milestone::Recovered)
}

/// Returns a length in whole days, for what is long.
fn days(span: Span) -> Span {
    Span::hours(span.as_seconds() / 86_400 * 24)
}

/// Says what was stated, and what the events say.
fn disagreement(name: &Name, stated: Span, ours: Option<(Span, Span)>) -> String {
    let said = match ours {
        Some((low, high)) if low == high => format!("the events say {}", words(low)),
        Some((low, high)) => format!("the events say {} to {}", words(low), words(high)),
        None => "no two milestones lie so far apart".to_owned(),
    };
    let of = name.as_str().parse::<DowntimePart>().ok();
    let of = of.map(|part| format!(", the time in which it was {},", part.meaning()));
    let of = of.unwrap_or_default();
    format!("`{name}`{of} is stated as {}, but {said}", words(stated))
}

fn nearest_milestones(nearest: Option<&(Milestone, Milestone, SpanBounds)>) -> String {
    match nearest {
        Some((from, to, span)) => {
            format!("the nearest two milestones are {from} → {to}: {}", span.about())
        }
        None => {
            "mark the milestones that it lies between: `recount mark MILESTONE --at ...`".to_owned()
        }
    }
}

/// Returns the findings about an incident's numbers, in the order of the file.
pub(crate) fn findings(timeline: &Timeline<'_>, settings: &Settings) -> Vec<Diagnostic> {
    let definitions = DurationDefinition::all(settings);
    // What is still to come is never doubtful, so that no clock is needed.
    let found = doubts(timeline, &definitions, settings, Instant::MAX);
    found.iter().map(Implausibility::problem).collect()
}

/// Returns all that is doubtful about one incident, in the order of the file.
pub(crate) fn doubts(
    timeline: &Timeline<'_>,
    definitions: &[DurationDefinition],
    settings: &Settings,
    now: Instant,
) -> Vec<Implausibility> {
    let mut doubts = backwards(timeline, definitions, settings, now);
    doubts.extend(zero_lengths(timeline));
    doubts.extend(never_ending(timeline, now));
    doubts.extend(far_away(timeline));
    doubts.extend(twice(timeline));
    let claims = timeline.incident.claims.iter();
    let claims = claims.filter_map(|c| claim(timeline, definitions, settings, c));
    doubts.extend(claims);
    doubts.sort_by_key(|d| d.place);
    doubts
}

fn backwards(
    timeline: &Timeline<'_>,
    definitions: &[DurationDefinition],
    settings: &Settings,
    now: Instant,
) -> Vec<Implausibility> {
    let doubt = |m: crate::compute::metrics::MeasuredDuration<'_, '_>| {
        let Err(DurationAbsent::Backwards(by)) = m.value else { return None };
        let Anchor::Milestone(end) = &m.definition.to else { return None };
        let event = timeline.milestone(end)?.event;
        let place = event.place_of_mark(end);
        let ends = (m.definition.from.clone(), m.definition.to.clone());
        let duration = m.definition.name.clone();
        Some(Implausibility { place, what: ImplausibilityKind::Backwards { duration, ends, by } })
    };
    let mut found: Vec<Implausibility> = vec![];
    for doubt in measure(timeline, definitions, settings, now).into_iter().filter_map(doubt) {
        // A phase between the same two points says nothing new.
        if !found.iter().any(|known| known.ends() == doubt.ends()) {
            found.push(doubt);
        }
    }
    found
}

/// Finds impact for no time: of a known length of zero, or ended by another event at the same second.
fn zero_lengths(timeline: &Timeline<'_>) -> Vec<Implausibility> {
    let mut doubts = vec![];
    let mut rest = timeline.events();
    while let Some((told, later)) = rest.split_first() {
        rest = later;
        let same = later.iter().take_while(|t| told.moment.is_exact() && t.moment == told.moment);
        let ending: Vec<&Event> = same.map(|t| t.event).collect();
        for impact in told.event.impact.iter().filter(|i| i.value.state.hurts()) {
            let zero = match told.event.lasting {
                Some(lasting) => lasting == Span::ZERO,
                None => ending.iter().any(|event| ends(event, &impact.value)),
            };
            if zero {
                let what = ImplausibilityKind::ZeroLength(impact.value.service.clone());
                doubts.push(Implausibility { place: impact.place, what });
            }
        }
    }
    doubts
}

/// Returns whether an event sets `up` again what an impact hurts.
fn ends(event: &Event, impact: &crate::model::incident::Impact) -> bool {
    let recovered = event.marks.has(&Milestone::Recovered);
    let up = |i: &crate::model::incident::Impact| {
        i.service == impact.service
            && i.state == State::Up
            && i.regions == impact.regions
            && i.resources == impact.resources
            && i.customers == impact.customers
    };
    recovered || event.impact.iter().any(|i| up(&i.value))
}

fn never_ending(timeline: &Timeline<'_>, now: Instant) -> Vec<Implausibility> {
    let doubt = |service: &Name| {
        let found = downtime::of_service(timeline, service, now);
        let unending = found.total.err()? == DowntimeUnknown::NeverEnds;
        let open = found.intervals.iter().rev().find(|i| unending && i.end.is_none())?;
        Some(Implausibility {
            place: open.start.told.event.place,
            what: ImplausibilityKind::NeverEnds(service.clone()),
        })
    };
    timeline.services().into_iter().filter_map(doubt).collect()
}

fn far_away(timeline: &Timeline<'_>) -> Vec<Implausibility> {
    let gap = |a: &TimedEvent<'_>, b: &TimedEvent<'_>| b.moment.earliest().since(a.moment.latest());
    let events = timeline.events();
    let gaps: Vec<Span> =
        events.windows(2).filter_map(|pair| Some(gap(pair.first()?, pair.last()?))).collect();
    let before = std::iter::once(None).chain(gaps.iter().copied().map(Some));
    let after = gaps.iter().copied().map(Some).chain([None]);
    let nearest = before.zip(after).map(|(a, b)| [a, b].into_iter().flatten().min());
    let far =
        events.iter().zip(nearest).filter_map(|(t, gap)| Some((t, gap.filter(|g| *g >= FAR)?)));
    far.map(|(t, gap)| Implausibility {
        place: t.event.place,
        what: ImplausibilityKind::FarAway(gap),
    })
    .collect()
}

fn twice(timeline: &Timeline<'_>) -> Vec<Implausibility> {
    let same = |a: &TimedEvent<'_>, b: &TimedEvent<'_>| {
        let same_text = a.event.text.trim() == b.event.text.trim();
        let adds_nothing = adds_nothing(a.event, b.event) || adds_nothing(b.event, a.event);
        a.moment == b.moment && same_text && adds_nothing
    };
    let mut doubts = vec![];
    for at_once in timeline.events().chunk_by(|a, b| a.order == b.order) {
        for (index, told) in at_once.iter().enumerate() {
            let first = at_once.iter().take(index).find(|earlier| same(earlier, told));
            let doubt = |f: &TimedEvent<'_>| Implausibility {
                place: told.event.place,
                what: ImplausibilityKind::Twice(f.event.place),
            };
            doubts.extend(first.map(doubt));
        }
    }
    doubts
}

/// Returns whether an event changes nothing that the other doesn't: two that do are two events, though their words
/// and their minute are the same.
fn adds_nothing(event: &Event, other: &Event) -> bool {
    fn silent_or_same<T: PartialEq>(said: Option<T>, other: Option<T>) -> bool {
        said.is_none() || said == other
    }
    fn none_or_all<T: PartialEq>(said: &[T], other: &[T]) -> bool {
        let all = said.len() == other.len() && said.iter().all(|one| other.contains(one));
        said.is_empty() || all
    }
    let marks = |e: &Event| e.marks.milestones().cloned().collect::<Vec<_>>();
    let impact = |e: &Event| e.impact.iter().map(|i| i.value.clone()).collect::<Vec<_>>();
    let progress = |e: &Event| {
        e.progress.iter().map(|(s, p)| (s.value.clone(), p.clone())).collect::<Vec<_>>()
    };
    let severity = |e: &Event| e.severity.as_ref().map(|s| s.value.clone());
    none_or_all(&marks(event), &marks(other))
        && silent_or_same(severity(event), severity(other))
        && silent_or_same(event.attribution, other.attribution)
        && none_or_all(&impact(event), &impact(other))
        && none_or_all(&event.roles, &other.roles)
        && none_or_all(&progress(event), &progress(other))
}

/// Holds a stated duration against the one of its name, or, where that has no value, against every pair
/// of milestones.
fn claim(
    timeline: &Timeline<'_>,
    definitions: &[DurationDefinition],
    settings: &Settings,
    claim: &StatedDuration,
) -> Option<Implausibility> {
    let ours = named(timeline, definitions, settings, &claim.name);
    let pairs = pairs(timeline, settings);
    let supported = match ours {
        Some(ours) => supports(ours, claim),
        None => pairs.iter().any(|(.., bounds)| supports(*bounds, claim)),
    };
    if supported {
        return None;
    }
    let off = |(low, high): (Span, Span)| {
        claim.stated.minus(high).max(low.minus(claim.stated)).max(Span::ZERO)
    };
    let nearest = pairs.into_iter().min_by_key(|(_, _, _, bounds)| off(*bounds));
    let nearest = nearest.map(|(from, to, nominal, (lowest, highest))| {
        (from, to, SpanBounds { nominal, lowest, highest })
    });
    let (name, stated) = (claim.name.clone(), claim.stated);
    Some(Implausibility {
        place: claim.place,
        what: ImplausibilityKind::Claim { name, stated, ours, nearest },
    })
}

fn supports((low, high): (Span, Span), claim: &StatedDuration) -> bool {
    let reaches = claim.stated <= high.plus(ROUNDING);
    reaches && (claim.at_least || low <= claim.stated.plus(ROUNDING))
}

/// Returns the bounds of the duration of that name, or of the downtime, where it is over.
fn named(
    timeline: &Timeline<'_>,
    definitions: &[DurationDefinition],
    settings: &Settings,
    name: &Name,
) -> Option<(Span, Span)> {
    if let Ok(part) = name.as_str().parse::<DowntimePart>() {
        let total = downtime::of_incident(timeline, Instant::MAX).total.ok();
        let part = total.filter(|t| !t.running).map(|t| t.part(part));
        return part.map(|length| (length.lowest, length.highest));
    }
    let definition = definitions.iter().find(|d| d.name == name.as_str())?;
    let one = std::slice::from_ref(definition);
    let measured = measure(timeline, one, settings, Instant::MAX).pop()?;
    let value = measured.value.ok().filter(|v| !v.running)?;
    Some((value.length.lowest, value.length.highest))
}

/// Two milestones, their nominal distance, where there is one, and its bounds.
pub(crate) type MilestonePair = (Milestone, Milestone, Option<Span>, (Span, Span));

/// Returns every two milestones that stand and lie in that order.
pub(crate) fn pairs(timeline: &Timeline<'_>, settings: &Settings) -> Vec<MilestonePair> {
    let standing: Vec<&Milestone> = timeline.milestones().map(|(m, _)| m).collect();
    let later = |(i, from): (usize, &&Milestone)| {
        let (from, later) = ((*from).clone(), standing.iter().skip(i + 1));
        later
            .map(move |to| DurationDefinition::between("", from.clone(), (*to).clone()))
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = standing.iter().enumerate().flat_map(later).collect();
    let measured = measure(timeline, &all, settings, Instant::MAX);
    let pair = |m: crate::compute::metrics::MeasuredDuration<'_, '_>| {
        let (Anchor::Milestone(from), Anchor::Milestone(to)) =
            (m.definition.from.clone(), m.definition.to.clone())
        else {
            return None;
        };
        let value = m.value.ok()?;
        Some((from, to, value.length.nominal, (value.length.lowest, value.length.highest)))
    };
    measured.into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the doubts about an incident, each with its line.
    fn found(text: &str) -> Vec<(u32, ImplausibilityKind)> {
        let settings = Settings::default();
        let id = "2019-01-01-x".parse().unwrap();
        let facts = crate::io::yaml::incident::read(id, text, &settings).unwrap().incident;
        let timeline = Timeline::of(&facts, &settings);
        let all = doubts(&timeline, &DurationDefinition::all(&settings), &settings, Instant::MAX);
        all.into_iter().map(|d| (d.place.line, d.what)).collect()
    }

    fn service() -> Name {
        "a".parse().unwrap()
    }

    #[test]
    fn a_sound_incident_raises_no_doubt() {
        let text = "title: x
claims: [{name: time_to_recover, stated: 5h 44m}, {name: time_to_resolve, stated: 5h, at_least: true}]
events:
  - {at: 2019-01-24T12:56:00Z, mark: started, impact: {a: down}, text: t}
  - {at: 2019-01-24T18:40:20Z, mark: recovered, text: t}
  - {at: 2019-01-24T19:00:00Z, mark: resolved, text: u}
";
        assert_eq!(found(text), []);
    }

    #[test]
    fn times_that_contradict_each_other_are_found() {
        let text = "title: x
events:
  - {at: 2019-01-24T12:00:00Z, mark: detected, text: t}
  - {at: 2019-01-24T12:10:00Z, within: 2m, mark: started, text: t}
  - {at: 2018-01-20T12:20:00Z, text: wrong year}
  - {at: 2019-01-24T12:00:00Z, text: t}
";
        let ends = (Anchor::Milestone(Milestone::Started), Anchor::Milestone(Milestone::Detected));
        let duration = "time_to_detect".to_owned();
        let backwards = ImplausibilityKind::Backwards { duration, ends, by: Span::minutes(8) };
        let hours = Span::hours(369 * 24).minus(Span::minutes(20));
        let expected = [
            (3, backwards),
            (5, ImplausibilityKind::FarAway(hours)),
            (6, ImplausibilityKind::Twice(Location { line: 3, column: 5 })),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn events_that_change_different_things_are_not_the_same() {
        let same = |a: &str, b: &str| {
            let at = "at: 2019-01-24T12:00:00Z, text: t";
            let text = format!("title: x\nevents:\n  - {{{at}{a}}}\n  - {{{at}{b}}}\n");
            found(&text).iter().any(|(_, what)| matches!(what, ImplausibilityKind::Twice(_)))
        };
        for (a, b) in [
            (", impact: {a: down}", ", impact: {b: down}"),
            (", impact: {a: down}", ", impact: {a: down, b: down}"),
            (", impact: {a: down}", ", impact: {a: up}"),
            (
                ", impact: {a: {state: down, regions: [x]}}",
                ", impact: {a: {state: down, regions: [y]}}",
            ),
            (", impact: {a: {state: down, regions: [x]}}", ", impact: {a: down}"),
            (", mark: mitigated", ", mark: recovered"),
            (", mark: recovered", ", impact: {a: up}"),
            (", severity: sev1", ", severity: sev2"),
            (", progress: {a: 28%}", ", progress: {b: 28%}"),
            (", roles: {commander: a}", ", roles: {commander: b}"),
            (", attribution: own", ", attribution: provider"),
        ] {
            assert!(!same(a, b) && !same(b, a), "{a} and {b}");
            assert!(same(a, a) && same(a, "") && same("", b), "{a} and {b}");
        }
    }

    #[test]
    fn impact_for_no_time_and_for_ever_is_found() {
        let text = "title: x
events:
  - {at: 2019-01-24T12:00:00Z, impact: {a: down}, text: t}
  - {at: 2019-01-24T12:00:00Z, impact: {a: up}, text: u}
  - {at: 2019-01-24T12:10:00Z, for: 0s, impact: {a: down}, text: v}
  - {at: 2019-01-24T12:20:00Z, impact: {a: degraded}, text: w}
  - {at: 2019-01-24T12:30:00Z, mark: resolved, text: x}
";
        let expected = [
            (3, ImplausibilityKind::ZeroLength(service())),
            (5, ImplausibilityKind::ZeroLength(service())),
            (6, ImplausibilityKind::NeverEnds(service())),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn a_claim_that_the_events_do_not_support_names_the_nearest_pair() {
        let text = "title: x
claims:
  - {name: time_to_recover, stated: 4h}
  - {name: time_to_repair, stated: 20m}
  - {name: time_to_repair, stated: 1h}
events:
  - {at: 2019-01-24T12:00:00Z, mark: started, text: t}
  - {at: 2019-01-24T12:20:00Z, mark: detected, text: u}
  - {at: 2019-01-24T15:00:00Z, mark: recovered, text: v}
";
        let hours = Span::hours(3);
        let far = ImplausibilityKind::Claim {
            name: "time_to_recover".parse().unwrap(),
            stated: Span::hours(4),
            ours: Some((hours, hours)),
            nearest: Some((Milestone::Started, Milestone::Recovered, SpanBounds::exact(hours))),
        };
        let unnamed = ImplausibilityKind::Claim {
            name: "time_to_repair".parse().unwrap(),
            stated: Span::hours(1),
            ours: None,
            nearest: Some((
                Milestone::Started,
                Milestone::Detected,
                SpanBounds::exact(Span::minutes(20)),
            )),
        };
        assert_eq!(found(text), [(3, far), (5, unnamed)]);
    }
}
