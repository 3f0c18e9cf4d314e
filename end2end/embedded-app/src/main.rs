//! The notebook's server: Leptos pages, with the auth API embedded in the same process.

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use axum::routing::get;
    use axum::{Extension, Json, Router};
    use leptos::config::get_configuration;
    use leptos::prelude::provide_context;
    use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
    use notebook::{app::App, notes::Notebook};
    use server::shell;
    use thyra::{AuthApi, SessionLayer};
    use thyra_auth::{Auth, Settings};
    use tokio::net::TcpListener;

    let address = std::env::var("NOTEBOOK_ADDR").unwrap_or_else(|_| "127.0.0.1:3002".to_owned());
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let database = std::env::var("NOTEBOOK_DATABASE_URL")
        .unwrap_or_else(|_| "sqlite:data/notebook.db".to_owned());

    let auth = Auth::open(Settings::development(&origin, &database)).await?;
    let auth_api = AuthApi::in_process(auth.router()).with_public_url(&origin);
    thyra::register_server_fns();
    let deliveries = auth.clone();
    tokio::spawn(async move { deliveries.run_deliveries(std::future::pending()).await });

    let options = get_configuration(None)?.leptos_options;
    let notebook = Notebook::default();
    let outbox = get(async move || Json(auth.outbox(50).await.unwrap_or_default()));
    let provide = move || provide_context(notebook.clone());
    let app = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), provide, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .route("/readyz", get(async || "ready"))
        .route("/dev/outbox.json", outbox)
        .fallback(file_and_error_handler(shell))
        .merge(auth_api.proxy_router())
        .layer(SessionLayer)
        .layer(Extension(auth_api))
        .with_state(options);

    println!("the notebook lies open at {origin}");
    axum::serve(listener, app).await?;
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
