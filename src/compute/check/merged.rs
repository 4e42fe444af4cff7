//! What a merge left for people: values to settle, and an incident that was declared twice or canceled too early.

use crate::model::diagnostic::{Diagnostic, Location, Spanned};
use crate::model::incident::{Event, Incident, Milestone, Name};

/// Reports what a merge left for a person to settle.
pub(super) fn findings(incident: &Incident) -> Vec<Diagnostic> {
    let canceled = |field: &&Spanned<String>| field.value == "canceled";
    let own = incident.unsettled.iter().filter(|field| !canceled(field));
    let own = own.map(|field| unsettled(field, "the incident"));
    let events = incident.events.iter().flat_map(|event| {
        let whose =
            event.id.as_ref().map_or("this event".to_owned(), |id| format!("the event {id}"));
        event.unsettled.iter().map(move |field| unsettled(field, &whose)).collect::<Vec<_>>()
    });
    let actions = incident.actions.iter().flat_map(|action| {
        let whose = format!("the action `{}`", action.title);
        action.unsettled.iter().map(move |field| unsettled(field, &whose)).collect::<Vec<_>>()
    });
    let canceled = incident.unsettled.iter().find(canceled).map(|it| canceled_and_logged(it.place));
    let mut found: Vec<_> = own.chain(events).chain(actions).chain(canceled).collect();
    found.extend(declared_twice(incident));
    found
}

fn unsettled(field: &Spanned<String>, whose: &str) -> Diagnostic {
    let name = &field.value;
    let message = format!("two people changed `{name}` of {whose}, and the later value stands");
    Diagnostic::warning("unsettled", field.place, message)
        .help("write the right one with `recount amend` or `recount set`, be it the one that stands; or remove it under `was:`")
}

fn canceled_and_logged(place: Location) -> Diagnostic {
    let message =
        "somebody canceled the incident who had not seen all of its events, so that it is open";
    Diagnostic::warning("canceled-and-logged", place, message)
        .help("`recount cancel` it again if it was none; else remove `canceled` under `was:`")
}

/// Reports an incident that was declared on two machines.
fn declared_twice(incident: &Incident) -> Option<Diagnostic> {
    let reopens = incident.standing().any(|event| event.marks.has(&Milestone::Reopened));
    let declares = |event: &&Event| event.marks.has(&Milestone::Declared);
    let mut declared = incident.standing().filter(declares);
    let (first, second) = (declared.next()?, declared.next()?);
    if reopens {
        return None;
    }
    let name = |event: &Event| event.id.as_ref().map(Name::to_string).unwrap_or_default();
    let message = format!(
        "the incident was declared twice: the event on line {} does it too",
        first.place.line
    );
    let place = second.place_of_mark(&Milestone::Declared);
    let help =
        format!("take the mark from one of them: `recount amend {} --clear mark`", name(second));
    Some(Diagnostic::warning("declared-twice", place, message).help(help))
}
