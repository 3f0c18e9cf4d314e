//! Passwords under attack, and passwords as people have them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::*;

fn hasher(threads: usize, waiting: usize) -> PasswordHasher {
    let limits = QueueLimits {
        threads,
        waiting,
        deadline: Duration::from_secs(60),
    };
    PasswordHasher::with(HashParameters::STANDARD, limits).unwrap()
}

#[tokio::test]
async fn sec_a01_a_stored_hash_is_argon2id_with_the_standard_parameters() {
    let phc = hasher(1, 1)
        .hash(Secret::from("correct horse"))
        .await
        .unwrap();

    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    let (parameters, salt, output) = parse_phc(&phc).unwrap();
    assert_eq!(parameters, HashParameters::STANDARD);
    assert_eq!((salt.len(), output.len()), (16, 32));
}

#[test]
fn sec_a01_weaker_parameters_are_refused() {
    let standard = HashParameters::STANDARD;
    let weaker = [
        HashParameters {
            memory: 19_455,
            ..standard
        },
        HashParameters {
            passes: 1,
            ..standard
        },
        HashParameters {
            lanes: 0,
            ..standard
        },
    ];
    let limits = QueueLimits {
        threads: 1,
        waiting: 1,
        deadline: Duration::from_secs(1),
    };
    for parameters in weaker {
        let refused = PasswordHasher::with(parameters, limits).unwrap_err();
        assert!(refused.to_string().contains("19456"));
    }
}

#[tokio::test]
async fn sec_a01_another_implementation_verifies_our_hashes() {
    use argon2::PasswordVerifier;
    let phc = hasher(1, 1)
        .hash(Secret::from("correct horse"))
        .await
        .unwrap();
    let parsed = PasswordHash::new(&phc).unwrap();

    assert!(
        Argon2::default()
            .verify_password(b"correct horse", &parsed)
            .is_ok()
    );
    assert!(
        Argon2::default()
            .verify_password(b"wrong horse", &parsed)
            .is_err()
    );
}

#[tokio::test]
async fn the_same_password_never_hashes_to_the_same() {
    let hasher = hasher(1, 1);

    let one = hasher.hash(Secret::from("correct horse")).await.unwrap();
    let two = hasher.hash(Secret::from("correct horse")).await.unwrap();

    assert_ne!(one, two);
}

#[tokio::test]
async fn sec_a03_500_wrong_passwords_at_once_are_bounded() {
    let hasher = Arc::new(hasher(2, 20));
    let phc = hasher.hash(Secret::from("correct horse")).await.unwrap();
    let attempt = |number: usize| {
        let (hasher, phc) = (hasher.clone(), phc.clone());
        tokio::spawn(async move {
            hasher
                .verify(Secret::from(format!("wrong {number}")), phc)
                .await
        })
    };

    let attempts: Vec<_> = (0..500).map(attempt).collect();
    let (mut evaluated, mut busy) = (0, 0);
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(is_right) => evaluated += usize::from(!is_right),
            Err(HashError::Busy { retry_after }) => busy += usize::from(!retry_after.is_zero()),
            Err(error) => panic!("{error}"),
        }
    }

    assert_eq!(evaluated + busy, 500);
    let load = hasher.load();
    assert!(load.most_running.load(Ordering::Relaxed) <= 2);
    assert!(load.most_waiting.load(Ordering::Relaxed) <= 22);
    assert!(busy >= 400, "only {busy} were turned away");
}

#[tokio::test]
async fn sec_a03_hashing_leaves_the_async_threads_alone() {
    let hasher = hasher(1, 1);
    let hashing = hasher.hash(Secret::from("correct horse"));
    tokio::pin!(hashing);

    // This runtime has one thread. Were the hashing done on it, nothing else would get a turn in between.
    let mut turns = 0;
    loop {
        tokio::select! {
            biased;
            hashed = &mut hashing => break assert!(hashed.is_ok()),
            () = tokio::task::yield_now() => turns += 1,
        }
    }
    assert!(turns > 10, "{turns} turns");
}

#[tokio::test]
async fn sec_b02_a_dummy_check_does_the_work_of_a_real_one() {
    let hasher = hasher(1, 1);

    hasher.verify_dummy(Secret::from("whatever")).await.unwrap();

    let (parameters, salt, _) = parse_phc(&hasher.nobody).unwrap();
    assert_eq!(parameters, hasher.parameters);
    assert_eq!(salt.len(), SALT_LENGTH);
}

#[tokio::test]
async fn sec_a05_passwords_are_taken_as_they_are() {
    let hasher = hasher(2, 20);
    let past_72 = |end: &str| format!("{}{end}", "x".repeat(72));
    let emoji = "🦀".repeat(64);
    let pairs = [
        ("  spaces matter  ".to_owned(), "spaces matter".to_owned()),
        ("Case Matters".to_owned(), "case matters".to_owned()),
        (past_72("a"), past_72("b")),
        (emoji.clone(), "🦀".repeat(63)),
        ("e\u{301}clair123".to_owned(), "\u{e9}clair123".to_owned()),
        ("nul\0in the middle".to_owned(), "nul".to_owned()),
    ];
    for (password, similar) in pairs {
        let phc = hasher.hash(Secret::from(password.clone())).await.unwrap();
        assert_eq!(
            hasher.verify(Secret::from(password), phc.clone()).await,
            Ok(true)
        );
        assert_eq!(hasher.verify(Secret::from(similar), phc).await, Ok(false));
    }
}

#[test]
fn sec_a05_length_counts_characters_and_bytes() {
    let policy = PasswordPolicy::default();
    let check = |text: String| policy.check_new(&Secret::from(text), &[]);

    assert_eq!(check("🦀".repeat(7)), Err(PasswordProblem::TooShort));
    assert_eq!(check("🦀".repeat(8)), Ok(()));
    assert_eq!(check("🦀".repeat(64)), Ok(()));
    assert_eq!(check(" ".repeat(8)), Ok(()));
    assert_eq!(check("x".repeat(1024)), Ok(()));
    assert_eq!(check("x".repeat(1025)), Err(PasswordProblem::TooManyBytes));
    assert_eq!(check("🦀".repeat(257)), Err(PasswordProblem::TooManyBytes));
}

#[tokio::test]
async fn what_is_no_hash_of_ours_is_refused_and_costs_nothing() {
    let hasher = hasher(1, 1);
    let broken = [
        "",
        "plain text",
        "$2b$10$abcdefghijklmnopqrstuv",
        "$argon2d$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
        "$argon2id$v=19$m=19456,t=2,p=0$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
    ];
    for phc in broken {
        let answer = hasher.verify(Secret::from("x"), phc.to_owned()).await;
        assert_eq!(answer, Err(HashError::Unreadable), "{phc}");
    }
}

#[tokio::test]
async fn sec_a12_no_error_and_no_debug_output_shows_the_password() {
    let hasher = hasher(1, 1);
    let canary = "canary-password";

    let error = hasher
        .verify(Secret::from(canary), canary.to_owned())
        .await
        .unwrap_err();

    let shown = format!("{error} {error:?} {hasher:?} {:?}", Secret::from(canary));
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn the_raw_check_for_the_benchmark_agrees() {
    let phc = hasher(1, 1)
        .hash(Secret::from("correct horse"))
        .await
        .unwrap();

    assert!(raw_verify("correct horse", &phc));
    assert!(!raw_verify("wrong horse", &phc));
}
