-- Second factors. What a user has of them stands with the user: it is shown wherever the user is, and asked for at every
-- sign-in. What proves them is asked for only when somebody answers.
ALTER TABLE users ADD COLUMN totp_enabled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN backup_code_enabled BIGINT NOT NULL DEFAULT 0;

-- The secret of an authenticator app; `verified_at` is absent until its first code came.
CREATE TABLE totp (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    -- Of the newest code that was accepted: that one and all before it are refused.
    last_step BIGINT NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE backup_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    used_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, digest)
) WITHOUT ROWID;
