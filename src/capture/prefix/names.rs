//! Words that tell what a field is: labels, and the values that only one kind of field has.

use super::pieces::is_word;

/// The escape that a label announces: `u` for `user` in `user=bob`.
pub(super) fn labelled(label: &[u8]) -> Option<char> {
    let lower = label.to_ascii_lowercase();
    let word = std::str::from_utf8(&lower).ok()?;
    LABELS
        .iter()
        .find(|(_, words)| words.split(' ').any(|w| w == word))
        .map(|(escape, _)| *escape)
}

pub(super) fn is_label(word: &[u8]) -> bool {
    labelled(word).is_some()
}

const LABELS: &[(char, &str)] = &[
    (
        'u',
        "user usr u username user_name usename usr_name role login",
    ),
    ('d', "database db d dbname db_name datname database_name"),
    (
        'a',
        "application app a application_name app_name appname application-name program",
    ),
    (
        'h',
        "client host h r remote remote_host from ip addr address client_addr client_host clientip connection_from connection_source source peer",
    ),
    (
        'p',
        "process pid p proc process_id processid backend_pid procid",
    ),
    ('c', "session sid s c sess session_id sessionid"),
    (
        'l',
        "line l n num log_line line_num line_number lineno session_line_num seq",
    ),
    (
        'v',
        "vtid vxid v vx virtual virtual_transaction virtual_transaction_id vtx",
    ),
    ('x', "transaction tid xid tx txid x txn transaction_id trx"),
    (
        'e',
        "state e sqlstate sql_state sql_error_code error err error_code errcode code sql_state_code",
    ),
    ('Q', "queryid query_id qid q query"),
    ('i', "tag i cmd command command_tag ps"),
    ('b', "backend b type backend_type btype kind"),
    (
        's',
        "start proc_start_time session_start session_start_time started start_time since",
    ),
    ('m', "time t m ts timestamp at log_time time_ms date"),
    ('P', "leader leader_pid"),
];

/// The length of a name of several words that Postgres gives a process or its state, or a command of several.
pub(super) fn phrase_len(text: &[u8]) -> Option<usize> {
    let ends = |len: usize| !text.get(len).is_some_and(|b| is_word(*b));
    let known = BACKENDS
        .iter()
        .chain(STATES)
        .filter(|phrase| phrase.contains(' '))
        .find(|phrase| text.starts_with(phrase.as_bytes()) && ends(phrase.len()));
    if let Some(phrase) = known {
        return Some(phrase.len());
    }
    let mut len = text.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let first = text.get(..len)?;
    if !OBJECT_COMMANDS
        .split(' ')
        .any(|word| word.as_bytes() == first)
    {
        return None;
    }
    while let Some(more) = text.get(len..).and_then(|rest| rest.strip_prefix(b" ")) {
        let word = more.iter().take_while(|b| b.is_ascii_uppercase()).count();
        if word == 0 || !ends(len + 1 + word) || more.get(word) == Some(&b':') {
            break;
        }
        len += 1 + word;
    }
    (len > first.len()).then_some(len)
}

/// Commands whose tags have more words.
const OBJECT_COMMANDS: &str =
    "CREATE ALTER DROP TRUNCATE LOCK REFRESH DECLARE CLOSE START GRANT REVOKE REASSIGN SECURITY";

/// What `%b` holds. Extensions add their own.
pub(super) fn is_backend(value: &[u8]) -> bool {
    BACKENDS.iter().any(|name| name.as_bytes() == value)
}

const BACKENDS: &[&str] = &[
    "client backend",
    "dead-end client backend",
    "standalone backend",
    "autovacuum launcher",
    "autovacuum worker",
    "logical replication launcher",
    "logical replication parallel worker",
    "logical replication tablesync worker",
    "logical replication apply worker",
    "logical replication worker",
    "parallel worker",
    "background worker",
    "background writer",
    "checkpointer",
    "walwriter",
    "walsender",
    "walreceiver",
    "walsummarizer",
    "slotsync worker",
    "io worker",
    "startup",
    "archiver",
    "postmaster",
    "logger",
    "stats collector",
    "not initialized",
];

/// What `%i` holds: the tag of the command, or what the process does between two.
pub(super) fn is_command(value: &[u8]) -> bool {
    let first = value.split(|b| *b == b' ').next().unwrap_or_default();
    STATES.iter().any(|state| state.as_bytes() == value)
        || COMMANDS.split(' ').any(|word| word.as_bytes() == first)
}

const STATES: &[&str] = &[
    "idle in transaction (aborted)",
    "idle in transaction",
    "idle",
    "authentication",
    "startup",
    "initializing",
];

const COMMANDS: &str = "SELECT INSERT UPDATE DELETE MERGE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE SET SHOW RESET \
    PARSE BIND PREPARE EXECUTE DEALLOCATE DISCARD COPY DECLARE FETCH MOVE CLOSE CREATE ALTER DROP TRUNCATE VACUUM ANALYZE \
    EXPLAIN LOCK LISTEN NOTIFY UNLISTEN CALL DO GRANT REVOKE CLUSTER REINDEX CHECKPOINT REFRESH COMMENT LOAD";

/// Whether a value looks like the name of a program rather than of a person or a database.
pub(super) fn is_application(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    PROGRAMS.split(' ').any(|program| {
        let program = program.as_bytes();
        lower.starts_with(program) && !lower.get(program.len()).is_some_and(u8::is_ascii_lowercase)
    }) || value.iter().any(|b| matches!(b, b' ' | b'[' | b'/' | b':')) && value != b"[unknown]"
}

const PROGRAMS: &str = "psql pgbench pgadmin pg_dump pg_restore pg_basebackup pgbouncer pgloader dbeaver datagrip jdbc \
    postgresql puma rails sidekiq unicorn sequelize prisma hibernate hikari npgsql django celery gunicorn uwsgi sqlalchemy \
    python node java ruby php go web worker api walreceiver metabase grafana tableau powerbi airflow patroni bin flask";

/// Whether a name is one that needs no quotes, with the signs that people like to use in them.
pub(super) fn is_plain(value: &[u8]) -> bool {
    let inner = value
        .strip_prefix(b"[")
        .and_then(|v| v.strip_suffix(b"]"))
        .unwrap_or(value);
    let sound = |text: &[u8]| text.iter().all(|b| is_word(*b) || matches!(b, b'-' | b'.'));
    sound(inner) && (inner.len() == value.len() || matches!(inner, b"unknown" | b"local"))
        || is_backend(value)
        || is_command(value)
}

/// Whether a value is an address or `[local]`, with a port or not.
pub(super) fn is_address(value: &[u8]) -> bool {
    let bare = match memchr::memrchr(b'(', value) {
        Some(at) => value.get(..at).unwrap_or(value),
        None => value,
    };
    bare == b"[local]"
        || std::str::from_utf8(bare).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}
