//! The one door to what is known (invariant 10): a request takes a [`Reader`], asks, and finishes it. Every answer is
//! decided, every subject is named, and the trace is on disk before the answer may leave (invariant 11).

mod caseload;
mod cases;
mod cursor;
mod duties;
mod emergency;
mod extract;
pub(crate) use cursor::sealed;
pub use extract::Review;
pub use timeline::Place;
mod figures;
mod guardian;
mod handed;
pub(crate) use handed::Shelf;
mod hidden;
mod ledger;
pub(crate) use ledger::Ledger;
mod readings;
mod timeline;
mod workload;

use std::sync::Arc;

use chrono::NaiveDate;
use domain::access::{Access, Subject, View, may_see};
use domain::actor::Actor;
use domain::id::{PupilId, SchoolId, StaffId};
use domain::projection::{AsOf, Projections};
use domain::refusal::{Code, Refusal};
use domain::state::StaffMember;
use domain::words::SchoolCode;

use crate::answer::{Me, SchoolCard, StaffCard};
use crate::service::Casework;

/// Something that access has been decided for. Only this crate can make one; resolvers take nothing else.
#[derive(Clone, Debug)]
pub struct Seen<T>(T);

impl<T> Seen<T> {
    /// What may be seen.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// What may be seen, by value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// One request's view: one handle to the projections, one actor, one trace.
pub struct Reader {
    casework: Arc<Casework>,
    view: Arc<Projections>,
    actor: Actor,
    today: NaiveDate,
    ledger: Ledger,
}

impl Reader {
    pub(crate) fn new(casework: Arc<Casework>, view: Arc<Projections>, actor: Actor, operation: &str) -> Self {
        Self { today: casework.today(), ledger: Ledger::new(operation), casework, view, actor }
    }

    /// How things are now.
    pub fn now(&self) -> AsOf {
        AsOf::now(self.today)
    }

    /// How things were at the end of a day: as known now, or as it was on record at the end of another. Today's rights
    /// decide what of it may be seen.
    pub fn past(&self, day: NaiveDate, known_on: Option<NaiveDate>) -> Result<AsOf, Refusal> {
        if day > self.today {
            return Err(Refusal::at(Code::InTheFuture, "day"));
        }
        let known = match known_on {
            Some(known_on) if known_on > self.today => return Err(Refusal::at(Code::InTheFuture, "knownOn")),
            // A day that is over ends where it ended, whether or not anything has been recorded since: a cursor of it stays good.
            Some(known_on) if known_on < self.today => self.view.past.end_of(known_on).min(self.view.position),
            Some(_) | None => u64::MAX,
        };
        Ok(AsOf { day, known })
    }

    fn decides(&self, subject: Subject<'_>) -> bool {
        match may_see(&self.view.world, self.actor, subject, self.today) {
            Access::Granted(..) => true,
            Access::Refused => false,
        }
    }

    /// What the actor sees of a case; nothing when it is refused.
    fn view_of(&self, pupil: PupilId) -> View {
        may_see(&self.view.world, self.actor, Subject::Case(pupil), self.today).view()
    }

    /// The person who asks; `None` when the actor is no member of staff any more.
    pub fn me(&self) -> Option<Seen<Me>> {
        let Actor::Staff(staff) = self.actor else { return None };
        let member = self.view.world.staff_member(staff)?;
        Some(Seen(Me { staff, name: member.name.clone(), grants: member.grants.clone() }))
    }

    /// The schools that the actor has something to do with, by code.
    pub fn schools(&self, at: AsOf) -> Vec<Seen<SchoolCard>> {
        let mut schools: Vec<SchoolCard> = self
            .view
            .world
            .schools()
            .filter(|(id, _)| self.decides(Subject::School(*id)))
            .filter_map(|(id, _)| self.school_card(id, at))
            .collect();
        schools.sort_by(|a, b| a.code.cmp(&b.code));
        schools.into_iter().map(Seen).collect()
    }

    /// One school; `None`: no such school, or nothing to do with it.
    pub fn school(&self, school: SchoolId, at: AsOf) -> Option<Seen<SchoolCard>> {
        let seen = self.decides(Subject::School(school)).then(|| self.school_card(school, at)).flatten();
        if seen.is_none() {
            self.ledger.refuse(school.to_string());
        }
        seen.map(Seen)
    }

    /// One school by its everyday code.
    pub fn school_by_code(&self, code: &str, at: AsOf) -> Option<Seen<SchoolCard>> {
        let seen = self.schools(at).into_iter().find(|seen| seen.0.code.as_str() == code);
        // What is no code at all is looked for nowhere.
        if seen.is_none() && SchoolCode::try_new(code).is_ok() {
            self.ledger.refuse(code.to_owned());
        }
        seen
    }

    fn school_card(&self, id: SchoolId, at: AsOf) -> Option<SchoolCard> {
        let school = self.view.school(id, at)?;
        Some(SchoolCard {
            id,
            code: school.details.code.clone(),
            name: school.details.name.clone(),
            form: school.details.form,
            committee: school.committee.clone(),
            terms: school.calendar.terms(),
            mission: school.mission_on(at.day).copied(),
            model: school.model_on(at.day).copied(),
            attendance_sender: school.attendance_sender_on(at.day),
            not_comparable: school.not_comparable,
            settled: school.settled,
            at,
        })
    }

    /// A colleague at one of the actor's schools.
    pub fn colleague(&self, staff: StaffId, at: AsOf) -> Option<Seen<StaffCard>> {
        let seen = self.decides(Subject::Colleague(staff)).then(|| self.staff_card(staff, at)).flatten();
        if seen.is_none() {
            self.ledger.refuse(staff.to_string());
        }
        seen.map(Seen)
    }

    fn staff_card(&self, id: StaffId, at: AsOf) -> Option<StaffCard> {
        self.view.world.staff_member(id).map(|member| StaffCard {
            id,
            name: member.name.clone(),
            away: member.away_on(at.day, at.known),
            standing_deputy: self.standing_deputy((id, member), at),
            shares: member.shares_on(at.day, at.known).collect(),
            at,
        })
    }

    /// The standing deputy named last of those who have pupils where the asker works; of oneself, of all.
    fn standing_deputy(&self, (id, member): (StaffId, &StaffMember), at: AsOf) -> Option<StaffId> {
        let world = &self.view.world;
        let asker = self.actor.staff().and_then(|asker| world.staff_member(asker));
        let works_at = |school| {
            let mut grants = asker.into_iter().flat_map(|asker| &asker.grants);
            grants.any(|grant| world.reaches(grant, school))
        };
        let shown = |school: Option<SchoolId>| self.actor.staff() == Some(id) || school.is_some_and(works_at);
        let mut named = member.standing_deputies_on(at.day, at.known);
        named.find(|(_, school)| shown(*school)).map(|(deputy, _)| deputy)
    }

    /// Puts the reading on record. No answer leaves before this has returned `Ok`. Nothing about a case was read or
    /// looked for: nothing is written.
    pub async fn finish(self) -> Result<(), Refusal> {
        let roles = crate::service::roles_of(&self.view, self.actor);
        let Self { casework, actor, ledger, .. } = self;
        ledger.record(&casework, actor, roles).await
    }
}
