//! A guardian, and what is written to them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use casework::answer::{self, GuardianCard, ToBePhoned, Unreachable};
use casework::post::{Child, Letter, LetterContent};
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::GuardianId;
use domain::projection::AsOf;
use domain::state::outbox::{Message, PassedOver, Standing};

use super::digest_words::{
    ContentClass, DeliveryFailure, DigestFrequency, Language, MessageClass, NotSent, PhoneReason, SpeaksOf,
};
use super::past::of_today;
use super::shown;
use crate::graphql::error::OrRefused;
use crate::graphql::session::{Session, session};
use crate::letters::{Letters, Reads};

/// A guardian (vårdnadshavare), and what is written to them by e-mail; as of when it is told.
pub(crate) struct Guardian(pub(crate) GuardianCard, pub(crate) AsOf);

impl Guardian {
    /// The guardian, if one of their pupils is the asker's.
    pub(crate) fn find(session: &Session, id: GuardianId, now: AsOf) -> Option<Self> {
        session.reader().guardian(id).map(|seen| Self(seen.into_inner(), now))
    }
}

/// A guardian (vårdnadshavare), and what is written to them by e-mail.
#[Object]
impl Guardian {
    /// The guardian's id.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name; as of a time, as it was known then.
    async fn name(&self) -> String {
        shown(&self.0.name)
    }

    /// Whether an e-mail address is known. The address itself is not shown.
    async fn has_address(&self) -> bool {
        self.0.outbox.address.is_some()
    }

    /// Whether somebody has confirmed that the address is the guardian's: before that nothing is sent.
    async fn address_confirmed(&self) -> bool {
        self.0.outbox.confirmed
    }

    /// Whether mail to the address came back for good.
    async fn address_bounced(&self) -> bool {
        self.0.outbox.bounced
    }

    /// Whether the guardian has stopped digests.
    async fn stopped(&self) -> bool {
        self.0.outbox.stopped
    }

    /// How often the guardian wants a digest; weekly when nothing was said.
    async fn frequency(&self) -> DigestFrequency {
        self.0.outbox.preference.unwrap_or_default().frequency.into()
    }

    /// In which language; Swedish when nothing was said.
    async fn language(&self) -> Language {
        self.0.outbox.preference.unwrap_or_default().language.into()
    }

    /// Whether without HTML.
    async fn plain_text(&self) -> bool {
        self.0.outbox.preference.unwrap_or_default().plain_text
    }

    /// The newest messages, in the order prepared, and where each stands.
    async fn messages(&self) -> Vec<GuardianMessage> {
        self.0.messages().map(|message| GuardianMessage::of(&self.0, message)).collect()
    }

    /// Why no message was prepared although there was something to say, for the newest period of each kind of which that is on record.
    async fn passed_over(&self) -> Vec<PassedOverMessage> {
        self.0.passed_over().iter().map(PassedOverMessage::from).collect()
    }

    /// What was put right (rättat) of the guardian's name and telephone number, in the order recorded, with the name that stood.
    async fn corrections(&self, context: &Context<'_>) -> Result<Vec<GuardianCorrection>> {
        let seen = session(context)?.reader().guardian_corrections(self.0.id, self.1).await.or_refused(context)?;
        Ok(seen.into_inner().iter().map(GuardianCorrection::from).collect())
    }

    /// What the guardian would be sent on a day, by what is known now; null for those who do not have all of the guardian's pupils.
    /// Within `asOf` it is refused.
    async fn preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The day, at most a year from today. Left out: today.")] at: Option<NaiveDate>,
    ) -> Result<Option<DigestPreview>> {
        of_today(context, self.1)?;
        let reader = session(context)?.reader();
        let at = at.unwrap_or_else(|| reader.now().day);
        let seen = reader.digest_preview(self.0.id, (at, None)).or_refused(context)?;
        let letters = context.data::<Arc<Letters>>()?;
        Ok(seen.map(|seen| match seen.into_inner() {
            Ok(letter) => DigestPreview::of(&letter, letters.writer.as_ref().and_then(|write| write(&letter))),
            Err(reason) => DigestPreview { not_sent: Some(reason.into()), ..DigestPreview::default() },
        }))
    }
}

/// Something of a guardian was put right (uppgifter rättade), at whatever school. By whom is not told: it may be somebody who has
/// another child of the guardian's.
#[derive(SimpleObject)]
pub(crate) struct GuardianCorrection {
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The name as it should have been; null when the name stands.
    name: Option<String>,
    /// The name as it stood; null when the name stands.
    instead_of: Option<String>,
    /// Whether the telephone number was put right. The number itself is not shown.
    phone: bool,
}

impl From<&answer::GuardianCorrection> for GuardianCorrection {
    fn from(correction: &answer::GuardianCorrection) -> Self {
        let names = correction.name.as_ref().map(|(name, stood)| (shown(name), shown(stood)));
        let (name, instead_of) = names.unzip();
        Self { recorded_at: correction.recorded, name, instead_of, phone: correction.phone }
    }
}

/// Where a message to a guardian stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageStanding {
    /// To be sent.
    Prepared,
    /// A sender has it.
    Claimed,
    /// To be tried again.
    Failed,
    /// The relay took it.
    Sent,
    /// It was not sent, by decision.
    Refused,
    /// Nothing more is tried.
    GivenUp,
    /// It came back.
    Bounced,
}

/// A message to a guardian.
#[derive(SimpleObject)]
pub(crate) struct GuardianMessage {
    /// Which kind.
    class: MessageClass,
    /// What it stands for: the day on which the digest was due, or the day of the absence or of the question.
    period: NaiveDate,
    /// Where it stands.
    standing: MessageStanding,
    /// Why it was not sent; null unless it was refused, and where the reason may be about a pupil whom the asker does not have.
    not_sent: Option<NotSent>,
    /// Why handing it over failed; null unless it did.
    failure: Option<DeliveryFailure>,
    /// Of what the server spoke that it came back from; null unless it came back.
    came_back: Option<SpeaksOf>,
    /// Since when it stands there.
    at: DateTime<Utc>,
    /// Attempts so far.
    attempts: i32,
    /// Whether the guardian has seen it.
    acknowledged: bool,
}

impl GuardianMessage {
    fn of(guardian: &GuardianCard, message: &Message) -> Self {
        let mut came_back = None;
        let (standing, failure) = match message.standing {
            Standing::Prepared => (MessageStanding::Prepared, None),
            Standing::Claimed { .. } => (MessageStanding::Claimed, None),
            Standing::Failed { failure, .. } => (MessageStanding::Failed, Some(failure)),
            Standing::Sent => (MessageStanding::Sent, None),
            Standing::Refused(_) => (MessageStanding::Refused, None),
            Standing::GivenUp(failure) => (MessageStanding::GivenUp, Some(failure)),
            Standing::Bounced(of) => {
                came_back = Some(of.into());
                (MessageStanding::Bounced, None)
            }
        };
        Self {
            class: message.class.into(),
            period: message.period,
            standing,
            not_sent: guardian.not_sent(message).map(Into::into),
            failure: failure.map(Into::into),
            came_back,
            at: message.at,
            attempts: i32::from(message.attempts),
            acknowledged: message.acknowledged(),
        }
    }
}

/// A message that was not prepared.
#[derive(SimpleObject)]
pub(crate) struct PassedOverMessage {
    /// Which kind.
    class: MessageClass,
    /// What it would have stood for: the day on which the digest was due, or the day of the absence.
    period: NaiveDate,
    /// Why: the guardian has no address, wants none, or has had one lately.
    not_sent: NotSent,
}

impl From<&PassedOver> for PassedOverMessage {
    fn from(passed: &PassedOver) -> Self {
        let PassedOver { class, period, reason } = *passed;
        Self { class: class.into(), period, not_sent: reason.into() }
    }
}

/// What a guardian would be sent.
#[derive(SimpleObject, Default)]
pub(crate) struct DigestPreview {
    /// Why nothing would be sent; null when something would.
    not_sent: Option<NotSent>,
    /// What it would say: that there is something new, or plain facts.
    content: Option<ContentClass>,
    /// In which language.
    language: Option<Language>,
    /// The subject, as it would be; null where guardians are not written to.
    subject: Option<String>,
    /// The plain text, as it would be. Where a link of the guardian's stands in it, it holds none.
    text: Option<String>,
    /// Plain facts of each child; none where it only says that there is something new.
    children: Vec<PreviewedChild>,
}

/// Plain facts of a child, as they would stand in the message.
#[derive(SimpleObject)]
pub(crate) struct PreviewedChild {
    /// The first name.
    first_name: String,
    /// Minutes of absence.
    absent_minutes: u32,
    /// On how many days.
    absent_days: u32,
    /// Booked development talks ahead.
    talks: Vec<NaiveDate>,
}

impl DigestPreview {
    fn of(letter: &Letter, reads: Option<Reads>) -> Self {
        let (content, children) = match &letter.content {
            LetterContent::Notice => (domain::words::ContentClass::Notice, Vec::new()),
            LetterContent::Plain(children) => {
                (domain::words::ContentClass::Plain, children.iter().map(PreviewedChild::from).collect())
            }
        };
        let (subject, text) = reads.map(|reads| (reads.subject, reads.text)).unzip();
        let (content, language) = (Some(content.into()), Some(letter.language.into()));
        Self { not_sent: None, content, language, subject, text, children }
    }
}

impl From<&Child> for PreviewedChild {
    fn from(child: &Child) -> Self {
        Self {
            first_name: child.first_name.clone(),
            absent_minutes: child.news.absent_minutes,
            absent_days: child.news.absent_days,
            talks: child.news.talks.clone(),
        }
    }
}

/// A guardian of a pupil whom the viewer looks after, to whom no mail can go: phone instead, and ask for the address.
#[derive(SimpleObject)]
pub(crate) struct UnreachableGuardian {
    /// The pupil's id.
    pupil_id: ID,
    /// The guardian.
    guardian: Guardian,
    /// Why no mail can go.
    reason: PhoneReason,
}

impl UnreachableGuardian {
    /// As of when it is told.
    pub(crate) fn of(unreachable: Unreachable, at: AsOf) -> Self {
        let Unreachable { pupil, guardian, reason } = unreachable;
        Self { pupil_id: pupil.to_string().into(), guardian: Guardian(guardian, at), reason: reason.into() }
    }
}

/// A guardian whom the viewer is to phone (ring vårdnadshavaren), because a message has not reached them, or nobody knows. It is
/// done when a contact is logged in which the guardian was reached, in whatever way, or when the guardian says that the message
/// was seen.
#[derive(SimpleObject)]
pub(crate) struct GuardianToPhone {
    /// The pupil's id.
    pupil_id: ID,
    /// The guardian.
    guardian: Guardian,
    /// What the guardian was to be told: of the day's absence, or what a digest holds.
    about: MessageClass,
    /// The day that it is about.
    day: NaiveDate,
    /// Why phoning is needed.
    reason: PhoneReason,
}

impl GuardianToPhone {
    /// As of when it is told.
    pub(crate) fn of(phoned: ToBePhoned, at: AsOf) -> Self {
        let ToBePhoned { task, guardian } = phoned;
        Self {
            pupil_id: task.pupil.to_string().into(),
            guardian: Guardian(guardian, at),
            about: task.message.into(),
            day: task.day,
            reason: task.reason.into(),
        }
    }
}
