//! Who commits, how they sign, and what their environment says.

use super::{EVENTS, Yard, change, child, put, script};
use crate::io::git::{CommitRequest, Repo};
use crate::model::time::Instant;
use std::fs;
use std::process::Command;
use std::time::Duration;

#[test]
fn an_unknown_person_is_told_what_to_type() {
    let yard = Yard::new();
    yard.git(&["config", "user.name", ""]);
    yard.write(EVENTS, "title: whose\n");
    let not_committed = yard.commit(&[EVENTS]).unwrap_err();
    let next = not_committed.next.unwrap();
    assert!(next.contains("git config --global user.name"), "{next}");
    assert!(next.contains("git config --global user.email"), "{next}");
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
}

#[test]
fn author_and_committer_may_be_set_apart() {
    let yard = Yard::new();
    yard.git(&["config", "author.name", "Other <Author>."]);
    yard.git(&["config", "committer.email", "bot@example.com"]);
    yard.write(EVENTS, "title: apart\n");
    yard.committed(&[EVENTS]);
    let who = yard.git(&["log", "-1", "--format=%an %ae %cn %ce"]);
    assert_eq!(who.trim(), "Other Author ann@example.com Ann Author bot@example.com");
}

#[test]
fn an_include_that_depends_on_the_remote_is_honoured() {
    let yard = Yard::new();
    let extra = yard.top.with_file_name("extra");
    put(&extra, b"[user]\n\tname = Included\n");
    yard.git(&["remote", "add", "origin", "https://example.com/x.git"]);
    let key = "includeIf.hasconfig:remote.*.url:https://example.com/**.path";
    yard.git(&["config", key, extra.to_str().unwrap()]);
    yard.write(EVENTS, "title: included\n");
    yard.committed(&[EVENTS]);
    assert_eq!(yard.git(&["log", "-1", "--format=%an"]).trim(), "Included");
}

#[test]
fn a_given_time_is_the_commits_time() {
    let yard = Yard::new();
    yard.write(EVENTS, "title: timed\n");
    let when = Instant::from_epoch(1_548_334_560);
    yard.repo().commit(&CommitRequest { when, ..change(&[EVENTS]) }).unwrap();
    assert_eq!(yard.git(&["log", "-1", "--format=%at %ct"]).trim(), "1548334560 1548334560");
}

/// Configures a gpg that answers as gpg does, after `body` ran.
fn fake_gpg(yard: &Yard, body: &str) {
    let gpg = yard.top.with_file_name("fake-gpg");
    let answer = "echo '[GNUPG:] BEGIN_SIGNING' >&2; echo '[GNUPG:] SIG_CREATED D 1 10 00 1 ABC' >&2\n\
                  echo '-----BEGIN PGP SIGNATURE-----'; echo; echo iQ; echo '-----END PGP SIGNATURE-----'\n";
    script(&gpg, &format!("#!/bin/sh\n{body}\ncat >/dev/null\n{answer}"));
    yard.git(&["config", "gpg.program", gpg.to_str().unwrap()]);
    yard.git(&["config", "commit.gpgsign", "true"]);
    yard.git(&["config", "user.signingkey", "ABC"]);
}

#[test]
fn a_commit_is_signed_by_the_users_own_gpg() {
    let yard = Yard::new();
    fake_gpg(&yard, "");
    yard.write(EVENTS, "title: signed\n");
    yard.committed(&[EVENTS]);
    let text = yard.git(&["cat-file", "commit", "HEAD"]);
    assert!(text.contains("gpgsig -----BEGIN PGP SIGNATURE-----"), "{text}");
    assert_eq!(yard.git(&["log", "-1", "--format=%s|%b"]).trim(), "Log an event|Incident: one");
    assert_eq!(yard.status(), "");
}

#[test]
fn a_signature_that_fails_keeps_the_change() {
    let yard = Yard::new();
    fake_gpg(&yard, "echo no key >&2; exit 2");
    yard.write(EVENTS, "title: unsigned\n");
    let not_committed = yard.commit(&[EVENTS]).unwrap_err();
    assert!(not_committed.why.contains("could not be signed"), "{not_committed}");
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
    yard.git(&["config", "commit.gpgsign", "false"]);
    yard.committed(&[EVENTS]);
}

#[test]
fn a_signature_that_takes_too_long_is_ended_with_all_that_it_started() {
    let yard = Yard::new();
    let tell = yard.top.with_file_name("still-alive");
    fake_gpg(&yard, &format!("sleep 7; touch '{}'", tell.display()));
    yard.write(EVENTS, "title: slow\n");
    let begun = std::time::Instant::now();
    let not_committed = yard.commit(&[EVENTS]).unwrap_err();
    assert!(not_committed.why.contains("5 seconds"), "{not_committed}");
    assert!(begun.elapsed() < Duration::from_secs(7));
    std::thread::sleep(Duration::from_secs(3));
    assert!(!tell.exists());
    assert_eq!(yard.status(), format!(" M {EVENTS}\n"));
}

#[test]
fn a_commit_is_signed_with_an_ssh_key() {
    let yard = Yard::new();
    let key = yard.top.with_file_name("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f", key.to_str().unwrap()])
        .status()
        .unwrap();
    assert!(made.success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    let signers = yard.top.with_file_name("signers");
    put(&signers, format!("ann@example.com {public}").as_bytes());
    yard.git(&["config", "gpg.format", "ssh"]);
    yard.git(&["config", "user.signingkey", key.to_str().unwrap()]);
    yard.git(&["config", "gpg.ssh.allowedSignersFile", signers.to_str().unwrap()]);
    yard.git(&["config", "commit.gpgsign", "true"]);
    yard.write(EVENTS, "title: signed\n");
    yard.committed(&[EVENTS]);
    yard.git(&["verify-commit", "HEAD"]);
    assert_eq!(yard.status(), "");
}

#[test]
fn the_environment_is_honoured_as_git_honours_it() {
    let yard = Yard::new();
    let elsewhere = Yard::new();
    let who = "%an <%ae> %ad|%cn <%ce>";
    let log =
        || yard.git(&["log", "-1", "--date=raw", &format!("--format={who}")]).trim().to_owned();

    let mut named = child(&yard, 1);
    named.env("GIT_AUTHOR_NAME", "Env").env("GIT_AUTHOR_EMAIL", "env@example.com");
    named.env("GIT_AUTHOR_DATE", "1548334560 +0100");
    assert!(named.status().unwrap().success());
    assert_eq!(log(), "Env <env@example.com> 1548334560 +0100|Ann Author <ann@example.com>");

    let mut configured = child(&yard, 1);
    configured.env("GIT_CONFIG_COUNT", "1");
    configured.env("GIT_CONFIG_KEY_0", "user.name").env("GIT_CONFIG_VALUE_0", "Counted");
    assert!(configured.status().unwrap().success());
    assert!(log().ends_with("|Counted <ann@example.com>"), "{}", log());

    // From another repository, told of this one.
    let mut told = child(&yard, 1);
    told.current_dir(&elsewhere.top);
    told.env("GIT_DIR", yard.top.join(".git")).env("GIT_WORK_TREE", &yard.top);
    assert!(told.status().unwrap().success());
    assert_eq!(yard.git(&["rev-list", "--count", "HEAD"]).trim(), "4");
    assert_eq!(elsewhere.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
    assert_eq!(yard.status(), "");
}

#[test]
fn another_users_repository_is_refused_with_what_to_type() {
    let yard = Yard::new();
    let given = std::os::unix::fs::chown(&yard.top, Some(12345), None)
        .and_then(|()| std::os::unix::fs::chown(yard.top.join(".git"), Some(12345), None));
    if given.is_err() {
        // Only root gives files away.
        return;
    }
    let error = Repo::find(&yard.top).err().unwrap();
    assert!(error.why.contains("belongs to another user"), "{error}");
    let next = error.next.unwrap();
    assert_eq!(
        next,
        format!(
            "if you trust it: git config --global --add safe.directory '{}'",
            yard.top.display()
        )
    );
}
