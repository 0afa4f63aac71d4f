use std::fmt::Write;

use super::*;

/// All rows as text, and the number of warnings.
fn read(bytes: &[u8]) -> (Option<Form>, Vec<String>, usize) {
    let form = detect(bytes);
    let (mut found, mut broken) = (Vec::new(), 0);
    if let Some(form) = form {
        rows(
            bytes,
            form,
            &mut |mut totals| {
                assert!(usize::try_from(totals.offset).unwrap() < bytes.len());
                totals.offset = 0;
                found.push(format!("{totals:?}"));
            },
            &mut |_, _| broken += 1,
        );
    }
    (form, found, broken)
}

const CSV: &[u8] = include_bytes!("../../../fixtures/pg_stat_statements.csv");
const JSON: &[u8] = include_bytes!("../../../fixtures/pg_stat_statements.json");

#[test]
fn real_exports_say_the_same() {
    let (form, from_csv, broken) = read(CSV);
    assert_eq!(
        (form, from_csv.len(), broken),
        (Some(Form::Csv { separator: b',' }), 13, 0)
    );
    let (form, from_json, broken) = read(JSON);
    assert_eq!((form, broken), (Some(Form::Json), 0));
    assert_eq!(from_csv, from_json);
    let hidden = from_csv
        .iter()
        .filter(|row| row.contains("query: \"\""))
        .count();
    assert_eq!(hidden, 3);
    let slept = from_csv.first().unwrap();
    for part in [
        "query: \"select pg_sleep($1)\"",
        "query_id: Some(440101247839410938)",
        "user: Some(\"16416\")",
        "database: Some(\"16384\")",
        "top_level: Some(true)",
        "calls: 3,",
        "total_us: Some(21009063)",
        "min_us: Some(7001248)",
        "mean_us: Some(7003021)",
        "shared_hit: Some(0)",
    ] {
        assert!(slept.contains(part), "{part} in {slept}");
    }
}

#[test]
fn exports_of_all_programs() {
    let text = String::from_utf8_lossy(CSV);
    let (_, expected, _) = read(CSV);
    let same = |bytes: &[u8], form: Form| {
        assert_eq!(read(bytes), (Some(form), expected.clone(), 0));
    };
    same(
        &[b"\xef\xbb\xbf", CSV].concat(),
        Form::Csv { separator: b',' },
    );
    let crlf: String = text.replace('\n', "\r\n");
    let (_, rows, broken) = read(crlf.as_bytes());
    assert_eq!((rows.len(), broken), (13, 0));

    let mut lines: Vec<Vec<String>> = Vec::new();
    let list: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(JSON).unwrap();
    let names: Vec<String> = list.first().unwrap().keys().cloned().collect();
    lines.push(names.clone());
    for row in &list {
        let value = |name: &String| match &row[name] {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null => "NULL".to_owned(),
            other => other.to_string(),
        };
        lines.push(names.iter().map(value).collect());
    }
    for separator in [',', ';', '\t'] {
        let mut all = String::new();
        for line in &lines {
            let quoted = line
                .iter()
                .map(|value| format!("\"{}\"", value.replace('"', "\"\"")));
            all += &(quoted.collect::<Vec<_>>().join(&separator.to_string()) + "\r\n");
        }
        let separator = u8::try_from(separator).unwrap();
        same(all.as_bytes(), Form::Csv { separator });
    }
    let mut expanded = String::new();
    for (number, line) in lines.iter().skip(1).enumerate() {
        writeln!(expanded, "-[ RECORD {} ]---+----", number + 1).unwrap();
        for (name, value) in names.iter().zip(line) {
            let value = value.replace('\n', "  +\n          | ");
            writeln!(expanded, "{name:<30} | {value}").unwrap();
        }
    }
    same(expanded.as_bytes(), Form::Expanded);
    let objects: Vec<String> = list
        .iter()
        .map(|row| serde_json::to_string(row).unwrap())
        .collect();
    same(objects.join("\n").as_bytes(), Form::Json);
    same(
        serde_json::to_string_pretty(&list).unwrap().as_bytes(),
        Form::Json,
    );
}

#[test]
fn columns_of_all_versions() {
    let check = |header: &str, row: &str, parts: &[&str]| {
        let (_, found, broken) = read(format!("{header}\n{row}\n").as_bytes());
        assert_eq!((found.len(), broken), (1, 0), "{header}");
        for part in parts {
            assert!(found.first().unwrap().contains(part), "{part} in {found:?}");
        }
    };
    // 9.4: neither the least nor the greatest time.
    check(
        "userid,dbid,queryid,query,calls,total_time,rows,shared_blks_hit,blk_read_time",
        "10,5,77,SELECT $1,4,12.5,8,9,0.25",
        &[
            "calls: 4",
            "total_us: Some(12500)",
            "max_us: None",
            "rows: Some(8)",
            "read_us: Some(250)",
            "wal_bytes: None",
        ],
    );
    // 9.5 to 12
    check(
        "query,calls,total_time,min_time,max_time,mean_time,stddev_time",
        "a,4,12,1,5,3,0.5",
        &[
            "min_us: Some(1000)",
            "max_us: Some(5000)",
            "mean_us: Some(3000)",
            "stddev_us: Some(500)",
        ],
    );
    // 13
    check(
        "query,plans,total_plan_time,calls,total_exec_time,mean_exec_time,wal_bytes",
        "a,2,1.5,4,12,3,4096",
        &[
            "plans: Some(2)",
            "plan_us: Some(1500)",
            "total_us: Some(12000)",
            "wal_bytes: Some(4096)",
            "top_level: None",
        ],
    );
    // 14 and 15
    check(
        "toplevel,query,calls,jit_functions,jit_generation_time,jit_inlining_time,jit_optimization_time,jit_emission_time",
        "f,a,4,9,1,2,3,4",
        &["top_level: Some(false)", "jit_us: Some(10000)"],
    );
    // 17 and 18
    check(
        "query,calls,shared_blk_read_time,local_blk_read_time,temp_blk_read_time,jit_deform_time,stats_since,wal_buffers_full,parallel_workers_launched",
        "a,4,1,2,4,8,2026-11-21 04:10:19.773124+00,0,0",
        &[
            "read_us: Some(3000)",
            "jit_us: None",
            "since: Some(1795234219773124)",
        ],
    );
    // What people join to it.
    check(
        "rolname;datname;QUERY;Calls;x",
        "app;shop;a;4;?",
        &["user: Some(\"app\")", "database: Some(\"shop\")"],
    );
}

#[test]
fn exports_cut_anywhere() {
    let head = |text: &'static [u8], lines: usize| {
        let end = memchr::memchr_iter(b'\n', text).nth(lines).unwrap();
        text.get(..end).unwrap()
    };
    // Up to the query of several lines, and two objects.
    for whole in [head(CSV, 12), head(JSON, 1)] {
        let (form, rows, _) = read(whole);
        for end in 0..whole.len() {
            let (cut_form, cut_rows, broken) = read(whole.get(..end).unwrap());
            assert!(cut_form.is_none() || cut_form == form, "{end}");
            assert!(broken <= 1, "{end}");
            // A number at the end that has lost digits can't be told from a whole one: the last row is not compared.
            let sure = cut_rows.len().saturating_sub(1);
            assert_eq!(cut_rows.get(..sure), rows.get(..sure), "{end}");
            if cut_form == Some(Form::Json) {
                assert_eq!(broken, 1, "{end}");
            }
        }
    }
}

#[test]
fn other_files_are_none() {
    for text in [
        &b""[..],
        b"\xef\xbb\xbf",
        b"2026-11-21 04:10:19.773 UTC [1] LOG:  duration: 1 ms  statement: SELECT query, calls\n",
        b"2026-11-21 04:40:59.078 UTC,\"postgres\",\"shop\",28850,,6b0120db.70b2,1,,,,0,LOG,00000,\"query\",\"calls\"\n",
        b"{\"timestamp\":\"2026-11-21 04:40:59.078 UTC\",\"message\":\"x\"}\n",
        b"SELECT query, calls FROM pg_stat_statements;\n",
        b"\x00\x01\x02",
    ] {
        assert_eq!(detect(text), None);
    }
}
