//! From the uptime to the credit: step 8 of how a credit is computed, and the status of a line.

use super::earlier;
use super::impact::ReviewReason;
use super::scheme::scheme_outcome;
use super::tally::Tally;
use super::terms::{LineTerms, SchemeYield};
use crate::model::customer::Subscription;
use crate::model::diagnostic::Location;
use crate::model::incident::names::string_enum;
use crate::model::money::{Exact, Rounding, exactly, of_hundred, whole};
use crate::model::sla::{BreachRight, Cap, ClaimFrom, ClaimRule, ClaimTime, Policy};
use chrono::NaiveDate;
use num_traits::{Signed, Zero};

string_enum! {
    /// What became of a line.
    Status, "status" {
        /// A requirement fails.
        Ineligible = "ineligible",
        /// A person must look: nothing is guessed.
        Review = "review",
        /// The commitment was met.
        NoBreach = "no-breach",
        /// It was not, and the scheme yields nothing.
        BreachNoCredit = "breach-no-credit",
        /// The claim came too late.
        ClaimExpired = "claim-expired",
        /// It would be less than what the policy pays.
        BelowMinimum = "below-minimum",
        /// The customer has not asked yet.
        ClaimPending = "claim-pending",
        /// A cap lowered it.
        Capped = "capped",
        /// It is owed.
        Credit = "credit",
    }
}

impl Status {
    /// Returns whether a promise was broken, or may have been: a line in review is no all-clear.
    pub fn is_breach(self) -> bool {
        !matches!(self, Self::NoBreach | Self::Ineligible)
    }
}

string_enum! {
    /// What sort of step leads to a credit.
    StepKind, "step" {
        /// Impact that was for others.
        Scope = "scope",
        /// What a subscription's row must say.
        Requires = "requires",
        /// The promised uptime.
        Commitment = "commitment",
        /// The window's fee.
        Fee = "fee",
        /// What the scheme yields.
        Scheme = "scheme",
        /// The most that is given.
        Cap = "cap",
        /// The least that is given.
        Minimum = "minimum",
        /// When the customer must ask.
        Claim = "claim",
        /// The one rounding.
        Rounding = "rounding",
        /// What else a customer may do.
        Right = "right",
        /// The other policies of the group.
        Group = "group",
        /// Why a person must look.
        Review = "review",
        /// What other times within the bounds would give.
        Uncertainty = "uncertainty",
    }
}

/// One step of a verdict, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictStep {
    /// What sort of step it is.
    pub name: StepKind,
    /// What it does.
    pub says: String,
    /// The exact amount after it.
    pub amount: Option<Exact>,
    /// Where the policy says it.
    pub place: Option<Location>,
}

/// What became of a line, and how.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What became of it.
    pub status: Status,
    /// The credit before rounding.
    pub unrounded: Exact,
    /// The credit, rounded.
    pub credit: Exact,
    /// The bounds of the band that holds.
    pub band: Option<String>,
    /// The days added to the term.
    pub extend_days: u32,
    /// The day before which a claim must be received.
    pub claim_by: Option<NaiveDate>,
    /// What else the customer may do.
    pub rights: Vec<String>,
    /// Why a person must look.
    pub review: Option<ReviewReason>,
    /// The steps, in order.
    pub steps: Vec<VerdictStep>,
}

impl Verdict {
    fn new() -> Self {
        Self {
            status: Status::Credit,
            unrounded: Exact::zero(),
            credit: Exact::zero(),
            band: None,
            extend_days: 0,
            claim_by: None,
            rights: vec![],
            review: None,
            steps: vec![],
        }
    }

    fn step(&mut self, name: StepKind, says: String, place: Location) {
        self.steps.push(VerdictStep { name, says, amount: None, place: Some(place) });
    }

    fn amount(&mut self, name: StepKind, says: String, amount: &Exact, place: Option<Location>) {
        self.steps.push(VerdictStep { name, says, amount: Some(amount.clone()), place });
    }

    fn ends(mut self, status: Status) -> Self {
        self.status = status;
        self.unrounded = Exact::zero();
        self.extend_days = 0;
        self
    }

    fn review(mut self, reason: ReviewReason) -> Self {
        self.review = Some(reason);
        self.ends(Status::Review)
    }
}

/// Returns whether an uptime as a part of one breaks a policy's promise.
pub(super) fn is_breach(policy: &Policy, uptime: &Exact) -> bool {
    !policy.commitment.value.is_met(&policy.compare.round(&(uptime * whole(100))))
}

/// Returns the first requirement that a row fails.
pub(super) fn unmet<'p>(
    policy: &'p Policy,
    row: &Subscription,
) -> Option<&'p crate::model::diagnostic::Spanned<crate::model::sla::Requirement>> {
    policy.requires.iter().find(|r| !r.value.is_met(row.cell(&r.value.column)))
}

/// Returns what becomes of a line: the first status that fits.
///
/// A row that fails a requirement is ineligible whatever happened; what a person must look at is no breach yet,
/// and only a breach has an amount.
pub(super) fn verdict(terms: &LineTerms<'_>, tally: &Tally) -> Verdict {
    with_rights(judged(terms, tally), terms, tally)
}

fn judged(terms: &LineTerms<'_>, tally: &Tally) -> Verdict {
    let mut verdict = Verdict::new();
    let policy = terms.policy;
    if let Some(unmet) = unmet(policy, terms.row) {
        let cell = terms.row.cell(&unmet.value.column);
        let says = format!("requires {}, and the row says `{cell}`", unmet.value);
        verdict.step(StepKind::Requires, says, unmet.place);
        return verdict.ends(Status::Ineligible);
    }
    if let Some(reason) = &tally.review {
        return verdict.review(reason.clone());
    }
    if !terms.one_currency {
        return verdict.review(ReviewReason::TwoCurrencies);
    }
    // Rounded once for all: the commitment, the bands and the steps must see one uptime.
    let percent = policy.compare.round(&(&tally.uptime * whole(100)));
    let commitment = &policy.commitment;
    let (met, sign) =
        (commitment.value.is_met(&percent), if commitment.value.above { ">" } else { "≥" });
    let held = if met { "is met" } else { "is not met" };
    let says = format!("uptime {sign} {} % {held}", exactly(&commitment.value.percent));
    verdict.step(StepKind::Commitment, says, commitment.place);
    if met {
        return verdict.ends(Status::NoBreach);
    }
    let row = terms.row;
    let says = format!("the fee of {} in {}", terms.period, row.currency);
    verdict.amount(StepKind::Fee, says, &terms.fee, None);
    let outcome = scheme_outcome(&policy.scheme.value, terms, tally, &percent);
    verdict.band = outcome.band;
    match outcome.what {
        SchemeYield::Money(amount) => {
            verdict.amount(StepKind::Scheme, outcome.says, &amount, Some(outcome.place));
            money(verdict, terms, tally, amount)
        }
        SchemeYield::Days(days) => {
            verdict.step(StepKind::Scheme, outcome.says, outcome.place);
            extension(verdict, terms, tally, days)
        }
        SchemeYield::Hole => verdict.review(ReviewReason::Hole),
        SchemeYield::Overlap => verdict.review(ReviewReason::Overlap),
        SchemeYield::NoHourlyRate => verdict.review(ReviewReason::NoHourlyRate),
        SchemeYield::NoAmount => verdict.review(ReviewReason::NoAmount(terms.row.currency)),
    }
}

/// Decides on days added to the term, which neither caps nor a minimum concern.
fn extension(mut verdict: Verdict, terms: &LineTerms<'_>, tally: &Tally, days: u32) -> Verdict {
    if days == 0 {
        return verdict.ends(Status::BreachNoCredit);
    }
    verdict.extend_days = days;
    match claim(&mut verdict, terms, tally) {
        ClaimState::InTime => verdict,
        ClaimState::Late => verdict.ends(Status::ClaimExpired),
        ClaimState::NotYet => Verdict { status: Status::ClaimPending, ..verdict },
    }
}

/// Decides on an amount: caps, minimum, claim, and then one rounding.
///
/// Exact until then: a cap or a minimum that met a rounded amount could turn by a cent. A claim that came too late
/// is told before a minimum that was missed, as no more money would mend it.
fn money(mut verdict: Verdict, terms: &LineTerms<'_>, tally: &Tally, amount: Exact) -> Verdict {
    if !amount.is_positive() {
        return verdict.ends(Status::BreachNoCredit);
    }
    let capped = capped(&mut verdict, terms, amount.clone());
    let enough = capped.as_ref().and_then(|amount| is_enough(&mut verdict, terms, amount));
    let stand = claim(&mut verdict, terms, tally);
    // A claim that came too late gives nothing, whatever the amount would have been.
    if matches!(stand, ClaimState::Late) {
        return verdict.ends(Status::ClaimExpired);
    }
    let (Some(capped), Some(enough)) = (capped, enough) else {
        return verdict.review(ReviewReason::NoAmount(terms.row.currency));
    };
    let was_capped = capped < amount;
    verdict.unrounded = capped;
    let status = match stand {
        _ if !enough => return verdict.ends(Status::BelowMinimum),
        ClaimState::NotYet => Status::ClaimPending,
        _ if was_capped => Status::Capped,
        _ => Status::Credit,
    };
    let credit = rounded(&mut verdict, terms, was_capped);
    Verdict { status, credit, ..verdict }
}

/// Returns whether an amount reaches the minimum; none where the policy has none in the row's currency.
fn is_enough(verdict: &mut Verdict, terms: &LineTerms<'_>, amount: &Exact) -> Option<bool> {
    let Some(minimum) = &terms.policy.minimum else { return Some(true) };
    let least = minimum.value.get(terms.row.currency)?;
    let enough = least.is_met(amount);
    let (sign, limit) = (least.sign(), exactly(&least.limit));
    let held = if enough { "is reached" } else { "is not reached" };
    verdict.step(StepKind::Minimum, format!("a credit {sign} {limit} {held}"), minimum.place);
    Some(enough)
}

/// Returns the credit after the one rounding, which never brings a capped one above its cap.
fn rounded(verdict: &mut Verdict, terms: &LineTerms<'_>, was_capped: bool) -> Exact {
    let (currency, amount) = (terms.row.currency, &verdict.unrounded);
    let mut rounding = terms.policy.rounding;
    if was_capped && currency.round(amount, rounding) > *amount {
        rounding = Rounding::Down;
    }
    let credit = currency.round(amount, rounding);
    let says = format!("rounded {rounding} to {} decimal places", currency.digits());
    verdict.amount(StepKind::Rounding, says, &credit, None);
    credit
}

/// Returns the amount under the lowest cap; each says whether it lowered what the ones before it left. None where a
/// cap is not given in the row's currency.
fn capped(verdict: &mut Verdict, terms: &LineTerms<'_>, mut amount: Exact) -> Option<Exact> {
    for cap in &terms.policy.caps {
        let (most, says) = match &cap.value {
            Cap::Percent(percent) => {
                (&terms.fee * of_hundred(percent), format!("{} % of the fee", exactly(percent)))
            }
            Cap::PercentOfWindows { percent, windows } => {
                let before = usize::try_from(*windows).unwrap_or(usize::MAX).saturating_sub(1);
                let before = terms.fees_before.iter().take(before);
                let fees = before.fold(terms.fee.clone(), |sum, fee| sum + fee);
                let says = format!(
                    "{} % of {}, the fees of {windows} windows",
                    exactly(percent),
                    exactly(&fees)
                );
                (fees * of_hundred(percent), says)
            }
            Cap::Amount(most) => {
                let most = most.get(terms.row.currency)?;
                (most.clone(), exactly(most))
            }
        };
        let lowers = most < amount;
        amount = amount.min(most);
        let effect = if lowers { "lowers it" } else { "does not lower it" };
        let says = format!("at most {says}: {effect}");
        verdict.amount(StepKind::Cap, says, &amount, Some(cap.place));
    }
    Some(amount)
}

/// How a claim stands.
enum ClaimState {
    InTime,
    Late,
    NotYet,
}

fn claim(verdict: &mut Verdict, terms: &LineTerms<'_>, tally: &Tally) -> ClaimState {
    let ClaimRule::Within { length, from, place } = &terms.policy.claim else {
        return ClaimState::InTime;
    };
    let end_of_period = terms.period.end_day();
    // The day that begins with the midnight from which on it is counted.
    let (since, what) = match from {
        ClaimFrom::PeriodEnd => (end_of_period, "the end of the period"),
        ClaimFrom::IncidentEnd => (
            tally.ended.and_then(|day| day.succ_opt()).unwrap_or(end_of_period),
            "the end of the day on which the incident ended",
        ),
    };
    // The first day that is too late.
    let by = first_day_too_late(length, since, terms);
    verdict.claim_by = by;
    let (stand, how) = match (terms.claimed, by) {
        (None, _) => (ClaimState::NotYet, "none was received yet".to_owned()),
        (Some(day), Some(by)) if day >= by => {
            (ClaimState::Late, format!("received on {day}, too late"))
        }
        (Some(day), _) => (ClaimState::InTime, format!("received on {day}")),
    };
    let says = match by {
        Some(by) => format!("a claim must be received before {by}, {length} from {what}: {how}"),
        None => format!("a claim must be received, at whatever time: {how}"),
    };
    verdict.step(StepKind::Claim, says, *place);
    stand
}

fn first_day_too_late(
    length: &ClaimTime,
    since: NaiveDate,
    terms: &LineTerms<'_>,
) -> Option<NaiveDate> {
    match length {
        ClaimTime::Calendar(length) => Some(length.after(since)),
        ClaimTime::Business(days) => {
            let calendar = terms.settings.calendar(&days.calendar)?;
            days.last_from(since, calendar).succ_opt()
        }
        ClaimTime::Unlimited => None,
    }
}

/// Adds the rights that a breach gives, with those in the windows before it.
fn with_rights(mut verdict: Verdict, terms: &LineTerms<'_>, tally: &Tally) -> Verdict {
    if !verdict.status.is_breach() || verdict.status == Status::Review {
        return verdict;
    }
    for right in &terms.policy.rights {
        let BreachRight { name, breaches, within } = &right.value;
        let found = earlier::breaches(&tally.earlier, terms.period, *within).saturating_add(1);
        let given = u32::try_from(found).unwrap_or(u32::MAX) >= *breaches;
        let held = if given { "is given" } else { "is not given" };
        let says =
            format!("the right `{name}` {held}: breach {found} of {breaches} within {within}");
        verdict.step(StepKind::Right, says, right.place);
        verdict.rights.extend(given.then(|| name.clone()));
    }
    verdict
}
