//! What is wrong or missing in the prose of a document.

use super::story::{MissedClock, StatedFacts, WrongDate};
use super::{CheckedIncident, blame, conflict};
use crate::compute::document::{RefreshOutcome, RefreshedPart};
use crate::compute::prose::{self, StatedDate, StatedLength};
use crate::compute::timeline::TimedEvent;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::IncidentId;
use crate::model::places::PlaceIndex;
use crate::model::time::{Span, duration, format};
use std::fmt::Write;
use std::ops::Range;

/// Returns the findings in a document about an incident: sections without a word, lengths and times that no
/// events support, words of blame, and what a merge left.
///
/// `generated` are the bytes that nobody wrote; what stands there is true by construction.
pub fn document(
    case: &CheckedIncident<'_>,
    text: &str,
    generated: &[Range<usize>],
) -> Vec<Diagnostic> {
    let read = conflict::without_marks(text);
    let plain = prose::plain(&read, generated);
    let story = StatedFacts::of(case, prose::zone_of_all(&plain));
    let places = PlaceIndex::new(text);
    let said = |range: &Range<usize>| Some((text.get(range.clone())?, places.place(range.start)));
    let sections = prose::empty_sections(&read).into_iter();
    let mut found: Vec<_> = sections.map(|(title, at)| empty(&title, places.place(at))).collect();
    let labels = prose::empty_labels(&read).into_iter();
    found.extend(labels.map(|(label, at)| unsaid(&label, places.place(at))));
    let lengths = prose::lengths(&plain);
    found.extend(lengths.iter().filter_map(|l| stated(said(&l.range)?, l, &story)));
    let dates = prose::dates(&plain);
    found.extend(dates.iter().enumerate().filter_map(|(at, date)| {
        let others = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let others = others.filter_map(|at| dates.get(at));
        let joined = |other: &&StatedDate| is_joined(&plain, &other.range, &date.range);
        let is_of_several = others.filter(joined).any(|d| story.day_of_event(d).is_some());
        wrong_date(said(&date.range)?, story.refutes_date(date, is_of_several)?)
    }));
    let clocks = prose::clocks(&plain);
    found.extend(clocks.iter().filter_map(|c| {
        let date = dates.iter().find(|date| is_beside(&plain, &date.range, &c.range));
        let day = date.and_then(|date| story.day_of_event(date));
        missed(case, said(&c.range)?, story.misses(c, day)?)
    }));
    found.extend(blame::prose(case, &plain));
    found.extend(conflict::marks(text));
    found.sort_by_key(|p| p.place);
    found
}

/// Returns the findings about a document's generated parts, once they were held against the record: those that are
/// stale, those that a person changed, and those that the record does not know.
pub fn generated(parts: &[RefreshedPart], incident: &IncidentId) -> Vec<Diagnostic> {
    let stale: Vec<_> = parts.iter().filter(|t| t.outcome == RefreshOutcome::Renewed).collect();
    let mut names: Vec<_> = stale.iter().map(|t| t.part.name.as_str()).collect();
    names.dedup();
    let stale = stale.first().map(|first| {
        let message = format!("the record says something else by now: {}", names.join(", "));
        let help = format!("`recount draft {incident}` refreshes what was generated");
        Diagnostic::warning("stale-document", first.part.place, message).help(help)
    });
    stale.into_iter().chain(parts.iter().filter_map(treated)).collect()
}

fn treated(RefreshedPart { part, outcome }: &RefreshedPart) -> Option<Diagnostic> {
    let (kind, name) = (part.kind.as_str(), part.name.as_str());
    match outcome {
        RefreshOutcome::Kept => {
            let message =
                format!("the {kind} `{name}` was changed by hand, and is no longer refreshed");
            let help = "take its markers away to make it yours, or `recount draft --force` to write it anew";
            Some(Diagnostic::warning("changed-part", part.place, message).help(help))
        }
        RefreshOutcome::Unknown => {
            let message = format!("the record has no {kind} `{name}`");
            let help = "correct the name, or take the markers away";
            Some(Diagnostic::warning("unknown-part", part.place, message).help(help))
        }
        RefreshOutcome::Current | RefreshOutcome::Renewed | RefreshOutcome::Forced => None,
    }
}

fn empty(title: &str, place: Location) -> Diagnostic {
    let message = format!("nothing is written under \"{title}\"");
    let help = "write it, or take the heading out";
    Diagnostic::warning("empty-section", place, message).help(help)
}

fn unsaid(label: &str, place: Location) -> Diagnostic {
    let message = format!("nothing is written behind \"{label}\"");
    let help = "write it, or take it out";
    Diagnostic::warning("empty-section", place, message).help(help)
}

fn stated(
    (said, place): (&str, Location),
    length: &StatedLength,
    story: &StatedFacts<'_>,
) -> Option<Diagnostic> {
    let (from, to, nominal, bounds) = story.refutes(length)?;
    let message = format!("\"{said}\" is the time between no two milestones");
    let ours = duration::uncertain(*nominal, bounds.0, bounds.1);
    let help = format!("the nearest two are {from} → {to}: {ours}");
    Some(Diagnostic::warning("prose-duration", place, message).help(help))
}

/// Returns whether a date and a time of day belong together: `24 January at 13:56`, `13:56 on Thursday, 24 January`.
fn is_beside(plain: &str, date: &Range<usize>, clock: &Range<usize>) -> bool {
    const JOINS: [&str; 10] = ["at", "around", "about", "from", "on", "the", "@", "T", ",", "-"];
    let between =
        if date.end <= clock.start { date.end..clock.start } else { clock.end..date.start };
    let Some(gap) = plain.get(between) else { return false };
    // A line's end is the end of what was said, but for a blank that wraps.
    !gap.contains("\n\n")
        && gap
            .split_whitespace()
            .all(|word| JOINS.contains(&word.trim_end_matches(',')) || word == ",")
}

/// Returns whether two dates are told as one stretch of days: `Monday, February 3rd and Tuesday, February 4th`.
fn is_joined(plain: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
    let between = if a.end <= b.start { a.end..b.start } else { b.end..a.start };
    let gap = plain.get(between).unwrap_or_default().trim();
    ["and", "-", "–", "to", "until"].contains(&gap)
}

fn wrong_date((said, place): (&str, Location), wrong: WrongDate) -> Option<Diagnostic> {
    let (message, help) = match wrong {
        WrongDate::Weekday(day) => (
            format!("\"{said}\" does not exist"),
            format!("{} was a {}", day.format("%-d %B %Y"), day.format("%A")),
        ),
        WrongDate::NoEvent(nearest) => (
            format!("\"{said}\" is the day of no event"),
            format!("the nearest day that has one is {}", nearest.format("%A, %-d %B %Y")),
        ),
    };
    Some(Diagnostic::warning("prose-date", place, message).help(help))
}

/// Returns what an event is called in a sentence, and its time.
fn named(case: &CheckedIncident<'_>, told: &TimedEvent<'_>) -> (String, String) {
    let zone = case.timeline.zone;
    let name = match told.event.marks.first() {
        Some(mark) => format!("`{mark}`"),
        None => told.event.id.as_ref().map_or("one".to_owned(), |id| format!("the event {id}")),
    };
    let at = format::clock(told.event.at, zone);
    let at = match format::brief_zone(told.event.at, zone) {
        Some(zone) => format!("{at} {zone}"),
        None => at,
    };
    (name, at)
}

fn missed(
    case: &CheckedIncident<'_>,
    (said, place): (&str, Location),
    missed: MissedClock<'_>,
) -> Option<Diagnostic> {
    let MissedClock { nearest, away, around } = missed;
    let message = format!("\"{said}\" is the time of no event");
    // As the clocks show it: what is a minute and a second away stands two minutes further on.
    let away = duration::words(away.plus(Span::seconds(59)));
    let (name, at) = named(case, &nearest);
    let mut help = format!("the nearest is {name} at {at}, {away} away");
    if let Some(around) = around {
        let (name, at) = named(case, &around);
        let _ =
            write!(help, "; {name} is known no better than {at}, which supports its bounds alone");
    }
    Some(Diagnostic::warning("prose-time", place, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::timeline::Timeline;
    use crate::io::yaml;
    use crate::model::time::Instant;

    const INCIDENT: &str = "title: x
timezone: Europe/Paris
services: [apps]
claims: []
events:
  - {id: a1, at: 2019-01-24T12:56:00Z, mark: started, impact: {apps: down}, text: a}
  - {id: b1, at: 2019-01-24T13:10:00Z, within: 5m, mark: detected, text: b}
  - {id: c1, at: 2019-01-24T14:30:00Z, for: 45m, text: c}
  - {id: d1, at: 2019-01-24T18:40:00Z, mark: recovered, text: d}
  - {id: e1, at: 2019-01-28, mark: closed, text: e}
";

    /// Returns each finding in a document: its code, its message and the next step.
    fn found(text: &str) -> Vec<String> {
        found_in(INCIDENT, text)
    }

    fn found_in(incident: &str, text: &str) -> Vec<String> {
        let (settings, _) = yaml::settings::read("cadence: {sev1: 31m}\n").unwrap();
        let id = "2019-01-24-x".parse().unwrap();
        let read = yaml::incident::read(id, incident, &settings).unwrap();
        assert_eq!(read.problems, []);
        let timeline = Timeline::of(&read.incident, &settings);
        let case = CheckedIncident {
            timeline: &timeline,
            settings: &settings,
            text: incident,
            now: Instant::MAX,
        };
        let all = document(&case, text, &[]).into_iter();
        all.map(|p| format!("{} {}: {}; {}", p.place, p.code, p.message, p.help.unwrap())).collect()
    }

    #[test]
    fn what_the_events_support_is_not_reported() {
        for text in [
            "The outage lasted 5 h 44 min.",
            "It lasted nearly six hours, about 350 minutes.",
            "It was seen after a quarter of an hour.",
            "The start took 45 minutes.",
            "We inform customers in 31 minutes.",
            "4 hours 10 minutes later everything was back.",
            "At 13:56 the lights went out, at 12:56 UTC, and 1:56 pm in Paris, at 13:56 CET.",
            "Somebody saw it around 14:14.",
            "By 19:40 all was well; at 18:40 GMT.",
            "At 3:00 AMBT a colleague woke up.",
            "Power failed at 7:56 EST, 7:56am Eastern time, 0756 (UTC-5) and 15:56 (Moscow time, UTC+3).",
            "It failed at 1.56pm Paris time on Thursday, 24 January 2019, and 12:56 GMT.",
            "It lasted 5h44, from 13:56 to 19:40 CET.",
            "Backups are kept for 30 days, with a retention of two weeks; try it, 30 days free trial.",
            "99.9 % over 30 days; 5 min read; we will look at it for three weeks, 24 hours a day.",
            "In support hours (09:00-17:00) somebody answers.",
            "> bob [9:31 AM]: it lasted 3 hours",
            "One hour and 34 minutes passed between the two.",
            "On 24 January and Friday, 25 January we worked on it.",
            "Posted on Friday, 25 January 2019",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_they_do_not_is_reported_with_what_comes_nearest() {
        assert_eq!(
            found("The outage lasted 4 hours and 44 minutes."),
            [
                "1:19 prose-duration: \"4 hours and 44 minutes\" is the time between no two milestones; the nearest two are detected → recovered: 5 h 30 min ± 5 min"
            ]
        );
        assert_eq!(
            found("# Summary\n\nDark from 13:58 on."),
            [
                "3:11 prose-time: \"13:58\" is the time of no event; the nearest is `started` at 13:56 CET, 2 min away"
            ]
        );
        assert_eq!(
            found("It began at 18:40 CET."),
            [
                "1:13 prose-time: \"18:40 CET\" is the time of no event; the nearest is `recovered` at 19:40 CET, 1 h 00 min away"
            ]
        );
        assert_eq!(found("Some 120 minutes, 125 minutes, 4 hours 10 minutes.").len(), 2);
        for wrong in [
            "It lasted 5h10.",
            "It failed at 8.30am.",
            "It failed at 0830 UTC.",
            "It failed at 13:56 CEST.",
            "It failed at 5:00 (UTC+2).",
            "It failed at 1.58pm Paris time.",
            "Somebody saw it around 14:20.",
            "It failed on Friday, 24 January 2019.",
            "It failed on Thursday, 25 January 2019.",
            "It failed on 23 January.",
        ] {
            assert_eq!(found(wrong).len(), 1, "{wrong}: {:?}", found(wrong));
        }
    }

    #[test]
    fn a_time_within_a_wide_event_is_told_with_it() {
        let incident = "title: x\nevents:\n  - {id: a1, at: 2019-01-24T12:00:00Z, text: a}\n  - {id: b1, between: [2019-01-24T12:00:00Z, 2019-01-24T15:00:00Z], text: b}\n";
        let found = found_in(incident, "Between 12:00 and 15:00 nobody knew; at 13:10 Ann did.");
        assert_eq!(
            found,
            [
                "1:41 prose-time: \"13:10\" is the time of no event; the nearest is the event a1 at 12:00 UTC, 1 h 10 min away; the event b1 is known no better than 12:00..15:00 UTC, which supports its bounds alone"
            ]
        );
        let utc = "All times in CET. It was seen at 13:00.";
        assert_eq!(found_in(incident, utc), Vec::<String>::new());
    }

    #[test]
    fn sections_and_blame_are_looked_at_too() {
        let text =
            "# Outage\n\nA careless hand.\n\n## Impact\n\n## Lessons\n\n`careless` is a word\n";
        let codes: Vec<_> =
            found(text).iter().map(|f| f.split(':').take(2).collect::<String>()).collect();
        assert_eq!(codes, ["33 blaming-word", "51 empty-section"]);
    }
}
