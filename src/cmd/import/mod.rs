//! `recount import`: what another system tells becomes events, each once.

mod inputs;
mod undo;
mod write;

use crate::cli::{Format, Global, ImportArgs};
use crate::compute::import::resolve::{ResolvedImport, resolve};
use crate::compute::import::select::ImportSelection;
use crate::compute::report::import::ImportReport;
use crate::compute::secrets;
use crate::io::import::{self, ImportOptions};
use crate::io::render;
use crate::io::store::import_state::{self, LastImport};
use crate::model::imported::ImportedIncidents;
use crate::model::time::parse::{self, IncidentWindow, ParseContext};
use crate::model::time::{Span, Zone, duration, read_zone};
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::{Failure, Session};

/// Reads the files, holds what they tell against the record, and writes what is new; the answer is no where something
/// was left out.
pub(crate) fn run(args: &ImportArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let Some(from) = args.from else { return undo::undo(&session, format) };
    let selection = selection(&session, args)?;
    let options = ImportOptions {
        zone: selection.zone.unwrap_or(Zone::UTC),
        zone_given: args.zone.is_some(),
        channels: args.channels.clone(),
        thread: args.thread.clone(),
        pin: args.pin.clone(),
        all: args.all,
        columns: args.columns.clone(),
    };
    let files = inputs::read(&session, from, args)?;
    let mut imported = import::read(from, &files, &options);
    mask(&session, &mut imported);
    let imported = selection.apply(imported);
    let offset = args.offset.as_deref();
    let resolved = resolve(imported, from.as_str(), session.store.settings(), offset);
    let (report, said) = written(&session, args, &resolved)?;
    let notes: String = resolved.notes.iter().map(|n| render::text::line(n) + "\n").collect();
    let answer = match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::import::import(&report)).remark(render::import::remarks(&report)),
    };
    let wrote = !args.dry_run;
    Ok(Output { no: !report.skipped.is_empty(), wrote, ..answer }
        .remark(notes)
        .remark(said)
        .remark(&session.remarks))
}

/// Returns what became of an import, and what to tell of the write.
fn written(
    session: &Session<'_>,
    args: &ImportArgs,
    resolved: &ResolvedImport,
) -> Result<(ImportReport, String), Failure> {
    let into = session.named_incident()?;
    let plan = write::PlannedImport::of(session, args, resolved, into)?;
    if args.dry_run || plan.is_empty() {
        return Ok((plan.report, String::new()));
    }
    let subject = subject(&resolved.from, &plan.report);
    let note = CommitNote::documents("import", subject);
    session.transact(|transaction| {
        transaction.may_change_files()?;
        // Under the lock, by what the files say then.
        let into = session.named_incident()?;
        let plan = write::PlannedImport::of(session, args, resolved, into)?;
        let last = LastImport {
            record: session.store.root().to_owned(),
            from: resolved.from.clone(),
            incidents: plan.written,
        };
        // Before the write: one that is killed meanwhile is not to leave the import before to be taken back in its place.
        import_state::set_last_import(&session.state, &last)
            .map_err(|error| Failure::new(format!("cannot note what is written: {error}")))?;
        let saved = transaction.save_files(&plan.files, None, None, &note)?;
        Ok((plan.report, saved.remarks))
    })
}

fn subject(format: &str, report: &ImportReport) -> String {
    let new: usize = report.incidents.iter().map(|it| it.new).sum();
    let updated: usize = report.incidents.iter().map(|it| it.updated).sum();
    let events = |n: usize| if n == 1 { "1 event".to_owned() } else { format!("{n} events") };
    let updated = if updated > 0 { format!(", {updated} updated") } else { String::new() };
    format!("{} of {format}{updated}", events(new))
}

/// Reads what is wanted, and by how much the clock is off.
fn selection(session: &Session<'_>, args: &ImportArgs) -> Result<ImportSelection, Failure> {
    let zone = args.zone.as_deref().map(read_zone).transpose()?;
    let zone = zone.unwrap_or(session.store.settings().zone);
    let context = ParseContext {
        allow_future: true,
        around: IncidentWindow::Nothing,
        ..ParseContext::at(session.now, zone)
    };
    let moment = |text: &Option<String>| -> Result<_, Failure> {
        let read = text.as_deref().map(|text| parse::read(text, &context)).transpose();
        Ok(read?.map(|time| time.moment(zone)))
    };
    Ok(ImportSelection {
        since: moment(&args.since)?.map(|moment| moment.earliest()),
        until: moment(&args.until)?.map(|moment| moment.latest()),
        users: args.users.clone(),
        pattern: args.pattern.clone(),
        offset: args.offset.as_deref().map_or(Ok(Span::ZERO), offset)?,
        zone: Some(zone),
    })
}

/// Reads by how much a clock is fast: `+90s`, or slow: `-2m`.
fn offset(text: &str) -> Result<Span, Failure> {
    let (sign, length) = match text.strip_prefix('-') {
        Some(length) => (-1, length),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = duration::read_span(length)?;
    Ok(Span::seconds(sign * length.as_seconds()))
}

/// Masks what looks like a credential in all that an import would write, as the record wants it.
fn mask(session: &Session<'_>, imported: &mut ImportedIncidents) {
    let mut texts: Vec<&mut String> = vec![];
    for incident in &mut imported.incidents {
        texts.push(&mut incident.title);
        texts.extend(incident.summary.as_mut());
        for event in &mut incident.events {
            texts.push(&mut event.text);
            texts.extend(event.by.as_mut());
            texts.extend(event.links.iter_mut().map(|link| &mut link.url));
        }
    }
    let found: Vec<_> = texts.iter().flat_map(|text| secrets::find(text)).collect();
    if session.masks(&found) {
        for text in texts {
            if let Some(masked) = secrets::masked(text) {
                *text = masked;
            }
        }
    }
}
