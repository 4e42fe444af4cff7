//! The lines of a report, from what was computed.

use super::explain::explanation;
use super::values::{ExactNumber, Percentage, UptimeRatio};
use super::{
    CreditLineReport, CreditsHeading, CreditsReport, CurrencyTotal, Explanation, InputFile,
    LineKind, RecordState, WindowBounds,
};
use crate::compute::credits::{
    CreditInputs, CreditLine, CreditRange, Disposition, ImpactSegment, PeriodCredits, ReviewReason,
    Status, Tally,
};
use crate::compute::report::VERSION;
use crate::model::customer::Adjustment;
use crate::model::incident::IncidentId;
use crate::model::money::{Currency, Exact, Money, whole};
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
        Self { heading, lines: lines(inputs, computed), totals: totals(computed) }
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
        (line.currency, &line.verdict.credit, waits)
    });
    let adjusted = computed.adjustments.iter().map(|a| (a.currency, &a.amount, false));
    sums(own.chain(adjusted))
}

/// Returns the sums of amounts, by currency; those that wait for a claim apart.
pub(in crate::compute::report) fn sums<'a>(
    amounts: impl Iterator<Item = (Currency, &'a Exact, bool)>,
) -> Vec<CurrencyTotal> {
    let mut sums: BTreeMap<Currency, (Exact, Exact)> = BTreeMap::new();
    for (currency, amount, waits) in amounts {
        let sum = sums.entry(currency).or_insert((Exact::zero(), Exact::zero()));
        *(if waits { &mut sum.1 } else { &mut sum.0 }) += amount;
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
    let known = Some(tally).filter(|t| t.is_known());
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
        status: verdict.status,
        band: verdict.band.clone(),
        percent: (!line.fee.is_zero()).then(|| percentage(&(&verdict.unrounded / &line.fee))),
        fee: Some(money(&line.fee)),
        currency: *currency,
        credit: money(&verdict.credit),
        uncertain: range.is_some(),
        credit_min: bound(|r| &r.least),
        credit_max: bound(|r| &r.most),
        extend_days: verdict.extend_days,
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

/// Returns a part of one in percent.
pub(super) fn percentage(part: &Exact) -> Percentage {
    Percentage(part * whole(100))
}

/// Returns an uptime as a ratio of seconds, where they are whole, else in lowest terms.
pub(super) fn uptime_exact(tally: &Tally) -> UptimeRatio {
    let up = &tally.denominator - &tally.counted;
    let whole = up.is_integer() && tally.denominator.is_integer() && !tally.denominator.is_zero();
    UptimeRatio(match whole && &up / &tally.denominator == tally.uptime {
        true => Exact::new_raw(up.to_integer(), tally.denominator.to_integer()),
        false => tally.uptime.clone(),
    })
}

/// Returns the incidents whose impact counts in the window, and the one that is in review.
fn incidents(inputs: &CreditInputs, line: &CreditLine<'_>) -> Vec<IncidentId> {
    let (from, to) = line.window;
    let counts = |p: &&ImpactSegment<'_>| {
        let counts = matches!(p.disposition, Disposition::Counted | Disposition::Overlap(_));
        counts && p.from < to && from < p.to
    };
    let mut indices: Vec<_> = line.segments.iter().filter(counts).map(|p| p.incident).collect();
    if let Some(ReviewReason::Untold(index) | ReviewReason::Endless(index)) = line.verdict.review {
        indices.push(index);
    }
    let ids = indices.into_iter().filter_map(|i| Some(inputs.incidents.get(i)?.fact.id.clone()));
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Returns the id of the incident at a place in the inputs.
pub(super) fn incident_id(inputs: &CreditInputs, index: usize) -> String {
    inputs.incidents.get(index).map_or_else(String::new, |i| i.fact.id.to_string())
}

/// Returns why a person must look, in words.
pub(super) fn reason_text(inputs: &CreditInputs, reason: &ReviewReason) -> String {
    let id = |index: &usize| incident_id(inputs, *index);
    match reason {
        ReviewReason::Untold(index) => {
            format!("no event tells the impact of {}: set it, or say `impact: none`", id(index))
        }
        ReviewReason::Endless(index) => {
            format!("the impact of {} has no end in the record", id(index))
        }
        ReviewReason::NotMeasured => "nothing was measured in the window".to_owned(),
        ReviewReason::MeasuredTwice => "two rows of measurements are for one interval".to_owned(),
        ReviewReason::Earlier(period) => {
            format!("{period}, which the scheme asks about, is in review")
        }
        ReviewReason::NoHourlyRate => {
            "the row has no hourly rate, which the scheme needs".to_owned()
        }
        ReviewReason::TwoCurrencies => "the fee changes its currency within the window".to_owned(),
        ReviewReason::Hole => "the policy's table has a hole where this uptime falls".to_owned(),
        ReviewReason::Overlap => {
            "several bands of the policy's table are for this uptime".to_owned()
        }
    }
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
        status: Status::Credit,
        band: None,
        percent: None,
        fee: None,
        currency,
        credit_min: credit.clone(),
        credit_max: credit.clone(),
        credit,
        uncertain: false,
        extend_days: 0,
        claim_by: None,
        plan: None,
        region: None,
        resource: None,
        incidents: adjustment.incident.iter().cloned().collect(),
        reason: Some(adjustment.reason.clone()),
        approved_by: adjustment.approved_by.clone(),
        explanation,
    }
}
