//! Chromium, for pages that lie in a folder of several; where it isn't installed, a test says so and passes.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The script that tells what axe-core finds wrong in a page, and whether it is wider than its window.
const VIOLATIONS: &str = "
    const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [];
    axe.run().then(found => {
        const told = found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.target + ' ' + n.failureSummary));
        tell([...wide, ...told].join('\\n') || 'none');
    });";

/// Chromium with a profile of its own and without a network.
pub(crate) struct FolderBrowser {
    program: &'static str,
    profile: TempDir,
}

impl FolderBrowser {
    /// Returns Chromium, or says that the test is skipped.
    pub(crate) fn find() -> Option<Self> {
        let known = ["chromium", "chromium-browser", "google-chrome"];
        let works =
            |p: &&str| Command::new(p).arg("--version").output().is_ok_and(|o| o.status.success());
        let program = known.into_iter().find(works);
        if program.is_none() {
            eprintln!("skipped: Chromium is not installed (Debian: apt-get install chromium)");
        }
        Some(Self { program: program?, profile: tempfile::tempdir().unwrap() })
    }

    /// Returns a page's document as it stands after its scripts have run, and what the console said.
    pub(crate) fn dom(&self, page: &Path, part: &str, flags: &[&str]) -> (String, String) {
        let output = Command::new(self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-quic",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"])
            .arg("--dump-dom")
            .arg(format!("--user-data-dir={}", self.profile.path().display()))
            .args(flags)
            .arg(format!("file://{}{part}", page.display()))
            .env("TZ", "America/New_York")
            .env("HOME", self.profile.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }

    /// Returns what a script tells of a page with `tell(text)`; the page's own policy would keep it from running.
    pub(crate) fn asked(&self, page: &Path, script: &str, flags: &[&str]) -> String {
        let text = fs::read_to_string(page).unwrap();
        let (before, rest) =
            text.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
        let (_, after) = rest.split_once(">\n").unwrap();
        let tell = "const tell = (text) => { const out = document.createElement('pre'); out.id = 'found'; out.textContent = text; document.body.append(out); };";
        let copy = page.with_file_name("asked.html");
        let asked = format!(
            "{before}{after}<script>{tell}addEventListener('load', () => {{ {script} }});</script>"
        );
        fs::write(&copy, asked).unwrap();
        let (dom, console) = self.dom(&copy, "", flags);
        fs::remove_file(&copy).unwrap();
        let (_, found) =
            dom.rsplit_once("<pre id=\"found\">").unwrap_or_else(|| panic!("{console}"));
        found.split_once("</pre>").unwrap().0.to_owned()
    }

    /// Returns what axe-core finds wrong; none where it isn't here.
    pub(crate) fn violations(&self, page: &Path, flags: &[&str]) -> Option<String> {
        let Some(axe) = std::env::var_os("RECOUNT_AXE") else {
            eprintln!(
                "skipped: RECOUNT_AXE does not name the axe.min.js of axe-core (npm install axe-core)"
            );
            return None;
        };
        let axe = fs::read_to_string(axe).unwrap();
        // Its clock goes ahead whenever nothing happens, until the check is over.
        let flags = [flags, &["--virtual-time-budget=20000"]].concat();
        Some(self.asked(page, &format!("{axe};{VIOLATIONS}"), &flags))
    }
}
