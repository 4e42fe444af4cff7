//! One time by its form, and when that is on the clocks that it names.

use super::bare_clock::BareClock;
use super::context::ParseContext;
use super::error::quote;
use super::grammar::{self, ClockExpr, DayName, TimeExpr};
use super::zone::Clocks;
use super::{Day, EventTime, Instant, OffsetTime, TimeError, TimeErrorReason, Year};
use super::{local, zone_name};
use chrono::{Datelike, Days};

/// Reads one time by its form.
pub(super) fn point<'a>(words: &'a str, context: &ParseContext) -> Result<TimeExpr<'a>, TimeError> {
    grammar::point(words)?.ok_or_else(|| no_form(words, context))
}

/// Looks a time up on the clocks that it names.
pub(super) fn resolve(
    point: &TimeExpr<'_>,
    words: &str,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let now = || context.now.ok_or_else(|| relative(words));
    let here = |at: Option<Instant>| {
        let at = at.ok_or_else(|| beyond(words))?;
        Ok(EventTime::exact(OffsetTime::in_zone(at, context.zone)))
    };
    match *point {
        TimeExpr::Now => here(Some(now()?)),
        TimeExpr::Ago(span) => here(Instant::from_epoch(now()?.epoch() - span.as_seconds())),
        TimeExpr::AfterStart(span) => {
            let started = context.started.ok_or_else(|| no_start(words))?;
            here(Instant::from_epoch(started.epoch() + span.as_seconds()))
        }
        TimeExpr::Clock(timed) => zone_name::on(timed.zone, context.zone, &|clocks| {
            clock_on(timed, clocks, words, context)
        }),
        TimeExpr::Day(name) => {
            day_on(name, Clocks::Zone(context.zone), words, context).map(EventTime::Day)
        }
        TimeExpr::Month(month) => Ok(EventTime::Month(month)),
        TimeExpr::Year(year) if context.now.is_some() && year.first().date().year() < 1970 => {
            Err(old_year(words, year))
        }
        TimeExpr::Year(year) => Ok(EventTime::Year(year)),
    }
}

/// Looks up a clock on the clocks of its zone.
fn clock_on(
    timed: ClockExpr<'_>,
    clocks: Clocks,
    words: &str,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let now = || context.now.ok_or_else(|| relative(words));
    let time = match timed.day {
        Some(name) => local::read(day_on(name, clocks, words, context)?, timed.clock, clocks)?,
        None => BareClock { clock: timed.clock, clocks }.read(now()?, context)?,
    };
    Ok(EventTime::exact(time))
}

/// Returns the day that is meant, as the clocks have it.
fn day_on(
    name: DayName,
    clocks: Clocks,
    words: &str,
    context: &ParseContext,
) -> Result<Day, TimeError> {
    let today = || context.now.map(|now| clocks.date(now)).ok_or_else(|| relative(words));
    let (today, back) = match name {
        DayName::On(day) => return Ok(day),
        DayName::Today => (today()?, 0),
        DayName::Yesterday => (today()?, 1),
        DayName::Last(weekday) => (today()?, today()?.weekday().days_since(weekday)),
    };
    today.checked_sub_days(Days::new(back.into())).and_then(Day::new).ok_or_else(|| beyond(words))
}

/// Refuses a text that has no form of a time.
fn no_form(words: &str, context: &ParseContext) -> TimeError {
    let message = match words {
        "" => "There is no time here.".to_owned(),
        words => format!("{} is not a time.", quote(words)),
    };
    let dated =
        "`2019-01-24T12:56:00Z`, `24 Jan 2019 12:56 Europe/Paris`, `2019-01-24` or `2019-01`";
    let next = match context.now {
        Some(_) => format!(
            "Write `now`, `-7m`, `12:56`, `9pm GMT`, `yesterday 21:30`, `T+45m`, {dated}; \
             `~` before it means about, and `12:40..13:10` in between."
        ),
        None => format!("Write {dated}."),
    };
    TimeError::new(TimeErrorReason::NoForm, message, next)
}

/// Refuses a year alone before there were computers on call: `1256` is more often a clock without its colon.
fn old_year(words: &str, year: Year) -> TimeError {
    let message = format!("{} would be a whole year, long ago.", quote(words));
    TimeError::new(TimeErrorReason::NoForm, message, "Write a clock with its colon, as in `12:56`.")
        .or(EventTime::Year(year), format!("the year {year}"))
}

/// Refuses, in a file, words that mean another time whenever they are read.
fn relative(words: &str) -> TimeError {
    let message = format!(
        "{} depends on when it is read, and a file must always mean the same.",
        quote(words)
    );
    TimeError::new(
        TimeErrorReason::Relative,
        message,
        "Write the date too, as in `2019-01-24 12:56` or `2019-01-24T12:56:00+01:00`.",
    )
}

fn no_start(words: &str) -> TimeError {
    let message =
        format!("{} counts from the start of the incident, which is not known.", quote(words));
    TimeError::new(
        TimeErrorReason::NoStart,
        message,
        "Mark `started` first, or write the time itself.",
    )
}

fn beyond(words: &str) -> TimeError {
    let message = format!("{} is outside the years 1 to 9999.", quote(words));
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Check the year.")
}
