//! What connections may cost.
//!
//! A connection that has asked for nothing yet costs a file descriptor and some memory, and whoever opens one pays less for it
//! than we do. So each has deadlines, for what it sends, for what it reads, and as a whole; there is a cap of all, and one for
//! each address, so that one machine cannot take the places of all others. Requests are not counted here.

use std::time::Duration;

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How long connections may take, and how many there may be. The default is for a server that everybody can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How long a client may take to send a request's head, and a kept connection may be idle. Default: 30 seconds.
    pub head: Duration,
    /// How long a client may take to read 16 KiB of what was answered, or the rest of it. Default: 30 seconds.
    pub unread: Duration,
    /// How long a connection is kept; it ends with the request that is under way then. Default: 10 minutes.
    pub age: Duration,
    /// How many connections there may be at once. Default: 4,096.
    pub total: usize,
    /// How many of them may come from one address, or one network of IPv6 (/64). Default: 256.
    pub of_one_address: usize,
    /// Networks whose connections are counted in all only: those of proxies, which bring everybody's requests. Default: this
    /// machine.
    pub uncounted: Vec<IpNet>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        let this_machine = ["127.0.0.0/8", "::1/128"];
        let this_machine = this_machine.map(|net| net.parse().expect("it is a network"));
        Self {
            head: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            age: Duration::from_secs(600),
            total: 4096,
            of_one_address: 256,
            uncounted: this_machine.to_vec(),
        }
    }
}

impl ConnectionLimits {
    /// The default behind these proxies, with no more connections than this process has file descriptors for. Takes as many
    /// descriptors as it needs and may have; says so in the log when they are too few.
    pub fn of_process(proxies: &[IpNet]) -> Self {
        let mut limits = Self::default();
        limits.uncounted.extend(proxies);
        let wanted = limits.total;
        if let Some(descriptors) = take_descriptors(needed_for(wanted)) {
            limits.total = wanted.min(connections_within(descriptors));
            if limits.total < wanted {
                let connections = limits.total;
                tracing::warn!(
                    descriptors,
                    connections,
                    "few file descriptors (ulimit -n): fewer connections at once are taken"
                );
            }
        }
        limits
    }
}

/// Of five descriptors two are for connections, two for the files that are sent on them, and one for the rest: the database
/// and mail.
fn needed_for(connections: usize) -> u64 {
    connections as u64 * 5 / 2 + 1
}

fn connections_within(descriptors: u64) -> usize {
    usize::try_from(descriptors * 2 / 5).unwrap_or(usize::MAX)
}

/// Raises the soft limit of descriptors to what is needed, as far as the hard one lets us, and gives it. `None`: no limit.
fn take_descriptors(needed: u64) -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let soft = current?;
    let wanted = maximum.map_or(needed, |hard| hard.min(needed));
    if wanted <= soft {
        return Some(soft);
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum,
    };
    Some(setrlimit(Resource::Nofile, raised).map_or(soft, |()| wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_may_be_sent_a_file_and_something_is_left() {
        assert_eq!(connections_within(1024), 409);
        let wanted = ConnectionLimits::default().total;
        assert!(connections_within(needed_for(wanted)) >= wanted);
    }

    #[test]
    fn the_proxies_of_the_settings_are_not_counted_by_address() {
        let proxy: IpNet = "10.0.0.0/8".parse().unwrap();

        assert!(
            ConnectionLimits::of_process(&[proxy])
                .uncounted
                .contains(&proxy)
        );
    }
}
