//! Colleagues.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use casework::answer::StaffCard;
use domain::id::StaffId;
use domain::projection::AsOf;
use domain::refusal::{Code, Refusal};

use super::caseload::{CaseloadConnection, CaseloadEntry};
use super::connection::page_request;
use super::shown;
use super::workload::Workload;
use crate::graphql::error::OrRefused;
use crate::graphql::session::{Session, session};

/// A member of staff.
pub(crate) struct Staff(pub(crate) StaffCard);

impl Staff {
    /// The colleague, if the asker may see them.
    pub(crate) fn find(session: &Session, id: StaffId, at: AsOf) -> Option<Self> {
        session.reader().colleague(id, at).map(|seen| Self(seen.into_inner()))
    }
}

/// A member of staff.
#[Object]
impl Staff {
    /// The id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Name.
    async fn name(&self) -> String {
        shown(&self.0.name)
    }

    /// Whether the person is away (frånvarande). Why is not kept here.
    async fn away(&self) -> bool {
        self.0.away
    }

    /// The id of the standing deputy (ständig ersättare), who has the person's pupils whenever the person is away: the one named last
    /// for the pupils of a school where the asker works, or, of oneself, for those of any.
    async fn standing_deputy_id(&self) -> Option<ID> {
        self.0.standing_deputy.map(|deputy| deputy.to_string().into())
    }

    /// The shares of a shared mentor's post that were agreed with principals.
    async fn shares(&self) -> Vec<AgreedShare> {
        let shares = self.0.shares.iter();
        shares
            .map(|(principal, share)| AgreedShare {
                principal_id: principal.to_string().into(),
                percent: i32::from(share.percent()),
            })
            .collect()
    }

    /// What a week holds: for the mentor, and for a principal at the mentor's school, who is told of cases at the schools that
    /// they lead and of the rest the minutes, as one number. Null for others.
    async fn workload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The week, such as 2019-W36.")] week: String,
    ) -> Result<Option<Workload>> {
        let week = week.parse().map_err(|_| Refusal::at(Code::InvalidInput, "week")).or_refused(context)?;
        let seen = session(context)?.reader().workload(self.0.id, week, self.0.at).await.or_refused(context)?;
        Ok(seen.map(|seen| Workload(seen.into_inner())))
    }

    /// The caseload as a mentor, as far as the asker may see it; by class and name.
    async fn caseload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        mentor_caseload(context, (self.0.id, self.0.at), first, after)
    }
}

/// A principal's share of a shared mentor's post.
#[derive(SimpleObject)]
pub(crate) struct AgreedShare {
    /// The id of the principal.
    principal_id: ID,
    /// Of a full post, in per cent.
    percent: i32,
}

/// A mentor's caseload, one page of it.
pub(super) fn mentor_caseload(
    context: &Context<'_>,
    (mentor, at): (StaffId, AsOf),
    first: i32,
    after: Option<String>,
) -> Result<Option<CaseloadConnection>> {
    let goes_on = after.is_some();
    let page = page_request(first, after).or_refused(context)?;
    let seen = session(context)?.reader().mentor_caseload(mentor, &page, at).or_refused(context)?;
    Ok(seen.map(|seen| CaseloadConnection::of(seen.into_inner(), goes_on, CaseloadEntry::from)))
}
