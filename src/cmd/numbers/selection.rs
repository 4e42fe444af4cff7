//! Which incidents count, by which definitions, and what each of them brings.

use crate::cli;
use crate::compute::metrics::DurationDefinition;
use crate::compute::presets::Preset;
use crate::compute::quantities::{Catalog, Quantity};
use crate::compute::stats::{By, FieldFilter, IncidentEntry, StatsQuery};
use crate::compute::timeline::Timeline;
use crate::model::incident::{CustomFieldKind, Incident, Milestone, Name, UnknownValue, names};
use crate::model::settings::{CustomFieldSetting, Settings};
use crate::model::time::Instant;
use crate::model::time::parse::ParseContext;
use crate::model::time::period::{self, TimeRange};
use crate::session::Failure;
use crate::session::{LoadedAll, Session, typed_words};

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
    let settings = session.store.settings();
    let known = |texts: &[String], known: &dyn Fn(&String) -> Result<Name, Failure>| {
        texts.iter().map(known).collect::<Result<Vec<Name>, _>>()
    };
    let mut query = StatsQuery {
        incident: session.global.incident.as_ref().map(|name| session.find(name)).transpose()?,
        severities: known(&asked.severities, &|text| typed_words::severity(settings, text))?,
        services: known(&asked.services, &|text| typed_words::service(settings, text))?,
        classes: known(&asked.classes, &|text| Ok(text.parse()?))?,
        fields: choices(&asked.fields, settings)?,
        open: (asked.open || asked.over).then_some(asked.open),
        ..StatsQuery::default()
    };
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

/// Reads `NAME=VALUE`: choices of fields of the record's own.
pub(crate) fn choices(asked: &[String], settings: &Settings) -> Result<Vec<FieldFilter>, Failure> {
    let choice = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(format!("`{text}` has no `=`")).help("write it as NAME=VALUE")
        })?;
        let field = settings.known_field(name.trim())?;
        is_choice(field)?;
        let value = field.kind.read(value)?.to_string();
        Ok(FieldFilter { field: field.name.clone(), value })
    };
    asked.iter().map(choice).collect()
}

/// Refuses a field that incidents can't be chosen or grouped by.
pub(crate) fn is_choice(field: &CustomFieldSetting) -> Result<(), Failure> {
    let CustomFieldSetting { name, kind } = field;
    match kind {
        CustomFieldKind::Choice(_) => Ok(()),
        _ => Err(Failure::new(format!("`{name}` is no choice"))
            .help(format!("list its values in recount.yaml: `fields: {{{name}: [one, other]}}`"))),
    }
}

/// Refuses to group by a field that the record doesn't have, or that is no choice.
pub(crate) fn is_grouping(by: Option<&By>, settings: &Settings) -> Result<(), Failure> {
    let Some(By::Field(name)) = by else { return Ok(()) };
    is_choice(settings.known_field(name.as_str())?)
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
///
/// # Errors
/// A service or a class that was asked for and that nothing in the record has.
pub(crate) fn entries(
    session: &Session<'_>,
    query: &StatsQuery,
    definitions: &[DurationDefinition],
) -> Result<LoadedAll<IncidentEntry>, Failure> {
    let (settings, now) = (session.store.settings(), session.now);
    let all = session.read_all(|loaded| {
        let timeline = Timeline::of(&loaded.read.incident, settings);
        IncidentEntry::of(&timeline, definitions, settings, now)
    })?;
    let services = all.found.iter().flat_map(|e| &e.services).map(|i| &i.service);
    let services = settings.services.iter().map(|s| &s.id).chain(services);
    known("service", &query.services, services)?;
    let classes = all.found.iter().filter_map(|e| e.class.as_ref());
    let classes = settings.objectives.iter().map(|(class, _)| class).chain(classes);
    known("class", &query.classes, classes)?;
    Ok(all)
}

/// Refuses a name that was asked for and is none of those known.
fn known<'n>(
    what: &str,
    asked: &[Name],
    known: impl Iterator<Item = &'n Name> + Clone,
) -> Result<(), UnknownValue> {
    let wrong = asked.iter().find(|name| !known.clone().any(|k| k == *name));
    let Some(wrong) = wrong else { return Ok(()) };
    let all: std::collections::BTreeSet<&str> = known.map(Name::as_str).collect();
    let all: Vec<&str> = all.into_iter().collect();
    Err(UnknownValue(names::unknown(what, wrong.as_str(), &all)))
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
