# Thyra's commands. `make` alone lists them. Each installs what it needs first, and says so.

TOOLS := scripts/with_tools.sh
CARGO := $(TOOLS) cargo
LEPTOS := $(TOOLS) scripts/leptos.sh
# `ssr` and `hydrate` must never meet in one build, so no cargo command here says --workspace or --all-features.
SERVER_CRATES := -p thyra-wire -p thyra-auth -p thyra-server
WASM := --target wasm32-unknown-unknown

.DEFAULT_GOAL := help
.PHONY: help run test build bench watch setup setup-rust setup-node setup-browser lint lint-format lint-rust \
	lint-end2end test-scripts test-setup test-crates test-library site site-embedded end2end test-embedding \
	embedded-plain embedded-release package regenerate wasm-size security-report clean

help: ## What can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-15s %s\n", $$1, $$2 }'

## The four that people use

run: setup-rust ## Build and serve http://localhost:3000
	@$(LEPTOS) serve

test: setup ## Everything .ci/run checks: format, lints, tests of the crates, the stories in a browser
	@scripts/test.sh lint-format lint-rust lint-end2end test-scripts test-crates test-library site site-embedded end2end

build: ## The release: target/release/thyra and its pages in target/release/site
	@scripts/setup.sh rust node
	@$(LEPTOS) build --release --precompress

bench: build setup-browser ## Measure it on this machine; FIGURES="codes page" prints only those
	@$(TOOLS) scripts/bench.sh $(FIGURES)

## The steps they are made of

watch: setup-rust ## Serve and rebuild on every change
	@$(LEPTOS) watch

setup: ## Install all that is missing
	@scripts/setup.sh rust node browser

setup-rust: ## Rust for the browser, a C compiler, wasm-bindgen, cargo-leptos
	@scripts/setup.sh rust

setup-node: ## Node, wasm-opt, Playwright, axe, Clerk's clients
	@scripts/setup.sh node

setup-browser: ## Chromium and fonts
	@scripts/setup.sh browser

lint: lint-format lint-rust lint-end2end ## All lints

lint-format: ## rustfmt
	@$(CARGO) fmt --all --check

lint-rust: ## clippy, once for each side: server, library, browser (hydrated and rendered there), benchmark
	@$(CARGO) clippy --quiet $(SERVER_CRATES) --all-targets -- -D warnings
	@$(CARGO) clippy --quiet -p thyra --features ssr --all-targets -- -D warnings
	@$(CARGO) clippy --quiet -p thyra-frontend $(WASM) -- -D warnings
	@$(CARGO) clippy --quiet -p thyra --features csr $(WASM) -- -D warnings
	@$(CARGO) clippy --quiet -p thyra-bench --all-targets -- -D warnings

lint-end2end: ## The types of the browser tests
	@$(TOOLS) npm --prefix end2end run --silent check

test-scripts: ## The set-up's functions, with fake tools
	@scripts/test_setup/unit.sh

test-setup: ## The set-up on throw-away machines, as root on Debian: an hour, not part of `make test`
	@scripts/test_setup.sh

test-crates: ## Tests and doctests of wire, auth and server, and of what the benchmark reckons with
	@$(CARGO) test --quiet $(SERVER_CRATES) -p thyra-bench --no-fail-fast

test-library: ## Tests and doctests of the library, as the server builds it
	@$(CARGO) test --quiet -p thyra --features ssr --no-fail-fast

site: ## The debug build of server and pages; only this one names a hydration mismatch
	@$(LEPTOS) build

site-embedded: ## The app of end2end/embedded-app, as cargo-leptos builds it in development
	@$(TOOLS) scripts/build_embedded_app.sh erased

end2end: ## The stories, with scripts on and off (needs site and site-embedded)
	@cd end2end && ../$(TOOLS) playwright test

test-embedding: setup ## The stories of the embedded app in its other builds (not erased, release), and the crates as packages
	@scripts/test.sh embedded-plain embedded-release package

embedded-plain embedded-release: embedded-%:
	@$(TOOLS) scripts/build_embedded_app.sh $*
	@cd end2end && E2E_EMBEDDED_BUILD=$* ../$(TOOLS) playwright test --project 'embedded app'

package: ## The crates as cargo would publish them, each compiled from its package alone
	@CARGO_PROFILE_DEV_DEBUG=0 $(CARGO) package --allow-dirty -p thyra-wire -p thyra-auth -p thyra

regenerate: ## What is made of other files: app/thyra.css, licences of the crates, code printed in documents
	@REGENERATE=1 $(CARGO) test --quiet -p thyra --features ssr --test shipped
	@REGENERATE=1 $(CARGO) test --quiet -p thyra-server --test documents

security-report: setup site ## docs/security.md: which tests stand for which requirement, from a run of them
	@{ $(CARGO) test $(SERVER_CRATES) --no-fail-fast sec_; $(CARGO) test -p thyra --features ssr --no-fail-fast sec_; \
		cd end2end && ../$(TOOLS) playwright test --reporter=list -g sec_; } 2>/dev/null \
		| $(TOOLS) node scripts/security_report.mjs "$$(date -I)"

wasm-size: ## Bytes of the released pages' parts, plain and compressed (needs build)
	@$(TOOLS) scripts/site_bytes.sh

clean: ## Remove what was built here; what set-up installed stays
	@rm -rf target end2end/test-results end2end/playwright-report
