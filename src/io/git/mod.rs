//! One commit for one change, and reading what was committed.
//!
//! What libgit2 can do, it does. Signing, filters, and repositories that libgit2
//! can't open (SHA-256, reftable, partial clones) go through the `git` program.
//! Nothing here reads or writes the files of a record itself: a change is on the
//! disk before git hears of it, so that whatever git refuses is merely [`NotCommitted`].

mod attributes;
mod bytes;
mod cache_tree;
mod commit;
mod config;
mod error;
mod files;
mod history;
mod identity;
mod in_progress;
mod index;
mod index_checksum;
mod index_patch;
mod join;
mod lock;
mod merge_driver;
mod merges;
mod message_files;
mod missing;
mod object;
mod paths;
mod pending;
mod position;
mod program;
mod read;
mod refs;
mod remote;
mod repo;
mod staged;
mod sync_pool;
#[cfg(test)]
mod tests;
mod text_merge;
mod tree;
mod unmerged;
mod versions;

pub(crate) use commit::{CommitOutcome, CommitRequest, Committed};
pub(crate) use error::{GitError, NotCommitted};
pub(crate) use history::HistoryEntry;
pub(crate) use in_progress::InProgress;
pub(crate) use index_checksum::{IndexChecksum, IndexTransition};
pub(crate) use join::{ChangingCommit, CheckoutOutcome, ConflictedFile, MergedTree, TreeMerge};
pub(crate) use merges::FileOfMerge;
pub(crate) use object::CommitId;
pub(crate) use position::{CommitBase, RepoPosition};
pub(crate) use program::program_version;
pub(crate) use read::Blob;
pub(crate) use remote::{PushOutcome, RemoteBranch, RemoteError};
pub(crate) use repo::Repo;
pub(crate) use text_merge::{MergedLines, merge_texts};
pub(crate) use versions::CommitMessage;
