//! `--new-service`: a service that the record's list lacks is added to it.

use crate::io::store::{SETTINGS, settings};
use crate::model::incident::Name;
use crate::session::{Failure, Session, typed_words};

/// Adds those services to the record's list that it lacks; returns what to tell of that.
pub(crate) fn add(session: &Session<'_>, typed: &[&str]) -> Result<String, Failure> {
    let known = session.store.settings();
    if known.services.is_empty() {
        let failure =
            Failure::new(format!("{SETTINGS} lists no services, so that any name will do"));
        return Err(failure.help("leave `--new-service` out"));
    }
    let mut names: Vec<Name> = vec![];
    for typed in typed.iter().filter(|typed| typed_words::service(known, typed).is_err()) {
        let name = typed.parse()?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(Failure::new(format!("{SETTINGS} lists each service that was named"))
            .help("leave `--new-service` out"));
    }
    let list = names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let subject = format!("the service {list}");
    let saved =
        session.change_settings("init", &subject, |text| settings::with_services(text, &names))?;
    Ok(format!("{SETTINGS} lists {list} now\n{}", saved.remarks))
}
