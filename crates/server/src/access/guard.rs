//! Enforces a route's policy before its handler runs, and keeps what was decided.
//!
//! The order is: form of the request, session, state of the account, role, what the request is
//! about, fresh proof. So somebody without the role learns nothing about what she named, and an
//! account outside her reach answers exactly like one that does not exist.
//! A decision that cannot be kept is not carried out. Of an answer that is no success its word is
//! kept too. Reading public pages of a rehearsal is no decision about anybody and is not kept.
//! Read next: `rules.rs`.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use store::entry::Name;
use store::people::{
    Account, AccountId, Actor, Event, Grant, Help, Outcome, Present, Role, Token, day_of,
};

use super::door::Door;
use super::orgs::Orgs;
use super::sent::check_form;
use super::{Admitted, Who};
use crate::declare::{About, Policy, Roles, Rule};
use crate::refusal::{Refusal, RefusedAs, Unanswered};

/// What a policy is held against.
#[derive(Clone, Default)]
pub struct Standpoint {
    /// Whether the facts served are a rehearsal.
    pub rehearsal: bool,
    /// The way to the accounts, where there are any.
    pub door: Option<Arc<Door>>,
}

/// Lets a request through to its handler, or answers it.
pub async fn guard(
    policy: Policy,
    standpoint: Standpoint,
    request: Request,
    next: Next,
) -> Response {
    if let Err(refusal) = check_form(request.method(), request.headers()) {
        return refusal.into_response();
    }
    let Standpoint { rehearsal, door } = standpoint;
    match (policy, door) {
        (Policy::PublicRehearsal, _) if rehearsal => next.run(request).await,
        (Policy::PublicRehearsal, None) => rehearsal_only().into_response(),
        (_, None) => {
            Unanswered::failed("a policy about accounts where there are none").into_response()
        }
        (policy, Some(door)) => decided(policy, door, request, next).await,
    }
}

async fn decided(policy: Policy, door: Arc<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = Asked::of(&mut parts, &door).await;
    let act = asked.act.clone();
    let answer = door.ask(move |door, now| decide(policy, door, &asked, now)).await;
    let admitted = match answer {
        Ok(admitted) => admitted,
        Err(unanswered) => return unanswered.into_response(),
    };
    let actor = admitted.as_ref().map(Who::actor);
    if let Some(who) = admitted {
        parts.extensions.insert(who);
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status().is_success() {
        return response;
    }
    let why = response.extensions().get::<RefusedAs>().map_or("failed", |refused| refused.0);
    let outcome = if why == "failed" { Outcome::Failed } else { Outcome::Refused };
    let note = Note { act, object: String::new(), org: String::new(), outcome, why };
    let kept = door.ask(move |door, now| door.keep(note.event(actor, now))).await;
    kept.err().map_or(response, IntoResponse::into_response)
}

/// What a request asks for, as far as a policy looks at it.
struct Asked {
    /// Method and declared path: never an id, never a secret.
    act: String,
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    token: Option<Token>,
}

impl Asked {
    async fn of(parts: &mut Parts, door: &Door) -> Asked {
        let pattern = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let act = format!("{} {pattern}", parts.method);
        let token = door.transport().session(&parts.headers);
        // What cannot be read is not there; a rule that needs it then refuses.
        let path = RawPathParams::from_request_parts(parts, &()).await;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let path = path.iter().flatten().map(owned).collect();
        let query = Query::try_from_uri(&parts.uri).map(|Query(pairs)| pairs).unwrap_or_default();
        Asked { act, path, query, token }
    }

    fn in_path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a query parameter: two of them are not one.
    fn in_query<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Ids that are named in the path, for the audit.
    fn object(&self) -> String {
        self.path.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// What is kept of a decision.
struct Note {
    act: String,
    object: String,
    org: String,
    outcome: Outcome,
    why: &'static str,
}

impl Note {
    fn event(self, actor: Option<Actor>, at: i64) -> Event {
        let Note { act, object, org, outcome, why } = self;
        let (session, actor) = (actor.map(|who| who.session), actor.map(|who| who.account));
        Event { at, actor, session, act, object, org, outcome, why: why.to_owned() }
    }
}

/// Decides and keeps it. Nobody where nobody needs to be known.
fn decide(policy: Policy, door: &Door, asked: &Asked, now: i64) -> Result<Option<Who>, Unanswered> {
    let mut actor = None;
    let verdict = judge(policy, door, asked, now, &mut actor);
    let (outcome, why) = match &verdict {
        Ok(who) => (Outcome::Allowed, who.as_ref().map_or("before-sign-in", Who::rule)),
        Err(Unanswered::Refused(refusal)) => (Outcome::Refused, refusal.word()),
        Err(Unanswered::Failed(_)) => (Outcome::Failed, "failed"),
    };
    let org = verdict.as_ref().ok().and_then(Option::as_ref).and_then(Who::org);
    let org = org.map(Name::to_string).unwrap_or_default();
    let note = Note { act: asked.act.clone(), object: asked.object(), org, outcome, why };
    door.keep(note.event(actor, now))?;
    verdict
}

fn judge(
    policy: Policy,
    door: &Door,
    asked: &Asked,
    now: i64,
    actor: &mut Option<Actor>,
) -> Result<Option<Who>, Unanswered> {
    let (rules, states, fresh) = match policy {
        Policy::PublicRehearsal => return Err(rehearsal_only().into()),
        Policy::BeforeSignIn { .. } => return Ok(None),
        Policy::SignedIn { rules, states, fresh } => (rules, states, fresh),
    };
    let token = asked.token.as_ref().ok_or_else(not_signed_in)?;
    let present = door.people().session(token, now)?;
    *actor = Some(present.actor());
    if !states.contains(&present.account.state) {
        return Err(not_signed_in().into());
    }
    let reach = Reach { door, orgs: &door.orgs(now), asked, present: &present, now };
    let found = reach.first_rule(rules)?;
    if fresh && !present.is_stepped_up(now) {
        let remedy = "请用验证器的六位数字或手机 PIN 再验证一次";
        return Err(Refusal::forbidden("confirm-first", "办这件事要先确认是本人", remedy).into());
    }
    let Found { rule, account, org } = found;
    let (present, token, path) = (present.clone(), token.clone(), asked.path.clone());
    let admitted = Admitted { present, token, rule, account, org, path };
    Ok(Some(Who(Arc::new(admitted))))
}

/// Somebody, and what she asks about.
struct Reach<'a> {
    door: &'a Door,
    orgs: &'a Orgs,
    asked: &'a Asked,
    present: &'a Present,
    now: i64,
}

/// The rule that fits, and what it found.
struct Found {
    rule: &'static Rule,
    account: Option<Account>,
    org: Option<Name>,
}

impl Reach<'_> {
    /// The first rule that fits. None for her role: whose matter it is. One for her role, but not
    /// for what she named: the answer of the last one that looked.
    fn first_rule(&self, rules: &'static [Rule]) -> Result<Found, Unanswered> {
        let mut answer: Unanswered = not_yours(rules).into();
        for rule in rules {
            let Some(grants) = self.by_role(rule) else { continue };
            match self.found(rule, &grants) {
                Ok(found) => return Ok(found),
                Err(other) => answer = other,
            }
        }
        Err(answer)
    }

    /// Her grants that the rule is for; none when she has no such role today.
    fn by_role(&self, rule: &Rule) -> Option<Vec<&Grant>> {
        let wanted = |role: Role| match rule.roles {
            Roles::NoneNeeded | Roles::Any => true,
            Roles::Of(roles) => roles.contains(&role),
        };
        let today = day_of(self.now);
        let held = self.present.grants.iter().filter(|grant| grant.holds(today));
        let grants: Vec<&Grant> = held.filter(|grant| wanted(grant.what.role)).collect();
        let own = rule.roles == Roles::NoneNeeded;
        // With a password that is due she may change it, and look after her own account.
        (own || !(grants.is_empty() || self.present.password_due)).then_some(grants)
    }

    fn found(&self, rule: &'static Rule, grants: &[&Grant]) -> Result<Found, Unanswered> {
        let mut found = Found { rule, account: None, org: None };
        for about in rule.about {
            match about {
                About::Org(query) => found.org = self.org(query, grants)?,
                About::Account(path) => found.account = Some(self.account(path)?),
                About::Helped(path) => found.account = Some(self.helped(path)?),
            }
        }
        Ok(found)
    }

    fn org(&self, query: &str, grants: &[&Grant]) -> Result<Option<Name>, Unanswered> {
        let mut named = self.asked.in_query(query);
        let Some(id) = named.next() else { return Ok(None) };
        let reached = |grant: &Grant| match &grant.what.org {
            Some(own) => self.orgs.within(id, own.as_str()),
            None => self.orgs.org(id).is_some(),
        };
        let hers = named.next().is_none() && grants.iter().copied().any(reached);
        let name = Name::new(id).filter(|_| hers);
        // One answer for an organisation of others and for one that does not exist.
        name.map(Some).ok_or_else(|| {
            let remedy = "请从组织列表里选本单位或下级单位";
            Refusal::forbidden("not-your-org", "这件事归谁办：归那个单位自己的人", remedy).into()
        })
    }

    fn account(&self, path: &str) -> Result<Account, Unanswered> {
        let id = self.asked.in_path(path).and_then(AccountId::read);
        if id == Some(self.present.account.id) {
            return Err(Refusal::from(store::people::Refusal::OwnRights).into());
        }
        let account = id.map(|id| self.door.people().account(id)).transpose();
        let account = account.map_err(Unanswered::failed)?.flatten();
        account.ok_or_else(not_there)
    }

    fn helped(&self, path: &str) -> Result<Account, Unanswered> {
        let account = self.account(path)?;
        let help = Help { actor: self.present.account.id, account: account.id };
        let upward = |org: &Name| self.orgs.upward(org.as_str());
        let may = self.door.people().may_help(help, day_of(self.now), &upward);
        // Nobody is told that somebody outside her reach exists.
        may.map_err(Unanswered::failed)?.then_some(account).ok_or_else(not_there)
    }
}

fn not_there() -> Unanswered {
    Refusal::from(store::people::Refusal::NotThere).into()
}

fn not_signed_in() -> Refusal {
    Refusal::from(store::people::Refusal::SessionEnded)
}

fn rehearsal_only() -> Refusal {
    Refusal::forbidden("rehearsal-only", "这个接口只给演练数据用", "请用演练数据启动，或先登录")
}

/// 这件事归谁办: the roles whose matter it is.
fn not_yours(rules: &[Rule]) -> Refusal {
    let mut roles: Vec<&str> = Vec::new();
    for rule in rules {
        if let Roles::Of(named) = rule.roles {
            roles.extend(named.iter().map(|role| role.in_words()));
        }
    }
    let whose = if roles.is_empty() { "有任职的人".to_owned() } else { roles.join("、") };
    let remedy = "请转给她办；若该归您，请安全管理员核对您的角色和期限";
    Refusal::forbidden("not-yours", format!("这件事归谁办：{whose}"), remedy)
}
