//! Who asks. In the demo: bearer tokens that are printed. Otherwise a person signs in at the authority's own provider
//! (OpenID Connect) or with a local account, and carries an opaque session; a system carries a signed token of its own.
//!
//! Nobody's rights come from here: a sign-in says which member of staff asks, and the log says what they may see.

mod accounts;
mod authenticator;
mod cookie;
mod cross_site;
mod demo;
mod fetch;
mod integration;
mod keep;
mod pages;
mod password;
mod provider;
mod refusals;
mod render;
mod seen;
mod sessions;
mod settings;
mod throttle;
mod token;
mod turns;
mod typed;
mod verifier;

pub use accounts::{Account, AccountBook, AccountError, Means};
pub(crate) use authenticator::{Authenticated, Refused};
pub use authenticator::{Authenticator, SignInError};
pub use demo::{DemoMail, DemoMails, DemoTokens};
pub use keep::{Keep, KeepError};
pub use password::{PasswordError, hash as hash_password};
pub use sessions::{forget_sessions, sessions_of};
pub use settings::{IntegrationSettings, Origin, ProviderSettings, SessionLimits, SettingsError, SignInSettings};
pub(crate) use throttle::network;
pub use token::Chance;
