//! The rule of each type of cell.
//!
//! Vocabulary.md (Fact folder) says how a value is written; here it is read, or refused with reason
//! and remedy. Cells are taken as they are: blanks around a day are an error like any other.
//! A reference to one form gets its index at once; one to several forms waits for all ids.
//! Read next: `resolve.rs`.

use super::build::WorldBuilder;
use super::columns::cut;
use crate::day::{Day, Month, Span};
use crate::number::Number;
use crate::row_error::{Trouble, code};
use crate::schema::{CodeList, Field, FieldId, FieldType, RECORDED_AT};
use crate::value::Value;

/// Longest id; UUIDs have 36 characters, organisation codes 12.
pub(super) const ID_MAX: usize = 64;
/// Bytes of one text: a long report fits, a file pasted into a cell does not.
pub const TEXT_MAX: usize = 200_000;
/// Values of one list: a hall full of people fits, a column pasted into a cell does not.
pub const LIST_MAX: usize = 10_000;

/// What a cell gives.
pub(super) enum Content {
    /// Its value.
    Value(Value),
    /// A reference to be looked up at the end.
    Later,
}

/// Reads a cell that is not empty.
pub(super) fn read(
    builder: &mut WorldBuilder,
    id: FieldId,
    field: &Field,
    cell: &str,
) -> Result<Content, Trouble> {
    match &field.ty {
        FieldType::AnyRef => return later(field, cell),
        FieldType::Ref(forms) if forms.len() != 1 => return later(field, cell),
        _ => {}
    }
    if !field.is_list() {
        return Ok(Content::Value(item(builder, id, field, cell)?));
    }
    // Most lists have one item, which needs no growing room.
    if !cell.bytes().any(|byte| byte == b'|') {
        return Ok(Content::Value(Value::List([item(builder, id, field, cell)?].into())));
    }
    let mut items = Vec::new();
    for part in list(cell)? {
        items.push(item(builder, id, field, part)?);
    }
    Ok(Content::Value(Value::List(items.into())))
}

/// A sealed cell is checked like any other, but gives no value; references in it are texts.
pub(super) fn check_sealed(
    builder: &mut WorldBuilder,
    id: FieldId,
    field: &Field,
    cell: &str,
) -> Result<(), Trouble> {
    match &field.ty {
        FieldType::Text | FieldType::File | FieldType::Ref(_) | FieldType::AnyRef => length(cell),
        _ if field.is_list() => {
            list(cell)?.try_for_each(|part| item(builder, id, field, part).map(drop))
        }
        _ => item(builder, id, field, cell).map(drop),
    }
}

/// A reference to one of several forms: only its shape can be checked now.
fn later(field: &Field, cell: &str) -> Result<Content, Trouble> {
    let shape = |part: &str| check_id(part.split_once(':').map_or(part, |(_, id)| id));
    if field.is_list() {
        list(cell)?.try_for_each(shape)?
    } else {
        shape(cell)?
    }
    Ok(Content::Later)
}

/// The values of a list cell.
pub(super) fn list(cell: &str) -> Result<impl Iterator<Item = &str>, Trouble> {
    if cell.split('|').any(str::is_empty) {
        let remedy = "各项之间只写一个“|”，前后不留";
        return Err(Trouble::new(code::LIST, "列表里有空的一项", remedy));
    }
    if cell.split('|').count() > LIST_MAX {
        let message = format!("列表超过 {LIST_MAX} 项");
        return Err(Trouble::new(code::TOO_LONG, message, "分成几条记录"));
    }
    Ok(cell.split('|'))
}

fn item(
    builder: &mut WorldBuilder,
    id: FieldId,
    field: &Field,
    text: &str,
) -> Result<Value, Trouble> {
    match &field.ty {
        FieldType::Text | FieldType::File => {
            length(text)?;
            Ok(Value::Text(builder.shared(text)))
        }
        FieldType::Number | FieldType::Days | FieldType::Minutes => number(field, text),
        // 记录日 is a day by its type, but may carry the time of acceptance.
        FieldType::Day if id != RECORDED_AT => day(Day::parse(text), text),
        FieldType::Day | FieldType::Time => day(day_or_time(text), text),
        FieldType::Month => Month::parse(text).map(Value::Month).ok_or_else(|| {
            let remedy = "按“年-月”写，如 1999-03";
            Trouble::new(code::MONTH, not("一个月份", text), remedy)
        }),
        FieldType::Span => Span::parse(text).map(Value::Span).ok_or_else(|| {
            let remedy = "写成 1999-03-01..1999-04-30，止日不早于起日";
            Trouble::new(code::SPAN, not("一段日期", text), remedy)
        }),
        FieldType::Bool => yes_no(text).map(Value::Bool),
        FieldType::Code(list) => {
            let list = builder.schema.code_list(*list);
            find_code(list, text).map(Value::Code).ok_or_else(|| bad_code(list, text))
        }
        FieldType::Ref(forms) => {
            let form = forms.first().copied().ok_or_else(|| bad_id(text))?;
            Ok(Value::Ref(builder.reserve_in(id, form, text)?))
        }
        // Several forms: never here, `read` and `check_sealed` keep them apart.
        FieldType::AnyRef => Err(bad_id(text)),
    }
}

/// Reads yes or no in any of its spellings.
pub(super) fn yes_no(text: &str) -> Result<bool, Trouble> {
    match text {
        "yes" | "是" | "true" | "1" => Ok(true),
        "no" | "否" | "false" | "0" => Ok(false),
        _ => Err(Trouble::new(code::BOOL, not("是或否", text), "写 yes 或 no")),
    }
}

/// Checks that a text may be an id.
pub(super) fn check_id(text: &str) -> Result<(), Trouble> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let valid = (1..=ID_MAX).contains(&text.len()) && text.bytes().all(plain);
    if valid { Ok(()) } else { Err(bad_id(text)) }
}

/// The trouble of a required cell that is empty.
pub(super) fn empty(field: &Field) -> Trouble {
    let message = format!("“{}”必须填写，这里是空的", field.label);
    Trouble::new(code::EMPTY, message, "填上这一格")
}

fn number(field: &Field, text: &str) -> Result<Value, Trouble> {
    let Some(number) = Number::parse(text) else {
        let remedy = "只写数字，如 12 或 0.5；不写单位，不写千分号";
        return Err(Trouble::new(code::NUMBER, not("一个数", text), remedy));
    };
    let on_grid = |step: Number| number.checked_div(step).is_none_or(Number::is_whole);
    match field.step {
        Some(step) if !on_grid(step) => {
            let message = format!("{number} 不是 {step} 的整数倍");
            let remedy = format!("“{}”按 {step} 一档填写", field.label);
            Err(Trouble::new(code::STEP, message, remedy))
        }
        _ => Ok(Value::Number(number)),
    }
}

fn day(read: Option<Day>, text: &str) -> Result<Value, Trouble> {
    read.map(Value::Day).ok_or_else(|| {
        let remedy = "按“年-月-日”写，月和日各两位，如 1999-03-08";
        Trouble::new(code::DAY, not("日历上有的一天", text), remedy)
    })
}

/// A day, or a local time `2012-05-31T10:20:00` of which the day counts.
fn day_or_time(text: &str) -> Option<Day> {
    let Some((day, time)) = text.split_once('T') else { return Day::parse(text) };
    let bytes = time.as_bytes();
    let limits = [24, 60, 60];
    let parts = time.split(':');
    let valid = matches!(bytes.len(), 5 | 8)
        && parts.clone().zip(limits).all(|(part, limit)| {
            part.len() == 2
                && part.bytes().all(|b| b.is_ascii_digit())
                && part.parse::<u32>().is_ok_and(|value| value < limit)
        })
        && parts.count() == bytes.len().div_ceil(3);
    if valid { Day::parse(day) } else { None }
}

/// Position of a code by alias or label. In a list of digits an unlisted finer code is read as its
/// group of tens (21 as 20); a group that is not listed belongs to the listed one below it, when
/// the list goes on above (GB/T 4761: 91 to 97 are other relatives, 80, and 99 is none).
fn find_code(list: &CodeList, text: &str) -> Option<u16> {
    list.code_named(text).or_else(|| {
        let value = two_digits(text)?;
        let aliases = || list.codes.iter().map(|code| two_digits(&code.alias));
        if aliases().any(|alias| alias.is_none()) {
            return None;
        }
        let at = |wanted: u32| aliases().position(|alias| alias == Some(wanted));
        let group = value - value % 10;
        let goes_on = aliases().flatten().any(|alias| alias > value);
        let below = (1..=group / 10).rev().map(|tens| tens * 10);
        let found = below.take(if goes_on { 9 } else { 1 }).find_map(at)?;
        u16::try_from(found).ok()
    })
}

fn two_digits(text: &str) -> Option<u32> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn length(text: &str) -> Result<(), Trouble> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    let message = format!("文字超过 {TEXT_MAX} 字节");
    Err(Trouble::new(code::TOO_LONG, message, "长文作为附件，这里写附件名"))
}

fn not(what: &str, text: &str) -> String {
    format!("“{}”不是{what}", cut(text))
}

fn bad_id(text: &str) -> Trouble {
    let remedy = format!("编号用字母、数字和 _ . -，最多 {ID_MAX} 个");
    Trouble::new(code::ID, not("合规的编号", text), remedy)
}

fn bad_code(list: &CodeList, text: &str) -> Trouble {
    /// Codes shown in one message.
    const SHOWN: usize = 12;
    let shown = list.codes.iter().take(SHOWN);
    let names: Vec<_> = shown.map(|code| format!("{}（{}）", code.alias, code.label)).collect();
    let more = if list.codes.len() > SHOWN { " 等" } else { "" };
    let message = format!("“{}”不在代码表“{}”里", cut(text), list.label);
    Trouble::new(code::CODE, message, format!("可填：{}{more}", names.join(" ")))
}
