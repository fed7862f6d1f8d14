//! "What was true on 14 October?" and "what did we know on 14 October?", of what is settled at a school and of what a mentor did,
//! also when the mentor has other pupils since, works at two schools, or has left.

use domain::actor::Role;
use serde_json::{Value, json};

use crate::anders_ljungstedt::anders_ljungstedt;
use crate::covering::a_class_of_ten;
use crate::ending::{follows, hears, to_the_end};
use crate::ljungsbro::ljungsbro;
use crate::stage::{Person, Pupil, Stage};

/// What a question about the school is answered, as of a past.
async fn school(person: &Person<'_>, past: &str, fields: &str) -> Value {
    let answer = person.asks(&format!("{{asOf({past}){{school(code:\"LJU\"){{{fields}}}}}}}")).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["asOf"]["school"].clone()
}

async fn settles(person: &Person<'_>, stage: &Stage, matter: &str) {
    person.commands("settleSchool", &format!("schoolId:\"{}\" matter:{{{matter}}}", stage.school)).await;
}

/// What is settled late from a day before is true of that day, and was not known on it. What happened later was not so yet.
#[tokio::test]
async fn what_was_settled_at_a_school_is_answered_on_both_time_axes() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor) = (stage.principal(0), stage.mentor(0));
    stage.on("2019-10-21");
    settles(&principal, &stage, "ladderPolicyAdopted:{number:1 firstDay:\"2019-10-07\" percent:15 windowDays:28}")
        .await;
    let to = format!("decision:LEAVE to:\"{}\" firstDay:\"2019-10-07\" lastDay:\"2020-06-11\"", mentor.id);
    settles(&principal, &stage, &format!("decisionDelegated:{{{to}}}")).await;
    settles(&principal, &stage, "attendanceSenderChosen:{sender:MENTORLOG firstDay:\"2019-10-15\"}").await;
    let mission = format!("schoolId:\"{}\" from:\"2019-10-07\" talks:BOOKS within:[PUPILS]", stage.school);
    principal.commands("adoptMission", &mission).await;
    let marked = format!("schoolId:\"{}\" term:\"ht19\" reason:EPIDEMIC", stage.school);
    principal.commands("markTermNotComparable", &marked).await;

    let fields = "ladderPolicies{number} delegations{decision} attendanceSender mission{talks} notComparable{term} terms \
                  absenceEvidence(baseline:\"ht19\" term:\"vt20\"){leftOut{term}}";
    let year = json!(["ht19", "vt20"]);
    let nothing = json!({
        "ladderPolicies": [], "delegations": [], "attendanceSender": "ATTENDANCE_SYSTEM", "mission": { "talks": "ATTENDS_SOME" },
        "notComparable": [], "terms": year, "absenceEvidence": { "leftOut": [] },
    });
    let mut so = nothing.clone();
    so["ladderPolicies"] = json!([{ "number": 1 }]);
    so["delegations"] = json!([{ "decision": "LEAVE" }]);
    so["mission"] = json!({ "talks": "BOOKS" });
    let mut marked = so.clone();
    marked["attendanceSender"] = json!("MENTORLOG");
    marked["notComparable"] = json!([{ "term": "ht19" }]);
    marked["absenceEvidence"] = json!({ "leftOut": [{ "term": "ht19" }] });
    for (past, expected) in [
        ("day:\"2019-10-14\"", &so),
        ("day:\"2019-10-14\" knownOn:\"2019-10-14\"", &nothing),
        ("day:\"2019-10-06\"", &nothing),
        ("day:\"2019-10-21\"", &marked),
        ("day:\"2019-10-21\" knownOn:\"2019-10-20\"", &nothing),
    ] {
        assert_eq!(school(&principal, past, fields).await, *expected, "{past}");
    }
    // There was a school before it was put on record here, on the second of September; its year had begun, its mission too.
    let before = school(&principal, "day:\"2019-08-26\"", "name terms mission{talks}").await;
    assert_eq!(before, json!({ "name": "Ljungsbro skola", "terms": year, "mission": { "talks": "ATTENDS_SOME" } }));
    assert_eq!(school(&principal, "day:\"2019-08-19\"", "terms").await, json!({ "terms": [] }), "it was not set yet");
    assert_eq!(school(&principal, "day:\"2019-08-26\" knownOn:\"2019-08-26\"", "name").await, Value::Null);
}

/// What the authority must be told, and who opened a case in an emergency: as it had happened, as far as it was known.
#[tokio::test]
async fn duties_and_emergencies_are_answered_on_both_time_axes() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, pupil) = (stage.principal(0), stage.mentor(1), stage.pupils[0]);
    stage.on("2019-10-10");
    let taken = format!("emergencyAccessTaken:{{staff:\"{}\" on:\"2019-10-10\"}}", mentor.id);
    mentor.logs_because(pupil, &taken, "Eleven är försvunnen.").await;
    let report = principal.logs(pupil, "harassmentReported:{level:PRINCIPAL}").await;
    stage.on("2019-10-21");
    let reported = format!(
        "pupilId:\"{}\" work:{{harassmentReported:{{level:AUTHORITY report:\"{report}\"}}}} occurredAt:\"2019-10-11T10:00:00Z\"",
        pupil.id
    );
    principal.commands("logWork", &reported).await;
    let fields = "duties(firstDay:\"2019-08-20\" lastDay:\"2019-12-20\"){day} emergencyAccesses{on}";
    for (past, duties, emergencies) in [
        ("day:\"2019-10-09\"", json!([]), json!([])),
        ("day:\"2019-10-10\"", json!([]), json!([{ "on": "2019-10-10" }])),
        ("day:\"2019-10-14\"", json!([{ "day": "2019-10-11" }]), json!([{ "on": "2019-10-10" }])),
        ("day:\"2019-10-14\" knownOn:\"2019-10-14\"", json!([]), json!([{ "on": "2019-10-10" }])),
        ("day:\"2019-10-14\" knownOn:\"2019-10-09\"", json!([]), json!([])),
    ] {
        let told = school(&principal, past, fields).await;
        assert_eq!(told, json!({ "duties": duties, "emergencyAccesses": emergencies }), "{past}");
    }
}

/// Outside the school figures are told as they were published: as of a day before that nothing was.
#[tokio::test]
async fn what_is_told_outside_a_school_was_not_told_before_it_was_published() {
    let stage = Stage::set(a_class_of_ten()).await;
    let (principal, officer) = (stage.principal(0), stage.officer(0));
    stage.administrator().commands("grantRole", &format!("staffId:\"{}\" role:AUTHORITY", officer.id)).await;
    stage.on("2020-01-05");
    for pupil in &stage.pupils {
        principal.registers_days(*pupil, "2019-09-02", 10, 30).await;
    }
    settles(&principal, &stage, "publicationDayAdopted:{term:\"ht19\" on:\"2020-01-20\"}").await;
    stage.on("2020-01-20");
    settles(&principal, &stage, "figuresPublished:{term:\"ht19\"}").await;
    stage.on("2020-02-03");
    let fields = "publishedTerms publicationDays{on} absence(term:\"ht19\"){all{days}} mentorLoads{forOtherPrincipals}";
    let told = async |past: &str| school(&officer, past, fields).await;
    let nothing = json!({ "publishedTerms": [], "publicationDays": [], "absence": null, "mentorLoads": null });
    let adopted = json!({
        "publishedTerms": [], "publicationDays": [{ "on": "2020-01-20" }], "absence": null, "mentorLoads": null,
    });
    let published = json!({
        "publishedTerms": ["ht19"], "publicationDays": [{ "on": "2020-01-20" }],
        "absence": { "all": { "days": 100 } }, "mentorLoads": [{ "forOtherPrincipals": 10 }],
    });
    for (past, expected) in [
        ("day:\"2020-01-04\"", &nothing),
        ("day:\"2020-01-19\"", &adopted),
        ("day:\"2020-01-20\" knownOn:\"2020-01-19\"", &adopted),
        ("day:\"2020-01-20\"", &published),
        ("day:\"2020-02-03\"", &published),
    ] {
        assert_eq!(told(past).await, *expected, "{past}");
    }
}

/// How many pupils each mentor had is told as it was: those who have another class, or have left, since were the principal's then.
#[tokio::test]
async fn how_many_pupils_each_mentor_had_stays_the_principals_number() {
    let stage = Stage::set(ljungsbro()).await;
    let pupil = stage.pupils[0];
    stage.on("2019-09-16");
    let left = format!("pupilId:\"{}\" reason:CHANGED_SCHOOL lastDay:\"2019-09-13\"", pupil.id);
    stage.principal(0).commands("recordPupilLeft", &left).await;
    for person in [stage.principal(0), stage.other(Role::Coordinator)] {
        for (past, expected) in
            [("day:\"2019-09-13\"", [1, 1, 2].as_slice()), ("day:\"2019-09-16\"", [1, 2].as_slice())]
        {
            let told = school(&person, past, "mentorLoads{pupils forOtherPrincipals}").await;
            let mut pupils: Vec<u64> =
                told["mentorLoads"].as_array().unwrap().iter().map(|load| load["pupils"].as_u64().unwrap()).collect();
            pupils.sort_unstable();
            assert_eq!(pupils, expected, "{past}");
            assert!(!told.to_string().contains("\"forOtherPrincipals\":1"), "{told}");
        }
    }
}

/// The term's weeks are counted from the day that was its first as far as was known then.
#[tokio::test]
async fn a_terms_weeks_are_counted_by_the_calendar_that_was_known() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor) = (stage.principal(0), stage.mentor(0));
    stage.on("2019-10-21");
    let year = |first: &str| {
        format!(
            "schoolId:\"{}\" startsIn:2019 autumn:{{firstDay:\"{first}\" lastDay:\"2019-12-19\"}} \
             spring:{{firstDay:\"2020-01-08\" lastDay:\"2020-06-11\"}} breaks:[]",
            stage.school
        )
    };
    stage.administrator().commands("setSchoolYear", &year("2019-09-02")).await;
    let weeks = async |past: &str| {
        let query = format!(
            "{{asOf({past}){{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W37\"){{term{{weeks}}}}}}}}}}}}",
            mentor.id
        );
        principal.asks(&query).await["data"]["asOf"]["node"]["workload"]["term"]["weeks"].clone()
    };
    assert_eq!(weeks("day:\"2019-09-15\"").await, json!(2), "the week of the second of September, and the next");
    assert_eq!(
        weeks("day:\"2019-09-15\" knownOn:\"2019-09-15\"").await,
        json!(4),
        "then it was the twentieth of August"
    );
}

/// One's own past stays one's own: pupils who were handed over since were one's own then, and nobody else's.
#[tokio::test]
async fn pupils_handed_over_since_are_counted_as_they_were_then() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, next) = (stage.principal(0), stage.mentor(2), stage.mentor(0));
    stage.on("2019-09-16");
    for pupil in &stage.pupils[2..] {
        let handed = format!(
            "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-09-16\"",
            pupil.id, pupil.assignment, next.id
        );
        principal.commands("handOver", &handed).await;
    }
    let counts = async |person: &Person<'_>, mentor: &Person<'_>, week: &str| {
        let week = person.reads_the_week(mentor.id, week).await;
        (week["pupils"].as_u64().unwrap(), week["pupilsForOtherPrincipals"].as_u64().unwrap())
    };
    for person in [&mentor, &principal] {
        assert_eq!(counts(person, &mentor, "2019-W37").await, (2, 0));
        assert_eq!(counts(person, &mentor, "2019-W38").await, (0, 0));
    }
    assert_eq!(counts(&next, &next, "2019-W37").await, (1, 0));
    assert_eq!(counts(&next, &next, "2019-W38").await, (3, 0));
}

/// That mentors go to those in greatest need is put on record late. What a bare level may be read as is no fact of the past: it is not
/// told of a day on which nobody had put it on record, nor of one before it was so.
#[tokio::test]
async fn a_level_that_may_not_be_told_today_is_not_told_as_of_a_past_day_either() {
    let stage = Stage::set(a_class_of_ten()).await;
    let principal = stage.principal(0);
    for pupil in &stage.pupils {
        principal.registers(*pupil, "2019-09-02", 0, 60).await;
    }
    let told = async |past: &str| {
        let fields = "absence(term:\"ht19\"){all{pupils} withMentor{pupils}}";
        school(&principal, past, fields).await["absence"].clone()
    };
    let (whole, bare) = (json!({ "pupils": 10 }), Value::Null);
    let days = [
        "day:\"2019-10-21\"",
        "day:\"2019-10-14\"",
        "day:\"2019-10-14\" knownOn:\"2019-10-14\"",
        "day:\"2019-09-05\" knownOn:\"2019-09-05\"",
    ];
    stage.on("2019-10-21");
    for past in days {
        assert_eq!(told(past).await, json!({ "all": whole, "withMentor": whole }), "{past}");
    }
    let chosen = format!("schoolId:\"{}\" from:\"2019-09-16\" model:TARGETED", stage.school);
    principal.commands("chooseMentoringModel", &chosen).await;
    for past in days {
        assert_eq!(told(past).await, json!({ "all": whole, "withMentor": bare }), "{past}");
    }
}

/// A week that is over changes when something is put on record late in the case of somebody who has another mentor since.
#[tokio::test]
async fn a_past_week_is_followed_also_for_pupils_who_were_handed_over() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, next, pupil) = (stage.principal(0), stage.mentor(0), stage.mentor(1), stage.pupils[0]);
    let of = mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:CONCERN}").await;
    stage.on("2019-09-16");
    let handed = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" mentorId:\"{}\" from:\"2019-09-16\"",
        pupil.id, pupil.assignment, next.id
    );
    principal.commands("handOver", &handed).await;
    let week = format!("subscription{{mentorWorkload(mentorId:\"{}\" week:\"2019-W36\"){{openSteps}}}}", mentor.id);
    let mut socket = follows(&principal, &stage, &week).await;
    assert_eq!(hears(&mut socket).await["payload"]["data"]["mentorWorkload"]["openSteps"], 1);
    let closed = format!(
        "pupilId:\"{}\" work:{{ladderStepClosed:{{of:\"{of}\" closing:ABSENCE_CEASED}}}} occurredAt:\"2019-09-06T10:00:00Z\"",
        pupil.id
    );
    next.commands("logWork", &closed).await;
    assert_eq!(hears(&mut socket).await["payload"]["data"]["mentorWorkload"]["openSteps"], 0);
}

/// Who answered for whom is asked about when another principal has come.
#[tokio::test]
async fn whom_a_principal_answered_for_is_asked_about_by_the_next() {
    let stage = Stage::set(ljungsbro()).await;
    let (before, next) = (stage.principal(0), stage.officer(0));
    let role = |staff| format!("staffId:\"{staff}\" role:PRINCIPAL schoolId:\"{}\"", stage.school);
    stage.on("2019-10-01");
    stage.administrator().commands("grantRole", &role(next.id)).await;
    let made = format!("schoolId:\"{}\" principalId:\"{}\" from:\"2019-10-01\"", stage.school, next.id);
    stage.administrator().commands("makePrincipalResponsible", &made).await;
    stage.administrator().commands("withdrawRole", &role(before.id)).await;
    let answered = format!("pupilsOfPrincipal(principal:\"{}\"){{totalCount}}", before.id);
    let told = school(&next, "day:\"2019-09-15\"", &answered).await;
    assert_eq!(told["pupilsOfPrincipal"]["totalCount"], 4);
    assert_eq!(school(&stage.mentor(0), "day:\"2019-09-15\"", &answered).await["pupilsOfPrincipal"], Value::Null);
}

/// A principal asks about the weeks of a mentor who has left, and goes on following one; a week after that nobody worked here.
#[tokio::test]
async fn the_weeks_of_a_mentor_who_has_left_stay_the_principals_to_ask_about() {
    let stage = Stage::set(ljungsbro()).await;
    let (principal, mentor, pupil) = (stage.principal(0), stage.mentor(0), stage.pupils[0]);
    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    let followed =
        format!("subscription{{mentorWorkload(mentorId:\"{}\" week:\"2019-W36\"){{contacts pupils}}}}", mentor.id);
    let told = |item: &Value| item["payload"]["data"]["mentorWorkload"].clone();
    let mut socket = follows(&principal, &stage, &followed).await;
    assert_eq!(told(&hears(&mut socket).await), json!({ "contacts": 1, "pupils": 1 }));
    let own = format!("subscription{{mentorCaseload(mentorId:\"{}\"){{totalCount}}}}", mentor.id);
    let mut caseload = follows(&mentor, &stage, &own).await;
    assert_eq!(hears(&mut caseload).await["payload"]["data"]["mentorCaseload"]["totalCount"], 1);

    let left = format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", mentor.id, stage.school);
    stage.other(Role::Administrator).commands("withdrawRole", &left).await;

    // What the mentor followed as a mentor has ended, with nothing behind it; what the principal follows goes on, and is sent
    // when it is another.
    assert_eq!(to_the_end(&mut caseload).await, Vec::<Value>::new());
    let ended = format!(
        "pupilId:\"{}\" assignmentId:\"{}\" reason:MENTOR_LEFT lastDay:\"2019-09-01\"",
        pupil.id, pupil.assignment
    );
    principal.commands("endAssignment", &ended).await;
    assert_eq!(told(&hears(&mut socket).await), json!({ "contacts": 1, "pupils": 0 }));
    stage.on("2019-09-20");
    let query = |week: &str| {
        format!("{{node(id:\"{}\"){{... on Staff{{name workload(week:\"{week}\"){{contacts}}}}}}}}", mentor.id)
    };
    let asks = async |person: &Person<'_>, week: &str| person.asks(&query(week)).await["data"]["node"].clone();
    let told = json!({ "name": "Maja Mentor", "workload": { "contacts": 1 } });
    assert_eq!(asks(&principal, "2019-W36").await, told);
    assert_eq!(asks(&mentor, "2019-W36").await, told, "one's own");
    assert_eq!(asks(&principal, "2019-W38").await["workload"], Value::Null, "not here any more");
    for nobody in [stage.stranger(), stage.mentor(1), stage.other(Role::Coordinator)] {
        assert_eq!(asks(&nobody, "2019-W36").await, Value::Null);
    }
    // Who had which pupils then is asked by the same way in.
    let then =
        format!("{{asOf(day:\"2019-09-01\"){{node(id:\"{}\"){{... on Staff{{caseload{{totalCount}}}}}}}}}}", mentor.id);
    assert_eq!(principal.asks(&then).await["data"]["asOf"]["node"]["caseload"]["totalCount"], 1);

    let role = format!("staffId:\"{}\" role:PRINCIPAL schoolId:\"{}\"", principal.id, stage.school);
    stage.administrator().commands("withdrawRole", &role).await;
    to_the_end(&mut socket).await;
    assert_eq!(asks(&principal, "2019-W36").await, Value::Null);
}

/// The same mentor at another school, with a pupil there.
async fn works_elsewhere_too(stage: &Stage, mentor: &Person<'_>) -> Pupil {
    let (elsewhere, principal) = (stage.elsewhere(), stage.stranger());
    let role = format!("staffId:\"{}\" role:MENTOR schoolId:\"{elsewhere}\"", mentor.id);
    stage.administrator().commands("grantRole", &role).await;
    let mission = format!("schoolId:\"{elsewhere}\" from:\"2019-08-12\" talks:HOLDS within:[PUPILS ATTENDANCE]");
    principal.commands("adoptMission", &mission).await;
    let enrol = format!(
        "schoolId:\"{elsewhere}\" name:\"Kim Exempel\" className:\"BA1\" grade:1 programme:\"BA\" from:\"2019-08-20\" identity:NONE"
    );
    let answer = principal.tries_for("enrolPupil", &enrol, "pupil{id}").await;
    let id =
        answer["data"]["enrolPupil"]["pupil"]["id"].as_str().unwrap_or_else(|| panic!("{answer}")).parse().unwrap();
    let assigned = format!(
        "pupilId:\"{id}\" mentorId:\"{}\" kind:PRIMARY principalId:\"{}\" from:\"2019-08-20\"",
        mentor.id, principal.id
    );
    principal.commands("assignMentor", &assigned).await;
    Pupil { id, ..stage.pupils[0] }
}

/// A mentor shared by two schools, and at one of them by two principals: what each is told of it adds up to what the mentor has.
#[tokio::test]
async fn what_two_schools_are_told_of_a_shared_mentor_adds_up_to_the_whole() {
    let stage = Stage::set(anders_ljungstedt()).await;
    let (here, there, mentor) = (stage.principal(0), stage.stranger(), stage.mentor(0));
    let other = works_elsewhere_too(&stage, &mentor).await;
    let time = format!("staffId:\"{}\" from:\"2019-08-12\" weeklyMinutes:2425 sharePercent:100", mentor.id);
    here.commands("setWorkingTime", &time).await;
    for (principal, share) in [(&here, 60), (&there, 40)] {
        let agreed = format!(
            "staffId:\"{}\" matter:{{shareAgreed:{{principal:\"{}\" share:{share} firstDay:\"2019-08-12\"}}}}",
            mentor.id, principal.id
        );
        principal.commands("arrangeStaff", &agreed).await;
    }
    for pupil in [stage.pupils[0], other] {
        mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:CONCERN}").await;
        mentor.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    }
    mentor.logs(stage.pupils[2], "placementVisited:{on:\"2019-09-02\"}").await;
    let logged = format!(
        "staffId:\"{}\" on:\"2019-09-02\" category:MEETINGS minutes:60 withinMission:true preventive:true sampled:false",
        mentor.id
    );
    mentor.commands("logTime", &logged).await;

    let query = format!(
        "{{node(id:\"{}\"){{... on Staff{{workload(week:\"2019-W36\"){{pupils pupilsForOtherPrincipals talksDue talksHeld \
         openSteps totalMinutes elsewhereMinutes workingMinutes agreedMinutes categories{{category minutes}}}}}}}}}}",
        mentor.id
    );
    let week = async |person: &Person<'_>| person.asks(&query).await["data"]["node"]["workload"].clone();
    let (whole, two) = (week(&mentor).await, week(&there).await);
    let (one, beside) = (week(&here).await, week(&stage.principal(1)).await);
    let number = |week: &Value, field: &str| week[field].as_u64().unwrap_or_else(|| panic!("{field}: {week}"));
    for field in ["talksDue", "talksHeld", "openSteps"] {
        let sum = number(&one, field) + number(&beside, field) + number(&two, field);
        assert_eq!(sum, number(&whole, field), "{field}");
    }
    assert_eq!(number(&one, "agreedMinutes") + number(&two, "agreedMinutes"), number(&whole, "agreedMinutes"));
    assert_eq!([&one, &beside].map(|week| number(week, "talksDue")), [4, 2], "two principals of one school");
    assert_eq!((number(&whole, "talksDue"), number(&two, "talksDue")), (8, 2));
    assert_eq!((number(&whole, "openSteps"), number(&two, "openSteps")), (2, 1));
    assert_eq!(number(&whole, "agreedMinutes"), number(&whole, "workingMinutes"));
    assert_eq!((number(&one, "agreedMinutes"), number(&two, "agreedMinutes")), (1455, 970));
    // All minutes and the working time are the person's, and stand whole on each side. Those in cases are told where the case is,
    // and are one number on the other side; those in no case are no school's more than the other's.
    for side in [&one, &beside, &two] {
        assert_eq!((number(side, "totalMinutes"), number(side, "workingMinutes")), (135, 2425));
        assert_eq!(number(side, "pupils") + number(side, "pupilsForOtherPrincipals"), 4);
    }
    let sides = [&one, &beside, &two, &whole];
    assert_eq!(sides.map(|week| number(week, "elsewhereMinutes")), [45, 60, 45, 0]);
    let minutes = |week: &Value, category: &str| {
        let all = week["categories"].as_array().unwrap();
        all.iter().find(|one| one["category"] == category).map_or(0, |one| one["minutes"].as_u64().unwrap())
    };
    for (category, expected) in
        [("ATTENDANCE", [15, 0, 15, 30]), ("PUPILS", [15, 15, 15, 45]), ("MEETINGS", [60, 60, 60, 60])]
    {
        assert_eq!(sides.map(|week| minutes(week, category)), expected, "{category}");
    }
}
