//! A subscription over time: the rows that tell of it, when it was in force, and what it cost.

use crate::compute::downtime::IntervalSet;
use crate::model::customer::{Subscription, SubscriptionKey};
use crate::model::money::Exact;
use crate::model::sla::Period;
use crate::model::time::{Instant, Zone, day_start};
use num_traits::Zero;
use std::collections::HashMap;

/// A row at the fee of one customer; rows that differ in customer and fee alone can share all else.
#[derive(Clone, Debug)]
pub struct ChargedRow<'b> {
    /// The row.
    pub row: &'b Subscription,
    /// What one month costs.
    pub fee: Exact,
}

/// A subscription over time.
#[derive(Clone, Debug)]
pub(super) struct SubscriptionHistory<'b> {
    pub(super) key: SubscriptionKey,
    /// Its rows, the earliest first.
    rows: Vec<ChargedRow<'b>>,
}

impl<'b> SubscriptionHistory<'b> {
    /// Returns the subscriptions that rows tell of, in the order of their first rows.
    pub(super) fn all(rows: &'b [Subscription]) -> Vec<Self> {
        let mut known: HashMap<SubscriptionKey, usize> = HashMap::new();
        let mut accounts: Vec<Self> = vec![];
        for row in rows {
            let charged = ChargedRow { row, fee: row.fee.clone() };
            let next = accounts.len();
            let at = *known.entry(row.key()).or_insert(next);
            match accounts.get_mut(at) {
                Some(account) => account.rows.push(charged),
                None => accounts.push(Self { key: row.key(), rows: vec![charged] }),
            }
        }
        accounts.iter_mut().for_each(Self::sort);
        accounts
    }

    /// Returns the subscription that some rows tell of, by what tells the first of them apart.
    pub(super) fn of_rows(rows: Vec<ChargedRow<'b>>) -> Option<Self> {
        let mut account = Self { key: rows.first()?.row.key(), rows };
        account.sort();
        Some(account)
    }

    fn sort(&mut self) {
        self.rows.sort_by_key(|charged| (charged.row.from, charged.row.to));
    }

    /// Returns the rows that are in force at some time in a period.
    pub(super) fn rows_in(&self, period: Period) -> impl Iterator<Item = &'b Subscription> {
        self.rows.iter().map(|charged| charged.row).filter(move |row| row.reaches(period))
    }

    /// Returns the first row that is in force while an earlier one is.
    pub(super) fn twice(&self) -> Option<(&'b Subscription, &'b Subscription)> {
        let rows = self.rows.iter().map(|charged| charged.row);
        let mut pairs = rows.clone().zip(rows.skip(1));
        pairs.find(|(earlier, later)| earlier.overlaps(later))
    }

    /// Returns when it was in force, on the clocks of a zone.
    pub(super) fn held(&self, zone: Zone) -> IntervalSet {
        let interval = |ChargedRow { row, .. }: &ChargedRow<'_>| {
            let from = row.from.map_or(Instant::MIN, |day| day_start(day, zone));
            (from, row.to.map_or(Instant::MAX, |day| day_start(day, zone)))
        };
        IntervalSet::union(self.rows.iter().map(interval))
    }

    /// Returns the row in force at a window's end, else the last one in force within the window.
    pub(super) fn row(&self, period: Period) -> Option<&'b Subscription> {
        self.charged(period).map(|charged| charged.row)
    }

    fn charged(&self, period: Period) -> Option<&ChargedRow<'b>> {
        self.rows.iter().rfind(|charged| charged.row.reaches(period))
    }

    /// Returns what the window cost: the sum of its months, each by the row in force at its end.
    pub(super) fn fee(&self, period: Period) -> Exact {
        let months = period.months().into_iter().filter_map(|month| self.charged(month));
        months.fold(Exact::zero(), |sum, charged| sum + &charged.fee)
    }

    /// Returns whether the window was paid in one currency.
    pub(super) fn has_one_currency(&self, period: Period) -> bool {
        let mut rows = period.months().into_iter().filter_map(|month| self.row(month));
        let first = rows.next().map(|row| row.currency);
        rows.all(|row| Some(row.currency) == first)
    }
}
