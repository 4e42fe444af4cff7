//! What each incident cost in credits, split over its phases in parts that add up.

use super::{CreditLineReport, LineAtFee, RecordState, Status};
use crate::compute::report::VERSION;
use crate::compute::timeline::Timeline;
use crate::model::incident::{Incident, IncidentId, Milestone};
use crate::model::money::{Currency, Exact, Money};
use crate::model::settings::Settings;
use crate::model::sla::Period;
use crate::model::time::Instant;
use num_traits::Zero;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the incidents of a period cost.
#[derive(Clone, Debug, Serialize)]
pub struct CostReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The period.
    pub period: Period,
    /// What the record was read from.
    pub record: RecordState,
    /// Each incident's, in the order of their ids; what hangs on no incident's time is last, without one.
    pub incidents: Vec<IncidentCost>,
    /// What hangs on no time: lines by measurements and by promises about durations.
    pub totals: Vec<IncidentCost>,
}

/// What an incident cost, or all of them together; lines that wait for a claim are not in it.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentCost {
    /// The incident; null for what hangs on no interval of impact, and for totals.
    pub incident: Option<IncidentId>,
    /// The currency.
    pub currency: Currency,
    /// While nobody had noticed.
    pub detection: Money,
    /// While the cause was looked for.
    pub diagnosis: Money,
    /// From the cause on until the impact was no longer severe.
    pub repair: Money,
    /// From then on.
    pub recovery: Money,
    /// Where milestones that tell the phases apart are absent.
    pub unknown: Money,
    /// All of it: the sum of the parts.
    pub credit: Money,
}

/// A phase of an incident, as far as milestones tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum CostPhase {
    Detection,
    Diagnosis,
    Repair,
    Recovery,
    Unknown,
}

const PHASES: usize = 5;

/// When the phases of an incident change.
#[derive(Clone, Copy, Debug)]
struct PhaseEdges {
    detected: Option<Instant>,
    identified: Option<Instant>,
    mitigated: Option<Instant>,
}

impl PhaseEdges {
    fn of(incident: &Incident, settings: &Settings) -> Self {
        let timeline = Timeline::of(incident, settings);
        let at = |milestone| timeline.milestone(&milestone).map(|told| told.moment.nominal());
        Self {
            detected: at(Milestone::Detected),
            identified: at(Milestone::Identified),
            mitigated: at(Milestone::Mitigated),
        }
    }

    /// Returns the phase in which an instant lies; the times between two milestones belong to one phase alone where both
    /// are told.
    fn phase(self, at: Instant) -> CostPhase {
        let Self { detected, identified, mitigated } = self;
        let reached = |milestone: Option<Instant>| milestone.is_some_and(|told| told <= at);
        let awaited = |milestone: Option<Instant>| milestone.is_some_and(|told| told > at);
        if reached(mitigated) {
            CostPhase::Recovery
        } else if reached(identified) && awaited(mitigated) {
            CostPhase::Repair
        } else if reached(detected) && awaited(identified) {
            CostPhase::Diagnosis
        } else if awaited(detected) && !reached(identified) {
            CostPhase::Detection
        } else {
            CostPhase::Unknown
        }
    }

    fn edges(self) -> impl Iterator<Item = Instant> {
        [self.detected, self.identified, self.mitigated].into_iter().flatten()
    }
}

/// Where an amount goes: an incident's phase; no incident for what hangs on no time.
type CostPlace = (Option<IncidentId>, CostPhase);

/// How a line's credit is split: places, with weights above zero.
#[derive(Debug)]
pub struct CostShares(Vec<(CostPlace, Exact)>);

/// Sums what incidents cost.
#[derive(Debug)]
pub struct CostSums {
    edges: BTreeMap<IncidentId, PhaseEdges>,
    sums: BTreeMap<(Option<IncidentId>, Currency), [i128; PHASES]>,
}

impl CostSums {
    /// Takes the incidents that lines can tell of.
    pub fn of<'i>(incidents: impl Iterator<Item = &'i Incident>, settings: &Settings) -> Self {
        let edges = incidents.map(|it| (it.id.clone(), PhaseEdges::of(it, settings)));
        Self { edges: edges.collect(), sums: BTreeMap::new() }
    }

    /// Returns how a line's credit is split: by the time that counted, with its weight.
    pub fn shares(&self, line: &CreditLineReport) -> CostShares {
        let mut shares: BTreeMap<CostPlace, Exact> = BTreeMap::new();
        for interval in line.explanation.intervals.iter().filter(|it| it.counted) {
            let Some(end) = &interval.affected.end else { continue };
            let (from, to) = (interval.affected.start.at, end.at);
            let edges = self.edges.get(&interval.incident).copied();
            let mut cuts: Vec<_> = edges.into_iter().flat_map(PhaseEdges::edges).collect();
            cuts.retain(|cut| from < *cut && *cut < to);
            cuts.extend([from, to]);
            cuts.sort();
            for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
                let phase = edges.map_or(CostPhase::Unknown, |edges| edges.phase(*from));
                let seconds = Exact::from_integer(to.since(*from).as_seconds().into());
                let place = (Some(interval.incident.clone()), phase);
                *shares.entry(place).or_default() += seconds * &interval.weight.0;
            }
        }
        shares.retain(|_, share| !share.is_zero());
        if shares.is_empty() {
            shares.insert((None, CostPhase::Unknown), Exact::from_integer(1.into()));
        }
        CostShares(shares.into_iter().collect())
    }

    /// Adds a line; what waits for a claim is not owed yet.
    pub fn add(&mut self, line: &CreditLineReport) {
        if line.status == Status::ClaimPending || line.credit.amount.is_zero() {
            return;
        }
        let scale = Exact::from_integer(10_i128.pow(line.currency.digits()).into());
        let units = (&line.credit.amount * scale).to_integer();
        let shares = self.shares(line);
        self.split(&shares, line.currency, i128::try_from(units).unwrap_or(i128::MAX));
    }

    /// Adds a line that shares all with another but its customer and fee.
    pub fn add_like(&mut self, shares: &CostShares, line: &LineAtFee<'_>) {
        let units = line.amount.credit - line.pending();
        if units != 0 {
            self.split(shares, line.like.currency, units);
        }
    }

    /// Splits an amount in smallest units: whole ones by weight, and what is left one by one to the largest remainders.
    fn split(&mut self, CostShares(shares): &CostShares, currency: Currency, units: i128) {
        let all: Exact = shares.iter().map(|(_, share)| share).sum();
        let exact = |share: &Exact| share * Exact::from_integer(units.into()) / &all;
        let mut parts: Vec<(i128, Exact)> = vec![];
        for (_, share) in shares {
            let exact = exact(share);
            let whole = exact.floor();
            let units = i128::try_from(whole.to_integer()).unwrap_or_default();
            parts.push((units, exact - whole));
        }
        let given: i128 = parts.iter().map(|(units, _)| units).sum();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|a, b| {
            let remainder = |at: &usize| parts.get(*at).map(|(_, remainder)| remainder);
            remainder(b).cmp(&remainder(a))
        });
        let left = usize::try_from(units - given).unwrap_or_default();
        for at in order.into_iter().take(left) {
            if let Some((units, _)) = parts.get_mut(at) {
                *units += 1;
            }
        }
        for (((incident, phase), _), (units, _)) in shares.iter().zip(parts) {
            let sums = self.sums.entry((incident.clone(), currency)).or_default();
            if let Some(sum) = sums.get_mut(*phase as usize) {
                *sum += units;
            }
        }
    }

    /// Returns the report.
    pub fn report(self, period: Period, record: RecordState) -> CostReport {
        let mut totals: BTreeMap<Currency, [i128; PHASES]> = BTreeMap::new();
        for ((_, currency), sums) in &self.sums {
            let total = totals.entry(*currency).or_default();
            total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        let (with, without): (Vec<_>, Vec<_>) =
            self.sums.into_iter().partition(|((incident, _), _)| incident.is_some());
        let incidents = with.into_iter().chain(without);
        let incidents =
            incidents.map(|((incident, currency), sums)| cost(incident, currency, sums));
        let totals = totals.into_iter().map(|(currency, sums)| cost(None, currency, sums));
        CostReport {
            version: VERSION,
            period,
            record,
            incidents: incidents.collect(),
            totals: totals.collect(),
        }
    }
}

fn cost(incident: Option<IncidentId>, currency: Currency, sums: [i128; PHASES]) -> IncidentCost {
    let money = |units: i128| {
        let amount = Exact::new(units.into(), 10_i128.pow(currency.digits()).into());
        Money { amount, currency }
    };
    let [detection, diagnosis, repair, recovery, unknown] = sums.map(money);
    let credit = money(sums.iter().sum());
    IncidentCost { incident, currency, detection, diagnosis, repair, recovery, unknown, credit }
}
