//! The source's words become the record's: services, severities, ids.

use super::identity::{event_id, fields_hash};
use crate::model::diagnostic::{Location, Spanned};
use crate::model::imported::{
    ImportedClaim, ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart,
};
use crate::model::incident::{Event, EventSource, Impact, Incident, IncidentId, Kind, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Zone};
use crate::model::vocabulary::{self, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be held against the record.
#[derive(Debug)]
pub(crate) struct ResolvedImport {
    /// The system that it comes from.
    pub(crate) from: String,
    pub(crate) incidents: Vec<ResolvedIncident>,
    pub(crate) skipped: Vec<SkippedPart>,
    pub(crate) notes: Vec<String>,
}

/// An incident of an import in the record's words.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedIncident {
    /// Its id at the source.
    pub(crate) key: String,
    /// What a new incident would be, but for its id and events.
    facts: IncidentFacts,
    /// Its events by time, with their ids and sources.
    pub(crate) events: Vec<Event>,
    /// The time of which the source tells all.
    pub(crate) covers: Option<(Instant, Instant)>,
}

#[derive(Clone, Debug)]
struct IncidentFacts {
    title: String,
    kind: Kind,
    severity: Option<Name>,
    zone: Option<Zone>,
    services: Vec<Name>,
    summary: Option<String>,
    url: Option<String>,
    claims: Vec<ImportedClaim>,
}

impl ResolvedIncident {
    /// Returns the zone of its bare times.
    pub(crate) fn zone(&self, settings: &Settings) -> Zone {
        self.facts.zone.unwrap_or(settings.zone)
    }

    /// Returns the id that it would have as a new incident, without the number that sets it apart from others.
    pub(crate) fn id(&self, settings: &Settings) -> Option<IncidentId> {
        let zone = self.zone(settings);
        let first = self.events.iter().map(|event| event.at.order(zone)).min()?;
        Some(IncidentId::of(first.local(zone).date_naive(), &self.facts.title))
    }

    /// Returns it as a new incident.
    pub(crate) fn incident(&self, id: IncidentId) -> Incident {
        let IncidentFacts { title, kind, severity, zone, services, summary, url, claims } =
            self.facts.clone();
        let claim = |claim: ImportedClaim| {
            let name = claim.name.parse().ok()?;
            Some(crate::model::incident::StatedDuration {
                name,
                stated: claim.stated,
                at_least: false,
                place: Location::default(),
            })
        };
        Incident {
            kind,
            severity: severity.map(spanned),
            zone,
            services: services.into_iter().map(spanned).collect(),
            summary,
            links: url
                .map(|url| crate::model::incident::Link { title: None, url })
                .into_iter()
                .collect(),
            claims: claims.into_iter().filter_map(claim).collect(),
            events: self.events.clone(),
            ..Incident::titled(id, title)
        }
    }
}

/// Puts an import into the record's words; what it has no word for is left out and told.
pub(crate) fn resolve(
    imported: ImportedIncidents,
    from: &str,
    settings: &Settings,
    offset: Option<&str>,
) -> ResolvedImport {
    let ImportedIncidents { incidents, mut skipped, mut notes, severities } = imported;
    let (unknown, ranked) = (BTreeMap::new(), BTreeSet::new());
    let mut resolver = Resolver { from, settings, offset, severities, unknown, ranked };
    let incidents = incidents.into_iter().map(|it| resolver.incident(it)).collect();
    notes.extend(std::mem::take(&mut resolver.ranked));
    skipped.extend(resolver.skipped());
    ResolvedImport { from: from.to_owned(), incidents, skipped, notes }
}

struct Resolver<'s> {
    from: &'s str,
    settings: &'s Settings,
    /// By how much the source's clock was corrected.
    offset: Option<&'s str>,
    /// The source's severities, worst first, where it ranks them.
    severities: Vec<String>,
    /// Which severities were taken by their rank.
    ranked: BTreeSet<String>,
    /// What the record has no word for, and where the source says it first.
    unknown: BTreeMap<String, String>,
}

impl Resolver<'_> {
    fn skipped(self) -> impl Iterator<Item = SkippedPart> {
        self.unknown.into_iter().map(|(reason, place)| SkippedPart { place, reason })
    }

    fn incident(&mut self, imported: ImportedIncident) -> ResolvedIncident {
        let place = imported.place;
        let zone = imported.zone.unwrap_or(self.settings.zone);
        let mut ids = BTreeSet::new();
        let mut events = vec![];
        for event in imported.events {
            events.push(self.event(&imported.key, event, &mut ids));
        }
        events.sort_by_cached_key(|event: &Event| {
            (event.at.order(zone), event.logged, event.id.clone())
        });
        let mut services = vec![];
        let told = events.iter().flat_map(|event| &event.impact).map(|it| it.value.service.clone());
        let named = imported.services.iter().filter_map(|name| self.service(name, &place));
        for service in named.collect::<Vec<_>>().into_iter().chain(told) {
            if !services.contains(&service) {
                services.push(service);
            }
        }
        let facts = IncidentFacts {
            title: imported.title,
            kind: imported.kind,
            severity: imported.severity.and_then(|word| self.severity(&word, &place)),
            zone: imported.zone,
            services,
            summary: imported.summary,
            url: imported.url,
            claims: imported.claims,
        };
        ResolvedIncident { key: imported.key, facts, events, covers: imported.covers }
    }

    fn event(
        &mut self,
        incident: &str,
        imported: ImportedEvent,
        ids: &mut BTreeSet<Name>,
    ) -> Event {
        let ImportedEvent { place, .. } = &imported;
        let mut impact = vec![];
        for change in &imported.impact {
            let Some(service) = self.service(&change.service, place) else { continue };
            let all = Impact::all(service, change.state);
            impact.push(spanned(Impact { share: change.share.clone(), ..all }));
        }
        let severity = imported.severity.as_ref().and_then(|word| self.severity(word, place));
        let key = format!("{incident}/{}", imported.key);
        let mut event = Event {
            id: self.id(&key, imported.rank, ids),
            logged: imported.logged,
            text: imported.text,
            kind: Ok(imported.kind),
            marks: imported.marks.into_iter().map(spanned).collect(),
            impact,
            severity: severity.map(spanned),
            by: imported.by,
            audience: imported.audience,
            links: imported.links,
            ..Event::blank(imported.at)
        };
        let hash = Some(fields_hash(&event));
        let offset = self.offset.map(str::to_owned);
        let (from, url) = (self.from.to_owned(), imported.url);
        event.source = Some(EventSource { from, id: Some(key), url, hash, offset });
        event
    }

    /// Returns the id of an event; the second of two that would have the same gets another.
    fn id(&self, key: &str, rank: u32, ids: &mut BTreeSet<Name>) -> Option<Name> {
        let mut salted = key.to_owned();
        loop {
            let id = event_id(self.from, &salted, rank)?;
            if ids.insert(id.clone()) {
                return Some(id);
            }
            salted.push('\'');
        }
    }

    /// Finds the service that a name means; where the record lists none, the name becomes one.
    fn service(&mut self, name: &str, place: &str) -> Option<Name> {
        let services = &self.settings.services;
        if services.is_empty() {
            return slug(name);
        }
        let names = |id: &Name| {
            let known = services.iter().find(|s| s.id == *id);
            let others = known.into_iter().flat_map(|s| [&s.name, &s.public]).flatten().cloned();
            std::iter::once(id.to_string()).chain(others).collect::<Vec<_>>()
        };
        let means =
            |word: &str, id: &Name| Vocabulary::new("service", names(id)).find(word).is_ok();
        let slug = slug(name);
        let is_meant = |id: &&Name| {
            means(name, id) || slug.as_ref().is_some_and(|slug| means(slug.as_str(), id))
        };
        let found: Vec<_> = services.iter().map(|s| &s.id).filter(is_meant).collect();
        if let [one] = found.as_slice() {
            return Some((*one).clone());
        }
        let reason = format!(
            "`{}` is none of the record's services: name it in recount.yaml as the `name` or `public` of one",
            shown(name)
        );
        self.unknown.entry(reason).or_insert_with(|| place.to_owned());
        None
    }

    /// Finds the severity that has the rank of one of the source's.
    fn by_rank(&mut self, word: &str) -> Option<Name> {
        let place = self.severities.iter().position(|known| known == word)?;
        let ours = &self.settings.severities;
        let found = ours.get(place).or(ours.last())?.clone();
        let (from, shown) = (self.from, shown(word));
        self.ranked.insert(format!(
            "severity `{shown}` of {from} was taken as {found} by its rank; `import: {{severities: {{{shown}: {found}}}}}` in recount.yaml says which it is"
        ));
        Some(found)
    }

    /// Finds the severity that a word means: by the record's table, its own words, or its rank.
    fn severity(&mut self, word: &str, place: &str) -> Option<Name> {
        let word = word.trim();
        let table = &self.settings.import_severities;
        if let Some((_, found)) = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
            return Some(found.clone());
        }
        let known = self.settings.severities.iter().map(Name::to_string);
        let words = Vocabulary::new("severity", known);
        if let Ok(found) = vocabulary::find_severity(&words, word) {
            return found.parse().ok();
        }
        if let Some(found) = self.by_rank(word) {
            return Some(found);
        }
        if let Some(rank) = rank_of(word) {
            return rank.and_then(|rank| self.settings.severities.get(rank).cloned());
        }
        let reason = format!(
            "`{}` is none of the record's severities: say which in recount.yaml, `import: {{severities: {{{}: {}}}}}`",
            shown(word),
            shown(word),
            self.settings.severities.first().map_or("sev1", Name::as_str)
        );
        self.unknown.entry(reason).or_insert_with(|| place.to_owned());
        None
    }
}

/// Returns whether common words alone tell in which order they are, from the worst on.
pub fn are_ordered(words: &[String]) -> bool {
    let ranks: Option<Vec<_>> = words.iter().map(|word| rank_of(word)?).collect();
    ranks.is_some_and(|ranks| ranks.is_sorted_by(|a, b| a < b))
}

/// Returns which severity a common word means, counted from the worst; none of them where it says that there is none.
fn rank_of(word: &str) -> Option<Option<usize>> {
    match word.to_ascii_lowercase().as_str() {
        "critical" | "emergency" | "page" => Some(Some(0)),
        "major" | "error" | "high" => Some(Some(1)),
        "minor" | "warning" | "medium" | "moderate" => Some(Some(2)),
        "low" => Some(Some(3)),
        "none" | "maintenance" | "info" | "unknown" | "" => Some(None),
        _ => None,
    }
}

/// Returns a name of words that anybody wrote, in lower case and joined by `-`.
pub(crate) fn slug(words: &str) -> Option<Name> {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { ' ' };
    let words: String = words.chars().map(plain).flat_map(char::to_lowercase).collect();
    let joined = words.split_whitespace().collect::<Vec<_>>().join("-");
    let cut: String = joined.chars().take(60).collect();
    cut.trim_matches('-').parse().ok()
}

/// Returns a word of the source as it may stand in a message.
fn shown(word: &str) -> String {
    word.chars().take(80).flat_map(char::escape_debug).collect()
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, place: Location::default() }
}
