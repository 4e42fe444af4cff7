//! What the lines of a report and their explanations both say.

use crate::compute::credits::{CreditInputs, ReviewReason, Tally};
use crate::model::money::fraction_text;
use num_traits::Zero;

/// Returns an uptime as a ratio of seconds, where they are whole, else in lowest terms.
pub(super) fn uptime_exact(tally: &Tally) -> String {
    let up = &tally.denominator - &tally.counted;
    let whole = up.is_integer() && tally.denominator.is_integer() && !tally.denominator.is_zero();
    match whole && &up / &tally.denominator == tally.uptime {
        true => format!("{}/{}", up.numer(), tally.denominator.numer()),
        false => fraction_text(&tally.uptime),
    }
}

/// Returns why a person must look, in words.
pub(super) fn reason(inputs: &CreditInputs, trouble: &ReviewReason) -> String {
    let id = |index: &usize| {
        inputs.incidents.get(*index).map_or_else(String::new, |i| i.fact.id.to_string())
    };
    match trouble {
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
