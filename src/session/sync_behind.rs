//! The sync that a writing verb starts behind itself.

use crate::io::process;
use crate::session::Session;

impl Session<'_> {
    /// Starts a sync where the settings ask for one after each write; a sync that is under way takes this write, too.
    pub(crate) fn sync_behind(&self) {
        if self.store.settings().sync.auto {
            let root = self.store.root().as_os_str();
            process::start_behind(["-C".as_ref(), root, "sync".as_ref(), "--auto".as_ref()]);
        }
    }
}
