//! `/v1/tickets/accept`: where the links with tickets lead.
//!
//! Programs that look at mails follow links too, so a look changes nothing: the browser is sent on to the page that uses the
//! ticket, with the ticket and the word for what that page has to do. Whether the ticket still counts is said there, to
//! whoever uses it.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::redirect::with_query;
use super::verify::tell_nobody;
use crate::error::ApiError;
use crate::instance::SharedInstance;
use crate::params::MAX_TEXT_LENGTH;
use crate::service::{TicketEnd, TicketService, Visit};

/// Sends the browser on.
pub(super) async fn accept(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
    visit: Visit,
) -> Response {
    let ticket = ticket_of(query.as_deref());
    match TicketService(&auth).look(&visit, &ticket).await {
        Ok(end) => lead_on(&end, &ticket),
        Err(error) => error.into_response(),
    }
}

/// What is too long to be a ticket is none.
fn ticket_of(query: Option<&str>) -> String {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let ticket = pairs.find(|(name, _)| name == "ticket");
    ticket
        .map(|(_, ticket)| ticket.into_owned())
        .filter(|ticket| ticket.len() <= MAX_TEXT_LENGTH)
        .unwrap_or_default()
}

fn lead_on(end: &TicketEnd, ticket: &str) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !end.is_complete() {
        query.append_pair("__clerk_ticket", ticket);
    }
    query.append_pair("__clerk_status", end.status.as_str());
    let target = with_query(&end.url, &query.finish());
    let Ok(location) = HeaderValue::from_str(&target) else {
        return ApiError::new(thyra_wire::ErrorCode::FormParamValueInvalid).into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    tell_nobody(response.headers_mut());
    response
}
