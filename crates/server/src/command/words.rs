//! What is wrong with a command line, in plain Chinese.
//!
//! The parser says it in English; whoever types here is an officer of a county. Each sentence names
//! what was given, what may stand there, and how to see the help. Help itself and the version are
//! printed by the parser as they are.
//! Read next: `../command.rs`.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

/// Characters of a given word that are shown: a pasted page would drown the sentence.
const SHOWN_MAX: usize = 60;

/// Prints help where it was asked for, else what is wrong; the arguments are those of the line.
pub fn say(error: &Error, mut line: Command, arguments: &[OsString]) {
    // Only then do its arguments know how they are written.
    line.build();
    match sentence(error, &line, arguments) {
        Some(text) => eprintln!("{text}"),
        None => {
            // Nobody can be told when even this cannot be printed.
            let _ = error.print();
        }
    }
}

/// What is wrong, in a sentence or two; `None` for help and version.
fn sentence(error: &Error, line: &Command, arguments: &[OsString]) -> Option<String> {
    let named = |word: &&OsString| line.find_subcommand(word).is_some();
    let command = arguments.iter().skip(1).find(named).and_then(|word| line.find_subcommand(word));
    let said = Said { error, command: command.unwrap_or(line) };
    let wrong = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::InvalidSubcommand => said.no_command(line),
        ErrorKind::MissingSubcommand => format!("没有写要做什么；{}", commands(line)),
        ErrorKind::UnknownArgument => said.unknown(),
        ErrorKind::MissingRequiredArgument => said.missing(),
        ErrorKind::ArgumentConflict => said.conflict(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => said.bad_value(),
        ErrorKind::TooManyValues => {
            format!("{} 后面多写了“{}”。", said.argument(), said.value())
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} 后面的值个数不对。", said.argument())
        }
        ErrorKind::NoEquals => format!("{} 和它的值之间要写 = 号。", said.argument()),
        ErrorKind::InvalidUtf8 => "有一个词不是 UTF-8 文字，读不懂；请重新输入。".to_owned(),
        _ => "这一行读不懂。".to_owned(),
    };
    let name = command.map(|command| format!(" {}", command.get_name())).unwrap_or_default();
    Some(format!("{wrong}\n看怎么写：nuanjia{name} --help"))
}

/// `可以写：serve（启动网页…）、check（检查方案…）`.
fn commands(line: &Command) -> String {
    let one = |command: &Command| match command.get_about() {
        Some(about) => format!("  {}  {about}", command.get_name()),
        None => format!("  {}", command.get_name()),
    };
    let all: Vec<String> = line.get_subcommands().map(one).collect();
    format!("可以写：\n{}", all.join("\n"))
}

/// What the parser knows of the error, and the command it is about.
struct Said<'e> {
    error: &'e Error,
    command: &'e Command,
}

impl Said<'_> {
    fn text(&self, kind: ContextKind) -> &str {
        match self.error.get(kind) {
            Some(ContextValue::String(text)) => text,
            _ => "",
        }
    }

    fn texts(&self, kind: ContextKind) -> Vec<&str> {
        match self.error.get(kind) {
            Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
            Some(ContextValue::String(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    /// The value as given; control characters never reach the terminal.
    fn value(&self) -> String {
        shown(self.text(ContextKind::InvalidValue))
    }

    fn argument(&self) -> String {
        self.described(self.text(ContextKind::InvalidArg))
    }

    /// `--out（写到哪个文件夹）` from `--out <OUT>`.
    fn described(&self, name: &str) -> String {
        let mut known = self.command.get_arguments();
        let found = known.find(|argument| argument.to_string() == name);
        let help = found.and_then(|argument| argument.get_help()).map(ToString::to_string);
        let short = match name.starts_with('-') {
            true => name.split([' ', '=']).next().unwrap_or(name),
            false => "",
        };
        match (short, help) {
            ("", Some(help)) => format!("“{help}”"),
            ("", None) => format!("“{name}”"),
            (short, Some(help)) => format!("{short}（{help}）"),
            (short, None) => short.to_owned(),
        }
    }

    fn no_command(&self, line: &Command) -> String {
        let given = shown(self.text(ContextKind::InvalidSubcommand));
        format!("没有“{given}”这个命令；{}", commands(line))
    }

    fn unknown(&self) -> String {
        let given = self.text(ContextKind::InvalidArg);
        let options = self.command.get_arguments().filter(|argument| !argument.is_positional());
        let options: Vec<String> =
            options.filter_map(|option| Some(format!("--{}", option.get_long()?))).collect();
        let may = match options.is_empty() {
            true => String::new(),
            false => format!("可以写的选项：{}。", options.join(" ")),
        };
        let dashed = given.starts_with('-');
        let what = if dashed { "没有这个选项" } else { "多写了一个词" };
        format!("{what}：“{}”。{may}", shown(given))
    }

    fn missing(&self) -> String {
        let names = self.texts(ContextKind::InvalidArg);
        let names: Vec<String> = names.into_iter().map(|name| self.described(name)).collect();
        format!("还缺：{}。", names.join("、"))
    }

    fn conflict(&self) -> String {
        let argument = self.text(ContextKind::InvalidArg);
        let prior = self.texts(ContextKind::PriorArg);
        if prior == [argument] {
            return format!("{} 写了两次，只能写一次。", self.argument());
        }
        let prior: Vec<String> = prior.into_iter().map(|name| self.described(name)).collect();
        format!("{} 不能和 {} 一起写。", self.argument(), prior.join("、"))
    }

    fn bad_value(&self) -> String {
        let (argument, value) = (self.argument(), self.value());
        let allowed = self.texts(ContextKind::ValidValue);
        let why = match self.error.source() {
            _ if value.is_empty() => "后面要写一个值".to_owned(),
            _ if !allowed.is_empty() => format!("只能是 {}", allowed.join("、")),
            Some(source) => reason(&source.to_string()),
            None => "不行".to_owned(),
        };
        match value.is_empty() {
            true => format!("{argument} {why}。"),
            false => format!("{argument} 写的是“{value}”：{why}。"),
        }
    }
}

/// Our own reasons are in Chinese; those of numbers come from the parser.
fn reason(source: &str) -> String {
    let range = source.rsplit_once(" is not in ").map(|(_, range)| range);
    let ends = range.and_then(|range| range.split_once("..="));
    match (ends, source) {
        (Some((first, last)), _) => format!("只能是 {first} 到 {last} 的整数"),
        (None, own) if !own.is_ascii() => own.trim_end_matches('。').to_owned(),
        (None, _) => "要写一个整数，不带小数、单位和空格".to_owned(),
    }
}

/// A given word, cut where it is long.
fn shown(word: &str) -> String {
    let plain = word.chars().map(|c| if c.is_control() { ' ' } else { c });
    let cut: String = plain.take(SHOWN_MAX).collect();
    if word.chars().count() > SHOWN_MAX { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_told_in_chinese_and_our_own_words_are_kept() {
        assert_eq!(reason("99999 is not in 0..=65535"), "只能是 0 到 65535 的整数");
        assert_eq!(reason("不是一个日期"), "不是一个日期");
        assert!(reason("invalid digit found in string").starts_with("要写一个整数"));
    }

    #[test]
    fn a_pasted_page_is_cut_and_loses_its_line_ends() {
        assert_eq!(shown("a\nb\u{1b}"), "a b ");
        assert_eq!(shown(&"甲".repeat(100)).chars().count(), SHOWN_MAX + 1);
    }
}
