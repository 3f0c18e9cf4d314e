//! What owners of accounts hear of by mail.
//!
//! Stored with what happened, in one transaction. Not counted towards the limit of the address: a stranger who uses that up
//! must not silence these mails.

use thyra_wire::Timestamp;

use crate::delivery::{Message, Notice};
use crate::error::ApiError;
use crate::instance::Instance;
use crate::store::{Connection, User, outbox};
use crate::token::growing_id;

/// Tells the owner, at their primary address. Whoever commits the transaction wakes the deliveries.
pub(crate) async fn tell_owner(
    auth: &Instance,
    db: &mut Connection,
    user: &User,
    notice: Notice,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(address) = user.primary_email_address() else {
        return Ok(());
    };
    let settings = &auth.settings;
    let letter = notice.letter(&settings.app_name, &settings.sign_in_url);
    let message = Message::email(&address.email_address, letter).seal(&auth.master);
    let due = auth.sends_mail().then_some(now);
    let id = growing_id("msg_", now);
    outbox::insert(db, &id, Some(&message), due, now).await?;
    Ok(())
}
