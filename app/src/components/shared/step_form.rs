//! The form of a step.

use leptos::ev::SubmitEvent;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::client::browser::BrowserClient;
use leptos::server_fn::codec::{Json, PostUrl};
use leptos::server_fn::{Http, ServerFn};
use serde::de::DeserializeOwned;

use crate::server_fns::Outcome;
use crate::{AuthError, Flow};

/// A server function that a form of ours can be answered by.
pub(crate) trait StepFunction:
    ServerFn<
        Client = BrowserClient,
        Protocol = Http<PostUrl, Json>,
        Output = Outcome,
        Error = AuthError,
    > + DeserializeOwned
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<Function> StepFunction for Function where
    Function: ServerFn<
            Client = BrowserClient,
            Protocol = Http<PostUrl, Json>,
            Output = Outcome,
            Error = AuthError,
        > + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// A form that a server function answers, with what the server has to know about the page.
///
/// # Server rendering
/// A plain `<form method="post">`: it works without scripts, and while they load.
#[component]
pub(crate) fn StepForm<Form>(
    /// What sends it.
    action: ServerAction<Form>,
    /// Where the component is mounted, and where it leads.
    flow: Flow,
    /// Its class.
    #[prop(default = "thyra-form")]
    class: &'static str,
    /// Keeps it from being sent, beyond a form that is under way already.
    #[prop(optional, into)]
    is_blocked: Signal<bool>,
    /// Its content.
    children: Children,
) -> impl IntoView
where
    Form: StepFunction,
{
    let pending = action.pending();
    // In the capture phase: the form's own listener reads the prevented default and stays idle.
    let refuse_a_second_time = move |event: SubmitEvent| {
        if pending.get_untracked() || is_blocked.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <ActionForm action=action attr:class=class attr:novalidate=true attr:data-thyra-part="form" on:submit:capture=refuse_a_second_time>
            {flow
                .fields()
                .into_iter()
                .map(|(name, value)| view! { <input class="thyra-hidden" type="hidden" name=name value=value/> })
                .collect_view()}
            {children()}
        </ActionForm>
    }
}
