//! What the rest of the record says of an incident: the actions of others that answer it, and what customers are
//! owed for it.

use crate::cmd::credits::input_reader::ends_in;
use crate::cmd::credits::inputs::LoadedInputs;
use crate::compute::credits;
use crate::compute::report::action::ActionReport;
use crate::compute::report::credits::{CreditLineReport, lines};
use crate::compute::report::incident_credits::IncidentCredits;
use crate::io::store::layout::{ADJUSTMENTS, CUSTOMERS, POLICIES, POLICY_ENDINGS};
use crate::io::store::{Incidents, StoreError};
use crate::model::incident::IncidentId;
use crate::model::sla::Period;
use crate::session::Failure;
use crate::session::Session;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The rest of the record, read for the first document that needs it: it takes reading every incident.
pub(crate) struct CrossReferences<'d, 'g> {
    session: &'d Session<'g>,
    answers: OnceCell<Vec<ActionReport>>,
    /// What to tell the person about what cannot be read.
    remarks: RefCell<String>,
    loaded: OnceCell<Result<LoadedInputs, IncidentCredits>>,
    /// The lines of the periods that some incident reaches into; none where they cannot be computed.
    periods: RefCell<BTreeMap<Period, Option<Rc<Vec<CreditLineReport>>>>>,
}

impl<'d, 'g> CrossReferences<'d, 'g> {
    pub(crate) fn of(session: &'d Session<'g>) -> Self {
        Self {
            session,
            answers: OnceCell::new(),
            remarks: RefCell::default(),
            loaded: OnceCell::new(),
            periods: RefCell::default(),
        }
    }

    /// Returns what to tell the person about what could not be read so far.
    pub(crate) fn remarks(&self) -> String {
        self.remarks.borrow().clone()
    }

    /// Returns the actions that answer an incident and stand in another.
    pub(crate) fn answers_to(&self, id: &IncidentId) -> Vec<ActionReport> {
        let answers = |a: &&ActionReport| a.incident != *id && a.incidents.contains(id);
        let all = self.answers.get_or_init(|| self.gather());
        all.iter().filter(answers).cloned().collect()
    }

    /// Gathers the actions that answer others; files that name no other incident are not taken apart.
    fn gather(&self) -> Vec<ActionReport> {
        let Incidents { ids, mut unreadable } = self.session.store.incidents();
        let mut actions = vec![];
        for id in &ids {
            match self.answers_of(id) {
                Ok(answers) => actions.extend(answers),
                Err(error) => unreadable.push(error),
            }
        }
        let color = self.session.terminal.color_err;
        let told = unreadable.into_iter().map(|error| Failure::from(error).render(color));
        self.remarks.borrow_mut().extend(told);
        actions
    }

    fn answers_of(&self, id: &IncidentId) -> Result<Vec<ActionReport>, StoreError> {
        let store = &self.session.store;
        let path = store.incident_path(id);
        let text = store.text(&path)?.filter(|text| text.contains("incidents:"));
        let Some(text) = text else { return Ok(vec![]) };
        let incident = store.parse(id, path, text)?.read.incident;
        let answers = incident.actions.iter().filter(|a| !a.incidents.is_empty());
        Ok(answers.map(|a| ActionReport::of(a, &incident.id)).collect())
    }

    /// Returns what customers are owed for an incident.
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
        let kept = kept(self.session).map_err(|why| self.unknown(&why))?;
        match (kept.policies, kept.customers) {
            (false, _) => Err(IncidentCredits::NoPolicy),
            (true, false) => Err(IncidentCredits::NoCustomers),
            (true, true) => {
                LoadedInputs::of(self.session).map_err(|why| match why.is_of_unreadable() {
                    true => self.unknown(&why),
                    // What is wrong in the inputs is told by other verbs, and what is missing by all.
                    false => IncidentCredits::Unknown,
                })
            }
        }
    }

    /// Keeps what can't be read, so that nobody can tell what is owed.
    fn unknown(&self, why: &Failure) -> IncidentCredits {
        let mut remarks = self.remarks.borrow_mut();
        remarks.push_str("the credits are unknown:\n");
        remarks.push_str(&why.render(self.session.terminal.color_err));
        IncidentCredits::Unknown
    }

    fn lines(&self, loaded: &LoadedInputs, period: Period) -> Option<Rc<Vec<CreditLineReport>>> {
        let compute = || {
            let computed = credits::compute(&loaded.inputs, period).ok()?;
            Some(Rc::new(lines(&loaded.inputs, &computed)))
        };
        self.periods.borrow_mut().entry(period).or_insert_with(compute).clone()
    }
}

/// What the record keeps at all of what credits are computed from.
struct Kept {
    /// Whether there is a policy, or an adjustment that needs none.
    policies: bool,
    customers: bool,
}

/// Looks which inputs the record keeps, without reading them.
fn kept(session: &Session<'_>) -> Result<Kept, Failure> {
    let root = session.store.root();
    let has = |path: &str| Ok::<_, Failure>(session.text(&root.join(path))?.is_some());
    let policies = session.files(POLICIES)?.iter().any(|path| ends_in(path, &POLICY_ENDINGS));
    Ok(Kept { policies: policies || has(ADJUSTMENTS)?, customers: has(CUSTOMERS)? })
}
