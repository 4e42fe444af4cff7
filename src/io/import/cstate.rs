//! cState: the Markdown files of a status page's issues, with their front matter and `{{< track >}}` marks.

use super::ImportOptions;
use super::file::ImportFile;
use crate::io::yaml;
use crate::io::yaml::node::{Node, NodeKind};
use crate::model::imported::{
    ImportedEvent, ImportedImpact, ImportedIncident, ImportedIncidents, SkippedPart,
};
use crate::model::incident::{Audience, EventKind, Kind, Milestone, State};
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Zone};

/// Reads issues.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut reader = IssueReader { zone: options.zone, naive: 0, maintenance: 0, skipped: vec![] };
    let mut incidents = vec![];
    for file in files {
        match reader.issue(file) {
            Ok(incident) => incidents.push(incident),
            Err(skip) => reader.skipped.push(skip),
        }
    }
    let mut notes = vec![];
    if reader.naive > 0 && !options.zone_given {
        let (zone, count) = (options.zone, reader.naive);
        notes.push(format!(
            "{count} times name no zone and are read in {zone}: --zone names another"
        ));
    }
    if reader.maintenance > 0 {
        let count = reader.maintenance;
        notes.push(format!("{count} issues are taken as maintenance, for their titles say so"));
    }
    ImportedIncidents { incidents, skipped: reader.skipped, notes, ..ImportedIncidents::default() }
}

/// Returns whether a file of a folder is an issue.
pub(super) fn wants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".md") && !name.starts_with('_')
}

struct IssueReader {
    zone: Zone,
    /// How many times name no zone.
    naive: usize,
    /// How many issues are about maintenance.
    maintenance: usize,
    skipped: Vec<SkippedPart>,
}

impl IssueReader {
    fn issue(&mut self, file: &ImportFile) -> Result<ImportedIncident, SkippedPart> {
        let (front, body) = parts(file)?;
        let front = yaml::tree(front).map_err(|problem| {
            // The front matter begins on the second line.
            file.skip(&format!(":{}", problem.place.line + 1), problem.message.clone())
        })?;
        let said = |key: &str| {
            front.get(key).and_then(Node::text).map(str::trim).filter(|it| !it.is_empty())
        };
        let begun = said("date").ok_or_else(|| file.skip(":1", "an issue needs a `date`"))?;
        let begun = self.time(begun).map_err(|why| file.skip(":1", format!("`date`: {why}")))?;
        let title = said("title").unwrap_or("Untitled").to_owned();
        let services: Vec<String> = front.get("affected").map(names).unwrap_or_default();
        let state = match said("severity") {
            Some("down") => Some(State::Down),
            Some("disrupted") => Some(State::Degraded),
            _ => None,
        };
        let is_maintenance = title.to_lowercase().contains("maintenance");
        self.maintenance += usize::from(is_maintenance);
        let state = state.map(|state| if is_maintenance { State::Maintenance } else { state });
        let body = self.body(file, body);
        let text = if body.rest.is_empty() { title.clone() } else { body.rest.clone() };
        let first = ImportedEvent {
            marks: vec![Milestone::Started],
            impact: services
                .iter()
                .filter_map(|it| Some(ImportedImpact::all(it, state?)))
                .collect(),
            ..told(file, "started", begun, text)
        };
        let mut events = vec![first];
        events.extend(body.updates);
        let end = self.end(file, &front, begun);
        events.extend(end.map(|at| ImportedEvent {
            marks: vec![Milestone::Recovered, Milestone::Resolved],
            ..told(file, "resolved", at, "Resolved".to_owned())
        }));
        let name = file.inner.rsplit('/').next().unwrap_or(&file.inner);
        let key = name.strip_suffix(".md").unwrap_or(name);
        Ok(ImportedIncident {
            kind: if is_maintenance { Kind::Maintenance } else { Kind::Incident },
            services,
            events,
            ..ImportedIncident::new(key, title, file.name.clone())
        })
    }

    /// Returns when an issue was resolved; what is said of it and can't be is told.
    fn end(&mut self, file: &ImportFile, front: &Node<'_>, begun: EventTime) -> Option<EventTime> {
        let said = |key: &str| front.get(key).and_then(Node::text).map(str::trim);
        let is_resolved = said("resolved")
            .is_some_and(|word| ["true", "yes"].contains(&word.to_lowercase().as_str()));
        let when = said("resolvedWhen").filter(|when| !when.is_empty());
        let wrong = match (is_resolved, when) {
            (false, _) => return None,
            (true, None) => "it is resolved, and `resolvedWhen` says not when".to_owned(),
            (true, Some(when)) => match self.time(when) {
                Ok(at) if at.order(self.zone) >= begun.order(self.zone) => return Some(at),
                Ok(_) => format!("`resolvedWhen` ({when}) lies before `date`"),
                Err(why) => format!("`resolvedWhen`: {why}"),
            },
        };
        self.skipped.push(file.skip(":1", format!("{wrong}: its end is left open")));
        None
    }

    /// Takes the updates out of a body: paragraphs that name their time in `{{< track "TIME" >}}`.
    fn body(&mut self, file: &ImportFile, body: &str) -> IssueBody {
        let (mut updates, mut rest) = (vec![], vec![]);
        for (index, paragraph) in body.split("\n\n").enumerate() {
            let paragraph = paragraph.trim();
            let Some(TrackedText { text, time }) = tracked(paragraph) else {
                if !paragraph.is_empty() {
                    rest.push(paragraph);
                }
                continue;
            };
            match self.time(&time) {
                Ok(at) => updates.push(told(file, &format!("track {time}"), at, text)),
                Err(why) => {
                    let place = format!(" paragraph {}", index + 1);
                    self.skipped.push(file.skip(&place, format!("`track`: {why}")));
                    rest.push(paragraph);
                }
            }
        }
        IssueBody { updates, rest: rest.join("\n\n") }
    }

    fn time(&mut self, text: &str) -> Result<EventTime, String> {
        let context = ParseContext { allow_future: true, ..ParseContext::file(self.zone) };
        let at = parse::read(text, &context).map_err(|error| error.to_string())?;
        let has_zone = super::json::rfc3339(text).is_some() || text.ends_with('Z');
        self.naive += usize::from(!has_zone);
        Ok(at)
    }
}

/// What a body tells.
struct IssueBody {
    updates: Vec<ImportedEvent>,
    rest: String,
}

/// A paragraph with its time.
struct TrackedText {
    text: String,
    time: String,
}

/// Returns the front matter and the body.
fn parts(file: &ImportFile) -> Result<(&str, &str), SkippedPart> {
    let none = || file.skip(":1", "there is no front matter between `---` lines");
    let text = file.text()?;
    let rest = text
        .strip_prefix("---")
        .and_then(|rest| rest.trim_start_matches([' ', '\r']).strip_prefix('\n'));
    let rest = rest.ok_or_else(none)?;
    let end = rest.find("\n---").ok_or_else(none)?;
    let (front, body) = rest.split_at_checked(end).ok_or_else(none)?;
    let body = body.trim_start_matches('\n').trim_start_matches('-');
    Ok((front, body))
}

/// Returns an update of the page.
fn told(file: &ImportFile, key: &str, at: EventTime, text: String) -> ImportedEvent {
    ImportedEvent {
        place: file.name.clone(),
        kind: EventKind::Communication,
        audience: Audience::Public,
        ..ImportedEvent::note(key, at, text)
    }
}

/// Returns a paragraph's text and time, where it names one.
fn tracked(paragraph: &str) -> Option<TrackedText> {
    let (before, rest) = paragraph.split_once("{{<")?;
    let (mark, after) = rest.split_once(">}}")?;
    let time = mark.trim().strip_prefix("track")?.trim().trim_matches(['"', '\'', '`']);
    let text = format!("{} {}", before.trim(), after.trim());
    Some(TrackedText { text: text.trim().to_owned(), time: time.to_owned() })
}

/// Returns the names of a list, or the one that stands in its place.
fn names(node: &Node<'_>) -> Vec<String> {
    let items = match &node.what {
        NodeKind::List(items) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(Node::text).chain(node.text()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUE: &str = "---\ntitle: Search is slow\ndate: 2026-06-01 10:00:00\nresolved: True\nresolvedWhen: 2026-06-01T10:30:00-00:00\n\
                         severity: disrupted\naffected:\n  - Search API\n---\n\n*Update* - Errors fall. {{< track \"2026-06-01 10:20:00\" >}}\n\n\
                         We are looking.\n";

    fn issue(text: &str, zone: &str) -> ImportedIncidents {
        let file = ImportFile {
            name: "issues/2026-06-01-search.md".to_owned(),
            inner: "2026-06-01-search.md".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let options = ImportOptions {
            zone: crate::model::time::read_zone(zone).unwrap(),
            zone_given: false,
            channels: vec![],
            thread: None,
            pin: None,
            all: false,
            columns: vec![],
        };
        read(&[file], &options)
    }

    fn epoch(text: &str) -> i64 {
        super::super::json::rfc3339(text).unwrap().timestamp()
    }

    #[test]
    fn an_issue_has_its_beginning_its_updates_and_its_end() {
        let read = issue(ISSUE, "UTC");
        let [incident] = read.incidents.as_slice() else { panic!("{read:?}") };
        assert_eq!((incident.key.as_str(), incident.kind), ("2026-06-01-search", Kind::Incident));
        let texts: Vec<_> = incident.events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["We are looking.", "*Update* - Errors fall.", "Resolved"]);
        assert_eq!(incident.events[0].impact, [ImportedImpact::all("Search API", State::Degraded)]);
        assert!(incident.events.iter().all(|event| event.audience == Audience::Public));
        assert!(read.skipped.is_empty(), "{read:?}");
        assert!(read.notes[0].contains("2 times name no zone and are read in UTC"), "{read:?}");
        // A naive time is one of the zone that was named, an aware one is not.
        let paris = issue(ISSUE, "Europe/Paris");
        let at = |place: usize| paris.incidents[0].events[place].at.order(Zone::UTC).epoch();
        assert_eq!((at(0), at(2)), (epoch("2026-06-01T08:00:00Z"), epoch("2026-06-01T10:30:00Z")));
    }

    #[test]
    fn what_can_not_be_is_told_and_its_end_left_open() {
        for (from, to, reason) in [
            ("2026-06-01T10:30:00-00:00", "2026-06-01 09:00:00", "lies before `date`"),
            ("resolvedWhen: 2026-06-01T10:30:00-00:00\n", "", "says not when"),
            ("2026-06-01T10:30:00-00:00", "soon", "`resolvedWhen`"),
        ] {
            let read = issue(&ISSUE.replace(from, to), "UTC");
            assert!(read.skipped[0].reason.contains(reason), "{read:?}");
            assert_eq!(read.incidents[0].events.len(), 2);
        }
        for text in [
            "",
            "---\n",
            "no front matter",
            "---\ntitle: X\n---\n",
            "---\ntitle: [\n---\n",
            "---\ndate: soon\n---\n",
        ] {
            let read = issue(text, "UTC");
            assert_eq!((read.incidents.len(), read.skipped.len()), (0, 1), "{text}: {read:?}");
        }
        let upkeep = issue(&ISSUE.replace("Search is slow", "Planned Maintenance"), "UTC");
        assert_eq!(upkeep.incidents[0].kind, Kind::Maintenance);
        assert_eq!(upkeep.incidents[0].events[0].impact[0].state, State::Maintenance);
    }
}
