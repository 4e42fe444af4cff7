//! Names that were typed, found among those that the record has.

use crate::model::incident::{Milestone, Name};
use crate::model::settings::Settings;
use crate::model::vocabulary::{self, Vocabulary};
use crate::session::Failure;
use crate::session::mended::Repair;

/// Finds the service that was meant: by its id, or by what responders or customers call it. Where the record lists none,
/// any name will do.
///
/// # Errors
/// A service that the record doesn't have.
pub(crate) fn service(settings: &Settings, typed: &str) -> Result<Name, Failure> {
    if settings.services.is_empty() {
        return Ok(typed.parse()?);
    }
    let ids = settings.services.iter().map(|service| service.id.to_string());
    let words = Vocabulary::new("service", ids);
    let refused = match words.find(typed) {
        Ok(id) => return Ok(id.parse()?),
        Err(refused) => refused,
    };
    let shown = settings.services.iter().filter(|service| {
        let names = [&service.name, &service.public].into_iter().flatten().cloned();
        Vocabulary::new("service", names).find(typed).is_ok()
    });
    match shown.collect::<Vec<_>>().as_slice() {
        [one] => Ok(one.id.clone()),
        _ => Err(Failure::from(refused)
            .help("`--new-service` adds it to recount.yaml")
            .or_by(Repair::Add("--new-service".to_owned()))),
    }
}

/// Finds the severity that was meant.
///
/// # Errors
/// A severity that the record doesn't have.
pub(crate) fn severity(settings: &Settings, typed: &str) -> Result<Name, Failure> {
    let known = settings.severities.iter().map(ToString::to_string);
    let words = Vocabulary::new("severity", known);
    Ok(vocabulary::find_severity(&words, typed)?.parse()?)
}

/// Finds the milestone that was meant, built in or the record's own.
///
/// # Errors
/// A milestone that is neither, or a word for two.
pub(crate) fn milestone(settings: &Settings, typed: &str) -> Result<Milestone, Failure> {
    let known = settings.all_milestones().map(|milestone| milestone.to_string());
    Ok(Vocabulary::milestones(known).find(typed)?.parse()?)
}
