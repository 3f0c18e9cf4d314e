//! Lists of users: which, in what order, how many.
//!
//! A search for three letters or more finds them anywhere in an id, a name, a username, an address or a number, by an index of all
//! that stand in a row there (migration 0007). It gives the newest users first without sorting all that fit: the index knows
//! users by numbers that grow. Fewer letters are looked for at the beginning of usernames and addresses.

use thyra_wire::Timestamp;

use super::users::with_addresses;
use super::{Connection, QueryBuilder, StoreError, User, count_of, query};

/// How many letters in a row the index has.
const LETTERS: usize = 3;
/// From so many usernames or addresses on, it takes less time to find a page of those that begin so among the newest users
/// than to sort all that do.
const MANY: i64 = 1000;

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
    pub(crate) phone_numbers: Vec<String>,
    pub(crate) usernames: Vec<String>,
    pub(crate) external_ids: Vec<String>,
    /// A part of an id, name, username or address; of fewer than three letters, the beginning of a username or address.
    pub(crate) query: Option<String>,
    pub(crate) active_since: Option<Timestamp>,
    pub(crate) order: UserOrder,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

impl UserFilter {
    fn push_to(&self, statement: &mut QueryBuilder, search: &Search) {
        statement.push(search.from()).push(" WHERE 1 = 1");
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
        const BY_NUMBER: &str =
            " AND users.id IN (SELECT user_id FROM phone_numbers WHERE phone_number IN (";
        push_any(statement, BY_NUMBER, &self.phone_numbers, "))");
        if let Some(since) = self.active_since {
            statement
                .push(" AND users.last_active_at >= ")
                .push_bind(since.as_millis());
        }
        match search {
            Search::None => {}
            Search::Letters(phrase) => {
                statement
                    .push(" AND user_search MATCH ")
                    .push_bind(phrase.clone());
            }
            Search::Beginning(beginning) => beginning.push_to(statement),
        }
    }

    /// By the newest or oldest first, when a search gives them so.
    fn push_order_to(&self, statement: &mut QueryBuilder, search: &Search) {
        let is_by_number =
            matches!(search, Search::Letters(_)) && self.order.column == UserColumn::CreatedAt;
        if is_by_number {
            statement
                .push(" ORDER BY user_search.rowid")
                .push(if self.order.is_descending {
                    " DESC"
                } else {
                    " ASC"
                });
            return;
        }
        statement
            .push(" ORDER BY ")
            .push(self.order.column.sql())
            .push(if self.order.is_descending {
                " DESC, users.id"
            } else {
                ", users.id"
            });
    }
}

/// How what is searched for is found.
enum Search {
    /// Nothing is.
    None,
    /// As a phrase of the index.
    Letters(String),
    Beginning(Beginning),
}

/// The first letters of a username or an address.
struct Beginning {
    from: String,
    /// Behind everything that begins so.
    to: String,
    is_common: bool,
}

impl Search {
    async fn of(db: &mut Connection, filter: &UserFilter) -> Result<Self, StoreError> {
        let Some(text) = &filter.query else {
            return Ok(Self::None);
        };
        if text.chars().count() >= LETTERS {
            // Within quotation marks nothing has a meaning of its own but these.
            let phrase = format!("\"{}\"", text.replace('"', "\"\""));
            return Ok(Self::Letters(phrase));
        }
        Ok(Self::Beginning(Beginning::of(db, text).await?))
    }

    /// Where users come from.
    fn from(&self) -> &'static str {
        match self {
            // The index first, in the order it has: never all users, each looked up there.
            Self::Letters(_) => "user_search CROSS JOIN users ON users.number = user_search.rowid",
            Self::None | Self::Beginning(_) => "users",
        }
    }
}

impl Beginning {
    async fn of(db: &mut Connection, text: &str) -> Result<Self, StoreError> {
        let from = text.to_lowercase();
        let to = format!("{from}{}", char::MAX);
        let found = query(
            "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM email_addresses
                 WHERE email_address >= $1 AND email_address < $2 LIMIT $3))
             + (SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE username >= $1 AND username < $2 LIMIT $3))",
        )
        .bind(&from)
        .bind(&to)
        .bind(MANY)
        .fetch_optional(db)
        .await?;
        let is_common = count_of(found)? >= MANY.unsigned_abs();
        Ok(Self {
            from,
            to,
            is_common,
        })
    }

    fn push_to(&self, statement: &mut QueryBuilder) {
        let mut between = |before, column, after| {
            statement
                .push(before)
                .push(column)
                .push(" >= ")
                .push_bind(self.from.clone())
                .push(" AND ")
                .push(column)
                .push(" < ")
                .push_bind(self.to.clone())
                .push(after);
        };
        if self.is_common {
            between(
                " AND (",
                "users.username",
                " OR EXISTS (SELECT 1 FROM email_addresses",
            );
            between(
                " WHERE email_addresses.user_id = users.id AND ",
                "email_address",
                "))",
            );
        } else {
            const OF_ADDRESS: &str = " AND users.id IN (SELECT user_id FROM email_addresses WHERE ";
            between(OF_ADDRESS, "email_address", " UNION");
            between(
                " SELECT id FROM users AS named WHERE ",
                "named.username",
                ")",
            );
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

/// The users that fit.
pub(crate) async fn list(
    db: &mut Connection,
    filter: &UserFilter,
) -> Result<Vec<User>, StoreError> {
    let search = Search::of(db, filter).await?;
    let mut statement = QueryBuilder::new("SELECT users.* FROM ");
    filter.push_to(&mut statement, &search);
    filter.push_order_to(&mut statement, &search);
    statement.push(" LIMIT ").push_bind(i64::from(filter.limit));
    statement
        .push(" OFFSET ")
        .push_bind(i64::from(filter.offset));
    let rows = statement.build().fetch_all(&mut *db).await?;
    with_addresses(db, rows).await
}

/// How many users fit.
pub(crate) async fn count(db: &mut Connection, filter: &UserFilter) -> Result<u64, StoreError> {
    let search = Search::of(db, filter).await?;
    let mut statement = QueryBuilder::new("SELECT COUNT(*) FROM ");
    filter.push_to(&mut statement, &search);
    count_of(statement.build().fetch_optional(db).await?)
}
