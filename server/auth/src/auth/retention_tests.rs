//! What the housekeeping deletes while the clock is not what it should be.

use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::clock::TestClock;
use crate::settings::Settings;
use crate::store::Client;
use crate::store::clients;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A house with a browser in it that came by once, and a clock in the test's hand.
struct House {
    auth: Auth,
    clock: Arc<TestClock>,
    times: HouseTimes,
    at: Instant,
    _folder: TempDir,
}

impl House {
    async fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("thyra.db").display());
        let clock = Arc::new(TestClock::default());
        let settings = Settings::development("http://127.0.0.1:3000", &url);
        let auth = Auth::open_idle(settings, clock.clone()).await.unwrap();
        let at = Instant::now();
        let house = Self {
            times: HouseTimes::new(&auth, at),
            auth,
            clock,
            at,
            _folder: folder,
        };
        house.is_visited().await;
        house
    }

    async fn is_visited(&self) {
        let mut db = self.auth.0.store.write().await.unwrap();
        let now = self.auth.0.clock.now();
        let client = Client::new("client_1".to_owned(), "digest".to_owned(), now);
        clients::insert(&mut db, &client).await.unwrap();
        db.commit(Durability::Attempt).await.unwrap();
    }

    async fn is_remembered(&self) -> bool {
        let mut db = self.auth.0.store.read().await.unwrap();
        clients::by_id(&mut db, "client_1").await.unwrap().is_some()
    }

    /// Time goes by, and the clock with it.
    async fn goes_on(&mut self, by: Duration) {
        self.clock.advance(by);
        self.at += by;
        self.auth.keep_house(&mut self.times, self.at).await;
    }

    async fn keeps_house(&mut self) {
        self.auth.keep_house(&mut self.times, self.at).await;
    }
}

#[tokio::test]
async fn what_is_over_is_swept_every_hour() {
    let mut house = House::open().await;
    house.goes_on(2 * DAY).await;
    assert!(!house.is_remembered().await);

    house.is_visited().await;
    for _ in 0..49 {
        house.goes_on(60 * MINUTE).await;
    }

    assert!(!house.is_remembered().await);
}

/// A clock that was 400 days ahead for a minute used to cost what was not over for long.
#[tokio::test]
async fn nothing_is_deleted_after_a_jump_of_the_clock() {
    let mut house = House::open().await;
    house.goes_on(20 * MINUTE).await;

    house.clock.advance(400 * DAY);
    house.keeps_house().await;
    house.goes_on(120 * MINUTE).await;
    assert!(house.is_remembered().await);

    house.clock.turn_back(400 * DAY);
    house.keeps_house().await;
    house.goes_on(DAY).await;
    assert!(house.is_remembered().await);
}

/// The next sweep used to be due 400 days later.
#[tokio::test]
async fn sweeping_goes_on_after_the_clock_was_put_back() {
    let mut house = House::open().await;
    house.goes_on(20 * MINUTE).await;
    house.clock.advance(400 * DAY);
    house.goes_on(60 * MINUTE).await;
    house.clock.turn_back(400 * DAY);
    house.keeps_house().await;

    house.goes_on(DAY).await;
    house.goes_on(2 * DAY).await;

    assert!(!house.is_remembered().await);
}
