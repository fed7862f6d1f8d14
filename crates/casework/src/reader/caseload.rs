//! Who has which pupils, today or on a past day. Filtered by access first, then counted and paged.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::access::{Part, Subject, View, guardians_hidden_from, hidden_at};
use domain::actor::{Actor, Role};
use domain::disclosure::hidden_loads;
use domain::id::{PupilId, SchoolId, StaffId};
use domain::projection::{AsOf, Uncovered};
use domain::recorded::StreamRef;
use domain::refusal::Refusal;
use domain::state::{CaseFacts, RegisteredSchool};

use super::cases::pupil_card;
use super::cursor::GoesOn;
use super::figures::Audience;
use super::{Reader, Seen};
use crate::answer::{CaseloadRow, MentorLoad, Page, PageRequest};

/// A pupil in a list, before the page is cut: what it is sorted by, and what it is made from.
struct Candidate<'a> {
    pupil: PupilId,
    facts: Arc<CaseFacts>,
    held: Option<&'a domain::projection::caseload::Held>,
    uncovered: Option<Uncovered>,
}

impl Reader {
    /// The caseload of a mentor, as far as the actor may see it; sorted by class and name.
    pub fn mentor_caseload(
        &self,
        mentor: StaffId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::Colleague(mentor)) {
            self.ledger.refuse(mentor.to_string());
            return Ok(None);
        }
        let list = format!("mentor {mentor} {at:?}");
        self.caseload_named((&list, GoesOn::AfterTheItem), mentor, page, at).map(Some)
    }

    fn caseload_named(
        &self,
        (list, goes_on): (&str, GoesOn),
        mentor: StaffId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Seen<Page<CaseloadRow>>, Refusal> {
        // An enrolment that the pupil left may hold a day that the next one holds: it is not the case that is there.
        let own = self.view.held_by(mentor, at).into_iter().filter(|(held, facts)| held.enrolment == facts.latest.id);
        let mut candidates: Vec<_> = own
            .map(|(held, facts)| Candidate { pupil: held.pupil, facts, held: Some(held), uncovered: None })
            .collect();
        let covered = self.view.covered_by(mentor, at).into_iter();
        for (pupil, _, facts) in covered.filter(|(_, enrolment, facts)| *enrolment == facts.latest.id) {
            if candidates.iter().all(|candidate| candidate.pupil != pupil) {
                candidates.push(Candidate { pupil, facts, held: None, uncovered: None });
            }
        }
        self.list_named((list, Part::Mentors, goes_on), candidates, page, at)
    }

    /// The same as it is now, for whoever follows it as it changes. A mentor's own is nobody's any more when the person is
    /// a mentor nowhere: an empty list would be followed for ever. Its cursors are its own, for they are of use on other days too, and
    /// say how many go before: each pupil stands in one of the pages that are followed, whatever moves.
    pub fn followed_caseload(
        &self,
        mentor: StaffId,
        page: &PageRequest,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::FollowedCaseload(mentor)) || !self.decides(Subject::Colleague(mentor)) {
            self.ledger.refuse(mentor.to_string());
            return Ok(None);
        }
        let list = format!("followed {mentor}");
        self.caseload_named((&list, GoesOn::AtThePlace), mentor, page, self.now()).map(Some)
    }

    /// What a page that this reader gave tells the actor, as a number: another when it tells them something else. Of a case that they have whole everything that is recorded in it counts; of another
    /// no more than the row shows: that something happened there would tell of what they may not see.
    pub fn told_of(&self, page: &Seen<Page<CaseloadRow>>) -> u64 {
        let (page, mut hasher) = (page.get(), DefaultHasher::new());
        (self.today, page.total, page.has_next).hash(&mut hasher);
        for (_, row) in &page.items {
            let CaseloadRow { pupil, kind, since, last_reached, contacts, uncovered } = row;
            (pupil.id, pupil.enrolment, &pupil.name, &pupil.placement, pupil.protected).hash(&mut hasher);
            (kind, since, last_reached, contacts, uncovered).hash(&mut hasher);
            let view = self.view_of(pupil.id);
            view.hash(&mut hasher);
            if view == View::ALL && !self.keeps_a_guardian_from_actor(pupil.id) {
                self.view.world.version(StreamRef::Pupil(pupil.id)).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Whether the pupil has, or had, a guardian whose identity is protected from the actor.
    pub(super) fn keeps_a_guardian_from_actor(&self, pupil: PupilId) -> bool {
        let Actor::Staff(staff) = self.actor else { return false };
        let world = &self.view.world;
        let protected = |guardian| world.guardian_protected(guardian);
        world.case(pupil).is_some_and(|case| case.guardians_ever().any(protected))
            && guardians_hidden_from(world, staff, pupil, self.today)
    }

    /// Pupils whom a principal answers for, at a school.
    pub fn principal_caseload(
        &self,
        principal: StaffId,
        school: SchoolId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) || !self.decides(Subject::Colleague(principal)) {
            self.ledger.refuse(principal.to_string());
            return Ok(None);
        }
        let pupils =
            self.view.of_principal(principal, school, at).into_iter().filter(|(_, facts)| goes_to(facts, school));
        let candidates = pupils.map(|(pupil, facts)| self.candidate(pupil, facts, at)).collect();
        self.list((&format!("principal {principal} {school}"), Part::Mentors), candidates, page, at).map(Some)
    }

    /// Pupils at a school whom nobody has, and why, as far as the actor may see them: those without a mentor, and those whose
    /// mentor is away or no longer one here, with nobody standing in.
    pub fn unassigned(
        &self,
        school: SchoolId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        }
        let pupils = self.view.uncovered(school, at).into_iter().filter(|(_, facts, _)| goes_to(facts, school));
        let candidates =
            pupils.map(|(pupil, facts, why)| Candidate { uncovered: Some(why), ..self.candidate(pupil, facts, at) });
        let candidates = candidates.collect();
        self.list((&format!("unassigned {school}"), Part::Mentors), candidates, page, at).map(Some)
    }

    /// All pupils at a school, as far as the actor may see them.
    pub fn pupils_of_school(
        &self,
        school: SchoolId,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        self.at_school((&format!("school {school}"), Part::Placement), school, page, at, |_, _| true)
    }

    /// Pupils at a school for whom something holds, as far as the actor may see them.
    pub(super) fn at_school(
        &self,
        list: (&str, Part),
        school: SchoolId,
        page: &PageRequest,
        at: AsOf,
        holds: impl Fn(PupilId, &CaseFacts) -> bool,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        if !self.decides(Subject::School(school)) {
            self.ledger.refuse(school.to_string());
            return Ok(None);
        }
        let pupils = self.view.at_school(school, at).into_iter();
        let candidates = pupils.filter(|(pupil, facts)| goes_to(facts, school) && holds(*pupil, facts));
        let candidates = candidates.map(|(pupil, facts)| self.candidate(pupil, facts, at)).collect();
        self.list(list, candidates, page, at).map(Some)
    }

    fn candidate(&self, pupil: PupilId, facts: Arc<CaseFacts>, at: AsOf) -> Candidate<'_> {
        let mut held = self.view.caseload.of_pupil(pupil, at).filter(|held| held.enrolment == facts.latest.id);
        let held = held.next().map(|held| &**held);
        Candidate { pupil, facts, held, uncovered: None }
    }

    fn list(
        &self,
        (list, part): (&str, Part),
        candidates: Vec<Candidate<'_>>,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Seen<Page<CaseloadRow>>, Refusal> {
        self.list_named((&format!("{list} {at:?}"), part, GoesOn::AfterTheItem), candidates, page, at)
    }

    fn list_named(
        &self,
        (list, part, goes_on): (&str, Part, GoesOn),
        candidates: Vec<Candidate<'_>>,
        page: &PageRequest,
        at: AsOf,
    ) -> Result<Seen<Page<CaseloadRow>>, Refusal> {
        // An earlier enrolment is another school's case, also for those who have the pupil now.
        let present = |candidate: &Candidate<'_>| {
            self.view.world.case(candidate.pupil).is_some_and(|case| case.latest.id == candidate.facts.latest.id)
        };
        let seen = candidates.into_iter().filter(present).map(|candidate| (self.view_of(candidate.pupil), candidate));
        let mut candidates: Vec<_> = seen.filter(|(view, _)| view.has(part)).collect();
        candidates.sort_by_cached_key(|(_, candidate)| order(candidate, at));
        let items = candidates.into_iter().map(|seen| (seen.1.pupil.bits(), seen)).collect();
        let page = self.page_of_ids((list, goes_on), items, page)?;
        let mut items = Vec::with_capacity(page.items.len());
        for (cursor, seen) in page.items {
            items.extend(self.row(seen, at).map(|row| (cursor, row)));
        }
        Ok(Seen(Page { items, has_next: page.has_next, total: page.total }))
    }

    fn row(&self, (view, candidate): (View, Candidate<'_>), at: AsOf) -> Option<CaseloadRow> {
        self.ledger.list(candidate.pupil);
        // A contact with a guardian who is not there for the actor is in no number, and is no last one.
        let there = |guardian| !self.guardian_hidden(guardian, candidate.pupil);
        let contacts = self.view.caseload.contacts(candidate.facts.latest.id, at, there);
        let seen = view.has(Part::Guardians);
        Some(CaseloadRow {
            pupil: pupil_card(candidate.pupil, &candidate.facts, at)?,
            kind: candidate.held.map(|held| held.kind),
            since: candidate.held.map(|held| held.first_day(at.known)),
            last_reached: contacts.last_reached.filter(|_| seen),
            contacts: seen.then_some(contacts.count),
            uncovered: candidate.uncovered,
        })
    }

    /// How many pupils each mentor of a school had: those who were the asker's, and the others as one number. By name: never a
    /// ranking of persons. Outside the school as published by then.
    pub fn school_loads(&self, school: SchoolId, at: AsOf) -> Option<Seen<Vec<MentorLoad>>> {
        let Some(audience) = self.audience(Subject::Loads(school)) else {
            self.ledger.refuse(school.to_string());
            return None;
        };
        let outside = audience == Audience::Outside;
        let unit = self.view.school(school, at)?;
        if outside && let Some(told) = unit.told_loads() {
            let at = self.view.past.publication(school, None, at).unwrap_or(at);
            let loads = told.into_iter().filter_map(|(mentor, pupils)| {
                let for_others = pupils.map(usize::from);
                Some(MentorLoad { mentor: self.staff_card(mentor, at)?, pupils: 0, for_others })
            });
            let mut loads: Vec<MentorLoad> = loads.collect();
            loads.sort_by_cached_key(by_name);
            return Some(Seen(loads));
        }
        let at = if outside { self.view.past.publication(school, None, at)? } else { at };
        let loads = if outside { self.view.loads_to_publish(school, at) } else { self.view.loads(school, at) };
        let loads = loads.into_iter().filter_map(|(mentor, held)| {
            let there = held.into_iter().filter(|pupil| outside || !self.hidden_at(*pupil, school));
            let (own, others): (Vec<_>, Vec<_>) =
                there.partition(|pupil| !outside && self.was_askers((school, &unit), (mentor, *pupil), at));
            Some(MentorLoad { mentor: self.staff_card(mentor, at)?, pupils: own.len(), for_others: Some(others.len()) })
        });
        let mut loads: Vec<MentorLoad> = loads.collect();
        loads.sort_by_cached_key(by_name);
        if outside {
            hide_few(&mut loads);
        }
        Some(Seen(loads))
    }

    /// Whether a mentor's pupil was the asker's then: of the coordinator all pupils of the school, of a principal those whom they
    /// answered for, of oneself one's own.
    fn was_askers(
        &self,
        (school, unit): (SchoolId, &RegisteredSchool),
        (mentor, pupil): (StaffId, PupilId),
        at: AsOf,
    ) -> bool {
        let Actor::Staff(asker) = self.actor else { return true };
        let world = &self.view.world;
        let coordinates = || world.staff_member(asker).is_some_and(|who| world.holds(who, Role::Coordinator, school));
        let answered = || {
            let facts = self.view.facts(pupil, at);
            let here = facts.as_ref().and_then(|facts| facts.enrolment_at(school, at.day));
            let placement = here.and_then(|enrolment| enrolment.placement_on(at.day));
            placement.is_some_and(|placement| unit.answers_for(asker, placement, at.day))
        };
        asker == mentor || coordinates() || answered()
    }
}

impl Reader {
    /// Whether a pupil is not there at all for the actor among those of a school: also as one of a number.
    pub(super) fn hidden_at(&self, pupil: PupilId, school: SchoolId) -> bool {
        match self.actor {
            Actor::Setup => false,
            Actor::Staff(staff) => hidden_at(&self.view.world, staff, (pupil, school), self.today),
        }
    }
}

/// Whether what is so in the case is so at the school: not of one who is told of there since their last day lies behind the first at
/// another, whose case it is.
fn goes_to(facts: &CaseFacts, school: SchoolId) -> bool {
    facts.latest.school == school
}

/// Outside the school a few pupils of one mentor are not told.
fn hide_few(loads: &mut Vec<MentorLoad>) {
    let counts: Vec<u32> = loads.iter().map(|load| count(load.for_others)).collect();
    let Some(hidden) = hidden_loads(&counts, &[]) else { return loads.clear() };
    for (load, hidden) in loads.iter_mut().zip(hidden) {
        load.for_others = load.for_others.filter(|_| !hidden);
    }
}

fn count(of: Option<usize>) -> u32 {
    of.and_then(|count| u32::try_from(count).ok()).unwrap_or(u32::MAX)
}

/// Where a mentor stands among others: never by how much they have.
fn by_name(load: &MentorLoad) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    push_swedish(&mut key, load.mentor.name.reveal().as_str());
    key.push(0);
    key.extend_from_slice(&load.mentor.id.bits());
    key
}

/// By class, then by name in Swedish order, then by id: made once for each, not at every comparison.
fn order(candidate: &Candidate<'_>, at: AsOf) -> Vec<u8> {
    let enrolment = &candidate.facts.latest;
    let placement = enrolment.placement_on(at.day.max(enrolment.from));
    let mut key = Vec::with_capacity(64);
    key.extend_from_slice(placement.map_or("", |placement| placement.class.as_str()).as_bytes());
    key.push(0);
    push_swedish(&mut key, enrolment.name.present().map_or("", |name| name.reveal().as_str()));
    key.push(0);
    key.extend_from_slice(&candidate.pupil.bits());
    key
}

/// A name's letters in Swedish order, in which å, ä and ö follow z.
fn push_swedish(key: &mut Vec<u8>, name: &str) {
    if name.is_ascii() {
        return key.extend(name.bytes().map(|letter| letter.to_ascii_lowercase()));
    }
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'å' => key.push(b'z' + 1),
            'ä' | 'æ' => key.push(b'z' + 2),
            'ö' | 'ø' => key.push(b'z' + 3),
            'é' | 'è' => key.push(b'e'),
            'ü' => key.push(b'u'),
            letter => key.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
