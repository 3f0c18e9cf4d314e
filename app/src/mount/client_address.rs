//! Whose request it is.
//!
//! Limits count by address, so who can choose the address can escape them. `X-Forwarded-For` is therefore believed
//! only as far as it was written by proxies we know: starting at the peer of the connection, and as long as the
//! address at hand is a trusted proxy, the next one to the left is taken. Whatever stands further left was written
//! by somebody else and says nothing. A malformed entry ends the walk at the proxy that passed it on.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use thyra_wire::ClientAddress;

use super::TrustedProxy;
use crate::notice::Notice;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Middleware: puts the [`ClientAddress`] where the auth API looks for it. Without a peer there is none, and that is
/// said: limits by address count nothing then.
pub(super) async fn attach(
    State(trusted): State<Arc<[TrustedProxy]>>,
    mut request: Request,
    next: Next,
) -> Response {
    // Only we say who it is, whatever an outer layer may have put there.
    request.extensions_mut().remove::<ClientAddress>();
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let address = client_address(peer.ip(), request.headers(), &trusted);
        request.extensions_mut().insert(ClientAddress(address));
    } else {
        Notice::NoPeer.say();
    }
    next.run(request).await
}

/// The nearest address that is not one of our proxies.
///
/// ```
/// # use axum::http::HeaderMap;
/// # use thyra::client_address;
/// let mut headers = HeaderMap::new();
/// headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.7".parse().unwrap());
/// let proxy = "10.0.0.1".parse().unwrap();
///
/// let believed = client_address(proxy, &headers, &["10.0.0.0/8".parse().unwrap()]);
/// assert_eq!(believed.to_string(), "203.0.113.7");
///
/// let ignored = client_address(proxy, &headers, &[]);
/// assert_eq!(ignored, proxy);
/// ```
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> IpAddr {
    let mut address = peer.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).iter();
    // Several lines of the header are one list, in the order of the lines.
    let entries: Vec<&str> = values
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .collect();
    for entry in entries.into_iter().rev() {
        if !trusted.iter().any(|proxy| proxy.0.contains(&address)) {
            break;
        }
        match parse_entry(entry.trim()) {
            Some(next) => address = next,
            None => break,
        }
    }
    address
}

/// An address, with or without a port. Some proxies add one.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let bare = entry
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(entry);
    let address = bare
        .parse()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXIES: &[&str] = &["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"];

    /// Whose request it is when `peer` sends these lines of the header.
    fn seen(peer: &str, lines: &[&str]) -> String {
        let trusted: Vec<TrustedProxy> = PROXIES
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                FORWARDED_FOR,
                axum::http::HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn sec_c08_a_header_from_a_stranger_changes_nothing() {
        for line in [
            "6.6.6.6",
            "10.0.0.1",
            "::1",
            "6.6.6.6, 10.0.0.1",
            "nonsense",
        ] {
            assert_eq!(seen("203.0.113.7", &[line]), "203.0.113.7", "{line}");
        }
    }

    #[test]
    fn sec_c08_the_nearest_address_that_is_no_proxy_of_ours_counts() {
        for (peer, lines, expected) in [
            ("10.0.0.1", &[][..], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
            (
                "10.0.0.1",
                &["6.6.6.6, 203.0.113.7, 10.9.9.9"],
                "203.0.113.7",
            ),
            (
                "10.0.0.1",
                &["203.0.113.7", "10.9.9.9, 192.0.2.1"],
                "203.0.113.7",
            ),
            ("10.0.0.1", &["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
        ] {
            assert_eq!(seen(peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn sec_c08_one_address_has_one_spelling() {
        assert_eq!(
            seen("::ffff:10.0.0.1", &["203.0.113.7:4711"]),
            "203.0.113.7"
        );
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["::ffff:203.0.113.7"]), "203.0.113.7");
    }

    #[test]
    fn sec_c08_a_malformed_entry_ends_the_walk() {
        for line in [
            "6.6.6.6, ",
            "6.6.6.6, unknown",
            "6.6.6.6, 1.2.3",
            "6.6.6.6, \u{e9}",
            "6.6.6.6,,",
        ] {
            assert_eq!(seen("10.0.0.1", &[line]), "10.0.0.1", "{line}");
        }
    }
}
