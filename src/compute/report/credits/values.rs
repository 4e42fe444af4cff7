//! The numbers of credits as they are shown, and how values become the text of the JSON.

use crate::compute::credits::Disposition;
use crate::model::money::{Currency, Exact, Money, exactly, fraction_text, places};
use crate::model::sla::{Denominator, Period};
use crate::model::time::OffsetTime;
use serde::{Serialize, Serializer};
use std::fmt;

/// A number that is shown exactly: as a decimal where that ends, else as a fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactNumber(pub Exact);

impl fmt::Display for ExactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&exactly(&self.0))
    }
}

/// A percentage that is shown with six places, for the eye: nothing is compared by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Percentage(pub Exact);

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&places(&self.0, 6))
    }
}

/// An uptime as a ratio, of whole seconds where they are whole: not in lowest terms then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UptimeRatio(pub Exact);

impl fmt::Display for UptimeRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&fraction_text(&self.0))
    }
}

/// Serialises values of other crates, such as zones, as they show themselves.
pub(in crate::compute::report) fn text<S: Serializer>(
    value: &impl fmt::Display,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// Lets values serialise as they show themselves.
macro_rules! as_shown {
    ($($value:ty)+) => {$(
        impl Serialize for $value {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )+};
}

as_shown! { Currency Denominator Disposition ExactNumber Money OffsetTime Percentage Period UptimeRatio }
