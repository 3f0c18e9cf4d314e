// docs: server
#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() {
    use axum::Router;
    use leptos::logging::log;
    use leptos::prelude::*;
    use leptos_axum::{generate_route_list, LeptosRoutes};
    use notebook::app::*;
    use std::net::SocketAddr;
    use thyra_auth::{Auth, Settings};

    let conf = get_configuration(None).unwrap();
    let addr = conf.leptos_options.site_addr;
    let leptos_options = conf.leptos_options;
    // Generate the list of routes in your Leptos App
    let routes = generate_route_list(App);

    let app = Router::new()
        .leptos_routes(&leptos_options, routes, {
            let leptos_options = leptos_options.clone();
            move || shell(leptos_options.clone())
        })
        // docs: skip
        // docs: route
        .route("/notes.txt", axum::routing::get(notebook::notes::server::download))
        // docs: end route
        // docs: go on
        .fallback(leptos_axum::file_and_error_handler(shell))
        .with_state(leptos_options);

    // docs: wiring
    let origin = format!("http://localhost:{}", addr.port());
    let settings = Settings::development(&origin, "sqlite:data/notebook.db");
    // docs: skip
    let mut settings = settings;
    settings.limits = std::env::var("NOTEBOOK_LIMITS").as_deref() != Ok("off");
    // docs: go on
    let app = thyra::mount(app, Auth::open(settings).await.unwrap());
    // docs: end wiring

    // run our app with hyper
    // `axum::Server` is a re-export of `hyper::Server`
    let listener = tokio::net::TcpListener::bind(&addr).await.unwrap();
    log!("listening on {origin}");
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .await
        .unwrap();
}

#[cfg(not(feature = "ssr"))]
pub fn main() {
    // no client-side main function
    // unless we want this to work with e.g., Trunk for pure client-side testing
    // see lib.rs for hydration function instead
}
// docs: end
