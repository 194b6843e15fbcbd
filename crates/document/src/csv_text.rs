//! One CSV file as rows of text.
//!
//! RFC 4180, UTF-8, a byte order mark allowed, line ends inside quotes kept. The `csv` crate reads
//! leniently, which is right for a stray quote inside a cell; an unclosed one, as a half-written
//! file has it, would swallow the rest in silence, so that is looked for here.
//! What the cells mean is not known here.
//! Read next: `folder/form_file.rs`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use facts::RowError;
use facts::row_error::code;

use crate::fault::Fault;

/// Bytes of one file that are read into memory; far above 5 million rows of visits.
pub(crate) const FILE_BYTES_MAX: u64 = 4 << 30;

/// The text of a file, without its byte order mark. It lies in `room`, which the next file may use
/// again: asking the system for new memory costs more than reading.
pub(crate) fn load<'r>(path: &Path, room: &'r mut Vec<u8>) -> Result<&'r str, Fault> {
    let reading = |error| Fault::reading(path, &error);
    let mut file = File::open(path).map_err(reading)?;
    let size = file.metadata().map_err(reading)?.len();
    if size > FILE_BYTES_MAX {
        let what = format!("文件有 {size} 字节，超过上限 {FILE_BYTES_MAX}");
        return Err(Fault::new(what, path, "请按年份分成几个文件夹，分别读入"));
    }
    room.clear();
    room.reserve(size as usize + 1);
    file.read_to_end(room).map_err(reading)?;
    let text = std::str::from_utf8(room).map_err(|error| {
        let good = &room[..error.valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let what = format!("不是 UTF-8 文本（第 {line} 行起）");
        Fault::new(what, path, "用表格软件另存为“CSV UTF-8（逗号分隔）”后再读")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// About how many rows a text has: its lines, though some may lie inside quotes. A file of short
/// lines may not ask for more room than it could fill with rows of this many bytes.
pub(crate) fn rows_about(text: &str) -> usize {
    const ROW_BYTES_MIN: usize = 16;
    // In pieces that a small counter can hold, which the processor counts many bytes at a time.
    let pieces = text.as_bytes().chunks(u8::MAX.into());
    let ends = |piece: &[u8]| piece.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    let lines: usize = pieces.map(|piece| usize::from(ends(piece))).sum();
    lines.min(text.len() / ROW_BYTES_MIN)
}

/// Hands over every row with the line it begins on, the head first; an empty row is no row.
///
/// Returns the error of an unclosed quote: the row that has it is not handed over.
pub(crate) fn each_row<E>(
    text: &str,
    file: &str,
    mut take: impl FnMut(u64, &[&str]) -> Result<(), E>,
) -> Result<Option<RowError>, E> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    // Reading from memory, and what is UTF-8 already, cannot fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        let begin = record.position().map_or(0, csv::Position::byte) as usize;
        let end = reader.position().byte() as usize;
        let line = lines.of(begin);
        if end >= text.len() && is_unclosed(&text.as_bytes()[begin.min(text.len())..]) {
            return Ok(Some(unclosed(file, line)));
        }
        take(line, &record.iter().collect::<Vec<_>>())?;
    }
    Ok(None)
}

/// Line numbers of growing byte positions.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte of the row that is read from `begin` on: the reader's own count
    /// is that of the line end before it, where empty lines or CR LF stand between.
    fn of(&mut self, begin: usize) -> u64 {
        let rest = self.text.get(begin..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let to = (begin + blank).min(self.text.len()).max(self.at);
        let ends = self.text[self.at..to].iter().filter(|byte| **byte == b'\n').count();
        self.line += ends as u64;
        self.at = to;
        self.line
    }
}

/// Whether a quote opened at the begin of a cell of this row is never closed.
fn is_unclosed(row: &[u8]) -> bool {
    let mut at_start = true;
    let mut quoted = false;
    let mut bytes = row.iter().peekable();
    while let Some(byte) = bytes.next() {
        if quoted {
            // Two quotes are one quote of the text.
            if *byte == b'"' && bytes.next_if_eq(&&b'"').is_none() {
                quoted = false;
            }
        } else {
            quoted = at_start && *byte == b'"';
        }
        at_start = !quoted && matches!(byte, b',' | b'\n' | b'\r');
    }
    quoted
}

fn unclosed(file: &str, line: u64) -> RowError {
    RowError {
        file: file.into(),
        line,
        field: String::new(),
        code: code::QUOTE,
        message: "这一行的引号没有关上，从这里到文件末尾都没有读入".to_owned(),
        remedy: "文件可能没有写完，请重新导出；或补上引号".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Vec<(u64, Vec<String>)>, Option<RowError>) {
        let mut rows = Vec::new();
        let error = each_row(text, "x.csv", |line, cells| {
            rows.push((line, cells.iter().map(|cell| (*cell).to_owned()).collect()));
            Ok::<(), ()>(())
        });
        (rows, error.unwrap())
    }

    fn lines(text: &str) -> Vec<u64> {
        rows(text).0.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn a_row_is_named_by_the_line_it_begins_on() {
        assert_eq!(lines("a,b\n1,2\n3,4"), [1, 2, 3]);
        assert_eq!(lines("a,b\r\n1,2\r\n\r\n\r\n3,4\r\n"), [1, 2, 5]);
        assert_eq!(lines("\na,b\n\"1\n\n1\",2\n3,4\n"), [2, 3, 6]);
    }

    #[test]
    fn line_ends_and_doubled_quotes_inside_quotes_are_kept() {
        let (rows, error) = rows("a\n\"x\r\n\"\"y\"\"\"\n");
        assert_eq!((rows[1].1[0].as_str(), error), ("x\r\n\"y\"", None));
    }

    #[test]
    fn an_unclosed_quote_is_an_error_and_the_row_is_not_read() {
        let (read, error) = rows("a,b\n1,2\n3,\"half\n4,5\n");
        assert_eq!((read.len(), error.unwrap().line), (2, 3));
        let (read, error) = rows("a,b\n1,\"\"\n3,\"x\"\"\"");
        assert_eq!((read.len(), error), (3, None));
        let (read, error) = rows("a,b\n1,5\"\n");
        assert_eq!((read.len(), error), (2, None));
        let (read, error) = rows("a\n\"\"\"");
        assert_eq!((read.len(), error.unwrap().line), (1, 2));
    }
}
