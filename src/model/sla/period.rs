//! The windows that credits are counted for: months, quarters and years of a zone.

use crate::model::incident::names::{UnknownValue, string_enum};
use crate::model::time::{Instant, Zone, day_start};
use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;
use std::str::FromStr;

string_enum! {
    /// How long the windows of a policy are.
    Window, "window" {
        /// A month of the calendar.
        Month = "month",
        /// Three months from January, April, July or October on.
        Quarter = "quarter",
        /// A year of the calendar.
        Year = "year",
    }
}

impl Window {
    /// Returns how many months the window has.
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// One window of the calendar: `2026-06`, `2026-Q2` or `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: NaiveDate,
    window: Window,
}

impl Period {
    /// Returns the window of that length in which a day lies; none outside the years 1 to 9998.
    pub fn with(day: NaiveDate, window: Window) -> Option<Self> {
        let months = window.months();
        let month = day.month0() / months * months + 1;
        let first = NaiveDate::from_ymd_opt(day.year(), month, 1)?;
        (1..=9998).contains(&day.year()).then_some(Self { first, window })
    }

    /// Returns how long it is.
    pub fn window(self) -> Window {
        self.window
    }

    /// Returns its first day.
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Returns the day after its last.
    pub fn end_day(self) -> NaiveDate {
        let end = self.first.checked_add_months(Months::new(self.window.months()));
        end.unwrap_or(self.first)
    }

    /// Returns how many days it has.
    pub fn days(self) -> i64 {
        self.end_day().signed_duration_since(self.first).num_days()
    }

    /// Returns its first instant and the first one after it, on the clocks of a zone.
    pub fn bounds(self, zone: Zone) -> (Instant, Instant) {
        (day_start(self.first, zone), day_start(self.end_day(), zone))
    }

    /// Returns the window before it; none before the year 1.
    pub fn previous(self) -> Option<Self> {
        Self::with(self.first.checked_sub_days(Days::new(1))?, self.window)
    }

    /// Returns its months, in order.
    pub fn months(self) -> Vec<Self> {
        let nth = |n| self.first.checked_add_months(Months::new(n));
        let months = (0..self.window.months()).filter_map(nth);
        months.filter_map(|day| Self::with(day, Window::Month)).collect()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first.format("%Y");
        match self.window {
            Window::Month => write!(f, "{}", self.first.format("%Y-%m")),
            Window::Quarter => write!(f, "{year}-Q{}", self.first.month0() / 3 + 1),
            Window::Year => write!(f, "{year}"),
        }
    }
}

impl FromStr for Period {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let read = || {
            let (year, rest) = text.split_at_checked(4)?;
            let digits = year.bytes().all(|b| b.is_ascii_digit());
            let year = year.parse::<i32>().ok().filter(|_| digits)?;
            let (month, window) = match (rest.strip_prefix("-Q"), rest.strip_prefix('-')) {
                (Some(quarter @ ("1" | "2" | "3" | "4")), _) => {
                    (quarter.parse::<u32>().ok()?.checked_mul(3)? - 2, Window::Quarter)
                }
                (None, Some(month)) if month.len() == 2 => (month.parse().ok()?, Window::Month),
                (None, None) if rest.is_empty() => (1, Window::Year),
                _ => return None,
            };
            Self::with(NaiveDate::from_ymd_opt(year, month, 1)?, window)
        };
        read().ok_or_else(|| {
            let shown: String = text.chars().flat_map(char::escape_debug).collect();
            UnknownValue(format!(
                "`{shown}` is not a period: write a month, a quarter or a year, as 2026-06, 2026-Q2 or 2026"
            ))
        })
    }
}

/// A length of the calendar: days or months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarLength {
    /// Days.
    Days(u32),
    /// Months of the calendar.
    Months(u32),
}

impl CalendarLength {
    /// Returns the day so much later.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        let later = match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())),
            Self::Months(months) => day.checked_add_months(Months::new(months)),
        };
        later.unwrap_or(NaiveDate::MAX)
    }

    /// Returns the day so much earlier.
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        let earlier = match self {
            Self::Days(days) => day.checked_sub_days(Days::new(days.into())),
            Self::Months(months) => day.checked_sub_months(Months::new(months)),
        };
        earlier.unwrap_or(NaiveDate::MIN)
    }
}

impl fmt::Display for CalendarLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Months(1) => f.write_str("1 month"),
            Self::Months(months) => write!(f, "{months} months"),
        }
    }
}

impl FromStr for CalendarLength {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        const MOST: u32 = 10_000;
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let read = || {
            let (number, unit) = text.split_at_checked(split)?;
            let number = number.parse::<u32>().ok().filter(|n| (1..=MOST).contains(n))?;
            match unit.trim_start() {
                "d" | "day" | "days" => Some(Self::Days(number)),
                "month" | "months" => Some(Self::Months(number)),
                _ => None,
            }
        };
        read().ok_or_else(|| {
            let shown: String = text.chars().flat_map(char::escape_debug).collect();
            UnknownValue(format!(
                "`{shown}` is not a length in days or months: write `60d` or `2 months`"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_back_and_knows_its_neighbours() {
        for text in ["2026-06", "2026-Q2", "2026", "2024-02"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        let previous = |text: &str| text.parse::<Period>().unwrap().previous().unwrap().to_string();
        assert_eq!(previous("2026-01"), "2025-12");
        assert_eq!(previous("2026-Q1"), "2025-Q4");
        assert_eq!("2024-02".parse::<Period>().unwrap().days(), 29);
        for bad in
            ["", "2026-13", "2026-Q5", "26", "2026-6", "2026-06-01", "٢٠٢٦", "2026-Q", "9999"]
        {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_month_in_a_zone_has_the_hours_that_its_clocks_show() {
        let hours = |text: &str, zone| {
            let (from, to) = text.parse::<Period>().unwrap().bounds(zone);
            to.since(from).as_seconds() / 3600
        };
        assert_eq!(hours("2026-03", Zone::of("Europe/Paris")), 743);
        assert_eq!(hours("2026-10", Zone::of("Europe/Paris")), 745);
        assert_eq!(hours("2026-Q1", Zone::of("Europe/Paris")), 90 * 24 - 1);
        assert_eq!(hours("2024", Zone::of("Europe/Paris")), 366 * 24);
    }

    #[test]
    fn a_length_is_of_the_calendar() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(
            "2 months".parse::<CalendarLength>().unwrap().after(day("2025-12-31")),
            day("2026-02-28")
        );
        assert_eq!(
            "60d".parse::<CalendarLength>().unwrap().after(day("2026-01-01")),
            day("2026-03-02")
        );
        for bad in ["", "d", "0d", "2m", "-1d", "2 weeks"] {
            assert!(bad.parse::<CalendarLength>().is_err(), "{bad}");
        }
    }
}
