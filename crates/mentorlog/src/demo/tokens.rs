//! Bearer tokens for the demo's people: new at every start, printed once, kept only as hashes.

use domain::actor::Actor;

use super::plan::Post;
use super::schools::{COMMITTEES, SCHOOLS};
use crate::chance::{NoChance, token};

/// The school whose mentor and principal stand first.
const FIRST_SCHOOL: &str = "LJU";

/// A token and whose it is. Not `Debug`: it must not get into a log.
pub(crate) struct Token {
    /// The role, with the school and a number where there are several: `mentor.ALG.2`.
    pub(crate) role: String,
    /// The token itself.
    pub(crate) value: String,
    /// Whom it lets in.
    pub(crate) actor: Actor,
}

/// A token for each person: first one of each role, then everybody, school by school.
pub(crate) fn issue(people: &[(Post, Actor)]) -> Result<Vec<Token>, NoChance> {
    let mut names: Vec<(String, Post)> = Vec::new();
    if let Some(first) = SCHOOLS.iter().position(|school| school.code == FIRST_SCHOOL) {
        names.push(("mentor".to_owned(), Post::Mentor(first, 0)));
        names.push(("principal".to_owned(), Post::Principal(first, 0)));
    }
    for (number, (code, _)) in COMMITTEES.iter().enumerate() {
        names.push((format!("huvudman.{code}"), Post::Authority(number)));
    }
    names.push(("administrator".to_owned(), Post::Administrator));
    for (number, school) in SCHOOLS.iter().enumerate() {
        let at_school = |post: &Post| matches!(post, Post::Mentor(at, _) if *at == number);
        let mentors = 0..people.iter().filter(|(post, _)| at_school(post)).count();
        names.extend(mentors.map(|index| (named("mentor", school.code, index), Post::Mentor(number, index))));
        names.extend(
            [("coordinator", Post::Coordinator(number)), ("health-team", Post::HealthTeam(number))]
                .into_iter()
                .chain([("safety-team", Post::SafetyTeam(number))])
                .map(|(role, post)| (named(role, school.code, 0), post)),
        );
        let principals = 0..school.principals.len();
        names.extend(principals.map(|index| (named("principal", school.code, index), Post::Principal(number, index))));
    }
    let mut tokens = Vec::with_capacity(names.len());
    for (role, post) in names {
        if let Some((_, actor)) = people.iter().find(|(held, _)| *held == post) {
            tokens.push(Token { role, value: token()?, actor: *actor });
        }
    }
    Ok(tokens)
}

/// The first of a school's has no number.
fn named(role: &str, code: &str, index: usize) -> String {
    if index == 0 { format!("{role}.{code}") } else { format!("{role}.{code}.{}", index + 1) }
}
