//! The time of an event as its writer meant it, and what it says about the true moment.

use super::zone::{Clocks, LocalReading, epoch};
use super::{Day, Instant, Month, OffsetTime, Span, Year, Zone, duration};
use chrono::{NaiveDate, NaiveTime, Offset, TimeZone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

/// When something happened, as far as its writer knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventTime {
    /// A time, uncertain by `within` either way.
    At {
        /// The time with the offset that was meant.
        time: OffsetTime,
        /// The uncertainty either way; zero where the time is exact.
        within: Span,
    },
    /// Somewhere between two times, the first not after the second.
    Between(OffsetTime, OffsetTime),
    /// Some time on that day, in the incident's zone.
    Day(Day),
    /// Some time in that month, in the incident's zone.
    Month(Month),
    /// Some time in that year, in the incident's zone.
    Year(Year),
}

/// The bounds of a moment: its earliest, nominal and latest instant, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeBounds {
    earliest: Instant,
    latest: Instant,
}

impl TimeBounds {
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

    /// Returns the instant to compute with: the middle of the two.
    pub fn nominal(self) -> Instant {
        self.earliest.middle(self.latest)
    }

    /// Returns whether the moment is known to the second.
    pub fn is_exact(self) -> bool {
        self.earliest == self.latest
    }
}

impl Serialize for TimeBounds {
    /// Writes the nominal time as `at`, beside its bounds.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("TimeBounds", 3)?;
        fields.serialize_field("at", &self.nominal())?;
        fields.serialize_field("earliest", &self.earliest)?;
        fields.serialize_field("latest", &self.latest)?;
        fields.end()
    }
}

impl EventTime {
    /// Returns an exact time.
    pub fn exact(time: OffsetTime) -> Self {
        Self::At { time, within: Span::ZERO }
    }

    /// Returns the bounds of the moment; a day, month or year is one of `zone`.
    pub fn moment(self, zone: Zone) -> TimeBounds {
        match self {
            Self::At { time, within } => {
                TimeBounds::between(time.instant().minus(within), time.instant().plus(within))
            }
            Self::Between(a, b) => TimeBounds::between(a.instant(), b.instant()),
            Self::Day(day) => whole(day.bounds(), zone),
            Self::Month(month) => whole(month.bounds(), zone),
            Self::Year(year) => whole(year.bounds(), zone),
        }
    }

    /// Returns the instant that orders events: the nominal time, or the beginning of a day, month or year.
    pub fn order(self, zone: Zone) -> Instant {
        match self {
            Self::Day(_) | Self::Month(_) | Self::Year(_) => self.moment(zone).earliest(),
            Self::At { .. } | Self::Between(..) => self.moment(zone).nominal(),
        }
    }

    /// Returns the instant by which it stands among others where people read: that of a range is its beginning.
    pub fn shown_from(self, zone: Zone) -> Instant {
        match self {
            Self::Between(from, _) => from.instant(),
            Self::At { .. } | Self::Day(_) | Self::Month(_) | Self::Year(_) => self.order(zone),
        }
    }

    /// Returns the keys and texts that a file holds for it.
    pub fn fields(self) -> EventTimeFields {
        let at = |at: String| EventTimeFields::At { at, within: None };
        match self {
            Self::At { time, within } => EventTimeFields::At {
                at: time.to_string(),
                within: (within != Span::ZERO).then(|| duration::compact(within)),
            },
            Self::Between(a, b) => {
                EventTimeFields::Between { between: [a.to_string(), b.to_string()] }
            }
            Self::Day(day) => at(day.to_string()),
            Self::Month(month) => at(month.to_string()),
            Self::Year(year) => at(year.to_string()),
        }
    }
}

/// A stamp as a file holds it: the texts behind its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventTimeFields {
    /// The keys `at` and, where the time is uncertain, `within`.
    At {
        /// RFC 3339, or a date, a month or a year; text to YAML, even where it looks like a number.
        at: String,
        /// The uncertainty either way, such as `5m`.
        within: Option<String>,
    },
    /// The key `between`.
    Between {
        /// The two times, the earlier first.
        between: [String; 2],
    },
}

impl fmt::Display for EventTimeFields {
    /// Writes the stamp as one phrase, as a person would type it and as [`phrase::read`] reads it.
    ///
    /// [`phrase::read`]: super::phrase::read
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { at, within: None } => f.write_str(at),
            Self::At { at, within: Some(within) } => write!(f, "{at}±{within}"),
            Self::Between { between: [a, b] } => write!(f, "{a}..{b}"),
        }
    }
}

/// Returns all of the time from the beginning of one day to the beginning of another.
fn whole((from, to): (NaiveDate, NaiveDate), zone: Zone) -> TimeBounds {
    let last = Instant::saturating(day_start_epoch(to, zone) - 1);
    TimeBounds::between(day_start(from, zone), last)
}

/// Returns the first instant of a day on the clocks of `zone`, also where midnight itself is skipped.
///
/// Where the zone skips the whole day, that is the first instant of the next one.
pub fn day_start(day: NaiveDate, zone: Zone) -> Instant {
    Instant::saturating(day_start_epoch(day, zone))
}

/// Returns the first and the last instant at which the clocks of `zone` show a minute of a day; of one that is skipped
/// both are the moment of the skip. Minute 1440 is the next day's midnight.
pub fn clock_bounds(day: NaiveDate, minute: u32, zone: Zone) -> (Instant, Instant) {
    let clock = day.and_time(NaiveTime::MIN) + chrono::Duration::minutes(minute.into());
    match Clocks::Zone(zone).read(clock) {
        LocalReading::Once(at) => (at, at),
        LocalReading::Twice(first, last) => (first, last),
        LocalReading::Never(gap) => (gap.jump, gap.jump),
        LocalReading::Beyond => {
            let at = epoch(clock, zone.offset_from_utc_datetime(&clock).fix());
            (Instant::saturating(at), Instant::saturating(at))
        }
    }
}

/// Returns the first second of a day since the Unix epoch, which may lie outside the years 1 to 9999.
fn day_start_epoch(day: NaiveDate, zone: Zone) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    match Clocks::Zone(zone).read(midnight) {
        LocalReading::Once(at) | LocalReading::Twice(at, _) => at.epoch(),
        LocalReading::Never(gap) => gap.jump.epoch(),
        LocalReading::Beyond => epoch(midnight, zone.offset_from_utc_datetime(&midnight).fix()),
    }
}
