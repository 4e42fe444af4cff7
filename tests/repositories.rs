//! Whatever state a repository is in: an event is kept, and committed alone, or it is said why not yet.

use crate::support::place::Place;
use crate::support::sandbox::Sandbox;

#[test]
fn what_is_staged_dirty_or_untracked_is_left_as_it_is() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell(
        "mkdir a; for f in mode moved gone both kept a/deep; do echo $f >$f; done; git add .; git commit -qm files
         chmod +x mode; git mv moved a/there; git rm -q gone; echo one >both; echo new >new; git add mode both new
         echo two >both; echo dirty >kept; rm a/deep; echo soon >soon; git add -N soon; echo loose >a/loose
         mkdir incidents/2026/other; echo x >incidents/2026/other/notes; git add incidents/2026/other/notes
         echo '# mine' >>recount.yaml",
    );
    here.promise("Beside all that");
    here.promise("And once more");
}

#[test]
fn a_staged_change_of_the_incident_itself_goes_with_the_event() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell(&format!("sed -i 's/^title: .*/title: Loss/' {0}; git add {0}", here.file()));
    here.promise("After an edit");
    assert!(here.git(["show", "HEAD"]).ok().contains("+title: Loss"));
    // Staged in one form, and lying there in another.
    here.shell(&format!(
        "sed -i 's/^title: .*/title: One/' {0}; git add {0}; sed -i 's/^title: .*/title: Two/' {0}",
        here.file()
    ));
    here.promise("After another");
    assert!(here.git(["show", "HEAD"]).ok().contains("+title: Two"));
}

#[test]
fn every_kind_of_head_moves_by_one_commit() {
    let kinds = [
        "git checkout -q --detach",
        "git checkout -qb team/incidents",
        "git gc -q; git pack-refs --all",
        "git update-index --index-version 4",
        "git update-index --split-index",
        "git config core.untrackedCache true; git update-index --untracked-cache; git status",
        "git config index.skipHash true; git update-index --force-write-index",
        "git config core.fsmonitor ./monitor; printf '#!/bin/sh\\nprintf \"1\\\\0/\\\\0\"\\n' >monitor; chmod +x monitor; git status",
        "git config feature.manyFiles true; git status",
        "git reset -q --hard; git sparse-checkout set --cone --sparse-index incidents",
        "git sparse-checkout set --cone elsewhere; git sparse-checkout add incidents/2026",
        "git config core.sharedRepository group",
        "git config core.fileMode false",
        "git config core.logAllRefUpdates false; rm -r .git/logs",
        "git config core.commentChar log",
        "git config i18n.commitEncoding ISO-8859-1",
        "git symbolic-ref refs/heads/alias refs/heads/main; git symbolic-ref HEAD refs/heads/alias",
        "rm .git/index",
        "git config core.splitIndex true; git config splitIndex.maxPercentChange 0; git status",
        "git repack -q; git commit-graph write --reachable; git multi-pack-index write",
        "git replace --graft HEAD",
        "git notes add -m note",
        "touch .git/FETCH_HEAD .git/ORIG_HEAD .git/AUTO_MERGE",
        "printf '\\377' >.git/info/exclude",
        "echo '*.yaml' >.gitignore",
    ];
    for kind in kinds {
        eprintln!("{kind}");
        let sandbox = Sandbox::quick();
        let here = Place::made(&sandbox, ".");
        here.shell("mkdir elsewhere; for f in f elsewhere/f; do echo f >$f; done; git add .; git commit -qm files; echo g >f; git add f");
        here.shell(kind);
        here.promise("Élan perdu: 50 % of \"x\"");
        here.promise("Two");
    }
}

#[test]
fn the_first_commit_of_a_branch_holds_the_event_alone() {
    let sandbox = Sandbox::quick();
    sandbox.recount(["--no-commit", "init"]).ok();
    let here = Place::at(&sandbox, ".");
    here.recount(["-q", "--no-commit", "declare", "Power loss"]).ok();
    here.promise("The first");
    here.promise("The second");
    here.shell("git checkout -q --orphan other");
    here.promise("On a branch without a commit");
}

#[test]
fn clones_of_every_kind_take_commits() {
    let kinds = [
        "git clone -q main clone",
        "git clone -q --depth 1 file://$PWD/main clone",
        "git -C main config uploadpack.allowFilter true; git clone -q --filter=blob:none file://$PWD/main clone",
        "git -C main config uploadpack.allowFilter true; git clone -q --filter=tree:0 file://$PWD/main clone",
        "git clone -q --shared main clone",
        "git clone -q --reference main --separate-git-dir=elsewhere.git main clone",
        "git clone -q -c core.autocrlf=true main clone",
        "git clone -q -c core.autocrlf=input main clone",
        "git clone -q -c extensions.objectFormat=sha1 main clone",
        "git clone -q --sparse main clone; git -C clone sparse-checkout add incidents",
        "git -C main worktree add -q -b linked ../clone",
        "git -C main worktree add -q --detach ../clone",
        "git -C main config extensions.worktreeConfig true; git -C main worktree add -q -b linked ../clone; git -C clone config --worktree user.name Own",
        "cp -r main clone",
        "git init -q whole; git -C whole -c protocol.file.allow=always submodule --quiet add $PWD/main part; ln -s whole/part clone",
        "git clone -q --ref-format=reftable main clone",
        "git init -q --object-format=sha256 clone; cp -r main/* main/.recount clone; cd clone; git add .; git commit -qm all",
        "mv main 'it'\\''s \"Ünïcödé\" $HOME\\'; ln -s it* clone",
        "mv main \"$(printf 'new\\nline')\"; ln -s new* clone",
    ];
    for kind in kinds {
        eprintln!("{kind}");
        let sandbox = Sandbox::quick();
        let main = Place::made(&sandbox, "main");
        main.shell("echo f >f; git add f; git commit -qm f");
        Place::at(&sandbox, ".").shell(kind);
        let here = Place::at(&sandbox, "clone");
        here.shell("echo g >f; git add f; echo h >h");
        here.promise("Élan perdu");
        here.promise("Two");
        here.recount(["-q", "declare", "Second"]).ok();
        here.recount(["init"]).ok();
    }
}

#[test]
fn a_record_in_a_folder_of_a_larger_repository_commits_its_own_paths() {
    for dir in ["ops", "a/deep/one", "Größe 1/it's"] {
        let sandbox = Sandbox::quick();
        sandbox.shell("git init -q; echo x >code; git add code; git commit -qm code; echo y >code; git add code").ok();
        let here = Place::made(&sandbox, dir);
        here.promise("From inside");
        Place::at(&sandbox, ".").shell(&format!("ln -s \"{dir}\" link"));
        Place::at(&sandbox, "link").promise("Through a link");
    }
}

#[test]
fn what_git_stores_otherwise_than_it_lies_here_is_stored_so() {
    let attributes = [
        "* text=auto",
        "* text=auto eol=crlf",
        "*.yaml text eol=lf merge=recount",
        "*.yaml filter=shout",
        "*.yaml ident",
        "*.yaml working-tree-encoding=UTF-8",
        "*.yaml -text -diff",
        "*.yaml binary",
    ];
    for line in attributes {
        eprintln!("{line}");
        let sandbox = Sandbox::quick();
        let here = Place::made(&sandbox, ".");
        here.shell(&format!(
            "git config filter.shout.clean 'tr e E'; git config filter.shout.smudge 'tr E e'
             echo '{line}' >.gitattributes; git add .gitattributes; git commit -qm attributes
             git add --renormalize .; git commit -qm again || true; git rm -rq --cached .; git reset -q --hard"
        ));
        here.promise("Élan perdu");
        here.promise("Two");
        let file = here.file();
        let ends =
            here.shell(&format!("grep -c '\r$' {file} || true; grep -cv '\r$' {file} || true"));
        assert!(ends.lines().any(|count| count == "0"), "one kind of line end: {ends}");
    }
}

/// A branch that changes `f` and adds `g` in two commits, one that changes `f` otherwise, and what begins there.
const BRANCHES: &str = "echo a >f; git add f; git commit -qm a; git branch other; echo b >f; git commit -qam b; git checkout -q other
     echo c >f; git commit -qam c; echo g >g; git add g; git commit -qm g; git checkout -q main";

#[test]
fn in_the_middle_of_something_the_event_is_kept_and_committed_after_it() {
    let settle = "test -z \"$(git ls-files -u)\" || { echo s >f; git add f; }; GIT_EDITOR=true git";
    let middles = [
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
        (
            "git format-patch -q -1 other~1; git am -q 0001*",
            "a git am",
            "am --skip",
            "git am --abort",
        ),
        (
            "git bisect start; git bisect bad; git bisect good main~2; false",
            "a bisect",
            "bisect reset",
            "git bisect reset",
        ),
    ];
    for (begin, what, go_on, give_up) in middles {
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
            assert_eq!(
                here.git(["diff", "--stat", "--", "incidents"]).ok(),
                "",
                "nothing is in git's way"
            );
            here.shell(end);
            let said = here.recount(["log", "After it"]);
            assert!(said.stderr.contains("that waited is in"), "{said:?}");
            assert_eq!(here.git(["log", "-1", "--format=%s"]).ok(), "log: After it\n");
            for text in ["In the middle", "Once more", "After it"] {
                assert_eq!(here.told(text).len(), 1, "{text}");
            }
            here.assert_committed();
        }
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
        assert_eq!(status, "", "nothing is in git's way");
        here.recount(["log", "After it"]).done();
        assert_eq!(here.git(["status", "--porcelain", "incidents"]).ok(), "");
        assert_eq!(here.git(["diff", "--cached", "--name-only"]).ok(), "g\n");
        here.assert_committed();
    }
}
