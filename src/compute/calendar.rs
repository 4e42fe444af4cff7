//! Working time between two instants, on the clocks of a zone.

use crate::model::settings::{Calendar, Hours};
use crate::model::time::{Instant, Span, Zone};
use chrono::{Datelike, NaiveDate, Offset};

const DAY: i64 = 86_400;
/// The days from 0001-01-01, which chrono counts as 1, to 1970-01-01.
const EPOCH_DAY: i64 = 719_163;

/// Returns how much of the time from `from` to `to` is within the calendar's hours; zero where `to` is
/// not later.
///
/// An instant counts when the clocks of the zone, at that instant, show a time within the hours of a
/// working day that is no holiday. An hour that a daylight-saving change repeats counts twice, one that
/// it skips not at all. A calendar without a zone of its own is read in `zone`.
pub(crate) fn working_time(calendar: &Calendar, zone: Zone, from: Instant, to: Instant) -> Span {
    let zone = calendar.zone.unwrap_or(zone);
    let mut total = 0;
    let mut start = from;
    // Clocks change at most once a day, so that steps of a day find every change.
    while start < to {
        let end = to.min(start.plus(Span::seconds(DAY)));
        let change = clock_change(zone, start, end);
        for (a, b) in [(start, change), (change, end)] {
            let offset = offset(zone, a);
            total += working_seconds(calendar, a.epoch() + offset, b.epoch() + offset);
        }
        start = end;
    }
    Span::seconds(total)
}

/// Returns the intervals between two instants in which the clocks of a zone show a time within the hours.
///
/// As with [`working_time`], an hour that a daylight-saving change repeats is in twice, one that it skips
/// not at all.
pub(crate) fn open_stretches(
    hours: Hours,
    zone: Zone,
    from: Instant,
    to: Instant,
) -> Vec<(Instant, Instant)> {
    let mut open = vec![];
    let mut start = from;
    while start < to {
        let end = to.min(start.plus(Span::seconds(DAY)));
        let change = clock_change(zone, start, end);
        for (a, b) in [(start, change), (change, end)].into_iter().filter(|(a, b)| a < b) {
            let offset = offset(zone, a);
            let clock = |at: Instant| at.epoch() + offset;
            for day in clock(a).div_euclid(DAY)..=clock(b).div_euclid(DAY) {
                let minute = |minute: u32| {
                    let clock = day * DAY + i64::from(minute) * 60;
                    Instant::saturating(clock - offset).clamp(a, b)
                };
                if weekday(day).is_some_and(|d| hours.has(d)) {
                    open.push((minute(hours.from()), minute(hours.to())));
                }
            }
        }
        start = end;
    }
    open.retain(|(a, b)| a < b);
    open
}

fn weekday(day: i64) -> Option<chrono::Weekday> {
    let date = i32::try_from(day + EPOCH_DAY).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    date.map(|d| d.weekday())
}

/// Returns the seconds by which the clocks of a zone are ahead of UTC.
fn offset(zone: Zone, at: Instant) -> i64 {
    i64::from(at.local(zone).offset().fix().local_minus_utc())
}

/// Returns the first instant after `start` at which the clocks differ from those at `start`; `end` where
/// none does.
fn clock_change(zone: Zone, start: Instant, end: Instant) -> Instant {
    let before = offset(zone, start);
    if offset(zone, end) == before {
        return end;
    }
    let (mut same, mut changed) = (start, end);
    while changed.since(same) > Span::seconds(1) {
        let middle = same.middle(changed);
        let side = if offset(zone, middle) == before { &mut same } else { &mut changed };
        *side = middle;
    }
    changed
}

/// Counts working seconds between two readings of a clock, in seconds since it showed 1970-01-01 00:00.
fn working_seconds(calendar: &Calendar, from: i64, to: i64) -> i64 {
    let hours = &calendar.hours;
    let (opens, closes) = (i64::from(hours.from()) * 60, i64::from(hours.to()) * 60);
    let worked = |day: &i64| {
        let date =
            i32::try_from(day + EPOCH_DAY).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
        date.is_some_and(|d| hours.has(d.weekday()) && !calendar.holidays.contains(&d))
    };
    let days = from.div_euclid(DAY)..=to.div_euclid(DAY);
    let within = |day: i64| ((day * DAY + closes).min(to) - (day * DAY + opens).max(from)).max(0);
    days.filter(worked).map(within).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
    }

    fn calendar(days: [bool; 7], from: u32, to: u32, zone: Option<Zone>) -> Calendar {
        let holidays = vec!["2026-12-25".parse().unwrap(), "2026-03-30".parse().unwrap()];
        Calendar { hours: Hours::new(days, from, to).unwrap(), zone, holidays }
    }

    const WEEK: [bool; 7] = [true, true, true, true, true, false, false];

    #[test]
    fn only_hours_of_working_days_count() {
        let support = calendar(WEEK, 600, 1020, Some(Zone::of("Europe/London")));
        let worked = |from, to| working_time(&support, Zone::UTC, at(from), at(to));
        let friday = worked("2026-11-20T16:30:00Z", "2026-11-23T10:20:00Z");
        assert_eq!(friday, Span::minutes(50));
        assert_eq!(worked("2026-12-24T17:00:00Z", "2026-12-28T10:00:00Z"), Span::ZERO);
        assert_eq!(worked("2026-07-01T08:00:00Z", "2026-07-01T10:00:00Z"), Span::hours(1));
        assert_eq!(worked("2026-07-01T10:00:00Z", "2026-07-01T08:00:00Z"), Span::ZERO);
    }

    #[test]
    fn a_skipped_hour_does_not_count_and_a_repeated_one_counts_twice() {
        let always = calendar([true; 7], 60, 240, Some(Zone::of("Europe/Paris")));
        let worked = |from, to| working_time(&always, Zone::UTC, at(from), at(to));
        assert_eq!(worked("2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), Span::hours(2));
        assert_eq!(worked("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), Span::hours(4));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn working_time_is_what_counting_minutes_finds(
            start in 0_i64..(366 * 1440), length in 0_i64..(9 * 1440),
            days in prop::array::uniform7(any::<bool>()),
            from in 0_u32..1440, hours in 1_u32..1440, zone in 0_usize..6,
        ) {
            let zone = [
                Zone::UTC, Zone::of("Europe/Paris"), Zone::of("America/New_York"),
                Zone::of("Australia/Lord_Howe"), Zone::of("Africa/Cairo"), Zone::of("America/Santiago"),
            ][zone];
            let calendar = calendar(days, from, (from + hours).min(1440), None);
            let start = at("2026-01-01T00:00:00Z").plus(Span::minutes(start));
            let counts = |minute: &i64| {
                let local = start.plus(Span::minutes(*minute)).local(zone).naive_local();
                let of_day = chrono::Timelike::num_seconds_from_midnight(&local) / 60;
                calendar.hours.has(local.weekday())
                    && !calendar.holidays.contains(&local.date())
                    && (calendar.hours.from()..calendar.hours.to()).contains(&of_day)
            };
            let counted = (0..length).filter(counts).count() as i64;
            let found = working_time(&calendar, zone, start, start.plus(Span::minutes(length)));
            prop_assert_eq!(found, Span::minutes(counted));
            let free = Calendar { holidays: vec![], ..calendar };
            let worked = working_time(&free, zone, start, start.plus(Span::minutes(length)));
            let open = open_stretches(free.hours, zone, start, start.plus(Span::minutes(length)));
            let open = open.iter().fold(Span::ZERO, |sum, (a, b)| sum.plus(b.since(*a)));
            prop_assert_eq!(open, worked);
        }
    }
}
