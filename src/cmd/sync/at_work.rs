//! What somebody is at in a work tree, so that a sync which nobody asked for leaves its files alone.

use crate::io::git::{CommitId, Repo};
use crate::io::store::sync_state;
use crate::session::{Failure, Session};
use std::fs;
use std::path::Path;

/// Returns what somebody is at, so that files are not to change now.
pub(super) fn look(
    session: &Session<'_>,
    repo: &Repo,
    [old, new]: [&CommitId; 2],
) -> Result<Option<String>, Failure> {
    if repo.is_index_locked() {
        return Ok(Some("git is at work here".to_owned()));
    }
    if sync_state::is_editing(&session.state) {
        return Ok(Some("an editor of `recount set --edit` is open".to_owned()));
    }
    for path in repo.changed_paths(old, new)? {
        let full = repo.workdir().join(&path);
        if is_in_editor(&full) {
            return Ok(Some(format!("{path} is open in an editor")));
        }
    }
    Ok(None)
}

/// Returns whether Vim or Emacs has left beside a file that it is being edited.
fn is_in_editor(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let signs = [format!(".{name}.swp"), format!(".#{name}")];
    signs.iter().any(|sign| fs::symlink_metadata(path.with_file_name(sign)).is_ok())
}
