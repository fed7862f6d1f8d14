//! Things with an id that can be asked for by it.

use async_graphql::{ID, Interface};
use domain::id::{PupilId, SchoolId, StaffId};
use domain::projection::AsOf;

use super::pupil::Pupil;
use super::school::School;
use super::staff::Staff;
use crate::graphql::session::Session;

/// Something with an id that can be asked for by it.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The id: its kind, an underscore and 32 hexadecimal digits."))]
pub(crate) enum Node {
    /// A school unit.
    School(School),
    /// A member of staff.
    Staff(Staff),
    /// A pupil.
    Pupil(Pupil),
}

impl Node {
    /// What the id names, if the asker may see it. Refused, missing and malformed look the same.
    pub(crate) fn find(session: &Session, id: &str, at: AsOf) -> Option<Self> {
        let (kind, _) = id.split_once('_')?;
        match kind {
            SchoolId::PREFIX => School::find(session, id.parse().ok()?, at).map(Self::School),
            StaffId::PREFIX => Staff::find(session, id.parse().ok()?, at).map(Self::Staff),
            PupilId::PREFIX => Pupil::find(session, id.parse().ok()?, at).map(Self::Pupil),
            _ => None,
        }
    }
}
