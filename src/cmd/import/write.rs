//! What an import writes: new incidents, and incidents of the record with what is new in them.

use crate::cli::ImportArgs;
use crate::compute::import::plan::IncidentChanges;
use crate::compute::import::resolve::{ResolvedImport, ResolvedIncident};
use crate::compute::import::undo::UNDONE;
use crate::compute::report::import::{ImportOutcome, ImportReport, SourceEvent};
use crate::io::store::edit;
use crate::io::store::import_state::ImportedHere;
use crate::io::store::{LoadedIncident, StoreError, files};
use crate::model::imported::SkippedPart;
use crate::model::incident::{Cancellation, Event, Incident, IncidentId, Name};
use crate::model::time::Span;
use crate::session::written::FileWrite;
use crate::session::{Failure, Session};
use std::collections::{BTreeMap, BTreeSet};

/// What an import writes, and the report of it.
pub(super) struct PlannedImport {
    pub(super) files: Vec<FileWrite>,
    /// What is written to each incident, to take it back.
    pub(super) written: Vec<ImportedHere>,
    pub(super) report: ImportReport,
}

impl PlannedImport {
    /// Returns whether nothing is to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Holds an import against the record: into the incident that was named, or one for each.
    pub(super) fn of(
        session: &Session<'_>,
        args: &ImportArgs,
        resolved: &ResolvedImport,
        into: Option<IncidentId>,
    ) -> Result<Self, Failure> {
        let report = ImportReport::of(&resolved.from, args.dry_run, resolved.skipped.clone());
        let mut planner = Planner {
            session,
            known: session.incidents()?.ids.into_iter().collect(),
            changed: BTreeMap::new(),
            created: BTreeMap::new(),
            report,
        };
        for incident in &resolved.incidents {
            planner.incident(incident, into.as_ref())?;
        }
        planner.done()
    }
}

struct Planner<'s, 'g> {
    session: &'s Session<'g>,
    /// The ids of the record, and of what this import makes.
    known: BTreeSet<IncidentId>,
    /// Incidents of the record, and what changes in them.
    changed: BTreeMap<IncidentId, ChangedIncident>,
    /// Incidents that are new.
    created: BTreeMap<IncidentId, Incident>,
    report: ImportReport,
}

struct ChangedIncident {
    loaded: LoadedIncident,
    updated: Vec<(Event, Event)>,
    new: Vec<Event>,
}

impl ChangedIncident {
    /// Returns what is written to it, as it is to be taken back.
    fn written(&self, id: &IncidentId, before: &str) -> ImportedHere {
        let ids = |events: &mut dyn Iterator<Item = &Event>| {
            events.filter_map(|event| event.id.as_ref()).map(Name::to_string).collect::<Vec<_>>()
        };
        // What an undone import had made is made again.
        let old = &self.loaded.read.incident;
        let is_again = |event: &Event| event.retracted.as_deref() == Some(UNDONE);
        let (again, updated): (Vec<_>, Vec<_>) =
            self.updated.iter().partition(|(old, _)| is_again(old));
        let mut new = ids(&mut self.new.iter().chain(again.iter().map(|(_, new)| new)));
        let created = old.canceled != still_canceled(old);
        if created {
            new.extend(ids(&mut old.standing()));
        }
        ImportedHere {
            incident: id.to_string(),
            created,
            new,
            updated: ids(&mut updated.iter().map(|(_, new)| new)),
            before: (!updated.is_empty()).then(|| before.to_owned()),
        }
    }
}

/// Returns the cancellation that stays: one of an import that was taken back is lifted by the next.
fn still_canceled(incident: &Incident) -> Option<Cancellation> {
    incident.canceled.clone().filter(|canceled| canceled.reason != UNDONE)
}

impl Planner<'_, '_> {
    fn incident(
        &mut self,
        imported: &ResolvedIncident,
        into: Option<&IncidentId>,
    ) -> Result<(), Failure> {
        let settings = self.session.store.settings();
        let home = match into {
            Some(into) => Some(into.clone()),
            None => self.home(imported)?,
        };
        match home {
            Some(id) => self.change(id, imported),
            None => {
                let id = imported
                    .id(settings)
                    .ok_or_else(|| Failure::new("an incident without events"))?;
                let id = self.free(id)?;
                let incident = imported.incident(id.clone());
                self.outcome(
                    imported,
                    &id,
                    IncidentChanges { new: incident.events.clone(), ..IncidentChanges::default() },
                    true,
                );
                self.known.insert(id.clone());
                self.created.insert(id, incident);
                Ok(())
            }
        }
    }

    /// Finds the incident that has events of an imported one: among those that began on the days of its events.
    fn home(&mut self, imported: &ResolvedIncident) -> Result<Option<IncidentId>, Failure> {
        const DAY: Span = Span::hours(24);
        let zone = imported.zone(self.session.store.settings());
        let days: BTreeSet<String> = imported
            .events
            .iter()
            .flat_map(|event| {
                let at = event.at.order(zone);
                // A record's zone may have been another when its id was made.
                [at.minus(DAY), at, at.plus(DAY)]
            })
            .map(|at| at.local(zone).format("%Y-%m-%d").to_string())
            .collect();
        let ids: BTreeSet<&Name> = imported.events.iter().filter_map(|e| e.id.as_ref()).collect();
        let mut best: Option<(usize, IncidentId)> = None;
        for day in days {
            let from: IncidentId = day.parse()?;
            let candidates: Vec<_> = self
                .known
                .range(from..)
                .take_while(|id| id.as_str().starts_with(&day))
                .cloned()
                .collect();
            for id in candidates {
                if self.created.contains_key(&id) {
                    continue;
                }
                // What can't be read is told by the verbs that read it; it takes no event.
                let Ok(loaded) = self.loaded(&id) else { continue };
                let events = loaded.loaded.read.incident.events.iter();
                let same =
                    events.filter(|e| e.id.as_ref().is_some_and(|id| ids.contains(id))).count();
                if same > 0 && best.as_ref().is_none_or(|(most, _)| same > *most) {
                    best = Some((same, id));
                }
            }
        }
        Ok(best.map(|(_, id)| id))
    }

    fn loaded(&mut self, id: &IncidentId) -> Result<&mut ChangedIncident, StoreError> {
        if !self.changed.contains_key(id) {
            let loaded = self.session.store.load(id)?;
            self.changed
                .insert(id.clone(), ChangedIncident { loaded, updated: vec![], new: vec![] });
        }
        let absent = || StoreError::NoRecord { from: self.session.store.root().to_owned() };
        self.changed.get_mut(id).ok_or_else(absent)
    }

    fn change(&mut self, id: IncidentId, imported: &ResolvedIncident) -> Result<(), Failure> {
        let settings = self.session.store.settings();
        let one = self.loaded(&id)?;
        let zone = one.loaded.read.incident.zone.unwrap_or(settings.zone);
        let mut changes = IncidentChanges::of(&one.loaded.read.incident, imported, zone);
        // Two incidents of the source may go into one of the record.
        let has = |event: &Event| one.new.iter().any(|known| known.id == event.id);
        let twice = changes.new.iter().filter(|event| has(event)).count();
        changes.new.retain(|event| !has(event));
        changes.unchanged += twice;
        one.new.extend(changes.new.iter().cloned());
        one.updated.extend(changes.updated.iter().cloned());
        let created = one.loaded.read.incident.canceled.is_some()
            && still_canceled(&one.loaded.read.incident).is_none();
        self.outcome(imported, &id, changes, created);
        Ok(())
    }

    fn outcome(
        &mut self,
        imported: &ResolvedIncident,
        id: &IncidentId,
        changes: IncidentChanges,
        created: bool,
    ) {
        let source = |event: &Name| {
            let of = |it: &&Event| it.id.as_ref() == Some(event);
            let found =
                imported.events.iter().find(of).and_then(|it| it.source.as_ref()?.id.clone());
            SourceEvent {
                incident: id.clone(),
                event: event.to_string(),
                source: found.unwrap_or_default(),
            }
        };
        self.report.kept.extend(changes.kept.iter().map(source));
        self.report.gone.extend(changes.gone.into_iter().map(|gone| SourceEvent {
            incident: id.clone(),
            event: gone.event.to_string(),
            source: gone.source,
        }));
        self.report.incidents.push(ImportOutcome {
            incident: id.clone(),
            source: imported.key.clone(),
            created,
            // All of an incident that is made, or made again, is new.
            new: changes.new.len() + if created { changes.unchanged } else { 0 },
            unchanged: if created { 0 } else { changes.unchanged },
            updated: changes.updated.len(),
            kept: changes.kept.len(),
        });
    }

    /// Returns the id, or the first numbered one that no incident has: neither here nor in the last commit.
    fn free(&self, id: IncidentId) -> Result<IncidentId, Failure> {
        let numbered = (2..=u32::MAX).map(|n| id.numbered(n));
        for one in std::iter::once(id.clone()).chain(numbered) {
            if self.known.contains(&one) {
                continue;
            }
            let path = self.session.store.usual_path(&one);
            let failed = |error| StoreError::Io { doing: "look at", path: path.clone(), error };
            if !files::exists(&path).map_err(failed)? && self.session.committed(&path).is_none() {
                return Ok(one);
            }
        }
        Ok(id)
    }

    /// Returns the files to write, and the report.
    fn done(mut self) -> Result<PlannedImport, Failure> {
        let (mut files, mut written) = (vec![], vec![]);
        for (id, one) in &self.changed {
            let old = &one.loaded.read.incident;
            let facts = Incident { canceled: still_canceled(old), ..old.clone() };
            if one.new.is_empty() && one.updated.is_empty() && facts.canceled == old.canceled {
                continue;
            }
            let file = self.session.store.file(id)?;
            written.push(one.written(id, &file.text));
            let edited =
                self.session.open_file(&file)?.merge_events(&facts, &one.updated, &one.new);
            match edited {
                Ok(edited) => files.push(file.with(edited)),
                Err(why) => self.report.skipped.push(SkippedPart {
                    place: self.session.store.relative(&file.path).display().to_string(),
                    reason: why.to_string(),
                }),
            }
        }
        for (id, incident) in &self.created {
            let new = incident.events.iter().filter_map(|e| e.id.as_ref()).map(Name::to_string);
            let new = new.collect();
            let (incident_id, updated) = (id.to_string(), vec![]);
            written.push(ImportedHere {
                incident: incident_id,
                created: true,
                new,
                updated,
                before: None,
            });
            let several = incident.events.iter().any(|e| e.marks.iter().count() > 1);
            let path = self.session.store.usual_path(id);
            let plain = FileWrite::plain(path, None, edit::new_incident(incident));
            files.push(FileWrite { format: if several { 2 } else { 1 }, ..plain });
        }
        self.report
            .incidents
            .sort_by(|a, b| (&a.incident, &a.source).cmp(&(&b.incident, &b.source)));
        self.report.skipped.sort();
        Ok(PlannedImport { files, written, report: self.report })
    }
}
