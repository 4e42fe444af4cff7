//! The lines of a report, from what was computed.

use super::explain::explanation;
use super::values::ExactNumber;
use super::words::{percentage, reason_text, uptime_exact};
use super::{
    CreditLineReport, CreditsHeading, CreditsReport, CurrencyTotal, Explanation, InputFile,
    LineKind, RecordState, UnmatchedReport, WindowBounds,
};
use crate::compute::credits::{
    CreditInputs, CreditLine, CreditRange, Disposition, ImpactSegment, InputFault, PeriodCredits,
    ReviewReason, Status, Tally, UnmatchedThing,
};
use crate::compute::report::VERSION;
use crate::model::customer::Adjustment;
use crate::model::incident::IncidentId;
use crate::model::money::{Currency, Exact, Money};
use crate::model::sla::{Period, PolicyKind};
use crate::model::time::{Instant, TZDATA};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};

impl CreditsReport {
    /// Returns the report of what was computed from the files of a record.
    pub fn of(
        record: RecordState,
        files: Vec<InputFile>,
        inputs: &CreditInputs,
        computed: &PeriodCredits<'_>,
    ) -> Self {
        let heading = CreditsHeading {
            version: VERSION,
            period: computed.period,
            record,
            tool: concat!("recount ", env!("CARGO_PKG_VERSION")),
            tzdata: TZDATA,
            inputs: files,
        };
        let unmatched = computed.unmatched.iter().map(unmatched).collect();
        Self { heading, lines: lines(inputs, computed), totals: totals(computed), unmatched }
    }
}

fn unmatched(thing: &UnmatchedThing) -> UnmatchedReport {
    let InputFault { path, problem } = &thing.fault;
    UnmatchedReport {
        kind: thing.kind,
        name: thing.name.clone(),
        service: thing.service.clone(),
        near: thing.near.clone(),
        says: problem.message.clone(),
        source: format!("{path}:{}", problem.place),
    }
}

/// Returns the lines of what was computed, in order.
pub fn lines(inputs: &CreditInputs, computed: &PeriodCredits<'_>) -> Vec<CreditLineReport> {
    let adjusted = computed.adjustments.iter();
    let adjusted = adjusted.map(|a| adjustment(inputs, computed.period, a));
    let own = computed.lines.iter().map(|line| line_of(inputs, line));
    let mut lines: Vec<CreditLineReport> = own.chain(adjusted).collect();
    lines.sort_by(|a, b| order(a).cmp(&order(b)));
    lines
}

/// Returns what orders lines; those of a policy come before adjustments.
fn order(line: &CreditLineReport) -> impl Ord {
    let subscription = (&line.customer, &line.service, &line.plan, &line.region, &line.resource);
    (subscription, line.kind == LineKind::Adjustment, &line.policy, line.window)
}

/// Returns the sums of rounded lines, by currency.
fn totals(computed: &PeriodCredits<'_>) -> Vec<CurrencyTotal> {
    let own = computed.lines.iter().map(|line| {
        let waits = line.verdict.status == Status::ClaimPending;
        let due = (!waits).then_some(&line.verdict.credit);
        (line.currency, due, Some(&line.pending))
    });
    let adjusted = computed.adjustments.iter().map(|a| (a.currency, Some(&a.amount), None));
    sums(own.chain(adjusted))
}

/// Returns the sums of amounts, by currency: those that are due, and those that wait for a claim.
pub(in crate::compute::report) fn sums<'a>(
    amounts: impl Iterator<Item = (Currency, Option<&'a Exact>, Option<&'a Exact>)>,
) -> Vec<CurrencyTotal> {
    let mut sums: BTreeMap<Currency, (Exact, Exact)> = BTreeMap::new();
    for (currency, due, pending) in amounts {
        let sum = sums.entry(currency).or_insert((Exact::zero(), Exact::zero()));
        sum.0 += due.unwrap_or(&Exact::zero());
        sum.1 += pending.unwrap_or(&Exact::zero());
    }
    let total = |(currency, (credit, pending)): (Currency, (Exact, Exact))| CurrencyTotal {
        currency,
        credit: Money { amount: credit, currency },
        pending: Money { amount: pending, currency },
    };
    sums.into_iter().map(total).collect()
}

fn window((start, end): (Instant, Instant)) -> WindowBounds<Instant> {
    WindowBounds { start, end }
}

fn line_of(inputs: &CreditInputs, line: &CreditLine<'_>) -> CreditLineReport {
    let CreditLine { key, verdict, tally, currency, .. } = line;
    let durations = line.policy.fact.measure.kind.duration().map(|_| tally);
    let known = Some(tally).filter(|t| t.is_known() && durations.is_none());
    let late = |t: &Tally| t.held.iter().filter(|held| held.is_breach).count();
    let share = durations.filter(|t| t.is_known());
    let range = line.uncertain.as_ref();
    let money = |amount: &Exact| Money { amount: amount.clone(), currency: *currency };
    let bound = |of: fn(&CreditRange) -> &Exact| money(range.map_or(&verdict.credit, of));
    CreditLineReport {
        kind: match line.policy.fact.kind {
            PolicyKind::Sla => LineKind::Policy,
            PolicyKind::Goodwill => LineKind::Goodwill,
        },
        customer: key.customer.clone(),
        service: key.service.clone(),
        policy: Some(line.policy.fact.id.clone()),
        policy_sha256: Some(line.policy.sha256.clone()),
        window: window(line.window),
        uptime_percent: known.map(|t| percentage(&t.uptime)),
        uptime_exact: known.map(uptime_exact),
        counted_seconds: known.map(|t| ExactNumber(t.counted.clone())),
        excluded_seconds: known.map(|t| ExactNumber(t.excluded.clone())),
        incidents_held: durations.map(|t| t.held.len()),
        incidents_in_breach: durations.map(late),
        share_percent: share.map(|t| percentage(&t.uptime)),
        status: verdict.status,
        band: verdict.band.clone(),
        percent: (!line.fee.is_zero()).then(|| percentage(&(&verdict.unrounded / &line.fee))),
        fee: Some(money(&line.fee)),
        currency: *currency,
        credit: money(&verdict.credit),
        uncertain: range.is_some(),
        credit_min: bound(|r| &r.least),
        credit_max: bound(|r| &r.most),
        uncertain_review: range.is_some_and(|r| r.review),
        pending: money(&line.pending),
        extend_days: verdict.extend_days,
        rights: verdict.rights.clone(),
        claim_by: verdict.claim_by,
        plan: key.plan.clone(),
        region: key.region.clone(),
        resource: key.resource.clone(),
        incidents: incidents(inputs, line),
        reason: verdict.review.as_ref().map(|reason| reason_text(inputs, reason)),
        approved_by: None,
        explanation: explanation(inputs, line),
    }
}

/// Returns the incidents whose impact counts in the window, and the one that is in review.
fn incidents(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<IncidentId> {
    let (from, to) = line.window;
    let counts = |p: &&ImpactSegment<'_>| {
        let counts = matches!(p.disposition, Disposition::Counted | Disposition::Overlap(_));
        counts && p.from < to && from < p.to
    };
    let mut indices: Vec<_> = line.segments.iter().filter(counts).map(|p| p.incident).collect();
    indices.extend(line.tally.held.iter().map(|held| held.incident));
    indices.extend(line.verdict.review.as_ref().and_then(ReviewReason::incident));
    let ids = indices.into_iter().filter_map(|i| Some(inputs.incidents.get(i)?.fact.id.clone()));
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

fn adjustment(inputs: &CreditInputs, period: Period, adjustment: &Adjustment) -> CreditLineReport {
    let currency = adjustment.currency;
    let credit = Money { amount: adjustment.amount.clone(), currency };
    let row = inputs.adjustments.as_ref().map(|file| file.at(adjustment.place));
    let explanation = Explanation { rows: row.into_iter().collect(), ..Default::default() };
    CreditLineReport {
        kind: LineKind::Adjustment,
        customer: adjustment.customer.clone(),
        service: adjustment.service.clone().unwrap_or_default(),
        policy: None,
        policy_sha256: None,
        window: window(period.bounds(inputs.settings.zone)),
        uptime_percent: None,
        uptime_exact: None,
        counted_seconds: None,
        excluded_seconds: None,
        incidents_held: None,
        incidents_in_breach: None,
        share_percent: None,
        status: Status::Credit,
        band: None,
        percent: None,
        fee: None,
        currency,
        credit_min: credit.clone(),
        credit_max: credit.clone(),
        credit,
        uncertain: false,
        uncertain_review: false,
        pending: Money { amount: Exact::zero(), currency },
        extend_days: 0,
        rights: vec![],
        claim_by: None,
        plan: None,
        region: None,
        resource: None,
        incidents: adjustment.incident.iter().cloned().collect(),
        reason: Some(adjustment.reason.clone()),
        approved_by: Some(adjustment.approved_by.clone()),
        explanation,
    }
}
