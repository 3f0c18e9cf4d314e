//! What the database itself has to hold: nothing acknowledged is lost, nothing half-made stays.

use std::fs::File;
use std::pin::pin;
use std::time::Duration;

use futures::future::join_all;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::log::Log;
use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("thyra.db").display())
}

/// Runs a statement on the connection that writes, outside of a transaction.
async fn pragma(store: &Store, statement: &'static str) -> String {
    let db = store.write().await.unwrap();
    db.run("ROLLBACK").unwrap();
    let mut found = db.sqlite().prepare(statement).unwrap();
    let mut rows = found.query([]).unwrap();
    match rows.next().unwrap().map(|row| row.get(0).unwrap()) {
        Some(Value::Text(text)) => text,
        Some(Value::Integer(number)) => number.to_string(),
        _ => String::new(),
    }
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
    pragma(&store, "PRAGMA max_page_count = 60").await;
    let mut committed = 0;
    let error = loop {
        let mut db = store.write().await.unwrap();
        if let Err(error) = users::insert(&mut db, &user(committed)).await {
            break error;
        }
        db.commit(Durability::Credential).await.unwrap();
        committed += 1;
        assert!(committed < 10_000, "the limit was never reached");
    };
    assert!(error.is_unavailable(), "{error}");
    assert!(store.check().await.is_ok(), "reading goes on");
    store.close().await;

    let store = Store::open(&url(&folder)).await.unwrap();

    let count = user_list::count(&mut store.read().await.unwrap(), &UserFilter::default()).await;
    assert_eq!(count.unwrap(), u64::try_from(committed).unwrap());
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(committed)).await.unwrap();
    db.commit(Durability::Credential).await.unwrap();
}

#[tokio::test]
async fn writing_goes_on_when_a_full_disk_has_space_again() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    pragma(&store, "PRAGMA max_page_count = 60").await;
    let write = async |number| {
        let mut db = store.write().await?;
        users::insert(&mut db, &user(number)).await?;
        db.commit(Durability::Credential).await
    };
    let mut committed = 0;
    while write(committed).await.is_ok() {
        committed += 1;
    }
    assert!(write(committed).await.unwrap_err().is_unavailable());

    pragma(&store, "PRAGMA max_page_count = 100000").await;

    write(committed).await.unwrap();
    let count = user_list::count(&mut store.read().await.unwrap(), &UserFilter::default()).await;
    assert_eq!(count.unwrap(), u64::try_from(committed + 1).unwrap());
}

impl Store {
    /// From now on the disk refuses to keep what is written: this device cannot be synchronised.
    pub(crate) fn lose_disk(&mut self) {
        let connection = Connection::open_writer(self.path()).unwrap();
        let device = File::options().write(true).open("/dev/null").unwrap();
        self.writer = Writer::new(connection, Log::on(device)).unwrap();
    }
}

async fn store_without_disk(folder: &TempDir) -> Store {
    let mut store = Store::open(&url(folder)).await.unwrap();
    store.lose_disk();
    store
}

#[tokio::test]
async fn sec_n03_nothing_is_acknowledged_once_the_disk_refused_the_log() {
    let folder = TempDir::new().unwrap();
    let store = store_without_disk(&folder).await;
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(1)).await.unwrap();

    let refused = db.commit(Durability::Credential).await;

    assert!(refused.unwrap_err().is_unavailable());
    assert!(store.write().await.unwrap_err().is_unavailable());
    assert!(store.check().await.unwrap_err().is_unavailable());
}

// What came of a synchronisation used to be lost with whoever had asked for it, and the next one succeeded.
#[tokio::test]
async fn sec_n03_a_disk_that_refused_is_noticed_when_the_asker_has_gone_away() {
    let folder = TempDir::new().unwrap();
    let store = store_without_disk(&folder).await;
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(1)).await.unwrap();
    let log = store.writer.log();
    {
        let mut commit = pin!(db.commit(Durability::Credential));
        assert!(futures::poll!(&mut commit).is_pending());
    }

    // Nobody asks any more; it is asked for all the same.
    let noticed = async {
        while log.check().is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), noticed)
        .await
        .unwrap();

    assert!(log.clone().synchronise(1).await.is_err());
    assert_eq!(log.synchronisations(), 1, "there was no second try");
    assert!(store.write().await.unwrap_err().is_unavailable());
}

#[tokio::test]
async fn opening_a_database_again_in_the_same_process_leaves_the_first_its_locks() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let inode = format!(":{} ", std::fs::metadata(store.path()).unwrap().ino());
    let locks = || {
        let all = std::fs::read_to_string("/proc/locks").unwrap();
        all.lines().filter(|line| line.contains(&inode)).count()
    };
    let before = locks();
    assert!(before > 0, "SQLite holds one as long as it is open");

    open::create_private(store.path()).unwrap();

    assert_eq!(locks(), before);
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
async fn sec_n03_the_database_is_in_wal_mode_with_foreign_keys_and_synchronisation_at_checkpoints()
{
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();

    assert_eq!(pragma(&store, "PRAGMA journal_mode").await, "wal");
    assert_eq!(pragma(&store, "PRAGMA foreign_keys").await, "1");
    // 1 is NORMAL: what is more than that, `Durability` asks for.
    assert_eq!(pragma(&store, "PRAGMA synchronous").await, "1");
}

#[tokio::test]
async fn sec_n03_what_makes_a_credential_is_on_the_disk_before_it_is_acknowledged() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let synchronised = || store.writer.log().synchronisations();

    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(1)).await.unwrap();
    db.commit(Durability::Attempt).await.unwrap();
    assert_eq!(synchronised(), 0);

    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(2)).await.unwrap();
    db.commit(Durability::Credential).await.unwrap();
    assert_eq!(synchronised(), 1);
}

#[tokio::test]
async fn transactions_at_the_same_time_share_a_synchronisation() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let write = async |number| {
        let mut db = store.write().await.unwrap();
        users::insert(&mut db, &user(number)).await.unwrap();
        db.commit(Durability::Credential).await.unwrap();
    };

    join_all((0..50).map(write)).await;

    // The first lets all others commit before it asks the disk.
    assert_eq!(store.writer.log().synchronisations(), 1);
}

#[tokio::test]
async fn a_transaction_waits_for_another_process() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let other = Connection::open_writer(store.path()).unwrap();
    other.run("BEGIN IMMEDIATE").unwrap();
    let write = async {
        let mut db = store.write().await.unwrap();
        users::insert(&mut db, &user(1)).await.unwrap();
        db.commit(Durability::Attempt).await.unwrap();
    };
    let mut write = pin!(write);
    assert!(futures::poll!(&mut write).is_pending());

    other.run("COMMIT").unwrap();

    write.await;
}

#[tokio::test]
async fn what_is_read_together_belongs_together() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let write = async |number| {
        let mut db = store.write().await.unwrap();
        users::insert(&mut db, &user(number)).await.unwrap();
        db.commit(Durability::Attempt).await.unwrap();
    };
    let count = async |db: &mut Connection| {
        let count = user_list::count(db, &UserFilter::default()).await;
        count.unwrap()
    };
    let mut snapshot = store.read_snapshot().await.unwrap();
    assert_eq!(count(&mut snapshot).await, 0);

    write(1).await;

    assert_eq!(count(&mut snapshot).await, 0, "as it was when it began");
    assert_eq!(count(&mut store.read().await.unwrap()).await, 1);
    drop(snapshot);
    assert_eq!(
        count(&mut store.read().await.unwrap()).await,
        1,
        "the same connection, in use again"
    );
    assert_eq!(count(&mut store.read_snapshot().await.unwrap()).await, 1);
}

#[tokio::test]
async fn a_long_log_is_moved_into_the_database_file() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let size = || std::fs::metadata(store.path()).unwrap().len();
    let before = size();

    for number in 0..500 {
        let mut db = store.write().await.unwrap();
        users::insert(&mut db, &user(number)).await.unwrap();
        db.commit(Durability::Attempt).await.unwrap();
    }
    // The next transaction begins when the log was moved.
    drop(store.write().await.unwrap());

    assert!(size() > before + 250_000, "{} → {}", before, size());
}

#[tokio::test]
async fn the_log_begins_anew_after_a_checkpoint_and_not_in_a_transaction() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    let log = folder.path().join("thyra.db-wal");
    // Its head has a number that grows each time the log begins.
    let beginnings = || std::fs::read(&log).unwrap()[16..20].to_vec();
    let mut db = store.write().await.unwrap();
    users::insert(&mut db, &user(1)).await.unwrap();
    db.commit(Durability::Attempt).await.unwrap();
    let before = beginnings();

    let db = store.write().await.unwrap();
    db.run("ROLLBACK").unwrap();
    db.checkpoint().unwrap();
    drop(db);

    assert_ne!(beginnings(), before);
}

#[tokio::test]
async fn a_database_of_the_first_builds_is_taken_over() {
    for done in 1..=migrations::MIGRATIONS.len() {
        let folder = TempDir::new().unwrap();
        let made = rusqlite::Connection::open(folder.path().join("thyra.db")).unwrap();
        made.execute_batch("CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY)")
            .unwrap();
        for (version, migration) in migrations::MIGRATIONS[..done].iter().enumerate() {
            made.execute_batch(migration).unwrap();
            made.execute("INSERT INTO _sqlx_migrations VALUES (?1)", [version as i64])
                .unwrap();
        }
        made.execute_batch("INSERT INTO instance (name, value) VALUES ('kept', 'yes')")
            .unwrap();
        drop(made);

        let store = Store::open(&url(&folder)).await.unwrap();

        let mut db = store.write().await.unwrap();
        mails_to::insert(&mut db, "mail_1", "somebody", NOW)
            .await
            .unwrap();
        let kept = instance::get(&mut db, "kept").await.unwrap();
        assert_eq!(kept.as_deref(), Some("yes"), "{done}");
    }
}

#[tokio::test]
async fn tables_of_another_shape_keep_their_rows() {
    let folder = TempDir::new().unwrap();
    let made = rusqlite::Connection::open(folder.path().join("thyra.db")).unwrap();
    for migration in &migrations::MIGRATIONS[..3] {
        made.execute_batch(migration).unwrap();
    }
    made.execute_batch(
        "INSERT INTO users (id, public_metadata, private_metadata, unsafe_metadata, banned, created_at, updated_at)
             VALUES ('user_1', '{}', '{}', '{}', 0, 1, 1);
         INSERT INTO clients (id, token_digest, created_at, updated_at) VALUES ('client_1', 'digest', 1, 1);
         INSERT INTO sign_ins VALUES ('sia_1', 'client_1', '{}', 1);
         INSERT INTO sessions (id, client_id, user_id, status, last_active_at, expire_at, created_at, updated_at)
             VALUES ('sess_1', 'client_1', 'user_1', 'active', 1, 2, 1, 1),
                    ('sess_2', 'client_1', 'user_1', 'revoked', 1, 2, 1, 1);
         -- As somebody leaves it who deletes users by hand, in a program that does not look at foreign keys.
         PRAGMA foreign_keys = OFF;
         INSERT INTO sessions (id, client_id, user_id, status, last_active_at, expire_at, created_at, updated_at)
             VALUES ('sess_3', 'client_1', 'user_nobody', 'active', 1, 2, 1, 1);
         INSERT INTO lockouts VALUES ('user_1', 7, NULL, 1);
         INSERT INTO outbox (id, sealed_message, created_at, next_attempt_at, tries) VALUES ('msg_1', x'01', 1, 1, 0);
         INSERT INTO mails_to VALUES ('mail_1', 'somebody', 1);
         PRAGMA user_version = 3;",
    )
    .unwrap();
    drop(made);

    let store = Store::open(&url(&folder)).await.unwrap();

    let mut db = store.read().await.unwrap();
    assert!(users::by_id(&mut db, "user_1").await.unwrap().is_some());
    let status = async |db: &mut Connection, id| {
        let session = sessions::by_id(db, id).await.unwrap();
        session.unwrap().status.to_string()
    };
    // Its cookie is one of earlier builds, which nobody can use any more.
    assert_eq!(status(&mut db, "sess_1").await, "ended");
    assert_eq!(status(&mut db, "sess_2").await, "revoked");
    let lockout = lockouts::get(&mut db, "user_1").await.unwrap();
    assert_eq!(lockout.failures, 7);
    let due = outbox::due(&mut db, NOW, 10).await.unwrap();
    assert_eq!(due.len(), 1);
    let mails = mails_to::since(&mut db, "somebody", Timestamp::from_millis(0)).await;
    assert_eq!(mails.unwrap(), [Timestamp::from_millis(1)]);
    let old = clients::by_token(&mut db, "client_1", "digest").await;
    assert!(old.unwrap().is_none());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    pragma(&store, "PRAGMA user_version = 1000").await;
    store.close().await;

    let error = Store::open(&url(&folder)).await.unwrap_err();

    assert!(error.to_string().contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&url(&folder)).await.unwrap();
    store.close().await;

    assert!(store.read().await.unwrap_err().is_unavailable());
    let write = store.write().await;
    assert!(write.unwrap_err().is_unavailable());
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
