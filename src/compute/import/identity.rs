//! What an imported event is known by: an id of its source's name and id, and a hash of what was imported.

use crate::model::incident::names::{ID_ALPHABET, ID_DIGITS, ID_LENGTH};
use crate::model::incident::{Audience, Event, Impact, Name};
use crate::model::time::duration;
use sha2::{Digest, Sha256};

/// How many hexadecimal digits of the hash are kept: enough that no edit goes unseen.
const HASH_DIGITS: usize = 16;

/// Returns the id of an event, which hangs on where it comes from alone: whoever imports it gives it the same.
///
/// The rank becomes the first letter, so that events of one second keep the order that their source has.
pub(crate) fn event_id(from: &str, key: &str, rank: u32) -> Option<Name> {
    let hash = Sha256::digest([from, key].join("\0"));
    let letters = ID_ALPHABET.get(ID_DIGITS..)?;
    let first = letters.get(usize::try_from(rank).unwrap_or(usize::MAX)).or(letters.last())?;
    let rest = hash.iter().take(ID_LENGTH - 1);
    let rest = rest.filter_map(|byte| ID_ALPHABET.get(usize::from(*byte) % ID_ALPHABET.len()));
    let id: String = std::iter::once(first).chain(rest).copied().map(char::from).collect();
    id.parse().ok()
}

/// Returns the rank of a part of a second, in millionths.
pub fn rank_of_micros(micros: u32) -> u32 {
    micros.saturating_mul(RANKS) / 1_000_000
}

/// How many ranks there are: the letters that an id may begin with.
const RANKS: u32 = (ID_ALPHABET.len() - ID_DIGITS) as u32;

/// Returns the hash of the fields that imports set; fields of the record's own change nothing.
///
/// A field that is absent leaves no trace, so that one of a later version changes no hash of today.
pub(crate) fn fields_hash(event: &Event) -> String {
    let mut hash = Sha256::new();
    // With its length, no value can pass for another and a part of the next.
    let mut put = |key: &str, value: &str| {
        hash.update(format!("{key} {} {value}\n", value.len()));
    };
    put("at", &event.at.fields().to_string());
    if let Some(span) = event.lasting {
        put("for", &duration::compact(span));
    }
    if let Some(by) = &event.by {
        put("by", by);
    }
    put("kind", event.kind_word());
    event.marks.milestones().for_each(|mark| put("mark", mark.as_str()));
    let mut impact: Vec<_> = event.impact.iter().map(|it| impact_text(&it.value)).collect();
    impact.sort();
    impact.iter().for_each(|text| put("impact", text));
    if let Some(severity) = &event.severity {
        put("severity", severity.value.as_str());
    }
    if event.audience == Audience::Public {
        put("audience", event.audience.as_str());
    }
    for link in &event.links {
        put("link", &format!("{} {}", link.url, link.title.as_deref().unwrap_or_default()));
    }
    put("text", &event.text);
    let mut hex = crate::model::digest::hex(&hash.finalize());
    hex.truncate(HASH_DIGITS);
    hex
}

fn impact_text(impact: &Impact) -> String {
    let share = impact.share.as_ref().map_or(String::new(), |share| format!(" share {share}"));
    let list = |name: &str, values: &[String]| match values {
        [] => String::new(),
        some => format!(" {name} {}", some.join(",")),
    };
    let (regions, resources) =
        (list("regions", &impact.regions), list("resources", &impact.resources));
    let customers = list("customers", &impact.customers);
    format!("{}={}{share}{regions}{resources}{customers}", impact.service, impact.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{EventTime, Instant, OffsetTime, Zone};

    #[test]
    fn an_id_hangs_on_the_source_alone_and_keeps_the_order_of_a_second() {
        let id = |key: &str, rank| event_id("slack", key, rank).unwrap().to_string();
        assert_eq!(id("C024/1548334567.000200", 0), id("C024/1548334567.000200", 0));
        assert_ne!(id("C024/1", 0), id("C024/2", 0));
        assert_ne!(event_id("a", "bc", 0), event_id("ab", "c", 0));
        let ranks: Vec<_> = [0, 200, 43_478, 500_000, 999_999].map(rank_of_micros).to_vec();
        assert_eq!(ranks, [0, 0, 0, 11, 22]);
        assert!(id("x", 3) < id("a", 4), "the rank comes first");
        for rank in [0, 22, 23, u32::MAX] {
            let id = id("x", rank);
            assert!(id.len() == 8 && id.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
        }
    }

    #[test]
    fn a_hash_is_of_what_was_imported() {
        let at = EventTime::exact(OffsetTime::in_zone(Instant::saturating(0), Zone::UTC));
        let blank = Event { text: "X".to_owned(), ..Event::blank(at) };
        let same = Event { logged: Some(Instant::MAX), ..blank.clone() };
        assert_eq!(fields_hash(&blank), fields_hash(&same));
        assert_eq!(fields_hash(&blank).len(), HASH_DIGITS);
        for other in [
            Event { text: "Y".to_owned(), ..blank.clone() },
            Event { by: Some("X".to_owned()), ..blank.clone() },
            Event { audience: Audience::Public, ..blank.clone() },
        ] {
            assert_ne!(fields_hash(&blank), fields_hash(&other));
        }
    }
}
