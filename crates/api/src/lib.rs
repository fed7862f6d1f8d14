//! The GraphQL schema and the HTTP service. Resolvers decide nothing: they take what `casework` has let through.

mod graphql;
mod http;
#[cfg(feature = "testing")]
mod in_process;
mod letters;
mod page;
mod sign_in;

pub use graphql::sdl;
pub use http::{Bound, Readiness, bind};
#[cfg(feature = "testing")]
pub use in_process::InProcess;
pub use letters::{Letters, Reads, Writer};
pub use sign_in::{
    Account, AccountBook, AccountError, Authenticator, Chance, DemoMail, DemoMails, DemoTokens, IntegrationSettings,
    Keep, KeepError, Means, Origin, PasswordError, ProviderSettings, SessionLimits, SettingsError, SignInError,
    SignInSettings, forget_sessions, hash_password, sessions_of,
};
