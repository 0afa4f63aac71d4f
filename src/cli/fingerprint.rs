//! `pgloupe fingerprint`: fingerprints and normalised texts of statements.

use std::io::{BufRead, BufReader, Read, Write as _};

use serde::{Deserialize, Serialize};

use super::{Failure, FingerprintArgs, Format};
use crate::sql::{self, Digester, Facts, Kind};

#[derive(Deserialize)]
struct Input {
    sql: String,
}

#[derive(Serialize)]
struct Output {
    fingerprint: String,
    sql: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
}

pub(super) fn run(args: &FingerprintArgs) -> Result<(), Failure> {
    let unreadable = |e: std::io::Error| {
        Failure::Input(format!(
            "{} can't be read: {e}. Check the path",
            args.file.display()
        ))
    };
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(&args.file).map_err(unreadable)?)
    };
    let mut input = BufReader::new(input);
    let mut digester = Digester::default();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut statement = Vec::new();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let ended = input.read_until(b'\n', &mut line).map_err(unreadable)? == 0;
        let text = match args.format {
            Format::Json => {
                if line.trim_ascii().is_empty() {
                    if ended {
                        break;
                    }
                    continue;
                }
                let parsed: Input = serde_json::from_slice(&line).map_err(|e| {
                    Failure::Input(format!(
                        "{}:{number}: not an object with a text \"sql\" ({e})",
                        args.file.display()
                    ))
                })?;
                parsed.sql.into_bytes()
            }
            Format::Text => {
                statement.extend_from_slice(&line);
                // A statement goes on until a line ends in a semicolon.
                if !ended && !line.trim_ascii_end().ends_with(b";") {
                    continue;
                }
                let text = std::mem::take(&mut statement);
                if text.trim_ascii().is_empty() {
                    if ended {
                        break;
                    }
                    continue;
                }
                text
            }
        };
        let output = describe(&mut digester, &text);
        match args.format {
            Format::Json => {
                serde_json::to_writer(&mut out, &output).map_err(|_| Failure::Output)?;
            }
            Format::Text => {
                write!(out, "{} {}", output.fingerprint, output.sql)
                    .map_err(|_| Failure::Output)?;
            }
        }
        writeln!(out).map_err(|_| Failure::Output)?;
        if ended {
            break;
        }
    }
    out.flush().map_err(|_| Failure::Output)
}

fn describe(digester: &mut Digester, text: &[u8]) -> Output {
    let digest = digester.digest(text);
    let sql = sql::normalise(text);
    let facts = sql::facts(&sql);
    Output {
        fingerprint: digest.fingerprint.to_string(),
        tables: facts.as_ref().map(tables),
        kind: facts.map(|_| digest.kind),
        sql,
    }
}

/// The tables with their schemas where the statement names them, each once.
fn tables(facts: &Facts) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in &facts.tables {
        let name = match &table.schema {
            Some(schema) => format!("{schema}.{}", table.name),
            None => table.name.to_string(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
