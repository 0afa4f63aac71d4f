//! Docker, Kubernetes and Compose.

use super::*;

fn docker_line(text: &str) -> String {
    format!(
        "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19.773124567Z\"}}\n",
        json(text)
    )
}

#[test]
fn docker() {
    let file = each_line(|line| docker_line(&format!("{line}\n")));
    let out = check(&file, &[Wrapper::Docker], LOG);
    assert_eq!(out.origins.len(), LOG.lines().count());
    assert_eq!(out.origins[0].time, Some(1_795_234_219_773_124));
    check(
        &file.replace("\\n\",", "\\r\\n\","),
        &[Wrapper::Docker],
        LOG,
    );
    check(&file.replace('\n', "\r\n"), &[Wrapper::Docker], LOG);
    let marked = format!("\u{feff}{file}");
    assert_eq!(
        unwrap(&detect(marked.as_bytes()), marked.as_bytes(), 5).bytes,
        LOG.as_bytes()
    );
}

#[test]
fn pieces_of_dockers_lines_of_two_streams() {
    let file = "\
        {\"log\":\"2026-11-21 04:10:19.773 UTC [1] LOG:  a \",\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\"}\n\
        {\"log\":\"2026-11-21 04:10:19.773 UTC [2] LOG:  c\\\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T04:10:19Z\"}\n\
        {\"log\":\"b\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\"}\n\
        {\"log\":\"d\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T04:10:19Z\"}\n\
        {\"log\":\"\\tmore\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\"}\n";
    let out = check(
        file,
        &[Wrapper::Docker],
        "2026-11-21 04:10:19.773 UTC [1] LOG:  a b\n\tmore\n2026-11-21 04:10:19.773 UTC [2] LOG:  c\\nd\n",
    );
    let offsets: Vec<u64> = out.origins.iter().map(|o| o.offset).collect();
    let lines: Vec<u64> = file.match_indices("{\"log").map(|m| m.0 as u64).collect();
    assert_eq!(offsets, [lines[0], lines[4], lines[1]]);
}

#[test]
fn csv_and_json_in_docker() {
    let row = "2026-11-21 04:10:19.773 UTC,\"app\",\"shop\",1,LOG,00000,\"duration: 1 ms  statement: SELECT '\n\n2026-11-21 04:10:19.773 UTC [1] LOG:  fake\n\"\"x'\",,\n";
    let rows = row.repeat(2);
    let file: String = rows
        .lines()
        .map(|line| docker_line(&format!("{line}\n")))
        .collect();
    check(&file, &[Wrapper::Docker], &rows);
    let record = "{\"timestamp\":\"2026-11-21 04:10:19.773 UTC\",\"pid\":1,\"error_severity\":\"LOG\",\"message\":\"a\\n\\tb\"}\n";
    check(
        &docker_line(record).repeat(3),
        &[Wrapper::Docker],
        &record.repeat(3),
    );
}

#[test]
fn container_runtime() {
    let file = each_line(|line| format!("2026-11-21T04:10:19.773124567Z stderr F {line}\n"));
    check(&file, &[Wrapper::Cri], LOG);
    let cut = each_line(|line| {
        let at = (1..=line.len() / 2)
            .rev()
            .find(|at| line.is_char_boundary(*at))
            .unwrap_or(0);
        let (a, b) = line.split_at(at);
        format!(
            "2026-11-21T04:10:19.77+01:00 stderr P {a}\n2026-11-21T04:10:19.77+01:00 stderr F {b}\n"
        )
    });
    check(&cut, &[Wrapper::Cri], LOG);
}

#[test]
fn stamps_and_pods() {
    let file = each_line(|line| format!("2026-11-21T04:10:19.773124567Z {line}\n"));
    check(&file, &[Wrapper::Stamped], LOG);
    let file = each_line(|line| format!("[pod/shop-db-0/postgres] {line}\n"));
    check(&file, &[Wrapper::Pod], LOG);
    let file = each_line(|line| format!("[pod/shop-db-0/postgres] 2026-11-21T04:10:19Z {line}\n"));
    check(&file, &[Wrapper::Pod, Wrapper::Stamped], LOG);
}

#[test]
fn compose_of_several_services() {
    let file = each_line(|line| format!("db-1   | {line}\n"));
    check(&file, &[Wrapper::Compose], LOG);
    let file = each_line(|line| {
        format!(
            "\x1b[36mdb-1   | \x1b[0m{line}\n\x1b[33mweb-1  | \x1b[0mGET /books 200\n\x1b[33mweb-1  | \x1b[0m\n"
        )
    });
    let out = check(&file, &[Wrapper::Compose], LOG);
    assert_eq!(out.left_out, 2 * LOG.lines().count() as u64);
    assert!(out.broken.is_empty());
    let file = each_line(|line| format!("db  | {}", docker_line(&format!("{line}\n"))));
    check(&file, &[Wrapper::Compose, Wrapper::Docker], LOG);
}

#[test]
fn collectors() {
    let lines: [fn(&str) -> String; 5] = [
        |l| {
            format!(
                "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-11-21T04:10:19Z\",\"kubernetes\":{{\"pod_name\":\"db\"}}}}\n",
                json(l)
            )
        },
        |l| {
            format!(
                "{{\"host\":\"db\",\"message\":{},\"timestamp\":1795234219.773}}\n",
                json(l)
            )
        },
        |l| {
            format!(
                "{{\"labels\":{{\"app\":\"db\"}},\"line\":{},\"timestamp\":\"2026-11-21T04:10:19.773Z\"}}\n",
                json(l)
            )
        },
        |l| {
            format!(
                "{{\"resourceLogs\":[{{\"resource\":{{}},\"scopeLogs\":[{{\"logRecords\":[{{\"timeUnixNano\":\"1795234219773000000\",\"body\":{{\"stringValue\":{}}}}}]}}]}}]}}\n",
                json(l)
            )
        },
        |l| format!("{{\n  \"ts\": 1795234219773,\n  \"msg\": {}\n}}\n", json(l)),
    ];
    for line in lines {
        check(&each_line(line), &[Wrapper::Json], LOG);
    }
    let file = each_line(|l| {
        format!(
            "{{\"log\":{}}}\n",
            json(&format!("2026-11-21T04:10:19Z stderr F {l}"))
        )
    });
    check(&file, &[Wrapper::Json, Wrapper::Cri], LOG);
}
