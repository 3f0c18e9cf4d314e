//! The shape of a catalogue.

/// Defines a group of texts: a struct of them, a way to change all of them, and a list of them for tests.
macro_rules! texts {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: &'static str,)+
        }

        impl $name {
            fn map(&self, change: fn(&'static str) -> &'static str) -> Self {
                Self { $($field: change(self.$field),)+ }
            }

            #[cfg(test)]
            fn list(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field),)+]
            }
        }
    };
}

/// All texts of one language. `{words}` in braces are tokens that [`fill`](super::fill) replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    /// On more than one step.
    pub common: CommonTexts,
    /// The fields.
    pub fields: FieldTexts,
    /// Signing in.
    pub sign_in: SignInTexts,
    /// Signing up.
    pub sign_up: SignUpTexts,
    /// The user button.
    pub user_button: UserButtonTexts,
    /// The hosted home page.
    pub home: HomeTexts,
    /// What went wrong.
    pub errors: ErrorTexts,
}

impl Texts {
    pub(super) fn map(&self, change: fn(&'static str) -> &'static str) -> Self {
        Self {
            common: self.common.map(change),
            fields: self.fields.map(change),
            sign_in: self.sign_in.map(change),
            sign_up: self.sign_up.map(change),
            user_button: self.user_button.map(change),
            home: self.home.map(change),
            errors: self.errors.map(change),
        }
    }

    /// Every text with its name.
    #[cfg(test)]
    pub(crate) fn list(&self) -> Vec<(&'static str, &'static str)> {
        let groups = [
            self.common.list(),
            self.fields.list(),
            self.sign_in.list(),
            self.sign_up.list(),
            self.user_button.list(),
            self.home.list(),
            self.errors.list(),
        ];
        groups.concat()
    }
}

texts! {
    /// Texts on more than one step.
    CommonTexts {
        /// The primary button.
        continue_button,
        /// Back to the step before.
        back,
        /// Beside the identifier: go and correct it. The name of an icon: `{identifier}`.
        edit_identifier,
        /// In the place of `{app}` when the app has no name.
        app_without_name,
        /// Sends another code. Follows `resend_question`.
        resend,
        /// Before `resend`.
        resend_question,
        /// While another code cannot be sent yet: `{seconds}`.
        resend_wait,
        /// Announced when another code can be sent.
        resend_ready,
        /// Announced when a code was sent, to `{address}`.
        code_sent,
        /// Explains the code field: it is submitted when it is complete.
        code_hint,
        /// Before the sentence in the card's alert, for those who cannot see that it is one.
        error_region,
        /// Begins the whole attempt again.
        start_over,
    }
}

texts! {
    /// Labels and hints of fields.
    FieldTexts {
        /// An e-mail address.
        email_address,
        /// An e-mail address or a username.
        email_address_or_username,
        /// A username.
        username,
        /// A password.
        password,
        /// A password that is being set.
        new_password,
        /// A new password, with at least `{minimum}` characters.
        new_password_hint,
        /// The first name.
        first_name,
        /// The last name.
        last_name,
        /// A one-time code.
        code,
        /// A backup code.
        backup_code,
        /// Marks a field that may stay empty.
        optional,
        /// The toggle that shows the password.
        show_password,
    }
}

texts! {
    /// Signing in.
    SignInTexts {
        /// The title of the start step: `{app}`.
        start_title,
        /// Below it.
        start_subtitle,
        /// Before the link to signing up.
        sign_up_question,
        /// The link to signing up.
        sign_up_link,
        /// The title of the password step.
        password_title,
        /// Below it.
        password_subtitle,
        /// The title of the e-mail code step.
        email_code_title,
        /// Below it, once the code is sent: `{app}`.
        email_code_subtitle,
        /// Below it, before a code is sent.
        email_code_unsent,
        /// Sends the first code.
        email_code_send,
        /// Leads to the list of methods.
        other_method,
        /// The title of the list of methods.
        methods_title,
        /// Below it.
        methods_subtitle,
        /// The method: a code by e-mail to `{address}`.
        method_email_code,
        /// The method: a link by e-mail to `{address}`.
        method_email_link,
        /// The method: a password.
        method_password,
        /// A method: the authenticator app.
        method_totp,
        /// A method: a backup code.
        method_backup_code,
        /// The title of the authenticator app's step.
        totp_title,
        /// Below it.
        totp_subtitle,
        /// The title of the backup code's step.
        backup_code_title,
        /// Below it.
        backup_code_subtitle,
        /// The second factor is a code that was sent by e-mail.
        email_code_second_subtitle,
        /// The second factor is a code that will be sent by e-mail.
        email_code_second_unsent,
        /// Before what the second factor's step says, when a password was just reset.
        second_factor_after_reset,
        /// Who helps when the second factor is lost: `{app}`.
        second_factor_lost,
        /// The title of the step that waits for a link to be opened.
        email_link_title,
        /// Below it, once the link is sent: `{app}`.
        email_link_subtitle,
        /// Below it, before a link is sent.
        email_link_unsent,
        /// Sends the first link.
        email_link_send,
        /// Looks whether the link was opened.
        email_link_check,
        /// The title of the page a link leads to: it proved the address.
        email_link_verified_title,
        /// Below it.
        email_link_verified_subtitle,
        /// The title of the page a link leads to: it was too late.
        email_link_expired_title,
        /// Below it.
        email_link_expired_subtitle,
        /// The title of the page a link leads to: it was opened in another browser.
        email_link_mismatch_title,
        /// Below it.
        email_link_mismatch_subtitle,
        /// The title of the page a link leads to: it is not valid.
        email_link_failed_title,
        /// Below it.
        email_link_failed_subtitle,
        /// Beside the password: leads to what helps when it is forgotten.
        forgot_password,
        /// The title of what helps when the password is forgotten.
        forgot_password_title,
        /// Below it.
        forgot_password_subtitle,
        /// Sends a code to reset the password to `{address}`.
        reset_password_button,
        /// Between the reset and the other methods.
        forgot_password_or,
        /// The title of the step for a code that was sent to reset the password.
        reset_password_code_title,
        /// Below it, once the code is sent by e-mail.
        reset_password_email_code_subtitle,
        /// Below it, once the code is sent by SMS.
        reset_password_phone_code_subtitle,
        /// Below it, before a code is sent.
        reset_password_code_unsent,
        /// The title of the step for a new password.
        new_password_title,
        /// Below it.
        new_password_subtitle,
        /// Below it, where the instance asks for a new password.
        new_password_required,
        /// The box that ends all other sessions.
        sign_out_of_other_sessions,
        /// Sets the new password.
        new_password_button,
        /// The title once the new password is set.
        reset_password_success_title,
        /// Below it.
        reset_password_success_subtitle,
        /// The title when nobody has the identifier.
        account_not_found_title,
        /// Below it.
        account_not_found_subtitle,
        /// Leads to signing up.
        account_not_found_sign_up,
        /// Leads back to the identifier.
        account_not_found_retry,
        /// The title when it is done.
        complete_title,
        /// Below it: `{app}`.
        complete_subtitle,
        /// The title when the sign-in cannot go on here.
        unavailable_title,
        /// Why: no usable first factor.
        unavailable_first_factor,
        /// Why: a second factor is asked for.
        unavailable_second_factor,
        /// Why: the device has to be proven.
        unavailable_client_trust,
        /// Why: a bot challenge has to be solved.
        unavailable_protect_check,
        /// Why: something this version does not know.
        unavailable_unknown,
    }
}

texts! {
    /// Signing up.
    SignUpTexts {
        /// The title of the form.
        start_title,
        /// Below it: `{app}`.
        start_subtitle,
        /// Before the link to signing in.
        sign_in_question,
        /// The link to signing in.
        sign_in_link,
        /// The title of the code step.
        verify_email_title,
        /// Below it.
        verify_email_subtitle,
        /// The title of the step for what is missing.
        continue_title,
        /// Below it.
        continue_subtitle,
        /// The title when it is done.
        complete_title,
        /// Below it: `{app}`.
        complete_subtitle,
        /// The title when the sign-up cannot go on here.
        unavailable_title,
        /// Below it.
        unavailable_subtitle,
        /// The title when nobody can sign up.
        restricted_title,
        /// Below it.
        restricted_subtitle,
    }
}

texts! {
    /// The user button.
    UserButtonTexts {
        /// The name of the button.
        open,
        /// The name of the menu.
        menu,
        /// Ends the session.
        sign_out,
    }
}

texts! {
    /// The hosted home page.
    HomeTexts {
        /// The title for somebody signed in.
        signed_in_title,
        /// Below it: `{identifier}`.
        signed_in_as,
        /// The title for nobody: `{app}`.
        signed_out_title,
        /// Below it.
        signed_out_subtitle,
        /// The link to signing in.
        sign_in,
        /// The link to signing up.
        sign_up,
    }
}

texts! {
    /// What went wrong, by the code of the error; then the field it is about.
    ErrorTexts {
        /// `form_identifier_not_found`
        form_identifier_not_found,
        /// `form_identifier_exists`
        form_identifier_exists,
        /// `form_identifier_exists` about the e-mail address.
        form_identifier_exists_email_address,
        /// `form_identifier_exists` about the username.
        form_identifier_exists_username,
        /// `form_password_incorrect`
        form_password_incorrect,
        /// `form_password_or_identifier_incorrect`
        form_password_or_identifier_incorrect,
        /// `form_password_not_strong_enough`.
        form_password_not_strong_enough,
        /// `form_password_length_too_short`: `{minimum}`.
        form_password_length_too_short,
        /// `form_password_length_too_long`: `{maximum}`.
        form_password_length_too_long,
        /// `form_password_size_in_bytes_exceeded`
        form_password_size_in_bytes_exceeded,
        /// `form_code_incorrect`
        form_code_incorrect,
        /// `totp_already_enabled`.
        totp_already_enabled,
        /// `verification_expired`
        verification_expired,
        /// `verification_failed`
        verification_failed,
        /// `verification_already_verified`
        verification_already_verified,
        /// `verification_missing`
        verification_missing,
        /// `strategy_for_user_invalid`
        strategy_for_user_invalid,
        /// `ticket_invalid_code`
        ticket_invalid,
        /// `ticket_expired_code`
        ticket_expired,
        /// `sign_in_token_already_used_code`
        ticket_used,
        /// `sign_in_token_revoked_code`
        ticket_revoked,
        /// `invitation_already_accepted`
        invitation_accepted,
        /// `invitation_account_not_exists`
        invitation_without_account,
        /// `sign_up_mode_restricted`
        sign_up_restricted,
        /// `too_many_requests`
        too_many_requests,
        /// The same, when it is known for how long: `{wait}`.
        too_many_requests_wait,
        /// `user_locked`
        user_locked,
        /// The same, when it is known for how long: `{wait}`.
        user_locked_wait,
        /// `{wait}`: one second.
        wait_second,
        /// `{wait}`: `{count}` seconds, not one.
        wait_seconds,
        /// `{wait}`: one minute.
        wait_minute,
        /// `{wait}`: `{count}` minutes, not one.
        wait_minutes,
        /// `user_banned`
        user_banned,
        /// `session_exists`
        session_exists,
        /// `form_param_nil`
        form_param_nil,
        /// `form_param_nil` about the identifier.
        form_param_nil_identifier,
        /// `form_param_nil` about the e-mail address.
        form_param_nil_email_address,
        /// `form_param_nil` about the username.
        form_param_nil_username,
        /// `form_param_nil` about the password.
        form_param_nil_password,
        /// `form_param_nil` about the code.
        form_param_nil_code,
        /// `form_param_nil` about the first name.
        form_param_nil_first_name,
        /// `form_param_nil` about the last name.
        form_param_nil_last_name,
        /// `form_param_format_invalid`
        form_param_format_invalid,
        /// `form_param_format_invalid` about the e-mail address.
        form_param_format_invalid_email_address,
        /// `form_param_format_invalid` about the identifier.
        form_param_format_invalid_identifier,
        /// `form_param_value_invalid`
        form_param_value_invalid,
        /// `form_param_max_length_exceeded`
        form_param_max_length_exceeded,
        /// `form_username_invalid_character`
        form_username_invalid_character,
        /// `form_username_invalid_length`: `{minimum}`, `{maximum}`.
        form_username_invalid_length,
        /// `resource_not_found`
        resource_not_found,
        /// `authentication_invalid`
        authentication_invalid,
        /// `origin_invalid`
        origin_invalid,
        /// `request_invalid`, and what else only a broken client sends.
        request_invalid,
        /// `request_too_large`
        request_too_large,
        /// `service_unavailable`
        service_unavailable,
        /// `internal_clerk_error`, and every failure without a sentence.
        internal_clerk_error,
        /// The server cannot be reached.
        unreachable,
        /// The server's answer cannot be read.
        unreadable,
    }
}
