//! The clocks that a document's times go by.

use super::context;
use crate::model::time::parse;
use crate::model::time::{EventTime, Instant, OffsetTime, Zone, named_offsets};
use chrono::NaiveDateTime;

/// The zone of times that name none: one that was given, or what a document says of all its times.
#[derive(Clone, Debug)]
pub(in crate::io::import) struct ProseZone {
    zone: Zone,
    /// As the document says it; empty where it says nothing.
    said: String,
}

impl ProseZone {
    /// Returns the clocks of a zone.
    pub(in crate::io::import) fn new(zone: Zone) -> Self {
        Self { zone, said: String::new() }
    }

    /// Returns the clocks that words name, where they do.
    pub(in crate::io::import) fn of(&self, said: &str) -> Self {
        Self { zone: self.zone, said: said.to_owned() }
    }

    /// Returns the moment that its clocks show a time.
    ///
    /// # Errors
    /// Why that can't be told: clocks of several places, an hour that was skipped or came twice.
    pub(super) fn at(&self, local: NaiveDateTime) -> Result<OffsetTime, String> {
        let text = format!("{} {}", local.format("%Y-%m-%d %H:%M:%S"), self.said);
        match parse::read(text.trim(), &context(self.zone)) {
            Ok(EventTime::At { time, .. }) => Ok(time),
            Ok(_) => Err("it is no time of day".to_owned()),
            Err(refused) => Err(refused.to_string()),
        }
    }

    /// Returns the words that name it; empty where a document has none.
    pub(in crate::io::import) fn said(&self) -> &str {
        &self.said
    }

    /// Returns whether its words name clocks that can be told apart.
    pub(in crate::io::import) fn is_clear(&self) -> bool {
        NaiveDateTime::parse_from_str("2020-01-15 12:00", "%Y-%m-%d %H:%M")
            .is_ok_and(|it| self.at(it).is_ok())
    }
}

/// Returns the zone that a sentence such as `All times in CEST (UTC+2)` names, and what it contradicts itself in.
///
/// One that could be of several places is returned too: times that go by it can't be read, and that is told.
pub(in crate::io::import) fn zone_said(
    text: &str,
    default: &ProseZone,
) -> Option<(ProseZone, Option<String>)> {
    let lower = text.to_lowercase();
    let signs = [" in ", "(", ": "].iter();
    let starts = signs.filter_map(|sign| lower.find(sign).map(|at| at + sign.len()));
    let words = starts.min().and_then(|at| text.get(at..))?;
    let words = words.split(['.', ',', ';', '\n', '|']).next()?.trim();
    let inner = words.split_once('(').map(|(_, inner)| inner.trim_end_matches(')').trim());
    let outer = words.split(['(', ')']).next()?.trim();
    let clear =
        |words: &str| Some(default.of(words)).filter(|zone| !words.is_empty() && zone.is_clear());
    match (clear(outer), inner.and_then(clear)) {
        (_, Some(also)) if contradicts(outer, &also) => {
            let note = format!("`{words}` contradicts itself: times were read by {}", also.said);
            Some((also, Some(note)))
        }
        (Some(zone), _) | (None, Some(zone)) => Some((zone, None)),
        (None, None) if !named_offsets(outer, Instant::saturating(0)).is_empty() => {
            Some((default.of(outer), None))
        }
        (None, None) => None,
    }
}

/// Returns whether words name clocks that show other times than `zone`, all year round: `CET (UTC+2)` is right in summer.
fn contradicts(words: &str, zone: &ProseZone) -> bool {
    let days = ["2020-01-15 12:00", "2020-07-15 12:00"];
    let days =
        days.iter().filter_map(|day| NaiveDateTime::parse_from_str(day, "%Y-%m-%d %H:%M").ok());
    let differs = |day: NaiveDateTime| {
        let Ok(at) = zone.at(day) else { return false };
        let offset = i64::from(at.local().offset().local_minus_utc());
        let named = named_offsets(words, at.instant());
        !named.is_empty() && !named.contains(&offset)
    };
    days.into_iter().all(differs)
}
