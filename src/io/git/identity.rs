//! Who commits: author and committer, in git's own order of asking.

use super::error::NotCommitted;
use super::repo::Repo;
use crate::model::time::Instant;
use git2::Signature;
use std::env;

impl Repo {
    /// Returns the name under which commits are authored, where git knows one.
    pub(crate) fn person(&self) -> Option<String> {
        part(self, PersonRole::Author, "name")
    }
}

/// Whom a line of a commit names.
#[derive(Clone, Copy)]
pub(super) enum PersonRole {
    Author,
    Committer,
}

impl PersonRole {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Author => ("GIT_AUTHOR", "author"),
            Self::Committer => ("GIT_COMMITTER", "committer"),
        }
    }
}

/// Author and committer as a commit states them: `Name <mail> seconds offset`.
pub(super) struct Identity {
    pub(super) author: String,
    pub(super) committer: String,
}

impl Identity {
    /// Asks git's environment and configuration, in git's own order.
    pub(super) fn of(repo: &Repo, when: Option<Instant>) -> Result<Self, NotCommitted> {
        Ok(Self {
            author: ident(repo, PersonRole::Author, when)?,
            committer: ident(repo, PersonRole::Committer, when)?,
        })
    }
}

/// Returns who acts, and when, as commits and logs state it.
pub(super) fn ident(
    repo: &Repo,
    role: PersonRole,
    when: Option<Instant>,
) -> Result<String, NotCommitted> {
    let (variable, _) = role.words();
    let (Some(name), Some(mail)) = (part(repo, role, "name"), part(repo, role, "email")) else {
        return Err(nobody());
    };
    let dated = env::var_os(format!("{variable}_DATE")).is_some_and(|date| !date.is_empty());
    match when {
        Some(at) => Ok(format!("{name} <{mail}> {} +0000", at.epoch())),
        // git reads dates in more ways than libgit2 does.
        None if dated => Ok(repo.git("var").line([format!("{variable}_IDENT")])?),
        None => {
            let now = Signature::now(&name, &mail)?.when();
            let minutes = now.offset_minutes();
            let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
            let offset = format!("{sign}{:02}{:02}", size / 60, size % 60);
            Ok(format!("{name} <{mail}> {} {offset}", now.seconds()))
        }
    }
}

/// Returns the `name` or the `email` of who acts, where git would find one.
fn part(repo: &Repo, role: PersonRole, part: &str) -> Option<String> {
    let (variable, section) = role.words();
    let set = env::var(format!("{variable}_{}", part.to_ascii_uppercase())).ok();
    let configured = || {
        let own = repo.settings.text(&format!("{section}.{part}"));
        own.or_else(|| repo.settings.text(&format!("user.{part}"))).map(str::to_owned)
    };
    let fallback = || if part == "email" { env::var("EMAIL").ok() } else { None };
    let found = set.filter(|value| !value.is_empty()).or_else(configured).or_else(fallback)?;
    Some(clean(&found)).filter(|value| !value.is_empty())
}

fn nobody() -> NotCommitted {
    NotCommitted::new("git doesn't know who you are, so there is no name to commit under")
        .next(
            "git config --global user.name \"Your Name\"\n\
         git config --global user.email you@example.com",
        )
        .every()
}

/// Drops what git drops from a name: line ends, angle brackets, and punctuation around it.
fn clean(text: &str) -> String {
    let around = |c: char| c <= ' ' || ".,:;<>\"\\'".contains(c);
    text.trim_matches(around).chars().filter(|c| !matches!(c, '\n' | '\0' | '<' | '>')).collect()
}
