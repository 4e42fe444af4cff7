//! `recount init`: a folder becomes a record.

use crate::cli::{self, Format, Global};
use crate::io::clock;
use crate::io::git::{CommitRequest, Repo};
use crate::io::schema;
use crate::io::store::{self, SETTINGS, Store, atomic, files as checked, local_state};
use crate::io::user;
use crate::model::incident::Name;
use crate::model::time::{self, Zone};
use crate::session::merge_driver;
use crate::session::output::{Output, format, typed};
use crate::session::{self, Failure, Session};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The comment by which an editor finds the schema of `recount.yaml`.
pub(crate) const SCHEMA: &str = "yaml-language-server: $schema=.recount/recount.schema.json";

/// The facts that most of fourteen public postmortem templates ask for.
const FIELDS: &str = "\
fields:
  review_owner: people
  detection_source: [monitoring, customer, employee, provider]
  affected_users: number
  reviewers: people
  external_id: text
  review_status: [draft, in review, final]
";

/// Makes a record, and a git repository where there is none; safe to run again.
pub(crate) fn run(args: &cli::InitArgs, global: &Global) -> Result<Output, Failure> {
    format(global, &[Format::Table])?;
    let zone = args.timezone.as_deref().map(time::read_zone).transpose()?;
    let services = args.services.iter().map(|name| name.parse());
    let services = services.collect::<Result<Vec<Name>, _>>()?;
    let here = || global.start.clone().unwrap_or_else(|| PathBuf::from("."));
    let dir = args.dir.as_deref().map_or_else(here, |dir| typed(global, dir));
    let is_there = matches!(store::files::exists(&dir.join(SETTINGS)), Ok(true));
    let changes = SettingsChange { zone, services, fields: args.fields };
    let mut told = match is_there {
        true => changes.make(&dir, global)?,
        false => {
            let of_machine = || clock::machine_zone().filter(|zone| *zone != Zone::UTC);
            let machine = changes.zone.or_else(of_machine);
            let text = changes.new_text(machine)?;
            let (made, remarks) = make(&dir, &[(SETTINGS, text)], global)?;
            let zone = machine.unwrap_or(Zone::UTC);
            let whose = if changes.zone.is_none() && machine.is_some() {
                ", as this machine's clock shows"
            } else {
                ""
            };
            let zone = format!(
                "Times without a zone are read in {zone}{whose}; `recount init --timezone ZONE` changes that.\n"
            );
            Output::text(said(&dir, made) + &zone).remark(remarks)
        }
    };
    if args.default {
        told.text.push_str(&make_default(&dir)?);
    }
    Ok(told)
}

/// What is asked of the settings.
struct SettingsChange {
    zone: Option<Zone>,
    services: Vec<Name>,
    fields: bool,
}

impl SettingsChange {
    /// Returns the text of new settings.
    fn new_text(&self, zone: Option<Zone>) -> Result<String, Failure> {
        let zone = zone.map_or(String::new(), |zone| format!("timezone: {zone}\n"));
        let fields = if self.fields { FIELDS } else { "" };
        let text = format!("# {SCHEMA}\n{zone}{fields}");
        if self.services.is_empty() {
            return Ok(text);
        }
        store::settings::with_services(&text, &self.services).map_err(Failure::new)
    }

    /// Changes the settings of a record that is there, as far as that is asked for.
    fn make(&self, dir: &Path, global: &Global) -> Result<Output, Failure> {
        let (made, remarks) = make(dir, &[(SETTINGS, String::new())], global)?;
        if self.fields {
            let lines = FIELDS.trim_end().replace('\n', "\n    ");
            return Err(Failure::new(format!(
                "{} is there, and stays as it is",
                dir.join(SETTINGS).display()
            ))
            .help(format!("write this into it:\n    {lines}")));
        }
        let now = clock::now().map_err(Failure::new)?;
        let session =
            Session::at(global, now, Store::open_dir(&dir.canonicalize().unwrap_or_default())?)?;
        let known = session.store.settings();
        let is_new = |name: &&Name| known.service(name.as_str()).is_none();
        let services: Vec<_> = self.services.iter().filter(is_new).cloned().collect();
        let zone = self.zone.filter(|zone| *zone != known.zone);
        if zone.is_none() && services.is_empty() {
            return Ok(Output::text(said(dir, made)).remark(remarks));
        }
        let mut changes = vec![];
        changes.extend(zone.map(|zone| format!("timezone: {zone}")));
        changes.extend(services.iter().map(|name| format!("service: {name}")));
        let changes = changes.join(", ");
        let saved = session.change_settings("init", &changes, |text| {
            let text = zone.map_or_else(
                || Ok(text.to_owned()),
                |zone| store::settings::with_zone(text, zone),
            )?;
            if services.is_empty() {
                Ok(text)
            } else {
                store::settings::with_services(&text, &services)
            }
        })?;
        let told = format!("{SETTINGS} says now: {changes}\n");
        let past = match zone {
            Some(_) => "Times that the record holds keep the offset that they were written with.\n",
            None => "",
        };
        Ok(Output::text(told + past).remark(remarks).remark(saved.remarks))
    }
}

/// Makes a record this user's own, from any folder.
fn make_default(dir: &Path) -> Result<String, Failure> {
    let path = user::default_record_path().ok_or_else(|| {
        Failure::new("this user has no home folder to note it in").help("set HOME")
    })?;
    let failed = |error| Failure::new(format!("cannot note it in {}: {error}", path.display()));
    let dir = dir.canonicalize().map_err(failed)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).map_err(failed)?;
    atomic::replace(&path, format!("{}\n", dir.display()).as_bytes()).map_err(failed)?;
    Ok("It is this user's record from now on, from any folder that none stands in or above.\n"
        .to_owned())
}

/// Writes the files of a record that are not there yet, the schemas with them, and commits them; returns
/// whether there were any, and what to tell on the standard error.
pub(crate) fn make(
    dir: &Path,
    files: &[(&str, String)],
    global: &Global,
) -> Result<(bool, String), Failure> {
    let failed =
        |error: std::io::Error| Failure::new(format!("cannot make {}: {error}", dir.display()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    let dir = dir.canonicalize().map_err(failed)?;
    store::named(&dir)?;
    let repo = repo(&dir)?;
    merge_driver::register(&repo, &dir);
    let schemas = [
        (merge_driver::ATTRIBUTES, merge_driver::attributes("")),
        (".recount/incident.schema.json", schema::text(schema::SchemaKind::Incident).to_owned()),
        (".recount/recount.schema.json", schema::text(schema::SchemaKind::Recount).to_owned()),
        (".recount/policy.schema.json", schema::text(schema::SchemaKind::Policy).to_owned()),
    ];
    let mut made = vec![];
    for (path, text) in files.iter().chain(&schemas) {
        let path = dir.join(path);
        checked::may_write(&dir, &path).map_err(failed)?;
        if store::files::exists(&path).map_err(failed)? {
            continue;
        }
        match atomic::create(&path, text.as_bytes()) {
            // Another init was faster.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => {
                created.map_err(failed)?;
                made.push(path);
            }
        }
    }
    let is_new = !made.is_empty();
    let wanted = Store::open_dir(&dir)?.settings().commit;
    if global.no_commit || !wanted {
        return Ok((is_new, String::new()));
    }
    // Those too that an init wrote which was cut short.
    let paths = files.iter().chain(&schemas).map(|(path, _)| dir.join(path));
    let paths: Vec<_> =
        paths.filter(|path| made.contains(path) || is_new_to(&repo, path)).collect();
    if paths.is_empty() {
        return Ok((is_new, String::new()));
    }
    Ok((is_new, commit(&repo, paths)?))
}

/// Opens the repository that a folder lies in, or makes one.
fn repo(dir: &Path) -> Result<Repo, Failure> {
    if let Some(repo) = Repo::find(dir)? {
        return Ok(repo);
    }
    // One that git can't read for now would lose the branch that it is on.
    let head = dir.join(".git/HEAD");
    match store::files::exists(&head) {
        Ok(false) => Ok(Repo::init(dir)?),
        Ok(true) => Err(Failure::new(format!(
            "{} is there, and git takes its folder for no repository",
            head.display()
        ))),
        Err(error) => Err(Failure::new(format!("cannot look at {}: {error}", head.display()))),
    }
    .map_err(|failure| failure.help(format!("`git -C '{}' status` tells why", dir.display())))
}

/// Commits what was made, or has it wait for the next commit; returns what to tell of that.
fn commit(repo: &Repo, made: Vec<PathBuf>) -> Result<String, Failure> {
    let when = session::fixed(clock::now().map_err(Failure::new)?);
    let message = "init: make a record\n".to_owned();
    let change = CommitRequest { paths: made, base: None, message, when };
    let Err(kept) = repo.commit(&change) else { return Ok(String::new()) };
    let state = repo.common_dir().join("recount");
    let mut waiting = local_state::waiting(&state);
    waiting.extend(change.paths);
    let noted =
        atomic::create_shared(&state).and_then(|()| local_state::set_waiting(&state, &waiting));
    let noted = noted.err().map(|error| format!("cannot note what waits for a commit: {error}\n"));
    Ok(format!("written, but not committed yet: {kept}\n{}", noted.unwrap_or_default()))
}

/// Returns whether the last commit lacks a file.
fn is_new_to(repo: &Repo, path: &Path) -> bool {
    match repo.head() {
        Ok(Some(head)) => matches!(repo.read_at(&head, path), Ok(None)),
        Ok(None) => true,
        Err(_) => false,
    }
}

fn said(dir: &Path, made: bool) -> String {
    let dir = match dir.to_str() {
        Some("." | "") => "This folder".to_owned(),
        _ => crate::io::render::text::line(&dir.display().to_string()),
    };
    if made {
        format!(
            "{dir} is a record now.\nNext: recount declare \"What is broken\" --severity sev1\n"
        )
    } else {
        format!("{dir} is a record already; nothing was changed.\n")
    }
}
