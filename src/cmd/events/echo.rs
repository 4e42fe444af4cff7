//! What a writing verb answers: an echo of what it understood, or the same as JSON.

use crate::cli::Format;
use crate::compute::report::completeness::Completeness;
use crate::compute::report::write_result::{WriteReport, WrittenTo};
use crate::compute::report::{VERSION, action, show};
use crate::compute::timeline::{TimedEvent, Timeline, VoidedMilestone};
use crate::io::render::text::{clean, line};
use crate::io::render::{self, actions};
use crate::io::store::INBOX_ID;
use crate::model::incident::{Action, Event, IncidentId, Name};
use crate::model::settings::Settings;
use crate::model::time::{Zone, format as times};
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::Output;
use crate::session::transaction::Saved;
use std::fmt::Write;

/// A write, to be answered.
pub(crate) struct Echo<'s, 'g> {
    pub(crate) session: &'s Session<'g>,
    pub(crate) verb: &'static str,
    pub(crate) id: &'s IncidentId,
    pub(crate) format: Format,
}

impl Echo<'_, '_> {
    /// Answers with an event as it was understood: its id, its time in three ways, its text and its changes.
    pub(crate) fn event(&self, event: &Event, zone: Zone, saved: Saved) -> Result<Output, Failure> {
        let (text, report) = self.told(event, zone);
        self.answer(text, report, saved)
    }

    /// Returns an event as it was understood, as text and for JSON.
    pub(crate) fn told(&self, event: &Event, zone: Zone) -> (String, WriteReport) {
        let timed =
            TimedEvent { event, moment: event.at.moment(zone), order: event.at.order(zone) };
        let report = show::event(&timed);
        let text = self.echo(&report, &times::echo(event.at, zone, self.session.now));
        (text, WriteReport { event: Some(report), ..self.blank() })
    }

    fn echo(&self, report: &show::EventReport, time: &str) -> String {
        let mut text = format!("{}  {time}\n", report.id.as_ref().map_or("-", Name::as_str));
        let event = &report.event;
        let mark =
            if event.marks.is_empty() { String::new() } else { format!("{}: ", event.marks) };
        let _ = writeln!(text, "  {}{}", clean(&mark), clean(&event.text).replace('\n', "\n  "));
        let mut changed = render::show::facets(event);
        changed.retain(|change| *change != event.text);
        if !changed.is_empty() {
            let _ = writeln!(text, "  → {}", line(&changed.join(", ")));
        }
        if let Some(reason) = &event.redacted {
            let _ = writeln!(text, "  redacted: {}", line(reason));
        }
        if let Some(reason) = &event.retracted {
            let _ = writeln!(text, "  retracted: {}", line(reason));
        }
        let _ = writeln!(text, "  in {}{}", line(self.id.as_str()), self.session.of_elsewhere());
        text
    }

    /// Answers with an action as it is now.
    pub(crate) fn action(&self, action: &Action, saved: Saved) -> Result<Output, Failure> {
        let report = action::ActionReport::of(action, self.id);
        let handles = self.session.handles();
        let actions = vec![report.clone()];
        let list = action::ActionsReport {
            version: VERSION,
            actions,
            completeness: Completeness::default(),
            handles,
        };
        let text = actions::actions(&list, self.session.today(), self.session.style());
        self.answer(text, WriteReport { action: Some(report), ..self.blank() }, saved)
    }

    /// Answers with a line of text, or with JSON that names the file.
    pub(crate) fn plain(&self, text: &str, saved: Saved) -> Result<Output, Failure> {
        self.answer(format!("{text}\n"), self.blank(), saved)
    }

    fn answer(&self, text: String, report: WriteReport, saved: Saved) -> Result<Output, Failure> {
        let place = if saved.spooled { WrittenTo::Spool } else { report.place };
        let report = WriteReport { commit: saved.commit, place, ..report };
        let output = match self.format {
            Format::Json => Output::json(&report)?,
            _ => Output::text(text),
        };
        let written = Some(Box::new(report));
        Ok(Output { wrote: true, written, ..output }.remark(saved.remarks))
    }

    fn blank(&self) -> WriteReport {
        let path = self.session.store.incident_path(self.id);
        let file = self.session.store.relative(&path).display().to_string();
        let incident = (self.id.as_str() != INBOX_ID).then(|| self.id.clone());
        WriteReport::to(self.verb, incident, file)
    }
}

/// Returns what an event takes back of the milestones that stood before it, for the person who wrote it.
pub(crate) fn taken_back(stood: &Timeline<'_>, event: &Event, settings: &Settings) -> String {
    let mut after = stood.incident.clone();
    after.events.retain(|e| e.id.is_none() || e.id != event.id);
    after.events.push(event.clone());
    let timeline = Timeline::of(&after, settings);
    let taken = timeline.voided().filter(|v| stood.milestone(v.milestone).is_some());
    let word = |v: VoidedMilestone<'_, '_>| {
        let at = times::told(v.marked.event.at, timeline.zone);
        let milestone = v.milestone;
        format!(
            "this takes back `{milestone}` of {at}: once it holds again, `recount mark {milestone}`\n"
        )
    };
    taken.map(word).collect()
}
