//! Whether it gets slower with its own success: the same requests of a server with ten thousand users and with a million.
//!
//! The users are written into the database as SQL, by the tables and triggers that the server itself has made; everything
//! after that goes over HTTP.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use rusqlite::Connection as Database;

use crate::folder::Folder;
use crate::http::Connection;
use crate::people::Visitor;
use crate::report;
use crate::server::{Server, secret_key};

/// How many users there are.
const SIZES: [u64; 2] = [10_000, 1_000_000];
/// How often each request is made that counts, and before that not counted.
const TIMES: u64 = 500;
const WARM_UP: u64 = 50;

/// The names of the requests, and what we hold the larger database to.
const REQUESTS: [(&str, Bar); 4] = [
    ("a sign-in by code is begun", Bar::Ratio(1.2)),
    ("a user is looked up by address", Bar::Ratio(1.2)),
    ("the newest ten users are listed", Bar::Ratio(1.2)),
    ("users are searched for", Bar::Milliseconds(20.0)),
];

enum Bar {
    /// At most so many times as long as in the smaller one.
    Ratio(f64),
    /// At most so long.
    Milliseconds(f64),
}

/// Fills both databases and prints what the requests take.
pub fn measure(binary: &Path) -> Result<(), Box<dyn Error>> {
    let small = medians(binary, SIZES[0])?;
    let large = medians(binary, SIZES[1])?;
    for (position, (what, bar)) in REQUESTS.iter().enumerate() {
        let (small, large) = (small[position], large[position]);
        let what = format!("{what}, p50 of 10,000 users and of a million");
        report::row(&what, &format!("{small:.2} ms and {large:.2} ms"), "");
        match bar {
            Bar::Ratio(most) => {
                report::ratio("their ratio", large, small, &format!("≤ {most}"));
            }
            Bar::Milliseconds(most) => {
                let bar = format!("≤ {most:.0} ms");
                report::row("of a million", &format!("{large:.2} ms"), &bar);
            }
        }
    }
    Ok(())
}

/// The medians of all requests, in milliseconds, with so many users.
fn medians(binary: &Path, users: u64) -> Result<[f64; 4], Box<dyn Error>> {
    let server = Server::start(binary, Folder::new()?)?;
    let secret_key = secret_key(binary, server.data())?;
    let data = server.stop()?;
    fill(&data.path().join("thyra.db"), users)?;
    let server = Server::start(binary, data)?;
    let mut asker = Asker {
        visitor: Visitor::new(server.address)?,
        connection: Connection::open(server.address)?,
        authorization: format!("Authorization: Bearer {secret_key}"),
    };
    let number = |time: u64| scattered(time, users);
    Ok([
        median(|time| asker.visitor.begins_by_code(&address(number(time)))),
        median(|time| asker.lists(&format!("email_address={}", address(number(time))))),
        median(|_| asker.lists("limit=10")),
        median(|time| asker.lists(&format!("query=person{}", number(time)))),
    ])
}

/// An app server, and somebody who signs in.
struct Asker {
    visitor: Visitor,
    connection: Connection,
    authorization: String,
}

impl Asker {
    fn lists(&mut self, query: &str) {
        let path = format!("/v1/users?{query}");
        let headers = std::slice::from_ref(&self.authorization);
        let answer = self.connection.send("GET", &path, headers, "");
        let answer = answer.expect("the server answers");
        assert!(answer.body.contains("\"user_"), "{path}: {}", answer.body);
    }
}

fn median(mut request: impl FnMut(u64)) -> f64 {
    (0..WARM_UP).for_each(&mut request);
    let mut times: Vec<f64> = (WARM_UP..WARM_UP + TIMES)
        .map(|time| {
            let began = Instant::now();
            request(time);
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn address(number: u64) -> String {
    format!("person{number}@example.com")
}

/// A number of a user, another one each time, from all over the table.
fn scattered(time: u64, users: u64) -> u64 {
    time.wrapping_mul(6_364_136_223_846_793_005) % users + 1
}

fn fill(database: &Path, users: u64) -> Result<(), rusqlite::Error> {
    let database = Database::open(database)?;
    // Nothing of it has to survive: it is gone with the bench.
    database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN")?;
    database.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
         INSERT INTO users (id, first_name, last_name, primary_email_address_id, public_metadata, private_metadata,
             unsafe_metadata, banned, created_at, updated_at)
         SELECT 'user_' || lower(hex(randomblob(14))), 'Person', 'of the year ' || n % 100, 'idn_' || n, '{}', '{}',
             '{}', 0, 1767225600000 + n * 1000, 1767225600000 + n * 1000 FROM numbers",
        [i64::try_from(users).unwrap_or(i64::MAX)],
    )?;
    database.execute_batch(
        "INSERT INTO email_addresses (id, user_id, email_address, verified_at, created_at, updated_at)
             SELECT primary_email_address_id, id, 'person' || substr(primary_email_address_id, 5) || '@example.com',
                 created_at, created_at, created_at FROM users;
         COMMIT;
         PRAGMA wal_checkpoint(TRUNCATE)",
    )
}
