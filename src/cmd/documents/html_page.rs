//! A document as one HTML page.

use crate::cmd::documents::template_set::{AudienceReport, ChosenTemplate};
use crate::compute::document;
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::chart::Chart;
use crate::compute::report::metrics::{DurationReport, IncidentMetrics};
use crate::compute::timeline::Timeline;
use crate::io::render::blocks::linked;
use crate::io::render::html::picture::{MOST_BYTES, Picture};
use crate::io::render::html::{self, Page};
use crate::io::store::{LoadedIncident, Store, files};
use crate::model::incident::{Attachment, Audience};
use crate::model::time::{Instant, Zone};

/// Returns the page of a document with its markers, for the audience of its report.
pub(crate) fn page(
    store: &Store,
    loaded: &LoadedIncident,
    report: &AudienceReport,
    marked: &str,
) -> String {
    let incident = &loaded.read.incident;
    let settings = store.settings();
    let timeline = Timeline::of(incident, settings);
    let audience = report.audience();
    let chart = Chart::of(incident, settings, audience);
    // What still runs has no length on a page, so that no clock is needed.
    let definitions = DurationDefinition::all(settings);
    let measured = IncidentMetrics::of(&timeline, &definitions, settings, Instant::MAX);
    let durations: Vec<DurationReport> =
        measured.durations.into_iter().filter(|d| report.tells(&d.definition.name)).collect();
    html::page(&Page {
        title: report.title(),
        body: &document::web(marked),
        zone: timeline.zone,
        chart: chart.as_ref(),
        durations: &durations,
        audience,
        pictures: &pictures(store, loaded, audience),
    })
}

/// Returns the pictures that were attached to events; none for customers, who see no attachment.
fn pictures(store: &Store, loaded: &LoadedIncident, audience: Audience) -> Vec<Picture> {
    if audience == Audience::Public {
        return vec![];
    }
    let attached = loaded.read.incident.standing().flat_map(|event| &event.attachments);
    let picture = |it: &Attachment| {
        let path = loaded.path.with_file_name(it.path.as_str());
        // What can't be read, or is too large, is named on the page.
        let bytes = files::read(store.root(), &path, MOST_BYTES).ok()??;
        Picture::of(&linked(it.path.as_str()), bytes)
    };
    attached.filter_map(picture).collect()
}

/// Returns the page of a template that was given a context; of the incident nothing else is known.
pub(crate) fn plain(chosen: ChosenTemplate<'_>, text: &str, context: &serde_json::Value) -> String {
    let told = |key: &str| context.get(key).and_then(serde_json::Value::as_str);
    html::page(&Page {
        title: told("title").unwrap_or("Incident report"),
        body: &document::web(text),
        zone: told("timezone").and_then(|z| z.parse().ok()).unwrap_or(Zone::UTC),
        chart: None,
        durations: &[],
        audience: chosen.front.audience,
        pictures: &[],
    })
}

impl AudienceReport {
    /// Returns what the readers call the incident.
    fn title(&self) -> &str {
        match self {
            Self::Internal(report) => &report.title,
            Self::Public(report) => report.title.as_deref().unwrap_or("Incident report"),
        }
    }

    /// Returns whether the readers may know a duration.
    fn tells(&self, duration: &str) -> bool {
        match self {
            Self::Internal(_) => true,
            Self::Public(report) => report.durations.iter().any(|d| d.name == duration),
        }
    }
}
