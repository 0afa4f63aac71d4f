//! Files that are cut off or damaged, and clocks that were.

use super::samples::{JAEGER, OTLP, line};
use super::*;

#[test]
fn clocks_that_are_wrong_make_no_time() {
    let start = "1795234219773124";
    for (duration, doubt) in [
        ("3600000000", None),
        ("3600000001", Some("longer than an hour")),
        ("94608000000000", Some("longer than an hour")),
        ("-5", Some("before it starts")),
        ("null", Some("no end")),
        ("9223372036854775807", Some("longer than an hour")),
    ] {
        let (spans, wrong) = read(line("01", start, duration).as_bytes(), TraceForm::Jaeger);
        assert_eq!(spans.len(), 1, "{duration}");
        match doubt {
            None => assert_eq!(wrong, []),
            Some(doubt) => {
                assert_eq!(spans[0].end, spans[0].start, "{duration}");
                assert_eq!((wrong.len(), wrong[0].0), (1, 0), "{duration}");
                assert!(wrong[0].1.contains(doubt), "{wrong:?}");
            }
        }
    }
    // Nothing can be made of a span that never began.
    for start in ["0", "-7", "null", "\"soon\""] {
        let (spans, wrong) = read(line("01", start, "1").as_bytes(), TraceForm::Jaeger);
        assert_eq!((spans.len(), wrong.len()), (0, 1), "{start}");
    }
}

#[test]
fn a_span_with_wrong_types_costs_only_itself() {
    for (damage, instead) in [
        (
            "\"attributes\":[{\"key\":\"http.method\"",
            "\"attributes\":[7,{\"key\":\"http.method\"",
        ),
        (
            "\"attributes\":[{\"key\":\"http.method\"",
            "\"attributes\":[{\"key\":[]",
        ),
        ("\"1795234219773124987\"", "{}"),
        ("\"flags\":256", "\"flags\":2x6"),
        ("\"eee19b7ec3c1b173\",\"parent", "[],\"parent"),
    ] {
        let text = OTLP.replacen(damage, instead, 1);
        assert_ne!(text, OTLP);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Otlp);
        assert_eq!(wrong.len(), 1, "{instead}: {wrong:?}");
        assert_eq!(wrong[0].0, text.find("{\"traceId").unwrap() as u64);
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].service.as_deref(), Some("shop"));
    }
}

#[test]
fn bytes_in_another_encoding_keep_their_span() {
    let text = [
        OTLP.split("books\\n").next().unwrap().as_bytes(),
        b"caf\xe9",
        OTLP.split("books\\n").nth(1).unwrap().as_bytes(),
    ]
    .concat();
    let (spans, wrong) = read(&text, TraceForm::Otlp);
    assert_eq!((spans.len(), wrong.len()), (2, 0));
    assert!(
        spans[1]
            .statement
            .as_ref()
            .unwrap()
            .sql
            .contains('\u{fffd}')
    );
}

#[test]
fn reading_goes_on_behind_damage() {
    // A newline in a string, and the rest of that span gone with the next brackets.
    let text = OTLP.replacen("\"http.target\"", "\"http.tar\nget\"", 1);
    let (spans, wrong) = read(text.as_bytes(), TraceForm::Otlp);
    assert_eq!((spans.len(), wrong.len()), (1, 1), "{wrong:?}");
    assert_eq!(spans[0].id, "eee19b7ec3c1b174");
    // A line that is cut off, at any byte, takes nothing of the next.
    let whole = line("01", "1795234219773124", "1");
    for cut in 1..whole.len() - 1 {
        let text = format!("{}\n{whole}{whole}", &whole[..cut]);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Jaeger);
        assert_eq!(spans.len(), 2, "{cut}");
        assert!(wrong.len() == 1, "{cut}: {wrong:?}");
        let text = format!("{whole}{}\n{whole}", &whole[..cut]);
        let (spans, wrong) = read(text.as_bytes(), TraceForm::Jaeger);
        assert_eq!((spans.len(), wrong.len()), (2, 1), "{cut}");
    }
}

#[test]
fn a_file_cut_anywhere_gives_all_whole_spans_and_one_warning() {
    let lines = line("01", "1795234219773124", "1") + &line("02", "1795234219773124", "1");
    for (text, form) in [
        (OTLP, TraceForm::Otlp),
        (JAEGER, TraceForm::Jaeger),
        (&*lines, TraceForm::Jaeger),
    ] {
        let all = sound(text, form);
        let ends: Vec<usize> = all
            .iter()
            .map(|span| {
                let start = usize::try_from(span.offset).unwrap();
                let mut cursor = stream::Cursor::new(&text.as_bytes()[start..]);
                cursor.skip().unwrap();
                start + cursor.at
            })
            .collect();
        for cut in 0..text.len() {
            let (spans, wrong) = read(&text.as_bytes()[..cut], form);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(spans.len(), whole, "{form:?} {cut}");
            for (got, expected) in spans.iter().zip(&all) {
                assert_eq!(got.offset, expected.offset);
            }
            // Nothing is missing where the whole object, or a line of it, has ended.
            let before = text[..cut].trim_end();
            let clean = before.is_empty()
                || before.len() == text.trim_end().len()
                || (text == lines && ends.contains(&before.len()));
            assert_eq!(wrong.len(), usize::from(!clean), "{form:?} {cut} {wrong:?}");
        }
    }
}

#[test]
fn odd_input_takes_no_long_time() {
    for (piece, count) in [
        ("[", 400_000),
        ("{\"spans\":[", 100_000),
        ("{\"data\":", 100_000),
        ("{\"traceId\":\"1\",\"spans\":{", 50_000),
        ("{\"traceId\":\"\n", 100_000),
        ("{\"traceId\":{\"a\":[1,2,}", 50_000),
        ("{", 400_000),
        ("{\"resourceSpans\":[{\"scopeSpans\":[#", 50_000),
        ("\n{\"traceID\":[", 100_000),
    ] {
        let text = piece.repeat(count);
        for form in [TraceForm::Otlp, TraceForm::Jaeger] {
            let (spans, wrong) = read(text.as_bytes(), form);
            assert!(spans.is_empty() && !wrong.is_empty(), "{piece}");
            let _ = detect(text.as_bytes());
        }
    }
}
