//! Upptime: the issues of its repository as GitHub's API or `gh issue list --json` gives them, and its history files.
//!
//! A history file holds the present alone: since when a site is down lies between the beginning of its watch and the probe.

use super::file::ImportFile;
use super::json::{self, JsonNode, RankedTime};
use crate::io::yaml::{self, node::Node};
use crate::model::imported::{
    ImportedEvent, ImportedImpact, ImportedIncident, ImportedIncidents, SkippedPart,
};
use crate::model::incident::{Audience, EventKind, Kind, Milestone, State};
use crate::model::time::{EventTime, OffsetTime};

/// Reads issues and history files.
pub(super) fn read(files: &[ImportFile]) -> ImportedIncidents {
    let mut reader = UptimeReader::default();
    for file in files {
        if file.inner.ends_with(".yml") || file.inner.ends_with(".yaml") {
            reader.site(file);
            continue;
        }
        match json::parse(file) {
            Ok(value) => reader.look(&JsonNode::root(file, &value)),
            Err(skip) => reader.skipped.push(skip),
        }
    }
    let mut notes = vec![];
    if reader.up > 0 {
        notes.push(format!(
            "{} history files tell that their site is up, and of no time before: the issues do (gh issue list --state all --json \
             number,title,body,createdAt,closedAt,url,comments)",
            reader.up
        ));
    }
    let UptimeReader { incidents, skipped, .. } = reader;
    ImportedIncidents { incidents, skipped, notes, ..ImportedIncidents::default() }
}

/// Returns whether a file of a folder is one of Upptime's.
pub(super) fn wants(path: &str) -> bool {
    let is_config = path.ends_with(".upptimerc.yml") || path.contains(".github/");
    !is_config && [".yml", ".yaml", ".json"].iter().any(|end| path.ends_with(end))
}

#[derive(Default)]
struct UptimeReader {
    incidents: Vec<ImportedIncident>,
    /// How many history files tell of nothing.
    up: usize,
    skipped: Vec<SkippedPart>,
}

impl UptimeReader {
    /// Reads a list of issues, or one.
    fn look(&mut self, node: &JsonNode<'_>) {
        if let Some(items) = node.items() {
            return items.for_each(|item| self.look(&item));
        }
        // The summary of all sites: minutes a day, without their times.
        if node.get("slug").is_some() && node.get("status").is_some() {
            self.up += 1;
            return;
        }
        match self.issue(node) {
            Ok(incident) => self.incidents.push(incident),
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn issue(&mut self, node: &JsonNode<'_>) -> Result<ImportedIncident, SkippedPart> {
        let either = |a: &str, b: &str| match node.time(a)? {
            None => node.time(b),
            told => Ok(told),
        };
        let number = node.said("number").ok_or_else(|| node.skip("an issue needs a `number`"))?;
        let title = node.said("title").ok_or_else(|| node.skip("an issue needs a `title`"))?;
        let body = node.said("body").unwrap_or_default();
        let begun = either("created_at", "createdAt")?
            .ok_or_else(|| node.skip("an issue needs its `created_at`"))?;
        let closed = either("closed_at", "closedAt")?;
        let url = node.said("html_url").or_else(|| node.said("url"));
        let facts =
            ImportedIncident { url, ..ImportedIncident::new(number, plain(&title), node.place()) };
        if let Some(window) = PlannedWindow::read(node, &body)? {
            return Ok(window.incident(facts, &title));
        }
        let outage = SiteOutage::of(&title);
        let services: Vec<String> = outage.iter().map(|it| it.site.clone()).collect();
        let impact = outage.iter().map(|it| ImportedImpact::all(&it.site, it.state)).collect();
        let text = if body.trim().is_empty() { plain(&title) } else { without_marks(&body) };
        let first = ImportedEvent {
            marks: vec![Milestone::Started, Milestone::Detected],
            impact,
            ..told(node, "opened", begun, text)
        };
        let mut events = vec![first];
        let end = self.comments(node, &mut events);
        let over = vec![Milestone::Recovered, Milestone::Resolved];
        match (end.and_then(|end| events.get_mut(end)), closed) {
            (Some(event), _) => event.marks = over,
            (None, Some(closed)) => events.push(ImportedEvent {
                marks: over,
                ..told(node, "closed", closed, "Closed".to_owned())
            }),
            (None, None) => {}
        }
        Ok(ImportedIncident { services, events, ..facts })
    }

    /// Adds what people and Upptime wrote below an issue; returns which of it says that it is resolved.
    fn comments(&mut self, node: &JsonNode<'_>, events: &mut Vec<ImportedEvent>) -> Option<usize> {
        let mut end = None;
        for comment in comments(node) {
            let Some(text) = comment.said("body") else { continue };
            let at = match comment.time("created_at") {
                Ok(None) => comment.time("createdAt"),
                told => told,
            };
            let missing = || comment.skip("a comment needs its `created_at`");
            let at = match at.and_then(|at| at.ok_or_else(missing)) {
                Ok(at) => at,
                Err(skip) => {
                    self.skipped.push(skip);
                    continue;
                }
            };
            let key = comment.said("id").unwrap_or_else(|| at.instant().epoch().to_string());
            let mut event = told(&comment, &format!("comment {key}"), at, without_marks(&text));
            event.by = comment
                .at(&["user", "login"])
                .or_else(|| comment.at(&["author", "login"]))
                .and_then(|it| it.text());
            if text.trim_start().starts_with("**Resolved:**") {
                end = Some(events.len());
            }
            events.push(event);
        }
        end
    }

    /// Reads a history file: what a site is now.
    fn site(&mut self, file: &ImportFile) {
        match self.present(file) {
            Ok(Some(incident)) => self.incidents.push(incident),
            Ok(None) => self.up += 1,
            Err(skip) => self.skipped.push(skip),
        }
    }

    fn present(&self, file: &ImportFile) -> Result<Option<ImportedIncident>, SkippedPart> {
        let root = yaml::tree(file.text()?).map_err(|problem| {
            file.skip(&format!(":{}", problem.place.line), problem.message.clone())
        })?;
        let said = |key: &str| root.get(key).and_then(Node::text);
        let state = match said("status") {
            Some("up") => return Ok(None),
            Some("down") => State::Down,
            Some("degraded") => State::Degraded,
            _ => {
                return Err(
                    file.skip(":1", "a history file needs its `status`: up, degraded or down")
                );
            }
        };
        let time = |key: &str| {
            let at = said(key).and_then(json::rfc3339);
            let at =
                at.ok_or_else(|| file.skip(":1", format!("a history file needs its `{key}`")))?;
            Ok(OffsetTime::at(at.into(), *at.offset()))
        };
        let (from, to) = (time("startTime")?, time("lastUpdated")?);
        let name = file.inner.rsplit('/').next().unwrap_or(&file.inner);
        let slug = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        let at = if from.instant() < to.instant() {
            EventTime::Between(from, to)
        } else {
            EventTime::exact(to)
        };
        let code = said("code").map(|code| format!(" (HTTP code {code})")).unwrap_or_default();
        let title = format!("{slug} is {state}");
        let event = ImportedEvent {
            place: file.name.clone(),
            kind: EventKind::Alert,
            marks: vec![Milestone::Started],
            impact: vec![ImportedImpact::all(&slug, state)],
            audience: Audience::Public,
            ..ImportedEvent::note("present", at, format!("{title}{code}"))
        };
        let key = format!("{slug}@{}", to.instant().epoch());
        Ok(Some(ImportedIncident {
            services: vec![slug],
            events: vec![event],
            ..ImportedIncident::new(key, title, file.name.clone())
        }))
    }
}

/// What an issue's title says: which site is what.
struct SiteOutage {
    site: String,
    state: State,
}

impl SiteOutage {
    fn of(title: &str) -> Option<Self> {
        let title = plain(title);
        let of = |ending: &str, state| {
            title.strip_suffix(ending).map(|site| Self { site: site.trim().to_owned(), state })
        };
        of(" is down", State::Down).or_else(|| of(" has degraded performance", State::Degraded))
    }
}

/// Planned work, as an issue's comment says it: `<!-- start: ..., end: ..., expectedDown: a, b -->`, a line each.
struct PlannedWindow {
    start: RankedTime,
    end: RankedTime,
    sites: Vec<String>,
    place: String,
}

impl PlannedWindow {
    fn read(node: &JsonNode<'_>, body: &str) -> Result<Option<Self>, SkippedPart> {
        let Some((_, rest)) = body.split_once("<!--") else { return Ok(None) };
        let comment = rest.split_once("-->").map_or(rest, |(comment, _)| comment);
        let said = |key: &str| {
            let of = |line: &str| {
                line.trim()
                    .strip_prefix(key)?
                    .trim_start()
                    .strip_prefix(':')
                    .map(|it| it.trim().to_owned())
            };
            comment.lines().find_map(of)
        };
        let (Some(start), Some(end)) = (said("start"), said("end")) else { return Ok(None) };
        let time = |text: &str| {
            let at = json::rfc3339(text)
                .ok_or_else(|| node.skip(format!("`{}` is not a time", json::short(text))))?;
            let (at, rank) = crate::compute::import::exact_with_rank(at);
            Ok(RankedTime { at, rank })
        };
        let down = ["expectedDown", "expectedDegraded"].iter().filter_map(|key| said(key));
        let sites = down.collect::<Vec<_>>().join(",");
        let sites = sites.split(',').map(str::trim).filter(|site| !site.is_empty());
        let sites = sites.map(str::to_owned).collect();
        Ok(Some(Self { start: time(&start)?, end: time(&end)?, sites, place: node.place() }))
    }

    fn incident(self, facts: ImportedIncident, title: &str) -> ImportedIncident {
        let Self { start, end, sites, place } = self;
        let told = |key: &str, time: RankedTime, text: String| ImportedEvent {
            place: place.clone(),
            rank: time.rank,
            audience: Audience::Public,
            ..ImportedEvent::note(key, time.at, text)
        };
        let impact = |state| sites.iter().map(|site| ImportedImpact::all(site, state)).collect();
        let events = vec![
            ImportedEvent {
                marks: vec![Milestone::Started],
                impact: impact(State::Maintenance),
                ..told("start", start, plain(title))
            },
            ImportedEvent {
                marks: vec![Milestone::Recovered, Milestone::Resolved],
                ..told("end", end, "The planned end".to_owned())
            },
        ];
        ImportedIncident { kind: Kind::Maintenance, services: sites, events, ..facts }
    }
}

fn told(node: &JsonNode<'_>, key: &str, time: RankedTime, text: String) -> ImportedEvent {
    ImportedEvent {
        place: node.place(),
        rank: time.rank,
        audience: Audience::Public,
        ..ImportedEvent::note(key, time.at, text)
    }
}

/// Returns the comments, where the answer has them: the API gives their number, or where they are.
fn comments<'v>(node: &JsonNode<'v>) -> Vec<JsonNode<'v>> {
    let inner = node.get("comments").and_then(|it| it.items());
    inner.map(Iterator::collect).unwrap_or_default()
}

/// Returns a title without the signs in front of it.
fn plain(title: &str) -> String {
    title.trim_start_matches(|c: char| !c.is_alphanumeric()).trim().to_owned()
}

/// Returns a text without comments that only programs read.
fn without_marks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_by(name: &str, text: &str) -> ImportedIncidents {
        let bytes = text.as_bytes().to_vec();
        read(&[ImportFile { name: name.to_owned(), inner: name.to_owned(), bytes }])
    }

    #[test]
    fn an_issue_is_an_outage_until_a_comment_says_that_it_is_resolved() {
        let text = r#"[{"number": 7, "title": "🛑 Shop is down", "body": "In `a1`, Shop was **down**", "created_at": "2026-06-01T10:00:00Z",
            "closed_at": "2026-06-01T10:31:00Z", "html_url": "https://example.com/7", "comments": [
            {"id": 1, "body": "We are on it", "created_at": "2026-06-01T10:10:00Z", "user": {"login": "ada"}},
            {"id": 2, "body": "**Resolved:** Shop is back up", "created_at": "2026-06-01T10:30:00Z", "user": {"login": "bot"}}]},
            {"number": 8, "title": "⚠️ Mail has degraded performance", "createdAt": "2026-06-02T10:00:00Z", "closedAt": "2026-06-02T11:00:00Z"},
            {"number": 9, "title": "X", "created_at": "soon"}]"#;
        let read = told_by("issues.json", text);
        let [shop, mail] = read.incidents.as_slice() else { panic!("{read:?}") };
        assert_eq!((shop.title.as_str(), shop.events.len()), ("Shop is down", 3));
        assert_eq!(shop.events[0].impact, [ImportedImpact::all("Shop", State::Down)]);
        assert_eq!(shop.events[1].by.as_deref(), Some("ada"));
        assert_eq!(shop.events[2].marks, [Milestone::Recovered, Milestone::Resolved]);
        assert_eq!(mail.events[0].impact, [ImportedImpact::all("Mail", State::Degraded)]);
        assert_eq!(mail.events[1].marks, [Milestone::Recovered, Milestone::Resolved]);
        assert_eq!(read.skipped[0].place, "issues.json#/2/created_at");
    }

    #[test]
    fn planned_work_is_told_in_a_comment() {
        let text = r#"{"number": 3, "title": "Move the database", "created_at": "2026-06-01T10:00:00Z",
            "body": "<!--\nstart: 2026-06-05T22:00:00.220Z\nend: 2026-06-05T23:00:00Z\nexpectedDown: shop, mail\n-->\nWe move it."}"#;
        let read = told_by("issue.json", text);
        let incident = &read.incidents[0];
        assert_eq!((incident.kind, incident.services.len()), (Kind::Maintenance, 2));
        assert_eq!(incident.events[0].impact[1], ImportedImpact::all("mail", State::Maintenance));
        assert_eq!(
            incident.events[1].at.fields(),
            json::rfc3339("2026-06-05T23:00:00Z")
                .map(|at| crate::compute::import::exact_with_rank(at).0.fields())
                .unwrap()
        );
        assert_eq!(
            told_by("issue.json", &text.replace("2026-06-05T23:00:00Z", "late")).skipped.len(),
            1
        );
    }

    #[test]
    fn a_history_file_tells_the_present_alone() {
        let site = "url: https://example.com\nstatus: down\ncode: 500\nlastUpdated: 2026-06-01T10:00:00.759Z\nstartTime: 2026-05-01T00:00:00Z\n";
        let read = told_by("history/shop.yml", site);
        let EventTime::Between(from, to) = read.incidents[0].events[0].at else {
            panic!("{read:?}")
        };
        assert!(from.instant() < to.instant());
        assert_eq!(read.incidents[0].events[0].text, "shop is down (HTTP code 500)");
        let up = told_by("history/shop.yml", &site.replace("down", "up"));
        assert!(up.incidents.is_empty() && up.notes[0].contains("gh issue list"), "{up:?}");
        for broken in ["", "status: odd\n", "status: down\n", "status: [\n"] {
            assert_eq!(told_by("history/shop.yml", broken).skipped.len(), 1, "{broken}");
        }
    }
}
