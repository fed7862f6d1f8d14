//! The door of whoever writes to guardians: facts to plan by, without any name; and a letter, once its sending has been
//! claimed and so decided (invariant 10). A claim on record names the pupils: it is the trace of the reading too.
//!
//! Nothing here is reached from a projection or a replay (invariant 12): the door is opened by the program alone.

mod links;

use std::cell::OnceCell;
use std::sync::Arc;

pub use links::{Link, Purpose};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeZone, Utc};
use domain::actor::Actor;
use domain::calendar::{home_zone, local_date};
use domain::command::{Command, DigestAct};
use domain::digest::{
    Addressed, NotAddressed, Schedule, about_pupil, addressed, digests_passed_over, in_term, schedule_on,
};
use domain::event::guardian::GuardianRegistered;
use domain::event::{DigestMatter, Event, EventKind, GuardianEvent, SchoolMatter};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId};
use domain::projection::Projections;
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};
use domain::state::outbox::Standing;
use domain::state::{Outbox, RegisteredSchool};
use domain::words::{AttendanceSender, ContentClass, Household, Language, MessageClass, NotSent, PortalUrl};
use storage::Position;

use crate::ids::first_sixteen;
use crate::reader::Seen;
use crate::service::{Casework, Receipt};
use crate::stored::decode;

/// How far back a message looks that has none before it to go on from, in days of term: as many as lie between two digests of the
/// rarest rhythm.
const FIRST_LOOK: u32 = 35;
/// How many days are gone through at most to find those days of term: no two terms lie further apart.
const LONGEST_BREAK: u64 = 366;

/// One message of a guardian.
pub type Named = (MessageClass, NaiveDate);
/// What became known after a position of the log, and up to another, that one included.
pub type Span = (u64, u64);

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

/// What planning needs to know, as it is now. Holds no name and gives no address.
#[derive(Clone)]
pub struct PostFacts(Arc<Projections>);

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
            MessageClass::Digest => !self.news(**pupil, (self.told(guardian, **pupil), until), today).is_empty(),
            MessageClass::SameDay => self.is_to_be_told(guardian, **pupil, until, today),
            // It says nothing of anybody.
            MessageClass::Confirmation => false,
        };
        self.children(guardian).iter().filter(new).copied().collect()
    }

    /// Position up to which digests have told a guardian what became known of a pupil; 0: none has.
    pub fn told(&self, guardian: GuardianId, pupil: PupilId) -> u64 {
        self.outbox(guardian).map_or(0, |outbox| outbox.told_of(pupil))
    }

    /// Whether a digest may tell a guardian of a pupil today, were there anything to tell.
    pub fn may_tell(&self, guardian: GuardianId, pupil: PupilId, today: NaiveDate) -> bool {
        about_pupil(&self.0.world, guardian, MessageClass::Digest, pupil, today).is_ok()
    }

    /// What became known of a pupil in a span of the log: however long ago it happened, since nothing told it before. From 0
    /// nothing was told before at all: what is new is then what lies in the last weeks of term.
    pub fn news(&self, pupil: PupilId, (since, until): Span, today: NaiveDate) -> News {
        let mut news = News::default();
        let Some(case) = self.0.world.case(pupil) else { return news };
        let first = OnceCell::new();
        let is_new = |day: NaiveDate| since > 0 || *first.get_or_init(|| self.first_look(pupil, today)) <= day;
        for (day, minutes) in self.0.absence.registered_between(pupil, (since, until)) {
            let absent = u32::from(minutes.notified.0) + u32::from(minutes.unnotified.0);
            if absent > 0 && day <= today && is_new(day) {
                news.absent_minutes += absent;
                news.absent_days += 1;
            }
        }
        let booked = |kind| kind == EventKind::DevelopmentTalkBooked;
        let entries = self.0.timeline.after((pupil, case.latest.id), since);
        let recent = |entry: &domain::projection::timeline::Entry| {
            booked(entry.kind) && entry.key.position <= until && is_new(local_date(entry.key.occurred))
        };
        if entries.iter().any(recent) {
            let ahead = case.opened.talks.iter().filter(|talk| !talk.held && talk.on >= today);
            news.talks = ahead.filter(|talk| talk.enrolment == case.latest.id).map(|talk| talk.on).collect();
        }
        news
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
        let minutes = self.0.absence.day(pupil, today).and_then(|day| day.minutes_as_of(until));
        let absent = minutes.is_some_and(|minutes| minutes.unnotified.0 > 0);
        absent && !of_today.is_some_and(|message| message.has_told(pupil)) && ours()
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

/// One child in a letter whose content may be plain.
#[derive(Clone, PartialEq, Eq)]
pub struct Child {
    /// The first name, and nothing more of it.
    pub first_name: String,
    /// What is new.
    pub news: News,
}

/// What a letter says.
#[derive(Clone, PartialEq, Eq)]
pub enum LetterContent {
    /// A: that there is something new.
    Notice,
    /// B: plain facts of each child.
    Plain(Vec<Child>),
}

/// A letter to one guardian. Only this crate makes one, after the decision.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address; empty in a preview.
    pub to: String,
    /// Position of the event that holds the address: what comes back is about that address and no other.
    pub address: u64,
    /// To whom.
    pub guardian: GuardianId,
    /// Which message.
    pub named: Named,
    /// Position in the log that it goes on from: a day's further message has a name of its own.
    pub since: u64,
    /// In which language.
    pub language: Language,
    /// Without HTML.
    pub plain_text: bool,
    /// What it says.
    pub content: LetterContent,
    /// Where the guardian reads the facts, each place once.
    pub portals: Vec<PortalUrl>,
}

/// What became of claiming a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claimed {
    /// It is this sender's, as this attempt.
    Held(u8),
    /// It is not sent.
    Refused(NotSent),
    /// Somebody else has it, or it is done.
    Elsewhere,
}

/// The door.
#[derive(Clone)]
pub struct Post {
    casework: Arc<Casework>,
}

impl Casework {
    /// The door of whoever writes to guardians.
    pub fn post(self: &Arc<Self>) -> Post {
        Post { casework: Arc::clone(self) }
    }
}

impl Post {
    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.casework.clock.now()
    }

    /// What is known now.
    pub fn facts(&self) -> PostFacts {
        PostFacts(self.casework.projections())
    }

    /// Puts a step on record.
    pub async fn act(&self, guardian: GuardianId, act: DigestAct, id: CommandId) -> Result<Receipt, Refusal> {
        self.casework.execute(Actor::Setup, Command::Digest { guardian, act }, id).await
    }

    /// Puts on record that nobody at a school is sent a digest for a period.
    pub async fn pass_over(
        &self,
        school: SchoolId,
        (period, reason): (NaiveDate, NotSent),
        id: CommandId,
    ) -> Result<Receipt, Refusal> {
        let matter = SchoolMatter::SchoolDigestsPassedOver { period, reason };
        self.casework.execute(Actor::Setup, Command::SettleSchool { school, matter }, id).await
    }

    /// Takes a message on: whether it may be sent is decided now, and is on record either way.
    pub async fn claim(&self, guardian: GuardianId, claim: DigestAct, id: CommandId) -> Result<Claimed, Refusal> {
        match self.act(guardian, claim, id).await {
            Err(refusal) if refusal.code == Code::NotSo => return Ok(Claimed::Elsewhere),
            Err(refusal) => return Err(refusal),
            Ok(receipt) => {
                let recorded = self.event(receipt.position).await?;
                if let Some(DigestMatter::DigestClaimed { attempt, .. }) = &recorded {
                    return Ok(Claimed::Held(*attempt));
                }
                if let Some(DigestMatter::DigestRefused { reason, .. }) = &recorded {
                    return Ok(Claimed::Refused(*reason));
                }
            }
        }
        Ok(Claimed::Elsewhere)
    }

    /// The letter of a claimed message. It tells what was known when it was claimed, of the pupils whom the claim names: those
    /// are told of from then on, and no others. It is decided once more: `None`: what was decided holds no more, or the address
    /// has become another, or something to tell became known after the sender had looked and before its claim. Then it is
    /// claimed anew.
    pub async fn letter(&self, guardian: GuardianId, named: Named) -> Result<Option<Letter>, Refusal> {
        let (facts, today) = (self.facts(), local_date(self.now()));
        let gone = || Refusal::new(Code::NotFound);
        let message = facts.outbox(guardian).and_then(|outbox| outbox.message(named.0, named.1)).ok_or_else(gone)?;
        if !matches!(message.standing, Standing::Claimed { .. }) {
            return Err(Refusal::new(Code::NotSo));
        }
        let Some(DigestMatter::DigestClaimed { content, language, pupils, .. }) = self.event(message.claimed).await?
        else {
            return Err(gone());
        };
        let about = facts.about(guardian, named.0, message.claimed, today);
        let decided = facts.would_be(guardian, named, &about, today);
        let same = |decided: &Addressed| {
            decided.content == content && decided.pupils.iter().map(|told| told.0).eq(pupils.iter().copied())
        };
        let Some(decided) = decided.ok().filter(same) else { return Ok(None) };
        let held = facts.outbox(guardian).and_then(|outbox| outbox.address);
        let Some(address) = held.filter(|held| message.address == Some(*held)) else { return Ok(None) };
        let to = self.address_at(address).await?.ok_or_else(gone)?;
        let parts = (content, language, decided.plain_text);
        let of = (named, message.since);
        Ok(Some(facts.letter((guardian, to, address), of, parts, &pupils, (message.claimed, today))))
    }

    /// The address of a guardian; `None`: none is known, or it has been erased.
    pub async fn address(&self, guardian: GuardianId) -> Result<Option<String>, Refusal> {
        let facts = self.facts();
        let Some(position) = facts.outbox(guardian).and_then(|outbox| outbox.address) else { return Ok(None) };
        self.address_at(position).await
    }

    async fn address_at(&self, position: u64) -> Result<Option<String>, Refusal> {
        let recorded = self.read(position).await?;
        let Body::Known(Event::Guardian(event)) = recorded else { return Ok(None) };
        Ok(match event {
            GuardianEvent::Registered(GuardianRegistered { email, .. }) => {
                email.map(|email| email.reveal().as_str().to_owned())
            }
            GuardianEvent::Digest(DigestMatter::GuardianAddressSet { email }) => {
                Some(email.reveal().as_str().to_owned())
            }
            GuardianEvent::Digest(_) => None,
        })
    }

    /// 128 bits that nobody can guess, for one purpose and what it is about: what links and sender addresses carry.
    pub fn code(&self, purpose: &str, about: &[&[u8]]) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(&self.casework.secret);
        hasher.update(b"post").update(purpose.as_bytes()).update(&[0]);
        for part in about {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hasher.update(&length.to_le_bytes()).update(part);
        }
        first_sixteen(&hasher.finalize())
    }

    /// The same in hexadecimal digits.
    pub fn code_text(&self, purpose: &str, about: &[&[u8]]) -> String {
        links::hexadecimal(&self.code(purpose, about))
    }

    async fn event(&self, position: u64) -> Result<Option<DigestMatter>, Refusal> {
        let body = self.read(position).await?;
        if let Body::Known(Event::Guardian(GuardianEvent::Digest(matter))) = body { Ok(Some(matter)) } else { Ok(None) }
    }

    async fn read(&self, position: u64) -> Result<Body, Refusal> {
        let internal = |why: String| {
            tracing::error!(code = "internal", %why, "an event of a message could not be read");
            Refusal::new(Code::Internal)
        };
        let events = self.casework.log.read_at(vec![Position(position)]).await;
        let events = events.map_err(|error| internal(error.to_string()))?;
        let event = events.first().ok_or_else(|| internal("it is missing".to_owned()))?;
        Ok(decode(event).map_err(|error| internal(error.to_string()))?.body)
    }
}

impl PostFacts {
    /// Puts a letter together about pupils who may be told of.
    fn letter(
        &self,
        (guardian, to, address): (GuardianId, String, u64),
        (named, since): (Named, u64),
        (content, language, plain_text): (ContentClass, Language, bool),
        pupils: &[PupilId],
        (until, today): (u64, NaiveDate),
    ) -> Letter {
        let mut portals = Vec::new();
        for school in pupils.iter().filter_map(|pupil| self.school(*pupil, today)) {
            let portal = self.schedule(school, today).and_then(|schedule| schedule.portal);
            portals.extend(portal.filter(|portal| !portals.contains(portal)));
        }
        let child = |pupil: &PupilId| {
            let case = self.0.world.case(*pupil)?;
            let first_name = case.name.present()?.reveal().as_str().split_whitespace().next()?.to_owned();
            let mut news = self.news(*pupil, (self.told(guardian, *pupil), until), today);
            // A school need not tell one home of the other's meeting times, and who comes to a talk is not on record: where all do
            // not live with the pupil, as far as is known, each hears of a talk from the school itself.
            let alone = || case.guardians.iter().all(|linked| linked.guardian == guardian);
            let together = || case.guardians.iter().all(|linked| linked.household == Some(Household::Lives));
            if !alone() && !together() {
                news.talks.clear();
            }
            Some(Child { first_name, news })
        };
        let content = match content {
            ContentClass::Notice => LetterContent::Notice,
            ContentClass::Plain => LetterContent::Plain(pupils.iter().filter_map(child).collect()),
        };
        Letter { to, address, guardian, named, since, language, plain_text, content, portals }
    }

    /// When the clock of the school that writes to a guardian shows a time; `None`: it is skipped there on that day. Where no
    /// school writes it is Sweden's clock.
    pub fn moment(&self, guardian: GuardianId, shown: NaiveDateTime) -> Option<DateTime<Utc>> {
        let zone = |pupil: &PupilId| Some(self.schedule(self.school(*pupil, shown.date())?, shown.date())?.zone.zone());
        let zone = self.children(guardian).iter().find_map(zone).unwrap_or_else(home_zone);
        zone.from_local_datetime(&shown).earliest().map(|moment| moment.to_utc())
    }

    /// The letter that a guardian would get on a day, of what was on record up to a position, without the address: for whoever
    /// may look at it.
    pub fn preview(&self, guardian: GuardianId, today: NaiveDate, until: u64) -> Result<Letter, NotAddressed> {
        let about = self.about(guardian, MessageClass::Digest, until, today);
        let named = (MessageClass::Digest, today);
        let told = addressed(&self.0.world, guardian, named, &about, today)?;
        let pupils: Vec<PupilId> = told.pupils.iter().map(|(pupil, _)| *pupil).collect();
        let parts = (told.content, told.language, told.plain_text);
        Ok(self.letter((guardian, String::new(), 0), (named, 0), parts, &pupils, (until, today)))
    }
}

/// What would be sent to a guardian, for whoever has one of their pupils.
pub type SeenPreview = Seen<Result<Letter, NotSent>>;
