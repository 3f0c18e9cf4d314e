//! The files that a browser loads for the pages: script, wasm, styles, and what lies in `public/`.
//!
//! Their names carry a hash of their content, so they may be kept forever. Which names are current is found by
//! looking into the folder once at the start, not by a list that has to be deployed along. Without the folder the
//! pages still render, as plain HTML that works without script: the log says so.
//!
//! Only the files that were found are served. Not among them, whatever lies in the folder by mistake: names that begin with
//! a dot (but for `.well-known`), source maps, and links, which may lead out of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;
use tower_http::services::ServeDir;

use super::problem::Problem;

/// The folder, and the names of the current files in it.
#[derive(Clone, Debug, Default)]
pub struct Site {
    root: Option<PathBuf>,
    assets: Arc<Assets>,
    files: Arc<BTreeSet<PathBuf>>,
}

/// The paths of the pages' script, wasm and styles; `None` for what is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The script that starts the wasm.
    pub script: Option<String>,
    /// The application.
    pub wasm: Option<String>,
    /// Its styles.
    pub styles: Option<String>,
}

const NAME: &str = "thyra";
const PACKAGE: &str = "pkg";

impl Site {
    /// Looks in `configured`, in `LEPTOS_SITE_ROOT` and beside the binary, and takes the first that has files.
    pub fn find(configured: Option<&Path>) -> Self {
        let candidates = match configured {
            Some(folder) => vec![folder.to_owned()],
            None => {
                let named = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
                usual_places(named, std::env::current_exe().ok().as_deref())
            }
        };
        let root = candidates
            .iter()
            .find(|folder| folder.join(PACKAGE).is_dir())
            .cloned();
        match &root {
            Some(root) => tracing::debug!(root = %root.display(), "site found"),
            None => tracing::warn!(
                ?candidates,
                "no site found: pages come without script and styles"
            ),
        }
        let assets = root.as_deref().map(Assets::in_folder).unwrap_or_default();
        let files = root.as_deref().map(files_in).unwrap_or_default();
        Self {
            root,
            assets: Arc::new(assets),
            files: Arc::new(files),
        }
    }

    /// The paths of the current files.
    pub fn assets(&self) -> Arc<Assets> {
        match &self.root {
            // `cargo leptos watch` renames files while we run.
            Some(root) if is_watched() => Arc::new(Assets::in_folder(root)),
            _ => self.assets.clone(),
        }
    }

    /// Serves the files. What is not among them is a 404.
    pub(super) fn routes(&self) -> Router {
        let Some(root) = &self.root else {
            return Router::new().fallback(|uri: Uri| async move { missing(&uri) });
        };
        let files = ServeDir::new(root)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Router::new()
            .fallback_service(files)
            .layer(middleware::from_fn(cache))
            .layer(middleware::from_fn_with_state(self.clone(), only_known))
    }

    /// Whether this path of a URL is that of a file which may be served.
    fn has(&self, path: &str) -> bool {
        let Ok(path) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
            return false;
        };
        let path = Path::new(path.as_ref());
        match &self.root {
            Some(root) if is_watched() => files_in(root).contains(path),
            _ => self.files.contains(path),
        }
    }
}

impl Assets {
    fn in_folder(root: &Path) -> Self {
        let newest = |extension| newest_file(&root.join(PACKAGE), extension);
        Self {
            script: newest("js"),
            wasm: newest("wasm"),
            styles: newest("css"),
        }
    }
}

/// The files below a folder that may be served, by their path in it. A file with a link in the place of a compressed form is
/// left out with it.
fn files_in(root: &Path) -> BTreeSet<PathBuf> {
    let (mut files, mut links) = (BTreeSet::new(), Vec::new());
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => links.push(path),
                _ if is_hidden(&path) => {}
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    files.extend(path.strip_prefix(root).map(Path::to_owned));
                }
                _ => {}
            }
        }
    }
    let compressed = links.iter().filter(|link| is_compressed(link));
    for plain in compressed.map(|link| link.with_extension("")) {
        files.retain(|file| root.join(file) != plain);
    }
    files
}

fn is_compressed(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end == "br" || end == "gz")
}

/// Whether a file or folder is not for browsers, by its name.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_map = [".map", ".map.br", ".map.gz"]
        .iter()
        .any(|end| name.ends_with(end));
    is_map || (name.starts_with('.') && name != ".well-known")
}

/// Middleware: what is not in the list does not reach the disk.
async fn only_known(State(site): State<Site>, request: Request, next: Next) -> Response {
    if site.has(request.uri().path()) {
        return next.run(request).await;
    }
    missing(request.uri())
}

/// The path of the newest `thyra*.extension`. A watcher leaves older ones behind.
fn newest_file(folder: &Path, extension: &str) -> Option<String> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let ours = files.filter(|file| {
        let path = file.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.starts_with(NAME) && path.extension().is_some_and(|found| found == extension)
    });
    let newest = ours.max_by_key(|file| file.metadata().and_then(|data| data.modified()).ok())?;
    Some(format!("/{PACKAGE}/{}", newest.file_name().to_str()?))
}

/// Where cargo-leptos says, and beside the binary: a folder that binaries of several profiles share would hold the pages of
/// whichever was built last.
fn usual_places(named: Option<PathBuf>, binary: Option<&Path>) -> Vec<PathBuf> {
    let folder = binary.and_then(Path::parent);
    let beside = folder.map(|folder| folder.join("site"));
    [named, beside].into_iter().flatten().collect()
}

/// Whether `cargo leptos watch` has started us.
pub(super) fn is_watched() -> bool {
    std::env::var_os("LEPTOS_WATCH").is_some()
}

/// Middleware: hashed files are kept forever, others are asked for again, missing ones are a problem.
async fn cache(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let is_hashed = is_hashed(uri.path());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return missing(&uri);
    }
    let value = if is_hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// What is not there may be there without the slash at its end, which people add.
fn missing(uri: &Uri) -> Response {
    let path = uri.path().trim_end_matches('/');
    // `//host/` would be another server, and browsers read a backslash as a slash.
    let is_elsewhere = path.starts_with("//") || path.contains('\\');
    if path.len() == uri.path().len() || path.is_empty() || is_elsewhere {
        return Problem(StatusCode::NOT_FOUND).into_response();
    }
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("{path}{}", query.unwrap_or_default())).into_response()
}

/// Whether a path is `/pkg/thyra.<hash>.<extension>`.
fn is_hashed(path: &str) -> bool {
    let name = path.strip_prefix("/pkg/thyra.").unwrap_or_default();
    name.split_once('.')
        .is_some_and(|(hash, _)| hash.len() >= 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_file_of_each_kind_is_the_current_one() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join(PACKAGE);
        std::fs::create_dir(&package).unwrap();
        for name in [
            "thyra.0011223344556677.js",
            "thyra.0011223344556677.js.br",
            "thyra.wasm",
            "other.css",
        ] {
            std::fs::write(package.join(name), "").unwrap();
        }

        let site = Site::find(Some(folder.path()));

        assert_eq!(
            site.assets().script.as_deref(),
            Some("/pkg/thyra.0011223344556677.js")
        );
        assert_eq!(site.assets().wasm.as_deref(), Some("/pkg/thyra.wasm"));
        assert_eq!(site.assets().styles, None);
    }

    #[test]
    fn a_binary_takes_the_pages_beside_it_and_no_other_profiles() {
        // The release's pages were looked for in `target/site`, into which debug builds wrote theirs as well.
        let places = usual_places(None, Some(Path::new("target/release/thyra")));

        assert_eq!(places, [Path::new("target/release/site")]);
    }

    #[test]
    fn a_missing_folder_is_a_site_without_files() {
        assert_eq!(
            *Site::find(Some(Path::new("/nowhere"))).assets(),
            Assets::default()
        );
    }

    #[test]
    fn only_names_with_a_hash_are_kept_forever() {
        assert!(is_hashed("/pkg/thyra.MqK3v0yZ5h7LrA1bC2dE3f.wasm"));
        assert!(!is_hashed("/pkg/thyra.wasm"));
        assert!(!is_hashed("/favicon.svg"));
    }
}
