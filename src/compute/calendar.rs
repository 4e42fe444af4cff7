//! Working time between two instants, on the clocks of a zone.

use crate::model::settings::{Calendar, Hours};
use crate::model::time::{Instant, Span, Zone};
use chrono::{Datelike, NaiveDate, Weekday};

const DAY: i64 = 86_400;
/// The days from 0001-01-01, which chrono counts as 1, to 1970-01-01.
const EPOCH_DAY: i64 = 719_163;
/// The seconds after which the calendar comes again: 400 years, which are whole weeks.
const ROUND: i64 = 146_097 * DAY;
/// The seconds from 1970 to 2100, from when on the clocks of each zone change by one rule; a test looks at all.
const SETTLED: i64 = 4_102_444_800;
/// The days of a week.
const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Returns how much of the time from `from` to `to` is within the calendar's hours; zero where `to` is
/// not later.
///
/// An instant counts when the clocks of the zone, at that instant, show a time within the hours of a
/// working day that is no holiday. An hour that a daylight-saving change repeats counts twice, one that
/// it skips not at all. A calendar without a zone of its own is read in `zone`.
///
/// An incident that is open may be measured to the year 9999, so that weeks are multiplied, not counted, and so
/// are the centuries after which dates, days of the week and changes of the clocks come again.
pub(crate) fn working_time(calendar: &Calendar, zone: Zone, from: Instant, to: Instant) -> Span {
    let zone = calendar.zone.unwrap_or(zone);
    let worked = |(a, b, offset): (Instant, Instant, i64)| {
        working_seconds(calendar, a.epoch() + offset, b.epoch() + offset)
    };
    let between = |from, to| steady_clocks(zone, from, to).map(worked).sum::<i64>();
    let last_holiday = calendar.holidays.last().map_or(0, |day| epoch_day(*day) + 2);
    let settled = from.max(Instant::saturating(SETTLED.max(last_holiday * DAY)));
    let rounds = (to.epoch() - settled.epoch()).max(0) / ROUND;
    let round = Span::seconds(ROUND);
    let repeated = if rounds > 0 { between(settled, settled.plus(round)) } else { 0 };
    let rest = between(from, to.minus(Span::seconds(rounds * ROUND)));
    Span::seconds(rounds * repeated + rest)
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
    for (a, b, offset) in steady_clocks(zone, from, to) {
        let clock = |at: Instant| at.epoch() + offset;
        for day in clock(a).div_euclid(DAY)..=clock(b).div_euclid(DAY) {
            let minute = |minute: u32| {
                let clock = day * DAY + i64::from(minute) * 60;
                Instant::saturating(clock - offset).clamp(a, b)
            };
            if WEEK.get(weekday(day)).is_some_and(|d| hours.has(*d)) {
                open.push((minute(hours.from()), minute(hours.to())));
            }
        }
    }
    open.retain(|(a, b)| a < b);
    open
}

/// Returns the stretches between two instants in which the clocks of a zone stay at one offset, in order, each
/// with the seconds by which they are ahead of UTC.
fn steady_clocks(
    zone: Zone,
    from: Instant,
    to: Instant,
) -> impl Iterator<Item = (Instant, Instant, i64)> {
    let stretch = move |start: Instant| {
        let (offset, change) = zone.offset_until(start);
        (start < to).then_some((start, to.min(change), offset))
    };
    std::iter::successors(stretch(from), move |(_, end, _)| stretch(*end))
}

/// Returns the day of the week of a day since 1970-01-01, a Thursday; Monday is 0.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// Counts working seconds between two readings of a clock, in seconds since it showed 1970-01-01 00:00.
fn working_seconds(calendar: &Calendar, from: i64, to: i64) -> i64 {
    let hours = &calendar.hours;
    let (opens, closes) = (i64::from(hours.from()) * 60, i64::from(hours.to()) * 60);
    let within = |day: i64| ((day * DAY + closes).min(to) - (day * DAY + opens).max(from)).max(0);
    let on_holidays = holidays(calendar, from.div_euclid(DAY), to.div_euclid(DAY)).map(within);
    weekly_seconds(hours, to) - weekly_seconds(hours, from) - on_holidays.sum::<i64>()
}

/// Returns the holidays on which there would be work, from one day since 1970-01-01 to another.
fn holidays(calendar: &Calendar, first: i64, last: i64) -> impl Iterator<Item = i64> {
    let date = |day: i64, beyond| {
        let days = i32::try_from(day + EPOCH_DAY).ok();
        days.and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(beyond)
    };
    let range = date(first, NaiveDate::MIN)..=date(last, NaiveDate::MAX);
    let worked = calendar.holidays.range(range).filter(|day| calendar.hours.has(day.weekday()));
    worked.map(|day| epoch_day(*day))
}

/// Returns the days from 1970-01-01 to a date.
fn epoch_day(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - EPOCH_DAY
}

/// Returns the seconds within the hours from Monday 1969-12-29 to a reading of a clock, holidays or not; less
/// than none before it.
fn weekly_seconds(hours: &Hours, clock: i64) -> i64 {
    let day = clock.div_euclid(DAY);
    let (opens, closes) = (i64::from(hours.from()) * 60, i64::from(hours.to()) * 60);
    let of_week = |days: &[Weekday]| {
        let days = days.iter().filter(|day| hours.has(**day)).count();
        i64::try_from(days).unwrap_or(0) * (closes - opens)
    };
    let (before, today) = WEEK.split_at_checked(weekday(day)).unwrap_or((&WEEK, &[]));
    let today = today.first().is_some_and(|day| hours.has(*day));
    let today = if today { clock.rem_euclid(DAY).clamp(opens, closes) - opens } else { 0 };
    (day + 3).div_euclid(7) * of_week(&WEEK) + of_week(before) + today
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(text: &str) -> Instant {
        text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
    }

    fn calendar(days: [bool; 7], from: u32, to: u32, zone: Option<Zone>) -> Calendar {
        let holidays = ["2026-12-25", "2026-03-30"].map(|day| day.parse().unwrap()).into();
        Calendar { hours: Hours::new(days, from, to).unwrap(), zone, holidays }
    }

    const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

    #[test]
    fn only_hours_of_working_days_count() {
        let support = calendar(WORKDAYS, 600, 1020, Some(Zone::of("Europe/London")));
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

    #[test]
    fn centuries_are_as_many_weeks() {
        let zone = Some(Zone::of("Europe/Paris"));
        let support = calendar(WORKDAYS, 600, 1020, zone);
        let worked = working_time(
            &support,
            Zone::UTC,
            at("2000-01-01T00:00:00Z"),
            at("2400-01-01T00:00:00Z"),
        );
        // 146,097 days, which are 20,871 weeks; both holidays are working days.
        assert_eq!(worked, Span::hours(7 * (5 * 20_871 - 2)));
        let always = calendar([true; 7], 0, 1440, Some(Zone::of("America/New_York")));
        let free = Calendar { holidays: BTreeSet::new(), ..always };
        let all = Instant::MAX.since(at("2026-01-01T00:00:00Z"));
        assert_eq!(working_time(&free, Zone::UTC, at("2026-01-01T00:00:00Z"), Instant::MAX), all);
        let zone = Zone::of("Europe/Paris");
        let all = steady_clocks(zone, at("2026-01-01T00:00:00Z"), Instant::MAX).count();
        assert!(all <= 2 * 8_000, "two changes a year, {all} stretches");
        let fixed = Zone::of("Asia/Tokyo");
        assert_eq!(steady_clocks(fixed, at("2026-01-01T00:00:00Z"), Instant::MAX).count(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn what_comes_again_after_centuries_is_what_counting_finds(
            start in 0_i64..(900 * 366 * 1440), years in 300_i64..900, holiday in 1970_i32..2700,
            from in 0_u32..1440, hours in 1_u32..1440, zone in 0_usize..3,
        ) {
            let zone = ["Europe/Paris", "Africa/Casablanca", "Australia/Lord_Howe"].map(Zone::of)[zone];
            let mut calendar = calendar(WORKDAYS, from, (from + hours).min(1440), Some(zone));
            calendar.holidays.insert(NaiveDate::from_ymd_opt(holiday, 7, 1).unwrap());
            let start = at("1990-01-01T00:00:00Z").plus(Span::minutes(start));
            let end = start.plus(Span::hours(years * 8_766));
            let stretches = steady_clocks(zone, start, end);
            let counted = stretches.map(|(a, b, offset)| {
                working_seconds(&calendar, a.epoch() + offset, b.epoch() + offset)
            });
            let found = working_time(&calendar, Zone::UTC, start, end);
            prop_assert_eq!(found, Span::seconds(counted.sum()));
        }
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
            let free = Calendar { holidays: BTreeSet::new(), ..calendar };
            let worked = working_time(&free, zone, start, start.plus(Span::minutes(length)));
            let open = open_stretches(free.hours, zone, start, start.plus(Span::minutes(length)));
            let open = open.iter().fold(Span::ZERO, |sum, (a, b)| sum.plus(b.since(*a)));
            prop_assert_eq!(open, worked);
        }
    }
}
