//! The program itself: whatever it is told to do on a log full of marker words, at the most talkative level, it says none of
//! them, except where that is what it was asked for; and none stands in its files as it is.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Output, Stdio};

use casework::traces::{SubjectsV1, TraceV1};
use domain::command::{Command, DigestAct, WorkToLog};
use domain::event::{SchoolMatter, Work};
use domain::id::PupilId;
use domain::personal::Personal;
use domain::words::{
    ClockTime, ContactDetail, DayOfWeek, DigestRhythm, MessageClass, Note, PortalUrl, ReferralConcern, Team, ZoneName,
};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::json;
use storage::{EventLog, PartContent, TraceNumber};

use crate::archive::{Archive, SECRET, Writer, day, stands_in};
use crate::support::mentorlog;

/// Subcommands that are not walked here, and why.
const LEFT_OUT: [(&str, &str); 2] = [
    ("demo", "its people are invented by itself: there is nothing of ours that it could tell"),
    ("load", "it writes numbers into an empty folder"),
];

/// What a subcommand is asked for may stand on its standard output; elsewhere nothing may.
const ASKED_FOR: [&str; 2] = ["export", "extract"];

const PASSWORD: &str = "MARKER-som-ingen-annan-skriver, som lösenord";

/// What the archive does not hold yet: a restricted note, and a guardian who is written to.
async fn sow(archive: &Archive, writer: &Writer) {
    let (pupil, guardian) = (archive.pupils[12], archive.guardians[1]);
    let note = || Some(Personal::new(Note::try_new(SECRET).unwrap()));
    for (work, note) in [
        (Work::ReferralOpened { concern: ReferralConcern::Absence, team: Team::Health }, note()),
        (Work::BirthDateRecorded { born: day("2013-03-01") }, None),
    ] {
        let work = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note };
        writer.does(Command::LogWork(work)).await;
    }
    let schedule = SchoolMatter::DigestScheduleSet {
        first_day: day("2020-07-01"),
        rhythm: DigestRhythm::Weekly,
        weekday: DayOfWeek::try_new(3).unwrap(),
        at: ClockTime::try_new(360).unwrap(),
        zone: ZoneName::try_new("Europe/Stockholm").unwrap(),
        portal: Some(PortalUrl::try_new("https://portal.example").unwrap()),
    };
    writer.settles(archive.school, schedule).await;
    let email = Personal::new(ContactDetail::try_new(format!("{SECRET}@example.org")).unwrap());
    let (message, period) = (MessageClass::SameDay, day("2020-07-02"));
    // It waits, whatever the time of the day is at which the test runs: other messages do not at night.
    for act in [DigestAct::SetAddress { email }, DigestAct::Prepare { message, period, since: 0 }] {
        writer.does(Command::Digest { guardian, act }).await;
    }
}

struct Place {
    archive: Archive,
    walked: BTreeSet<&'static str>,
}

impl Place {
    async fn new() -> Self {
        let archive = Archive::new().await;
        let (writer, log) = archive.written_at("2020-07-02T10:00:00Z").await;
        sow(&archive, &writer).await;
        log.close();
        let text = |digest: &str| {
            format!(
                "listen = \"127.0.0.1:0\"\norigin = \"https://mentor.example\"\ndata = \"{}\"\nmaster_key_file = \"{}\"\n\
                 [sign_in]\nlocal_accounts = true\n{digest}",
                archive.at("data").display(),
                archive.at("master").display()
            )
        };
        let digest = format!(
            "[digest]\nfrom = \"Skolan <no-reply@mentor.example>\"\nbounces_at = \"mentor.example\"\nfolder = \"{}\"\nbounces = \"{}\"\n",
            archive.at("mails").display(),
            archive.at("bounces").display()
        );
        std::fs::write(archive.at("mentorlog.toml"), text(&digest)).unwrap();
        Self { archive, walked: BTreeSet::new() }
    }

    /// The program with these arguments, at the most talkative level.
    fn runs(&mut self, name: &'static str, arguments: &[&str], files: &[(&str, &str)], typed: &str) -> Output {
        self.walked.insert(name);
        let mut command = mentorlog();
        command.args(name.split(' ')).args(arguments);
        for (option, file) in files {
            command.arg(option).arg(self.archive.at(file));
        }
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1").env("NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // Who reads nothing of what is typed has closed the pipe.
        let _ = input.write_all(typed.as_bytes());
        drop(input);
        let output = child.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!err.contains(SECRET), "{name} {arguments:?} names somebody: {err}");
        assert!(ASKED_FOR.contains(&name) || !out.contains(SECRET), "{name} {arguments:?} names somebody: {out}");
        output
    }

    fn does(&mut self, name: &'static str, arguments: &[&str], files: &[(&str, &str)], typed: &str) -> String {
        let output = self.runs(name, arguments, files, typed);
        assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

const CONFIG: [(&str, &str); 1] = [("--config", "mentorlog.toml")];
const OPENED: [(&str, &str); 2] = [("--data", "data"), ("--master-key-file", "master")];

/// `mentorlog serve`, and what it says.
struct Served {
    child: Child,
    address: String,
    client: Client,
    cookies: Vec<(String, String)>,
}

impl Served {
    fn begin(place: &mut Place) -> Self {
        place.walked.insert("serve");
        let says = std::fs::File::create(place.archive.at("says")).unwrap();
        let mut command = mentorlog();
        command.args(["serve", "--config"]).arg(place.archive.at("mentorlog.toml"));
        command.env("RUST_LOG", "trace").env("NO_COLOR", "1").stdout(Stdio::piped()).stderr(says);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { child, address, client, cookies: Vec::new() }
    }

    fn keeps(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    fn own_page(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request
            .header(COOKIE, cookies.join("; "))
            .header("origin", "https://mentor.example")
            .header("host", "mentor.example")
            .header("sec-fetch-site", "same-origin")
    }

    async fn gets(&mut self, path: &str) -> String {
        let answer = self.own_page(self.client.get(format!("{}{path}", self.address))).send().await.unwrap();
        self.keeps(&answer);
        told(answer).await
    }

    async fn signs_in(&mut self, name: &str, password: &str) -> u16 {
        let page = self.gets("/sign-in").await;
        let token = page.split(r#"name="token" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form: Vec<String> = [("token", token.as_str()), ("name", name), ("password", password)]
            .iter()
            .map(|(field, value)| {
                format!("{field}={}", value.replace(' ', "+").replace('ö', "%C3%B6").replace(',', "%2C"))
            })
            .collect();
        let post = self.client.post(format!("{}/sign-in/local", self.address));
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(form.join("&"));
        let answer = self.own_page(post).send().await.unwrap();
        self.keeps(&answer);
        let status = answer.status().as_u16();
        let text = told(answer).await;
        assert!(!text.contains(SECRET), "{text}");
        status
    }
}

/// An answer's head and body. Where it leads says nothing of anybody.
async fn told(answer: Response) -> String {
    let to = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    assert!(!to.contains(SECRET) && !to.contains("pupil_"), "{to}");
    let head = format!("{:?}", answer.headers());
    format!("{head}\n{}", answer.text().await.unwrap())
}

/// The service, asked by those who may and by strangers.
async fn served(place: &mut Place) {
    let pupil = place.archive.pupils[12];
    let mut served = Served::begin(place);
    for path in [
        format!("/{SECRET}?name={SECRET}"),
        format!("/stop/{SECRET}"),
        format!("/sign-in/{SECRET}"),
        "/metrics".to_owned(),
        "/readyz".to_owned(),
    ] {
        let text = served.gets(&path).await;
        assert!(!text.contains(SECRET), "{path}: {text}");
    }
    let graphql = format!("{}/graphql", served.address);
    for (token, body) in [
        (SECRET, json!({ "query": "{viewer{name}}" })),
        ("x", json!({ "query": SECRET, "variables": { SECRET: SECRET } })),
    ] {
        let answer = served.client.post(&graphql).bearer_auth(token).json(&body).send().await.unwrap();
        let text = told(answer).await;
        assert!(!text.contains(SECRET), "{text}");
    }
    assert_eq!(served.signs_in(SECRET, PASSWORD).await, 403, "no such account");
    assert_eq!(served.signs_in("rut", SECRET).await, 403, "no such password");
    assert_eq!(served.signs_in("rut", PASSWORD).await, 303);
    let session = served.gets("/sign-in/session").await;
    let csrf = session.split(r#""csrfToken":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let query = format!(
        "{{pupil(id:\"{pupil}\"){{name timeline(first:50){{edges{{node{{content{{__typename}}}}}}}} extract{{document}}}}}}"
    );
    let asked = served.client.post(&graphql).header("x-csrf-token", csrf).json(&json!({ "query": query }));
    let answer = served.own_page(asked).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.text().await.unwrap().contains(SECRET), "the principal is told");
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    let mut said = String::new();
    std::fs::File::open(place.archive.at("says")).unwrap().read_to_string(&mut said).unwrap();
    assert!(said.lines().count() >= 3, "it was listened to: {said}");
    let leaks: Vec<_> = said.lines().filter(|line| line.contains(SECRET)).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    std::fs::remove_file(place.archive.at("says")).unwrap();
}

/// Each subcommand in turn: what can be done in one folder, in the order in which it can.
async fn everything_is_done(place: &mut Place) {
    let principal = place.archive.staff[0].to_string();
    let guardian = place.archive.guardians[1].to_string();
    let (data, named) = ([("--data", "data")], ["--name", "rut"]);
    place.does("config check", &[], &CONFIG, "");
    place.does("setup", &["--name", SECRET], &CONFIG, "");
    place.does("user add", &["--name", "rut", "--staff", &principal], &data, PASSWORD);
    place.does("user password", &named, &data, PASSWORD);
    place.runs("user add", &["--name", "rut", "--staff", &principal], &data, PASSWORD);
    let issuer =
        ["--name", "system", "--staff", &principal, "--issuer", "https://issuer.example", "--subject", "narvaro"];
    place.does("user link", &issuer, &data, "");
    place.does("user list", &[], &data, "");
    place.does("digest run", &["--dry-run"], &CONFIG, "");
    place.does("digest run", &[], &CONFIG, "");
    served(place).await;
    place.does("user disable", &named, &data, "");
    place.does("snapshot", &[], &OPENED, "");
    place.does("verify", &[], &OPENED, "");
    place.does("verify", &["--sled"], &data, "");
    place.does("digest run", &[], &CONFIG, "");
    place.does("digest preview", &["--guardian", &guardian], &CONFIG, "");
    place.does("digest status", &[], &CONFIG, "");
    place.does("digest release", &[], &CONFIG, "");
    let bounced = format!(
        "From: {SECRET}@example.invalid\r\nTo: {SECRET}@mentor.example\r\nSubject: {SECRET}\r\n\r\n{SECRET}\r\n"
    );
    place.runs("digest bounce", &[], &CONFIG, &bounced);
    place.does("digest run", &[], &CONFIG, "");
    place.does("backup", &[], &[("--data", "data"), ("--to", "backup")], "");
    place.does("backup", &["--keys-only"], &[("--data", "data"), ("--to", "key-backup")], "");
    place.does("export", &[], &[OPENED[0], OPENED[1], ("--out", "exported")], "");
    place.does("export", &[], &OPENED, "");
    for subject in [&guardian, &principal] {
        place.does("extract", &["--subject", subject], &OPENED, "");
    }
    let proposed = place.does("erase propose", &[], &OPENED, "");
    let approved: Vec<&str> = proposed
        .lines()
        .filter(|line| place.archive.pupils[..11].iter().any(|pupil: &PupilId| line.contains(&pupil.to_string())))
        .collect();
    std::fs::write(place.archive.at("approved"), approved.join("\n")).unwrap();
    let list = [OPENED[0], OPENED[1], ("--list", "approved"), ("--new-master-key-file", "new-master")];
    let by = place.archive.staff[0].to_string();
    place.does("erase carry-out", &["--decision", "BUN 2026-17", "--by", &by], &list, "");
    let opened = [("--data", "data"), ("--master-key-file", "new-master")];
    let done = place.does("erase done", &[], &opened, "");
    std::fs::write(place.archive.at("erased"), done).unwrap();
    for pupil in [0, 12] {
        let pupil = place.archive.pupils[pupil].to_string();
        place.runs(
            "verify-erased",
            &["--subject", &pupil],
            &[opened[0], opened[1], ("--key-backup", "key-backup")],
            "",
        );
    }
    place.does(
        "restore",
        &[],
        &[("--from", "backup"), ("--keys-from", "key-backup"), ("--erased", "erased"), ("--data", "restored")],
        "",
    );
    place.does("keys rotate", &[], &[opened[0], opened[1], ("--new-master-key-file", "master")], "");
    damaged(place);
}

/// What is said of a log that is not whole names a place in it, and nothing that stands there.
fn damaged(place: &mut Place) {
    let journal = place.archive.at("restored").join("journal/00000001.journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes[900] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    let restored = [("--data", "restored"), ("--master-key-file", "master")];
    for name in ["verify", "snapshot", "export"] {
        assert!(!place.runs(name, &[], &restored, "").status.success(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_subcommand_says_anything_of_anybody_and_nothing_stands_open_in_its_files() {
    let mut place = Place::new().await;
    everything_is_done(&mut place).await;

    let all = mentorlog::subcommands();
    let known = |name: &str| place.walked.contains(name) || LEFT_OUT.iter().any(|(left_out, _)| *left_out == name);
    let forgotten: Vec<_> = all.iter().filter(|name| !known(name)).collect();
    assert!(forgotten.is_empty(), "walk them here, or say why not: {forgotten:?}");
    assert!(place.walked.iter().all(|walked| all.iter().any(|name| name == walked)) && all.len() > 20, "{all:?}");

    for folder in ["data", "backup", "key-backup", "restored"] {
        assert!(!stands_in(&place.archive.at(folder), SECRET), "it stands open in {folder}");
    }
    let exported = std::fs::read_to_string(place.archive.at("exported")).unwrap();
    assert!(exported.contains(SECRET), "the marker words were sown");
    let mode = std::fs::metadata(place.archive.at("exported")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "and what is exported is its owner's alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_shows_is_on_record_and_a_trace_says_openly_neither_of_whom_nor_by_which_account() {
    let mut place = Place::new().await;
    let principal = place.archive.staff[0].to_string();
    place.does("user add", &["--name", "rut", "--staff", &principal], &[("--data", "data")], PASSWORD);
    // The service writes to guardians by itself when it runs: then nothing would be left to say.
    let dry = place.does("digest run", &["--dry-run"], &CONFIG, "");
    assert!(dry.starts_with("guardian_"), "{dry}");
    served(&mut place).await;
    place.does("erase propose", &[], &OPENED, "");
    let guardian = place.archive.guardians[1].to_string();
    place.does("digest preview", &["--guardian", &guardian], &CONFIG, "");
    place.does("export", &[], &OPENED, "");
    let log = place.archive.open("data");
    let traces = log.read_traces(TraceNumber(0), 1_000).await.unwrap();
    log.close();
    let mut left = Vec::new();
    for trace in &traces {
        let open = String::from_utf8(trace.open.clone()).unwrap();
        assert!(!open.contains(SECRET) && !open.contains("pupil_") && !open.contains("rut"), "{open}");
        let open: TraceV1 = serde_json::from_slice(&trace.open).unwrap();
        let PartContent::Present(of) = &trace.subjects.content else { panic!("nothing is erased") };
        let of: SubjectsV1 = serde_json::from_slice(of).unwrap();
        let told_of = of.pupils().any(|pupil| *pupil == place.archive.pupils[12].to_string());
        left.push((open.operation, told_of, of.everything));
    }
    left.retain(|(operation, ..)| operation != "signIn");
    let expected = [
        ("digest run --dry-run", true, false),
        ("query", true, false),
        ("erase propose", true, false),
        ("digest preview", true, false),
        ("export", false, true),
    ];
    assert_eq!(left, expected.map(|(operation, told_of, all)| (operation.to_owned(), told_of, all)));
}
