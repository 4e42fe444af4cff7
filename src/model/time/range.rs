//! A time somewhere between two: `12:40..13:10`.

use super::bare_clock::BareClock;
use super::clock_text::ClockTime;
use super::context::ParseContext;
use super::day_text::DayName;
use super::error::quote;
use super::format::spoken;
use super::grammar::{self, ClockExpr, TimeExpr};
use super::resolve::{point, resolve};
use super::zone::Clocks;
use super::{Day, EventTime, OffsetTime, Span, TimeChoice, TimeError, TimeErrorReason, zone_name};
use chrono::{NaiveTime, Timelike};

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
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let mut a = RangeSide { point: point(first, context)?, words: first };
    let mut b = RangeSide { point: point(last, context)?, words: last };
    if let (TimeExpr::Clock(early), TimeExpr::Clock(late)) = (&mut a.point, &b.point) {
        early.clock.time = in_half_of(early.clock, late.clock);
    }
    let borrower = lend_day(&mut a.point, &mut b.point);
    let Some(name) = shared_zone(&a.point, &b.point) else {
        return read_sides(&a, &b, borrower, context);
    };
    zone_name::on(Some(name), context, &|clocks| {
        let name = clocks.name();
        read_sides(&a.in_zone(&name), &b.in_zone(&name), borrower, context)
    })
}

/// Returns the first clock of `3:20..3:30pm`, in the half of the day in which it is nearest before the last.
fn in_half_of(early: ClockTime, late: ClockTime) -> NaiveTime {
    let hour = early.time.hour();
    if early.half_typed || early.ends_day || !late.half_typed || !(1..=12).contains(&hour) {
        return early.time;
    }
    let halves = [hour % 12, hour % 12 + 12].map(|hour| early.time.with_hour(hour));
    let halves = halves.into_iter().flatten();
    halves.filter(|time| *time <= late.time).max().unwrap_or(early.time)
}

/// Splits `12:40-13:10` into its two clocks; none where the text is anything else, such as a time with its offset.
///
/// # Errors
///
/// Refuses what may be either, with both.
pub(super) fn dashed<'w>(
    words: &'w str,
    context: &ParseContext<'_>,
) -> Result<Option<(&'w str, &'w str)>, TimeError> {
    let parts = words.char_indices().filter(|(_, c)| matches!(c, '-' | '–' | '—'));
    let mut sides = parts.filter_map(|(at, dash)| {
        let (first, rest) = words.split_at_checked(at)?;
        let last = rest.strip_prefix(dash)?;
        let early = clock(first).filter(|early| early.zone.is_none())?;
        let late = clock(last).filter(|late| late.day.is_none())?;
        Some((first, last, dash, early, late))
    });
    let Some((first, last, dash, early, late)) = sides.next_back() else { return Ok(None) };
    let whole = Some((first.trim_end(), last.trim_start()));
    let iso = matches!(first.as_bytes().get(10), Some(b'T' | b't'));
    if dash != '-' || last.starts_with(' ') || !(iso || is_offset(last)) {
        return Ok(whole);
    }
    if first.ends_with(' ') {
        return Ok(None);
    }
    let onwards = early.clock.time < late.clock.time;
    let night = NaiveTime::signed_duration_since(late.clock.time, early.clock.time);
    let narrow = onwards || night.num_seconds() + 86_400 <= WIDEST.as_seconds();
    match early.day {
        _ if iso || early.clock.to_the_second || !narrow => Ok(None),
        None if onwards => Ok(whole),
        None | Some(_) => Err(range_or_offset(words, whole, context)),
    }
}

fn clock(text: &str) -> Option<ClockExpr<'_>> {
    match grammar::point(text.trim()) {
        Ok(Some(TimeExpr::Clock(clock))) => Some(clock),
        Ok(_) | Err(_) => None,
    }
}

/// Returns whether the text behind a dash is an offset that some clocks have: `05:00`, `03:30`.
fn is_offset(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    let hours = hours.parse::<u8>().ok().filter(|_| hours.len() == 2);
    hours.is_some_and(|hours| hours <= 12) && matches!(minutes, "00" | "30")
}

/// Refuses `23:00-05:00`, which may go over midnight or be a clock west of Greenwich.
fn range_or_offset(
    words: &str,
    sides: Option<(&str, &str)>,
    context: &ParseContext<'_>,
) -> TimeError {
    let range = sides.and_then(|(first, last)| read(first, last, context).ok());
    let offset = point(words, context).and_then(|point| resolve(&point, words, context)).ok();
    let message = format!("{} may be a range, or a time with its offset.", quote(words));
    let next = "Write a range with `..` in its middle, or the whole time as RFC 3339.";
    let choices = [(range, "a range"), (offset, "with its offset")].into_iter();
    let choices = choices
        .filter_map(|(stamp, label)| Some(TimeChoice { stamp: stamp?, label: label.into() }));
    TimeError::new(TimeErrorReason::RangeOrOffset, message, next).with_choices(choices.collect())
}

/// Reads a range whose sides have lent each other what they had.
fn read_sides(
    a: &RangeSide<'_>,
    b: &RangeSide<'_>,
    borrower: Option<DayBorrower>,
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    if let (TimeExpr::Clock(early), TimeExpr::Clock(late)) = (a.point, b.point)
        && early.day.is_none()
    {
        return between_clocks(early, late, [a, b], context);
    }
    let (start, end) = (resolve(&a.point, a.words, context), resolve(&b.point, b.words, context));
    let (start, end) = match (start, end) {
        (Ok(start), Ok(end)) => (start, end),
        (start, end) => {
            let ends = readings(&end);
            let starts = readings(&start);
            let pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| (*start, *end)));
            let whole = pairs.filter_map(|(start, end)| join(start, end, context));
            let refusal = start.err().or(end.err());
            return Err(refused(refusal, whole).unwrap_or_else(|| backwards(a, b)));
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

/// Returns the times that one side may mean: the one that was read, or the choices of its refusal.
fn readings(side: &Result<EventTime, TimeError>) -> Vec<EventTime> {
    match side {
        Ok(stamp) => vec![*stamp],
        Err(refusal) => refusal.choices().iter().map(|choice| choice.stamp).collect(),
    }
}

/// Returns the refusal of one side with whole ranges as its choices.
fn refused(
    refusal: Option<TimeError>,
    whole: impl Iterator<Item = EventTime>,
) -> Option<TimeError> {
    let refusal = refusal?;
    if refusal.choices().is_empty() {
        return Some(refusal);
    }
    let label = |stamp| match stamp {
        EventTime::Between(from, to) => format!("{} to {}", spoken(from), spoken(to)),
        _ => String::new(),
    };
    let mut choices: Vec<TimeChoice> = vec![];
    for stamp in whole {
        if !choices.iter().any(|known| known.stamp == stamp) {
            choices.push(TimeChoice { stamp, label: label(stamp) });
        }
    }
    Some(refusal.with_choices(choices))
}

/// Reads two clocks without a date; where they are refused, both on the machine's clocks are choices too.
fn between_clocks(
    early: ClockExpr<'_>,
    late: ClockExpr<'_>,
    sides: [&RangeSide<'_>; 2],
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let machine = context.machine_zone.filter(|_| early.zone.or(late.zone).is_none());
    let Some(zone) = machine.filter(|zone| *zone != context.zone) else {
        return on_one_zones_clocks(early, late, sides, context);
    };
    let here = ParseContext { machine_zone: None, ..*context };
    on_one_zones_clocks(early, late, sides, &here).map_err(|refusal| match refusal.reason() {
        TimeErrorReason::FarOff | TimeErrorReason::Outside | TimeErrorReason::Future => {
            let there = on_one_zones_clocks(early, late, sides, &ParseContext { zone, ..here });
            let all = refusal.choices().iter().map(|choice| choice.stamp);
            let all: Vec<_> = all.chain(readings(&there)).collect();
            refused(Some(refusal.clone()), all.into_iter()).unwrap_or(refusal)
        }
        _ => refusal,
    })
}

/// Reads two clocks without a date: the last by now and the incident, the first before it.
fn on_one_zones_clocks(
    early: ClockExpr<'_>,
    late: ClockExpr<'_>,
    sides: [&RangeSide<'_>; 2],
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let [a, b] = sides;
    let start = |end: EventTime| {
        let last = end.moment(context.zone).earliest();
        let zone_named = early.zone.is_some();
        let look_up = |clocks: Clocks| {
            BareClock { clock: early.clock, clocks, zone_named }
                .latest(last)
                .map(|at| EventTime::exact(clocks.write(at)))
        };
        zone_name::on(early.zone, context, &look_up)
    };
    let fits =
        |stamp: &EventTime| early.clock.time <= late.clock.time || is_narrow(*stamp, context);
    let end = resolve(&b.point, b.words, context);
    let mut first_refusal = end.as_ref().err().cloned();
    let mut whole = vec![];
    for end in readings(&end) {
        let start = start(end);
        let found = readings(&start).into_iter().filter_map(|start| join(start, end, context));
        whole.extend(found.filter(fits));
        first_refusal = first_refusal.or(start.err());
    }
    match (first_refusal, whole.first()) {
        (None, Some(stamp)) => Ok(*stamp),
        (None, None) => Err(backwards(a, b)),
        (refusal, _) => Err(refused(refusal, whole.into_iter()).unwrap_or_else(|| backwards(a, b))),
    }
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
    context: &ParseContext<'_>,
) -> Result<EventTime, TimeError> {
    let (TimeExpr::Clock(timed), EventTime::At { time, .. }) = (side.point, read) else {
        return Ok(read);
    };
    let day = Day::new(time.local().date_naive()).and_then(step);
    let Some(day) = day.map(DayName::On) else { return Ok(read) };
    resolve(&TimeExpr::Clock(ClockExpr { day: Some(day), ..timed }), side.words, context)
}

/// Returns all the time from the beginning of one stamp to the end of the other, if there is any.
fn join(start: EventTime, end: EventTime, context: &ParseContext<'_>) -> Option<EventTime> {
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
fn is_narrow(stamp: EventTime, context: &ParseContext<'_>) -> bool {
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
