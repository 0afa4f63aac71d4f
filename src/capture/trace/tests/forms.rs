//! Which form a file has, where it can be cut, and spans that are read again.

use super::samples::{JAEGER, OTLP, alone, line};
use super::*;

#[test]
fn a_span_is_read_again_from_its_offset() {
    for (text, form) in [(OTLP, TraceForm::Otlp), (JAEGER, TraceForm::Jaeger)] {
        for span in sound(text, form) {
            let at = usize::try_from(span.offset).unwrap();
            let again = span_at(&text.as_bytes()[at..], form).unwrap();
            let expected = Span {
                offset: 0,
                service: None,
                ..span
            };
            assert_eq!(again, expected);
        }
        for at in 0..text.len() {
            let _ = span_at(&text.as_bytes()[at..], form);
            let _ = span_at(&text.as_bytes()[..at], form);
        }
    }
    assert_eq!(
        span_at(
            &line("01", "1795234219773124", "1").into_bytes(),
            TraceForm::Jaeger
        )
        .unwrap()
        .service
        .as_deref(),
        Some("shop")
    );
}

#[test]
fn forms_are_told_from_each_other_and_from_logs() {
    for cut in 0..=OTLP.len() {
        let expected = (cut >= "{\"resourceSpans\":[".len()).then_some(TraceForm::Otlp);
        assert_eq!(detect(&OTLP.as_bytes()[..cut]), expected, "{cut}");
        let known = JAEGER.find("[\n").unwrap() < cut;
        let expected = known.then_some(TraceForm::Jaeger);
        assert_eq!(detect(&JAEGER.as_bytes()[..cut]), expected, "{cut}");
    }
    for (text, expected) in [
        (format!("\u{feff} \n[{OTLP},{OTLP}]"), Some(TraceForm::Otlp)),
        (
            format!("{{\"resourceMetrics\":[{{}}]}}\n{OTLP}"),
            Some(TraceForm::Otlp),
        ),
        (
            format!("{{\"batches\":[{}]}}", OTLP.trim()),
            Some(TraceForm::Otlp),
        ),
        (alone(""), Some(TraceForm::Otlp)),
        (line("01", "1", "1"), Some(TraceForm::Jaeger)),
        ("{\"resourceLogs\":[{\"scopeLogs\":[]}]}".to_owned(), None),
        (
            "{\"ts\":\"2026-11-21T04:10:19Z\",\"path\":\"/a\",\"traceID\":\"1\",\"spanID\":\"2\"}"
                .to_owned(),
            None,
        ),
        (
            "{\"log\":\"{\\\"resourceSpans\\\":[]}\",\"stream\":\"stdout\"}".to_owned(),
            None,
        ),
        (
            "{\"timestamp\":\"2026-11-21 04:40:59.078 UTC\",\"pid\":7,\"error_severity\":\"LOG\"}"
                .to_owned(),
            None,
        ),
        ("{\"data\":[]}".to_owned(), None),
        ("LOG:  duration".to_owned(), None),
        (String::new(), None),
    ] {
        assert_eq!(detect(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn only_files_of_an_object_a_line_are_cut() {
    let lines = line("01", "1", "1") + &line("02", "1", "1");
    for cut in lines.find('\n').unwrap() + 1..=lines.len() {
        let expected = lines[..cut].rfind('\n').unwrap() + 1;
        assert_eq!(last_start(&lines.as_bytes()[..cut]), expected);
    }
    for text in [OTLP, JAEGER] {
        for cut in 0..text.len() {
            assert_eq!(last_start(&text.as_bytes()[..cut]), 0, "{cut}");
        }
    }
    // The first line may be damaged.
    assert_eq!(
        last_start(format!("{{\"traceID\":\n{lines}").as_bytes()),
        12 + lines.len()
    );
}
