use super::*;

mod access;
mod objects;
mod others;

/// The requests of a text and where it can't be read.
fn read(text: &str, form: ServedForm) -> (Vec<ServedRequest<'static>>, Vec<u64>) {
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    records(
        text.as_bytes(),
        0,
        form,
        &mut |request| all.push(owned(request)),
        &mut |at, _| wrong.push(at),
    );
    (all, wrong)
}

fn owned(request: ServedRequest<'_>) -> ServedRequest<'static> {
    fn own(text: Cow<'_, str>) -> Cow<'static, str> {
        Cow::Owned(text.into_owned())
    }
    ServedRequest {
        method: own(request.method),
        path: own(request.path),
        route: request.route.map(own),
        request_id: request.request_id.map(own),
        trace_id: request.trace_id.map(own),
        process: request.process.map(own),
        ..request
    }
}

/// 2026-11-21 04:10:19.773 UTC in microseconds, and without its fraction.
const TIME: i64 = 1_795_234_219_773_000;
const SECOND: i64 = 1_795_234_219_000_000;

/// A request at that time with nothing else known.
fn plain(method: &'static str, path: &'static str) -> ServedRequest<'static> {
    ServedRequest {
        offset: 0,
        time: Some(TIME),
        utc_offset: 0,
        zone_unknown: false,
        start: None,
        elapsed: None,
        method: method.into(),
        path: path.into(),
        route: None,
        status: None,
        request_id: None,
        trace_id: None,
        process: None,
    }
}

fn check(line: &str, form: ServedForm, expected: &ServedRequest<'_>) {
    assert_eq!(detect(&[line.as_bytes()]), Some(form), "{line}");
    let (all, wrong) = read(line, form);
    assert_eq!(
        (all.as_slice(), wrong),
        (&[expected.clone()][..], vec![]),
        "{line}"
    );
    for cut in (0..line.len()).filter(|cut| line.is_char_boundary(*cut)) {
        let _ = read(&line[..cut], form);
        let _ = read(&line[cut..], form);
    }
}
