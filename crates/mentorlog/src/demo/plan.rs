//! The demo's plan: who there is, who goes where, who has whom. Pure data that follows from a seed and a scale.

use chrono::NaiveDate;
use domain::event::pupil::{AssignmentKind, Placement};
use domain::event::school::SchoolYearSet;
use domain::words::{ClassName, Grade, Invalid, ProgrammeCode};

use super::arrangements;
use super::attendance::{self, WeekOfPupil};
use super::calendar::school_years;
use super::caseload;
use super::contacts::{self, PlannedContact};
use super::dice::Dice;
use super::letters;
use super::people::FullName;
use super::schools::{ClassData, SCHOOLS, SchoolData};
use super::works::{self, PlannedWork};
use super::wrong;

/// How many of a thousand pupils have much more absence than others.
const IN_NEED_PERMILLE: usize = 40;
/// How many of a thousand pupils have a sibling among those planned before.
const SIBLING_PERMILLE: usize = 120;

/// Everything that the demo will record, before it has ids.
pub(crate) struct DemoPlan {
    /// The two school years, the same for every school.
    pub(crate) years: [SchoolYearSet; 2],
    /// People employed.
    pub(crate) staff: Vec<PlannedStaff>,
    /// Pupils, one share of the schools after another: those of 2018/19 first, then those who come in 2019.
    pub(crate) pupils: Vec<PlannedPupil>,
    /// Guardians.
    pub(crate) guardians: Vec<PlannedGuardian>,
    /// Who has whom.
    pub(crate) assignments: Vec<PlannedAssignment>,
    /// The pupils who get another mentor at the end.
    pub(crate) handovers: Vec<PlannedHandover>,
    /// Who stands in for whom.
    pub(crate) covers: Vec<PlannedCover>,
    /// Attendance, week by week.
    pub(crate) attendance: Vec<WeekOfPupil>,
    /// Contacts with guardians.
    pub(crate) contacts: Vec<PlannedContact>,
    /// What is done in cases.
    pub(crate) works: Vec<PlannedWork>,
    /// What is settled around them.
    pub(crate) arrangements: Vec<arrangements::Planned>,
    /// What is arranged for letters to guardians.
    pub(crate) letters: Vec<letters::Planned>,
}

/// What somebody is employed as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Post {
    /// Mentor: school and number within it; those of a further share of the school come after those of the one before.
    Mentor(usize, usize),
    /// Principal: school and number within it.
    Principal(usize, usize),
    /// A mentor who leaves within the first year: school.
    Leaver(usize),
    /// Coordinator of a school's mentors.
    Coordinator(usize),
    /// Member of a school's student health team.
    HealthTeam(usize),
    /// Member of a school's safety team.
    SafetyTeam(usize),
    /// An officer of a committee (nämndens handläggare): which of the two.
    Authority(usize),
    /// Administrator of the whole authority.
    Administrator,
}

/// Somebody employed.
pub(crate) struct PlannedStaff {
    /// As what.
    pub(crate) post: Post,
    /// Name.
    pub(crate) name: FullName,
}

/// A pupil.
pub(crate) struct PlannedPupil {
    /// Index into [`SCHOOLS`].
    pub(crate) school: usize,
    /// Name.
    pub(crate) name: FullName,
    /// Placement in 2018/19 and in 2019/20, where enrolled.
    pub(crate) placements: [Option<Placement>; 2],
    /// Letter or programme of the class.
    pub(crate) letter: &'static str,
    /// Which share of the school: 0 is the one that the pilot tells of, the others are added by the scale.
    pub(crate) share: usize,
    /// Guardians, by number.
    pub(crate) guardians: Vec<usize>,
    /// How much absence the pupil draws, compared with others.
    pub(crate) absence_weight: usize,
}

/// A guardian.
pub(crate) struct PlannedGuardian {
    /// Name.
    pub(crate) name: FullName,
    /// The pupil with whom the guardian becomes known.
    pub(crate) first_child: usize,
}

/// A mentor's assignment.
#[derive(Clone, Copy)]
pub(crate) struct PlannedAssignment {
    /// The pupil, by number.
    pub(crate) pupil: usize,
    /// The mentor, by number among the staff.
    pub(crate) mentor: usize,
    /// The principal, by number among the staff.
    pub(crate) principal: usize,
    /// Which kind.
    pub(crate) kind: AssignmentKind,
    /// First day.
    pub(crate) from: NaiveDate,
}

/// A deputy who stands in for a mentor.
pub(crate) struct PlannedCover {
    /// Number of the assignment.
    pub(crate) assignment: usize,
    /// Who stands in, by number among the staff.
    pub(crate) deputy: usize,
    /// First day.
    pub(crate) from: NaiveDate,
    /// Last day.
    pub(crate) until: NaiveDate,
}

/// A pupil who passes from one mentor to another.
#[derive(Clone, Copy)]
pub(crate) struct PlannedHandover {
    /// Which assignment ends, by its number.
    pub(crate) ends: usize,
    /// The one that begins.
    pub(crate) begins: PlannedAssignment,
}

impl DemoPlan {
    /// Plans the demo. `scale` multiplies the pupils of every school and their mentors: those beyond the first share go in
    /// classes of their own, with mentors of their own, so that caseloads stay what the pilot published. The first share is
    /// the same whatever the scale: each draws its chance from streams of its own, and is planned before the next.
    pub(crate) fn new(seed: u64, scale: u32) -> Result<Self, Invalid> {
        let years = school_years()?;
        let staff = employ(seed, scale);
        let mut pupils = admit(seed, scale)?;
        let guardians = families(seed, &mut pupils);
        let mut assignments = caseload::assign(&staff, &pupils, &years)?;
        let mut handovers = caseload::hand_over(&staff, &pupils, &assignments)?;
        let covers = caseload::cover(&staff, &assignments)?;
        let mut attendance = attendance::plan(seed, &years, &pupils)?;
        let mut contacts = contacts::plan(seed, &years, &pupils, &assignments)?;
        let mut works = works::plan(&years, &pupils, &assignments)?;
        wrong::plan(&years, &pupils, &assignments, (&mut attendance, &mut works))?;
        wrong::stand_in(&staff, &mut attendance)?;
        caseload::stand_in(&staff, &mut works, &mut contacts)?;
        let arrangements = arrangements::plan(&years, &staff)?;
        // Those who had the leaver first, pass to the mentor whose they are in the rest of the plan.
        caseload::leave(&staff, &pupils, (&mut assignments, &mut handovers), &mut contacts)?;
        let letters = letters::plan(&years, &pupils, &attendance)?;
        Ok(Self {
            years,
            staff,
            pupils,
            guardians,
            assignments,
            handovers,
            covers,
            attendance,
            contacts,
            works,
            arrangements,
            letters,
        })
    }
}

fn employ(seed: u64, scale: u32) -> Vec<PlannedStaff> {
    let mut dice = Dice::new(seed, "staff");
    let mut posts = vec![Post::Authority(0), Post::Administrator];
    for (number, school) in SCHOOLS.iter().enumerate() {
        posts.extend((0..school.principals.len()).map(|index| Post::Principal(number, index)));
        posts.extend((0..school.mentors).map(|index| Post::Mentor(number, index)));
    }
    // Behind the others, whose names so stay what they are.
    for (number, school) in SCHOOLS.iter().enumerate() {
        posts.push(Post::HealthTeam(number));
        if school.code == "BIR" {
            posts.push(Post::Leaver(number));
        }
        if school.code == "ARE" {
            posts.push(Post::Coordinator(number));
        }
        if matches!(school.code, "ARE" | "ELS" | "LJU" | "ÅNE") {
            posts.push(Post::SafetyTeam(number));
        }
    }
    posts.push(Post::Authority(1));
    for share in shares(scale).skip(1) {
        for (number, school) in SCHOOLS.iter().enumerate() {
            posts.extend((0..school.mentors).map(|index| Post::Mentor(number, school.mentor_of(share, index))));
        }
    }
    posts.into_iter().map(|post| PlannedStaff { post, name: FullName::invent(&mut dice) }).collect()
}

/// The shares of every school: the pilot's, and those that the scale adds.
fn shares(scale: u32) -> std::ops::Range<usize> {
    0..usize::try_from(scale).unwrap_or(usize::MAX).max(1)
}

/// A label for the dice of a share: the pilot's has the plain one.
pub(crate) fn of_share(label: &str, share: usize) -> String {
    if share == 0 { label.to_owned() } else { format!("{label}, share {share}") }
}

fn admit(seed: u64, scale: u32) -> Result<Vec<PlannedPupil>, Invalid> {
    let mut pupils = Vec::new();
    for share in shares(scale) {
        let mut dice = Dice::new(seed, &of_share("pupils", share));
        // Grades above the lowest in 2018 first, then the intake of each of the two autumns.
        for intake in -2_i8..=1 {
            for (number, school) in SCHOOLS.iter().enumerate() {
                for class in school.intake {
                    admit_class(&mut pupils, &mut dice, (number, school), (class, share), intake)?;
                }
            }
        }
    }
    Ok(pupils)
}

/// Adds the pupils of one class. `intake`: the autumn in which they start in the lowest grade; 0 is 2018.
fn admit_class(
    pupils: &mut Vec<PlannedPupil>,
    dice: &mut Dice,
    (number, school): (usize, &SchoolData),
    (class, share): (&ClassData, usize),
    intake: i8,
) -> Result<(), Invalid> {
    let placements = [place(school, class, share, -intake)?, place(school, class, share, 1 - intake)?];
    for _ in 0..class.size {
        let absence_weight = if dice.permille(IN_NEED_PERMILLE) { 300 } else { usize::from(dice.between(3, 14)) };
        pupils.push(PlannedPupil {
            school: number,
            name: FullName::invent(dice),
            placements: placements.clone(),
            letter: class.letter,
            share,
            guardians: Vec::new(),
            absence_weight,
        });
    }
    Ok(())
}

/// The placement of a class in its n-th year at the school; `None` before the first and after the last.
fn place(school: &SchoolData, class: &ClassData, share: usize, nth: i8) -> Result<Option<Placement>, Invalid> {
    let Some(grade) = u8::try_from(nth).ok().map(|nth| school.grades.0 + nth).filter(|grade| *grade <= school.grades.1)
    else {
        return Ok(None);
    };
    let name = match class.programme {
        None => format!("{grade}{}", class.letter),
        Some(code) => format!("{code}{grade}"),
    };
    let name = if share == 0 { name } else { format!("{name}-{}", share + 1) };
    Ok(Some(Placement {
        class: ClassName::try_new(name)?,
        grade: Grade::try_new(grade)?,
        programme: class.programme.map(ProgrammeCode::try_new).transpose()?,
    }))
}

/// Gives every pupil one or two guardians, whom some siblings of the same share have together: where one goes to a school of the other committee, that
/// one registers them for itself.
fn families(seed: u64, pupils: &mut [PlannedPupil]) -> Vec<PlannedGuardian> {
    let mut dice = Dice::new(seed, "families");
    let mut guardians: Vec<PlannedGuardian> = Vec::new();
    let mut parents: Vec<(FullName, Vec<usize>, &str)> = Vec::new();
    let mut share = 0;
    for (number, pupil) in pupils.iter_mut().enumerate() {
        if std::mem::replace(&mut share, pupil.share) != pupil.share {
            parents.clear();
        }
        let sibling = if dice.permille(SIBLING_PERMILLE) { dice.pick(&parents).cloned() } else { None };
        let committee = SCHOOLS.get(pupil.school).map_or("", |school| school.committee().0);
        if let Some((name, shared, theirs)) = sibling {
            pupil.name = name.relative(&mut dice);
            pupil.guardians = shared;
            if committee != theirs {
                let names: Vec<_> = pupil.guardians.iter().filter_map(|one| guardians.get(*one)).collect();
                let anew: Vec<_> = names.into_iter().map(|one| one.name.clone()).collect();
                pupil.guardians = (guardians.len()..).take(anew.len()).collect();
                guardians.extend(anew.into_iter().map(|name| PlannedGuardian { name, first_child: number }));
            }
            continue;
        }
        let count = if dice.permille(650) { 2 } else { 1 };
        for _ in 0..count {
            pupil.guardians.push(guardians.len());
            guardians.push(PlannedGuardian { name: pupil.name.relative(&mut dice), first_child: number });
        }
        parents.push((pupil.name.clone(), pupil.guardians.clone(), committee));
    }
    guardians
}
