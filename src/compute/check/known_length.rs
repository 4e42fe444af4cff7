//! A length of time that events tell, for stated ones to be held against.

use crate::compute::plausibility::MilestonePair;
use crate::compute::prose::StatedLength;
use crate::model::time::{Span, SpanBounds, TimeBounds};

/// What is no better known than this supports what people state at its bounds and its middle alone: else a vague
/// record would support every sentence.
pub(super) const VAGUE: Span = Span::hours(1);

/// A length that events tell: its least, its nominal and its greatest value.
#[derive(Clone, Copy)]
pub(super) struct KnownLength([Span; 3]);

impl KnownLength {
    pub(super) fn exact(span: Span) -> Self {
        Self([span; 3])
    }

    pub(super) fn of_pair((.., nominal, (lowest, highest)): &MilestonePair) -> Self {
        Self([*lowest, nominal.unwrap_or(*highest), *highest])
    }

    pub(super) fn within(length: SpanBounds) -> Self {
        Self([length.lowest, length.nominal_or_most(), length.highest])
    }

    /// Returns how far two moments lie apart.
    pub(super) fn between(a: TimeBounds, b: TimeBounds) -> Self {
        let least = b.earliest().since(a.latest()).max(Span::ZERO);
        Self([least, b.nominal().since(a.nominal()), b.latest().since(a.earliest())])
    }

    pub(super) fn is_vague(self) -> bool {
        let Self([lowest, _, highest]) = self;
        highest.minus(lowest) > VAGUE
    }

    /// Returns how far a stated length is from it; zero or less where it supports that.
    pub(super) fn off(self, length: &StatedLength) -> Span {
        let Self([lowest, _, highest]) = self;
        let apart =
            |low: Span, high: Span| length.lowest.minus(high).max(low.minus(length.highest));
        if self.is_vague() {
            let Self(all) = self;
            return all.into_iter().map(|span| apart(span, span)).min().unwrap_or(Span::ZERO);
        }
        apart(lowest, highest)
    }

    /// Returns whether it supports a stated length as one between two events: the middle of what is vague is no length
    /// that anybody would state.
    pub(super) fn supports_between(self, length: &StatedLength) -> bool {
        (length.between_events || !self.is_vague()) && self.supports(length)
    }

    pub(super) fn supports(self, length: &StatedLength) -> bool {
        self.off(length) <= Span::ZERO
    }
}
