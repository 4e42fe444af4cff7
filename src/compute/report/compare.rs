//! The report of the same incidents by the definitions of several vendors.

use super::VERSION;
use super::completeness::Completeness;
use super::list::{self, ListRow};
use super::metrics::{DurationReport, id_alone};
use crate::compute::metrics::{DurationDefinition, MeasuredDuration, measure};
use crate::compute::presets::{Dependence, Preset, Question};
use crate::compute::timeline::Timeline;
use crate::model::settings::Settings;
use crate::model::time::{Instant, SpanBounds};
use serde::Serialize;

/// The JSON of `metrics --compare`.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// The incidents, in the order in which they were asked for.
    pub incidents: Vec<ComparedIncident>,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
}

/// One incident, by the definitions of several vendors.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedIncident {
    /// Whose numbers these are; as JSON its id.
    #[serde(rename = "incident", serialize_with = "id_alone")]
    pub head: ListRow,
    /// What several vendors each have a duration for.
    pub questions: Vec<ComparedQuestion>,
}

/// A question and the answers of the vendors that have one.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedQuestion {
    /// detect, acknowledge, repair or resolve.
    pub question: Question,
    /// Whether what is concluded depends on whose definition is used.
    pub depends: bool,
    /// In which way it does.
    pub note: Option<String>,
    /// What each vendor answers.
    pub answers: Vec<PresetAnswer>,
}

/// What a vendor answers.
#[derive(Clone, Debug, Serialize)]
pub struct PresetAnswer {
    /// The vendor; `recount` for the record's own definition.
    #[serde(rename = "house")]
    pub vendor: &'static str,
    /// By which duration it answers, and what that is.
    #[serde(flatten)]
    pub duration: DurationReport,
}

impl ComparisonReport {
    /// Returns the report of these incidents.
    pub fn of(incidents: Vec<ComparedIncident>) -> Self {
        let completeness = Completeness::default();
        Self { version: VERSION, as_of: None, incidents, completeness }
    }
}

impl ComparedIncident {
    /// Returns one incident by the record's own definitions and those of every vendor.
    pub fn of(
        timeline: &Timeline<'_>,
        own: &[DurationDefinition],
        settings: &Settings,
        now: Instant,
    ) -> Self {
        let ask = |question: &Question| {
            let (vendors, definitions): (Vec<_>, Vec<_>) =
                question.answers(own).into_iter().unzip();
            let vendors: Vec<_> = vendors.into_iter().map(vendor).collect();
            let measured = measure(timeline, &definitions, settings, now);
            asked(*question, &vendors, &measured)
        };
        Self { head: list::row(timeline), questions: Question::ALL.iter().map(ask).collect() }
    }
}

fn vendor(preset: Option<Preset>) -> &'static str {
    preset.map_or("recount", Preset::as_str)
}

fn asked(
    question: Question,
    vendors: &[&'static str],
    measured: &[MeasuredDuration<'_, '_>],
) -> ComparedQuestion {
    let answers = vendors.iter().zip(measured);
    let answers = answers
        .map(|(vendor, m)| PresetAnswer { vendor, duration: DurationReport::of(m) })
        .collect();
    let note = Dependence::of(measured).map(|dependence| note(dependence, vendors, measured));
    ComparedQuestion { question, depends: note.is_some(), note, answers }
}

/// Says in which way a conclusion depends on the definition.
fn note(dependence: Dependence, vendors: &[&str], measured: &[MeasuredDuration<'_, '_>]) -> String {
    let all = vendors.iter().zip(measured);
    let found = all.clone().filter_map(|(vendor, m)| Some((vendor, m.value.as_ref().ok()?.length)));
    let say = |(vendor, span): (&&str, SpanBounds)| format!("{} ({vendor})", span.about());
    let mut none: Vec<(String, Vec<&str>)> = vec![];
    for (vendor, why) in all.filter_map(|(vendor, m)| Some((*vendor, m.value.as_ref().err()?))) {
        let why = why.to_string();
        match none.iter_mut().find(|(known, _)| *known == why) {
            Some((_, vendors)) => vendors.push(vendor),
            None => none.push((why, vec![vendor])),
        }
    }
    let none =
        none.iter().map(|(why, vendors)| format!("no value for {} ({why})", vendors.join(", ")));
    let range = (dependence == Dependence::Differs).then(|| {
        let least = found.clone().min_by_key(|(_, span)| span.nominal_or_most()).map(say);
        // Of several, the first is named: the record's own.
        let most = found.rev().max_by_key(|(_, span)| span.nominal_or_most()).map(say);
        format!("from {} to {}", least.unwrap_or_default(), most.unwrap_or_default())
    });
    range.into_iter().chain(none).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_names_the_houses_that_lie_apart_and_those_without_an_answer() {
        let text = "title: x
events:
  - {at: 2019-01-24T12:00:00Z, mark: started, impact: {a: down}, text: t}
  - {at: 2019-01-24T12:20:00Z, mark: detected, text: t}
  - {at: 2019-01-24T12:21:00Z, mark: declared, text: t}
  - {at: 2019-01-24T12:30:00Z, mark: acknowledged, text: t}
  - {at: 2019-01-24T14:00:00Z, mark: recovered, text: t}
  - {at: 2019-01-24T15:00:00Z, mark: resolved, text: t}
";
        let settings = Settings::default();
        let id = "2019-01-24-x".parse().unwrap();
        let facts = crate::io::yaml::incident::read(id, text, &settings).unwrap().incident;
        let timeline = Timeline::of(&facts, &settings);
        let own = DurationDefinition::built_in();
        let found = ComparedIncident::of(&timeline, &own, &settings, Instant::MAX);
        let notes: Vec<_> =
            found.questions.iter().map(|q| (q.question.as_str(), q.note.as_deref())).collect();
        let repair = "from 1 h 40 min (datadog) to 2 h 00 min (recount); \
            no value for firehydrant, rootly, firefighter (mitigated was not marked)";
        let expected = [
            ("detect", None),
            ("acknowledge", Some("from 10 min (recount) to 30 min (firehydrant)")),
            ("repair", Some(repair)),
            ("resolve", Some("from 2 h 39 min (datadog) to 3 h 00 min (recount)")),
        ];
        assert_eq!(notes, expected);
    }
}
