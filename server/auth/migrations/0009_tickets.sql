-- What app servers let people in by: sign-in tokens, invitations, actor tokens. The ticket itself stands nowhere: it is made
-- of the id and a key that is not in the database.
CREATE TABLE tickets (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- Whom it signs in; absent for an invitation.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- Whom it invites, canonical; absent for all others.
    email_address TEXT,
    details TEXT NOT NULL,
    status TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX tickets_user_id ON tickets (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX tickets_email_address ON tickets (email_address) WHERE email_address IS NOT NULL;
CREATE INDEX tickets_kind ON tickets (kind, created_at);
CREATE INDEX tickets_expires_at ON tickets (expires_at);
