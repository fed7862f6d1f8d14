//! Invented people. First names are in common use, family names are made up, nobody has a personal identity number
//! (personnummer); telephone numbers are from the series that is never given to anybody, addresses lead nowhere.

use domain::Personal;
use domain::words::{ContactDetail, Invalid, Name};

use super::dice::Dice;

const FIRST: [&str; 48] = [
    "Alva", "Amir", "Anja", "Arvid", "Asta", "Axel", "Bahar", "Bo", "Dina", "Ebbe", "Elin", "Elis", "Embla", "Emil",
    "Farid", "Freja", "Hedda", "Hugo", "Idun", "Ines", "Isak", "Iris", "Jamal", "Joel", "Juni", "Kaj", "Leia", "Liv",
    "Love", "Loke", "Maja", "Malte", "Melvin", "Mira", "Nadia", "Nils", "Nova", "Olle", "Rut", "Samir", "Selma",
    "Signe", "Sixten", "Tove", "Vera", "Vide", "Yasmin", "Åke",
];

const FAMILY_START: [&str; 20] = [
    "Ask", "Björk", "Dags", "Ek", "Fjäll", "Gran", "Hassel", "Klöver", "Lind", "Ljung", "Mossa", "Norr", "Oxel",
    "Rönn", "Sälg", "Tall", "Ting", "Vind", "Åker", "Ören",
];

const FAMILY_END: [&str; 16] = [
    "beryd", "falla", "garda", "hamre", "kulla", "lyckan", "mon", "näsa", "rydan", "skroten", "stigen", "sunda",
    "torpa", "vreta", "ånga", "öga",
];

/// Somebody's name, in its two parts.
#[derive(Clone, Debug)]
pub(crate) struct FullName {
    first: &'static str,
    family: (&'static str, &'static str),
}

impl FullName {
    /// A name.
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        let mut word = |list: &'static [&'static str]| dice.pick(list).copied().unwrap_or("Alm");
        Self { first: word(&FIRST), family: (word(&FAMILY_START), word(&FAMILY_END)) }
    }

    /// A name in the same family, of somebody else.
    pub(crate) fn relative(&self, dice: &mut Dice) -> Self {
        let first = Self::invent(dice).first;
        let next = FIRST.iter().skip_while(|name| **name != first).nth(1).or(FIRST.first()).copied().unwrap_or(first);
        Self { first: if first == self.first { next } else { first }, family: self.family }
    }

    /// As it is recorded.
    pub(crate) fn to_name(&self) -> Result<Personal<Name>, Invalid> {
        let (start, end) = self.family;
        Name::try_new(format!("{} {start}{end}", self.first)).map(Personal::new)
    }
}

/// A telephone number of the series that the Swedish regulator keeps for fiction: 070-174 06 05 to 070-174 06 99.
pub(crate) fn telephone(dice: &mut Dice) -> Result<Personal<ContactDetail>, Invalid> {
    ContactDetail::try_new(format!("070-17406{:02}", dice.between(5, 99))).map(Personal::new)
}

/// An e-mail address under the top domain that never exists.
pub(crate) fn email(number: usize) -> Result<Personal<ContactDetail>, Invalid> {
    ContactDetail::try_new(format!("vardnadshavare{number}@demo.invalid")).map(Personal::new)
}
