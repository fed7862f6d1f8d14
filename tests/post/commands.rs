//! `mentorlog digest preview`, `run` and `status`.

use chrono::Days;

use crate::place::Place;
use crate::relay::{Answer, Scripted};
use crate::support::mentorlog;

const FOLDER: &str =
    "[digest]\nfrom = \"Skolan <no-reply@mentor.example>\"\nbounces_at = \"mentor.example\"\nfolder = \"mails\"\n";

/// What `digest status` says where nothing stands anywhere, but for these lines.
fn status_with(lines: &[&str]) -> String {
    let places = [
        "due, not prepared yet",
        "prepared",
        "being sent",
        "failed, to be tried again",
        "sent",
        "not sent, by decision",
        "given up",
        "refused: the address takes no mail",
        "came back: the address takes no mail",
        "came back: nothing against the address",
        "came back, for now",
        "passed over: NoAddress",
        "passed over: Stopped",
        "passed over: SwitchedOff",
        "passed over: AlreadySent",
        "schools passed over: SchoolBreak",
    ];
    let line = |place: &str| {
        let said = lines.iter().find(|line| line.split_once(' ').unwrap().1 == place);
        format!("{}\n", said.map_or(format!("0 {place}"), |said| (*said).to_owned()))
    };
    places.map(line).concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_sent_is_shown_and_nothing_is_sent_or_recorded_by_looking() {
    let place = Place::with(FOLDER);
    let family = place.family(&["alex@home.example"]).await;
    let guardian = family.guardians[0].to_string();
    // The day on which it is due: midnight may have come since.
    let (events, today) = (place.events(), family.day);

    // when a dry run is made, a message is looked at, and messages are counted
    let dry = place.says(&["digest", "run", "--dry-run"], &[]);
    let preview = place.says(&["digest", "preview"], &["--guardian", &guardian]);
    let at = place.says(&["digest", "preview"], &["--guardian", &guardian, "--at", &today.to_string()]);
    let status = place.says(&["digest", "status"], &[]);

    // then each says what there is to say
    assert_eq!(dry, format!("{guardian} digest {today}: would be sent, about 1 pupil\n"));
    let lines: Vec<&str> = preview.lines().collect();
    assert_eq!(lines[..3], ["Subject: Nytt från skolan", "", "Det finns något nytt från skolan att läsa."]);
    assert!(preview.contains("https://portal.example/hem") && preview.contains("Avsluta dem här: […]"), "{preview}");
    assert!(!preview.contains("mentor.example") && !preview.contains('@'), "no link of the guardian's: {preview}");
    assert_eq!(at, preview, "today is what it is by default");
    assert_eq!(status, status_with(&["1 due, not prepared yet"]));

    // and nothing is sent, nothing recorded, and nothing used up
    assert_eq!(place.events(), events);
    assert!(!place.at("mails").exists());
    assert!(place.says(&["digest", "run"], &[]).starts_with("1 prepared, 1 sent, "));
    assert_eq!(place.says(&["digest", "status"], &[]), status_with(&["1 sent"]));
    assert_eq!(place.says(&["digest", "run", "--dry-run"], &[]), "", "nothing is left to send");
    let again = place.says(&["digest", "run"], &[]);
    assert!(again.starts_with("0 prepared, 0 sent, "), "{again}");
    assert_eq!(std::fs::read_dir(place.at("mails")).unwrap().count(), 1);
    let none = place.says(&["digest", "preview"], &["--guardian", &guardian]);
    assert_eq!(none, "nothing would be sent: NothingNew\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_sent_is_shown_at_a_time_of_a_day_by_the_schools_clock_word_by_word() {
    let place = Place::with(FOLDER);
    let family = place.family(&["alex@home.example"]).await;
    let guardian = family.guardians[0].to_string();
    let preview = |at: &str| place.says(&["digest", "preview"], &["--guardian", &guardian, "--at", at]);
    // The evening before nothing was on record yet; what is known now is at every later time.
    let (before, after) = (family.day - Days::new(1), family.day + Days::new(1));
    assert_eq!(preview(&format!("{before}T18:00")), "nothing would be sent: ScheduleOff\n");
    assert_eq!(preview(&format!("{}T00:00", family.day)), "nothing would be sent: NothingNew\n");
    let text = "Subject: Nytt från skolan\n\nDet finns något nytt från skolan att läsa.\n";
    for at in [format!("{after}T07:30"), format!("{after} 07:30"), format!("{after}T07:30:15"), after.to_string()] {
        let shown = preview(&at);
        assert!(shown.starts_with(text), "{at}: {shown}");
        for line in ["https://portal.example/hem", "Avsluta dem här: […]"] {
            assert!(shown.lines().any(|shown| shown.contains(line)), "{at}: {shown}");
        }
    }
    for wrong in ["18:00", "2019-09-06T25:00", "2019-09-06T15:30Z", "tomorrow"] {
        let (status, said) = place.fails(&["digest", "preview"], &["--guardian", &guardian, "--at", wrong]);
        assert_eq!(status, Some(2), "{wrong}");
        assert!(said.contains("--at") && said.contains("2019-09-06T15:30"), "{wrong}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_has_failed_or_is_given_up_is_counted_and_nobody_is_named() {
    let relay = Scripted::answering(&[Answer::Recipient(450), Answer::Recipient(550)]).await;
    let place = Place::handing_to(&relay, 2);
    // One more than may go in a minute.
    let family = place.family(&["alex@home.example", "sam@home.example", "kim@home.example"]).await;
    let ran = place.says(&["digest", "run"], &[]);
    assert_eq!(ran, "3 prepared, 0 sent, 0 not sent by decision, 2 failed, 0 passed over, 1 wait for the next round\n");
    let status = place.says(&["digest", "status"], &[]);
    assert_eq!(status, status_with(&["1 prepared", "1 failed, to be tried again", "1 given up"]));
    for word in ["alex", "sam", "home.example", "Exempel", "@"] {
        assert!(!status.contains(word), "{word}: {status}");
    }
    assert!(family.guardians.iter().all(|guardian| !status.contains(&guardian.to_string())));
    let dry = place.says(&["digest", "run", "--dry-run"], &[]);
    assert_eq!(dry.lines().count(), 1, "what has been prepared would go next; what failed has its time: {dry}");
    assert!(dry.ends_with("would be sent, about 1 pupil\n"), "{dry}");
    for word in ["home.example", "Exempel", "@"] {
        assert!(!dry.contains(word), "{word}: {dry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_restored_folder_nobody_is_written_to_before_somebody_has_looked() {
    // given a backup, after which the guardian had the digest
    let place = Place::with(FOLDER);
    let family = place.family(&["alex@home.example"]).await;
    let (data, backup) = (place.at("data"), place.at("backup"));
    for more in [["--to"].as_slice(), &["--keys-only", "--to"]] {
        let to = if more.len() > 1 { place.at("keys") } else { backup.clone() };
        assert!(mentorlog().args(["backup", "--data"]).arg(&data).args(more).arg(to).status().unwrap().success());
    }
    assert!(place.says(&["digest", "run"], &[]).starts_with("1 prepared, 1 sent, "));

    // when the folder is lost and the backup brought back
    std::fs::remove_dir_all(&data).unwrap();
    let mut restore = mentorlog();
    restore.args(["restore", "--nothing-erased", "--from"]).arg(&backup).arg("--keys-from").arg(place.at("keys"));
    let restored = restore.arg("--data").arg(&data).output().unwrap();
    assert!(restored.status.success());
    assert!(String::from_utf8_lossy(&restored.stdout).contains("mentorlog digest release"));

    // then everything that looks says so, and nothing is sent, also by the service
    for command in [["digest", "run", "--dry-run"].as_slice(), &["digest", "status"]] {
        assert!(place.says(command, &[]).starts_with("held back: "), "{command:?}");
    }
    let (status, said) = place.fails(&["digest", "run"], &[]);
    assert_eq!(status, Some(1));
    assert!(said.contains("mentorlog digest release"), "{said}");
    let service = place.serves();
    service.stops();
    assert_eq!(place.status("due, not prepared yet"), 1);

    // until it is released
    assert_eq!(place.says(&["digest", "release"], &[]), "guardians are written to again\n");
    assert_eq!(place.says(&["digest", "release"], &[]), "nothing was held back\n");
    let again = place.says(&["digest", "run", "--dry-run"], &[]);
    assert_eq!(again, format!("{} digest {}: would be sent, about 1 pupil\n", family.guardians[0], family.day));
    assert!(place.says(&["digest", "run"], &[]).starts_with("1 prepared, 1 sent, "));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_answered_with_what_is_wrong() {
    let place = Place::with(FOLDER);
    let family = place.family(&["alex@home.example"]).await;
    let guardian = family.guardians[0].to_string();
    let preview = |more: &[&str]| place.fails(&["digest", "preview"], more);
    let far = (family.day + Days::new(800)).to_string();

    let (status, said) = preview(&["--guardian", "nobody"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("--guardian") && said.contains("nobody"), "{said}");
    let (status, said) = preview(&["--guardian", &guardian, "--at", "2019-02-30"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("--at") && said.contains("2019-02-30"), "{said}");
    let (status, said) = preview(&[]);
    assert_eq!(status, Some(2));
    assert!(said.contains("--guardian"), "{said}");
    let (status, said) = preview(&["--guardian", &guardian, "--at", &far]);
    assert_eq!(status, Some(1));
    assert!(said.contains("--at") && said.contains("a year"), "{said}");
    let stranger = family.pupil.to_string().replace("pupil_", "guardian_");
    let (status, said) = preview(&["--guardian", &stranger]);
    assert_eq!((status, said.trim_end().lines().last()), (Some(1), Some("mentorlog: no such guardian")));

    // and without a word on how guardians are written to, nothing goes, and why is said
    let silent = Place::with("");
    let family = silent.family(&["alex@home.example"]).await;
    let guardian = family.guardians[0].to_string();
    for (words, more) in [(vec!["digest", "run"], vec![]), (vec!["digest", "preview"], vec!["--guardian", &guardian])] {
        let (status, said) = silent.fails(&words, &more);
        assert_eq!(status, Some(1));
        assert!(said.contains("the configuration has no `digest`"), "{said}");
    }
    assert_eq!(silent.status("due, not prepared yet"), 1);
    let (status, said) = silent.fails(&["digest", "sned"], &[]);
    assert_eq!(status, Some(2));
    assert!(said.contains("sned"), "{said}");
}
