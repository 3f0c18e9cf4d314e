-- Each table and each index that a sign-in touches is a page to be written and waited for. Names that grow with the time
-- (`growing_id`) make the primary key the order of the table itself, and what is only ever looked up by a part of the key
-- needs no index of its own. `WITHOUT ROWID` is SQLite's; other databases leave it out. Tables of long rows go without it.

-- The cookie says which client it belongs to, so that the digest needs no index. Cookies of earlier builds do not: their
-- clients cannot be found any more, and with them go their attempts and what those still waited for.
DROP TABLE sign_ins;
DROP TABLE sign_ups;
DROP TABLE one_time_codes;
DROP TABLE clients;

CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    token_digest TEXT NOT NULL,
    sign_in_id TEXT,
    sign_up_id TEXT,
    last_active_session_id TEXT,
    last_authentication_strategy TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

-- A client has one of each at a time.
CREATE TABLE sign_ins (
    client_id TEXT PRIMARY KEY NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_created_at ON sign_ins (created_at);

CREATE TABLE sign_ups (
    client_id TEXT PRIMARY KEY NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_created_at ON sign_ups (created_at);

CREATE TABLE one_time_codes (
    attempt_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    digest TEXT NOT NULL,
    tries BIGINT NOT NULL,
    consumed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, purpose)
) WITHOUT ROWID;
CREATE INDEX one_time_codes_expires_at ON one_time_codes (expires_at);

-- Nobody has the cookie of a session of earlier builds: lists must not show it as open.
ALTER TABLE sessions RENAME TO earlier_sessions;
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
) WITHOUT ROWID;
INSERT INTO sessions
    SELECT id, client_id, user_id, CASE WHEN status IN ('active', 'pending') THEN 'ended' ELSE status END,
        first_factor_at, second_factor_at, last_active_at, expire_at, created_at, updated_at
    FROM earlier_sessions WHERE user_id IN (SELECT id FROM users);
DROP TABLE earlier_sessions;
CREATE INDEX sessions_client_id ON sessions (client_id);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expire_at ON sessions (expire_at);

ALTER TABLE lockouts RENAME TO earlier_lockouts;
CREATE TABLE lockouts (
    account TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO lockouts SELECT account, failures, locked_until, updated_at FROM earlier_lockouts;
DROP TABLE earlier_lockouts;

ALTER TABLE mails_to RENAME TO earlier_mails_to;
CREATE TABLE mails_to (
    recipient TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (recipient, sent_at, id)
) WITHOUT ROWID;
INSERT INTO mails_to SELECT recipient, sent_at, id FROM earlier_mails_to;
DROP TABLE earlier_mails_to;
CREATE INDEX mails_to_sent_at ON mails_to (sent_at);

-- Most messages are not waiting for anything.
DROP INDEX outbox_next_attempt_at;
CREATE INDEX outbox_next_attempt_at ON outbox (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
