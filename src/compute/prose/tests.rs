//! Sentences, and the lengths and times in them.

use super::*;
use crate::model::time::Span;
use crate::model::time::duration::words;
use proptest::prelude::*;

/// Returns each length of a sentence with the least and the most that it can mean.
fn found(text: &str) -> Vec<(&str, String, String)> {
    let plain = plain(text, &[]);
    let all = lengths(&plain).into_iter();
    all.map(|l| (text.get(l.range).unwrap(), words(l.lowest), words(l.highest))).collect()
}

#[track_caller]
fn one(text: &str, said: &str, low: &str, high: &str) {
    assert_eq!(found(text), [(said, low.to_owned(), high.to_owned())], "{text}");
}

#[test]
fn lengths_are_found_with_what_they_can_mean() {
    one("It lasted 5 h 44 min.", "5 h 44 min", "5 h 43 min 01 s", "5 h 44 min 59 s");
    one("It lasted 5h44m in all", "5h44m", "5 h 43 min 01 s", "5 h 44 min 59 s");
    one("about 45 minutes", "45 minutes", "40 min", "50 min");
    one("It took three hours.", "three hours", "2 h 30 min", "3 h 30 min");
    one("a **forty-five** minute outage", "forty-five** minute", "44 min 01 s", "45 min 59 s");
    one("the 45-minute outage", "45-minute", "44 min 01 s", "45 min 59 s");
    one("An hour and a half passed", "An hour and a half", "1 h 27 min", "1 h 33 min");
    one("for 1.5 hours", "1.5 hours", "1 h 27 min", "1 h 33 min");
    one("two and a half hours", "two and a half hours", "2 h 27 min", "2 h 33 min");
    one("half an hour", "half an hour", "27 min", "33 min");
    one(
        "three hours and 20 minutes",
        "three hours and 20 minutes",
        "3 h 19 min 01 s",
        "3 h 20 min 59 s",
    );
    one("between 2 to 3 hours", "2 to 3 hours", "1 h 30 min", "3 h 30 min");
    one("2-3 hours", "2-3 hours", "1 h 30 min", "3 h 30 min");
    one("nearly 5 hours", "5 hours", "4 h 00 min", "5 h 30 min");
    one("more than 5 hours", "5 hours", "4 h 30 min", "7 h 30 min");
    one("within 30 minutes", "30 minutes", "0 s", "30 min 59 s");
    let blanks = found("5&nbsp;h of darkness, 2\u{a0}h of light");
    assert_eq!(blanks.iter().map(|(said, ..)| *said).collect::<Vec<_>>(), ["5&nbsp;h", "2\u{a0}h"]);
    let two = found("first 20 minutes, then 1 hour, 5 minutes");
    assert_eq!(two.len(), 1, "{two:?}");
    assert!(lengths("20 minutes later").iter().all(|l| l.between_events));
    assert!(lengths("It took 20 minutes").iter().all(|l| !l.between_events));
}

#[test]
fn what_is_no_part_of_the_story_is_passed_over() {
    for text in [
        "It polls every 30 minutes.",
        "a timeout of 5 minutes",
        "the 15 minute timeout",
        "in the last 90 days",
        "an SLO of 30 minutes a month",
        "waited 30 seconds",
        "v5 min, $5 min, 1,200 minutes",
        "`3 hours`",
        "<!-- 3 hours -->",
        "```\n3 hours\n```\n",
        "    3 hours\n",
        "<https://example.com/3 hours>",
        "5 apples, 3 dozen, a man",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn generated_parts_are_nobodys_prose() {
    let text = "It lasted 3 hours and 4 hours.";
    let start = text.find('3').unwrap();
    let plain = plain(text, std::slice::from_ref(&(start..start + 7)));
    assert_eq!(plain.len(), text.len());
    assert_eq!(lengths(&plain).len(), 0, "a text that is generated in part is left alone");
}

fn clock(text: &str) -> Vec<(&str, i64, StatedZone)> {
    let plain = plain(text, &[]);
    clocks(&plain)
        .into_iter()
        .map(|c| (text.get(c.range).unwrap(), c.second / 60, c.zone))
        .collect()
}

#[test]
fn times_of_day_are_found() {
    let at = |hour: i64, minute: i64| hour * 60 + minute;
    let named = |zone: &str| StatedZone::Named(zone.to_owned());
    for (text, said, minute, zone) in [
        ("At 13:56 the lights went out", "13:56", at(13, 56), StatedZone::Silent),
        ("(13:56:30)", "13:56:30", at(13, 56), StatedZone::Silent),
        ("at 18:40 UTC.", "18:40 UTC", at(18, 40), StatedZone::Offset(0)),
        ("at 7:30am GMT", "7:30am GMT", at(7, 30), StatedZone::Offset(0)),
        ("around 3 pm, we", "3 pm", at(15, 0), StatedZone::Silent),
        ("12am", "12am", 0, StatedZone::Silent),
        ("12:15 p.m. CET", "12:15 p.m. CET", at(12, 15), named("CET")),
        ("at 10:30 UTC+2", "10:30 UTC+2", at(10, 30), StatedZone::Offset(7200)),
        ("10:30 DNS was down", "10:30", at(10, 30), StatedZone::Silent),
    ] {
        assert_eq!(clock(text), [(said, minute, zone)], "{text}");
    }
    assert_eq!(clock("13:56–15:30").len(), 2);
}

#[test]
fn what_looks_like_a_time_is_none() {
    for text in [
        "16:9",
        "host:8080",
        "25:00",
        "10:75",
        "13pm",
        "a ratio of 3:1",
        "10:30:15:20",
        "2019-01-24T13:56Z",
        "`13:56`",
        "de:ad:be:ef:00:11",
        "::1",
        "12:345",
        "at 3 we",
        "100:20",
    ] {
        assert_eq!(clock(text), [], "{text}");
    }
}

#[test]
fn sections_without_a_word_are_found() {
    let text = "# Title\n\n## Summary\n\nWell.\n\n## Impact\n\n<!-- Who was hit? -->\n\n## Causes\n\nTODO\n\n## Lessons\n\n### Good\n\n- one\n\n### Bad\n\n## Picture\n\n![x](y.png)\n\n## Code\n\n```\n```\n\n## Last ##\n";
    let titles: Vec<_> = empty_sections(text).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["Impact", "Causes", "Bad", "Last"]);
    let (_, start) = &empty_sections(text)[0];
    assert!(text.get(*start..).unwrap().starts_with("## Impact"));
}

#[test]
fn labels_without_a_word_are_found() {
    let empty = |text: &str| -> Vec<String> {
        empty_labels(text).into_iter().map(|(label, _)| label).collect()
    };
    let text = "# T\n\n**Authors:** <!-- Who? -->\n\n**Status:** open\n\nDate:\nOwner: us\n\n- Reviewers:\n- Team: x\n\nLead:\n";
    assert_eq!(empty(text), ["Authors:", "Date:", "Reviewers:", "Lead:"]);
    for fine in [
        "**Authors:** Ann\n",
        "**Authors:**\n\n- Ann\n",
        "- **Resolution**:\n  - We did\n",
        "Authors:\nAnn and Bob\n",
        "**Impact:**\n\nNobody could log in.\n",
        "What we did then was this:\n\n# Steps\n",
        "Steps:\n\n```\nx\n```\n",
    ] {
        assert_eq!(empty(fine), [""; 0], "{fine}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_breaks_it(
        text in any::<String>(),
        near in "[0-9a-z:.,~\u{a0}é-]{0,4}([0-9 ]{0,3}(h|min|hours| and | to |half|an?|[:.-]|am|UTC)?){0,6}",
        from in 0..20usize,
    ) {
        for text in [text, near] {
            let plain = plain(&text, std::slice::from_ref(&(from..from + 3)));
            prop_assert_eq!(plain.len(), text.len());
            for length in lengths(&plain) {
                prop_assert!(length.lowest <= length.highest && plain.get(length.range).is_some());
            }
            for clock in clocks(&plain) {
                prop_assert!((0..86_400).contains(&clock.second) && plain.get(clock.range).is_some());
            }
            for (_, start) in empty_sections(&text) {
                prop_assert!(text.get(start..).is_some());
            }
        }
    }

    #[test]
    fn a_length_that_we_write_is_one_that_we_read(seconds in 60..300_000i64) {
        let said = words(Span::seconds(seconds - seconds % 60));
        let text = format!("It lasted {said}.");
        let all = lengths(&plain(&text, &[]));
        prop_assert_eq!(all.len(), 1);
        let span = Span::seconds(seconds - seconds % 60);
        prop_assert!(all[0].lowest <= span && span <= all[0].highest);
        prop_assert_eq!(text.get(all[0].range.clone()).unwrap(), said);
    }
}
