-- What the sweep looks for by age.
CREATE INDEX sign_ins_created_at ON sign_ins (created_at);
CREATE INDEX sign_ups_created_at ON sign_ups (created_at);
CREATE INDEX one_time_codes_expires_at ON one_time_codes (expires_at);
CREATE INDEX sessions_expire_at ON sessions (expire_at);
CREATE INDEX mails_to_sent_at ON mails_to (sent_at);
