//! Who has which pupils today. Filtered by access first, then counted and paged.

use std::cmp::Ordering;

use domain::access::{Subject, relation};
use domain::actor::Actor;
use domain::id::{PupilId, SchoolId, StaffId};
use domain::refusal::Refusal;
use domain::state::PupilCase;

use super::{Reader, Seen};
use crate::answer::{CaseloadRow, MentorLoad, Page, PageRequest};

/// A pupil in a list, before the page is cut: what it is sorted by, and what it is made from.
struct Candidate<'a> {
    pupil: PupilId,
    case: &'a PupilCase,
    held: Option<&'a domain::projection::caseload::Held>,
}

impl Reader {
    /// Today's caseload of a mentor, as far as the actor may see it; sorted by class and name.
    pub fn mentor_caseload(
        &self,
        mentor: StaffId,
        page: &PageRequest,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::Colleague(mentor)) {
            self.ledger.refuse(mentor.to_string());
            return Ok(None);
        }
        let held = self.view.caseload.of_mentor(mentor, self.today);
        let own = held.filter_map(|held| {
            let case = self.view.world.case(held.pupil)?;
            Some(Candidate { pupil: held.pupil, case, held: Some(held) })
        });
        let mut candidates: Vec<_> = own.collect();
        for (pupil, case) in self.view.caseload.covered_by(&self.view.world, mentor, self.today) {
            if candidates.iter().all(|candidate| candidate.pupil != pupil) {
                candidates.push(Candidate { pupil, case, held: None });
            }
        }
        self.list(&format!("mentor {mentor}"), candidates, page).map(Some)
    }

    /// Today's pupils whom a principal answers for, at a school.
    pub fn principal_caseload(
        &self,
        principal: StaffId,
        school: SchoolId,
        page: &PageRequest,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) || !self.decides(Subject::Colleague(principal)) {
            self.ledger.refuse(principal.to_string());
            return Ok(None);
        }
        let pupils = self.view.caseload.of_principal(&self.view.world, principal, school, self.today);
        let candidates = pupils.map(|(pupil, case)| self.candidate(pupil, case)).collect();
        self.list(&format!("principal {principal} {school}"), candidates, page).map(Some)
    }

    /// Today's pupils at a school whom no mentor has, as far as the actor may see them.
    pub fn unassigned(&self, school: SchoolId, page: &PageRequest) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        }
        let pupils = self.view.caseload.without_mentor(&self.view.world, school, self.today);
        let candidates = pupils.map(|(pupil, case)| Candidate { pupil, case, held: None }).collect();
        self.list(&format!("unassigned {school}"), candidates, page).map(Some)
    }

    /// Today's pupils at a school for whom something holds, as far as the actor may see them.
    pub(super) fn at_school(
        &self,
        list: &str,
        school: SchoolId,
        page: &PageRequest,
        holds: impl Fn(PupilId) -> bool,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        }
        let pupils = self.view.caseload.at_school(&self.view.world, school, self.today);
        let candidates = pupils.filter(|(pupil, _)| holds(*pupil));
        let candidates = candidates.map(|(pupil, case)| self.candidate(pupil, case)).collect();
        self.list(list, candidates, page).map(Some)
    }

    fn candidate<'a>(&'a self, pupil: PupilId, case: &'a PupilCase) -> Candidate<'a> {
        let held = self.view.caseload.of_pupil(pupil, self.today).next().map(|held| &**held);
        Candidate { pupil, case, held }
    }

    fn list(
        &self,
        list: &str,
        mut candidates: Vec<Candidate<'_>>,
        page: &PageRequest,
    ) -> Result<Seen<Page<CaseloadRow>>, Refusal> {
        candidates.retain(|candidate| self.decides(Subject::Case(candidate.pupil)));
        candidates.sort_by(|a, b| self.order(a, b));
        let items = candidates.into_iter().map(|candidate| (candidate.pupil.bits(), candidate)).collect();
        let page = self.page_of_ids(list, items, page)?;
        let rows = page.items.into_iter().filter_map(|(cursor, candidate)| Some((cursor, self.row(&candidate)?)));
        let items = rows.collect();
        Ok(Seen(Page { items, has_next: page.has_next, total: page.total }))
    }

    fn row(&self, candidate: &Candidate<'_>) -> Option<CaseloadRow> {
        self.ledger.show(candidate.pupil);
        let contacts = self.view.caseload.contacts(candidate.case.latest.id);
        Some(CaseloadRow {
            pupil: self.pupil_card(candidate.pupil, candidate.case)?,
            kind: candidate.held.map(|held| held.kind),
            since: candidate.held.map(|held| held.from),
            last_reached: contacts.last_reached,
            contacts: contacts.count,
        })
    }

    /// By class, then by name in Swedish order, then by id.
    fn order(&self, a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
        let class = |candidate: &Candidate<'_>| {
            let enrolment = &candidate.case.latest;
            enrolment.placement_on(self.today.max(enrolment.from)).map(|placement| placement.class.clone())
        };
        class(a)
            .cmp(&class(b))
            .then_with(|| swedish_key(a.case).cmp(swedish_key(b.case)))
            .then_with(|| a.pupil.cmp(&b.pupil))
    }

    /// How many pupils each mentor of a school has today: those whom the actor may see, and the others as one number.
    pub fn school_loads(&self, school: SchoolId) -> Option<Seen<Vec<MentorLoad>>> {
        if !self.decides(Subject::Loads(school)) {
            self.ledger.refuse(school.to_string());
            return None;
        }
        let loads = self.view.caseload.loads(&self.view.world, school, self.today);
        let related = |pupil| match self.actor {
            Actor::Setup => true,
            Actor::Staff(staff) => relation(&self.view.world, staff, pupil, self.today).is_some(),
        };
        let mut loads: Vec<MentorLoad> = loads
            .into_iter()
            .filter_map(|(mentor, held)| {
                let pupils = held.iter().filter(|held| related(held.pupil)).count();
                Some(MentorLoad { mentor: self.staff_card(mentor)?, pupils, for_others: held.len() - pupils })
            })
            .collect();
        loads.sort_by_key(|load| std::cmp::Reverse(load.pupils + load.for_others));
        Some(Seen(loads))
    }
}

/// A name's letters in Swedish order, in which å, ä and ö follow z.
fn swedish_key(case: &PupilCase) -> impl Iterator<Item = u32> + '_ {
    let name = case.name.present().map_or("", |name| name.reveal().as_str());
    name.chars().flat_map(char::to_lowercase).map(|letter| match letter {
        'å' => u32::from('z') + 1,
        'ä' | 'æ' => u32::from('z') + 2,
        'ö' | 'ø' => u32::from('z') + 3,
        'é' | 'è' => u32::from('e'),
        'ü' => u32::from('u'),
        letter => u32::from(letter),
    })
}
