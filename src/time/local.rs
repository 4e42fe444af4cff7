//! A time of a day on the clocks of a zone, which daylight saving may skip or repeat.

use super::grammar::Clock;
use super::refusal::quote;
use super::show::spoken;
use super::zone::{Clocks, Gap, Local, instant, offset_words};
use super::{Day, Instant, Reason, Refusal, Stamp, Written};
use chrono::{FixedOffset, NaiveDateTime};

/// Reads a time of a day.
///
/// # Errors
///
/// Refuses a time that the clocks skip or show twice, with the two offsets to choose from.
pub(super) fn read(day: Day, clock: Clock, clocks: Clocks) -> Result<Written, Refusal> {
    let local = day.date().and_time(clock.time);
    match clocks.read(local) {
        Local::Once(at) => Ok(clocks.write(at)),
        Local::Twice(a, b) => Err(repeated(local, clocks, a, b)),
        Local::Never(gap) => Err(skipped(local, &gap)),
        Local::Beyond => {
            let message = format!("{} is outside the years 1 to 9999.", quote(&local.to_string()));
            Err(Refusal::new(Reason::NoSuchTime, message, "Check the year."))
        }
    }
}

/// Refuses a local time that came twice.
pub(super) fn repeated(local: NaiveDateTime, clocks: Clocks, a: Instant, b: Instant) -> Refusal {
    let message =
        format!("{} came twice, as the clocks were put back then.", quote(&minutes(local)));
    let (a, b) = (clocks.write(a), clocks.write(b));
    let next = format!("Write the first as `{a}` or the second as `{b}`.");
    Refusal::new(Reason::Repeated, message, next)
        .or(Stamp::exact(a), format!("the first, {}", spoken(a)))
        .or(Stamp::exact(b), format!("the second, {}", spoken(b)))
}

/// Refuses a local time that the clocks skipped.
pub(super) fn skipped(local: NaiveDateTime, gap: &Gap) -> Refusal {
    let message =
        format!("{} was skipped, as the clocks were put forward then.", quote(&minutes(local)));
    let read = |offset: FixedOffset| instant(local, offset).map(|at| Written::at(at, offset));
    let readings =
        [(read(gap.before), gap.before, "before"), (read(gap.after), gap.after, "after")];
    let texts: Vec<_> =
        readings.iter().filter_map(|(time, ..)| Some(format!("`{}`", (*time)?))).collect();
    let next = format!("Write {}, by the offset before or after the change.", texts.join(" or "));
    let refusal = Refusal::new(Reason::Skipped, message, next);
    readings.into_iter().fold(refusal, |refusal, (time, offset, side)| match time {
        Some(time) => refusal
            .or(Stamp::exact(time), format!("{}, as {side} the change", offset_words(offset))),
        None => refusal,
    })
}

fn minutes(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%d %H:%M").to_string()
}
