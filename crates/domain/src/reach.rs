//! Whom to phone (vem som ska ringas): a guardian who was to be told and was not, or of whom nobody knows it. Derived each time
//! from what is known and the time; nothing of it is stored, so nothing can disagree with what it is derived from.
//!
//! About an absence without reason guardians are told the same day (7 kap. 17 § and 15 kap. 16 § skollagen). Where a message has
//! not reached them by then, somebody phones. The task ends when the guardian has seen the message, or a contact is logged in
//! which the guardian was reached, in whatever way.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::access::{guardians_hidden_from, has_case};
use crate::actor::Role;
use crate::calendar::{local_date, start_of_day};
use crate::digest::{in_term, is_vouched_for, may_be_told, schedule_on};
use crate::id::{GuardianId, PupilId, StaffId};
use crate::projection::absence::Cell;
use crate::projection::{AsOf, Projections};
use crate::state::outbox::{Message, Outbox, Standing};
use crate::state::{PupilCase, World};
use crate::words::{AttendanceSender, DeliveryFailure, DigestRhythm, MessageClass, NotSent, SpeaksOf};

/// Hours before midnight at which a message that nobody has acknowledged counts as not seen: at six in the evening, whatever the
/// clocks did in the night, there is time left to phone.
const EVENING: i64 = 6;
/// Days that are looked back: what is older is looked after in the case itself.
const LOOK: i64 = 7;
/// Messages in a row that came back although the address stands, until somebody should ask for another address.
const COME_BACK: usize = 2;

/// Why a guardian is to be phoned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PhoneReason {
    /// No address is known.
    NoAddress,
    /// Nobody has confirmed that the address is theirs.
    NotConfirmed,
    /// The message came back, or the address takes none.
    CameBack,
    /// The message could not be handed over, and nothing more is tried.
    NotTaken,
    /// By the evening nobody had said that the message was seen.
    NotSeen,
    /// It may not be mailed. Why stands in the case, for those who may see it.
    NotMailed,
    /// The pupil's date of birth is not known, so nothing is mailed.
    AgeUnknown,
}

impl PhoneReason {
    /// Every reason, for listings and exhaustive tests.
    pub const ALL: [Self; 7] = [
        Self::NoAddress,
        Self::NotConfirmed,
        Self::CameBack,
        Self::NotTaken,
        Self::NotSeen,
        Self::NotMailed,
        Self::AgeUnknown,
    ];
}

/// A guardian to be phoned about a pupil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PhoneTask {
    /// Whom.
    pub guardian: GuardianId,
    /// About whom.
    pub pupil: PupilId,
    /// What they were to be told: of the day's absence, or what a digest holds.
    pub message: MessageClass,
    /// The day that it is about.
    pub day: NaiveDate,
    /// Why.
    pub reason: PhoneReason,
}

/// The pupils whose guardians somebody is to reach on a day: those whom they have as a mentor, or stand in for, and, as the principal
/// who answers for them, those whom nobody has, or whom, or whose guardians, nobody who has them may know of. So there is no pupil
/// whose guardian nobody is asked to phone. Who may see a guardian is the access decision's, and is asked besides: a coordinator sees
/// who has whom, and no guardian.
pub fn looked_after(known: &Projections, staff: StaffId, today: NaiveDate) -> BTreeSet<PupilId> {
    let (world, at) = (&known.world, AsOf::now(today));
    let mut pupils: BTreeSet<PupilId> = known.caseload.of_mentor(staff, at).map(|held| held.pupil).collect();
    pupils.extend(known.covered_by(staff, at).into_iter().map(|(pupil, ..)| pupil));
    let Some(member) = world.staff_member(staff) else { return pupils };
    for school in world.schools().map(|(school, _)| school) {
        if world.holds(member, Role::Principal, school) {
            let uncovered = known.uncovered(school, at).into_iter().map(|(pupil, ..)| pupil);
            let here = known.at_school(school, at).into_iter().map(|(pupil, _)| pupil);
            let left = uncovered.chain(here.filter(|pupil| is_kept_from_mentors(known, *pupil, today)));
            pupils.extend(left.filter(|pupil| has_case(world, staff, *pupil, today) == Some(Role::Principal)));
        }
    }
    pupils
}

/// Whether an identity is protected, the pupil's or a guardian's, and nobody who has the pupil, or stands in, may know of it.
fn is_kept_from_mentors(known: &Projections, pupil: PupilId, today: NaiveDate) -> bool {
    let world = &known.world;
    let Some(case) = world.case(pupil).filter(|case| world.involves_protected(case)) else { return false };
    let school = case.latest.school;
    let deputy = |mentor| world.staff_member(mentor).and_then(|member| member.deputy_on(today, school, u64::MAX));
    let assigned = case.assignments_on(today).flat_map(|one| [Some(one.mentor), deputy(one.mentor)]).flatten();
    let mut have = assigned.chain(case.covers_on(today).map(|cover| cover.deputy));
    let may_know = |staff: StaffId| {
        has_case(world, staff, pupil, today) == Some(Role::Mentor) && !guardians_hidden_from(world, staff, pupil, today)
    };
    !have.any(may_know)
}

/// Who is to be phoned about a pupil: by day, then by guardian as they are linked.
pub fn to_be_phoned(known: &Projections, pupil: PupilId, now: DateTime<Utc>) -> Vec<PhoneTask> {
    let Some(case) = known.world.case(pupil) else { return Vec::new() };
    let mut tasks = Vec::new();
    for guardian in case.guardians.iter().map(|linked| linked.guardian) {
        let Some(outbox) = known.world.guardian(guardian).map(|guardian| &*guardian.outbox) else { continue };
        if !is_told(case, guardian, local_date(now)) {
            continue;
        }
        let of = Of { known, case, pupil, guardian, outbox, now };
        tasks.extend(of.absences());
        tasks.extend(of.digest());
    }
    tasks.sort_by_key(|task| task.day);
    tasks
}

/// Why no mail reaches a guardian about a pupil; `None`: it does, or the guardian is not one who is told.
pub fn unreachable(
    world: &World,
    (case, guardian): (&PupilCase, GuardianId),
    outbox: &Outbox,
    today: NaiveDate,
) -> Option<PhoneReason> {
    // Whoever may not be told is asked for no address; where an identity is protected nothing is mailed at all.
    if case.protection.is_some() || !is_told(case, guardian, today) {
        return None;
    }
    let Some(address) = outbox.address else { return Some(PhoneReason::NoAddress) };
    let given_up = |message: &Message| {
        matches!(message.standing, Standing::GivenUp(DeliveryFailure::Rejected | DeliveryFailure::Unwritable))
    };
    if outbox.bounced || came_back(outbox) {
        return Some(PhoneReason::CameBack);
    }
    // What has been taken since says that the address takes mail.
    let newest = outbox.messages.iter().filter(|message| message.claimed > address).max_by_key(|one| one.claimed);
    if newest.is_some_and(given_up) {
        return Some(PhoneReason::NotTaken);
    }
    if !outbox.confirmed || !is_vouched_for(world, case, guardian) {
        return Some(PhoneReason::NotConfirmed);
    }
    case.born.is_none().then_some(PhoneReason::AgeUnknown)
}

/// Whether the guardian is one who is told about the pupil. Nothing is mailed about a pupil whose age nobody knows; whoever has the
/// pupil knows more, and phones.
fn is_told(case: &PupilCase, guardian: GuardianId, today: NaiveDate) -> bool {
    matches!(may_be_told(case, guardian, today), Ok(()) | Err(NotSent::AgeUnknown))
}

/// Whether the newest messages to the address have all come back.
fn came_back(outbox: &Outbox) -> bool {
    let mut ended: Vec<&Message> = outbox.messages.iter().filter(|message| message.attempts > 0).collect();
    ended.sort_by_key(|message| std::cmp::Reverse(message.claimed));
    let newest: Vec<_> = ended.into_iter().take_while(|message| Some(message.claimed) > outbox.address).collect();
    let back = |message: &&&Message| matches!(message.standing, Standing::Bounced(_));
    newest.iter().take_while(back).count() >= COME_BACK
}

/// One guardian of one pupil.
struct Of<'a> {
    known: &'a Projections,
    case: &'a PupilCase,
    pupil: PupilId,
    guardian: GuardianId,
    outbox: &'a Outbox,
    now: DateTime<Utc>,
}

impl Of<'_> {
    /// Days of absence of which the guardian was to be told by this service, and was not.
    fn absences(&self) -> Vec<PhoneTask> {
        let today = local_date(self.now);
        let days = (0..LOOK).rev().map(|back| today - Duration::days(back));
        let open = days.filter(|day| self.was_to_be_told(*day) && !self.was_reached(self.became_known(*day)));
        open.filter_map(|day| Some(self.task(MessageClass::SameDay, day, self.not_told(day)?))).collect()
    }

    /// Whether an absence that had not been announced was known on the day itself, and still stands.
    fn was_to_be_told(&self, day: NaiveDate) -> bool {
        let Some(cell) = self.registered(day) else { return false };
        let here = self.case.latest.covers(day);
        let school = self.known.world.school(self.case.latest.school).filter(|_| here);
        let ours = school.is_some_and(|school| school.attendance_sender_on(day) == AttendanceSender::Mentorlog);
        let then = cell.minutes_as_of(self.known.past.end_of(day));
        ours && cell.minutes().unnotified.0 > 0 && then.is_some_and(|minutes| minutes.unnotified.0 > 0)
    }

    /// From when on a contact can have been about the day's absence: nobody was told of it before it was known.
    fn became_known(&self, day: NaiveDate) -> DateTime<Utc> {
        let began = start_of_day(day);
        let first = self.registered(day).and_then(|cell| cell.unnotified_since());
        first.and_then(|position| self.known.past.minute_of(day, position)).map_or(began, |minute| minute.max(began))
    }

    /// A day as the pupil's school has registered it.
    fn registered(&self, day: NaiveDate) -> Option<Cell> {
        self.known.absence.day((self.pupil, &self.case.facts), self.case.latest.school, day)
    }

    /// Why the guardian has not been told of a day; `None`: they have, or it may still be.
    fn not_told(&self, day: NaiveDate) -> Option<PhoneReason> {
        if self.case.protection.is_some() {
            return Some(PhoneReason::NotMailed);
        }
        if self.case.born.is_none() {
            return Some(PhoneReason::AgeUnknown);
        }
        let evening = start_of_day(day.succ_opt().unwrap_or(day)) - Duration::hours(EVENING);
        let not_seen = (self.now >= evening).then_some(PhoneReason::NotSeen);
        // What a sibling's message says is not said of this one.
        let is_about = |message: &&Message| message.claimed == 0 || message.is_about(self.pupil);
        let of_day = self.outbox.message(MessageClass::SameDay, day);
        // After one that did not arrive no further one goes that day.
        let ended = |message: &Message| match message.standing {
            Standing::Bounced(_) => Some(PhoneReason::CameBack),
            Standing::GivenUp(_) => Some(PhoneReason::NotTaken),
            // Nobody knows whether it went, and what it told of is so no more.
            Standing::Refused(_) if !message.is_unsent() => Some(PhoneReason::NotTaken),
            Standing::Prepared
            | Standing::Claimed { .. }
            | Standing::Failed { .. }
            | Standing::Sent
            | Standing::Refused(_) => None,
        };
        let Some(message) = of_day.filter(is_about) else {
            return if self.outbox.address.is_none() {
                Some(PhoneReason::NoAddress)
            } else if self.outbox.bounced {
                Some(PhoneReason::CameBack)
            } else if self.outbox.confirmed && is_vouched_for(&self.known.world, self.case, self.guardian) {
                of_day.and_then(ended).or(not_seen)
            } else {
                Some(PhoneReason::NotConfirmed)
            };
        };
        match message.standing {
            _ if message.seen.contains(&self.pupil) => None,
            Standing::Bounced(_) | Standing::GivenUp(DeliveryFailure::AddressRefused) => Some(PhoneReason::CameBack),
            // The day's message before this one told of the pupil, and was taken: what becomes of this one is about a sibling.
            _ if message.earlier.contains(&self.pupil) => not_seen,
            Standing::Prepared | Standing::Claimed { .. } | Standing::Failed { .. } | Standing::Sent => not_seen,
            Standing::GivenUp(_) => Some(PhoneReason::NotTaken),
            Standing::Refused(NotSent::AddressBounced) => Some(PhoneReason::CameBack),
            Standing::Refused(NotSent::NoAddress) => Some(PhoneReason::NoAddress),
            Standing::Refused(NotSent::AddressNotConfirmed) => Some(PhoneReason::NotConfirmed),
            // Where nothing in the case says why, a sibling's does, at a school that is perhaps another's: that is told to nobody here.
            Standing::Refused(NotSent::IdentityProtected) if self.case.guardians_protected_here().next().is_none() => {
                Some(PhoneReason::NotTaken)
            }
            Standing::Refused(_) => Some(PhoneReason::NotMailed),
        }
    }

    /// A digest that was given up, or that came back and not only for now: what is in it is told by phone, and an address asked
    /// for where it takes no mail.
    fn digest(&self) -> Option<PhoneTask> {
        // One that was not sent, because the one before came back, takes nothing back.
        let digests = self.outbox.messages.iter().rev().filter(|message| message.class == MessageClass::Digest);
        let newest = digests.into_iter().find(|message| !matches!(message.standing, Standing::Refused(_)))?;
        let reason = match newest.standing {
            Standing::Bounced(SpeaksOf::Address | SpeaksOf::Message)
            | Standing::GivenUp(DeliveryFailure::AddressRefused) => PhoneReason::CameBack,
            Standing::GivenUp(_) => PhoneReason::NotTaken,
            Standing::Prepared
            | Standing::Claimed { .. }
            | Standing::Failed { .. }
            | Standing::Sent
            | Standing::Refused(_)
            | Standing::Bounced(SpeaksOf::Now) => return None,
        };
        // What it says of a sibling is the sibling's; and another address has taken the place of the one that did not work.
        // What a school wrote stays with that school.
        let here = self.case.enrolment_on(newest.period).is_some_and(|then| then.id == self.case.latest.id);
        if !newest.names(self.pupil) || !here {
            return None;
        }
        if self.outbox.address.is_none_or(|address| address > newest.claimed) || !self.is_written_to() {
            return None;
        }
        (!self.was_reached(newest.at)).then(|| self.task(MessageClass::Digest, newest.period, reason))
    }

    fn is_written_to(&self) -> bool {
        let today = local_date(self.now);
        let school = self.case.enrolment_on(today).and_then(|enrolment| self.known.world.school(enrolment.school));
        let sends = |school| schedule_on(school, today).is_some_and(|schedule| schedule.rhythm != DigestRhythm::Off);
        school.is_some_and(|school| sends(school) && in_term(school, today))
    }

    /// Whether a contact is logged, from a moment on, in which the guardian was reached about the pupil.
    fn was_reached(&self, from: DateTime<Utc>) -> bool {
        let at = AsOf::now(local_date(self.now));
        let reached = self.known.caseload.last_reached(self.case.latest.id, self.guardian, at);
        reached.is_some_and(|reached| reached >= from)
    }

    const fn task(&self, message: MessageClass, day: NaiveDate, reason: PhoneReason) -> PhoneTask {
        PhoneTask { guardian: self.guardian, pupil: self.pupil, message, day, reason }
    }
}
