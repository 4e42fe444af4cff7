//! What a writing verb answers: an echo of what it understood, or the same as JSON.

use super::answer::Answer;
use super::desk::Desk;
use super::hold::Saved;
use crate::cli::Format;
use crate::cmd::Failure;
use crate::incident::{Action, Event, Handles, IncidentId};
use crate::render::text::{clean, line};
use crate::render::{actions, table};
use crate::report::written::Written;
use crate::report::{VERSION, action, show};
use crate::store::INBOX_ID;
use crate::time::{Zone, show as times};
use crate::timeline::Told;
use std::fmt::Write;

/// A write, to be answered.
pub(super) struct Wrote<'d, 'g> {
    pub(super) desk: &'d Desk<'g>,
    pub(super) verb: &'static str,
    pub(super) id: &'d IncidentId,
    pub(super) format: Format,
}

impl Wrote<'_, '_> {
    /// Answers with an event as it was understood: its id, its time in three ways, its text and its changes.
    pub(super) fn event(&self, event: &Event, zone: Zone, saved: Saved) -> Result<Answer, Failure> {
        let told = Told { event, moment: event.at.moment(zone), order: event.at.order(zone) };
        let report = show::event(&told);
        if self.format == Format::Json {
            let written = Written { event: Some(report), commit: saved.commit, ..self.blank() };
            return Ok(Answer { wrote: true, ..Answer::json(&written)? }.remark(saved.remarks));
        }
        let text = self.echo(&report, &times::echo(event.at, zone, self.desk.now));
        Ok(Answer { wrote: true, ..Answer::text(text) }.remark(saved.remarks))
    }

    fn echo(&self, report: &show::Event, time: &str) -> String {
        let mut text = format!("{}  {time}\n", report.id.as_deref().unwrap_or("-"));
        let mark = report.mark.as_ref().map(|m| format!("{m}: ")).unwrap_or_default();
        let _ = writeln!(text, "  {}{}", clean(&mark), clean(&report.text).replace('\n', "\n  "));
        let mut changed = table::facets(report);
        changed.retain(|change| *change != report.text);
        if !changed.is_empty() {
            let _ = writeln!(text, "  → {}", line(&changed.join(", ")));
        }
        if let Some(reason) = &report.retracted {
            let _ = writeln!(text, "  retracted: {}", line(reason));
        }
        let _ = writeln!(text, "  in {}", line(self.id.as_str()));
        text
    }

    /// Answers with an action as it is now.
    pub(super) fn action(&self, action: &Action, saved: Saved) -> Result<Answer, Failure> {
        let report = action::Action::of(action, self.id);
        if self.format == Format::Json {
            let written = Written { action: Some(report), commit: saved.commit, ..self.blank() };
            return Ok(Answer { wrote: true, ..Answer::json(&written)? }.remark(saved.remarks));
        }
        let handles = Handles::of(&self.desk.ids());
        let list = action::Actions { version: VERSION, actions: vec![report], handles };
        let text = actions::actions(&list, self.desk.today(), self.desk.style());
        Ok(Answer { wrote: true, ..Answer::text(text) }.remark(saved.remarks))
    }

    /// Answers with a line of text, or with JSON that names the file.
    pub(super) fn plain(&self, text: &str, saved: Saved) -> Result<Answer, Failure> {
        if self.format == Format::Json {
            let written = Written { commit: saved.commit, ..self.blank() };
            return Ok(Answer { wrote: true, ..Answer::json(&written)? }.remark(saved.remarks));
        }
        let text = format!("{text}\n");
        Ok(Answer { wrote: true, ..Answer::text(text) }.remark(saved.remarks))
    }

    fn blank(&self) -> Written {
        let path = self.desk.store.incident_path(self.id);
        let file = self.desk.store.relative(&path).display().to_string();
        let incident = (self.id.as_str() != INBOX_ID).then(|| self.id.to_string());
        Written::to(self.verb, incident, file)
    }
}
