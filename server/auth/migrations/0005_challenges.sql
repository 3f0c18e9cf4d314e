-- What answers one question answers no other: a challenge is found by its attempt, its strategy and its level, where a
-- code used to be found by its attempt and level alone. Codes of earlier builds are not taken over: their digests name
-- what they were for in other words. They lived for ten minutes; whoever waits for one asks for the next.
DROP TABLE one_time_codes;

CREATE TABLE challenges (
    attempt_id TEXT NOT NULL,
    strategy TEXT NOT NULL,
    level TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed_payload BLOB,
    tries BIGINT NOT NULL,
    consumed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, strategy, level)
) WITHOUT ROWID;
CREATE INDEX challenges_expires_at ON challenges (expires_at);
