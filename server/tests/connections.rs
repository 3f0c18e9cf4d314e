//! What connections may cost: how long they may take, and how many there may be.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod stage;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use stage::Stage;
use thyra_server::serve::ConnectionLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

/// A deadline that a test can wait for.
const SHORT: Duration = Duration::from_millis(300);

/// What no connection of these tests may outlive. It is only waited for where a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n";

/// A server whose connections are limited so, and that has a long answer.
async fn limited(limits: ConnectionLimits) -> Stage {
    let long = Router::new().route("/long", get(|| async { "x".repeat(1 << 20) }));
    Stage::set(&[]).routes(long).limits(limits).start().await
}

fn address(stage: &Stage) -> SocketAddr {
    let port = stage.origin.rsplit_once(':').unwrap().1;
    SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))
}

async fn connect(stage: &Stage) -> TcpStream {
    TcpStream::connect(address(stage)).await.unwrap()
}

/// A connection from another address of this machine.
async fn connect_from(from: &str, stage: &Stage) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(address(stage)).await.unwrap()
}

/// Waits until the server has closed the connection, and gives what it said before.
async fn end_of(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    assert!(end.is_ok(), "the connection is still open");
    String::from_utf8_lossy(&said).into_owned()
}

/// Asks on a connection that stays open, and gives the status; empty when the connection is closed.
async fn status(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let _ = stream.write_all(REQUEST).await;
    let read = timeout(PATIENCE, stream.read(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn sec_c14_a_head_that_comes_byte_by_byte_has_to_be_whole_in_time() {
    let stage = limited(ConnectionLimits {
        head: SHORT,
        ..ConnectionLimits::default()
    })
    .await;
    let slow = |mut stream: TcpStream| async move {
        let mut pace = interval(Duration::from_millis(1));
        let mut byte = [0];
        let mut sent = 0;
        loop {
            tokio::select! {
                read = stream.read(&mut byte) => return (sent, read.unwrap_or(0)),
                _ = pace.tick() => sent += stream.write(b"x").await.unwrap_or(0),
            }
        }
    };
    let mut connections = tokio::task::JoinSet::new();
    for _ in 0..50 {
        connections.spawn(slow(connect(&stage).await));
    }

    while let Some(ended) = timeout(PATIENCE, connections.join_next()).await.unwrap() {
        let (sent, read) = ended.unwrap();
        assert!(sent > 10, "{sent} bytes were sent");
        assert_eq!(read, 0, "there was an answer");
    }
}

#[tokio::test]
async fn sec_c14_an_idle_connection_ends() {
    let stage = limited(ConnectionLimits {
        head: SHORT,
        ..ConnectionLimits::default()
    })
    .await;
    let silent = connect(&stage).await;
    let mut kept = connect(&stage).await;
    assert_eq!(status(&mut kept).await, "200");

    assert_eq!(end_of(silent).await, "");
    assert_eq!(end_of(kept).await, "");
}

#[tokio::test]
async fn sec_c14_who_asks_and_never_reads_is_cut_off() {
    // Each such client held its connection, and its answers, for as long as it liked.
    let stage = limited(ConnectionLimits {
        unread: SHORT,
        ..ConnectionLimits::default()
    })
    .await;
    let mut stream = connect(&stage).await;
    let request = b"GET /long HTTP/1.1\r\nHost: a.example\r\n\r\n".repeat(100);

    let writing = async { while stream.write_all(&request).await.is_ok() {} };

    assert!(timeout(PATIENCE, writing).await.is_ok(), "still connected");
}

#[tokio::test]
async fn a_slow_reader_gets_all_of_a_long_answer() {
    let stage = limited(ConnectionLimits {
        unread: SHORT,
        ..ConnectionLimits::default()
    })
    .await;
    let mut stream = connect(&stage).await;
    let request = b"GET /long HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();

    let mut pace = interval(Duration::from_millis(20));
    let (mut part, mut whole) = (vec![0; 16 * 1024], 0);
    loop {
        match stream.read(&mut part).await.unwrap() {
            0 => break,
            read => whole += read,
        }
        pace.tick().await;
    }

    assert!(whole > 1 << 20, "{whole} bytes");
}

#[tokio::test]
async fn sec_c14_a_connection_does_not_stay_forever() {
    let stage = limited(ConnectionLimits {
        age: SHORT,
        ..ConnectionLimits::default()
    })
    .await;
    let mut stream = connect(&stage).await;

    let asking = async { while status(&mut stream).await == "200" {} };

    assert!(timeout(PATIENCE, asking).await.is_ok(), "still answered");
}

#[tokio::test]
async fn sec_c14_an_address_cannot_take_all_places() {
    let stage = limited(ConnectionLimits {
        of_one_address: 2,
        uncounted: Vec::new(),
        ..ConnectionLimits::default()
    })
    .await;
    let mut first = connect(&stage).await;
    let mut second = connect(&stage).await;
    assert_eq!(status(&mut first).await, "200");
    assert_eq!(status(&mut second).await, "200");

    let said = end_of(connect(&stage).await).await;
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert_eq!(
        status(&mut connect_from("127.0.0.2", &stage).await).await,
        "200"
    );

    drop(first);
    let next = async { while status(&mut connect(&stage).await).await != "200" {} };
    assert!(
        timeout(PATIENCE, next).await.is_ok(),
        "the place is not free"
    );
}

#[tokio::test]
async fn sec_c14_all_places_together_have_an_end() {
    let stage = limited(ConnectionLimits {
        total: 2,
        ..ConnectionLimits::default()
    })
    .await;
    let mut kept = [connect(&stage).await, connect(&stage).await];
    for stream in &mut kept {
        assert_eq!(status(stream).await, "200");
    }

    let said = end_of(connect_from("127.0.0.2", &stage).await).await;

    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    for stream in &mut kept {
        assert_eq!(status(stream).await, "200");
    }
}
