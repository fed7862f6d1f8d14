//! A school unit: its caseloads and its absence.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use casework::answer::{AbsenceQuestion, SchoolCard};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::event::SchoolMatter;
use domain::event::school::TermMarkedNotComparable;
use domain::id::{SchoolId, StaffId};
use domain::projection::AsOf;
use domain::refusal::{Code, Refusal};
use domain::words::{ClassName, Grade};

use super::absence::{AbsenceBreakdown, AbsenceChange, AbsenceEvidence, ClassAbsence, term};
use super::case_words::{
    AttendanceSender, DelegatedDecision, IncomparableReason, MentoringModel, TalkDuty, TimeCategory,
};
use super::caseload::{CaseloadConnection, CaseloadEntry, MentorsLoad};
use super::connection::{connection, page_request};
use super::reading::{Duty, EmergencyAccess};
use super::words::SchoolForm;
use super::workload::TakenOverSum;
use crate::graphql::error::OrRefused;
use crate::graphql::session::{Session, session};

/// A school unit (skolenhet).
pub(crate) struct School(pub(crate) SchoolCard);

impl School {
    /// The school, if the asker has something to do with it.
    pub(crate) fn find(session: &Session, id: SchoolId, at: AsOf) -> Option<Self> {
        session.reader().school(id, at).map(|seen| Self(seen.into_inner()))
    }

    fn question(
        &self,
        asked: &str,
        field: &'static str,
        grade: Option<i32>,
        class: Option<&str>,
    ) -> Result<AbsenceQuestion, Refusal> {
        let invalid = |field| Refusal::at(Code::InvalidInput, field);
        let grade = grade
            .map(|grade| u8::try_from(grade).ok().and_then(|grade| Grade::try_new(grade).ok()).ok_or(invalid("grade")));
        let class = class.map(|class| ClassName::try_new(class).map_err(|_| invalid("className")));
        Ok(AbsenceQuestion {
            school: self.0.id,
            term: term(asked, field)?,
            grade: grade.transpose()?,
            class: class.transpose()?,
            at: self.0.at,
        })
    }
}

/// A school unit (skolenhet).
#[Object]
impl School {
    /// The id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The short code in everyday use, such as LJU.
    async fn code(&self) -> String {
        self.0.code.as_str().to_owned()
    }

    /// Name.
    async fn name(&self) -> String {
        self.0.name.as_str().to_owned()
    }

    /// Form of school.
    async fn form(&self) -> SchoolForm {
        self.0.form.into()
    }

    /// The committee (nämnd) that the school is under; null: nobody has said.
    async fn committee(&self) -> Option<Committee> {
        self.0
            .committee
            .as_ref()
            .map(|(code, name)| Committee { code: code.as_str().to_owned(), name: name.as_str().to_owned() })
    }

    /// Terms that have been set, oldest first, such as ht18.
    async fn terms(&self) -> Vec<String> {
        self.0.terms.iter().map(ToString::to_string).collect()
    }

    /// How many pupils each mentor has. Outside the school as it was published last.
    async fn mentor_loads(&self, context: &Context<'_>) -> Result<Option<Vec<MentorsLoad>>> {
        let seen = session(context)?.reader().school_loads(self.0.id, self.0.at);
        Ok(seen.map(|seen| seen.get().iter().map(MentorsLoad::from).collect()))
    }

    /// The pupils whom a principal answers for at this school; by class and name.
    async fn pupils_of_principal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The principal's id; left out: the person who asks.")] principal: Option<ID>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let session = session(context)?;
        let Some(principal) = principal_or_asker(principal.as_ref(), session.actor) else { return Ok(None) };
        let seen = session.reader().principal_caseload(principal, self.0.id, &page, self.0.at).or_refused(context)?;
        Ok(seen.map(|seen| CaseloadConnection::of(seen.into_inner(), goes_on, CaseloadEntry::from)))
    }

    /// All pupils of the school whom the asker may see anything of; by class and name.
    async fn pupils(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let seen = session(context)?.reader().pupils_of_school(self.0.id, &page, self.0.at).or_refused(context)?;
        Ok(seen.map(|seen| CaseloadConnection::of(seen.into_inner(), goes_on, CaseloadEntry::from)))
    }

    /// Who has opened a case in an emergency (nödöppning), and why, newest first; for whoever answers for the pupil, or did
    /// when the pupil left.
    async fn emergency_accesses(&self, context: &Context<'_>) -> Result<Option<Vec<EmergencyAccess>>> {
        let seen = session(context)?.reader().emergency_accesses(self.0.id, self.0.at).await.or_refused(context)?;
        Ok(seen.map(|seen| seen.into_inner().into_iter().map(EmergencyAccess::from).collect()))
    }

    /// What happened in a period that the authority must be told of (anmälan till huvudmannen): harassment passed on, absence
    /// that is looked into. For the authority and the school's principals; never whose it is. Of a pupil whose identity is
    /// protected the authority, who must be told, and those of the principals who know of the pupil.
    async fn duties(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "First day.")] first_day: NaiveDate,
        #[graphql(desc = "Last day, included; within a year of the first.")] last_day: NaiveDate,
    ) -> Result<Option<Vec<Duty>>> {
        let period = (first_day, last_day);
        let seen = session(context)?.reader().duties(self.0.id, period, self.0.at).await.or_refused(context)?;
        Ok(seen.map(|seen| seen.into_inner().into_iter().map(Duty::from).collect()))
    }

    /// The pupils whom nobody has, as far as the asker may see them, and why: without a mentor, or the mentor is away or no
    /// longer one here and nobody stands in; by class and name.
    async fn unassigned(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let seen = session(context)?.reader().unassigned(self.0.id, &page, self.0.at).or_refused(context)?;
        Ok(seen.map(|seen| CaseloadConnection::of(seen.into_inner(), goes_on, CaseloadEntry::from)))
    }

    /// The pupils who have been here for so many weeks, and with whom nobody has talked in them, as far as the asker may see
    /// them; by class and name.
    async fn not_talked_with(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many weeks, 1 to 52.", default = 4)] weeks: i32,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let weeks = u8::try_from(weeks).map_err(|_| Refusal::at(Code::InvalidInput, "weeks")).or_refused(context)?;
        let seen =
            session(context)?.reader().not_talked_with(self.0.id, weeks, &page, self.0.at).or_refused(context)?;
        Ok(seen.map(|seen| CaseloadConnection::of(seen.into_inner(), goes_on, CaseloadEntry::from)))
    }

    /// Tasks that the school's mentors took over from teachers in a term, added up: never by person. Null for those who do
    /// not see mentors' loads, and outside the school where there are too few mentors or the term is not published; there, no task that
    /// fewer than three mentors took over, or that was taken over fewer than five times.
    async fn taken_over(
        &self,
        context: &Context<'_>,
        #[graphql(name = "term", desc = "The term, such as ht18 or vt19.")] asked: String,
    ) -> Result<Option<Vec<TakenOverSum>>> {
        let term = term(&asked, "term").or_refused(context)?;
        let seen = session(context)?.reader().taken_over(self.0.id, term, self.0.at);
        Ok(seen.map(|seen| seen.get().iter().map(TakenOverSum::from).collect()))
    }

    /// The mission description (uppdragsbeskrivning) that holds; null: none has been adopted.
    async fn mission(&self) -> Option<Mission> {
        self.0.mission.map(|mission| Mission {
            since: mission.from,
            talks: mission.talks.into(),
            within: mission.within.iter().map(Into::into).collect(),
        })
    }

    /// The mentoring model (mentorsmodell) that holds; null: none has been chosen.
    async fn mentoring_model(&self) -> Option<MentoringModel> {
        self.0.model.map(|chosen| chosen.model.into())
    }

    /// Terms whose figures are marked as not comparable with others, and why.
    async fn not_comparable(&self) -> Vec<NotComparable> {
        self.0.not_comparable.iter().map(NotComparable::from).collect()
    }

    /// Who tells guardians of absence on the day.
    async fn attendance_sender(&self) -> AttendanceSender {
        self.0.attendance_sender.into()
    }

    /// Kinds of decisions that are delegated (delegerade beslut), also those that have ended or lie ahead.
    async fn delegations(&self) -> Vec<Delegation> {
        self.0.settled.iter().filter_map(Delegation::of).collect()
    }

    /// Policies for the absence ladder (rutiner för frånvarotrappan), in the order adopted.
    async fn ladder_policies(&self) -> Vec<LadderPolicy> {
        self.0.settled.iter().filter_map(LadderPolicy::of).collect()
    }

    /// Terms whose figures have been published, in that order.
    async fn published_terms(&self) -> Vec<String> {
        let term = |matter: &SchoolMatter| {
            if let SchoolMatter::FiguresPublished { term } = matter { Some(term.to_string()) } else { None }
        };
        self.0.settled.iter().filter_map(term).collect()
    }

    /// The adopted days on which figures of terms are published (publiceringsdagar), in the order adopted: for a term, the last counts.
    async fn publication_days(&self) -> Vec<PublicationDay> {
        let day = |matter: &SchoolMatter| {
            if let SchoolMatter::PublicationDayAdopted { term, on } = matter {
                Some(PublicationDay { term: term.to_string(), on: *on })
            } else {
                None
            }
        };
        self.0.settled.iter().filter_map(day).collect()
    }

    /// Absence in a term: of the whole school, or of a grade or class there. As it was published: outside the school, and to whom a
    /// figure made anew would tell, beside that, of one pupil whose identity is protected since, or was then; of classes they are
    /// told nothing.
    async fn absence(
        &self,
        context: &Context<'_>,
        #[graphql(name = "term", desc = "The term, such as ht18 or vt19.")] asked: String,
        #[graphql(desc = "Only this grade (årskurs).")] grade: Option<i32>,
        #[graphql(desc = "Only this class (klass).")] class_name: Option<String>,
    ) -> Result<Option<AbsenceBreakdown>> {
        let question = self.question(&asked, "term", grade, class_name.as_deref()).or_refused(context)?;
        let seen = session(context)?.reader().absence(&question);
        Ok(seen.map(|seen| AbsenceBreakdown(seen.into_inner())))
    }

    /// How absence changed from one term to another, in percentage points from unrounded shares.
    async fn absence_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The earlier term, such as ht18.")] from: String,
        #[graphql(desc = "The later term, such as ht19.")] to: String,
        #[graphql(desc = "Only this grade (årskurs).")] grade: Option<i32>,
        #[graphql(desc = "Only this class (klass).")] class_name: Option<String>,
    ) -> Result<Option<AbsenceChange>> {
        let earlier = self.question(&from, "from", grade, class_name.as_deref()).or_refused(context)?;
        let later = self.question(&to, "to", grade, class_name.as_deref()).or_refused(context)?;
        let reader = session(context)?.reader();
        let seen = reader.absence(&earlier).zip(reader.absence(&later));
        let left_out = reader.not_comparable(self.0.id, &[earlier.term, later.term], self.0.at).into_inner();
        Ok(seen.map(|(from, to)| AbsenceChange { from: from.into_inner(), to: to.into_inner(), left_out }))
    }

    /// How absence changed from a baseline term to a later one for the same pupils, with a mentor and without. As it was published to
    /// those to whom `absence` of one of the terms is.
    async fn absence_evidence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The term before, such as ht18.")] baseline: String,
        #[graphql(name = "term", desc = "The later term, such as ht19.")] asked: String,
    ) -> Result<Option<AbsenceEvidence>> {
        let terms = (term(&baseline, "baseline").or_refused(context)?, term(&asked, "term").or_refused(context)?);
        let seen = session(context)?.reader().evidence(self.0.id, terms, self.0.at);
        Ok(seen.map(|seen| AbsenceEvidence(seen.into_inner())))
    }

    /// Absence of each class in a term; null for those who do not answer for the pupils, and no class for those to whom `absence` of the
    /// term is told as it was published.
    async fn absence_by_class(
        &self,
        context: &Context<'_>,
        #[graphql(name = "term", desc = "The term, such as ht18 or vt19.")] asked: String,
    ) -> Result<Option<Vec<ClassAbsence>>> {
        let term = term(&asked, "term").or_refused(context)?;
        let seen = session(context)?.reader().absence_by_class(self.0.id, term, self.0.at);
        Ok(seen.map(|seen| seen.into_inner().into_iter().map(ClassAbsence::from).collect()))
    }
}

/// A kind of decision that a principal has delegated.
#[derive(SimpleObject)]
pub(crate) struct Delegation {
    /// Which kind.
    decision: DelegatedDecision,
    /// To whom: the id.
    to_id: ID,
    /// By which principal: the id. Null: nobody's is known, and the delegation holds for no pupil.
    by_id: Option<ID>,
    /// First day.
    first_day: NaiveDate,
    /// Last day, included.
    last_day: NaiveDate,
}

impl Delegation {
    fn of(matter: &SchoolMatter) -> Option<Self> {
        let SchoolMatter::DecisionDelegated { decision, to, by, first_day, last_day } = matter else { return None };
        let (first_day, last_day) = (*first_day, *last_day);
        let by_id = by.map(|by| by.to_string().into());
        Some(Self { decision: (*decision).into(), to_id: to.to_string().into(), by_id, first_day, last_day })
    }
}

/// A policy for the absence ladder.
#[derive(SimpleObject)]
pub(crate) struct LadderPolicy {
    /// Its number among the school's policies.
    number: i32,
    /// First day.
    first_day: NaiveDate,
    /// Absence above so many per cent of what was offered is looked into.
    percent: i32,
    /// Within a window of so many days.
    window_days: i32,
    /// The step on which absence is looked into (utredning), and from which on the authority is told; null: the policy names none,
    /// and it is the third.
    inquiry: Option<i32>,
}

impl LadderPolicy {
    fn of(matter: &SchoolMatter) -> Option<Self> {
        let SchoolMatter::LadderPolicyAdopted { number, first_day, percent, window_days, inquiry } = matter else {
            return None;
        };
        let inquiry = inquiry.map(|step| step.number().into());
        let (number, percent, window_days) = ((*number).into(), (*percent).into(), (*window_days).into());
        Some(Self { number, first_day: *first_day, percent, window_days, inquiry })
    }
}

/// A committee (nämnd) of the authority: an authority of its own, with secrecy towards the others.
#[derive(SimpleObject)]
pub(crate) struct Committee {
    /// The short code in everyday use, such as BUN.
    code: String,
    /// What it is called.
    name: String,
}

/// What a mentor does and does not do at a school, from a day on.
#[derive(SimpleObject)]
pub(crate) struct Mission {
    /// First day.
    since: NaiveDate,
    /// What the mentor has to do with development talks (utvecklingssamtal).
    talks: TalkDuty,
    /// What is a mentor's task (inom uppdraget); what is not among these is not.
    within: Vec<TimeCategory>,
}

/// A term whose figures cannot be compared with others.
#[derive(SimpleObject)]
pub(crate) struct NotComparable {
    /// The term, such as vt20.
    term: String,
    /// Why.
    reason: IncomparableReason,
}

impl From<&TermMarkedNotComparable> for NotComparable {
    fn from(marked: &TermMarkedNotComparable) -> Self {
        Self { term: marked.term.to_string(), reason: marked.reason.into() }
    }
}

/// The principal named, or whoever asks.
fn principal_or_asker(principal: Option<&ID>, actor: Actor) -> Option<StaffId> {
    match (principal, actor) {
        (Some(id), _) => id.parse().ok(),
        (None, Actor::Staff(staff)) => Some(staff),
        (None, Actor::Setup) => None,
    }
}

connection!(
    /// School units, in pages.
    SchoolConnection,
    /// A school unit's place in the list.
    SchoolEdge,
    School
);

/// The day on which a term's figures are published (publiceringsdag).
#[derive(SimpleObject)]
pub(crate) struct PublicationDay {
    /// The term, such as vt20.
    term: String,
    /// The day.
    on: NaiveDate,
}
