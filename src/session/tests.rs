//! Writes while git moves the files and the branch between two of their steps.

use crate::cli::{Color, Global};
use crate::model::incident::{Event, IncidentId};
use crate::session::spooled;
use crate::session::transaction::{Saved, Transaction};
use crate::session::{Failure, Session};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const FILE: &str = "incidents/2026/2026-06-10-x/incident.yaml";

/// A record in a repository whose branches `main` and `side` each have an event that the other lacks.
struct TwoBranches {
    _folder: TempDir,
    top: PathBuf,
    global: Global,
}

/// Between which steps of a write git is at work.
#[derive(Clone, Copy, PartialEq)]
enum Between {
    ReadAndWrite,
    WriteAndCommit,
}

impl TwoBranches {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let global = Global {
            start: Some(top.clone()),
            incident: None,
            format: None,
            unmasked: false,
            no_commit: false,
            color: Color::Never,
            quiet: true,
        };
        let here = Self { _folder: folder, top, global };
        here.shell(&format!(
            "git init -q -b main; git config user.name Ann; git config user.email ann@example.com
             git config commit.gpgsign false; git config core.autocrlf false; echo >recount.yaml
             mkdir -p {}; printf 'title: X\\nevents:\\n' >{FILE}
             git add .; git commit -qm seed; git branch side
             {main}; git commit -qam 'of main'; git checkout -q side
             {side}; git commit -qam 'of side'; git checkout -q main",
            Path::new(FILE).parent().unwrap().display(),
            main = append("ofmainaa", "Of main"),
            side = append("ofsideaa", "Of side"),
        ));
        here
    }

    #[track_caller]
    fn shell(&self, lines: &str) -> String {
        let mut command = Command::new("sh");
        let output = command.current_dir(&self.top).args(["-ec", lines]).output().unwrap();
        assert!(output.status.success(), "{lines}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn session(&self) -> Session<'_> {
        Session::open(&self.global).unwrap()
    }

    /// Returns the texts of the events of a revision; of the working tree without one.
    fn events(&self, revision: &str) -> Vec<String> {
        let show = if revision.is_empty() { "cat " } else { &format!("git show {revision}:") };
        let text = self.shell(&format!("{show}{FILE}"));
        let texts = text.lines().filter_map(|line| line.trim().strip_prefix("text: "));
        texts.map(str::to_owned).collect()
    }

    /// Writes an event, and has git at work `times` times.
    fn log(
        &self,
        between: Between,
        times: usize,
        work: &dyn Fn(),
    ) -> (Result<Saved, Failure>, usize) {
        let (session, tries) = (self.session(), Cell::new(0));
        let event = event(&session);
        let write = |mut transaction: Transaction<'_, '_>| {
            let works = tries.get() < times;
            tries.set(tries.get() + 1);
            let file = transaction.read(&id())?;
            let edited = session.open_file(&file)?.add_event(&event)?;
            if works && between == Between::ReadAndWrite {
                work();
            }
            transaction.write(&[file.with(edited)])?;
            if works && between == Between::WriteAndCommit {
                work();
            }
            transaction.commit([file.path].into(), "log: New\n")
        };
        (session.transact(write), tries.get())
    }
}

fn append(id: &str, text: &str) -> String {
    let event = format!("  - id: {id}\\n    at: 2026-06-10T12:00:00Z\\n    text: {text}\\n");
    format!("printf '{event}' >>{FILE}")
}

fn id() -> IncidentId {
    "2026-06-10-x".parse().unwrap()
}

fn event(session: &Session<'_>) -> Event {
    session.store.read_event("id: newaaaaa\nat: 2026-06-10T12:01:00Z\ntext: New\n").unwrap()
}

#[test]
fn what_git_moves_between_two_steps_loses_nothing_and_takes_nothing_out() {
    use Between::{ReadAndWrite, WriteAndCommit};
    let ours_again = format!("cp {FILE} .git/ours; git checkout -qf side; cp .git/ours {FILE}");
    let rows = [
        (WriteAndCommit, "git checkout -q -- incidents", "main"),
        (WriteAndCommit, "git stash -q", "main"),
        (WriteAndCommit, "git reset -q --hard", "main"),
        (WriteAndCommit, "rm -r incidents; git reset -q --hard", "main"),
        (WriteAndCommit, "git commit -q --allow-empty -m theirs", "main"),
        (WriteAndCommit, "git checkout -qf side", "side"),
        (WriteAndCommit, &ours_again, "side"),
        (ReadAndWrite, "git checkout -q side", "side"),
        // Git has moved the files and its index, and is about to move HEAD.
        (
            ReadAndWrite,
            "git read-tree -m -u side; (sleep 0.05; git symbolic-ref HEAD refs/heads/side) >/dev/null 2>&1 &",
            "side",
        ),
    ];
    for (between, work, lands) in rows {
        let here = TwoBranches::new();
        let (saved, tries) = here.log(between, 1, &|| drop(here.shell(work)));
        let saved = saved.unwrap();
        assert!(tries > 1, "{work}");
        let head = here.shell(&format!("git rev-parse {lands}"));
        assert_eq!(saved.commit.as_deref(), Some(head.trim()), "{work}: {}", saved.remarks);
        for branch in ["main", "side"] {
            let new = if branch == lands { ", New" } else { "" };
            let expected = format!("Of {branch}{new}");
            assert_eq!(here.events(branch).join(", "), expected, "{work}: {branch}");
        }
        assert_eq!(here.events(""), here.events(lands), "{work}");
        assert_eq!(here.shell("git status --porcelain"), "", "{work}");
        assert_eq!(saved.remarks, "", "{work}");
    }
}

#[test]
fn what_is_staged_for_good_is_not_waited_for() {
    let here = TwoBranches::new();
    here.shell("git read-tree -m -u side");
    let (saved, tries) = here.log(Between::ReadAndWrite, 0, &|| ());
    assert_eq!((here.events("main"), tries), (vec!["Of side".to_owned(), "New".to_owned()], 1));
    assert!(saved.unwrap().remarks.contains("removed, as is staged: 1 event"));
}

#[test]
fn what_somebody_else_commits_meanwhile_is_committed() {
    let here = TwoBranches::new();
    let work = || drop(here.shell("git commit -qam theirs"));
    let (saved, tries) = here.log(Between::WriteAndCommit, 1, &work);
    let head = here.shell("git rev-parse HEAD");
    assert_eq!((saved.unwrap().commit.as_deref(), tries), (Some(head.trim()), 1));
    assert_eq!(here.events("main"), ["Of main", "New"]);
}

#[test]
fn what_is_not_to_be_committed_is_in_its_file() {
    let mut here = TwoBranches::new();
    here.global.no_commit = true;
    for work in ["git checkout -q -- incidents", "git checkout -qf side"] {
        let (saved, tries) = here.log(Between::WriteAndCommit, 1, &|| drop(here.shell(work)));
        assert_eq!((saved.unwrap().commit, tries), (None, 2), "{work}");
        assert_eq!(here.events("").last().unwrap(), "New", "{work}");
        here.shell("git stash -q; git stash drop -q");
    }
}

#[test]
fn what_never_comes_to_rest_is_refused_and_leaves_nothing() {
    let here = TwoBranches::new();
    let work =
        || drop(here.shell("git checkout -q -- incidents; git commit -q --allow-empty -m x"));
    let (saved, tries) = here.log(Between::WriteAndCommit, usize::MAX, &work);
    let said = saved.err().unwrap().render(false);
    assert!(
        said.contains("nothing was recorded") && said.contains("run the command again"),
        "{said}"
    );
    assert_eq!((tries, here.events("main")), (5, vec!["Of main".to_owned()]));
    assert_eq!(here.shell("git status --porcelain"), "");
}

#[test]
fn what_waits_in_the_spool_stays_there_until_it_is_kept() {
    let here = TwoBranches::new();
    let session = here.session();
    let waits =
        Event { id: Some("waitsaaa".parse().unwrap()), text: "Waits".into(), ..event(&session) };
    spooled::copy(&session, &id(), &waits);
    let work = || drop(here.shell("git checkout -q -- incidents"));
    here.log(Between::WriteAndCommit, usize::MAX, &work).0.err().unwrap();
    assert_eq!(session.waiting().len(), 1);
    let saved = here.log(Between::WriteAndCommit, 1, &work).0.unwrap();
    assert!(saved.remarks.contains("the event waitsaaa that waited is in"), "{}", saved.remarks);
    assert_eq!(here.events("main"), ["Of main", "Waits", "New"]);
    assert!(session.waiting().is_empty());
    assert_eq!(here.shell("git status --porcelain"), "");
}

#[test]
fn a_new_file_is_taken_back_with_its_folder() {
    let here = TwoBranches::new();
    let session = here.session();
    let path = here.top.join("incidents/2026/2026-06-10-y/incident.yaml");
    let mut tries = 0;
    let saved = session.transact(|transaction| {
        tries += 1;
        let text = "title: Y\n".to_owned();
        let file = crate::session::written::FileWrite::plain(path.clone(), None, text);
        let mut transaction = transaction;
        transaction.write(&[file])?;
        if tries < 5 {
            here.shell("git commit -q --allow-empty -m x");
        } else {
            fs::remove_file(&path).unwrap();
        }
        transaction.commit([path.clone()].into(), "declare: Y\n")
    });
    assert!(saved.err().unwrap().is_raced() && tries == 5);
    assert!(
        !path.parent().unwrap().exists()
            || fs::read_dir(path.parent().unwrap()).unwrap().count() == 0
    );
}
