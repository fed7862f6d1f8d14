//! A pupil, as those who have the case see them.

use async_graphql::parser::types::SelectionSet;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use casework::answer::{GuardianOfPupil, MentorOfPupil, PupilCard};
use chrono::NaiveDate;
use domain::event::pupil;
use domain::id::PupilId;
use domain::projection::AsOf;
use domain::words::ProgrammeCode;

use super::absence::{AbsenceBreakdown, term};
use super::case_words::Household;
use super::connection::page_request;
use super::extract::{Extract, review};
use super::past::of_today;
use super::plain::{Getter, Plain, id, inside, number, text, value};
use super::reading::{Reading, ReadingConnection};
use super::school::School;
use super::shown;
use super::staff::Staff;
use super::timeline::{TimelineConnection, TimelineEntry};
use super::words::{AssignmentKind, Guardianship};
use crate::graphql::error::OrRefused;
use crate::graphql::session::{Session, session};

/// A pupil (elev).
pub(crate) struct Pupil(pub(crate) PupilCard);

impl Pupil {
    /// The pupil, if the asker may see them.
    pub(crate) fn find(session: &Session, id: PupilId, at: AsOf) -> Option<Self> {
        session.reader().pupil(id, at).map(|seen| Self(seen.into_inner()))
    }
}

/// A pupil (elev).
#[Object]
impl Pupil {
    /// The id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name; null when it has been erased (gallrat).
    async fn name(&self) -> Option<String> {
        self.0.name.as_ref().map(shown)
    }

    /// The school unit that the pupil is enrolled at.
    async fn school(&self, context: &Context<'_>) -> Result<Option<School>> {
        Ok(School::find(session(context)?, self.0.school, self.0.at))
    }

    /// Class, grade and programme.
    async fn placement(&self) -> Placement {
        (&self.0.placement).into()
    }

    /// Mentors who have the pupil.
    async fn mentors(&self, context: &Context<'_>) -> Result<Vec<PupilsMentor>> {
        let seen = session(context)?.reader().mentors(self.0.id, self.0.at).into_inner();
        Ok(seen.iter().map(PupilsMentor::from).collect())
    }

    /// Guardians linked to the pupil, by the names that were known.
    async fn guardians(&self, context: &Context<'_>) -> Result<Vec<PupilsGuardian>> {
        let seen = session(context)?.reader().guardians(self.0.id, self.0.at).await.or_refused(context)?;
        Ok(seen.into_inner().iter().map(PupilsGuardian::from).collect())
    }

    /// What has happened, newest first by when it happened.
    async fn timeline(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<TimelineConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let reader = session(context)?.reader();
        let seen = reader.timeline(self.0.id, &page, self.0.at).await.or_refused(context)?;
        Ok(seen.map(|seen| TimelineConnection::of(seen.into_inner(), goes_on, TimelineEntry)))
    }

    /// What has happened, with what was corrected (rättat) and the corrections; null for those who see a part of the case
    /// only.
    async fn history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<TimelineConnection>> {
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let seen = session(context)?.reader().history(self.0.id, &page, self.0.at).await.or_refused(context)?;
        Ok(seen.map(|seen| TimelineConnection::of(seen.into_inner(), goes_on, TimelineEntry)))
    }

    /// Who has read the case, newest first; null for those who do not answer for the pupil. Asking is itself a reading. Each
    /// says when it was, and so it is not asked as of a day: within `asOf` it is refused.
    async fn readings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<ReadingConnection>> {
        of_today(context, self.0.at)?;
        let goes_on = after.is_some();
        let page = page_request(first, after).or_refused(context)?;
        let seen = session(context)?.reader().readings(self.0.id, &page).await.or_refused(context)?;
        Ok(seen.map(|seen| ReadingConnection::of(seen.into_inner(), goes_on, Reading::from)))
    }

    /// Everything about the pupil, for the person (registerutdrag, article 15 GDPR); null for those who do not answer for the
    /// pupil. Review the draft for secrecy (sekretessprövning) before it is handed out: say what is held back and what is let
    /// in, and ask again as reviewed. It is of all that is on record today: within `asOf` it is refused.
    async fn extract(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Entries that are not handed out, by their ids.", default)] hold_back: Vec<ID>,
        #[graphql(
            desc = "Entries that are handed out whole though they never enter by themselves: reports of concern, restricted \
                    notes.",
            default
        )]
        let_in: Vec<ID>,
        #[graphql(desc = "Whether it has been reviewed for secrecy.", default)] reviewed: bool,
    ) -> Result<Option<Extract>> {
        of_today(context, self.0.at)?;
        let review = review(&hold_back, &let_in).or_refused(context)?;
        let seen = session(context)?.reader().extract(self.0.id, &review).await.or_refused(context)?;
        Ok(seen.map(|seen| Extract::new(seen.get(), reviewed)))
    }

    /// Whether the pupil's identity is protected (skyddade personuppgifter): named staff alone know of the pupil.
    async fn identity_protected(&self) -> bool {
        self.0.protected
    }

    /// The pupil's absence in a term.
    async fn absence(
        &self,
        context: &Context<'_>,
        #[graphql(name = "term", desc = "The term, such as ht18 or vt19.")] asked: String,
    ) -> Result<Option<AbsenceBreakdown>> {
        let term = term(&asked, "term").or_refused(context)?;
        let seen = session(context)?.reader().pupil_absence(self.0.id, term, self.0.at);
        Ok(seen.map(|seen| AbsenceBreakdown(seen.into_inner())))
    }
}

impl Plain for Pupil {
    const NAME: &'static str = "Pupil";

    fn field(name: &str, inner: &SelectionSet) -> Option<Getter<Self>> {
        match name {
            "id" => Some(id(|pupil: &Self| pupil.0.id)),
            "name" => Some(text(|pupil: &Self| pupil.0.name.as_ref().map(|name| name.reveal().as_str()))),
            "identityProtected" => Some(value(|pupil: &Self| pupil.0.protected)),
            "placement" => inside(inner, |pupil: &Self| &pupil.0.placement),
            _ => None,
        }
    }
}

impl Plain for pupil::Placement {
    const NAME: &'static str = "Placement";

    fn field(name: &str, _: &SelectionSet) -> Option<Getter<Self>> {
        match name {
            "className" => Some(text(|placement: &Self| Some(placement.class.as_str()))),
            "grade" => Some(number(|placement: &Self| Some(placement.grade.number()))),
            "programme" => Some(text(|placement: &Self| placement.programme.as_ref().map(ProgrammeCode::as_str))),
            _ => None,
        }
    }
}

/// Where in the school a pupil goes.
#[derive(SimpleObject, Clone)]
pub(crate) struct Placement {
    /// The class (klass), such as 7A.
    class_name: String,
    /// The grade (årskurs).
    grade: i32,
    /// The programme, in upper secondary school.
    programme: Option<String>,
}

impl From<&pupil::Placement> for Placement {
    fn from(placement: &pupil::Placement) -> Self {
        Self {
            class_name: placement.class.as_str().to_owned(),
            grade: i32::from(placement.grade.number()),
            programme: placement.programme.as_ref().map(|programme| programme.as_str().to_owned()),
        }
    }
}

/// A mentor who has a pupil.
#[derive(SimpleObject)]
pub(crate) struct PupilsMentor {
    /// The assignment's id.
    assignment_id: ID,
    /// The mentor.
    mentor: Staff,
    /// The kind of assignment.
    kind: AssignmentKind,
    /// The id of the principal whose work it is.
    principal_id: ID,
    /// First day.
    since: NaiveDate,
}

impl From<&MentorOfPupil> for PupilsMentor {
    fn from(mentor: &MentorOfPupil) -> Self {
        Self {
            assignment_id: mentor.assignment.to_string().into(),
            mentor: Staff(mentor.mentor.clone()),
            kind: mentor.kind.into(),
            principal_id: mentor.principal.to_string().into(),
            since: mentor.from,
        }
    }
}

/// A guardian linked to a pupil.
#[derive(SimpleObject)]
pub(crate) struct PupilsGuardian {
    /// The guardian's id: a contact is logged with it.
    id: ID,
    /// Name; null when it has been erased (gallrat).
    name: Option<String>,
    /// What they are to the pupil.
    guardianship: Guardianship,
    /// How the pupil lives with them; null when it is not known.
    household: Option<Household>,
}

impl From<&GuardianOfPupil> for PupilsGuardian {
    fn from(guardian: &GuardianOfPupil) -> Self {
        Self {
            id: guardian.id.to_string().into(),
            name: guardian.name.as_ref().map(shown),
            guardianship: guardian.guardianship.into(),
            household: guardian.household.map(Into::into),
        }
    }
}
