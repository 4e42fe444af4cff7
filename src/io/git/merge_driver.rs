//! The program that git runs to merge files of some name, as the repository's own configuration has it.

use super::error::GitError;
use super::repo::{Engine, Repo};

impl Repo {
    /// Returns the command by which the driver of that name merges; none where it isn't registered.
    pub(crate) fn merge_driver(&self) -> Option<&str> {
        self.settings.text("merge.recount.driver")
    }

    /// Registers the driver in the repository's own configuration.
    ///
    /// # Errors
    /// Where that can't be written.
    pub(crate) fn register_merge_driver(&self, command: &str) -> Result<(), GitError> {
        let values =
            [("merge.recount.name", "recount, by meaning"), ("merge.recount.driver", command)];
        if let Engine::Library(library) = &self.engine {
            let mut config = library.config()?.open_level(git2::ConfigLevel::Local)?;
            for (key, value) in values {
                config.set_str(key, value)?;
            }
            return Ok(());
        }
        for (key, value) in values {
            self.git("config").run(["--local", key, value])?;
        }
        Ok(())
    }
}
