//! What owners of accounts hear of by mail; who has no address, by a message to their number.
//!
//! Stored with what happened, in one transaction. Not counted towards the limit of the address: a stranger who uses that up
//! must not silence these messages.

use thyra_wire::Timestamp;

use crate::delivery::{Message, Notice, notice_text};
use crate::error::ApiError;
use crate::guard::takes_codes;
use crate::instance::Instance;
use crate::settings::Settings;
use crate::store::{Connection, User, outbox};
use crate::token::growing_id;

/// Tells the owner, at their primary address or number. Whoever commits the transaction wakes the deliveries.
pub(crate) async fn tell_owner(
    auth: &Instance,
    db: &mut Connection,
    user: &User,
    notice: Notice,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(message) = message(&auth.settings, user, notice) else {
        return Ok(());
    };
    let due = auth.sends(message.channel).then_some(now);
    let id = growing_id("msg_", now);
    let sealed = message.seal(&auth.master);
    outbox::insert(db, &id, Some(&sealed), due, now).await?;
    Ok(())
}

fn message(settings: &Settings, user: &User, notice: Notice) -> Option<Message> {
    let (app_name, sign_in_url) = (&settings.app_name, &settings.sign_in_url);
    if let Some(address) = user.primary_email_address() {
        let letter = notice.letter(app_name, sign_in_url);
        return Some(Message::email(&address.email_address, letter));
    }
    let number = &user.primary_phone_number()?.phone_number;
    let channel = *settings.phone_channels().first()?;
    let letter = notice_text(notice, app_name, sign_in_url);
    takes_codes(settings, number).then(|| Message::text(channel, number, letter))
}
