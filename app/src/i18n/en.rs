//! English, the complete catalogue. Other locales are measured against it.

use super::texts::{
    CommonTexts, ErrorTexts, FieldTexts, HomeTexts, SignInTexts, SignUpTexts, Texts,
    UserButtonTexts,
};

pub(super) static TEXTS: Texts = Texts {
    common: COMMON,
    fields: FIELDS,
    sign_in: SIGN_IN,
    sign_up: SIGN_UP,
    user_button: USER_BUTTON,
    home: HOME,
    errors: ERRORS,
};

const COMMON: CommonTexts = CommonTexts {
    continue_button: "Continue",
    back: "Back",
    edit_identifier: "Edit {identifier}",
    app_without_name: "your account",
    resend: "Resend",
    resend_question: "Didn’t get it?",
    resend_wait: "Resend ({seconds})",
    resend_ready: "You can request a new code now.",
    code_sent: "We sent a code to {address}.",
    code_hint: "The form is sent as soon as the code is complete.",
    error_region: "Error:",
    start_over: "Start over",
};

const FIELDS: FieldTexts = FieldTexts {
    email_address: "Email address",
    email_address_or_username: "Email address or username",
    username: "Username",
    password: "Password",
    new_password: "New password",
    new_password_hint: "At least {minimum} characters.",
    first_name: "First name",
    last_name: "Last name",
    code: "Verification code",
    backup_code: "Backup code",
    optional: "Optional",
    show_password: "Show password",
};

const SIGN_IN: SignInTexts = SignInTexts {
    start_title: "Sign in to {app}",
    start_subtitle: "Welcome back! Please sign in to continue.",
    sign_up_question: "Don’t have an account?",
    sign_up_link: "Sign up",
    password_title: "Enter your password",
    password_subtitle: "Enter the password of your account.",
    email_code_title: "Check your email",
    email_code_subtitle: "Enter the code we sent you to continue to {app}.",
    email_code_unsent: "We’ll email you a code to sign in with.",
    email_code_send: "Send code",
    other_method: "Use another method",
    methods_title: "Use another method",
    methods_subtitle: "Choose any of these to sign in.",
    method_email_code: "Email a code to {address}",
    method_email_link: "Email a link to {address}",
    method_password: "Sign in with your password",
    method_totp: "Use your authenticator app",
    method_backup_code: "Use a backup code",
    totp_title: "Two-step verification",
    totp_subtitle: "Enter the code that your authenticator app shows.",
    backup_code_title: "Enter a backup code",
    backup_code_subtitle: "Enter one of the codes you saved when you turned on two-step verification. Each works once.",
    email_code_second_subtitle: "To finish signing in, enter the code we sent you.",
    email_code_second_unsent: "To finish signing in, we’ll email you a code.",
    second_factor_after_reset: "Your new password is set.",
    second_factor_lost: "None of these at hand any more? Contact the people who run {app}: they can let you back in.",
    email_link_title: "Check your email",
    email_link_subtitle: "Open the link we sent you in this browser to continue to {app}.",
    email_link_unsent: "We’ll email you a link to sign in with.",
    email_link_send: "Send link",
    email_link_check: "I’ve opened the link",
    email_link_verified_title: "Your email is confirmed",
    email_link_verified_subtitle: "Go back to the page where you began: it takes you on from there.",
    email_link_expired_title: "This link has expired",
    email_link_expired_subtitle: "Go back to the page where you began and ask for another one.",
    email_link_mismatch_title: "Open the link where you began",
    email_link_mismatch_subtitle: "This link works in the browser that asked for it only. Open it there.",
    email_link_failed_title: "This link is not valid",
    email_link_failed_subtitle: "It was used already, or a newer one took its place. Go back to the page where you began and ask for another one.",
    forgot_password: "Forgot password?",
    forgot_password_title: "Forgot your password?",
    forgot_password_subtitle: "We’ll send you a code. With it you set a new password.",
    reset_password_button: "Send a code to {address}",
    forgot_password_or: "Or sign in another way",
    reset_password_code_title: "Reset your password",
    reset_password_email_code_subtitle: "Enter the code we sent to your email address.",
    reset_password_phone_code_subtitle: "Enter the code we sent to your phone.",
    reset_password_code_unsent: "We’ll send you a code to reset your password with.",
    new_password_title: "Set a new password",
    new_password_subtitle: "You’ll sign in with it from now on.",
    new_password_required: "For your security, this account needs a new password.",
    sign_out_of_other_sessions: "Sign out of all other devices",
    new_password_button: "Set password",
    reset_password_success_title: "Your password is changed",
    reset_password_success_subtitle: "You’re signed in. Taking you on in a moment.",
    account_not_found_title: "We couldn’t find your account",
    account_not_found_subtitle: "Nobody has signed up with what you entered. Check the spelling, or create an account.",
    account_not_found_sign_up: "Create an account",
    account_not_found_retry: "Try again",
    complete_title: "You’re signed in",
    complete_subtitle: "Taking you to {app}.",
    unavailable_title: "You can’t sign in here yet",
    unavailable_first_factor: "None of the ways to sign in to this account are available on this page.",
    unavailable_second_factor: "This account asks for a second step that isn’t available on this page.",
    unavailable_client_trust: "This account asks to confirm new devices, which isn’t available on this page.",
    unavailable_protect_check: "This sign-in needs an extra check that isn’t available on this page.",
    unavailable_unknown: "This sign-in needs something that isn’t available on this page.",
};

const SIGN_UP: SignUpTexts = SignUpTexts {
    start_title: "Create your account",
    start_subtitle: "Welcome! Fill in the details to get started with {app}.",
    sign_in_question: "Already have an account?",
    sign_in_link: "Sign in",
    verify_email_title: "Verify your email",
    verify_email_subtitle: "Enter the code we sent you.",
    continue_title: "One more thing",
    continue_subtitle: "Fill in what is missing to finish your account.",
    complete_title: "Your account is ready",
    complete_subtitle: "Taking you to {app}.",
    unavailable_title: "You can’t finish signing up here",
    unavailable_subtitle: "This sign-up needs something that isn’t available on this page.",
    restricted_title: "Sign-ups are closed",
    restricted_subtitle: "You need an invitation to create an account.",
};

const USER_BUTTON: UserButtonTexts = UserButtonTexts {
    open: "Account",
    menu: "Account menu",
    sign_out: "Sign out",
};

const HOME: HomeTexts = HomeTexts {
    signed_in_title: "You’re signed in",
    signed_in_as: "Signed in as {identifier}",
    signed_out_title: "Welcome to {app}",
    signed_out_subtitle: "Nobody is signed in on this device.",
    sign_in: "Sign in",
    sign_up: "Sign up",
};

const ERRORS: ErrorTexts = ErrorTexts {
    form_identifier_not_found: "We couldn’t find your account.",
    form_identifier_exists: "That is taken already. Try another, or sign in.",
    form_identifier_exists_email_address: "That email address is taken. Try another, or sign in.",
    form_identifier_exists_username: "That username is taken. Try another.",
    form_password_incorrect: "Password is incorrect. Try again, or use another method.",
    form_password_or_identifier_incorrect: "Password or email address is incorrect. Try again, or use another method.",
    form_password_not_strong_enough: "This password is one of the first that are tried. Choose another one.",
    form_password_length_too_short: "Passwords must have at least {minimum} characters.",
    form_password_length_too_long: "Passwords can have at most {maximum} characters.",
    form_password_size_in_bytes_exceeded: "This password is too long. Use a shorter one.",
    form_code_incorrect: "Incorrect code. Check it and try again.",
    totp_already_enabled: "You have an authenticator app already. Remove it before you add another one.",
    verification_expired: "This code has expired. Request a new one.",
    verification_failed: "Too many incorrect codes. Request a new one.",
    verification_already_verified: "This code was used already. Request a new one.",
    verification_missing: "No code was sent yet. Request one.",
    strategy_for_user_invalid: "That way of signing in doesn’t fit this account. Use another method.",
    ticket_invalid: "This link doesn’t work. Check that it is complete.",
    ticket_expired: "This link has expired. Ask for another one.",
    ticket_used: "This link was used already. It works once.",
    ticket_revoked: "This link was withdrawn. Ask for another one.",
    invitation_accepted: "This invitation was accepted already. Sign in instead.",
    invitation_without_account: "There is no account for this invitation yet. Sign up with it.",
    sign_up_restricted: "You need an invitation to create an account.",
    too_many_requests: "Too many requests. Wait a little and try again.",
    too_many_requests_wait: "Too many requests. Try again in {wait}.",
    user_locked: "Your account is locked after too many attempts. Try again later.",
    user_locked_wait: "Your account is locked after too many attempts. Try again in {wait}.",
    wait_second: "1 second",
    wait_seconds: "{count} seconds",
    wait_minute: "1 minute",
    wait_minutes: "{count} minutes",
    user_banned: "This account is closed. Contact support if you think that is a mistake.",
    session_exists: "You’re already signed in.",
    form_param_nil: "This field is needed.",
    form_param_nil_identifier: "Enter your email address or username.",
    form_param_nil_email_address: "Enter your email address.",
    form_param_nil_username: "Enter a username.",
    form_param_nil_password: "Enter a password.",
    form_param_nil_code: "Enter the code.",
    form_param_nil_first_name: "Enter your first name.",
    form_param_nil_last_name: "Enter your last name.",
    form_param_format_invalid: "This doesn’t look right. Check it and try again.",
    form_param_format_invalid_email_address: "Enter a valid email address, such as name@example.com.",
    form_param_format_invalid_identifier: "Enter a valid email address or username.",
    form_param_value_invalid: "This value can’t be used. Try another.",
    form_param_max_length_exceeded: "This is too long. Use fewer characters.",
    form_username_invalid_character: "Usernames can have letters, digits, underscores and dashes only.",
    form_username_invalid_length: "Usernames must have {minimum} to {maximum} characters.",
    resource_not_found: "This attempt has ended. Start over.",
    authentication_invalid: "You’re not signed in any more. Sign in again.",
    origin_invalid: "This request didn’t come from this site and was refused. Reload the page and try again.",
    request_invalid: "The request couldn’t be read. Reload the page and try again.",
    request_too_large: "That was too much at once. Use fewer characters.",
    service_unavailable: "The server is busy. Wait a little and try again.",
    internal_clerk_error: "Something went wrong on our side. Try again.",
    unreachable: "We couldn’t reach the server. Check your connection and try again.",
    unreadable: "We couldn’t read the server’s answer. Try again in a moment.",
};

#[cfg(test)]
mod tests {
    use super::super::Locale;
    use super::super::fill::next_token;
    use super::*;

    /// Every token that some component fills in.
    const TOKENS: [&str; 8] = [
        "app",
        "address",
        "seconds",
        "identifier",
        "minimum",
        "maximum",
        "wait",
        "count",
    ];

    fn tokens(text: &'static str) -> Vec<&'static str> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((_, token, after)) = next_token(rest) {
            tokens.push(token);
            rest = after;
        }
        tokens
    }

    #[test]
    fn every_text_says_something_and_uses_known_tokens() {
        for (name, text) in TEXTS.list() {
            assert!(!text.trim().is_empty(), "{name} is empty");
            assert!(
                tokens(text).iter().all(|token| TOKENS.contains(token)),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn every_locale_keeps_the_tokens() {
        for locale in Locale::ALL {
            for ((name, english), (_, other)) in TEXTS.list().into_iter().zip(locale.texts().list())
            {
                assert_eq!(tokens(english), tokens(other), "{name} in {}", locale.tag());
            }
        }
    }

    #[test]
    fn the_pseudo_locale_leaves_nothing_in_plain_english() {
        for (name, text) in Locale::PseudoAccented.texts().list() {
            assert!(
                text.starts_with('[') && text.ends_with(']'),
                "{name}: {text}"
            );
        }
    }
}
