//! Files that are attached to an event: copied beside its incident, each named by its hash.

use crate::io::render::blocks::is_picture;
use crate::io::render::html::picture::picture_kind;
use crate::io::store::{StoreError, atomic, files};
use crate::model::digest::sha256;
use crate::model::incident::{Attachment, AttachmentPath, IncidentId};
use crate::session::transaction::Transaction;
use crate::session::{Failure, Session};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// How many bytes an attached file may have: git keeps each version of it for ever.
const MOST_BYTES: u64 = 20 << 20;

/// A file to attach, read.
pub(crate) struct NewAttachment {
    pub(crate) attachment: Attachment,
    bytes: Vec<u8>,
}

impl NewAttachment {
    /// Reads the files that were named.
    ///
    /// # Errors
    /// What can't be read, is no ordinary file, or is too large.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<Self>, Failure> {
        paths.iter().map(|path| Self::of_file(path)).collect()
    }

    fn of_file(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = files::read_named(path, MOST_BYTES).map_err(|error| {
            let failure = Failure::new(format!("{} can't be attached: {error}", path.display()));
            match std::fs::metadata(path).is_ok_and(|meta| meta.len() > MOST_BYTES) {
                true => failure.help("keep it where large files are kept, and log `--link URL`"),
                false => failure,
            }
        })?;
        Ok(Self::of_bytes(&name, bytes))
    }

    /// Returns bytes under a name.
    pub(crate) fn of_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let sha256 = sha256(&bytes);
        let path = match picture_kind(&bytes) {
            // Renderers know pictures by their endings.
            Some(ending) if !is_picture(name) => {
                AttachmentPath::of(&sha256, &format!("{name}.{ending}"))
            }
            _ => AttachmentPath::of(&sha256, name),
        };
        Self { attachment: Attachment { path, sha256: Some(sha256), title: None }, bytes }
    }

    /// Puts the file beside an incident, synced, to be committed with what the transaction writes. One that is there
    /// already has the same bytes by its name.
    pub(crate) fn put(
        &self,
        transaction: &mut Transaction<'_, '_>,
        id: &IncidentId,
    ) -> Result<(), Failure> {
        let path = self.write(transaction.session(), id)?;
        transaction.commit_too(path);
        Ok(())
    }

    /// Puts the file beside an incident, synced; where its event waits in the spool, it is committed with that.
    pub(crate) fn write(&self, session: &Session<'_>, id: &IncidentId) -> Result<PathBuf, Failure> {
        let path = place(session, id, &self.attachment.path);
        let failed = |error| StoreError::Io { doing: "write", path: path.clone(), error };
        in_a_folder_of_its_own(&path).map_err(failed)?;
        files::may_write(session.store.root(), &path).map_err(failed)?;
        match atomic::create(&path, &self.bytes) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let there = files::read(session.store.root(), &path, MOST_BYTES).map_err(failed)?;
                if there.as_ref() != Some(&self.bytes) {
                    let shown = session.store.relative(&path).display();
                    return Err(Failure::new(format!("{shown} is there, and is another file"))
                        .help("give the file another name, and attach it again"));
                }
            }
            created => created.map_err(failed)?,
        }
        Ok(path)
    }
}

/// Refuses a folder that is a link: what is written through it git would not have with the event.
fn in_a_folder_of_its_own(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    match files::is_a_link(folder)? {
        true => Err(io::Error::other(format!(
            "{} is a link, so that git would not have the file with its event: make it a folder",
            folder.display()
        ))),
        false => Ok(()),
    }
}

/// Copies an event's attached files from one incident's folder to another's, with which they are committed.
pub(crate) fn copy(
    transaction: &mut Transaction<'_, '_>,
    attachments: &[Attachment],
    from: &IncidentId,
    to: &IncidentId,
) -> Result<(), Failure> {
    for attachment in attachments {
        let session = transaction.session();
        let path = place(session, from, &attachment.path);
        let failed = |error| StoreError::Io { doing: "read", path: path.clone(), error };
        // What is missing there is a finding of `check`, and no reason to lose the event.
        let read = files::read(session.store.root(), &path, MOST_BYTES).map_err(failed)?;
        let Some(bytes) = read else { continue };
        NewAttachment { attachment: attachment.clone(), bytes }.put(transaction, to)?;
    }
    Ok(())
}

/// Returns where an attached file of an incident lies.
fn place(session: &Session<'_>, id: &IncidentId, path: &AttachmentPath) -> PathBuf {
    session.store.incident_path(id).with_file_name(path.as_str())
}
