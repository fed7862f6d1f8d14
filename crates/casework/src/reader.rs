//! The one door to what is known (invariant 10): a request takes a [`Reader`], asks, and finishes it. Every answer is
//! decided, every subject is named, and the trace is on disk before the answer may leave (invariant 11).

use domain::id::{PupilId, SchoolId, StaffId};
use domain::refusal::Refusal;

use crate::answer::{
    AbsenceFigures, AbsenceQuestion, CaseloadRow, ClassAbsence, Me, MentorLoad, Page, PageRequest, PupilCard,
    SchoolCard, StaffCard, TimelineEntry,
};

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
pub struct Reader {}

impl Reader {
    /// The person who asks; `None` when the actor is no member of staff any more.
    pub fn me(&self) -> Option<Seen<Me>> {
        todo!()
    }

    /// The schools that the actor has something to do with.
    pub fn schools(&self) -> Vec<Seen<SchoolCard>> {
        todo!()
    }

    /// One school; `None`: no such school, or nothing to do with it.
    pub fn school(&self, _school: SchoolId) -> Option<Seen<SchoolCard>> {
        todo!()
    }

    /// A colleague at one of the actor's schools.
    pub fn colleague(&self, _staff: StaffId) -> Option<Seen<StaffCard>> {
        todo!()
    }

    /// One pupil; `None`: no such pupil, or no right.
    pub fn pupil(&self, _pupil: PupilId) -> Option<Seen<PupilCard>> {
        todo!()
    }

    /// Today's caseload of a mentor, as far as the actor may see it; sorted by class and name.
    pub fn mentor_caseload(
        &self,
        _mentor: StaffId,
        _page: &PageRequest,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        todo!()
    }

    /// Today's pupils whom a principal answers for, at a school.
    pub fn principal_caseload(
        &self,
        _principal: StaffId,
        _school: SchoolId,
        _page: &PageRequest,
    ) -> Result<Option<Seen<Page<CaseloadRow>>>, Refusal> {
        todo!()
    }

    /// How many pupils each mentor of a school has today, and how many have none.
    pub fn school_loads(&self, _school: SchoolId) -> Option<Seen<Vec<MentorLoad>>> {
        todo!()
    }

    /// A pupil's timeline, newest first by when it happened.
    pub async fn timeline(
        &self,
        _pupil: PupilId,
        _page: &PageRequest,
    ) -> Result<Option<Seen<Page<TimelineEntry>>>, Refusal> {
        todo!()
    }

    /// A pupil's timeline entries recorded after a position, oldest first: what a subscription sends.
    pub async fn timeline_after(
        &self,
        _pupil: PupilId,
        _position: u64,
    ) -> Result<Option<Seen<Vec<TimelineEntry>>>, Refusal> {
        todo!()
    }

    /// Absence of a school, or of a grade or class there, in a term.
    pub fn absence(&self, _question: &AbsenceQuestion) -> Option<Seen<AbsenceFigures>> {
        todo!()
    }

    /// Absence of each class of a school in a term; only for those who answer for the pupils.
    pub fn absence_by_class(
        &self,
        _school: SchoolId,
        _term: domain::calendar::Term,
    ) -> Option<Seen<Vec<ClassAbsence>>> {
        todo!()
    }

    /// Absence of one pupil in a term.
    pub fn pupil_absence(&self, _pupil: PupilId, _term: domain::calendar::Term) -> Option<Seen<AbsenceFigures>> {
        todo!()
    }

    /// Puts the reading on record. No answer leaves before this has returned `Ok`. Nothing about a case was read or
    /// looked for: nothing is written.
    pub async fn finish(self) -> Result<(), Refusal> {
        todo!()
    }
}
