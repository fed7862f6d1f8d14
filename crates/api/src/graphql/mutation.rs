//! What can be done: one mutation for each command, all carried out in the same way.

mod guardian;
mod input;
mod note;
mod outcome;
mod pupil;
mod school;
mod staff;

use async_graphql::MergedObject;

/// What can be done. Every input carries a command id (UUID version 7) that the client makes: the same id and content
/// sent again happens once and gets the first answer. A refusal stands in `userErrors`.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    school::SchoolMutations,
    staff::StaffMutations,
    pupil::PupilMutations,
    pupil::CaseMutations,
    guardian::GuardianMutations,
    note::NoteMutations,
);
