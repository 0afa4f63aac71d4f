//! Fields of digits: what they are shows in how they change from line to line.

use std::collections::HashMap;

use super::candidates::Row;
use super::columns::Columns;
use super::field::Field;

impl Columns<'_, '_> {
    /// Tells the fields of digits apart.
    pub(super) fn numbers(&mut self) {
        self.process_by_session();
        for at in self.untold(Field::Number) {
            if self.mostly(at, |value| value.len() == 5)
                && self.any(at, |value| value.starts_with(b"00"))
            {
                self.tell(at, 'e');
            } else if self.any(at, |value| value.starts_with(b"-") || value.len() > 10) {
                self.tell(at, 'Q');
            }
        }
        self.line_number();
        let likely = |columns: &Self, at: usize| {
            let bracket = columns.literal_before(at).ends_with(b"[");
            let zero = columns.any(at, |value| value == b"0");
            (!zero).then_some((bracket, columns.constant(at).is_none(), usize::MAX - at))
        };
        if !self.has('p') {
            let untold = self.untold(Field::Number).into_iter();
            let best = untold.filter_map(|at| Some((likely(self, at)?, at))).max();
            if let Some((_, at)) = best {
                self.tell(at, 'p');
            }
        }
        for at in self.untold(Field::Number) {
            let free = ['x', 'Q', 'P']
                .into_iter()
                .find(|escape| !self.has(*escape));
            if self.any(at, |value| value == b"0") || !self.has('x') {
                self.tell(at, free.unwrap_or('x'));
            }
        }
    }

    /// The session id ends with the process id in hexadecimal digits.
    fn process_by_session(&mut self) {
        let Some(session) = self.place_of('c') else {
            return;
        };
        for at in self.untold(Field::Number) {
            let same = |row: &&Row<'_>| {
                let (Some(value), Some(id)) = (row.values.get(at), row.values.get(session)) else {
                    return false;
                };
                let process = id
                    .rsplit(|b| *b == b'.')
                    .next()
                    .and_then(|hex| u64::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
                process.is_some() && process == number(value)
            };
            if self.rows.iter().filter(same).count() * 10 >= self.rows.len() * 9 {
                self.tell(at, 'p');
                return;
            }
        }
    }

    /// `%l` goes up by one with each line of a process.
    fn line_number(&mut self) {
        if self.has('l') {
            return;
        }
        let numbers = self.untold(Field::Number);
        let keys: Vec<Option<usize>> = match self.place_of('c').or(self.place_of('p')) {
            Some(told) => vec![Some(told)],
            None => numbers.iter().map(|at| Some(*at)).chain([None]).collect(),
        };
        let mut best: Option<((usize, usize), usize, Option<usize>)> = None;
        for at in &numbers {
            for key in keys.iter().filter(|key| **key != Some(*at)) {
                let (steps, pairs, begun) = self.steps(*at, *key);
                // Process ids count up too, where each connection is short; but only lines begin with 1.
                let rank = (begun, steps);
                if steps > 0 && steps * 10 >= pairs * 8 && best.is_none_or(|b| rank > b.0) {
                    best = Some((rank, *at, *key));
                }
            }
        }
        if let Some((_, at, key)) = best {
            self.tell(at, 'l');
            if let Some(key) = key
                && self.escapes.get(key) == Some(&None)
            {
                self.tell(key, 'p');
            }
        }
    }

    /// How often the number goes up by one from a line to the next with the same key, how many such pairs of lines
    /// there are, and for how many keys it begins with 1.
    fn steps(&self, at: usize, key: Option<usize>) -> (usize, usize, usize) {
        let mut last: HashMap<&[u8], u64> = HashMap::new();
        let (mut steps, mut pairs, mut begun) = (0, 0, 0);
        for row in self.rows {
            let key = key
                .and_then(|key| row.values.get(key))
                .copied()
                .unwrap_or_default();
            let Some(value) = row.values.get(at).and_then(|value| number(value)) else {
                continue;
            };
            if let Some(before) = last.insert(key, value) {
                pairs += 1;
                steps += usize::from(value == before + 1);
            } else {
                begun += usize::from(value == 1);
            }
        }
        (steps, pairs, begun)
    }
}

fn number(value: &[u8]) -> Option<u64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
