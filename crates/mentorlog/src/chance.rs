//! The one place that asks the system for random bits: tokens and names of commands, never what the demo shows.

use domain::id::CommandId;

use crate::hex::hex;

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub(crate) struct NoChance;

/// Random bytes from the system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

/// The system's random bits, for those who are handed them.
pub(crate) fn of_system() -> api::Chance {
    std::sync::Arc::new(|| bytes().ok())
}

/// 256 random bits in hexadecimal digits: a bearer token.
pub(crate) fn token() -> Result<String, NoChance> {
    Ok(hex(&bytes::<32>()?))
}

/// A fresh command id, made at a moment in milliseconds since 1970.
pub(crate) fn command_id(millis: i64) -> Result<CommandId, NoChance> {
    command_id_from(millis, bytes()?).ok_or(NoChance)
}

/// The command id (UUID version 7) with this time and these random bits.
pub(crate) fn command_id_from(millis: i64, bits: [u8; 10]) -> Option<CommandId> {
    let millis = u64::try_from(millis).ok()?;
    CommandId::new(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
}
