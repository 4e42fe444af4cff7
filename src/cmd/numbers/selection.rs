//! Which incidents count, by which definitions, and what each of them brings.

use crate::cli;
use crate::compute::metrics::DurationDefinition;
use crate::compute::presets::Preset;
use crate::compute::quantities::{Catalog, Quantity};
use crate::compute::stats::{IncidentEntry, StatsQuery};
use crate::compute::timeline::Timeline;
use crate::model::incident::{Incident, Milestone, Name};
use crate::model::time::Instant;
use crate::model::time::parse::ParseContext;
use crate::model::time::period::{self, TimeRange};
use crate::session::Failure;
use crate::session::{LoadedAll, Session};

/// Returns the definitions of the vendor that was asked for, or else the record's own.
pub(crate) fn definitions(
    session: &Session<'_>,
    vendor: &cli::PresetArgs,
) -> (Option<Preset>, Vec<DurationDefinition>) {
    let own = || DurationDefinition::all(session.store.settings());
    (vendor.preset, vendor.preset.map_or_else(own, Preset::definitions))
}

/// Returns which incidents count.
pub(crate) fn query(
    session: &Session<'_>,
    asked: &cli::SelectionArgs,
) -> Result<StatsQuery, Failure> {
    let mut query = StatsQuery::default();
    if !asked.kinds.is_empty() {
        query.kinds = asked.kinds.iter().flat_map(|k| k.kinds()).copied().collect();
    }
    if let Some(text) = &asked.period {
        let period = period(session, text)?;
        (query.since, query.until) = (Some(period.from()), Some(period.to()));
        return Ok(query);
    }
    (query.since, query.until) = between(session, &asked.between)?;
    Ok(query)
}

/// Reads from when on and up to when incidents began.
pub(crate) fn between(
    session: &Session<'_>,
    asked: &cli::BetweenArgs,
) -> Result<(Option<Instant>, Option<Instant>), Failure> {
    let since = asked.since.as_deref().map(|t| begin(session, t)).transpose()?;
    let until = asked.until.as_deref().map(|t| begin(session, t)).transpose()?;
    if let (Some(since), Some(until)) = (since, until)
        && until <= since
    {
        return Err(Failure::new("--until is no later than --since, so that nothing counts")
            .help("give the later time to --until; it does not count itself"));
    }
    Ok((since, until))
}

/// Reads a bound; of a day, a month or a year it is the beginning.
fn begin(session: &Session<'_>, text: &str) -> Result<Instant, Failure> {
    let context = context(session);
    Ok(period::edge(text, &context)?.moment(context.zone).earliest())
}

/// Reads a period, such as a month or a quarter.
pub(crate) fn period(session: &Session<'_>, text: &str) -> Result<TimeRange, Failure> {
    Ok(period::read(text, &context(session))?)
}

fn context(session: &Session<'_>) -> ParseContext<'static> {
    ParseContext::at(session.now, session.store.settings().zone)
}

/// Returns what every incident brings into statistics, whether it counts or not.
pub(crate) fn entries(
    session: &Session<'_>,
    definitions: &[DurationDefinition],
) -> Result<LoadedAll<IncidentEntry>, Failure> {
    let (settings, now) = (session.store.settings(), session.now);
    session.read_all(|loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        IncidentEntry::of(&timeline, definitions, settings, now)
    })
}

/// Returns the incidents that count, and those of the period that they are held against, which do not
/// count on both sides.
pub(crate) fn split<'e>(
    entries: &'e [IncidentEntry],
    query: &StatsQuery,
    against: Option<TimeRange>,
) -> (Vec<&'e IncidentEntry>, Vec<&'e IncidentEntry>) {
    let within =
        |e: &&IncidentEntry| against.is_some_and(|p| e.began.is_some_and(|at| p.holds(at)));
    let chosen = entries.iter().filter(|e| query.takes(e) && !within(e)).collect();
    let anytime = StatsQuery { since: None, until: None, ..query.clone() };
    let before = entries.iter().filter(|e| anytime.takes(e) && within(e)).collect();
    (chosen, before)
}

/// Finds the number that somebody typed, or says what can be asked for.
pub(crate) fn number(
    session: &Session<'_>,
    typed: &[String],
    definitions: &[DurationDefinition],
) -> Result<Quantity, Failure> {
    let settings = session.store.settings();
    let milestones: Vec<Milestone> = settings.all_milestones().collect();
    let mut services: Vec<Name> = settings.services.iter().map(|s| s.id.clone()).collect();
    if services.is_empty() {
        services = named_services(session)?;
    }
    let known = Catalog { definitions, milestones: &milestones, services: &services };
    let listed = |failure| known.list().into_iter().fold(failure, Failure::help);
    if typed.is_empty() {
        return Err(listed(Failure::new("name the number that you ask for")));
    }
    known.find(typed).map_err(|word| listed(word.into()))
}

/// Returns the services that incidents name, where the record lists none.
fn named_services(session: &Session<'_>) -> Result<Vec<Name>, Failure> {
    let all = session.read_all(|l| services_of(&l.read.incident))?;
    let mut services: Vec<Name> = all.found.into_iter().flatten().collect();
    services.sort();
    services.dedup();
    Ok(services)
}

fn services_of(incident: &Incident) -> Vec<Name> {
    let listed = incident.services.iter().map(|s| s.value.clone());
    let told = incident.standing().flat_map(|e| &e.impact).map(|i| i.value.service.clone());
    listed.chain(told).collect()
}
