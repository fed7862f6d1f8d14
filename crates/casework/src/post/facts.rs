//! What planning needs to know of guardians and pupils: figures, days and where messages stand, without any name.

use std::cell::OnceCell;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::attendance::DayMinutes;
use domain::calendar::local_date;
use domain::digest::{
    Addressed, NotAddressed, Schedule, about_pupil, addressed, digests_passed_over, in_term, schedule_on,
};
use domain::event::EventKind;
use domain::id::{GuardianId, PupilId, SchoolId};
use domain::projection::Projections;
use domain::projection::absence::Cell;
use domain::projection::timeline::Entry;
use domain::state::{Outbox, RegisteredSchool};
use domain::words::{AttendanceSender, MessageClass, NotSent};

use super::Named;

/// How far back a message looks that has none before it to go on from, in days of term: as many as lie between two digests of the
/// rarest rhythm.
const FIRST_LOOK: u32 = 35;
/// How many days are gone through at most to find those days of term: no two terms lie further apart.
const LONGEST_BREAK: u64 = 366;

/// What is new about a pupil: figures and dates only. There is no way for a reason, a verdict or a word of free text into it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct News {
    /// Minutes of absence, announced or not.
    pub absent_minutes: u32,
    /// On how many days.
    pub absent_days: u32,
    /// Development talks that were booked, and lie ahead.
    pub talks: Vec<NaiveDate>,
}

impl News {
    /// Whether there is nothing new.
    pub fn is_empty(&self) -> bool {
        self.absent_minutes == 0 && self.talks.is_empty()
    }
}

/// What is asked of a pupil whom a guardian is to be told of.
struct Untold {
    pupil: PupilId,
    /// Position up to which digests have told of the pupil; 0: none has.
    since: u64,
    /// The day that a first look goes back from.
    from: NaiveDate,
    /// The first day of that look, when it was asked for.
    first: OnceCell<NaiveDate>,
    today: NaiveDate,
}

/// Minutes of absence, announced or not.
fn absent(minutes: DayMinutes) -> u32 {
    u32::from(minutes.notified.0) + u32::from(minutes.unnotified.0)
}

/// What planning needs to know, as it is now. Holds no name and gives no address.
#[derive(Clone)]
pub struct PostFacts(pub(super) Arc<Projections>);

impl PostFacts {
    pub(crate) const fn new(known: Arc<Projections>) -> Self {
        Self(known)
    }

    /// Every guardian and what they are sent, in the order of their ids.
    pub fn guardians(&self) -> Vec<(GuardianId, &Outbox)> {
        let mut all: Vec<_> = self.0.world.guardians().map(|(id, known)| (id, &*known.outbox)).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// What one guardian is sent; `None`: no such guardian.
    pub fn outbox(&self, guardian: GuardianId) -> Option<&Outbox> {
        self.0.world.guardian(guardian).map(|known| &*known.outbox)
    }

    /// The pupils of a guardian, whether or not anything may be told of them.
    pub fn children(&self, guardian: GuardianId) -> &[PupilId] {
        self.0.world.children_of(guardian)
    }

    /// The school that a pupil goes to on a day.
    pub fn school(&self, pupil: PupilId, day: NaiveDate) -> Option<SchoolId> {
        self.0.world.case(pupil)?.enrolment_on(day).map(|enrolment| enrolment.school)
    }

    /// The times that hold at a school on a day.
    pub fn schedule(&self, school: SchoolId, day: NaiveDate) -> Option<Schedule> {
        schedule_on(self.0.world.school(school)?, day)
    }

    /// Whether a day lies in a term of the school, and in no break.
    pub fn in_term(&self, school: SchoolId, day: NaiveDate) -> bool {
        self.0.world.school(school).is_some_and(|school| in_term(school, day))
    }

    /// The last position that was on record at the end of a day, or now.
    pub fn end_of(&self, day: NaiveDate) -> u64 {
        self.0.past.end_of(day)
    }

    /// The last position that was on record when the minute of a school's hour was over, or now.
    pub fn end_of_minute(&self, hour: DateTime<Utc>) -> u64 {
        self.0.past.end_of_minute(hour)
    }

    /// Of a guardian's pupils, those whom a message has something to say about: by what became known up to a position of the log,
    /// and has not been told. Who plans, who claims, and what is written ask this alone.
    pub fn about(&self, guardian: GuardianId, class: MessageClass, until: u64, today: NaiveDate) -> Vec<PupilId> {
        let new = |pupil: &&PupilId| match class {
            MessageClass::Digest => !self.news(guardian, **pupil, until, today).is_empty(),
            MessageClass::SameDay => self.is_to_be_told(guardian, **pupil, until, today),
            // It says nothing of anybody.
            MessageClass::Confirmation => false,
        };
        self.children(guardian).iter().filter(new).copied().collect()
    }

    /// Of a guardian's pupils, those whom a message has something to say about when it is claimed today: what may have gone is said
    /// again in the same words, and any other tells all that is known.
    pub fn about_when_claimed(&self, guardian: GuardianId, (class, period): Named, today: NaiveDate) -> Vec<PupilId> {
        let held = self.outbox(guardian).and_then(|outbox| outbox.message(class, period));
        let until = held.map_or(self.position(), |held| held.tells_until(self.position()));
        self.about(guardian, class, until, today)
    }

    /// Whether a digest may tell a guardian of a pupil today, were there anything to tell.
    pub fn may_tell(&self, guardian: GuardianId, pupil: PupilId, today: NaiveDate) -> bool {
        about_pupil(&self.0.world, guardian, MessageClass::Digest, pupil, today).is_ok()
    }

    /// Of a guardian's pupils, those of whom something was known at a position of the log that no digest has told, and that is so
    /// still: what has turned out otherwise since is no news, and what became known since is the next digest's.
    pub fn heard_of(&self, guardian: GuardianId, until: u64, today: NaiveDate) -> Vec<PupilId> {
        let is_so = |pupil: PupilId, day| self.day(pupil, day).is_some_and(|cell| absent(cell.minutes()) > 0);
        let new = |pupil: &&PupilId| {
            let untold = self.untold(guardian, **pupil, today);
            let mut absences = self.absences(&untold, until);
            absences.any(|(day, _)| is_so(**pupil, day)) || !self.talks(&untold, until).is_empty()
        };
        self.children(guardian).iter().filter(new).copied().collect()
    }

    /// What became known of a pupil, up to a position of the log, that no digest has told the guardian: however long ago it happened.
    /// Where nothing was told before at all, what is new is what lies in the weeks of term before the first digest.
    pub fn news(&self, guardian: GuardianId, pupil: PupilId, until: u64, today: NaiveDate) -> News {
        let untold = self.untold(guardian, pupil, today);
        let mut news = News { talks: self.talks(&untold, until), ..News::default() };
        for (_, minutes) in self.absences(&untold, until) {
            news.absent_minutes += minutes;
            news.absent_days += 1;
        }
        news
    }

    fn untold(&self, guardian: GuardianId, pupil: PupilId, today: NaiveDate) -> Untold {
        let outbox = self.outbox(guardian);
        let from = outbox.and_then(|outbox| outbox.first_told(pupil)).unwrap_or(today);
        Untold { pupil, since: outbox.map_or(0, |outbox| outbox.told_of(pupil)), from, first: OnceCell::new(), today }
    }

    /// A pupil's day as the school has registered it where the pupil goes.
    fn day(&self, pupil: PupilId, day: NaiveDate) -> Option<Cell> {
        let case = self.0.world.case(pupil)?;
        self.0.absence.day((pupil, &case.facts), case.latest.school, day)
    }

    /// Whether a day is one that may be told of: where nothing was told before it lies in the weeks before the first digest.
    fn is_new(&self, untold: &Untold, day: NaiveDate) -> bool {
        untold.since > 0 || *untold.first.get_or_init(|| self.first_look(untold.pupil, untold.from)) <= day
    }

    /// Days of absence, each with its minutes.
    fn absences<'a>(&'a self, untold: &'a Untold, until: u64) -> impl Iterator<Item = (NaiveDate, u32)> + 'a {
        // What happened at another school is that school's to tell, where its guardians read.
        let case = self.0.world.case(untold.pupil);
        let days = case.into_iter().flat_map(move |case| {
            let positions = (untold.since, until);
            self.0.absence.registered_between((untold.pupil, &case.facts), case.latest.school, positions)
        });
        // A day that was corrected from announced to not, or back, has been told as it is.
        let as_told = |day| self.day(untold.pupil, day).and_then(|cell| cell.minutes_as_of(untold.since));
        let days = days.filter(move |(day, minutes)| as_told(*day).map(absent) != Some(absent(*minutes)));
        let days = days.map(|(day, minutes)| (day, absent(minutes)));
        days.filter(move |(day, minutes)| *minutes > 0 && *day <= untold.today && self.is_new(untold, *day))
    }

    /// Days of talks that lie ahead, where one was booked.
    fn talks(&self, untold: &Untold, until: u64) -> Vec<NaiveDate> {
        let Some(case) = self.0.world.case(untold.pupil) else { return Vec::new() };
        let entries = self.0.timeline.after((untold.pupil, case.latest.id), untold.since);
        let recent = |entry: &Entry| {
            entry.kind == EventKind::DevelopmentTalkBooked
                && entry.key.position <= until
                && self.is_new(untold, local_date(entry.key.occurred))
        };
        if !entries.iter().any(recent) {
            return Vec::new();
        }
        let ahead = case.opened.talks.iter().filter(|talk| !talk.held && talk.on >= untold.today);
        ahead.filter(|talk| talk.enrolment == case.latest.id).map(|talk| talk.on).collect()
    }

    /// The first day of those that a first message looks back on: days without school are not counted, so that a break between two
    /// digests loses nothing.
    fn first_look(&self, pupil: PupilId, today: NaiveDate) -> NaiveDate {
        let school = self.school(pupil, today).and_then(|school| self.0.world.school(school));
        let days = (0..LONGEST_BREAK).filter_map(|back| today.checked_sub_days(Days::new(back)));
        let counted = days.scan(0_u32, |counted, day| {
            *counted += u32::from(school.is_none_or(|school| in_term(school, day)));
            (*counted <= FIRST_LOOK).then_some(day)
        });
        counted.last().unwrap_or(today)
    }

    /// Whether a guardian is to be told that the pupil is absent today, by this service: without the absence having been announced,
    /// and of whom none of the day's messages has told.
    fn is_to_be_told(&self, guardian: GuardianId, pupil: PupilId, until: u64, today: NaiveDate) -> bool {
        let ours = || {
            let school = self.school(pupil, today).and_then(|school| self.0.world.school(school));
            school.is_some_and(|school| school.attendance_sender_on(today) == AttendanceSender::Mentorlog)
        };
        let of_today = self.outbox(guardian).and_then(|outbox| outbox.message(MessageClass::SameDay, today));
        let day = self.day(pupil, today);
        // Also of what is said once more: by then the absence may have been announced.
        let absent = |at| day.as_ref().and_then(|day| day.minutes_as_of(at)).is_some_and(|then| then.unnotified.0 > 0);
        absent(until) && absent(u64::MAX) && !of_today.is_some_and(|message| message.has_told(pupil)) && ours()
    }

    /// What would be decided about a message today: for a dry run. Sending decides again.
    pub fn would_be(
        &self,
        guardian: GuardianId,
        named: Named,
        about: &[PupilId],
        today: NaiveDate,
    ) -> Result<Addressed, NotAddressed> {
        addressed(&self.0.world, guardian, named, about, today)
    }

    /// Whether guardians of a pupil are written to at all today: in digests, which need a place to read in, or on the day of an
    /// absence.
    pub fn is_written_to(&self, pupil: PupilId, today: NaiveDate) -> bool {
        let Some(school) = self.school(pupil, today) else { return false };
        let digests = || self.schedule(school, today).is_some_and(|schedule| schedule.is_sent());
        let ours = |school: &RegisteredSchool| school.attendance_sender_on(today) == AttendanceSender::Mentorlog;
        digests() || self.0.world.school(school).is_some_and(ours)
    }

    /// Every school, in the order of their ids.
    pub fn schools(&self) -> Vec<SchoolId> {
        let mut all: Vec<_> = self.0.world.schools().map(|(id, _)| id).collect();
        all.sort_unstable();
        all
    }

    /// Why nobody at a school was sent a digest for a period, where that is on record.
    pub fn digests_passed_over(&self, school: SchoolId, period: NaiveDate) -> Option<NotSent> {
        digests_passed_over(self.0.world.school(school)?, period)
    }

    /// Everything up to which position is in these facts.
    pub fn position(&self) -> u64 {
        self.0.position
    }
}
