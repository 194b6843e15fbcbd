//! The blind index: whether a person is here already, by an ID number that is kept nowhere.
//!
//! A number becomes HMAC-SM3 of its one spelling under a key of its own. There are few numbers, so
//! whoever had that key could try them all: it is wrapped like every other key, and where an index
//! stands changes with every master key, so that an old copy of the file tells nothing.
//! Two people with one number are an error of a list; who is right is not decided here.
//! Read next: `keys.rs`.

use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::keys::{Columns, Keys, Owner, Subject, mac};
use crate::seal::Suite;

const PURPOSE: &str = "lookup";
const DIGITS: usize = 18;
/// Numbers given out before 1999 have no century and no check character.
const OLD_DIGITS: usize = 15;
/// Of the check character: how much each digit weighs, modulo 11.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: [u8; 11] = *b"10X98765432";

/// An ID number in its one spelling. It is wiped when dropped, and nothing prints it.
pub struct IdNumber(Zeroizing<[u8; DIGITS]>);

impl IdNumber {
    /// The number of a text: full-width digits, blanks, hyphens and a small x are mended, and one
    /// of 15 digits gets its century and check character. Whether the check character is right is
    /// not asked: lists hold wrong ones, and the same wrong one is the same person.
    pub fn new(text: &str) -> Option<IdNumber> {
        let mut digits = Zeroizing::new([0; DIGITS]);
        let mut count = 0;
        for character in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            *digits.get_mut(count)? = plain(character)?;
            count += 1;
        }
        match count {
            DIGITS => {}
            OLD_DIGITS => {
                digits.copy_within(6..OLD_DIGITS, 8);
                digits[6..8].copy_from_slice(b"19");
                digits[17] = check_character(&digits);
            }
            _ => return None,
        }
        let body = digits.get(..17)?.iter().all(u8::is_ascii_digit);
        body.then_some(IdNumber(digits))
    }
}

/// A digit or X, in ASCII.
fn plain(character: char) -> Option<u8> {
    let half_width = match character {
        '０'..='９' => u32::from(character) - u32::from('０') + u32::from(b'0'),
        'x' | 'Ｘ' | 'ｘ' => u32::from(b'X'),
        other => u32::from(other),
    };
    let byte = u8::try_from(half_width).ok()?;
    (byte.is_ascii_digit() || byte == b'X').then_some(byte)
}

fn check_character(digits: &[u8; DIGITS]) -> u8 {
    let weighed = digits.iter().zip(WEIGHTS);
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit & 0x0f) * weight).sum();
    CHECK.get(sum as usize % CHECK.len()).copied().unwrap_or(b'X')
}

/// What came of remembering a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remembered {
    /// It is found from now on.
    New,
    /// It was known for the same record.
    Known,
    /// It is another record's.
    Others(Subject),
}

impl Keys {
    /// From now on the number finds this record; durable when it returns.
    pub fn remember(&self, number: &IdNumber, subject: &Subject) -> Result<Remembered, Fault> {
        let blind = self.blind(number)?;
        self.with(|inner| {
            let opened = inner.opened()?;
            let place = opened.wrap.place(&blind);
            if let Some(row) = opened.file.lookup(&place)? {
                return Ok(match subject_of(&row.of) {
                    Some(other) if other != *subject => Remembered::Others(other),
                    _ => Remembered::Known,
                });
            }
            let of = Columns { form: subject.form.to_string(), record: subject.record.to_string() };
            opened.file.begin()?;
            opened.file.insert_lookup(&opened.wrap.lookup_row(&blind, of)?)?;
            opened.file.commit()?;
            Ok(Remembered::New)
        })
    }

    /// The record of a number, if one was remembered.
    pub fn find(&self, number: &IdNumber) -> Result<Option<Subject>, Fault> {
        let blind = self.blind(number)?;
        self.with(|inner| {
            let opened = inner.opened()?;
            let row = opened.file.lookup(&opened.wrap.place(&blind))?;
            Ok(row.and_then(|row| subject_of(&row.of)))
        })
    }

    fn blind(&self, number: &IdNumber) -> Result<Zeroizing<[u8; 32]>, Fault> {
        let held = self.held(&Owner::Purpose(PURPOSE))?;
        let mut key = Zeroizing::new([0; 32]);
        let bytes = held.key.bytes();
        key[..bytes.len()].copy_from_slice(bytes);
        let suite: Suite = held.key.suite();
        Ok(Zeroizing::new(mac(&key, &[b"nuanjia number 1", &[suite.byte()], &number.0[..]])))
    }
}

fn subject_of(of: &Columns) -> Option<Subject> {
    of.names().map(|(form, record)| Subject { form, record })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Option<String> {
        IdNumber::new(text).map(|number| String::from_utf8(number.0.to_vec()).unwrap())
    }

    #[test]
    fn every_spelling_of_a_number_becomes_one() {
        let one = spelled("37169919500101001X").unwrap();
        for other in
            ["37169919500101001x", "371699 19500101 001X", "３７１６９９１９５００１０１００１Ｘ"]
        {
            assert_eq!(spelled(other).as_deref(), Some(&*one), "{other}");
        }
        let old = spelled("371699500101001").unwrap();
        assert_eq!(&old[..17], "37169919500101001");
    }

    #[test]
    fn the_check_character_is_the_one_of_the_standard() {
        // The example of GB 11643-1999.
        assert_eq!(spelled("110105491231002").as_deref(), Some("11010519491231002X"));
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        let texts = ["", "371699", "37169919500101001Y", "3716991950010100XX", "3716X9500101001"];
        for text in texts {
            assert_eq!(spelled(text), None, "{text}");
        }
        assert_eq!(spelled(&"1".repeat(400)), None);
    }
}
