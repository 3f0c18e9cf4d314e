//! The notebook's server: Leptos pages, with the auth API embedded in the same process.

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::net::SocketAddr;

    use axum::Router;
    use axum::routing::get;
    use leptos::config::get_configuration;
    use leptos::prelude::provide_context;
    use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
    use notebook::{app::App, notes::Notebook};
    use server::shell;
    use thyra_auth::{Auth, Settings};
    use tokio::net::TcpListener;

    let address = std::env::var("NOTEBOOK_ADDR").unwrap_or_else(|_| "127.0.0.1:3002".to_owned());
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let database = std::env::var("NOTEBOOK_DATABASE_URL")
        .unwrap_or_else(|_| "sqlite:data/notebook.db".to_owned());

    let auth = Auth::open(Settings::development(&origin, &database)).await?;

    let options = get_configuration(None)?.leptos_options;
    let notebook = Notebook::default();
    let provide = move || provide_context(notebook.clone());
    let app = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), provide, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .route("/readyz", get(async || "ready"))
        .fallback(file_and_error_handler(shell))
        .with_state(options);
    let app = thyra::mount(app, auth);

    println!("the notebook lies open at {origin}");
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::config::LeptosOptions;
    use leptos::prelude::*;
    use leptos_meta::{HashedStylesheet, MetaTags};
    use notebook::app::App;

    /// The document around the app.
    pub fn shell(options: LeptosOptions) -> impl IntoView {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <link rel="icon" href="data:,"/>
                    <HydrationScripts options=options.clone()/>
                    <HashedStylesheet options id="leptos"/>
                    <MetaTags/>
                </head>
                <body>
                    <App/>
                </body>
            </html>
        }
    }
}

#[cfg(not(feature = "ssr"))]
fn main() {}
