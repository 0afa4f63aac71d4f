//! The little Markdown that rules' pages use: headings, paragraphs, lists and code.

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{self, Label, RichText, Ui, WidgetText};

use super::sql::code_block;
use crate::app::theme;

/// Draws a page. Its first heading is left out: whoever shows the page has said its name.
pub(crate) fn markdown(ui: &mut Ui, page: &str) {
    for part in parts(page) {
        match part {
            Part::Heading(1, _) => {}
            Part::Heading(_, text) => {
                ui.add_space(theme::STEP);
                let colours = theme::colours(ui);
                ui.label(
                    RichText::new(text)
                        .font(theme::semibold(13.0))
                        .color(colours.strong),
                );
            }
            Part::Paragraph(text) => {
                paragraph(ui, &text);
            }
            Part::Item(text) => {
                ui.horizontal_top(|ui| {
                    let colours = theme::colours(ui);
                    ui.add_space(4.0);
                    ui.label(RichText::new("•").color(colours.dim));
                    paragraph(ui, &text);
                });
            }
            Part::Code(text) => code_block(ui, &text),
        }
    }
}

fn paragraph(ui: &mut Ui, text: &str) {
    let colours = theme::colours(ui);
    let mut job = LayoutJob::default();
    for (style, run) in inline(text) {
        let format = match style {
            Style::Plain => TextFormat::simple(theme::sized(13.0), colours.text),
            Style::Strong => TextFormat::simple(theme::semibold(13.0), colours.strong),
            Style::Code => TextFormat {
                background: colours.well,
                ..TextFormat::simple(theme::mono(12.0), colours.text)
            },
        };
        job.append(run, 0.0, format);
    }
    ui.add(Label::new(WidgetText::from(job)).wrap_mode(egui::TextWrapMode::Wrap));
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Heading(usize, String),
    Paragraph(String),
    Item(String),
    Code(String),
}

/// Cuts a page into its parts.
fn parts(page: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut code: Option<Vec<&str>> = None;
    // Whether the next line belongs to the last part.
    let mut open = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            match code.take() {
                Some(lines) => parts.push(Part::Code(lines.join("\n"))),
                None => code = Some(Vec::new()),
            }
            open = false;
            continue;
        }
        if let Some(lines) = &mut code {
            lines.push(line);
            continue;
        }
        let text = line.trim();
        let level = text.chars().take_while(|c| *c == '#').count();
        if text.is_empty() {
            open = false;
        } else if level > 0 {
            parts.push(Part::Heading(
                level,
                text.trim_start_matches('#').trim().to_owned(),
            ));
            open = false;
        } else if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            parts.push(Part::Item(item.to_owned()));
            open = true;
        } else if let Some(Part::Paragraph(last) | Part::Item(last)) =
            parts.last_mut().filter(|_| open)
        {
            last.push(' ');
            last.push_str(text);
        } else {
            parts.push(Part::Paragraph(text.to_owned()));
            open = true;
        }
    }
    parts.extend(code.map(|lines| Part::Code(lines.join("\n"))));
    parts
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Strong,
    Code,
}

/// Cuts a paragraph into runs of one style.
fn inline(text: &str) -> Vec<(Style, &str)> {
    let mut runs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let marks = [("`", Style::Code), ("**", Style::Strong)];
        let next = marks
            .iter()
            .filter_map(|(mark, style)| {
                let (before, after) = rest.split_once(mark)?;
                let (run, after) = after.split_once(mark)?;
                Some((before, run, after, *style))
            })
            .min_by_key(|(before, ..)| before.len());
        let Some((before, run, after, style)) = next else {
            runs.push((Style::Plain, rest));
            break;
        };
        if !before.is_empty() {
            runs.push((Style::Plain, before));
        }
        runs.push((style, run));
        rest = after;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_into_its_parts() {
        let page =
            "# N+1\n\nOne\ntwo\n\n- a\n  b\n- c\n\n```sql\nSELECT 1;\n\nSELECT 2;\n```\n## End";
        let text = str::to_owned;
        assert_eq!(
            parts(page),
            [
                Part::Heading(1, text("N+1")),
                Part::Paragraph(text("One two")),
                Part::Item(text("a b")),
                Part::Item(text("c")),
                Part::Code(text("SELECT 1;\n\nSELECT 2;")),
                Part::Heading(2, text("End")),
            ]
        );
    }

    #[test]
    fn runs_of_code_and_weight_are_found() {
        assert_eq!(
            inline("a `b` **c** d*"),
            [
                (Style::Plain, "a "),
                (Style::Code, "b"),
                (Style::Plain, " "),
                (Style::Strong, "c"),
                (Style::Plain, " d*"),
            ]
        );
        assert_eq!(inline("lone ` tick"), [(Style::Plain, "lone ` tick")]);
    }
}
