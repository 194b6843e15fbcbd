//! People of another county answer like people who do not exist: status and body.
//!
//! Ids are random and tell nothing; still somebody may have seen one, in a list of a former post
//! or on a slip. What she then asks must not show whether it is one.

use serde_json::json;
use store::people::Role;

use super::house::house;

#[tokio::test]
async fn another_countys_account_is_like_none() {
    let house = house();
    let (_, liaison) = house.someone("lan", Role::Liaison, "county1");
    let mut strangers = Vec::new();
    for role in Role::ALL {
        let (id, _) = house.someone(&format!("far-{}", role.as_str()), role, "town21");
        strangers.push(id.to_string());
    }
    // Nobody yet, nobody any more, above her, and without any role.
    strangers.push(house.account("invited").to_string());
    let (stopped, _) = house.someone("stopped", Role::Cadre, "county2");
    house.people().disable(&house.stage(), stopped, house.now()).unwrap();
    strangers.push(stopped.to_string());
    strangers.push(house.someone("above", Role::Leader, "city").0.to_string());
    let order = || Some(json!({"purpose": "new_pin"}));
    let none = format!("POST /api/v1/accounts/{}/slip", "0123456789abcdef".repeat(2));
    let none = house.ask(&none, Some(&liaison), order()).await;
    assert_eq!((none.status, none.word()), (404, "not-there"));
    for bad in ["x", "%00", "..%2f..", &"f".repeat(500), "0123456789ABCDEF0123456789ABCDEF"] {
        strangers.push(bad.to_owned());
    }
    for id in &strangers {
        let slip = format!("POST /api/v1/accounts/{id}/slip");
        let reply = house.ask(&slip, Some(&liaison), order()).await;
        assert_eq!((reply.status, &reply.json), (none.status, &none.json), "{id}");
        assert_eq!(reply.headers.len(), none.headers.len(), "{id}");
    }
}

#[tokio::test]
async fn an_organisation_that_is_not_there_gets_no_role() {
    let house = house();
    let (_, chief) = house.someone("chief", Role::SecurityAdmin, "");
    let account = house.account("mei");
    let grant = async |query: &str| {
        let route = format!("POST /api/v1/accounts/{account}/grants{query}");
        let input = json!({"role": "writer", "first": "2012-09-18"});
        house.ask(&route, Some(&chief), Some(input)).await
    };
    for query in ["?org=nowhere", "?org=", "?org=town11&org=town12", "?org=%ff", "?org=town11%20"] {
        let reply = grant(query).await;
        assert_eq!((reply.status, reply.word()), (403, "not-your-org"), "{query}");
    }
    assert_eq!(grant("").await.word(), "org-mismatch");
    assert_eq!(grant("?org=town11").await.status, 200);
}
