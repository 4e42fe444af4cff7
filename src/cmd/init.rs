//! `recount init`: a folder becomes a record.

use super::answer::{Answer, format};
use crate::cli::{self, Format, Global};
use crate::cmd::Failure;
use crate::git::{Change, Repo};
use crate::schema;
use crate::store::{SETTINGS, atomic};
use crate::{clock, time};
use std::path::{Path, PathBuf};

/// Makes a record, and a git repository where there is none; safe to run again.
pub(super) fn run(args: &cli::Init, global: &Global) -> Result<Answer, Failure> {
    format(global, &[Format::Table])?;
    let zone = args.timezone.as_deref().map(time::read_zone).transpose()?;
    let base = global.start.clone().unwrap_or_else(|| PathBuf::from("."));
    let dir = args.dir.as_ref().map_or_else(|| base.clone(), |dir| base.join(dir));
    let failed =
        |error: std::io::Error| Failure::new(format!("cannot make {}: {error}", dir.display()));
    std::fs::create_dir_all(&dir).map_err(failed)?;
    let dir = dir.canonicalize().map_err(failed)?;
    let repo = match Repo::find(&dir).map_err(trouble)? {
        Some(repo) => repo,
        None => Repo::init(&dir).map_err(trouble)?,
    };
    let settings = zone.map_or(String::new(), |zone| format!("timezone: {zone}\n"));
    let wanted = [
        (dir.join(SETTINGS), header("recount.schema.json") + &settings),
        (dir.join(".recount/incident.schema.json"), schema::text(schema::Of::Incident).to_owned()),
        (dir.join(".recount/recount.schema.json"), schema::text(schema::Of::Recount).to_owned()),
    ];
    let mut made: Vec<PathBuf> = vec![];
    for (path, text) in &wanted {
        if !path.exists() {
            atomic::replace(path, text.as_bytes()).map_err(failed)?;
            made.push(path.clone());
        }
    }
    let mut answer = Answer::text(said(&dir, &made));
    if !made.is_empty() && !global.no_commit {
        let when = if clock::is_fixed() { Some(clock::now().map_err(Failure::new)?) } else { None };
        let change = Change { paths: made, message: "init: make a record\n".to_owned(), when };
        if let Err(kept) = repo.commit(&change) {
            answer = answer.remark(format!("written, but not committed yet: {kept}\n"));
        }
    }
    Ok(answer)
}

fn header(schema: &str) -> String {
    format!("# yaml-language-server: $schema=.recount/{schema}\n")
}

fn said(dir: &Path, made: &[PathBuf]) -> String {
    let dir = crate::render::text::line(&dir.display().to_string());
    if made.is_empty() {
        return format!("{dir} is a record already; nothing was changed.\n");
    }
    format!("{dir} is a record now.\nNext: recount declare \"What is broken\" --severity sev1\n")
}

fn trouble(trouble: crate::git::Trouble) -> Failure {
    let failure = Failure::new(trouble.why);
    trouble.next.into_iter().fold(failure, Failure::help)
}
