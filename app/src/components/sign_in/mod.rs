//! `<SignIn/>`.
//!
//! It stands under one route with two optional segments and derives its step from the URL and the attempt
//! ([`step`](crate::step::step)); the steps themselves are in the files beside this one.

mod account_not_found;
mod code;
mod complete;
mod flow;
mod link;
mod link_landing;
mod methods;
mod new_password;
mod password;
mod reset_password_success;
mod second_factor;
mod start;
mod unavailable;

use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use thyra_wire::{ErrorCode, SignInStatus};

pub(crate) use complete::{continue_link, leave_when_signed_in};

use super::shared::{Announcer, IntoLean, Mount, Shell, replace_url, use_step_focus};
use crate::flow::after_sign_in;
use crate::session::posted_error;
use crate::step::{
    Decision, FactorKey, LinkStatus, SignInLocation, SignInRoute, Step, is_below, step,
};
use crate::{AuthError, Flow, use_auth_context, use_environment, use_sign_in};

/// Signs somebody in: identifier, password or e-mail code, and what lies between.
///
/// It needs a router, and a route that also matches the steps below it: [`StepsRoute`](super::StepsRoute()), whose page
/// says how.
///
/// # Server rendering
/// The first HTML holds the right step, as a form that works without scripts. A URL that the attempt cannot answer is
/// redirected.
#[component]
pub fn SignIn(
    /// Where the component is mounted: the path of its route.
    #[prop(into, default = "/sign-in".to_owned())]
    path: String,
    /// The sign-up page. Default: the instance's, else `/sign-up`.
    #[prop(optional, into)]
    sign_up_url: Option<String>,
    /// Where to go afterwards, whatever the page's `redirect_url` says.
    #[prop(optional, into)]
    force_redirect_url: Option<String>,
    /// Where to go afterwards when the page has no `redirect_url`. Default: the instance's, else `/`.
    #[prop(optional, into)]
    fallback_redirect_url: Option<String>,
    /// What stands in the identifier at first. The query parameters `identifier`, `email_address` and `username` win.
    #[prop(optional, into)]
    initial_identifier: Option<String>,
    /// The level of the title, 1 to 6. Default: 1.
    #[prop(default = 1)]
    heading_level: u8,
    /// Whether a complete one-time code sends its form. Default: yes.
    #[prop(default = true)]
    submit_complete_code: bool,
) -> impl IntoView {
    let shell = Shell {
        scope: "sign-in",
        heading_level,
        submits_complete_code: submit_complete_code,
    };
    provide_context(shell);
    let announcer = Announcer::provide();
    let flow = Flow {
        path,
        force_redirect_url,
        fallback_redirect_url,
        ..Flow::default()
    };
    let sign_in = use_sign_in().sign_in;
    let mount = Mount::provide(
        flow,
        sign_up_url,
        Signal::derive(move || sign_in.id()),
        after_sign_in,
    );
    provide_context(InitialIdentifier(initial_identifier));
    take_over_end();
    let is_over = is_over();
    let decision = use_decision(mount, is_over);
    let current = Memo::new(move |_| decision.with(|decision| decision.step.clone()));
    leave_when_signed_in(
        Signal::derive(move || mount.target()),
        Signal::derive(move || {
            let is_read = current.with(|step| *step == Step::ResetPasswordSuccess);
            is_read || sign_in.status() == SignInStatus::Complete
        }),
    );
    correct_url(mount, decision, is_over);
    forget_errors_of_other_steps(current, is_over);

    let root = NodeRef::<Div>::new();
    let errors = use_sign_in().errors;
    use_step_focus(
        root,
        current,
        Signal::derive(move || errors.with(|errors| !errors.is_empty())),
    );
    view! {
        <div node_ref=root class="thyra-root" data-thyra-part="sign-in" data-thyra-step=move || current.with(Step::name)>
            {announcer.region()}
            {move || view_of(current.get())}
        </div>
    }
    .into_lean()
}

fn view_of(step: Step) -> AnyView {
    match step {
        Step::Start => start::start().into_lean(),
        Step::Password => password::password().into_lean(),
        Step::Code {
            method,
            factor,
            level,
            is_sent,
        } => code::code(method, factor, level, is_sent).into_lean(),
        Step::Totp => second_factor::totp().into_lean(),
        Step::BackupCode => second_factor::backup_code().into_lean(),
        Step::Link { factor, is_sent } => link::link(factor, is_sent).into_lean(),
        Step::LinkLanding(status) => link_landing::link_landing(status).into_lean(),
        Step::Methods {
            level,
            factors,
            current,
            reset,
        } => methods::methods(level, factors, current, reset).into_lean(),
        Step::NewPassword { is_forced } => new_password::new_password(is_forced).into_lean(),
        Step::ResetPasswordSuccess => reset_password_success::reset_password_success().into_lean(),
        Step::AccountNotFound => account_not_found::account_not_found().into_lean(),
        Step::Complete => complete::complete().into_lean(),
        Step::Unavailable(why) => unavailable::unavailable(why).into_lean(),
    }
}

/// What the host put into the identifier.
#[derive(Clone)]
struct InitialIdentifier(Option<String>);

fn use_decision(mount: Mount, is_over: Signal<bool>) -> Memo<Decision> {
    let location = use_location();
    let (path, query) = (location.pathname, location.query);
    let (environment, sign_in, context) =
        (use_environment(), use_sign_in().sign_in, use_auth_context());
    Memo::new(move |_| {
        let location = SignInLocation {
            route: SignInRoute::of_path(&path.read(), &mount.path()),
            factor: query.with(|query| {
                Some(FactorKey::new(
                    &query.get("factor")?,
                    query.get("address").as_deref(),
                ))
            }),
            link: query.with(|query| Some(LinkStatus::parse(&query.get("__clerk_status")?))),
        };
        let mut decision = environment
            .with(|environment| step(environment, sign_in.resource().as_ref(), &location));
        if is_signed_in_for_good(&environment.read(), context.active_session().is_some()) {
            decision = signed_in(location.route.unwrap_or_default());
        } else if is_over.get() {
            // A locked account sends people back to the start, and tells them there.
            decision = Decision {
                step: Step::Start,
                route: SignInRoute::Index,
            };
        }
        decision
    })
}

/// What those are shown who are signed in.
fn signed_in(route: SignInRoute) -> Decision {
    let step = match route {
        SignInRoute::ResetPasswordSuccess => Step::ResetPasswordSuccess,
        _ => Step::Complete,
    };
    Decision { step, route }
}

/// Whether somebody is signed in where nobody else can be: there is nothing to sign in to then.
fn is_signed_in_for_good(environment: &thyra_wire::Environment, is_signed_in: bool) -> bool {
    environment.auth_config.single_session_mode && is_signed_in
}

/// Replaces a URL that does not belong to the step. Not on the server while an account is locked: the sentence about it
/// came with this URL, and would be lost.
fn correct_url(mount: Mount, decision: Memo<Decision>, is_over: Signal<bool>) {
    let path = use_location().pathname;
    let target = Signal::derive(move || {
        let here = SignInRoute::of_path(&path.read(), &mount.path());
        let wanted = decision.with(|decision| decision.route);
        let is_ours = here.is_some() || path.with(|path| is_below(path, &mount.path()));
        let is_kept = cfg!(feature = "ssr") && is_over.get();
        (is_ours && !is_kept && here != Some(wanted))
            .then(|| mount.flow().step(wanted.as_str(), &[]))
    });
    replace_url(target);
}

/// Takes over from the URL, before anything is decided, that there is nothing to go on with: the form that was told so belongs to a
/// step that will not be shown.
fn take_over_end() {
    let context = use_auth_context();
    if let Some(error) = posted_error(&context, |_| true)
        && is_end(&error)
        && context.takes_posted_error()
    {
        context.sign_in.end(Some(error));
    }
}

fn is_over() -> Signal<bool> {
    let errors = use_sign_in().errors;
    Signal::derive(move || errors.with(|errors| ends_attempt(errors.raw.as_deref())))
}

fn is_end(error: &AuthError) -> bool {
    error.is(&ErrorCode::UserLocked) || error.is(&ErrorCode::ResourceNotFound)
}

/// Whether an error leaves nothing to go on with.
pub(crate) fn ends_attempt(errors: Option<&[AuthError]>) -> bool {
    let mut errors = errors.unwrap_or_default().iter();
    errors.any(|error| error.field().is_none() && is_end(error))
}

/// An error belongs to the step it happened on: once another one is shown, it is about nothing there.
fn forget_errors_of_other_steps(current: Memo<Step>, is_over: Signal<bool>) {
    let context = use_auth_context();
    Effect::new(move |previous: Option<&'static str>| {
        let name = current.with(Step::name);
        if previous.is_some_and(|previous| previous != name) && !is_over.get_untracked() {
            context.sign_in.clear_error();
        }
        name
    });
}
