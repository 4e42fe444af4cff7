//! What the lines of a report and their explanations both say.

use super::values::{Percentage, UptimeRatio};
use crate::compute::credits::{CreditInputs, ReviewReason, ScopeDoubt, Tally};
use crate::model::money::{Exact, whole};
use num_traits::Zero;

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

/// Returns the id of the incident at a place in the inputs.
pub(super) fn incident_id(inputs: &CreditInputs, index: usize) -> String {
    inputs.incidents.get(index).map_or_else(String::new, |i| i.fact.id.to_string())
}

/// Returns why a person must look, in words.
pub(super) fn reason_text(inputs: &CreditInputs, reason: &ReviewReason) -> String {
    let id = |index: &usize| incident_id(inputs, *index);
    match reason {
        ReviewReason::Untold(index) => {
            format!(
                "the record doesn't tell all of the impact of {}: see `recount check`",
                id(index)
            )
        }
        ReviewReason::Endless(index) => {
            format!("the impact of {} has no end in the record", id(index))
        }
        ReviewReason::StartAwaited(index) => {
            format!("{} is open, and what its time counts from isn't recorded yet", id(index))
        }
        ReviewReason::DurationUnknown(index) => {
            format!("how long {} took isn't known yet", id(index))
        }
        ReviewReason::NotMeasured => "nothing was measured in the window".to_owned(),
        ReviewReason::MeasuredTwice => "two rows of measurements are for one interval".to_owned(),
        ReviewReason::Scope(ScopeDoubt::Unscoped(part)) => {
            format!("the impact differs by {part}, and the row names none")
        }
        ReviewReason::Scope(ScopeDoubt::Near(part, name)) => {
            format!("an impact is for the {part} `{name}`, which no row has: this row may be meant")
        }
        ReviewReason::Earlier(period) => {
            format!("{period}, which the scheme asks about, is in review")
        }
        ReviewReason::NoHourlyRate => {
            "the row has no hourly rate, which the scheme needs".to_owned()
        }
        ReviewReason::NoAmount(currency) => {
            format!("the policy has no amount in {currency}, which the row is in")
        }
        ReviewReason::TwoCurrencies => "the fee changes its currency within the window".to_owned(),
        ReviewReason::Hole => "the policy's table has a hole where this uptime falls".to_owned(),
        ReviewReason::Overlap => {
            "several bands of the policy's table are for this uptime".to_owned()
        }
        ReviewReason::TooManyTimes => {
            "too many overlapping times are uncertain for each to be tried: `amend` some to what is known"
                .to_owned()
        }
    }
}
