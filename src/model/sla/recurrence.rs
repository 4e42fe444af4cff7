//! Planned work that comes again, and time that is counted in days on which people work.

use crate::model::incident::Name;
use crate::model::incident::names::{UnknownValue, string_enum};
use crate::model::settings::Calendar;
use crate::model::time::{Instant, Zone, clock_bounds};
use chrono::{Datelike, NaiveDate};
use std::str::FromStr;

/// When planned work is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedTime {
    /// Once.
    Once {
        /// When it begins.
        from: Instant,
        /// When it ends; later than `from`.
        to: Instant,
    },
    /// Again and again.
    Every(Recurrence),
}

impl PlannedTime {
    /// Returns the occurrences that touch the time between two instants, in order.
    pub fn occurrences(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        match self {
            Self::Once { from: begins, to: ends } => {
                if *begins < to && from < *ends {
                    vec![(*begins, *ends)]
                } else {
                    vec![]
                }
            }
            Self::Every(recurrence) => recurrence.occurrences(from, to),
        }
    }
}

/// Some days of the week between two times of day, from a first day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The days of the week, Monday first.
    pub days: [bool; 7],
    /// Which of these days of a month; all of them where absent.
    pub week: Option<WeekOfMonth>,
    /// The minute of the day at which it begins.
    pub from: u32,
    /// The minute at which it ends, of the next day where it is not later than `from`.
    pub to: u32,
    /// The zone of these clocks.
    pub zone: Zone,
    /// The first day.
    pub since: NaiveDate,
    /// The first day after the last one; absent means for ever.
    pub until: Option<NaiveDate>,
}

string_enum! {
    /// Which day of its name in a month.
    WeekOfMonth, "week of a month" {
        /// The first.
        First = "1",
        /// The second.
        Second = "2",
        /// The third.
        Third = "3",
        /// The fourth.
        Fourth = "4",
        /// The fifth, where there is one.
        Fifth = "5",
        /// The last.
        Last = "last",
    }
}

impl WeekOfMonth {
    fn holds(self, day: NaiveDate) -> bool {
        let nth = day.day0() / 7;
        match self {
            Self::First => nth == 0,
            Self::Second => nth == 1,
            Self::Third => nth == 2,
            Self::Fourth => nth == 3,
            Self::Fifth => nth == 4,
            Self::Last => day
                .checked_add_days(chrono::Days::new(7))
                .is_none_or(|later| later.month() != day.month()),
        }
    }
}

impl Recurrence {
    fn falls_on(&self, day: NaiveDate) -> bool {
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.days.get(weekday).copied().unwrap_or(false)
            && self.week.is_none_or(|week| week.holds(day))
    }

    /// A clock that is skipped is the moment of the skip; of one that comes twice the first begins and the second ends.
    fn occurrences(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        let day = |at: Instant| at.local(self.zone).date_naive();
        // One that began on the evening before may reach into the first day.
        let first = day(from).pred_opt().unwrap_or(NaiveDate::MIN).max(self.since);
        let last = self.until.and_then(|until| until.pred_opt()).unwrap_or(NaiveDate::MAX);
        let last = day(to).min(last);
        let days = first.iter_days().take_while(|day| *day <= last);
        let bounds = |day: NaiveDate| {
            let ends = if self.to > self.from { Some(day) } else { day.succ_opt() };
            let (begins, _) = clock_bounds(day, self.from, self.zone);
            let (_, ends) = clock_bounds(ends.unwrap_or(day), self.to, self.zone);
            (begins, ends)
        };
        let all = days.filter(|day| self.falls_on(*day)).map(bounds);
        all.filter(|(begins, ends)| begins < ends && *begins < to && from < *ends).collect()
    }
}

/// How long before planned work it must have been announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So much time.
    Length(crate::model::time::Span),
    /// So many whole business days between the two days.
    BusinessDays(BusinessDays),
}

/// So many days on which people work by a calendar of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessDays {
    /// How many.
    pub days: u32,
    /// The calendar.
    pub calendar: Name,
}

impl BusinessDays {
    /// Returns the day that so many business days end with, counted from a first day on.
    pub fn last_from(&self, first: NaiveDate, calendar: &Calendar) -> NaiveDate {
        // Where a slip leaves a calendar without a day to work on, the walk ends all the same.
        const MOST_DAYS: usize = 20_000;
        let days = first.iter_days().take(MOST_DAYS);
        let worked = days.filter(|day| calendar.is_working_day(*day));
        worked.take(usize::try_from(self.days).unwrap_or(MOST_DAYS)).last().unwrap_or(first)
    }

    /// Returns whether so many whole business days lie between two days, neither included.
    pub fn lie_between(&self, a: NaiveDate, b: NaiveDate, calendar: &Calendar) -> bool {
        let between = a.iter_days().skip(1).take_while(|day| *day < b);
        let worked = between.filter(|day| calendar.is_working_day(*day));
        let needed = usize::try_from(self.days).unwrap_or(usize::MAX);
        worked.take(needed).count() == needed
    }
}

/// A number of business days as policies write it: `10 business days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusinessDayCount(pub u32);

impl FromStr for BusinessDayCount {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        const MOST: u32 = 1_000;
        let words: Vec<_> = text.split_whitespace().collect();
        let read = match words.as_slice() {
            [number, "business", "day" | "days"] => {
                number.parse::<u32>().ok().filter(|n| (1..=MOST).contains(n))
            }
            _ => None,
        };
        read.map(Self).ok_or_else(|| {
            UnknownValue(format!("`{text}` is no number of business days: write `5 business days`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
    }

    fn every(days: [bool; 7], from: u32, to: u32) -> Recurrence {
        let since = "2026-01-01".parse().unwrap();
        let zone = Zone::of("Europe/Paris");
        Recurrence { days, week: None, from, to, zone, since, until: None }
    }

    const SUNDAY: [bool; 7] = [false, false, false, false, false, false, true];

    #[test]
    fn a_clock_that_is_skipped_or_comes_twice_is_told_by_its_first_and_last_instant() {
        let night = every(SUNDAY, 150, 360);
        let hours = |from, to| {
            let found = night.occurrences(at(from), at(to));
            found.iter().map(|(a, b)| b.since(*a).as_seconds() / 60).collect::<Vec<_>>()
        };
        // 02:30 is skipped on 29 March: from 03:00 on. It comes twice on 25 October: from the first on.
        assert_eq!(hours("2026-03-22T12:00:00Z", "2026-03-29T12:00:00Z"), [180]);
        assert_eq!(hours("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), [270]);
        assert_eq!(hours("2026-06-01T00:00:00Z", "2026-06-29T00:00:00Z"), [210; 4]);
        // Before the first day there is none.
        assert_eq!(hours("2025-12-01T00:00:00Z", "2026-01-04T00:00:00Z"), [0; 0]);
    }

    #[test]
    fn an_occurrence_over_midnight_is_of_the_day_on_which_it_begins() {
        let mut night = every(SUNDAY, 22 * 60, 6 * 60);
        night.until = Some("2026-06-14".parse().unwrap());
        let found = night.occurrences(at("2026-06-08T02:00:00Z"), at("2026-06-20T00:00:00Z"));
        assert_eq!(found, [(at("2026-06-07T20:00:00Z"), at("2026-06-08T04:00:00Z"))]);
    }

    #[test]
    fn a_week_keeps_the_nth_such_day_of_a_month() {
        let days = |week| {
            let recurrence = Recurrence { week: Some(week), ..every(SUNDAY, 0, 60) };
            let found =
                recurrence.occurrences(at("2026-05-31T12:00:00Z"), at("2026-08-31T00:00:00Z"));
            let day = |(a, _): &(Instant, Instant)| a.local(recurrence.zone).day();
            found.iter().map(day).collect::<Vec<_>>()
        };
        assert_eq!(days(WeekOfMonth::Second), [14, 12, 9]);
        assert_eq!(days(WeekOfMonth::Fifth), [30]);
        assert_eq!(days(WeekOfMonth::Last), [28, 26, 30]);
    }

    #[test]
    fn business_days_leave_out_what_the_calendar_leaves_out() {
        let hours = crate::model::settings::Hours::new(
            [true, true, true, true, true, false, false],
            540,
            1020,
        );
        let holidays = ["2026-12-25".parse().unwrap()].into();
        let calendar = Calendar { hours: hours.unwrap(), zone: None, holidays };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let some = |days| BusinessDays { days, calendar: "office".parse().unwrap() };
        // Thursday 24, then Monday 28 and Tuesday 29.
        assert_eq!(some(3).last_from(day("2026-12-24"), &calendar), day("2026-12-29"));
        assert!(some(2).lie_between(day("2026-12-23"), day("2026-12-29"), &calendar));
        assert!(!some(3).lie_between(day("2026-12-23"), day("2026-12-29"), &calendar));
        for bad in ["", "5", "5 days", "0 business days", "x business days"] {
            assert!(bad.parse::<BusinessDayCount>().is_err(), "{bad}");
        }
    }
}
