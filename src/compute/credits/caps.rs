//! The most and the least that a credit may be, and its one rounding.

use super::terms::LineTerms;
use super::verdict::{StepKind, Verdict};
use crate::model::money::{Exact, Rounding, exactly, of_hundred};
use crate::model::sla::Cap;

/// Returns whether an amount reaches the minimum; none where the policy has none in the row's currency.
pub(super) fn is_enough(
    verdict: &mut Verdict,
    terms: &LineTerms<'_>,
    amount: &Exact,
) -> Option<bool> {
    let Some(minimum) = &terms.policy.minimum else { return Some(true) };
    let least = minimum.value.get(terms.row.currency)?;
    let enough = least.is_met(amount);
    let (sign, limit) = (least.sign(), exactly(&least.limit));
    let held = if enough { "is reached" } else { "is not reached" };
    verdict.step(StepKind::Minimum, format!("a credit {sign} {limit} {held}"), minimum.place);
    Some(enough)
}

/// Returns the credit after the one rounding, which never brings a capped one above its cap.
pub(super) fn rounded(verdict: &mut Verdict, terms: &LineTerms<'_>, was_capped: bool) -> Exact {
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
pub(super) fn capped(
    verdict: &mut Verdict,
    terms: &LineTerms<'_>,
    mut amount: Exact,
) -> Option<Exact> {
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
