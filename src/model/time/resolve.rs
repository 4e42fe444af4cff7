//! One time by its form, and when that is on the clocks that it names.

use super::bare_clock::BareClock;
use super::clock_text::{ClockText, ClockTime};
use super::context::{IncidentWindow, ParseContext};
use super::day_text::{DayName, no_such};
use super::error::quote;
use super::grammar::{self, ClockExpr, TimeExpr};
use super::zone::Clocks;
use super::{
    Day, EventTime, Instant, OffsetTime, TimeChoice, TimeError, TimeErrorReason, Year, day_start,
};
use super::{local, zone_name};
use chrono::{Datelike, Days, NaiveDate};

/// Reads one time by its form.
pub(super) fn point<'a>(
    words: &'a str,
    context: &ParseContext<'_>,
) -> Result<TimeExpr<'a>, TimeError> {
    grammar::point(words)?.ok_or_else(|| no_form(words, context))
}

/// Looks a time up on the clocks that it names.
pub(super) fn resolve(
    point: &TimeExpr<'_>,
    words: &str,
    context: &ParseContext<'_>,
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
        TimeExpr::Epoch(at) => here(Some(at)),
        TimeExpr::Clock(timed) => {
            zone_name::on(timed.zone, context, &|clocks| clock_on(timed, clocks, words, context))
        }
        TimeExpr::Day(name) => {
            day_on(name, Clocks::Zone(context.zone), words, context).map(EventTime::Day)
        }
        TimeExpr::Month(month) => Ok(EventTime::Month(month)),
        TimeExpr::FourDigits(number) => four_digits(number, words, context),
        // A file holds its years as digits alone.
        TimeExpr::Year(_) if context.now.is_none() => Err(no_form(words, context)),
        TimeExpr::Year(year) => Ok(EventTime::Year(year)),
    }
}

/// Reads four digits alone: a year in a file and as a period, and of an event perhaps a clock without its colon.
fn four_digits(
    number: u32,
    words: &str,
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let year = i32::try_from(number).ok().and_then(Year::new);
    let clock = ClockText::of_digits(number / 100, number % 100, None).check(words).ok();
    let clock = clock.filter(|clock| !clock.ends_day);
    let of_event = context.around != IncidentWindow::Nothing;
    match (context.now, clock, year) {
        (Some(now), Some(clock), year) if of_event => Err(year_or_clock(clock, year, now, context)),
        (Some(_), _, Some(year)) if number < 1970 => Err(old_year(words, year)),
        (_, _, Some(year)) => Ok(EventTime::Year(year)),
        (_, _, None) => Err(no_such(words, "Years go from 0001 to 9999.")),
    }
}

/// Refuses four digits that are a clock without its colon as well as a year.
fn year_or_clock(
    clock: ClockTime,
    year: Option<Year>,
    now: Instant,
    context: &ParseContext<'_>,
) -> TimeError {
    let colon = clock.time.format("%H:%M").to_string();
    let digits = clock.time.format("%H%M").to_string();
    // Before there were computers on call, nobody means a year.
    let can_be = |year: &Year| {
        let begin = day_start(year.first().date(), context.zone);
        year.first().date().year() >= 1970 && (context.allow_future || begin <= now)
    };
    let year = year.filter(can_be).map(EventTime::Year);
    let (also, write) = match year {
        Some(_) => (format!(" or the year {digits}"), format!(" or `year {digits}`")),
        None => (" without its colon".to_owned(), String::new()),
    };
    let refusal = TimeError::new(
        TimeErrorReason::YearOrClock,
        format!("{} may be {colon}{also}.", quote(&digits)),
        format!("Write `{colon}`{write}."),
    );
    let clocks = Clocks::Zone(context.zone);
    let refusal = match (BareClock { clock, clocks, zone_named: false }).read(now, context) {
        Ok(at) => refusal.or(EventTime::exact(at), colon),
        Err(other) => refusal.or_all(other.choices().iter().cloned()),
    };
    year.into_iter().fold(refusal, |refusal, year| refusal.or(year, format!("the year {digits}")))
}

/// Looks up a clock on the clocks of its zone.
fn clock_on(
    timed: ClockExpr<'_>,
    clocks: Clocks,
    words: &str,
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let now = || context.now.ok_or_else(|| relative(words));
    let zone_named = timed.zone.is_some();
    let time = match timed.day {
        Some(name) => {
            let day = day_on(name, clocks, words, context);
            let day = day.map_err(|refusal| on_each_day(refusal, timed.clock, clocks))?;
            local::read(day, timed.clock, clocks)?
        }
        None if timed.clock.ends_day => return Err(no_day(words)),
        None => BareClock { clock: timed.clock, clocks, zone_named }.read(now()?, context)?,
    };
    Ok(EventTime::exact(time))
}

/// Returns the day that is meant, as the clocks have it.
fn day_on(
    name: DayName,
    clocks: Clocks,
    words: &str,
    context: &ParseContext<'_>,
) -> Result<Day, TimeError> {
    let today = || context.now.map(|now| clocks.date(now)).ok_or_else(|| relative(words));
    let (today, back) = match name {
        DayName::On(day) => return Ok(day),
        DayName::InSomeYear { month, day } => {
            return in_some_year([month, day], today()?, clocks, context);
        }
        DayName::Today => (today()?, 0),
        DayName::Yesterday => (today()?, 1),
        DayName::Last(weekday) => (today()?, today()?.weekday().days_since(weekday)),
    };
    today.checked_sub_days(Days::new(back.into())).and_then(Day::new).ok_or_else(|| beyond(words))
}

/// Returns the day without its year that lies in an incident that is over, else the latest one up to today.
fn in_some_year(
    [month, day]: [u32; 2],
    today: NaiveDate,
    clocks: Clocks,
    context: &ParseContext<'_>,
) -> Result<Day, TimeError> {
    let newest_first = |from: i32, to: i32| {
        (from.max(1)..=to).rev().filter_map(move |year| Day::of(year, month, day))
    };
    // A 29 February may be eight years ago.
    let latest = || newest_first(today.year() - 8, today.year()).find(|day| day.date() <= today);
    let IncidentWindow::Over { first, last } = context.around else {
        let next =
            || (today.year()..=today.year() + 8).filter_map(|year| Day::of(year, month, day));
        let ahead = context.allow_future.then(|| next().find(|day| day.date() >= today)).flatten();
        return ahead.or_else(latest).ok_or_else(|| beyond(&format!("{month:02}-{day:02}")));
    };
    let [from, to] = [first, last].map(|at| clocks.date(at));
    let mut seen = newest_first(from.year(), to.year() + 1).filter(|day| {
        // Its review may begin the day after.
        from <= day.date() && day.date().pred_opt().is_some_and(|before| before <= to)
    });
    match (seen.next(), seen.next()) {
        (Some(day), None) => Ok(day),
        (_, _) => {
            let near = newest_first(from.year() - 1, to.year() + 1);
            let near = near.filter(|day| context.allow_future || day.date() <= today);
            Err(outside([month, day], &near.take(4).collect::<Vec<_>>()))
        }
    }
}

/// Gives the days that a refusal offers the clock that was typed with them.
fn on_each_day(refusal: TimeError, clock: ClockTime, clocks: Clocks) -> TimeError {
    let timed = refusal.refit(|stamp| match stamp {
        EventTime::Day(day) => local::read(day, clock, clocks).ok().map(EventTime::exact),
        _ => None,
    });
    let choices = timed.choices().to_vec();
    timed.with_choices(choices)
}

/// Refuses a day without its year that an incident did not see, or saw more than once.
fn outside([month, day]: [u32; 2], near: &[Day]) -> TimeError {
    let message = format!(
        "{month:02}-{day:02} of which year is not clear: the incident didn't see it just once."
    );
    let refusal = TimeError::new(TimeErrorReason::Outside, message, "Write its year too.");
    let choice = |day: &Day| TimeChoice { stamp: EventTime::Day(*day), label: day.to_string() };
    refusal.with_choices(near.iter().map(choice).collect())
}

/// Refuses `24:00` without its day: it is the same as the midnight after it.
fn no_day(words: &str) -> TimeError {
    let message = format!("{} ends a day, and names none.", quote(words));
    TimeError::new(TimeErrorReason::NoSuchTime, message, "Write `00:00`, or the day before it.")
}

/// Refuses a text that has no form of a time.
fn no_form(words: &str, context: &ParseContext<'_>) -> TimeError {
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
