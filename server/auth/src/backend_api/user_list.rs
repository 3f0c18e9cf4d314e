//! Lists of users.

use axum::Json;
use axum::extract::{RawQuery, State};

use super::param::ParamError;
use super::query::Query;
use super::user_json::UserJson;
use crate::error::ApiError;
use crate::identifier::parse_email;
use crate::instance::SharedInstance;
use crate::phone_number::parse_phone_number;
use crate::store::{UserColumn, UserFilter, UserOrder, user_list};

/// `GET /v1/users`: a bare list.
pub(super) async fn list(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<UserJson>>, ApiError> {
    let filter = filter(query)?;
    let mut db = auth.store.read_snapshot().await?;
    let users = user_list::list(&mut db, &filter).await?;
    Ok(Json(UserJson::load_all(&auth, &mut db, users).await?))
}

/// `GET /v1/users/count`: how many users the same filters fit.
pub(super) async fn count(
    State(auth): State<SharedInstance>,
    RawQuery(query): RawQuery,
) -> Result<Json<serde_json::Value>, ApiError> {
    let filter = filter(query)?;
    let count = user_list::count(&mut *auth.store.read().await?, &filter).await?;
    Ok(Json(
        serde_json::json!({ "object": "total_count", "total_count": count }),
    ))
}

fn filter(query: Option<String>) -> Result<UserFilter, ApiError> {
    let mut query = Query::parse(query.as_deref().unwrap_or_default());
    let page = query.page()?;
    let filter = UserFilter {
        ids: query.many("user_id")?,
        email_addresses: canonical(&mut query, "email_address", parse_email)?,
        phone_numbers: canonical(&mut query, "phone_number", parse_phone_number)?,
        // Usernames are stored in lower case.
        usernames: lower_case(query.many("username")?),
        external_ids: query.many("external_id")?,
        query: searched(query.one("query")?)?,
        active_since: query.time("last_active_at_since")?,
        order: order(query.one("order_by")?)?,
        limit: page.limit,
        offset: page.offset,
    };
    // The official SDK adds it to every list; this one has only one form.
    query.one("paginated")?;
    query.finish()?;
    Ok(filter)
}

/// No text of a user has control characters.
fn searched(text: Option<String>) -> Result<Option<String>, ParamError> {
    let text = text.filter(|text| !text.is_empty());
    if text
        .as_ref()
        .is_some_and(|text| text.contains(char::is_control))
    {
        return Err(ParamError::format("query"));
    }
    Ok(text)
}

fn canonical(
    query: &mut Query,
    name: &str,
    parse: fn(&str, &str) -> Result<String, ApiError>,
) -> Result<Vec<String>, ApiError> {
    let typed = query.many(name)?;
    typed.iter().map(|text| parse(text, name)).collect()
}

fn lower_case(texts: Vec<String>) -> Vec<String> {
    texts.iter().map(|text| text.to_ascii_lowercase()).collect()
}

/// `+name` is ascending, as is the bare name; `-name` is descending. An unescaped plus arrives as a space.
fn order(text: Option<String>) -> Result<UserOrder, ParamError> {
    let Some(text) = text else {
        return Ok(UserOrder::default());
    };
    let is_descending = text.starts_with('-');
    let name = text.strip_prefix(['+', '-', ' ']).unwrap_or(&text);
    let column = column(name).ok_or_else(|| ParamError::value("order_by"))?;
    Ok(UserOrder {
        column,
        is_descending,
    })
}

fn column(name: &str) -> Option<UserColumn> {
    Some(match name {
        "created_at" => UserColumn::CreatedAt,
        "updated_at" => UserColumn::UpdatedAt,
        "last_sign_in_at" => UserColumn::LastSignInAt,
        "last_active_at" => UserColumn::LastActiveAt,
        "email_address" => UserColumn::EmailAddress,
        "username" => UserColumn::Username,
        "first_name" => UserColumn::FirstName,
        "last_name" => UserColumn::LastName,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order_of(text: &str) -> Result<UserOrder, ParamError> {
        order(Some(text.to_owned()))
    }

    #[test]
    fn an_order_has_a_direction_and_a_column() {
        let ascending = UserOrder {
            column: UserColumn::Username,
            is_descending: false,
        };
        for text in ["username", "+username", " username"] {
            assert_eq!(order_of(text), Ok(ascending));
        }
        let descending = UserOrder {
            is_descending: true,
            ..ascending
        };
        assert_eq!(order_of("-username"), Ok(descending));
        assert_eq!(order(None), Ok(UserOrder::default()));
    }

    #[test]
    fn sec_n04_nothing_but_the_known_columns_orders_a_list() {
        for text in [
            "",
            "-",
            "--created_at",
            "password_hash",
            "created_at; DROP TABLE users",
            "(SELECT password_hash FROM users)",
            "CASE WHEN 1=1 THEN id END",
            "created_at DESC, id",
            "users.created_at",
        ] {
            assert_eq!(order_of(text), Err(ParamError::value("order_by")), "{text}");
        }
    }
}
