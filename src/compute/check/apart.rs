//! Whether some two events lie as far apart as a length that prose states.
//!
//! An incident may have tens of thousands of events, and a document hundreds of lengths. Events that are known to the
//! second are found by their times; pairs of uncertain ones alone are looked at one by one.

use super::known_length::{KnownLength, VAGUE};
use crate::compute::prose::StatedLength;
use crate::compute::timeline::TimedEvent;
use crate::model::time::TimeBounds;

/// How many uncertain events are held against each other: of more, some two lie as far apart as nearly any length that
/// people state.
const MOST_PAIRED: usize = 2_000;

/// The events of an incident by how well their times are known.
pub(super) struct EventDistances {
    /// The seconds of the exact ones, which their order follows.
    exact: Vec<i64>,
    /// The uncertain ones, each with how many exact ones are before it.
    uncertain: Vec<UncertainMoment>,
}

#[derive(Clone, Copy)]
struct UncertainMoment {
    exact_before: usize,
    bounds: TimeBounds,
}

/// An uncertain moment in seconds, seen forwards or backwards.
struct MomentSeconds {
    earliest: i64,
    nominal: i64,
    latest: i64,
}

impl EventDistances {
    pub(super) fn of(events: &[TimedEvent<'_>]) -> Self {
        let (mut exact, mut uncertain) = (vec![], vec![]);
        for told in events {
            match told.moment.is_exact() {
                true => exact.push(told.moment.nominal().epoch()),
                false => uncertain
                    .push(UncertainMoment { exact_before: exact.len(), bounds: told.moment }),
            }
        }
        Self { exact, uncertain }
    }

    /// Returns whether some two events support a length.
    pub(super) fn support(&self, length: &StatedLength) -> bool {
        self.exact_pair(length)
            || self.uncertain.iter().any(|moment| self.exact_beside(*moment, length))
            || self.uncertain_pair(length)
    }

    fn exact_pair(&self, length: &StatedLength) -> bool {
        let (low, high) = (length.lowest.as_seconds(), length.highest.as_seconds());
        self.exact.iter().enumerate().any(|(at, from)| {
            let later = self.exact.get(at + 1..).unwrap_or_default();
            has_within(later, from.saturating_add(low), from.saturating_add(high))
        })
    }

    fn exact_beside(&self, moment: UncertainMoment, length: &StatedLength) -> bool {
        let UncertainMoment { exact_before, bounds } = moment;
        let [earliest, nominal, latest] =
            [bounds.earliest(), bounds.nominal(), bounds.latest()].map(|at| at.epoch());
        let (before, behind) = self.exact.split_at_checked(exact_before).unwrap_or_default();
        let forwards = MomentSeconds { earliest, nominal, latest };
        // What is before a moment lies behind it where time goes backwards.
        let backwards = MomentSeconds { earliest: -latest, nominal: -nominal, latest: -earliest };
        forwards.supporting(length).iter().any(|(from, to)| has_within(behind, *from, *to))
            || backwards.supporting(length).iter().any(|(from, to)| has_within(before, -to, -from))
    }

    fn uncertain_pair(&self, length: &StatedLength) -> bool {
        if self.uncertain.len() > MOST_PAIRED {
            return true;
        }
        let mut pairs = self.uncertain.iter().enumerate().flat_map(|(at, a)| {
            let later = self.uncertain.iter().skip(at + 1);
            later.map(|b| KnownLength::between(a.bounds, b.bounds))
        });
        pairs.any(|known| known.supports_between(length))
    }
}

impl MomentSeconds {
    /// Returns where an exact event behind it supports a length: from when to when.
    fn supporting(&self, length: &StatedLength) -> Vec<(i64, i64)> {
        let (low, high) = (length.lowest.as_seconds(), length.highest.as_seconds());
        let vague = VAGUE.as_seconds();
        let Self { earliest, nominal, latest } = *self;
        if latest.saturating_sub(earliest) <= vague {
            return vec![(earliest.saturating_add(low), latest.saturating_add(high))];
        }
        // Within the bounds of a vague event the distance to it is as well known as it is short.
        let mut found = vec![(earliest.saturating_add(low), earliest.saturating_add(vague))];
        if length.between_events {
            let beyond = earliest.saturating_add(vague).saturating_add(1);
            let least = if low <= 0 { i64::MIN } else { latest.saturating_add(low) };
            let of = |at: i64| (at.saturating_add(low), at.saturating_add(high));
            let ends = [of(earliest), of(nominal), (least, latest.saturating_add(high))];
            found.extend(ends.map(|(from, to)| (from.max(beyond), to)));
        }
        found
    }
}

/// Returns whether one of some sorted seconds lies between two.
fn has_within(sorted: &[i64], from: i64, to: i64) -> bool {
    let first = sorted.partition_point(|second| *second < from);
    sorted.get(first).is_some_and(|second| *second <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{Instant, Span};
    use proptest::prelude::*;

    fn bounds((at, before, after): (i64, i64, i64)) -> TimeBounds {
        TimeBounds::between(Instant::saturating(at - before), Instant::saturating(at + after))
    }

    fn distances(moments: &[TimeBounds]) -> EventDistances {
        let (mut exact, mut uncertain) = (vec![], vec![]);
        for bounds in moments.iter().copied() {
            match bounds.is_exact() {
                true => exact.push(bounds.nominal().epoch()),
                false => uncertain.push(UncertainMoment { exact_before: exact.len(), bounds }),
            }
        }
        EventDistances { exact, uncertain }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_by_times_is_what_every_pair_tells(
            mut times in prop::collection::vec(
                (0_i64..20_000,
                 prop_oneof![2 => Just((0_i64, 0_i64)), 1 => (0_i64..600, 0_i64..600), 1 => (0_i64..9_000, 0_i64..9_000)]),
                0..6),
            low in -300_i64..9_000,
            more in 60_i64..1_000,
            between_events: bool,
        ) {
            times.sort();
            let moments: Vec<_> =
                times.iter().map(|(at, (before, after))| bounds((*at, *before, *after))).collect();
            let length = StatedLength {
                range: 0..1,
                lowest: Span::seconds(low.max(0)),
                highest: Span::seconds(low.max(0) + more),
                between_events,
            };
            let mut pairs = moments.iter().enumerate().flat_map(|(at, a)| {
                moments.iter().skip(at + 1).map(|b| KnownLength::between(*a, *b))
            });
            let expected = pairs.any(|known| known.supports_between(&length));
            prop_assert_eq!(distances(&moments).support(&length), expected);
        }
    }

    #[test]
    fn a_length_that_no_two_of_fifty_thousand_events_are_apart_is_told_quickly() {
        let moments: Vec<_> = (0..50_000).map(|n| bounds((n * 7_200, 0, 0))).collect();
        let distances = distances(&moments);
        let length = |seconds| StatedLength {
            range: 0..1,
            lowest: Span::seconds(seconds),
            highest: Span::seconds(seconds + 60),
            between_events: true,
        };
        assert!(distances.support(&length(7_170)));
        assert!((1..100).all(|n| !distances.support(&length(n * 60))));
    }
}
