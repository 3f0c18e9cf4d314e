//! What fields are for, and what browsers, password managers and keyboards have to know about them.

/// What a field is for. Everything that browsers, managers and keyboards need to know follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// The identifier of a sign-in, where it is an e-mail address.
    EmailIdentifier,
    /// The identifier of a sign-in, where it is a username, or can be either.
    Identifier,
    /// The e-mail address of a sign-up.
    EmailAddress,
    /// The username of a sign-up.
    Username,
    /// The password that somebody has.
    CurrentPassword,
    /// A password that is being set.
    NewPassword,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// A backup code.
    BackupCode,
}

/// The attributes of an input: the matrix of the UI reference, section 8.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) name: &'static str,
    pub(crate) input_type: &'static str,
    pub(crate) inputmode: Option<&'static str>,
    pub(crate) autocomplete: Option<&'static str>,
    pub(crate) autocapitalize: Option<&'static str>,
    pub(crate) spellcheck: Option<&'static str>,
    pub(crate) enterkeyhint: &'static str,
}

impl FieldKind {
    pub(crate) fn attributes(self) -> Attributes {
        let plain = Attributes {
            name: "",
            input_type: "text",
            inputmode: None,
            autocomplete: None,
            autocapitalize: Some("none"),
            spellcheck: Some("false"),
            enterkeyhint: "next",
        };
        // E-mail addresses are text to the browser: its own check refuses local parts that mail servers accept.
        let email = Attributes {
            inputmode: Some("email"),
            ..plain
        };
        let password = Attributes {
            name: "password",
            input_type: "password",
            autocapitalize: None,
            spellcheck: None,
            enterkeyhint: "go",
            ..plain
        };
        let name = Attributes {
            autocapitalize: Some("words"),
            ..plain
        };
        match self {
            Self::EmailIdentifier => Attributes {
                name: "identifier",
                autocomplete: Some("username webauthn"),
                ..email
            },
            Self::Identifier => Attributes {
                name: "identifier",
                autocomplete: Some("username webauthn"),
                ..plain
            },
            Self::EmailAddress => Attributes {
                name: "email_address",
                autocomplete: Some("email"),
                ..email
            },
            Self::Username => Attributes {
                name: "username",
                autocomplete: Some("username"),
                ..plain
            },
            Self::CurrentPassword => Attributes {
                autocomplete: Some("current-password webauthn"),
                ..password
            },
            Self::NewPassword => Attributes {
                autocomplete: Some("new-password"),
                ..password
            },
            Self::FirstName => Attributes {
                name: "first_name",
                autocomplete: Some("given-name"),
                ..name
            },
            Self::LastName => Attributes {
                name: "last_name",
                autocomplete: Some("family-name"),
                ..name
            },
            // Nothing that a device would offer, a code by SMS for one, is a backup code.
            Self::BackupCode => Attributes {
                name: "code",
                enterkeyhint: "go",
                ..plain
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [FieldKind; 8] = [
        FieldKind::EmailIdentifier,
        FieldKind::Identifier,
        FieldKind::EmailAddress,
        FieldKind::Username,
        FieldKind::CurrentPassword,
        FieldKind::NewPassword,
        FieldKind::FirstName,
        FieldKind::LastName,
    ];

    #[test]
    fn managers_are_told_what_each_field_is() {
        assert!(ALL.iter().all(|kind| {
            kind.attributes()
                .autocomplete
                .is_some_and(|token| token != "off")
        }));
        assert_eq!(
            FieldKind::EmailIdentifier.attributes().autocomplete,
            Some("username webauthn")
        );
        assert_eq!(
            FieldKind::CurrentPassword.attributes().autocomplete,
            Some("current-password webauthn")
        );
        assert_eq!(
            FieldKind::NewPassword.attributes().autocomplete,
            Some("new-password")
        );
    }

    #[test]
    fn no_device_offers_anything_for_a_backup_code() {
        let attributes = FieldKind::BackupCode.attributes();

        assert_eq!((attributes.name, attributes.autocomplete), ("code", None));
        assert_eq!(attributes.autocapitalize, Some("none"));
        assert_eq!(attributes.spellcheck, Some("false"));
    }

    #[test]
    fn an_address_is_typed_on_a_keyboard_for_addresses_and_checked_by_the_server() {
        let attributes = FieldKind::EmailAddress.attributes();

        assert_eq!(
            (attributes.input_type, attributes.inputmode),
            ("text", Some("email"))
        );
    }
}
