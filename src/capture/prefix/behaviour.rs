//! What the fields of a template are, by their labels, their neighbours and how they change from line to line.

use super::Prefix;
use super::candidates::Row;
use super::columns::Columns;
use super::field::{Field, Part};
use super::names;

/// The prefix that the template stands for.
pub(super) fn named(parts: Vec<Part>, rows: &[Row<'_>]) -> Prefix {
    let mut columns = Columns {
        escapes: vec![None; parts.len()],
        parts,
        rows,
    };
    columns.by_shape();
    columns.by_label();
    columns.numbers();
    columns.constants();
    columns.texts();
    columns.into_prefix()
}

impl Columns<'_, '_> {
    fn by_shape(&mut self) {
        for (field, escape) in [
            (Field::Epoch, 'n'),
            (Field::SessionId, 'c'),
            (Field::Transaction, 'v'),
        ] {
            if let Some(at) = self.places(field).first() {
                self.tell(*at, escape);
            }
        }
        for at in self.places(Field::HostPort) {
            let port = self.any(at, |value| value.ends_with(b")"));
            self.tell(at, if port { 'r' } else { 'h' });
        }
        self.times();
    }

    /// Of two times, the one that is never the later is when the session began.
    fn times(&mut self) {
        let times = self.places(Field::Time);
        let &[a, b, ..] = times.as_slice() else {
            if let Some(at) = times.first() {
                self.tell(*at, 'm');
            }
            return;
        };
        let later = |a: usize, b: usize| {
            self.rows
                .iter()
                .filter(|row| row.values.get(a) > row.values.get(b))
                .count()
        };
        let precise = |at: usize| self.any(at, |value| value.contains(&b'.'));
        let b_is_log = match (precise(a), precise(b)) {
            (true, false) => false,
            (false, true) => true,
            _ => later(b, a) > later(a, b),
        };
        let (log, start) = if b_is_log { (b, a) } else { (a, b) };
        self.tell(log, 'm');
        self.tell(start, 's');
    }

    fn by_label(&mut self) {
        for at in 0..self.parts.len() {
            let Some(field) = self.parts.get(at).and_then(Part::field) else {
                continue;
            };
            if self.escapes.get(at) != Some(&None) && !matches!(field, Field::Host) {
                continue;
            }
            let Some(escape) = label(self.literal_before(at)).and_then(names::labelled) else {
                continue;
            };
            let fits = match (field, escape) {
                (Field::Number, 'p' | 'l' | 'x' | 'P' | 'Q' | 'u' | 'd' | 'a' | 'e')
                | (Field::Text, 'u' | 'd' | 'a' | 'h' | 'b' | 'i') => true,
                (Field::Text, 'e') => self.mostly(at, |value| value.len() == 5),
                (Field::Number, 'c' | 's') => {
                    // Somebody calls the process id so.
                    self.tell(at, 'p');
                    false
                }
                _ => false,
            };
            if fits {
                self.tell(at, escape);
            }
        }
    }

    /// A word that is there even where a process has no session is no name.
    fn constants(&mut self) {
        for at in self.untold(Field::Text) {
            let Some(value) = self.constant(at) else {
                continue;
            };
            let others: Vec<usize> = (0..self.parts.len())
                .filter(|other| {
                    *other != at
                        && self
                            .parts
                            .get(*other)
                            .and_then(Part::field)
                            .is_some_and(Field::is_text)
                })
                .collect();
            let without_session = |row: &&Row<'_>| {
                let blank = |at: &usize| row.values.get(*at).is_none_or(|v| v.is_empty());
                row.values.get(at) == Some(&value)
                    && (is_of_server(row.message) || !others.is_empty() && others.iter().all(blank))
            };
            if self.rows.len() > 2
                && self.rows.iter().any(|row| without_session(&row))
                && !names::is_backend(value)
                && let Some(part) = self.parts.get_mut(at)
            {
                *part = Part::Literal(value.to_vec());
            }
        }
    }

    fn texts(&mut self) {
        for at in self.untold(Field::Text) {
            if self.mostly(at, names::is_backend) {
                self.tell(at, 'b');
            } else if self.mostly(at, names::is_command) {
                self.tell(at, 'i');
            } else if self.mostly(at, is_state) && self.any(at, |value| value == b"00000") {
                self.tell(at, 'e');
            } else if self.mostly(at, names::is_address) {
                self.tell(at, 'h');
            }
        }
        self.by_connections();
        let before_time = self.place_of('m').or(self.place_of('n')).unwrap_or(0);
        let mut names: Vec<usize> = self.untold(Field::Text);
        for pair in names.windows(2) {
            if let &[user, database] = pair
                && self.literal_after(user) == b"@"
                && database == user + 2
            {
                self.tell(user, 'u');
                self.tell(database, 'd');
            }
        }
        // A word at the very start that never changes is the name of a server or the like.
        names.retain(|at| *at > before_time || self.constant(*at).is_none());
        names.retain(|at| self.escapes.get(*at) == Some(&None));
        let programs: Vec<usize> = names
            .iter()
            .copied()
            .filter(|at| {
                let is_program =
                    |value: &[u8]| names::is_application(value) && value != b"postgres";
                self.any(*at, is_program) && !self.any(*at, |value| value == b"postgres")
            })
            .collect();
        if let Some(at) = programs.last() {
            self.tell(*at, 'a');
        }
        names.retain(|at| self.escapes.get(*at) == Some(&None));
        if let &[only] = names.as_slice()
            && self.has('u') != self.has('d')
        {
            self.tell(only, if self.has('u') { 'd' } else { 'u' });
            return;
        }
        for at in names {
            let free = ['u', 'd', 'a', 'h']
                .into_iter()
                .find(|escape| !self.has(*escape));
            if let Some(free) = free {
                self.tell(at, free);
            }
        }
    }

    /// Messages about connections name user and database.
    fn by_connections(&mut self) {
        for at in self.untold(Field::Text) {
            let mut votes = [('u', 0), ('d', 0), ('a', 0)];
            for row in self.rows {
                let Some(named) = connection(row.message) else {
                    continue;
                };
                let value = row.values.get(at).copied().unwrap_or_default();
                for ((_, votes), name) in votes.iter_mut().zip(named) {
                    *votes += usize::from(name == Some(value));
                }
            }
            let most = votes.iter().max_by_key(|vote| vote.1);
            let unique =
                |most: &&(char, usize)| votes.iter().filter(|v| v.1 == most.1).count() == 1;
            if let Some((escape, 1..)) = most.filter(unique) {
                self.tell(at, *escape);
            }
        }
    }
}

/// The word that a literal ends with but for the signs between a label and its value.
fn label(literal: &[u8]) -> Option<&[u8]> {
    let between = |b: &u8| {
        matches!(
            b,
            b'=' | b':' | b'"' | b'\'' | b'[' | b'(' | b'<' | b'{' | b'#' | b' '
        )
    };
    let end = literal.iter().rposition(|b| !between(b))? + 1;
    let word = literal.get(..end)?;
    let begin = word
        .iter()
        .rposition(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'-'))
        .map_or(0, |at| at + 1);
    word.get(begin..).filter(|word| !word.is_empty())
}

fn is_state(value: &[u8]) -> bool {
    value.len() == 5
        && value
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Whether only processes without a session write such a message.
fn is_of_server(message: &[u8]) -> bool {
    [
        &b"checkpoint "[..],
        b"restartpoint ",
        b"database system ",
        b"starting PostgreSQL",
        b"listening on ",
        b"automatic ",
        b"received ",
        b"server process ",
        b"shutting down",
        b"redo ",
    ]
    .iter()
    .any(|begin| message.starts_with(begin))
}

/// User, database and application of `connection authorized: user=… database=… application_name=…`. None where user
/// and database are the same: these tell nothing apart.
fn connection(message: &[u8]) -> Option<[Option<&[u8]>; 3]> {
    if !message.starts_with(b"connection authorized: ") && !message.starts_with(b"disconnection: ")
    {
        return None;
    }
    let between = |from: &[u8], to: &[&[u8]]| {
        let begin = memchr::memmem::find(message, from)? + from.len();
        let rest = message.get(begin..)?;
        let end = to
            .iter()
            .filter_map(|to| memchr::memmem::find(rest, to))
            .min();
        rest.get(..end.unwrap_or(rest.len()))
    };
    let user = between(b"user=", &[b" database="]);
    let database = between(
        b" database=",
        &[b" application_name=", b" host=", b" SSL ", b" (", b" GSS "],
    );
    let application = message
        .starts_with(b"disconnection: ")
        .then(|| between(b" application_name=", &[b" SSL ", b" (", b" GSS "]))
        .flatten();
    (user != database).then_some([user, database, application])
}
