//! Properties of the merge by meaning, over random edits of replicas by the tool's own verbs and by hand.

use super::IncidentFile;
use super::edit::{CannotEdit, EditableIncident, EditedIncident};
use crate::compute::check::{self, CheckedIncident};
use crate::compute::redaction::MARK;
use crate::compute::timeline::Timeline;
use crate::io::yaml::{self, merge};
use crate::model::diagnostic::{Level, Location, Spanned};
use crate::model::incident::{Cancellation, Event, Milestone};
use crate::model::settings::Settings;
use crate::model::time::{EventTime, Instant, OffsetTime, Span, Zone};
use proptest::prelude::*;
use std::collections::BTreeSet;

const BASE: &str = "\
# yaml-language-server: $schema=x

title: Search is slow # as customers say
severity: sev2
services: [search]
impact: none
summary: It was slow.
causes: [{kind: root, text: A full disk}]
events:
  # how it began
  - {id: base0001, at: 2026-06-10T12:00:00Z, logged: 2026-06-10T12:00:05Z, mark: started, text: Search fails}
  - id: base0002
    at: 2026-06-10T12:10:00Z
    logged: 2026-06-10T12:10:00Z
    text: |
      We look
      into it
  - id: base0003
    at: 2026-06-10T12:20:00Z
    logged: 2026-06-10T12:20:00Z
    text: The passphrase is zebra-base0003 # kept
# the end
";

/// What somebody does to an incident.
#[derive(Clone, Debug)]
enum ReplicaEdit {
    /// Logs an event so many minutes after the first.
    Log(i64),
    /// Gives an event another text.
    Say(usize),
    /// Gives an event another time.
    At(usize, i64),
    Retract(usize),
    Redact(usize),
    Move(usize),
    Cancel,
    Close,
    Title,
    Severity(u8),
    Service(u8),
    /// Writes a comment above an event.
    CommentAbove(usize),
    /// Writes a comment behind the last line.
    CommentEnd,
}

fn edits() -> impl Strategy<Value = Vec<ReplicaEdit>> {
    use ReplicaEdit::{
        At, Cancel, Close, CommentAbove, CommentEnd, Log, Move, Redact, Retract, Say, Service,
        Severity, Title,
    };
    let one = prop_oneof![
        5 => (0..90_i64).prop_map(Log),
        3 => (0..9_usize).prop_map(Say),
        3 => (0..9_usize, 0..90_i64).prop_map(|(index, minutes)| At(index, minutes)),
        1 => (0..9_usize).prop_map(Retract),
        1 => (0..9_usize).prop_map(Redact),
        1 => (0..9_usize).prop_map(Move),
        1 => Just(Cancel),
        1 => Just(Close),
        1 => Just(Title),
        1 => (1..4_u8).prop_map(Severity),
        1 => (0..3_u8).prop_map(Service),
        1 => (0..9_usize).prop_map(CommentAbove),
        1 => Just(CommentEnd),
    ];
    proptest::collection::vec(one, 0..6)
}

/// A machine with its copy of the incident.
#[derive(Clone, Debug)]
struct IncidentReplica {
    name: char,
    text: String,
    /// How far its clock is off, in minutes.
    skew: i64,
    edits: u32,
    /// The events that were logged there.
    logged: BTreeSet<String>,
    /// The words that were taken out there.
    redacted: BTreeSet<String>,
    /// The comments that were written there.
    comments: BTreeSet<String>,
}

impl IncidentReplica {
    fn new(name: char, text: &str, skew: i64) -> Self {
        let (redacted, comments) = Default::default();
        let ids = text.split("id: ").skip(1).filter_map(|rest| rest.get(..8));
        let logged = ids.map(str::to_owned).collect();
        Self { name, text: text.to_owned(), skew, edits: 0, logged, redacted, comments }
    }

    fn now(&self) -> Instant {
        let minutes = 200 + self.skew + i64::from(self.edits);
        start().plus(Span::minutes(minutes))
    }

    fn all(mut self, edits: &[ReplicaEdit]) -> Self {
        edits.iter().for_each(|edit| self.edit(edit));
        self
    }

    fn edit(&mut self, edit: &ReplicaEdit) {
        self.edits += 1;
        let word = format!("{}{:04}", self.name, self.edits);
        match edit {
            ReplicaEdit::CommentAbove(index) => return self.comment_above(*index, &word),
            ReplicaEdit::CommentEnd => {
                self.comments.insert(format!("# end {word}"));
                return self.text.push_str(&format!("# end {word}\n"));
            }
            _ => {}
        }
        let (settings, now) = (Settings::default(), self.now());
        let (id, is_new) = ("2026-06-10-x".parse().unwrap(), false);
        let file = IncidentFile { id, path: "x".into(), text: self.text.clone(), is_new };
        let open = file.open(&settings, now).unwrap();
        let changed = self.changed_event(&open, edit, &word);
        if let Some(changed) = changed.or_else(|| changed_facts(&open, edit, &word)) {
            self.text = changed.unwrap_or_else(|why| panic!("{why}\n{}", self.text)).text;
        }
    }

    /// Returns the incident with an event that is new or changed; none where the edit is of another kind, or of nothing.
    fn changed_event(
        &mut self,
        open: &EditableIncident<'_>,
        edit: &ReplicaEdit,
        word: &str,
    ) -> Option<Result<EditedIncident, CannotEdit>> {
        let at = |index: usize| open.facts.events.get(index % open.facts.events.len().max(1));
        let changed = |old: &Event, new: Event| Some(open.change_event(old, &new));
        match edit {
            ReplicaEdit::Log(minutes) => {
                let event = event(&format!("{word}xyz"), *minutes, open.now());
                self.logged.insert(format!("{word}xyz"));
                Some(open.add_event(&event))
            }
            ReplicaEdit::Close => {
                let event = event(&format!("{word}xyz"), 100, open.now());
                let marks = [spanned(Milestone::Closed)].into_iter().collect();
                self.logged.insert(format!("{word}xyz"));
                Some(open.add_event(&Event { marks, ..event }))
            }
            ReplicaEdit::Say(index) => {
                let old = at(*index).filter(|old| old.redacted.is_none())?;
                changed(old, Event { text: format!("zebra-{word} says more"), ..old.clone() })
            }
            ReplicaEdit::At(index, minutes) => {
                let old = at(*index)?;
                changed(old, Event { at: time(*minutes), ..old.clone() })
            }
            ReplicaEdit::Retract(index) => {
                let old = at(*index)?;
                changed(old, Event { retracted: Some(format!("wrong {word}")), ..old.clone() })
            }
            ReplicaEdit::Redact(index) => {
                let old = at(*index).filter(|old| old.redacted.is_none())?;
                let singular = old.text.split_whitespace().filter(|w| w.starts_with("zebra-"));
                self.redacted.extend(singular.map(str::to_owned));
                let redacted = Some(format!("private {word}"));
                let text = MARK.to_owned();
                Some(open.redact_event(old, &Event { redacted, text, ..old.clone() }))
            }
            ReplicaEdit::Move(index) => {
                let old = at(*index)?;
                let moved = Some(spanned("2026-06-10-other".parse().unwrap()));
                changed(old, Event { moved, ..old.clone() })
            }
            _ => None,
        }
    }

    fn comment_above(&mut self, index: usize, word: &str) {
        let items: Vec<_> = self.text.match_indices("\n  - ").map(|(at, _)| at + 1).collect();
        if let Some(at) = items.get(index % items.len().max(1)) {
            self.text.insert_str(*at, &format!("  # above {word}\n"));
            self.comments.insert(format!("# above {word}"));
        }
    }

    /// Merges another replica's text with its own, where both were made from `base`.
    fn merged(&self, base: Option<&str>, other: &Self) -> Self {
        let text = both_ways(base, &self.text, &other.text);
        let mut new = self.clone();
        new.text = text;
        new.logged.extend(other.logged.iter().cloned());
        new.redacted.extend(other.redacted.iter().cloned());
        new.comments.extend(other.comments.iter().cloned());
        new
    }

    /// Holds what must hold for what came of a merge.
    fn holds(&self) {
        let text = &self.text;
        let read =
            yaml::incident::read("2026-06-10-x".parse().unwrap(), text, &Settings::default());
        let read = read.unwrap_or_else(|problem| panic!("{problem:?}\n{text}"));
        let errors: Vec<_> = read.problems.iter().filter(|p| p.level == Level::Error).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        for id in self.logged.iter().map(String::as_str) {
            let events = &read.incident.events;
            let count = events.iter().filter(|e| e.id.as_ref().is_some_and(|i| i.as_str() == id));
            assert_eq!(count.count(), 1, "{id} stands once\n{text}");
        }
        assert_eq!(read.incident.events.len(), self.logged.len(), "{text}");
        for words in &self.redacted {
            assert!(!text.contains(words.as_str()), "{words} was taken out\n{text}");
        }
        for comment in &self.comments {
            assert_eq!(text.matches(comment.as_str()).count(), 1, "{comment}\n{text}");
        }
        let settings = Settings::default();
        let timeline = Timeline::of(&read.incident, &settings);
        let found = check::incident(&CheckedIncident {
            timeline: &timeline,
            settings: &settings,
            text,
            now: start().plus(Span::hours(100)),
        });
        // Times that people give may contradict each other: that is not the merge's doing.
        let wrong = |p: &&crate::model::diagnostic::Diagnostic| {
            p.level == Level::Error && p.code != "milestone-order"
        };
        assert_eq!(found.iter().find(wrong).map(|p| &p.message), None, "{text}");
    }
}

/// Returns the incident with a fact of its own changed; none where the edit is of another kind, or changes nothing.
fn changed_facts(
    open: &EditableIncident<'_>,
    edit: &ReplicaEdit,
    word: &str,
) -> Option<Result<EditedIncident, CannotEdit>> {
    let mut new = open.facts.clone();
    match edit {
        ReplicaEdit::Cancel => {
            new.canceled = Some(Cancellation { reason: word.to_owned(), at: Some(open.now()) });
        }
        ReplicaEdit::Title => new.title = format!("Search {word}"),
        ReplicaEdit::Severity(rank) => {
            new.severity = Some(spanned(format!("sev{rank}").parse().unwrap()));
        }
        ReplicaEdit::Service(number) => {
            let service = spanned(format!("service{number}").parse().unwrap());
            if new.services.iter().any(|known| known.value == service.value) {
                return None;
            }
            new.services.push(service);
        }
        _ => return None,
    }
    Some(open.change_facts(&new))
}

fn start() -> Instant {
    crate::model::time::read_instant("2026-06-10T12:00:00Z", Zone::UTC).unwrap()
}

fn time(minutes: i64) -> EventTime {
    EventTime::exact(OffsetTime::in_zone(start().plus(Span::minutes(minutes)), Zone::UTC))
}

fn event(id: &str, minutes: i64, now: Instant) -> Event {
    let text = format!("zebra-{id} was seen");
    Event { id: Some(id.parse().unwrap()), logged: Some(now), text, ..Event::blank(time(minutes)) }
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, place: Location::default() }
}

/// Merges two texts both ways round, and holds that either gives the same and that to do it again changes nothing.
fn both_ways(base: Option<&str>, ours: &str, theirs: &str) -> String {
    let merge = |ours: &str, theirs: &str| merge::incident(base, ours, theirs).unwrap();
    let text = merge(ours, theirs);
    assert_eq!(text, merge(theirs, ours), "either way\n{base:?}\n---\n{ours}\n---\n{theirs}");
    assert_eq!(merge(&text, &text), text);
    for side in [ours, theirs].into_iter().chain(base) {
        assert_eq!(merge(&text, side), text, "again\n{base:?}\n---\n{ours}\n---\n{theirs}");
    }
    text
}

/// Merges what three did in every order, and holds that the outcome is the same.
fn in_any_order(edits: [&[ReplicaEdit]; 3], skew: i64) {
    let [one, two, three] = edits;
    let a = IncidentReplica::new('a', BASE, 0).all(one);
    let b = IncidentReplica::new('b', BASE, skew).all(two);
    let c = IncidentReplica::new('c', BASE, -skew).all(three);
    let outcome = a.merged(Some(BASE), &b).merged(Some(BASE), &c);
    outcome.holds();
    assert_eq!(outcome.text, b.merged(Some(BASE), &c).merged(Some(BASE), &a).text);
    assert_eq!(outcome.text, c.merged(Some(BASE), &a).merged(Some(BASE), &b).text);
}

#[test]
fn what_once_came_out_differently_is_the_same() {
    use ReplicaEdit::{At, Log, Redact, Retract};
    // An event that is added where another got a later time.
    in_any_order([&[Log(0)], &[At(0, 1)], &[Log(5)]], 0);
    // Two times of an event that a third took the words from.
    in_any_order([&[At(3, 1)], &[Log(0), At(4, 2), Redact(4)], &[]], -2);
    // Two reasons of a retraction, and words that a third took out.
    in_any_order([&[Retract(3)], &[Retract(3)], &[Redact(3)]], 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    #[test]
    fn what_two_replicas_did_is_all_there(
        ours in edits(), theirs in edits(), skew in -2000..2000_i64,
    ) {
        let a = IncidentReplica::new('a', BASE, 0).all(&ours);
        let b = IncidentReplica::new('b', BASE, skew).all(&theirs);
        a.merged(Some(BASE), &b).holds();
    }

    #[test]
    fn what_two_declared_under_one_id_is_one_incident(
        ours in edits(), theirs in edits(), skew in -2000..2000_i64,
    ) {
        let declared = |id: &str| {
            let time = "2026-06-10T12:00:00Z";
            format!("title: Search\nimpact: none\nevents:\n  - {{id: {id}, at: {time}, logged: {time}, mark: declared, text: Search}}\n")
        };
        let a = IncidentReplica::new('a', &declared("declareA"), 0).all(&ours);
        let b = IncidentReplica::new('b', &declared("declareB"), skew).all(&theirs);
        a.merged(None, &b).holds();
    }

    #[test]
    fn two_that_merge_again_and_again_end_up_the_same(
        rounds in proptest::collection::vec((edits(), edits()), 1..4), skew in -2000..2000_i64,
    ) {
        let mut a = IncidentReplica::new('a', BASE, 0);
        let mut b = IncidentReplica::new('b', BASE, skew);
        let mut base = BASE.to_owned();
        for (ours, theirs) in &rounds {
            a = a.all(ours);
            b = b.all(theirs);
            let (there, back) = (a.merged(Some(&base), &b), b.merged(Some(&base), &a));
            prop_assert_eq!(&there.text, &back.text);
            there.holds();
            base.clone_from(&there.text);
            (a, b) = (there, back);
        }
    }

    #[test]
    fn three_end_up_the_same_in_whatever_order_they_meet(
        one in edits(), two in edits(), three in edits(), skew in -2000..2000_i64,
    ) {
        in_any_order([&one, &two, &three], skew);
    }
}
