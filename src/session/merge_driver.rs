//! The merge driver: that git knows it, and which files it is for.

use crate::io::git::Repo;
use crate::io::process;
use crate::io::store::{atomic, files};
use crate::session::Session;
use std::path::Path;

/// The file that tells git, and every clone, which files merge by meaning.
pub(crate) const ATTRIBUTES: &str = ".gitattributes";

/// The files of a record that merge by meaning.
const PATTERNS: [&str; 11] = [
    "/recount.yaml",
    "/inbox.yaml",
    "/maintenance.yaml",
    "/*.csv",
    "/incidents/**/incident.yaml",
    "/incidents/**/*.md",
    "/sla/*.yaml",
    "/credits/*",
    "/measurements/*.csv",
    "/reports/**/*.md",
    "/templates/**",
];

/// What stands behind each of them.
const ATTRIBUTE: &str = "merge=recount";

/// How large a file of attributes is read.
const MOST_BYTES: u64 = 1 << 20;

/// Returns the attributes of a record's files, whose patterns begin with `folder`.
pub(crate) fn attributes(folder: &str) -> String {
    let line = |pattern: &&str| {
        let pattern = format!("{folder}{pattern}");
        let plain = pattern.chars().all(|c| !c.is_whitespace() && !"\"\\".contains(c));
        match plain {
            true => format!("{pattern} {ATTRIBUTE}\n"),
            false => format!("{pattern:?} {ATTRIBUTE}\n"),
        }
    };
    let lines: String = PATTERNS.iter().map(line).collect();
    format!("# these merge by meaning: see recount help files\n{lines}")
}

/// Has git know the merge driver, and which files it is for; where it can't be, `check` says so.
pub(crate) fn register(repo: &Repo, root: &Path) {
    let Some(command) = command() else { return };
    if repo.merge_driver() != Some(&command) {
        // Without it git leaves a conflict, which the next `sync` mends.
        let _ = repo.register_merge_driver(&command);
    }
    if !has_attributes(root) {
        let _ = add_own_attributes(repo, root);
    }
}

/// Returns whether git knows the merge driver and the files that it is for.
pub(crate) fn is_registered(repo: &Repo, root: &Path) -> bool {
    let own = repo.common_dir().join("info/attributes");
    let has_own = || {
        files::read(repo.common_dir(), &own, MOST_BYTES).is_ok_and(|text| names_it(text.as_deref()))
    };
    repo.merge_driver().is_some() && (has_attributes(root) || has_own())
}

impl Session<'_> {
    /// Tells that git in this clone knows no merge driver yet, where it may be asked to merge; a clone of a robot never
    /// is, so that it is no finding.
    pub(crate) fn unregistered(&self) -> String {
        let is_known = |repo: &Repo| is_registered(repo, self.store.root());
        match &self.repo {
            Some(repo) if !is_known(repo) && repo.remote_names().is_ok_and(|all| !all.is_empty()) => {
                "git in this clone doesn't merge by meaning yet, and `git pull` may leave conflicts\n  \
                 → any verb that writes has git know how, and so does: recount sync\n"
                    .to_owned()
            }
            _ => String::new(),
        }
    }

    /// Has git know the merge driver of this program, where it knows none or that of another.
    pub(crate) fn mend_merge_driver(&self) {
        if let Some(repo) = &self.repo {
            register(repo, self.store.root());
        }
    }
}

/// Returns the command that runs this very program as the merge driver, or, where it has moved, the one on the path.
fn command() -> Option<String> {
    let program = process::own_program()?;
    let program = process::quoted(program.to_str()?);
    let args = "merge-driver %O %A %B %P";
    Some(format!("if test -x {program}; then {program} {args}; else recount {args}; fi"))
}

/// Returns the command that leaves a conflict where neither side can be told to be right.
pub(crate) fn strict_command() -> Option<String> {
    let program = process::own_program()?;
    let program = process::quoted(program.to_str()?);
    Some(format!("{program} merge-driver --strict %O %A %B %P"))
}

fn has_attributes(root: &Path) -> bool {
    let file = root.join(ATTRIBUTES);
    files::read(root, &file, MOST_BYTES).is_ok_and(|text| names_it(text.as_deref()))
}

fn names_it(text: Option<&[u8]>) -> bool {
    text.is_some_and(|text| String::from_utf8_lossy(text).contains(ATTRIBUTE))
}

/// Names the files in the attributes of this clone alone, where the record has none of its own.
fn add_own_attributes(repo: &Repo, root: &Path) -> std::io::Result<()> {
    let (folder, path) =
        (repo.common_dir().join("info"), repo.common_dir().join("info/attributes"));
    let known = files::read(repo.common_dir(), &path, MOST_BYTES)?;
    let known = known.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let (top, root) = (repo.workdir().canonicalize()?, root.canonicalize()?);
    let folder_name = root.strip_prefix(&top).ok().and_then(Path::to_str).unwrap_or_default();
    let prefix = if folder_name.is_empty() { String::new() } else { format!("/{folder_name}") };
    let lines = attributes(&prefix);
    if known.contains(&lines) {
        return Ok(());
    }
    atomic::create_shared(&folder)?;
    let end = if known.is_empty() || known.ends_with('\n') { "" } else { "\n" };
    atomic::replace(&path, format!("{known}{end}{lines}").as_bytes())
}
