//! What containers, journals, syslog and clouds put around a log.

use serde_json::{Value, json};

use crate::render::{Event, Lines, PREFIX};

/// A form of a wrapped log.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) write: fn(&[Event]) -> Vec<u8>,
    /// Whether control characters come through: syslog's daemons write some as text.
    pub(crate) faithful: bool,
}

const fn form(name: &'static str, write: fn(&[Event]) -> Vec<u8>) -> Form {
    Form {
        name,
        write,
        faithful: true,
    }
}

const fn syslog(name: &'static str, write: fn(&[Event]) -> Vec<u8>) -> Form {
    Form {
        name,
        write,
        faithful: false,
    }
}

pub(crate) const WRAPPED: &[Form] = &[
    form("docker", |events| {
        each_line(events, |event, line| {
            let record =
                json!({"log": format!("{line}\n"), "stream": "stderr", "time": event.at(NANOS)});
            format!("{record}\n").into_bytes()
        })
    }),
    form("cri", |events| {
        each_line(events, |event, line| {
            let mut out = String::new();
            let chars: Vec<char> = line.chars().collect();
            let mut parts = chars.chunks(4_000).peekable();
            while let Some(part) = parts.next() {
                let tag = if parts.peek().is_some() { 'P' } else { 'F' };
                let part: String = part.iter().collect();
                out.push_str(&format!("{} stderr {tag} {part}\n", event.at(NANOS)));
            }
            out.into_bytes()
        })
    }),
    form("stamped", |events| {
        each_line(events, |event, line| {
            format!("{} {line}\n", event.at(NANOS)).into_bytes()
        })
    }),
    form("compose", |events| {
        each_line(events, |_, line| {
            format!("db-1   | {line}\nweb-1  | GET /\n").into_bytes()
        })
    }),
    form("journal export", |events| {
        each_line(events, |event, line| {
            let head = format!(
                "__CURSOR=s=1\n__REALTIME_TIMESTAMP={}\nSYSLOG_IDENTIFIER=postgres\n_PID={}\nMESSAGE\n",
                event.micros, event.process
            );
            let length = (line.len() as u64).to_le_bytes();
            [head.as_bytes(), &length, line.as_bytes(), b"\n\n"].concat()
        })
    }),
    form("journal json", |events| {
        each_line(events, |event, line| {
            let message = if line.contains('\t') {
                json!(line.as_bytes())
            } else {
                json!(line)
            };
            let record = json!({
                "__CURSOR": "s=1", "__REALTIME_TIMESTAMP": event.micros.to_string(), "SYSLOG_IDENTIFIER": "postgres",
                "_PID": event.process.to_string(), "MESSAGE": message,
            });
            format!("{record}\n").into_bytes()
        })
    }),
    syslog("syslog", |events| {
        pieces(events, |e| {
            format!(
                "<134>{} db postgres[{}]: ",
                e.at("%b %e %H:%M:%S"),
                e.process
            )
        })
    }),
    syslog("syslog iso", |events| {
        pieces(events, |e| {
            format!(
                "{} db postgres[{}]: ",
                e.at("%Y-%m-%dT%H:%M:%S.%6f+00:00"),
                e.process
            )
        })
    }),
    syslog("syslog 5424", |events| {
        pieces(events, |e| {
            format!("<134>1 {} db postgres {} - - ", e.at(MICROS), e.process)
        })
    }),
    syslog("syslog unsplit", |events| {
        each_message(events, |event, message| {
            let head = format!(
                "{} db postgres[{}]: [7-1] ",
                event.at("%Y-%m-%dT%H:%M:%S.%6f+00:00"),
                event.process
            );
            format!("{head}{}\n", escaped(&message.replace('\n', "#012"))).into_bytes()
        })
    }),
    syslog("logplex", |events| {
        pieces(events, |e| {
            format!(
                "{} app[postgres.{}]: [DATABASE] ",
                e.at("%Y-%m-%dT%H:%M:%S.%6f+00:00"),
                e.process
            )
        })
    }),
    form("cloudwatch tail", |events| {
        each_message(events, |event, message| {
            format!(
                "{} shop.0 {message}\n",
                event.at("%Y-%m-%dT%H:%M:%S.%6f+00:00")
            )
            .into_bytes()
        })
    }),
    form("cloudwatch json, shuffled", |events| {
        let entries = messages(events);
        let entries = entries.iter().enumerate().map(|(n, (event, message))| {
            json!({
                "logStreamName": "shop.0", "timestamp": event.micros / 1_000, "message": message,
                "ingestionTime": event.micros / 1_000 + 700, "eventId": n.to_string(),
            })
        });
        pretty(&json!({"events": shuffled(entries.collect()), "searchedLogStreams": []}))
    }),
    form("cloud sql, shuffled", |events| {
        let entries = messages(events);
        let entries = entries.iter().enumerate().map(|(n, (event, message))| {
            json!({
                "insertId": format!("s={n}"), "textPayload": message, "timestamp": event.at(MICROS),
                "resource": {"labels": {"database_id": "p:shop"}, "type": "cloudsql_database"},
            })
        });
        pretty(&Value::Array(shuffled(entries.collect())))
    }),
    form("azure", |events| {
        let mut lines = Lines::default();
        let mut out = String::new();
        for event in events {
            // The message has the prefix, the details stand beside it.
            let first = lines.of(event, PREFIX).remove(0);
            let head = first
                .split_once(event.text("error_severity"))
                .map_or("", |parts| parts.0);
            let parts = event.parts();
            let mut properties = json!({
                "timestamp": event.at("%Y-%m-%d %H:%M:%S.%3f UTC"), "processId": event.process,
                "errorLevel": event.text("error_severity"), "sqlerrcode": event.text("state_code"),
                "message": format!("{head}{}:  {}", parts[0].0, parts[0].1.replace('\n', "\n\t")),
            });
            for (label, text) in &parts[1..] {
                properties[label.to_lowercase()] = json!(text);
            }
            let record = json!({"properties": properties, "time": event.at(MICROS), "category": "PostgreSQLLogs"});
            out.push_str(&format!("{record}\n"));
        }
        out.into_bytes()
    }),
    form("cloudnativepg", |events| {
        let lines = events.iter().map(|event| {
            let record = json!({"logger": "postgres", "msg": "record", "record": columns(event)});
            format!("{record}\n")
        });
        lines.collect::<String>().into_bytes()
    }),
    form("supabase", |events| {
        let rows = events.iter().map(|event| {
            let mut parsed = columns(event);
            let fields = parsed.as_object_mut().expect("an object");
            let message = fields.remove("message");
            fields.insert("timestamp".to_owned(), json!(event.at("%Y-%m-%d %H:%M:%S.%3f UTC")));
            json!({"event_message": message, "id": "x", "timestamp": event.micros, "metadata": [{"parsed": [parsed]}]})
        });
        pretty(&Value::Array(rows.collect()))
    }),
    form("json", |events| {
        each_line(events, |event, line| {
            let record = json!({"message": line, "host": "db", "timestamp": event.at(MICROS)});
            format!("{record}\n").into_bytes()
        })
    }),
];

const NANOS: &str = "%Y-%m-%dT%H:%M:%S.%9fZ";
const MICROS: &str = "%Y-%m-%dT%H:%M:%S.%6fZ";

/// Each event with its lines put together.
fn messages(events: &[Event]) -> Vec<(&Event, String)> {
    let mut lines = Lines::default();
    let message = |event| (event, lines.of(event, PREFIX).join("\n"));
    events.iter().map(message).collect()
}

fn each_message(events: &[Event], write: fn(&Event, &str) -> Vec<u8>) -> Vec<u8> {
    let all = messages(events);
    all.iter()
        .flat_map(|(event, message)| write(event, message))
        .collect()
}

fn each_line(events: &[Event], write: fn(&Event, &str) -> Vec<u8>) -> Vec<u8> {
    let mut lines = Lines::default();
    let mut out = Vec::new();
    for event in events {
        for line in lines.of(event, PREFIX) {
            out.extend(write(event, &line));
        }
    }
    out
}

/// Syslog's pieces: a line each, and of long lines up to 900 bytes, cut before white space.
fn pieces(events: &[Event], header: fn(&Event) -> String) -> Vec<u8> {
    let mut out = String::new();
    for (n, (event, message)) in messages(events).iter().enumerate() {
        let mut number = 0;
        for line in message.split('\n') {
            let mut rest = line;
            while !rest.is_empty() {
                let (piece, tail) = rest.split_at(cut(rest));
                number += 1;
                out.push_str(&format!(
                    "{}[{}-{number}] {}\n",
                    header(event),
                    n + 1,
                    escaped(piece)
                ));
                rest = tail;
            }
        }
    }
    out.into_bytes()
}

fn cut(text: &str) -> usize {
    const LIMIT: usize = 900;
    if text.len() <= LIMIT {
        return text.len();
    }
    let end = (0..=LIMIT)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .expect("a start");
    if text[end..].starts_with([' ', '\t']) {
        return end;
    }
    match text[..end].rfind([' ', '\t']) {
        Some(at) if at > 0 => at,
        _ => end,
    }
}

fn escaped(text: &str) -> String {
    text.replace('\t', "#011")
}

/// Each not far from its place, the same in every run.
fn shuffled(entries: Vec<Value>) -> Vec<Value> {
    let mut keyed: Vec<(usize, Value)> = entries.into_iter().enumerate().collect();
    keyed.sort_by_key(|(n, _)| n + n.wrapping_mul(2_654_435_761) % 61);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("JSON")
}

/// The fields under the names of csvlog's columns, numbers as texts.
fn columns(event: &Event) -> Value {
    let mut record = json!({
        "log_time": event.at("%Y-%m-%d %H:%M:%S.%3f UTC"), "process_id": event.process.to_string(),
        "error_severity": event.text("error_severity"), "message": event.text("message"),
    });
    for (key, name) in [
        ("user", "user_name"),
        ("dbname", "database_name"),
        ("session_id", "session_id"),
        ("vxid", "virtual_transaction_id"),
        ("state_code", "sql_state_code"),
        ("detail", "detail"),
        ("hint", "hint"),
        ("context", "context"),
        ("statement", "query"),
        ("application_name", "application_name"),
    ] {
        if event.fields.get(key).is_some() {
            record[name] = json!(event.text(key));
        }
    }
    record
}
