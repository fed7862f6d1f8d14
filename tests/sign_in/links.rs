//! The pages that a guardian reaches by the links in messages: what each does, and what none of them tells.

mod abuse;

use std::sync::Arc;

use api::Letters;
use casework::Casework;
use casework::post::Purpose;
use chrono::Datelike;
use domain::Actor;
use domain::calendar::{local_date, start_of_day};
use domain::command::{Command, DigestAct};
use domain::event::{SchoolMatter, Work};
use domain::id::{CommandId, GuardianId};
use domain::personal::Personal;
use domain::state::Outbox;
use domain::words::{
    AttendanceSender, ContactDetail, DigestFrequency, Language, MessageClass, ProtectionLevel, Reference,
};
use reqwest::{Method, RequestBuilder};
use storage::MemoryLog;

use crate::house::{Browser, House, Service};

/// A guardian with an address, for whom a message about today is prepared; and the paths of their links.
struct Linked {
    house: House,
    service: Service,
    guardian: GuardianId,
    /// A link, and the code in it.
    given: String,
    code: String,
}

impl Linked {
    async fn new() -> Self {
        Self::written_in(Letters::default().languages).await
    }

    /// The same, where these languages are switched on.
    async fn written_in(languages: Vec<Language>) -> Self {
        let mut house = House::new().await;
        house.letters.languages = languages;
        let service = house.open().await;
        let (guardian, given) = house.guardian().await;
        // How a link is written follows from one that was given out.
        let before = house.casework.post().link_code(Purpose::Stop, guardian).unwrap();
        let email = Personal::new(ContactDetail::try_new("kim@home.example").unwrap());
        let period = local_date(house.casework.now());
        let acts =
            [DigestAct::SetAddress { email }, DigestAct::Prepare { message: MessageClass::SameDay, period, since: 0 }];
        let linked = Self { house, service, guardian, given, code: before };
        for (number, act) in (900..).zip(acts) {
            linked.does(number, Command::Digest { guardian, act }).await;
        }
        linked
    }

    async fn does(&self, number: u32, command: Command) {
        let millis = u64::try_from(self.house.casework.now().timestamp_millis()).unwrap();
        let id: CommandId = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.house.casework.execute(Actor::Setup, command, id).await.unwrap();
    }

    /// The message about today is sent, by the school's own service.
    async fn is_sent(&self) {
        let facts = self.house.casework.post().facts();
        let (school, about) = (facts.schools()[0], facts.children(self.guardian).to_vec());
        let (sender, first_day) = (AttendanceSender::Mentorlog, "2019-08-20".parse().unwrap());
        let matter = SchoolMatter::AttendanceSenderChosen { sender, first_day };
        self.does(910, Command::SettleSchool { school, matter }).await;
        let (message, now) = (MessageClass::SameDay, self.house.casework.now());
        let (period, until) = (local_date(now), now + chrono::Duration::minutes(5));
        let sender = Reference::try_new("post-1").unwrap();
        let acts = [
            DigestAct::Claim { message, period, sender, until, template: 1, about },
            DigestAct::Sent { message, period, attempt: 1 },
        ];
        for (number, act) in (911..).zip(acts) {
            self.does(number, Command::Digest { guardian: self.guardian, act }).await;
        }
    }

    /// The path of the guardian's link for a purpose.
    fn link(&self, purpose: Purpose) -> String {
        let code = self.house.casework.post().link_code(purpose, self.guardian).unwrap();
        self.given.replace(&self.code, &code).replace("/stop/", &format!("/{}/", purpose.name()))
    }

    fn outbox(&self) -> Outbox {
        self.house.casework.post().facts().outbox(self.guardian).unwrap().clone()
    }

    async fn gets(&self, browser: &Browser, path: &str, language: &str) -> (u16, String) {
        let asked = browser.client.get(self.house.url(path)).header("accept-language", language);
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn posts(&self, browser: &Browser, path: &str, form: &str) -> (u16, String) {
        let asked = browser.client.post(self.house.url(path));
        let asked = asked.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn following_a_link_changes_nothing_names_nobody_and_speaks_every_language_that_is_switched_on() {
    for switched_on in [Letters::default().languages, Language::ALL.to_vec()] {
        let linked = Linked::written_in(switched_on.clone()).await;
        let browser = linked.house.browser();
        let before = linked.outbox();
        let gone = "/stop/gone".to_owned();
        let paths: Vec<String> = Purpose::ALL.map(|purpose| linked.link(purpose)).into_iter().chain([gone]).collect();
        for (path, language) in paths.iter().flat_map(|path| Language::ALL.map(|language| (path, language))) {
            // asked for by the browser; what is not switched on is answered in Swedish
            let code = language.code();
            let spoken = if switched_on.contains(&language) { language } else { Language::Swedish };
            let dir = if spoken.right_to_left() { "rtl" } else { "ltr" };
            let (status, page) = linked.gets(&browser, path, code).await;
            let is_link = path != "/stop/gone";
            assert_eq!(status, if is_link { 200 } else { 404 }, "{path}");
            assert!(
                page.contains(&format!("<html lang=\"{}\" dir=\"{dir}\">", spoken.code())),
                "{path} {code}: {page}"
            );
            assert_eq!(page.contains("method=\"post\"") && page.contains("<button>"), is_link, "{path}: {page}");
            for word in ["Kim", "Exempel", "kim@", "home.example", "7A", "LJU", "mentorlog"] {
                assert!(!page.contains(word), "{path} {word}: {page}");
            }
            for word in ["<script", "style=\"", "onclick", "http:", "https:", "<p></p>", "></button>", "></h1>"] {
                assert!(!page.contains(word), "{path} {word}: {page}");
            }
            assert!(page.contains("color-scheme\" content=\"light dark\"") && page.contains("\"noindex\""), "{page}");
            // chosen on the page: by a link in that language's own name
            let chosen = page.contains(&format!("href=\"?lang={code}\" lang=\"{code}\" hreflang=\"{code}\""));
            assert_eq!(chosen, switched_on.contains(&language), "{code}: {page}");
            let (_, by_choice) = linked.gets(&browser, &format!("{path}?lang={code}"), "de").await;
            assert_eq!(by_choice, page, "{path} {code}");
        }
        assert_eq!(linked.outbox(), before);
        linked.service.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_lets_nothing_in_keeps_nothing_and_tells_nobody_where_its_reader_was() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    for path in Purpose::ALL.map(|purpose| linked.link(purpose)).iter().chain([&"/stop/gone".to_owned()]) {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let answer = browser.client.request(method.clone(), linked.house.url(path)).send().await.unwrap();
            for (header, value) in [
                (
                    "content-security-policy",
                    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                ),
                ("referrer-policy", "no-referrer"),
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("vary", "Accept-Language"),
            ] {
                assert_eq!(answer.headers().get(header).unwrap(), value, "{method} {path}");
            }
            assert!(!answer.headers().contains_key("set-cookie"), "{method} {path}");
        }
    }
    linked.service.close().await;
}

/// The style of pages has, in both colour schemes, enough contrast between what is read and what it stands on (WCAG 2.1 AA).
#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_can_be_told_from_what_it_stands_on_in_light_and_in_dark() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let (_, page) = linked.gets(&browser, &linked.link(Purpose::Stop), "").await;
    let style = page.split("rel=\"stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (_, style) = linked.gets(&browser, style, "").await;
    let (light, dark) = style.split_once("@media (prefers-color-scheme: dark)").expect("there is a dark scheme");
    for (scheme, colours) in [("light", light), ("dark", dark.split("\n}\n").next().unwrap())] {
        let colour = |name: &str| {
            let hex = colours.split(&format!("--{name}: #")).nth(1).unwrap_or_else(|| panic!("{scheme} has {name}"));
            luminance(&hex[..6])
        };
        for (read, on, least) in [
            ("ink", "paper", 7.0),
            ("ink", "card", 7.0),
            ("ink", "note", 7.0),
            ("quiet", "paper", 4.5),
            ("accent", "paper", 4.5),
            ("on-accent", "accent", 4.5),
            ("line", "card", 3.0),
        ] {
            let (one, other) = (colour(read), colour(on));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= least, "{scheme}: {read} on {on}: {contrast:.2}");
        }
    }
    linked.service.close().await;
}

/// How bright a colour is, by WCAG.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_answered_like_a_page_that_is_not_there_and_changes_nothing() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let before = linked.outbox();
    let (not_there, nothing) = linked.gets(&browser, "/nowhere", "").await;
    for purpose in Purpose::ALL {
        let path = linked.link(purpose);
        let (_, last) = path.split_at(path.len() - 1);
        let other = if last == "0" { "1" } else { "0" };
        let wrong = format!("{}{other}", &path[..path.len() - 1]);
        assert_eq!(linked.gets(&browser, &wrong, "").await, (not_there, nothing.clone()), "{purpose:?}");
        let nowhere = linked.posts(&browser, "/nowhere", "").await;
        assert_eq!(linked.posts(&browser, &wrong, "").await, nowhere, "{purpose:?}");
        // The code of one purpose opens no other.
        for other in Purpose::ALL.into_iter().filter(|other| *other != purpose) {
            let crossed = path.replace(&format!("/{}/", purpose.name()), &format!("/{}/", other.name()));
            assert_eq!(linked.gets(&browser, &crossed, "").await.0, not_there, "{purpose:?} as {other:?}");
        }
    }
    assert_eq!(linked.outbox(), before);
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_confirms_the_address_and_says_that_the_message_was_seen() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    assert!(!linked.outbox().confirmed);
    let confirm = linked.link(Purpose::Confirm);
    assert_eq!(linked.posts(&browser, &confirm, "").await.0, 200);
    assert!(linked.outbox().confirmed);
    assert_eq!(linked.posts(&browser, &confirm, "").await.0, 200, "again");

    let seen = |outbox: &Outbox| outbox.newest(MessageClass::SameDay).unwrap().acknowledged();
    assert!(!seen(&linked.outbox()));
    let link = linked.link(Purpose::Seen);
    assert_eq!(linked.posts(&browser, &link, "").await.0, 200);
    assert!(!seen(&linked.outbox()), "it has not gone yet");
    linked.is_sent().await;
    assert_eq!(linked.posts(&browser, &link, "").await.0, 200);
    assert!(seen(&linked.outbox()));
    assert_eq!(linked.posts(&browser, &link, "").await.0, 200, "again");
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_taken_as_they_are_chosen_and_only_languages_that_are_written_in_are_offered() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let path = linked.link(Purpose::Wishes);
    let (_, page) = linked.gets(&browser, &path, "en").await;
    let offered: Vec<&str> = page.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(offered, ["", "sv", "en"]);
    assert!(!page.contains("checked") && !page.contains("selected"), "what was chosen before is not told: {page}");
    for unclear in [
        "",
        "frequency=weekly",
        "language=en",
        "frequency=daily&language=en",
        "frequency=weekly&language=xx",
        "frequency=weekly&language=so",
    ] {
        assert_eq!(linked.posts(&browser, &path, unclear).await.0, 400, "{unclear}");
        assert_eq!(linked.outbox().preference, None, "{unclear}");
    }
    assert_eq!(linked.posts(&browser, &path, "frequency=monthly&language=en&plain=on").await.0, 200);
    let chosen = linked.outbox().preference.unwrap();
    assert_eq!(
        (chosen.frequency, chosen.language, chosen.plain_text),
        (DigestFrequency::Monthly, Language::English, true)
    );
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_be_told_of_any_pupil_is_asked_for_no_wishes_but_can_be_let_alone() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let (wishes, stop) = (linked.link(Purpose::Wishes), linked.link(Purpose::Stop));
    assert_eq!(linked.gets(&browser, &wishes, "").await.0, 200);
    let pupil = linked.house.casework.post().facts().children(linked.guardian)[0];
    linked.house.logs(pupil, Work::TellingWithheld { guardian: linked.guardian }).await;
    assert_eq!(linked.gets(&browser, &wishes, "").await, linked.gets(&browser, "/nowhere", "").await);
    let nowhere = linked.posts(&browser, "/nowhere", "").await;
    assert_eq!(linked.posts(&browser, &wishes, "frequency=monthly&language=en").await, nowhere);
    assert_eq!(linked.outbox().preference, None);
    assert_eq!(linked.posts(&browser, &stop, "").await.0, 200);
    assert!(linked.outbox().stopped);
    linked.service.close().await;
}

/// A guardian's link to their wishes is there as long as they may be told of a pupil, whichever way that ends; the link that ends
/// messages always is.
#[tokio::test(flavor = "multi_thread")]
async fn a_guardians_link_ends_when_they_may_no_longer_be_told_of_any_pupil_whichever_way_that_ends() {
    let ways = [
        "unlinked",
        "banned",
        "withheld",
        "guardian protected",
        "pupil protected",
        "18",
        "18, consent over",
        "18, consent withdrawn",
    ];
    for way in ways {
        let linked = Linked::new().await;
        let (browser, house, guardian) = (linked.house.browser(), &linked.house, linked.guardian);
        let (wishes, stop) = (linked.link(Purpose::Wishes), linked.link(Purpose::Stop));
        let pupil = house.casework.post().facts().children(guardian)[0];
        // A birthday on a day that every year has.
        let birthday = house.casework.today().iter_days().skip(1).find(|day| day.day() < 28).unwrap();
        let comes_of_age = async || {
            let born = birthday.with_year(birthday.year() - 18).unwrap();
            house.logs(pupil, Work::BirthDateRecorded { born }).await;
            let midnight = start_of_day(birthday) - house.casework.now();
            house.hands.pass_seconds(midnight.num_seconds() - 1);
            assert_eq!(linked.gets(&browser, &wishes, "").await.0, 200, "{way}: the second before");
            house.hands.pass_seconds(2);
        };
        let consents = async |days: i64| {
            let last_day = house.casework.today() + chrono::Duration::days(days);
            house.logs(pupil, Work::ConsentGiven { guardian, last_day }).await;
            assert_eq!(linked.gets(&browser, &wishes, "").await.0, 200, "{way}: consented");
        };
        assert_eq!(linked.gets(&browser, &wishes, "").await.0, 200, "{way}: before");
        match way {
            "unlinked" => house.logs(pupil, Work::GuardianUnlinked { guardian }).await,
            "banned" => house.logs(pupil, Work::ContactBanned { guardian }).await,
            "withheld" => house.logs(pupil, Work::TellingWithheld { guardian }).await,
            "guardian protected" => house.logs(pupil, Work::GuardianProtected { guardian }).await,
            "pupil protected" => {
                house.logs(pupil, Work::IdentityProtected { level: ProtectionLevel::MarkedSecret }).await;
            }
            "18" => comes_of_age().await,
            "18, consent over" => {
                comes_of_age().await;
                consents(0).await;
                house.hands.pass_minutes(24 * 60);
            }
            _ => {
                comes_of_age().await;
                consents(9).await;
                house.logs(pupil, Work::ConsentWithdrawn { guardian }).await;
            }
        }
        let (gone, nothing) = linked.gets(&browser, "/nowhere", "").await;
        assert_eq!(linked.gets(&browser, &wishes, "").await, (gone, nothing), "{way}");
        let nowhere = linked.posts(&browser, "/nowhere", "").await;
        assert_eq!(linked.posts(&browser, &wishes, "frequency=monthly&language=en").await, nowhere, "{way}");
        assert_eq!(linked.outbox().preference, None, "{way}");
        assert_eq!(linked.posts(&browser, &stop, "").await.0, 200, "{way}");
        linked.service.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_filled_in_is_still_there_when_something_was_forgotten_and_a_form_without_end_is_not_read() {
    let linked = Linked::new().await;
    let browser = linked.house.browser();
    let path = linked.link(Purpose::Wishes);
    let (status, page) = linked.posts(&browser, &path, "frequency=monthly&plain=on").await;
    assert_eq!(status, 400);
    assert!(page.contains("role=\"alert\"") && page.contains("value=\"monthly\" required checked>"), "{page}");
    assert!(page.contains("name=\"plain\" checked>") && !page.contains("selected"), "{page}");
    let (status, page) = linked.posts(&browser, &path, "language=en").await;
    assert_eq!(status, 400);
    assert!(page.contains("value=\"en\" lang=\"en\" dir=\"ltr\" selected>") && !page.contains("checked"), "{page}");
    let endless = format!("frequency=weekly&language=en&x={}", "x".repeat(20_000));
    assert_eq!(linked.posts(&browser, &path, &endless).await.0, 400);
    assert_eq!(linked.outbox().preference, None);
    // Whoever wants none is not told that one comes.
    let (status, page) = linked.posts(&browser, &(path + "?lang=en"), "frequency=off&language=sv").await;
    assert_eq!(status, 200);
    assert!(page.contains("no more digests") && !page.contains("<form"), "{page}");
    linked.service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_can_be_recorded_the_page_says_so_and_asks_again() {
    let mut linked = Linked::new().await;
    linked.service.close().await;
    linked.service = linked.house.open_without_chance().await;
    let browser = linked.house.browser();
    let before = linked.outbox();
    for purpose in Purpose::ALL {
        let path = linked.link(purpose);
        let asked = browser.client.post(linked.house.url(&path)).header("accept-language", "en");
        let answer = asked.body("frequency=off&language=sv").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"60".parse().unwrap()));
        let page = answer.text().await.unwrap();
        assert!(page.contains("It did not work just now") && page.contains("<form method=\"post\">"), "{page}");
    }
    assert_eq!(linked.outbox(), before);
    linked.service.close().await;
}
