//! A time somewhere between two: `12:40..13:10`.

use super::bare_clock::BareClock;
use super::context::ParseContext;
use super::error::quote;
use super::grammar::{ClockExpr, DayName, TimeExpr};
use super::resolve::{point, resolve};
use super::zone::Clocks;
use super::{Day, EventTime, OffsetTime, Span, TimeError, TimeErrorReason, zone_name};

/// The widest that two clocks may lie apart when midnight is taken to be between them.
const WIDEST: Span = Span::hours(12);

/// One side of a range.
struct RangeSide<'a> {
    point: TimeExpr<'a>,
    words: &'a str,
}

impl RangeSide<'_> {
    /// Returns the side with its clock in that zone.
    fn in_zone<'b>(&'b self, name: &'b str) -> RangeSide<'b> {
        let point = match self.point {
            TimeExpr::Clock(timed) => TimeExpr::Clock(ClockExpr { zone: Some(name), ..timed }),
            other => other,
        };
        RangeSide { point, words: self.words }
    }
}

/// The side that took its day from the other.
#[derive(Clone, Copy)]
enum DayBorrower {
    First,
    Last,
}

/// Reads a time between two others; the day and the zone of one side serve the other, over midnight too.
///
/// # Errors
///
/// Refuses what either side refuses, and a first side that is after the last.
pub(super) fn read(
    first: &str,
    last: &str,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let mut a = RangeSide { point: point(first, context)?, words: first };
    let mut b = RangeSide { point: point(last, context)?, words: last };
    let borrower = lend_day(&mut a.point, &mut b.point);
    let Some(name) = shared_zone(&a.point, &b.point) else {
        return read_sides(&a, &b, borrower, context);
    };
    zone_name::on(Some(name), context.zone, &|clocks| {
        let name = clocks.name();
        read_sides(&a.in_zone(&name), &b.in_zone(&name), borrower, context)
    })
}

/// Reads a range whose sides have lent each other what they had.
fn read_sides(
    a: &RangeSide<'_>,
    b: &RangeSide<'_>,
    borrower: Option<DayBorrower>,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    if let (TimeExpr::Clock(early), TimeExpr::Clock(late)) = (a.point, b.point)
        && early.day.is_none()
    {
        return between_clocks(early, late, [a, b], context);
    }
    let (start, end) = (resolve(&a.point, a.words, context), resolve(&b.point, b.words, context));
    let (start, end) = match (start, end) {
        (Ok(start), Ok(end)) => (start, end),
        (Ok(start), Err(refusal)) => return Err(refusal.refit(|end| join(start, end, context))),
        (Err(refusal), end) => {
            let end = end.ok();
            return Err(refusal.refit(|start| join(start, end?, context)));
        }
    };
    if let Some(stamp) = join(start, end, context) {
        return Ok(stamp);
    }
    let stamp = match borrower {
        None => None,
        Some(DayBorrower::First) => join(moved(a, start, Day::previous, context)?, end, context),
        Some(DayBorrower::Last) => join(start, moved(b, end, Day::next, context)?, context),
    };
    stamp.filter(|stamp| is_narrow(*stamp, context)).ok_or_else(|| backwards(a, b))
}

/// Reads two clocks without a date: the last by now and the incident, the first before it.
fn between_clocks(
    early: ClockExpr<'_>,
    late: ClockExpr<'_>,
    sides: [&RangeSide<'_>; 2],
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let [a, b] = sides;
    let start = |end: EventTime| {
        let last = end.moment(context.zone).earliest();
        let look_up = |clocks: Clocks| {
            BareClock { clock: early.clock, clocks }
                .latest(last)
                .map(|at| EventTime::exact(clocks.write(at)))
        };
        zone_name::on(early.zone, context.zone, &look_up)
    };
    let fits =
        |stamp: &EventTime| early.clock.time <= late.clock.time || is_narrow(*stamp, context);
    let whole = |end| join(start(end).ok()?, end, context).filter(fits);
    let end = resolve(&b.point, b.words, context).map_err(|refusal| refusal.refit(whole))?;
    let start = start(end).map_err(|refusal| refusal.refit(|start| join(start, end, context)))?;
    join(start, end, context).filter(fits).ok_or_else(|| backwards(a, b))
}

/// Returns the words for the zone that both sides are read in, if one alone is named.
fn shared_zone<'a>(a: &TimeExpr<'a>, b: &TimeExpr<'a>) -> Option<&'a str> {
    let zone = |point: &TimeExpr<'a>| match point {
        TimeExpr::Clock(timed) => timed.zone,
        _ => None,
    };
    match (zone(a), zone(b)) {
        (Some(a), Some(b)) => Some(a).filter(|a| a.eq_ignore_ascii_case(b)),
        (a, b) => a.or(b),
    }
}

/// Gives the day of one side to the clock of the other, where that has none.
fn lend_day(a: &mut TimeExpr<'_>, b: &mut TimeExpr<'_>) -> Option<DayBorrower> {
    match (a, b) {
        (
            TimeExpr::Clock(ClockExpr { day: Some(day), .. }) | TimeExpr::Day(day),
            TimeExpr::Clock(ClockExpr { day: none @ None, .. }),
        ) => {
            *none = Some(*day);
            Some(DayBorrower::Last)
        }
        (
            TimeExpr::Clock(ClockExpr { day: none @ None, .. }),
            TimeExpr::Clock(ClockExpr { day: Some(day), .. }) | TimeExpr::Day(day),
        ) => {
            *none = Some(*day);
            Some(DayBorrower::First)
        }
        (_, _) => None,
    }
}

/// Returns the clock of a side on the day before or after the one that it was read on.
fn moved(
    side: &RangeSide<'_>,
    read: EventTime,
    step: fn(Day) -> Option<Day>,
    context: &ParseContext,
) -> Result<EventTime, TimeError> {
    let (TimeExpr::Clock(timed), EventTime::At { time, .. }) = (side.point, read) else {
        return Ok(read);
    };
    let day = Day::new(time.local().date_naive()).and_then(step);
    let Some(day) = day.map(DayName::On) else { return Ok(read) };
    resolve(&TimeExpr::Clock(ClockExpr { day: Some(day), ..timed }), side.words, context)
}

/// Returns all the time from the beginning of one stamp to the end of the other, if there is any.
fn join(start: EventTime, end: EventTime, context: &ParseContext) -> Option<EventTime> {
    let written = |stamp, at| match stamp {
        EventTime::At { time, .. } => time,
        _ => OffsetTime::in_zone(at, context.zone),
    };
    let (from, to) = (start.moment(context.zone), end.moment(context.zone));
    // Of a day that is not over yet, only the past can be meant.
    let to = context
        .now
        .filter(|now| to.earliest() <= *now)
        .map_or(to.latest(), |now| to.latest().min(now));
    let (from, to) = (written(start, from.earliest()), written(end, to));
    (from.instant() <= to.instant()).then_some(EventTime::Between(from, to))
}

/// Returns whether the two sides lie so near that midnight may be between them.
fn is_narrow(stamp: EventTime, context: &ParseContext) -> bool {
    let moment = stamp.moment(context.zone);
    moment.latest().since(moment.earliest()) <= WIDEST
}

fn backwards(a: &RangeSide<'_>, b: &RangeSide<'_>) -> TimeError {
    let message = format!("{} is after {}.", quote(a.words), quote(b.words));
    TimeError::new(
        TimeErrorReason::Backwards,
        message,
        "Write the earlier time first, and each with its date if midnight is between.",
    )
}
