//! What the two costly operations take by themselves, on all cores: what a server could do at best.

use argon2::password_hash::PasswordVerifier;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use crate::load::{Rate, repeat_on_all_cores};

/// Argon2id verifies, with the parameters of the server.
pub fn password_verifies() -> Rate {
    let params = Params::new(19_456, 2, 1, None).expect("these are within argon2's limits");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2
        .hash_password(b"correct horse battery 9")
        .expect("hashing a short password works");
    repeat_on_all_cores(|| {
        let verified = argon2.verify_password(b"correct horse battery 9", &hash);
        assert!(verified.is_ok(), "the right password verifies");
    })
}

/// RS256 signatures with a key of 2048 bits, over as many bytes as a session token has.
pub fn signatures() -> Rate {
    let key = KeyPair::generate(KeySize::Rsa2048).expect("the machine has randomness");
    let random = SystemRandom::new();
    let message = [0x5a; 400];
    repeat_on_all_cores(|| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature)
            .expect("the key fits the padding");
    })
}
