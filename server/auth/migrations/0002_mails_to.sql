-- When mails went to an address, as a keyed digest: the limit of mails to one address needs no more.
CREATE TABLE mails_to (
    id TEXT PRIMARY KEY NOT NULL,
    recipient TEXT NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX mails_to_recipient ON mails_to (recipient, sent_at);
