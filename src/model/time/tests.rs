//! Times as people type them, over zones and daylight-saving changes.

use super::parse::{IncidentWindow, ParseContext, read};
use super::*;
use chrono::{NaiveDate, TimeZone};
use proptest::prelude::*;

mod design;

const ZONES: [&str; 9] = [
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
    "Asia/Kathmandu",
];

fn instant(text: &str) -> Instant {
    Instant::from(DateTime::parse_from_rfc3339(text).expect("a test writes RFC 3339"))
}

/// A command in Paris on the afternoon of Thu 24 Jan 2019.
fn paris() -> ParseContext<'static> {
    ParseContext::at(instant("2019-01-24T13:10:00Z"), Zone::of("Europe/Paris"))
}

fn utc(now: &str) -> ParseContext<'static> {
    ParseContext::at(instant(now), Zone::UTC)
}

/// An open incident with exact events at these times.
fn open(context: ParseContext<'static>, events: &str) -> ParseContext<'static> {
    let events = events.split(' ').map(|at| TimeBounds::exact(instant(at))).collect::<Vec<_>>();
    ParseContext { around: IncidentWindow::Open { events: events.leak() }, ..context }
}

fn over(context: ParseContext<'static>, first: &str, last: &str) -> ParseContext<'static> {
    ParseContext {
        around: IncidentWindow::Over { first: instant(first), last: instant(last) },
        ..context
    }
}

/// Returns what a text is read as, in the words of a file.
fn text(typed: &str, context: &ParseContext<'_>) -> String {
    match read(typed, context) {
        Ok(stamp) => stamp.fields().to_string(),
        Err(refusal) => panic!("{typed}: {refusal}"),
    }
}

fn refused(typed: &str, context: &ParseContext<'_>) -> TimeError {
    match read(typed, context) {
        Ok(stamp) => panic!("{typed} was read as {}", stamp.fields()),
        Err(refusal) => refusal,
    }
}

fn choices(refusal: &TimeError) -> Vec<String> {
    refusal.choices().iter().map(TimeChoice::text).collect()
}

#[track_caller]
fn all_read(context: &ParseContext<'_>, cases: &[(&str, &str)]) {
    for (typed, expected) in cases {
        assert_eq!(text(typed, context), *expected, "{typed}");
    }
}

#[track_caller]
fn all_refused(context: &ParseContext<'_>, cases: &[(&str, TimeErrorReason)]) {
    for (typed, reason) in cases {
        assert_eq!(refused(typed, context).reason(), *reason, "{typed}");
    }
}

#[test]
fn every_form_of_the_design_is_read() {
    all_read(
        &paris(),
        &[
            ("now", "2019-01-24T14:10:00+01:00"),
            ("2019-01-24T12:56:00Z", "2019-01-24T12:56:00Z"),
            ("2019-01-24 12:56:00+01:00", "2019-01-24T12:56:00+01:00"),
            ("2019-01-24t12:56:00.999z", "2019-01-24T12:56:00Z"),
            ("2019-01-24T12:56", "2019-01-24T12:56:00+01:00"),
            ("2018-07-24T12:56:30", "2018-07-24T12:56:30+02:00"),
            ("2019-01-24", "2019-01-24"),
            ("24 Jan 2019", "2019-01-24"),
            ("24 january 2019", "2019-01-24"),
            ("Jan 24 2019", "2019-01-24"),
            ("yesterday", "2019-01-23"),
            ("today", "2019-01-24"),
            ("mon", "2019-01-21"),
            ("Thursday", "2019-01-24"),
            ("fri", "2019-01-18"),
            ("2019-01", "2019-01"),
            ("2019", "2019"),
            ("12:56", "2019-01-24T12:56:00+01:00"),
            ("12:56:30", "2019-01-24T12:56:30+01:00"),
            ("9pm", "2019-01-23T21:00:00+01:00"),
            ("3am", "2019-01-24T03:00:00+01:00"),
            ("12am", "2019-01-24T00:00:00+01:00"),
            ("12pm", "2019-01-24T12:00:00+01:00"),
            ("9:30 PM", "2019-01-23T21:30:00+01:00"),
            ("12:56 UTC", "2019-01-24T12:56:00Z"),
            ("12:56Z", "2019-01-24T12:56:00Z"),
            ("13:56 Europe/Paris", "2019-01-24T13:56:00+01:00"),
            ("13:56 europe/paris", "2019-01-24T13:56:00+01:00"),
            ("3am GMT", "2019-01-24T03:00:00Z"),
            ("12:56 +01:00", "2019-01-24T12:56:00+01:00"),
            ("18:26+0530", "2019-01-24T18:26:00+05:30"),
            ("12:56 +01", "2019-01-24T12:56:00+01:00"),
            ("12:56 UTC+01", "2019-01-24T12:56:00+01:00"),
            ("12:56 CET", "2019-01-24T12:56:00+01:00"),
            ("5:56 America/Chicago", "2019-01-24T05:56:00-06:00"),
            ("24 Jan 2019 12:56 UTC", "2019-01-24T12:56:00Z"),
            ("2019-01-24 13:56 Europe/Paris", "2019-01-24T13:56:00+01:00"),
            ("yesterday 9pm", "2019-01-23T21:00:00+01:00"),
            ("mon 12:56", "2019-01-21T12:56:00+01:00"),
            ("-7m", "2019-01-24T14:03:00+01:00"),
            ("90s ago", "2019-01-24T14:08:30+01:00"),
            ("1h30m ago", "2019-01-24T12:40:00+01:00"),
            ("7 min ago", "2019-01-24T14:03:00+01:00"),
            ("~12:56", "2019-01-24T12:56:00+01:00±15m"),
            ("~ 7 min ago", "2019-01-24T14:03:00+01:00±15m"),
            ("12:56±2m", "2019-01-24T12:56:00+01:00±2m"),
            ("12:56 +-2m", "2019-01-24T12:56:00+01:00±2m"),
            ("12:56 +/- 2 min", "2019-01-24T12:56:00+01:00±2m"),
            ("12:56±2m UTC", "2019-01-24T12:56:00Z±2m"),
            ("  2019-01-24 \t 12:56   utc ", "2019-01-24T12:56:00Z"),
        ],
    );
}

#[test]
fn the_outages_of_2015_and_2019_are_read_as_they_were_told() {
    let context = utc("2015-07-29T12:00:00Z");
    let about = read("~3am GMT", &context).unwrap();
    assert_eq!(about.moment(Zone::UTC).earliest(), instant("2015-07-29T02:45:00Z"));
    assert_eq!(about.moment(Zone::UTC).latest(), instant("2015-07-29T03:15:00Z"));
    let [paris, utc] =
        ["13:56 Europe/Paris", "12:56 UTC"].map(|typed| read(typed, &paris()).unwrap());
    assert_eq!(paris.order(Zone::UTC), utc.order(Zone::UTC));
}

#[test]
fn yesterday_is_one_of_the_zone_that_is_named() {
    let context = utc("2019-01-24T23:30:00Z");
    all_read(
        &context,
        &[
            ("today 00:10 Europe/Paris", "2019-01-25T00:10:00+01:00"),
            ("yesterday 23:00", "2019-01-23T23:00:00Z"),
            ("yesterday 12:00 +01:00", "2019-01-24T12:00:00+01:00"),
        ],
    );
}

#[test]
fn a_time_after_the_start_needs_a_start() {
    let started = Some(instant("2019-01-24T12:56:00Z"));
    let file = ParseContext { started, ..ParseContext::file(Zone::of("Europe/Paris")) };
    all_read(
        &file,
        &[("T+45m", "2019-01-24T14:41:00+01:00"), ("t + 1h 5m", "2019-01-24T15:01:00+01:00")],
    );
    all_refused(&paris(), &[("T+45m", TimeErrorReason::NoStart)]);
    all_refused(
        &ParseContext { started, ..paris() },
        &[("T+45m", TimeErrorReason::Future), ("T+5x", TimeErrorReason::NoLength)],
    );
}

#[test]
fn one_side_of_a_range_lends_the_other_its_day_and_zone() {
    all_read(
        &paris(),
        &[
            ("12:40..13:10", "2019-01-24T12:40:00+01:00..2019-01-24T13:10:00+01:00"),
            ("12:40 .. 13:10 UTC", "2019-01-24T12:40:00Z..2019-01-24T13:10:00Z"),
            ("2018-12-24 12:40..13:10 UTC", "2018-12-24T12:40:00Z..2018-12-24T13:10:00Z"),
            ("12:40 UTC..24 Dec 2018 13:10", "2018-12-24T12:40:00Z..2018-12-24T13:10:00Z"),
            ("yesterday 01:00..23:00", "2019-01-23T01:00:00+01:00..2019-01-23T23:00:00+01:00"),
            ("2018-12-24 23:40..00:10", "2018-12-24T23:40:00+01:00..2018-12-25T00:10:00+01:00"),
            ("23:40..2018-12-24 00:10", "2018-12-23T23:40:00+01:00..2018-12-24T00:10:00+01:00"),
            ("23:40..00:10", "2019-01-23T23:40:00+01:00..2019-01-24T00:10:00+01:00"),
            ("01:00..14:05", "2019-01-24T01:00:00+01:00..2019-01-24T14:05:00+01:00"),
            ("-30m..now", "2019-01-24T13:40:00+01:00..2019-01-24T14:10:00+01:00"),
            ("2019-01-22..2019-01-23", "2019-01-22T00:00:00+01:00..2019-01-23T23:59:59+01:00"),
            ("yesterday..today", "2019-01-23T00:00:00+01:00..2019-01-24T14:10:00+01:00"),
        ],
    );
    all_refused(
        &paris(),
        &[
            ("13:10..12:40", TimeErrorReason::Backwards),
            ("2018-12-24 13:10..12:40", TimeErrorReason::Backwards),
            ("2018-12-24 13:10..2018-12-24 12:40", TimeErrorReason::Backwards),
            ("now..-30m", TimeErrorReason::Backwards),
            ("14:00..14:20", TimeErrorReason::Future),
            ("yesterday 12:00..today 15:00", TimeErrorReason::Future),
            ("~12:40..13:10", TimeErrorReason::NoForm),
            ("12:40..", TimeErrorReason::NoForm),
        ],
    );
}

#[test]
fn a_range_offers_whole_ranges() {
    let ahead = refused("14:00..14:20", &paris());
    assert_eq!(
        choices(&ahead),
        [
            "2019-01-23T14:00:00+01:00..2019-01-23T14:20:00+01:00",
            "2019-01-24T14:00:00+01:00..2019-01-24T14:20:00+01:00"
        ]
    );
}

#[test]
fn nonsense_is_told_the_forms() {
    let cases = [
        "",
        "  ",
        "soon",
        "12",
        "12:5",
        "123:00",
        "2019-1-24",
        "24 Foo 2019",
        "24 Jan 19",
        "24 Jan 20199",
        "12:56 ...",
        "~~12:56",
    ];
    let more = [
        "12019",
        "2019-01-24 UTC",
        "2019-01-24T",
        "12:56:00.",
        "9 o'clock",
        "12:56 12:57",
        "\u{0}",
        "１２:５６",
    ];
    for typed in cases.into_iter().chain(more) {
        let refusal = refused(typed, &paris());
        assert_eq!(refusal.reason(), TimeErrorReason::NoForm, "{typed}");
        assert!(refusal.next_step().contains("`12:40..13:10`"), "{typed}");
    }
    let long = refused(&"x".repeat(10_000), &paris());
    assert!(long.message().chars().count() < 100);
    assert!(!refused("soon", &ParseContext::file(Zone::UTC)).next_step().contains("ago"));
}

#[test]
fn days_and_clocks_that_there_are_not_are_refused() {
    let cases = [
        "2019-02-29",
        "2019-13-01 12:00",
        "31 Jun 2019",
        "25:00",
        "24:00",
        "12:60",
        "13pm",
        "0am",
        "23:59:60",
    ];
    for typed in
        cases.into_iter().chain(["2019-13", "0000", "0000-01-01", "0001-01-01T00:00+01:00"])
    {
        assert_eq!(
            refused(typed, &ParseContext::file(Zone::UTC)).reason(),
            TimeErrorReason::NoSuchTime,
            "{typed}"
        );
    }
    assert_eq!(
        text("9999-12-31T23:59:59Z", &ParseContext::file(Zone::UTC)),
        "9999-12-31T23:59:59Z"
    );
    all_refused(
        &ParseContext::file(Zone::UTC),
        &[("9999-12-31T23:59:59-01:00", TimeErrorReason::NoSuchTime)],
    );
}

#[test]
fn a_date_alone_is_not_made_uncertain() {
    let refusal = refused("~2019-01-24", &paris());
    assert_eq!(
        (refusal.reason(), choices(&refusal)),
        (TimeErrorReason::NoForm, vec!["2019-01-24".to_owned()])
    );
    all_refused(
        &paris(),
        &[
            ("2019-01±2d", TimeErrorReason::NoForm),
            ("12:56±2", TimeErrorReason::NoLength),
            ("12:56±", TimeErrorReason::NoLength),
        ],
    );
}

#[test]
fn a_file_holds_nothing_that_depends_on_now() {
    let file = ParseContext::file(Zone::of("Europe/Paris"));
    for typed in [
        "now",
        "-7m",
        "7 min ago",
        "yesterday",
        "today 12:00",
        "mon 9pm",
        "12:56",
        "3am GMT",
        "~12:56",
        "12:40..13:10",
    ] {
        let refusal = refused(typed, &file);
        assert_eq!(refusal.reason(), TimeErrorReason::Relative, "{typed}");
        assert!(refusal.next_step().contains("`2019-01-24 12:56`"), "{typed}");
    }
    all_read(&file, &[("24 Jan 2999 12:56", "2999-01-24T12:56:00+01:00"), ("1999", "1999")]);
}

#[test]
fn an_abbreviation_of_two_zones_is_refused_with_the_choices() {
    let refusal = refused("9am IST", &paris());
    assert_eq!(refusal.reason(), TimeErrorReason::AmbiguousZone);
    assert_eq!(
        refusal.message(),
        "`IST` may be +05:30 (Asia/Kolkata) or +02:00 (Asia/Jerusalem) or +01:00 (Europe/Dublin)."
    );
    assert_eq!(
        choices(&refusal),
        ["2019-01-24T09:00:00+05:30", "2019-01-24T09:00:00+02:00", "2019-01-24T09:00:00+01:00"]
    );
    for typed in [
        "2019-01-20 9am cst",
        "2019-01-20 9am BST",
        "~2019-01-20 9am PST",
        "yesterday 9am..10am IST",
    ] {
        let refusal = refused(typed, &paris());
        assert_eq!(refusal.reason(), TimeErrorReason::AmbiguousZone, "{typed}");
        assert!(refusal.choices().len() >= 2, "{typed}");
    }
    let asked = refused("12:56 CST", &open(paris(), "2019-01-24T13:00:00Z"));
    assert_eq!(asked.choices().len(), 3);
    let refusal = refused("9am CST", &ParseContext::file(Zone::UTC));
    assert_eq!(
        (refusal.reason(), refusal.choices()),
        (TimeErrorReason::AmbiguousZone, [].as_slice())
    );
}

#[test]
fn an_unknown_zone_is_refused_with_the_nearest() {
    for (typed, nearest) in [
        ("12:56 Europe/Pariss", "Europe/Paris"),
        ("12:56 Paris", "Europe/Paris"),
        ("12:56 new york", "America/New_York"),
        ("12:56 Asia/Katmandoo", "Asia/Katmandu"),
    ] {
        let refusal = refused(typed, &paris());
        assert_eq!(refusal.reason(), TimeErrorReason::UnknownZone, "{typed}");
        assert!(refusal.next_step().contains(nearest), "{typed}: {refusal}");
        assert_eq!(refusal.choices().first().map(|choice| choice.label.as_str()), Some(nearest));
    }
    let lost = refused("12:56 somewhere", &paris());
    assert_eq!((lost.reason(), lost.choices().len()), (TimeErrorReason::UnknownZone, 0));
    assert!(lost.next_step().contains("`+01:00`"));
    all_refused(
        &paris(),
        &[
            ("12:56 +25", TimeErrorReason::UnknownZone),
            ("12:56 +01:60", TimeErrorReason::UnknownZone),
        ],
    );
}

#[test]
fn a_skipped_time_is_refused_with_both_offsets() {
    let refusal = refused("2018-03-25 02:30", &paris());
    assert_eq!(refusal.reason(), TimeErrorReason::Skipped);
    assert_eq!(choices(&refusal), ["2018-03-25T02:30:00+01:00", "2018-03-25T02:30:00+02:00"]);
    assert!(refusal.next_step().contains("`2018-03-25T02:30:00+02:00`"));
    let typed = "2018-03-25 02:30 America/New_York";
    assert_eq!(text(typed, &paris()), "2018-03-25T02:30:00-04:00");
}

#[test]
fn a_repeated_time_is_refused_with_both_offsets() {
    let refusal = refused("~2018-10-28 02:30", &paris());
    assert_eq!(refusal.reason(), TimeErrorReason::Repeated);
    assert_eq!(
        choices(&refusal),
        ["2018-10-28T02:30:00+02:00±15m", "2018-10-28T02:30:00+01:00±15m"]
    );
    for choice in refusal.choices() {
        assert_eq!(read(&choice.text(), &paris()), Ok(choice.stamp));
    }
    assert_eq!(text("2018-10-28 02:30 CET", &paris()), "2018-10-28T02:30:00+01:00");
}

#[test]
fn a_bare_clock_that_was_just_skipped_or_repeated_is_refused() {
    let spring = ParseContext::at(instant("2018-03-25T08:00:00Z"), Zone::of("Europe/Paris"));
    all_refused(
        &spring,
        &[("02:30", TimeErrorReason::Skipped), ("01:30..02:30", TimeErrorReason::Skipped)],
    );
    let autumn = ParseContext::at(instant("2018-10-28T08:00:00Z"), Zone::of("Europe/Paris"));
    all_refused(&autumn, &[("02:30", TimeErrorReason::Repeated)]);
    let before = ParseContext::at(instant("2018-03-25T00:10:00Z"), Zone::of("Europe/Paris"));
    all_read(&before, &[("02:30", "2018-03-24T02:30:00+01:00")]);
    let between = ParseContext::at(instant("2018-10-28T00:50:00Z"), Zone::of("Europe/Paris"));
    all_read(&between, &[("02:30", "2018-10-28T02:30:00+02:00")]);
    let nearly = ParseContext::at(instant("2018-10-28T01:20:00Z"), Zone::of("Europe/Paris"));
    assert_eq!(
        choices(&refused("02:30", &nearly)),
        ["2018-10-28T02:30:00+02:00", "2018-10-28T02:30:00+01:00"]
    );
}

#[test]
fn a_bare_clock_passes_over_a_day_that_was_skipped() {
    let context = ParseContext::at(instant("2011-12-30T20:00:00Z"), Zone::of("Pacific/Apia"));
    all_read(
        &context,
        &[("11:00", "2011-12-29T11:00:00-10:00"), ("9am", "2011-12-31T09:00:00+14:00")],
    );
    all_refused(&context, &[("2011-12-30 12:00", TimeErrorReason::Skipped)]);
}

#[test]
fn the_future_is_refused_unless_it_is_allowed() {
    let cases = [
        "2019-01-24 15:00",
        "today 15:00",
        "2019-01-25",
        "2019-02",
        "2020",
        "15:00..2019-01-25 16:00",
    ];
    for typed in cases {
        assert_eq!(refused(typed, &paris()).reason(), TimeErrorReason::Future, "{typed}");
        assert!(read(typed, &ParseContext { allow_future: true, ..paris() }).is_ok(), "{typed}");
    }
    assert_eq!(
        refused("2019-01-24 15:00", &paris()).message(),
        "That is in the future: 15:00 CET Thu 24 Jan 2019 (14:00 UTC, in 50 min)."
    );
    all_read(
        &paris(),
        &[
            ("2019-01-24 14:10", "2019-01-24T14:10:00+01:00"),
            ("14:10", "2019-01-24T14:10:00+01:00"),
        ],
    );
}

#[test]
fn a_bare_clock_shortly_ahead_is_refused_with_both_readings() {
    for context in [paris(), open(paris(), "2019-01-24T12:56:00Z")] {
        let refusal = refused("14:20", &context);
        assert_eq!(refusal.reason(), TimeErrorReason::Future);
        assert_eq!(choices(&refusal), ["2019-01-23T14:20:00+01:00", "2019-01-24T14:20:00+01:00"]);
        assert!(refusal.next_step().contains("`2019-01-23T14:20:00+01:00`"));
        assert_eq!(refused("14:25", &context).reason(), TimeErrorReason::Future);
    }
    all_read(&paris(), &[("14:26", "2019-01-23T14:26:00+01:00")]);
}

#[test]
fn a_bare_clock_that_may_be_ahead_is_the_next_one() {
    let context = ParseContext { allow_future: true, ..paris() };
    all_read(
        &context,
        &[
            ("14:10", "2019-01-24T14:10:00+01:00"),
            ("18:00", "2019-01-24T18:00:00+01:00"),
            ("03:00", "2019-01-25T03:00:00+01:00"),
            ("18:00..20:00", "2019-01-24T18:00:00+01:00..2019-01-24T20:00:00+01:00"),
        ],
    );
}

#[test]
fn a_bare_clock_far_from_an_open_incident_is_asked_about() {
    let context = open(paris(), "2019-01-24T12:56:00Z");
    all_read(
        &context,
        &[("13:40", "2019-01-24T13:40:00+01:00"), ("07:56", "2019-01-24T07:56:00+01:00")],
    );
    let refusal = refused("~07:55", &context);
    assert_eq!(refusal.reason(), TimeErrorReason::FarOff);
    assert_eq!(choices(&refusal), ["2019-01-24T07:55:00+01:00±15m"]);
    let none = ParseContext { around: IncidentWindow::Open { events: &[] }, ..paris() };
    all_read(&none, &[("14:30", "2019-01-23T14:30:00+01:00")]);
}

#[test]
fn a_bare_clock_of_an_incident_that_is_over_falls_into_it() {
    let now = ParseContext::at(instant("2019-03-01T12:00:00Z"), Zone::of("Europe/Paris"));
    let context = over(now, "2019-01-24T12:56:30Z", "2019-01-25T00:40:00Z");
    all_read(
        &context,
        &[
            ("13:56", "2019-01-24T13:56:00+01:00"),
            ("18:40", "2019-01-24T18:40:00+01:00"),
            ("12:56 UTC", "2019-01-24T12:56:00Z"),
            ("1am", "2019-01-25T01:00:00+01:00"),
            ("23:40..00:10", "2019-01-24T23:40:00+01:00..2019-01-25T00:10:00+01:00"),
        ],
    );
    let outside = refused("13:56:10", &context);
    assert_eq!(outside.reason(), TimeErrorReason::Outside);
    assert_eq!(choices(&outside), ["2019-01-24T13:56:10+01:00", "2019-01-25T13:56:10+01:00"]);
}

#[test]
fn a_bare_clock_that_a_long_incident_saw_often_is_refused() {
    let now = ParseContext::at(instant("2019-03-01T12:00:00Z"), Zone::of("Europe/Paris"));
    let days = over(now, "2019-01-24T12:00:00Z", "2019-01-26T11:59:00Z");
    assert_eq!(
        choices(&refused("9am", &days)),
        ["2019-01-25T09:00:00+01:00", "2019-01-26T09:00:00+01:00"]
    );
    let ages = over(now, "0001-01-01T00:00:00Z", "2019-01-26T11:59:00Z");
    let refusal = refused("9am", &ages);
    assert_eq!(refusal.choices().len(), 4);
    assert!(refusal.next_step().contains("or a later one"));
}

#[test]
fn a_bare_clock_that_an_incident_saw_skipped_or_repeated_is_refused() {
    let now = ParseContext::at(instant("2019-03-01T12:00:00Z"), Zone::of("Europe/Paris"));
    let autumn = over(now, "2018-10-27T22:00:00Z", "2018-10-28T04:00:00Z");
    all_refused(&autumn, &[("02:30", TimeErrorReason::Repeated)]);
    let half = over(now, "2018-10-28T01:00:00Z", "2018-10-28T04:00:00Z");
    all_read(&half, &[("02:30", "2018-10-28T02:30:00+01:00")]);
    let spring = over(now, "2018-03-25T00:00:00Z", "2018-03-25T04:00:00Z");
    all_refused(&spring, &[("02:30", TimeErrorReason::Skipped)]);
}

#[test]
fn an_old_year_alone_may_be_a_clock_without_its_colon() {
    let refusal = refused("1256", &paris());
    assert_eq!(
        (refusal.reason(), choices(&refusal)),
        (TimeErrorReason::NoForm, vec!["year 1256".to_owned()])
    );
    assert!(refusal.next_step().contains("`12:56`"));
    all_read(&ParseContext::file(Zone::UTC), &[("1256", "1256")]);
}

#[test]
fn a_skipped_midnight_begins_later() {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let beirut = day_start(day(2022, 3, 27), Zone::of("Asia/Beirut"));
    assert_eq!(beirut.rfc3339(), "2022-03-26T22:00:00Z");
    let sao_paulo = day_start(day(2018, 11, 4), Zone::of("America/Sao_Paulo"));
    assert_eq!(sao_paulo.rfc3339(), "2018-11-04T03:00:00Z");
    let apia =
        [30, 31].map(|date| day_start(day(2011, 12, date), Zone::of("Pacific/Apia")).rfc3339());
    assert_eq!(apia, ["2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"]);
}

#[test]
fn a_year_alone_is_all_of_it() {
    let bounds = |stamp: EventTime| {
        let moment = stamp.moment(Zone::UTC);
        [moment.earliest(), moment.latest()].map(Instant::rfc3339)
    };
    let whole = |year| bounds(EventTime::Year(Year::new(year).unwrap()));
    assert_eq!(whole(9999), ["9999-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]);
    assert_eq!(whole(2019), ["2019-01-01T00:00:00Z", "2019-12-31T23:59:59Z"]);
    assert_eq!(
        bounds(EventTime::Month(Month::new(2020, 2).unwrap())),
        ["2020-02-01T00:00:00Z", "2020-02-29T23:59:59Z"]
    );
    assert_eq!((Year::new(0), Year::new(10_000), Day::of(2019, 2, 29)), (None, None, None));
}

#[test]
fn a_stamp_goes_into_a_file_as_plain_texts() {
    let fields = |typed| read(typed, &paris()).unwrap().fields();
    let at = |at: &str, within: Option<&str>| EventTimeFields::At {
        at: at.into(),
        within: within.map(Into::into),
    };
    assert_eq!(fields("12:56"), at("2019-01-24T12:56:00+01:00", None));
    assert_eq!(fields("12:56±90m"), at("2019-01-24T12:56:00+01:00", Some("1h30m")));
    assert_eq!(fields("2019"), at("2019", None));
    let between = ["2019-01-24T12:40:00Z", "2019-01-24T13:10:00Z"].map(str::to_owned);
    assert_eq!(fields("12:40..13:10 UTC"), EventTimeFields::Between { between });
}

#[test]
fn a_written_time_always_fits_rfc_3339() {
    let hour = FixedOffset::east_opt(3600).unwrap();
    assert_eq!(OffsetTime::at(Instant::MAX, hour).to_string(), "9999-12-31T23:59:59Z");
    let solar = OffsetTime::in_zone(instant("1890-01-01T00:00:00Z"), Zone::of("Europe/Paris"));
    assert_eq!(solar.to_string(), "1890-01-01T00:09:00+00:09");
    assert_eq!(solar.instant(), instant("1890-01-01T00:00:00Z"));
    assert_ne!(OffsetTime::at(Instant::MIN, hour), OffsetTime::at(Instant::MIN, Utc.fix()));
}

fn zone() -> impl Strategy<Value = Zone> {
    prop_oneof![
        3 => prop::sample::select(ZONES.map(Zone::of).to_vec()),
        1 => prop::sample::select(Zone::all().collect::<Vec<_>>()),
    ]
}

/// Returns the instants of 2005 to 2024 at which the zone's clocks are put forward or back.
fn changes(zone: Zone) -> Vec<i64> {
    let offset = |at: i64| Instant::saturating(at).local(zone).offset().fix();
    let change = |day: i64| {
        let (mut from, mut to) = (day, day + 86_400);
        while to - from > 1 {
            let half = (from + to) / 2;
            if offset(half) == offset(from) { from = half } else { to = half }
        }
        to
    };
    let days = (1_104_537_600..1_735_689_600).step_by(86_400);
    days.filter(|day| offset(*day) != offset(day + 86_400)).map(change).collect()
}

/// A zone and an instant, mostly of a favoured zone and within hours of a change of its clocks.
fn zone_and_moment() -> impl Strategy<Value = (Zone, Instant)> {
    let all = ZONES
        .map(Zone::of)
        .into_iter()
        .flat_map(|zone| changes(zone).into_iter().map(move |at| (zone, at)));
    let near = (prop::sample::select(all.collect::<Vec<_>>()), -20_000..20_000_i64)
        .prop_map(|((zone, change), by)| (zone, Instant::saturating(change + by)));
    let any = (zone(), 0..2_145_916_800_i64).prop_map(|(zone, at)| (zone, Instant::saturating(at)));
    prop_oneof![3 => near, 1 => any]
}

fn stamp() -> impl Strategy<Value = EventTime> {
    let time = || {
        (Instant::MIN.epoch()..=Instant::MAX.epoch(), -1439..=1439).prop_map(|(at, minutes)| {
            OffsetTime::at(Instant::saturating(at), FixedOffset::east_opt(minutes * 60).unwrap())
        })
    };
    let within = prop_oneof![Just(0), 0..=duration::LONGEST.as_seconds()].prop_map(Span::seconds);
    let day = || {
        (1..=9999, 1..=12_u32, 1..=28_u32).prop_map(|(y, m, d)| (y, m, Day::of(y, m, d).unwrap()))
    };
    prop_oneof![
        (time(), within).prop_map(|(time, within)| EventTime::At { time, within }),
        (time(), time()).prop_map(|(a, b)| if a.instant() <= b.instant() {
            EventTime::Between(a, b)
        } else {
            EventTime::Between(b, a)
        }),
        day().prop_map(|(.., day)| EventTime::Day(day)),
        day().prop_map(|(year, month, _)| EventTime::Month(Month::new(year, month).unwrap())),
        day().prop_map(|(year, ..)| EventTime::Year(Year::new(year).unwrap())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_stamp_reads_back_from_a_file(stamp in stamp(), zone in zone()) {
        prop_assert_eq!(read(&stamp.fields().to_string(), &ParseContext::file(zone)), Ok(stamp));
    }

    #[test]
    fn a_local_time_with_its_offset_reads_back((zone, at) in zone_and_moment(), other in zone()) {
        let written = OffsetTime::in_zone(at, zone);
        prop_assert_eq!(read(&written.to_string(), &ParseContext::file(other)), Ok(EventTime::exact(written)));
    }

    #[test]
    fn a_local_time_is_that_time_or_has_two_choices((zone, at) in zone_and_moment(), by in -7200..7200_i64) {
        let local = at.local(zone).naive_local() + chrono::TimeDelta::seconds(by);
        match read(&local.to_string(), &ParseContext::file(zone)) {
            Ok(stamp) => {
                let found = stamp.order(zone).local(zone);
                prop_assert_eq!(found.naive_local(), local);
                prop_assert!(zone.from_local_datetime(&local).single().is_some());
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.choices().len(), 2);
                let shown = |choice: &TimeChoice| choice.stamp.order(zone).local(zone).naive_local() == local;
                let all = refusal.choices().iter().filter(|choice| shown(choice)).count();
                let expected = if refusal.reason() == TimeErrorReason::Repeated { 2 } else { 0 };
                prop_assert_eq!(all, expected, "{}", refusal);
                prop_assert!(matches!(refusal.reason(), TimeErrorReason::Repeated | TimeErrorReason::Skipped));
                for choice in refusal.choices() {
                    prop_assert_eq!(read(&choice.text(), &ParseContext::file(zone)), Ok(choice.stamp));
                }
            }
        }
    }

    #[test]
    fn a_bare_clock_in_an_open_incident_is_the_latest((zone, now) in zone_and_moment(), by in -18_000..18_000_i64) {
        let typed = (now.local(zone).naive_local() + chrono::TimeDelta::seconds(by)).format("%H:%M").to_string();
        let context = ParseContext { around: IncidentWindow::Open { events: &[] }, ..ParseContext::at(now, zone) };
        match read(&typed, &context) {
            Ok(stamp) => {
                let at = stamp.order(zone);
                prop_assert!(at <= now);
                prop_assert!(now.since(at) <= Span::hours(26), "{} at {}", at.rfc3339(), now.rfc3339());
                prop_assert_eq!(at.local(zone).format("%H:%M:%S").to_string(), format!("{typed}:00"));
            }
            Err(refusal) => {
                prop_assert!(matches!(refusal.reason(), TimeErrorReason::Future | TimeErrorReason::Skipped | TimeErrorReason::Repeated));
                prop_assert_eq!(refusal.choices().len(), 2);
            }
        }
    }

    #[test]
    fn a_day_begins_at_its_first_instant((zone, at) in zone_and_moment()) {
        let day = at.local(zone).date_naive();
        let start = day_start(day, zone);
        prop_assert!(start <= at);
        prop_assert!(start.local(zone).date_naive() >= day);
        prop_assert!(start.minus(Span::seconds(1)).local(zone).date_naive() < day);
    }

    #[test]
    fn no_text_breaks_the_reading(typed in any::<String>(), now in any::<i64>(), zone in zone(), future in any::<bool>()) {
        let now = Instant::saturating(now);
        let around = IncidentWindow::Over { first: Instant::MIN, last: now };
        let context = ParseContext { around, started: Some(now), allow_future: future, ..ParseContext::at(now, zone) };
        let _ = read(&typed, &context);
    }

    #[test]
    fn no_nearly_right_text_breaks_the_reading(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..6),
        (zone, at) in zone_and_moment(),
        now in prop_oneof![Just(None), Just(Some(Instant::MIN)), Just(Some(Instant::MAX))],
        last in prop_oneof![Just(None), Just(Some(Instant::MIN)), Just(Some(Instant::MAX))],
        kind in 0..6,
    ) {
        let (now, last) = (now.unwrap_or(at), last.unwrap_or(at));
        let events = [TimeBounds::exact(last)];
        let around = match kind {
            0 | 3 => IncidentWindow::Nothing,
            1 | 4 => IncidentWindow::Open { events: &events },
            _ => IncidentWindow::Over { first: now, last },
        };
        let context = ParseContext { around, started: Some(last), allow_future: kind > 2, ..ParseContext::at(now, zone) };
        let refused_or_past = match read(&words.concat(), &context) {
            Ok(EventTime::At { time, .. }) => context.allow_future || time.instant() <= now,
            Ok(stamp) => { prop_assert!(!format::echo(stamp, zone, now).is_empty()); true }
            Err(refusal) => !refusal.message().is_empty() && !refusal.next_step().is_empty(),
        };
        prop_assert!(refused_or_past);
    }
}

const WORDS: [&str; 40] = [
    " ",
    " ",
    "now",
    "-7m",
    "100y",
    "36525d",
    "-36525d",
    " ago",
    "T+",
    "~",
    "..",
    "±",
    "+-",
    "2019-01-24",
    "0001-01-01",
    "9999-12-31",
    "2018-03-25",
    "24 Jan 2019",
    "Feb 29 2100",
    "yesterday",
    "today",
    "mon",
    "12:56",
    "00:00",
    "23:59:59",
    "02:30",
    "9pm",
    "12am",
    "T",
    "Z",
    "UTC",
    "+14:00",
    "-12",
    "IST",
    "Europe/Paris",
    "Pacific/Apia",
    "2019",
    "0001",
    "9999-12",
    "5m",
];
