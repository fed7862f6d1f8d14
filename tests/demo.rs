//! The demo as those who look at it find it: it lives in its own days, its letters' links lead somewhere, and what it is asked by
//! its pages and by anybody's client it does.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail, and say where"
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

/// The demo, running.
struct Demo {
    program: Child,
    site: String,
    tokens: Vec<(String, String)>,
    client: Client,
}

impl Demo {
    fn start(data: &Path) -> Self {
        Self::start_at(data, 1)
    }

    /// With so many times as many pupils and mentors.
    fn start_at(data: &Path, scale: usize) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mentorlog"));
        program.arg("demo").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
        program.args(["--scale", &scale.to_string()]).env("RUST_LOG", "error");
        let mut program = program.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut tokens = Vec::new();
        let mut lines = BufReader::new(program.stdout.take().expect("its output")).lines();
        let site = loop {
            let line = lines.next().expect("it gets ready").expect("a line");
            if let Some(site) = line.strip_prefix("listening on ") {
                break site.to_owned();
            }
            let token = line.strip_prefix("token ").and_then(|token| token.split_once(' ')).expect("a token");
            tokens.push((token.0.to_owned(), token.1.to_owned()));
        };
        Self { program, site, tokens, client: Client::new() }
    }

    /// Asks it to stop, and waits until it has.
    fn stop(mut self) {
        let id = self.program.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        assert!(self.program.wait().expect("it ends").success());
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.site)).header("accept-language", "en").send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.expect("a page")
    }

    async fn asks(&self, role: &str, query: &str) -> Value {
        let token = &self.tokens.iter().find(|(known, _)| known == role).expect("a role of the demo").1;
        let asked = self.client.post(format!("{}/graphql", self.site)).bearer_auth(token);
        let answer = asked.json(&json!({ "query": query })).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer["errors"].is_null(), "{role} asks {query}: {answer}");
        answer["data"].clone()
    }

    /// Every link of the letters that leads back to the demo, without the site: those that end all letters last.
    async fn links(&self) -> Vec<String> {
        let list = self.page("/demo/mail").await;
        let mut links = Vec::new();
        for letter in between(&list, "href=\"/demo/mail/", "\"") {
            let letter = self.page(&format!("/demo/mail/{letter}")).await;
            let here =
                between(&letter, "<a href=\"", "\"").into_iter().filter_map(|link| link.strip_prefix(&self.site));
            links.extend(here.map(str::to_owned));
        }
        links.sort_by_key(|link| link.starts_with("/stop/"));
        links
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.program.kill();
    }
}

/// What stands between two marks, wherever it does.
fn between<'a>(text: &'a str, mark: &str, end: &str) -> Vec<&'a str> {
    text.split(mark).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// The table in the README: each school's six percentages.
fn published(readme: &str) -> HashMap<&str, String> {
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.filter_map(|row| match row.split(" | ").collect::<Vec<_>>()[..] {
        [code, first, later] if first.starts_with(|digit: char| digit.is_ascii_digit()) => Some((code, first, later)),
        _ => None,
    });
    cells.map(|(code, first, later)| (code, [first, later.split(" (").next().unwrap_or(later)].join(" "))).collect()
}

/// A command's name as any client makes it: by the clock of today.
fn command_id(number: u64) -> String {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let hex = format!("{millis:012x}70008000{number:012x}");
    let part = |from: usize, to: usize| hex.get(from..to).expect("32 digits").to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The nodes of a list.
fn nodes(list: &Value) -> Vec<Value> {
    list["edges"].as_array().expect("a list").iter().map(|edge| edge["node"].clone()).collect()
}

/// A mentor phones a guardian, and says so: when was it recorded?
async fn phones(demo: &Demo, number: u64) -> String {
    let list = "{viewer{caseload(first:1){edges{node{pupil{id guardians{id}}}}}}}";
    let pupil = nodes(&demo.asks("mentor", list).await["viewer"]["caseload"])[0]["pupil"].clone();
    let (id, guardian) = (pupil["id"].as_str().unwrap(), pupil["guardians"][0]["id"].as_str().unwrap());
    let logged = format!(
        "mutation{{logGuardianContact(input:{{commandId:\"{}\" pupilId:\"{id}\" guardianId:\"{guardian}\" channel:PHONE \
         direction:OUTGOING outcome:REACHED topic:ABSENCE}}){{userErrors{{code}}}}}}",
        command_id(number)
    );
    assert_eq!(demo.asks("mentor", &logged).await["logGuardianContact"]["userErrors"], json!([]));
    let newest = format!("{{pupil(id:\"{id}\"){{timeline(first:1){{edges{{node{{kind recordedAt}}}}}}}}}}");
    let newest = nodes(&demo.asks("mentor", &newest).await["pupil"]["timeline"])[0].clone();
    assert_eq!(newest["kind"], "GUARDIAN_CONTACTED");
    newest["recordedAt"].as_str().unwrap().to_owned()
}

/// Whether the principal of Arenaskolan, looking at what guardians would be sent next, is shown a letter.
async fn shows_a_letter(demo: &Demo) -> bool {
    let mut after = String::new();
    loop {
        let list = format!(
            "{{school(code:\"ARE\"){{pupilsOfPrincipal(first:10{after}){{pageInfo{{hasNextPage endCursor}} \
             edges{{node{{pupil{{guardians{{id}}}}}}}}}}}}}}"
        );
        let list = demo.asks("principal.ARE", &list).await["school"]["pupilsOfPrincipal"].clone();
        let rows = nodes(&list);
        let guardians = rows.iter().flat_map(|row| row["pupil"]["guardians"].as_array().expect("guardians"));
        let asked: Vec<String> = guardians
            .enumerate()
            .map(|(number, one)| format!("g{number}:guardian(id:{}){{preview{{notSent text}}}} ", one["id"]))
            .collect();
        let previews = demo.asks("principal.ARE", &format!("{{{}}}", asked.concat())).await;
        let is_letter = |preview: &Value| {
            preview["notSent"].is_null() && preview["text"].as_str().is_some_and(|text| !text.is_empty())
        };
        if previews.as_object().expect("guardians").values().any(|guardian| is_letter(&guardian["preview"])) {
            return true;
        }
        let Some(cursor) = list["pageInfo"]["endCursor"].as_str().filter(|_| list["pageInfo"]["hasNextPage"] == true)
        else {
            return false;
        };
        after = format!(" after:\"{cursor}\"");
    }
}

/// A week of whoever asks.
async fn week(demo: &Demo, role: &str, week: &str) -> Value {
    let id = demo.asks(role, "{viewer{id}}").await["viewer"]["id"].clone();
    let asked = format!(
        "{{node(id:{id}){{... on Staff{{workload(week:\"{week}\"){{totalMinutes groups{{activity}} takenOver{{task}}}}}}}}}}"
    );
    demo.asks(role, &asked).await["node"]["workload"].clone()
}

/// What a pupil's timeline tells, newest first: of what kind, by whom, and the note of what was handed over.
async fn timeline(demo: &Demo, role: &str, pupil: &Value) -> Vec<Value> {
    let asked = format!(
        "{{pupil(id:{pupil}){{timeline(first:100){{edges{{node{{kind actor{{id}} content{{... on AssignmentHandedOver{{\
         note}}}}}}}}}}}}}}"
    );
    nodes(&demo.asks(role, &asked).await["pupil"]["timeline"])
}

async fn pupils(demo: &Demo, role: &str) -> Vec<Value> {
    let list = demo.asks(role, "{viewer{caseload(first:86){edges{node{pupil{id}}}}}}").await;
    nodes(&list["viewer"]["caseload"]).iter().map(|row| row["pupil"]["id"].clone()).collect()
}

async fn schools_work_as_the_report_tells(demo: &Demo) {
    // Ljungsbro: a mentor asks for wrong absence to be put right, and puts it right.
    let mentor = demo.asks("mentor.LJU.2", "{viewer{id}}").await["viewer"]["id"].clone();
    let mut found = false;
    for pupil in pupils(demo, "mentor.LJU.2").await {
        let entries = timeline(demo, "mentor.LJU.2", &pupil).await;
        let place =
            |kind: &str| entries.iter().position(|entry| entry["kind"] == kind && entry["actor"]["id"] == mentor);
        found = place("ATTENDANCE_CORRECTED")
            .zip(place("CORRECTION_REQUESTED"))
            .is_some_and(|(right, asked)| right < asked);
        if found {
            break;
        }
    }
    assert!(found, "wrong absence was asked about and put right");

    // Ånestadsskolan: the class, its breaks, values, and a conflict, in one week.
    let with_class = week(demo, "mentor.ÅNE", "2020-W22").await;
    assert_eq!(with_class["groups"].as_array().unwrap().len(), 3, "{with_class}");
    assert_eq!(with_class["takenOver"], json!([{ "task": "CONFLICT" }]));

    // In February a mentor was away, and the deputy did the work.
    assert_eq!(week(demo, "mentor.LJU", "2020-W06").await["totalMinutes"], 0);
    assert!(week(demo, "mentor.LJU.2", "2020-W06").await["totalMinutes"].as_u64() > Some(0));

    // Birgittaskolan's fifth mentor reads what was handed over with the pupils.
    for pupil in pupils(demo, "mentor.BIR.5").await.iter().take(10) {
        let entries = timeline(demo, "mentor.BIR.5", pupil).await;
        let handed = entries.iter().find(|entry| entry["kind"] == "ASSIGNMENT_HANDED_OVER").expect("a handover");
        assert!(handed["content"]["note"].as_str().is_some_and(|note| !note.is_empty()), "{handed}");
    }
    // And each school's student health team has something to do.
    for school in ["ARE", "ELS", "LJU", "ÅNE", "ALG", "BIR"] {
        let list = demo.asks(&format!("health-team.{school}"), "{schools{edges{node{pupils{totalCount}}}}}").await;
        assert!(nodes(&list["schools"])[0]["pupils"]["totalCount"].as_u64() > Some(0), "{school}: {list}");
    }
}

/// What the README and the page ask is answered, as they say.
async fn the_figures_are_as_published(demo: &Demo) {
    let readme = between(include_str!("../README.md"), "```graphql\n", "```");
    let [table, changes] = readme[..] else { panic!("two questions in the README: {readme:?}") };
    let percents = published(include_str!("../README.md"));
    for (officer, codes) in [("huvudman.BUN", &["ARE", "ELS", "LJU", "ÅNE"][..]), ("huvudman.BIN", &["ALG", "BIR"])] {
        let schools = nodes(&demo.asks(officer, table).await["schools"]);
        assert_eq!(schools.iter().map(|school| school["code"].as_str().unwrap()).collect::<Vec<_>>(), codes);
        for school in schools {
            let told = |question: &str| {
                let all = &school[question]["all"];
                ["unnotifiedPercent", "notifiedPercent", "totalPercent"]
                    .map(|one| all[one].as_str().unwrap().to_owned())
            };
            let later = if school["code"] == "ÅNE" { "year7" } else { "ht19" };
            let code = school["code"].as_str().unwrap();
            assert_eq!([told("ht18"), told(later)].concat().join(" "), percents[code], "{code}");
        }
    }
    let changes = demo.asks("huvudman.BUN", changes).await;
    assert_eq!(changes["ane"]["absenceChange"]["all"]["totalPoints"], "-1.24");
    assert_eq!(changes["els"]["absenceChange"]["all"]["unnotifiedPoints"], "-0.31");
    let example = include_str!("../crates/api/src/page/examples/change.graphql");
    let change = demo.asks("huvudman.BUN", example).await;
    assert_eq!(change["school"]["absenceChange"]["all"]["totalPoints"], "-1.24", "as the page says");

    // Which schools have pupils with a mentor and pupils without, who had none before, is as the README says.
    let readme = include_str!("../README.md").replace('\n', " ");
    let named = between(&readme, "in the demo, from `ht18` to `ht19`, ", " have both.")[0].to_owned();
    let evidence = "{schools{edges{node{name absenceEvidence(baseline:\"ht18\" term:\"ht19\"){withMentor{pupils} \
                    withoutMentor{pupils}}}}}}";
    let mut both = Vec::new();
    for school in ["ARE", "ELS", "LJU", "ÅNE", "ALG", "BIR"] {
        let told = nodes(&demo.asks(&format!("principal.{school}"), evidence).await["schools"]).remove(0);
        let groups = ["withMentor", "withoutMentor"].map(|group| told["absenceEvidence"][group]["pupils"].as_u64());
        if groups.iter().all(|pupils| *pupils > Some(0)) {
            both.push(told["name"].as_str().expect("a name").to_owned());
        }
    }
    assert_eq!(both.join(" and "), named);
}

#[tokio::test]
async fn the_demo_lives_in_its_own_days_and_everything_that_its_letters_lead_to_works() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("demo");
    let demo = Demo::start(&data);

    // Its pages say which day it is there, and nothing in them leads nowhere.
    for path in ["/", "/demo/mail"] {
        assert!(demo.page(path).await.contains("In the demo it is 2020-06-03"), "{path}");
    }

    the_figures_are_as_published(&demo).await;
    schools_work_as_the_report_tells(&demo).await;

    // Guardians whom no letter reached are to be phoned about yesterday's absence.
    let tasks = demo.asks("mentor.ELS", "{viewer{guardiansToPhone{about day}}}").await;
    assert!(!tasks["viewer"]["guardiansToPhone"].as_array().unwrap().is_empty(), "{tasks}");

    // Staff see what a guardian would be sent next.
    assert!(shows_a_letter(&demo).await, "a letter is shown");

    // Each link in each letter leads to a page, which asks; and what it asks is done.
    let links = demo.links().await;
    for purpose in ["wishes", "confirm", "seen", "stop"] {
        let of_it = links.iter().filter(|link| link.starts_with(&format!("/{purpose}/"))).count();
        assert!(of_it > 0, "there is a letter to {purpose}");
    }
    assert!(links.len() < 100, "few enough to look at: {}", links.len());
    for link in &links {
        assert!(demo.page(link).await.contains("<form method=\"post\">"), "{link} asks");
        let form =
            if link.starts_with("/wishes/") { "frequency=weekly&language=sv" } else { "List-Unsubscribe=One-Click" };
        let posted = demo.client.post(format!("{}{link}", demo.site)).body(form).send().await.expect("an answer");
        assert_eq!(posted.status(), StatusCode::OK, "{link} is done");
    }

    // What a client asks that lives today is recorded in the demo's days, which a further start goes on from.
    let first = phones(&demo, 1).await;
    assert!(first.starts_with("2020-06-03T"), "{first}");
    demo.stop();
    let demo = Demo::start(&data);
    let second = phones(&demo, 2).await;
    assert!(second > first && second.starts_with("2020-06-03T"), "{first}, then {second}");
    demo.stop();
}

/// How many pupils the pilot's mentors of a school had, as published, and how many mentors there were.
const CASELOADS: [(&str, usize, std::ops::RangeInclusive<u64>); 6] = [
    ("ARE", 3, 1..=6),
    ("ELS", 2, 8..=10),
    ("LJU", 3, 80..=90),
    ("ÅNE", 3, 15..=15),
    ("ALG", 7, 75..=260),
    ("BIR", 5, 75..=100),
];

/// How many pupils somebody has, and with the guardians of how many of the first five there were contacts.
async fn caseload(demo: &Demo, role: &str) -> (u64, usize) {
    let asked = "{viewer{caseload(first:5){totalCount edges{node{pupil{id} contacts}}}}}";
    let list = demo.asks(role, asked).await["viewer"]["caseload"].clone();
    let spoken = nodes(&list).iter().filter(|row| row["contacts"].as_u64() > Some(0)).count();
    (list["totalCount"].as_u64().expect("a number"), spoken)
}

#[tokio::test]
async fn a_demo_of_twice_the_size_has_twice_the_mentors_with_the_same_caseloads_and_tells_the_same_of_each_school() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start_at(&folder.path().join("demo"), 2);
    for (code, mentors, published) in CASELOADS {
        let of_school = format!("mentor.{code}");
        let of_school = demo.tokens.iter().filter(|(role, _)| role.starts_with(&of_school)).count();
        assert_eq!(of_school, 2 * mentors, "{code}");
        let named = |number: usize| {
            if number == 0 { format!("mentor.{code}") } else { format!("mentor.{code}.{}", number + 1) }
        };
        for number in 0..mentors {
            let (first, _) = caseload(&demo, &named(number)).await;
            let (added, spoken) = caseload(&demo, &named(mentors + number)).await;
            assert!(published.contains(&first), "{code}: {first}");
            assert_eq!(added, first, "{code}: whom the scale adds have as many");
            assert!(spoken > 0, "{code}: with whose guardians they have spoken");
        }
    }
    // Absence is as published, of all of them together, and what is told of the schools is as in the pilot.
    the_figures_are_as_published(&demo).await;
    schools_work_as_the_report_tells(&demo).await;
    demo.stop();
}
