//! Which commits changed a file, and what it was before each.

use super::error::GitError;
use super::object::CommitId;
use super::object::ObjectId;
use super::paths::relative;
use super::read::{Blob, file_in};
use super::repo::{Engine, Repo};
use crate::model::time::Instant;
use git2::{Oid, Repository};
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A commit that changed a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryEntry {
    /// The commit.
    pub(crate) commit: CommitId,
    /// The author's name.
    pub(crate) author: String,
    /// When it was written, by the author's clock.
    pub(crate) when: Instant,
    /// The first line of its message.
    pub(crate) subject: String,
    /// The file as the commit has it; none where the commit removed it.
    pub(crate) blob: Option<Blob>,
    /// The commits that it was made from, and the file as each of them has it.
    pub(crate) parents: Vec<(CommitId, Option<Blob>)>,
}

impl HistoryEntry {
    /// Returns whether the file differs from what any parent has, or is there from the beginning.
    fn is_change(&self) -> bool {
        match self.parents.as_slice() {
            [] => self.blob.is_some(),
            parents => parents.iter().any(|(_, blob)| *blob != self.blob),
        }
    }
}

impl Repo {
    /// Returns the commits from HEAD down that changed a file, each before those that it was made from.
    ///
    /// A merge counts where the file differs from what any of its parents has, for what one side had
    /// may be gone; all sides are followed.
    ///
    /// # Errors
    /// Where the path lies outside of the repository, or the repository can't be read.
    pub(crate) fn history(&self, path: &Path) -> Result<Vec<HistoryEntry>, GitError> {
        let head = self.head_now()?.commit.map(CommitId);
        head.map_or(Ok(Vec::new()), |head| self.history_of(&head, path))
    }

    /// Returns the commits from a certain one down that changed a file, as [`history`](Self::history) does.
    ///
    /// # Errors
    /// Where the path lies outside of the repository, or the repository can't be read.
    pub(crate) fn history_of(
        &self,
        commit: &CommitId,
        path: &Path,
    ) -> Result<Vec<HistoryEntry>, GitError> {
        let path = relative(self, path)?;
        match &self.engine {
            Engine::Library(library) => HistoryWalk::new(library, &path).entries(commit.0.oid()?),
            Engine::Program => self.history_by_program(&commit.0, &path),
        }
    }

    /// Returns the commits at which a shallow clone ends, whose parents it lacks; none in a whole one.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn shallow_ends(&self) -> Result<Vec<CommitId>, GitError> {
        let path = self.common_dir.join("shallow");
        match fs::read_to_string(&path) {
            Ok(names) => Ok(names.lines().filter_map(ObjectId::parse).map(CommitId).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(vec![]),
            Err(error) => Err(GitError::at(&path, &error)),
        }
    }

    fn history_by_program(
        &self,
        head: &ObjectId,
        path: &[u8],
    ) -> Result<Vec<HistoryEntry>, GitError> {
        const FORMAT: &str = "--format=%H%n%P%n%at%n%an%n%s";
        let flags =
            ["--no-mailmap", "-z", "--full-history", "--parents", "--encoding=UTF-8", FORMAT];
        let mut args: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
        args.extend([OsStr::new(head.as_str()), OsStr::new("--"), OsStr::from_bytes(path)]);
        let printed = self.git("log").run(args)?;
        let text = String::from_utf8_lossy(&printed);
        let mut entries: Vec<HistoryEntry> = text.split('\0').filter_map(entry).collect();
        let mut asked = Vec::new();
        for entry in &entries {
            let parents = entry.parents.iter().map(|(parent, _)| parent);
            for commit in std::iter::once(&entry.commit).chain(parents) {
                asked.extend_from_slice(format!("{commit}:").as_bytes());
                asked.extend_from_slice(path);
                asked.push(0);
            }
        }
        let answers = self.git("cat-file").input(asked).run(["--batch-check", "-z"])?;
        let answers = String::from_utf8_lossy(&answers);
        let mut blobs = answers.lines().map(|answer| {
            let mut words = answer.split(' ');
            let id = words.next().and_then(ObjectId::parse);
            id.filter(|_| words.next() == Some("blob")).map(Blob)
        });
        for entry in &mut entries {
            entry.blob = blobs.next().flatten();
            entry.parents.iter_mut().for_each(|(_, blob)| *blob = blobs.next().flatten());
        }
        entries.retain(HistoryEntry::is_change);
        Ok(entries)
    }
}

/// Reads one commit that `git log` printed.
fn entry(text: &str) -> Option<HistoryEntry> {
    let mut lines = text.splitn(5, '\n');
    let commit = CommitId(ObjectId::parse(lines.next()?)?);
    let parents = lines.next()?.split(' ').filter_map(ObjectId::parse);
    let parents = parents.map(|id| (CommitId(id), None)).collect();
    Some(HistoryEntry {
        commit,
        parents,
        when: Instant::saturating(lines.next()?.parse().ok()?),
        author: lines.next()?.to_owned(),
        subject: lines.next()?.trim_end().to_owned(),
        blob: None,
    })
}

/// A commit on a walk.
struct WalkStep {
    seconds: i64,
    /// The parents that the walk goes on to.
    follow: Vec<Oid>,
    /// The commit, where it changed the path.
    entry: Option<HistoryEntry>,
}

/// A walk through the history of one path.
struct HistoryWalk<'a> {
    library: &'a Repository,
    path: &'a [u8],
    /// What each tree has at the path, so that a parent isn't read again when its turn comes.
    known: HashMap<Oid, Option<Oid>>,
}

impl<'a> HistoryWalk<'a> {
    fn new(library: &'a Repository, path: &'a [u8]) -> Self {
        Self { library, path, known: HashMap::new() }
    }

    /// Returns the commits that changed the path, by their time, but each before those that it was made from.
    fn entries(&mut self, head: Oid) -> Result<Vec<HistoryEntry>, GitError> {
        let mut steps = self.steps(head)?;
        let mut children: HashMap<Oid, usize> = HashMap::new();
        for parent in steps.values().flat_map(|step| &step.follow) {
            *children.entry(*parent).or_default() += 1;
        }
        let mut entries = Vec::new();
        let mut ready = BinaryHeap::from([(0, head)]);
        while let Some((_, oid)) = ready.pop() {
            let Some(step) = steps.remove(&oid) else { continue };
            entries.extend(step.entry);
            for parent in step.follow {
                let left = children.get_mut(&parent).map(|left| {
                    *left -= 1;
                    *left
                });
                if let (Some(0), Some(next)) = (left, steps.get(&parent)) {
                    ready.push((next.seconds, parent));
                }
            }
        }
        Ok(entries)
    }

    /// Returns all commits that are to be followed.
    fn steps(&mut self, head: Oid) -> Result<HashMap<Oid, WalkStep>, GitError> {
        let mut steps = HashMap::new();
        let mut left = vec![head];
        while let Some(oid) = left.pop() {
            if steps.contains_key(&oid) {
                continue;
            }
            let commit = self.library.find_commit(oid)?;
            let here = self.blob(&commit)?;
            // A parent that a shallow clone lacks is no parent.
            let parents = commit.parent_ids().filter_map(|id| self.library.find_commit(id).ok());
            let with_blob = |parent| Ok((self.blob(&parent)?, parent));
            let parents: Vec<_> = parents.map(with_blob).collect::<Result<_, GitError>>()?;
            let follow: Vec<Oid> = followed(&parents).map(git2::Commit::id).collect();
            left.extend(&follow);
            let entry = Some(describe(&commit, here, &parents)).filter(HistoryEntry::is_change);
            steps.insert(oid, WalkStep { seconds: commit.time().seconds(), follow, entry });
        }
        Ok(steps)
    }

    fn blob(&mut self, commit: &git2::Commit<'_>) -> Result<Option<Oid>, GitError> {
        let tree = commit.tree_id();
        if let Some(known) = self.known.get(&tree) {
            return Ok(*known);
        }
        let found = file_in(self.library, tree, self.path)?;
        let blob = found.map(|leaf| leaf.id.oid()).transpose()?;
        self.known.insert(tree, blob);
        Ok(blob)
    }
}

/// Returns the parents to follow: one for each thing that the file was, and one without it only where none has it.
fn followed<'p, 'r>(
    parents: &'p [(Option<Oid>, git2::Commit<'r>)],
) -> impl Iterator<Item = &'p git2::Commit<'r>> {
    let mut seen = HashSet::new();
    let any = parents.iter().any(|(blob, _)| blob.is_some());
    let followed = parents.iter().filter(move |(blob, _)| seen.insert(*blob));
    followed.filter(move |(blob, _)| blob.is_some() || !any).map(|(_, parent)| parent)
}

fn describe(
    commit: &git2::Commit<'_>,
    blob: Option<Oid>,
    parents: &[(Option<Oid>, git2::Commit<'_>)],
) -> HistoryEntry {
    let author = commit.author();
    let subject = commit.message_bytes().split(|c| *c == b'\n').next().unwrap_or_default();
    let blob_of = |blob: Option<Oid>| blob.map(|oid| Blob(oid.into()));
    let parent = |(blob, parent): &(Option<Oid>, git2::Commit<'_>)| {
        (CommitId(parent.id().into()), blob_of(*blob))
    };
    HistoryEntry {
        commit: CommitId(commit.id().into()),
        author: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        when: Instant::saturating(author.when().seconds()),
        subject: String::from_utf8_lossy(subject).into_owned(),
        blob: blob_of(blob),
        parents: parents.iter().map(parent).collect(),
    }
}
