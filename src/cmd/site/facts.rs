//! What the record tells a site: of each incident what its list says, and what its page is made from.

use crate::cmd::documents::template_set::RestOfRecord;
use crate::cmd::site::pages::{PageFacts, PageMaker, PageSource};
use crate::compute::report::action::ActionReport;
use crate::compute::report::completeness::UnreadablePart;
use crate::compute::report::site::{self, SiteFollowUp, SiteIncident, SiteReport};
use crate::compute::timeline::Timeline;
use crate::io::store::LoadedIncident;
use crate::model::incident::{Audience, IncidentId, State};
use crate::session::{Failure, Session};

/// What the record tells a site.
pub(super) struct SiteFacts {
    incidents: Vec<IncidentFacts>,
    /// The actions of all incidents, those due first at the top.
    actions: Vec<ActionReport>,
    /// What services are now by the whole record.
    known: Vec<(String, State)>,
    /// What could not be read.
    pub(super) unreadable: Vec<UnreadablePart>,
    /// What to tell the person.
    pub(super) remarks: String,
}

/// What one incident tells a site.
struct IncidentFacts {
    id: IncidentId,
    told: SiteIncident,
    follow_ups: Vec<SiteFollowUp>,
    actions: Vec<ActionReport>,
    /// What stands for what its page is made from, as far as its own folder tells it.
    key: String,
}

impl SiteFacts {
    /// Reads every incident.
    pub(super) fn read(session: &Session<'_>, maker: &PageMaker<'_, '_>) -> Result<Self, Failure> {
        let settings = session.store.settings();
        let keys = &maker.keys;
        let facts = |loaded: &LoadedIncident, timeline: &Timeline<'_>| {
            let incident = timeline.incident;
            let (told, follow_ups) = match keys.audience {
                Audience::Internal => (SiteIncident::internal(timeline, settings), vec![]),
                Audience::Public => {
                    let (told, document) = SiteIncident::public(timeline, settings)?;
                    (told, SiteFollowUp::public(&document))
                }
            };
            let actions = ActionReport::all(incident);
            let id = incident.id.clone();
            Some(IncidentFacts { id, told, follow_ups, actions, key: keys.key(loaded) })
        };
        let of = |loaded: LoadedIncident| {
            let timeline = Timeline::of(&loaded.read.incident, settings);
            (site::known_now(&timeline, settings), facts(&loaded, &timeline))
        };
        let all = session.read_all(of)?;
        let (known, found): (Vec<_>, Vec<_>) = all.found.into_iter().unzip();
        let mut incidents: Vec<_> = found.into_iter().flatten().collect();
        let taken = incidents.iter_mut().flat_map(|incident| std::mem::take(&mut incident.actions));
        let mut actions: Vec<_> = taken.collect();
        actions.sort_by_key(|a| (a.action.due.is_none(), a.action.due));
        SiteIncident::tell_apart(incidents.iter_mut().map(|incident| &mut incident.told));
        let (unreadable, remarks) = (all.unreadable, all.remarks);
        let known = known.into_iter().flatten().collect();
        Ok(Self { incidents, actions, known, unreadable, remarks })
    }

    /// Returns what the site tells of all incidents.
    pub(super) fn report(&self, session: &Session<'_>, audience: Audience) -> SiteReport {
        let told = self.incidents.iter().map(|incident| incident.told.clone()).collect();
        let mut report = SiteReport::of(audience, session.store.settings(), told);
        report.unreadable = self.unreadable.iter().filter(|part| part.whole).count();
        if audience == Audience::Public {
            report.hold_against(&self.known);
        }
        report.follow_ups = match audience {
            Audience::Internal => {
                SiteFollowUp::internal(&self.actions, &report.incidents, session.today())
            }
            Audience::Public => {
                let linked = |incident: &IncidentFacts| {
                    let all = incident.follow_ups.iter();
                    all.map(|it| it.answering(&incident.told)).collect::<Vec<_>>()
                };
                self.incidents.iter().flat_map(linked).collect()
            }
        };
        report
    }

    /// Returns the pages of the incidents, and what each is made from.
    pub(super) fn pages(&self, maker: &PageMaker<'_, '_>) -> Vec<PageSource> {
        let references = maker.references();
        let page = |incident: &IncidentFacts| {
            let id = &incident.id;
            let rest = (maker.keys.audience == Audience::Internal)
                .then(|| RestOfRecord { answers: self.answers(id), owed: references.owed_for(id) });
            PageSource::new(id, &incident.told.page, PageFacts { key: &incident.key, rest })
        };
        self.incidents.iter().map(page).collect()
    }

    /// Returns the actions that answer an incident and stand in another.
    fn answers(&self, id: &IncidentId) -> Vec<ActionReport> {
        let answers = |a: &&ActionReport| a.incident != *id && a.incidents.contains(id);
        self.actions.iter().filter(answers).cloned().collect()
    }
}
