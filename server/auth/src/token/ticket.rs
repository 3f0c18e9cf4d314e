//! Tickets: texts that let somebody in by themselves.
//!
//! A ticket is the id of what it stands for, and a keyed digest of that id. So it need not be kept: the database holds ids,
//! and a copy of the database alone makes no ticket of them. Another instance has another key, so its tickets are none
//! here. Whether a ticket still counts is not said in it: the database knows what was used, revoked or has run out.

use super::digest::Digest;
use super::master_key::{MasterKey, Purpose};

/// Between the id and its digest.
const SEPARATOR: char = '.';

/// The ticket for what has this id.
pub(crate) fn ticket_of(master: &MasterKey, id: &str) -> String {
    let digest = master.mac(Purpose::Ticket, id.as_bytes());
    format!("{id}{SEPARATOR}{}", digest.to_text())
}

/// The id of what the ticket stands for, when it is one of ours.
pub(crate) fn id_of_ticket<'a>(master: &MasterKey, ticket: &'a str) -> Option<&'a str> {
    let (id, digest) = ticket.split_once(SEPARATOR)?;
    let digest = Digest::from_text(digest)?;
    let is_ours = master.mac(Purpose::Ticket, id.as_bytes()).matches(&digest);
    is_ours.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_names_what_it_stands_for() {
        let master = MasterKey::from_bytes([7; 32]);

        assert_eq!(
            id_of_ticket(&master, &ticket_of(&master, "sit_1")),
            Some("sit_1")
        );
    }

    #[test]
    fn sec_d06_nobody_makes_a_ticket_without_the_key() {
        let (ours, theirs) = (
            MasterKey::from_bytes([7; 32]),
            MasterKey::from_bytes([8; 32]),
        );
        let ticket = ticket_of(&ours, "sit_1");
        let (_, digest) = ticket.split_once('.').unwrap();

        for forged in [
            ticket_of(&theirs, "sit_1"),
            format!("sit_2.{digest}"),
            format!("{ticket}x"),
            "sit_1.".to_owned(),
            "sit_1".to_owned(),
            ".".to_owned(),
            String::new(),
        ] {
            assert_eq!(id_of_ticket(&ours, &forged), None, "{forged}");
        }
    }
}
