//! A door of the notebook's own making: no component of Thyra's, only `SignInFuture`.

// docs: own door
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use thyra::{
    AuthError, EmailCodeAddress, FetchStatus, FinalizeParams, PasswordParams, SignInFuture,
    VerifyCodeParams, use_sign_in,
};

/// Signs in with a password, or with a code by e-mail.
#[component]
pub fn OwnDoor() -> impl IntoView {
    let signal = use_sign_in();
    let sign_in = signal.sign_in;
    let (email, password, code) = (Typed::default(), Typed::default(), Typed::default());
    let go_home = use_navigate();

    let enter = move |result: Result<(), AuthError>| {
        let go_home = go_home.clone();
        async move {
            // What went wrong is in `errors`, and on the page.
            if result.is_ok() {
                let navigate = FinalizeParams::navigate(move |to| {
                    go_home(&to.decorate_url("/"), Default::default());
                });
                _ = sign_in.finalize(navigate).await;
            }
        }
    };
    let enter_with_code = enter.clone();
    let with_password = move |_| {
        let (enter, params) = (
            enter.clone(),
            PasswordParams::email_address(email.text(), password.text()),
        );
        spawn_local(async move { enter(sign_in.password(params).await).await });
    };
    let send_code = move |_| {
        let address = EmailCodeAddress::EmailAddress(email.text());
        spawn_local(async move { _ = sign_in.email_code().send_code(address).await });
    };
    let with_code = move |_| {
        let (enter, params) = (enter_with_code.clone(), VerifyCodeParams::new(code.text()));
        spawn_local(async move { enter(sign_in.email_code().verify_code(params).await).await });
    };
    let error = move || {
        let errors = signal.errors.get();
        let of_field = errors
            .fields
            .password
            .or(errors.fields.code)
            .map(|error| error.code.to_string());
        of_field.or_else(|| Some(errors.global?.first()?.code().to_owned()))
    };
    view! {
        <h1>"My own door"</h1>
        <p>"Waits for: " <strong>{move || waits_for(sign_in)}</strong></p>
        <p role="alert">{error}</p>
        <label>"Email " <input node_ref=email.0 type="email" autocomplete="username"/></label>
        <label>"Password " <input node_ref=password.0 type="password" autocomplete="current-password"/></label>
        <button on:click=with_password>"Open with the password"</button>
        <button on:click=send_code>"Send me a code"</button>
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
