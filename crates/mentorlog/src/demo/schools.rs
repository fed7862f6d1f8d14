//! The six schools as data: classes, principals, mentors, and who has whom. Sizes, unit codes and people are invented; the
//! way of working, the number of mentors and how many pupils each has follow what the pilot published.

use chrono::NaiveDate;
use domain::event::pupil::AssignmentKind;
use domain::words::{Invalid, SchoolForm};

use super::calendar::date;

/// One school unit.
pub(crate) struct SchoolData {
    /// Everyday code.
    pub(crate) code: &'static str,
    /// School unit code (skolenhetskod), invented.
    pub(crate) unit_code: &'static str,
    /// Name.
    pub(crate) name: &'static str,
    /// Form of school.
    pub(crate) form: SchoolForm,
    /// Lowest and highest grade.
    pub(crate) grades: (u8, u8),
    /// The classes of one year's intake.
    pub(crate) intake: &'static [ClassData],
    /// What each principal answers for; as many principals as lines.
    pub(crate) principals: &'static [Area],
    /// How many mentors there are.
    pub(crate) mentors: usize,
    /// Which mentor has whom.
    pub(crate) efforts: &'static [Effort],
}

impl SchoolData {
    /// The number of a share's mentor among all of the school's: each share has as many as the pilot's.
    pub(crate) const fn mentor_of(&self, share: usize, mentor: usize) -> usize {
        share * self.mentors + mentor
    }

    /// The committee (nämnd) that the school is under, by its code, and what that is called.
    pub(crate) const fn committee(&self) -> (&'static str, &'static str) {
        match self.form {
            SchoolForm::Compulsory => COMMITTEES[0],
            SchoolForm::UpperSecondary => COMMITTEES[1],
        }
    }
}

/// Linköping's two committees: for compulsory and for upper secondary school.
pub(crate) const COMMITTEES: [(&str, &str); 2] = [("BUN", "Barn- och ungdomsnämnden"), ("BIN", "Bildningsnämnden")];

/// One class of an intake: it keeps its letter (or programme) from the first grade to the last.
pub(crate) struct ClassData {
    /// Letter, or programme code in upper secondary school.
    pub(crate) letter: &'static str,
    /// The programme, in upper secondary school.
    pub(crate) programme: Option<&'static str>,
    /// Pupils in it.
    pub(crate) size: usize,
}

/// What a principal answers for.
pub(crate) enum Area {
    /// The whole unit.
    Unit,
    /// These programmes.
    Programmes(&'static [&'static str]),
}

/// One mentor's pupils, from a day on.
pub(crate) struct Effort {
    /// Which of the school's mentors.
    pub(crate) mentor: usize,
    /// From when.
    pub(crate) from: Start,
    /// Whom.
    pub(crate) whom: Whom,
    /// Which kind of assignment.
    pub(crate) kind: AssignmentKind,
}

/// From when a mentor has pupils.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Already in autumn 2018.
    Autumn2018,
    /// The pilot's start in autumn 2019.
    Autumn2019,
    /// Spring 2020.
    Spring2020,
}

impl Start {
    /// The first day.
    pub(crate) fn date(self) -> Result<NaiveDate, Invalid> {
        match self {
            Self::Autumn2018 => date(2018, 8, 20),
            Self::Autumn2019 => date(2019, 8, 19),
            Self::Spring2020 => date(2020, 1, 8),
        }
    }

    /// Which of the demo's school years it lies in.
    pub(crate) const fn year(self) -> usize {
        match self {
            Self::Autumn2018 => 0,
            Self::Autumn2019 | Self::Spring2020 => 1,
        }
    }
}

/// Whom a mentor has.
pub(crate) enum Whom {
    /// This many of the pupils with most absence, who no one else has.
    InNeed(usize),
    /// A grade.
    Grade(u8),
    /// A class: grade and letter.
    Class(u8, &'static str),
    /// Programmes, and so the same pupils from the first grade to the last.
    Programmes(&'static [&'static str]),
}

const fn class(letter: &'static str, size: usize) -> ClassData {
    ClassData { letter, programme: None, size }
}

const fn programme(code: &'static str, size: usize) -> ClassData {
    ClassData { letter: code, programme: Some(code), size }
}

const fn effort(mentor: usize, from: Start, whom: Whom, kind: AssignmentKind) -> Effort {
    Effort { mentor, from, whom, kind }
}

/// The six schools.
pub(crate) const SCHOOLS: [SchoolData; 6] = [ARE, ELS, LJU, ÅNE, ALG, BIR];

/// Targeted (riktad): few pupils with great needs.
const ARE: SchoolData = SchoolData {
    code: "ARE",
    unit_code: "99000001",
    name: "Arenaskolan",
    form: SchoolForm::Compulsory,
    grades: (7, 9),
    intake: &[class("A", 24), class("B", 24), class("C", 24)],
    principals: &[Area::Unit],
    mentors: 3,
    efforts: &[
        effort(0, Start::Autumn2019, Whom::InNeed(6), AssignmentKind::Targeted),
        effort(1, Start::Autumn2019, Whom::InNeed(4), AssignmentKind::Targeted),
        effort(2, Start::Autumn2019, Whom::InNeed(1), AssignmentKind::Targeted),
    ],
};

/// Targeted: about twenty pupils.
const ELS: SchoolData = SchoolData {
    code: "ELS",
    unit_code: "99000002",
    name: "Elsa Brändströms skola",
    form: SchoolForm::Compulsory,
    grades: (7, 9),
    intake: &[class("A", 26), class("B", 26), class("C", 26)],
    principals: &[Area::Unit],
    mentors: 2,
    efforts: &[
        effort(0, Start::Autumn2019, Whom::InNeed(10), AssignmentKind::Targeted),
        effort(1, Start::Autumn2019, Whom::InNeed(8), AssignmentKind::Targeted),
    ],
};

/// One mentor for each grade.
const LJU: SchoolData = SchoolData {
    code: "LJU",
    unit_code: "99000003",
    name: "Ljungsbro skola",
    form: SchoolForm::Compulsory,
    grades: (7, 9),
    intake: &[class("A", 29), class("B", 28), class("C", 29)],
    principals: &[Area::Unit],
    mentors: 3,
    efforts: &[
        effort(0, Start::Autumn2019, Whom::Grade(7), AssignmentKind::Primary),
        effort(1, Start::Autumn2019, Whom::Grade(8), AssignmentKind::Primary),
        effort(2, Start::Autumn2019, Whom::Grade(9), AssignmentKind::Primary),
    ],
};

/// One small class each: two in grade 7 from autumn 2019, one in grade 8 from the spring.
const ÅNE: SchoolData = SchoolData {
    code: "ÅNE",
    unit_code: "99000004",
    name: "Ånestadsskolan",
    form: SchoolForm::Compulsory,
    grades: (7, 9),
    intake: &[class("A", 15), class("B", 15), class("C", 25), class("D", 25)],
    principals: &[Area::Unit],
    mentors: 3,
    efforts: &[
        effort(0, Start::Autumn2019, Whom::Class(7, "A"), AssignmentKind::Primary),
        effort(1, Start::Autumn2019, Whom::Class(7, "B"), AssignmentKind::Primary),
        effort(2, Start::Spring2020, Whom::Class(8, "A"), AssignmentKind::Primary),
    ],
};

/// By programme. The first two principals share the first mentor, the next two the second.
const ALG: SchoolData = SchoolData {
    code: "ALG",
    unit_code: "99000005",
    name: "Anders Ljungstedts gymnasium",
    form: SchoolForm::UpperSecondary,
    grades: (1, 3),
    intake: &[
        programme("EE", 44),
        programme("IN", 42),
        programme("BA", 26),
        programme("FT", 24),
        programme("VO", 25),
        programme("BF", 28),
        programme("HT", 30),
        programme("RL", 26),
        programme("TE", 32),
    ],
    principals: &[
        Area::Programmes(&["EE"]),
        Area::Programmes(&["IN"]),
        Area::Programmes(&["BA"]),
        Area::Programmes(&["FT"]),
        Area::Programmes(&["VO", "BF"]),
        Area::Programmes(&["HT", "RL", "TE"]),
    ],
    mentors: 7,
    efforts: &[
        effort(0, Start::Autumn2019, Whom::Programmes(&["EE", "IN"]), AssignmentKind::Primary),
        effort(1, Start::Autumn2019, Whom::Programmes(&["BA", "FT"]), AssignmentKind::Primary),
        effort(2, Start::Autumn2019, Whom::Programmes(&["VO"]), AssignmentKind::Primary),
        effort(3, Start::Autumn2019, Whom::Programmes(&["BF"]), AssignmentKind::Primary),
        effort(4, Start::Autumn2019, Whom::Programmes(&["HT"]), AssignmentKind::Primary),
        effort(5, Start::Autumn2019, Whom::Programmes(&["RL"]), AssignmentKind::Primary),
        effort(6, Start::Autumn2019, Whom::Programmes(&["TE"]), AssignmentKind::Primary),
    ],
};

/// A mentor follows a class from the first grade to graduation. There were mentors already in autumn 2018; four of them in
/// 2019/20, and a fifth who takes some of everyone's pupils over in June 2020, for the year that follows.
const BIR: SchoolData = SchoolData {
    code: "BIR",
    unit_code: "99000006",
    name: "Birgittaskolan",
    form: SchoolForm::UpperSecondary,
    grades: (1, 3),
    intake: &[programme("SA", 32), programme("NA", 32), programme("EK", 32), programme("ES", 32)],
    principals: &[Area::Unit],
    mentors: 5,
    efforts: &[
        effort(0, Start::Autumn2018, Whom::Programmes(&["SA"]), AssignmentKind::Primary),
        effort(1, Start::Autumn2018, Whom::Programmes(&["NA"]), AssignmentKind::Primary),
        effort(2, Start::Autumn2018, Whom::Programmes(&["EK"]), AssignmentKind::Primary),
        effort(3, Start::Autumn2018, Whom::Programmes(&["ES"]), AssignmentKind::Primary),
    ],
};

/// The handover at one school: from each of the other mentors, so many pupils to the last one.
pub(crate) const HANDOVER: (&str, usize) = ("BIR", 19);
