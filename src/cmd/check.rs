//! `recount check`: everything that is wrong or missing.

use super::answer::{Answer, format};
use super::audit::audit;
use super::desk::Desk;
use crate::check;
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::incident::IncidentId;
use crate::place::{Place, Problem};
use crate::render::problem;
use crate::report::check::{Finding, check as report};
use crate::store::{INBOX_ID, SETTINGS, StoreError};

/// A file, its text and what was found in it.
struct Checked {
    file: String,
    text: String,
    found: Vec<Problem>,
}

/// Checks one incident, or the whole record; the answer is no where something was found.
pub(super) fn run(args: &cli::Check, global: &Global) -> Result<Answer, Failure> {
    let format = format(global, &[Format::Human, Format::Json])?;
    let desk = Desk::open(global)?;
    let name = args.name.as_deref().or(global.incident.as_deref());
    let ids = match name {
        Some(name) => vec![desk.find(name)?],
        None => desk.ids(),
    };
    let mut checked = if name.is_some() { vec![] } else { record(&desk) };
    for id in &ids {
        let mut file = incident(&desk, id);
        if args.audit {
            file.found.extend(audit(&desk, id)?);
        }
        checked.push(file);
    }
    let count: usize = checked.iter().map(|c| c.found.len()).sum();
    let mut answer = match format {
        Format::Json => {
            let findings =
                checked.iter().flat_map(|c| c.found.iter().map(|p| Finding::of(&c.file, p)));
            Answer::json(&report(findings.collect()))?
        }
        _ => Answer::text(human(&checked, desk.style().color, count)),
    };
    answer.no = count > 0;
    Ok(answer)
}

/// Checks the settings and the inbox.
fn record(desk: &Desk<'_>) -> Vec<Checked> {
    let settings = Checked {
        file: SETTINGS.to_owned(),
        text: desk.store.settings_text.clone(),
        found: desk.store.settings_problems.clone(),
    };
    let mut checked = vec![settings];
    checked.extend(INBOX_ID.parse().ok().and_then(|id| inbox(desk, &id)));
    checked
}

/// Reports events that wait in the inbox.
fn inbox(desk: &Desk<'_>, id: &IncidentId) -> Option<Checked> {
    let loaded = desk.store.load(id).ok()?;
    let waiting = loaded.read.incident.standing().map(|e| {
        Problem::warning("inbox", e.place, "this event waits for its incident")
            .help("`recount amend EVENT --to INCIDENT` moves it")
    });
    let found = loaded.read.problems.iter().cloned().chain(waiting).collect();
    Some(Checked {
        file: desk.store.relative(&loaded.path).display().to_string(),
        text: loaded.text,
        found,
    })
}

fn incident(desk: &Desk<'_>, id: &IncidentId) -> Checked {
    let path = desk.store.incident_path(id);
    let file = desk.store.relative(&path).display().to_string();
    match desk.load(id) {
        Ok(loaded) => {
            let mut found = loaded.read.problems.clone();
            found.extend(check::incident(&loaded.read.incident, desk.store.settings()));
            found.extend(desk.lost(&loaded).iter().map(|event| {
                let id = event.id.as_ref().map(ToString::to_string).unwrap_or_default();
                Problem::error(
                    "lost-event",
                    Place { line: 1, column: 1 },
                    format!("the last commit has the event {id}, and the file lacks it"),
                )
                .help("an editor saved an old copy; the next verb that writes brings it back")
            }));
            found.sort_by_key(|p| p.place);
            Checked { file, text: loaded.text, found }
        }
        Err(_) => unreadable(desk, id, file),
    }
}

fn unreadable(desk: &Desk<'_>, id: &IncidentId, file: String) -> Checked {
    match desk.store.load(id) {
        Err(StoreError::Unreadable { text, problem, .. }) => {
            Checked { file, text, found: vec![*problem] }
        }
        Err(error) => {
            let problem =
                Problem::error("unreadable", Place { line: 1, column: 1 }, error.to_string());
            Checked { file, text: String::new(), found: vec![problem] }
        }
        Ok(_) => Checked { file, text: String::new(), found: vec![] },
    }
}

fn human(checked: &[Checked], color: bool, count: usize) -> String {
    let files = checked.iter();
    let shown = files
        .flat_map(|c| c.found.iter().map(|p| problem::problem(&c.file, &c.text, p, color) + "\n"));
    let shown: String = shown.collect();
    match count {
        0 => "Nothing is wrong or missing.\n".to_owned(),
        1 => format!("{shown}1 finding.\n"),
        more => format!("{shown}{more} findings.\n"),
    }
}
