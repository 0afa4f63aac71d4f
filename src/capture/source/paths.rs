//! Which files are meant: a folder means the logs in it, a pattern all that it matches.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::super::error::CaptureError;
use super::super::warning::{Warning, Warnings};
use super::input::STANDARD_INPUT;
use super::packing::{self, Kind};

/// More files than one capture can hold aren't looked for.
const MOST: usize = u16::MAX as usize;

/// How much of a file tells whether it is text.
const SAMPLE: u64 = 4 * 1024;

/// A file to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Input {
    /// Its path, `-` for standard input.
    pub path: PathBuf,
    /// Whether it was found in a folder or by a pattern; such a file may be no log without anybody's mistake.
    pub found: bool,
}

/// Replaces folders by the files in them that may be logs, and patterns by what they match, each sorted by name.
///
/// Folders in folders and hidden files are passed over. What exists is never taken for a pattern, and no file comes
/// twice. Warnings are about file 0.
///
/// # Errors
/// When a folder holds nothing that may be a log, a pattern matches nothing, or there are too many files.
pub(in super::super) fn expand(paths: &[PathBuf]) -> Result<(Vec<Input>, Warnings), CaptureError> {
    let mut inputs = Inputs::default();
    for path in paths {
        if path.is_dir() {
            inputs.add_folder(path)?;
        } else if path.as_os_str() == STANDARD_INPUT || path.symlink_metadata().is_ok() {
            inputs.add(path.clone(), false)?;
        } else {
            inputs.add_matches(path)?;
        }
    }
    Ok((inputs.files, inputs.warnings))
}

#[derive(Default)]
struct Inputs {
    files: Vec<Input>,
    /// Where the files really stand: a link beside a log must not count it twice.
    seen: HashSet<PathBuf>,
    warnings: Warnings,
}

impl Inputs {
    fn add(&mut self, path: PathBuf, found: bool) -> Result<(), CaptureError> {
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if self.seen.insert(real) {
            self.files.push(Input { path, found });
        }
        if self.files.len() > MOST {
            return Err(CaptureError::TooManyFiles(self.files.len()));
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), CaptureError> {
        let failed = |source| CaptureError::Open {
            path: folder.to_owned(),
            source,
        };
        let mut files = Vec::new();
        let mut others = 0_u64;
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let path = entry.path();
            match fs::metadata(&path) {
                Ok(meta) if !hidden && meta.is_file() && meta.len() > 0 => {
                    if may_be_log(&path) {
                        files.push(path);
                    } else {
                        others += 1;
                    }
                }
                _ => {}
            }
        }
        if files.is_empty() {
            return Err(CaptureError::NoLogs {
                path: folder.to_owned(),
            });
        }
        if others > 0 {
            let what = format!(
                "{others} files in the folder {} are neither text nor packed: passed over",
                folder.display()
            );
            self.warnings.push(Warning {
                file: 0,
                line: None,
                what,
            });
        }
        // The same order on every system, before the order of time is known.
        files.sort();
        files.into_iter().try_for_each(|file| self.add(file, true))
    }

    fn add_matches(&mut self, pattern: &Path) -> Result<(), CaptureError> {
        let text = pattern
            .to_str()
            .filter(|text| text.contains(['*', '?', '[']));
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let Some(matches) = text.and_then(|text| glob::glob_with(text, options).ok()) else {
            // To open it says that there is no such file.
            return self.add(pattern.to_owned(), false);
        };
        let mut any = false;
        // A match that can't be looked at is in a folder that can't be read.
        for path in matches.filter_map(Result::ok).filter(|path| !path.is_dir()) {
            any = true;
            self.add(path, true)?;
        }
        if any {
            return Ok(());
        }
        Err(CaptureError::NoMatch {
            pattern: pattern.to_owned(),
        })
    }
}

/// Whether a file's name or its first bytes look like a log's, packed or not. One that can't be read may be: opening
/// it tells why.
fn may_be_log(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::as_encoded_bytes);
    if name.is_some_and(|name| memchr::memmem::find(name, b".log").is_some()) {
        return true;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SAMPLE).read_to_end(&mut head));
    read.is_err() || packing::kind(&head) != Kind::Plain || memchr::memchr(0, &head).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder, what is asked for, and what comes of it: names, `?` before those that were found.
    fn check(paths: &[&str], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("logs")).unwrap();
        fs::create_dir(root.join("logs/old")).unwrap();
        fs::create_dir(root.join("none")).unwrap();
        for (name, bytes) in [
            ("logs/b.log", &b"text"[..]),
            ("logs/a.log.1", b"\0\0"),
            ("logs/c.csv", b"text"),
            ("logs/d", b"\x1f\x8b\x08\0\0"),
            ("logs/picture.png", b"\x89PNG\0"),
            ("logs/.hidden.log", b"text"),
            ("logs/empty.log", b""),
            ("logs/old/e.log", b"text"),
            ("[x]*.log", b"text"),
        ] {
            fs::write(root.join(name), bytes).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("b.log", root.join("logs/today.log")).unwrap();
        let asked: Vec<PathBuf> = paths
            .iter()
            .map(|path| match *path {
                "-" => PathBuf::from("-"),
                path => root.join(path),
            })
            .collect();
        let shown = |input: &Input| {
            let mark = if input.found { "?" } else { "" };
            let name = input.path.strip_prefix(root).unwrap_or(&input.path);
            format!("{mark}{}", name.display())
        };
        let got = match expand(&asked) {
            Ok((inputs, _)) => inputs.iter().map(shown).collect(),
            Err(error) => vec![format!("{error:?}").split(' ').next().unwrap().to_owned()],
        };
        assert_eq!(got, expected, "{paths:?}");
    }

    #[test]
    fn folders_and_patterns_become_files() {
        check(&["logs/b.log"], &["logs/b.log"]);
        check(&["-", "-"], &["-"]);
        check(&["missing.log"], &["missing.log"]);
        check(&["none"], &["NoLogs"]);
        check(
            &["logs"],
            &["?logs/a.log.1", "?logs/b.log", "?logs/c.csv", "?logs/d"],
        );
        check(&["logs/*.csv"], &["?logs/c.csv"]);
        check(&["logs/*/*.log"], &["?logs/old/e.log"]);
        check(&["logs/[ab].log*"], &["?logs/a.log.1", "?logs/b.log"]);
        check(&["logs/*.zip"], &["NoMatch"]);
        check(&["logs/o*"], &["NoMatch"]);
        // A file of that very name is no pattern.
        check(&["[x]*.log"], &["[x]*.log"]);
        check(
            &["logs/b.log", "logs/*.log"],
            &["logs/b.log", "?logs/empty.log"],
        );
    }

    #[test]
    fn what_is_passed_over_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.log"), b"text").unwrap();
        fs::write(folder.path().join("b.bin"), b"\0\0").unwrap();
        let (inputs, warnings) = expand(&[folder.path().to_owned()]).unwrap();
        assert_eq!((inputs.len(), warnings.total()), (1, 1));
    }
}
