use super::*;
use crate::model::time::Zone;

fn file(inner: &str, text: &str) -> ImportFile {
    ImportFile { name: inner.to_owned(), inner: inner.to_owned(), bytes: text.into() }
}

fn options() -> ImportOptions {
    ImportOptions {
        zone: Zone::UTC,
        zone_given: false,
        channels: vec![],
        thread: None,
        pin: None,
        all: false,
        columns: vec![],
    }
}

const USERS: &str = r#"[{"id": "U1", "name": "ada", "profile": {"display_name": "Ada Diallo"}}, {"id": "U2", "name": "bo"}]"#;
const CHANNELS: &str = r#"[{"id": "C1", "name": "incidents"}]"#;

fn export(messages: &str, options: &ImportOptions) -> ImportedIncidents {
    let files = [
        file("incidents/2026-06-10.json", messages),
        file("users.json", USERS),
        file("channels.json", CHANNELS),
    ];
    read(&files, options)
}

/// Returns who said what.
fn said(read: &ImportedIncidents) -> Vec<(String, String)> {
    let said = |event: &ImportedEvent| (event.by.clone().unwrap_or_default(), event.text.clone());
    read.incidents.iter().flat_map(|incident| &incident.events).map(said).collect()
}

#[test]
fn names_links_and_entities_are_decoded() {
    let read = export(
        r#"[{"user": "U1", "ts": "1781082000.000200", "text": "<@U2> see <https://example.com/x|the graph> in <#C1> &lt;b&gt; &amp;amp; <!here> <https://a.b> <!subteam^S1|@oncall> 1 < 2"},
            {"bot_id": "B1", "username": "deploys", "ts": "1781082001.000100", "text": "", "attachments": [{"pretext": "Deployed", "text": "v2 <https://x.y|diff>"}]},
            {"user": "U2", "ts": "1781082002.000100", "text": "", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section",
              "elements": [{"type": "text", "text": "Ask "}, {"type": "user", "user_id": "U1"}, {"type": "text", "text": " &lt;now&gt;"}]}]}]}]"#,
        &options(),
    );
    assert_eq!(read.skipped, []);
    let expected = [
        (
            "Ada Diallo",
            "@bo see the graph (https://example.com/x) in #incidents <b> &amp; @here https://a.b @oncall 1 < 2",
        ),
        ("deploys", "Deployed\nv2 diff (https://x.y)"),
        ("bo", "Ask @Ada Diallo <now>"),
    ];
    assert_eq!(said(&read), expected.map(|(by, text)| (by.to_owned(), text.to_owned())));
    assert_eq!(
        (read.incidents[0].key.as_str(), read.incidents[0].title.as_str()),
        ("C1", "#incidents")
    );
    assert_eq!(read.incidents[0].events[0].key, "1781082000.000200");
}

#[test]
fn what_was_deleted_is_not_there_and_what_was_edited_says_its_last() {
    let read = export(
        r#"[{"user": "U1", "ts": "1.000001", "text": "secret"}, {"subtype": "message_deleted", "ts": "3.1", "deleted_ts": "1.000001"},
            {"subtype": "tombstone", "ts": "2.000001", "text": "This message was deleted."},
            {"subtype": "message_changed", "ts": "4.1", "message": {"user": "U1", "ts": "4.000001", "text": "mended", "edited": {"ts": "5.0"}}},
            {"subtype": "channel_join", "user": "U2", "ts": "6.1", "text": "<@U2> has joined the channel"}]"#,
        &options(),
    );
    assert_eq!(said(&read), [("Ada Diallo".to_owned(), "mended".to_owned())]);
    assert_eq!(read.incidents[0].events[0].revised, Instant::from_epoch(5));
}

#[test]
fn a_dump_has_its_threads_in_a_key_of_their_own() {
    let dump = r#"{"name": "ops", "channel_id": "C9", "messages": [
        {"user": "U1", "ts": "10.000100", "thread_ts": "10.000100", "text": "It is down",
         "slackdump_thread_replies": [{"user": "U2", "ts": "12.000100", "thread_ts": "10.000100", "text": "Looking"}]},
        {"user": "U1", "ts": "11.000100", "text": "Lunch?"}],
        "threads": {"10.000100": [{"user": "U1", "ts": "13.000100", "thread_ts": "10.000100", "text": "Fixed"}]}}"#;
    let read_with = |options: &ImportOptions| read(&[file("C9.json", dump)], options);
    let all = read_with(&options());
    assert_eq!((all.incidents[0].key.as_str(), said(&all).len()), ("C9", 4));
    for thread in [
        "10.000100",
        "https://x.slack.com/archives/C9/p10000100",
        "https://x.slack.com/archives/C9/p12000100?thread_ts=10.000100&cid=C9",
    ] {
        let one = read_with(&ImportOptions { thread: Some(thread.to_owned()), ..options() });
        let texts: Vec<_> = said(&one).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["It is down", "Looking", "Fixed"], "{thread}");
        assert_eq!(one.incidents[0].title, "It is down");
    }
}

#[test]
fn a_reaction_chooses_messages() {
    let messages = r#"[{"user": "U1", "ts": "1.1", "text": "a", "reactions": [{"name": "timeline::skin-tone-2", "count": 1}]},
        {"user": "U1", "ts": "2.1", "text": "b", "reactions": [{"name": "eyes", "count": 1}]}]"#;
    let read = export(messages, &ImportOptions { pin: Some(":timeline:".to_owned()), ..options() });
    assert_eq!(said(&read).len(), 1);
    let other = ImportOptions { channels: vec!["#elsewhere".to_owned()], ..options() };
    assert!(export(messages, &other).incidents.is_empty());
}

#[test]
fn what_is_no_message_is_told_with_its_place() {
    let read = export(
        r#"[{"text": "x"}, {"ts": "soon", "text": "y"}, 7, {"ts": "9.1", "text": "z"}]"#,
        &options(),
    );
    let places: Vec<_> = read.skipped.iter().map(|it| it.place.as_str()).collect();
    assert_eq!(places, [0, 1, 2].map(|n| format!("incidents/2026-06-10.json#/{n}")));
    assert_eq!(said(&read).len(), 1);
}
