//! What the design says of times that people type, sentence by sentence.

use super::*;

#[test]
fn days_are_read_in_every_form() {
    all_read(
        &paris(),
        &[
            ("Jan 24, 2019", "2019-01-24"),
            ("January 24", "2019-01-24"),
            ("24 January", "2019-01-24"),
            ("Jan 25", "2018-01-25"),
            ("29 Feb", "2016-02-29"),
            ("Jan 24 12:56", "2019-01-24T12:56:00+01:00"),
            ("Thu, 24 Jan 2019", "2019-01-24"),
            ("yesterday 9pm", "2019-01-23T21:00:00+01:00"),
            ("mon noon", "2019-01-21T12:00:00+01:00"),
            ("year 2015", "2015"),
        ],
    );
    all_refused(
        &paris(),
        &[
            ("Fri 24 Jan 2019", TimeErrorReason::NoSuchTime),
            ("31 Jun", TimeErrorReason::NoSuchTime),
        ],
    );
    let file = ParseContext::file(Zone::UTC);
    all_refused(
        &file,
        &[
            ("January 24", TimeErrorReason::Relative),
            ("year 2015", TimeErrorReason::NoForm),
            ("2019-01-24 9am local", TimeErrorReason::Relative),
        ],
    );
}

#[test]
fn clocks_are_read_in_every_form() {
    all_read(
        &paris(),
        &[
            ("9 p.m.", "2019-01-23T21:00:00+01:00"),
            ("13h30", "2019-01-24T13:30:00+01:00"),
            ("noon", "2019-01-24T12:00:00+01:00"),
            ("Noon UTC", "2019-01-24T12:00:00Z"),
            ("midnight", "2019-01-24T00:00:00+01:00"),
            ("2019-01-23 24:00", "2019-01-24T00:00:00+01:00"),
            ("yesterday 24:00", "2019-01-24T00:00:00+01:00"),
            ("-1.5h", "2019-01-24T12:40:00+01:00"),
            ("1.5 hours ago", "2019-01-24T12:40:00+01:00"),
            ("about 12:56", "2019-01-24T12:56:00+01:00±15m"),
            ("around 3am GMT", "2019-01-24T03:00:00Z±15m"),
            ("ca. 12:56", "2019-01-24T12:56:00+01:00±15m"),
        ],
    );
    all_refused(
        &paris(),
        &[
            ("24:00", TimeErrorReason::NoSuchTime),
            ("2019-01-23 24:01", TimeErrorReason::NoSuchTime),
            ("-1.3333h", TimeErrorReason::NoLength),
        ],
    );
}

#[test]
fn local_is_the_machines_zone() {
    let machine_zone = Some(Zone::of("America/New_York"));
    let context = ParseContext { machine_zone, ..paris() };
    all_read(
        &context,
        &[
            ("8:05 local", "2019-01-24T08:05:00-05:00"),
            ("2018-07-24 8:05 Local", "2018-07-24T08:05:00-04:00"),
        ],
    );
    all_refused(&paris(), &[("8:05 local", TimeErrorReason::UnknownZone)]);
}

#[test]
fn what_is_pasted_is_read() {
    let now = instant("2019-02-01T12:00:00Z");
    let context = ParseContext::at(now, Zone::of("Europe/Paris"));
    let same = "2019-01-24T12:56:00Z";
    let here = "2019-01-24T13:56:00+01:00";
    all_read(
        &context,
        &[
            ("Thu Jan 24 12:56:00 UTC 2019", same),
            ("Thu Jan 24 01:56:00 PM CET 2019", here),
            ("Thu Jan 24 13:56:00 2019", here),
            ("Thu Jan  3 12:56:00 UTC 2019", "2019-01-03T12:56:00Z"),
            ("Thu, 24 Jan 2019 12:56:00 +0000", same),
            ("Thu, 24 Jan 2019 13:56:00 +0100 (CET)", here),
            ("24 Jan 2019 12:56:00 GMT", same),
            ("Thu Jan 24 2019 13:56:00 GMT+0100 (Central European Standard Time)", here),
            ("20190124T125600Z", same),
            ("20190124T1256Z", same),
            ("20190124T135600", here),
            ("20190124T135600+0100", here),
            ("2019-01-24 13:56:00,123", here),
            ("2019-01-24 13:56:00.123456", here),
            ("[2019-01-24 13:56:00,123]", here),
            ("[24/Jan/2019:12:56:00 +0000]", same),
            ("2019/01/24 13:56:00", here),
            ("Jan 24 13:56:00", here),
            ("1548334560", here),
            ("1548334560000", here),
            ("1548334560.000200", here),
        ],
    );
    let file = ParseContext::file(Zone::UTC);
    all_read(
        &file,
        &[
            ("1548334560.000200", same),
            ("Thu Jan 24 12:56:00 UTC 2019", same),
            ("20190124T125600", same),
        ],
    );
    all_refused(
        &context,
        &[
            ("Fri Jan 24 12:56:00 UTC 2019", TimeErrorReason::NoSuchTime),
            ("154833456", TimeErrorReason::NoForm),
            ("15483345600", TimeErrorReason::NoForm),
            ("0548334560", TimeErrorReason::NoForm),
            ("1548334560.", TimeErrorReason::NoForm),
            ("20190124", TimeErrorReason::NoForm),
            ("20191324T125600Z", TimeErrorReason::NoSuchTime),
            ("1999999999", TimeErrorReason::Future),
        ],
    );
}

#[test]
fn two_clocks_with_a_dash_are_a_range() {
    let range = "2019-01-24T12:40:00+01:00..2019-01-24T13:10:00+01:00";
    let night = "2019-01-24T03:20:00+01:00..2019-01-24T03:30:00+01:00";
    all_read(
        &paris(),
        &[
            ("12:40-13:10", range),
            ("12:40 - 13:10", range),
            ("12:40–13:10", range),
            ("2019-01-24 12:40-13:10", range),
            ("12:40-13:10 +01:00", range),
            ("3:20-3:30", night),
            ("03:20-03:30", night),
            ("3:20am-3:30am", night),
            ("11:30-12:30pm", "2019-01-24T11:30:00+01:00..2019-01-24T12:30:00+01:00"),
            ("1:20..1:30 pm", "2019-01-24T13:20:00+01:00..2019-01-24T13:30:00+01:00"),
            ("23:40-00:10", "2019-01-23T23:40:00+01:00..2019-01-24T00:10:00+01:00"),
            ("yesterday 9am-10am", "2019-01-23T09:00:00+01:00..2019-01-23T10:00:00+01:00"),
            // An offset that makes no range, or that stands where RFC 3339 has it.
            ("08:00-05:00", "2019-01-24T08:00:00-05:00"),
            ("04:00 -05:00", "2019-01-24T04:00:00-05:00"),
            ("2019-01-24T03:20-03:30", "2019-01-24T03:20:00-03:30"),
            ("2019-01-24 03:20:00-03:30", "2019-01-24T03:20:00-03:30"),
            ("2019-01-23 23:00-0500", "2019-01-23T23:00:00-05:00"),
        ],
    );
    for typed in ["23:00-05:00", "2019-01-23 23:00-05:00", "2019-01-24 03:20-03:30"] {
        let refusal = refused(typed, &paris());
        assert_eq!(refusal.reason(), TimeErrorReason::RangeOrOffset, "{typed}");
        assert_eq!(refusal.choices().len(), 2, "{typed}: {refusal}");
    }
}

#[test]
fn an_abbreviation_is_that_of_the_records_own_zone() {
    let now = instant("2019-08-01T12:00:00Z");
    let london = ParseContext::at(now, Zone::of("Europe/London"));
    let other = ParseContext { zone: Zone::of("America/New_York"), ..london };
    let cases = [
        ("9am BST", "2019-08-01T09:00:00+01:00"),
        ("2019-07-01 9am bst", "2019-07-01T09:00:00+01:00"),
    ];
    all_read(&london, &cases);
    all_read(&other, &cases);
    all_read(
        &ParseContext::at(now, Zone::of("Asia/Kolkata")),
        &[("9am IST", "2019-08-01T09:00:00+05:30")],
    );
    let winter = refused("2019-01-24 9am BST", &london);
    assert_eq!((winter.reason(), winter.choices().len()), (TimeErrorReason::AmbiguousZone, 3));
    all_read(
        &ParseContext::file(Zone::of("Europe/London")),
        &[("2019-07-01 9am BST", "2019-07-01T09:00:00+01:00")],
    );
}

#[test]
fn choices_that_cannot_be_are_left_out() {
    // 14:00 of the zone two hours east has not come yet in Dublin.
    let refusal = refused("2019-01-24 14:00 IST", &paris());
    assert_eq!(
        choices(&refusal),
        ["2019-01-24T14:00:00+05:30", "2019-01-24T14:00:00+02:00", "2019-01-24T14:00:00+01:00"]
    );
    let refusal = refused("2019-01-24 15:00 IST", &paris());
    assert_eq!(choices(&refusal), ["2019-01-24T15:00:00+05:30", "2019-01-24T15:00:00+02:00"]);
    assert_eq!(refusal.message(), "`IST` may be +05:30 (Asia/Kolkata) or +02:00 (Asia/Jerusalem).");
    let context = over(utc("2019-03-01T12:00:00Z"), "2019-01-24T08:30:00Z", "2019-01-24T09:30:00Z");
    assert_eq!(
        choices(&refused("9am CST", &context)),
        ["2019-01-24T09:00:00-06:00", "2019-01-24T09:00:00-05:00"]
    );
    assert_eq!(
        choices(&refused("2019-01-24 17:00 CST", &context)),
        ["2019-01-24T17:00:00+08:00"],
        "23:00 and 22:00 UTC are more than 12 hours after the end"
    );
}

#[test]
fn a_range_in_the_hour_that_comes_twice_has_all_its_choices() {
    let refusal = refused("2018-10-28 02:10..02:40", &paris());
    assert_eq!(refusal.reason(), TimeErrorReason::Repeated);
    let all = [
        "2018-10-28T02:10:00+02:00..2018-10-28T02:40:00+02:00",
        "2018-10-28T02:10:00+02:00..2018-10-28T02:40:00+01:00",
        "2018-10-28T02:10:00+01:00..2018-10-28T02:40:00+01:00",
    ];
    assert_eq!(choices(&refusal), all);
    for choice in all {
        assert!(refusal.next_step().contains(choice), "{refusal}");
        assert_eq!(text(choice, &paris()), choice);
    }
    let morning = ParseContext::at(instant("2018-10-28T08:00:00Z"), Zone::of("Europe/Paris"));
    let mut bare = choices(&refused("02:10..02:40", &morning));
    bare.sort();
    let mut all = all.map(str::to_owned);
    all.sort();
    assert_eq!(bare, all);
    let one_end = refused("2018-10-28 01:30..02:40", &paris());
    assert_eq!(
        choices(&one_end),
        [
            "2018-10-28T01:30:00+02:00..2018-10-28T02:40:00+02:00",
            "2018-10-28T01:30:00+02:00..2018-10-28T02:40:00+01:00"
        ]
    );
    let skipped = refused("2018-03-25 02:10..02:40", &paris());
    assert_eq!(skipped.reason(), TimeErrorReason::Skipped);
    assert_eq!(skipped.choices().len(), 3, "{skipped}");
}

#[test]
fn four_digits_alone_are_never_a_guess() {
    let now = "2026-11-20T21:00:00Z";
    let events = "2026-11-20T19:30:00Z";
    for context in [open(utc(now), events), over(utc(now), events, "2026-11-20T20:30:00Z")] {
        let refusal = refused("2015", &context);
        assert_eq!(refusal.reason(), TimeErrorReason::YearOrClock);
        assert_eq!(choices(&refusal), ["2026-11-20T20:15:00Z", "year 2015"]);
        assert_eq!(
            refusal.to_string(),
            "`2015` may be 20:15 or the year 2015. Write `20:15` or `year 2015`."
        );
        assert_eq!(choices(&refused("~2015", &context)), ["2026-11-20T20:15:00Z±15m"]);
        // No year has come yet that reads so, or no day has such a clock.
        assert_eq!(choices(&refused("1130", &open(utc(now), events))), ["2026-11-20T11:30:00Z"]);
        assert_eq!(
            choices(&refused("2045", &open(utc(now), "2026-11-20T19:30:00Z"))),
            ["2026-11-20T20:45:00Z"]
        );
        all_read(&context, &[("1999", "1999")]);
    }
    let unopened = ParseContext { around: IncidentWindow::Open { events: &[] }, ..utc(now) };
    all_refused(
        &unopened,
        &[("2015", TimeErrorReason::YearOrClock), ("0000", TimeErrorReason::YearOrClock)],
    );
    all_read(&utc(now), &[("2015", "2015")]);
    all_read(&ParseContext::file(Zone::UTC), &[("2015", "2015")]);
}

#[test]
fn a_bare_clock_of_an_older_open_incident_is_not_scattered() {
    // An incident of 19 October, written down on the 22nd.
    let context = open(utc("2021-10-22T13:00:00Z"), "2021-10-19T00:30:00Z 2021-10-19T14:00:00Z");
    let night = refused("12:38 AM", &context);
    assert_eq!(night.reason(), TimeErrorReason::FarOff);
    assert_eq!(choices(&night), ["2021-10-19T00:38:00Z", "2021-10-22T00:38:00Z"]);
    assert_eq!(
        choices(&refused("2:20 PM", &context)),
        ["2021-10-19T14:20:00Z", "2021-10-21T14:20:00Z"]
    );
    let old = open(utc("2026-11-20T12:00:00Z"), "2015-07-29T02:40:00Z");
    assert_eq!(
        choices(&refused("~3am GMT", &old)),
        ["2015-07-29T03:00:00Z±15m", "2026-11-20T03:00:00Z±15m"]
    );
    let ahead = refused("12:10", &old);
    assert_eq!(ahead.reason(), TimeErrorReason::Future);
    assert!(ahead.choices().len() >= 3, "{ahead}");
}

#[test]
fn a_refused_bare_clock_is_offered_on_the_machines_clocks_too() {
    let machine_zone = Some(Zone::of("America/New_York"));
    let context = ParseContext { machine_zone, ..open(paris(), "2019-01-24T12:56:00Z") };
    assert_eq!(
        choices(&refused(
            "7:55",
            &ParseContext { machine_zone, ..open(paris(), "2019-01-24T13:00:00Z") }
        )),
        ["2019-01-24T07:55:00+01:00", "2019-01-24T07:55:00-05:00"]
    );
    assert_eq!(
        choices(&refused(
            "7:50-7:55",
            &ParseContext { machine_zone, ..open(paris(), "2019-01-24T13:00:00Z") }
        )),
        [
            "2019-01-24T07:50:00+01:00..2019-01-24T07:55:00+01:00",
            "2019-01-24T07:50:00-05:00..2019-01-24T07:55:00-05:00"
        ]
    );
    // A zone that is named is not another one.
    let named = refused("6:55 UTC", &context);
    assert_eq!(choices(&named), ["2019-01-24T06:55:00Z"]);
    let ended = ParseContext {
        machine_zone,
        ..over(paris(), "2019-01-24T12:00:00Z", "2019-01-24T12:30:00Z")
    };
    assert!(choices(&refused("7:10", &ended)).contains(&"2019-01-24T07:10:00-05:00".to_owned()));
}

#[test]
fn a_bare_clock_of_an_incident_that_is_over_may_be_six_hours_after_its_end() {
    let context = over(utc("2019-03-01T12:00:00Z"), "2019-01-24T12:00:00Z", "2019-01-24T14:00:00Z");
    all_read(&context, &[("12:30", "2019-01-24T12:30:00Z"), ("20:00", "2019-01-24T20:00:00Z")]);
    let late = refused("20:01", &context);
    assert_eq!(late.reason(), TimeErrorReason::Outside);
    assert_eq!(choices(&late), ["2019-01-23T20:01:00Z", "2019-01-24T20:01:00Z"]);
    let long = over(utc("2019-03-01T12:00:00Z"), "2019-01-24T12:00:00Z", "2019-01-25T09:00:00Z");
    assert_eq!(choices(&refused("13:00", &long)), ["2019-01-24T13:00:00Z", "2019-01-25T13:00:00Z"]);
}

#[test]
fn a_day_without_its_year_is_one_of_the_incident_that_is_over() {
    let context = over(utc("2026-11-20T12:00:00Z"), "2019-01-24T12:00:00Z", "2019-01-25T14:00:00Z");
    all_read(&context, &[("Jan 24 12:56", "2019-01-24T12:56:00Z"), ("January 25", "2019-01-25")]);
    let refusal = refused("Feb 3 12:56", &context);
    assert_eq!(refusal.reason(), TimeErrorReason::Outside);
    assert_eq!(
        choices(&refusal),
        ["2020-02-03T12:56:00Z", "2019-02-03T12:56:00Z", "2018-02-03T12:56:00Z"]
    );
}

fn remark(typed: &str, context: &ParseContext<'_>) -> Option<String> {
    typed::remark(typed, read(typed, context).unwrap(), context)
}

#[test]
fn a_date_far_from_the_incident_is_written_with_a_warning() {
    let now = utc("2019-03-01T12:00:00Z");
    let going_on = open(now, "2019-02-28T12:00:00Z");
    let ended = over(now, "2019-01-24T12:00:00Z", "2019-01-24T14:00:00Z");
    let before = "before the first event";
    for (typed, context, expected) in [
        ("2019-02-27 23:59", &going_on, Some(before)),
        ("2019-02-28 00:00", &going_on, None),
        ("2019-02-27", &going_on, Some(before)),
        ("year 2018", &going_on, Some(before)),
        ("2019-02-26..2019-02-27", &going_on, Some(before)),
        ("-48h", &going_on, None),
        ("2019-02-28", &going_on, None),
        ("2019-01-23", &ended, Some(before)),
        ("2019-01-25 02:00", &ended, None),
        ("2019-01-25 02:01", &ended, Some("after the end")),
        ("yesterday 9pm", &ended, Some("after the end")),
        ("now", &ended, None),
    ] {
        let said = remark(typed, context);
        let fits = match expected {
            None => said.is_none(),
            Some(part) => said.as_ref().is_some_and(|said| said.contains(part)),
        };
        assert!(fits, "{typed}: {said:?}");
    }
}

#[test]
fn the_machines_zone_is_named_where_it_would_be_nearer_to_now() {
    let machine_zone = Some(Zone::of("America/New_York"));
    let context = ParseContext { machine_zone, ..open(paris(), "2019-01-24T12:56:00Z") };
    assert_eq!(
        remark("8:05", &context).as_deref(),
        Some(
            "in America/New_York, the zone of this machine, that clock is 08:05 -05:00 Thu 24 Jan 2019 (5 min ago)"
        )
    );
    for typed in ["~8:05", "about 8:05", "8:05±2m"] {
        assert!(remark(typed, &context).is_some(), "{typed}");
    }
    for typed in ["14:05", "8:05 UTC", "2019-01-24 08:05", "-5m"] {
        assert_eq!(remark(typed, &context), None, "{typed}");
    }
    assert_eq!(remark("8:05", &open(paris(), "2019-01-24T12:56:00Z")), None);
    let same = ParseContext { machine_zone: Some(Zone::of("Europe/Berlin")), ..context };
    assert_eq!(remark("8:05", &same), None);
}

#[test]
fn an_hour_that_comes_twice_is_shown_with_its_offset() {
    let paris = Zone::of("Europe/Paris");
    let stamp = |typed| read(typed, &ParseContext::file(paris)).unwrap();
    let shown = |typed| {
        let stamp = stamp(typed);
        (format::heading(stamp, paris), format::clock(stamp, paris), format::told(stamp, paris))
    };
    let told = |heading: &str, clock: &str, told: &str| {
        (heading.to_owned(), clock.to_owned(), told.to_owned())
    };
    let sunday = "Sun 28 Oct 2018";
    assert_eq!(
        shown("2018-10-28T02:30:00+02:00"),
        told(sunday, "02:30 +02:00", "02:30 +02:00 Sun 28 Oct 2018")
    );
    assert_eq!(
        shown("2018-10-28T02:30:00+01:00±5m"),
        told(sunday, "02:30±5m +01:00", "02:30 ± 5 min +01:00 Sun 28 Oct 2018")
    );
    assert_eq!(
        shown("2018-10-28T02:10:00+02:00..2018-10-28T02:40:00+01:00"),
        told(
            sunday,
            "02:10 +02:00..02:40 +01:00",
            "between 02:10 +02:00 and 02:40 +01:00 Sun 28 Oct 2018"
        )
    );
    // Every clock of that day, and none of another.
    assert_eq!(shown("2018-10-28 13:00").1, "13:00 +01:00");
    assert_eq!(shown("2018-10-27 23:59").1, "23:59");
    assert_eq!(shown("2018-10-29 00:00").1, "00:00");
    assert_eq!(shown("2018-03-25 13:00").1, "13:00");
    let moscow = Zone::of("Europe/Moscow");
    let both = ["2014-10-25T21:30:00Z", "2014-10-25T22:30:00Z"]
        .map(|at| format::full(instant(at), moscow));
    assert_eq!(both, ["01:30 +04:00 Sun 26 Oct 2014", "01:30 +03:00 Sun 26 Oct 2014"]);
}

#[test]
fn an_hour_that_is_repeated_over_midnight_belongs_to_the_days_that_it_is_on() {
    // The clocks went back from 00:00 to 23:00 of the day before.
    let beirut = Zone::of("Asia/Beirut");
    let day = |date| NaiveDate::from_ymd_opt(2018, 10, date).unwrap();
    assert_eq!([27, 28, 29].map(|date| beirut.repeats_on(day(date))), [true, false, false]);
    // From 00:01 to 23:01.
    let newfoundland = Zone::of("America/St_Johns");
    let day = |date| NaiveDate::from_ymd_opt(2010, 11, date).unwrap();
    assert_eq!(
        [5, 6, 7, 8].map(|date| newfoundland.repeats_on(day(date))),
        [false, true, true, false]
    );
}

#[test]
fn a_range_stands_under_the_day_on_which_it_begins() {
    let paris = Zone::of("Europe/Paris");
    let shown = |typed| {
        let stamp = read(typed, &ParseContext::file(paris)).unwrap();
        format!("{}: {}", format::heading(stamp, paris), format::clock(stamp, paris))
    };
    assert_eq!(shown("2019-01-24 23:50..2019-01-25 00:30"), "Thu 24 Jan 2019: 23:50..00:30");
    assert_eq!(
        shown("2019-01-24 10:00..2019-01-26 12:00"),
        "Thu 24 Jan 2019 to Sat 26 Jan 2019: 24 Jan 10:00..26 Jan 12:00"
    );
    assert_eq!(shown("2019-01-24..2019-01-26"), "Thu 24 Jan 2019 to Sat 26 Jan 2019: ~");
    assert_eq!(shown("2019-01-01..2019-01-31"), "Jan 2019: ~");
}

#[test]
fn what_is_known_by_its_days_is_shown_as_days() {
    let paris = Zone::of("Europe/Paris");
    let now = instant("2019-02-01T12:00:00Z");
    let stamp = |typed| read(typed, &ParseContext::file(paris)).unwrap();
    let days = stamp("2019-01-22..2019-01-23");
    assert_eq!(format::told(days, paris), "some time between Tue 22 Jan 2019 and Wed 23 Jan 2019");
    assert!(!format::echo(days, paris, now).contains("59"), "{}", format::echo(days, paris, now));
    let bounds = |typed| format::bounds(stamp(typed).moment(paris), paris);
    assert_eq!(bounds("2019-01-22"), "Tue 22 Jan 2019");
    assert_eq!(bounds("2019-01"), "Jan 2019");
    let brief = |typed| format::brief(stamp(typed), paris);
    assert_eq!(
        ["2015-08", "2015", "2019-01-22", "2019-01-22..2019-01-23"].map(brief),
        ["2015-08", "2015", "2019-01-22", "2019-01-22..2019-01-23"]
    );
    assert_eq!(
        ["2019-01-22 12:56:30", "2019-01-22 12:56±5m", "2019-01-22 12:40..13:10"].map(brief),
        ["2019-01-22 12:56", "2019-01-22 12:56±5m", "2019-01-22 12:40..13:10"]
    );
    assert_eq!(brief("2018-10-28T02:30:00+01:00"), "2018-10-28 02:30 +01:00");
}
