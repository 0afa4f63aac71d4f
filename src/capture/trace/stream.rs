//! Steps through JSON without a tree: only brackets and strings are looked at.

/// Why stepping on is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends inside a value.
    Cut,
    /// At this byte stands what can't be there.
    Damaged(usize),
}

/// A place in the text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no blank; it isn't passed.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
        self.text.get(self.at).copied()
    }

    /// Passes this bracket, which has to come next.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), Stop> {
        match self.peek() {
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Stop::Damaged(self.at)),
            None => Err(Stop::Cut),
        }
    }

    /// Passes the next key of the object that was opened and its colon; `None` behind the object's end.
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, Stop> {
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b'"') => {}
            Some(_) => return Err(Stop::Damaged(self.at)),
            None => return Err(Stop::Cut),
        }
        let start = self.at;
        self.string()?;
        let key = self.text.get(start + 1..self.at - 1).unwrap_or_default();
        self.open(b':')?;
        Ok(Some(key))
    }

    /// Comes to the next value of the list that was opened, and says which byte it begins with; `None` behind the
    /// list's end.
    pub(super) fn element(&mut self) -> Result<Option<u8>, Stop> {
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                Ok(None)
            }
            Some(b'}' | b':' | b',') => Err(Stop::Damaged(self.at)),
            Some(byte) => Ok(Some(byte)),
            None => Err(Stop::Cut),
        }
    }

    /// Passes the value that comes next.
    pub(super) fn skip(&mut self) -> Result<(), Stop> {
        match self.peek().ok_or(Stop::Cut)? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            byte if is_plain(byte) => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                self.at += rest.iter().take_while(|byte| is_plain(**byte)).count();
                Ok(())
            }
            _ => Err(Stop::Damaged(self.at)),
        }
    }

    /// Passes an object or a list with all that is in it.
    fn nested(&mut self) -> Result<(), Stop> {
        let mut depth = 0_u32;
        // Which of the open brackets are those of objects, the innermost in the lowest bit. Deeper than 128 levels
        // one can't tell.
        let mut objects = 0_u128;
        loop {
            match self.peek().ok_or(Stop::Cut)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                byte @ (b'{' | b'[') => {
                    depth += 1;
                    objects = objects << 1 | u128::from(byte == b'{');
                }
                byte @ (b'}' | b']') => {
                    if depth <= 128 && (objects & 1 == 1) != (byte == b'}') {
                        return Err(Stop::Damaged(self.at));
                    }
                    depth -= 1;
                    objects >>= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                b',' | b':' => {}
                byte if is_plain(byte) => {}
                _ => return Err(Stop::Damaged(self.at)),
            }
            self.at += 1;
        }
    }

    /// Passes a string. A line can't end in one.
    fn string(&mut self) -> Result<(), Stop> {
        let mut at = self.at + 1;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                self.at = self.text.len();
                return Err(Stop::Cut);
            };
            at += found;
            match self.text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') => at += 2,
                _ => return Err(Stop::Damaged(at)),
            }
        }
    }
}

/// Whether numbers, `true`, `false` and `null` may hold this byte; also what careless writers put for numbers, such
/// as `NaN`.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}
