//! `recount demo`: a worked record of real outages, written and then told.

use crate::cli::{self, Format, Global};
use crate::cmd::credits;
use crate::cmd::credits::inputs::LoadedInputs;
use crate::cmd::setup::init;
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::completeness::Completeness;
use crate::compute::report::metrics::{IncidentMetrics, MetricsReport};
use crate::compute::report::{list, show};
use crate::io::render;
use crate::io::store::{SETTINGS, edit};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{Output, format, typed};
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

/// The files of the worked record, by their path in it.
const FILES: [(&str, &str); 6] = [
    ("recount.yaml", include_str!("../../../examples/scalingo/recount.yaml")),
    ("customers.csv", include_str!("../../../examples/scalingo/customers.csv")),
    ("sla/first-tier.yaml", include_str!("../../../examples/scalingo/sla/first-tier.yaml")),
    (
        "sla/goodwill-2019-01.yaml",
        include_str!("../../../examples/scalingo/sla/goodwill-2019-01.yaml"),
    ),
    (
        "incidents/2015/2015-07-29-cascade-of-full-docker-partitions/incident.yaml",
        include_str!(
            "../../../examples/scalingo/incidents/2015/2015-07-29-cascade-of-full-docker-partitions/incident.yaml"
        ),
    ),
    (
        "incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml",
        include_str!(
            "../../../examples/scalingo/incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml"
        ),
    ),
];

/// The comment by which an editor finds the schema of a policy.
const POLICY_SCHEMA: &str = "yaml-language-server: $schema=../.recount/policy.schema.json";

/// Writes the record into a new folder, then tells it.
pub(crate) fn run(args: &cli::DemoArgs, global: &Global) -> Result<Output, Failure> {
    format(global, &[Format::Table])?;
    let dir = typed(global, &args.dir);
    is_empty(&dir)?;
    let files = FILES.map(|(path, text)| match schema(path) {
        Some(schema) => (path, format!("# {schema}\n{text}")),
        None => (path, text.to_owned()),
    });
    let (_, remarks) = init::make(&dir, &files, global)?;
    let global = Global { start: Some(dir.clone()), ..global.clone() };
    Ok(tell(&Session::open(&global)?, &dir.display().to_string())?.remark(remarks))
}

/// Refuses a folder that holds something.
fn is_empty(dir: &Path) -> Result<(), Failure> {
    let why = match dir.read_dir().map(|mut found| found.next().is_none()) {
        Ok(true) => return Ok(()),
        Ok(false) => format!("{} is not empty", dir.display()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => format!("cannot read {}: {error}", dir.display()),
    };
    Err(Failure::new(why).help("name a folder that is not there yet: recount demo DIR"))
}

/// Returns the comment by which an editor finds the schema of a file.
fn schema(path: &str) -> Option<&'static str> {
    match path {
        SETTINGS => Some(init::SCHEMA),
        path if path.ends_with("incident.yaml") => Some(edit::SCHEMA),
        path if path.starts_with("sla/") => Some(POLICY_SCHEMA),
        _ => None,
    }
}

/// Tells every incident of the record, what was owed for the last, and what to try next.
fn tell(session: &Session<'_>, dir: &str) -> Result<Output, Failure> {
    let all = session.load_all()?;
    let timelines: Vec<_> = all.found.iter().map(|l| session.timeline(&l.read.incident)).collect();
    let rows = timelines.iter().map(list::row).collect();
    let listed = list::list(rows, session.handles(), Completeness::default());
    let mut text = render::list::list(&listed, session.style());
    for timeline in &timelines {
        let _ = write!(
            text,
            "\n{}",
            render::show::show(&show::show(timeline, session.store.settings()), session.style())
        );
    }
    let settings = session.store.settings();
    let definitions = DurationDefinition::all(settings);
    let numbers =
        timelines.iter().map(|t| IncidentMetrics::of(t, &definitions, settings, session.now));
    let numbers = MetricsReport::of(numbers.collect());
    let heading = "How long all that took, with how uncertain it is";
    let _ = write!(text, "\n{heading}\n\n{}", render::metrics::metrics(&numbers, session.style()));
    let loaded = LoadedInputs::of(session)?;
    let report = credits::report(session, &loaded, "2019-01".parse()?)?;
    let owed = render::credits::body(&report, session.style());
    let _ = write!(text, "\nCredits for {}\n\n{owed}", report.heading.period);
    let dir = render::text::line(dir);
    let _ = write!(
        text,
        "\nThe record is in {dir}. Try:\n  recount -C {dir} show 2019-01-24\n  recount -C {dir} why time_to_recover -i 2019-01-24\n  recount -C {dir} stats --by month\n  recount -C {dir} credits --period 2019-01 --explain \"Atelier Nord\"\n  recount -C {dir} action list\n  recount -C {dir} declare \"What is broken\"\n"
    );
    Ok(Output::text(text).remark(all.remarks))
}
