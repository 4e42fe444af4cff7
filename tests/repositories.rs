//! Whatever state a repository is in: an event is kept, and committed alone, or it is said why not yet.

use crate::support::mount;
use crate::support::place::{INCIDENT, Place};
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

/// What makes a program of gpg's name answer as gpg does, after so many seconds.
pub(crate) fn gpg(seconds: u8) -> String {
    format!(
        "printf '#!/bin/sh\nsleep {seconds}; cat >/dev/null; echo >&2; echo \"[GNUPG:] SIG_CREATED \" >&2; touch $HOME/signed
         printf -- \"-----BEGIN PGP SIGNATURE-----\\\\n\\\\nabc\\\\n-----END PGP SIGNATURE-----\\\\n\"' >$HOME/gpg
         chmod +x $HOME/gpg; git config gpg.program $HOME/gpg; git config commit.gpgSign true"
    )
}

/// What makes git sign with a key of ssh's.
pub(crate) const SSH: &str = "ssh-keygen -q -t ed25519 -N '' -f $HOME/key; echo \"ada@example.com $(cat $HOME/key.pub)\" >$HOME/signers
     git config gpg.format ssh; git config user.signingKey $HOME/key; git config commit.gpgSign true
     git config gpg.ssh.allowedSignersFile $HOME/signers";

#[test]
fn a_commit_is_signed_by_the_users_own_program() {
    for (sign, signature, verified) in [(&*gpg(0), "PGP", false), (SSH, "SSH", true)] {
        let sandbox = Sandbox::quick();
        let here = Place::made(&sandbox, ".");
        here.shell(sign);
        here.promise("Signed");
        let commit = here.git(["cat-file", "commit", "HEAD"]).ok();
        assert!(
            commit.contains(&format!("gpgsig -----BEGIN {signature} SIGNATURE-----")),
            "{commit}"
        );
        assert!(!verified || here.git(["verify-commit", "HEAD"]).code == 0);
    }
}

/// What a person set up, what the environment says, and who commits then.
type Who = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const PEOPLE: &[Who] = &[
    (
        "",
        &[("GIT_AUTHOR_NAME", "Env"), ("GIT_COMMITTER_EMAIL", "c@x.org")],
        "Env <ada@example.com> Ada Diallo <c@x.org>",
    ),
    (
        "git config author.name Au; git config committer.name Co",
        &[],
        "Au <ada@example.com> Co <ada@example.com>",
    ),
    (
        "git config --global includeIf.gitdir:**/work/.path $HOME/other",
        &[],
        "Inc <inc@x.org> Inc <inc@x.org>",
    ),
    (
        "git config --global includeIf.gitdir/i:**/WORK/.git.path $HOME/other",
        &[],
        "Inc <inc@x.org> Inc <inc@x.org>",
    ),
    (
        "git config --global includeIf.onbranch:ma*.path $HOME/other",
        &[],
        "Inc <inc@x.org> Inc <inc@x.org>",
    ),
    (
        "git remote add o https://x.org/r.git; git config --global 'includeIf.hasconfig:remote.*.url:https://x.org/**.path' $HOME/other",
        &[],
        "Inc <inc@x.org> Inc <inc@x.org>",
    ),
    ("", &[("GIT_CONFIG_GLOBAL", "HOME/other")], "Inc <inc@x.org> Inc <inc@x.org>"),
    (
        "",
        &[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "user.name"),
            ("GIT_CONFIG_VALUE_0", "Num"),
        ],
        "Num <ada@example.com> Num <ada@example.com>",
    ),
    (
        "",
        &[("GIT_CONFIG_PARAMETERS", "'user.name'='Par'")],
        "Par <ada@example.com> Par <ada@example.com>",
    ),
    (
        "git config --global --unset user.email",
        &[("EMAIL", "e@x.org")],
        "Ada Diallo <e@x.org> Ada Diallo <e@x.org>",
    ),
    (
        "mkdir -p $HOME/.config/git; mv $HOME/.gitconfig $HOME/.config/git/config",
        &[],
        "Ada Diallo <ada@example.com> Ada Diallo <ada@example.com>",
    ),
];

#[test]
fn who_commits_is_as_git_has_it() {
    for (begin, env, who) in PEOPLE {
        eprintln!("{begin} {env:?}");
        let sandbox = Sandbox::quick();
        let here = Place::made(&sandbox, ".");
        here.shell("printf '[user]\\nname = Inc\\nemail = inc@x.org\\n' >$HOME/other");
        here.shell(begin);
        let home = sandbox.path().with_file_name("home").display().to_string();
        let value = |value: &str| value.replace("HOME", &home);
        let here = env.iter().fold(here, |here, (name, text)| here.env(name, value(text)));
        here.promise("By whom?");
        assert_eq!(here.git(["log", "-1", "--format=%an <%ae> %cn <%ce>"]).ok().trim(), *who);
        let told = &here.told("By whom?")[0];
        assert_eq!(told["by"].as_str(), who.split(" <").next());
    }
}

#[test]
fn what_the_environment_says_of_the_repository_holds() {
    let sandbox = Sandbox::quick();
    let top = sandbox.path().display().to_string();
    Place::made(&sandbox, "main").shell("echo f >f; git add f; mkdir .git/elsewhere");
    let rows: [&[(&str, &str)]; 5] = [
        &[("GIT_DIR", "main/.git"), ("GIT_WORK_TREE", "main")],
        &[("GIT_DIR", ".git")],
        &[("GIT_INDEX_FILE", ".git/another")],
        &[("GIT_CEILING_DIRECTORIES", "")],
        &[
            ("GIT_OBJECT_DIRECTORY", "main/.git/elsewhere"),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "main/.git/objects"),
        ],
    ];
    for (n, row) in rows.into_iter().enumerate() {
        eprintln!("{row:?}");
        let here = Place::at(&sandbox, "main");
        let value = |value: &str| {
            if value.starts_with("main") { format!("{top}/{value}") } else { value.to_owned() }
        };
        let here = row.iter().fold(here, |here, (name, path)| here.env(name, value(path)));
        here.promise(&format!("Event {n}"));
    }
}

#[test]
fn an_incident_that_is_not_checked_out_keeps_its_id() {
    let sandbox = Sandbox::quick();
    let here = Place::made(&sandbox, ".");
    here.shell(
        "mkdir docs; echo d >docs/d; git add .; git commit -qm docs; git sparse-checkout set docs",
    );
    assert_eq!(here.recount(["-q", "declare", "Power loss"]).ok(), format!("{INCIDENT}-2\n"));
    here.shell("git sparse-checkout disable");
    assert_eq!(here.texts(), ["Declared"]);
    assert_eq!(here.git(["status", "--porcelain"]).ok(), "");
}

#[test]
fn people_who_share_a_repository_commit_in_turn() {
    let sandbox = Sandbox::quick();
    if sandbox.shell("setpriv --reuid=1001 --regid=2000 --clear-groups true").code != 0 {
        return mount::skipped(
            "people who share a repository: only root can run programs as others",
        );
    }
    let here = Place::at(&sandbox, ".");
    let as_user = |user: u16, line: &str| {
        let script = format!("umask 002; cd $PWD; {line}");
        let call = format!("setpriv --reuid={user} --regid=2000 --clear-groups sh -ec '{script}'");
        sandbox.shell(&call)
    };
    sandbox.git(["config", "--global", "safe.directory", "*"]).ok();
    sandbox
        .shell("chmod 755 .. ../home; chmod 644 ../home/.gitconfig; chgrp 2000 .; chmod 2775 .")
        .ok();
    as_user(1001, "git init -q --shared=group; recount init").done();
    as_user(1002, "recount -q declare \"Power loss\"").done();
    for (n, user) in [1001, 1002, 1003, 1001].into_iter().enumerate() {
        let before = here.seen();
        let text = format!("By {user}, {n}");
        as_user(user, &format!("recount log \"{text}\"")).ok();
        here.judge(&before, &text);
    }
    // What one left behind, another takes up.
    as_user(1001, "touch .git/CHERRY_PICK_HEAD; recount log Waits; rm .git/CHERRY_PICK_HEAD")
        .done();
    as_user(1002, "recount log \"After it\"").done();
    here.assert_committed();
    assert_eq!(here.told("Waits").len(), 1);
    // Each takes back what is their own.
    assert!(as_user(1003, "recount undo").ok().starts_with("taken back: log: By 1003, 2\n"));
    assert!(as_user(1004, "recount undo").stderr.contains("nothing that was written here"));
}
