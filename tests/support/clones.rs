//! Clones of one record beside a bare repository that they share.

use super::sandbox::{Ran, Sandbox};

/// Some clones of one record beside a bare repository that they share.
pub(crate) struct Clones {
    pub(crate) sandbox: Sandbox,
}

impl Clones {
    /// Makes a record with one incident in `hub`, and a clone for each name.
    pub(crate) fn new(names: &[&str]) -> Self {
        Self::within(Sandbox::new(), names)
    }

    /// Makes the same in a folder of its own.
    pub(crate) fn within(sandbox: Sandbox, names: &[&str]) -> Self {
        sandbox.shell("git init -q --bare hub && git clone -q hub first 2>/dev/null").done();
        let clones = Self { sandbox };
        clones.recount("first", &["init"]).done();
        clones.recount("first", &["declare", "Search is slow", "--severity", "sev2"]).done();
        clones.git("first", &["push", "-q", "origin", "main"]).done();
        for name in names {
            clones.sandbox.shell(&format!("git clone -q file://$PWD/hub {name}")).done();
        }
        clones
    }

    pub(crate) fn recount(&self, clone: &str, args: &[&str]) -> Ran {
        self.sandbox.recount([&["-C", clone], args].concat())
    }

    pub(crate) fn git(&self, clone: &str, args: &[&str]) -> Ran {
        self.sandbox.git([&["-C", clone], args].concat())
    }

    pub(crate) fn incident(&self, clone: &str) -> String {
        self.sandbox.read(format!("{clone}/incidents/2026/2026-06-10-search-is-slow/incident.yaml"))
    }

    #[track_caller]
    pub(crate) fn has(&self, clone: &str, texts: &[&str]) {
        let incident = self.incident(clone);
        for text in texts {
            assert_eq!(incident.matches(text).count(), 1, "{text} in {clone}:\n{incident}");
        }
    }
}

impl Clones {
    pub(crate) fn sync(&self, clone: &str) -> Ran {
        self.recount(clone, &["sync"])
    }

    pub(crate) fn json(&self, clone: &str) -> serde_json::Value {
        let ran = self.recount(clone, &["sync", "--format", "json"]);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
    }

    pub(crate) fn head(&self, clone: &str) -> String {
        self.git(clone, &["rev-parse", "HEAD"]).ok()
    }

    /// Commits a file that is not the record's.
    pub(crate) fn commit(&self, clone: &str, path: &str, text: &str) {
        self.sandbox.write(format!("{clone}/{path}"), text);
        self.git(clone, &["add", path]).ok();
        self.git(clone, &["commit", "-qm", &format!("change {path}")]).ok();
    }
}
