//! File systems of a test's own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file system that is mounted over a folder, until this is dropped.
pub(crate) struct Mounted(PathBuf);

impl Mounted {
    /// Mounts an empty file system in memory.
    pub(crate) fn memory(folder: &Path, options: &str) -> Self {
        assert!(mount(&["-t", "tmpfs", "-o", options, "tmpfs"], folder), "no tmpfs: {options}");
        Self(folder.to_owned())
    }

    /// Mounts a folder over itself so that nobody can write in it, root neither; none where that can't be done.
    pub(crate) fn read_only(folder: &Path) -> Option<Self> {
        let bound = mount(&["--bind", folder.to_str()?], folder);
        let made = bound.then(|| Self(folder.to_owned()))?;
        mount(&["-o", "remount,bind,ro"], folder).then_some(made)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn mount(args: &[&str], folder: &Path) -> bool {
    let ran = Command::new("mount").args(args).arg(folder).stderr(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}

/// Runs a test that is ignored otherwise in a process that may mount file systems which nobody else sees.
#[track_caller]
pub(crate) fn in_namespace_of_its_own(test: &str) {
    let may = |options: &&str| {
        let mut tried = Command::new("unshare");
        tried.args([options, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).stderr(Stdio::null());
        tried.status().is_ok_and(|status| status.success())
    };
    let Some(options) = ["-m", "-Urm"].iter().find(|options| may(options)) else {
        return skipped(&format!(
            "{test}: no file system can be mounted here, as root or by unshare -Urm"
        ));
    };
    let ran = Command::new("unshare")
        .arg(options)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", test])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}

/// Says, also where the output of tests is not shown, that something could not be tried here.
pub(crate) fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}");
}
