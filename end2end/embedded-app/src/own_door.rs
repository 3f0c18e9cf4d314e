//! A door of the notebook's own making: no component of Thyra's, only the actions of `use_sign_in()`.

// docs: own door
use leptos::prelude::*;
use thyra::{use_sign_in, SignInField};

/// Signs in with a password, or with a code by e-mail.
#[component]
pub fn OwnDoor() -> impl IntoView {
    let signal = use_sign_in();
    let (sign_in, errors) = (signal.sign_in, signal.errors);
    let with_password = signal.password_action();
    let send_code = signal.send_email_code_action();
    let with_code = signal.verify_email_code_action();
    signal.finalize_when_complete("/");

    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    view! {
        <h1>"My own door"</h1>
        <p>"Waits for: " <strong>{move || sign_in.status().to_string()}</strong></p>
        <p role="alert">{move || errors.general()}</p>

        <form on:submit=move |event| {
            event.prevent_default();
            with_password.dispatch((email.get(), password.get()).into());
        }>
            <label>"Email " <input type="email" autocomplete="username" bind:value=email/></label>
            <p>{move || errors.text(SignInField::Identifier)}</p>
            <label>"Password " <input type="password" autocomplete="current-password" bind:value=password/></label>
            <p>{move || errors.text(SignInField::Password)}</p>
            <button disabled=move || with_password.pending().get()>"Open with the password"</button>
        </form>

        <button on:click=move |_| { send_code.dispatch(email.get().into()); }>"Send me a code"</button>
        <p>{move || sign_in.identifier().map(|identifier| format!("For {identifier}"))}</p>
        <label>"Code " <input inputmode="numeric" autocomplete="one-time-code" bind:value=code/></label>
        <p>{move || errors.text(SignInField::Code)}</p>
        <button on:click=move |_| { with_code.dispatch(code.get().into()); }>"Open with the code"</button>

        <button on:click=move |_| sign_in.reset()>"Start over"</button>
    }
}
// docs: end

// docs: own join
/// Signs up with an address and a password.
#[component]
pub fn OwnJoin() -> impl IntoView {
    let signal = thyra::use_sign_up();
    let (sign_up, errors) = (signal.sign_up, signal.errors);
    let create = signal.create_action();
    let send_code = signal.send_email_code_action();
    let verify = signal.verify_email_code_action();
    signal.finalize_when_complete("/");
    // The address has to be proved: a code goes there as soon as there is a sign-up.
    Effect::new(move || {
        if create.value().get().is_some_and(|result| result.is_ok()) {
            send_code.dispatch(());
        }
    });

    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    view! {
        <h1>"Join in my own way"</h1>
        <p role="alert">{move || errors.first()}</p>
        <form on:submit=move |event| {
            event.prevent_default();
            create.dispatch((email.get(), password.get()).into());
        }>
            <label>"Email " <input type="email" autocomplete="username" bind:value=email/></label>
            <label>"Password " <input type="password" autocomplete="new-password" bind:value=password/></label>
            <button>"Go on"</button>
        </form>
        <Show when=move || sign_up.email_address().is_some()>
            <label>"Code " <input inputmode="numeric" autocomplete="one-time-code" bind:value=code/></label>
            <button on:click=move |_| { verify.dispatch(code.get().into()); }>"Join"</button>
        </Show>
    }
}
// docs: end
