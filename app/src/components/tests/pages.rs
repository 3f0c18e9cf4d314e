//! What each step shows, and where a URL leads that it cannot answer.

use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use thyra_wire::{ErrorCode, SignUpRequirement, Strategy};

use super::markup::{input, tags, text, visible_inputs};
use super::stage::{
    BOTH, NOW, Stage, api_error, code_sent, first_factor, link_sent, needs_new_password,
    resettable, second_factor, session, sign_up,
};
use crate::AuthError;
use crate::server_fns::SubmitPassword;

fn step_of(html: &str) -> String {
    tags(html)
        .iter()
        .find_map(|tag| tag.get("data-thyra-step").map(str::to_owned))
        .unwrap()
}

#[test]
fn the_start_asks_for_the_identifier_and_offers_the_password_to_managers() {
    let page = Stage::new().open("/sign-in");

    assert_eq!(step_of(&page.html), "start");
    assert!(text(&page.html).contains("Sign in to Acme"));
    assert_eq!(
        input(&page.html, "identifier").unwrap().get("autocomplete"),
        Some("username webauthn")
    );
    let password = input(&page.html, "password").unwrap();
    assert_eq!(
        password.get("autocomplete"),
        Some("current-password webauthn")
    );
    assert_eq!(password.get("tabindex"), Some("-1"));
    assert_eq!(page.redirect, None);
}

#[test]
fn the_identifier_is_kept_when_going_back() {
    let page = Stage::new()
        .with_sign_in(first_factor("ada@example.com"))
        .open("/sign-in");

    assert_eq!(
        input(&page.html, "identifier").unwrap().get("value"),
        Some("ada@example.com")
    );
}

#[test]
fn the_password_step_tells_managers_whose_password_it_is() {
    let page = Stage::new()
        .with_sign_in(first_factor("ada@example.com"))
        .open("/sign-in/factor-one");

    assert_eq!(step_of(&page.html), "password");
    let inputs = tags(&page.html);
    let username = inputs
        .iter()
        .find(|tag| tag.get("autocomplete") == Some("username"))
        .unwrap();
    assert_eq!(username.get("value"), Some("ada@example.com"));
    assert!(username.has("readonly") && username.get("type") == Some("text"));
    assert!(text(&page.html).contains("Use another method"));
}

#[test]
fn the_code_step_counts_down_from_when_the_server_sent_the_code() {
    let page = Stage::new()
        .with_sign_in(code_sent("ada@example.com"))
        .open("/sign-in/factor-one?factor=email_code");

    assert_eq!(step_of(&page.html), "email-code");
    let code = input(&page.html, "code").unwrap();
    assert_eq!(
        (code.get("autocomplete"), code.get("inputmode")),
        (Some("one-time-code"), Some("numeric"))
    );
    assert!(!code.has("maxlength") && code.get("dir") == Some("ltr"));
    assert_eq!(code.get("pattern"), Some(r"[0-9\s\-]*"));
    // Sent ten seconds before NOW.
    assert!(NOW.as_seconds() > 0 && text(&page.html).contains("Resend (20)"));
}

#[test]
fn a_code_that_was_not_sent_is_offered_not_sent() {
    let sign_in = first_factor("ada@example.com");
    let page = Stage::new()
        .with_sign_in(sign_in)
        .open("/sign-in/factor-one?factor=email_code&address=idn_1");

    assert_eq!(step_of(&page.html), "email-code");
    assert!(input(&page.html, "code").is_none());
    assert!(text(&page.html).contains("Send code"));
}

#[test]
fn the_methods_are_forms() {
    let page = Stage::new()
        .with_sign_in(first_factor("ada@example.com"))
        .open("/sign-in/factor-one/methods");

    assert_eq!(step_of(&page.html), "methods");
    assert!(text(&page.html).contains("Email a code to ada@example.com"));
    let fields = tags(&page.html);
    let value = |name: &str| {
        fields
            .iter()
            .find(|tag| tag.get("name") == Some(name))
            .and_then(|tag| tag.get("value"))
    };
    assert_eq!(
        (value("strategy"), value("target")),
        (Some("email_code"), Some("idn_1"))
    );
}

#[test]
fn a_forgotten_password_leads_to_a_code() {
    let stage = || Stage::new().with_sign_in(resettable("ada@example.com"));

    let password = stage().open("/sign-in/factor-one");
    let links = tags(&password.html);
    let forgot = links
        .iter()
        .find(|tag| tag.get("data-thyra-part") == Some("forgot-password"))
        .unwrap();
    let page = stage().open("/sign-in/factor-one/forgot-password?factor=password");

    assert_eq!(
        forgot.get("href"),
        Some("/sign-in/factor-one/forgot-password?factor=password")
    );
    assert_eq!(step_of(&page.html), "forgot-password");
    assert!(text(&page.html).contains("Send a code to ada@example.com"));
    assert!(text(&page.html).contains("Or sign in another way"));
    assert!(text(&page.html).contains("Email a code to ada@example.com"));
}

#[test]
fn a_link_is_waited_for_by_a_form_that_looks_again() {
    let page = Stage::new()
        .with_sign_in(link_sent("ada@example.com"))
        .open("/sign-in/factor-one?factor=email_link");

    assert_eq!(step_of(&page.html), "email-link");
    let forms = tags(&page.html);
    let mut actions = forms.iter().filter_map(|tag| tag.get("action"));
    assert!(actions.any(|action| action == "/api/auth/sign_in/check_link"));
    assert!(text(&page.html).contains("Resend (20)"));
}

#[test]
fn the_page_a_link_leads_to_says_what_came_of_it() {
    for (status, sentence) in [
        ("verified", "Your email is confirmed"),
        ("expired", "This link has expired"),
        ("client_mismatch", "Open the link where you began"),
        ("nonsense", "This link is not valid"),
    ] {
        let page = Stage::new().open(&format!("/sign-in/verify?__clerk_status={status}"));

        assert_eq!(step_of(&page.html), "email-link-landing", "{status}");
        assert!(text(&page.html).contains(sentence), "{status}");
        assert_eq!(page.redirect, None, "{status}");
    }
}

#[test]
fn where_nothing_can_be_reset_nothing_is_offered() {
    let page = Stage::new()
        .with_sign_in(first_factor("ada@example.com"))
        .open("/sign-in/factor-one");

    assert!(!text(&page.html).contains("Forgot password?"));
}

#[test]
fn a_new_password_is_one_that_managers_make_up_and_keep() {
    let page = Stage::new()
        .with_sign_in(needs_new_password("ada@example.com"))
        .open("/sign-in/reset-password");

    assert_eq!(step_of(&page.html), "new-password");
    let password = input(&page.html, "password").unwrap();
    assert_eq!(password.get("autocomplete"), Some("new-password"));
    assert!(password.has("passwordrules"));
    let others = input(&page.html, "sign_out_of_other_sessions").unwrap();
    assert!(others.has("checked") && others.get("value") == Some("true"));
    let inputs = tags(&page.html);
    let username = inputs
        .iter()
        .find(|tag| tag.get("autocomplete") == Some("username"))
        .unwrap();
    assert_eq!(username.get("value"), Some("ada@example.com"));
}

#[test]
fn a_reset_says_that_it_is_done_before_it_leads_on() {
    let page = Stage::new()
        .with_session(session("Ada", "ada@example.com"))
        .open("/sign-in/reset-password-success?redirect_url=%2Finbox");

    assert_eq!(page.redirect, None);
    assert_eq!(step_of(&page.html), "reset-password-success");
    let links = tags(&page.html);
    let on = links
        .iter()
        .find(|tag| tag.get("data-thyra-part") == Some("continue"))
        .unwrap();
    assert_eq!(on.get("href"), Some("/inbox"));
}

#[test]
fn nobody_found_leads_to_signing_up_with_what_was_typed() {
    let page = Stage::new()
        .open("/sign-in/account-not-found?identifier=ada%40example.com&redirect_url=%2Finbox");

    assert_eq!(step_of(&page.html), "account-not-found");
    let links = tags(&page.html);
    let sign_up = links
        .iter()
        .find(|tag| tag.get("data-thyra-part") == Some("sign-up-link"))
        .unwrap();
    assert_eq!(
        sign_up.get("href").unwrap().replace("&amp;", "&"),
        "/sign-up?email_address=ada%40example.com&redirect_url=%2Finbox"
    );
}

#[test]
fn a_deep_link_without_an_attempt_is_replaced_by_the_start() {
    let page = Stage::new().open("/sign-in/factor-one?redirect_url=%2Finbox");

    assert_eq!(
        page.redirect.as_deref(),
        Some("/sign-in?redirect_url=%2Finbox")
    );
    assert_eq!(step_of(&page.html), "start");
}

#[test]
fn a_path_that_is_no_step_is_replaced_by_the_start() {
    assert_eq!(
        Stage::new().open("/sign-in/nonsense").redirect.as_deref(),
        Some("/sign-in")
    );
    assert_eq!(
        Stage::new().open("/sign-up/nonsense").redirect.as_deref(),
        Some("/sign-up")
    );
}

/// While people leave for it, the component is still there and sees the path. It used to call them back.
#[test]
fn a_page_whose_path_only_begins_like_the_mount_path_is_left_alone() {
    assert_eq!(Stage::new().open("/sign-in-help").redirect, None);
}

#[test]
fn those_who_arrive_signed_in_are_sent_on() {
    let signed_in = || Stage::new().with_session(session("Ada", "ada@example.com"));

    assert_eq!(
        signed_in()
            .open("/sign-in?redirect_url=%2Finbox")
            .redirect
            .as_deref(),
        Some("/inbox")
    );
    assert_eq!(signed_in().open("/sign-up").redirect.as_deref(), Some("/"));
}

#[test]
fn each_component_leads_where_the_instance_wants_it_to() {
    // What the instance says about sign-ups was read and never used.
    let open = |after_sign_up: &str, url: &str| {
        let mut stage = Stage::new().with_session(session("Ada", "ada@example.com"));
        let display = &mut stage.state.environment.display_config;
        display.after_sign_in_url = "/inbox".to_owned();
        display.after_sign_up_url = after_sign_up.to_owned();
        stage.open(url).redirect.unwrap()
    };

    assert_eq!(open("/welcome", "/sign-in"), "/inbox");
    assert_eq!(open("/welcome", "/sign-up"), "/welcome");
    assert_eq!(open("", "/sign-up"), "/inbox");
}

#[test]
fn sec_f05_those_who_arrive_signed_in_are_not_sent_away() {
    let stage = Stage::new().with_session(session("Ada", "ada@example.com"));

    let page = stage.open("/sign-in?redirect_url=https%3A%2F%2Fevil.example%2F");

    assert_eq!(page.redirect.as_deref(), Some("/"));
}

/// Without a redirect: it would lose the error, which came in the URL.
#[test]
fn an_attempt_that_has_ended_leads_back_to_the_start_and_says_so_there() {
    let stage = || Stage::new().with_sign_in(first_factor("ada@example.com"));
    let ended = |stage: Stage| stage.with_sign_in_error(ErrorCode::ResourceNotFound, None);

    let step = ended(stage()).open("/sign-in/factor-one");
    let start = ended(stage()).open("/sign-in");

    for page in [step, start] {
        assert_eq!(page.redirect, None);
        assert!(page.html.contains(r#"data-thyra-step="start""#));
        assert!(text(&page.html).contains("This attempt has ended. Start over."));
    }
}

#[test]
fn every_form_says_which_attempt_it_was_made_for() {
    let sign_in = || Stage::new().with_sign_in(code_sent("ada@example.com"));
    let sign_up =
        || Stage::new().with_sign_up(sign_up("ada@example.com", "", r#""email_address""#));
    for (page, attempt) in [
        (
            sign_in().open("/sign-in/factor-one?factor=password"),
            "sia_1",
        ),
        (
            sign_in().open("/sign-in/factor-one?factor=email_code"),
            "sia_1",
        ),
        (sign_in().open("/sign-in/factor-one/methods"), "sia_1"),
        (sign_up().open("/sign-up/verify-email-address"), "sua_1"),
    ] {
        let tags = tags(&page.html);
        let forms = tags.iter().filter(|tag| tag.name == "form").count();
        let named = tags.iter().filter(|tag| {
            tag.get("name") == Some("flow[attempt]") && tag.get("value") == Some(attempt)
        });
        assert!(forms > 0);
        assert_eq!(named.count(), forms, "{}", page.html);
    }
}

#[test]
fn a_locked_account_leads_back_to_the_start_and_says_so_there() {
    let stage = Stage::new().with_sign_in(first_factor("ada@example.com"));

    let page = stage
        .with_sign_in_error(ErrorCode::UserLocked, None)
        .open("/sign-in/factor-one");

    assert_eq!(
        (step_of(&page.html).as_str(), page.redirect),
        ("start", None)
    );
    assert!(text(&page.html).contains("Your account is locked"));
}

/// Without scripts the error is in the URL, under the name of the form of another step. People stayed on that step.
#[test]
fn without_scripts_a_locked_account_leads_back_to_the_start_too() {
    let form = SubmitPassword::PATH;
    let error = api_error(ErrorCode::UserLocked, None, "Said by the server.");
    let url = ServerFnUrlError::new(form, error)
        .to_url("http://localhost/sign-in/factor-one")
        .unwrap();
    let (_, path) = url.as_str().split_once("localhost").unwrap();

    let page = Stage::new()
        .with_sign_in(first_factor("ada@example.com"))
        .open(path);

    assert_eq!(
        (step_of(&page.html).as_str(), page.redirect),
        ("start", None)
    );
    assert!(text(&page.html).contains("Your account is locked"));
}

#[test]
fn the_title_of_the_page_says_which_step_it_shows() {
    let title = |url: &str, sign_in: Option<thyra_wire::SignIn>| {
        let stage = sign_in.into_iter().fold(Stage::new(), Stage::with_sign_in);
        stage.open(url).title
    };
    let ada = || Some(first_factor("ada@example.com"));

    assert_eq!(title("/sign-in", None), "Sign in to Acme");
    assert_eq!(
        title("/sign-in/factor-one", ada()),
        "Enter your password · Acme"
    );
    assert_eq!(
        title("/sign-in/factor-one/methods", ada()),
        "Use another method · Acme"
    );
    assert_eq!(title("/sign-up", None), "Create your account · Acme");
}

#[test]
fn signing_up_asks_for_what_the_instance_needs() {
    let stage = Stage::new()
        .with_attribute("first_name", false)
        .with_attribute("username", true);

    let page = stage.open("/sign-up?email_address=ada%40example.com");

    assert_eq!(step_of(&page.html), "start");
    let names: Vec<_> = visible_inputs(&page.html)
        .iter()
        .filter_map(|input| input.get("name").map(str::to_owned))
        .collect();
    assert_eq!(names, ["email_address", "username", "password"]);
    assert_eq!(
        input(&page.html, "email_address").unwrap().get("value"),
        Some("ada@example.com")
    );
    let password = input(&page.html, "password").unwrap();
    assert_eq!(password.get("autocomplete"), Some("new-password"));
    assert!(input(&page.html, "username").unwrap().has("aria-required"));
}

#[test]
fn a_host_can_ask_for_what_may_stay_empty() {
    let stage = Stage::new().with_attribute("first_name", false);

    let page = stage.open("/join");

    let name = input(&page.html, "first_name").unwrap();
    assert!(!name.has("aria-required"));
    assert!(input(&page.html, "last_name").is_none());
}

/// Managers used to be told a longest password of 72 characters, which no instance had asked for.
#[test]
fn managers_are_told_a_longest_password_only_where_the_instance_has_one() {
    let rules = |max_length| {
        let mut stage = Stage::new();
        stage
            .state
            .environment
            .user_settings
            .password_settings
            .max_length = max_length;
        let page = stage.open("/sign-up");
        let password = input(&page.html, "password").unwrap();
        password.get("passwordrules").unwrap().to_owned()
    };

    assert_eq!(rules(0), "minlength: 8;");
    assert_eq!(rules(64), "minlength: 8; maxlength: 64;");
}

#[test]
fn the_identifier_is_an_address_with_the_keyboard_for_it_unless_usernames_are_in_use() {
    let address = Stage::new().open("/sign-in");
    let either = Stage::new()
        .with_attribute("username", false)
        .open("/sign-in");

    assert_eq!(
        input(&address.html, "identifier").unwrap().get("inputmode"),
        Some("email")
    );
    assert!(
        text(&address.html).contains("Email address") && !text(&address.html).contains("username")
    );
    assert_eq!(
        input(&either.html, "identifier").unwrap().get("inputmode"),
        None
    );
    assert!(text(&either.html).contains("Email address or username"));
}

#[test]
fn a_sign_up_goes_on_where_it_stopped() {
    let unverified = sign_up("ada@example.com", "", r#""email_address""#);
    let page = Stage::new()
        .with_sign_up(unverified)
        .open("/sign-up/verify-email-address");
    assert_eq!(step_of(&page.html), "verify-email-address");
    assert!(text(&page.html).contains("ada@example.com"));

    let missing = sign_up("ada@example.com", r#""first_name""#, "");
    let page = Stage::new().with_sign_up(missing).open("/sign-up/continue");
    assert_eq!(step_of(&page.html), "continue");
    assert!(input(&page.html, SignUpRequirement::FirstName.as_str()).is_some());
}

#[test]
fn the_user_button_opens_and_signs_out_without_scripts() {
    let page = Stage::new()
        .with_session(session("Ada", "ada@example.com"))
        .open("/");

    assert!(text(&page.html).contains("Signed in as ada@example.com"));
    let found = tags(&page.html);
    assert!(found.iter().any(|tag| tag.name == "details"));
    let is_sign_out = |action: &str| action.ends_with("/session/sign_out");
    assert!(
        found
            .iter()
            .any(|tag| tag.name == "form" && tag.get("action").is_some_and(is_sign_out))
    );
}

#[test]
fn the_initials_stand_behind_a_picture_that_may_not_load() {
    let with_image = |url: &str| {
        let mut session = session("Ada", "ada@example.com");
        let user = session.user.as_mut().unwrap();
        (user.has_image, user.image_url) = (true, url.to_owned());
        Stage::new().with_session(session).open("/").html
    };

    let html = with_image("https://img.example.com/ada.png");
    let pictures = tags(&html);
    let picture = pictures.iter().find(|tag| tag.name == "img").unwrap();
    assert_eq!(picture.get("alt"), Some(""));
    assert!(html.contains(">A</span><img"));
    assert!(!with_image("javascript:alert(1)").contains("<img"));
}

#[test]
fn the_app_is_asked_for_its_code_and_a_backup_code_is_at_hand() {
    let page = Stage::new()
        .with_sign_in(second_factor("ada@example.com", &BOTH))
        .open("/sign-in/factor-two");

    assert_eq!(step_of(&page.html), "totp");
    assert_eq!(page.redirect, None);
    let code = input(&page.html, "code").unwrap();
    assert_eq!(code.get("autocomplete"), Some("one-time-code"));
    let found = tags(&page.html);
    let value = |name: &str| {
        found
            .iter()
            .find(|tag| tag.get("name") == Some(name))
            .and_then(|tag| tag.get("value"))
    };
    assert_eq!(
        (value("flow[factor]"), value("flow[level]")),
        (Some("totp"), Some("second"))
    );
    let hrefs: Vec<_> = found.iter().filter_map(|tag| tag.get("href")).collect();
    assert!(
        hrefs.contains(&"/sign-in/factor-two/methods?factor=totp"),
        "{hrefs:?}"
    );
    assert!(!text(&page.html).contains("Resend"), "nothing was sent");
}

#[test]
fn a_backup_code_is_typed_without_help_from_the_device() {
    let page = Stage::new()
        .with_sign_in(second_factor("ada@example.com", &BOTH))
        .open("/sign-in/factor-two?factor=backup_code");

    assert_eq!(step_of(&page.html), "backup-code");
    let code = input(&page.html, "code").unwrap();
    assert!(!code.has("autocomplete") && !code.has("inputmode"));
    assert_eq!(code.get("spellcheck"), Some("false"));
}

#[test]
fn who_has_lost_everything_is_told_who_helps() {
    let with = |strategies: &[Strategy]| {
        Stage::new().with_sign_in(second_factor("ada@example.com", strategies))
    };
    let help = "Contact the people who run Acme";

    let listed = with(&BOTH).open("/sign-in/factor-two/methods");
    let alone = with(&BOTH[..1]).open("/sign-in/factor-two");
    let with_others = with(&BOTH).open("/sign-in/factor-two");

    assert!(text(&listed.html).contains(help));
    assert!(text(&alone.html).contains(help));
    assert!(!text(&with_others.html).contains(help));
}

#[test]
fn a_component_can_be_mounted_elsewhere() {
    let sign_in = first_factor("ada@example.com");

    let page = Stage::new()
        .with_sign_in(sign_in)
        .open("/embedded/factor-one");

    let found = tags(&page.html);
    assert!(found.iter().any(|tag| tag.name == "h3") && !found.iter().any(|tag| tag.name == "h1"));
    let path = found
        .iter()
        .find(|tag| tag.get("name") == Some("flow[path]"))
        .unwrap();
    assert_eq!(path.get("value"), Some("/embedded"));
    let hrefs: Vec<_> = found.iter().filter_map(|tag| tag.get("href")).collect();
    assert!(
        hrefs.contains(&"/embedded/factor-one/methods?factor=password"),
        "{hrefs:?}"
    );
}

#[test]
fn a_code_that_does_not_send_itself_does_not_say_so() {
    let stage = || Stage::new().with_sign_in(code_sent("ada@example.com"));

    let hosted = stage().open("/sign-in/factor-one?factor=email_code");
    let embedded = stage().open("/embedded/factor-one?factor=email_code");

    let sends_itself = "sent as soon as the code is complete";
    assert!(
        text(&hosted.html).contains(sends_itself) && !text(&embedded.html).contains(sends_itself)
    );
}

#[test]
fn those_who_are_not_signed_in_are_sent_to_sign_in_and_back() {
    let page = Stage::new().open("/account?tab=2");

    assert_eq!(
        page.redirect.as_deref(),
        Some("/sign-in?redirect_url=%2Faccount%3Ftab%3D2")
    );
}

/// It led to itself, with its own address in `redirect_url`, and again.
#[test]
fn nobody_is_sent_to_where_they_are() {
    let page = Stage::new().open("/door?redirect_url=%2Fdoor");

    assert_eq!(page.redirect, None);
}

#[test]
fn those_who_are_signed_in_stay_where_they_are() {
    let stage = || Stage::new().with_session(session("Ada", "ada@example.com"));

    assert_eq!(stage().open("/account").redirect, None);
    assert_eq!(text(&stage().open("/menu").html).trim(), "for members");
    assert_eq!(
        text(&Stage::new().open("/menu").html).trim(),
        "for everybody"
    );
}

#[test]
fn a_page_that_could_not_be_loaded_says_so() {
    let mut stage = Stage::new();
    stage.load_error = Some(AuthError::Transport { is_temporary: true });

    let page = stage.open("/sign-in");

    assert!(text(&page.html).contains("We couldn’t reach the server."));
    assert!(text(&page.html).contains("Sign in to your account"));
}
