//! Making a program of a clause, or telling why it stays with the reference evaluator.
//!
//! Cases are found once by the reference evaluator, as of the last day that can be asked; nothing
//! about them may depend on the day, which is checked here condition by condition.
//! Read next: `index.rs` for measures, `program.rs` for the result.

use facts::{Day, FormId, Number, RecordRef, Shape, Value};
use plan::expr::{Aggregate, Builtin, Expr, ExprKind, Type};
use plan::plan::{
    Clause, Count as PlanCount, Credit, Newcomer, Rule, RuleKind, Subject, Test, When,
};

use rustc_hash::FxHashMap;

use super::days::{Days, OPEN, Short};
use super::fixed::{fixed_set, passes_dated};
use super::index::{Shapes, shapes};
use super::program::{
    BY_ORG, BY_SELF, COUNTS_MAX, CaseRead, Columns, Condition, Count, EXEMPT, Measure, Owed,
    PARTIAL, PRORATED, Part, Program,
};
use super::reader::{Reader, Wire, short_of};
use crate::element::Frame;
use crate::membership::base_forms;
use crate::obligation::Case;
use crate::periods::lead;
use crate::view::View;

/// Why a clause has no program.
pub type Refused = &'static str;
/// Nothing, or why there is no program.
type Refusing = Result<(), Refused>;

/// What a program is made from.
pub struct Compiler<'a, 'p> {
    /// The facts up to the last day that can be asked.
    pub view: &'a View<'p>,
    /// How days are held.
    pub days: Days,
    /// Days on which an organisation begins, ends or changes while anything is owed, and the last
    /// day that can be asked: what is the same on all of them does not depend on the day.
    pub changes: &'a [Day],
    /// Whether rows and cases will come and go.
    pub keep: bool,
}

/// A program with what following changes needs.
#[derive(Clone, Debug)]
pub struct Made {
    /// The program.
    pub program: Program,
    /// One per fold, in the same order.
    pub wires: Vec<Wire>,
}

/// Folds with their scales while measures are compiled.
#[derive(Default)]
struct Folds {
    folds: Vec<(super::fold::Fold, Columns)>,
    scales: Vec<i64>,
    wires: Vec<Wire>,
}

impl Compiler<'_, '_> {
    /// The program of a clause.
    pub fn program(&self, index: usize, clause: &Clause, rule: &Rule) -> Result<Made, Refused> {
        self.refuse_shape(clause, rule)?;
        let form = *base_forms(rule.subject.set()).first().ok_or("没有对象的表单")?;
        let mut folds = Folds::default();
        let mut counts = Vec::new();
        for count in &rule.counts {
            counts.push(self.count(count, rule, &mut folds)?);
        }
        let scale = folds.scales.iter().copied().fold(1, lcm);
        counts.iter_mut().for_each(|count| count.measure.stretch(&folds.scales, scale));
        let parts = self.parts(rule)?;
        let must = rule.must.as_ref().map(|test| condition(&test.condition)).transpose()?;
        let warns: Result<Vec<_>, Refused> = rule
            .warns
            .iter()
            .map(|(test, text)| Ok((condition(&test.condition)?, text.clone())))
            .collect();
        let program = Program {
            clause: index,
            kind: clause.kind,
            form,
            who: matches!(rule.subject, Subject::Who(_)),
            cases: Vec::new(),
            folds: folds.folds,
            counts,
            scale,
            must,
            parts,
            flow: rule.must.as_ref().is_some_and(|test| test.flow),
            warns: warns?,
            show: rule.show,
            late_ok: rule.late_ok,
            target: rule.target.is_some().then(Vec::new),
            reduced: Vec::new(),
            origin: rule.origin,
        };
        let mut made = Made { program, wires: folds.wires };
        for (at, case) in self.view.cases(rule).iter().enumerate() {
            self.place(rule, case, &mut made, at)?;
        }
        if !self.keep {
            made.program.tighten();
        }
        Ok(made)
    }

    /// Puts a case at a place among those of the program.
    pub fn place(&self, rule: &Rule, case: &Case, made: &mut Made, at: usize) -> Refusing {
        let owed = self.owed(rule, case, &mut made.program)?;
        let target = self.target(rule, case)?;
        let reads = made.wires.iter().map(|wire| self.read(&wire.shape, wire.key_form, case));
        for (read, (_, columns)) in reads.zip(&mut made.program.folds) {
            columns.set(at, read);
        }
        if let Some(targets) = &mut made.program.target {
            targets.resize(targets.len().max(at + 1), OPEN);
            targets[at] = target;
        }
        let cases = &mut made.program.cases;
        match cases.get_mut(at) {
            Some(slot) => *slot = owed,
            None => cases.push(owed),
        }
        Ok(())
    }

    /// What no program can say, told before anything is built.
    fn refuse_shape(&self, clause: &Clause, rule: &Rule) -> Result<(), Refused> {
        let plan = self.view.plan;
        if !matches!(clause.kind, RuleKind::Duty | RuleKind::Check) {
            return Err("流程");
        }
        if rule.extend.is_some() || matches!(rule.when, Some(When::Rolling { .. })) {
            return Err("延 或 滚动");
        }
        if !fixed_set(plan, rule.subject.set()) || base_forms(rule.subject.set()).len() != 1 {
            return Err("对象的集合随记录而变");
        }
        if rule.counts.len() > COUNTS_MAX {
            return Err("计太多");
        }
        let thing = base_forms(rule.subject.set()).iter().any(|form| {
            plan.schema.form(*form).shape == Shape::Thing || { plan.schema.form(*form).registry }
        });
        let due = rule.due.as_ref().map(|due| &due.value);
        let steady = due.is_none_or(|due| self.of_case(due, thing && self.changes.len() > 2));
        if !steady || rule.target.as_ref().is_some_and(|expr| !self.of_case(expr, false)) {
            return Err("限或望随记录而变");
        }
        if rule.exempt.as_ref().is_some_and(|expr| !steady_exemption(expr)) {
            return Err("免随记录而变");
        }
        Ok(())
    }

    /// Whether an expression about a case reads no records, and no field that changes by day.
    fn of_case(&self, expr: &Expr, changing: bool) -> bool {
        let mut fixed = true;
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Path { steps, .. } => {
                let own = steps.len() == 1 || !passes_dated(self.view.plan, steps);
                fixed &= own && !changing;
            }
            ExprKind::Aggregate(_)
            | ExprKind::Share { .. }
            | ExprKind::EveryOne { .. }
            | ExprKind::FieldOf { .. }
            | ExprKind::Call(..)
            | ExprKind::Count(_) => fixed = false,
            _ => {}
        });
        fixed
    }

    fn count(&self, count: &PlanCount, rule: &Rule, folds: &mut Folds) -> Result<Count, Refused> {
        let measure = self.measure(&count.value, rule, folds)?;
        let truth = count.value.ty == Type::Bool;
        Ok(Count { measure, truth, flow: count.flow })
    }

    fn measure(&self, expr: &Expr, rule: &Rule, folds: &mut Folds) -> Result<Measure, Refused> {
        let all = |parts: &[Expr], folds: &mut Folds| -> Result<Vec<Measure>, Refused> {
            parts.iter().map(|part| self.measure(part, rule, folds)).collect()
        };
        match &expr.kind {
            ExprKind::Call(Builtin::Lesser, parts) => Ok(Measure::Lesser(all(parts, folds)?)),
            ExprKind::Call(Builtin::Greater, parts) => Ok(Measure::Greater(all(parts, folds)?)),
            ExprKind::Add(a, b) => {
                let parts = [a, b].map(|part| self.measure(part, rule, folds));
                Ok(Measure::Add(parts.into_iter().collect::<Result<_, _>>()?))
            }
            ExprKind::Or(parts) => Ok(Measure::Any(all(parts, folds)?, 1)),
            ExprKind::Aggregate(aggregate) => {
                let found = shapes(self.view, aggregate).ok_or("计法还不能编成索引")?;
                let mut parts = Vec::new();
                for shape in found {
                    parts.push(self.fold(shape, rule, folds)?);
                }
                match parts.len() {
                    // How many hold today says whether one does.
                    1 if aggregate.active && aggregate.op == Aggregate::Exists => {
                        Ok(Measure::Any(parts, 1))
                    }
                    1 => parts.pop().ok_or("计法是空的"),
                    _ => Ok(Measure::Any(parts, 1)),
                }
            }
            _ => Err("计法还不能编成索引"),
        }
    }

    fn fold(&self, shape: Shapes, rule: &Rule, folds: &mut Folds) -> Result<Measure, Refused> {
        let key_form = match &shape.outer {
            None => *base_forms(rule.subject.set()).first().ok_or("没有对象的表单")?,
            Some(outer) => match &outer.ty {
                Type::Ref(forms) if forms.len() == 1 => forms[0],
                _ => return Err("连接的一端不止一种记录"),
            },
        };
        let columns = self.columns(&shape)?;
        let lead_only = rule.credit == Credit::LeadOnly;
        let mut wire = Wire { shape, key_form, lead_only, scale: 1, values: FxHashMap::default() };
        let reader = Reader { view: self.view, days: self.days };
        let fold = reader.fold(&mut wire, self.keep).ok_or("数值太细或记录放不进索引")?;
        // The median comes as twice itself.
        let scale = if fold.op == super::fold::Op::Median { wire.scale * 2 } else { wire.scale };
        folds.folds.push((fold, columns));
        folds.scales.push(scale);
        folds.wires.push(wire);
        Ok(Measure::Fold(folds.folds.len() - 1, 1))
    }

    /// Room for what the fold reads from each case.
    fn columns(&self, shape: &Shapes) -> Result<Columns, Refused> {
        let read = [&shape.outer, &shape.from, &shape.to, &shape.rest_outer];
        if read.into_iter().flatten().any(|expr| !self.of_case_path(expr)) {
            return Err("连接的一端随日子而变");
        }
        Ok(Columns {
            key: shape.outer.is_some().then(Vec::new),
            from: shape.from.is_some().then(Vec::new),
            to: shape.to.is_some().then(Vec::new),
            other: shape.rest_outer.is_some().then(Vec::new),
            ever: shape.aggregate.ever || shape.aggregate.active,
        })
    }

    /// What a fold reads from a case.
    fn read(&self, shape: &Shapes, key: FormId, case: &Case) -> CaseRead {
        let value = |expr: &Option<Expr>| {
            let mut frame = Frame::around(case.element.record, self.view.day);
            expr.as_ref().map_or(Value::Empty, |expr| self.view.value(expr, &mut frame))
        };
        let to = value(&shape.outer).as_ref().filter(|to| to.form == key);
        CaseRead {
            key: to.map_or(u32::MAX, |to| to.index),
            // A bound that is empty is never met.
            from: short_of(self.days, &value(&shape.from), OPEN),
            to: short_of(self.days, &value(&shape.to), 0),
            other: value(&shape.rest_outer).as_ref().map_or(u32::MAX, |other| other.index),
        }
    }

    fn of_case_path(&self, expr: &Expr) -> bool {
        let ExprKind::Path { root: 0, steps } = &expr.kind else {
            return matches!(expr.kind, ExprKind::Element(0));
        };
        let place = super::fixed::Place { plan: self.view.plan, lowest: 0 };
        place.fixed(expr, false) && !passes_dated(self.view.plan, steps)
    }

    fn parts(&self, rule: &Rule) -> Result<Vec<Part>, Refused> {
        let Some(test) = &rule.must else { return Ok(Vec::new()) };
        parts(test)
    }

    fn target(&self, rule: &Rule, case: &Case) -> Result<Short, Refused> {
        let Some(target) = &rule.target else { return Ok(OPEN) };
        let on = |day: &Day| self.view.value(target, &mut self.view.frame(rule, case, *day));
        let mut values = self.changes.iter().map(on);
        let first = values.next().unwrap_or_default();
        if values.any(|value| value != first) {
            return Err("望随组织的变动而变");
        }
        Ok(short_of(self.days, &first, OPEN))
    }

    /// Who owes, when it is the same on every day that can be asked.
    fn owner(&self, rule: &Rule, case: &Case) -> Result<RecordRef, Refused> {
        let first = self.view.owner_on(rule, case, self.view.day);
        let dated = self.view.axis(case.element.record).is_some();
        let mut days = self.changes.iter().filter(|_| !dated);
        match days.all(|day| self.view.owner_on(rule, case, *day) == first) {
            true => Ok(first),
            false => Err("由谁负责随组织的变动而变"),
        }
    }

    fn owed(&self, rule: &Rule, case: &Case, program: &mut Program) -> Result<Owed, Refused> {
        let view = self.view;
        let known = &view.registry.known;
        let span = case.period.span;
        let owner = self.owner(rule, case)?;
        let held = view.registry.posts(owner);
        let mut marks = match Some(owner.form) {
            form if form == known.org => BY_ORG,
            form if form == known.person => 0,
            _ if owner == case.element.record => BY_SELF,
            _ => return Err("有一件任务由既不是人也不是组织的记录负责"),
        };
        let elsewhere = marks == BY_SELF && view.home(owner, case, span.last) != owner;
        if elsewhere || held.len() > 32 {
            return Err("有一件任务的负责人岗位太多，或随组织的变动而变");
        }
        marks |= if view.exempt(rule, case) { EXEMPT } else { 0 };
        marks |= if case.period.partial { PARTIAL } else { 0 };
        let mut targets = u32::MAX;
        if rule.newcomer == Newcomer::Prorated && view.proration(rule, case).is_some() {
            marks |= PRORATED;
            targets = program.reduced.len() as u32;
            let own = view.targets(rule, case, &[]).into_iter().map(|(_, _, target)| target);
            let own: Option<Vec<Number>> = own.map(|target| target.as_number()).collect();
            program.reduced.push(own.ok_or("要求不是数")?);
        }
        let hers = case.element.record == owner;
        let in_set =
            case.stays.iter().filter(|_| hers).flat_map(|stay| stay.posts.iter().flatten());
        let posts = in_set.fold(0u32, |bits, post| bits | 1 << post);
        let left = case.stays.iter().map(|stay| stay.span.last).max().unwrap_or(Day::MAX);
        let opens = lead(rule).map_or(span.first, |days| case.due + -days);
        Ok(Owed {
            subject: case.element.record.index,
            owner: owner.index,
            posts,
            targets,
            first: self.days.short(span.first),
            last: self.days.short(span.last),
            due: self.days.short(case.due),
            opens: self.days.short(opens),
            left: self.days.short(left),
            born: self.days.short(self.born(rule, case)),
            marks,
        })
    }

    /// The day since which a case exists: a dated element's own, or the first of a period after
    /// the windows.
    fn born(&self, rule: &Rule, case: &Case) -> Day {
        let record = case.element.record;
        let registry = self.view.plan.schema.form(record.form).registry;
        let own = self.view.axis(record).filter(|_| !registry).unwrap_or(Day::MIN);
        let beyond = match &rule.when {
            Some(When::Windows { onward: true, stretches, .. }) => {
                let end = stretches.last().map_or(Day::MAX, |stretch| stretch.last);
                (case.period.span.first > end).then_some(case.period.span.first)
            }
            _ => None,
        };
        own.max(beyond.unwrap_or(Day::MIN))
    }
}

impl Measure {
    /// Brings all folds to one scale.
    fn stretch(&mut self, scales: &[i64], scale: i64) {
        match self {
            Measure::Fold(fold, factor) => {
                *factor = scale / scales.get(*fold).copied().unwrap_or(1);
            }
            Measure::Any(parts, one) => {
                *one = scale;
                parts.iter_mut().for_each(|part| part.stretch(scales, scale));
            }
            Measure::Lesser(parts) | Measure::Greater(parts) | Measure::Add(parts) => {
                parts.iter_mut().for_each(|part| part.stretch(scales, scale));
            }
        }
    }
}

/// 免 that asks the registry and the calendar alone.
fn steady_exemption(expr: &Expr) -> bool {
    let mut steady = true;
    expr.walk(&mut |part| {
        steady &= matches!(
            part.kind,
            ExprKind::Constant(_)
                | ExprKind::Element(0)
                | ExprKind::Period
                | ExprKind::Compare(..)
                | ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::Call(Builtin::OnDuty | Builtin::Workdays, _)
        );
    });
    steady
}

fn parts(test: &Test) -> Result<Vec<Part>, Refused> {
    let each = test.parts.iter().map(|part| {
        let target = number(&part.target).ok_or("要求不是一个数")?;
        Ok(Part { count: part.count, op: part.op, target })
    });
    each.collect()
}

fn number(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Constant(value @ (Value::Number(_) | Value::Bool(_))) => value.as_number(),
        _ => None,
    }
}

fn condition(expr: &Expr) -> Result<Condition, Refused> {
    let all = |parts: &[Expr]| parts.iter().map(condition).collect::<Result<Vec<_>, _>>();
    Ok(match &expr.kind {
        ExprKind::And(parts) => Condition::All(all(parts)?),
        ExprKind::Or(parts) => Condition::Any(all(parts)?),
        ExprKind::Not(part) => Condition::Not(Box::new(condition(part)?)),
        ExprKind::Compare(op, left, right) => match (&left.kind, number(right)) {
            (ExprKind::Count(count), Some(target)) => {
                Condition::Part(Part { count: *count, op: *op, target })
            }
            _ => return Err("须不是计与数的比较"),
        },
        ExprKind::Count(count) => {
            let op = plan::expr::CompareOp::Greater;
            Condition::Part(Part { count: *count, op, target: Number::ZERO })
        }
        _ => return Err("须不是计与数的比较"),
    })
}

fn lcm(a: i64, b: i64) -> i64 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
