use super::*;
use crate::io::yaml;
use crate::model::incident::Incident;
use crate::model::settings::Settings;

fn incident(text: &str) -> Incident {
    let id = "2026-06-10-x".parse().unwrap();
    yaml::incident::read(id, text, &Settings::default()).unwrap().incident
}

fn words(text: &str) -> RedactedWords {
    let mut event = incident("title: x\nevents:\n  - {at: 2026-06-10T12:00:00Z, text: y}\n");
    text.clone_into(&mut event.events[0].text);
    RedactedWords::of_events(&event.events)
}

#[test]
fn a_whole_text_is_found_however_a_format_breaks_and_escapes_it() {
    let words = words("Ada's pass \"is\" lost & gone");
    for text in [
        "Ada's pass \"is\" lost & gone",
        "text: \"Ada's pass \\\"is\\\" lost & gone\"",
        "text: 'Ada''s pass \"is\" lost & gone'",
        "text: >-\n    Ada's pass\n    \"is\" lost & gone",
        "> Ada's pass\n> \"is\" lost & gone",
        "Ada\\'s pass \\\"is\\\" lost \\& gone",
        "<p>Ada&#39;s pass &quot;is&quot; lost &amp; gone</p>",
        "Ada's\\u0020pass\\n\\\"is\\\" lost & gone",
        "Ad\\x61's pass is lost, gone",
    ] {
        let masked = words.masked(text).unwrap_or_else(|| panic!("{text}"));
        assert!(masked.contains(MARK) && !masked.contains("lost"), "{masked}");
    }
    assert_eq!(words.masked("Ada's pass is lost & gonerak"), None, "another word");
    assert_eq!(words.masked("a lost pass"), None);
}

#[test]
fn ordinary_words_stay_and_singular_ones_go() {
    let words = words("The password of db is tr0ub4dor-x9, since 12:56:00");
    assert_eq!(words.masked("The password was changed at 12:56:00 on db"), None);
    assert_eq!(words.masked("a=tr0ub4dor-x9;").as_deref(), Some("a=(redacted);"));
    assert!(!self::words("Declared").are_in("Declared"));
    assert!(!self::words("api down").are_in("the api down"), "too short a text");
}

#[test]
fn a_long_passage_goes_with_whole_words_and_the_rest_stays() {
    let long = "Ravi from the second shift opened the door of hall two and pulled the wrong cable";
    let words = words(&format!("{long}\n{long}, calmly"));
    let masked = words
        .masked("We know: the second shift opened the door of hall two and pulled thousands out.");
    assert_eq!(masked.as_deref(), Some("We know: (redacted) thousands out."));
    let next = words.masked(&format!("a: {long}\ncauses: []")).unwrap();
    assert_eq!(
        next, "a: (redacted)\ncauses: []",
        "the next word begins with a letter of the passage"
    );
    assert_eq!(words.masked("Ravi opened the door of hall two"), None);
    assert_eq!(words.masked(&format!("{long}.")).as_deref(), Some("(redacted)."));
}

#[test]
fn what_an_event_says_by_its_effect_is_nobodys() {
    let told = incident(
        "title: x\nevents:\n  - {at: 2026-06-10T12:00:00Z, impact: {databases: degraded}, text: databases degraded}\n",
    );
    assert!(RedactedWords::of_events(&told.events).is_empty());
}

#[test]
fn a_passage_that_a_person_named_is_found_however_short() {
    let words = RedactedWords::of_passage(" Ada ");
    assert_eq!(words.masked("by Ada").as_deref(), Some("by (redacted)"));
    assert!(RedactedWords::of_passage("  ").is_empty());
}

#[test]
fn what_is_redacted_now_is_hidden_in_what_was() {
    let text = |said: &str| {
        format!(
            "title: {said}\nsummary: Told as {said}.\nevents:\n  - {{id: a1, at: 2026-06-10T12:00:00Z, mark: started, text: {said}}}\n"
        )
    };
    let mut then = incident(&text("Ravi pulled the wrong cable"));
    let mut now = then.clone();
    assert_eq!(RedactedSince::in_incident(&now).count(), 0);
    now.events = vec![as_redacted(&now.events[0], "a name")];
    let mut since = RedactedSince::in_incident(&now);
    since.learn(&then);
    let mut before = Incident { events: vec![], ..then.clone() };
    since.hide_in(&mut before);
    assert_eq!(before.title, MARK, "before the event was there");
    since.hide_in(&mut then);
    assert_eq!((then.title.as_str(), then.summary.as_deref()), (MARK, Some("Told as (redacted).")));
    let event = &then.events[0];
    assert_eq!(
        (event.text.as_str(), &event.redacted, event.marks.is_empty()),
        (MARK, &None, false)
    );
}
