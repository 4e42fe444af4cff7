//! What Tab completes in the war room: commands, services and their states, incidents, the latest events.

use crate::model::incident::{Name, State};
use crate::model::typed_line::COMMANDS;
use crate::session::Session;

/// How many of the latest events are offered.
const LATEST: usize = 30;

/// Returns all words that a line may have.
pub(super) fn words(session: &Session<'_>) -> Vec<String> {
    let settings = session.store.settings();
    let mut words: Vec<_> = COMMANDS.iter().map(|word| format!("/{word}")).collect();
    words.extend(settings.all_milestones().map(|milestone| format!("/{milestone}")));
    words.extend(settings.severities.iter().map(|severity| format!("/{severity}")));
    words.extend(["/help", "/quit"].map(str::to_owned));
    let mut services: Vec<Name> = settings.services.iter().map(|s| s.id.clone()).collect();
    for id in session.open_incidents().map(|open| open.ids).unwrap_or_default() {
        words.push(id.to_string());
        let Ok(loaded) = session.load(&id) else { continue };
        let timeline = session.timeline(&loaded.read.incident);
        services.extend(timeline.services().into_iter().cloned());
        let latest = loaded.read.incident.standing().filter_map(|event| event.id.as_ref());
        let latest: Vec<_> = latest.map(Name::to_string).collect();
        words.extend(latest.into_iter().rev().take(LATEST));
    }
    for service in &services {
        words.extend(State::ALL.iter().map(|state| format!("{service}={state}")));
    }
    words.sort();
    words.dedup();
    words
}
