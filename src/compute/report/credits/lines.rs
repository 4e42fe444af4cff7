//! The lines of a report, from what was computed.

use super::explain::explanation;
use super::words::{reason, uptime_exact};
use super::{CreditLineReport, CreditsHeading, CreditsReport, CurrencyTotal, WindowBounds};
use crate::compute::credits::{self, CreditInputs, PeriodCredits, ReviewReason, Status};
use crate::compute::report::VERSION;
use crate::model::customer::Adjustment;
use crate::model::money::{Currency, Exact, exactly, places, whole};
use crate::model::sla::{Period, PolicyKind};
use crate::model::time::Instant;
use num_traits::Zero;
use std::collections::BTreeMap;

/// How many places a percentage has, for the eye.
const EYE: u32 = 6;

impl CreditsReport {
    /// Returns the report of what was computed.
    pub fn of(
        heading: CreditsHeading,
        inputs: &CreditInputs,
        computed: &PeriodCredits<'_>,
    ) -> Self {
        Self {
            version: VERSION,
            period: heading.period,
            record: heading.record,
            tool: concat!("recount ", env!("CARGO_PKG_VERSION")).to_owned(),
            tzdata: heading.tzdata,
            inputs: heading.inputs,
            lines: lines(inputs, computed),
            totals: totals(computed),
        }
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
    let subscription = (line.plan.clone(), line.region.clone(), line.resource.clone());
    let policy = (line.kind == "adjustment", line.policy.clone());
    (line.customer.clone(), line.service.clone(), subscription, policy, line.window.clone())
}

/// Returns the sums of rounded lines, by currency.
fn totals(computed: &PeriodCredits<'_>) -> Vec<CurrencyTotal> {
    let own = computed.lines.iter().map(|line| {
        let waits = line.verdict.status == Status::ClaimPending;
        (line.currency, line.verdict.credit.clone(), waits)
    });
    let adjusted = computed.adjustments.iter().map(|a| (a.currency, a.amount.clone(), false));
    sums(own.chain(adjusted))
}

/// Returns the sums of amounts, by currency; those that wait for a claim apart.
pub(in crate::compute::report) fn sums(
    amounts: impl Iterator<Item = (Currency, Exact, bool)>,
) -> Vec<CurrencyTotal> {
    let mut sums: BTreeMap<Currency, (Exact, Exact)> = BTreeMap::new();
    for (currency, amount, waits) in amounts {
        let sum = sums.entry(currency).or_insert((Exact::zero(), Exact::zero()));
        *(if waits { &mut sum.1 } else { &mut sum.0 }) += amount;
    }
    let total = |(currency, (credit, pending)): (Currency, (Exact, Exact))| CurrencyTotal {
        currency: currency.code(),
        credit: currency.show(&credit),
        pending: currency.show(&pending),
    };
    sums.into_iter().map(total).collect()
}

fn window((start, end): (Instant, Instant)) -> WindowBounds {
    WindowBounds { start: start.rfc3339(), end: end.rfc3339() }
}

fn line_of(inputs: &CreditInputs, line: &credits::CreditLine<'_>) -> CreditLineReport {
    let credits::CreditLine { key, verdict, tally, currency, .. } = line;
    let policy = line.policy.and_then(|p| inputs.policies.get(p));
    let known = tally.trouble.as_ref().is_none_or(|t| matches!(t, ReviewReason::Earlier(_)));
    let range = line.uncertain.as_ref();
    let bound =
        |of: fn(&credits::CreditRange) -> &Exact| currency.show(range.map_or(&verdict.credit, of));
    CreditLineReport {
        kind: match line.kind {
            PolicyKind::Sla => "policy",
            PolicyKind::Goodwill => "goodwill",
        },
        customer: key.customer.clone(),
        service: key.service.clone(),
        policy: line.policy_id.as_ref().map(ToString::to_string),
        policy_sha256: policy.map(|p| p.sha256.clone()),
        window: window(line.window),
        uptime_percent: known.then(|| places(&(&tally.uptime * whole(100)), EYE)),
        uptime_exact: known.then(|| uptime_exact(tally)),
        counted_seconds: known.then(|| exactly(&tally.counted)),
        excluded_seconds: known.then(|| exactly(&tally.excluded)),
        status: verdict.status.as_str(),
        band: verdict.band.clone(),
        percent: percent(&verdict.owed, &line.fee),
        fee: Some(fee(*currency, &line.fee)),
        currency: currency.code(),
        credit: currency.show(&verdict.credit),
        uncertain: range.is_some(),
        credit_min: bound(|r| &r.least),
        credit_max: bound(|r| &r.most),
        extend_days: verdict.extend_days,
        claim_by: verdict.claim_by.map(|day| day.to_string()),
        plan: key.plan.clone(),
        region: key.region.clone(),
        resource: key.resource.clone(),
        incidents: incidents(inputs, line),
        reason: verdict.trouble.as_ref().map(|trouble| reason(inputs, trouble)),
        approved_by: None,
        explanation: explanation(inputs, line),
    }
}

/// Returns an amount with the currency's places, or with all that it was written with.
fn fee(currency: Currency, fee: &Exact) -> String {
    let shown = currency.show(fee);
    let exact = crate::model::money::signed_decimal(&shown).is_ok_and(|read| read == *fee);
    if exact { shown } else { exactly(fee) }
}

fn percent(owed: &Exact, fee: &Exact) -> Option<String> {
    (!fee.is_zero()).then(|| places(&(owed / fee * whole(100)), EYE))
}

/// Returns the incidents whose impact counts in the window, and the one that is in doubt.
fn incidents(inputs: &CreditInputs, line: &credits::CreditLine<'_>) -> Vec<String> {
    let (from, to) = line.window;
    let counts = |p: &&credits::ImpactSegment<'_>| {
        let disposition = matches!(
            p.disposition,
            credits::Disposition::Counted | credits::Disposition::Overlap(_)
        );
        disposition && p.from < to && from < p.to
    };
    let mut indices: Vec<_> = line.segments.iter().filter(counts).map(|p| p.incident).collect();
    if let Some(ReviewReason::Untold(index) | ReviewReason::Endless(index)) = line.verdict.trouble {
        indices.push(index);
    }
    indices.sort_unstable();
    indices.dedup();
    let ids = indices.into_iter().filter_map(|i| inputs.incidents.get(i));
    let mut ids: Vec<_> = ids.map(|i| i.fact.id.to_string()).collect();
    ids.sort();
    ids
}

fn adjustment(inputs: &CreditInputs, period: Period, adjustment: &Adjustment) -> CreditLineReport {
    let credit = adjustment.currency.show(&adjustment.amount);
    let row = inputs.adjustments.as_ref().map(|file| file.at(adjustment.place));
    let explanation = super::Explanation { rows: row.into_iter().collect(), ..Default::default() };
    CreditLineReport {
        kind: "adjustment",
        customer: adjustment.customer.clone(),
        service: adjustment.service.clone().unwrap_or_default(),
        policy: None,
        policy_sha256: None,
        window: window(period.bounds(inputs.settings.zone)),
        uptime_percent: None,
        uptime_exact: None,
        counted_seconds: None,
        excluded_seconds: None,
        status: Status::Credit.as_str(),
        band: None,
        percent: None,
        fee: None,
        currency: adjustment.currency.code(),
        credit_min: credit.clone(),
        credit_max: credit.clone(),
        credit,
        uncertain: false,
        extend_days: 0,
        claim_by: None,
        plan: None,
        region: None,
        resource: None,
        incidents: adjustment.incident.iter().map(ToString::to_string).collect(),
        reason: Some(adjustment.reason.clone()),
        approved_by: adjustment.approved_by.clone(),
        explanation,
    }
}
