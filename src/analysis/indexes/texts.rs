//! One statement out of several texts of it: what is the same in all of them stays, the rest are parameters.

use crate::sql::{Slot, slots};

/// The statement that several texts of one fingerprint are, with the values that they have for its parameters.
pub(super) fn statement(texts: &[String]) -> (String, Vec<Vec<Option<String>>>) {
    let Some(first) = texts.first() else {
        return (String::new(), Vec::new());
    };
    let all: Vec<Vec<Slot>> = texts.iter().map(|text| slots(text.as_bytes())).collect();
    let own = all.first().map_or(&[][..], Vec::as_slice);
    let alike = all.iter().all(|other| other.len() == own.len());
    // Placeholders of its own would get in the way of new ones.
    if texts.len() < 2 || !alike || own.iter().any(|slot| slot.parameter.is_some()) {
        return (first.clone(), Vec::new());
    }
    let mut sql = String::with_capacity(first.len());
    let mut samples: Vec<Vec<Option<String>>> = vec![Vec::new(); texts.len()];
    let mut done = 0;
    for (nth, slot) in own.iter().enumerate() {
        let sources: Vec<&str> = texts
            .iter()
            .zip(&all)
            .filter_map(|(text, slots)| text.get(slots.get(nth)?.source.clone()))
            .collect();
        let constant = sources.windows(2).all(|pair| pair.first() == pair.last());
        let values: Option<Vec<String>> = sources.iter().map(|s| value(s)).collect();
        let (Some(values), false) = (values, constant) else {
            continue;
        };
        if slot.members > 1 || values.len() != texts.len() {
            continue;
        }
        sql.push_str(first.get(done..slot.source.start).unwrap_or_default());
        done = slot.source.end;
        for (sample, value) in samples.iter_mut().zip(values) {
            sample.push(Some(value));
        }
        sql.push('$');
        sql.push_str(&samples.first().map_or(0, Vec::len).to_string());
    }
    sql.push_str(first.get(done..).unwrap_or_default());
    if samples.first().is_none_or(Vec::is_empty) {
        return (sql, Vec::new());
    }
    samples.dedup();
    (sql, samples)
}

/// The value of a plain constant; `None` for NULL and for one that isn't plain.
fn value(source: &str) -> Option<String> {
    if let Some(inner) = source.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')) {
        return Some(inner.replace("''", "'"));
    }
    if source.eq_ignore_ascii_case("null") {
        return None;
    }
    let plain = source
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    plain.then(|| source.to_owned())
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn what_differs_becomes_a_parameter() {
        let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let (sql, samples) = statement(&texts(&[
            "SELECT * FROM t WHERE state = 'open' AND id = 5 AND name = 'a''b' LIMIT 10",
            "SELECT * FROM t WHERE state = 'open' AND id = -7 AND name = 'c' LIMIT 10",
        ]));
        assert_eq!(
            sql,
            "SELECT * FROM t WHERE state = 'open' AND id = $1 AND name = $2 LIMIT 10"
        );
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(samples, [[some("5"), some("a'b")], [some("-7"), some("c")]]);
        let one = texts(&["SELECT 1 FROM t WHERE a = 5"]);
        assert_eq!(statement(&one), (one[0].clone(), Vec::new()));
        let own = texts(&[
            "SELECT 1 FROM t WHERE a = $1",
            "SELECT 1 FROM t WHERE a = $1",
        ]);
        assert_eq!(statement(&own), (own[0].clone(), Vec::new()));
    }
}
