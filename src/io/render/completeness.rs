//! What an answer lacks or has from outside of the record, in words below it.

use super::text::line;
use crate::compute::report::completeness::{Completeness, UnreadablePart, WaitingEvent};
use std::fmt::Write;

/// How many things of a kind are named.
const MOST: usize = 10;

/// Says below an answer what it lacks, and what it has from outside of the record; nothing where it is whole.
pub fn notes(of: &Completeness) -> String {
    let unreadable = |whole| {
        let parts = of.unreadable.iter().filter(move |part| part.whole == whole);
        parts.map(part).collect::<Vec<_>>()
    };
    let spooled = |counted| {
        let events = of.spooled.iter().filter(move |event| event.counted == counted);
        events.map(event).collect::<Vec<_>>()
    };
    let told = [
        ("Can't be read, so that it is not in this answer:", unreadable(true)),
        ("Can't be read, so that its incident has no numbers:", unreadable(false)),
        (
            "In this answer, though it lies in the spool until the next verb that writes:",
            spooled(true),
        ),
        ("Lies in the spool, and is not in this answer:", spooled(false)),
    ];
    let told = told.into_iter().filter(|(_, named)| !named.is_empty());
    told.map(|(head, named)| group(head, &named)).collect()
}

/// Returns what stands in place of a list without rows: `empty`, but where some could not be read.
pub fn none(of: &Completeness, empty: &str) -> String {
    match of.unread() {
        0 => format!("{empty}.\n"),
        _ => format!("{empty} among those that can be read.\n"),
    }
}

fn group(head: &str, named: &[String]) -> String {
    let mut out = format!("\n{head}\n");
    for one in named.iter().take(MOST) {
        let _ = writeln!(out, "  {}", line(one));
    }
    if let Some(more) = named.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(out, "  and {more} more: `--format json` names them all");
    }
    out
}

fn part(part: &UnreadablePart) -> String {
    let place = part.place.map(|place| format!(":{place}")).unwrap_or_default();
    format!("{}{place}: {}", part.path, part.reason)
}

fn event(event: &WaitingEvent) -> String {
    format!("the event {} of {}", event.event, event.incident)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str, whole: bool) -> UnreadablePart {
        let reason = "it is \u{1b}[31mred".to_owned();
        UnreadablePart { path: path.to_owned(), place: None, reason, whole }
    }

    #[test]
    fn what_an_answer_lacks_is_named_and_can_steer_no_terminal() {
        let files: Vec<_> = (0..12).map(|n| part(&format!("f{n}"), true)).collect();
        let event = |counted| WaitingEvent {
            incident: "2026-06-10-x".parse().unwrap(),
            event: "a1".parse().unwrap(),
            counted,
        };
        assert_eq!(notes(&Completeness::default()), "");
        let all = Completeness { unreadable: files, spooled: vec![event(true), event(false)] };
        let said = notes(&all);
        assert!(
            said.contains("f9") && !said.contains("f10") && said.contains("and 2 more"),
            "{said}"
        );
        assert!(!said.contains('\u{1b}'), "{said}");
        assert_eq!(said.matches("the event a1 of 2026-06-10-x").count(), 2, "{said}");
        assert_eq!(none(&all, "No incidents"), "No incidents among those that can be read.\n");
        let part = Completeness { unreadable: vec![part("f", false)], spooled: vec![] };
        assert_eq!(none(&part, "No incidents"), "No incidents.\n");
    }
}
