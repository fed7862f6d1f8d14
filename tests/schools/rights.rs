//! The rights of the person whom the records are about: to have them (article 15 of the GDPR), and to have them put right
//! (article 16).

use domain::actor::Role;
use serde_json::{Value, json};

use crate::ljungsbro::ljungsbro;
use crate::secrecy::{self, kinds, reads, with_a_full_case};
use crate::stage::{Person, Pupil, Stage};

async fn extract(person: &Person<'_>, pupil: Pupil, with: &str) -> Value {
    let query = format!(
        "{{pupil(id:\"{}\"){{extract{with}{{document json entries{{id kind heldBack freeText}}}}}}}}",
        pupil.id
    );
    let answer = person.asks(&query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["pupil"]["extract"].clone()
}

fn entry<'a>(extract: &'a Value, kind: &str) -> &'a Value {
    let entries = extract["entries"].as_array().unwrap();
    entries.iter().find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {extract}"))
}

async fn told(school: &Stage) -> Pupil {
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    mentor.phones_the_guardian(pupil, "ABSENCE").await;
    school.principal(0).registers(pupil, "2019-09-02", 30, 0).await;
    mentor.logs_because(pupil, "referralOpened:{concern:ABSENCE}", "Marker-referral").await;
    mentor.logs_because(pupil, "pupilTalkedWith:{topic:WELLBEING}", "Marker-talk").await;
    mentor.logs(pupil, "concernReported:{inWriting:true}").await;
    pupil
}

#[tokio::test]
async fn the_person_is_given_everything_after_a_review_and_nothing_of_others() {
    let school = Stage::set(ljungsbro()).await;
    let pupil = told(&school).await;
    let principal = school.principal(0);
    assert_eq!(extract(&school.mentor(0), pupil, "").await, Value::Null, "the principal reviews, and nobody else");

    // The draft: restricted notes and reports of concern do not enter by themselves.
    let draft = extract(&principal, pupil, "").await;
    let document = draft["document"].as_str().unwrap();
    assert!(document.starts_with("UTKAST"), "{document}");
    for line in
        ["Elev: Kim Exempel", "Kontakt med vårdnadshavare (mentor)", "Utfall: nådd", "Anteckning:\n    │ Marker-talk\n"]
    {
        assert!(document.contains(line), "{line} in:\n{document}");
    }
    assert!(document.contains("Ärende till elevhälsan") && !document.contains("Marker-referral"));
    assert!(!document.contains("Orosanmälan") && !draft["json"].as_str().unwrap().contains("concern-reported"));
    assert_eq!(entry(&draft, "REFERRAL_OPENED")["heldBack"], "RESTRICTED_NOTE");
    assert_eq!(entry(&draft, "CONCERN_REPORTED")["heldBack"], "CONCERN_REPORT");
    assert_eq!(entry(&draft, "PUPIL_TALKED_WITH")["freeText"], true);
    // Other persons are there by their role only, and so is whoever has read the case.
    for others in ["Alex Exempel", "Maja Mentor", "Rut Rektor", "guardian_", "staff_"] {
        assert!(!document.contains(others) && !draft["json"].as_str().unwrap().contains(others), "{others}");
    }

    // What the principal decides is done, and no more.
    let id = |kind: &str| entry(&draft, kind)["id"].as_str().unwrap().to_owned();
    let review =
        format!("(reviewed:true letIn:[\"{}\"] holdBack:[\"{}\"])", id("REFERRAL_OPENED"), id("PUPIL_TALKED_WITH"));
    let given = extract(&principal, pupil, &review).await;
    let document = given["document"].as_str().unwrap();
    assert!(document.starts_with("Registerutdrag") && document.contains("Marker-referral"), "{document}");
    assert!(
        document.contains("Vilka som har läst ärendet") && document.contains("\n2019-09-02 rektor (registerutdrag)\n"),
        "{document}"
    );
    assert!(!document.contains("Marker-talk") && !document.contains("Samtal med eleven"));
    let json: Value = serde_json::from_str(given["json"].as_str().unwrap()).unwrap();
    assert_eq!((&json["draft"], &json["pupil"]["name"]), (&json!(false), &json!("Kim Exempel")));
    let kinds: Vec<_> =
        json["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"referral-opened") && !kinds.contains(&"pupil-talked-with"), "{kinds:?}");
}

/// The document without what stands behind the mark of entered text.
fn ours(document: &str) -> Vec<&str> {
    document.lines().filter(|line| !line.starts_with("    │")).collect()
}

/// What a mentor writes is read by the person, and perhaps opened in a spreadsheet: it is no heading, no entry and no formula there.
#[tokio::test]
async fn nothing_that_somebody_wrote_is_taken_for_a_heading_an_entry_or_a_formula_in_the_document() {
    let forged = [
        "a\\n\\nVilka som har läst ärendet\\n\\n2026-11-27 ingen\\n=1+1",
        "b\\n2026-01-01 Inskriven (rektor)\\n  Namn: Falsk\\n    Anteckning:\\n@SUM(A1)",
        "c\\u2028Vilka som har läst ärendet\\u2029-1+1\\u2028+46",
        "=1+1",
        "\\u202e=1+1",
    ];
    let document = async |notes: [&str; 5]| {
        let school = Stage::set(ljungsbro()).await;
        let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
        for note in notes {
            mentor.logs_because(pupil, "pupilTalkedWith:{topic:WELLBEING}", note).await;
        }
        for text in ["=1+1", "+46", "-1", "@SUM(A1)"] {
            let named = format!("pupilId:\"{}\" name:\"{text}\"", pupil.id);
            principal.commands("correctPupilName", &named).await;
            mentor.logs(pupil, &format!("subjectAtRisk:{{subject:\"{text}\" risk:FAILING}}")).await;
            mentor.logs(pupil, &format!("diaryNumberRecorded:{{reference:\"{text}\"}}")).await;
        }
        let moved = format!("pupilId:\"{}\" className:\"=7A\" grade:7 from:\"2019-09-02\"", pupil.id);
        principal.commands("movePupil", &moved).await;
        extract(&principal, pupil, "(reviewed:true)").await["document"].as_str().unwrap().to_owned()
    };
    let told = document(forged).await;
    for line in ["Elev: @SUM(A1)\n", "Klass: =7A\n", "Namn: =1+1\n", "    │ =1+1\n", "    │ �=1+1\n"] {
        assert!(told.contains(line), "{line} in:\n{told}");
    }
    for said in forged.iter().flat_map(|note| note.split("\\n")).filter(|said| !said.is_empty() && !said.contains('\\'))
    {
        assert!(told.contains(&format!("    │ {said}\n")), "{said} in:\n{told}");
    }
    // Without what was written it says what it would of harmless notes, line by line.
    assert_eq!(ours(&told), ours(&document(["a", "b", "c", "d", "e"]).await));
    for line in told.split('\n') {
        assert!(!line.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']), "{line:?}");
        let odd = |c: char| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c);
        assert!(!line.contains(odd), "{line:?}");
    }
    assert_eq!(told.matches("\nVilka som har läst ärendet\n").count(), 1);
}

/// Three are put right, and one of them is a report of concern: of that one nothing is told.
#[tokio::test]
async fn no_correction_tells_that_something_is_held_back() {
    let school = Stage::set(ljungsbro()).await;
    let (pupil, principal) = (school.pupils[0], school.principal(0));
    for work in
        ["concernReported:{inWriting:true}", "incidentNoted:{matter:ORDER}", "pupilTalkedWith:{topic:WELLBEING}"]
    {
        principal.logs(pupil, work).await;
    }
    for (kind, times) in [("CONCERN_REPORTED", 1), ("INCIDENT_NOTED", 2), ("PUPIL_TALKED_WITH", 3)] {
        let position = entry_position(&reads(&principal, pupil).await, kind);
        let correct = format!("pupilId:\"{}\" position:\"{position}\" reason:\"Fel elev.\"", pupil.id);
        principal.commands("correctEntry", &correct).await;
        let draft = extract(&principal, pupil, "").await;
        let (document, json) = (draft["document"].as_str().unwrap(), draft["json"].as_str().unwrap());
        let told = [document.matches("Uppgift rättad").count(), json.matches("\"entry-corrected\"").count()];
        assert_eq!(told, [times - 1; 2], "{document}");
        assert_eq!(document.matches("Uppgiften är rättad").count(), times - 1);
    }
    let draft = extract(&principal, pupil, "").await;
    let of = |kind| entry(&draft, kind)["id"].as_str().unwrap().to_owned();
    let let_in = extract(&principal, pupil, &format!("(letIn:[\"{}\"])", of("CONCERN_REPORTED"))).await;
    assert_eq!(let_in["document"].as_str().unwrap().matches("Uppgift rättad").count(), 3);
    let held = extract(&principal, pupil, &format!("(holdBack:[\"{}\"])", of("INCIDENT_NOTED"))).await;
    assert_eq!(held["document"].as_str().unwrap().matches("Uppgift rättad").count(), 1);
}

/// It may look like an id of ours, or like one of our words: it is told as it was entered, and to be read by who reviews.
#[tokio::test]
async fn what_somebody_entered_stands_in_the_document_as_it_was_entered() {
    let school = Stage::set(ljungsbro()).await;
    let (pupil, principal) = (school.pupils[0], school.principal(0));
    for text in ["pupil_left", "event_x 2020-05-01", "other", "violence"] {
        principal.logs(pupil, &format!("subjectAtRisk:{{subject:\"{text}\" risk:FAILING}}")).await;
    }
    for text in ["school_2020:17", "true"] {
        principal.logs(pupil, &format!("diaryNumberRecorded:{{reference:\"{text}\"}}")).await;
    }
    let leaves = format!(
        "pupilId:\"{}\" reason:OTHER lastDay:\"2019-09-02\" destination:\"hos fostermor Eva Berg, Storgatan 1\"",
        pupil.id
    );
    principal.commands("recordPupilLeft", &leaves).await;
    let draft = extract(&principal, pupil, "").await;
    let document = draft["document"].as_str().unwrap();
    for line in
        [": pupil_left\n", ": event_x 2020-05-01\n", ": other\n", ": violence\n", ": school_2020:17\n", ": true\n"]
    {
        assert!(document.contains(line), "{line} in:\n{document}");
    }
    assert!(
        document.contains(": hos fostermor Eva Berg, Storgatan 1\n") && document.contains(": annat\n"),
        "{document}"
    );
    for kind in ["SUBJECT_AT_RISK", "DIARY_NUMBER_RECORDED", "PUPIL_LEFT"] {
        assert_eq!(entry(&draft, kind)["freeText"], true, "{kind}");
    }
    assert_eq!(entry(&draft, "MENTOR_ASSIGNED")["freeText"], false);
}

/// There is no right day of an enrolment that was none.
#[tokio::test]
async fn an_enrolment_that_was_none_is_told_no_day_before_it_began() {
    let school = Stage::set(ljungsbro()).await;
    let (pupil, principal) = (school.pupils[0], school.principal(0));
    let of = format!("pupilId:\"{}\"", pupil.id);
    principal.commands("recordPupilLeft", &format!("{of} reason:OTHER lastDay:\"2019-09-02\"")).await;
    let first = format!("{of} schoolId:\"{}\" enrolledFrom:\"2019-08-20\" reason:\"Fel elev.\"", school.school);
    principal.commands("correctEnrolmentDays", &format!("{first} mistake:ENROLMENT")).await;
    let draft = extract(&principal, pupil, "").await;
    let document = draft["document"].as_str().unwrap();
    assert!(!document.contains("Dagen är rättad") && document.contains("Eleven började aldrig."), "{document}");
    assert!(document.matches("Uppgiften är rättad och gäller inte.").count() >= 4, "{document}");
    assert!(!draft["json"].as_str().unwrap().contains("\"rightDay\": \""), "{draft}");
}

/// A guardian may read over the pupil's shoulder: that there is a ban, or that something is withheld, is told when the principal
/// has decided so, and not since nobody held it back.
#[tokio::test]
async fn a_ban_and_what_is_withheld_are_told_only_when_the_principal_lets_them_in() {
    let school = Stage::set(ljungsbro()).await;
    let (pupil, principal) = (school.pupils[0], school.principal(0));
    let guardian = format!("{{guardian:\"{}\"}}", pupil.guardian);
    principal.logs(pupil, &format!("contactBanned:{guardian}")).await;
    principal.logs_because(pupil, &format!("tellingWithheld:{guardian}"), "Marker-withheld").await;

    let draft = extract(&principal, pupil, "").await;
    let told = |extract: &Value, what: &str| {
        extract["document"].as_str().unwrap().contains(what) || extract["json"].as_str().unwrap().contains(what)
    };
    for (kind, name) in [("CONTACT_BANNED", "contact-banned"), ("TELLING_WITHHELD", "telling-withheld")] {
        assert_eq!(entry(&draft, kind)["heldBack"], "GUARDIAN_SAFEGUARD");
        assert!(!told(&draft, name), "{draft}");
    }
    assert!(!told(&draft, "Marker-withheld") && !told(&draft, "Kontaktförbud"), "{draft}");

    let id = entry(&draft, "TELLING_WITHHELD")["id"].as_str().unwrap();
    let given = extract(&principal, pupil, &format!("(reviewed:true letIn:[\"{id}\"])")).await;
    assert!(told(&given, "Marker-withheld") && told(&given, "telling-withheld"), "{given}");
    assert!(!told(&given, "contact-banned"), "{given}");
}

/// A pupil's history: kinds, and whether each was corrected.
async fn history(person: &Person<'_>, pupil: Pupil) -> Value {
    let query = format!(
        "{{pupil(id:\"{}\"){{history(first:50){{edges{{node{{kind corrected position noteRestricted content{{\
         ... on EntryCorrected{{of kind}}}}}}}}}}}}}}",
        pupil.id
    );
    person.asks(&query).await["data"]["pupil"]["history"].clone()
}

#[tokio::test]
async fn an_entry_about_the_wrong_pupil_is_corrected_and_counts_nowhere_any_longer() {
    let school = with_a_full_case().await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let week = async || mentor.reads_the_week(mentor.id, "2019-W36").await;
    let seen = reads(&mentor, pupil).await;
    assert_eq!((week().await["contacts"].as_u64(), week().await["openReferrals"].as_u64()), (Some(1), Some(1)));

    for kind in ["GUARDIAN_CONTACTED", "REFERRAL_OPENED"] {
        let position = entry_position(&seen, kind);
        let correct = format!("pupilId:\"{}\" position:\"{position}\" reason:\"Gällde en annan elev.\"", pupil.id);
        school.mentor(1).is_refused("correctEntry", &correct, "not_found").await;
        mentor.commands("correctEntry", &correct).await;
        mentor.is_refused("correctEntry", &correct, "already_so").await;
    }

    // It is gone from what counts: the timeline, the week, and who else had a way to the case by it.
    let seen = reads(&mentor, pupil).await;
    assert!(
        kinds(&seen).iter().all(|kind| !["GUARDIAN_CONTACTED", "REFERRAL_OPENED", "ENTRY_CORRECTED"].contains(kind))
    );
    assert_eq!((week().await["contacts"].as_u64(), week().await["openReferrals"].as_u64()), (Some(0), Some(0)));
    assert!(!school.other(Role::HealthTeam).sees(pupil).await);
    let rows = mentor.asks("{viewer{caseload(first:9){edges{node{contacts lastReachedAt pupil{id}}}}}}").await;
    let rows = rows["data"]["viewer"]["caseload"]["edges"].as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["node"]["pupil"]["id"] == pupil.id.to_string()).unwrap();
    assert_eq!((&row["node"]["contacts"], &row["node"]["lastReachedAt"]), (&json!(0), &Value::Null));

    // It stands in the history of those who have the case, with what corrected it.
    for person in [&mentor, &principal] {
        let told = history(person, pupil).await;
        let edges = told["edges"].as_array().unwrap();
        let corrected: Vec<_> = edges.iter().filter(|edge| edge["node"]["corrected"] == true).collect();
        assert_eq!(corrected.len(), 2);
        let corrections = edges.iter().filter(|edge| edge["node"]["kind"] == "ENTRY_CORRECTED");
        assert_eq!(corrections.clone().count(), 2);
        assert!(corrections.clone().all(|edge| edge["node"]["noteRestricted"] == true));
    }
    assert_eq!(history(&school.other(Role::SafetyTeam), pupil).await, Value::Null);
}

fn entry_position(seen: &Value, kind: &str) -> String {
    secrecy::entry(seen, kind)["position"].as_str().unwrap().to_owned()
}

/// A pupil's history: what was put right in the name, and what stood there.
async fn names_put_right(person: &Person<'_>, pupil: Pupil) -> Vec<(String, String)> {
    let query = format!(
        "{{pupil(id:\"{}\"){{history(first:50){{edges{{node{{content{{... on PupilNameCorrected{{name insteadOf}}}}}}}}}}}}}}",
        pupil.id
    );
    let answer = person.asks(&query).await;
    let edges = answer["data"]["pupil"]["history"]["edges"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let told = edges.iter().map(|edge| &edge["node"]["content"]);
    told.filter_map(|content| Some((text(&content["name"])?, text(&content["insteadOf"])?))).collect()
}

async fn name_as_of(person: &Person<'_>, pupil: Pupil, axes: &str) -> Value {
    let query = format!("{{asOf({axes}){{pupil(id:\"{}\"){{name}}}}}}", pupil.id);
    person.asks(&query).await["data"]["asOf"]["pupil"]["name"].clone()
}

#[tokio::test]
async fn a_misspelled_name_is_put_right_everywhere_and_stands_in_the_history_alone() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    school.on("2019-10-21");
    let correct = |name: &str| format!("pupilId:\"{}\" name:\"{name}\"", pupil.id);
    school.mentor(1).is_refused("correctPupilName", &correct("Kim Exempelsson"), "not_found").await;
    mentor.is_refused("correctPupilName", &correct("Kim Exempel"), "already_so").await;
    mentor.commands("correctPupilName", &correct("Kim Exempelsson")).await;
    mentor.is_refused("correctPupilName", &correct("Kim Exempelsson"), "already_so").await;

    // In the case, in lists, and of days before it was put right.
    let query = format!(
        "{{pupil(id:\"{}\"){{name}} viewer{{caseload(first:9){{edges{{node{{pupil{{id name}}}}}}}}}}}}",
        pupil.id
    );
    let told = mentor.asks(&query).await;
    assert_eq!(told["data"]["pupil"]["name"], "Kim Exempelsson", "{told}");
    let rows = told["data"]["viewer"]["caseload"]["edges"].as_array().unwrap();
    let row = rows.iter().find(|row| row["node"]["pupil"]["id"] == pupil.id.to_string()).unwrap();
    assert_eq!(row["node"]["pupil"]["name"], "Kim Exempelsson");
    assert_eq!(name_as_of(&mentor, pupil, "day:\"2019-10-14\"").await, "Kim Exempelsson");
    // What was known then was the other spelling.
    assert_eq!(name_as_of(&mentor, pupil, "day:\"2019-10-14\" knownOn:\"2019-10-14\"").await, "Kim Exempel");

    // The spelling that stood is in the history, and in no timeline.
    assert!(!kinds(&reads(&mentor, pupil).await).contains(&"PUPIL_NAME_CORRECTED"));
    for person in [&mentor, &principal] {
        let told = names_put_right(person, pupil).await;
        assert_eq!(told, [("Kim Exempelsson".to_owned(), "Kim Exempel".to_owned())]);
    }
    assert!(names_put_right(&school.other(Role::SafetyTeam), pupil).await.is_empty());

    // The person is told both.
    let draft = extract(&principal, pupil, "").await;
    let document = draft["document"].as_str().unwrap();
    for line in
        ["Elev: Kim Exempelsson\n", "Namn rättat (mentor)", "I stället för: Kim Exempel\n", "Namn: Kim Exempelsson\n"]
    {
        assert!(document.contains(line), "{line} in:\n{document}");
    }
}

#[tokio::test]
async fn a_guardians_name_and_number_are_put_right_by_who_has_one_of_the_guardians_pupils() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, pupil) = (school.mentor(0), school.pupils[0]);
    let correct = |what: &str| format!("guardianId:\"{}\" {what}", pupil.guardian);
    let named = async |person: &Person<'_>| {
        let answer = person.asks(&format!("{{guardian(id:\"{}\"){{name}}}}", pupil.guardian)).await;
        answer["data"]["guardian"]["name"].clone()
    };
    let before = named(&mentor).await;
    school.mentor(1).is_refused("correctGuardian", &correct("name:\"Alex Exempelsson\""), "not_found").await;
    mentor.is_refused("correctGuardian", &correct(&format!("name:{before}")), "already_so").await;
    mentor.is_refused("correctGuardian", &correct(""), "already_so").await;
    mentor.commands("correctGuardian", &correct("name:\"Alex Exempelsson\"")).await;
    mentor.commands("correctGuardian", &correct("phone:\"013-000 00 01\"")).await;
    assert_ne!(before, "Alex Exempelsson");
    for person in [&mentor, &school.principal(0)] {
        assert_eq!(named(person).await, "Alex Exempelsson");
    }
}

async fn guardian_named(person: &Person<'_>, pupil: Pupil, axes: &str) -> [Value; 2] {
    let (child, id) = (pupil.id, pupil.guardian);
    let fields = format!("{{guardian(id:\"{id}\"){{name}} pupil(id:\"{child}\"){{guardians{{name}}}}}}");
    let query = if axes.is_empty() { fields } else { format!("{{asOf({axes}){fields}}}") };
    let answer = person.asks(&query).await;
    let told = if axes.is_empty() { &answer["data"] } else { &answer["data"]["asOf"] };
    [told["guardian"]["name"].clone(), told["pupil"]["guardians"][0]["name"].clone()]
}

#[tokio::test]
async fn a_guardians_name_is_as_it_was_known_and_the_one_that_stood_is_told_to_those_who_have_the_case() {
    let school = Stage::set(ljungsbro()).await;
    let (mentor, principal, pupil) = (school.mentor(0), school.principal(0), school.pupils[0]);
    let [before, _] = guardian_named(&mentor, pupil, "").await;
    school.on("2019-10-21");
    let correct = |what: &str| format!("guardianId:\"{}\" {what}", pupil.guardian);
    mentor.commands("correctGuardian", &correct("name:\"Alex Exempelsson\"")).await;
    school.on("2019-10-23");
    mentor.commands("correctGuardian", &correct("phone:\"013-000 00 01\"")).await;
    school.on("2019-10-28");
    mentor.commands("correctGuardian", &correct("name:\"Alex Exempelson\"")).await;
    let named = |name: &str| [json!(name), json!(name)];
    let then = |known_on| format!("day:\"2019-10-14\" knownOn:\"{known_on}\"");

    // Put right, it is so of every day; what was known on a day is the name that was known then.
    assert_eq!(guardian_named(&mentor, pupil, "").await, named("Alex Exempelson"));
    assert_eq!(guardian_named(&mentor, pupil, "day:\"2019-10-14\"").await, named("Alex Exempelson"));
    for (known_on, name) in [("2019-10-14", before.as_str().unwrap()), ("2019-10-24", "Alex Exempelsson")] {
        assert_eq!(guardian_named(&mentor, pupil, &then(known_on)).await, named(name), "known on {known_on}");
    }

    // What stood is told to those who have the case, as far as it was known that it was wrong.
    let fields = format!("{{guardian(id:\"{}\"){{corrections{{recordedAt name insteadOf phone}}}}}}", pupil.guardian);
    for person in [&mentor, &principal] {
        let answer = person.asks(&fields).await;
        let told = &answer["data"]["guardian"]["corrections"];
        assert_eq!(told[0]["insteadOf"], before, "{answer}");
        assert_eq!([&told[0]["name"], &told[0]["phone"]], [&json!("Alex Exempelsson"), &json!(false)]);
        assert_eq!(
            [&told[1]["name"], &told[1]["insteadOf"], &told[1]["phone"]],
            [&Value::Null, &Value::Null, &json!(true)]
        );
        assert_eq!([&told[2]["name"], &told[2]["insteadOf"]], ["Alex Exempelson", "Alex Exempelsson"]);
        assert_eq!(told.as_array().unwrap().len(), 3);
        let answer = person.asks(&format!("{{asOf({}){fields}}}", then("2019-10-21"))).await;
        assert_eq!(answer["data"]["asOf"]["guardian"]["corrections"].as_array().unwrap().len(), 1, "{answer}");
    }
    let nobody = school.mentor(1).asks(&fields).await;
    assert_eq!(nobody["data"]["guardian"], Value::Null);

    // From then on the guardian is there for those alone whom the principal names, by no name that was ever known.
    principal.logs(pupil, &format!("guardianProtected:{{guardian:\"{}\"}}", pupil.guardian)).await;
    for axes in [String::new(), then("2019-10-14")] {
        assert_eq!(guardian_named(&mentor, pupil, &axes).await, [Value::Null, Value::Null], "{axes}");
    }
    assert_eq!(mentor.asks(&fields).await["data"]["guardian"], Value::Null);
    assert_eq!(guardian_named(&principal, pupil, &then("2019-10-14")).await, named(before.as_str().unwrap()));
}
