//! The lines of a report, from what was computed.

use super::explain::explanation;
use super::values::ExactNumber;
use super::words::{percentage, reason_text, uptime_exact};
use super::{
    CreditLineReport, CreditsHeading, CreditsReport, CreditsTail, CurrencyTotal, Explanation,
    InputFile, LineKind, RecordState, UnmatchedReport, WindowBounds,
};
use crate::compute::credits::{
    CreditInputs, CreditLine, CreditRange, Disposition, FeeAmount, ImpactSegment, InputFault,
    PeriodCredits, ReviewReason, ShortDecimal, Status, Tally, UnmatchedThing,
};
use crate::compute::report::VERSION;
use crate::model::customer::{Adjustment, SubscriptionKey};
use crate::model::diagnostic::SourcePlace;
use crate::model::incident::IncidentId;
use crate::model::line_name::LineName;
use crate::model::money::{Currency, Exact, Money};
use crate::model::sla::{Period, PolicyKind};
use crate::model::time::{Instant, TZDATA};
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl CreditsReport {
    /// Returns the report of what was computed from the files of a record.
    pub fn of(
        record: RecordState,
        files: Vec<InputFile>,
        inputs: &CreditInputs,
        computed: &PeriodCredits<'_>,
    ) -> Self {
        let heading = CreditsHeading::of(computed.period, record, files);
        let lines = lines(inputs, computed);
        let totals = lines.iter().collect::<MoneySums>().totals();
        let unmatched = computed.unmatched.iter().map(unmatched).collect();
        Self { heading, lines, tail: CreditsTail { totals, unmatched, spooled: vec![] } }
    }
}

impl CreditsHeading {
    /// Returns the heading of a report of a period, computed from the files of a record.
    pub fn of(period: Period, record: RecordState, files: Vec<InputFile>) -> Self {
        Self {
            version: VERSION,
            period,
            record,
            tool: concat!("recount ", env!("CARGO_PKG_VERSION")),
            tzdata: TZDATA,
            inputs: files,
        }
    }
}

/// Returns what is told of a name or a row that meets nothing.
pub fn unmatched(thing: &UnmatchedThing) -> UnmatchedReport {
    let InputFault { path, problem } = &thing.fault;
    UnmatchedReport {
        kind: thing.kind,
        name: thing.name.clone(),
        service: thing.service.clone(),
        near: thing.near.clone(),
        says: problem.message.clone(),
        source: SourcePlace { path: path.clone(), place: Some(problem.place) },
    }
}

/// Returns the lines of what was computed: those of a customer in the order of the table's rows, then what was booked
/// for the customer by hand; last what was booked for customers who have no row.
pub fn lines(inputs: &CreditInputs, computed: &PeriodCredits<'_>) -> Vec<CreditLineReport> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (place, row) in inputs.customers.fact.rows.iter().enumerate() {
        places.entry(&row.customer).or_insert(place);
    }
    let adjusted = computed.adjustments.iter();
    let adjusted = adjusted.map(|a| adjustment(inputs, computed.period, a));
    let own = computed.lines.iter().map(|line| line_of(inputs, line));
    let mut lines: Vec<CreditLineReport> = own.chain(adjusted).collect();
    lines.sort_by_key(|line| places.get(line.customer.as_str()).copied().unwrap_or(usize::MAX));
    lines
}

/// Sums of rounded lines, by currency.
#[derive(Clone, Debug, Default)]
pub struct MoneySums(BTreeMap<Currency, MoneySum>);

/// What is due and what waits for a claim: in whole smallest units where they are at hand, else exactly.
#[derive(Clone, Debug)]
struct MoneySum {
    units: i128,
    pending_units: i128,
    due: Exact,
    pending: Exact,
}

impl Default for MoneySum {
    fn default() -> Self {
        Self { units: 0, pending_units: 0, due: Exact::zero(), pending: Exact::zero() }
    }
}

impl<'l> FromIterator<&'l CreditLineReport> for MoneySums {
    fn from_iter<T: IntoIterator<Item = &'l CreditLineReport>>(lines: T) -> Self {
        let mut sums = Self::default();
        lines.into_iter().for_each(|line| sums.add(line));
        sums
    }
}

impl MoneySums {
    /// Adds a line.
    pub fn add(&mut self, line: &CreditLineReport) {
        let sum = self.0.entry(line.currency).or_default();
        if line.status != Status::ClaimPending {
            sum.due += &line.credit.amount;
        }
        sum.pending += &line.pending.amount;
    }

    /// Adds a line that shares all with another but its customer and fee.
    pub fn add_like(&mut self, line: &LineAtFee<'_>) {
        let sum = self.0.entry(line.like.currency).or_default();
        let pending = line.pending();
        // A hundred bits hold more than all money there is.
        sum.units = sum.units.saturating_add(line.amount.credit.saturating_sub(pending));
        sum.pending_units = sum.pending_units.saturating_add(pending);
    }

    /// Returns the sums.
    pub fn totals(&self) -> Vec<CurrencyTotal> {
        let total = |(currency, sum): (&Currency, &MoneySum)| {
            let units =
                |units: i128| Exact::new(units.into(), 10_i128.pow(currency.digits()).into());
            let money = |amount| Money { amount, currency: *currency };
            CurrencyTotal {
                currency: *currency,
                credit: money(&sum.due + units(sum.units)),
                pending: money(&sum.pending + units(sum.pending_units)),
            }
        };
        self.0.iter().map(total).collect()
    }
}

fn window((start, end): (Instant, Instant)) -> WindowBounds<Instant> {
    WindowBounds { start, end }
}

/// Returns the line of one subscription by one policy.
pub fn line_of(inputs: &CreditInputs, line: &CreditLine<'_>) -> CreditLineReport {
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
        extend_days: verdict.extend_days.into(),
        rights: verdict.rights.clone(),
        claim_by: verdict.claim_by,
        plan: key.plan.clone(),
        region: key.region.clone(),
        resource: key.resource.clone(),
        incidents: incidents(inputs, line),
        reason: verdict.review.as_ref().map(|reason| reason_text(inputs, reason)),
        approved_by: None,
        line: LineName { key: key.clone(), policy: Some(line.policy.fact.id.clone()) },
        corrects: None,
        corrected_status: None,
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

/// A line like another, but for the customer, the fee and what follows from it.
#[derive(Clone, Copy, Debug)]
pub struct LineAtFee<'a> {
    /// The line that it is like; its times are certain.
    pub like: &'a CreditLineReport,
    /// Its own customer.
    pub customer: &'a str,
    /// The window's own fee.
    pub fee: ShortDecimal,
    /// What that gives.
    pub amount: FeeAmount,
}

impl LineAtFee<'_> {
    /// Returns what waits for a claim, in smallest units of the currency.
    pub fn pending(&self) -> i128 {
        if self.amount.status == Status::ClaimPending { self.amount.credit } else { 0 }
    }

    /// Returns the line in full.
    pub fn report(&self) -> CreditLineReport {
        let Self { like, customer, fee, amount } = *self;
        let currency = like.currency;
        let money = |amount: Exact| Money { amount, currency };
        let credit = money(amount.exact_credit(currency));
        let waits = amount.status == Status::ClaimPending;
        CreditLineReport {
            customer: customer.to_owned(),
            line: like.line.of_customer(customer),
            status: amount.status,
            percent: (fee.units > 0).then(|| percentage(&(amount.unrounded() / fee.exact()))),
            fee: Some(money(fee.exact())),
            pending: if waits { credit.clone() } else { money(Exact::zero()) },
            credit_min: credit.clone(),
            credit_max: credit.clone(),
            credit,
            ..like.clone()
        }
    }
}

/// Returns the line of what was booked by hand.
pub fn adjustment(
    inputs: &CreditInputs,
    period: Period,
    adjustment: &Adjustment,
) -> CreditLineReport {
    let currency = adjustment.currency;
    let credit = Money { amount: adjustment.amount.clone(), currency };
    let row = inputs.adjustments.as_ref().map(|file| file.at(adjustment.place));
    let explanation = Explanation { rows: row.into_iter().collect(), ..Default::default() };
    let key = SubscriptionKey {
        customer: adjustment.customer.clone(),
        service: adjustment.service.clone().unwrap_or_default(),
        plan: None,
        region: None,
        resource: None,
    };
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
        line: LineName { key, policy: None },
        corrects: None,
        corrected_status: None,
        explanation,
    }
}
