//! What a running server knows people by: their accounts, the organisations, the time.
//!
//! Accounts answer from a disk and hash on purpose slowly, so both run on threads that may wait.
//! Two hashes at a time: each takes a processor for some hundredths of a second and 19 MiB, so more
//! would only make every sign-in later and take the processors from the pages. Whoever would have
//! to wait behind too many is sent away at once instead of holding a connection.
//! It decides nothing; `guard.rs` does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use facts::Day;
use store::people::{Denied, Event, Outcome, People, day_of};
use tokio::sync::Semaphore;

use super::cookie::Transport;
use super::nameless::Nameless;
use super::orgs::Orgs;
use crate::org_tree::OrgTree;
use crate::refusal::{Refusal, Unanswered};
use crate::rehearsal::Rehearsal;

/// Hashes made at a time.
const HASHES_MAX: usize = 2;
/// Hashes made or waited for: the last of them waits about two seconds.
const HASHES_WAITING_MAX: usize = 64;

/// Says what time it is, in milliseconds since 1970; the server's own clock but in tests.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The way to the accounts.
pub struct Door {
    people: People,
    facts: Arc<Rehearsal>,
    transport: Transport,
    clock: Clock,
    orgs: Mutex<Option<(Day, Arc<Orgs>)>>,
    nameless: Mutex<Nameless>,
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Door {
    /// Opens a door to these accounts; the organisations are those of the facts.
    pub fn new(people: People, facts: Arc<Rehearsal>, transport: Transport, clock: Clock) -> Door {
        Door {
            people,
            facts,
            transport,
            clock,
            orgs: Mutex::default(),
            nameless: Mutex::default(),
            hashing: Arc::new(Semaphore::new(HASHES_MAX)),
            waiting: Arc::new(Semaphore::new(HASHES_WAITING_MAX)),
        }
    }

    /// The accounts.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// How the server is reached.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// The organisations of the day a moment lies in.
    pub fn orgs(&self, now: i64) -> Arc<Orgs> {
        let day = day_of(now);
        let mut kept = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, orgs)) = kept.as_ref().filter(|(of, _)| *of == day) {
            return Arc::clone(orgs);
        }
        let world = &self.facts.world;
        let orgs = Arc::new(Orgs::of(world, &OrgTree::on(world, day)));
        *kept = Some((day, Arc::clone(&orgs)));
        orgs
    }

    /// Asks the accounts something, on a thread that may wait for the disk.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Door, i64) -> Result<T, Unanswered> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let here = Arc::clone(self);
        let now = (self.clock)();
        let asking = tokio::task::spawn_blocking(move || question(&here, now));
        asking.await.map_err(Unanswered::failed)?
    }

    /// Asks something that hashes; waits for its turn, or is sent away when too many wait.
    pub async fn ask_slowly<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Door, i64) -> Result<T, Unanswered> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.hashing).acquire_owned().await.map_err(Unanswered::failed)?;
        self.ask(move |door, now| {
            // Given back when the work ends, even if nobody waits for it any more.
            let _held = (place, turn);
            question(door, now)
        })
        .await
    }

    /// Keeps an event; what cannot be kept does not happen. Of many unknown askers only how many.
    pub fn keep(&self, event: Event) -> Result<(), Unanswered> {
        let mut events = Vec::with_capacity(2);
        let mut kept = true;
        if event.actor.is_none() {
            let mut nameless = self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
            let one_more = nameless.one_more(event.at);
            kept = one_more.kept;
            events.extend((one_more.left_out > 0).then(|| uncounted(event.at, one_more.left_out)));
        }
        events.extend(kept.then_some(event));
        if events.is_empty() {
            return Ok(());
        }
        self.people.audit(&events).map_err(Unanswered::failed)
    }
}

/// Tells how many unknown askers of an earlier minute were not kept one by one.
fn uncounted(at: i64, count: u32) -> Event {
    Event {
        at,
        actor: None,
        session: None,
        act: "unknown askers".to_owned(),
        object: String::new(),
        org: String::new(),
        outcome: Outcome::Refused,
        why: format!("{count} more"),
    }
}

/// The server's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn busy() -> Refusal {
    Refusal::of(503, "busy", "这一刻登录的人太多", "请过一分钟再试")
}

impl From<Denied> for Unanswered {
    fn from(denied: Denied) -> Unanswered {
        match denied {
            Denied::Refused(refusal) => Refusal::from(refusal).into(),
            Denied::Stopped(fault) => Unanswered::failed(fault),
        }
    }
}

impl From<store::people::Refusal> for Refusal {
    fn from(refusal: store::people::Refusal) -> Refusal {
        use store::people::Refusal as Of;
        let status = match refusal {
            Of::NotSignedIn | Of::SessionEnded => 401,
            Of::SlipNotGood | Of::WrongDigits | Of::NotProved | Of::OwnRights => 403,
            Of::NotThere => 404,
            Of::LoginTaken
            | Of::AlreadyBegun
            | Of::Disabled
            | Of::OtherState
            | Of::LastAdministrator
            | Of::TooManyPhones => 409,
            Of::WeakPin
            | Of::WeakPassword(_)
            | Of::RolesApart
            | Of::LastDayMissing
            | Of::DaysReversed
            | Of::OrgMismatch => 422,
        };
        // The store's sentences say what is wrong and, behind the first semicolon, what to do.
        let text = refusal.to_string();
        let (message, remedy) = text.split_once('；').unwrap_or((text.as_str(), ""));
        Refusal::of(status, refusal.code(), message, remedy)
    }
}

/// The door, for handlers of routes that are declared only where there is one.
pub struct AtDoor(pub Arc<Door>);

impl<S: Send + Sync> FromRequestParts<S> for AtDoor
where
    Option<Arc<Door>>: FromRef<S>,
{
    type Rejection = Unanswered;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<AtDoor, Unanswered> {
        let missing = || Unanswered::failed("a route that needs accounts is served without them");
        Option::<Arc<Door>>::from_ref(state).map(AtDoor).ok_or_else(missing)
    }
}
