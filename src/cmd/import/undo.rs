//! `recount import --undo`: this user's last import is taken back.

use crate::cli::Format;
use crate::compute::import::undo::{ImportReversal, WrittenByImport};
use crate::compute::report::VERSION;
use crate::compute::report::import::{ImportUndoReport, UndoneImport};
use crate::io::render;
use crate::io::store::import_state::{self, ImportedHere, LastImport};
use crate::model::incident::{Incident, IncidentId, Name};
use crate::session::commit_note::CommitNote;
use crate::session::output::Output;
use crate::session::transaction::Transaction;
use crate::session::written::FileWrite;
use crate::session::{Failure, Session};

/// Cancels the incidents that an import made, retracts the events that it added to others, and puts back what it
/// changed; what somebody changed since stays.
pub(super) fn undo(session: &Session<'_>, format: Format) -> Result<Output, Failure> {
    let (report, said) = session.transact(|transaction| {
        transaction.may_change_files()?;
        let last = import_state::last_import(&session.state);
        let last = last.filter(|last| last.record == session.store.root());
        let last = last.ok_or_else(|| {
            Failure::new("no import that you wrote here can be taken back")
                .help("`recount history` tells what was written, and `recount retract EVENT` takes an event back")
        })?;
        take_back(session, transaction, &last)
    })?;
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::import::undone(&report)),
    };
    Ok(Output { wrote: true, ..answer }.remark(said).remark(&session.remarks))
}

fn take_back(
    session: &Session<'_>,
    transaction: Transaction<'_, '_>,
    last: &LastImport,
) -> Result<(ImportUndoReport, String), Failure> {
    let (mut files, mut incidents) = (vec![], vec![]);
    for written in &last.incidents {
        let (file, outcome) = reversed(session, written)?;
        files.extend(file);
        incidents.push(outcome);
    }
    let report = ImportUndoReport { version: VERSION, format: last.from.clone(), incidents };
    let remarks = if files.is_empty() {
        String::new()
    } else {
        let note = CommitNote::documents("import", format!("{} taken back", last.from));
        transaction.save_files(&files, None, None, &note)?.remarks
    };
    // Where that fails the next `--undo` finds nothing to take back, and says so.
    let _ = import_state::forget_last_import(&session.state);
    Ok((report, remarks))
}

/// Returns the file of an incident without what an import wrote to it, where that is another.
fn reversed(
    session: &Session<'_>,
    written: &ImportedHere,
) -> Result<(Option<FileWrite>, UndoneImport), Failure> {
    let id: IncidentId = written.incident.parse()?;
    let file = session.store.file(&id)?;
    let before = written.before.as_ref().map(|text| {
        session.store.parse(&id, file.path.clone(), text.clone()).map(|it| it.read.incident)
    });
    let before = before.transpose()?;
    let incident = session.open_file(&file)?;
    let reversal = ImportReversal::of(
        &incident.facts,
        &WrittenByImport {
            created: written.created,
            new: &written.new,
            updated: &written.updated,
            before: before.as_ref(),
        },
        session.now,
    );
    let outcome = UndoneImport {
        incident: id.clone(),
        canceled: reversal.canceled.is_some(),
        retracted: reversal.retracted.len(),
        restored: reversal.restored.len(),
        kept: reversal.kept.iter().map(Name::to_string).collect(),
    };
    if reversal.is_empty() {
        return Ok((None, outcome));
    }
    let canceled = reversal.canceled.or_else(|| incident.facts.canceled.clone());
    let facts = Incident { canceled, ..incident.facts.clone() };
    let changed = [reversal.retracted, reversal.restored].concat();
    let edited = incident.merge_events(&facts, &changed, &[])?;
    Ok((Some(file.with(edited)), outcome))
}
