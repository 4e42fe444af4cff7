//! A time of a day on the clocks of a zone, which daylight saving may skip or repeat.

use super::clock_text::ClockTime;
use super::error::quote;
use super::format::spoken;
use super::zone::{ClockGap, Clocks, LocalReading, instant, offset_words};
use super::{Day, EventTime, Instant, OffsetTime, TimeError, TimeErrorReason};
use chrono::{FixedOffset, NaiveDateTime};

/// Reads a time of a day.
///
/// # Errors
///
/// Refuses a time that the clocks skip or show twice, with the two offsets to choose from.
pub(super) fn read(day: Day, clock: ClockTime, clocks: Clocks) -> Result<OffsetTime, TimeError> {
    let date = if clock.ends_day { day.date().succ_opt() } else { Some(day.date()) };
    let local = date.unwrap_or(day.date()).and_time(clock.time);
    match clocks.read(local) {
        LocalReading::Once(at) => Ok(clocks.write(at)),
        LocalReading::Twice(a, b) => Err(repeated(local, clocks, a, b)),
        LocalReading::Never(gap) => Err(skipped(local, &gap)),
        LocalReading::Beyond => {
            let message = format!("{} is outside the years 1 to 9999.", quote(&local.to_string()));
            Err(TimeError::new(TimeErrorReason::NoSuchTime, message, "Check the year."))
        }
    }
}

/// Refuses a local time that came twice.
pub(super) fn repeated(local: NaiveDateTime, clocks: Clocks, a: Instant, b: Instant) -> TimeError {
    let message =
        format!("{} came twice, as the clocks were put back then.", quote(&minutes(local)));
    let (a, b) = (clocks.write(a), clocks.write(b));
    let next = format!("Write the first as `{a}` or the second as `{b}`.");
    TimeError::new(TimeErrorReason::Repeated, message, next)
        .or(EventTime::exact(a), format!("the first, {}", spoken(a)))
        .or(EventTime::exact(b), format!("the second, {}", spoken(b)))
}

/// Refuses a local time that the clocks skipped.
pub(super) fn skipped(local: NaiveDateTime, gap: &ClockGap) -> TimeError {
    let message =
        format!("{} was skipped, as the clocks were put forward then.", quote(&minutes(local)));
    let read = |offset: FixedOffset| instant(local, offset).map(|at| OffsetTime::at(at, offset));
    let readings =
        [(read(gap.before), gap.before, "before"), (read(gap.after), gap.after, "after")];
    let texts: Vec<_> =
        readings.iter().filter_map(|(time, ..)| Some(format!("`{}`", (*time)?))).collect();
    let next = format!("Write {}, by the offset before or after the change.", texts.join(" or "));
    let refusal = TimeError::new(TimeErrorReason::Skipped, message, next);
    readings.into_iter().fold(refusal, |refusal, (time, offset, side)| match time {
        Some(time) => refusal
            .or(EventTime::exact(time), format!("{}, as {side} the change", offset_words(offset))),
        None => refusal,
    })
}

fn minutes(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%d %H:%M").to_string()
}
