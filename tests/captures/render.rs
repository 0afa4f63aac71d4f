//! The events of `awkward.json` in every other form that logs come in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::fixture;
pub(crate) use crate::wrapped::WRAPPED;

/// One record of the server's.
#[derive(Clone)]
pub(crate) struct Event {
    /// In microseconds since 1970-01-01 UTC.
    pub(crate) micros: i64,
    pub(crate) process: u64,
    pub(crate) fields: Value,
}

/// What the text log of most of these forms is written with: it tells all that a report needs.
pub(crate) const PREFIX: &str = "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ";

pub(crate) fn events() -> Vec<Event> {
    let bytes = fixture("captures/awkward.json");
    let text = String::from_utf8_lossy(&bytes);
    let event = |line: &str| {
        let fields: Value = serde_json::from_str(line).expect("a record");
        let stamp = fields["timestamp"]
            .as_str()
            .expect("a time")
            .replacen(' ', "T", 1);
        let stamp: jiff::Timestamp = stamp.replace(" UTC", "Z").parse().expect("a time");
        Event {
            micros: stamp.as_microsecond(),
            process: fields["pid"].as_u64().expect("a process"),
            fields,
        }
    };
    text.lines().map(event).collect()
}

impl Event {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.fields[key].as_str().unwrap_or_default()
    }

    /// Its time, as `strftime` of jiff writes it.
    pub(crate) fn at(&self, format: &str) -> String {
        let time = jiff::Timestamp::from_microsecond(self.micros).expect("a time");
        time.strftime(format).to_string()
    }

    /// Its texts with their labels, in the order of the text log.
    pub(crate) fn parts(&self) -> Vec<(&str, String)> {
        let position = &self.fields["cursor_position"];
        let message = match position.as_u64() {
            Some(at) => format!("{} at character {at}", self.text("message")),
            None => self.text("message").to_owned(),
        };
        let mut parts = vec![(self.text("error_severity"), message)];
        for (label, key) in [
            ("DETAIL", "detail"),
            ("HINT", "hint"),
            ("QUERY", "internal_query"),
            ("CONTEXT", "context"),
            ("STATEMENT", "statement"),
        ] {
            if self.fields.get(key).is_some() {
                parts.push((label, self.text(key).to_owned()));
            }
        }
        parts
    }
}

/// Counts each process' lines, as `%l` does.
#[derive(Default)]
pub(crate) struct Lines(BTreeMap<u64, u64>);

impl Lines {
    /// The lines of an event in the text log, further ones with their tabs.
    pub(crate) fn of(&mut self, event: &Event, prefix: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (label, text) in event.parts() {
            let count = self.0.entry(event.process).or_default();
            *count += 1;
            let head = head(prefix, event, *count);
            let text = format!("{head}{label}:  {}", text.replace('\n', "\n\t"));
            lines.extend(text.split('\n').map(str::to_owned));
        }
        lines
    }
}

/// What stands before the level.
fn head(prefix: &str, event: &Event, line: u64) -> String {
    let mut out = String::new();
    let mut chars = prefix.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut width = String::new();
        while let Some(c) = chars.next_if(|c| *c == '-' || c.is_ascii_digit()) {
            width.push(c);
        }
        let name = |key: &str| match event.text(key) {
            "" => "[unknown]".to_owned(),
            name => name.to_owned(),
        };
        let value = match chars.next().expect("a letter") {
            'm' => event.at("%Y-%m-%d %H:%M:%S.%3f UTC"),
            't' => event.at("%Y-%m-%d %H:%M:%S UTC"),
            'n' => format!(
                "{}.{:03}",
                event.micros / 1_000_000,
                event.micros / 1_000 % 1_000
            ),
            's' => event.text("session_start").to_owned(),
            'p' => event.process.to_string(),
            'c' => event.text("session_id").to_owned(),
            'l' => line.to_string(),
            'u' => name("user"),
            'd' => name("dbname"),
            'a' => name("application_name"),
            'h' | 'r' => name("remote_host"),
            'v' => event.text("vxid").to_owned(),
            'x' => event.fields["txid"].as_u64().unwrap_or(0).to_string(),
            'e' => match event.text("state_code") {
                "" => "00000".to_owned(),
                state => state.to_owned(),
            },
            'i' => event.text("ps").to_owned(),
            'b' => event.text("backend_type").to_owned(),
            'q' => continue,
            other => panic!("%{other} is not rendered"),
        };
        let wide = width.parse().unwrap_or(0_i32);
        let size = usize::try_from(wide.abs()).expect("a width");
        out.push_str(&if wide < 0 {
            format!("{value:<size$}")
        } else {
            format!("{value:>size$}")
        });
    }
    out
}

/// The text log with a prefix.
pub(crate) fn text_log(events: &[Event], prefix: &str) -> Vec<u8> {
    let mut lines = Lines::default();
    let mut out = String::new();
    for event in events {
        for line in lines.of(event, prefix) {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out.into_bytes()
}

/// The jsonlog, which all else is compared with.
pub(crate) fn json_log(events: &[Event]) -> Vec<u8> {
    let lines = events.iter().map(|event| format!("{}\n", event.fields));
    lines.collect::<String>().into_bytes()
}
