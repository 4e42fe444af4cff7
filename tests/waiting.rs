//! States of a repository in which an event can't be committed: it is kept, it is said why, and the next verb
//! that can commits it.

use crate::repositories::{SSH, gpg};
use crate::support::mount::{self, Mounted};
use crate::support::place::{INCIDENT, Place};
use crate::support::sandbox::Sandbox;

/// A branch that changes `f` and adds `g` in two commits, one that changes `f` otherwise, and what begins there.
const BRANCHES: &str = "echo a >f; git add f; git commit -qm a; git branch other; echo b >f; git commit -qam b; git checkout -q other
     echo c >f; git commit -qam c; echo g >g; git add g; git commit -qm g; git checkout -q main";

/// How something of git's begins, what it is, and how it is finished or given up.
const MIDDLES: [(&str, &str, &str, &str); 10] = [
    ("git merge -q other", "a merge", "merge --continue", "git merge --abort"),
    ("git merge -q other", "a merge", "commit -qm merged", "git reset -q --hard"),
    ("git rebase -q other", "a rebase", "rebase --continue", "git rebase --abort"),
    ("git rebase -q --apply other", "a rebase", "rebase --continue", "git rebase --abort"),
    ("git rebase -q -x false HEAD~1", "a rebase", "rebase --continue", "git rebase --quit"),
    (
        "git cherry-pick other~1",
        "a cherry-pick",
        "cherry-pick --continue",
        "git cherry-pick --abort",
    ),
    (
        "git cherry-pick other~1 other",
        "a cherry-pick",
        "cherry-pick --continue",
        "git cherry-pick --abort",
    ),
    ("git revert HEAD~1", "a revert", "revert --continue", "git revert --abort"),
    ("git format-patch -q -1 other~1; git am -q 0001*", "a git am", "am --skip", "git am --abort"),
    (
        "git bisect start; git bisect bad; git bisect good main~2; false",
        "a bisect",
        "bisect reset",
        "git bisect reset",
    ),
];

#[test]
fn in_the_middle_of_something_the_event_is_kept_and_committed_after_it() {
    let settle = "test -z \"$(git ls-files -u)\" || { echo s >f; git add f; }; GIT_EDITOR=true git";
    for (begin, what, go_on, give_up) in MIDDLES {
        for end in [&format!("{settle} {go_on}"), give_up] {
            eprintln!("{begin}: {end}");
            let sandbox = Sandbox::quick();
            let here = Place::made(&sandbox, ".");
            here.shell(BRANCHES);
            here.shell(&format!("! ( {begin} ) >/dev/null 2>&1"));
            let before = here.seen();
            here.keeps("In the middle", what);
            here.keeps("Once more", what);
            assert_eq!(here.seen(), before);
            // What needs its files as they were finds them so; else the file holds the event at once.
            let needs_clean = matches!(what, "a rebase" | "a git am" | "a bisect");
            let needs_clean = needs_clean || begin == "git cherry-pick other~1 other";
            let changed = here.git(["diff", "--name-only", "--", "incidents"]).ok();
            assert_eq!(changed.is_empty(), needs_clean, "{changed}");
            let found = here.recount(["check", "--format", "json"]).stdout;
            assert_eq!(found.contains("\"spool\""), needs_clean, "{found}");
            here.shell(end);
            let said = here.recount(["log", "After it"]);
            let lost = needs_clean || end.contains("--hard");
            assert_eq!(said.stderr.contains("that waited is in"), lost, "{said:?}");
            assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "log: After it\n");
            for text in ["In the middle", "Once more", "After it"] {
                assert_eq!(here.told(text).len(), 1, "{text}");
            }
            here.assert_committed();
        }
    }
}

#[test]
fn a_hook_of_gits_may_log() {
    let calls = [
        ("post-commit", "git commit -qm one f", true),
        ("post-commit", "git -c user.name=Other commit -qam all; echo x >g; git add g", true),
        (
            "post-commit",
            "git worktree add -q ../linked; cd ../linked; git commit -q --allow-empty -m x; cd ../work; git merge -q linked",
            true,
        ),
        ("post-checkout", "git checkout -q -b other", true),
        ("pre-push", "git push -q ../bare main", true),
        ("post-rewrite", "git commit -q --amend -m other f", true),
        // git would find HEAD elsewhere than it left it, and refuse its own commit.
        ("pre-commit", "git commit -qm one f", false),
        ("pre-commit", "git commit -qam all; echo x >g; git add g", false),
        ("commit-msg", "git commit -q --amend -m other f", false),
        ("post-merge", "git reset -q; git merge -q side; git add g", false),
        (
            "post-rewrite",
            "git stash -q; git rebase -q --force HEAD~1; git stash pop -q --index",
            false,
        ),
    ];
    for (hook, act, at_once) in calls {
        eprintln!("{hook}: {act}");
        let sandbox = Sandbox::quick();
        let here = Place::made(&sandbox, ".");
        here.shell(
            "git init -q --bare ../bare; echo f >f; echo f >g; git add .; git commit -qm f; git checkout -qb side
             echo h >h; git add h; git commit -qm h; git checkout -q main; echo i >i; git add i; git commit -qm i",
        );
        here.shell(&format!(
            "printf '#!/bin/sh\nrm $0; recount log \"From a hook\" >$HOME/said 2>&1' >.git/hooks/{hook}; chmod +x .git/hooks/{hook}
             echo g >g; git add g; echo 2 >>f; {act}"
        ));
        let said = sandbox.read("../home/said");
        assert_eq!(here.told("From a hook").len(), 1, "{said}");
        assert_eq!(said.contains("in progress"), !at_once, "{said}");
        let status = here.git(["status", "--porcelain", "incidents"]).ok();
        assert_eq!(status.is_empty(), hook != "post-merge", "{status}");
        here.recount(["log", "After it"]).done();
        assert_eq!(here.git(["status", "--porcelain", "incidents"]).ok(), "");
        assert_eq!(here.git(["diff", "--cached", "--name-only"]).ok(), "g\n");
        here.assert_committed();
    }
}

/// Holds `log` to keep two events in a state that git does not commit in, to say why, and to commit them after it.
#[track_caller]
fn rides_out(begin: &str, word: &str, end: &str) {
    eprintln!("{begin}");
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.recount(["-q", "declare", "Fire"]).ok();
    here.shell("echo f >f; git add f");
    here.shell(begin);
    let said = here.recount(["-i", INCIDENT, "log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains(word), "{said:?}");
    assert_eq!(here.told("Kept").len(), 1);
    here.shell(end);
    // A verb of another incident takes it along.
    here.recount(["-i", "fire", "log", "After it"]).done();
    assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "log: After it\n");
    assert_eq!(here.git(["diff", "--cached", "--name-only"]).ok(), "f\n");
    assert_eq!(here.told("Kept").len(), 1);
    here.assert_committed();
}

#[test]
fn what_keeps_git_from_committing_is_said_and_the_next_verb_commits() {
    let who = "git config --global user.name \"Your Name\"\ngit config --global user.email you@example.com";
    let rows = [
        ("git config user.name ''", who, "git config --unset user.name"),
        ("git config user.email ''", who, "git config user.email ada@example.com"),
        (
            &*format!("{}; mv $HOME/gpg $HOME/away", gpg(0)),
            "could not be signed",
            "mv $HOME/away $HOME/gpg",
        ),
        (
            &*format!("{SSH}; mv $HOME/key $HOME/away"),
            "could not be signed",
            "mv $HOME/away $HOME/key",
        ),
        (
            "git config filter.x.clean false; git config filter.x.required true; echo '*.yaml filter=x' >.git/info/attributes",
            "clean filter 'x' failed",
            "rm .git/info/attributes",
        ),
        ("mv .git/HEAD .git/H; echo x >.git/HEAD", "HEAD", "mv .git/H .git/HEAD"),
        (
            "mv .git/objects .git/o; mkdir .git/objects",
            "git fsck",
            "rm -r .git/objects; mv .git/o .git/objects",
        ),
        ("echo '[' >>.git/config", "bad config line", "sed -i '$d' .git/config"),
        (
            "mv .git/index .git/i; echo garbage >.git/index",
            ".git/index: index file smaller",
            "mv .git/i .git/index",
        ),
        (
            "mkdir .git/logs/refs/heads/x; mv .git/logs/refs/heads/main .git/m; mkdir -p .git/logs/refs/heads/main/x",
            "logs",
            "rm -r .git/logs/refs/heads/*; mv .git/m .git/logs/refs/heads/main",
        ),
        ("git switch -q -c x; git switch -q main; git tag HEAD", "", "git tag -d HEAD"),
    ];
    for (begin, word, end) in rows {
        rides_out(begin, word, end);
    }
}

#[test]
fn what_takes_too_long_is_waited_for_no_longer_than_seconds() {
    let rows = [
        ("touch .git/index.lock", "rm '", "rm .git/index.lock"),
        ("touch .git/refs/heads/main.lock", "rm '", "rm .git/refs/heads/main.lock"),
        (
            &*gpg(7),
            "more than 5 seconds",
            "git config commit.gpgSign false; sleep 3; ! test -e $HOME/signed",
        ),
    ];
    std::thread::scope(|scope| {
        for (begin, word, end) in rows {
            scope.spawn(move || rides_out(begin, word, end));
        }
    });
}

#[test]
fn a_repository_that_git_refuses_keeps_no_event_from_the_record() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.recount(["-q", "declare", "Fire"]).ok();
    if sandbox.shell("chown -R 12345 .").code != 0 {
        return mount::skipped("another user's repository: only root can give files away");
    }
    let said = here.recount(["-i", INCIDENT, "log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("belongs to another user"), "{said:?}");
    assert!(said.stderr.contains("git config --global --add safe.directory '"), "{said:?}");
    assert_eq!(here.told("Kept").len(), 1);
    let command = said.stderr.split("if you trust it: ").nth(1).unwrap();
    here.shell(command);
    assert_eq!(here.git(["status", "--porcelain"]).ok(), format!(" M {}\n", here.file()));
    here.recount(["-i", "fire", "log", "After it"]).ok();
    assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "log: After it\n");
    here.assert_committed();
}

#[test]
fn a_git_folder_that_cannot_be_written_keeps_no_event_from_the_disk() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    let Some(mounted) = Mounted::read_only(&here.path().join(".git")) else {
        return mount::skipped("a git folder that cannot be written: nothing can be mounted here");
    };
    let said = here.recount(["log", "Kept"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.stderr.contains("Read-only")
            && said.stderr.contains("home/.local/state/recount/spool"),
        "{said:?}"
    );
    assert_eq!(here.told("Kept").len(), 1);
    assert_eq!(here.shell("ls .recount"), here.shell("git ls-tree --name-only HEAD:.recount"));
    let refused = here.recount(["set", "title=Other"]).refused();
    assert!(refused.contains(".git/recount/lock"), "{refused}");
    drop(mounted);
    here.recount(["log", "After it"]).done();
    assert_eq!(here.told("Kept").len(), 1);
    here.assert_committed();
    assert_eq!(here.git(["status", "--porcelain"]).ok(), "");
}

#[test]
fn incidents_behind_a_link_keep_their_events_and_are_not_committed() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell("git mv incidents real; ln -s real incidents; git add .; git commit -qm link");
    here.keeps("Behind a link", "behind the symbolic link");
    here.keeps("And again", "move the folder itself into the repository");
    here.shell(
        "rm incidents; git mv real incidents; git rm -q --cached incidents 2>/dev/null || true",
    );
    here.recount(["log", "After it"]).done();
    assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "log: After it\n");
    assert_eq!(here.texts(), ["Declared", "Behind a link", "And again", "After it"]);
}

#[test]
fn a_record_that_was_made_without_a_name_is_committed_with_the_first_incident() {
    for make in [&["init", "new"][..], &["demo", "new"]] {
        let sandbox = Sandbox::quick();
        let new = Place::at(&sandbox, "new");
        sandbox.shell("mv ../home/.gitconfig ../home/away").ok();
        assert!(sandbox.recount(make).stderr.contains("git config --global user.name"));
        sandbox.shell("mv ../home/away ../home/.gitconfig").ok();
        new.recount(["declare", "Power loss"]).done();
        assert_eq!(new.git(["status", "--porcelain"]).ok(), "");
        assert_eq!(new.git(["log", "--format=%s"]).ok(), "declare: Power loss\n");
    }
}

#[test]
fn a_folder_whose_name_is_not_text_is_refused_with_what_to_do() {
    let sandbox = Sandbox::quick();
    Place::made(&sandbox, "main");
    sandbox.shell("mv main \"$(printf 'a\\377')\"; mkdir \"$(printf 'b\\377')\"").ok();
    for verb in ["cd a*; recount log x", "cd b*; recount init"] {
        let said = sandbox.shell(verb).refused();
        assert!(said.contains("not UTF-8: rename it"), "{said}");
    }
}
