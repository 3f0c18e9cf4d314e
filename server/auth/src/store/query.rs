//! Statements in the making, and the rows that come back.
//!
//! Parameters are `$1`, `$2`, …, and values are bound, never written into the text. The calls are asynchronous because
//! another database's would be; SQLite's are done when they return.

use std::sync::Arc;

use rusqlite::Statement;
use rusqlite::types::{FromSql, ToSql, ToSqlOutput, Value, ValueRef};

use super::{Connection, StoreError};

/// A statement with its values.
pub(super) struct Query {
    sql: String,
    values: Vec<Value>,
}

/// A statement that is a constant.
pub(super) fn query(sql: &'static str) -> Query {
    Query {
        sql: sql.to_owned(),
        values: Vec::new(),
    }
}

impl Query {
    /// Binds the next value.
    pub(super) fn bind(mut self, value: impl ToSql) -> Self {
        self.values.push(owned(&value));
        self
    }

    /// Runs it, and gives how many rows changed.
    pub(super) async fn execute(self, db: &mut Connection) -> Result<usize, StoreError> {
        #[cfg(test)]
        recorded::note(&self.sql);
        let mut statement = db.sqlite().prepare_cached(&self.sql)?;
        bind_all(&mut statement, &self.values)?;
        Ok(statement.raw_execute()?)
    }

    /// Runs it, and gives its first row.
    pub(super) async fn fetch_optional(
        self,
        db: &mut Connection,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch(db, 1)?.pop())
    }

    /// Runs it, and gives all rows.
    pub(super) async fn fetch_all(self, db: &mut Connection) -> Result<Vec<Row>, StoreError> {
        self.fetch(db, usize::MAX)
    }

    fn fetch(self, db: &mut Connection, limit: usize) -> Result<Vec<Row>, StoreError> {
        #[cfg(test)]
        recorded::note(&self.sql);
        let mut statement = db.sqlite().prepare_cached(&self.sql)?;
        bind_all(&mut statement, &self.values)?;
        let names: Arc<[String]> = statement
            .column_names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut found = statement.raw_query();
        let mut rows = Vec::new();
        while rows.len() < limit
            && let Some(row) = found.next()?
        {
            let values = (0..names.len()).map(|column| row.get::<_, Value>(column));
            rows.push(Row {
                names: names.clone(),
                values: values.collect::<Result<_, _>>()?,
            });
        }
        Ok(rows)
    }
}

/// SQLite numbers parameters in the order in which they first appear; ours have their number in their name.
fn bind_all(statement: &mut Statement<'_>, values: &[Value]) -> Result<(), StoreError> {
    for position in 1..=statement.parameter_count() {
        let number: Option<usize> = statement
            .parameter_name(position)
            .and_then(|name| name.get(1..)?.parse().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value =
            value.ok_or_else(|| rusqlite::Error::InvalidParameterCount(values.len(), position))?;
        statement.raw_bind_parameter(position, value)?;
    }
    Ok(())
}

fn owned(value: &impl ToSql) -> Value {
    match value
        .to_sql()
        .expect("texts, numbers and bytes are values as they are")
    {
        ToSqlOutput::Owned(value) => value,
        ToSqlOutput::Borrowed(value) => Value::try_from(value).expect("texts of ours are UTF-8"),
        other => unreachable!("nothing else is bound: {other:?}"),
    }
}

/// A row that came back.
pub(super) struct Row {
    names: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// The value in this column.
    pub(super) fn get<T: FromSql>(&self, name: &'static str) -> Result<T, StoreError> {
        let position = self.names.iter().position(|known| known == name);
        let value = position.and_then(|position| self.values.get(position));
        read(value, name)
    }

    /// The value in the first column.
    pub(super) fn first<T: FromSql>(&self) -> Result<T, StoreError> {
        read(self.values.first(), "value")
    }
}

fn read<T: FromSql>(value: Option<&Value>, what: &'static str) -> Result<T, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt { what, why };
    let value = value.ok_or_else(|| corrupt("there is no such column".to_owned()))?;
    T::column_result(ValueRef::from(value)).map_err(|error| corrupt(error.to_string()))
}

/// A statement that is put together: of texts that are constants, and values that are bound.
pub(super) struct QueryBuilder(Query);

impl QueryBuilder {
    /// Begins with this text.
    pub(super) fn new(sql: &'static str) -> Self {
        Self(query(sql))
    }

    /// Goes on with this text.
    pub(super) fn push(&mut self, sql: &'static str) -> &mut Self {
        self.0.sql.push_str(sql);
        self
    }

    /// Goes on with a parameter, and binds its value.
    pub(super) fn push_bind(&mut self, value: impl ToSql) -> &mut Self {
        self.0.values.push(owned(&value));
        self.0.sql.push_str(&format!("${}", self.0.values.len()));
        self
    }

    /// Goes on with a parameter for each value, with commas in between.
    pub(super) fn push_list(&mut self, values: &[String]) -> &mut Self {
        for (position, value) in values.iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " })
                .push_bind(value);
        }
        self
    }

    /// The statement.
    pub(super) fn build(self) -> Query {
        self.0
    }
}

/// The statements that were run: tests ask the database how it would carry them out.
#[cfg(test)]
pub(crate) mod recorded {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        // A test has a thread of its own, and so have its statements.
        static STATEMENTS: RefCell<BTreeSet<String>> = RefCell::default();
    }

    pub(super) fn note(sql: &str) {
        STATEMENTS.with_borrow_mut(|statements| statements.insert(sql.to_owned()));
    }

    /// What this thread ran since it was asked last.
    pub(crate) fn take() -> BTreeSet<String> {
        STATEMENTS.take()
    }
}
