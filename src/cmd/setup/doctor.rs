//! `recount doctor`: what a bug report needs of this machine and this record.

use crate::cli::{Format, Global};
use crate::compute::report::doctor::{DoctorReport, Fact};
use crate::io::git;
use crate::io::store::sync_state;
use crate::io::{clock, render, user};
use crate::session::output::{Output, format};
use crate::session::{Failure, Session, merge_driver};

/// Tells of the program, the machine and the record; without a record, of the first two.
pub(crate) fn run(global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let mut facts = program();
    let mut remarks = String::new();
    match Session::open(global) {
        Ok(session) => {
            facts.extend(record(&session));
            remarks.push_str(&session.remarks);
        }
        Err(failure) => facts.push(Fact::new("record", failure.summary())),
    }
    let report = DoctorReport::new(facts);
    Ok(match format {
        Format::Json => Output::json(&report)?,
        _ => Output::text(render::doctor::doctor(&report)),
    }
    .remark(remarks))
}

fn program() -> Vec<Fact> {
    let zone = clock::machine_zone().map(|zone| zone.to_string());
    let git = git::program_version().unwrap_or_else(|why| format!("can't be run: {why}"));
    vec![
        Fact::new("recount", env!("CARGO_PKG_VERSION")),
        Fact::new("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        Fact::new("git", git),
        Fact::new("machine_zone", zone.unwrap_or_else(|| "none of the database".to_owned())),
        Fact::new("record_variable", named(user::record().map(|dir| dir.display().to_string()))),
        Fact::new("incident_variable", named(user::incident())),
        Fact::new(
            "default_record",
            named(user::default_record().ok().flatten().map(|dir| dir.display().to_string())),
        ),
    ]
}

fn record(session: &Session<'_>) -> Vec<Fact> {
    let settings = session.store.settings();
    let repo = session.repo.as_ref();
    let refused = session.refused.as_ref().map(ToString::to_string);
    let open = session.all_open_incidents();
    vec![
        Fact::new("record", session.store.root().display().to_string()),
        Fact::new("format", settings.format.to_string()),
        Fact::new("zone", settings.zone.to_string()),
        Fact::new("services", settings.services.len().to_string()),
        Fact::new("commits", if settings.commit { "yes" } else { "no" }),
        Fact::new(
            "repository",
            match (repo, refused) {
                (Some(repo), _) => repo.git_dir().display().to_string(),
                (None, Some(why)) => format!("refused: {why}"),
                (None, None) => "none".to_owned(),
            },
        ),
        Fact::new("person", session.person().unwrap_or_else(|| "unknown to git".to_owned())),
        Fact::new("last_sync", last_sync(session)),
        Fact::new("merge_driver", merge_driver(session)),
        Fact::new("hooks", repo.map_or_else(|| "none".to_owned(), |repo| hooks(&repo.hooks()))),
        Fact::new("in_progress", in_progress(session)),
        Fact::new("state", session.state.display().to_string()),
        Fact::new("waiting_events", session.waiting().len().to_string()),
        Fact::new("waiting_files", session.uncommitted().to_string()),
        Fact::new("open_incidents", open.ids.len().to_string()),
        Fact::new("unreadable_files", open.unreadable.len().to_string()),
    ]
}

fn last_sync(session: &Session<'_>) -> String {
    let told = |last: sync_state::LastSync| {
        format!("{} with {}/{}", last.at().rfc3339(), last.remote, last.branch)
    };
    sync_state::last_sync(&session.state).map_or_else(|| "none".to_owned(), told)
}

fn merge_driver(session: &Session<'_>) -> String {
    let is_known = |repo| merge_driver::is_registered(repo, session.store.root());
    match session.repo.as_ref().is_some_and(is_known) {
        true => "registered".to_owned(),
        false => "not registered: the next verb that writes does it".to_owned(),
    }
}

fn named(value: Option<String>) -> String {
    value.unwrap_or_else(|| "none".to_owned())
}

fn hooks(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => format!("{} (recount's own commits run none)", names.join(", ")),
    }
}

fn in_progress(session: &Session<'_>) -> String {
    let asked = session.repo.as_ref().map(|repo| repo.in_progress()).transpose();
    match asked {
        Ok(found) => named(found.flatten().map(|it| it.what.to_string())),
        Err(why) => why.to_string(),
    }
}
