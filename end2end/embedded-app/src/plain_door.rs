//! Doors of the notebook's own that work with scripts and without: forms over Thyra's server functions.

use leptos::prelude::*;
use thyra::forms::{use_sign_in_form, use_sign_up_form, Flow, StepForm};
use thyra::forms::{
    ChooseFactor, ContinueSignIn, SubmitCode, SubmitPassword, SubmitSignUp, SubmitSignUpCode,
};
use thyra::wire::{SignInStatus, SignUpStatus};
use thyra::{use_sign_in, use_sign_up};

// docs: sign in
/// Signs in with a password or with a code by mail. Which form is shown follows from the sign-in's status.
#[component]
pub fn PlainDoor() -> impl IntoView {
    let start = use_sign_in_form::<ContinueSignIn>();
    let password = use_sign_in_form::<SubmitPassword>();
    let choose = use_sign_in_form::<ChooseFactor>();
    let code = use_sign_in_form::<SubmitCode>();
    let signal = use_sign_in();
    let sign_in = signal.sign_in;
    let flow = move || Flow {
        path: "/plain-door".to_owned(),
        attempt: sign_in.id(),
        ..Flow::default()
    };
    view! {
        <h1>"My plain door"</h1>
        <p role="alert">{move || signal.errors.first()}</p>
        {move || match sign_in.status() {
            SignInStatus::NeedsFirstFactor => view! {
                <p>"Welcome back, " <strong>{sign_in.identifier()}</strong></p>
                <StepForm action=password flow=flow()>
                    <label>"Password " <input name="password" type="password" autocomplete="current-password"/></label>
                    <button>"Open with the password"</button>
                </StepForm>
                <StepForm action=choose flow=flow()>
                    <input type="hidden" name="strategy" value="email_code"/>
                    <button>"Send me a code"</button>
                </StepForm>
                <StepForm action=code flow=flow()>
                    <label>"Code " <input name="code" inputmode="numeric" autocomplete="one-time-code"/></label>
                    <button>"Open with the code"</button>
                </StepForm>
            }.into_any(),
            SignInStatus::Complete => view! { <p>"Come in."</p> }.into_any(),
            _ => view! {
                <StepForm action=start flow=flow()>
                    <label>"Email " <input name="identifier" type="email" autocomplete="username"/></label>
                    <button>"Knock"</button>
                </StepForm>
            }.into_any(),
        }}
    }
}
// docs: end

// docs: sign up
/// Signs up with an address and a password, and proves the address.
#[component]
pub fn PlainJoin() -> impl IntoView {
    let start = use_sign_up_form::<SubmitSignUp>();
    let code = use_sign_up_form::<SubmitSignUpCode>();
    let signal = use_sign_up();
    let sign_up = signal.sign_up;
    let flow = move || Flow {
        path: "/plain-join".to_owned(),
        attempt: sign_up.id(),
        ..Flow::default()
    };
    let is_begun = move || sign_up.status() == SignUpStatus::MissingRequirements && sign_up.email_address().is_some();
    view! {
        <h1>"Join"</h1>
        <p role="alert">{move || signal.errors.first()}</p>
        {move || if is_begun() {
            view! {
                <p>"A code is on its way to " <strong>{sign_up.email_address()}</strong></p>
                <StepForm action=code flow=flow()>
                    <label>"Code " <input name="code" inputmode="numeric" autocomplete="one-time-code"/></label>
                    <button>"Join"</button>
                </StepForm>
            }.into_any()
        } else {
            view! {
                <StepForm action=start flow=flow()>
                    <label>"Email " <input name="email_address" type="email" autocomplete="username"/></label>
                    <label>"Password " <input name="password" type="password" autocomplete="new-password"/></label>
                    <button>"Go on"</button>
                </StepForm>
            }.into_any()
        }}
    }
}
// docs: end
