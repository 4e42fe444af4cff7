//! A change of the record's settings, as a write like any other.

use crate::io::store::SETTINGS;
use crate::session::commit_note::CommitNote;
use crate::session::transaction::Saved;
use crate::session::written::FileWrite;
use crate::session::{Failure, Session};

impl Session<'_> {
    /// Changes `recount.yaml` and commits it; the file must still be as this session read it.
    ///
    /// # Errors
    /// A text that can't be changed without touching more, with the reason.
    pub(crate) fn change_settings(
        &self,
        verb: &'static str,
        subject: &str,
        change: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Saved, Failure> {
        let (path, before) = (self.store.root().join(SETTINGS), self.store.settings_text.clone());
        let text = change(&before).map_err(|why| {
            Failure::new(format!("{SETTINGS} can't be changed: {why}")).help("change it by hand")
        })?;
        let note = CommitNote::documents(verb, subject.to_owned());
        self.transact(|transaction| {
            let file = FileWrite::plain(path.clone(), Some(before.clone()), text.clone());
            transaction.save_files(&[file], None, None, &note)
        })
    }
}
