//! What of git's past still holds the words, and the commands that take them out of it.

use super::Redaction;
use crate::compute::redaction::MARK;
use crate::compute::report::redaction::{RemoteCopy, WordsInGit};
use crate::io::git::{Blob, CommitId, CommitMessage, Repo};
use crate::io::process::quoted;
use crate::io::store::rewriting::Rewriting;
use crate::io::store::{INBOX, INBOX_ID, IncidentFile, walk};
use crate::model::incident::IncidentId;
use crate::session::Failure;
use crate::session::Session;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What of git's past holds the words.
#[derive(Default)]
struct PastWords {
    /// The commits that brought them, or whose message has them, the newest first.
    commits: Vec<CommitId>,
    seen: HashSet<CommitId>,
    rewriting: Rewriting,
}

impl PastWords {
    fn add(&mut self, commit: CommitId) {
        if self.seen.insert(commit.clone()) {
            self.commits.push(commit);
        }
    }
}

/// Returns what git still holds of the words, and keeps beside its objects what the commands need.
pub(super) fn words_in_git(
    redaction: &Redaction,
    session: &Session<'_>,
) -> Result<Option<WordsInGit>, Failure> {
    let Some(git) = &session.repo else { return Ok(None) };
    let past = redaction.past(session, git)?;
    git.change_kept_messages(|commit, message| {
        let new = past.rewriting.messages.get(commit).and_then(|new| new.lines().next());
        let new = new
            .map_or_else(|| redaction.words.masked(message), |new| Some(format!("commit: {new}")));
        new.filter(|new| new != message)
    })?;
    if past.commits.is_empty() {
        return Ok(Some(WordsInGit::default()));
    }
    let refs = git.refs_with(&past.commits)?;
    let remotes = git.remotes()?.into_iter().map(|remote| {
        let behind = format!("{}/", remote.name);
        let holds = refs.iter().any(|name| name.starts_with(&behind));
        RemoteCopy { holds, name: remote.name, url: remote.url }
    });
    let remotes: Vec<_> = remotes.collect();
    let failed = |error| Failure::new(format!("the commands can't be prepared: {error}"));
    let folder = past.rewriting.keep(&session.state, &redaction.name()).map_err(failed)?;
    let push = |remote: &RemoteCopy| {
        let name = quoted(&remote.name);
        [format!("git push --force {name} --all"), format!("git push --force {name} --tags")]
    };
    Ok(Some(WordsInGit {
        commits: past.commits.iter().map(ToString::to_string).collect(),
        commands: commands(git.workdir(), &folder),
        push: remotes.iter().flat_map(push).collect(),
        refs: refs.into_iter().collect(),
        remotes,
    }))
}

impl Redaction {
    /// Looks through all versions of the record's files and all messages, on every branch and tag.
    fn past(&self, session: &Session<'_>, git: &Repo) -> Result<PastWords, Failure> {
        let top = git.workdir().canonicalize().unwrap_or_else(|_| git.workdir().to_owned());
        let mut past = PastWords::default();
        let mut known: HashMap<Blob, bool> = HashMap::new();
        for version in git.versions_below(session.store.root())? {
            if !known.contains_key(&version.blob) {
                let bytes = git.read(&version.blob)?;
                let new = self.without_words(session, top.join(&version.path), &bytes);
                if let Some(new) = &new {
                    let (old, new) = (version.blob.name(), git.keep_blob(new.as_bytes())?);
                    past.rewriting.blobs.insert(old.to_owned(), new.name().to_owned());
                }
                known.insert(version.blob.clone(), new.is_some());
            }
            if known.get(&version.blob) == Some(&true) {
                past.add(version.commit);
            }
        }
        for message in git.messages()? {
            if let Some(new) = self.message(&message) {
                past.rewriting.messages.insert(message.commit.to_string(), new);
                past.add(message.commit);
            }
        }
        Ok(past)
    }

    /// Returns a version of a file without the words; none where it has none, or is one that a person changes.
    fn without_words(&self, session: &Session<'_>, path: PathBuf, bytes: &[u8]) -> Option<String> {
        let inner = session.store.relative(&path);
        if self.attachment.as_ref().is_some_and(|it| it.is_at(inner)) {
            return (bytes != super::INSTEAD.as_bytes()).then(|| super::INSTEAD.to_owned());
        }
        let text = str::from_utf8(bytes).ok().filter(|_| !walk::is_settled(inner))?;
        let new = match incident_at(&path) {
            Some(id) => {
                let (text, is_new) = (text.to_owned(), false);
                self.incident_text(session, IncidentFile { id, path, text, is_new }).text
            }
            None => self.words.masked(text)?,
        };
        (new != text).then_some(new)
    }

    /// Returns a message without the words; none where it has none.
    fn message(&self, message: &CommitMessage) -> Option<String> {
        let (subject, rest) = message.text.split_once('\n').unwrap_or((&message.text, ""));
        let verb = subject.split(':').next().unwrap_or_default();
        let names = |event: &String| rest.lines().any(|line| line == format!("Event: {event}"));
        let is_of_event = self.event.as_ref().is_some_and(|event| names(&event.to_string()));
        let new = match is_of_event && !["redact", "retract", "undo"].contains(&verb) {
            // A long text was cut there.
            true => format!("{verb}: {MARK}\n{rest}"),
            false => message.text.clone(),
        };
        let new = self.words.masked(&new).unwrap_or(new);
        (new != message.text).then_some(new)
    }
}

/// Returns the incident that a file is the file of.
fn incident_at(path: &Path) -> Option<IncidentId> {
    match path.file_name()?.to_str()? {
        INBOX => INBOX_ID.parse().ok(),
        "incident.yaml" => path.parent()?.file_name()?.to_str()?.parse().ok(),
        _ => None,
    }
}

/// Returns the commands that take the words out of a repository, by what is kept in a folder.
fn commands(top: &Path, folder: &Path) -> Vec<String> {
    let path = |path: &Path| quoted(&path.display().to_string());
    vec![
        format!("cd {}", path(top)),
        format!("export REDACTED={} FILTER_BRANCH_SQUELCH_WARNING=1", path(folder)),
        "git filter-branch -f \
         --index-filter 'git ls-files -s | awk -f \"$REDACTED/blobs.awk\" | git update-index --index-info' \
         --msg-filter 'cat \"$REDACTED/messages/$GIT_COMMIT\" 2>/dev/null || cat' \
         --tag-name-filter cat -- --all"
            .to_owned(),
        "git for-each-ref --format='delete %(refname)' refs/original | git update-ref --stdin"
            .to_owned(),
        "git reflog expire --expire=now --expire-unreachable=now --all".to_owned(),
        "git gc --quiet --prune=now".to_owned(),
        "rm -r \"$REDACTED\"".to_owned(),
    ]
}
