//! `thyra doctor`: what works, what does not, and what to do about it.
//!
//! It changes nothing but what a first start would change too. A failed check makes the exit code 1; a warning
//! does not.

use std::path::Path;
use std::time::Duration;

use thyra_auth::Requirement;
use tokio::net::{TcpListener, TcpStream};

use super::{CommandError, open_embedded};
use crate::config::Config;
use crate::http::Site;

/// One line of the report.
enum Finding {
    Good(String),
    Warning(String),
    Bad(String),
}

use Finding::{Bad, Good, Warning};

/// Looks at everything, prints it, and fails when something is bad.
pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let mut findings = vec![Good("configuration: every setting fits".to_owned())];
    findings.extend(address(config).await);
    findings.extend(site(config));
    findings.extend(proxies(config));
    match &config.auth_api_url {
        Some(url) => findings.push(reachable("remote auth API", url).await),
        None => {
            findings.extend(data(config).await);
            findings.push(mail(config).await);
            findings.extend(texts(config).await);
        }
    }
    let bad = findings
        .iter()
        .filter(|finding| matches!(finding, Bad(_)))
        .count();
    findings.iter().for_each(print);
    if bad == 0 {
        Ok(())
    } else {
        Err(CommandError::Refused(format!(
            "{bad} of these will not work"
        )))
    }
}

fn print(finding: &Finding) {
    match finding {
        Good(text) => println!("ok    {text}"),
        Warning(text) => println!("warn  {text}"),
        Bad(text) => println!("FAIL  {text}"),
    }
}

async fn address(config: &Config) -> Vec<Finding> {
    let free = match TcpListener::bind(config.addr).await {
        Ok(_) => Good(format!("address: {} is free", config.addr)),
        Err(error) => Warning(format!(
            "address: {} cannot be taken now ({error}); is thyra running?",
            config.addr
        )),
    };
    vec![
        free,
        Good(format!("public URL: {}", config.public_url(config.addr))),
    ]
}

fn site(config: &Config) -> Vec<Finding> {
    let assets = Site::find(config.site_root.as_deref()).assets();
    let found = [
        ("script", &assets.script),
        ("wasm", &assets.wasm),
        ("styles", &assets.styles),
    ];
    let finding = |(what, path): (&str, &Option<String>)| match path {
        Some(path) => Good(format!("site: {what} at {path}")),
        None => Warning(format!(
            "site: no {what}; pages work as plain HTML. `make build` makes it"
        )),
    };
    found.into_iter().map(finding).collect()
}

fn proxies(config: &Config) -> Option<Finding> {
    let is_https = config
        .public_url
        .as_deref()
        .is_some_and(|url| url.starts_with("https://"));
    (is_https && config.trusted_proxies.is_empty()).then(|| {
        Warning("proxies: the public URL is https, which a proxy must provide, and THYRA_TRUSTED_PROXIES is empty: \
                 all visitors will share the proxy's limits".to_owned())
    })
}

async fn data(config: &Config) -> Vec<Finding> {
    let auth = match open_embedded(config).await {
        Ok(auth) => auth,
        Err(error) => return vec![Bad(format!("data: {error}"))],
    };
    let answers = match auth.is_ready().await {
        Ok(()) => Good(format!("data: {} answers", config.database_url)),
        Err(error) => Bad(format!("data: {error}")),
    };
    let mut findings = vec![answers];
    findings.extend(database_file(config).and_then(|file| permissions(&file)));
    findings
}

/// The file behind a SQLite URL.
fn database_file(config: &Config) -> Option<std::path::PathBuf> {
    let path = config.database_url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(path.split('?').next().unwrap_or_default().into())
}

#[cfg(unix)]
fn permissions(file: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    let path = file.display();
    Some(match mode & 0o077 {
        0 => Good(format!(
            "permissions: only the owner reads {path} ({mode:o})"
        )),
        _ => Bad(format!(
            "permissions: others may read {path} ({mode:o}); run chmod 600 {path}"
        )),
    })
}

async fn mail(config: &Config) -> Finding {
    match &config.smtp_url {
        Some(url) => reachable("mail server", url.expose()).await,
        None => Warning("mail: no server; messages stay in the outbox at /dev/outbox".to_owned()),
    }
}

/// Only where people have phone numbers.
async fn texts(config: &Config) -> Option<Finding> {
    if config.phone_numbers == Requirement::Off {
        return None;
    }
    Some(match &config.sms_url {
        Some(url) => reachable("messages to phones", url.expose()).await,
        None => {
            Warning("messages to phones: no API; they stay in the outbox at /dev/outbox".to_owned())
        }
    })
}

/// Whether something listens at a URL. Its user and password are neither used nor shown.
async fn reachable(what: &str, url: &str) -> Finding {
    let Some((host, port)) = host_and_port(url) else {
        return Bad(format!("{what}: the URL names no host"));
    };
    let connected = TcpStream::connect((host.as_str(), port));
    match tokio::time::timeout(Duration::from_secs(3), connected).await {
        Ok(Ok(_)) => Good(format!("{what}: {host}:{port} answers")),
        Ok(Err(error)) => Bad(format!("{what}: {host}:{port} does not answer ({error})")),
        Err(_) => Bad(format!(
            "{what}: {host}:{port} does not answer within 3 seconds"
        )),
    }
}

fn host_and_port(url: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(url).ok()?;
    let usual = match url.scheme() {
        "smtp" => 25,
        "smtps" => 465,
        _ => url.port_or_known_default()?,
    };
    let host = url
        .host_str()?
        .trim_start_matches('[')
        .trim_end_matches(']');
    Some((host.to_owned(), url.port().unwrap_or(usual)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_has_the_port_of_its_scheme() {
        for (url, expected) in [
            ("smtp://mail.example.com", ("mail.example.com", 25)),
            (
                "smtps://user:password@mail.example.com",
                ("mail.example.com", 465),
            ),
            ("smtp://[::1]:2525", ("::1", 2525)),
            ("https://clerk.example.com/v1", ("clerk.example.com", 443)),
        ] {
            assert_eq!(
                host_and_port(url),
                Some((expected.0.to_owned(), expected.1)),
                "{url}"
            );
        }
    }
}
