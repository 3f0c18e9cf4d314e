//! The form of a step.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::lean::{Content, IntoLean};
use crate::{Flow, FormAction};

/// A form that a server function answers, with what the server has to know about the page.
///
/// ```
/// use leptos::prelude::*;
/// use thyra::components::StepForm;
/// use thyra::server_fns::SubmitPassword;
/// use thyra::{Flow, use_sign_in_form};
///
/// #[component]
/// fn PasswordOnly() -> impl IntoView {
///     let action = use_sign_in_form::<SubmitPassword>();
///     view! {
///         <StepForm action=action flow=Flow::default()>
///             <input type="password" name="password" autocomplete="current-password"/>
///             <button type="submit">"Sign in"</button>
///         </StepForm>
///     }
/// }
/// ```
///
/// # Server rendering
/// A plain `<form method="post">`: it works without scripts, and while they load.
#[component]
pub fn StepForm(
    /// What sends it.
    action: FormAction,
    /// Where the component is mounted, and where it leads.
    flow: Flow,
    /// Its class.
    #[prop(default = "thyra-form")]
    class: &'static str,
    /// Keeps it from being sent, beyond a form that is under way already.
    #[prop(optional, into)]
    is_blocked: Signal<bool>,
    /// Its content.
    children: Content,
) -> impl IntoView {
    let pending = action.pending();
    let send = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if pending.get_untracked() || is_blocked.get_untracked() {
            return;
        }
        if let Some(fields) = fields_of(&event) {
            action.dispatch(fields);
        }
    };
    view! {
        <form class=class action=action.url() method="post" novalidate=true data-thyra-part="form" on:submit=send>
            {flow
                .fields()
                .into_iter()
                .map(|(name, value)| view! { <input class="thyra-hidden" type="hidden" name=name value=value/> })
                .collect_view()}
            {children.render()}
        </form>
    }
    .into_lean()
}

/// The fields, as the browser would send them itself.
fn fields_of(event: &SubmitEvent) -> Option<String> {
    use wasm_bindgen::JsCast;
    let form = event
        .target()?
        .dyn_into::<web_sys::HtmlFormElement>()
        .ok()?;
    let fields = web_sys::FormData::new_with_form(&form).ok()?;
    let encoded = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(encoded.to_string().into())
}
