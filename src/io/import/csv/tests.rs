use super::*;
use crate::model::imported::ImportColumn;
use proptest::prelude::*;

fn options(columns: &[&str]) -> ImportOptions {
    ImportOptions {
        zone: Zone::of("Europe/Paris"),
        zone_given: false,
        channels: vec![],
        thread: None,
        pin: None,
        all: false,
        columns: columns.iter().map(|text| text.parse::<ImportColumn>().unwrap()).collect(),
    }
}

fn read_with(text: &str, columns: &[&str]) -> ImportedIncidents {
    let name = "outage.csv".to_owned();
    read(&[ImportFile { inner: name.clone(), name, bytes: text.into() }], &options(columns))
}

/// Returns the times and texts of the only incident.
#[track_caller]
fn told(text: &str, columns: &[&str]) -> Vec<String> {
    let read = read_with(text, columns);
    assert_eq!(read.skipped, []);
    assert_eq!(read.incidents.len(), 1);
    read.incidents[0].events.iter().map(|e| format!("{} {}", e.at.fields(), e.text)).collect()
}

#[test]
fn columns_are_found_by_their_headers() {
    let text = "Timestamp,What happened,Author,Milestone,Impact,Severity\n\
        2026-06-10 09:00,\"Errors, many\",Ada,start,\"api=down, mail=degraded:40%\",P2\n\
        2026-06-10T07:30:00Z,All well,Bo,recovered resolved,api=up,P2\n\
        2026-06-10 10:00,Less bad,Bo,,,P3\n";
    let read = read_with(text, &[]);
    assert_eq!(read.skipped, []);
    let incident = &read.incidents[0];
    assert_eq!((incident.key.as_str(), incident.title.as_str()), ("outage.csv", "outage"));
    let [first, second, third] = incident.events.as_slice() else { panic!("{incident:?}") };
    assert_eq!(first.at.fields().to_string(), "2026-06-10T09:00:00+02:00");
    assert_eq!((first.text.as_str(), first.by.as_deref()), ("Errors, many", Some("Ada")));
    assert_eq!(first.marks, [Milestone::Started]);
    assert_eq!(first.impact[1].share.as_ref().unwrap().as_str(), "40%");
    assert_eq!(second.marks, [Milestone::Recovered, Milestone::Resolved]);
    assert_eq!(
        (incident.severity.as_deref(), &first.severity, &second.severity),
        (Some("P2"), &None, &None)
    );
    assert_eq!(third.severity.as_deref(), Some("P3"));
}

#[test]
fn people_say_which_column_is_what() {
    let text = "when exactly,note,remark\n2026-06-10 09:00,a,b\n";
    assert_eq!(told(text, &["time=When exactly", "text=Remark"]), ["2026-06-10T09:00:00+02:00 b"]);
    let bare = "x,2026-06-10 09:00,a\ny,2026-06-10 09:01,b\n";
    let expected = ["2026-06-10T09:00:00+02:00 a", "2026-06-10T09:01:00+02:00 b"];
    assert_eq!(told(bare, &["time=2", "text=3"]), expected);
    assert_eq!(told(&format!("p,q,r\n{bare}"), &["time=2", "text=3"]), expected);
    let refused = |text: &str, columns: &[&str]| read_with(text, columns).skipped.remove(0);
    assert!(refused(text, &[]).reason.contains("--columns time=HEADER"));
    assert!(refused(text, &["time=4"]).reason.contains("there is no column `4`"));
    assert!("when=x".parse::<ImportColumn>().is_err() && "time=".parse::<ImportColumn>().is_err());
}

#[test]
fn times_are_those_of_typing_and_of_spreadsheets() {
    let first =
        |cell: &str, more: &str| told(&format!("time;text\n{cell};x\n{more}"), &[]).remove(0);
    for (cell, expected) in [
        ("24.01.2019 12:56", "2019-01-24T12:56:00+01:00 x"),
        ("1/24/2019 1:05:00 PM", "2019-01-24T13:05:00+01:00 x"),
        ("24/01/19 13:05", "2019-01-24T13:05:00+01:00 x"),
        ("1548334567", "2019-01-24T13:56:07+01:00 x"),
        ("Thu, 24 Jan 2019 12:56:00 +0000", "2019-01-24T12:56:00Z x"),
        ("2019-01-24 12:40..13:10", "2019-01-24T12:40:00+01:00..2019-01-24T13:10:00+01:00 x"),
        ("2019-01-24", "2019-01-24 x"),
    ] {
        let got = first(cell, "");
        assert_eq!(got.replace("between ", ""), expected, "{cell}");
    }
    // Another date of the table tells which is the day.
    assert_eq!(first("03/04/2019 10:00", "13/04/2019 10:00;y\n"), "2019-04-03T10:00:00+02:00 x");
    assert_eq!(first("03/04/2019 10:00", "04/13/2019 10:00;y\n"), "2019-03-04T10:00:00+01:00 x");
}

#[test]
fn a_date_is_carried_on_and_a_zone_has_a_place_of_its_own() {
    let text = "Date;Clock (UTC);Text\n2026-06-10;23:50;a\n;23:55;b\n;00:10;c\n";
    let text = text.replace("Clock", "Time");
    assert_eq!(
        told(&text, &[]),
        ["2026-06-10T23:50:00Z a", "2026-06-10T23:55:00Z b", "2026-06-11T00:10:00Z c"]
    );
    let text = "time,tz,text\n2026-06-10 09:00,UTC,a\n2026-06-10 09:00,America/New_York,b\n2026-06-10 09:00,,c\n";
    let expected =
        ["2026-06-10T09:00:00Z a", "2026-06-10T09:00:00-04:00 b", "2026-06-10T09:00:00+02:00 c"];
    assert_eq!(told(text, &[]), expected);
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_the_rest_goes_on() {
    let text = "time,text,kind,impact\n2026-06-10 09:00,a,note,\nlater,b,,\n03/04/2026 10:00,c,,\n2026-06-10 10:00,d,nonsense,api:down\n2026-06-10 11:00,,,\n\
        2026-06-10 12:00,\"e,,\n";
    let read = read_with(text, &[]);
    let told: Vec<_> = read.skipped.iter().map(|s| format!("{} {}", s.place, s.reason)).collect();
    let starts = [
        "outage.csv:7:18 this quote",
        "outage.csv:3 the time `later`",
        "outage.csv:4 the time `03/04/2026 10:00`: it may be 2026-03-04 or 2026-04-03",
        "outage.csv:5 unknown kind of event `nonsense`",
        "outage.csv:5 `api:down` is no impact",
        "outage.csv:6 it says nothing",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told}");
    }
    let events = &read.incidents[0].events;
    assert_eq!(events.len(), 4);
    assert!(events[1].text.starts_with("b (time as written: later; "), "{}", events[1].text);
    assert_eq!(events[1].at.fields().to_string(), "2026-06-10");
}

#[test]
fn rows_go_to_the_incident_that_they_name_and_are_known_by_their_id_or_time() {
    let text = "incident,title,time,text,id\nA-1,Fire,2026-06-10 09:00,a,7\nA-2,Flood,2026-06-11 09:00,b,\nA-1,Fire,2026-06-10 09:00,c,\nA-1,Fire,2026-06-10 09:00,d,\n";
    let read = read_with(text, &[]);
    let told: Vec<_> = read
        .incidents
        .iter()
        .map(|i| {
            let keys = i.events.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join(" ");
            format!("{} {} {keys}", i.key, i.title)
        })
        .collect();
    assert_eq!(
        told,
        [
            "A-1 Fire 7 2026-06-10T07:00:00Z 2026-06-10T07:00:00Z.1",
            "A-2 Flood 2026-06-11T07:00:00Z"
        ]
    );
}

proptest! {
    #[test]
    fn any_table_is_read_or_told_of(cells in prop::collection::vec("[0-9a-z./: \"\\-~]{0,18}", 1..24)) {
        let rows: Vec<_> = cells.chunks(3).map(|row| row.join(",")).collect();
        let read = read_with(&format!("time,text,mark\n{}", rows.join("\n")), &[]);
        let events: usize = read.incidents.iter().map(|i| i.events.len()).sum();
        prop_assert!(events > 0 || !read.skipped.is_empty() || cells.iter().all(|cell| cell.trim().is_empty()));
    }
}
