//! Fixtures that other programs made: Python's hashlib and libxcrypt, and the vectors of Argon2's reference implementation.

use super::*;

const PASSWORD: &[u8] = b"a door of one's own";

const OF_PASSWORD: [(&str, &str); 4] = [
    (
        "bcrypt",
        "$2b$10$abcdefghijklmnopqrstuuM0LbjWsG0iC2eLA7NAqZWLe9bF3om2m",
    ),
    (
        "pbkdf2_sha256_django",
        "pbkdf2_sha256$600000$saltsalt$M3ldSqXbWKHkao1HoRPBtmWK7p97W+0Qc0OulXBTMnc=",
    ),
    (
        "pbkdf2_sha1",
        "pbkdf2_sha1$10000$saltsalt$ddb4f62d7d0f709d1fb1f90483424f2c4ceb75f3",
    ),
    (
        "scrypt_werkzeug",
        "scrypt:32768:8:1$saltsalt$44a70c5604e8a7f72fe5707ad8ef71ee12100ed15587e76e80f412a33472c7cb9881f7aa1fbc33c5e77f5189bedfac629b73ecf1bead10dd1524998899f80cc8",
    ),
];

#[test]
fn sec_a02_hashes_of_other_systems_are_verified_by_their_own_rules() {
    for (hasher, text) in OF_PASSWORD {
        let imported = Imported::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert!(imported.hashers().contains(&hasher), "{hasher}");
        assert!(imported.verifies(PASSWORD), "{hasher}");
        assert!(!imported.verifies(b"another door"), "{hasher}");
    }
    for (hasher, text) in [
        (
            "argon2i",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        ),
        (
            "argon2id",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        ),
    ] {
        let imported = Imported::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(imported.hashers(), [hasher]);
        assert!(imported.verifies(b"password"), "{hasher}");
        assert!(!imported.verifies(b"Password"), "{hasher}");
    }
}

#[test]
fn sec_a02_what_would_cost_too_much_or_is_no_hash_is_not_taken() {
    for text in [
        "",
        "plain text",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2b$15$abcdefghijklmnopqrstuuM0LbjWsG0iC2eLA7NAqZWLe9bF3om2m",
        "$2b$10$abcdefghijklmnopqrstuuM0LbjWsG0iC2eLA7NAqZWLe9bF3om2",
        "$2b$10$äbcdefghijklmnopqrstuuM0LbjWsG0iC2eLA7NAqZWLe9bF3om2",
        "$argon2i$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "$argon2i$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
        "pbkdf2_sha256$0$saltsalt$M3ldSqXbWKHkao1HoRPBtmWK7p97W+0Qc0OulXBTMnc=",
        "pbkdf2_sha256$99000000$saltsalt$M3ldSqXbWKHkao1HoRPBtmWK7p97W+0Qc0OulXBTMnc=",
        "pbkdf2_sha256$600000$saltsalt$M3ld",
        "scrypt:1048576:8:1$saltsalt$44a70c5604e8a7f72fe5707ad8ef71ee",
        "scrypt:3000:8:1$saltsalt$44a70c5604e8a7f72fe5707ad8ef71ee",
        "scrypt:32768:8:1$saltsalt$",
    ] {
        assert_eq!(Imported::parse(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn sec_p03_no_text_is_too_strange_to_be_read(
        text in "(\\$2b\\$|\\$argon2i\\$|pbkdf2_sha256\\$|scrypt:)?[ -~äß🦀]{0,80}",
    ) {
        if let Some(imported) = Imported::parse(&text) {
            proptest::prop_assert!(!imported.hashers().is_empty());
        }
    }
}
