//! A door of the notebook's own making: no component of Thyra's, only `SignInFuture`.

// docs: own door
use leptos::html::Input;
use leptos::prelude::*;
use thyra::{use_sign_in, FetchStatus, SignInFuture};

/// Signs in with a password, or with a code by e-mail.
#[component]
pub fn OwnDoor() -> impl IntoView {
    let signal = use_sign_in();
    let (sign_in, errors) = (signal.sign_in, signal.errors);
    let (email, password, code) = (Typed::default(), Typed::default(), Typed::default());
    let enter = signal.password_action();
    let send_code = signal.send_email_code_action();
    let enter_with_code = signal.verify_email_code_action();
    signal.finalize_when_complete("/");

    let with_password = move |_| {
        enter.dispatch((email.text(), password.text()).into());
    };
    let with_code = move |_| {
        enter_with_code.dispatch(code.text().into());
    };
    view! {
        <h1>"My own door"</h1>
        <p>"Waits for: " <strong>{move || waits_for(sign_in)}</strong></p>
        <p role="alert">{move || errors.first()}</p>
        <label>"Email " <input node_ref=email.0 type="email" autocomplete="username"/></label>
        <label>"Password " <input node_ref=password.0 type="password" autocomplete="current-password"/></label>
        <button on:click=with_password disabled=enter.pending()>"Open with the password"</button>
        <button on:click=move |_| { send_code.dispatch(email.text().into()); }>"Send me a code"</button>
        <label>"Code " <input node_ref=code.0 inputmode="numeric" autocomplete="one-time-code"/></label>
        <button on:click=with_code>"Open with the code"</button>
        <button on:click=move |_| sign_in.reset()>"Start over"</button>
        <p>{move || (signal.fetch_status.get() == FetchStatus::Fetching).then_some("One moment …")}</p>
    }
}

fn waits_for(sign_in: SignInFuture) -> String {
    match sign_in.identifier() {
        Some(identifier) => format!("{} of {identifier}", sign_in.status()),
        None => sign_in.status().to_string(),
    }
}

/// What stands in an input.
#[derive(Clone, Copy, Default)]
struct Typed(NodeRef<Input>);

impl Typed {
    fn text(self) -> String {
        self.0
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default()
    }
}
// docs: end
