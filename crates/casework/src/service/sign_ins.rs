//! Sign-ins on record: who came in, who went out, and who was not let in; and what the program itself shows, outside the
//! service's answers. The same durable, chained traces as readings.

use chrono::{DateTime, Utc};
use domain::access::may_approve;
use domain::actor::Actor;
use domain::id::{PupilId, StaffId};
use domain::refusal::{Code, Refusal};
use domain::retention::{Due, Subject};
use storage::{NewPart, NewTrace};
use zeroize::Zeroizing;

use super::{Casework, LeftOut, roles_of};
use crate::reader::Ledger;
use crate::stored::classes;
use crate::stored::forms::words::ActorText;
use crate::traces::{MoreRefusedV1, SubjectsV1, TraceV1};

/// Longest name of an account that is put on record, in characters: what is typed in may be anything.
const LONGEST_ACCOUNT: usize = 100;

/// What the approval of an erasure is called on record.
const APPROVED: &str = "erase carry-out";

/// What is put on record of a sign-in.
#[derive(Clone, PartialEq, Eq)]
pub enum SignInTrace {
    /// Somebody came in.
    SignedIn {
        /// Who.
        actor: Actor,
        /// By which account.
        account: String,
    },
    /// Somebody went out.
    SignedOut {
        /// Who.
        actor: Actor,
    },
    /// Somebody was not let in.
    Refused {
        /// The account that was named, whether there is one or not.
        account: String,
    },
    /// Many were not let in: how many more than those who are on record one by one.
    RefusedMore {
        /// What was refused.
        what: String,
        /// The network that they came from.
        address: String,
        /// How many.
        times: u64,
        /// When the first was.
        from: DateTime<Utc>,
        /// When the last was.
        until: DateTime<Utc>,
    },
}

impl Casework {
    /// Puts on record that everything is written out, but of those who are left out; returns when it is on disk. Nothing is written
    /// out before.
    pub async fn record_export(&self, left_out: &LeftOut) -> Result<(), Refusal> {
        let except = left_out.pupils().map(|pupil| pupil.to_string()).collect();
        let subjects = SubjectsV1 { everything: true, except, ..SubjectsV1::default() };
        self.record_trace(Some(Actor::Setup), "export", &subjects).await
    }

    /// Puts on record that a list told of these pupils, outside the service's answers; returns when it is on disk. Nothing is
    /// told before. Nobody is told of: nothing is written.
    pub async fn record_listed(
        &self,
        operation: &str,
        pupils: impl IntoIterator<Item = PupilId>,
    ) -> Result<(), Refusal> {
        let ledger = Ledger::new(operation);
        for pupil in pupils {
            ledger.list(pupil);
        }
        ledger.record(self, Actor::Setup, Vec::new()).await
    }

    /// Puts on record who approved an erasure that is about to be begun, with the pupils whose records it names; returns when it is
    /// on disk. Nothing is erased before. Only somebody who may decide at each school can approve it.
    pub async fn record_approval(
        &self,
        by: StaffId,
        due: &[Due],
        pupils: impl IntoIterator<Item = PupilId>,
    ) -> Result<(), Refusal> {
        may_approve(&self.projections().world, Some(by), due)?;
        let mut listed: Vec<String> = pupils.into_iter().map(|pupil| pupil.to_string()).collect();
        listed.sort_unstable();
        listed.dedup();
        let subjects = SubjectsV1 { listed, ..SubjectsV1::default() };
        self.record_trace(Some(Actor::Staff(by)), APPROVED, &subjects).await
    }

    /// Puts on record that an erasure was refused that was to be somebody's approval; returns when it is on disk.
    pub async fn record_refused_approval(&self, by: StaffId) -> Result<(), Refusal> {
        self.put_on_record((Some(Actor::Staff(by)), true), APPROVED, &SubjectsV1::default()).await
    }

    /// Puts on record that everything about a guardian or a member of staff is written out; returns when it is on disk.
    pub(crate) async fn record_extract(&self, subject: Subject) -> Result<(), Refusal> {
        let subjects = SubjectsV1 { extracted: vec![subject.to_string()], ..SubjectsV1::default() };
        self.record_trace(Some(Actor::Setup), "extract", &subjects).await
    }

    /// Puts it on record; returns when it is on disk. Who is let in before that could read without a trace of having come.
    pub async fn record_sign_in(&self, what: SignInTrace) -> Result<(), Refusal> {
        let mut more = None;
        let (actor, operation, account) = match what {
            SignInTrace::SignedIn { actor, account } => (Some(actor), "signIn", Some(account)),
            SignInTrace::SignedOut { actor } => (Some(actor), "signOut", None),
            SignInTrace::Refused { account } => (None, "signIn", Some(account)),
            SignInTrace::RefusedMore { what, address, times, from, until } => {
                let (from_micros, until_micros) = (from.timestamp_micros(), until.timestamp_micros());
                more = Some(MoreRefusedV1 { times, address, from_micros, until_micros });
                (None, "signIn", Some(what))
            }
        };
        let account = account.map(|name| name.chars().take(LONGEST_ACCOUNT).collect());
        self.record_trace(actor, operation, &SubjectsV1 { account, more, ..SubjectsV1::default() }).await
    }

    async fn record_trace(&self, actor: Option<Actor>, operation: &str, subjects: &SubjectsV1) -> Result<(), Refusal> {
        self.put_on_record((actor, actor.is_none()), operation, subjects).await
    }

    async fn put_on_record(
        &self,
        (actor, refused): (Option<Actor>, bool),
        operation: &str,
        subjects: &SubjectsV1,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let roles = actor.map(|actor| roles_of(&self.projections(), actor)).unwrap_or_default();
        let open = TraceV1 {
            form: 1,
            actor: actor.map_or_else(ActorText::nobody, Into::into),
            roles: roles.into_iter().map(Into::into).collect(),
            operation: operation.to_owned(),
            refused,
            at_micros: now.timestamp_micros(),
        };
        let unwritable = |_| Refusal::new(Code::TraceNotRecorded);
        let plain = Zeroizing::new(serde_json::to_vec(subjects).map_err(unwritable)?);
        let key = classes::key([0; 16], classes::TRACE, classes::school_year(now));
        let trace = NewTrace {
            open: serde_json::to_vec(&open).map_err(unwritable)?,
            subjects: NewPart { key, plain },
            recorded_micros: now.timestamp_micros(),
        };
        match self.log.record_trace(trace).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(code = "trace_not_recorded", %error, "what was to follow was refused: it could not be put on record");
                Err(Refusal::new(Code::TraceNotRecorded))
            }
        }
    }
}
