-- Text, big integers, blobs and nothing else, so that the same statements run on SQLite and PostgreSQL.
-- Times are milliseconds since the Unix epoch; truth values are 0 and 1; JSON is text.

CREATE TABLE instance (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    external_id TEXT UNIQUE,
    username TEXT UNIQUE,
    first_name TEXT,
    last_name TEXT,
    password_hash TEXT,
    password_updated_at BIGINT,
    primary_email_address_id TEXT,
    public_metadata TEXT NOT NULL,
    private_metadata TEXT NOT NULL,
    unsafe_metadata TEXT NOT NULL,
    banned BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    last_active_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX users_created_at ON users (created_at);

CREATE TABLE email_addresses (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email_address TEXT NOT NULL UNIQUE,
    verified_at BIGINT,
    verification_strategy TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX email_addresses_user_id ON email_addresses (user_id);

-- One browser. Only the digest of its cookie is kept.
CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    token_digest TEXT NOT NULL UNIQUE,
    sign_in_id TEXT,
    sign_up_id TEXT,
    last_active_session_id TEXT,
    last_authentication_strategy TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_client_id ON sign_ins (client_id);

CREATE TABLE sign_ups (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_client_id ON sign_ups (client_id);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    first_factor_at BIGINT,
    second_factor_at BIGINT,
    last_active_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX sessions_client_id ON sessions (client_id);
CREATE INDEX sessions_user_id ON sessions (user_id);

-- One-time codes, as keyed digests. A row belongs to one attempt, one purpose and one address.
CREATE TABLE one_time_codes (
    id TEXT PRIMARY KEY NOT NULL,
    attempt_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    target TEXT NOT NULL,
    digest TEXT NOT NULL,
    tries BIGINT NOT NULL,
    consumed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (attempt_id, purpose)
);

-- Failed tries belong to the account (or to the identifier, as a keyed digest, when nobody has it).
CREATE TABLE lockouts (
    account TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    updated_at BIGINT NOT NULL
);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    sealed_private_key BLOB NOT NULL,
    public_n TEXT NOT NULL,
    public_e TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retire_at BIGINT
);

-- Messages on their way. The content is sealed, and gone once it was sent.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    sealed_message BLOB,
    created_at BIGINT NOT NULL,
    next_attempt_at BIGINT,
    tries BIGINT NOT NULL,
    sent_at BIGINT,
    last_error TEXT
);
CREATE INDEX outbox_next_attempt_at ON outbox (next_attempt_at);
CREATE INDEX outbox_created_at ON outbox (created_at);
