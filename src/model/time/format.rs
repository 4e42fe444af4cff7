//! How a time is shown: echoed after a write, and in tables.

use super::zone::{abbreviation, offset_words};
use super::{EventTime, Instant, OffsetTime, Span, TimeBounds, Zone, day_start, duration};
use chrono::{DateTime, Datelike, Months, NaiveDate, Offset, TimeZone};
use std::fmt::Display;

/// Returns a stamp in the incident's zone, in UTC and by its distance from now:
/// `12:56 CET Thu 24 Jan 2019 (11:56 UTC, 14 min ago)`.
pub fn echo(stamp: EventTime, zone: Zone, now: Instant) -> String {
    let moment = stamp.moment(zone);
    let away = distance(stamp.order(zone), now);
    if let Some(days) = whole_days(moment, zone) {
        let (from, to) = (moment.earliest(), moment.latest().plus(Span::seconds(1)));
        let bounds = match zone {
            Zone::UTC => String::new(),
            _ => format!("{} to {}, ", full(from, Zone::UTC), full(to, Zone::UTC)),
        };
        return format!("{} in {} ({bounds}{away})", some_time(days), zone.name());
    }
    match stamp {
        EventTime::At { time, within } => at(time.instant(), within, zone, &away),
        _ => between(moment, zone, &away),
    }
}

fn at(at: Instant, within: Span, zone: Zone, away: &str) -> String {
    let shown = exact(at, within, zone);
    match zone {
        Zone::UTC => format!("{shown} ({away})"),
        _ => format!("{shown} ({}, {away})", in_utc(at, at.local(zone).date_naive())),
    }
}

/// Returns `12:56 ± 5 min CET Thu 24 Jan 2019`.
fn exact(at: Instant, within: Span, zone: Zone) -> String {
    let local = at.local(zone);
    let within = if within == Span::ZERO {
        String::new()
    } else {
        format!(" ± {}", duration::words(within))
    };
    format!("{}{within} {} {}", hours(&local), zone_at(at, zone), date(&local))
}

/// Returns what the clocks call their offset, or the offset itself on a day that has an hour twice.
fn zone_at(at: Instant, zone: Zone) -> String {
    offset_of_long_day(at, zone).unwrap_or_else(|| abbreviation(at, zone))
}

/// Returns the zone to write behind [`brief`]: `CET`, the zone's name behind days, nothing behind an offset.
pub fn brief_zone(stamp: EventTime, zone: Zone) -> Option<String> {
    let at = stamp.shown_from(zone);
    match stamp {
        EventTime::At { .. } | EventTime::Between(..) => {
            offset_of_long_day(at, zone).is_none().then(|| abbreviation(at, zone))
        }
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            Some(zone.name().to_owned())
        }
    }
}

/// Returns the offset at an instant of a day that has an hour twice, which alone tells one from the other.
fn offset_of_long_day(at: Instant, zone: Zone) -> Option<String> {
    let local = at.local(zone);
    zone.repeats_on(local.date_naive()).then(|| offset_words(local.offset().fix()))
}

/// Returns the time of day at an instant, with its offset on a day that has an hour twice: `12:56`,
/// `02:30 +02:00`.
pub fn time_of_day(at: Instant, zone: Zone) -> String {
    let offset = offset_of_long_day(at, zone).map(|offset| format!(" {offset}"));
    format!("{}{}", hours(&at.local(zone)), offset.unwrap_or_default())
}

fn between(moment: TimeBounds, zone: Zone, away: &str) -> String {
    let (from, to) = (moment.earliest(), moment.latest());
    let shown = range(from, to, zone);
    let utc = |at: Instant| in_utc(at, at.local(zone).date_naive());
    match zone {
        Zone::UTC => format!("{shown} ({away})"),
        _ => format!("{shown} ({} to {}, {away})", utc(from), utc(to)),
    }
}

/// Returns `between 13:56 and 15:30 CET Thu 24 Jan 2019`.
fn range(from: Instant, to: Instant, zone: Zone) -> String {
    format!("between {} and {}", beginning(from, to, zone), full(to, zone))
}

/// Returns a time before another, without the day and the zone that they share.
fn beginning(from: Instant, to: Instant, zone: Zone) -> String {
    let (first, last) = (from.local(zone), to.local(zone));
    let same_day = first.date_naive() == last.date_naive();
    match offset_of_long_day(from, zone) {
        Some(_) if same_day => time_of_day(from, zone),
        None if same_day && abbreviation(from, zone) == abbreviation(to, zone) => hours(&first),
        Some(_) | None => full(from, zone),
    }
}

/// Returns the first and the last day of a moment that is all of some days, and nothing more.
fn whole_days(moment: TimeBounds, zone: Zone) -> Option<[NaiveDate; 2]> {
    let days = [moment.earliest(), moment.latest()].map(|at| at.local(zone).date_naive());
    let [first, last] = days;
    let end = moment.latest().plus(Span::seconds(1));
    let whole = day_start(first, zone) == moment.earliest()
        && last.succ_opt().is_some_and(|next| day_start(next, zone) == end);
    whole.then_some(days)
}

/// Returns the name of some days: `Thu 24 Jan 2019`, `Jan 2019`, `2019`, else the first and the last.
fn named_days([first, last]: [NaiveDate; 2]) -> Result<String, [String; 2]> {
    let name = |date: NaiveDate| date.format("%a %-d %b %Y").to_string();
    let whole = |months| first.checked_add_months(Months::new(months)) == last.succ_opt();
    match (first.day(), first.month()) {
        _ if first == last => Ok(name(first)),
        (1, 1) if whole(12) => Ok(first.format("%Y").to_string()),
        (1, _) if whole(1) => Ok(first.format("%b %Y").to_string()),
        (_, _) => Err([name(first), name(last)]),
    }
}

/// Returns `some time on Thu 24 Jan 2019`, `some time in Jan 2019`, `some time between` two days.
fn some_time(days: [NaiveDate; 2]) -> String {
    match named_days(days) {
        Ok(day) if days.first() == days.last() => format!("some time on {day}"),
        Ok(month) => format!("some time in {month}"),
        Err([first, last]) => format!("some time between {first} and {last}"),
    }
}

/// Returns `11:56 UTC`, with the date where it is not the one that was shown.
fn in_utc(at: Instant, shown: NaiveDate) -> String {
    let utc = at.utc();
    if utc.date_naive() == shown { format!("{} UTC", hours(&utc)) } else { full(at, Zone::UTC) }
}

/// Returns a stamp in a zone, as [`echo`] does, without UTC and without its distance from now.
pub fn told(stamp: EventTime, zone: Zone) -> String {
    let moment = stamp.moment(zone);
    match (stamp, whole_days(moment, zone)) {
        (EventTime::At { time, within }, _) => exact(time.instant(), within, zone),
        (_, Some(days)) => some_time(days),
        (_, None) => range(moment.earliest(), moment.latest(), zone),
    }
}

/// Returns the time from one moment to another: `13:56 to 19:40 CET Thu 24 Jan 2019`.
pub fn interval(from: TimeBounds, to: TimeBounds, zone: Zone) -> String {
    let first = match (to_the_minute(from), to_the_minute(to)) {
        (Some((about, from)), Some((_, to))) => format!("{about}{}", beginning(from, to, zone)),
        (_, _) => nearly(from, zone),
    };
    format!("{first} to {}", nearly(to, zone))
}

/// Returns a moment by its middle where that says enough: `12:56 CET Thu 24 Jan 2019`, `about 12:56 ...`, else
/// its days or its bounds.
pub fn nearly(moment: TimeBounds, zone: Zone) -> String {
    match to_the_minute(moment) {
        Some((about, at)) => format!("{about}{}", full(at, zone)),
        None => bounds(moment, zone),
    }
}

/// Returns a moment that is known to the second or within some hours, as one time to the minute; none where
/// it may be further off.
fn to_the_minute(moment: TimeBounds) -> Option<(&'static str, Instant)> {
    if moment.is_exact() {
        return Some(("", moment.earliest()));
    }
    let wide = moment.latest().since(moment.earliest()) > Span::hours(6);
    let seconds = moment.nominal().epoch();
    (!wide).then_some(("about ", Instant::saturating(seconds - seconds.rem_euclid(60))))
}

/// Returns `12:56 CET Thu 24 Jan 2019`.
pub fn full(at: Instant, zone: Zone) -> String {
    let local = at.local(zone);
    format!("{} {} {}", hours(&local), zone_at(at, zone), date(&local))
}

/// Returns an instant for a column: `2019-01-24 12:56 CET`.
pub fn dated(at: Instant, zone: Zone) -> String {
    format!("{} {}", at.local(zone).format("%Y-%m-%d %H:%M"), zone_at(at, zone))
}

/// Returns a stamp for a column, no more precise than it is: `2019-01-24 12:56`, `2019-01-24 12:56±5m`,
/// `2019-01-24 12:40..13:10`, `2019-01-24`, `2019-01`, `2019`, `2019-01-24..2019-01-26`.
pub fn brief(stamp: EventTime, zone: Zone) -> String {
    let day = |at: Instant| at.local(zone).date_naive();
    let minute = |at: Instant| {
        let offset = offset_of_long_day(at, zone).map(|offset| format!(" {offset}"));
        format!("{}{}", at.local(zone).format("%H:%M"), offset.unwrap_or_default())
    };
    match stamp {
        EventTime::At { time, within } => {
            let within = Some(within).filter(|within| *within != Span::ZERO);
            let within = within.map(|within| format!("±{}", duration::compact(within)));
            let at = time.instant();
            format!("{} {}{}", day(at), minute(at), within.unwrap_or_default())
        }
        EventTime::Between(from, to) => {
            let (from, to) = (from.instant(), to.instant());
            match whole_days(stamp.moment(zone), zone) {
                Some([first, last]) => format!("{first}..{last}"),
                None if over_days(stamp, zone).is_none() => {
                    format!("{} {}..{}", day(from), minute(from), minute(to))
                }
                None => format!("{} {}..{} {}", day(from), minute(from), day(to), minute(to)),
            }
        }
        EventTime::Day(day) => day.to_string(),
        EventTime::Month(month) => month.to_string(),
        EventTime::Year(year) => year.to_string(),
    }
}

/// Returns a time with its own offset, for messages: `12:56 +01:00 Thu 24 Jan 2019`.
pub(super) fn spoken(time: OffsetTime) -> String {
    let local = time.local();
    let offset = match local.offset().local_minus_utc() {
        0 => "UTC".to_owned(),
        _ => offset_words(*local.offset()),
    };
    format!("{} {offset} {}", hours(&local), date(&local))
}

/// Returns how far a time is from now: `14 min ago`, `2 h 05 min ago`, `in 5 min`, `3 days ago`, `now`.
pub(super) fn distance(at: Instant, now: Instant) -> String {
    match now.since(at) {
        Span::ZERO => "now".to_owned(),
        later if later < Span::ZERO => format!("in {}", size(later)),
        earlier => format!("{} ago", size(earlier)),
    }
}

/// Returns a length in the units of its size, without its sign: `59 s`, `2 h 05 min`, `3 days`, `4 years`.
pub(super) fn size(length: Span) -> String {
    const HOURS: i64 = 3600;
    const DAYS: i64 = 24 * HOURS;
    match length.as_seconds().saturating_abs() {
        size @ ..60 => format!("{size} s"),
        size if size < 2 * DAYS => duration::words(Span::seconds(size - size % 60)),
        size if size < 730 * DAYS => format!("{} days", size / DAYS),
        size => format!("{} years", size / (365 * DAYS + 6 * HOURS)),
    }
}

/// Returns the time of day for a table, in the form that one could type: `12:56`, `12:56:30`, `12:56±5m`,
/// `12:40..13:10`; `~` alone for a time of which only the days are known.
pub fn clock(stamp: EventTime, zone: Zone) -> String {
    match stamp {
        EventTime::At { time, within: Span::ZERO } => time_of_day(time.instant(), zone),
        EventTime::At { time, within } => {
            let at = time.instant();
            let offset = offset_of_long_day(at, zone).map(|offset| format!(" {offset}"));
            let clock = hours(&at.local(zone));
            format!("{clock}±{}{}", duration::compact(within), offset.unwrap_or_default())
        }
        EventTime::Between(from, to) if whole_days(stamp.moment(zone), zone).is_none() => {
            let day = |time: OffsetTime| match over_days(stamp, zone) {
                Some(_) => time.instant().local(zone).format("%-d %b ").to_string(),
                None => String::new(),
            };
            let side = |time| format!("{}{}", day(time), time_of_day(time.instant(), zone));
            format!("{}..{}", side(from), side(to))
        }
        EventTime::Between(..) | EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            "~".to_owned()
        }
    }
}

/// Returns the first and the last day of a range that is longer than a night.
fn over_days(stamp: EventTime, zone: Zone) -> Option<[NaiveDate; 2]> {
    let EventTime::Between(from, to) = stamp else { return None };
    let (from, to) = (from.instant(), to.instant());
    let days = [from, to].map(|at| at.local(zone).date_naive());
    (days.first() != days.last() && to.since(from) > Span::hours(12)).then_some(days)
}

/// Returns the date for the heading of a table: `Thu 24 Jan 2019`, `Jan 2019`, `2019`.
///
/// A range stands under the day on which it begins; one over several days, under the first and the last:
/// `Mon 28 Jan 2019 to Sun 3 Feb 2019`.
pub fn heading(stamp: EventTime, zone: Zone) -> String {
    let days = match stamp {
        EventTime::At { .. } => None,
        _ => whole_days(stamp.moment(zone), zone).or_else(|| over_days(stamp, zone)),
    };
    match days.map(named_days) {
        Some(Ok(name)) => name,
        Some(Err([first, last])) => format!("{first} to {last}"),
        None => date(&stamp.shown_from(zone).local(zone)),
    }
}

/// Returns the heading and the time of day of a table in a document: `Thu 24 Jan 2019` and `12:56`, or
/// `some time` where only the days are known.
pub fn days_and_clock(stamp: EventTime, zone: Zone) -> (String, String) {
    let clock = match clock(stamp, zone) {
        clock if clock == "~" => "some time".to_owned(),
        clock => clock,
    };
    (heading(stamp, zone), clock)
}

/// Returns a moment with its bounds in a zone: `12:56 CET Thu 24 Jan 2019`, or `between` two such times, or the
/// days of which it is all.
pub fn bounds(moment: TimeBounds, zone: Zone) -> String {
    match (moment.earliest(), moment.latest()) {
        (from, to) if from == to => full(from, zone),
        (from, to) => match whole_days(moment, zone).map(named_days) {
            Some(Ok(name)) => name,
            Some(Err([first, last])) => format!("between {first} and {last}"),
            None => range(from, to, zone),
        },
    }
}

/// Returns the days of which a moment is all: `Thu 24 Jan 2019`; none for any other moment.
pub fn days(moment: TimeBounds, zone: Zone) -> Option<String> {
    let joined = |[first, last]: [String; 2]| format!("{first} to {last}");
    whole_days(moment, zone).map(|days| named_days(days).unwrap_or_else(joined))
}

/// Returns `12:56`, or `12:56:30` where the seconds are not zero.
fn hours<Z: TimeZone<Offset: Display>>(local: &DateTime<Z>) -> String {
    let shown = local.format("%H:%M:%S").to_string();
    shown.strip_suffix(":00").map_or(shown.clone(), str::to_owned)
}

/// Returns `Thu 24 Jan 2019`.
fn date<Z: TimeZone<Offset: Display>>(local: &DateTime<Z>) -> String {
    local.format("%a %-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::parse::{ParseContext, read};
    use super::*;

    fn shown(text: &str, zone: Zone) -> (String, String, String) {
        let now = read("2019-01-24T12:10:00Z", &ParseContext::file(zone)).unwrap().order(zone);
        let stamp = read(text, &ParseContext::file(zone)).unwrap();
        (echo(stamp, zone, now), clock(stamp, zone), heading(stamp, zone))
    }

    #[track_caller]
    fn echoes(zone: Zone, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(shown(text, zone).0, *expected, "{text}");
        }
    }

    #[test]
    fn a_time_is_echoed_here_in_utc_and_by_its_distance() {
        echoes(
            Zone::of("Europe/Paris"),
            &[
                ("2019-01-24T11:56:00Z", "12:56 CET Thu 24 Jan 2019 (11:56 UTC, 14 min ago)"),
                ("2019-01-24T12:15:30Z", "13:15:30 CET Thu 24 Jan 2019 (12:15:30 UTC, in 5 min)"),
                ("2019-01-24T12:10:00Z", "13:10 CET Thu 24 Jan 2019 (12:10 UTC, now)"),
                (
                    "2019-01-24T11:56:00Z±5m",
                    "12:56 ± 5 min CET Thu 24 Jan 2019 (11:56 UTC, 14 min ago)",
                ),
                (
                    "2019-01-24T00:30:00+01:00",
                    "00:30 CET Thu 24 Jan 2019 (23:30 UTC Wed 23 Jan 2019, 12 h 40 min ago)",
                ),
            ],
        );
        echoes(Zone::UTC, &[("2019-01-24T11:56:00Z", "11:56 UTC Thu 24 Jan 2019 (14 min ago)")]);
        let fortaleza =
            ("2019-01-24T11:56:00Z", "08:56 UTC-03 Thu 24 Jan 2019 (11:56 UTC, 14 min ago)");
        echoes(Zone::of("America/Fortaleza"), &[fortaleza]);
        let casablanca =
            ("2019-01-24T11:56:00Z", "12:56 UTC+01 Thu 24 Jan 2019 (11:56 UTC, 14 min ago)");
        echoes(Zone::of("Africa/Casablanca"), &[casablanca]);
    }

    #[test]
    fn an_uncertain_time_is_echoed_with_its_bounds() {
        echoes(
            Zone::of("Europe/Paris"),
            &[
                (
                    "2019-01-24 12:40..13:10",
                    "between 12:40 and 13:10 CET Thu 24 Jan 2019 (11:40 UTC to 12:10 UTC, 15 min ago)",
                ),
                (
                    "2019-01-23 23:40..00:10",
                    "between 23:40 CET Wed 23 Jan 2019 and 00:10 CET Thu 24 Jan 2019 \
                     (22:40 UTC to 23:10 UTC Wed 23 Jan 2019, 13 h 15 min ago)",
                ),
                (
                    "2019-01-22",
                    "some time on Tue 22 Jan 2019 in Europe/Paris \
                     (23:00 UTC Mon 21 Jan 2019 to 23:00 UTC Tue 22 Jan 2019, 2 days ago)",
                ),
            ],
        );
        echoes(
            Zone::UTC,
            &[
                ("2018-11", "some time in Nov 2018 in UTC (84 days ago)"),
                ("2015", "some time in 2015 in UTC (4 years ago)"),
            ],
        );
    }

    #[test]
    fn tables_show_local_clocks_under_their_day() {
        let row = |text| {
            let (_, clock, heading) = shown(text, Zone::of("Europe/Paris"));
            format!("{heading}: {clock}")
        };
        assert_eq!(row("2019-01-24T23:56:00Z"), "Fri 25 Jan 2019: 00:56");
        assert_eq!(row("2019-01-24T11:56:30Z"), "Thu 24 Jan 2019: 12:56:30");
        assert_eq!(row("2019-01-24 12:56±90m"), "Thu 24 Jan 2019: 12:56±1h30m");
        assert_eq!(row("2019-01-24 12:40..13:10"), "Thu 24 Jan 2019: 12:40..13:10");
        assert_eq!(row("2019-01"), "Jan 2019: ~");
        assert_eq!(row("2019"), "2019: ~");
    }

    #[test]
    fn a_document_shows_all_the_days_that_a_time_may_lie_on() {
        let told = |text| {
            days_and_clock(
                read(text, &ParseContext::file(Zone::of("Europe/Paris"))).unwrap(),
                Zone::of("Europe/Paris"),
            )
        };
        let pair = |days: &str, clock: &str| (days.to_owned(), clock.to_owned());
        assert_eq!(told("2019-01-24 12:56"), pair("Thu 24 Jan 2019", "12:56"));
        assert_eq!(
            told("2019-01-28T00:00:00+01:00..2019-02-03T23:59:59+01:00"),
            pair("Mon 28 Jan 2019 to Sun 3 Feb 2019", "some time")
        );
        assert_eq!(told("2019-01-24 23:40..00:10"), pair("Thu 24 Jan 2019", "23:40..00:10"));
    }

    #[test]
    fn a_distance_has_the_units_of_its_size() {
        let now = Instant::saturating(0);
        let away = |seconds: i64| distance(Instant::saturating(-seconds), now);
        assert_eq!(
            [away(0), away(59), away(60), away(-119)],
            ["now", "59 s ago", "1 min ago", "in 1 min"]
        );
        assert_eq!([away(7500), away(3 * 86_400)], ["2 h 05 min ago", "3 days ago"]);
        assert_eq!(away(86_400 + 3660), "1 d 1 h 01 min ago");
    }
}
