//! The cookies of a sign-in: their names, how they are set, read and taken away.
//!
//! Script cannot read them, other sites cannot have them sent, and their names force the browser to
//! take them for this host only. A session's token leaves the server in no other way. The second
//! cookie makes a browser known, so that guesses made elsewhere do not lock its owner out; it
//! opens nothing.
//! Read next: `guard.rs`.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use store::people::Token;

/// How the server is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// Over TLS, its own or that of whoever stands before it.
    Tls,
    /// In the clear on this machine only: rehearsals and tests. A browser drops a `Secure` cookie
    /// that comes in the clear (some make an exception for localhost, not all do), and with it any
    /// name that begins with `__Host-`; so nobody could stay signed in. What is lost is small: the
    /// bytes never leave the machine.
    Loopback,
}

/// Which cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    /// Who is signed in; goes with the browser, and is ended here before.
    Session,
    /// Which browser it is.
    Browser,
}

/// How long a browser stays known, in seconds: what browsers keep at most, 400 days.
const BROWSER_SECONDS: u32 = 400 * 24 * 60 * 60;

impl Transport {
    /// A cookie's name.
    pub fn name(self, cookie: Cookie) -> &'static str {
        match (self, cookie) {
            (Transport::Tls, Cookie::Session) => "__Host-nuanjia",
            (Transport::Tls, Cookie::Browser) => "__Host-nuanjia-browser",
            (Transport::Loopback, Cookie::Session) => "nuanjia",
            (Transport::Loopback, Cookie::Browser) => "nuanjia-browser",
        }
    }

    /// The header that sets a cookie.
    pub fn set(self, cookie: Cookie, token: &str) -> String {
        let line = format!("{}={token}{}", self.name(cookie), self.attributes());
        match cookie {
            Cookie::Session => line,
            Cookie::Browser => format!("{line}; Max-Age={BROWSER_SECONDS}"),
        }
    }

    /// The header that takes a cookie away.
    pub fn clear(self, cookie: Cookie) -> String {
        format!("{}={}; Max-Age=0", self.name(cookie), self.attributes())
    }

    fn attributes(self) -> &'static str {
        match self {
            Transport::Tls => "; Path=/; HttpOnly; SameSite=Strict; Secure",
            Transport::Loopback => "; Path=/; HttpOnly; SameSite=Strict",
        }
    }

    /// What a request brings. Two of the name are none: one of them is not from us.
    pub fn read(self, cookie: Cookie, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
        let named = pairs.filter_map(|pair| pair.strip_prefix(self.name(cookie)));
        let mut values = named.filter_map(|rest| rest.strip_prefix('='));
        let first = values.next()?;
        (values.next().is_none() && !first.is_empty()).then_some(first)
    }

    /// The token of a session that a request brings.
    pub fn session(self, headers: &HeaderMap) -> Option<Token> {
        self.read(Cookie::Session, headers).and_then(Token::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().unwrap());
        }
        Transport::Loopback.read(Cookie::Session, &headers).map(str::to_owned)
    }

    #[test]
    fn a_cookie_is_found_among_others_and_never_twice() {
        assert_eq!(read(&["a=1; nuanjia=x; nuanjia-browser=y"]), Some("x".to_owned()));
        assert_eq!(read(&["nuanjia2=y", "nuanjia=x"]), Some("x".to_owned()));
        assert_eq!(read(&["nuanjia=x; nuanjia=y"]), None);
        assert_eq!(read(&["nuanjia=x", "nuanjia=y"]), None);
        assert_eq!(read(&["nuanjia="]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_the_host() {
        let set = Transport::Tls.set(Cookie::Session, "t");
        assert_eq!(set, "__Host-nuanjia=t; Path=/; HttpOnly; SameSite=Strict; Secure");
        let gone = Transport::Tls.clear(Cookie::Session);
        assert!(gone.starts_with("__Host-nuanjia=; Path=/;") && gone.ends_with("; Max-Age=0"));
        let browser = Transport::Tls.set(Cookie::Browser, "t");
        assert!(browser.contains("; HttpOnly;") && browser.ends_with("; Max-Age=34560000"));
        assert!(!Transport::Loopback.set(Cookie::Session, "t").contains("Secure"));
    }
}
