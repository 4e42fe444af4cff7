//! What one policy measures for one subject, at nominal times and at every other choice of times.

use super::counted_incident::CountedIncident;
use super::decision::{is_breach, unmet};
use super::earlier::{self, EarlierWindow};
use super::impact;
use super::review::ReviewReason;
use super::subject::{Subject, SubjectTerms};
use super::subscription_history::SubscriptionHistory;
use super::tally::{self, CountedTally, Tally};
use super::time_choice::{DurationBound, TimeAssignment};
use super::uncertain::UncertainEvents;
use super::{CreditInputs, duration, maintenance, requests, service_hours};
use crate::compute::downtime::IntervalSet;
use crate::model::incident::{Impact, Name};
use crate::model::money::{Exact, whole};
use crate::model::sla::{MeasureKind, Period, Policy, Scheme};
use crate::model::time::{Instant, Span, day_start};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The most work that goes into trying times that were too many for every combination: the tallies, by the pairs of
/// events that each of them looks at. Beyond it a person must look. Tests are built without optimisation.
pub(super) const MOST_WORK: usize = if cfg!(test) { 3_000_000 } else { 20_000_000 };

/// One policy, one subject and one window.
#[derive(Clone, Debug)]
pub(super) struct Measurement<'x, 'b> {
    pub(super) policy: &'b Policy,
    pub(super) period: Period,
    pub(super) subject: Subject<'b>,
    pub(super) incidents: Vec<&'x CountedIncident<'b>>,
}

/// What a policy measures for a subject, with the windows before it that its scheme asks about.
pub(super) struct MeasuredScope<'x, 'b> {
    inputs: &'b CreditInputs,
    part: Measurement<'x, 'b>,
    /// Earlier windows, the latest first; none where there was nothing to break.
    earlier: Vec<Option<Measurement<'x, 'b>>>,
    pub(super) uncertain: UncertainEvents<'b>,
    pub(super) nominal: CountedTally<'b>,
    own: OwnTimes,
    known: RefCell<HashMap<Vec<Instant>, Rc<Tally>>>,
    /// The choices with the least and the most counted time, where there is a choice.
    pub(super) extremes: Option<[Vec<Instant>; 2]>,
    /// The different tallies of all that was tried.
    pub(super) distinct: Vec<Rc<Tally>>,
}

/// The counted time of each incident by itself, by its place in the inputs and the times of its events.
///
/// Where one event is moved, all other incidents have the time that they had.
#[derive(Debug, Default)]
struct OwnTimes(RefCell<HashMap<(usize, Vec<Instant>), Exact>>);

impl OwnTimes {
    fn of<'b>(
        &self,
        terms: SubjectTerms<'_, 'b>,
        incidents: &[&CountedIncident<'b>],
        choice: &TimeAssignment<'_>,
    ) -> Vec<Exact> {
        let own = |incident: &&CountedIncident<'b>| {
            let key = (incident.index, choice.times_of(&incident.timeline));
            let mut known = self.0.borrow_mut();
            let time = known.entry(key).or_insert_with(|| tally::own_time(incident, terms, choice));
            time.clone()
        };
        incidents.iter().map(own).collect()
    }
}

impl<'x, 'b> MeasuredScope<'x, 'b> {
    /// Returns what is measured, and tries every choice of times that can matter.
    pub(super) fn of(
        inputs: &'b CreditInputs,
        part: Measurement<'x, 'b>,
        earlier: Vec<Option<Measurement<'x, 'b>>>,
    ) -> Self {
        let parts: Vec<_> = std::iter::once(&part).chain(earlier.iter().flatten()).collect();
        let mut incidents: Vec<&CountedIncident<'b>> =
            parts.iter().flat_map(|p| p.incidents.clone()).collect();
        incidents.sort_by_key(|a| a.index);
        incidents.dedup_by_key(|a| a.index);
        let edges: Vec<_> = parts.iter().flat_map(|p| edges(inputs, p)).collect();
        let by_time = part.policy.measure.kind == MeasureKind::Downtime;
        let uncertain = match by_time {
            false => UncertainEvents::default(),
            true => UncertainEvents::about(&incidents, part.policy, &part.subject, &edges),
        };
        let own = OwnTimes::default();
        let nominal = part.counted(inputs, &earlier, &TimeAssignment::default(), &own);
        let known = RefCell::default();
        let (extremes, distinct) = (None, vec![]);
        let mut scope =
            Self { inputs, part, earlier, uncertain, nominal, own, known, extremes, distinct };
        if scope.part.policy.measure.kind.duration().is_some() {
            scope.distinct = scope.at_bounds();
            return scope;
        }
        let Some(tried) = scope.every_choice() else {
            scope.known.take();
            scope.nominal.tally.review.get_or_insert(ReviewReason::TooManyTimes);
            return scope;
        };
        let size = |times: &&Vec<Instant>| scope.tally(times).counted.clone();
        let ends = tried.iter().min_by_key(size).zip(tried.iter().max_by_key(size));
        scope.extremes = ends.map(|(least, most)| [least.clone(), most.clone()]);
        let tallies: HashSet<_> = tried.iter().map(|times| scope.tally(times)).collect();
        scope.distinct = thinned(tallies.into_iter().collect());
        scope
    }

    /// Returns the impact in the window that is for other regions, resources or customers.
    pub(super) fn out_of_scope(&self) -> Vec<(usize, &'b Impact)> {
        let Measurement { subject, incidents, .. } = &self.part;
        let near = incidents.iter().filter(|a| a.touches(subject.window));
        let told = near.flat_map(|a| {
            let impact = a.timeline.events().iter().flat_map(|t| &t.event.impact);
            impact.map(|i| (a.index, &i.value))
        });
        let other = |(_, impact): &(usize, &Impact)| {
            impact.state.hurts()
                && subject.services.contains(&&impact.service)
                && !subject.view.sees(impact)
        };
        told.filter(other).collect()
    }

    /// Returns the tally of a choice of times.
    pub(super) fn tally(&self, times: &[Instant]) -> Rc<Tally> {
        if let Some(known) = self.known.borrow().get(times) {
            return Rc::clone(known);
        }
        let choice = TimeAssignment::of(&self.uncertain.events, times);
        let tally =
            Rc::new(self.part.counted(self.inputs, &self.earlier, &choice, &self.own).tally);
        self.known.borrow_mut().insert(times.to_vec(), Rc::clone(&tally));
        tally
    }

    /// Returns what durations at their least and at their most give, where that differs.
    fn at_bounds(&self) -> Vec<Rc<Tally>> {
        let bounds = [DurationBound::Lowest, DurationBound::Highest].map(TimeAssignment::at_bound);
        let tallies = bounds
            .iter()
            .map(|choice| self.part.counted(self.inputs, &self.earlier, choice, &self.own).tally);
        let other = tallies.filter(|tally| *tally != self.nominal.tally);
        other.map(Rc::new).collect()
    }

    /// Returns how much work went into trying times.
    pub(super) fn work(&self) -> usize {
        let events = self.uncertain.events.len();
        self.known.borrow().len().saturating_mul(events.saturating_mul(events))
    }

    /// Returns the choices of times that can matter; none where to find them would go on for too long.
    fn every_choice(&self) -> Option<Vec<Vec<Instant>>> {
        if self.uncertain.is_none() {
            return Some(vec![]);
        }
        if let Some(choices) = self.uncertain.choices() {
            return Some(choices);
        }
        // Too many to try all: what pays by time and what pays by number can differ in their extremes, so each is
        // followed by itself, from all as early as from all as late as can be.
        let corners = self.uncertain.corners();
        let by_time = |t: &Tally| (t.counted.clone(), whole(t.times));
        let by_number =
            |t: &Tally| (whole(t.times) + t.incidents.iter().sum::<Exact>(), t.counted.clone());
        for corner in &corners {
            for number_first in [false, true] {
                let size = |times: &[Instant]| match number_first {
                    false => by_time(&self.tally(times)),
                    true => by_number(&self.tally(times)),
                };
                let goes_on = || self.work() <= MOST_WORK;
                self.uncertain.walk(corner.clone(), |a, b| goes_on() && size(b) > size(a));
                self.uncertain.walk(corner.clone(), |a, b| goes_on() && size(b) < size(a));
                if !goes_on() {
                    return None;
                }
            }
        }
        let walked = self.known.borrow().keys().cloned().collect::<Vec<_>>();
        let mut all = [corners.to_vec(), walked].concat();
        all.sort_unstable();
        all.dedup();
        Some(all)
    }
}

/// Leaves of tallies that differ in their time alone the least, the most and some between them: what
/// lies between is found on the way from one to the other.
fn thinned(mut tallies: Vec<Rc<Tally>>) -> Vec<Rc<Tally>> {
    const MANY: usize = 48;
    if tallies.len() <= MANY {
        return tallies;
    }
    tallies.sort_by(|a, b| {
        let kind = |t: &Tally| (t.times, t.ended, t.earlier.clone(), t.incidents.clone());
        (kind(a), &a.counted).cmp(&(kind(b), &b.counted))
    });
    let alike = |a: &Rc<Tally>, b: &Rc<Tally>| {
        (a.times, a.ended, &a.earlier, &a.review) == (b.times, b.ended, &b.earlier, &b.review)
            && a.incidents.is_empty()
            && b.incidents.is_empty()
    };
    let groups = tallies.chunk_by(alike);
    let some = |group: &[Rc<Tally>]| {
        let step = group.len().div_ceil(MANY);
        let between = group.iter().step_by(step).chain(group.last());
        between.cloned().collect::<Vec<_>>()
    };
    groups.flat_map(some).collect()
}

impl<'b> Measurement<'_, 'b> {
    fn terms(&self, inputs: &'b CreditInputs) -> SubjectTerms<'_, 'b> {
        SubjectTerms { inputs, policy: self.policy, subject: &self.subject }
    }

    /// Returns what is counted in a window, and whether earlier ones were in breach.
    fn counted(
        &self,
        inputs: &'b CreditInputs,
        earlier: &[Option<Measurement<'_, 'b>>],
        choice: &TimeAssignment<'_>,
        own: &OwnTimes,
    ) -> CountedTally<'b> {
        let policy = self.policy;
        let mut counted = self.alone(inputs, choice);
        if policy.measure.kind == MeasureKind::Downtime && tally::counts_incidents(policy) {
            counted.tally.incidents = own.of(self.terms(inputs), &self.incidents, choice);
        }
        // Without a breach nothing is owed, whatever was before: no uncertainty about then may put this line in review.
        if earlier.is_empty() || !is_breach(policy, &counted.tally.uptime) {
            return counted;
        }
        for earlier in earlier {
            let was = earlier.as_ref().map(|p| (p, p.alone(inputs, choice).tally));
            counted.tally.earlier.push(match was {
                None => EarlierWindow::Kept,
                Some((part, tally)) => match tally.review {
                    None if is_breach(part.policy, &tally.uptime) => EarlierWindow::Breach,
                    // Nothing was measured before measuring began.
                    None | Some(ReviewReason::NotMeasured) => EarlierWindow::Kept,
                    Some(_) => EarlierWindow::Unknown,
                },
            });
        }
        let doubt = earlier::doubt(&counted.tally.earlier, policy, self.period);
        counted.tally.review = counted.tally.review.or(doubt);
        counted
    }

    fn alone(&self, inputs: &'b CreditInputs, choice: &TimeAssignment<'_>) -> CountedTally<'b> {
        let terms = self.terms(inputs);
        match &self.policy.measure.kind {
            MeasureKind::Downtime => tally::tally(&self.incidents, terms, choice),
            MeasureKind::Duration(promise) => {
                let is_covered = |a: &&CountedIncident<'_>| duration::is_covered(a, promise, terms);
                let covered = self.incidents.iter().copied().filter(is_covered);
                duration::tally(covered, promise, terms, choice.bound())
            }
            _ => requests::measured_requests(&inputs.measurements, self.policy, &self.subject),
        }
    }
}

/// Returns whether a breach in an earlier window was an account's: it was in force and eligible then.
pub(super) fn was_eligible(
    account: &SubscriptionHistory<'_>,
    policy: &Policy,
    period: Period,
) -> bool {
    account.row(period).is_some_and(|row| unmet(policy, row).is_none())
}

/// Returns the part of a subject in an earlier window.
pub(super) fn earlier_part<'x, 'b>(
    incidents: &'x [CountedIncident<'b>],
    policy: &'b Policy,
    now: &Subject<'b>,
    period: Period,
) -> Measurement<'x, 'b> {
    let window = period.bounds(policy.zone);
    let subject = Subject { window, ..now.clone() };
    Measurement { policy, period, subject, incidents: impact::concerned(incidents, policy, window) }
}

/// Returns whether a subscription was in force at some time in the window.
pub(super) fn is_held(subject: &Subject<'_>) -> bool {
    let (from, to) = subject.window;
    subject.held.length_between(from, to) > Span::ZERO
}

/// Returns every service that the record knows.
pub(super) fn services<'b>(
    inputs: &'b CreditInputs,
    incidents: &[CountedIncident<'b>],
) -> Vec<&'b Name> {
    let mut all: Vec<&Name> = inputs.settings.services.iter().map(|s| &s.id).collect();
    all.extend(incidents.iter().flat_map(|a| a.timeline.services()));
    all.extend(inputs.measurements.iter().flat_map(|f| &f.fact).map(|m| &m.service));
    all.sort();
    all.dedup();
    all
}

/// Returns the impact on some services that incidents tell of.
pub(super) fn impact_on<'b>(
    incidents: &[&CountedIncident<'b>],
    services: &[&Name],
) -> Vec<&'b Impact> {
    let events = incidents.iter().flat_map(|a| a.timeline.events());
    let impact = events.flat_map(|t| &t.event.impact).map(|i| &i.value);
    impact.filter(|i| services.contains(&&i.service)).collect()
}

/// Returns the instants at which something begins or ends to count.
fn edges<'b>(inputs: &'b CreditInputs, part: &Measurement<'_, 'b>) -> Vec<Instant> {
    let (from, to) = part.subject.window;
    let held = part.subject.held.common(&IntervalSet::union([(from, to)]));
    let mut edges: Vec<_> = held.parts().iter().flat_map(|(a, b)| [*a, *b]).collect();
    edges.extend([from, to]);
    let works = maintenance::excused(part.terms(inputs), (from, to));
    edges.extend(works.iter().flatten().flat_map(|(from, to, _)| [*from, *to]));
    let hours = service_hours::service_time(part.policy, &inputs.settings, (from, to));
    edges.extend(hours.iter().flat_map(IntervalSet::parts).flat_map(|(a, b)| [*a, *b]));
    edges.extend(part.subject.reports.iter().map(|report| report.at));
    match part.policy.scheme.value.in_force() {
        // An interval pays for the day on which it begins, which moves at midnight.
        Scheme::PerDay { .. } => {
            let days = part.period.first_day().iter_days();
            let days = days.take_while(|day| *day < part.period.end_day());
            edges.extend(days.map(|day| day_start(day, part.policy.zone)));
        }
        // An hour pays from `over` on: an interval that fills so much of its beginning or its end is at the limit.
        Scheme::ClockHours { over } => {
            let hours = from.epoch().div_euclid(3600)..to.epoch().div_euclid(3600);
            let hours = hours.map(|hour| Instant::saturating(hour * 3600));
            edges.extend(hours.flat_map(|at| [at, at.plus(*over), at.minus(*over)]));
        }
        _ => {}
    }
    edges
}
