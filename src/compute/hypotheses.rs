//! What people supposed, and what came of it.

use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::names::string_enum;
use crate::model::incident::{EventKind, Name};
use std::collections::BTreeMap;

string_enum! {
    /// What came of a hypothesis.
    HypothesisState, "state of a hypothesis" {
        /// No event settles it.
        Open = "open",
        /// It was right.
        Confirmed = "confirmed",
        /// It was wrong.
        Refuted = "refuted",
    }
}

/// A hypothesis, and the event that settles it.
#[derive(Clone, Copy, Debug)]
pub struct Hypothesis<'a> {
    /// The event that supposes it.
    pub supposed: TimedEvent<'a>,
    /// What came of it.
    pub state: HypothesisState,
    /// The event that settled it last; later evidence overrules earlier.
    pub by: Option<TimedEvent<'a>>,
}

/// Returns the hypotheses of an incident, in order: events of that kind, and others that some event settles.
pub fn hypotheses<'a>(timeline: &Timeline<'a>) -> Vec<Hypothesis<'a>> {
    let mut settled: BTreeMap<&Name, (HypothesisState, TimedEvent<'a>)> = BTreeMap::new();
    for told in timeline.events() {
        let said = [
            (&told.event.refutes, HypothesisState::Refuted),
            (&told.event.confirms, HypothesisState::Confirmed),
        ];
        for (named, state) in said {
            settled.extend(named.iter().map(|named| (&named.value, (state, *told))));
        }
    }
    let found = |supposed: &TimedEvent<'a>| {
        let last = supposed.event.id.as_ref().and_then(|id| settled.get(id));
        let is_one = supposed.event.kind == Ok(EventKind::Hypothesis) || last.is_some();
        is_one.then(|| Hypothesis {
            supposed: *supposed,
            state: last.map_or(HypothesisState::Open, |(state, _)| *state),
            by: last.map(|(_, by)| *by),
        })
    };
    timeline.events().iter().filter_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Settings;

    fn told(text: &str) -> Vec<(String, HypothesisState, Option<String>)> {
        let settings = Settings::default();
        let read =
            crate::io::yaml::incident::read("2026-06-10-x".parse().unwrap(), text, &settings);
        let incident = read.unwrap().incident;
        let timeline = Timeline::of(&incident, &settings);
        let id = |t: TimedEvent<'_>| t.event.id.as_ref().unwrap().to_string();
        let one = |h: Hypothesis<'_>| (id(h.supposed), h.state, h.by.map(id));
        hypotheses(&timeline).into_iter().map(one).collect()
    }

    #[test]
    fn the_last_event_that_settles_a_hypothesis_decides() {
        let event = |id: &str, minute: u32, more: &str| {
            format!("  - {{id: {id}, at: 2026-06-10T10:{minute:02}:00Z, text: x, {more}}}\n")
        };
        let text = "title: x\nevents:\n".to_owned()
            + &event("net", 1, "kind: hypothesis")
            + &event("disk", 2, "kind: hypothesis")
            + &event("note", 3, "kind: note")
            + &event("e4", 4, "confirms: net")
            + &event("e5", 5, "refutes: net")
            + &event("e6", 6, "retracted: no, confirms: disk")
            + &event("e7", 7, "confirms: note");
        assert_eq!(
            told(&text),
            [
                ("net".to_owned(), HypothesisState::Refuted, Some("e5".to_owned())),
                ("disk".to_owned(), HypothesisState::Open, None),
                ("note".to_owned(), HypothesisState::Confirmed, Some("e7".to_owned())),
            ]
        );
    }
}
