//! What is pasted with something around it gives what the plan alone gives.

use std::fs::read_to_string;

use pgloupe::plan::{Plan, read};

use super::common::{assert_same, cases, forms, read_whole, said};

fn all(plans: &[Plan]) -> String {
    plans.iter().map(said).collect()
}

/// What psql makes of one plan in each of its styles.
#[test]
fn psql_draws_nothing_that_is_not_taken_away() {
    let mut styles = 0;
    for form in ["text", "json", "yaml", "xml"] {
        let file = read_to_string(forms().join(format!("rendered.{form}"))).unwrap();
        let sections: Vec<_> = file.split("%% ").skip(1).collect();
        let section = |text: &str| {
            let (style, plan) = text.split_once('\n').unwrap();
            let what = format!("{form}, {style}");
            all(&read_whole(plan, &what))
        };
        let plain = section(sections[0]);
        for text in &sections[1..] {
            let style = text.lines().next().unwrap();
            // Old ASCII has no marks for what it breaks within a record: what is broken in the middle of a word stays so.
            let lossy = style.contains("linestyle=old-ascii") && style.contains("wrapped");
            if !lossy {
                assert_same(&section(text), &plain, &format!("{form}, {style}"));
                styles += 1;
            }
        }
    }
    assert!(styles > 100, "{styles}");
}

fn each_line(text: &str, change: impl Fn(usize, &str) -> String) -> String {
    let lines = text.lines().enumerate();
    let lines: Vec<_> = lines.map(|(at, line)| change(at, line)).collect();
    lines.join("\n")
}

/// What editors, mails, logs and web pages do to all four forms.
#[test]
fn margins_are_taken_away() {
    type Change = fn(&str) -> String;
    let changes: [(&str, Change); 15] = [
        ("CRLF", |text| text.replace('\n', "\r\n")),
        ("byte order mark", |text| format!("\u{feff}{text}")),
        ("quoted mail", |text| {
            each_line(text, |_, line| format!("> {line}"))
        }),
        ("quoted twice", |text| {
            each_line(text, |_, line| format!(">> {line}"))
        }),
        ("numbered", |text| {
            each_line(text, |at, line| format!("{:>4}  {line}", at + 1))
        }),
        ("numbered with colons", |text| {
            each_line(text, |at, line| format!("{}: {line}", at + 1))
        }),
        ("fenced", |text| format!("```sql\n{text}\n```\n")),
        ("fenced in prose", |text| {
            format!("Look at this:\n\n~~~\n{text}\n~~~\n\nWhy is it slow?")
        }),
        ("indented", |text| {
            each_line(text, |_, line| format!("    {line}"))
        }),
        ("hard blanks", |text| text.replace(' ', "\u{a0}")),
        ("double spaced", |text| text.replace('\n', "\n\n")),
        ("log", |text| {
            format!(
                "2024-05-06 07:08:09 UTC [12] LOG:  duration: 3.5 ms  plan:{}",
                each_line(&format!("\n{text}"), |_, line| format!("\t{line}"))
            )
        }),
        ("session", |text| {
            format!(
                "shop=# explain select 1;\n{text}\n\nshop=# select 2;\n ?column? \n----------\n        2\n(1 row)\n\nTime: 0.512 ms\n"
            )
        }),
        ("CSV", |text| {
            format!(
                "\"QUERY PLAN\"\n\"{}\"\n",
                text.trim_end().replace('"', "\"\"")
            )
        }),
        ("text of JSON", |text| serde_json::to_string(text).unwrap()),
    ];
    for case in cases() {
        for form in ["text", "json", "yaml", "xml"] {
            let text = read_to_string(case.join(format!("plan.{form}"))).unwrap();
            // Values with line breaks are not the same once something stands in them.
            let within = case.ends_with("quoted_names");
            let plain = all(&read(&text).plans);
            for (name, change) in changes {
                let lost = match (form, name) {
                    (
                        "text" | "xml",
                        "quoted mail"
                        | "quoted twice"
                        | "numbered"
                        | "numbered with colons"
                        | "indented"
                        | "double spaced"
                        | "log"
                        | "CRLF",
                    ) => within,
                    // A text plan in quotes as a whole is nobody's.
                    ("text" | "yaml" | "xml", "text of JSON") => true,
                    _ => false,
                };
                if lost {
                    continue;
                }
                let what = format!("{} {form} {name}", case.display());
                let got = all(&read_whole(&change(&text), &what));
                assert_same(&got, &plain, &what);
            }
        }
    }
}

/// Copies of pgAdmin 3, in either kind of quotes.
#[test]
fn lines_in_quotes() {
    for case in cases() {
        if case.ends_with("quoted_names") {
            continue;
        }
        let text = read_to_string(case.join("plan.text")).unwrap();
        let plain = all(&read(&text).plans);
        for quote in ['"', '\''] {
            let quoted = each_line(&text, |_, line| format!("{quote}{line}{quote}"));
            let what = format!("{} {quote}", case.display());
            assert_same(&all(&read_whole(&quoted, &what)), &plain, &what);
        }
    }
}

/// Terminals that break each line at the same column, which is seen where that breaks the figures of a node.
#[test]
fn lines_broken_at_a_column() {
    let mut broken = 0;
    for case in cases() {
        let text = read_to_string(case.join("run.text")).unwrap();
        let plain = said(&read(&text).plans[0]);
        for width in [72, 80, 100] {
            let cut = |line: &str| {
                let head = line.get(..width).unwrap_or_default();
                let open = head.rfind("(actual ").or_else(|| head.rfind("(cost="));
                open.is_some_and(|at| !head[at..].contains(')'))
            };
            if !text.lines().any(cut) {
                continue;
            }
            let folded = each_line(&text, |_, line| {
                let letters: Vec<_> = line.chars().collect();
                let parts = letters.chunks(width).map(|part| part.iter().collect());
                parts.collect::<Vec<String>>().join("\n")
            });
            let what = format!("{} {width}", case.display());
            assert_same(&said(&read(&folded).plans[0]), &plain, &what);
            broken += 1;
        }
    }
    assert!(broken > 50, "{broken}");
}

/// Without the blanks before the lines, kinds of nodes tell the tree, and a warning says so.
#[test]
fn lines_without_their_blanks() {
    let text = read_to_string(forms().join("rendered.text")).unwrap();
    let plan = text
        .split("%% ")
        .nth(1)
        .unwrap()
        .split_once('\n')
        .unwrap()
        .1;
    let trimmed = each_line(plan, |_, line| line.trim_start().to_owned());
    let reading = read(&trimmed);
    assert_same(&all(&reading.plans), &all(&read(plan).plans), "trimmed");
    assert!(
        reading.warnings[0].what.contains("lost the blanks"),
        "{:?}",
        reading.warnings
    );
}

#[test]
fn several_plans_in_one_text() {
    let mut text = String::new();
    let mut plain = String::new();
    for case in cases() {
        for form in ["text", "json", "yaml", "xml"] {
            let plan = read_to_string(case.join(format!("plan.{form}"))).unwrap();
            plain += &all(&read(&plan).plans);
            text += "shop=# explain …;\n";
            text += &plan;
            text += "\n";
        }
    }
    let plans = read_whole(&text, "all plans");
    assert_eq!(plans.len(), 4 * cases().len());
    assert_same(&all(&plans), &plain, "all plans");
    for (a, b) in plans.iter().zip(&plans[1..]) {
        assert!(
            a.lines.end() < b.lines.start(),
            "{:?} {:?}",
            a.lines,
            b.lines
        );
    }
}
