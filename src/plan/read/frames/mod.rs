//! What terminals, editors, mails and logs put around a plan.

use super::page::Page;

/// The lines of a text without what stands around them.
pub(super) fn page(text: &str) -> Page {
    let mut page = Page::default();
    for (at, line) in text.lines().enumerate() {
        page.push(line, u32::try_from(at + 1).unwrap_or(u32::MAX));
    }
    page
}

/// The lines of a log record, which begin with a tab in the text log.
pub(super) fn log_record(body: &str) -> Page {
    let mut page = Page::default();
    for (at, line) in body.lines().enumerate() {
        let line = line.strip_prefix('\t').unwrap_or(line);
        page.push(line, u32::try_from(at + 1).unwrap_or(u32::MAX));
    }
    page
}
