//! Postmortems and incident logs in Markdown: rows of tables, items of lists and headings that begin with a time, and
//! the durations that they state.

mod claims;
mod document;
mod words;

use super::ImportOptions;
use super::file::ImportFile;
use super::prose::{ProseTimes, ProseZone, named_day, zone_said};
use crate::model::imported::{ImportedEvent, ImportedIncident, ImportedIncidents, SkippedPart};
use crate::model::incident::Milestone;
use crate::model::time::{EventTime, Zone};
use document::{DocumentLine, LineKind};
use std::collections::{BTreeMap, BTreeSet};

/// How many characters of a summary are kept.
const MOST_SUMMARY: usize = 2_000;

/// Reads documents, an incident each.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut all = ImportedIncidents::default();
    for file in files {
        match file.text() {
            Ok(text) => DocumentReader::new(file, text, options).read(&mut all),
            Err(skip) => all.skipped.push(skip),
        }
    }
    all
}

/// Returns whether a file of a folder may be a document: by its name, for some have no ending.
pub(super) fn wants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.trim());
    let is_page = name.contains(".md") || name.ends_with(".markdown") || name.ends_with(".txt");
    let has_none = ending.is_none_or(|ending| ending.contains(' ') || ending.len() > 5);
    let is_other = ["README.md", "index.md", "_index.md", "LICENSE"].contains(&name);
    !name.starts_with('.') && !is_other && (is_page || has_none)
}

struct DocumentReader<'d> {
    file: &'d ImportFile,
    lines: Vec<DocumentLine<'d>>,
    title: String,
    times: ProseTimes,
    /// Whether what stands here tells what happened when.
    in_timeline: bool,
    /// The text below a heading that is a time goes to its event.
    heading_event: Option<usize>,
    events: Vec<ImportedEvent>,
    marked: BTreeSet<Milestone>,
    keys: BTreeMap<String, u32>,
    summary: Option<String>,
    in_summary: bool,
    /// Whether a person gave the zone.
    zone_given: bool,
    notes: Vec<String>,
    skipped: Vec<SkippedPart>,
    /// Which columns of the table hold times.
    columns: Option<Vec<usize>>,
}

impl<'d> DocumentReader<'d> {
    fn new(file: &'d ImportFile, text: &'d str, options: &ImportOptions) -> Self {
        let lines = document::lines(text);
        let title = document::title(text, &lines).unwrap_or_else(|| stem(&file.inner).to_owned());
        let about = named_day(&title).or_else(|| named_day(stem(&file.inner)));
        let zone = ProseZone::new(options.zone);
        Self {
            file,
            lines,
            title,
            times: ProseTimes::new(about, zone),
            in_timeline: false,
            heading_event: None,
            events: vec![],
            marked: BTreeSet::new(),
            keys: BTreeMap::new(),
            summary: None,
            in_summary: false,
            zone_given: options.zone_given,
            notes: vec![],
            skipped: vec![],
            columns: None,
        }
    }

    fn read(mut self, all: &mut ImportedIncidents) {
        self.read_zone();
        for line in std::mem::take(&mut self.lines) {
            self.line(&line);
        }
        for event in &mut self.events {
            event.text.truncate(event.text.trim_end().len());
        }
        let incident = ImportedIncident {
            summary: self.summary.map(|text| text.trim().chars().take(MOST_SUMMARY).collect()),
            claims: claims::stated(self.file.text().unwrap_or_default()),
            events: self.events,
            ..ImportedIncident::new(self.file.inner.clone(), self.title, self.file.name.clone())
        };
        all.notes.extend(self.notes);
        all.skipped.extend(self.skipped);
        match incident.events.is_empty() {
            true => all
                .skipped
                .push(self.file.skip(":1", "no row, item or heading in it begins with a time")),
            false => all.incidents.push(incident),
        }
    }

    /// Finds the zone that the document says of all its times.
    fn read_zone(&mut self) {
        let says = |line: &&DocumentLine<'_>| {
            let lower = line.text.to_lowercase();
            let is_all = lower.contains("times in")
                || lower.contains("times are in")
                || lower.contains("timezone");
            let is_header =
                line.kind == LineKind::Row && lower.contains("time") && lower.len() < 200;
            is_all || is_header
        };
        let zone = self.times.zone.clone();
        let found = self.lines.iter().filter(says).find_map(|line| zone_said(line.text, &zone));
        if let Some((said, note)) = found {
            match self.zone_given && !said.is_clear() {
                true => self.notes.push(format!(
                    "{}: its zone could be of several places: times were read by the zone that was given",
                    self.file.name
                )),
                false => self.times.zone = said,
            }
            self.notes.extend(note.map(|note| format!("{}: {note}", self.file.name)));
        }
    }

    fn line(&mut self, line: &DocumentLine<'d>) {
        if line.kind != LineKind::Row {
            self.columns = None;
        }
        match line.kind {
            LineKind::Heading => self.heading(line),
            LineKind::Row => self.row(line),
            LineKind::Item => self.item(line),
            LineKind::Code => {}
            LineKind::Text => self.text(line),
        }
    }

    fn heading(&mut self, line: &DocumentLine<'d>) {
        self.heading_event = None;
        self.in_summary = line.text.to_lowercase().starts_with("summary");
        let before = self.events.len();
        if let Some(rest) = self.event(line, line.text, true) {
            // A day alone is where the times below it belong, or the document's own.
            let is_day = self.events.last().is_some_and(|e| matches!(e.at, EventTime::Day(_)));
            let tells = self.in_timeline && !rest.is_empty();
            if is_day && !tells && self.events.len() > before {
                self.events.pop();
            } else if self.events.len() > before {
                self.heading_event = Some(before);
            }
            return;
        }
        self.in_timeline = words::is_timeline(line.text);
    }

    fn text(&mut self, line: &DocumentLine<'d>) {
        let text = line.text.trim();
        if self.in_summary && (self.summary.is_some() || !text.is_empty()) {
            let summary = self.summary.get_or_insert_default();
            if text.is_empty() && !summary.is_empty() {
                self.in_summary = false;
            } else {
                summary.push_str(text);
                summary.push(' ');
            }
        }
        if let Some(event) = self.heading_event.and_then(|at| self.events.get_mut(at)) {
            event.text = format!("{}\n{text}", event.text).trim_start().to_owned();
        } else if self.in_timeline && !text.is_empty() {
            self.event(line, line.text, false);
        }
    }

    fn item(&mut self, line: &DocumentLine<'d>) {
        let text = line.text;
        if let Some(event) = self.heading_event.and_then(|at| self.events.get_mut(at)) {
            event.text = format!("{}\n- {text}", event.text).trim_start().to_owned();
            return;
        }
        // An item that is a label alone is the heading of those below it.
        if let Some(label) = text
            .strip_prefix("**")
            .and_then(|text| text.trim_end_matches([':', ' ']).strip_suffix("**"))
        {
            self.in_timeline = words::is_timeline(label);
            return;
        }
        if self.event(line, text, self.in_timeline).is_none() {
            self.labelled(line, text);
        }
    }

    /// Reads `First detected: 2023-01-11 14:22`: a milestone's words, and then its time.
    fn labelled(&mut self, line: &DocumentLine<'d>, text: &'d str) {
        let Some((label, rest)) = words::label(text) else { return };
        let rest = rest.trim_start_matches([':', ' ', '*', '-', '–']);
        let Some(found) = self.times.leading(rest, true) else { return };
        // What follows is told of the time, and no part of it.
        if found.rest.chars().count() > 60 {
            return;
        }
        let written = found.written;
        let text = match found.rest.trim() {
            "" => label.trim().to_owned(),
            more => format!("{} ({more})", label.trim()),
        };
        self.add(line, found.at.map_err(|why| (why, written)), text, found.note);
    }

    fn row(&mut self, line: &DocumentLine<'d>) {
        let cells = document::cells(line.text);
        if cells.iter().all(|cell| document::is_rule(cell)) {
            return;
        }
        let Some(columns) = &self.columns else {
            let named: Vec<usize> = (0..cells.len())
                .filter(|at| cells.get(*at).is_some_and(|c| words::is_time_column(c)))
                .collect();
            // A table without a column for times may begin with one all the same.
            let first = cells.first().copied().unwrap_or_default();
            let is_data = self.times.clone().leading(first, true).is_some();
            self.columns = Some(match (named.is_empty(), is_data) {
                (false, _) => named,
                (true, true) => vec![0],
                (true, false) => vec![],
            });
            if is_data {
                self.row(line);
            }
            return;
        };
        let time: Vec<_> =
            columns.iter().filter_map(|at| cells.get(*at)).map(|cell| cell.trim()).collect();
        let time = time.join(" ");
        let rest =
            (0..cells.len()).filter(|at| !columns.contains(at)).filter_map(|at| cells.get(at));
        let rest: Vec<_> = rest.map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let text = rest.join(": ");
        let Some(found) = self.times.leading(&time, true) else {
            if !time.trim().is_empty() && !text.is_empty() && self.in_timeline {
                let why = "no time that can be read stands in its column".to_owned();
                let skip = self
                    .file
                    .skip(&format!(":{}", line.number), format!("`{}`: {why}", short(&time)));
                self.skipped.push(skip);
            }
            return;
        };
        let (at, note) = (found.at.clone(), found.note.clone());
        let text = if found.rest.is_empty() { text } else { format!("{}: {text}", found.rest) };
        let written = found.written.to_owned();
        self.add(line, at.map_err(|why| (why, written.as_str())), text, note);
    }

    /// Adds the event of a text that begins with a time; returns what follows the time.
    fn event(&mut self, line: &DocumentLine<'d>, text: &'d str, in_cell: bool) -> Option<&'d str> {
        let found = self.times.leading(text, in_cell)?;
        // A day alone begins many an item that tells of no moment.
        let is_day = matches!(found.at, Ok(EventTime::Day(_)));
        if is_day && line.kind != LineKind::Heading && !self.in_timeline {
            return None;
        }
        let (rest, written) = (found.rest, found.written);
        self.add(line, found.at.map_err(|why| (why, written)), rest.to_owned(), found.note);
        Some(rest)
    }

    /// Adds an event; one whose time can't be read is of its day, says how it was written, and is told.
    fn add(
        &mut self,
        line: &DocumentLine<'d>,
        at: Result<EventTime, (super::prose::UnreadTime, &str)>,
        text: String,
        note: Option<String>,
    ) {
        let place = format!(":{}", line.number);
        self.notes.extend(note.map(|note| format!("{}{place}: {note}", self.file.name)));
        let mut text = words::plain(&text);
        let (at, is_read) = match at {
            Ok(at) => (at, true),
            Err((why, written)) => {
                self.skipped.push(
                    self.file
                        .skip(&place, format!("the time `{}`: {}", short(written), why.reason)),
                );
                let Some(day) = why.day else { return };
                text = format!("{text} (time as written: {}; {})", written.trim(), why.reason);
                (day, false)
            }
        };
        if text.is_empty() && line.kind != LineKind::Heading {
            return;
        }
        let mark =
            words::milestone(&text).filter(|mark| is_read && self.marked.insert(mark.clone()));
        let key = self.key(at);
        let rank = key.rsplit_once('.').and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
        self.events.push(ImportedEvent {
            place: format!("{}{place}", self.file.name),
            rank,
            marks: mark.into_iter().collect(),
            ..ImportedEvent::note(key, at, text)
        });
    }

    /// Returns the key of an event: its time, and its place among those of that time.
    fn key(&mut self, at: EventTime) -> String {
        let time = at.order(Zone::UTC).rfc3339();
        let count = self.keys.entry(time.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { time } else { format!("{time}.{}", *count - 1) }
    }
}

/// Returns the name of a file without its endings.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let end =
        [".html", ".md", ".markdown", ".txt"].iter().filter_map(|ending| name.find(ending)).min();
    name.get(..end.unwrap_or(name.len())).unwrap_or(name)
}

fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

#[cfg(test)]
mod tests;
