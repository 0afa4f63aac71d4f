//! What an application's own log says of its queries: SQLAlchemy's echo, Django's `django.db.backends`, Rails'
//! `development.log`, and what Sequelize and TypeORM print.
//!
//! | part | what it does |
//! |---|---|
//! | `sqlalchemy`, `django`, `rails`, `sequelize`, `typeorm` | one log each: its lines, and what they mean |
//! | `regions`, `extent`, `pairs` | which lines belong together, and where a block can be cut |
//! | `prefix`, `clock`, `ansi`, `access` | what a logger adds: times, threads, colours, lines of a web server |
//! | `scan`, `words`, `placeholders`, `shortened` | the text of a statement |
//! | `literal`, `given`, `python_time` | values as Python, Ruby and JavaScript print them |

mod access;
mod ansi;
mod clock;
mod django;
mod extent;
mod given;
mod literal;
mod pairs;
mod placeholders;
mod prefix;
mod python_time;
mod rails;
mod regions;
mod scan;
mod sequelize;
mod shortened;
mod sqlalchemy;
#[cfg(test)]
mod tests;
mod typeorm;
mod words;

use std::borrow::Cow;

/// Which application's log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppLog {
    /// What SQLAlchemy logs with `echo=True`.
    SqlAlchemy,
    /// What Django's logger `django.db.backends` writes.
    Django,
    /// Rails' `development.log`.
    Rails,
    /// What Sequelize hands to its `logging` function.
    Sequelize,
    /// What TypeORM prints with `logging: true`, or writes to `ormlogs.log`.
    TypeOrm,
}

const ALL: [AppLog; 5] = [
    AppLog::SqlAlchemy,
    AppLog::Django,
    AppLog::Rails,
    AppLog::Sequelize,
    AppLog::TypeOrm,
];

impl AppLog {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "sqlalchemy-echo",
            Self::Django => "django-log",
            Self::Rails => "rails-log",
            Self::Sequelize => "sequelize-log",
            Self::TypeOrm => "typeorm-log",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "echo of SQLAlchemy",
            Self::Django => "log of Django's queries",
            Self::Rails => "log of Rails",
            Self::Sequelize => "log of Sequelize",
            Self::TypeOrm => "log of TypeORM",
        }
    }
}

/// Something that the log says.
#[derive(Debug, PartialEq)]
pub(super) struct AppRecord<'a> {
    /// Where its first line begins, in bytes from the start of the unpacked file.
    pub offset: u64,
    /// When it was written, in microseconds since 1970-01-01 UTC; `None` where the log has no time for it.
    pub time: Option<i64>,
    /// The zone it was written in, in seconds east of UTC.
    pub utc_offset: i32,
    /// Whether its time has no zone and was taken for UTC.
    pub zone_unknown: bool,
    /// What tells its line of work from others: the id of a request or a trace where the line has one, else the names
    /// and numbers of its process, thread or connection with a blank between them; empty where unknown.
    pub thread: Cow<'a, [u8]>,
    /// What happened.
    pub what: AppEvent<'a>,
}

/// What a record of an application's log says.
#[derive(Debug, PartialEq)]
pub(super) enum AppEvent<'a> {
    /// A statement ran.
    Statement {
        /// Its text, with parameters as `$1`, `$2` … in the order of the text, or with literals. Never ends in `;`.
        sql: Cow<'a, [u8]>,
        /// The parameters.
        parameters: Parameters,
        /// In microseconds; `None` when the log doesn't tell, or rounds it to nothing.
        duration: Option<u64>,
        /// Parameter sets of an executemany, else 1.
        sets: u32,
        /// Whether the application's query cache answered it (Rails' `CACHE`): it never reached the server.
        cached: bool,
    },
    /// A request begins on this thread.
    Begin {
        /// `GET`.
        method: Cow<'a, [u8]>,
        /// As written, with its query string.
        path: Cow<'a, [u8]>,
    },
    /// What handles the request that is open on this thread: `ShopController#books`.
    Handler(Cow<'a, [u8]>),
    /// The request on this thread has ended.
    End {
        /// Empty where the line doesn't say (Rails).
        method: Cow<'a, [u8]>,
        /// Empty where the line doesn't say (Rails).
        path: Cow<'a, [u8]>,
        /// Of HTTP.
        status: Option<u16>,
        /// In microseconds.
        elapsed: Option<u64>,
    },
    /// The line of source that caused the statement before it on this thread: `app/x.rb:12:in 'map'`.
    Source(Cow<'a, [u8]>),
}

/// The parameters of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parameters {
    /// The text has its values itself, or needs none.
    InText,
    /// Values in the order of `$1`, `$2` …; `None` is NULL, and [`LEFT_OUT`] is a value that the log leaves out.
    Values(Vec<Option<String>>),
    /// The log doesn't show them.
    Hidden,
}

/// Stands for a value of a long list that SQLAlchemy and Node print only the ends of.
pub(super) const LEFT_OUT: &str = "...";

/// Which application's log these lines are from, by what they say; `None` when they are none's.
pub(super) fn detect(lines: &[&[u8]]) -> Option<AppLog> {
    let mut found = [0_usize; ALL.len()];
    for line in lines {
        let line = ansi::stripped(line);
        for (log, found) in ALL.iter().zip(&mut found) {
            *found += usize::from(is_typical(&line, *log));
        }
    }
    let (log, found) = ALL
        .iter()
        .zip(found)
        .rev()
        .max_by_key(|(_, found)| *found)?;
    // A statement may take many lines, and a server prints more than its queries.
    let needed = (lines.len() / 50).max(if lines.len() > 10 { 2 } else { 1 });
    (found >= needed).then_some(*log)
}

/// Whether no other program would write this line.
fn is_typical(line: &[u8], log: AppLog) -> bool {
    match log {
        AppLog::SqlAlchemy => sqlalchemy::is_typical(line),
        AppLog::Django => django::is_typical(line),
        AppLog::Rails => rails::is_typical(line),
        AppLog::Sequelize => sequelize::is_typical(line),
        AppLog::TypeOrm => typeorm::is_typical(line),
    }
}

/// Reads all records of a block that begins at a record's start. `broken` gets where something is cut off, and what;
/// lines of other programs are passed over.
pub(super) fn records(
    block: &[u8],
    base: u64,
    log: AppLog,
    each: &mut dyn FnMut(AppRecord<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    match log {
        AppLog::SqlAlchemy => sqlalchemy::records(block, base, each, broken),
        AppLog::Django => django::records(block, base, each, broken),
        AppLog::Rails => rails::records(block, base, each, broken),
        AppLog::Sequelize => sequelize::records(block, base, each, broken),
        AppLog::TypeOrm => typeorm::records(block, base, each, broken),
    }
}

/// Where `block` can be cut so that nothing before it needs what comes after; 0 if nowhere.
pub(super) fn last_start(block: &[u8], log: AppLog) -> usize {
    match log {
        AppLog::SqlAlchemy => sqlalchemy::last_start(block),
        AppLog::Django => django::last_start(block),
        AppLog::Rails => rails::last_start(block),
        AppLog::Sequelize => sequelize::last_start(block),
        AppLog::TypeOrm => typeorm::last_start(block),
    }
}
