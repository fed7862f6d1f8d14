//! The person who asks.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use casework::answer::Me;
use domain::actor::Grant;
use domain::projection::AsOf;

use super::caseload::CaseloadConnection;
use super::guardian::{GuardianToPhone, UnreachableGuardian};
use super::past::of_today;
use super::shown;
use super::staff::mentor_caseload;
use super::words::Role;
use crate::graphql::session::session;

/// The person who asks, and as of when.
pub(crate) struct Viewer(pub(crate) Me, pub(crate) AsOf);

/// A role that has been granted, and where it holds.
#[derive(SimpleObject)]
pub(crate) struct GrantedRole {
    /// The role.
    role: Role,
    /// The school unit where it holds; null: the whole authority (huvudman).
    school_id: Option<ID>,
    /// The committee (nämnd) that it is for; null: for schools that are under none, where it is bound to one.
    committee: Option<String>,
}

impl From<&Grant> for GrantedRole {
    fn from(grant: &Grant) -> Self {
        Self {
            role: grant.role.into(),
            school_id: grant.school.map(|school| school.to_string().into()),
            committee: grant.committee.map(|committee| committee.as_str().to_owned()),
        }
    }
}

/// The person who asks.
#[Object]
impl Viewer {
    /// The person's id as a member of staff.
    async fn id(&self) -> ID {
        self.0.staff.to_string().into()
    }

    /// Name.
    async fn name(&self) -> String {
        shown(&self.0.name)
    }

    /// The roles that the person has been granted.
    async fn roles(&self) -> Vec<GrantedRole> {
        self.0.grants.iter().map(GrantedRole::from).collect()
    }

    /// The person's own caseload as a mentor; by class and name.
    async fn caseload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many at most, 1 to 100.", default = 20)] first: i32,
        #[graphql(desc = "The cursor after which to go on.")] after: Option<String>,
    ) -> Result<Option<CaseloadConnection>> {
        mentor_caseload(context, (self.0.staff, self.1), first, after)
    }

    /// Guardians of the person's own pupils who are told about them, and to whom no mail can go; for a principal also of the pupils
    /// whom nobody has. It is what is to be done today: within `asOf` it is refused.
    async fn unreachable_guardians(&self, context: &Context<'_>) -> Result<Vec<UnreachableGuardian>> {
        of_today(context, self.1)?;
        let seen = session(context)?.reader().unreachable_guardians();
        Ok(seen.into_inner().into_iter().map(|one| UnreachableGuardian::of(one, self.1)).collect())
    }

    /// Guardians whom the person is to phone: a message about a pupil whose mentor or deputy they are has not reached them, or
    /// nobody knows; for a principal also about the pupils whom nobody has. It is what is to be done today: within `asOf` it is
    /// refused, and where messages stood on a day is asked of the guardian.
    async fn guardians_to_phone(&self, context: &Context<'_>) -> Result<Vec<GuardianToPhone>> {
        of_today(context, self.1)?;
        let seen = session(context)?.reader().to_be_phoned();
        Ok(seen.into_inner().into_iter().map(|one| GuardianToPhone::of(one, self.1)).collect())
    }
}
