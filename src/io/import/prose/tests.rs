use super::*;

fn times(about: &str) -> ProseTimes {
    ProseTimes::new(about.parse().ok(), ProseZone::new(Zone::UTC))
}

/// Returns the time at the beginning of a text, as a file has it, and what follows.
fn read(text: &str) -> Option<(String, String)> {
    read_with(&mut times("2021-06-09"), text, true)
}

fn read_with(times: &mut ProseTimes, text: &str, in_cell: bool) -> Option<(String, String)> {
    let found = times.leading(text, in_cell)?;
    let at = found.at.map_or_else(|why| format!("? {}", why.reason), |at| at.fields().to_string());
    Some((at, found.rest.to_owned()))
}

#[test]
fn clocks_and_dates_are_read_as_people_write_them() {
    for (text, at, rest) in [
        ("2021-06-09 9:29 It broke", "2021-06-09T09:29:00Z", "It broke"),
        ("2021-06-09 11.50: It broke", "2021-06-09T11:50:00Z", "It broke"),
        ("**2021-06-09 11:50** - It broke", "2021-06-09T11:50:00Z", "It broke"),
        ("1600 It broke", "2021-06-09T16:00:00Z", "It broke"),
        ("10:45a It broke", "2021-06-09T10:45:00Z", "It broke"),
        ("11:39PM UTC – It broke", "2021-06-09T23:39:00Z", "It broke"),
        ("17:14pm It broke", "2021-06-09T17:14:00Z", "It broke"),
        ("9pm It broke", "2021-06-09T21:00:00Z", "It broke"),
        ("00:25 - 00:29 AM", "2021-06-09T00:25:00Z..2021-06-09T00:29:00Z", ""),
        ("2021-06-09 09:00 - 11:00", "2021-06-09T09:00:00Z..2021-06-09T11:00:00Z", ""),
        ("~13:30-13:45", "2021-06-09T13:30:00Z..2021-06-09T13:45:00Z", ""),
        ("ca. 18:30 x", "2021-06-09T18:30:00Z±15m", "x"),
        ("10:45~ x", "2021-06-09T10:45:00Z±15m", "x"),
        ("06:58 onward", "2021-06-09T06:58:00Z±15m", ""),
        ("[12-05 16:21] x", "2020-12-05T16:21:00Z", "x"),
        ("[06-08 16:21] x", "2021-06-08T16:21:00Z", "x"),
        ("13/06/2021 10:00 x", "2021-06-13T10:00:00Z", "x"),
        ("06-13-2021 10:00 x", "2021-06-13T10:00:00Z", "x"),
        ("06/07/2021 10:00 x", "? it may be 2021-06-07 or 2021-07-06", "x"),
        ("Jun 16th 10:00 x", "2021-06-16T10:00:00Z", "x"),
        ("Wednesday 9 June 2021, 10:00 CEST x", "2021-06-09T10:00:00+02:00", "x"),
        ("2021-06-09 10:00 (UTC+2) x", "2021-06-09T10:00:00+02:00", "x"),
        ("22021-06-09 10:00 x", "2021-06-09T10:00:00Z", "x"),
        ("20211-06-09 10:00 x", "2021-06-09T10:00:00Z", "x"),
        ("2021-06-09T10:00:05.123456789Z x", "2021-06-09T10:00:05Z", "x"),
        ("2021-06-09 x", "2021-06-09", "x"),
        ("HH:mm x", "? its clock is left open", "x"),
        ("--:-- x", "? its clock is left open", "x"),
        ("14:?? x", "? its clock is left open", "x"),
        ("(Time TBC) x", "? its clock is left open", "x"),
        ("2021-02-30 10:00 x", "? 2021-02-30 is no date", "x"),
        ("10:00 IST x", "?", "x"),
    ] {
        let found = read(text).unwrap_or_else(|| panic!("{text}"));
        assert!(found.0 == at || at == "?" && found.0.starts_with("? "), "{text}: {found:?}");
        assert_eq!(found.1, rest, "{text}");
    }
    for none in [
        "",
        "The node",
        "v1.24.0 broke",
        "1.17 creates",
        "99:99 x",
        "12%",
        "Monday",
        "May be",
        "10:00abc",
    ] {
        assert!(read_with(&mut times("2021-06-09"), none, false).is_none(), "{none}");
    }
}

#[test]
fn a_clock_alone_carries_its_day_on_and_over_midnight() {
    let mut times = times("2021-06-09");
    let mut at = |text: &str| read_with(&mut times, text, true).unwrap().0;
    assert_eq!(at("22:10 a"), "2021-06-09T22:10:00Z");
    assert_eq!(at("21:50 b, told late"), "2021-06-09T21:50:00Z");
    assert_eq!(at("00:10 c"), "2021-06-10T00:10:00Z");
    assert_eq!(at("2021-06-12 d"), "2021-06-12");
    assert_eq!(at("08:00 e"), "2021-06-12T08:00:00Z");
    let mut nowhere = ProseTimes::new(None, ProseZone::new(Zone::UTC));
    assert_eq!(read_with(&mut nowhere, "08:00 e", true).unwrap().0, "? no day is named before it");
}

#[test]
fn a_document_says_its_zone_once() {
    let default = ProseZone::new(Zone::UTC);
    let noon = NaiveDateTime::parse_from_str("2021-06-09 12:00", "%Y-%m-%d %H:%M").unwrap();
    let at = |text: &str| {
        let (zone, note) = zone_said(text, &default)?;
        Some((zone.at(noon).ok()?.to_string(), note.is_some()))
    };
    let told = |at: &str, noted| Some((at.to_owned(), noted));
    assert_eq!(at("All times in CET."), told("2021-06-09T12:00:00+01:00", false));
    assert_eq!(
        at("All times in Central European Time (CET)"),
        told("2021-06-09T12:00:00+01:00", false)
    );
    assert_eq!(at("All times in PDT (UTC-7)."), told("2021-06-09T12:00:00-07:00", false));
    assert_eq!(at("All times in PST (UTC-7)"), told("2021-06-09T12:00:00-07:00", true));
    assert_eq!(at("Time (UTC)"), told("2021-06-09T12:00:00Z", false));
    assert_eq!(at("All times in chaos."), None);
}

#[test]
fn a_day_is_found_in_a_heading() {
    for (text, day) in [
        ("Incident on 2020-02-18 - Down", "2020-02-18"),
        ("March 26th, 2019 Boskos Outage", "2019-03-26"),
        ("2017-10-17, Cluster Full", "2017-10-17"),
        ("On Tuesday 9th of June 2020, it broke", "2020-06-09"),
    ] {
        assert_eq!(named_day(text).unwrap().to_string(), day, "{text}");
    }
    assert_eq!(named_day("Ingress v1.24 is down"), None);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "[-0-9:./~ ()\\[\\]a-zA-ZÄ–]{0,30}") {
        let _ = read(&text);
        let _ = named_day(&text);
        let _ = zone_said(&text, &ProseZone::new(Zone::UTC));
    }
}
