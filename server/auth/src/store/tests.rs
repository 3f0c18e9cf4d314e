//! What the database itself has to hold: nothing acknowledged is lost, nothing half-made stays.

use tempfile::TempDir;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("thyra.db").display())
}

fn user(number: usize) -> User {
    User {
        first_name: Some("x".repeat(500)),
        ..User::new(format!("user_{number}"), NOW)
    }
}

#[tokio::test]
async fn a_full_disk_is_a_passing_error_and_what_was_committed_stays() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    // SQLite's own limit behaves as a full disk does, and needs no file system of its own.
    sqlx::query("PRAGMA max_page_count = 60")
        .execute(&store.writer)
        .await
        .unwrap();
    let mut committed = 0;
    let error = loop {
        let mut db = store.write().await.unwrap();
        if let Err(error) = users::insert(&mut db, &user(committed)).await {
            break error;
        }
        db.commit().await.unwrap();
        committed += 1;
        assert!(committed < 10_000, "the limit was never reached");
    };
    assert!(error.is_unavailable(), "{error}");
    store.close().await;

    let store = Store::open(&url(&folder)).await.unwrap();

    let count = user_list::count(&mut store.read().await.unwrap(), &UserFilter::default()).await;
    assert_eq!(count.unwrap(), u64::try_from(committed).unwrap());
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(committed)).await.unwrap();
    db.commit().await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_not_committed_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(1)).await.unwrap();
    drop(db);

    assert!(
        users::by_id(&mut store.read().await.unwrap(), "user_1")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn sec_n03_the_database_is_in_wal_mode_with_foreign_keys_and_full_synchronisation() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let pragma = async |statement: &'static str| {
        sqlx::query_scalar::<_, String>(statement)
            .fetch_one(&store.writer)
            .await
    };
    let number = async |statement: &'static str| {
        sqlx::query_scalar::<_, i64>(statement)
            .fetch_one(&store.writer)
            .await
    };

    assert_eq!(pragma("PRAGMA journal_mode").await.unwrap(), "wal");
    assert_eq!(number("PRAGMA foreign_keys").await.unwrap(), 1);
    assert_eq!(number("PRAGMA synchronous").await.unwrap(), 2);
    assert_eq!(number("PRAGMA busy_timeout").await.unwrap(), 5000);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("thyra.db"),
        "hello, I am a text file, and quite a long one at that",
    )
    .unwrap();

    assert!(Store::open(&url(&folder)).await.is_err());
}
