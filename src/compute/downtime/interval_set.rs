//! A part of the timescale: intervals of time that neither touch nor overlap.

use crate::model::time::{Instant, Span};

/// Some of all time, as half-open intervals in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntervalSet(Vec<(Instant, Instant)>);

impl IntervalSet {
    /// Returns the time in any of the intervals; those that end no later than they begin hold none.
    pub fn union(intervals: impl IntoIterator<Item = (Instant, Instant)>) -> Self {
        let mut sorted: Vec<_> = intervals.into_iter().filter(|(from, to)| from < to).collect();
        sorted.sort_unstable();
        let mut parts: Vec<(Instant, Instant)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match parts.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(to),
                None => parts.push((from, to)),
            }
        }
        Self(parts)
    }

    /// Returns the intervals in order.
    pub fn parts(&self) -> &[(Instant, Instant)] {
        &self.0
    }

    /// Returns how much time it is.
    pub fn length(&self) -> Span {
        self.0.iter().fold(Span::ZERO, |sum, (from, to)| sum.plus(to.since(*from)))
    }

    /// Returns how much of the time between two instants it is.
    pub fn length_between(&self, from: Instant, to: Instant) -> Span {
        let first = self.0.partition_point(|part| part.1 <= from);
        let within = self.0.iter().skip(first).take_while(|part| part.0 < to);
        within.fold(Span::ZERO, |sum, part| sum.plus(part.1.min(to).since(part.0.max(from))))
    }

    /// Returns the time that is not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = vec![];
        for (from, to) in &self.0 {
            let mut at = *from;
            let first = other.0.partition_point(|part| part.1 <= *from);
            for part in other.0.iter().skip(first).take_while(|part| part.0 < *to) {
                left.push((at, part.0));
                at = part.1;
            }
            left.push((at, *to));
        }
        Self(left.into_iter().filter(|(from, to)| from < to).collect())
    }

    /// Returns the time that is in both.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let clip = |(from, to): &(Instant, Instant)| {
            let first = other.0.partition_point(|part| part.1 <= *from);
            let (from, to) = (*from, *to);
            let within = other.0.iter().skip(first).take_while(move |part| part.0 < to);
            within.map(move |part| (part.0.max(from), part.1.min(to)))
        };
        Self(self.0.iter().flat_map(clip).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cover(intervals: &[(i64, i64)]) -> IntervalSet {
        let at = Instant::saturating;
        IntervalSet::union(intervals.iter().map(|(from, to)| (at(*from), at(*to))))
    }

    #[test]
    fn what_touches_or_overlaps_is_one_stretch() {
        assert_eq!(cover(&[(5, 7), (0, 2), (2, 3), (6, 9), (4, 4)]), cover(&[(0, 3), (5, 9)]));
        assert_eq!(cover(&[(0, 3), (5, 9)]).length(), Span::seconds(7));
    }

    proptest! {
        #[test]
        fn a_cover_holds_what_second_by_second_counting_finds(
            a in prop::collection::vec((0_i64..60, 0_i64..60), 0..8),
            b in prop::collection::vec((0_i64..60, 0_i64..60), 0..8),
            from in 0_i64..60, length in 0_i64..60,
        ) {
            let holds = |all: &[(i64, i64)], t: i64| all.iter().any(|(f, e)| *f <= t && t < *e);
            let count = |hit: &dyn Fn(i64) -> bool| Span::seconds((0..60).filter(|t| hit(*t)).count() as i64);
            let (x, y) = (cover(&a), cover(&b));
            prop_assert_eq!(x.length(), count(&|t| holds(&a, t)));
            prop_assert_eq!(x.common(&y).length(), count(&|t| holds(&a, t) && holds(&b, t)));
            prop_assert_eq!(x.without(&y).length(), count(&|t| holds(&a, t) && !holds(&b, t)));
            let to = from + length;
            let between = x.length_between(Instant::saturating(from), Instant::saturating(to));
            prop_assert_eq!(between, count(&|t| from <= t && t < to && holds(&a, t)));
        }
    }
}
