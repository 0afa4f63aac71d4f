//! What the clouds hand out.

use super::*;

#[test]
fn cloudwatch_text() {
    let file = each_message(|m| format!("2026-11-21T04:10:19.773000+00:00 shop.0 {m}\n"));
    check(&file, &[Wrapper::CloudWatchTail], LOG);
    let file = each_message(|m| format!("2026-11-21T04:10:19.773Z {m}\n"));
    check(&file, &[Wrapper::Stamped], LOG);
    let rds = "2026-11-21 04:44:49 UTC:127.0.0.1(60748):app@shop:[29597]:LOG:  duration: 0.081 ms  statement: BEGIN\n";
    check(
        &format!("2026-11-21T04:44:49.000Z {rds}").repeat(2),
        &[Wrapper::Stamped],
        &rds.repeat(2),
    );
    check(
        &format!("2026-11-21T04:44:49+00:00 shop.0 {rds}").repeat(2),
        &[Wrapper::CloudWatchTail],
        &rds.repeat(2),
    );
}

fn event((ms, message): &(i64, String)) -> String {
    format!(
        "{{\n  \"logStreamName\": \"shop.0\",\n  \"timestamp\": {ms},\n  \"message\": {},\n  \"ingestionTime\": {ms}\n}}",
        json(message)
    )
}

#[test]
fn cloudwatch_events_in_any_order() {
    let mut all = messages();
    let file = |all: &[(i64, String)]| {
        let events: Vec<String> = all.iter().map(event).collect();
        format!(
            "{{\n\"events\": [\n{}\n],\n\"searchedLogStreams\": []\n}}\n",
            events.join(",\n")
        )
    };
    let out = check(&file(&all), &[Wrapper::CloudWatchEvents], LOG);
    assert_eq!(out.origins[0].time, Some(all[0].0 * 1_000));
    all.swap(0, 1);
    check(&file(&all), &[Wrapper::CloudWatchEvents], LOG);
    all.reverse();
    check(&file(&all), &[Wrapper::CloudWatchEvents], LOG);
    let lines: String = all
        .iter()
        .map(|e| event(e).replace('\n', "") + "\n")
        .collect();
    check(&lines, &[Wrapper::CloudWatchEvents], LOG);
}

#[test]
fn cloud_sql_newest_first_with_details_apart() {
    let entry = |(n, line): (usize, &str)| {
        format!(
            "{{\"insertId\":\"s={n}\",\"resource\":{{\"labels\":{{\"database_id\":\"p:shop\"}}}},\"textPayload\":{},\"timestamp\":\"2026-11-21T04:10:19.{n:06}Z\"}}",
            json(line)
        )
    };
    let entries: Vec<String> = LOG.lines().enumerate().map(entry).collect();
    check(&(entries.join("\n") + "\n"), &[Wrapper::CloudSql], LOG);
    let mut backward = entries;
    backward.reverse();
    check(
        &format!("[{}]", backward.join(",\n")),
        &[Wrapper::CloudSql],
        LOG,
    );
}

#[test]
fn lines_of_a_millisecond_by_their_numbers() {
    let line = |n: u32, us: u32, level: &str| {
        let text =
            format!("2026-11-21 04:10:19.773 UTC [9]: [{n}-1] db=shop,user=app {level}:  x{n}");
        let entry = format!(
            "{{\"insertId\":\"{n}\",\"textPayload\":{},\"timestamp\":\"2026-11-21T04:10:19.773{us:03}Z\",\"resource\":{{}}}}\n",
            json(&text)
        );
        (entry, text + "\n")
    };
    let [a, b, c, d] = [
        line(9, 3, "LOG"),
        line(10, 2, "DETAIL"),
        line(11, 1, "LOG"),
        line(12, 0, "LOG"),
    ];
    let file = [&c.0, &d.0, &a.0, &b.0].map(String::as_str).concat();
    check(&file, &[Wrapper::CloudSql], &[a.1, b.1, c.1, d.1].concat());
}

#[test]
fn azure() {
    let record = |message: &str, more: &str| {
        format!(
            "{{\"properties\":{{\"timestamp\":\"2026-11-21 04:10:19.773 UTC\",\"processId\":1234,\"errorLevel\":\"LOG\",\"sqlerrcode\":\"00000\",\"message\":{}{more}}},\"time\":\"2026-11-21T04:10:19.780Z\",\"category\":\"PostgreSQLLogs\"}}\n",
            json(message)
        )
    };
    let first = "2026-11-21 04:10:19 UTC-65f0a1b2.4d2-LOG:  duration: 1.2 ms  execute <unnamed>: SELECT $1\n\tFROM x";
    let file =
        record(first, ",\"detail\":\"parameters: $1 = 'a\\nb'\"") + &record("duration: 3 ms", "");
    check(
        &file,
        &[Wrapper::Azure],
        &format!(
            "{first}\n2026-11-21 04:10:19 UTC-65f0a1b2.4d2-DETAIL:  parameters: $1 = 'a\n\tb'\n2026-11-21 04:10:19.773 UTC [1234] LOG:  duration: 3 ms\n"
        ),
    );
    let hub = format!("{{\"records\": [{}]}}", record(first, ""));
    check(&hub, &[Wrapper::Azure], &format!("{first}\n"));
}

#[test]
fn the_operators_records() {
    let record = "{\"log_time\":\"2026-11-21 04:10:19.773 UTC\",\"process_id\":\"1\",\"error_severity\":\"LOG\",\"message\":\"duration: 1 ms  statement: SELECT '{'\\n\\t\"}";
    let file = format!(
        "{{\"level\":\"info\",\"ts\":\"2026-11-21T04:10:19.774Z\",\"logger\":\"postgres\",\"msg\":\"record\",\"logging_pod\":\"shop-1\",\"record\":{record}}}\n\
         {{\"level\":\"info\",\"ts\":1795234219.7,\"logger\":\"instance-manager\",\"msg\":\"all good\"}}\n"
    );
    let out = check(
        &file.repeat(2),
        &[Wrapper::Operator],
        &format!("{record}\n").repeat(2),
    );
    assert_eq!(out.left_out, 2);
    let in_runtime = lines_of(&file, |l| {
        format!("2026-11-21T04:10:19.774Z stdout F {l}\n")
    });
    check(
        &in_runtime,
        &[Wrapper::Cri, Wrapper::Operator],
        &format!("{record}\n"),
    );
}

#[test]
fn supabase() {
    let row = |us: i64, message: &str| {
        format!(
            "{{\"event_message\":{},\"id\":\"x\",\"timestamp\":{us},\"metadata\":[{{\"host\":\"db\",\"parsed\":[{{\"error_severity\":\"LOG\",\"hint\":null,\"process_id\":12,\"timestamp\":\"2026-11-21 04:10:19.773 UTC\",\"user_name\":\"app\"}}]}}]}}",
            json(message)
        )
    };
    let expected = |message: &str| {
        format!(
            "{{\"log_time\":\"2026-11-21 04:10:19.773 UTC\",\"error_severity\":\"LOG\",\"user_name\":\"app\",\"process_id\":12,\"message\":{}}}\n",
            json(message)
        )
    };
    let file = format!(
        "[\n{},\n{}\n]\n",
        row(1_795_234_219_773_001, "b\n\t\"c\""),
        row(1_795_234_219_773_000, "a")
    );
    check(
        &file,
        &[Wrapper::Supabase],
        &(expected("a") + &expected("b\n\t\"c\"")),
    );
    let csv = "event_message,id,timestamp\r\n\"b \"\"c\"\"\r\n, d\",x,1795234219773001\r\na,y,1795234219773000\r\n";
    check(
        csv,
        &[Wrapper::SupabaseCsv],
        "{\"log_time\":\"2026-11-21 04:10:19.773 UTC\",\"error_severity\":\"LOG\",\"process_id\":\"0\",\"message\":\"a\"}\n\
         {\"log_time\":\"2026-11-21 04:10:19.773 UTC\",\"error_severity\":\"LOG\",\"process_id\":\"0\",\"message\":\"b \\\"c\\\"\\r\\n, d\"}\n",
    );
}

#[test]
fn long_files_are_sorted_in_a_window() {
    let line = |n: i64| format!("2026-11-21 04:10:19.773 UTC [1] LOG:  x{n}");
    let event = |n: &i64| {
        format!(
            "{{\"timestamp\":{},\"message\":{},\"logStreamName\":\"s\"}}\n",
            1_795_234_219_773 + n,
            json(&line(*n))
        )
    };
    let forward: Vec<i64> = (0..10_000).collect();
    let expected: String = forward.iter().map(|n| line(*n) + "\n").collect();
    // Blocks of a thousand change places with their neighbours.
    let mixed: Vec<i64> = forward
        .iter()
        .map(|n| ((n / 1_000) ^ 1) * 1_000 + n % 1_000)
        .collect();
    let backward: Vec<i64> = forward.iter().rev().copied().collect();
    for order in [forward, mixed, backward] {
        let file: String = order.iter().map(event).collect();
        let out = unwrap(&[Wrapper::CloudWatchEvents], file.as_bytes(), 1 << 20);
        assert!(out.bytes == expected.as_bytes());
        assert!(out == unwrap(&[Wrapper::CloudWatchEvents], file.as_bytes(), 777));
    }
}
