//! What days add up to in groups: by school first, so that what a school's figures cost does not depend on how many schools
//! there are.

use super::{Figures, Group, Scope};
use crate::calendar::Term;
use crate::id::SchoolId;
use crate::state::ById;

/// Figures of groups, by school, and there by term and scope.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Groups(pub(crate) ById<SchoolId, OfSchool>);

type OfSchool = imbl::OrdMap<(Term, Scope), Figures>;

impl Groups {
    /// The figures of a group, unless there are none.
    pub(super) fn get(&self, (school, term, scope): &Group) -> Option<Figures> {
        self.0.get(school)?.get(&(*term, scope.clone())).copied()
    }

    /// A group's figures to be changed, if there are any.
    pub(super) fn get_mut(&mut self, (school, term, scope): &Group) -> Option<&mut Figures> {
        self.0.get_mut(school)?.get_mut(&(*term, scope.clone()))
    }

    /// Sets the figures of a group.
    pub(super) fn insert(&mut self, (school, term, scope): Group, figures: Figures) {
        self.0.entry(school).or_default().insert((term, scope), figures);
    }

    /// Takes a group away.
    pub(super) fn remove(&mut self, (school, term, scope): &Group) {
        let Some(of_school) = self.0.get_mut(school) else { return };
        of_school.remove(&(*term, scope.clone()));
        if of_school.is_empty() {
            self.0.remove(school);
        }
    }

    /// A school's groups in a term, in order.
    pub(super) fn of(&self, school: SchoolId, term: Term) -> impl Iterator<Item = (&Scope, &Figures)> {
        let of_school = self.0.get(&school).into_iter();
        let of_term = of_school.flat_map(move |all| all.range((term, Scope::School)..));
        of_term.take_while(move |((at, _), _)| *at == term).map(|((_, scope), figures)| (scope, figures))
    }

    /// Every group, in no order of schools.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Group, Figures)> {
        let schools = self.0.iter();
        schools.flat_map(|(school, all)| {
            all.iter().map(|((term, scope), figures)| ((*school, *term, scope.clone()), *figures))
        })
    }
}

impl FromIterator<(Group, Figures)> for Groups {
    fn from_iter<All: IntoIterator<Item = (Group, Figures)>>(all: All) -> Self {
        let mut groups = Self::default();
        for (group, figures) in all {
            groups.insert(group, figures);
        }
        groups
    }
}
