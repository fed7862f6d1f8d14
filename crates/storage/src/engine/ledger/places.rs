//! The positions of one stream's events: ever larger, so each is kept as how far it is from the one before, in few bytes.

/// Positions in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Places {
    count: u64,
    last: u64,
    /// Seven bits a byte, the lowest first; the last byte of a number is below 128.
    steps: Vec<u8>,
}

impl Places {
    /// How many there are.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Adds a position after the last.
    pub(super) fn push(&mut self, position: u64) {
        let mut step = position.wrapping_sub(self.last);
        while step >= 0x80 {
            self.steps.push(low_bits(step) | 0x80);
            step >>= 7;
        }
        self.steps.push(low_bits(step));
        self.last = position;
        self.count += 1;
    }

    /// The positions, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> {
        let mut rest = self.steps.iter();
        let mut last = 0_u64;
        std::iter::from_fn(move || {
            let (mut step, mut bits) = (0_u64, 0);
            loop {
                let byte = *rest.next()?;
                step |= u64::from(byte & 0x7f).checked_shl(bits).unwrap_or(0);
                bits += 7;
                if byte < 0x80 {
                    last = last.wrapping_add(step);
                    return Some(last);
                }
            }
        })
    }

    /// As kept: the last position, how many, and the steps.
    pub(super) fn laid(&self) -> (u64, u64, &[u8]) {
        (self.count, self.last, &self.steps)
    }

    /// From what was kept.
    pub(super) fn picked(count: u64, last: u64, steps: &[u8]) -> Self {
        Self { count, last, steps: steps.to_vec() }
    }
}

fn low_bits(step: u64) -> u8 {
    u8::try_from(step & 0x7f).unwrap_or(0)
}
