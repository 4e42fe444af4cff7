//! Whatever state a repository is in: an event is kept, and committed alone, or it is said why not yet.

use crate::support::place::Place;
use crate::support::sandbox::Sandbox;

#[test]
fn what_is_staged_dirty_or_untracked_is_left_as_it_is() {
    let sandbox = Sandbox::new();
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
    let sandbox = Sandbox::new();
    let here = Place::made(&sandbox, ".");
    here.shell(&format!("sed -i 's/^title: .*/title: Loss/' {0}; git add {0}", here.file()));
    here.promise("After an edit");
    assert!(here.git(["show", "HEAD"]).ok().contains("+title: Loss"));
    // Staged in one form, and lying there in another.
    here.shell(&format!("sed -i 's/^title: .*/title: One/' {0}; git add {0}; sed -i 's/^title: .*/title: Two/' {0}", here.file()));
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
        let sandbox = Sandbox::new();
        let here = Place::made(&sandbox, ".");
        here.shell("mkdir elsewhere; for f in f elsewhere/f; do echo f >$f; done; git add .; git commit -qm files; echo g >f; git add f");
        here.shell(kind);
        here.promise("Élan perdu: 50 % of \"x\"");
        here.promise("Two");
    }
}

#[test]
fn the_first_commit_of_a_branch_holds_the_event_alone() {
    let sandbox = Sandbox::new();
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
        "mv main \"$(printf 'new\\nline\\377')\"; ln -s new* clone",
    ];
    for kind in kinds {
        eprintln!("{kind}");
        let sandbox = Sandbox::new();
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
        let sandbox = Sandbox::new();
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
        let sandbox = Sandbox::new();
        let here = Place::made(&sandbox, ".");
        here.shell(&format!(
            "git config filter.shout.clean 'tr e E'; git config filter.shout.smudge 'tr E e'
             echo '{line}' >.gitattributes; git add .gitattributes; git commit -qm attributes
             git add --renormalize .; git commit -qm again || true; git rm -rq --cached .; git reset -q --hard"
        ));
        here.promise("Élan perdu");
        here.promise("Two");
        let file = here.file();
        let ends = here.shell(&format!("grep -c '\r$' {file} || true; grep -cv '\r$' {file} || true"));
        assert!(ends.lines().any(|count| count == "0"), "one kind of line end: {ends}");
    }
}
