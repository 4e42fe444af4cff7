//! `recount spool take`: events that wait and don't count by themselves are put into the record.

use crate::cli::{Format, Global, SpoolTake, SpoolVerb};
use crate::compute::report::VERSION;
use crate::compute::report::write_result::{Taken, TakenIn};
use crate::io::render::text::line;
use crate::io::store::{INBOX_ID, atomic, files, own};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{self, Output, format};
use crate::session::spooled::{Spooled, Standing};
use crate::session::transaction::{Saved, Transaction};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Puts what another left, or a folder holds, into the record because a person says so.
pub(crate) fn run(verb: &SpoolVerb, global: &Global) -> Result<Output, Failure> {
    let SpoolVerb::Take(args) = verb;
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    // What waits is told of again where it still does.
    let remarks = session.remarks.strip_suffix(&session.uncounted).unwrap_or(&session.remarks);
    let report = session.transact(|transaction| {
        transaction.may_change_files()?;
        let events = match &args.from {
            Some(folder) => named_folder(&session, folder)?,
            None => session.untaken(),
        };
        take_in(transaction, chosen(events, args)?)
    })?;
    let answer = match format {
        Format::Json => Output::json(&report.json)?,
        _ => Output::text(text(&report.json)),
    };
    let answer = Output { wrote: !report.json.taken.is_empty(), no: report.left, ..answer };
    Ok(answer.remark(report.remarks).remark(remarks).remark(session.uncounted()))
}

/// Returns the events in a folder that a person named: one that isn't there is a slip, and no empty one.
fn named_folder(session: &Session<'_>, name: &Path) -> Result<Vec<Spooled>, Failure> {
    let folder = output::typed(session.global, name);
    match files::exists(&folder) {
        Ok(false) => Err(Failure::new(format!("there is no folder {}", name.display()))
            .help("name the folder that holds the events, as `recount status` tells it")),
        // Whatever else is wrong there, reading it says.
        _ => session.spooled_in(&folder),
    }
}

/// Returns the events that were named, or all of them.
fn chosen(mut events: Vec<Spooled>, args: &SpoolTake) -> Result<Vec<Spooled>, Failure> {
    if args.events.is_empty() {
        return Ok(events);
    }
    for name in &args.events {
        if !events.iter().any(|it| it.waiting.id.as_str() == name) {
            return Err(Failure::new(format!("no event {name} waits to be taken in")).help(
                "give whole ids, as `recount status` tells them; without any, all are taken",
            ));
        }
    }
    events.retain(|it| args.events.iter().any(|name| it.waiting.id.as_str() == name));
    Ok(events)
}

/// What became of the events.
struct Report {
    json: TakenIn,
    remarks: String,
    /// Whether some could not be put in.
    left: bool,
}

/// Puts events into their incidents, and commits them together.
fn take_in(mut transaction: Transaction<'_, '_>, events: Vec<Spooled>) -> Result<Report, Failure> {
    let session = transaction.session();
    let (mut taken, mut remarks, mut files) = (vec![], String::new(), BTreeSet::new());
    let mut left = false;
    for event in events {
        match transaction.put_in(&event.waiting) {
            Ok((path, _)) => {
                files.insert(path);
                taken.push(event);
            }
            Err(failure) if failure.is_raced() => return Err(failure),
            Err(failure) => {
                left = true;
                let _ = writeln!(remarks, "the event {} can't be put in:", event.waiting.id);
                remarks.push_str(&failure.render(session.terminal.color_err));
            }
        }
    }
    let ids: Vec<_> = taken.iter().map(|it| it.waiting.id.as_str()).collect();
    let note = CommitNote::incident("spool", format!("take {}", ids.join(", ")));
    let is_over = transaction.in_progress.is_none();
    let Saved { commit, remarks: said, .. } = match taken.as_slice() {
        [] => transaction.saved(None, &BTreeSet::new()),
        _ => transaction.commit(files, &note.message(None))?,
    };
    if is_over {
        remarks.extend(taken.iter().filter_map(Spooled::forget));
    }
    let taken = taken.iter().map(told).collect();
    let json = TakenIn { version: VERSION, verb: "spool", taken, commit };
    Ok(Report { json, remarks: said + &remarks, left })
}

impl Spooled {
    /// Removes an event from the spool, for the record holds it; returns why it stays there where it does.
    fn forget(&self) -> Option<String> {
        // A folder that was named holds what the tool may not have made.
        if self.standing == Standing::Named {
            return None;
        }
        let error = atomic::remove(&self.path).err()?;
        let said = format!("{} stays, and does no harm: {error}", self.path.display());
        Some(line(&said) + "\n")
    }
}

fn told(event: &Spooled) -> Taken {
    let waiting = &event.waiting;
    Taken {
        event: waiting.id.to_string(),
        incident: (waiting.incident.as_str() != INBOX_ID).then(|| waiting.incident.to_string()),
        owner: own::name_of(event.owner),
    }
}

fn text(report: &TakenIn) -> String {
    if report.taken.is_empty() {
        return "nothing was taken in\n".to_owned();
    }
    report.taken.iter().fold(String::new(), |mut text, taken| {
        let incident = taken.incident.as_deref().unwrap_or(INBOX_ID);
        let said = format!("{} of {} is in {incident} now", taken.event, taken.owner);
        let _ = writeln!(text, "{}", line(&said));
        text
    })
}
