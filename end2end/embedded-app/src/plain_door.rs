//! Doors of the notebook's own that work with scripts and without: forms over Thyra's server functions.

// docs: sign in
use leptos::prelude::*;
use thyra::forms::{
    use_sign_in_form, ChooseFactor, ContinueSignIn, Flow, StepForm, SubmitCode, SubmitPassword,
};
use thyra::wire::SignInStatus;
use thyra::{use_sign_in, SignInField};

/// Signs in with a password or with a code by mail. Which form is shown follows from the sign-in's status.
#[component]
pub fn PlainDoor() -> impl IntoView {
    let start = use_sign_in_form::<ContinueSignIn>();
    let password = use_sign_in_form::<SubmitPassword>();
    let choose = use_sign_in_form::<ChooseFactor>();
    let code = use_sign_in_form::<SubmitCode>();
    let signal = use_sign_in();
    let (sign_in, errors) = (signal.sign_in, signal.errors);
    let flow = move || Flow {
        path: "/plain-door".to_owned(),
        attempt: sign_in.id(),
        ..Flow::default()
    };
    view! {
        <h1>"My plain door"</h1>
        <p role="alert">{move || errors.general()}</p>
        {move || match sign_in.status() {
            SignInStatus::NeedsFirstFactor => view! {
                <p>"Welcome back, " <strong>{sign_in.identifier()}</strong></p>
                <StepForm action=password flow=flow()>
                    <label>"Password " <input name="password" type="password" autocomplete="current-password"/></label>
                    <p>{move || errors.text(SignInField::Password)}</p>
                    <button>"Open with the password"</button>
                </StepForm>
                <StepForm action=choose flow=flow()>
                    <input type="hidden" name="strategy" value="email_code"/>
                    <button>"Send me a code"</button>
                </StepForm>
                <StepForm action=code flow=flow()>
                    <label>"Code " <input name="code" inputmode="numeric" autocomplete="one-time-code"/></label>
                    <p>{move || errors.text(SignInField::Code)}</p>
                    <button>"Open with the code"</button>
                </StepForm>
            }.into_any(),
            SignInStatus::Complete => view! { <p>"Come in."</p> }.into_any(),
            _ => view! {
                <StepForm action=start flow=flow()>
                    <label>"Email " <input name="identifier" type="email" autocomplete="username"/></label>
                    <p>{move || errors.text(SignInField::Identifier)}</p>
                    <button>"Knock"</button>
                </StepForm>
            }.into_any(),
        }}
    }
}
// docs: end

// docs: sign up
use thyra::forms::{use_sign_up_form, SubmitSignUp, SubmitSignUpCode};
use thyra::{use_sign_up, SignUpField};

/// Signs up with an address and a password, and proves the address.
#[component]
pub fn PlainJoin() -> impl IntoView {
    let start = use_sign_up_form::<SubmitSignUp>();
    let code = use_sign_up_form::<SubmitSignUpCode>();
    let signal = use_sign_up();
    let (sign_up, errors) = (signal.sign_up, signal.errors);
    let flow = move || Flow {
        path: "/plain-join".to_owned(),
        attempt: sign_up.id(),
        ..Flow::default()
    };
    view! {
        <h1>"Join"</h1>
        <p role="alert">{move || errors.general()}</p>
        {move || match sign_up.email_address() {
            Some(address) => view! {
                <p>"A code is on its way to " <strong>{address}</strong></p>
                <StepForm action=code flow=flow()>
                    <label>"Code " <input name="code" inputmode="numeric" autocomplete="one-time-code"/></label>
                    <p>{move || errors.text(SignUpField::Code)}</p>
                    <button>"Join"</button>
                </StepForm>
            }.into_any(),
            None => view! {
                <StepForm action=start flow=flow()>
                    <label>"Email " <input name="email_address" type="email" autocomplete="username"/></label>
                    <p>{move || errors.text(SignUpField::EmailAddress)}</p>
                    <label>"Password " <input name="password" type="password" autocomplete="new-password"/></label>
                    <p>{move || errors.text(SignUpField::Password)}</p>
                    <button>"Go on"</button>
                </StepForm>
            }.into_any(),
        }}
    }
}
// docs: end
