//! Lists of users: which, in what order, how many.

use thyra_wire::Timestamp;

use super::users::with_addresses;
use super::{Connection, QueryBuilder, StoreError, User, count_of};

/// By what a list of users can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserColumn {
    CreatedAt,
    UpdatedAt,
    LastSignInAt,
    LastActiveAt,
    /// The primary address.
    EmailAddress,
    Username,
    FirstName,
    LastName,
}

impl UserColumn {
    /// The column in SQL. The text comes from here, never from a request.
    fn sql(self) -> &'static str {
        match self {
            Self::CreatedAt => "users.created_at",
            Self::UpdatedAt => "users.updated_at",
            Self::LastSignInAt => "users.last_sign_in_at",
            Self::LastActiveAt => "users.last_active_at",
            Self::EmailAddress => {
                "(SELECT email_address FROM email_addresses WHERE id = users.primary_email_address_id)"
            }
            Self::Username => "users.username",
            Self::FirstName => "users.first_name",
            Self::LastName => "users.last_name",
        }
    }
}

/// The order of a list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserOrder {
    pub(crate) column: UserColumn,
    pub(crate) is_descending: bool,
}

impl Default for UserOrder {
    /// The newest first.
    fn default() -> Self {
        Self {
            column: UserColumn::CreatedAt,
            is_descending: true,
        }
    }
}

/// Which users a list holds. Every filter that is given has to fit; a filter with several values fits any of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserFilter {
    pub(crate) ids: Vec<String>,
    pub(crate) email_addresses: Vec<String>,
    pub(crate) usernames: Vec<String>,
    pub(crate) external_ids: Vec<String>,
    /// A part of an id, name, username or address.
    pub(crate) query: Option<String>,
    pub(crate) active_since: Option<Timestamp>,
    pub(crate) order: UserOrder,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

impl UserFilter {
    fn push_to(&self, statement: &mut QueryBuilder) {
        statement.push(" WHERE 1 = 1");
        push_any(statement, " AND users.id IN (", &self.ids, ")");
        push_any(statement, " AND users.username IN (", &self.usernames, ")");
        push_any(
            statement,
            " AND users.external_id IN (",
            &self.external_ids,
            ")",
        );
        const BY_ADDRESS: &str =
            " AND users.id IN (SELECT user_id FROM email_addresses WHERE email_address IN (";
        push_any(statement, BY_ADDRESS, &self.email_addresses, "))");
        if let Some(since) = self.active_since {
            statement
                .push(" AND users.last_active_at >= ")
                .push_bind(since.as_millis());
        }
        if let Some(query) = &self.query {
            let pattern = format!("%{}%", escape_like(query));
            statement
                .push(" AND (users.id LIKE ")
                .push_bind(pattern.clone());
            statement
                .push(" ESCAPE '!' OR users.first_name LIKE ")
                .push_bind(pattern.clone());
            statement
                .push(" ESCAPE '!' OR users.last_name LIKE ")
                .push_bind(pattern.clone());
            statement
                .push(" ESCAPE '!' OR users.username LIKE ")
                .push_bind(pattern.clone());
            statement.push(" ESCAPE '!' OR users.id IN (SELECT user_id FROM email_addresses WHERE email_address LIKE ");
            statement.push_bind(pattern).push(" ESCAPE '!'))");
        }
    }
}

fn push_any(
    statement: &mut QueryBuilder,
    before: &'static str,
    values: &[String],
    after: &'static str,
) {
    if values.is_empty() {
        return;
    }
    statement.push(before).push_list(values).push(after);
}

fn escape_like(text: &str) -> String {
    text.replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}

/// The users that fit.
pub(crate) async fn list(
    db: &mut Connection,
    filter: &UserFilter,
) -> Result<Vec<User>, StoreError> {
    let mut statement = QueryBuilder::new("SELECT users.* FROM users");
    filter.push_to(&mut statement);
    statement
        .push(" ORDER BY ")
        .push(filter.order.column.sql())
        .push(if filter.order.is_descending {
            " DESC, users.id"
        } else {
            ", users.id"
        });
    statement.push(" LIMIT ").push_bind(i64::from(filter.limit));
    statement
        .push(" OFFSET ")
        .push_bind(i64::from(filter.offset));
    let rows = statement.build().fetch_all(&mut *db).await?;
    with_addresses(db, rows).await
}

/// How many users fit.
pub(crate) async fn count(db: &mut Connection, filter: &UserFilter) -> Result<u64, StoreError> {
    let mut statement = QueryBuilder::new("SELECT COUNT(*) FROM users");
    filter.push_to(&mut statement);
    count_of(statement.build().fetch_optional(db).await?)
}
