use super::*;
use crate::compute::report::site::{
    SiteGrade, SiteIncident, SiteMoment, SiteProgress, SiteReport, SiteSort, SiteUpdate,
};
use crate::model::incident::State;
use crate::model::settings::Settings;
use crate::model::time::Instant;
use proptest::prelude::*;

/// What anybody may have typed.
const HOSTILE: &str =
    "</script><script>alert(1)</script>\"'><img src=x onerror=y>&amp;\u{1b}[31m\u{202e}\u{2028}]]>";

/// Returns an incident of which each text is this one.
pub(super) fn incident(text: &str) -> SiteIncident {
    let at = Instant::saturating(1_548_334_560);
    let moment =
        || SiteMoment { at, day: at.utc().date_naive(), words: "2019-01-24 12:56".to_owned() };
    SiteIncident {
        id: None,
        page: "a b%\u{e9}.html".to_owned(),
        title: text.to_owned(),
        began: Some(moment()),
        severity: None,
        grade: SiteGrade::Major,
        services: vec![text.to_owned()],
        progress: SiteProgress::Investigating,
        state: text.to_owned(),
        sort: SiteSort::Incident,
        length: Some(text.to_owned()),
        summary: Some(text.to_owned()),
        updates: vec![SiteUpdate {
            key: text.to_owned(),
            moment: moment(),
            text: text.to_owned(),
            progress: SiteProgress::Investigating,
            services: vec![(text.to_owned(), State::Down)],
        }],
        now: vec![(text.to_owned(), State::Down)],
        words: vec![text.to_owned()],
    }
}

pub(super) fn report(text: &str) -> SiteReport {
    let settings =
        Settings { site_url: Some("https://status.example.com".to_owned()), ..Settings::default() };
    SiteReport::of(Audience::Internal, &settings, vec![incident(text), incident("plain")])
}

/// Returns a page without the style and the script that are its own.
fn own(page: &str) -> String {
    [STYLE, include_str!("index.js")]
        .iter()
        .fold(page.to_owned(), |page, part| page.replace(part, ""))
}

#[test]
fn hostile_text_stays_text() {
    let report = report(HOSTILE);
    let page = own(&index(&report));
    for sign in ["<script>alert", "<img", "\u{1b}", "\u{202e}", "\"'>"] {
        assert!(!page.contains(sign), "{sign:?}");
    }
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert!(page.contains("href=\"incidents/a%20b%25%C3%A9.html\""));
    let script = search(&report);
    for sign in ["<", "\u{1b}", "\u{202e}", "\u{2028}"] {
        assert!(!script.contains(sign), "{sign:?}");
    }
    let json = script.strip_prefix("globalThis.recountSearch = ").unwrap();
    let read: serde_json::Value =
        serde_json::from_str(json.trim_end().trim_end_matches(';')).unwrap();
    assert_eq!(read[0]["texts"][0][1], HOSTILE);
}

proptest! {
    #[test]
    fn no_text_opens_a_tag_of_its_own(text in "[<>&\"'=a-z/ !-]{0,40}") {
        let tags = |text: &str| own(&index(&report(text))).matches('<').count();
        prop_assert_eq!(tags(&text), tags("x"));
    }
}

#[test]
fn a_page_has_a_link_to_all_of_them() {
    let page = linked("<header><h1>A <header></h1></header>");
    assert!(
        page.starts_with(
            "<header><p><a href=\"../index.html\">All incidents</a></p><h1>A <header>"
        )
    );
}

#[test]
fn feeds_and_the_api_hold_hostile_text_as_text() {
    let report = report(HOSTILE);
    let feed = atom(&report, "https://status.example.com");
    for sign in ["<script", "<img", "\u{1b}", "\u{202e}", "]]>", "\u{fffe}"] {
        assert!(!feed.contains(sign), "{sign:?}");
    }
    // Escaped once for HTML, and again for XML.
    assert!(feed.contains("&amp;lt;/script&amp;gt;"));
    assert!(feed.contains("<id>https://status.example.com/incidents/a%20b%25%C3%A9.html</id>"));
    for json in
        [json_feed(&report, "https://status.example.com"), incidents(&report), summary(&report)]
    {
        assert!(!json.contains('\u{1b}') && !json.contains('\u{202e}'));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(read.to_string().contains("onerror"));
    }
    let read: serde_json::Value =
        serde_json::from_str(&json_feed(&report, "https://status.example.com")).unwrap();
    assert!(!read["items"][0]["content_html"].as_str().unwrap().contains("<script"));
}

#[test]
fn the_summary_says_what_is_now_and_nothing_that_the_record_knows_to_be_otherwise() {
    let read = |report: &SiteReport| -> serde_json::Value {
        serde_json::from_str(&summary(report)).unwrap()
    };
    let mut told = report("apps");
    let found = read(&told);
    assert_eq!(found["status"]["indicator"], "major");
    assert_eq!(found["components"][0]["status"], "major_outage");
    assert_eq!(found["incidents"].as_array().unwrap().len(), 2);
    // Nothing public is open, and the record knows of an outage.
    for incident in &mut told.incidents {
        incident.progress = SiteProgress::Resolved;
        incident.now.clear();
    }
    assert_eq!(read(&told)["status"]["description"], "All Systems Operational");
    told.hold_against(&[("apps".to_owned(), State::Down)]);
    let found = read(&told);
    assert!(found["status"]["indicator"].is_null(), "{found}");
    let names: Vec<_> =
        found["components"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert_eq!(names, ["plain"]);
}
