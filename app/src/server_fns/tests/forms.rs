//! One step, posted by a browser without scripts and by our script.

use axum::http::StatusCode;
use axum::http::header::{ACCEPT, COOKIE, REFERER};
use leptos::server_fn::error::ServerFnUrlError;
use serde_json::json;

use super::{
    OWN, Wire, client_with, complete_wire, cookies, envelope, error, failure, location, outcome,
    sign_in,
};
use crate::{AuthError, Redirect};

#[tokio::test]
async fn sec_f10_a_plain_form_signs_in_and_leads_to_the_target() {
    let wire = complete_wire();

    let form = "password=secret&flow[path]=/sign-in&flow[redirect_url]=/inbox";
    let response = wire.post_plain("sign_in/submit_password", form).await;

    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(location(&response), "/inbox");
    let cookies = cookies(&response);
    assert!(
        cookies.contains(&"__client=rotated; Path=/; HttpOnly; SameSite=Lax"),
        "{cookies:?}"
    );
    assert!(
        cookies.contains(
            &"__session=the.session.token; Path=/; Max-Age=31536000; SameSite=Lax; Secure"
        ),
        "{cookies:?}"
    );
    let attempt = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(attempt.body, "strategy=password&password=secret");
}

#[tokio::test]
async fn the_auth_api_gets_its_own_cookies_and_our_origin_only() {
    let wire = complete_wire();
    wire.post_plain(
        "sign_in/submit_password",
        "password=secret&flow[path]=/sign-in",
    )
    .await;

    let first = wire.asked("GET /v1/client");
    assert_eq!(first.headers[COOKIE], "__client=c");
    assert_eq!(first.headers["origin"], OWN);
    let second = wire.asked("POST /v1/client/sign_ins/sia_1/attempt_first_factor");
    assert_eq!(
        second.headers[COOKIE], "__client=rotated",
        "what the first call set"
    );
}

#[tokio::test]
async fn our_script_gets_the_outcome_without_a_token() {
    let wire = complete_wire();

    let response = wire
        .post_fetch(
            "sign_in/submit_password",
            "password=secret&flow[path]=/sign-in",
        )
        .await;

    assert!(!response.headers().contains_key("serverfnredirect"));
    assert_eq!(response.headers()["cache-control"], "no-store, private");
    let outcome = outcome(response).await;
    assert_eq!(
        outcome.redirect,
        Some(Redirect::Leave("/welcome".to_owned()))
    );
    assert_eq!(
        outcome.sign_in.unwrap().created_session_id.as_deref(),
        Some("sess_1")
    );
    assert_eq!(outcome.client.unwrap().sessions[0].last_active_token, None);
}

#[tokio::test]
async fn what_the_component_insists_on_wins_and_what_it_suggests_comes_last() {
    for (fields, expected) in [
        (
            "flow[force_redirect_url]=/forced&flow[redirect_url]=/asked",
            "/forced",
        ),
        (
            "flow[redirect_url]=/asked&flow[fallback_redirect_url]=/suggested",
            "/asked",
        ),
        ("flow[fallback_redirect_url]=/suggested", "/suggested"),
        (
            "flow[force_redirect_url]=https://evil.example&flow[redirect_url]=/asked",
            "/asked",
        ),
    ] {
        let wire = complete_wire();
        let form = format!("password=p&flow[path]=/sign-in&{fields}");
        let response = wire.post_plain("sign_in/submit_password", &form).await;
        assert_eq!(location(&response), expected);
    }
}

#[tokio::test]
async fn a_wrong_password_leads_a_plain_form_back_with_the_error() {
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
            422,
            error("form_password_incorrect"),
        );

    let response = wire
        .post_plain(
            "sign_in/submit_password",
            "password=tiger&flow[path]=/sign-in",
        )
        .await;

    assert_eq!(response.status(), StatusCode::FOUND);
    let location = location(&response);
    assert!(
        location.starts_with("/sign-in/factor-one?redirect_url=%2Finbox&"),
        "{location}"
    );
    assert!(location.contains("__err="), "{location}");
    assert!(!location.contains("tiger"), "{location}");
}

#[tokio::test]
async fn a_refused_sign_up_leads_a_plain_form_back_with_what_was_typed_but_the_password() {
    let wire = Wire::default().answers(
        "POST /v1/client/sign_ups",
        422,
        error("form_password_length_too_short"),
    );

    let response = wire
        .post_plain(
            "sign_up/submit",
            "email_address=ada%40example.com&first_name=Ada&password=tiger&flow[path]=/sign-up",
        )
        .await;

    let location = location(&response);
    assert!(
        location.contains("email_address=ada%40example.com"),
        "{location}"
    );
    assert!(location.contains("first_name=Ada"), "{location}");
    assert!(
        !location.contains("tiger") && !location.contains("username"),
        "{location}"
    );
    assert_eq!(location.matches("__err=").count(), 1, "{location}");
}

#[tokio::test]
async fn a_wrong_password_answers_our_script_with_422() {
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
            422,
            error("form_password_incorrect"),
        );

    let response = wire
        .post_fetch(
            "sign_in/submit_password",
            "password=tiger&flow[path]=/sign-in",
        )
        .await;

    let (status, error) = failure(response).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error.code(), "form_password_incorrect");
}

/// Posts as a browser does whose page keeps its address to itself.
async fn post_without_referrer(
    wire: &Wire,
    path: &str,
    form: &str,
    referer: Option<&str>,
) -> String {
    let mut headers = vec![
        (ACCEPT.as_str(), "text/html,application/xhtml+xml"),
        ("origin", "null"),
        ("sec-fetch-site", "same-origin"),
        (COOKIE.as_str(), "__client=c"),
    ];
    headers.extend(referer.map(|referer| (REFERER.as_str(), referer)));
    let response = wire.post(path, form, &headers).await;
    assert_eq!(response.status(), StatusCode::FOUND, "{path}");
    location(&response).to_owned()
}

#[tokio::test]
async fn a_form_without_a_referrer_leads_back_to_the_step_that_its_fields_name() {
    // It used to lead to `/`, without the error and what was typed.
    let flow = "&flow[redirect_url]=/inbox&flow[address]=idn_1";
    for (path, form, back) in [
        (
            "sign_in/continue",
            "identifier=a%20b&flow[path]=/app/sign-in",
            "/app/sign-in?redirect_url=%2Finbox&",
        ),
        (
            "sign_in/submit_password",
            "password=p&flow[path]=/sign-in",
            "/sign-in/factor-one?factor=password&address=idn_1&redirect_url=%2Finbox&",
        ),
        (
            "sign_in/resend_code",
            "flow[path]=/sign-in",
            "/sign-in/factor-one?factor=email_code&address=idn_1&redirect_url=%2Finbox&",
        ),
        (
            "sign_in/choose_factor",
            "strategy=totp&flow[path]=/sign-in",
            "/sign-in/factor-one/methods?redirect_url=%2Finbox&",
        ),
        (
            "sign_up/submit",
            "email_address=a%20b&flow[path]=/sign-up",
            "/sign-up?redirect_url=%2Finbox&",
        ),
        (
            "sign_up/submit_code",
            "code=1&flow[path]=/sign-up",
            "/sign-up/verify-email-address?redirect_url=%2Finbox&",
        ),
    ] {
        for referer in [
            None,
            Some("https://app.example.com/"),
            Some("https://evil.example/sign-in"),
        ] {
            let failed = error("form_code_incorrect");
            let client = json!({"id": "client_1", "sign_in": sign_in("needs_first_factor"),
                "sign_up": {"id": "sua_1", "status": "missing_requirements"}});
            let wire = Wire::default()
                .answers("GET /v1/client", 200, envelope(client))
                .answers("POST /v1/client/sign_ins", 422, failed.clone())
                .answers(
                    "POST /v1/client/sign_ins/sia_1/attempt_first_factor",
                    422,
                    failed.clone(),
                )
                .answers(
                    "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
                    422,
                    failed.clone(),
                )
                .answers("POST /v1/client/sign_ups", 422, failed.clone())
                .answers(
                    "POST /v1/client/sign_ups/sua_1/attempt_verification",
                    422,
                    failed,
                );

            let location =
                post_without_referrer(&wire, path, &format!("{form}{flow}"), referer).await;

            assert!(location.starts_with(back), "{path} {referer:?}: {location}");
            assert!(location.contains("__err="), "{location}");
            let typed = form.contains("a%20b");
            assert_eq!(location.ends_with("=a+b"), typed, "{location}");
        }
    }
}

#[tokio::test]
async fn sec_f05_the_way_back_stays_here_whatever_the_fields_say() {
    for path in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
    ] {
        let wire =
            Wire::default().answers("POST /v1/client/sign_ins", 422, error("form_param_nil"));
        let form = format!(
            "identifier=a&flow[path]={}",
            crate::encode_query_value(path)
        );

        let location = post_without_referrer(&wire, "sign_in/continue", &form, None).await;

        assert!(location.starts_with("/?__path="), "{path}: {location}");
    }
}

#[tokio::test]
async fn sec_f05_the_way_back_to_an_odd_path_stays_on_our_host() {
    for odd in ["//evil.example/", "/\\evil.example/", "//evil.example/../a"] {
        let wire =
            Wire::default().answers("POST /v1/client/sign_ins", 422, error("form_param_nil"));
        let referer = format!("{OWN}{odd}");

        let location =
            post_without_referrer(&wire, "sign_in/continue", "identifier=a", Some(&referer)).await;

        let is_path = location.starts_with('/') && !location.starts_with("//");
        assert!(
            is_path || location.starts_with(&format!("{OWN}/")),
            "{odd}: {location}"
        );
    }
}

#[tokio::test]
async fn a_code_sent_again_leads_back_to_where_it_is_typed() {
    let wire = Wire::default()
        .answers(
            "GET /v1/client",
            200,
            client_with(sign_in("needs_first_factor")),
        )
        .answers(
            "POST /v1/client/sign_ins/sia_1/prepare_first_factor",
            200,
            envelope(sign_in("needs_first_factor")),
        );

    let location =
        post_without_referrer(&wire, "sign_in/resend_code", "flow[path]=/sign-in", None).await;

    assert_eq!(location, "/sign-in/factor-one?factor=email_code");
}

#[tokio::test]
async fn the_time_to_wait_reaches_the_page() {
    // It stayed in a header, which no page can read.
    let wire =
        || Wire::default().answers("POST /v1/client/sign_ins", 429, error("too_many_requests"));
    let form = "identifier=ada&flow[path]=/sign-in";

    let with_script = wire().post_fetch("sign_in/continue", form).await;
    let without = wire().post_plain("sign_in/continue", form).await;

    assert_eq!(with_script.headers()["retry-after"], "42");
    let (status, error) = failure(with_script).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let (_, posted) = location(&without).split_once("__err=").unwrap();
    let posted = posted.split('&').next().unwrap().replace("%3D", "=");
    for error in [error, ServerFnUrlError::<AuthError>::decode_err(&posted)] {
        assert_eq!(
            error.api_errors()[0].meta.lockout_expires_in_seconds,
            Some(42),
            "{error:?}"
        );
    }
}
