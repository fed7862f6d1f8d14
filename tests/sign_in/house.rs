//! A service with real sign-in, a member of staff, and a browser.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use api::{
    Account, AccountBook, Authenticator, Chance, IntegrationSettings, Keep, Letters, Means, Origin, ProviderSettings,
    SessionLimits, SignInSettings, bind, hash_password,
};
use casework::{Casework, Clock, Created};
use chrono::{DateTime, TimeZone, Utc};
use domain::actor::{Actor, Grant, Role};
use domain::command::{Command, GuardianChoice, WorkToLog};
use domain::event::Work;
use domain::event::pupil::Guardianship;
use domain::id::{GuardianId, PupilId, StaffId};
use domain::personal::Personal;
use domain::spec::cast::{placed, school_details, year_2019};
use domain::words::{Name, Note};
use futures::future::BoxFuture;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use storage::{EventLog, MemoryLog, TraceNumber};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const SESSION: &str = "__Host-mentorlog";

macro_rules! created {
    ($receipt:expr, $kind:ident) => {
        $receipt.created.iter().find_map(|c| if let Created::$kind(id) = c { Some(*id) } else { None }).unwrap()
    };
}

/// A clock that stands still until it is moved. Whoever waits by it is woken when it has been.
pub(crate) struct Hands(AtomicI64, watch::Sender<()>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn pause(&self, _: std::time::Duration) -> BoxFuture<'_, ()> {
        let mut moved = self.1.subscribe();
        Box::pin(async move {
            let _ = moved.changed().await;
        })
    }
}

impl Hands {
    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.pass_seconds(minutes * 60);
    }

    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::Relaxed);
        self.1.send_replace(());
    }
}

/// A small file in memory.
#[derive(Default)]
pub(crate) struct Paper(Mutex<(u128, Option<Vec<u8>>)>, AtomicBool);

impl Paper {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().1.clone().unwrap_or_default()).unwrap()
    }

    /// From now on it can, or cannot, be written on.
    pub(crate) fn refuse(&self, refuse: bool) {
        self.1.store(refuse, Ordering::Relaxed);
    }
}

impl Keep for Paper {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().1.clone())
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        if self.1.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut paper = self.0.lock().unwrap();
        *paper = (paper.0 + 1, Some(bytes.to_vec()));
        Ok(())
    }

    fn stamp(&self) -> io::Result<u128> {
        Ok(self.0.lock().unwrap().0)
    }
}

/// Chance that is the same in every run.
pub(crate) fn chance() -> Chance {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Arc::new(|| Some(*blake3::hash(&NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes()).as_bytes()))
}

/// What stays when the service is started again.
pub(crate) struct House {
    pub(crate) hands: Arc<Hands>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) casework: Arc<Casework>,
    pub(crate) staff: StaffId,
    pub(crate) accounts: Arc<Paper>,
    pub(crate) sessions: Arc<Paper>,
    pub(crate) settings: SignInSettings,
    /// How guardians are written to.
    pub(crate) letters: Letters,
    address: SocketAddr,
    listener: Mutex<Option<TcpListener>>,
}

/// The running service.
pub(crate) struct Service {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl House {
    /// A house whose one member of staff, a mentor, has a local account.
    pub(crate) async fn new() -> Self {
        // The moment is of no account, except that a real provider goes by the real time.
        let hands = Arc::new(Hands(AtomicI64::new(Utc::now().timestamp_millis()), watch::Sender::default()));
        let log = Arc::new(MemoryLog::new().unwrap());
        let casework =
            Casework::open(Arc::<MemoryLog>::clone(&log), [7; 32], Arc::<Hands>::clone(&hands)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let staff = employ(&casework, &hands).await;
        let house = Self {
            settings: SignInSettings {
                origin: Origin::parse(&format!("http://{address}")).unwrap(),
                proxies: vec![],
                limits: SessionLimits::minutes(30, 600).unwrap(),
                local_accounts: true,
                provider: None,
                integrations: None,
            },
            letters: Letters::default(),
            hands,
            log,
            casework,
            staff,
            accounts: Arc::default(),
            sessions: Arc::default(),
            address,
            listener: Mutex::new(Some(listener)),
        };
        let hash = hash_password(PASSWORD, &chance()).unwrap();
        house.change_accounts(|book| book.add(Account::new("anna", staff, Means::Password { hash }).unwrap()).unwrap());
        house
    }

    /// The same, with this provider, which knows the mentor as `anna`.
    pub(crate) async fn with_provider(issuer: &str) -> Self {
        let mut house = Self::new().await;
        house.settings.provider = Some(ProviderSettings {
            name: "Skolinloggning".to_owned(),
            issuer: issuer.to_owned(),
            client_id: "mentorlog".to_owned(),
            client_secret: "invented & only for tests".to_owned().into(),
            acr: vec!["loa3".to_owned()],
            algorithms: vec!["ES256".to_owned()],
        });
        let means = Means::Provider { issuer: issuer.to_owned(), subject: "anna".to_owned() };
        house.change_accounts(|book| book.add(Account::new("anna@skolan", house.staff, means).unwrap()).unwrap());
        house
    }

    /// The same, with an issuer of systems' tokens, which knows the attendance system as `narvaro`.
    pub(crate) async fn with_systems(issuer: &str) -> Self {
        let mut house = Self::new().await;
        house.settings.integrations = Some(IntegrationSettings {
            issuer: issuer.to_owned(),
            audience: "mentorlog".to_owned(),
            algorithms: vec!["ES256".to_owned()],
            longest: IntegrationSettings::longest_minutes(60).unwrap(),
        });
        let means = Means::System { issuer: issuer.to_owned(), subject: "narvaro".to_owned() };
        house.change_accounts(|book| book.add(Account::new("narvaro", house.staff, means).unwrap()).unwrap());
        house
    }

    pub(crate) fn change_accounts(&self, change: impl FnOnce(&mut AccountBook)) {
        let mut book = AccountBook::read(&*self.accounts).unwrap();
        change(&mut book);
        book.write(&*self.accounts).unwrap();
    }

    /// Gives the mentor's local account a password: also the one that it has.
    pub(crate) fn set_password(&self, account: &str, password: &str) {
        let hash = hash_password(password, &chance()).unwrap();
        self.change_accounts(|book| book.set_password(account, hash).unwrap());
    }

    /// Gives the mentor one more local account, with the same password. Its name.
    pub(crate) fn another_account(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = format!("anna {}", NEXT.fetch_add(1, Ordering::Relaxed));
        let hash = hash_password(PASSWORD, &chance()).unwrap();
        let account = Account::new(&name, self.staff, Means::Password { hash }).unwrap();
        self.change_accounts(|book| book.add(account).unwrap());
        name
    }

    pub(crate) fn disable(&self, account: &str) {
        self.change_accounts(|book| book.disable(account, self.hands.now()).unwrap());
    }

    /// Starts the service; started again, it listens where it did before.
    pub(crate) async fn open(&self) -> Service {
        self.open_with(chance()).await
    }

    /// The same, where nothing new can be named.
    pub(crate) async fn open_without_chance(&self) -> Service {
        self.open_with(Arc::new(|| None)).await
    }

    async fn open_with(&self, chance: Chance) -> Service {
        // The port was free a moment ago: the one before has just closed it.
        let held = self.listener.lock().unwrap().take();
        drop(held);
        let bound = bind(self.address).await.unwrap().writing(self.letters.clone());
        let authenticator = Authenticator::new(
            &self.settings,
            Arc::<Paper>::clone(&self.accounts),
            Arc::<Paper>::clone(&self.sessions),
            chance,
        );
        let authenticator = Arc::new(authenticator.unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let casework = Arc::clone(&self.casework);
        let task = tokio::spawn(async move {
            let ready = Arc::new(|| Ok(()));
            bound.serve(Arc::clone(&casework), Arc::clone(&authenticator), ready, shutdown).await.unwrap();
            authenticator.close(&casework).await;
        });
        Service { stop, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Browser { own: format!("http://{}", self.address), client, jar: Vec::new() }
    }

    /// A browser whose user has signed in with the local account.
    pub(crate) async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("anna", PASSWORD).await;
        assert_eq!(answer.status(), 303);
        browser
    }

    /// A guardian, and the path of the link that ends messages to them.
    pub(crate) async fn guardian(&self) -> (GuardianId, String) {
        let school = created!(self.does(3, Command::RegisterSchool(school_details("LJU"))).await, School);
        let (placement, from) = (placed("7A"), "2019-08-20".parse().unwrap());
        self.does(4, Command::SetSchoolYear { school, year: year_2019() }).await;
        let name = Personal::new(Name::try_new("Kim Exempel").unwrap());
        let enrol = Command::EnrolPupil { pupil: None, school, name: name.clone(), placement, from, protection: None };
        let pupil = created!(self.does(5, enrol).await, Pupil);
        let email = Some(Personal::new(domain::words::ContactDetail::try_new("alex@home.example").unwrap()));
        let guardian = GuardianChoice::New { name, phone: None, email };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        let guardian = created!(self.does(6, link).await, Guardian);
        let born = self.casework.now().date_naive() - chrono::Days::new(14 * 365);
        self.logs(pupil, Work::BirthDateRecorded { born }).await;
        let code = self.casework.post().link_code(casework::post::Purpose::Stop, guardian).unwrap();
        (guardian, format!("/stop/{code}"))
    }

    /// Another guardian of the same pupil.
    pub(crate) async fn another_guardian(&self, email: &str) -> GuardianId {
        let name = Personal::new(Name::try_new("Sam Exempel").unwrap());
        let facts = self.casework.post().facts();
        let pupil = facts.children(facts.guardians()[0].0)[0];
        let email = Some(Personal::new(domain::words::ContactDetail::try_new(email).unwrap()));
        let guardian = GuardianChoice::New { name, phone: None, email };
        let link = Command::LinkGuardian { pupil, guardian, guardianship: Guardianship::Custodian, household: None };
        created!(self.does(7, link).await, Guardian)
    }

    /// Logs work, with the reason that some kinds need.
    pub(crate) async fn logs(&self, pupil: PupilId, work: Work) {
        static NEXT: AtomicU64 = AtomicU64::new(1_000);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let reasoned = matches!(work, Work::TellingWithheld { .. } | Work::GuardianUnlinked { .. });
        let note = reasoned.then(|| Personal::new(Note::try_new("Skäl.").unwrap()));
        let logged = WorkToLog { pupil, with: Vec::new(), occurred: None, work, minutes: None, note };
        self.does(number, Command::LogWork(logged)).await;
    }

    async fn does(&self, number: u64, command: Command) -> casework::Receipt {
        let millis = u64::try_from(self.hands.now().timestamp_millis()).unwrap();
        let id = format!("{millis:012x}70008000{number:012x}").parse().unwrap();
        self.casework.execute(Actor::Setup, command, id).await.unwrap()
    }

    /// What stands on record as a number, oldest first: what was refused, how often, and from where.
    pub(crate) async fn more_refused(&self) -> Vec<(String, u64, String)> {
        let traces = self.log.read_traces(TraceNumber(0), 1_000).await.unwrap();
        let told = traces.iter().filter_map(|trace| {
            let storage::PartContent::Present(subjects) = &trace.subjects.content else { panic!("sealed for good") };
            let subjects: Value = serde_json::from_slice(subjects).unwrap();
            let more = subjects.get("more")?;
            assert!(more["fromMicros"].as_i64() <= more["untilMicros"].as_i64(), "{more}");
            let (what, from) = (subjects["account"].as_str().unwrap(), more["address"].as_str().unwrap());
            Some((what.to_owned(), more["times"].as_u64().unwrap(), from.to_owned()))
        });
        told.collect()
    }

    /// What the traces of sign-ins say, oldest first: operation, actor, whether refused, account.
    pub(crate) async fn traces(&self) -> Vec<(String, String, bool, Option<String>)> {
        let traces = self.log.read_traces(TraceNumber(0), 1_000).await.unwrap();
        let told = traces.iter().map(|trace| {
            let open: Value = serde_json::from_slice(&trace.open).unwrap();
            let storage::PartContent::Present(subjects) = &trace.subjects.content else { panic!("sealed for good") };
            let subjects: Value = serde_json::from_slice(subjects).unwrap();
            (
                open["operation"].as_str().unwrap().to_owned(),
                open["actor"].as_str().unwrap().to_owned(),
                open["refused"].as_bool().unwrap(),
                subjects["account"].as_str().map(str::to_owned),
            )
        });
        told.collect()
    }
}

impl Service {
    pub(crate) async fn close(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap();
    }
}

async fn employ(casework: &Casework, hands: &Hands) -> StaffId {
    let id = |number: u64| {
        let millis = u64::try_from(hands.now().timestamp_millis()).unwrap();
        format!("{millis:012x}70008000{number:012x}").parse().unwrap()
    };
    let name = Personal::new(Name::try_new("Anna Testsson").unwrap());
    let joined = casework.execute(Actor::Setup, Command::JoinStaff { name }, id(1)).await.unwrap();
    let staff = joined.created.iter().find_map(|c| if let Created::Staff(id) = c { Some(*id) } else { None }).unwrap();
    let grant = Grant { role: Role::Administrator, school: None, committee: None };
    casework.execute(Actor::Setup, Command::GrantRole { staff, grant }, id(2)).await.unwrap();
    staff
}

/// A browser: keeps cookies, says where a request comes from, does not follow redirects by itself.
pub(crate) struct Browser {
    own: String,
    pub(crate) client: Client,
    pub(crate) jar: Vec<(String, String)>,
}

impl Browser {
    fn with_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            self.jar.retain(|(held, _)| held != name);
            if !cookie.contains("Max-Age=0") {
                self.jar.push((name.to_owned(), rest.split(';').next().unwrap().to_owned()));
            }
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.own)).header("sec-fetch-site", "same-origin");
        let answer = self.with_cookies(request).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    /// A POST of a form, from a page of this site.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.own));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        self.with_cookies(request.header("sec-fetch-site", "same-origin").header("origin", &self.own))
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let answer = self.form(path, fields).send().await.unwrap();
        self.keep(&answer);
        answer
    }

    /// Fills in the form for local accounts and sends it.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Response {
        let page = self.get("/sign-in").await.text().await.unwrap();
        let token = hidden_token(&page);
        self.post("/sign-in/local", &[("token", &token), ("name", name), ("password", password)]).await
    }

    /// The token that requests of this session must carry.
    pub(crate) async fn csrf_token(&mut self) -> Option<String> {
        let answer = self.get("/sign-in/session").await;
        let body: Value = answer.error_for_status().ok()?.json().await.unwrap();
        body["csrfToken"].as_str().map(str::to_owned)
    }

    /// A question as a page of this site asks it.
    pub(crate) fn question(&self, token: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}/graphql", self.own)).json(&json!({"query": "{viewer{name}}"}));
        self.with_cookies(request).header("sec-fetch-site", "same-origin").header("x-csrf-token", token)
    }

    /// The name that the service knows its user by; `None`: nobody is signed in.
    pub(crate) async fn name(&mut self) -> Option<String> {
        let token = self.csrf_token().await?;
        let answer: Value = self.question(&token).send().await.unwrap().json().await.unwrap();
        answer["data"]["viewer"]["name"].as_str().map(str::to_owned)
    }
}

pub(crate) fn hidden_token(page: &str) -> String {
    let after = page.split(r#"name="token" value=""#).nth(1).unwrap_or_else(|| panic!("no form: {page}"));
    after.split('"').next().unwrap().to_owned()
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Response) -> String {
    answer.headers().get(LOCATION).expect("a redirect").to_str().unwrap().to_owned()
}
