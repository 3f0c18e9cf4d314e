//! `<SignUp/>`.

mod complete;
mod fields;
mod missing_fields;
mod start;
mod unavailable;
mod verify_email_address;

use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use thyra_wire::SignUpStatus;

use super::shared::{Announcer, IntoLean, Mount, Shell, replace_url, use_step_focus};
use super::sign_in::{ends_attempt, leave_when_signed_in};
use crate::flow::after_sign_up;
use crate::step::{SignUpDecision, SignUpRoute, SignUpStep, is_below, sign_up_step};
use crate::{Flow, use_auth_context, use_environment, use_sign_up};

/// Creates an account: what the instance asks for, and a code that proves the e-mail address.
///
/// It needs a router, and a route that also matches the steps below it: [`StepsRoute`](super::StepsRoute()), whose page
/// says how.
///
/// # Server rendering
/// The first HTML holds the right step, as a form that works without scripts.
#[component]
pub fn SignUp(
    /// Where the component is mounted: the path of its route.
    #[prop(into, default = "/sign-up".to_owned())]
    path: String,
    /// The sign-in page. Default: the instance's, else `/sign-in`.
    #[prop(optional, into)]
    sign_in_url: Option<String>,
    /// Where to go afterwards, whatever the page's `redirect_url` says.
    #[prop(optional, into)]
    force_redirect_url: Option<String>,
    /// Where to go afterwards when the page has no `redirect_url`. Default: the instance's, else `/`.
    #[prop(optional, into)]
    fallback_redirect_url: Option<String>,
    /// The level of the title, 1 to 6. Default: 1.
    #[prop(default = 1)]
    heading_level: u8,
    /// Whether a complete one-time code sends its form. Default: yes.
    #[prop(default = true)]
    submit_complete_code: bool,
    /// Whether the form also asks for what may stay empty. Default: no, the shortest form is the best one.
    #[prop(default = false)]
    show_optional_fields: bool,
) -> impl IntoView {
    provide_context(Shell {
        scope: "sign-up",
        heading_level,
        submits_complete_code: submit_complete_code,
    });
    let announcer = Announcer::provide();
    let flow = Flow {
        path,
        force_redirect_url,
        fallback_redirect_url,
        ..Flow::default()
    };
    let sign_up = use_sign_up().sign_up;
    let mount = Mount::provide(
        flow,
        sign_in_url,
        Signal::derive(move || sign_up.id()),
        after_sign_up,
    );
    let decision = use_decision(mount);
    let current = Memo::new(move |_| decision.with(|decision| decision.step.clone()));
    leave_when_signed_in(
        Signal::derive(move || mount.target()),
        Signal::derive(move || sign_up.status() == SignUpStatus::Complete),
    );
    correct_url(mount, decision);
    forget_errors_of_other_steps(current);

    let root = NodeRef::<Div>::new();
    let errors = use_sign_up().errors;
    use_step_focus(
        root,
        current,
        Signal::derive(move || errors.with(|errors| !errors.is_empty())),
    );
    view! {
        <div node_ref=root class="thyra-root" data-thyra-part="sign-up" data-thyra-step=move || current.with(SignUpStep::name)>
            {announcer.region()}
            {move || view_of(current.get(), show_optional_fields)}
        </div>
    }
    .into_lean()
}

fn view_of(step: SignUpStep, show_optional_fields: bool) -> AnyView {
    match step {
        SignUpStep::Start => start::start(show_optional_fields).into_lean(),
        SignUpStep::VerifyEmailAddress => verify_email_address::verify_email_address().into_lean(),
        SignUpStep::Continue { fields } => missing_fields::missing_fields(fields).into_lean(),
        SignUpStep::Complete => complete::complete().into_lean(),
        SignUpStep::Unavailable => unavailable::unavailable().into_lean(),
    }
}

fn use_decision(mount: Mount) -> Memo<SignUpDecision> {
    let path = use_location().pathname;
    let (environment, sign_up, context) =
        (use_environment(), use_sign_up().sign_up, use_auth_context());
    Memo::new(move |_| {
        let route = SignUpRoute::of_path(&path.read(), &mount.path());
        let is_single = environment.with(|environment| environment.auth_config.single_session_mode);
        if is_single && context.active_session().is_some() {
            return SignUpDecision {
                step: SignUpStep::Complete,
                route: route.unwrap_or_default(),
            };
        }
        sign_up_step(sign_up.resource().as_ref(), route)
    })
}

/// Replaces a URL that does not belong to the step.
fn correct_url(mount: Mount, decision: Memo<SignUpDecision>) {
    let path = use_location().pathname;
    let is_over = is_over();
    replace_url(Signal::derive(move || {
        let here = SignUpRoute::of_path(&path.read(), &mount.path());
        let wanted = decision.with(|decision| decision.route);
        // An attempt that has ended sends people back to the start, and tells them there.
        let wanted = if is_over.get() {
            SignUpRoute::Index
        } else {
            wanted
        };
        let is_ours = here.is_some() || path.with(|path| is_below(path, &mount.path()));
        (is_ours && here != Some(wanted)).then(|| mount.flow().step(wanted.as_str(), &[]))
    }));
}

fn is_over() -> Signal<bool> {
    let errors = use_sign_up().errors;
    Signal::derive(move || errors.with(|errors| ends_attempt(errors.raw.as_deref())))
}

/// An error belongs to the step it happened on: once another one is shown, it is about nothing there.
fn forget_errors_of_other_steps(current: Memo<SignUpStep>) {
    let context = use_auth_context();
    let is_over = is_over();
    Effect::new(move |previous: Option<&'static str>| {
        let name = current.with(SignUpStep::name);
        if previous.is_some_and(|previous| previous != name) && !is_over.get_untracked() {
            context.sign_up.clear_error();
        }
        name
    });
}
