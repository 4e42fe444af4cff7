//! How a time is shown: echoed after a write, and in tables.

use super::zone::{abbreviation, offset_words};
use super::{EventTime, Instant, OffsetTime, Span, TimeBounds, Zone, duration};
use chrono::{DateTime, TimeZone};
use std::fmt::Display;

/// Returns a stamp in the incident's zone, in UTC and by its distance from now:
/// `12:56 CET Thu 24 Jan 2019 (11:56 UTC, 14 min ago)`.
pub fn echo(stamp: EventTime, zone: Zone, now: Instant) -> String {
    let moment = stamp.moment(zone);
    let away = distance(stamp.order(zone), now);
    match stamp {
        EventTime::At { time, within } => at(time.instant(), within, zone, &away),
        EventTime::Between(..) => between(moment, zone, &away),
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            let (from, to) = (moment.earliest(), moment.latest().plus(Span::seconds(1)));
            let bounds = match zone {
                Zone::UTC => String::new(),
                _ => format!("{} to {}, ", full(from, Zone::UTC), full(to, Zone::UTC)),
            };
            let word = if matches!(stamp, EventTime::Day(_)) { "on" } else { "in" };
            format!("some time {word} {} in {} ({bounds}{away})", heading(stamp, zone), zone.name())
        }
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
    format!("{}{within} {} {}", hours(&local), abbreviation(at, zone), date(&local))
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
    let same = first.date_naive() == last.date_naive()
        && abbreviation(from, zone) == abbreviation(to, zone);
    if same { hours(&first) } else { full(from, zone) }
}

/// Returns `11:56 UTC`, with the date where it is not the one that was shown.
fn in_utc(at: Instant, shown: chrono::NaiveDate) -> String {
    let utc = at.utc();
    if utc.date_naive() == shown { format!("{} UTC", hours(&utc)) } else { full(at, Zone::UTC) }
}

/// Returns a stamp in a zone, as [`echo`] does, without UTC and without its distance from now.
pub fn told(stamp: EventTime, zone: Zone) -> String {
    let moment = stamp.moment(zone);
    match stamp {
        EventTime::At { time, within } => exact(time.instant(), within, zone),
        EventTime::Between(..) => range(moment.earliest(), moment.latest(), zone),
        EventTime::Day(_) => format!("some time on {}", heading(stamp, zone)),
        EventTime::Month(_) | EventTime::Year(_) => {
            format!("some time in {}", heading(stamp, zone))
        }
    }
}

/// Returns the time from one instant to another: `13:56 to 19:40 CET Thu 24 Jan 2019`.
pub fn interval(from: Instant, to: Instant, zone: Zone) -> String {
    format!("{} to {}", beginning(from, to, zone), full(to, zone))
}

/// Returns `12:56 CET Thu 24 Jan 2019`.
pub fn full(at: Instant, zone: Zone) -> String {
    let local = at.local(zone);
    format!("{} {} {}", hours(&local), abbreviation(at, zone), date(&local))
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
    const HOURS: i64 = 3600;
    const DAYS: i64 = 24 * HOURS;
    let seconds = now.since(at).as_seconds();
    let size = match seconds.abs() {
        0 => return "now".to_owned(),
        size @ ..60 => format!("{size} s"),
        size if size < 2 * DAYS => duration::words(Span::seconds(size - size % 60)),
        size if size < 730 * DAYS => format!("{} days", size / DAYS),
        size => format!("{} years", size / (365 * DAYS + 6 * HOURS)),
    };
    if seconds < 0 { format!("in {size}") } else { format!("{size} ago") }
}

/// Returns the time of day for a table, in the form that one could type: `12:56`, `12:56:30`, `12:56±5m`,
/// `12:40..13:10`; `~` alone for a time of which only the day, month or year is known.
pub fn clock(stamp: EventTime, zone: Zone) -> String {
    match stamp {
        EventTime::At { time, within: Span::ZERO } => hours(&time.instant().local(zone)),
        EventTime::At { time, within } => {
            format!("{}±{}", hours(&time.instant().local(zone)), duration::compact(within))
        }
        EventTime::Between(a, b) => {
            format!("{}..{}", hours(&a.instant().local(zone)), hours(&b.instant().local(zone)))
        }
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => "~".to_owned(),
    }
}

/// Returns the date for the heading of a table: `Thu 24 Jan 2019`, `Jan 2019`, `2019`.
///
/// A time uncertain between two days stands under the day of its middle.
pub fn heading(stamp: EventTime, zone: Zone) -> String {
    match stamp {
        EventTime::Day(day) => day.date().format("%a %-d %b %Y").to_string(),
        EventTime::Month(month) => month.first().date().format("%b %Y").to_string(),
        EventTime::Year(year) => year.to_string(),
        EventTime::At { .. } | EventTime::Between(..) => date(&stamp.order(zone).local(zone)),
    }
}

/// Returns the heading and the time of day of a table in a document, where a time uncertain over several days
/// stands under all of them: `Mon 28 Jan 2019 to Sun 3 Feb 2019`, `some time`.
pub fn days_and_clock(stamp: EventTime, zone: Zone) -> (String, String) {
    if let EventTime::Between(a, b) = stamp {
        let (from, to) = (a.instant().local(zone), b.instant().local(zone));
        if from.date_naive() != to.date_naive() {
            let whole = hours(&from) == "00:00" && hours(&to) == "23:59:59";
            let clock = if whole { SOME_TIME.to_owned() } else { clock(stamp, zone) };
            return (format!("{} to {}", date(&from), date(&to)), clock);
        }
    }
    match stamp {
        EventTime::At { .. } | EventTime::Between(..) => (heading(stamp, zone), clock(stamp, zone)),
        EventTime::Day(_) | EventTime::Month(_) | EventTime::Year(_) => {
            (heading(stamp, zone), SOME_TIME.to_owned())
        }
    }
}

/// What stands in a document for a time of which only the days are known.
const SOME_TIME: &str = "some time";

/// Returns a moment with its bounds in a zone: `12:56 CET Thu 24 Jan 2019`, or `between` two such times.
pub fn bounds(moment: TimeBounds, zone: Zone) -> String {
    match (moment.earliest(), moment.latest()) {
        (from, to) if from == to => full(from, zone),
        (from, to) => range(from, to, zone),
    }
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
        assert_eq!(
            told("2019-01-24 23:40..00:10"),
            pair("Thu 24 Jan 2019 to Fri 25 Jan 2019", "23:40..00:10")
        );
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
