//! Attacks, each named after its entry in the security checklist.

mod account_lock;
mod cross_site;
mod dump;
mod email_link;
mod enumeration;
mod key_rotation;
mod limits;
mod mail_flood;
mod mass_assignment;
mod one_time_codes;
mod parallel_sign_ups;
mod password_reset;
mod phone_code;
mod repeated_requests;
mod second_factors;
mod session_fixation;
mod test_codes;
mod tickets;
