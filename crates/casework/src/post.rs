//! The door of whoever writes to guardians: facts to plan by, without any name; and a letter, once its sending has been
//! claimed and so decided (invariant 10). A claim on record names the pupils: it is the trace of the reading too.
//!
//! Nothing here is reached from a projection or a replay (invariant 12): the door is opened by the program alone.

mod facts;
mod links;

use std::sync::Arc;

pub use facts::{News, PostFacts};
pub use links::{Link, Purpose};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use domain::actor::Actor;
use domain::calendar::{home_zone, local_date};
use domain::command::{Command, DigestAct};
use domain::digest::{Addressed, NotAddressed, addressed};
use domain::event::guardian::GuardianRegistered;
use domain::event::{DigestMatter, Event, GuardianEvent, SchoolMatter};
use domain::id::{CommandId, GuardianId, PupilId, SchoolId};
use domain::recorded::Body;
use domain::refusal::{Code, Refusal};
use domain::state::outbox::Standing;
use domain::words::{ContentClass, Household, Language, MessageClass, NotSent, PortalUrl};
use storage::Position;

use crate::ids::first_sixteen;
use crate::reader::Seen;
use crate::service::{Casework, Receipt};
use crate::stored::decode;

/// One message of a guardian.
pub type Named = (MessageClass, NaiveDate);

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
    /// There are facts of some pupil that the guardian can read nowhere: they are told to call.
    pub to_call: bool,
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

    /// The letter of a claimed message. It tells what was known when it was claimed, or when it may have gone before, of the pupils
    /// whom the claim names: those are told of from then on, and no others. It is decided once more: `None`: what was decided holds no more, or the address
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
        let about = facts.about(guardian, named.0, message.known, today);
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
        Ok(Some(facts.letter((guardian, to, address), of, parts, &pupils, (message.known, today))))
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
            GuardianEvent::Corrected(_) | GuardianEvent::Digest(_) => None,
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
        let (mut portals, mut to_call) = (Vec::new(), false);
        for school in pupils.iter().filter_map(|pupil| self.school(*pupil, today)) {
            let portal = self.schedule(school, today).and_then(|schedule| schedule.portal);
            to_call |= portal.is_none();
            portals.extend(portal.filter(|portal| !portals.contains(portal)));
        }
        let child = |pupil: &PupilId| {
            let case = self.0.world.case(*pupil)?;
            let first_name = case.latest.name.present()?.reveal().as_str().split_whitespace().next()?.to_owned();
            let mut news = self.news(guardian, *pupil, until, today);
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
        Letter { to, address, guardian, named, since, language, plain_text, content, portals, to_call }
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
