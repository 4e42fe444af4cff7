//! CSV: a table of events with a header, in any dialect that spreadsheets write.

mod clock;
mod columns;

use super::ImportOptions;
use super::file::ImportFile;
use super::json::short;
use crate::io::tables::{PlainTable, PlainTableRow};
use crate::model::imported::{
    ImportField, ImportedEvent, ImportedImpact, ImportedIncident, ImportedIncidents, SkippedPart,
};
use crate::model::incident::{Audience, Link, Milestone, State};
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Zone};
use crate::model::vocabulary::{self, Vocabulary};
use clock::TableClock;
use columns::TableColumnsFound;
use std::collections::BTreeMap;

/// Returns whether a file of a folder is a table.
pub(super) fn wants(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".csv", ".tsv"].iter().any(|ending| path.ends_with(ending))
}

/// Reads tables.
pub(super) fn read(files: &[ImportFile], options: &ImportOptions) -> ImportedIncidents {
    let mut all = ImportedIncidents::default();
    for file in files {
        table(file, options, &mut all);
    }
    all
}

fn table(file: &ImportFile, options: &ImportOptions, all: &mut ImportedIncidents) {
    let table = PlainTable::read(&file.bytes);
    if let Some(problem) = &table.problem {
        let place = format!(":{}:{}", problem.place.line, problem.place.column);
        all.skipped
            .push(file.skip(&place, format!("{}: nothing from here on was read", problem.message)));
    }
    let Some(first) = table.rows.first() else {
        if table.problem.is_none() {
            all.skipped.push(file.skip(":1", "there is no row in it"));
        }
        return;
    };
    let context = ParseContext::file(options.zone);
    let is_time = |text: &str| parse::read(text, &context).is_ok();
    let columns = match TableColumnsFound::find(first, &options.columns, options.zone, &is_time) {
        Ok(columns) => columns,
        Err(why) => return all.skipped.push(file.skip(&format!(":{}", first.line), why)),
    };
    let rows = table.rows.get(usize::from(columns.has_header)..).unwrap_or_default();
    let dates = rows.iter().filter_map(|row| {
        columns.cell(row, ImportField::Date).or(columns.cell(row, ImportField::Time))
    });
    let clock = TableClock::new(columns.zone.clone(), options.zone, dates);
    let mut reader = TableReader { file, columns, clock, found: BTreeMap::new(), skipped: vec![] };
    for row in rows {
        if let Err(skip) = reader.row(row) {
            reader.skipped.push(skip);
        }
    }
    all.incidents.extend(reader.found.into_values().map(|it| it.incident));
    all.skipped.extend(reader.skipped);
}

/// An incident as its rows are being read.
struct TableIncident {
    incident: ImportedIncident,
    /// How many events have had a time, for they are known by it where they have no id.
    keys: BTreeMap<String, u32>,
    /// The severity that was told last.
    severity: Option<String>,
}

struct TableReader<'f> {
    file: &'f ImportFile,
    columns: TableColumnsFound,
    clock: TableClock,
    /// By what they are known by.
    found: BTreeMap<String, TableIncident>,
    skipped: Vec<SkippedPart>,
}

impl TableReader<'_> {
    fn row(&mut self, row: &PlainTableRow) -> Result<(), SkippedPart> {
        let cell = |field| self.columns.cell(row, field);
        let (date, clock) = (cell(ImportField::Date), cell(ImportField::Time));
        let written = date.into_iter().chain(clock).collect::<Vec<_>>().join(" ");
        let zone = cell(ImportField::Zone);
        let mark = cell(ImportField::Mark);
        let text = cell(ImportField::Text).or(mark).or(cell(ImportField::Impact));
        let mut text =
            text.ok_or_else(|| self.skip(row, "it says nothing of what happened"))?.to_owned();
        let at = match self.clock.read(&written, zone) {
            Ok(at) => at,
            Err(why) => {
                self.tell(row, format!("the time `{}`: {}", short(&written), why.reason));
                // It is of the day of the rows before it, and says how it was written.
                let Some(day) = why.day else { return Ok(()) };
                text = format!("{text} (time as written: {written}; {})", why.reason);
                day
            }
        };
        let facets = self.facets(row);
        let place = self.place(row);
        let id = self.columns.cell(row, ImportField::Id).map(str::to_owned);
        let severity = self.columns.cell(row, ImportField::Severity).map(str::to_owned);
        let service = self.columns.cell(row, ImportField::Service).map(str::to_owned);
        let home = self.incident(row);
        let (key, rank) = home.key(id, at);
        let is_first = home.severity.is_none();
        let changed = severity.filter(|severity| home.severity.as_ref() != Some(severity));
        if let Some(severity) = &changed {
            home.severity = Some(severity.clone());
            if is_first {
                home.incident.severity = Some(severity.clone());
            }
        }
        home.incident.services.extend(service);
        let event =
            ImportedEvent { place, rank, severity: changed.filter(|_| !is_first), ..facets };
        home.incident.events.push(ImportedEvent { key, at, text, ..event });
        Ok(())
    }

    /// Returns all of an event but its time and text; what can't be read of it is told and left out.
    fn facets(&mut self, row: &PlainTableRow) -> ImportedEvent {
        // The time and text are the row's own.
        let mut event = ImportedEvent::note(
            "",
            EventTime::exact(crate::model::time::OffsetTime::in_zone(
                crate::model::time::Instant::MIN,
                Zone::UTC,
            )),
            "",
        );
        let cell = |field| self.columns.cell(row, field).map(str::to_owned);
        event.by = cell(ImportField::By);
        event.links =
            cell(ImportField::Url).map(|url| Link { title: None, url }).into_iter().collect();
        let read = (cell(ImportField::Kind), cell(ImportField::Audience), cell(ImportField::Mark));
        let (kind, audience, marks) = read;
        let impact = cell(ImportField::Impact).map(|text| impact(&text));
        let pair = cell(ImportField::Service).zip(cell(ImportField::State));
        let pair =
            pair.map(|(service, word)| Ok(vec![ImportedImpact::all(service, state(&word)?)]));
        let mut take = |read: Result<(), String>| {
            if let Err(why) = read {
                self.tell(row, format!("{why}: it was left out of the event"));
            }
        };
        if let Some(kind) = kind {
            take(
                vocabulary::event_kind(&kind)
                    .map(|kind| event.kind = kind)
                    .map_err(|why| why.to_string()),
            );
        }
        if let Some(word) = audience {
            take(
                word.to_ascii_lowercase()
                    .parse::<Audience>()
                    .map(|it| event.audience = it)
                    .map_err(|why| why.to_string()),
            );
        }
        for word in marks
            .iter()
            .flat_map(|marks| marks.split([' ', ',', ';', '+']))
            .filter(|word| !word.is_empty())
        {
            take(milestone(word).map(|mark| event.marks.push(mark)));
        }
        for told in [impact, pair].into_iter().flatten() {
            take(told.map(|impact| event.impact.extend(impact)));
        }
        event
    }

    /// Returns the incident that a row is of: the one that it names, or that of the file.
    fn incident(&mut self, row: &PlainTableRow) -> &mut TableIncident {
        let named = self.columns.cell(row, ImportField::Incident);
        let title = self.columns.cell(row, ImportField::Title);
        let key = named.or(title).unwrap_or(&self.file.inner).to_owned();
        let title = title.or(named).map_or_else(|| stem(&self.file.inner), str::to_owned);
        let place = self.place(row);
        self.found.entry(key.clone()).or_insert_with(|| TableIncident {
            incident: ImportedIncident::new(key, title, place),
            keys: BTreeMap::new(),
            severity: None,
        })
    }

    fn tell(&mut self, row: &PlainTableRow, why: String) {
        let skip = self.skip(row, why);
        self.skipped.push(skip);
    }

    fn skip(&self, row: &PlainTableRow, why: impl Into<String>) -> SkippedPart {
        self.file.skip(&format!(":{}", row.line), why)
    }

    fn place(&self, row: &PlainTableRow) -> String {
        format!("{}:{}", self.file.name, row.line)
    }
}

impl TableIncident {
    /// Returns what an event is known by: its id, or its time and its place among those of that time; and its rank.
    fn key(&mut self, id: Option<String>, at: EventTime) -> (String, u32) {
        if let Some(id) = id {
            return (id, 0);
        }
        let time = at.order(Zone::UTC).rfc3339();
        let count = self.keys.entry(time.clone()).or_insert(0);
        *count += 1;
        match *count - 1 {
            0 => (time, 0),
            n => (format!("{time}.{n}"), n),
        }
    }
}

fn milestone(word: &str) -> Result<Milestone, String> {
    let known = Milestone::BUILT_IN.iter().map(Milestone::to_string);
    match Vocabulary::milestones(known).find(word) {
        Ok(found) => found.parse::<Milestone>().map_err(|why| why.to_string()),
        // A near miss is a slip; anything else may be one that the record defines.
        Err(refused) if !refused.meant.is_empty() => Err(refused.to_string()),
        Err(_) => word
            .to_lowercase()
            .parse()
            .map_err(|why: crate::model::incident::UnknownValue| why.to_string()),
    }
}

/// Reads `api=down, mail=degraded:40%`.
fn impact(text: &str) -> Result<Vec<ImportedImpact>, String> {
    let parts = text.split([',', ';', '\n', ' ']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(change).collect()
}

fn change(part: &str) -> Result<ImportedImpact, String> {
    let (service, told) = part.split_once('=').ok_or_else(|| {
        format!("`{}` is no impact: write SERVICE=STATE, such as api=down", short(part))
    })?;
    let (word, share) = match told.split_once(':') {
        Some((word, share)) => (
            word,
            Some(
                share
                    .parse()
                    .map_err(|why: crate::model::incident::UnknownValue| why.to_string())?,
            ),
        ),
        None => (told, None),
    };
    Ok(ImportedImpact { share, ..ImportedImpact::all(service, state(word)?) })
}

fn state(word: &str) -> Result<State, String> {
    vocabulary::state(word).map_err(|why| why.to_string())
}

/// Returns the name of a file without its ending.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

#[cfg(test)]
mod tests;
