//! Every SQL statement about accounts, as constants; values are always parameters.
//!
//! Words are those SQLite and PostgreSQL share, as in the journal's `sql.rs`; the tables and the
//! triggers stand in `schema.rs`. Times are milliseconds since 1970, days are days since then.
//! No statement is put together from pieces of a user's text. Read next: `schema.rs`.

/// `schema, origin` of the one row.
pub const INSERT_ORIGIN: &str = "INSERT INTO people (schema, origin) VALUES ($1, $2)";
/// The version and the file's own id.
pub const SELECT_ORIGIN: &str = "SELECT schema, origin FROM people";

/// How many accounts there are.
pub const COUNT_ACCOUNTS: &str = "SELECT COUNT(*) FROM account";
/// `id, login, login_key, person, state, created`.
pub const INSERT_ACCOUNT: &str = "INSERT INTO account \
    (id, login, login_key, person, state, created) VALUES ($1, $2, $3, $4, $5, $6)";
/// An account by its id.
pub const SELECT_ACCOUNT: &str =
    "SELECT id, login, person, state, created FROM account WHERE id = $1";
/// An account by its login name in small letters.
pub const SELECT_ACCOUNT_OF: &str =
    "SELECT id, login, person, state, created FROM account WHERE login_key = $1";
/// Accounts behind a login name, so many.
pub const SELECT_ACCOUNTS: &str = "SELECT id, login, person, state, created FROM account \
    WHERE login_key > $1 ORDER BY login_key LIMIT $2";
/// `state, id`.
pub const UPDATE_STATE: &str = "UPDATE account SET state = $1 WHERE id = $2";

/// `id, account, role, org, first_day, last_day, granted_at`.
pub const INSERT_GRANT: &str = "INSERT INTO granted \
    (id, account, role, org, first_day, last_day, granted_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// A grant by its id.
pub const SELECT_GRANT: &str = "SELECT id, account, role, org, first_day, last_day, revoked_at \
    FROM granted WHERE id = $1";
/// An account's grants.
pub const SELECT_GRANTS: &str = "SELECT id, account, role, org, first_day, last_day, revoked_at \
    FROM granted WHERE account = $1 ORDER BY granted_at, id";
/// `revoked_at, id`.
pub const REVOKE_GRANT: &str = "UPDATE granted SET revoked_at = $1 WHERE id = $2";
/// How many others are at work with a role: role, account left out, day.
pub const COUNT_OTHERS: &str = "SELECT COUNT(*) FROM granted \
    JOIN account ON account.id = granted.account \
    WHERE granted.role = $1 AND granted.account <> $2 AND account.state = 'active' \
    AND granted.revoked_at IS NULL AND granted.first_day <= $3 \
    AND (granted.last_day IS NULL OR granted.last_day >= $3)";

/// `place, hash, account, purpose, expires`.
pub const INSERT_SLIP: &str = "INSERT INTO slip (place, hash, account, purpose, expires) \
    VALUES ($1, $2, $3, $4, $5)";
/// Slips at a place, and whose they are.
pub const SELECT_SLIPS: &str = "SELECT slip.id, slip.hash, slip.account, slip.purpose, \
    slip.expires, slip.used_at, slip.secret, account.login, account.state \
    FROM slip JOIN account ON account.id = slip.account WHERE slip.place = $1";
/// `used_at, id`.
pub const USE_SLIP: &str = "UPDATE slip SET used_at = $1, secret = NULL WHERE id = $2";
/// `secret, id`.
pub const UPDATE_SLIP_SECRET: &str = "UPDATE slip SET secret = $1 WHERE id = $2";
/// Unused slips of an account for a purpose.
pub const DELETE_SLIPS_FOR: &str =
    "DELETE FROM slip WHERE account = $1 AND purpose = $2 AND used_at IS NULL";
/// Unused slips of an account.
pub const DELETE_SLIPS: &str = "DELETE FROM slip WHERE account = $1 AND used_at IS NULL";

/// `id, account, kind, place, hash, pin, enrolled`; seen then as well.
pub const INSERT_DEVICE: &str = "INSERT INTO device \
    (id, account, kind, place, hash, pin, enrolled, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
/// Devices at a place, with the state of whose they are.
pub const SELECT_DEVICES_AT: &str = "SELECT device.id, device.hash, device.account, device.kind, \
    device.pin, device.revoked, account.state \
    FROM device JOIN account ON account.id = device.account WHERE device.place = $1";
/// A device by its id.
pub const SELECT_DEVICE: &str =
    "SELECT id, account, kind, enrolled, seen, revoked FROM device WHERE id = $1";
/// An account's devices.
pub const SELECT_DEVICES: &str = "SELECT id, account, kind, enrolled, seen, revoked FROM device \
    WHERE account = $1 ORDER BY enrolled, id";
/// `seen, id`.
pub const UPDATE_DEVICE_SEEN: &str = "UPDATE device SET seen = $1 WHERE id = $2";
/// `pin, id`.
pub const UPDATE_PIN: &str = "UPDATE device SET pin = $1 WHERE id = $2";
/// `revoked, id`.
pub const REVOKE_DEVICE: &str = "UPDATE device SET revoked = $1 WHERE id = $2 AND revoked IS NULL";
/// `revoked, account`.
pub const REVOKE_DEVICES: &str =
    "UPDATE device SET revoked = $1 WHERE account = $2 AND revoked IS NULL";
/// `revoked, account`: browsers only.
pub const REVOKE_BROWSERS: &str = "UPDATE device SET revoked = $1 \
    WHERE account = $2 AND kind = 'browser' AND revoked IS NULL";
/// `revoked, account, how many stay`: browsers used longest ago.
pub const REVOKE_OLD_BROWSERS: &str = "UPDATE device SET revoked = $1 WHERE id IN (\
    SELECT id FROM device WHERE account = $2 AND kind = 'browser' AND revoked IS NULL \
    ORDER BY seen DESC, id LIMIT 1000 OFFSET $3)";
/// How many phones of an account hold.
pub const COUNT_PHONES: &str =
    "SELECT COUNT(*) FROM device WHERE account = $1 AND kind = 'phone' AND revoked IS NULL";

/// `account, hash, set_at, totp, step`, in place of what was there.
pub const PUT_PASSWORD: &str = "INSERT INTO password (account, hash, set_at, totp, step) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account) DO UPDATE SET \
    hash = excluded.hash, set_at = excluded.set_at, totp = excluded.totp, step = excluded.step";
/// An account's password and authenticator.
pub const SELECT_PASSWORD: &str =
    "SELECT hash, set_at, totp, step FROM password WHERE account = $1";
/// `hash, set_at, account`.
pub const UPDATE_PASSWORD: &str = "UPDATE password SET hash = $1, set_at = $2 WHERE account = $3";
/// `step, account`: a step is never taken twice, so it only grows.
pub const UPDATE_STEP: &str = "UPDATE password SET step = $1 WHERE account = $2 AND step < $1";
/// An account's password and authenticator, away.
pub const DELETE_PASSWORD: &str = "DELETE FROM password WHERE account = $1";

/// `id, place, hash, account, device, created`; seen and proved then as well.
pub const INSERT_SESSION: &str = "INSERT INTO session \
    (id, place, hash, account, device, created, seen, proved) \
    VALUES ($1, $2, $3, $4, $5, $6, $6, $6)";
/// Sessions at a place, with account, device and the age of the password.
pub const SELECT_SESSIONS_AT: &str = "SELECT session.id, session.hash, session.created, \
    session.seen, session.proved, session.device, device.kind, device.revoked, \
    account.id, account.login, account.person, account.state, account.created, password.set_at \
    FROM session JOIN account ON account.id = session.account \
    LEFT JOIN device ON device.id = session.device \
    LEFT JOIN password ON password.account = session.account \
    WHERE session.place = $1";
/// An account's sessions, the latest used first.
pub const SELECT_SESSIONS: &str = "SELECT session.id, session.created, session.seen, \
    session.device, device.kind FROM session LEFT JOIN device ON device.id = session.device \
    WHERE session.account = $1 AND device.revoked IS NULL \
    ORDER BY session.seen DESC, session.created DESC, session.id";
/// `seen, id`.
pub const UPDATE_SESSION_SEEN: &str = "UPDATE session SET seen = $1 WHERE id = $2";
/// `proved, id`.
pub const UPDATE_SESSION_PROVED: &str = "UPDATE session SET proved = $1, seen = $1 WHERE id = $2";
/// `account, id`.
pub const DELETE_SESSION: &str = "DELETE FROM session WHERE account = $1 AND id = $2";
/// `account, id that stays`.
pub const DELETE_OTHER_SESSIONS: &str = "DELETE FROM session WHERE account = $1 AND id <> $2";
/// All of an account's.
pub const DELETE_SESSIONS: &str = "DELETE FROM session WHERE account = $1";
/// All of a device's.
pub const DELETE_SESSIONS_OF_DEVICE: &str = "DELETE FROM session WHERE device = $1";
/// `account, the newest, how many stay`: those unused longest.
pub const DELETE_OLD_SESSIONS: &str = "DELETE FROM session WHERE account = $1 AND id NOT IN (\
    SELECT id FROM session WHERE account = $1 \
    ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END, seen DESC, created DESC, id LIMIT $3)";
/// Those begun before a moment, whoever's.
pub const DELETE_ENDED_SESSIONS: &str = "DELETE FROM session WHERE created <= $1";

/// `bucket, at, admitted`.
pub const INSERT_GUESS: &str =
    "INSERT INTO guess (bucket, at, admitted) VALUES ($1, $2, $3) RETURNING id";
/// Guesses admitted in a bucket.
pub const COUNT_GUESSES: &str = "SELECT COUNT(*) FROM guess WHERE bucket = $1 AND admitted = 1";
/// Those that no longer count: before the first moment, or behind the second.
pub const DELETE_OLD_GUESSES: &str = "DELETE FROM guess WHERE at <= $1 OR at > $2";
/// One that was no guess.
pub const DELETE_GUESS: &str = "DELETE FROM guess WHERE id = $1";
/// All of a bucket.
pub const DELETE_GUESSES: &str = "DELETE FROM guess WHERE bucket = $1";

/// `seq, at, actor, session, act, object, org, outcome, why, link`.
pub const INSERT_AUDIT: &str = "INSERT INTO audit \
    (seq, at, actor, session, act, object, org, outcome, why, link) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
/// Rows from a seq on, so many.
pub const SELECT_AUDIT: &str = "SELECT seq, at, actor, session, act, object, org, outcome, why, \
    link FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2";
/// The last row's `seq, link`.
pub const SELECT_AUDIT_HEAD: &str = "SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1";
