//! `postgres://user:password@host:port/database?key=value` and `host=… port=…`.
//!
//! Both as the manual describes them (libpq, "Connection Strings"). We read them ourselves: the driver logs what it
//! does not know together with the values.

use super::error::{LiveError, Trouble};
use super::written::{Written, bad};

const SOURCE: &str = "connection string";

/// Reads a URL or a list of `key=value`.
///
/// # Errors
///
/// When it is neither, or a value can't be used. The error holds no part of the text.
pub fn parse(text: &str) -> Result<Written, LiveError> {
    let text = text.trim();
    let bare = text.strip_prefix("jdbc:").unwrap_or(text);
    match bare.split_once("://") {
        Some((scheme, rest)) if is_postgres(scheme) => url(rest),
        Some((scheme, _))
            if scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'+') =>
        {
            Err(wrong(
                "its scheme is not that of PostgreSQL: postgres:// or postgresql://",
            ))
        }
        _ if text.contains('=') => pairs(text),
        _ => Err(wrong(
            "it is neither postgres://user@host/database nor host=… dbname=…",
        )),
    }
}

/// `postgresql`, and with the name of a driver as SQLAlchemy writes it.
fn is_postgres(scheme: &str) -> bool {
    let scheme = scheme.split_once('+').map_or(scheme, |(scheme, _)| scheme);
    matches!(scheme, "postgres" | "postgresql")
}

fn wrong(why: &str) -> LiveError {
    LiveError::new(Trouble::Settings, SOURCE, why)
}

fn url(rest: &str) -> Result<Written, LiveError> {
    let mut written = Written::default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    written.set("user", &decode(user)?, SOURCE)?;
    written.set("password", &decode(password)?, SOURCE)?;
    let (first, several) = match hosts.split_once(',') {
        Some((first, _)) => (first, true),
        None => (hosts, false),
    };
    let (host, port) = host_and_port(first);
    written.set("host", &decode(host)?, SOURCE)?;
    written.set("port", port, SOURCE)?;
    if several {
        written.warn("the first host of several is used");
    }
    written.set("dbname", &decode(path.trim_start_matches('/'))?, SOURCE)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        written.set(&decode(key)?, &decode(value)?, SOURCE)?;
    }
    Ok(written)
}

/// `[::1]:5432`, `host:5432`, `host`. An address without brackets is a host without a port.
fn host_and_port(text: &str) -> (&str, &str) {
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return (address, rest.strip_prefix(':').unwrap_or(rest));
    }
    match text.split_once(':') {
        Some((_, port)) if port.contains(':') => (text, ""),
        Some((host, port)) => (host, port),
        None => (text, ""),
    }
}

fn decode(text: &str) -> Result<String, LiveError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte.unwrap_or(0)).to_digit(16);
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) if high + low > 0 => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            }
            _ => {
                return Err(wrong(
                    "a % is not followed by two hexadecimal digits; write % as %25",
                ));
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong("what its % stand for is not UTF-8"))
}

/// `host = localhost password='it\'s'`.
fn pairs(text: &str) -> Result<Written, LiveError> {
    let mut written = Written::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest
            .split_once('=')
            .ok_or_else(|| wrong("a key has no value"))?;
        let (value, after) = value(after.trim_start())?;
        written.set(key.trim(), &value, SOURCE)?;
        rest = after.trim_start();
    }
    Ok(written)
}

/// The value that `text` begins with, and what follows.
fn value(text: &str) -> Result<(String, &str), LiveError> {
    let mut value = String::new();
    let quoted = text.starts_with('\'');
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.extend(chars.next().map(|(_, char)| char)),
            '\'' if quoted => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            space if !quoted && space.is_whitespace() => {
                return Ok((value, text.get(at..).unwrap_or_default()));
            }
            char => value.push(char),
        }
    }
    if quoted {
        return Err(bad("a value", SOURCE, "its quote has no end"));
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        let got = match parse(text) {
            Ok(w) => {
                let part = |part: &Option<String>| part.clone().unwrap_or_default();
                format!(
                    "{}:{}@{}:{}/{} {} {}",
                    part(&w.user),
                    w.password
                        .as_ref()
                        .map(crate::live::Secret::expose)
                        .unwrap_or_default(),
                    part(&w.host),
                    w.port.unwrap_or(0),
                    part(&w.database),
                    w.mode.map_or("-", crate::live::TlsMode::word),
                    w.warnings.join("; "),
                )
            }
            Err(error) => format!("! {}", error.detail),
        };
        assert_eq!(got.trim_end(), want, "{text}");
    }

    #[test]
    fn urls_and_pairs_are_read_as_libpq_does() {
        for (text, want) in [
            ("postgres://", ":@:0/ -"),
            (
                "postgresql://u:p@h:6543/d?sslmode=require",
                "u:p@h:6543/d require",
            ),
            ("postgresql+psycopg2://u@h/d", "u:@h:0/d -"),
            ("jdbc:postgresql://h/d?user=u&password=p", "u:p@h:0/d -"),
            (
                "postgres://u%40x:p%2F%25@[::1]:1/d%20e",
                "u@x:p/%@::1:1/d e -",
            ),
            ("postgres://u:p@ss@h/d", "u:p@ss@h:0/d -"),
            ("postgres://%2Frun%2Fpg/d", ":@/run/pg:0/d -"),
            ("postgres:///d?host=/run/pg&port=7", ":@/run/pg:7/d -"),
            (
                "postgres://a:1,b:2/d",
                ":@a:1/d - the first host of several is used",
            ),
            (
                "host=h port = 5 user='u v' password='it\\'s' dbname=d",
                "u v:it's@h:5/d -",
            ),
            (
                "host=a,b sslmode=allow",
                ":@a:0/ prefer the first host of several is used; sslmode=allow is taken as prefer",
            ),
            (
                "postgres://h/d?channel_binding=require&application_name=x&pgbouncer=true",
                ":@h:0/d - channel_binding (connection string) is not supported and was left out; \
                 pgbouncer (connection string) is not supported and was left out",
            ),
            (
                "mysql://h/d",
                "! its scheme is not that of PostgreSQL: postgres:// or postgresql://",
            ),
            (
                "postgres://h:port/d",
                "! port: it is no number from 1 to 65535",
            ),
            (
                "postgres://h/%zz",
                "! a % is not followed by two hexadecimal digits; write % as %25",
            ),
            (
                "postgres://h/%00",
                "! a % is not followed by two hexadecimal digits; write % as %25",
            ),
            (
                "shop",
                "! it is neither postgres://user@host/database nor host=… dbname=…",
            ),
            ("host=h password='x", "! a value: its quote has no end"),
        ] {
            check(text, want);
        }
    }

    /// Wherever a password stands, and however the text is broken, nothing that is shown holds it.
    #[test]
    fn no_error_and_no_warning_holds_a_value() {
        for text in [
            "postgres://u:CANARY@h:CANARY/d",
            "postgres://u:CANARY?CANARY-x=CANARY@h/d",
            "postgres://u:CANARY/x@h/d",
            "postgres://u:CANARY%@h/d",
            "postgres://u:CANARY@h/d?sslmode=CANARY",
            "postgres://u:CANARY@h/d?sslpassword=CANARY&options=CANARY&unknown=CANARY",
            "host=h password=CANARY sslmode=CANARY",
            "host=h password='CANARY",
            "host=h password CANARY",
            "CANARY://h",
            "CANARY",
        ] {
            let got = parse(text);
            let shown = match &got {
                Ok(written) => format!("{written:?} {}", written.warnings.join(" ")),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("CANARY"), "{text}: {shown}");
        }
    }
}
