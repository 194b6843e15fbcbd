//! The smallest pieces of the byte form: whole numbers, lengths and texts.
//!
//! Whole numbers are base-128, low group first, and have one spelling: a superfluous group is
//! refused. Reading checks every length against what is left, so that no claim of a hostile text
//! makes us allocate or panic.
//! Read next: `body.rs`, which says what stands where.

/// Why bytes are no batch, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// The byte at which it was noticed, from 0.
    pub at: usize,
    /// What was expected.
    pub expected: &'static str,
}

/// Appends a whole number.
pub fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a number that may be negative: 0, -1, 1, -2 become 0, 1, 2, 3.
pub fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Appends a length and as many bytes.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Bytes being read, front to back.
pub struct Reading<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reading<'a> {
    /// At the first byte.
    pub fn new(bytes: &'a [u8]) -> Reading<'a> {
        Reading { bytes, at: 0 }
    }

    /// A complaint about this place.
    pub fn wrong<T>(&self, expected: &'static str) -> Result<T, Unreadable> {
        Err(Unreadable { at: self.at, expected })
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Unreadable> {
        match self.bytes.get(self.at) {
            Some(byte) => {
                self.at += 1;
                Ok(*byte)
            }
            None => self.wrong("one more byte"),
        }
    }

    /// The next bytes, so many.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Unreadable> {
        match self.bytes.get(self.at..).and_then(|rest| rest.get(..count)) {
            Some(taken) => {
                self.at += count;
                Ok(taken)
            }
            None => self.wrong("more bytes"),
        }
    }

    /// The next sixteen bytes.
    pub fn sixteen(&mut self) -> Result<[u8; 16], Unreadable> {
        let taken = self.take(16)?;
        taken.try_into().or_else(|_| self.wrong("sixteen bytes"))
    }

    /// A whole number in its shortest spelling.
    pub fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let group = u64::from(byte & 0x7f);
            if group << shift >> shift != group {
                return self.wrong("a number of 64 bits");
            }
            number |= group << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return if shortest { Ok(number) } else { self.wrong("the shortest spelling") };
            }
        }
        self.wrong("a number of 64 bits")
    }

    /// A number that may be negative.
    pub fn signed(&mut self) -> Result<i64, Unreadable> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A number of things, each of at least one byte, at most so many.
    pub fn count(&mut self, max: usize) -> Result<usize, Unreadable> {
        let count = self.number()?;
        match usize::try_from(count) {
            Ok(count) if count <= max && count <= self.left() => Ok(count),
            _ => self.wrong("fewer things"),
        }
    }

    /// A length, at most so much, and as many bytes.
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], Unreadable> {
        let count = self.count(max)?;
        self.take(count)
    }

    /// A text of at most so many bytes.
    pub fn text(&mut self, max: usize) -> Result<&'a str, Unreadable> {
        let bytes = self.bytes(max)?;
        std::str::from_utf8(bytes).or_else(|_| self.wrong("UTF-8"))
    }

    /// Nothing more.
    pub fn end(&self) -> Result<(), Unreadable> {
        if self.left() == 0 { Ok(()) } else { self.wrong("the end") }
    }
}
