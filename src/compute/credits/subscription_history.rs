//! A subscription over time: the rows that tell of it, when it was in force, and what it cost.

use crate::compute::downtime::IntervalSet;
use crate::model::customer::{Subscription, SubscriptionKey};
use crate::model::money::Exact;
use crate::model::sla::Period;
use crate::model::time::{Instant, Zone, day_start};
use num_traits::Zero;
use std::collections::BTreeMap;

/// A subscription over time.
#[derive(Clone, Debug)]
pub(super) struct SubscriptionHistory<'b> {
    pub(super) key: SubscriptionKey,
    /// Its rows, the earliest first.
    pub(super) rows: Vec<&'b Subscription>,
}

impl<'b> SubscriptionHistory<'b> {
    /// Returns the accounts of some rows, in the order of their keys.
    pub(super) fn all(rows: &'b [Subscription]) -> Vec<Self> {
        let mut accounts: BTreeMap<SubscriptionKey, Vec<&Subscription>> = BTreeMap::new();
        for row in rows {
            accounts.entry(row.key()).or_default().push(row);
        }
        let sorted = |(key, mut rows): (_, Vec<&'b Subscription>)| {
            rows.sort_by_key(|row| (row.from, row.to));
            Self { key, rows }
        };
        accounts.into_iter().map(sorted).collect()
    }

    /// Returns the first row that is in force while an earlier one is.
    pub(super) fn twice(&self) -> Option<(&'b Subscription, &'b Subscription)> {
        let mut pairs = self.rows.iter().zip(self.rows.iter().skip(1));
        let both = |(a, b): &(&&Subscription, &&Subscription)| {
            a.to.is_none_or(|to| b.from.is_none_or(|from| from < to))
        };
        pairs.find(both).map(|(a, b)| (*a, *b))
    }

    /// Returns when it was in force, on the clocks of a zone.
    pub(super) fn held(&self, zone: Zone) -> IntervalSet {
        let interval = |row: &&Subscription| {
            let from = row.from.map_or(Instant::MIN, |day| day_start(day, zone));
            (from, row.to.map_or(Instant::MAX, |day| day_start(day, zone)))
        };
        IntervalSet::union(self.rows.iter().map(interval))
    }

    /// Returns the row in force at a window's end, else the last one in force within the window.
    pub(super) fn row(&self, period: Period) -> Option<&'b Subscription> {
        self.rows.iter().rfind(|row| row.reaches(period)).copied()
    }

    /// Returns what the window cost: the sum of its months, each by the row in force at its end.
    pub(super) fn fee(&self, period: Period) -> Exact {
        let months = period.months().into_iter().filter_map(|month| self.row(month));
        months.fold(Exact::zero(), |sum, row| sum + &row.fee)
    }

    /// Returns whether the window was paid in one currency.
    pub(super) fn has_one_currency(&self, period: Period) -> bool {
        let mut rows = period.months().into_iter().filter_map(|month| self.row(month));
        let first = rows.next().map(|row| row.currency);
        rows.all(|row| Some(row.currency) == first)
    }
}
