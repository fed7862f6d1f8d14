//! The configuration file: TOML, without secrets in it. Secrets lie in files of their own, which it names.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use api::{IntegrationSettings, Origin, ProviderSettings, SessionLimits, SettingsError, SignInSettings};
use digest::{Relay, RelaySettings, Security, Sender, SigningKey};
use domain::words::Language;
use serde::Deserialize;
use storage::RealDisk;
use storage::disk::read_file;
use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};
use crate::folder::Folder;

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: SocketAddr,
    origin: String,
    data: PathBuf,
    keys: Option<PathBuf>,
    #[serde(rename = "master_key_file")]
    master_key: PathBuf,
    #[serde(default)]
    trusted_proxies: Vec<IpAddr>,
    #[serde(default)]
    sign_in: SignIn,
    digest: Option<DigestFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DigestFile {
    from: String,
    bounces_at: String,
    /// Where mail that comes back is delivered: a folder in the form of Maildir.
    bounces: Option<PathBuf>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default = "usual_rate")]
    most_a_minute: u32,
    folder: Option<PathBuf>,
    relay: Option<RelayFile>,
    dkim: Option<DkimFile>,
}

/// Messages a minute to one domain that a receiver usually takes from a sender it does not know.
const fn usual_rate() -> u32 {
    60
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DkimFile {
    domain: String,
    selector: String,
    key_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelayFile {
    host: String,
    port: u16,
    security: SecurityName,
    username: Option<String>,
    password_file: Option<PathBuf>,
    authority_file: Option<PathBuf>,
    #[serde(default = "usual_patience")]
    patience_seconds: u64,
}

/// Seconds that a relay may take for each answer (RFC 5321, 4.5.3.2, asks for some minutes; a digest can wait for the next round).
const fn usual_patience() -> u64 {
    60
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SecurityName {
    Tls,
    Starttls,
    OnThisMachine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignIn {
    idle_minutes: u32,
    absolute_minutes: u32,
    local_accounts: bool,
    provider: Option<Provider>,
    integrations: Option<Integrations>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_minutes: 10 * 60, local_accounts: false, provider: None, integrations: None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    name: String,
    issuer: String,
    client_id: String,
    client_secret_file: PathBuf,
    acr: Vec<String>,
    #[serde(default = "usual_algorithms")]
    algorithms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Integrations {
    issuer: String,
    audience: String,
    #[serde(default = "usual_algorithms")]
    algorithms: Vec<String>,
    #[serde(default = "usual_longest")]
    longest_minutes: u32,
}

/// The longest that a system's token may be good for.
const fn usual_longest() -> u32 {
    60
}

/// What nearly every provider signs with.
fn usual_algorithms() -> Vec<String> {
    ["RS256", "PS256", "ES256"].map(str::to_owned).to_vec()
}

/// A configuration that has been read and checked.
pub(crate) struct Settings {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The log and its keys.
    pub(crate) folder: Folder,
    /// The file of the master key.
    pub(crate) master_key: PathBuf,
    /// Who may sign in, and how.
    pub(crate) sign_in: SignInSettings,
    /// How guardians are written to; `None`: they are not.
    pub(crate) digest: Option<DigestSettings>,
}

/// How guardians are written to.
#[derive(Clone)]
pub(crate) struct DigestSettings {
    /// Who sends.
    pub(crate) sender: Sender,
    /// Who carries.
    pub(crate) carrier: Carrier,
    /// The folder that mail which comes back is delivered into; `None`: nobody looks at it.
    pub(crate) bounces: Option<PathBuf>,
}

/// Who carries messages.
#[derive(Clone)]
pub(crate) enum Carrier {
    /// The authority's relay.
    Relay(RelaySettings),
    /// Nobody: they are written into a folder.
    Folder(PathBuf),
}

fn digest(held: DigestFile, origin: &str) -> Result<DigestSettings, Failure> {
    let wrong = |why: &str| Failure::new(Exit::Failed, why);
    let from = held
        .from
        .parse()
        .map_err(|_| wrong("`digest.from` must be an address such as `Skolan <no-reply@example.se>`"))?;
    if !is_domain(&held.bounces_at) {
        return Err(wrong("`digest.bounces_at` must be a domain such as `mentor.example.se`"));
    }
    if held.most_a_minute == 0 {
        return Err(wrong("`digest.most_a_minute` must be at least 1"));
    }
    let carrier = match (held.relay, held.folder) {
        (Some(relay), None) if !PATIENCE.contains(&relay.patience_seconds) => {
            return Err(wrong("`digest.relay.patience_seconds` must be 5 to 120"));
        }
        // Links in messages let whoever has them do something: they go over no open net.
        (Some(_), None) if !origin.starts_with("https://") => {
            return Err(wrong("`origin` must begin with https:// where guardians are written to: links begin with it"));
        }
        (Some(relay), None) => Carrier::Relay(RelaySettings {
            host: relay.host,
            port: relay.port,
            security: match relay.security {
                SecurityName::Tls => Security::Tls,
                SecurityName::Starttls => Security::StartTls,
                SecurityName::OnThisMachine => Security::OnThisMachine,
            },
            patience: std::time::Duration::from_secs(relay.patience_seconds),
            authority: match relay.authority_file {
                Some(file) => Some(
                    read_file(&RealDisk, &file).map_err(|error| Failure::from(error).while_doing(file.display()))?,
                ),
                None => None,
            },
            credentials: match (relay.username, relay.password_file) {
                (Some(name), Some(file)) => Some((name, secret(&file)?.to_string())),
                (None, None) => None,
                (Some(_), None) | (None, Some(_)) => {
                    return Err(wrong("`digest.relay` needs both `username` and `password_file`, or neither"));
                }
            },
        }),
        (None, Some(folder)) => Carrier::Folder(folder),
        (Some(_), Some(_)) | (None, None) => return Err(wrong("`digest` needs a `relay` or a `folder`, one of them")),
    };
    let site = origin.trim_end_matches('/').to_owned();
    let signing = held.dkim.as_ref().map(signing).transpose()?;
    let languages = languages(&held.languages)?;
    let most_a_minute = held.most_a_minute;
    if let Carrier::Relay(relay) = &carrier {
        Relay::new(relay).map_err(|error| Failure::new(Exit::Failed, error))?;
    }
    let sender = Sender { from, bounces_at: held.bounces_at, site, languages, most_a_minute, signing };
    Ok(DigestSettings { sender, carrier, bounces: held.bounces })
}

/// The key that messages are signed with. Both names stand in a header as they are written here.
fn signing(held: &DkimFile) -> Result<SigningKey, Failure> {
    if !is_domain(&held.domain) {
        return Err(Failure::new(Exit::Failed, "`digest.dkim.domain` must be a domain such as `example.se`"));
    }
    if !held.selector.split('.').all(is_label) {
        let why = "`digest.dkim.selector` must be letters, digits and hyphens, such as `mentorlog2026`";
        return Err(Failure::new(Exit::Failed, why));
    }
    let of_file = |failure: Failure| failure.while_doing(format!("`digest.dkim.key_file` {}", held.key_file.display()));
    let key = read_secret(&held.key_file).map_err(of_file)?;
    SigningKey::read(&held.domain, &held.selector, &key).map_err(|error| of_file(Failure::new(Exit::Failed, error)))
}

/// Seconds that a relay may be given for each answer.
const PATIENCE: std::ops::RangeInclusive<u64> = 5..=120;

fn is_domain(text: &str) -> bool {
    text.len() <= 200 && text.contains('.') && text.split('.').all(is_label)
}

/// One part of a domain's name.
fn is_label(label: &str) -> bool {
    let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
}

/// Languages to switch on. That one is on whose texts no speaker has checked is said at each start.
fn languages(codes: &[String]) -> Result<Vec<Language>, Failure> {
    let known = |code: &String| {
        let why = || Failure::new(Exit::Failed, format!("`digest.languages`: no language `{code}` can be written"));
        Language::from_code(code).ok_or_else(why)
    };
    let languages = codes.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    for language in languages.iter().filter(|language| !digest::is_checked(**language)) {
        tracing::warn!("guardians are written to in `{}`, whose texts no speaker has checked", language.code());
    }
    Ok(languages)
}

impl Settings {
    /// Reads and checks everything that can be checked without the network and without opening the log.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let bytes = read_file(&RealDisk, path).map_err(|error| Failure::from(error).while_doing(&shown))?;
        let text = String::from_utf8(bytes).map_err(|_| Failure::new(Exit::Failed, format!("{shown}: not UTF-8")))?;
        let file: File = toml::from_str(&text)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string().trim_end()).while_doing(&shown))?;
        Self::checked(file).map_err(|failure| failure.while_doing(&shown))
    }

    fn checked(file: File) -> Result<Self, Failure> {
        storage::MasterKey::check_apart(&file.data, &file.master_key)?;
        if !file.listen.ip().is_loopback() && file.trusted_proxies.is_empty() {
            let why =
                "`listen` is not on this machine, so `trusted_proxies` must name the proxy that ends TLS before it";
            return Err(Failure::new(Exit::Failed, why));
        }
        let sign_in = file.sign_in;
        Ok(Self {
            listen: file.listen,
            digest: file.digest.map(|held| digest(held, &file.origin)).transpose()?,
            folder: Folder { data: file.data, keys: file.keys },
            master_key: file.master_key,
            sign_in: SignInSettings {
                origin: Origin::parse(&file.origin)?,
                proxies: file.trusted_proxies,
                limits: SessionLimits::minutes(sign_in.idle_minutes, sign_in.absolute_minutes)?,
                local_accounts: sign_in.local_accounts,
                provider: sign_in.provider.map(provider).transpose()?,
                integrations: sign_in.integrations.map(integrations).transpose()?,
            },
        })
    }
}

fn provider(held: Provider) -> Result<ProviderSettings, Failure> {
    Ok(ProviderSettings {
        client_secret: secret(&held.client_secret_file)?,
        name: held.name,
        issuer: held.issuer,
        client_id: held.client_id,
        acr: held.acr,
        algorithms: held.algorithms,
    })
}

fn integrations(held: Integrations) -> Result<IntegrationSettings, Failure> {
    let longest = IntegrationSettings::longest_minutes(held.longest_minutes)?;
    Ok(IntegrationSettings { issuer: held.issuer, audience: held.audience, algorithms: held.algorithms, longest })
}

/// A secret from its file, without the line's end.
fn secret(path: &Path) -> Result<Zeroizing<String>, Failure> {
    read_secret(path).map_err(|failure| failure.while_doing(path.display()))
}

/// The same, where the caller says which file it is.
fn read_secret(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = String::from_utf8(read_file(&RealDisk, path)?).map_err(|_| Failure::new(Exit::Failed, "not UTF-8"))?;
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::new(Exit::Failed, error)
    }
}
