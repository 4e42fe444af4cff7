//! Days, months and years of the calendar, kept within the years 1 to 9999.

use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;

/// A day from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

/// A month from 0001-01 to 9999-12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

/// A year from 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(Day);

impl Day {
    /// Returns the day, or none outside the years 1 to 9999.
    pub fn new(date: NaiveDate) -> Option<Self> {
        (1..=9999).contains(&date.year()).then_some(Self(date))
    }

    /// Returns the day of that year, month and day of the month, or none where there is no such day.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::new(NaiveDate::from_ymd_opt(year, month, day)?)
    }

    /// Returns the day as a date.
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// Returns the day after it, or none after the last one.
    pub fn next(self) -> Option<Self> {
        Self::new(self.0.checked_add_days(Days::new(1))?)
    }

    /// Returns the day before it, or none before the first one.
    pub fn previous(self) -> Option<Self> {
        Self::new(self.0.checked_sub_days(Days::new(1))?)
    }

    /// Returns the day and the day after it, which may be in the year 10000.
    pub(super) fn bounds(self) -> (NaiveDate, NaiveDate) {
        (self.0, self.0.succ_opt().unwrap_or(self.0))
    }
}

impl Month {
    /// Returns that month of that year, or none where there is no such month.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        Day::of(year, month, 1).map(Self)
    }

    /// Returns the first day of the month.
    pub fn first(self) -> Day {
        self.0
    }

    /// Returns the first day of the month and the first day after it.
    pub(super) fn bounds(self) -> (NaiveDate, NaiveDate) {
        let first = self.0.date();
        (first, first.checked_add_months(Months::new(1)).unwrap_or(first))
    }
}

impl Year {
    /// Returns that year, or none outside the years 1 to 9999.
    pub fn new(year: i32) -> Option<Self> {
        Day::of(year, 1, 1).map(Self)
    }

    /// Returns the first day of the year.
    pub fn first(self) -> Day {
        self.0
    }

    /// Returns the first day of the year and the first day after it.
    pub(super) fn bounds(self) -> (NaiveDate, NaiveDate) {
        let first = self.0.date();
        (first, first.checked_add_months(Months::new(12)).unwrap_or(first))
    }
}

impl fmt::Display for Day {
    /// Writes `2019-01-24`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl fmt::Display for Month {
    /// Writes `2019-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.date().format("%Y-%m"))
    }
}

impl fmt::Display for Year {
    /// Writes `2019`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.date().format("%Y"))
    }
}
