//! Heroku's logplex, by `heroku logs`: `2026-11-21T04:10:19.773124+00:00 app[postgres.12345]: [DATABASE] [5-1]  …`, or as
//! a drain gets it: `<134>1 2026-11-21T04:10:19+00:00 host app postgres.12345 - [DATABASE] [5-1]  …`
//! (devcenter.heroku.com, "Log Drains" and "Understanding Heroku Postgres Log Statements"). The word in brackets is the
//! database's attachment; what follows is a piece as syslog has it. Other dynos, `heroku-postgres`' metrics among them,
//! are left out.

use super::entry::{Entry, Read, after_colours, chomp, split_once};
use super::syslog::{Message, Syslog, tag};
use crate::capture::time;

pub(super) fn read<'a>(line: Entry<'a>, syslog: &mut Syslog, scratch: &'a mut Vec<u8>) -> Read<'a> {
    let text = chomp(line.text);
    if text.is_empty() {
        return Read::Nothing;
    }
    let Some((time, dyno, text)) = shown(text).or_else(|| drained(text)) else {
        return Read::Broken("not a line of Heroku's logplex");
    };
    let Some(process) = dyno.strip_prefix(b"postgres.") else {
        return Read::LeftOut;
    };
    let (database, text) = attachment(text).unwrap_or((b"", text));
    let message = Message {
        time,
        host: database,
        program: b"postgres",
        process,
        text,
        escaped: true,
    };
    syslog.message(line, &message, scratch)
}

/// Whether a line has one of logplex' forms: what runs has a name and a number.
pub(super) fn is_line(line: &[u8]) -> bool {
    let drained = || drained(line).filter(|_| memchr::memmem::find(line, b" app ").is_some());
    shown(line).or_else(drained).is_some_and(|(_, dyno, _)| {
        dyno == b"router"
            || dyno == b"api"
            || dyno == b"heroku-postgres"
            || dyno
                .rsplit(|b| *b == b'.')
                .next()
                .is_some_and(|n| n.len() < dyno.len() && super::entry::number(n).is_some())
    })
}

/// A line of `heroku logs`.
fn shown(text: &[u8]) -> Option<(Option<i64>, &[u8], &[u8])> {
    let text = after_colours(text);
    let stamp = time::iso(text)?;
    let rest = after_colours(text.get(stamp.len..)?.strip_prefix(b" ")?);
    let (_, dyno, text) = tag(rest)?;
    Some((Some(stamp.micros), dyno, after_colours(text)))
}

/// A line that a drain got. Unlike RFC 5424 asks for, it has no field for structured data.
fn drained(text: &[u8]) -> Option<(Option<i64>, &[u8], &[u8])> {
    let (_, rest) = split_once(text.get(..24).unwrap_or(text), b'>')?;
    let mut rest = text
        .get(text.len().min(24) - rest.len()..)?
        .strip_prefix(b"1 ")?;
    let mut next = || {
        let (field, after) = split_once(rest, b' ')?;
        rest = after;
        Some(field)
    };
    let (at, _host, _app, dyno, _id) = (next()?, next()?, next()?, next()?, next()?);
    let rest = rest.strip_prefix(b"- ").unwrap_or(rest);
    Some((time::iso(at).map(|s| s.micros), dyno, rest))
}

/// `[DATABASE] ` and what follows it.
fn attachment(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = split_once(text.strip_prefix(b"[")?, b']')?;
    let is_name = !name.is_empty()
        && name.first().is_some_and(u8::is_ascii_uppercase)
        && name
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    is_name.then_some((name, rest.strip_prefix(b" ")?))
}
