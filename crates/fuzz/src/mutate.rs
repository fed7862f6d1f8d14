//! Seeded changes of inputs: the same seed makes the same inputs on every machine.

/// Numbers that break things, as bytes.
const NUMBERS: [u64; 10] = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX >> 1, u64::MAX];
/// Longest input that is made, in bytes.
const LONGEST: usize = 64 * 1024;

/// Seeded numbers (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// A number below a limit; 0 when the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (limit.max(1) as u64)).unwrap_or_default()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// A piece of some bytes: where it begins and where it ends.
    fn piece(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len() + 1);
        let longest = (bytes.len() - start).min(1 << self.below(9));
        start..start + self.below(longest + 1)
    }
}

/// Makes a new input from one of the seeds, by one to six changes. `words` are texts that mean something to the target.
pub fn changed(seeds: &[Vec<u8>], words: &[&[u8]], chance: &mut Chance) -> Vec<u8> {
    let mut input = chance.one(seeds).cloned().unwrap_or_default();
    for _ in 0..=chance.below(6) {
        change(&mut input, seeds, words, chance);
    }
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&[u8]], chance: &mut Chance) {
    let piece = chance.piece(input);
    match chance.below(10) {
        0 => flip(input, chance),
        1 => input.truncate(chance.below(input.len() + 1)),
        2 => drop(input.drain(piece)),
        3 => repeat(input, piece, chance),
        4 => splice(input, seeds, piece, chance),
        5 => write_number(input, chance),
        6 => text_number(input, chance),
        7 | 8 => put_word(input, words, piece, chance),
        _ => swap(input, &piece, chance),
    }
}

fn flip(input: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(4) {
        let at = chance.below(input.len());
        if let Some(byte) = input.get_mut(at) {
            *byte ^= 1 << chance.below(8);
        }
    }
}

/// A piece comes again, up to some hundred times.
fn repeat(input: &mut Vec<u8>, piece: std::ops::Range<usize>, chance: &mut Chance) {
    let times = 1 << chance.below(9);
    let at = piece.end;
    let again = input[piece].repeat(times);
    if input.len() + again.len() <= LONGEST {
        input.splice(at..at, again);
    }
}

/// A piece of another input takes a piece's place.
fn splice(input: &mut Vec<u8>, seeds: &[Vec<u8>], piece: std::ops::Range<usize>, chance: &mut Chance) {
    if let Some(other) = chance.one(seeds) {
        let taken = other[chance.piece(other)].to_vec();
        input.splice(piece, taken);
    }
}

/// A number that breaks things takes the place of one, two, four or eight bytes.
fn write_number(input: &mut [u8], chance: &mut Chance) {
    let number = chance.one(&NUMBERS).copied().unwrap_or_default().to_le_bytes();
    let width = 1 << chance.below(4);
    let at = chance.below(input.len());
    for (byte, new) in input.iter_mut().skip(at).zip(number.iter().take(width)) {
        *byte = *new;
    }
}

/// A number in a text becomes another.
fn text_number(input: &mut Vec<u8>, chance: &mut Chance) {
    let from = chance.below(input.len());
    let Some(start) = input.iter().skip(from).position(u8::is_ascii_digit).map(|at| at + from) else { return };
    let length = input.iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    let number = chance.one(&NUMBERS).copied().unwrap_or_default();
    let sign = if chance.below(3) == 0 { "-" } else { "" };
    input.splice(start..start + length, format!("{sign}{number}").into_bytes());
}

fn put_word(input: &mut Vec<u8>, words: &[&[u8]], piece: std::ops::Range<usize>, chance: &mut Chance) {
    let word = chance.one(words).copied().unwrap_or_default();
    let replaced = if chance.below(2) == 0 { piece } else { piece.start..piece.start };
    input.splice(replaced, word.iter().copied());
}

/// A piece moves elsewhere.
fn swap(input: &mut Vec<u8>, piece: &std::ops::Range<usize>, chance: &mut Chance) {
    let taken: Vec<u8> = input.drain(piece.clone()).collect();
    let at = chance.below(input.len() + 1);
    input.splice(at..at, taken);
}
