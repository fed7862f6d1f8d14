//! Two schools of one municipality under two committees (nämnder): each committee's officer is told of its own school, and the
//! other is not there for them; a pupil who moves from the one to the other takes nothing along that was not handed on.

use domain::actor::Role;
use domain::id::{SchoolId, StaffId};
use serde_json::{Value, json};

use crate::secrecy::{kinds, reads, with_a_full_case};
use crate::stage::{Person, Stage};

/// The school under one committee and the other school under another, each with an officer, appointed by the administrator.
async fn two_committees() -> Stage {
    let stage = with_a_full_case().await;
    let administrator = stage.administrator();
    let schools = [(stage.school, "BUN", "Barn- och ungdomsnämnden"), (stage.elsewhere(), "BIN", "Bildningsnämnden")];
    for (number, (school, code, name)) in schools.into_iter().enumerate() {
        let placed = format!("placedUnderCommittee:{{committee:\"{code}\" name:\"{name}\"}}");
        administrator.commands("settleSchool", &format!("schoolId:\"{school}\" matter:{{{placed}}}")).await;
        appoints(&stage, number, code).await;
    }
    stage
}

async fn appoints(stage: &Stage, officer: usize, code: &str) {
    let officer = stage.officer(officer).id;
    let appointed = format!("staffId:\"{officer}\" role:AUTHORITY committee:\"{code}\"");
    stage.administrator().commands("grantRole", &appointed).await;
}

/// Everything that can be asked of a school, by whoever sees all of it.
const OF_A_SCHOOL: [&str; 17] = [
    "code",
    "name",
    "committee{code name}",
    "terms",
    "publishedTerms",
    "mentorLoads{pupils}",
    "absence(term:\"ht19\"){all{offeredMinutes}}",
    "absenceByClass(term:\"ht19\"){className}",
    "absenceEvidence(baseline:\"vt19\" term:\"ht19\"){baseline}",
    "duties(firstDay:\"2019-08-20\" lastDay:\"2019-12-20\"){kind}",
    "pupils(first:5){totalCount}",
    "unassigned(first:5){totalCount}",
    "notTalkedWith(first:5){totalCount}",
    "emergencyAccesses{on}",
    "absenceChange(from:\"vt19\" to:\"ht19\"){from{all{pupils}}}",
    "takenOver(term:\"ht19\"){count}",
    "delegations{lastDay}",
];

/// The bytes of the answers about a school, however it is asked for, without its id and code.
async fn told(person: &Person<'_>, (school, code): (SchoolId, &str)) -> Vec<String> {
    let mut answers = Vec::new();
    for field in OF_A_SCHOOL {
        for asked in [
            format!("node(id:\"{school}\"){{... on School{{{field}}}}}"),
            format!("school(code:\"{code}\"){{{field}}}"),
        ] {
            let answer = person.asks(&format!("{{{asked}}}")).await;
            assert!(answer["errors"].is_null(), "a good question: {answer}");
            answers.push(answer.to_string().replace(&school.to_string(), "ID").replace(code, "CODE"));
        }
    }
    answers
}

async fn codes(person: &Person<'_>) -> Value {
    person.asks("{schools{totalCount edges{node{code committee{code}}}}}").await["data"]["schools"].clone()
}

#[tokio::test]
async fn an_officer_is_told_of_the_schools_of_their_committee_and_the_others_are_not_there() {
    let stage = two_committees().await;
    let (own, other) = (stage.officer(0), stage.officer(1));
    let listed = |code: &str, committee: &str| json!({ "totalCount": 1, "edges": [{ "node": { "code": code, "committee": { "code": committee } } }] });
    assert_eq!(codes(&own).await, listed("LJU", "BUN"));
    assert_eq!(codes(&other).await, listed("XXX", "BIN"));
    let school = format!("{{node(id:\"{}\"){{... on School{{name committee{{code name}}}}}}}}", stage.school);
    assert_eq!(own.asks(&school).await["data"]["node"]["committee"]["name"], "Barn- och ungdomsnämnden");

    // What the other committee's officer is answered, is what is answered about a school that there never was.
    let nowhere = (SchoolId::from_bits([0xAB; 16]), "NIX");
    assert_eq!(told(&other, (stage.school, "LJU")).await, told(&other, nowhere).await);
    assert_eq!(told(&own, (stage.elsewhere(), "XXX")).await, told(&own, nowhere).await);
    assert_ne!(told(&own, (stage.school, "LJU")).await, told(&own, nowhere).await);
}

#[tokio::test]
async fn an_officer_decides_nothing_for_a_school_of_another_committee_and_learns_nothing_by_trying() {
    let stage = two_committees().await;
    let matter = "matter:{plainContentDecided:{firstDay:\"2019-09-02\" lastDay:\"2019-12-20\" allowed:true decision:\"BUN 2019-1\"}}";
    let tries = async |person: &Person<'_>, school: SchoolId| {
        person.tries("settleSchool", &format!("schoolId:\"{school}\" {matter}")).await.to_string()
    };
    let (own, other) = (stage.officer(0), stage.officer(1));
    let nowhere = tries(&other, SchoolId::from_bits([0xAB; 16])).await;
    assert!(nowhere.contains("not_found"), "{nowhere}");
    assert_eq!(tries(&other, stage.school).await, nowhere);
    own.commands("settleSchool", &format!("schoolId:\"{}\" {matter}", stage.school)).await;
    // Nor does an officer see a pupil, or a person who works for the other committee.
    let pupil = stage.pupils[0];
    assert!(!own.sees(pupil).await && !other.sees(pupil).await);
    let colleague = async |person: &Person<'_>, id: String| {
        person.asks(&format!("{{node(id:\"{id}\"){{... on Staff{{name}}}}}}")).await.to_string().replace(&id, "ID")
    };
    let nobody = StaffId::from_bits([0xAB; 16]).to_string();
    for stranger in [stage.mentor(0).id, stage.principal(0).id, own.id] {
        assert_eq!(colleague(&other, stranger.to_string()).await, colleague(&other, nobody.clone()).await);
    }
    assert!(colleague(&own, stage.mentor(0).id.to_string()).await.contains("Maja Mentor"));
}

#[tokio::test]
async fn one_person_may_hold_several_appointments_and_each_ends_by_itself() {
    let stage = two_committees().await;
    appoints(&stage, 0, "BIN").await;
    let officer = stage.officer(0);
    assert_eq!(codes(&officer).await["totalCount"], 2);
    let held = officer.asks("{viewer{roles{role schoolId committee}}}").await["data"]["viewer"]["roles"].clone();
    let role = |code: &str| json!({ "role": "AUTHORITY", "schoolId": null, "committee": code });
    assert_eq!(held, json!([role("BUN"), role("BIN")]));
    let withdrawn = format!("staffId:\"{}\" role:AUTHORITY committee:\"BUN\"", officer.id);
    stage.administrator().commands("withdrawRole", &withdrawn).await;
    let left = codes(&officer).await;
    assert_eq!((&left["totalCount"], &left["edges"][0]["node"]["code"]), (&json!(1), &json!("XXX")));
}

#[tokio::test]
async fn a_school_that_is_placed_anew_is_the_next_committees_at_the_next_question() {
    let stage = two_committees().await;
    let matter = "matter:{placedUnderCommittee:{committee:\"BIN\" name:\"Bildningsnämnden\"}}";
    let place = format!("schoolId:\"{}\" {matter}", stage.school);
    for person in [stage.officer(0), stage.officer(1), stage.principal(0), stage.other(Role::Administrator)] {
        person.is_refused("settleSchool", &place, "not_allowed").await;
    }
    stage.administrator().commands("settleSchool", &place).await;
    assert_eq!(codes(&stage.officer(0)).await["totalCount"], 0);
    assert_eq!(codes(&stage.officer(1)).await["totalCount"], 2);
}

#[tokio::test]
async fn an_appointment_without_a_committee_is_for_schools_that_are_under_none() {
    let stage = with_a_full_case().await;
    let appointed = format!("staffId:\"{}\" role:AUTHORITY", stage.officer(0).id);
    stage.administrator().commands("grantRole", &appointed).await;
    assert_eq!(codes(&stage.officer(0)).await["totalCount"], 2, "before anything is placed: all");
    let matter = "matter:{placedUnderCommittee:{committee:\"BUN\" name:\"Barn- och ungdomsnämnden\"}}";
    stage.administrator().commands("settleSchool", &format!("schoolId:\"{}\" {matter}", stage.school)).await;
    let left = codes(&stage.officer(0)).await;
    assert_eq!((&left["totalCount"], &left["edges"][0]["node"]["code"]), (&json!(1), &json!("XXX")));
    let unknown = format!("staffId:\"{}\" role:AUTHORITY committee:\"BUM\"", stage.officer(1).id);
    stage.administrator().is_refused("grantRole", &unknown, "not_found").await;
}

#[tokio::test]
async fn a_pupil_who_moves_to_a_school_of_the_other_committee_takes_nothing_along() {
    let stage = two_committees().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    let hold = format!("legalHoldPlaced:{{pupil:\"{}\" reference:\"Marker-hold\"}}", pupil.id);
    principal.commands("settleSchool", &format!("schoolId:\"{}\" matter:{{{hold}}}", stage.school)).await;
    let leaves = format!("pupilId:\"{}\" reason:CHANGED_SCHOOL lastDay:\"2019-09-02\"", pupil.id);
    principal.commands("recordPupilLeft", &leaves).await;
    stage.on("2019-09-03");
    let enrol = format!(
        "pupilId:\"{}\" schoolId:\"{}\" name:\"Kim Exempel\" className:\"7A\" grade:7 from:\"2019-09-03\" identity:NONE",
        pupil.id,
        stage.elsewhere()
    );
    next.commands("enrolPupil", &enrol).await;

    let seen = reads(&next, pupil).await;
    assert_eq!(kinds(&seen), ["PUPIL_ENROLLED"]);
    assert_eq!((&seen["guardians"], &seen["mentors"]), (&json!([]), &json!([])));
    assert_eq!(seen["absence"]["all"]["offeredMinutes"], 0);
    let asked = format!(
        "{{pupil(id:\"{0}\"){{readings(first:50){{totalCount edges{{node{{staffId}}}}}} extract{{document json}} \
         history(first:50){{totalCount}}}} guardian(id:\"{1}\"){{name}} formerCase(pupilId:\"{0}\" first:5){{totalCount}}}}",
        pupil.id, pupil.guardian
    );
    let answer = next.asks(&asked).await;
    assert!(answer["errors"].is_null(), "{answer}");
    let text = answer.to_string();
    for theirs in ["Marker", "Ljungsbro", &stage.mentor(0).id.to_string(), &principal.id.to_string(), "Alex"] {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
    assert_eq!((&answer["data"]["guardian"], &answer["data"]["formerCase"]), (&Value::Null, &Value::Null));
    // Each committee counts its own: the school that was left still what happened there, the next one nothing of it.
    let duties = "duties(firstDay:\"2019-08-20\" lastDay:\"2020-06-12\"){kind}";
    let of = |school: SchoolId| format!("{{node(id:\"{school}\"){{... on School{{{duties}}}}}}}");
    assert_eq!(stage.officer(1).asks(&of(stage.elsewhere())).await["data"]["node"]["duties"], json!([]));
    assert_eq!(stage.officer(1).asks(&of(stage.school)).await["data"]["node"], Value::Null);
}

#[tokio::test]
async fn a_mentor_of_two_committees_is_counted_by_each_principal_for_their_own_committee() {
    let stage = two_committees().await;
    let mentor = stage.mentor(0).id;
    let took = format!("staffId:\"{mentor}\" on:\"2019-09-02\" task:CONFLICT minutes:20");
    stage.mentor(0).commands("takeTaskOver", &took).await;
    let taken = async |person: Person<'_>, school: SchoolId| {
        let query = format!("{{node(id:\"{school}\"){{... on School{{takenOver(term:\"ht19\"){{count}}}}}}}}");
        person.asks(&query).await["data"]["node"]["takenOver"].clone()
    };
    assert_eq!(taken(stage.principal(0), stage.school).await, json!([{ "count": 1 }]));
    let grant = format!("staffId:\"{mentor}\" role:MENTOR schoolId:\"{}\"", stage.elsewhere());
    stage.administrator().commands("grantRole", &grant).await;
    let own = stage.mentor(0).reads_the_week(mentor, "2019-W36").await;
    assert!(own["pupils"].as_u64().unwrap() > 0 && own["openReferrals"].as_u64().unwrap() > 0, "{own}");
    assert_eq!(stage.principal(0).reads_the_week(mentor, "2019-W36").await["pupils"], own["pupils"]);
    let theirs = stage.stranger().reads_the_week(mentor, "2019-W36").await;
    for figure in ["pupils", "pupilsForOtherPrincipals", "openSteps", "openReferrals", "talksDue", "talksHeld"] {
        assert_eq!(theirs[figure], 0, "{figure}: {theirs}");
    }
    // Of what was done in the other committee's cases the minutes are told, in one sum: it is the person's own working time.
    let told = week_of(&stage.stranger(), mentor).await;
    assert_eq!(
        (&told["contacts"], &told["work"], &told["minutes"]),
        (&json!(0), &json!([]), &json!([taken_minutes()]))
    );
    assert_eq!((&told["elsewhereMinutes"], &told["totalMinutes"]), (&json!(10), &json!(30)));
    // What the mentor took over does not say at which school, and so is in no school's sum.
    assert_eq!(taken(stage.stranger(), stage.elsewhere()).await, json!([]));
    assert_eq!(taken(stage.principal(0), stage.school).await, json!([]));
}

fn taken_minutes() -> Value {
    json!({ "source": "TAKEN_OVER", "kind": null, "minutes": 20 })
}

async fn week_of(person: &Person<'_>, mentor: StaffId) -> Value {
    let query = format!(
        "{{node(id:\"{mentor}\"){{... on Staff{{workload(week:\"2019-W36\"){{pupils pupilsForOtherPrincipals contacts work{{kind count}} \
         minutes{{source kind minutes}} categories{{minutes}} elsewhereMinutes totalMinutes timed{{part of}} \
         preventive{{part of}} withinMission{{part of}} openSteps openReferrals}}}}}}}}"
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["node"]["workload"].clone()
}

/// Two schools of one committee, or of none, keep each other's cases to themselves too: a principal is told of the whole working time
/// of a mentor whom they share, and of the cases of their own school.
#[tokio::test]
async fn a_principal_is_told_of_a_shared_mentors_cases_at_their_own_school_and_of_the_rest_one_sum() {
    let stage = with_a_full_case().await;
    let (mentor, here, there) = (stage.mentor(0), stage.principal(0), stage.stranger());
    let grant = format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", mentor.id, stage.elsewhere());
    stage.administrator().commands("grantRole", &grant).await;
    let enrol = format!(
        "schoolId:\"{}\" name:\"Kim Exempel\" className:\"7A\" grade:7 from:\"2019-09-02\" identity:NONE",
        stage.elsewhere()
    );
    let enrolled = there.tries_for("enrolPupil", &enrol, "pupil{id}").await;
    let pupil = enrolled["data"]["enrolPupil"]["pupil"]["id"].as_str().unwrap().to_owned();
    let assign = format!(
        "pupilId:\"{pupil}\" mentorId:\"{}\" principalId:\"{}\" kind:PRIMARY from:\"2019-09-02\"",
        mentor.id, there.id
    );
    there.commands("assignMentor", &assign).await;
    let before = week_of(&here, mentor.id).await;
    for work in ["ladderStepOpened:{step:1 trigger:FIRST_INVALID}", "harassmentReported:{level:PRINCIPAL}"] {
        mentor.commands("logWork", &format!("pupilId:\"{pupil}\" work:{{{work}}} minutes:25")).await;
    }

    let (own, for_the_first, for_the_other) =
        (week_of(&mentor, mentor.id).await, week_of(&here, mentor.id).await, week_of(&there, mentor.id).await);
    let kinds = |week: &Value| {
        let work = week["work"].as_array().unwrap().clone();
        let mut kinds: Vec<_> = work.iter().map(|count| count["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&for_the_first), ["INCIDENT_NOTED", "PUPIL_TALKED_WITH", "REFERRAL_OPENED"]);
    assert_eq!(kinds(&for_the_other), ["HARASSMENT_REPORTED", "LADDER_STEP_OPENED"]);
    assert_eq!(kinds(&own).len(), 5);
    let number = |week: &Value, of: &str| week[of].as_u64().unwrap();
    assert_eq!((number(&for_the_first, "elsewhereMinutes"), number(&for_the_other, "elsewhereMinutes")), (50, 10));
    for week in [&own, &for_the_first, &for_the_other] {
        assert_eq!(number(week, "totalMinutes"), 60, "the whole working time: {week}");
    }
    assert_eq!((number(&own, "elsewhereMinutes"), number(&own, "contacts")), (0, 1));
    assert_eq!((number(&for_the_first, "contacts"), number(&for_the_other, "contacts")), (1, 0));
    assert_eq!((number(&for_the_first, "openSteps"), number(&for_the_other, "openSteps")), (0, 1));
    assert_eq!((number(&for_the_first, "openReferrals"), number(&for_the_other, "openReferrals")), (1, 0));
    // How many pupils there are in all is told, and nothing else has moved for the one by what was done for the other.
    assert_eq!((number(&for_the_other, "pupils"), number(&for_the_other, "pupilsForOtherPrincipals")), (1, 1));
    let but = |week: &Value| {
        let mut week = week.clone();
        for moved in ["elsewhereMinutes", "totalMinutes"] {
            week[moved].take();
        }
        week
    };
    assert_eq!(but(&before), but(&for_the_first));
}
