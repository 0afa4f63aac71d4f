//! The rules about plans over plans: a folder a rule in `fixtures/rules`, a plan a case, made by `fixtures/plans/make`.
//!
//! Plans called `flagged-…` must be spoken of by their rule, those called `clean-…` not; what the rule says is a
//! snapshot. A `….catalog.json` beside a plan is what is known of its database. Of the plans in
//! `fixtures/plans/healthy` no rule says a word.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgloupe::catalog::from_json;
use pgloupe::plan::{Plan, read, timing};
use pgloupe::rules::plan::{Advice, PLAN_RULES, PlanContext, PlanSettings, advise, plan_rule};

fn plans(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "plan"))
        .collect();
    files.sort();
    files
}

fn cases(rule: &str) -> Vec<PathBuf> {
    plans(&format!("fixtures/rules/{rule}"))
}

fn plan(file: &Path) -> Plan {
    let text = std::fs::read_to_string(file).expect("a plan can be read");
    let reading = read(&text);
    assert!(
        reading.warnings.is_empty(),
        "{}: {:?}",
        file.display(),
        reading.warnings
    );
    assert_eq!(reading.plans.len(), 1, "{}: one plan", file.display());
    reading.plans.into_iter().next().expect("one plan")
}

fn advice(file: &Path, plan: &Plan) -> Vec<Advice> {
    let catalog = std::fs::read_to_string(file.with_extension("catalog.json"))
        .ok()
        .map(|text| from_json(&text).expect("a catalog"));
    advise(&PlanContext {
        plan,
        timing: &timing(plan),
        settings: &PlanSettings::default(),
        catalog: catalog.as_ref(),
    })
}

/// All that the rule says of the plan in a file, as text.
fn said(file: &Path, rule: &str) -> String {
    let plan = plan(file);
    let mut text = String::new();
    for a in advice(file, &plan).iter().filter(|a| a.rule == rule) {
        let node = a.node.map_or("the plan", |id| &plan.nodes[id].title);
        let saving = a
            .saving_ms
            .map_or("not known".to_owned(), |ms| format!("{ms:.2} ms"));
        write!(
            text,
            "{}\n{}\nat: {node}, {:.0} %\nsaving: {saving}\n",
            a.title,
            a.why,
            a.share * 100.0
        )
        .expect("text");
        for s in &a.suggestions {
            writeln!(
                text,
                "{}: {}\n    {}",
                s.kind.name(),
                s.title,
                s.code.replace('\n', "\n    ")
            )
            .expect("text");
            if let Some(note) = &s.note {
                writeln!(text, "    note: {note}").expect("text");
            }
            if !s.guessed.is_empty() {
                writeln!(text, "    guessed: {}", s.guessed.join(", ")).expect("text");
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_case_of_every_rule() {
    let mut wrong = Vec::new();
    for rule in PLAN_RULES {
        for case in cases(rule.name) {
            let name = case.file_stem().expect("a name").to_string_lossy();
            let said = said(&case, rule.name);
            if said.is_empty() == name.starts_with("flagged-") {
                wrong.push(format!("{}/{name}:\n{said}", rule.name));
            } else if !said.is_empty() {
                insta::assert_snapshot!(format!("{}__{name}", rule.name), said);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn healthy_plans_are_left_in_peace() {
    let healthy = plans("fixtures/plans/healthy");
    assert!(healthy.len() >= 5);
    for file in healthy {
        let plan = plan(&file);
        let advice = advice(&file, &plan);
        let names: Vec<&str> = advice.iter().map(|a| a.rule).collect();
        assert!(names.is_empty(), "{}: {names:?}", file.display());
    }
}

#[test]
fn every_rule_has_its_page_and_its_cases() {
    for rule in PLAN_RULES {
        assert!(
            rule.page.starts_with(&format!("# {}\n", rule.title)),
            "{} has no page",
            rule.name
        );
        for heading in [
            "What it is",
            "Why it matters",
            "How it is found",
            "What it saves",
            "Known limits",
            "Use instead",
        ] {
            assert!(
                rule.page.contains(&format!("\n## {heading}\n")),
                "{}'s page has no part '{heading}'",
                rule.name
            );
        }
        let cases = cases(rule.name);
        for kind in ["flagged-", "clean-"] {
            let is_kind = |case: &PathBuf| {
                let name = case.file_name().expect("a name").to_string_lossy();
                name.starts_with(kind)
            };
            assert!(
                cases.iter().any(is_kind),
                "{} has no case {kind}",
                rule.name
            );
        }
    }
}

#[test]
fn names_lead_back_and_are_used_once() {
    for (at, rule) in PLAN_RULES.iter().enumerate() {
        let found = plan_rule(rule.name).expect("a rule");
        assert_eq!(found.title, rule.title);
        assert!(PLAN_RULES.iter().skip(at + 1).all(|r| r.name != rule.name));
    }
}
