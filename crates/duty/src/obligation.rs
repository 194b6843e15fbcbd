//! Who owes what, for which period (§6.4, §6.5), and in whose standing it counts (§6.10).
//!
//! A case is an obligation before it is judged. 谁 owes for each period touched by a stay in the
//! set; of 逐 each element owes, once from its onset to its due date, or for each period of a 期.
//! Read next: `judge.rs`.

use facts::{Day, RecordRef, Shape, Span, Value};
use plan::expr::Expr;
use plan::plan::{Rule, Subject, When};

use crate::element::{Element, Frame, Reach};
use crate::membership::Stay;
use crate::periods::{Period, periods};
use crate::view::View;

/// An obligation before it is judged.
#[derive(Clone, Debug)]
pub struct Case {
    /// Subject of 谁 or element of 逐.
    pub element: Element,
    /// Its stays in the set.
    pub stays: Vec<Stay>,
    /// p.
    pub period: Period,
    /// 始.
    pub onset: Day,
    /// Due date before any extension.
    pub due: Day,
}

impl View<'_> {
    /// All cases of a rule.
    pub fn cases(&self, rule: &Rule) -> Vec<Case> {
        let mut cases = Vec::new();
        for record in self.members_among(rule.subject.set()) {
            self.cases_of(rule, record, &mut cases);
        }
        cases
    }

    /// The cases of a rule about one record of its set.
    pub fn cases_of(&self, rule: &Rule, record: RecordRef, cases: &mut Vec<Case>) {
        let stays = self.stays(rule.subject.set(), record);
        if stays.is_empty() {
            return;
        }
        let posts = stays.first().and_then(|stay| stay.posts.clone());
        let element = Element { record, posts };
        match (&rule.when, &rule.subject) {
            (Some(When::Rolling { .. }), _) => self.rolling(rule, &element, &stays, cases),
            (None, Subject::Each(_)) => cases.extend(self.single(rule, element, stays)),
            (when, _) => self.recurring(rule, when.as_ref(), &element, &stays, cases),
        }
    }

    /// One case per period that a stay touches.
    fn recurring(
        &self,
        rule: &Rule,
        when: Option<&When>,
        element: &Element,
        stays: &[Stay],
        cases: &mut Vec<Case>,
    ) {
        let term = self.plan.term.map(|span| Period { span, partial: false });
        let all = match when {
            Some(when) => periods(when, self.day),
            None => term.into_iter().collect(),
        };
        for period in all {
            let touching = stays.iter().filter(|s| s.span.intersect(period.span).is_some());
            let touching: Vec<Stay> = touching.cloned().collect();
            let Some(first) = touching.first() else { continue };
            let posts = first.posts.clone();
            let element = Element { record: element.record, posts };
            let onset = self.axis(element.record).unwrap_or(period.span.first);
            let due = self.due(rule, &element, period.span, onset).unwrap_or(period.span.last);
            cases.push(Case { element, stays: touching, period, onset, due });
        }
    }

    /// 逐 without 期: p = [始, due].
    fn single(&self, rule: &Rule, element: Element, stays: Vec<Stay>) -> Option<Case> {
        let term = self.plan.term?;
        let axis = self.axis(element.record);
        let shape = self.plan.schema.form(element.record.form).shape;
        if let Some(axis) = axis {
            let open = shape == Shape::Interval && self.end(element.record) >= term.first;
            if axis > term.last || (axis < term.first && !open) {
                return None;
            }
        }
        let onset = axis.unwrap_or(term.first).max(term.first);
        let provisional = Span { first: onset, last: term.last };
        let due = self.due(rule, &element, provisional, onset).unwrap_or(term.last);
        let last = if axis.is_some() { due } else { term.last };
        let span = Span::new(onset, last)?;
        let touches = stays.iter().any(|stay| stay.span.intersect(span).is_some());
        let period = Period { span, partial: false };
        touches.then_some(Case { element, stays, period, onset, due })
    }

    /// 滚动 q: from each satisfying day, or from the due date when it was missed.
    fn rolling(&self, rule: &Rule, element: &Element, stays: &[Stay], cases: &mut Vec<Case>) {
        let Some(When::Rolling { length, unit, from }) = &rule.when else { return };
        let axis = self.axis(element.record);
        let mut frame = Frame::around(element.record, self.day);
        let start = from.as_ref().and_then(|from| self.value(from, &mut frame).as_day());
        let term = self.plan.term;
        let begin = start.or(axis).or(term.map(|term| term.first));
        let Some(mut first) = begin else { return };
        first = first.max(term.map_or(first, |term| term.first));
        let end = term.map_or(self.day, |term| term.last).min(self.day);
        while first <= end {
            let last = self.shift(first, *length, *unit).previous();
            let Some(span) = Span::new(first, last) else { return };
            if !stays.iter().any(|stay| stay.span.intersect(span).is_some()) {
                return;
            }
            let period = Period { span, partial: false };
            let case = Case {
                element: element.clone(),
                stays: stays.to_vec(),
                period,
                onset: first,
                due: last,
            };
            let until = last.min(self.day);
            let met = (first.0 + 1..=until.0).map(Day).find(|&day| self.holds(rule, &case, day));
            let met = met.or_else(|| self.holds(rule, &case, first).then_some(first));
            cases.push(case);
            // The next window begins the day after: one visit must not serve two (ADR 0002).
            first = met.map_or(last.next(), Day::next);
        }
    }

    /// 限, moved by 顺延.
    fn due(&self, rule: &Rule, element: &Element, period: Span, onset: Day) -> Option<Day> {
        let due = rule.due.as_ref()?;
        let mut frame = Frame::around(element.record, self.day);
        frame.elements = vec![element.clone()];
        (frame.period, frame.onset) = (Some(period), Some(onset));
        let day = self.value(&due.value, &mut frame).as_day()?;
        if due.next_workday {
            return Some(self.workday(self.world.calendar.next_workday(day), day));
        }
        Some(day)
    }

    /// The frame in which a case's measures are taken as of a day.
    pub fn frame(&self, rule: &Rule, case: &Case, day: Day) -> Frame {
        let last = if rule.late_ok { Day::MAX } else { case.period.span.last.min(case.due) };
        Frame {
            elements: vec![case.element.clone()],
            day,
            reach: Reach::Window(Span { first: case.period.span.first, last }),
            period: Some(case.period.span),
            onset: Some(case.onset),
            counts: Vec::new(),
            lead_only: rule.credit == plan::plan::Credit::LeadOnly,
            trace: None,
        }
    }

    /// Who owes: the subject of 谁; of 逐 担, else the form's 归, else the recorder's organisation.
    pub fn owner(&self, rule: &Rule, case: &Case) -> RecordRef {
        self.owner_on(rule, case, self.day)
    }

    /// Who owes as of a day; of an element with a day, always as of that one.
    pub fn owner_on(&self, rule: &Rule, case: &Case, day: Day) -> RecordRef {
        let record = case.element.record;
        if matches!(rule.subject, Subject::Who(_)) {
            return record;
        }
        let day = self.axis(record).unwrap_or(day.min(case.due));
        let rules = self.plan.form_rules.get(record.form.0 as usize);
        let own = rules.and_then(|rules| rules.owner.as_ref());
        let borne = rule.borne_by.as_ref().and_then(|expr| self.borne(expr, record, day));
        let owner = borne.or_else(|| own.and_then(|expr| self.borne(expr, record, day)));
        owner.or_else(|| self.recorder(record)).unwrap_or(record)
    }

    fn borne(&self, expr: &Expr, record: RecordRef, day: Day) -> Option<RecordRef> {
        let mut frame = Frame::around(record, day);
        if matches!(expr.ty, plan::expr::Type::Set(_)) {
            return self.members(expr, &mut frame).first().map(|element| element.record);
        }
        self.value(expr, &mut frame).members().iter().find_map(Value::as_ref)
    }

    fn recorder(&self, record: RecordRef) -> Option<RecordRef> {
        let row = self.row(record)?;
        self.stored(row, facts::schema::RECORDED_ORG).as_ref()
    }

    /// The organisation in whose standing an obligation counts whose period ends on `last`.
    pub fn home(&self, owner: RecordRef, case: &Case, last: Day) -> RecordRef {
        if Some(owner.form) != self.registry.known.person {
            let org = self.registry.org_of(self, owner, self.day);
            return org.or_else(|| self.recorder(owner)).unwrap_or(owner);
        }
        let day = self.day.min(last);
        let posts = self.registry.posts(owner);
        let hers = case.element.record == owner;
        let in_set =
            case.stays.iter().filter(|_| hers).flat_map(|stay| stay.posts.iter().flatten());
        let mut in_set = in_set.filter_map(|&index| posts.get(index));
        let by_set = in_set.find(|post| post.span.contains(day));
        let post = by_set.or_else(|| self.registry.post_on(owner, day));
        let post = post.or_else(|| self.registry.post_nearest(owner, day));
        post.map(|post| post.org).or_else(|| self.recorder(owner)).unwrap_or(owner)
    }
}
