//! What the rest of the record says of an incident: the actions of others that answer it, and what customers are
//! owed for it.

use crate::cmd::credits::inputs::{self, LoadedInputs};
use crate::compute::credits;
use crate::compute::report::action::ActionReport;
use crate::compute::report::credits::{CreditLineReport, lines};
use crate::compute::report::incident_credits::IncidentCredits;
use crate::model::incident::IncidentId;
use crate::model::sla::Period;
use crate::session::Session;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The rest of the record, read for the first document that needs it: it takes reading every incident.
pub(crate) struct CrossReferences<'d, 'g> {
    session: &'d Session<'g>,
    answers: OnceCell<Vec<ActionReport>>,
    loaded: OnceCell<Result<LoadedInputs, IncidentCredits>>,
    /// The lines of the periods that some incident reaches into; none where they cannot be computed.
    periods: RefCell<BTreeMap<Period, Option<Rc<Vec<CreditLineReport>>>>>,
}

impl<'d, 'g> CrossReferences<'d, 'g> {
    pub(crate) fn of(session: &'d Session<'g>) -> Self {
        Self {
            session,
            answers: OnceCell::new(),
            loaded: OnceCell::new(),
            periods: RefCell::default(),
        }
    }

    /// Returns the actions that answer an incident and stand in another.
    pub(crate) fn answers_to(&self, id: &IncidentId) -> Vec<ActionReport> {
        let answers = |a: &&ActionReport| {
            a.incident != id.as_str() && a.incidents.iter().any(|i| i == id.as_str())
        };
        let all = self.answers.get_or_init(|| self.gather());
        all.iter().filter(answers).cloned().collect()
    }

    /// Gathers the actions that answer others; files that name no other incident are not taken apart.
    fn gather(&self) -> Vec<ActionReport> {
        let store = &self.session.store;
        let of_one = |id: &IncidentId| {
            let path = store.incident_path(id);
            let text = store.text(&path).ok()?.filter(|t| t.contains("incidents:"))?;
            let loaded = store.parse(id, path, text).ok()?;
            let incident = loaded.read.incident;
            let answers = incident.actions.iter().filter(|a| !a.incidents.is_empty());
            Some(answers.map(|a| ActionReport::of(a, &incident.id)).collect::<Vec<_>>())
        };
        store.ids().iter().filter_map(of_one).flatten().collect()
    }

    /// Returns what customers are owed for an incident; what is wrong in the inputs is told by other verbs.
    pub(crate) fn owed_for(&self, id: &IncidentId) -> IncidentCredits {
        let loaded = match self.loaded.get_or_init(|| self.loaded()) {
            Ok(loaded) => loaded,
            Err(why) => return why.clone(),
        };
        let periods = credits::periods(&loaded.inputs, id).into_iter();
        let lines: Option<Vec<_>> =
            periods.map(|period| Some((period, self.lines(loaded, period)?))).collect();
        match lines {
            Some(lines) => {
                IncidentCredits::of(id, lines.iter().map(|(period, l)| (*period, l.as_slice())))
            }
            None => IncidentCredits::Unknown,
        }
    }

    fn loaded(&self) -> Result<LoadedInputs, IncidentCredits> {
        let kept = inputs::kept(self.session).map_err(|_| IncidentCredits::Unknown)?;
        match (kept.policies, kept.customers) {
            (false, _) => Err(IncidentCredits::NoPolicy),
            (true, false) => Err(IncidentCredits::NoCustomers),
            (true, true) => {
                LoadedInputs::of(self.session, None).map_err(|_| IncidentCredits::Unknown)
            }
        }
    }

    fn lines(&self, loaded: &LoadedInputs, period: Period) -> Option<Rc<Vec<CreditLineReport>>> {
        let compute = || {
            let computed = credits::compute(&loaded.inputs, period).ok()?;
            Some(Rc::new(lines(&loaded.inputs, &computed)))
        };
        self.periods.borrow_mut().entry(period).or_insert_with(compute).clone()
    }
}
