//! How guardians are written to, as the program itself reads it: which setting is wrong is said before the service is started,
//! and a relay hands over what came back through a pipe.
#![allow(clippy::expect_used, reason = "a test that cannot go on must fail, and say where")]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use support::mentorlog;

/// A folder with a configuration file whose `digest` tables are these, in messages that go into a folder by default.
struct Place(tempfile::TempDir);

const BY_FOLDER: &str =
    "[digest]\nfrom = \"Skolan <no-reply@mentor.example>\"\nbounces_at = \"mentor.example\"\nfolder = \"mails\"\n";
const BY_RELAY: &str = "[digest]\nfrom = \"Skolan <no-reply@mentor.example>\"\nbounces_at = \"mentor.example\"\n\
    [digest.relay]\nhost = \"127.0.0.1\"\nport = 25\nsecurity = \"on-this-machine\"\n";

impl Place {
    fn of(origin: &str, digest: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        let key = place.path("master.key");
        fs::write(&key, "5a".repeat(32)).expect("the key is written");
        private(&key);
        let text = format!(
            "listen = \"127.0.0.1:0\"\norigin = \"{origin}\"\ndata = \"{}\"\nmaster_key_file = \"{}\"\n\
             [sign_in]\nlocal_accounts = true\n{digest}",
            place.path("data").display(),
            key.display()
        );
        fs::write(place.config(), text).expect("the file is written");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn config(&self) -> PathBuf {
        self.path("mentorlog.toml")
    }

    fn check(&self) -> Output {
        mentorlog().args(["config", "check", "--config"]).arg(self.config()).output().expect("the program runs")
    }
}

fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("the key is its owner's");
}

#[test]
fn settings_that_are_right_are_said_to_be_good() {
    for digest in [BY_FOLDER, BY_RELAY] {
        let checked = Place::of("https://mentor.example", digest).check();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
}

#[test]
fn which_setting_is_wrong_is_said_before_anybody_is_written_to() {
    let relay = |more: &str| format!("{BY_RELAY}{more}\n");
    let folder = |from: &str, to: &str| BY_FOLDER.replace(from, to);
    let wrong = [
        ("https://mentor.example", relay("patience_seconds = 4"), "`digest.relay.patience_seconds` must be 5 to 120"),
        ("https://mentor.example", relay("patience_seconds = 121"), "`digest.relay.patience_seconds` must be 5 to 120"),
        ("http://127.0.0.1:8080", relay(""), "`origin` must begin with https://"),
        ("https://mentor.example", relay("username = \"school\""), "both `username` and `password_file`"),
        (
            "https://mentor.example",
            folder("bounces_at = \"mentor.example\"", "bounces_at = \"mentor\""),
            "`digest.bounces_at`",
        ),
        (
            "https://mentor.example",
            folder("\"mentor.example\"", "\"mentor.example, other.example\""),
            "`digest.bounces_at`",
        ),
        ("https://mentor.example", folder("no-reply@mentor.example", "no-reply"), "`digest.from` must be an address"),
        (
            "https://mentor.example",
            folder("folder = \"mails\"", ""),
            "`digest` needs a `relay` or a `folder`, one of them",
        ),
        (
            "https://mentor.example",
            folder("folder =", "most_a_minute = 0\nfolder ="),
            "`digest.most_a_minute` must be at least 1",
        ),
        (
            "https://mentor.example",
            folder("folder =", "languages = [\"xx\"]\nfolder ="),
            "no language `xx` can be written",
        ),
        ("https://mentor.example", format!("{BY_FOLDER}no_such_setting = 1\n"), "no_such_setting"),
    ];
    for (origin, digest, why) in wrong {
        let checked = Place::of(origin, &digest).check();
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(!checked.status.success() && said.contains(why), "{why}: {said}");
    }
}

#[test]
fn what_came_back_is_handed_over_through_a_pipe_whole_or_kept_by_the_relay() {
    let hand_over = |place: &Place, message: &str| {
        let mut child = mentorlog()
            .args(["digest", "bounce", "--config"])
            .arg(place.config())
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The program may refuse before it has read anything.
        drop(child.stdin.take().expect("a pipe").write_all(message.as_bytes()));
        child.wait_with_output().expect("the program ends")
    };
    let report = "From: postmaster@relay.example\r\nTo: back@mentor.example\r\n\r\nIt came back.\r\n";
    let kept = tempfile::tempdir().expect("a temporary folder");
    let maildir = kept.path().join("bounces");
    let digest = format!("{BY_FOLDER}bounces = \"{}\"\n", maildir.display());
    let place = Place::of("https://mentor.example", &digest);
    let handed = hand_over(&place, report);
    assert!(handed.status.success(), "{}", String::from_utf8_lossy(&handed.stderr));
    let delivered = fs::read_dir(maildir.join("new")).expect("a Maildir").flatten();
    let delivered: Vec<_> = delivered.map(|file| fs::read_to_string(file.path()).expect("the message")).collect();
    assert_eq!(delivered, [report]);
    assert_eq!(fs::read_dir(maildir.join("tmp")).expect("a Maildir").count(), 0, "nothing half written is left");
    // 75 says to a relay: keep it, and try again (sysexits, EX_TEMPFAIL).
    assert_eq!(hand_over(&place, "").status.code(), Some(75), "nothing came");
    let nowhere = Place::of("https://mentor.example", BY_FOLDER);
    assert_eq!(hand_over(&nowhere, report).status.code(), Some(75), "nobody looks at what comes back");
}

#[test]
fn a_signing_key_that_is_not_there_or_is_none_is_said_by_the_check_and_at_the_start() {
    let signed = |domain: &str, selector: &str| {
        let key = "key_file = \"KEY\"";
        format!("{BY_FOLDER}[digest.dkim]\ndomain = \"{domain}\"\nselector = \"{selector}\"\n{key}\n")
    };
    let place = |digest: &str| {
        let place = Place::of("https://mentor.example", "");
        let key = place.path("dkim.key");
        let text =
            fs::read_to_string(place.config()).expect("the file") + &digest.replace("KEY", &key.display().to_string());
        fs::write(place.config(), text).expect("the file is written");
        (place, key)
    };
    let wrong = |(place, key): &(Place, PathBuf), why: &str| {
        let serve = mentorlog().args(["serve", "--config"]).arg(place.config()).output().expect("the program runs");
        assert!(serve.stdout.is_empty(), "it does not listen");
        for said in [place.check(), serve] {
            let text = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(1), "{why}: {text}");
            assert!(text.contains(why), "{why}: {text}");
            if why.contains("key_file") {
                assert!(text.contains(&key.display().to_string()), "which file: {text}");
            }
            assert!(!text.contains("U2VjcmV0"), "what stands in it is told to nobody: {text}");
        }
    };
    let good = signed("mentor.example", "school-2026");
    let missing = place(&good);
    wrong(&missing, "`digest.dkim.key_file`");
    wrong(&missing, "No such file");
    let unreadable = place(&good);
    fs::create_dir(&unreadable.1).expect("a folder");
    wrong(&unreadable, "`digest.dkim.key_file`");
    let pem = |kind: &str| format!("-----BEGIN {kind}-----\nU2VjcmV0\n-----END {kind}-----\n");
    for none in [
        String::new(),
        "U2VjcmV0".to_owned(),
        "U2VjcmV0 is no base64".to_owned(),
        pem("RSA PRIVATE KEY"),
        pem("PRIVATE KEY"),
        pem("PUBLIC KEY"),
    ] {
        let place = place(&good);
        fs::write(&place.1, none).expect("the key is written");
        wrong(&place, "`digest.dkim.key_file`");
        wrong(&place, "the signing key is neither an RSA key in PEM (PKCS #1) nor the 32 bytes of an Ed25519 key");
    }
    let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\n";
    for (domain, selector, why) in [
        ("mentor", "school", "`digest.dkim.domain` must be a domain"),
        ("mentor.example; x=", "school", "`digest.dkim.domain` must be a domain"),
        ("mentor.example", "", "`digest.dkim.selector` must be letters"),
        ("mentor.example", "school; d=other.example", "`digest.dkim.selector` must be letters"),
    ] {
        let place = place(&signed(domain, selector));
        fs::write(&place.1, seed).expect("the key is written");
        wrong(&place, why);
    }
    let (place, key) = place(&good);
    fs::write(&key, seed).expect("the key is written");
    let checked = place.check();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_pages_that_links_lead_to_are_offered_in_the_languages_that_messages_are_written_in() {
    let checked = domain::words::Language::ALL.into_iter().filter(|language| digest::is_checked(*language));
    assert_eq!(checked.collect::<Vec<_>>(), api::Letters::default().languages, "unless others are switched on");
}
