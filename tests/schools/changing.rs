//! A pupil changes school, and changes again. What was recorded belongs to the enrolment: each school's principal has who read it,
//! and all of it for the person, as long as it is kept; nobody has another school's, and nothing tells of where the pupil went.

use serde_json::Value;

use crate::ending::{follows, hears};
use crate::secrecy::with_a_full_case;
use crate::stage::{Person, Pupil, Stage};

/// Leaves the one school, and is enrolled at the other the day after.
pub(crate) async fn goes(
    stage: &Stage,
    pupil: Pupil,
    (from, to): (&Person<'_>, &Person<'_>),
    (last, first): (&str, &str),
) {
    let school = if to.id == stage.stranger().id { stage.elsewhere() } else { stage.school };
    stage.on(last);
    let leaves = format!("pupilId:\"{}\" reason:CHANGED_SCHOOL lastDay:\"{last}\"", pupil.id);
    from.commands("recordPupilLeft", &leaves).await;
    stage.on(first);
    let name = if to.id == stage.stranger().id { "Nytt Namn" } else { "Kim Exempel" };
    let enrol = format!(
        "pupilId:\"{}\" schoolId:\"{school}\" name:\"{name}\" className:\"7A\" grade:7 from:\"{first}\" identity:NONE",
        pupil.id
    );
    to.commands("enrolPupil", &enrol).await;
}

/// Who has read, and the extract, of what a school has.
pub(crate) async fn kept(person: &Person<'_>, pupil: Pupil, school: domain::id::SchoolId) -> (Value, Value) {
    let of = format!("pupilId:\"{}\" schoolId:\"{school}\"", pupil.id);
    let query = format!(
        "{{schoolReadings({of} first:100){{totalCount edges{{node{{staffId how}}}}}} schoolExtract({of}){{document json \
         entries{{kind}}}}}}"
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    (answer["data"]["schoolReadings"].clone(), answer["data"]["schoolExtract"].clone())
}

/// Whether somebody is among those who read; to look in vain is no reading.
pub(crate) fn names(readings: &Value, person: &Person<'_>) -> bool {
    let edges = readings["edges"].as_array().unwrap();
    edges.iter().any(|edge| edge["node"]["staffId"] == person.id.to_string() && edge["node"]["how"] != "REFUSED")
}

pub(crate) fn count(extract: &Value, kind: &str) -> usize {
    extract["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).count()
}

#[tokio::test]
async fn each_school_keeps_who_read_and_the_extract_of_its_own_time_also_when_the_pupil_comes_back() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next, pupil) = (stage.mentor(0), stage.principal(0), stage.stranger(), stage.pupils[0]);
    assert!(mentor.sees(pupil).await);
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    assert!(next.sees(pupil).await);
    next.logs(pupil, "pupilTalkedWith:{topic:SCHOOLWORK}").await;

    // Protected where the pupil goes now: where they went, nothing changes by it, and nothing tells of it.
    let before = kept(&principal, pupil, stage.school).await;
    next.logs_because(pupil, "identityProtected:{level:MARKED_SECRET}", "Marker-hot").await;
    let hold = format!("legalHoldPlaced:{{pupil:\"{}\" reference:\"Marker-hold\"}}", pupil.id);
    next.commands("settleSchool", &format!("schoolId:\"{}\" matter:{{{hold}}}", stage.elsewhere())).await;
    let (readings, extract) = kept(&principal, pupil, stage.school).await;
    assert!(names(&readings, &mentor) && !names(&readings, &next), "{readings}");
    assert_eq!(extract["entries"], before.1["entries"]);
    assert_eq!((count(&extract, "PUPIL_TALKED_WITH"), count(&extract, "REFERRAL_OPENED")), (1, 1));
    for theirs in ["Marker-hot", "Marker-hold", "Nytt Namn", "En annan skola"] {
        assert!(!extract.to_string().contains(theirs), "{theirs}: {extract}");
    }
    assert!(extract["document"].as_str().unwrap().contains("Kim Exempel"));

    // The next school has its own, and nobody has the other's.
    let (readings, extract) = kept(&next, pupil, stage.elsewhere()).await;
    assert!(names(&readings, &next) && !names(&readings, &mentor) && !names(&readings, &principal), "{readings}");
    assert_eq!((count(&extract, "PUPIL_TALKED_WITH"), count(&extract, "REFERRAL_OPENED")), (1, 0));
    for (person, school) in [
        (&principal, stage.elsewhere()),
        (&next, stage.school),
        (&mentor, stage.school),
        (&stage.officer(0), stage.school),
    ] {
        let nobody = Pupil { id: domain::id::PupilId::from_bits([0xAB; 16]), ..pupil };
        assert_eq!(kept(person, pupil, school).await, kept(person, nobody, school).await);
        assert_eq!(kept(person, pupil, school).await, (Value::Null, Value::Null));
    }

    // Back to the first one: both times are its own, and each event is told of once.
    next.logs(pupil, "identityProtectionEnded:{on:\"2019-09-03\"}").await;
    goes(&stage, pupil, (&next, &principal), ("2019-09-04", "2019-09-05")).await;
    assert!(principal.sees(pupil).await);
    principal.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    let (readings, extract) = kept(&principal, pupil, stage.school).await;
    assert!(names(&readings, &mentor) && names(&readings, &principal) && !names(&readings, &next), "{readings}");
    assert_eq!((count(&extract, "PUPIL_TALKED_WITH"), count(&extract, "PUPIL_ENROLLED")), (2, 2));
    let asked =
        format!("{{pupil(id:\"{}\"){{readings(first:100){{totalCount}} extract{{entries{{kind}}}}}}}}", pupil.id);
    let same = principal.asks(&asked).await;
    assert_eq!(same["data"]["pupil"]["extract"]["entries"], extract["entries"], "asked in the case, it is the same");
    let (readings, extract) = kept(&next, pupil, stage.elsewhere()).await;
    assert!(names(&readings, &next) && !names(&readings, &principal), "{readings}");
    assert_eq!((count(&extract, "PUPIL_TALKED_WITH"), count(&extract, "PUPIL_ENROLLED")), (1, 1));
}

/// A step and a referral were left open at the school before, where somebody had talked with the pupil: at the next one nobody can
/// close them, and nobody has talked with the pupil yet.
#[tokio::test]
async fn what_was_left_open_at_one_school_is_no_work_at_the_next() {
    let stage = with_a_full_case().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    let (before, mentor) = (stage.mentor(0), stage.mentor(1));
    before.logs(pupil, "ladderStepOpened:{step:1 trigger:CONCERN}").await;
    let open = async |person: &Person<'_>| {
        let week = person.reads_the_week(person.id, "2019-W36").await;
        (week["openSteps"].as_u64().unwrap(), week["openReferrals"].as_u64().unwrap())
    };
    assert_eq!(open(&before).await, (1, 1));
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let role = format!("staffId:\"{}\" role:MENTOR schoolId:\"{}\"", mentor.id, stage.elsewhere());
    stage.administrator().commands("grantRole", &role).await;
    let assigned = format!(
        "pupilId:\"{}\" mentorId:\"{}\" kind:PRIMARY principalId:\"{}\" from:\"2019-09-03\"",
        pupil.id, mentor.id, next.id
    );
    next.commands("assignMentor", &assigned).await;
    assert_eq!(open(&mentor).await, (0, 0));
    let silent =
        format!("{{node(id:\"{}\"){{... on School{{notTalkedWith(weeks:4){{totalCount}}}}}}}}", stage.elsewhere());
    let count = async || next.asks(&silent).await["data"]["node"]["notTalkedWith"]["totalCount"].clone();
    assert_eq!(count().await, 0, "who came today has not been forgotten");
    mentor.logs(pupil, "ladderStepOpened:{step:1 trigger:CONCERN}").await;
    stage.on("2019-10-02");
    assert_eq!(count().await, 1, "the talk was at the school before");
    mentor.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;
    assert_eq!((open(&mentor).await, count().await), ((1, 0), 0.into()));
}

#[tokio::test]
async fn what_is_handed_on_to_a_protected_pupils_school_tells_the_one_who_hands_on_nothing() {
    let stage = with_a_full_case().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let former = |past: &str| {
        let case = format!("formerCase(pupilId:\"{}\" first:100){{totalCount edges{{node{{id kind}}}}}}", pupil.id);
        if past.is_empty() { format!("{{{case}}}") } else { format!("{{asOf(day:\"{past}\"){{{case}}}}}") }
    };
    let before = principal.asks(&former("")).await;
    next.logs(pupil, "identityProtected:{level:MARKED_SECRET}").await;
    let after = principal.asks(&former("")).await;
    assert_eq!(before, after);
    let entries = after["data"]["formerCase"]["edges"].as_array().unwrap().clone();
    let talk = entries.iter().find(|edge| edge["node"]["kind"] == "PUPIL_TALKED_WITH").unwrap()["node"]["id"].clone();
    assert!(!principal.sees(pupil).await);
    let handed = format!("entryHandedOn:{{of:{talk}}}");
    principal.logs(pupil, &handed).await;
    let timeline = format!("{{pupil(id:\"{}\"){{timeline(first:50){{edges{{node{{kind}}}}}}}}}}", pupil.id);
    assert!(next.asks(&timeline).await.to_string().contains("PUPIL_TALKED_WITH"));
    assert_eq!(stage.mentor(0).asks(&former("")).await["data"]["formerCase"], Value::Null);

    // As of a day before it was handed on, and before anything had been recorded.
    let then = principal.asks(&former("2019-09-02")).await["data"]["asOf"]["formerCase"].clone();
    assert_eq!(then["totalCount"].as_u64().unwrap(), entries.len() as u64);
    let earlier = principal.asks(&former("2019-09-01")).await["data"]["asOf"]["formerCase"].clone();
    assert!(!earlier.to_string().contains("PUPIL_TALKED_WITH") && earlier.to_string().contains("PUPIL_ENROLLED"));
    assert_eq!(next.asks(&former("2019-09-02")).await["data"]["asOf"]["formerCase"], Value::Null);
}

#[tokio::test]
async fn only_what_stands_in_the_case_that_was_left_is_handed_on() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next) = (stage.mentor(0), stage.principal(0), stage.stranger());
    let (pupil, other) = (stage.pupils[0], stage.pupils[1]);
    // Given a talk, one that was corrected since, one with another pupil, and one at the next school,
    let talk = mentor.logs(pupil, "pupilTalkedWith:{topic:SCHOOLWORK}").await;
    let corrected = mentor.logs(pupil, "pupilTalkedWith:{topic:ABSENCE}").await;
    let entries = format!("{{pupil(id:\"{}\"){{timeline(first:1){{edges{{node{{id position}}}}}}}}}}", pupil.id);
    let newest = mentor.asks(&entries).await["data"]["pupil"]["timeline"]["edges"][0]["node"].clone();
    assert_eq!(newest["id"], corrected);
    let correct = format!("pupilId:\"{}\" position:{} reason:\"Fel elev.\"", pupil.id, newest["position"]);
    mentor.commands("correctEntry", &correct).await;
    let of_another = principal.logs(other, "pupilTalkedWith:{topic:WELLBEING}").await;
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let of_the_next = next.logs(pupil, "pupilTalkedWith:{topic:WELLBEING}").await;

    // when the school that was left hands each of them on, then what is not there is missing, whyever it is not,
    let try_it = async |person: &Person<'_>, of: &str| {
        let handed = format!("pupilId:\"{}\" work:{{entryHandedOn:{{of:\"{of}\"}}}}", pupil.id);
        person.tries("logWork", &handed).await
    };
    let of_nobody = "event_77777777777777777777777777777777";
    let missing = try_it(&principal, of_nobody).await;
    assert_eq!(missing["data"]["logWork"]["userErrors"][0]["code"], "not_found", "{missing}");
    for of in [&corrected, &of_another, &of_the_next] {
        assert_eq!(try_it(&principal, of).await, missing, "{of}");
    }
    let timeline = format!("{{pupil(id:\"{}\"){{timeline(first:50){{totalCount}}}}}}", pupil.id);
    let count = async || next.asks(&timeline).await["data"]["pupil"]["timeline"]["totalCount"].as_u64().unwrap();
    let before = count().await;
    // and what is there is handed on, once;
    principal.logs(pupil, &format!("entryHandedOn:{{of:\"{talk}\"}}")).await;
    principal.may_not_log(pupil, &format!("entryHandedOn:{{of:\"{talk}\"}}"), "already_so").await;
    assert_eq!(count().await, before + 1);
    // and to whom the case is not, nothing tells whether an entry stands in it.
    let refused = try_it(&mentor, &talk).await;
    assert!(refused["data"]["logWork"]["receipt"].is_null());
    assert_eq!(try_it(&mentor, of_nobody).await, refused);
}

#[tokio::test]
async fn the_case_that_was_left_is_whole_for_its_principal_also_about_a_guardian_who_is_protected() {
    let stage = with_a_full_case().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    // Given a guardian whose identity is protected, and of whom the pupil's principal knows,
    principal.logs(pupil, &format!("guardianProtected:{{guardian:\"{}\"}}", pupil.guardian)).await;
    let about = |case: &Value| {
        let kinds = case["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["kind"].as_str().unwrap());
        let mut about: Vec<String> = kinds.filter(|kind| kind.contains("GUARDIAN")).map(str::to_owned).collect();
        about.sort();
        about
    };
    let expected = ["GUARDIAN_CONTACTED", "GUARDIAN_LINKED", "GUARDIAN_PROTECTED"];
    let timeline = format!("{{pupil(id:\"{}\"){{timeline(first:50){{edges{{node{{kind}}}}}}}}}}", pupil.id);
    assert_eq!(about(&principal.asks(&timeline).await["data"]["pupil"]["timeline"]), expected);
    // when the pupil changes school,
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    // then the case that was left still tells of it what the extract tells, to who answered for the pupil,
    let former = format!("{{formerCase(pupilId:\"{}\" first:50){{edges{{node{{id kind}}}}}}}}", pupil.id);
    let case = principal.asks(&former).await["data"]["formerCase"].clone();
    assert_eq!(about(&case), expected);
    let (_, extract) = kept(&principal, pupil, stage.school).await;
    assert!(expected.iter().all(|kind| count(&extract, kind) == 1), "{extract}");
    // so that they choose what is handed on of it; and to nobody else.
    let contact = case["edges"].as_array().unwrap().iter().find(|edge| edge["node"]["kind"] == "GUARDIAN_CONTACTED");
    principal.logs(pupil, &format!("entryHandedOn:{{of:{}}}", contact.unwrap()["node"]["id"])).await;
    assert_eq!(about(&next.asks(&timeline).await["data"]["pupil"]["timeline"]), ["GUARDIAN_CONTACTED"]);
    for person in [&next, &stage.mentor(0)] {
        assert_eq!(person.asks(&former).await["data"]["formerCase"], Value::Null);
    }
}

#[tokio::test]
async fn what_was_handed_on_goes_no_further_unless_it_is_handed_on_again() {
    let stage = with_a_full_case().await;
    let (principal, next, pupil) = (stage.principal(0), stage.stranger(), stage.pupils[0]);
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let id = async |person: &Person<'_>, kind: &str| {
        let former = format!("{{formerCase(pupilId:\"{}\" first:100){{edges{{node{{id kind}}}}}}}}", pupil.id);
        let case = person.asks(&former).await["data"]["formerCase"]["edges"].as_array().unwrap().clone();
        case.iter().find(|edge| edge["node"]["kind"] == kind).map(|edge| edge["node"]["id"].clone())
    };
    let talk = id(&principal, "PUPIL_TALKED_WITH").await.unwrap();
    principal.logs(pupil, &format!("entryHandedOn:{{of:{talk}}}")).await;
    goes(&stage, pupil, (&next, &principal), ("2019-09-04", "2019-09-05")).await;
    let timeline = format!("{{pupil(id:\"{}\"){{timeline(first:50){{edges{{node{{kind}}}}}}}}}}", pupil.id);
    assert!(
        !principal.asks(&timeline).await.to_string().contains("PUPIL_TALKED_WITH"),
        "it was given to the other school"
    );
    assert_eq!(id(&next, "PUPIL_TALKED_WITH").await, Some(talk.clone()), "which has it, and chooses");
    next.logs(pupil, &format!("entryHandedOn:{{of:{talk}}}")).await;
    assert!(principal.asks(&timeline).await.to_string().contains("PUPIL_TALKED_WITH"));
}

#[tokio::test]
async fn who_has_read_and_the_extract_are_not_asked_as_of_a_day() {
    let stage = with_a_full_case().await;
    let (principal, pupil) = (stage.principal(0), stage.pupils[0]);
    for field in ["readings(first:5){totalCount}", "extract{document}"] {
        let past = format!("{{asOf(day:\"2019-09-01\"){{pupil(id:\"{}\"){{{field}}}}}}}", pupil.id);
        let answer = principal.asks(&past).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "invalid_input", "{answer}");
        let today = format!("{{asOf(day:\"2019-09-02\"){{pupil(id:\"{}\"){{{field}}}}}}}", pupil.id);
        assert!(principal.asks(&today).await["errors"].is_null());
    }
}

/// Who follows the pupil at the next school is sent what is handed on when it is, each once, between what is recorded there.
#[tokio::test]
async fn what_is_handed_on_is_sent_to_who_follows_the_pupil_at_the_next_school() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next, pupil) = (stage.mentor(0), stage.principal(0), stage.stranger(), stage.pupils[0]);
    let mut talks = Vec::new();
    for topic in ["SCHOOLWORK", "ABSENCE", "WELLBEING"] {
        talks.push(mentor.logs(pupil, &format!("pupilTalkedWith:{{topic:{topic}}}")).await);
    }
    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let query = |after: &str| format!("subscription{{pupilTimeline(pupilId:\"{}\"{after}){{kind id}}}}", pupil.id);
    let mut socket = follows(&next, &stage, &query(" after:\"0\"")).await;
    let told = |item: &Value| item["payload"]["data"]["pupilTimeline"].clone();
    assert_eq!(told(&hears(&mut socket).await)["kind"], "PUPIL_ENROLLED");

    // One is handed on, something is recorded there, and another is handed on.
    principal.logs(pupil, &format!("entryHandedOn:{{of:\"{}\"}}", talks[1])).await;
    assert_eq!(told(&hears(&mut socket).await)["id"], talks[1]);
    let there = next.logs(pupil, "pupilTalkedWith:{topic:SCHOOLWORK}").await;
    assert_eq!(told(&hears(&mut socket).await)["id"], there);
    principal.logs(pupil, &format!("entryHandedOn:{{of:\"{}\"}}", talks[0])).await;
    assert_eq!(told(&hears(&mut socket).await)["id"], talks[0]);

    // Who begins to follow later hears the same in the same order, and none of what was not handed on.
    let mut late = follows(&next, &stage, &query(" after:\"0\"")).await;
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(told(&hears(&mut late).await)["id"].clone());
    }
    assert_eq!(heard[1..], [talks[1].clone(), there, talks[0].clone()]);
    let last = next.logs(pupil, "pupilTalkedWith:{topic:ABSENCE}").await;
    for socket in [&mut socket, &mut late] {
        assert_eq!(told(&hears(socket).await)["id"], last);
    }
}

/// What each reads in the timeline of the pupil's days: of the case that is there, and of the one that was left.
async fn days(person: &Person<'_>, pupil: Pupil, told: &str) -> Vec<Value> {
    let list = "edges{node{corrected content{... on PupilEnrolled{since} ... on PupilLeft{lastDay} ... on MentorAssigned{assigned:since} \
                ... on AssignmentEnded{until:lastDay} ... on EnrolmentDaysCorrected{rightDays{since lastDay} wrongDays{since \
                lastDay} note}}}}";
    let query = match told {
        "formerCase" => format!("{{formerCase(pupilId:\"{}\" first:100){{{list}}}}}", pupil.id),
        told => format!("{{pupil(id:\"{}\"){{{told}(first:100){{{list}}}}}}}", pupil.id),
    };
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    let page = if told == "formerCase" { &answer["data"][told] } else { &answer["data"]["pupil"][told] };
    let edges = page["edges"].as_array().cloned().unwrap_or_default();
    let days = edges.into_iter().map(|edge| edge["node"].clone());
    days.filter(|node| node["content"].as_object().is_some_and(|content| !content.is_empty())).collect()
}

/// A first day that was recorded too late and a last day that was recorded too early are put right by the school's principal: also
/// when the pupil goes to the next school already, of which the answers tell nothing.
#[tokio::test]
async fn wrong_days_of_an_enrolment_are_put_right_and_the_wrong_ones_stand_in_the_history_alone() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next, pupil) = (stage.mentor(0), stage.principal(0), stage.stranger(), stage.pupils[0]);
    let recorded = days(&principal, pupil, "timeline").await;
    let first = recorded.iter().find_map(|node| node["content"]["since"].as_str()).unwrap().to_owned();
    let of = format!("pupilId:\"{}\" schoolId:\"{}\" reason:\"Fel dag.\"", pupil.id, stage.school);
    let wrong = format!("{of} enrolledFrom:\"{first}\" firstDay:\"2019-08-21\"");
    mentor.is_refused("correctEnrolmentDays", &wrong, "not_allowed").await;
    principal.commands("correctEnrolmentDays", &wrong).await;
    let right = days(&mentor, pupil, "timeline").await;
    assert!(right.iter().any(|node| node["content"]["since"] == "2019-08-21"), "{right:?}");
    assert!(right.iter().all(|node| node["corrected"] == false && node["content"]["rightDays"].is_null()), "{right:?}");
    let history = days(&mentor, pupil, "history").await;
    assert!(history.iter().any(|node| node["content"]["since"] == first.as_str() && node["corrected"] == true));
    let told = history.iter().find(|node| node["content"]["rightDays"].is_object()).unwrap();
    assert_eq!(told["content"]["wrongDays"]["since"], first.as_str());
    assert!(told["content"]["note"].is_null(), "the reason opens by an act of its own");

    goes(&stage, pupil, (&principal, &next), ("2019-09-02", "2019-09-03")).await;
    let of = format!("{of} enrolledFrom:\"2019-08-21\"");
    principal.is_refused("correctEnrolmentDays", &format!("{of} lastDay:\"2019-09-02\""), "already_so").await;
    principal.is_refused("correctEnrolmentDays", &format!("{of} lastDay:\"2019-09-04\""), "in_the_future").await;
    next.is_refused("correctEnrolmentDays", &format!("{of} lastDay:\"2019-08-30\""), "not_found").await;
    let there = days(&next, pupil, "timeline").await;
    let put_right =
        principal.tries_for("correctEnrolmentDays", &format!("{of} lastDay:\"2019-08-30\""), "pupil{id}").await;
    let answer = &put_right["data"]["correctEnrolmentDays"];
    assert!(answer["userErrors"].as_array().is_some_and(Vec::is_empty) && answer["pupil"].is_null(), "{put_right}");
    let left = days(&principal, pupil, "formerCase").await;
    assert!(left.iter().any(|node| node["content"]["lastDay"] == "2019-08-30"), "{left:?}");
    assert!(left.iter().any(|node| node["content"]["until"] == "2019-08-30"), "{left:?}");
    assert_eq!(days(&next, pupil, "timeline").await, there, "at the next school nothing has changed");
    let (_, extract) = kept(&principal, pupil, stage.school).await;
    assert_eq!(count(&extract, "ENROLMENT_DAYS_CORRECTED"), 2);
    assert!(extract["document"].as_str().unwrap().contains("In- eller utskrivningsdag rättad"));
    let (_, extract) = kept(&next, pupil, stage.elsewhere()).await;
    assert_eq!(count(&extract, "ENROLMENT_DAYS_CORRECTED"), 0);

    // So is a wrong entry of the case that was left.
    let talks = async || {
        let asked = format!("{{formerCase(pupilId:\"{}\" first:100){{edges{{node{{position kind}}}}}}}}", pupil.id);
        let edges = principal.asks(&asked).await["data"]["formerCase"]["edges"].as_array().cloned().unwrap();
        edges.into_iter().map(|edge| edge["node"].clone()).filter(|node| node["kind"] == "PUPIL_TALKED_WITH").collect()
    };
    let wrong: Vec<Value> = talks().await;
    let entry = format!("pupilId:\"{}\" position:{} reason:\"Fel elev.\"", pupil.id, wrong[0]["position"]);
    next.is_refused("correctEntry", &entry, "not_found").await;
    mentor.is_refused("correctEntry", &entry, "not_found").await;
    principal.commands("correctEntry", &entry).await;
    let left: Vec<Value> = talks().await;
    assert_eq!(left.len() + 1, wrong.len());
}

/// The wrong pupil was said to have left, and one who never came was enrolled: the school's principal takes it back, and neither
/// stands anywhere but in the history. Of the case that was left the name is put right too, and that an extract was given out recorded.
#[tokio::test]
async fn a_leaving_or_an_enrolment_that_was_none_is_taken_back() {
    let stage = with_a_full_case().await;
    let (mentor, principal, next, pupil) = (stage.mentor(0), stage.principal(0), stage.stranger(), stage.pupils[0]);
    let before = days(&principal, pupil, "timeline").await;
    let first = before.iter().find_map(|node| node["content"]["since"].as_str()).unwrap().to_owned();
    stage.on("2019-09-02");
    let leaves = format!("pupilId:\"{}\" reason:OTHER lastDay:\"2019-09-02\"", pupil.id);
    principal.commands("recordPupilLeft", &leaves).await;
    stage.on("2019-09-03");
    let sees =
        async || mentor.asks(&format!("{{pupil(id:\"{}\"){{id}}}}", pupil.id)).await["data"]["pupil"].is_object();
    assert!(!sees().await);
    let of =
        format!("pupilId:\"{}\" reason:\"Fel elev.\" schoolId:\"{}\" enrolledFrom:\"{first}\"", pupil.id, stage.school);
    principal
        .is_refused("correctEnrolmentDays", &format!("{of} mistake:LEAVING lastDay:\"2019-09-01\""), "invalid_input")
        .await;
    mentor.is_refused("correctEnrolmentDays", &format!("{of} mistake:LEAVING"), "not_allowed").await;
    principal.commands("correctEnrolmentDays", &format!("{of} mistake:LEAVING")).await;
    assert!(sees().await, "who had the pupil has them");
    assert_eq!(days(&mentor, pupil, "timeline").await, before);
    let history = days(&mentor, pupil, "history").await;
    let left = |node: &&Value| node["content"]["lastDay"] == "2019-09-02" || node["content"]["until"] == "2019-09-02";
    assert_eq!(history.iter().filter(left).filter(|node| node["corrected"] == true).count(), 2, "{history:?}");

    goes(&stage, pupil, (&principal, &next), ("2019-09-04", "2019-09-05")).await;
    principal.is_refused("correctEnrolmentDays", &format!("{of} mistake:LEAVING"), "already_enrolled").await;
    let name = format!("pupilId:\"{}\" schoolId:\"{}\" name:\"Kim Rättad\"", pupil.id, stage.school);
    next.is_refused("correctPupilName", &name, "not_found").await;
    principal.tries_for("correctPupilName", &name, "pupil{id}").await;
    let given_out =
        format!("pupilId:\"{}\" work:{{extractGiven:{{reference:\"BOU 2019/7\" letIn:[] heldBack:[]}}}}", pupil.id);
    principal.tries_for("logWork", &given_out, "pupil{id}").await;
    let (_, extract) = kept(&principal, pupil, stage.school).await;
    let document = extract["document"].as_str().unwrap();
    assert!(document.contains("Kim Rättad") && document.contains("Sista dag: 2019-09-02"), "{document}");
    assert_eq!(count(&extract, "EXTRACT_GIVEN"), 1);
    let (_, extract) = kept(&next, pupil, stage.elsewhere()).await;
    let document = extract["document"].as_str().unwrap();
    assert!(document.contains("Nytt Namn") && !document.contains("Rättad"), "{document}");
    assert_eq!(count(&extract, "EXTRACT_GIVEN"), 0);

    let there = format!("pupilId:\"{}\" reason:\"Kom aldrig.\" schoolId:\"{}\"", pupil.id, stage.elsewhere());
    let there = format!("{there} enrolledFrom:\"2019-09-05\" mistake:ENROLMENT");
    principal.is_refused("correctEnrolmentDays", &there, "not_found").await;
    next.commands("correctEnrolmentDays", &there).await;
    let told = days(&next, pupil, "formerCase").await;
    assert!(told.is_empty(), "{told:?}");
    let (_, extract) = kept(&next, pupil, stage.elsewhere()).await;
    assert!(extract["document"].as_str().unwrap().contains("Eleven började aldrig."), "{extract}");
}
