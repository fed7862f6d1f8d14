//! How every command is carried out, and what its payload says.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject};
use casework::Created;
use domain::command::Command;
use domain::id::{CommandId, GuardianId, PupilId, SchoolId, StaffId};
use domain::refusal::{Code, Refusal};

use crate::graphql::error::UserError;
use crate::graphql::session::{Session, session};
use crate::graphql::types::guardian::Guardian;
use crate::graphql::types::pupil::Pupil;
use crate::graphql::types::school::School;
use crate::graphql::types::staff::Staff;

/// What was recorded: ids and a position only, so that the same answer can be given again.
#[derive(SimpleObject, Clone)]
pub(crate) struct Receipt {
    /// Place in the log of the last event recorded, as text.
    position: String,
    /// The events that were recorded.
    event_ids: Vec<ID>,
    /// Ids of what came into being, each starting with its kind.
    created_ids: Vec<ID>,
    /// Whether the same command had been carried out before; then nothing was recorded now.
    already: bool,
}

impl From<&casework::Receipt> for Receipt {
    fn from(receipt: &casework::Receipt) -> Self {
        Self {
            position: receipt.position.to_string(),
            event_ids: receipt.events.iter().map(|id| id.to_string().into()).collect(),
            created_ids: receipt.created.iter().map(|created| created_id(*created)).collect(),
            already: receipt.already,
        }
    }
}

fn created_id(created: Created) -> ID {
    match created {
        Created::School(id) => id.to_string().into(),
        Created::Staff(id) => id.to_string().into(),
        Created::Pupil(id) => id.to_string().into(),
        Created::Enrolment(id) => id.to_string().into(),
        Created::Guardian(id) => id.to_string().into(),
        Created::Assignment(id) => id.to_string().into(),
    }
}

/// A mutation's input.
pub(super) trait CommandInput: Send {
    /// What the command is about, shown again in the payload.
    type About: About;

    /// The name that the client gave the command.
    fn command_id(&self) -> &ID;

    /// The command, and what it is about when that is known already.
    fn command(self) -> Result<(Command, Option<Self::About>), Refusal>;
}

/// The id of something that a command can be about.
pub(super) trait About: Copy + Send {
    /// The thing as the schema shows it.
    type Node;

    /// The id, when this is such a thing.
    fn created(created: Created) -> Option<Self>;

    /// The thing, if the asker may see it.
    fn node(self, session: &Session) -> Option<Self::Node>;
}

macro_rules! about {
    ($id:ty, $kind:ident, $node:ty) => {
        impl About for $id {
            type Node = $node;

            fn created(created: Created) -> Option<Self> {
                if let Created::$kind(id) = created { Some(id) } else { None }
            }

            fn node(self, session: &Session) -> Option<Self::Node> {
                <$node>::find(session, self, session.reader().now())
            }
        }
    };
}

about!(SchoolId, School, School);
about!(StaffId, Staff, Staff);
about!(PupilId, Pupil, Pupil);
about!(GuardianId, Guardian, Guardian);

/// What came of a command.
pub(super) struct Outcome<T> {
    pub(super) receipt: Option<Receipt>,
    pub(super) about: Option<T>,
    pub(super) errors: Vec<UserError>,
}

/// Carries the command out. It is seen through even when the client hangs up meanwhile: half a command does not happen.
pub(super) async fn carry_out<I: CommandInput>(context: &Context<'_>, input: I) -> Result<Outcome<I::About>> {
    let session = session(context)?;
    Ok(match attempt(session, input).await {
        Ok((receipt, about)) => {
            let created = || receipt.created.iter().copied().find_map(I::About::created);
            let about = about.or_else(created);
            Outcome { receipt: Some((&receipt).into()), about, errors: Vec::new() }
        }
        Err(refusal) => Outcome { receipt: None, about: None, errors: vec![UserError::new(refusal, session.language)] },
    })
}

async fn attempt<I: CommandInput>(
    session: &Session,
    input: I,
) -> Result<(casework::Receipt, Option<I::About>), Refusal> {
    let id: CommandId = input.command_id().parse().map_err(|_| Refusal::at(Code::CommandIdInvalid, "commandId"))?;
    let (command, about) = input.command()?;
    let (casework, actor) = (Arc::clone(session.casework()), session.actor);
    let running = tokio::spawn(async move { casework.execute(actor, command, id).await });
    let receipt = running.await.map_err(|_| Refusal::new(Code::Internal))??;
    session.renew();
    Ok((receipt, about))
}

/// Payload types, and the mutations that answer with them.
macro_rules! mutations {
    (
        $(#[doc = $root_doc:literal])+ $root:ident, $about:ty => $node:ident: $node_type:ty;
        $( $(#[doc = $doc:literal])+ $name:ident($input:ident) -> $payload:ident; )+
    ) => {
        $(#[doc = $root_doc])+
        #[derive(Default)]
        pub(crate) struct $root;

        #[async_graphql::Object]
        impl $root {
            $(
                $(#[doc = $doc])+
                async fn $name(
                    &self,
                    context: &async_graphql::Context<'_>,
                    #[graphql(desc = "What is to be done, and the name that the client gives it.")] input: $input,
                ) -> async_graphql::Result<$payload> {
                    $crate::graphql::mutation::outcome::carry_out(context, input).await.map($payload)
                }
            )+
        }

        $(
            /// What came of the command: a receipt, or the reasons why it was refused.
            pub(crate) struct $payload($crate::graphql::mutation::outcome::Outcome<$about>);

            /// What came of the command: a receipt, or the reasons why it was refused.
            #[async_graphql::Object]
            impl $payload {
                /// What was recorded; null when the command was refused.
                async fn receipt(&self) -> Option<$crate::graphql::mutation::outcome::Receipt> {
                    self.0.receipt.clone()
                }

                /// What the command was about, as it is now; null when it was refused or may not be seen.
                async fn $node(
                    &self,
                    context: &async_graphql::Context<'_>,
                ) -> async_graphql::Result<Option<$node_type>> {
                    let session = $crate::graphql::session::session(context)?;
                    Ok(self.0.about.and_then(|about| {
                        $crate::graphql::mutation::outcome::About::node(about, session)
                    }))
                }

                /// Why the command was refused; empty when it was carried out.
                async fn user_errors(&self) -> Vec<$crate::graphql::error::UserError> {
                    self.0.errors.clone()
                }
            }
        )+
    };
}
pub(super) use mutations;
