use super::*;

mod damage;
mod forms;
mod meaning;
mod samples;

/// The spans of a text, and what was wrong with it and where.
fn read(text: &[u8], form: TraceForm) -> (Vec<Span>, Vec<(u64, &'static str)>) {
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    spans(
        text,
        0,
        form,
        &mut |span| all.push(span),
        &mut |at, what| {
            wrong.push((at, what));
        },
    );
    (all, wrong)
}

/// The spans of a text in which nothing is wrong.
fn sound(text: &str, form: TraceForm) -> Vec<Span> {
    let (all, wrong) = read(text.as_bytes(), form);
    assert_eq!(wrong, []);
    all
}
