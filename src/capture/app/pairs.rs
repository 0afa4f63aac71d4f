//! Which record completes which: a statement and its parameters, a query and how long it took. Other threads write
//! their records in between, and none is waited for longer than a few records.

use std::collections::VecDeque;

use super::regions::Region;

/// What a record is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A later one may complete it.
    Opens,
    /// Completes an earlier one.
    Closes,
    /// Neither.
    Alone,
}

/// The records of a block, what they are to each other, and which belong together.
pub(super) struct Log<'a, K> {
    pub regions: Vec<Region<'a, K>>,
    pub roles: Vec<Role>,
    /// As [`pair`] gives them, within the same window.
    pub partners: Vec<Option<usize>>,
    pub window: usize,
}

impl<'a, K> Log<'a, K> {
    /// What completes a record, or what it completes.
    pub(super) fn partner(&self, at: usize) -> Option<&Region<'a, K>> {
        self.regions.get(self.partners.get(at).copied()??)
    }

    /// Where the block can be cut, as [`border`] says.
    pub(super) fn last_start(&self, may_begin: impl Fn(usize) -> bool) -> usize {
        border(&self.roles, &self.partners, self.window, may_begin)
            .and_then(|at| self.regions.get(at))
            .map_or(0, |region| region.start)
    }
}

/// For each record its partner: the later one for what opens, the earlier one for what closes. `fits` gets the open
/// records, oldest first, and the closing one, and says which of them it completes. None is open any more behind
/// `window` further records.
pub(super) fn pair(
    roles: &[Role],
    window: usize,
    mut fits: impl FnMut(&[usize], usize) -> Option<usize>,
) -> Vec<Option<usize>> {
    let mut partners = vec![None; roles.len()];
    let mut open: VecDeque<usize> = VecDeque::new();
    for (at, role) in roles.iter().enumerate() {
        while open.front().is_some_and(|first| first + window < at) {
            open.pop_front();
        }
        match role {
            Role::Opens => open.push_back(at),
            Role::Closes => {
                let chosen = fits(open.make_contiguous(), at);
                let opening = chosen.and_then(|number| open.remove(number));
                for (one, other) in [(opening, Some(at)), (Some(at), opening)] {
                    if let Some(slot) = one.and_then(|one| partners.get_mut(one)) {
                        *slot = other;
                    }
                }
            }
            Role::Alone => {}
        }
    }
    partners
}

/// The last record before which all can be cut so that both sides give what the whole gives: no pair is torn, and
/// nothing before it can still be completed. `may_begin` tells whether a block may begin with a record.
fn border(
    roles: &[Role],
    partners: &[Option<usize>],
    window: usize,
    may_begin: impl Fn(usize) -> bool,
) -> Option<usize> {
    let mut border = None;
    // The last record that one of those before is still waiting for.
    let mut awaited = 0;
    for (at, (role, partner)) in roles.iter().zip(partners).enumerate() {
        if at > awaited || at == 0 {
            border = may_begin(at).then_some(at).or(border);
        }
        if *role == Role::Opens {
            awaited = awaited.max(match partner {
                Some(closing) => *closing,
                None if at + window >= roles.len() => usize::MAX,
                None => at,
            });
        } else {
            awaited = awaited.max(at);
        }
    }
    border
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` opens, `A` closes, `.` is alone.
    fn run(text: &str, window: usize) -> (Vec<Option<usize>>, Option<usize>) {
        let letters = text.as_bytes();
        let roles: Vec<Role> = letters
            .iter()
            .map(|letter| match letter {
                b'.' => Role::Alone,
                small if small.is_ascii_lowercase() => Role::Opens,
                _ => Role::Closes,
            })
            .collect();
        let partners = pair(&roles, window, |open, at| {
            let small = letters[at].to_ascii_lowercase();
            open.iter().position(|one| letters[*one] == small)
        });
        let border = border(&roles, &partners, window, |_| true);
        (partners, border)
    }

    #[test]
    fn partners_and_borders() {
        let (partners, border) = run("aAbB.", 3);
        assert_eq!(partners, [Some(1), Some(0), Some(3), Some(2), None]);
        assert_eq!(border, Some(4));
        assert_eq!(run("abAB", 3).1, Some(0));
        assert_eq!(run("aAb", 3).1, Some(2));
        assert_eq!(run("aAbcBC", 3).1, Some(2));
        // Too late, and an open one that may still be completed.
        assert_eq!(run("a...A", 3).0[4], None);
        assert_eq!(run("a..", 3).1, Some(0));
        assert_eq!(run("a...", 3).1, Some(3));
        assert_eq!(run("", 3).1, None);
    }

    #[test]
    fn both_sides_of_a_border_give_what_the_whole_gives() {
        let text = "abABa..cCbB.aAcba.BC.....bABc.C.aacA....b";
        let whole = run(text, 4).0;
        for cut in 0..text.len() {
            let Some(border) = run(&text[..cut], 4).1 else {
                continue;
            };
            let (mut left, right) = (run(&text[..border], 4).0, run(&text[border..], 4).0);
            left.extend(right.iter().map(|partner| partner.map(|at| at + border)));
            assert_eq!(left, whole, "cut at {border}");
        }
    }
}
