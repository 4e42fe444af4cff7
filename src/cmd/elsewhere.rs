//! What the rest of the record says of an incident: the actions of others that answer it, and what customers are
//! owed for it.

use super::books::{self, Shelf};
use super::desk::Desk;
use crate::credits;
use crate::incident::IncidentId;
use crate::report::action::Action;
use crate::report::credits::{Line, lines};
use crate::report::owed::Owed;
use crate::sla::Period;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The rest of the record, read for the first document that needs it: it takes reading every incident.
pub(super) struct Elsewhere<'d, 'g> {
    desk: &'d Desk<'g>,
    answers: OnceCell<Vec<Action>>,
    shelf: OnceCell<Result<Shelf, Owed>>,
    /// The lines of the periods that some incident reaches into; none where they cannot be reckoned.
    periods: RefCell<BTreeMap<Period, Option<Rc<Vec<Line>>>>>,
}

impl<'d, 'g> Elsewhere<'d, 'g> {
    pub(super) fn of(desk: &'d Desk<'g>) -> Self {
        Self { desk, answers: OnceCell::new(), shelf: OnceCell::new(), periods: RefCell::default() }
    }

    /// Returns the actions that answer an incident and stand in another.
    pub(super) fn answers_to(&self, id: &IncidentId) -> Vec<Action> {
        let answers =
            |a: &&Action| a.incident != id.as_str() && a.incidents.iter().any(|i| i == id.as_str());
        let all = self.answers.get_or_init(|| self.gather());
        all.iter().filter(answers).cloned().collect()
    }

    /// Gathers the actions that answer others; files that name no other incident are not taken apart.
    fn gather(&self) -> Vec<Action> {
        let store = &self.desk.store;
        let of_one = |id: &IncidentId| {
            let path = store.incident_path(id);
            let text = store.text(&path).ok()?.filter(|t| t.contains("incidents:"))?;
            let loaded = store.parse(id, path, text).ok()?;
            let incident = loaded.read.incident;
            let answers = incident.actions.iter().filter(|a| !a.incidents.is_empty());
            Some(answers.map(|a| Action::of(a, &incident.id)).collect::<Vec<_>>())
        };
        store.ids().iter().filter_map(of_one).flatten().collect()
    }

    /// Returns what customers are owed for an incident; what is wrong in the books is told by other verbs.
    pub(super) fn owed_for(&self, id: &IncidentId) -> Owed {
        let shelf = match self.shelf.get_or_init(|| self.shelf()) {
            Ok(shelf) => shelf,
            Err(why) => return why.clone(),
        };
        let periods = credits::periods(&shelf.books, id).into_iter();
        let lines: Option<Vec<_>> =
            periods.map(|period| Some((period, self.lines(shelf, period)?))).collect();
        match lines {
            Some(lines) => Owed::of(id, lines.iter().map(|(period, l)| (*period, l.as_slice()))),
            None => Owed::Unknown,
        }
    }

    fn shelf(&self) -> Result<Shelf, Owed> {
        let kept = books::kept(self.desk).map_err(|_| Owed::Unknown)?;
        match (kept.policies, kept.customers) {
            (false, _) => Err(Owed::NoPolicy),
            (true, false) => Err(Owed::NoCustomers),
            (true, true) => Shelf::of(self.desk, None).map_err(|_| Owed::Unknown),
        }
    }

    fn lines(&self, shelf: &Shelf, period: Period) -> Option<Rc<Vec<Line>>> {
        let reckon = || {
            let reckoned = credits::reckon(&shelf.books, period).ok()?;
            Some(Rc::new(lines(&shelf.books, &reckoned)))
        };
        self.periods.borrow_mut().entry(period).or_insert_with(reckon).clone()
    }
}
