//! The time of an event as its writer meant it, and what it says about the true moment.

use super::{Instant, Span, Written, Zone};
use chrono::{Datelike, NaiveDate, TimeZone};

/// When something happened, as far as its writer knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// A time, uncertain by `within` either way.
    At {
        /// The time with the offset that was meant.
        time: Written,
        /// The uncertainty either way; zero where the time is exact.
        within: Span,
    },
    /// Somewhere between two times, the first not after the second.
    Between(Written, Written),
    /// Some time on that day, in the incident's zone.
    Day(NaiveDate),
    /// Some time in the month that begins on that day.
    Month(NaiveDate),
    /// Some time in the year that begins on that day.
    Year(NaiveDate),
}

/// The bounds of a moment: its earliest, nominal and latest instant, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    earliest: Instant,
    latest: Instant,
}

impl Moment {
    /// Returns a moment that is known to the second.
    pub fn exact(at: Instant) -> Self {
        Self { earliest: at, latest: at }
    }

    /// Returns a moment somewhere between two instants, whichever is given first.
    pub fn between(a: Instant, b: Instant) -> Self {
        Self { earliest: a.min(b), latest: a.max(b) }
    }

    /// Returns the earliest instant that it can have been.
    pub fn earliest(self) -> Instant {
        self.earliest
    }

    /// Returns the latest instant that it can have been.
    pub fn latest(self) -> Instant {
        self.latest
    }

    /// Returns the instant to reckon with: the middle of the two.
    pub fn nominal(self) -> Instant {
        self.earliest.middle(self.latest)
    }

    /// Returns whether the moment is known to the second.
    pub fn is_exact(self) -> bool {
        self.earliest == self.latest
    }
}

impl Stamp {
    /// Returns an exact time.
    pub fn exact(time: Written) -> Self {
        Self::At { time, within: Span::ZERO }
    }

    /// Returns the bounds of the moment; a day, month or year is one of `zone`.
    pub fn moment(self, zone: Zone) -> Moment {
        match self {
            Self::At { time, within } => {
                Moment::between(time.instant().minus(within), time.instant().plus(within))
            }
            Self::Between(a, b) => Moment::between(a.instant(), b.instant()),
            Self::Day(_) | Self::Month(_) | Self::Year(_) => {
                let (from, to) = self.days();
                Moment::between(day_start(from, zone), day_start(to, zone).minus(Span::seconds(1)))
            }
        }
    }

    /// Returns the instant that orders events: the nominal time, or the beginning of a day, month or year.
    pub fn order(self, zone: Zone) -> Instant {
        match self {
            Self::Day(_) | Self::Month(_) | Self::Year(_) => self.moment(zone).earliest(),
            Self::At { .. } | Self::Between(..) => self.moment(zone).nominal(),
        }
    }

    /// Returns the first day meant and the first day after it.
    fn days(self) -> (NaiveDate, NaiveDate) {
        let (day, next) = match self {
            Self::Day(day) => (day, day.succ_opt()),
            Self::Month(day) => (day, day.checked_add_months(chrono::Months::new(1))),
            Self::Year(day) => (day, NaiveDate::from_ymd_opt(day.year() + 1, 1, 1)),
            Self::At { .. } | Self::Between(..) => (NaiveDate::MAX, None),
        };
        (day, next.unwrap_or(NaiveDate::MAX))
    }
}

/// Returns the first instant of a day on the clocks of `zone`, also where midnight itself is skipped.
pub fn day_start(day: NaiveDate, zone: Zone) -> Instant {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    if let Some(at) = zone.from_local_datetime(&midnight).earliest() {
        return at.into();
    }
    // A skipped midnight: the day begins where the clocks land, within a day of the gap.
    let before = Instant::from(midnight.and_utc()).minus(Span::hours(26));
    let mut bounds = (before.epoch(), before.plus(Span::hours(52)).epoch());
    while bounds.1 - bounds.0 > 1 {
        let half = (bounds.0 + bounds.1).div_euclid(2);
        let reached = Instant::saturating(half).local(zone).naive_local() >= midnight;
        bounds = if reached { (bounds.0, half) } else { (half, bounds.1) };
    }
    Instant::saturating(bounds.1)
}
