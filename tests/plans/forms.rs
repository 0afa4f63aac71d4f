//! The same plan gives the same model in each of its forms.

use std::fs::read_to_string;

use pgloupe::plan::{Format, read_log_record};

use super::common::{assert_same, cases, read_whole, said};

#[test]
fn each_form_says_the_same() {
    let forms = [
        ("plan.text", Format::Text),
        ("plan.json", Format::Json),
        ("plan.yaml", Format::Yaml),
        ("plan.xml", Format::Xml),
    ];
    for case in cases() {
        let mut first: Option<String> = None;
        for (file, format) in forms {
            let path = case.join(file);
            let what = path.display().to_string();
            let plans = read_whole(&read_to_string(&path).unwrap(), &what);
            assert_eq!(plans.len(), 1, "{what}");
            assert_eq!(plans[0].format, format, "{what}");
            let said = said(&plans[0]);
            assert_same(&said, first.get_or_insert_with(|| said.clone()), &what);
        }
    }
}

#[test]
fn one_execution_has_the_same_times_and_blocks_in_text_and_json() {
    let (mut timed, mut with_blocks) = (0, 0);
    for case in cases() {
        let what = case.display().to_string();
        let text = read_to_string(case.join("run.text")).unwrap();
        let text = &read_whole(&text, &what)[0];
        let record = read_to_string(case.join("run.record")).unwrap();
        let (head, body) = record.split_once("plan:").unwrap();
        let duration = head.split("duration: ").nth(1).unwrap();
        let duration: f64 = duration.split(' ').next().unwrap().parse().unwrap();
        let reading = read_log_record(body, Some(duration));
        assert_eq!(reading.warnings, [], "{what}");
        let mut json = reading.plans[0].clone();
        // PostgreSQL 15 leaves it out of its log.
        json.query_id = text.query_id;
        assert_same(&said(&json), &said(text), &what);
        assert_eq!(json.duration_ms, Some(duration), "{what}");
        assert!(
            json.query.as_ref().unwrap().starts_with("explain ("),
            "{what}"
        );
        assert!(
            text.planning_ms.is_some() && text.execution_ms.is_some(),
            "{what}"
        );
        timed += usize::from(text.is_timed());
        with_blocks += usize::from(!text.nodes[0].usage.is_zero());
    }
    assert!(timed > 25 && with_blocks > 20, "{timed} {with_blocks}");
}

#[test]
fn a_log_record_in_text_has_its_statement_however_it_looks() {
    let plan = "Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=1)\n  Output: 1";
    let statement = "select 'x'\n  -- Seq Scan on t  (cost=1.00..2.00 rows=1 width=1)\nSeq Scan on t  (cost=1.00..2.00 rows=1 width=1)";
    let body = format!("Query Text: {statement}\nQuery Parameters: $1 = 'a', $2 = NULL\n{plan}");
    // The text log puts a tab before each line, CSV and JSON logs don't.
    let tabbed: String = body.lines().map(|line| format!("\n\t{line}")).collect();
    for body in [body, tabbed] {
        let reading = read_log_record(&body, Some(4.5));
        let plan = &reading.plans[0];
        assert_eq!(plan.query.as_deref(), Some(statement));
        assert_eq!(plan.parameters.as_deref(), Some("$1 = 'a', $2 = NULL"));
        assert_eq!((plan.nodes.len(), plan.duration_ms), (1, Some(4.5)));
        assert_eq!(plan.nodes[0].title, "Result");
    }
}
