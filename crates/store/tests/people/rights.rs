//! Rights: what the schema forbids whoever writes, and who may help whom.
//!
//! The three administrators are held apart by the tables themselves: each rule is tried with
//! plain SQL, past all our own code. Then the rules that the code adds: nobody changes her own
//! rights, and the last administrator of a kind stays. Read next: `src/people/schema.rs`.

use facts::Day;
use rusqlite::{Connection, params};
use store::Name;
use store::people::{
    AccountId, DAY, Granting, Help, Invitation, Purpose, Refusal, Role, State, day_of,
};

use super::ground::{Ground, NOW, granting, name, refusal};

const ADMINISTRATORS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

/// A grant written past all our code.
fn raw_grant(tables: &Connection, verb: &str, account: AccountId, role: &str) -> bool {
    let sql = format!(
        "{verb} INTO granted (id, account, role, org, first_day, last_day, granted_at) \
         VALUES (randomblob(16), $1, $2, $3, 15000, $4, 0)"
    );
    let org = (!role.ends_with("_admin")).then_some("371621");
    let last = (role == "outside_auditor").then_some(15_100);
    tables.execute(&sql, params![&account.0.0[..], role, org, last]).is_ok()
}

#[test]
fn the_tables_keep_every_pair_of_an_administrator_and_another_role_apart() {
    let ground = Ground::new(61);
    let tables = ground.tables();
    let mut refused = 0;
    for first in Role::ALL {
        for second in Role::ALL {
            let login = format!("{}.{}", first.as_str(), second.as_str());
            let account = ground.invited(&login, NOW);
            assert!(raw_grant(&tables, "INSERT", account, first.as_str()), "{login}");
            let both = raw_grant(&tables, "INSERT", account, second.as_str());
            let apart = first != second && (first.is_administrator() || second.is_administrator());
            assert_eq!(both, !apart, "{login}");
            if apart {
                refused += 1;
                for verb in ["INSERT OR REPLACE", "INSERT OR IGNORE"] {
                    raw_grant(&tables, verb, account, second.as_str());
                    let held = ground.people().grants(account).unwrap();
                    assert_eq!(held.len(), 1, "{verb} {login}");
                }
            }
        }
    }
    assert_eq!(refused, 3 * 11 * 2 + 3 * 2);
}

#[test]
fn a_grant_taken_back_does_not_free_the_way_to_another_administrator() {
    let ground = Ground::new(62);
    let people = ground.people();
    let account = ground.invited("wang", NOW);
    let what = granting(Role::SystemAdmin, None, NOW);
    let grant = people.grant(&ground.by(), account, &what, NOW).unwrap();
    people.revoke(&ground.by(), grant, NOW).unwrap();
    let other = granting(Role::AuditAdmin, None, NOW);
    assert_eq!(refusal(people.grant(&ground.by(), account, &other, NOW)), Refusal::RolesApart);
    assert!(!raw_grant(&ground.tables(), "INSERT", account, "audit_admin"));
    assert!(people.grant(&ground.by(), account, &what, NOW).is_ok());
}

#[test]
fn one_person_with_two_accounts_administers_in_one_way_only() {
    let ground = Ground::new(63);
    let people = ground.people();
    let account = |login, person: &str| {
        let who = Invitation { login: name(login), person: Some(name(person)) };
        people.invite(&ground.by(), &who, NOW).unwrap()
    };
    let give = |account, role| {
        people.grant(&ground.by(), account, &granting(role, None, NOW), NOW).map(|_| ())
    };
    let (one, two, other) = (account("a", "p1"), account("b", "p1"), account("c", "p2"));
    assert_eq!(give(one, Role::SystemAdmin), Ok(()));
    assert_eq!(refusal(give(two, Role::AuditAdmin)), Refusal::RolesApart);
    assert_eq!(give(other, Role::AuditAdmin), Ok(()));
    let cadre = granting(Role::Cadre, Some("371621101"), NOW);
    assert!(people.grant(&ground.by(), two, &cadre, NOW).is_ok());
}

#[test]
fn the_tables_take_no_change_of_a_grant_or_of_whose_an_account_is() {
    let ground = Ground::new(64);
    let people = ground.people();
    let account = ground.invited("wang", NOW);
    let what = granting(Role::Cadre, Some("371621101"), NOW);
    let grant = people.grant(&ground.by(), account, &what, NOW).unwrap();
    let tables = ground.tables();
    for change in [
        "UPDATE granted SET role = 'leader'",
        "UPDATE granted SET role = 'system_admin', org = NULL",
        "UPDATE granted SET org = '371600'",
        "UPDATE granted SET last_day = 99999",
        "UPDATE granted SET first_day = 0",
        "UPDATE granted SET account = (SELECT id FROM account ORDER BY id LIMIT 1) WHERE org <> ''",
        "UPDATE OR REPLACE granted SET id = (SELECT MIN(id) FROM granted)",
        "DELETE FROM granted",
        "DELETE FROM account",
        "UPDATE account SET login_key = 'x' WHERE login = 'wang'",
        "UPDATE account SET person = 'p1'",
        "UPDATE account SET state = 'owner'",
    ] {
        assert!(tables.execute(change, []).is_err(), "{change}");
    }
    people.revoke(&ground.by(), grant, NOW).unwrap();
    let undone = tables.execute("UPDATE granted SET revoked_at = NULL", []);
    assert!(undone.is_err(), "a grant taken back stays so");
    assert_eq!(people.revoke(&ground.by(), grant, NOW), Ok(()));
}

#[test]
fn the_tables_refuse_what_no_grant_can_say() {
    let ground = Ground::new(65);
    let account = ground.invited("wang", NOW);
    let tables = ground.tables();
    let insert = |role: &str, org: Option<&str>, first: i64, last: Option<i64>| {
        let sql = "INSERT INTO granted (id, account, role, org, first_day, last_day, granted_at) \
             VALUES (randomblob(16), $1, $2, $3, $4, $5, 0)";
        tables.execute(sql, params![&account.0.0[..], role, org, first, last]).is_ok()
    };
    assert!(!insert("outside_auditor", Some("371621"), 1, None));
    assert!(!insert("cadre", None, 1, None));
    assert!(!insert("system_admin", Some("371621"), 1, None));
    assert!(!insert("cadre", Some("371621"), 2, Some(1)));
    assert!(!insert("owner", Some("371621"), 1, None));
    assert!(insert("outside_auditor", Some("371621"), 1, Some(1)));
}

#[test]
fn what_cannot_be_granted_is_said_in_words() {
    let ground = Ground::new(66);
    let people = ground.people();
    let account = ground.invited("wang", NOW);
    let give = |what: &Granting| refusal(people.grant(&ground.by(), account, what, NOW));
    let cadre = granting(Role::Cadre, Some("371621101"), NOW);
    assert_eq!(give(&Granting { org: None, ..cadre.clone() }), Refusal::OrgMismatch);
    let system = Granting { role: Role::SystemAdmin, ..cadre.clone() };
    assert_eq!(give(&system), Refusal::OrgMismatch);
    let open = Granting { role: Role::OutsideAuditor, ..cadre.clone() };
    assert_eq!(give(&open), Refusal::LastDayMissing);
    let reversed = Granting { last: Some(cadre.first.previous()), ..cadre.clone() };
    assert_eq!(give(&reversed), Refusal::DaysReversed);
    let nobody = AccountId::read(&"0f".repeat(16)).unwrap();
    let missing = people.grant(&ground.by(), nobody, &cadre, NOW);
    assert_eq!(refusal(missing), Refusal::NotThere);
}

#[test]
fn nobody_changes_her_own_rights() {
    let ground = Ground::new(67);
    let people = ground.people();
    let (own, by) = (ground.security.account, ground.by());
    let what = granting(Role::SecurityAdmin, None, NOW);
    let grant = people.grants(own).unwrap()[0].id;
    let tried = [
        people.grant(&by, own, &what, NOW).map(|_| ()),
        people.revoke(&by, grant, NOW),
        people.disable(&by, own, NOW),
        people.reinstate(&by, own, NOW),
        people.issue_slip(&by, own, Purpose::SetPassword, NOW).map(|_| ()),
    ];
    for tried in tried {
        assert_eq!(refusal(tried), Refusal::OwnRights);
    }
}

#[test]
fn the_last_administrator_of_a_kind_stays() {
    let ground = Ground::new(68);
    let people = ground.people();
    for (role, clerk) in
        ADMINISTRATORS.into_iter().zip([&ground.system, &ground.security, &ground.auditor])
    {
        let by = if role == Role::SecurityAdmin { &ground.system } else { &ground.security };
        let by = by.actor();
        let grant = people.grants(clerk.account).unwrap()[0].id;
        assert_eq!(refusal(people.disable(&by, clerk.account, NOW)), Refusal::LastAdministrator);
        assert_eq!(refusal(people.revoke(&by, grant, NOW)), Refusal::LastAdministrator);
        let other = ground.invited(&format!("other.{}", role.as_str()), NOW);
        people.grant(&ground.system.actor(), other, &granting(role, None, NOW), NOW).unwrap();
        // Invited only, she cannot take over yet.
        assert_eq!(refusal(people.disable(&by, clerk.account, NOW)), Refusal::LastAdministrator);
        let slip = people.issue_slip(&by, other, Purpose::SetPassword, NOW).unwrap();
        super::ground::enrol_clerk(people, &slip, NOW);
        assert_eq!(people.disable(&by, clerk.account, NOW), Ok(()));
        assert_eq!(refusal(people.disable(&by, other, NOW)), Refusal::LastAdministrator);
    }
}

#[test]
fn accounts_are_listed_in_pages_by_login_name() {
    let ground = Ground::new(69);
    for login in ["b", "A", "c", "d"] {
        ground.invited(login, NOW);
    }
    let page = |after: Option<&Name>| {
        let page = ground.people().accounts(after, 2).unwrap();
        page.into_iter().map(|account| account.login).collect::<Vec<_>>()
    };
    assert_eq!(page(None), [name("A"), name("aud-1")]);
    assert_eq!(page(Some(&name("aud-1"))), [name("b"), name("c")]);
    assert_eq!(page(Some(&name("sys-1"))), []);
}

/// An organisation's id and all above it: two digits a level more.
fn upward(org: &Name) -> Vec<Name> {
    let text = org.as_str();
    [4, 6, 9].into_iter().filter_map(|end| text.get(..end)).map(name).collect()
}

#[test]
fn a_liaison_helps_those_of_her_organisation_and_below() {
    let ground = Ground::new(70);
    let people = ground.people();
    let today = day_of(NOW);
    let with = |login: &str, grants: &[(Role, Option<&str>)]| {
        let (account, _) = ground.cadre(login, NOW);
        for (role, org) in grants {
            people.grant(&ground.by(), account, &granting(*role, *org, NOW), NOW).unwrap();
        }
        account
    };
    let liaison = with("liaison", &[(Role::Liaison, Some("371621"))]);
    let cases = [
        ("own", &[(Role::Cadre, Some("371621"))][..], true),
        ("below", &[(Role::VillageDirector, Some("371621101"))], true),
        ("above", &[(Role::Cadre, Some("3716"))], false),
        ("beside", &[(Role::Cadre, Some("371622"))], false),
        ("both", &[(Role::Cadre, Some("371621")), (Role::Leader, Some("3716"))], false),
        ("none", &[], false),
        ("admin", &[(Role::SystemAdmin, None)], false),
    ];
    let may =
        |actor, account, day: Day| people.may_help(Help { actor, account }, day, &upward).unwrap();
    let mut own = liaison;
    for (login, grants, expected) in cases {
        let account = with(login, grants);
        assert_eq!(may(liaison, account, today), expected, "{login}");
        assert!(!may(account, liaison, today), "{login}");
        if login == "own" {
            own = account;
        }
    }
    assert!(!may(liaison, liaison, today), "nobody helps herself");
    assert!(!may(liaison, own, today.previous()), "before the first day");
    people.disable(&ground.by(), own, NOW).unwrap();
    assert!(!may(liaison, own, today), "disabled");
    let below = people.account_of(&name("below")).unwrap().unwrap().id;
    let grant = people.grants(liaison).unwrap()[0].id;
    people.revoke(&ground.by(), grant, NOW + DAY).unwrap();
    assert!(!may(liaison, below, today), "no longer a liaison");
    let state = people.account(liaison).unwrap().unwrap().state;
    assert_eq!(state, State::Active);
}
