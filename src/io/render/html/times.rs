//! Times in a page: each with its instant for machines, in UTC beside the incident's own zone.

use super::escape::escaped;
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Instant, TimeBounds, Zone, format};

/// Returns the clock at an instant, with its date where that is not the day shown: `12:56`,
/// `12:56:30`, `12:56 25 Jan`.
pub(super) fn clock(at: Instant, zone: Zone, day: Instant) -> String {
    let local = at.local(zone);
    let clock = format::time_of_day(at, zone);
    let same = local.date_naive() == day.local(zone).date_naive();
    let year = local.format("%Y").to_string() == day.local(zone).format("%Y").to_string();
    let date = match (same, year) {
        (true, _) => "",
        (false, true) => " %-d %b",
        (false, false) => " %-d %b %Y",
    };
    format!("{clock}{}", local.format(date))
}

/// Returns a moment as one clock, or as the two between which it lies.
pub(super) fn moment(at: TimeBounds, zone: Zone, day: Instant) -> String {
    let (from, to) = (at.earliest(), at.latest());
    if at.is_exact() {
        return clock(from, zone, day);
    }
    if let Some(days) = format::days(at, zone) {
        return days;
    }
    // The date stands once, behind the two, where they share it.
    let first =
        if same_day(from, to, zone) { clock(from, zone, from) } else { clock(from, zone, day) };
    format!("{first}–{}", clock(to, zone, day))
}

fn same_day(a: Instant, b: Instant, zone: Zone) -> bool {
    a.local(zone).date_naive() == b.local(zone).date_naive()
}

/// Returns a text that is nothing but a time, with its instant and with UTC beside it; none where it is
/// anything else. A clock alone is one of the day that stands above it.
pub(super) fn marked(text: &str, day: Option<&str>, zone: Zone) -> Option<String> {
    let text = text.trim();
    if !text.contains(':') || text.len() > 120 {
        return None;
    }
    let found = match text.chars().next()? {
        '0'..='9' | '~' => {
            let whole = text.replace('–', "..");
            let of_day = || read(&format!("{} {whole}", day?), zone);
            read(text, zone).or_else(of_day).or_else(|| spoken(text, zone))
        }
        'b' => spoken(text, zone),
        _ => None,
    };
    found.map(|at| beside(text, at, zone))
}

fn read(text: &str, zone: Zone) -> Option<TimeBounds> {
    Some(parse::read(text, &ParseContext::file(zone)).ok()?.moment(zone))
}

/// Reads a time as documents tell it: `12:56 CET Thu 24 Jan 2019`, `12:56 ± 5 min CET Thu 24 Jan 2019`,
/// `between 12:40 and 13:10 CET Thu 24 Jan 2019`, `between 23:40 CET Wed 23 Jan 2019 and 00:10 CET Thu
/// 24 Jan 2019`.
fn spoken(text: &str, zone: Zone) -> Option<TimeBounds> {
    let Some(two) = text.strip_prefix("between ") else {
        let (clock, date) = parted(text)?;
        return read(&format!("{date} {clock}"), zone);
    };
    let (first, last) = two.split_once(" and ")?;
    let (clock, date) = parted(last)?;
    let to = read(&format!("{date} {clock}"), zone)?;
    let from = match parted(first) {
        Some((clock, date)) => read(&format!("{date} {clock}"), zone)?,
        None => read(&format!("{date} {first}"), zone)?,
    };
    Some(TimeBounds::between(from.earliest(), to.latest()))
}

/// Parts `12:56 ± 5 min CET Thu 24 Jan 2019` into its clock and its date, without the zone's short name but
/// with its offset, where that stands there.
fn parted(text: &str) -> Option<(&str, &str)> {
    let mut from_end = text.rmatch_indices(' ').map(|(at, _)| at);
    let (date, weekday, zone) = (from_end.nth(2)?, from_end.next()?, from_end.next()?);
    let is_offset = text.get(zone..)?.trim_start().starts_with(['+', '-']);
    let clock = text.get(..if is_offset { weekday } else { zone })?;
    Some((clock, text.get(date..)?.trim_start()))
}

/// Returns a time as it was written, and in UTC where that says another thing.
fn beside(text: &str, at: TimeBounds, zone: Zone) -> String {
    let nominal = at.nominal();
    let shown = escaped(&text.replace("..", "–"));
    let utc = match same_clock(at, zone) {
        true if text.contains("UTC") || text.ends_with('Z') => String::new(),
        true => "UTC".to_owned(),
        false => {
            let utc = nominal.utc();
            let same = utc.date_naive() == nominal.local(zone).date_naive();
            let date = if same { String::new() } else { utc.format(" %-d %b").to_string() };
            format!("{} UTC{date}", moment(at, Zone::UTC, nominal))
        }
    };
    let utc = if utc.is_empty() { utc } else { format!(" <span class=\"utc\">{utc}</span>") };
    let (data, nominal) = (data(at, zone), nominal.rfc3339());
    format!("<span class=\"when\" {data}><time datetime=\"{nominal}\">{shown}</time>{utc}</span>")
}

fn same_clock(at: TimeBounds, zone: Zone) -> bool {
    let same = |at: Instant| at.local(zone).naive_local() == at.utc().naive_utc();
    same(at.earliest()) && same(at.latest())
}

/// Returns what the script needs to add the reader's own clock: the bounds, and the offset from UTC
/// that is shown already, in minutes.
fn data(at: TimeBounds, zone: Zone) -> String {
    use chrono::Offset;
    let offset = at.nominal().local(zone).offset().fix().local_minus_utc().div_euclid(60);
    let (from, to) = (at.earliest(), at.latest());
    match at.is_exact() {
        true => format!("data-from=\"{}\" data-shown=\"{offset}\"", from.epoch()),
        false => format!(
            "data-from=\"{}\" data-to=\"{}\" data-shown=\"{offset}\"",
            from.epoch(),
            to.epoch()
        ),
    }
}

/// Returns the date that a heading names: `Thu 24 Jan 2019`, `24 Jan 2019`, `2019-01-24`.
pub(super) fn day(heading: &str) -> Option<String> {
    let text = heading.trim();
    let text = text.split_once(' ').filter(|(w, _)| is_weekday(w)).map_or(text, |(_, rest)| rest);
    let stamp = parse::read(text, &ParseContext::file(Zone::UTC)).ok()?;
    matches!(stamp, EventTime::Day(_)).then(|| text.to_owned())
}

fn is_weekday(word: &str) -> bool {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word = word.trim_end_matches(',').to_lowercase();
    days.iter().any(|day| word.starts_with(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_a_time_gets_its_instant_and_utc() {
        let paris =
            |text| marked(text, Some("24 Jan 2019"), Zone::of("Europe/Paris")).unwrap_or_default();
        assert_eq!(
            paris("13:56"),
            "<span class=\"when\" data-from=\"1548334560\" data-shown=\"60\"><time \
             datetime=\"2019-01-24T12:56:00Z\">13:56</time> <span class=\"utc\">12:56 UTC</span></span>"
        );
        assert!(paris("16:40..19:40").contains("15:40–18:40 UTC"));
        assert!(paris("13:56±5m").contains("12:51–13:01 UTC"), "{}", paris("13:56±5m"));
        assert!(paris("00:30").contains("23:30 UTC 23 Jan"), "{}", paris("00:30"));
        assert!(paris("2019-01-24 13:56").contains("12:56 UTC"));
        for other in ["about 13:56", "13", "the 24th", "12:56 or so", "<b>", "~", "2:1"] {
            assert_eq!(paris(other), "", "{other}");
        }
        assert_eq!(marked("13:56", None, Zone::of("Europe/Paris")), None);
        let autumn =
            |text, zone| marked(text, Some("4 Nov 2018"), Zone::of(zone)).unwrap_or_default();
        assert!(
            autumn("01:10 -04:00..01:40 -05:00", "America/New_York").contains("05:10–06:40 UTC")
        );
        assert!(autumn("01:10±5m -05:00", "America/New_York").contains("06:05–06:15 UTC"));
        assert!(autumn("01:10 -05:00", "America/New_York").contains("06:10 UTC"));
    }

    #[test]
    fn a_time_as_documents_tell_it_gets_its_instant() {
        let bounds = |text| {
            let at = spoken(text, Zone::of("Europe/Paris"))?;
            Some(format!("{}..{}", at.earliest().rfc3339(), at.latest().rfc3339()))
        };
        let cases = [
            ("12:56 CET Thu 24 Jan 2019", "2019-01-24T11:56:00Z..2019-01-24T11:56:00Z"),
            ("12:56 ± 5 min CET Thu 24 Jan 2019", "2019-01-24T11:51:00Z..2019-01-24T12:01:00Z"),
            ("02:30 +01:00 Sun 28 Oct 2018", "2018-10-28T01:30:00Z..2018-10-28T01:30:00Z"),
            ("02:30 ± 5 min +02:00 Sun 28 Oct 2018", "2018-10-28T00:25:00Z..2018-10-28T00:35:00Z"),
            (
                "between 02:10 +02:00 and 02:40 +01:00 Sun 28 Oct 2018",
                "2018-10-28T00:10:00Z..2018-10-28T01:40:00Z",
            ),
            (
                "between 12:40 and 13:10 CET Thu 24 Jan 2019",
                "2019-01-24T11:40:00Z..2019-01-24T12:10:00Z",
            ),
            (
                "between 23:40 CET Wed 23 Jan 2019 and 00:10 CET Thu 24 Jan 2019",
                "2019-01-23T22:40:00Z..2019-01-23T23:10:00Z",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(bounds(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(bounds("between us: and them"), None);
    }

    #[test]
    fn a_heading_names_a_day() {
        assert_eq!(day("Thu 24 Jan 2019").as_deref(), Some("24 Jan 2019"));
        assert_eq!(day("2019-01-24").as_deref(), Some("2019-01-24"));
        assert_eq!(day("Timeline"), None);
        assert_eq!(day("2019"), None);
    }
}
