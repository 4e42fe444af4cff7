//! A record from elsewhere, such as a clone or a shared folder, acts on nothing: what lies in it is data.

use crate::support::mount;
use crate::support::place::{INCIDENT, Place};
use crate::support::sandbox::{Ran, Sandbox};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The string_enum that nothing may tell.
const SECRET: &str = "TOP-SECRET";

/// What lies outside of the record, and must stay as it is.
struct Outside(PathBuf);

impl Outside {
    fn of(sandbox: &Sandbox) -> Self {
        let folder = sandbox.path().with_file_name("outside");
        fs::create_dir_all(folder.join("2026")).unwrap();
        for file in ["secret", "victim.json", ".recount-a1b2c3", "2026/incident.yaml"] {
            let text = format!("title: {SECRET}\n{SECRET}: [\n");
            fs::write(folder.join(file), text).unwrap();
        }
        Self(folder)
    }

    /// Returns what lies there now.
    fn seen(&self, sandbox: &Sandbox) -> String {
        let at = self.0.display();
        sandbox.shell(&format!("cd {at} && find . | sort && cat $(find . -type f | sort)")).ok()
    }
}

/// Returns a spooled event of that id, for the record that lies there.
fn spooled(record: &Path, id: &str) -> String {
    let event = format!("id: {id}\nat: 2026-06-10T12:00:00Z\naudience: public\ntext: Forged\n");
    let record = record.canonicalize().unwrap();
    json!({"record": record, "within": "", "incident": INCIDENT, "id": id, "typed": "x", "event": event})
        .to_string()
}

/// Runs verbs one after another, each for no longer than seconds; returns what all of them said.
fn all_verbs(here: &Place<'_>) -> String {
    const VERBS: [&str; 24] = [
        "status",
        "list",
        "show",
        "check",
        "metrics",
        "stats",
        "why incidents",
        "history",
        "credits --period 2026-06",
        "sla list",
        "sla check",
        "action list",
        "templates",
        "draft -t brief",
        "draft --check",
        "render",
        "log Next",
        "-i power log Again",
        "-i inbox show",
        "set severity=sev2",
        "declare Fire",
        "undo",
        "spool take",
        "init",
    ];
    let script: String = VERBS
        .iter()
        .map(|verb| {
            format!("timeout 10 recount {verb} </dev/null 2>&1; echo \"{verb}: exit $?\"\n")
        })
        .collect();
    here.shell(&format!("set +e\n{script}"))
}

#[test]
fn a_spool_that_a_clone_brought_is_none() {
    let sandbox = Sandbox::quick();
    let outside = Outside::of(&sandbox);
    let main = Place::made(&sandbox, "main");
    fs::create_dir_all(main.path().join(".recount/spool")).unwrap();
    let clone = Place::at(&sandbox, "clone");
    fs::create_dir(clone.path()).unwrap();
    for (file, id) in [("a", "../../../outside/victim"), ("forged22", "forged22")] {
        let path = main.path().join(format!(".recount/spool/{file}.json"));
        fs::write(path, spooled(&clone.path(), id)).unwrap();
    }
    main.shell("git add -f .recount; git commit -qm forged");
    Place::at(&sandbox, ".").shell("rmdir clone; git clone -q main clone");
    let before = outside.seen(&sandbox);
    for text in ["One", "Two"] {
        let said = clone.recount(["log", text]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stderr.contains(".recount/spool counts in no number"), "{said:?}");
    }
    assert_eq!(clone.texts(), ["Declared", "One", "Two"]);
    assert!(!clone.recount(["show", INCIDENT]).stdout.contains("Forged"));
    assert_eq!(clone.git(["diff", "--stat", "origin/main", "--", ".recount"]).ok(), "");
    assert_eq!(outside.seen(&sandbox), before);
}

#[test]
fn a_folder_of_events_is_taken_in_where_a_person_says_so() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    fs::create_dir(here.path().join(".recount/spool")).unwrap();
    let file = here.path().join(".recount/spool/forged22.json");
    fs::write(&file, spooled(&here.path(), "forged22")).unwrap();
    let none = here.recount(["spool", "take"]);
    assert_eq!(none.stdout, "nothing was taken in\n");
    let slip = here.recount(["spool", "take", "--from", ".recount/spol"]);
    assert_eq!((slip.code, slip.stdout.as_str()), (2, ""), "{slip:?}");
    assert!(slip.stderr.contains("there is no folder .recount/spol"), "{slip:?}");
    let said = here.recount(["spool", "take", "--from", ".recount/spool", "--format", "json"]);
    let said: Value = serde_json::from_str(&said.done()).unwrap();
    assert_eq!(said["taken"][0]["event"], "forged22");
    assert_eq!(said["taken"][0]["incident"], INCIDENT);
    assert!(said["commit"].is_string());
    assert_eq!(here.told("Forged").len(), 1);
    assert!(file.exists(), "the tool did not make it");
    assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "spool: take forged22\n");
    here.assert_committed();
    here.recount(["log", "Silent from now on"]).ok();
}

#[test]
fn nothing_that_lies_in_a_record_leads_out_of_it_or_hangs() {
    const FILES: [&str; 22] = [
        ".gitattributes",
        "incidents/2026/.gitattributes",
        ".gitignore",
        ".mailmap",
        "recount.yaml",
        "inbox.yaml",
        "customers.csv",
        "claims.csv",
        "maintenance.yaml",
        "credits/adjustments.csv",
        "measurements/m.csv",
        "sla/extra.yaml",
        "templates/brief.md",
        "incidents/2026/2026-06-10-power-loss/incident.yaml",
        "incidents/2026/2026-06-10-power-loss/postmortem.md",
        "incidents/2026/2026-06-10-power-loss/brief.md",
        "incidents/2026/2026-06-10-other/incident.yaml",
        ".recount/spool/x.json",
        ".recount/lock",
        ".recount/last.json",
        ".recount/waiting.json",
        ".recount/written/2026-06-10-power-loss.json",
    ];
    const FOLDERS: [&str; 10] = [
        ".recount",
        ".recount/spool",
        ".recount/written",
        "incidents",
        "incidents/2026",
        "incidents/2026/2026-06-10-power-loss",
        "sla",
        "measurements",
        "credits",
        "templates",
    ];
    let traps = ["mkfifo FILE", "ln -s /dev/zero FILE", "ln -s $OUTSIDE/secret FILE"];
    let files = FILES.iter().flat_map(|file| traps.map(|trap| trap.replace("FILE", file)));
    let folders = FOLDERS.iter().flat_map(|folder| {
        ["ln -s $OUTSIDE", "ln -s /dev", "mkfifo"].map(|trap| format!("{trap} {folder}"))
    });
    let all: Vec<_> = files.chain(folders).collect();
    std::thread::scope(|scope| {
        for part in all.chunks(all.len().div_ceil(4)) {
            scope.spawn(move || {
                for trap in part {
                    springs(trap, true);
                    // The tool's own files lie in the record where there is no git.
                    if trap.contains(".recount") {
                        springs(trap, false);
                    }
                }
            });
        }
    });
}

/// Sets a trap in a record, and holds every verb to leave what is outside alone and not to wait.
#[track_caller]
fn springs(trap: &str, git: bool) {
    let sandbox = Sandbox::quick();
    let outside = Outside::of(&sandbox);
    let here = Place::made(&sandbox, "record").env("OUTSIDE", outside.0.display().to_string());
    here.shell(
        "echo 'customer,service,fee,currency,policy' >customers.csv; mkdir -p sla measurements credits templates
         rm -rf .recount; mkdir .recount",
    );
    if !git {
        here.shell("rm -rf .git");
    }
    let place = trap.rsplit(' ').next().unwrap();
    here.shell(&format!("rm -rf {place}; mkdir -p $(dirname {place}); {trap}"));
    let before = outside.seen(&sandbox);
    let devices = fs::read_dir("/dev").unwrap().count();
    let said = all_verbs(&here);
    // Waited too long, was ended, or panicked.
    let wrong = ["exit 124", "exit 137", "exit 101", "exit 134", SECRET];
    let wrong: Vec<_> =
        said.lines().filter(|line| wrong.iter().any(|word| line.contains(word))).collect();
    assert!(wrong.is_empty(), "{trap} (git: {git}): {wrong:#?}");
    assert_eq!(outside.seen(&sandbox), before, "{trap}: {said}");
    assert_eq!(fs::read_dir("/dev").unwrap().count(), devices, "{trap}: {said}");
}

#[test]
fn state_that_a_record_without_git_came_with_makes_no_path_out_of_it() {
    let sandbox = Sandbox::quick();
    let outside = Outside::of(&sandbox);
    let here = Place::made(&sandbox, "record");
    here.shell("rm -rf .git");
    let out = outside.0.canonicalize().unwrap();
    let named = [out.join("x"), out.join("2026/incident.yaml"), here.path().join("../outside/y")];
    let state = here.path().join(".recount");
    fs::create_dir_all(state.join("spool")).unwrap();
    fs::create_dir_all(state.join("written")).unwrap();
    for file in ["lock", "waiting.json"] {
        fs::write(state.join(file), json!(named).to_string()).unwrap();
    }
    for id in ["../../../outside/victim", "/etc/passwd", ".."] {
        fs::write(state.join("spool/a.json"), spooled(&here.path(), id)).unwrap();
        let last = json!({"record": here.path().canonicalize().unwrap(), "verb": "log", "incident": id,
            "wrote": {"event": id}, "before": "title: x\n", "from": id});
        fs::write(state.join("last.json"), last.to_string()).unwrap();
        let before = outside.seen(&sandbox);
        let said = all_verbs(&here);
        assert!(!said.contains(SECRET), "{said}");
        assert_eq!(outside.seen(&sandbox), before, "{said}");
        assert!(state.join("spool/a.json").exists(), "what is no event is left alone");
        // `init` made a repository.
        here.shell("rm -rf .git");
    }
    let said = here.recount(["-i", INCIDENT, "log", "Kept"]);
    assert!(said.stderr.contains("a.json can't be read"), "{said:?}");
    assert_eq!(here.told("Kept").len(), 1);
}

#[test]
fn nothing_is_written_through_a_link_out_of_the_record_or_into_a_git_folder() {
    let rows = [
        ("incidents", "recount declare Fire"),
        ("incidents/2026", "recount declare Fire"),
        ("incidents/2026/2026-06-10-fire", "recount declare Fire"),
        ("templates", "recount templates eject brief"),
        ("inbox.yaml", "recount -i inbox log x"),
        (".recount", "recount init"),
    ];
    for (place, verb) in rows {
        for target in ["../outside", ".git"] {
            eprintln!("{place} -> {target}: {verb}");
            let sandbox = Sandbox::quick();
            let outside = Outside::of(&sandbox);
            let here = Place::made(&sandbox, ".");
            here.shell(&format!(
                "rm -rf {place}; mkdir -p $(dirname {place}); rm -rf .git/recount"
            ));
            symlink(here.path().join(target), here.path().join(place)).unwrap();
            let before = outside.seen(&sandbox);
            let files = "find .git -name '*.yaml' -o -name '*.md' -o -name '*.schema.json'";
            let said = sandbox.shell(verb);
            assert_eq!(outside.seen(&sandbox), before, "{said:?}");
            assert_eq!(here.shell(files), "", "{said:?}");
            // An event is kept all the same; anything else is refused.
            let kept = verb.contains("log x");
            assert_eq!(said.code, if kept { 0 } else { 2 }, "{said:?}");
            assert!(said.stderr.contains("link"), "{said:?}");
        }
    }
}

#[test]
fn what_git_keeps_to_itself_is_not_told_through_a_link() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell(&format!(
        "git config http.extraheader {SECRET}; mkdir sla; ln -s ../.git/config sla/a.yaml"
    ));
    let said = sandbox.recount(["sla", "check"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stdout.contains("leads into a git folder"), "{said:?}");
    assert!(!said.stdout.contains(SECRET), "{said:?}");
}

#[test]
fn a_git_folder_in_disguise_is_none() {
    let sandbox = Sandbox::quick();
    let top = Place::made(&sandbox, "top");
    // A clone brings no `.git`, but it can bring a folder that is laid out like one, around a record.
    top.shell(
        "git init -q --bare evil; git -C evil config core.bare false; git -C evil config core.worktree ..
         echo '[filter \"x\"] clean = \"touch /tmp/recount-evil-$PPID; cat\"' >>evil/config
         mkdir -p evil/recount/spool; cp recount.yaml evil; cp -r incidents evil",
    );
    let evil = Place::at(&sandbox, "top/evil");
    let spool = evil.path().join("recount/spool/forged22.json");
    fs::write(&spool, spooled(&evil.path(), "forged22")).unwrap();
    let before = evil.shell("git -C .. status --porcelain -uall | wc -l; find refs objects | sort");
    let said = evil.recount(["-i", INCIDENT, "log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("laid out like a git folder"), "{said:?}");
    assert_eq!(evil.texts(), ["Declared", "Kept"]);
    assert!(spool.exists());
    let after = evil.shell("git -C .. status --porcelain -uall | wc -l; find refs objects | sort");
    assert_eq!(before, after);
}

/// Runs a line of shell as another user of the machine, in the group that shares the repository.
fn as_user(sandbox: &Sandbox, user: u16, line: &str) -> Ran {
    let script = format!("umask 002; cd $PWD; {line}");
    let call = format!("setpriv --reuid={user} --regid=2000 --clear-groups sh -ec '{script}'");
    sandbox.shell(&call)
}

#[test]
fn what_another_user_left_in_the_spool_is_shown_and_taken_in_on_request() {
    let sandbox = Sandbox::quick();
    if sandbox.shell("setpriv --reuid=1001 --regid=2000 --clear-groups true").code != 0 {
        return mount::skipped("another user's spool: only root can run programs as others");
    }
    let here = Place::at(&sandbox, ".");
    sandbox.git(["config", "--global", "safe.directory", "*"]).ok();
    sandbox
        .shell("chmod 755 .. ../home; chmod 644 ../home/.gitconfig; chgrp 2000 .; chmod 2775 .")
        .ok();
    as_user(&sandbox, 1001, "git init -q --shared=group; recount init").done();
    as_user(&sandbox, 1001, "recount -q declare \"Power loss\"").done();
    // The event of the one waits while the file of the incident can't be read.
    let file = here.file();
    as_user(&sandbox, 1001, &format!("mv {file} away; echo [ >{file}")).ok();
    for text in ["Waits", "Waits too"] {
        let log = format!("recount -i power log \"{text}\"");
        as_user(&sandbox, 1001, &log).done();
    }
    as_user(&sandbox, 1001, &format!("mv away {file}")).ok();
    let spool = here.shell("ls .git/recount/spool");
    let ids: Vec<_> = spool.lines().map(|name| name.trim_end_matches(".json")).collect();
    assert_eq!(ids.len(), 2, "{spool}");

    let shown = as_user(&sandbox, 1002, "recount show power");
    assert!(!shown.stdout.contains("Waits"), "{shown:?}");
    assert!(
        shown.stderr.contains(&format!("the event {} of user 1001 waits for", ids[0])),
        "{shown:?}"
    );
    assert!(
        shown.stderr.contains("recount spool take") && shown.stderr.contains("Waits"),
        "{shown:?}"
    );
    let logged = as_user(&sandbox, 1002, "recount log \"SyncedBy another\"");
    assert!(logged.stderr.contains("of user 1001"), "{logged:?}");
    assert_eq!(here.shell("ls .git/recount/spool"), spool, "what is another's is left alone");
    assert!(
        as_user(&sandbox, 1001, "recount show power").ok().contains("Waits"),
        "it is its owner's"
    );

    let take = format!("recount spool take {}", ids[0]);
    let taken = as_user(&sandbox, 1002, &take);
    let said = format!("{} of user 1001 is in {INCIDENT} now\n", ids[0]);
    assert_eq!((taken.code, taken.stdout.as_str()), (0, said.as_str()), "{taken:?}");
    assert!(taken.stderr.contains(ids[1]) && !taken.stderr.contains(ids[0]), "{taken:?}");
    let unknown = as_user(&sandbox, 1002, &take).refused();
    assert!(unknown.contains("waits to be taken in"), "{unknown}");
    assert!(as_user(&sandbox, 1002, "recount spool take").ok().starts_with(ids[1]));
    assert_eq!(here.shell("ls .git/recount/spool"), "");
    assert_eq!(as_user(&sandbox, 1002, "recount spool take").ok(), "nothing was taken in\n");
    as_user(&sandbox, 1001, "recount log \"After it\"").ok();
    let told = here.recount(["show", INCIDENT, "--format", "json"]).done();
    for text in ["Waits", "Waits too", "SyncedBy another", "After it"] {
        assert_eq!(told.matches(&format!("\"text\": \"{text}\"")).count(), 1, "{text}: {told}");
    }
    as_user(&sandbox, 1001, "test -z \"$(git status --porcelain incidents)\"").ok();
}

#[test]
fn what_another_user_put_into_the_spool_under_ones_name_does_not_count() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    fs::create_dir_all(here.path().join(".git/recount/spool")).unwrap();
    let file = here.path().join(".git/recount/spool/forged22.json");
    fs::write(&file, spooled(&here.path(), "forged22")).unwrap();
    if sandbox.shell("chown 12345 .git/recount/spool/forged22.json").code != 0 {
        return mount::skipped("another user's file: only root can give files away");
    }
    let said = here.recount(["log", "Mine"]);
    assert!(said.stderr.contains("forged22 of user 12345"), "{said:?}");
    assert_eq!(here.texts(), ["Declared", "Mine"]);
    assert!(!here.recount(["metrics"]).stdout.contains("Forged"));
    assert!(file.exists());
    // An event that the file of a person's own doesn't name is no better.
    sandbox.shell("chown 0 .git/recount/spool/forged22.json").ok();
    let other = spooled(&here.path(), "forged22").replace("id: forged22", "id: another2");
    fs::write(&file, other).unwrap();
    assert!(here.recount(["log", "Again"]).stderr.contains("forged22 still waits"), "{said:?}");
    assert_eq!(here.texts(), ["Declared", "Mine", "Again"]);
}

#[test]
fn what_waits_in_a_users_own_state_waits_for_its_own_record_alone() {
    let sandbox = Sandbox::quick();
    let one = Place::made(&sandbox, "one");
    let other = Place::made(&sandbox, "other");
    let spool = sandbox.path().join("../home/.local/state/recount/spool");
    fs::create_dir_all(&spool).unwrap();
    let file = spool.join("waits222.json");
    fs::write(&file, spooled(&one.path(), "waits222")).unwrap();
    assert_eq!(one.told("Forged").len(), 1);
    other.recount(["log", "Other"]).ok();
    assert_eq!(other.texts(), ["Declared", "Other"]);
    // Where its record has gone, it may have become this one: only a person can tell.
    fs::rename(one.path(), sandbox.path().join("moved")).unwrap();
    let moved = Place::at(&sandbox, "moved");
    let said = moved.recount(["log", "RefUpdate"]);
    assert!(said.stderr.contains("for the record that was in"), "{said:?}");
    assert!(file.exists());
    moved.recount(["spool", "take"]).ok();
    assert_eq!(moved.told("Forged").len(), 1);
    assert!(!file.exists());
    moved.assert_committed();
}

#[test]
fn a_home_that_a_clone_is_has_no_state_of_the_users_own() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".").env("HOME", sandbox.path().display().to_string());
    here.shell(
        "mkdir -p .local/state/recount/spool; git config user.name A; git config user.email a@b",
    );
    let file = here.path().join(".local/state/recount/spool/forged22.json");
    fs::write(&file, spooled(&here.path(), "forged22")).unwrap();
    here.recount(["log", "Mine"]).done();
    assert_eq!(here.texts(), ["Declared", "Mine"]);
    assert!(file.exists());
}
