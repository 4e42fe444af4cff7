//! From the uptime to the credit: step 8 of how a credit is computed.

use super::caps::{capped, is_enough, rounded};
use super::claim::{ClaimState, claim};
use super::earlier;
use super::review::ReviewReason;
use super::scheme::scheme_outcome;
use super::tally::Tally;
use super::terms::{LineTerms, SchemeYield};
use super::verdict::{Status, StepKind, Verdict};
use crate::model::customer::Subscription;
use crate::model::money::{Exact, exactly, whole};
use crate::model::sla::{BreachRight, MeasureKind, Policy};
use crate::model::time::duration::words;
use num_traits::Signed;

/// Returns whether an uptime as a part of one breaks a policy's promise.
pub(super) fn is_breach(policy: &Policy, uptime: &Exact) -> bool {
    !policy.commitment.value.is_met(&policy.compare.round(&(uptime * whole(100))))
}

/// Returns what is promised, in words.
fn promise(policy: &Policy, tally: &Tally) -> String {
    let commitment = &policy.commitment.value;
    let (sign, percent) = (if commitment.above { ">" } else { "≥" }, exactly(&commitment.percent));
    let MeasureKind::Duration(promise) = &policy.measure.kind else {
        return format!("uptime {sign} {percent} %");
    };
    let late = tally.held.iter().filter(|held| held.is_breach).count();
    let (name, most) = (&promise.name.value, words(promise.at_most));
    format!(
        "{} of {} incidents with a {name} of at most {most}, {sign} {percent} %,",
        tally.held.len() - late,
        tally.held.len()
    )
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
    let met = commitment.value.is_met(&percent);
    let says = promise(policy, tally) + if met { " is met" } else { " is not met" };
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
