//! The tables of accounts, and the rules that the tables keep by themselves.
//!
//! Three rules must hold whoever writes, a mistaken program of ours too, and so they are triggers
//! and checks: the three administrators are three accounts with no other role; a grant is taken
//! back and never changed; the audit is added to at its end and nowhere else.
//! Whoever owns the file can drop a trigger; the audit's chain then shows what was changed.
//! Read next: `sql.rs`, the statements; `docs/people.md`, the reasons.

/// Everything, in the order it is made.
pub const CREATE: [&str; 22] = [
    PEOPLE,
    ACCOUNT,
    GRANTED,
    GRANTED_OF,
    SLIP,
    SLIP_AT,
    DEVICE,
    DEVICE_AT,
    DEVICE_OF,
    PASSWORD,
    SESSION,
    SESSION_AT,
    SESSION_OF,
    GUESS,
    GUESS_OF,
    GUESS_WHEN,
    AUDIT,
    ACCOUNT_STAYS,
    ROLES_APART,
    GRANT_STAYS,
    AUDIT_GROWS,
    STEPS_GROW,
];

/// What may only be removed by erasing the file; made like the others, one statement each.
pub const NEVER_DELETED: [&str; 4] = [ACCOUNT_KEPT, GRANT_KEPT, AUDIT_KEPT, AUDIT_UNCHANGED];

const PEOPLE: &str = "CREATE TABLE people (schema BIGINT NOT NULL, origin BYTEA NOT NULL)";

const ACCOUNT: &str = "CREATE TABLE account (\
    id BYTEA NOT NULL PRIMARY KEY, login TEXT NOT NULL, login_key TEXT NOT NULL UNIQUE, \
    person TEXT, created BIGINT NOT NULL, \
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')))";

const GRANTED: &str = "CREATE TABLE granted (\
    id BYTEA NOT NULL PRIMARY KEY, account BYTEA NOT NULL REFERENCES account (id), \
    role TEXT NOT NULL CHECK (role IN ('village_director', 'cadre', 'liaison', 'checker', \
        'signer', 'leader', 'inspector', 'writer', 'reviewer', 'protection_officer', \
        'outside_auditor', 'system_admin', 'security_admin', 'audit_admin')), \
    org TEXT, first_day BIGINT NOT NULL, last_day BIGINT, \
    granted_at BIGINT NOT NULL, revoked_at BIGINT, \
    CHECK (last_day IS NULL OR last_day >= first_day), \
    CHECK (role <> 'outside_auditor' OR last_day IS NOT NULL), \
    CHECK ((org IS NULL) = (role IN ('system_admin', 'security_admin', 'audit_admin'))))";
const GRANTED_OF: &str = "CREATE INDEX granted_of ON granted (account)";

const SLIP: &str = "CREATE TABLE slip (\
    id INTEGER PRIMARY KEY, place BIGINT NOT NULL, hash BYTEA NOT NULL, \
    account BYTEA NOT NULL REFERENCES account (id), \
    purpose TEXT NOT NULL CHECK (purpose IN ('enrol_phone', 'new_pin', 'set_password')), \
    expires BIGINT NOT NULL, used_at BIGINT, secret BYTEA)";
const SLIP_AT: &str = "CREATE INDEX slip_at ON slip (place)";

const DEVICE: &str = "CREATE TABLE device (\
    id BYTEA NOT NULL PRIMARY KEY, account BYTEA NOT NULL REFERENCES account (id), \
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'browser')), \
    place BIGINT NOT NULL, hash BYTEA NOT NULL, pin BYTEA, \
    enrolled BIGINT NOT NULL, seen BIGINT NOT NULL, revoked BIGINT, \
    CHECK ((kind = 'phone') = (pin IS NOT NULL)))";
const DEVICE_AT: &str = "CREATE INDEX device_at ON device (place)";
const DEVICE_OF: &str = "CREATE INDEX device_of ON device (account)";

const PASSWORD: &str = "CREATE TABLE password (\
    account BYTEA NOT NULL PRIMARY KEY REFERENCES account (id), \
    hash BYTEA NOT NULL, set_at BIGINT NOT NULL, totp BYTEA NOT NULL, step BIGINT NOT NULL)";

const SESSION: &str = "CREATE TABLE session (\
    id BYTEA NOT NULL PRIMARY KEY, place BIGINT NOT NULL, hash BYTEA NOT NULL, \
    account BYTEA NOT NULL REFERENCES account (id), device BYTEA REFERENCES device (id), \
    created BIGINT NOT NULL, seen BIGINT NOT NULL, proved BIGINT NOT NULL)";
const SESSION_AT: &str = "CREATE INDEX session_at ON session (place)";
const SESSION_OF: &str = "CREATE INDEX session_of ON session (account)";

const GUESS: &str = "CREATE TABLE guess (\
    id INTEGER PRIMARY KEY, bucket BYTEA NOT NULL, at BIGINT NOT NULL, \
    admitted BIGINT NOT NULL)";
const GUESS_OF: &str = "CREATE INDEX guess_of ON guess (bucket)";
const GUESS_WHEN: &str = "CREATE INDEX guess_when ON guess (at)";

const AUDIT: &str = "CREATE TABLE audit (\
    seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, actor BYTEA NOT NULL, session BYTEA NOT NULL, \
    act TEXT NOT NULL, object TEXT NOT NULL, org TEXT NOT NULL, outcome BIGINT NOT NULL, \
    why TEXT NOT NULL, link BYTEA NOT NULL)";

const ACCOUNT_STAYS: &str = "CREATE TRIGGER account_stays BEFORE UPDATE ON account \
    WHEN NEW.id <> OLD.id OR NEW.created <> OLD.created OR NEW.person IS NOT OLD.person \
    OR NEW.login_key <> OLD.login_key \
    BEGIN SELECT RAISE(ABORT, 'an account stays whose it is'); END";
const ACCOUNT_KEPT: &str = "CREATE TRIGGER account_kept BEFORE DELETE ON account \
    BEGIN SELECT RAISE(ABORT, 'accounts are disabled, not deleted'); END";

// Grants taken back count as well: whoever administered once never becomes anything else, so that
// no order of steps leads from one of the three to another.
const ROLES_APART: &str = "CREATE TRIGGER roles_apart BEFORE INSERT ON granted \
    WHEN EXISTS (SELECT 1 FROM granted AS other WHERE other.id = NEW.id) \
    OR EXISTS (SELECT 1 FROM granted AS other \
        WHERE other.account = NEW.account AND other.role <> NEW.role \
        AND (other.role IN ('system_admin', 'security_admin', 'audit_admin') \
            OR NEW.role IN ('system_admin', 'security_admin', 'audit_admin'))) \
    OR EXISTS (SELECT 1 FROM granted AS other \
        JOIN account AS theirs ON theirs.id = other.account \
        JOIN account AS hers ON hers.id = NEW.account \
        WHERE hers.person = theirs.person AND other.role <> NEW.role \
        AND other.role IN ('system_admin', 'security_admin', 'audit_admin') \
        AND NEW.role IN ('system_admin', 'security_admin', 'audit_admin')) \
    BEGIN SELECT RAISE(ABORT, 'administrators are three and hold no other role'); END";
const GRANT_STAYS: &str = "CREATE TRIGGER grant_stays BEFORE UPDATE ON granted \
    WHEN NEW.id <> OLD.id OR NEW.account <> OLD.account OR NEW.role <> OLD.role \
    OR NEW.org IS NOT OLD.org OR NEW.first_day <> OLD.first_day \
    OR NEW.last_day IS NOT OLD.last_day OR NEW.granted_at <> OLD.granted_at \
    OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL \
    BEGIN SELECT RAISE(ABORT, 'a grant is taken back, not changed'); END";
const GRANT_KEPT: &str = "CREATE TRIGGER grant_kept BEFORE DELETE ON granted \
    BEGIN SELECT RAISE(ABORT, 'a grant is taken back, not deleted'); END";

// REPLACE would take rows away without asking the trigger of DELETE: no seq is given twice.
const AUDIT_GROWS: &str = "CREATE TRIGGER audit_grows BEFORE INSERT ON audit \
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit) \
    BEGIN SELECT RAISE(ABORT, 'the audit grows at its end'); END";
const AUDIT_UNCHANGED: &str = "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit \
    BEGIN SELECT RAISE(ABORT, 'nobody changes the audit'); END";
const AUDIT_KEPT: &str = "CREATE TRIGGER audit_kept BEFORE DELETE ON audit \
    BEGIN SELECT RAISE(ABORT, 'nobody deletes from the audit'); END";

// A step of the authenticator is taken once, except with a new secret.
const STEPS_GROW: &str = "CREATE TRIGGER steps_grow BEFORE UPDATE OF step ON password \
    WHEN NEW.totp = OLD.totp AND NEW.step < OLD.step \
    BEGIN SELECT RAISE(ABORT, 'a step is taken once'); END";
