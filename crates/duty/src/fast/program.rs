//! A clause as a program: its cases in dense columns, its measures as folds over postings, its test
//! as comparisons of whole numbers.
//!
//! Nothing of a plan is interpreted while many cases are judged; what cannot be said in this closed
//! form is refused by `compile.rs` and stays with the reference evaluator.
//! Read next: `status.rs`.

use facts::{FormId, Number, RecordRef, Value};
use plan::expr::CompareOp;
use plan::plan::{Origin, RuleKind};

use super::days::{OPEN, Short};
use super::fold::{Ask, Fold};
use super::postings::held;
use super::tree::Tree;

/// 计 of one rule that a program may hold.
pub const COUNTS_MAX: usize = 8;

/// Values of a case's 计 times the program's scale.
pub type Values = [Option<i64>; COUNTS_MAX];

/// A measure over folds.
#[derive(Clone, Debug)]
pub enum Measure {
    /// One fold, times a factor to reach the program's scale.
    Fold(usize, i64),
    /// The least.
    Lesser(Vec<Measure>),
    /// The greatest.
    Greater(Vec<Measure>),
    /// The sum.
    Add(Vec<Measure>),
    /// Whether any is above zero.
    Any(Vec<Measure>, i64),
}

/// One 计.
#[derive(Clone, Debug)]
pub struct Count {
    /// What is measured.
    pub measure: Measure,
    /// Whether it is 是 or 否 rather than a number.
    pub truth: bool,
    /// Whether it cannot fall.
    pub flow: bool,
}

/// One comparison.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Index of the 计.
    pub count: usize,
    /// The comparison.
    pub op: CompareOp,
    /// What it is held against.
    pub target: Number,
}

/// 须 and 警.
#[derive(Clone, Debug)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Part(Part),
}

/// What a fold reads from a case; `None` is the usual: the subject, and the window.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Key by case.
    pub key: Option<Vec<u32>>,
    /// First day by case.
    pub from: Option<Vec<Short>>,
    /// Last day by case.
    pub to: Option<Vec<Short>>,
    /// Second reference by case.
    pub other: Option<Vec<u32>>,
    /// 历来: both ends of the window lifted.
    pub ever: bool,
}

/// What a fold reads from one case.
#[derive(Clone, Copy, Debug)]
pub struct CaseRead {
    /// The key.
    pub key: u32,
    /// First day.
    pub from: Short,
    /// Last day.
    pub to: Short,
    /// Second reference.
    pub other: u32,
}

impl Columns {
    /// Puts what was read from a case at its place.
    pub fn set(&mut self, at: usize, read: CaseRead) {
        put(&mut self.key, at, read.key);
        put(&mut self.from, at, read.from);
        put(&mut self.to, at, read.to);
        put(&mut self.other, at, read.other);
    }

    fn shrink(&mut self) {
        [&mut self.key, &mut self.other].into_iter().flatten().for_each(Vec::shrink_to_fit);
        [&mut self.from, &mut self.to].into_iter().flatten().for_each(Vec::shrink_to_fit);
    }

    fn bytes(&self) -> usize {
        let long: usize = [&self.key, &self.other].into_iter().flatten().map(held).sum();
        let short: usize = [&self.from, &self.to].into_iter().flatten().map(held).sum();
        long + short
    }
}

fn put<T: Copy>(column: &mut Option<Vec<T>>, at: usize, value: T) {
    let Some(column) = column else { return };
    if column.len() <= at {
        column.resize(at + 1, value);
    }
    column[at] = value;
}

/// One thing owed, before it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    /// Index of the subject in the table of its form.
    pub subject: u32,
    /// Index of the owner in the table of organisations or persons.
    pub owner: u32,
    /// Posts of the owner that put her into the set, one bit each.
    pub posts: u32,
    /// Index of its own targets, when a newcomer owes less; `u32::MAX` for none.
    pub targets: u32,
    /// First day of its period.
    pub first: Short,
    /// Last day of its period.
    pub last: Short,
    /// Last day in time.
    pub due: Short,
    /// The day it opens.
    pub opens: Short,
    /// The last day the subject is in the set.
    pub left: Short,
    /// The day since which it exists.
    pub born: Short,
    /// Exempt, partial, prorated, owned by an organisation.
    pub marks: u8,
}

/// 免.
pub const EXEMPT: u8 = 1;
/// Clipped by its window.
pub const PARTIAL: u8 = 2;
/// Its targets are a newcomer's.
pub const PRORATED: u8 = 4;
/// Its owner is an organisation.
pub const BY_ORG: u8 = 8;
/// Nobody is found who owes it: the record stands for itself.
pub const BY_SELF: u8 = 16;

/// A compiled clause.
#[derive(Clone, Debug)]
pub struct Program {
    /// Index of the clause.
    pub clause: usize,
    /// 义务 or 查验.
    pub kind: RuleKind,
    /// Form of the subjects.
    pub form: FormId,
    /// Whether subjects owe (谁) rather than rows (逐).
    pub who: bool,
    /// All cases up to the last day that can be asked.
    pub cases: Vec<Owed>,
    /// The aggregates.
    pub folds: Vec<(Fold, Columns)>,
    /// The 计.
    pub counts: Vec<Count>,
    /// By what all values are multiplied.
    pub scale: i64,
    /// 须.
    pub must: Option<Condition>,
    /// Its comparisons.
    pub parts: Vec<Part>,
    /// Whether 须 cannot become false again.
    pub flow: bool,
    /// 警.
    pub warns: Vec<(Condition, String)>,
    /// 示.
    pub show: bool,
    /// 补.
    pub late_ok: bool,
    /// 望, by case.
    pub target: Option<Vec<Short>>,
    /// Targets of newcomers.
    pub reduced: Vec<Vec<Number>>,
    /// 源.
    pub origin: Origin,
}

impl Program {
    /// Lets go of all rows that no case can ever ask about, and of room in reserve: what is said
    /// here is for a program whose rows and cases stay as they are.
    pub fn tighten(&mut self) {
        for (fold, columns) in &mut self.folds {
            let key = |at: usize| columns.key.as_ref().and_then(|keys| keys.get(at)).copied();
            let keys = fold.postings.keys();
            let mut asked = vec![false; keys];
            for (at, case) in self.cases.iter().enumerate() {
                let key = key(at).unwrap_or(case.subject) as usize;
                if let Some(slot) = asked.get_mut(key) {
                    *slot = true;
                }
            }
            fold.postings.keep_only(&asked);
            columns.shrink();
        }
        self.cases.shrink_to_fit();
        self.target.iter_mut().for_each(Vec::shrink_to_fit);
        self.reduced.shrink_to_fit();
    }

    /// Bytes held by cases and postings; what is but once in a clause is not counted.
    pub fn bytes(&self) -> usize {
        let folds =
            self.folds.iter().map(|(fold, columns)| fold.postings.bytes() + columns.bytes());
        let reduced: usize = self.reduced.iter().map(held).sum();
        let own = held(&self.cases) + self.target.as_ref().map_or(0, held) + held(&self.reduced);
        folds.sum::<usize>() + own + reduced
    }

    /// Values of a case on a day.
    pub fn values(&self, index: usize, case: &Owed, day: Short, tree: &Tree) -> Values {
        let mut values = [None; COUNTS_MAX];
        self.fill(&mut values, index, case, day, tree);
        values
    }

    /// The same into their place; moving them about took longer than finding them.
    #[inline]
    pub fn fill(&self, values: &mut Values, index: usize, case: &Owed, day: Short, tree: &Tree) {
        for (slot, count) in values.iter_mut().zip(&self.counts) {
            *slot = self.measure(&count.measure, index, case, day, tree);
        }
    }

    #[inline]
    fn measure(
        &self,
        measure: &Measure,
        index: usize,
        case: &Owed,
        day: Short,
        tree: &Tree,
    ) -> Option<i64> {
        let Measure::Fold(fold, factor) = measure else {
            return self.joined(measure, index, case, day, tree);
        };
        let (fold, columns) = &self.folds[*fold];
        let ask = self.ask(columns, index, case, day);
        fold.value(&ask, tree).map(|value| value * factor)
    }

    fn joined(
        &self,
        measure: &Measure,
        index: usize,
        case: &Owed,
        day: Short,
        tree: &Tree,
    ) -> Option<i64> {
        let of = |part: &Measure| self.measure(part, index, case, day, tree);
        match measure {
            Measure::Fold(..) => of(measure),
            Measure::Lesser(parts) => parts.iter().filter_map(of).min(),
            Measure::Greater(parts) => parts.iter().filter_map(of).max(),
            Measure::Add(parts) => Some(parts.iter().filter_map(of).sum()),
            Measure::Any(parts, one) => {
                let any = parts.iter().any(|part| of(part).is_some_and(|value| value > 0));
                Some(if any { *one } else { 0 })
            }
        }
    }

    /// The days whose rows may count for a case.
    pub fn window(&self, columns: &Columns, index: usize) -> (Short, Short) {
        let Some(case) = self.cases.get(index) else { return (OPEN, 0) };
        let ask = self.ask(columns, index, case, 0);
        (ask.first, ask.last)
    }

    #[inline]
    fn ask(&self, columns: &Columns, index: usize, case: &Owed, day: Short) -> Ask {
        let (mut first, mut last) = (case.first, case.last.min(case.due));
        if self.late_ok {
            last = OPEN;
        }
        if columns.ever {
            (first, last) = (0, OPEN);
        }
        let of = |column: &Option<Vec<Short>>, otherwise: Short| {
            column.as_ref().and_then(|days| days.get(index)).copied().unwrap_or(otherwise)
        };
        let index_of = |column: &Option<Vec<u32>>, otherwise: u32| {
            column.as_ref().and_then(|all| all.get(index)).copied().unwrap_or(otherwise)
        };
        Ask {
            key: index_of(&columns.key, case.subject),
            first: first.max(of(&columns.from, 0)),
            last: last.min(of(&columns.to, OPEN)),
            day,
            period: (case.first, case.last),
            subject: case.subject,
            other: index_of(&columns.other, u32::MAX),
        }
    }

    /// The next day after this one on which time alone may change the status of a case or where it
    /// counts; [`OPEN`] for never.
    pub fn next(&self, index: usize, case: &Owed, day: Short, tree: &Tree) -> Short {
        let after = |day: Short| day.saturating_add(1);
        let mut next = OPEN;
        let mut may = |change: Short| {
            if change > day {
                next = next.min(change);
            }
        };
        let own = [case.born, case.first, case.opens, case.due, after(case.due), after(case.last)];
        own.into_iter().for_each(&mut may);
        may(after(case.left));
        if case.marks & (BY_ORG | BY_SELF) == 0 && day < case.last {
            let posts = tree.posts(case.owner);
            posts.iter().for_each(|post| {
                may(post.first);
                may(after(post.last));
            });
            if !posts.iter().any(|post| post.first <= day && day <= post.last) {
                // Between two posts the nearer one changes on some day.
                may(after(day));
            }
        }
        for (fold, columns) in &self.folds {
            may(fold.next(&self.ask(columns, index, case, day)));
        }
        next
    }

    /// Whether values can no longer change once the due date has passed.
    #[inline]
    pub fn closed(&self) -> bool {
        let settled = |(fold, columns): &(Fold, Columns)| fold.settled() && !columns.ever;
        !self.late_ok && self.folds.iter().all(settled)
    }

    /// Whether the value is one 是 or 否 that, once it is 是, stays so.
    #[inline]
    pub fn lasting(&self) -> bool {
        let steady = |(fold, _): &(Fold, Columns)| fold.rest != super::fold::Rest::WithinSubject;
        self.flow
            && matches!(self.counts.as_slice(), [one] if one.truth && one.flow)
            && self.folds.iter().all(steady)
    }

    /// Whether 须 is true of these values; a newcomer's own targets all must be reached.
    #[inline]
    pub fn holds(&self, case: &Owed, values: &Values) -> bool {
        if case.marks & PRORATED != 0 {
            let targets = self.targets(case);
            return self
                .parts
                .iter()
                .zip(targets)
                .all(|(part, target)| compare(part.op, values[part.count], self.scale, target));
        }
        match &self.must {
            Some(Condition::Part(part)) => {
                compare(part.op, values[part.count], self.scale, part.target)
            }
            Some(must) => self.is_true(must, values),
            None => false,
        }
    }

    /// Whether a condition is true of these values.
    #[inline]
    pub fn is_true(&self, condition: &Condition, values: &Values) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.is_true(part, values)),
            Condition::Any(parts) => parts.iter().any(|part| self.is_true(part, values)),
            Condition::Not(part) => !self.is_true(part, values),
            Condition::Part(part) => compare(part.op, values[part.count], self.scale, part.target),
        }
    }

    /// Targets of a case, one per comparison.
    pub fn targets(&self, case: &Owed) -> Vec<Number> {
        match self.reduced.get(case.targets as usize) {
            Some(own) => own.clone(),
            None => self.parts.iter().map(|part| part.target).collect(),
        }
    }

    /// Whether an upper bound on a measure that cannot fall is broken.
    #[inline]
    pub fn exceeded(&self, case: &Owed, values: &Values) -> bool {
        let upper = |op| matches!(op, CompareOp::Equal | CompareOp::Less | CompareOp::LessOrEqual);
        if !self.parts.iter().any(|part| upper(part.op) && self.counts[part.count].flow) {
            return false;
        }
        self.parts.iter().zip(self.targets(case)).any(|(part, target)| {
            let above = match part.op {
                CompareOp::Less => CompareOp::GreaterOrEqual,
                _ => CompareOp::Greater,
            };
            upper(part.op)
                && self.counts[part.count].flow
                && compare(above, values[part.count], self.scale, target)
        })
    }

    /// A value as the reference evaluator gives it.
    pub fn value(&self, count: usize, value: Option<i64>) -> Value {
        match value {
            None => Value::Empty,
            Some(value) if self.counts[count].truth => Value::Bool(value > 0),
            Some(value) => Number::fraction(value, self.scale).map_or(Value::Empty, Value::Number),
        }
    }

    /// The subject of a case.
    pub fn subject(&self, case: &Owed) -> RecordRef {
        RecordRef { form: self.form, index: case.subject }
    }
}

/// A comparison of a scaled value; of no value only `!=` holds.
#[inline]
fn compare(op: CompareOp, value: Option<i64>, scale: i64, target: Number) -> bool {
    let Some(value) = value else { return op == CompareOp::NotEqual };
    let left = value.saturating_mul(target.denominator());
    let right = scale.saturating_mul(target.numerator());
    match op {
        CompareOp::Equal => left == right,
        CompareOp::NotEqual => left != right,
        CompareOp::Less => left < right,
        CompareOp::LessOrEqual => left <= right,
        CompareOp::Greater => left > right,
        CompareOp::GreaterOrEqual => left >= right,
    }
}
