//! Instants, spans and uncertain moments, in whole seconds.

mod bare_clock;
mod calendar;
mod clock_text;
mod context;
mod day_text;
pub mod duration;
mod error;
mod event_time;
mod exact;
pub mod format;
mod grammar;
mod local;
pub mod parse;
pub mod period;
mod posix_tz;
mod range;
mod resolve;
mod span_bounds;
mod text_cursor;
pub mod typed;
mod tzdb;
mod tzif;
mod zone;
mod zone_name;

#[cfg(test)]
mod tests;

pub use calendar::{Day, Month, Year};
pub use day_text::{month_named, weekday_named};
pub use error::{TimeChoice, TimeError, TimeErrorReason};
pub use event_time::{EventTime, EventTimeFields, TimeBounds, clock_bounds, day_start};
pub use exact::{read_day, read_instant};
pub use span_bounds::SpanBounds;
pub use tzdb::{TZDATA, UnknownZone, Zone, ZoneOffset};
pub use zone_name::{named_offsets, read_zone, zone_names};

use chrono::{DateTime, Datelike, FixedOffset, Offset, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use std::fmt;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
///
/// Always between the years 1 and 9999, so that adding a [`Span`] to it and
/// subtracting two of them cannot overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The first instant that can be held: 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800);
    /// The last instant that can be held: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// Returns the instant so many seconds after the Unix epoch, or none outside the years 1 to 9999.
    pub fn from_epoch(seconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&seconds).then_some(Self(seconds))
    }

    /// Returns the instant nearest to so many seconds after the Unix epoch.
    pub fn saturating(seconds: i64) -> Self {
        Self(seconds.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Returns the seconds since the Unix epoch.
    pub fn epoch(self) -> i64 {
        self.0
    }

    /// Returns the instant as a UTC date and time.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// Returns the instant on the clocks of `zone`.
    pub fn local(self, zone: Zone) -> DateTime<Zone> {
        self.utc().with_timezone(&zone)
    }

    /// Returns the instant as RFC 3339 in UTC, such as `2019-01-24T12:56:00Z`.
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Returns the instant so much later, kept within the years 1 to 9999.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self::saturating(self.0.saturating_add(span.0))
    }

    /// Returns the instant so much earlier, kept within the years 1 to 9999.
    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self::saturating(self.0.saturating_sub(span.0))
    }

    /// Returns the time from `earlier` to this instant; negative where it is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0 - earlier.0)
    }

    /// Returns the instant in the middle, rounded to the earlier second.
    pub fn middle(self, other: Self) -> Self {
        Self((self.0 + other.0).div_euclid(2))
    }
}

impl<Z: chrono::TimeZone> From<DateTime<Z>> for Instant {
    /// Drops parts of a second.
    fn from(at: DateTime<Z>) -> Self {
        Self::saturating(at.timestamp())
    }
}

impl Serialize for Instant {
    /// Writes RFC 3339 in UTC.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

/// A length of time in whole seconds; may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Returns a length of so many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns a length of so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// Returns a length of so many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// Returns the length in seconds.
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// Returns the sum of two lengths.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns the length less another; negative where the other is longer.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// A time with the offset that its writer meant, to the second.
///
/// The offset is a whole number of minutes, and the local year is within 1 to 9999, so that RFC 3339 can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OffsetTime {
    instant: Instant,
    offset: FixedOffset,
}

impl OffsetTime {
    /// Returns `instant` at an offset from UTC.
    ///
    /// Seconds of the offset (solar time, before 1972) are dropped, and so is all of it where the local year
    /// would be 0 or 10000: RFC 3339 has no text for either. The instant stays the same.
    pub fn at(instant: Instant, offset: FixedOffset) -> Self {
        let utc = Utc.fix();
        let minutes = offset.local_minus_utc().div_euclid(60);
        let offset = FixedOffset::east_opt(minutes.saturating_mul(60)).unwrap_or(utc);
        let year = instant.utc().with_timezone(&offset).year();
        Self { instant, offset: if (1..=9999).contains(&year) { offset } else { utc } }
    }

    /// Returns `at` as the clocks of `zone` show it.
    pub fn in_zone(at: Instant, zone: Zone) -> Self {
        Self::at(at, at.local(zone).offset().fix())
    }

    /// Returns the instant that is meant.
    pub fn instant(self) -> Instant {
        self.instant
    }

    /// Returns the date and time on the clocks that were meant.
    pub fn local(self) -> DateTime<FixedOffset> {
        self.instant.utc().with_timezone(&self.offset)
    }
}

impl fmt::Display for OffsetTime {
    /// Writes RFC 3339, `Z` for UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.local().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}
