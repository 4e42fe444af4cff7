//! Why a person must look at a line.

use super::row_views::ScopeDoubt;
use crate::model::money::Currency;
use crate::model::sla::Period;

/// Why a person must look at a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReviewReason {
    /// An incident does not tell its impact.
    Untold(usize),
    /// An impact has no end.
    Endless(usize),
    /// The milestone from which on an open incident counts isn't marked.
    StartAwaited(usize),
    /// How long an incident took is not known, or may still come to be too long.
    DurationUnknown(usize),
    /// Nothing was measured.
    NotMeasured,
    /// Two rows tell of one interval.
    MeasuredTwice,
    /// What the row names leaves open whether impact was for it.
    Scope(ScopeDoubt),
    /// An earlier window is in review.
    Earlier(Period),
    /// The row has no hourly rate.
    NoHourlyRate,
    /// The policy gives an amount in other currencies alone.
    NoAmount(Currency),
    /// The fee changes its currency within the window.
    TwoCurrencies,
    /// No band is for this uptime.
    Hole,
    /// Several bands are for this uptime.
    Overlap,
    /// Too many times are uncertain for each to be tried.
    TooManyTimes,
}

impl ReviewReason {
    /// Returns the place in the inputs of the incident that it is about.
    pub fn incident(&self) -> Option<usize> {
        match self {
            Self::Untold(index)
            | Self::Endless(index)
            | Self::StartAwaited(index)
            | Self::DurationUnknown(index) => Some(*index),
            _ => None,
        }
    }
}
