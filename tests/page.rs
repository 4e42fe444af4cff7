//! The HTML page, as a browser sees it.
//!
//! Needs Chromium (Debian's package `chromium`) and axe-core (`npm install axe-core`; `RECOUNT_AXE` names its
//! `axe.min.js`); where one is absent, a test says so and passes. `RECOUNT_PAGES=DIR` keeps the pages there, with
//! how they look in light, in dark, on a narrow screen and in print.

use crate::support::sandbox::Sandbox;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Prose with all that GitHub's Markdown can do, as people write it under a draft.
const PROSE: &str = "
## What we think now

It was *worse* than **it looked**[^1], ~~not better~~. See <https://example.com>, [a bad
link](javascript:alert(1)), <b onclick=x>raw</b> and ![an image](https://example.com/x.png).

[^1]: By the post's own **word**.

- [x] Look at the page
- [ ] Print it

```sh
recount log 'The power is back' --at 15:30 --mark mitigated --impact apps=degraded --share 0.4 --region eu
```

> Nobody can count what is back.
";

/// Returns the page of the worked record's incident, as it is made from a template.
fn power(template: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.recount(["demo", "demo"]).done();
    let render = ["-C", "demo", "render", "2019", "--to", "html", "--template", template];
    sandbox.recount(render).done()
}

/// Returns the page of a document that people wrote in, of the worked record's other incident.
fn docker() -> String {
    let sandbox = Sandbox::new();
    sandbox.recount(["demo", "demo"]).done();
    sandbox.recount(["-C", "demo", "draft", "2015", "--template", "google-sre"]).done();
    let file = "demo/incidents/2015/2015-07-29-cascade-of-full-docker-partitions/postmortem.md";
    let text = sandbox.read(file);
    sandbox.write(file, &format!("{text}{PROSE}"));
    sandbox.recount(["-C", "demo", "render", "2015", "--to", "html"]).done()
}

/// Returns the page of an incident with 200 events of all kinds, some of them uncertain.
fn many() -> String {
    let kinds = ["note", "alert", "decision", "action", "hypothesis", "communication", "deploy"];
    let mut text =
        String::from("title: Two hundred events\nseverity: sev2\nservices: [apps]\nevents:\n");
    for n in 0..200_usize {
        let (hour, minute) = (8 + n / 30, n % 30 * 2);
        let mark = match n {
            0 => ", mark: started, impact: {apps: [{state: degraded, share: 0.4}]}",
            9 => ", mark: detected",
            40 => {
                ", mark: identified, severity: sev1, impact: {apps: down, databases: maintenance}"
            }
            120 => ", mark: mitigated, impact: {apps: degraded}",
            190 => ", mark: recovered",
            _ => "",
        };
        let within = if n % 9 == 4 { ", within: 10m" } else { "" };
        let kind = kinds[n % 7];
        writeln!(
            text,
            "  - {{id: e{n}x, at: 2019-01-24T{hour:02}:{minute:02}:00Z{within}, kind: {kind}{mark}, text: Event number {n} of many}}"
        )
        .unwrap();
    }
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents/2019/2019-01-24-many/incident.yaml", &text);
    sandbox.recount(["render", "--template", "pagerduty", "--to", "html", "-i", "many"]).done()
}

/// Returns the path of axe-core's `axe.min.js`, where there is one.
fn axe() -> Option<String> {
    let path = std::env::var_os("RECOUNT_AXE")?;
    Some(fs::read_to_string(path).unwrap())
}

/// Chromium in a folder of its own, without a network.
struct Browser {
    program: &'static str,
    dir: TempDir,
}

impl Browser {
    /// Returns Chromium where it is installed.
    fn find() -> Option<Self> {
        let known = ["chromium", "chromium-browser", "google-chrome"];
        let works =
            |p: &&str| Command::new(p).arg("--version").output().is_ok_and(|o| o.status.success());
        let program = known.into_iter().find(works)?;
        Some(Self { program, dir: tempfile::tempdir().unwrap() })
    }

    /// Runs it on a page with these flags, its clock in New York.
    fn run(&self, page: &str, flags: &[&str]) -> Output {
        let file = self.dir.path().join("page.html");
        fs::write(&file, page).unwrap();
        let home = self.dir.path().join("profile");
        let output = Command::new(self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"])
            .arg(format!("--user-data-dir={}", home.display()))
            .args(flags)
            .arg(format!("file://{}", file.display()))
            .env("TZ", "America/New_York")
            .env("HOME", self.dir.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }

    /// Returns a page's document as it stands after its scripts have run, and what the console said.
    fn dom(&self, page: &str, flags: &[&str]) -> (String, String) {
        let all = [&["--dump-dom", "--virtual-time-budget=10000"], flags].concat();
        let output = self.run(page, &all);
        let console = String::from_utf8_lossy(&output.stderr).into_owned();
        (String::from_utf8_lossy(&output.stdout).into_owned(), console)
    }
}

/// Returns Chromium, or says that the test is skipped.
fn browser() -> Option<Browser> {
    let found = Browser::find();
    if found.is_none() {
        eprintln!("skipped: Chromium is not installed (Debian: apt-get install chromium)");
    }
    found
}

#[test]
fn the_page_runs_under_its_own_policy_and_adds_the_readers_clock() {
    let Some(browser) = browser() else { return };
    let (dom, console) = browser.dom(&power("google-sre"), &[]);
    assert!(dom.contains("<span class=\"here\">07:56 here</span>"), "no clock of New York");
    assert!(dom.contains("America/New_York"), "the footer does not name the zone");
    assert!(
        !console.contains("Refused") && !console.contains("Content Security Policy"),
        "{console}"
    );
}

#[test]
fn the_policy_stops_what_is_not_the_pages_own() {
    let Some(browser) = browser() else { return };
    let intruder = "<script>document.title = 'owned'</script></main>";
    let page = power("google-sre").replace("</main>", intruder);
    let (dom, _) = browser.dom(&page, &[]);
    assert!(!dom.contains("<title>owned</title>"));
}

/// The widths of a phone, a page, and what lies between.
#[test]
fn the_chart_fits_its_window_and_can_be_read() {
    let Some(browser) = browser() else { return };
    // A window of this Chromium is 500 points wide at least, so that the body is made as narrow as a phone.
    let measure = "
        document.body.style.width = `${WIDTH}px`;
        const drawn = [...document.querySelectorAll('.chart > svg:not(.patterns)')].filter(d => d.getBoundingClientRect().width);
        const told = drawn.map(d => d.getAttribute('class') + (d.getBoundingClientRect().right > WIDTH ? ' cut off' : ''));
        const high = t => t.getBoundingClientRect().height;
        const small = [...drawn[0].querySelectorAll('text')].filter(t => t.textContent && high(t) && high(t) < 9);
        const out = document.createElement('pre');
        out.id = 'found';
        out.textContent = [...told, ...small.map(t => 'too small: ' + t.textContent)].join(', ');
        document.body.append(out);";
    for page in [docker(), power("customer"), many()] {
        for (width, drawn) in [(400, "slim"), (700, "slim"), (800, "broad"), (1280, "broad")] {
            let size = format!("--window-size={width},900");
            let measure = format!("const WIDTH = {width};{measure}");
            assert_eq!(asked(&browser, &page, &measure, &[&size]), drawn, "{width}");
        }
    }
}

#[test]
fn the_page_passes_an_accessibility_check() {
    let (Some(browser), axe) = (browser(), axe()) else { return };
    let Some(axe) = axe else {
        eprintln!(
            "skipped: RECOUNT_AXE does not name the axe.min.js of axe-core (npm install axe-core)"
        );
        return;
    };
    let views: [&[&str]; 3] = [
        &["--window-size=1280,900"],
        &["--window-size=1280,900", "--blink-settings=preferredColorScheme=0"],
        &["--window-size=400,800"],
    ];
    let nameless = power("brief").replace("<html lang=\"en\">", "<html>");
    assert!(
        violations(&browser, &nameless, &axe, &[]).contains("html-has-lang"),
        "the check checks nothing"
    );
    for (page, views) in
        [(docker(), &views[..]), (power("customer"), &views), (many(), &views[..1])]
    {
        for view in views {
            assert_eq!(violations(&browser, &page, &axe, view), "none", "{view:?}");
        }
    }
}

/// Returns what axe-core finds wrong, and whether the page is wider than its window.
fn violations(browser: &Browser, page: &str, axe: &str, view: &[&str]) -> String {
    let run = "
        document.querySelectorAll('details').forEach(d => d.open = true);
        document.querySelector('.number')?.focus();
        const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [];
        axe.run().then(found => {
            const told = found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.target + ' ' + n.failureSummary));
            const out = document.createElement('pre');
            out.id = 'found';
            out.textContent = [...wide, ...told].join('\\n') || 'none';
            document.body.append(out);
        });";
    asked(browser, page, &format!("{axe}</script><script>{run}"), view)
}

/// Returns what a script finds in a page and writes into an element of the id `found`, without the page's policy.
fn asked(browser: &Browser, page: &str, script: &str, view: &[&str]) -> String {
    let (before, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (_, after) = rest.split_once(">\n").unwrap();
    let page = format!("{before}{after}<script>{script}</script>");
    let (dom, console) = browser.dom(&page, view);
    let (_, found) = dom.rsplit_once("<pre id=\"found\">").unwrap_or_else(|| panic!("{console}"));
    found.split_once("</pre>").unwrap().0.to_owned()
}

/// Keeps the pages and how they look, where somebody wants to look at them.
#[test]
fn pages_can_be_looked_at() {
    let Some(dir) = std::env::var_os("RECOUNT_PAGES").map(PathBuf::from) else { return };
    let Some(browser) = browser() else { return };
    let pages = [
        ("power", power("atlassian")),
        ("brief", power("brief")),
        ("public", power("customer")),
        ("docker", docker()),
        ("many", many()),
    ];
    for (name, page) in pages {
        fs::write(dir.join(format!("{name}.html")), &page).unwrap();
        let to = |what: &str| dir.join(format!("{name}-{what}")).display().to_string();
        let shot = |what: &str| format!("--screenshot={}", to(what));
        browser.run(&page, &["--hide-scrollbars", "--window-size=1280,2600", &shot("light.png")]);
        let dark = "--blink-settings=preferredColorScheme=0";
        browser
            .run(&page, &["--hide-scrollbars", "--window-size=1280,2600", dark, &shot("dark.png")]);
        browser.run(&page, &["--hide-scrollbars", "--window-size=400,1600", &shot("narrow.png")]);
        browser.run(
            &page,
            &["--no-pdf-header-footer", &format!("--print-to-pdf={}", to("print.pdf"))],
        );
    }
}
