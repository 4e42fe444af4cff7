//! The HTML page, as a browser sees it.
//!
//! Needs Chromium (Debian's package `chromium`) and axe-core (`npm install axe-core`, its `axe.min.js`
//! named by `AXE_JS`); where one is absent the test says so and passes. `RECOUNT_PAGES=DIR` keeps the pages.

use recount::incident::{Audience, Incident};
use recount::metrics::Definition;
use recount::render::html::{self, Page};
use recount::render::markdown;
use recount::report::chart::Chart;
use recount::report::{metrics, show};
use recount::settings::Settings;
use recount::time::Instant;
use recount::timeline::Timeline;
use recount::yaml;
use std::fs;

const SETTINGS: &str = include_str!("../examples/scalingo/recount.yaml");
const POWER: &str = include_str!(
    "../examples/scalingo/incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml"
);
const DOCKER: &str = include_str!(
    "../examples/scalingo/incidents/2015/2015-07-29-cascade-of-full-docker-partitions/incident.yaml"
);

fn settings() -> Settings {
    yaml::settings::read(SETTINGS).unwrap().0
}

fn incident(text: &str, settings: &Settings) -> Incident {
    yaml::incident::read("2019-01-24-datacenter-power-loss".parse().unwrap(), text, settings)
        .unwrap()
        .incident
}

/// Returns a page of an incident, with all that Markdown can do behind its own.
fn page_of(text: &str, settings: &Settings, audience: Audience) -> String {
    let incident = incident(text, settings);
    let timeline = Timeline::of(&incident, settings);
    let definitions = Definition::all(settings);
    let numbers = metrics::Incident::of(&timeline, &definitions, settings, Instant::MAX);
    let body = format!("{}\n{}", markdown::show(&show::show(&timeline, settings)), PROSE);
    let chart = Chart::of(&incident, settings, audience);
    html::page(&Page {
        title: &incident.title,
        body: &body,
        zone: timeline.zone,
        chart: chart.as_ref(),
        durations: &numbers.durations,
        audience,
    })
}

const PROSE: &str = "
## Durations

| Duration | Length |
|---|---:|
| Time to recover | 5 h 44 min |
| Time to detect | 47 min ± 47 min |

The outage lasted [5 h 44 min](recount:time_to_recover)[^1], ~~not more~~. See <https://example.com> and
[a bad link](javascript:alert(1)) and <b onclick=x>raw</b> ![an image](https://example.com/x.png).

[^1]: By the post's own **word**.

## Actions

| Action | Owner | Due | Status |
|---|---|---|---|
| Spread the load over both power feeds | infrastructure provider | | done |
| Install more power capacity | infrastructure provider | 2019-02-03 | open |
| Run in more than one datacenter | platform team | | doing |

- [x] done
- [ ] to do

```sh
recount log \"x\" --at 12:56
```

> A quote.

<!-- What went well? -->
";

#[test]
fn look() {
    let Some(dir) = std::env::var_os("RECOUNT_PAGES") else { return };
    let dir = std::path::PathBuf::from(dir);
    let settings = settings();
    fs::write(dir.join("power.html"), page_of(POWER, &settings, Audience::Internal)).unwrap();
    fs::write(dir.join("public.html"), page_of(POWER, &settings, Audience::Public)).unwrap();
    fs::write(dir.join("docker.html"), page_of(DOCKER, &settings, Audience::Internal)).unwrap();
}
