//! W0521: a number of the paper that no rule uses.
//!
//! Arabic numerals everywhere, Chinese ones before a measure word; dates, headings, names in
//! quotation marks and the number one are left out, because they ask for no amount. A number is
//! used when it stands in a rule that quotes it, in a reading, or in the words of a 源 or 注.
//! Read next: `pieces.rs`.

use facts::{Number, Value};

use super::prose::{Prose, plain};
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind};
use crate::plan::{Clause, Override, Plan, Rule, RuleKind, Test, When};
use crate::resolve::numbers_in;
use crate::source::{FileId, Sources};
use crate::tree::Every;

/// Words that count people, things and times.
const MEASURES: &str = "名户次篇件份天家项本封场人村";
/// Chinese numerals.
const NUMERALS: &str = "零一二三四五六七八九十百千两";

/// A number of the prose.
struct Numeral {
    range: (usize, usize),
    value: Number,
    percent: bool,
}

/// Numbers that nobody uses, each at its place.
pub(super) fn unused(plan: &Plan, sources: &Sources) -> Vec<Diagnostic> {
    let Some(paper) = super::paper_of(plan, sources) else { return Vec::new() };
    let prose = Prose::read(sources, FileId(0));
    let mut found = Vec::new();
    let quotes = quotes(plan, &prose);
    let sentences = prose.sentences(&plain(&paper));
    for sentence in sentences.iter().filter(|sentence| !sentence.is_heading()) {
        for numeral in numerals(&prose, sentence.range) {
            if numeral.value == Number::ONE || is_used(plan, &quotes, &numeral) {
                continue;
            }
            let Some(place) = prose.place(numeral.range) else { continue };
            let message = format!("原文的“{}”没有一条规则用到", prose.text(numeral.range));
            let unused = Diagnostic::new("W0521", place, message);
            found.push(unused.help("写进引它那一条的 须 或 限，或在 源、注、陈述 里说明"));
        }
    }
    found
}

/// Each 引 with its clause and where it stands.
type Quoted<'a> = Vec<(&'a Clause, (usize, usize))>;

fn quotes<'a>(plan: &'a Plan, prose: &Prose) -> Quoted<'a> {
    let each = |clause: &'a Clause| clause.quotes.iter().map(move |(quote, _)| (clause, quote));
    let all = plan.clauses.iter().flat_map(each);
    all.filter_map(|(clause, quote)| Some((clause, prose.range_of(quote)?))).collect()
}

fn is_used(plan: &Plan, quotes: &Quoted, numeral: &Numeral) -> bool {
    let (from, to) = numeral.range;
    let covering = quotes.iter().filter(|(_, (start, end))| *start <= from && to <= *end);
    let base = |clause: &Clause| clause.id.trim_end_matches(|c: char| c.is_ascii_lowercase()).len();
    covering.map(|(clause, _)| *clause).any(|clause| {
        let family = plan
            .clauses
            .iter()
            .filter(|other| other.id.get(..base(other)) == clause.id.get(..base(clause)));
        clause.kind == RuleKind::Statement || family.into_iter().any(|c| says(plan, c, numeral))
    })
}

/// Whether a clause holds the number, in its rule or in its words.
fn says(plan: &Plan, clause: &Clause, numeral: &Numeral) -> bool {
    let hundredth = numeral.value.checked_div(Number::whole(100));
    let mut held = clause.rule.iter().flat_map(|rule| in_rule(plan, rule)).collect::<Vec<_>>();
    let options = clause.axes.iter().flat_map(|axis| &axis.options);
    held.extend(options.flat_map(|option| &option.overrides).flat_map(in_override));
    let exact = |number: &Number| {
        *number == numeral.value || (numeral.percent && Some(*number) == hundredth)
    };
    held.iter().any(exact) || numbers_in(&words(clause)).contains(&numeral.value)
}

/// All that an author says about a clause in words.
fn words(clause: &Clause) -> String {
    let mut all = clause.notes.clone();
    if let Some(rule) = &clause.rule {
        all.push(rule.origin_text.clone());
        all.extend(rule.part_origins.iter().map(|(_, _, text)| text.clone()));
    }
    for axis in &clause.axes {
        all.push(axis.question.clone());
        all.extend(axis.options.iter().map(|option| option.text.clone()));
    }
    all.join("\n")
}

fn in_rule(plan: &Plan, rule: &Rule) -> Vec<Number> {
    let mut held = Vec::new();
    let tests = rule.must.iter().chain(rule.warns.iter().map(|(test, _)| test));
    tests.for_each(|test| in_test(test, &mut held));
    let steps = &rule.steps;
    let exprs = rule.counts.iter().map(|count| &count.value).chain(&rule.exempt);
    let exprs = exprs.chain(&rule.target).chain(rule.due.iter().map(|due| &due.value));
    let dues = steps.iter().filter_map(|step| step.due.as_ref()).map(|(amount, _)| amount);
    let musts = steps.iter().filter_map(|step| step.must.as_ref());
    exprs.chain(dues).chain(musts).for_each(|part| constants(part, &mut held));
    held.extend(rule.when.iter().filter_map(in_when));
    let quota = rule.quota.and_then(|(_, param)| plan.params.get(param));
    if let Some(crate::plan::ParamValue::Table(rows)) = quota.map(|param| &param.value) {
        held.extend(rows.iter().filter_map(|(_, value)| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        }));
    }
    held
}

fn in_override(change: &Override) -> Vec<Number> {
    let mut held = Vec::new();
    match change {
        Override::Must(test) => in_test(test, &mut held),
        Override::Count(_, count) => constants(&count.value, &mut held),
        Override::Due(due) => constants(&due.value, &mut held),
        Override::Target(part) | Override::Exempt(part) => constants(part, &mut held),
        Override::When(when) => held.extend(in_when(when)),
        _ => {}
    }
    held
}

fn in_when(when: &When) -> Option<Number> {
    match when {
        When::Windows { every: Every::Each(count, _), .. } => Some(Number::whole((*count).into())),
        When::Rolling { length, .. } => Some(Number::whole((*length).into())),
        When::Windows { .. } => None,
    }
}

fn in_test(test: &Test, held: &mut Vec<Number>) {
    constants(&test.condition, held);
}

fn constants(value: &Expr, held: &mut Vec<Number>) {
    value.walk(&mut |part| {
        if let ExprKind::Constant(Value::Number(number)) = &part.kind {
            held.push(*number);
        }
    });
}

/// Amounts in a stretch of the prose.
fn numerals(prose: &Prose, (from, to): (usize, usize)) -> Vec<Numeral> {
    let chars: Vec<char> =
        prose.chars.get(from..to).unwrap_or(&[]).iter().map(|(c, _)| *c).collect();
    let (mut found, mut at, mut quoted) = (Vec::new(), 0, 0_i32);
    while let Some(c) = chars.get(at) {
        quoted += i32::from(matches!(c, '“' | '《')) - i32::from(matches!(c, '”' | '》'));
        let arabic = c.is_ascii_digit();
        let belongs = |c: &char| match arabic {
            true => c.is_ascii_digit() || *c == '.',
            false => NUMERALS.contains(*c),
        };
        let length = chars.iter().skip(at).take_while(|c| belongs(c)).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let word = Word { chars: &chars, start: at, end: at + length };
        let wanted = if arabic { !word.is_date() } else { word.is_counted() };
        if wanted && quoted <= 0 {
            found.extend(word.numeral(from));
        }
        at += length;
    }
    found
}

/// A run of numerals in its surroundings.
struct Word<'a> {
    chars: &'a [char],
    start: usize,
    end: usize,
}

impl Word<'_> {
    fn before(&self) -> Option<char> {
        self.start.checked_sub(1).and_then(|at| self.chars.get(at)).copied()
    }

    fn after(&self) -> Option<char> {
        self.chars.get(self.end).copied()
    }

    /// A year, a month, a day of a month, or the number of a paper.
    fn is_date(&self) -> bool {
        let ordinal = matches!(self.before(), Some('第' | '[' | '〔' | '【'));
        let year = self.after() == Some('年') && self.end - self.start == 4;
        let day = self.after() == Some('日') && self.before() == Some('月');
        ordinal || year || day || matches!(self.after(), Some('月' | '号'))
    }

    /// Before a measure word, and no ordinal.
    fn is_counted(&self) -> bool {
        let measured = self.after().is_some_and(|c| MEASURES.contains(c));
        measured && self.before() != Some('第')
    }

    fn numeral(&self, offset: usize) -> Option<Numeral> {
        let text: String = self.chars.get(self.start..self.end)?.iter().collect();
        let value = numbers_in(&text).first().copied()?;
        let (percent, many) = (self.after() == Some('%'), self.after() == Some('万'));
        let value = if many { value * Number::whole(10_000) } else { value };
        let end = self.end + usize::from(percent || many);
        Some(Numeral { range: (offset + self.start, offset + end), value, percent })
    }
}
