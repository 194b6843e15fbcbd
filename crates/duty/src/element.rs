//! Elements and frames: what an expression is evaluated in.
//!
//! An element is a record that a binder holds; a person is held together with the posts that put
//! her into the set (§5 Paths). A frame is the stack of elements with the day t and the window W.
//! Read next: `value.rs`.

use facts::{Day, RecordRef, Span, Value};

/// A record held by a binder.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The record.
    pub record: RecordRef,
    /// Of a person: indexes of the posts that count here; `None` where posts play no part.
    pub posts: Option<Vec<usize>>,
}

impl Element {
    /// An element without posts.
    pub fn plain(record: RecordRef) -> Element {
        Element { record, posts: None }
    }
}

/// Which dated records an aggregate sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those inside W.
    Window(Span),
    /// All up to t: in set filters and derived fields.
    UpToDay,
}

/// What an expression is evaluated in.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Elements by level.
    pub elements: Vec<Element>,
    /// t.
    pub day: Day,
    /// W.
    pub reach: Reach,
    /// 期.
    pub period: Option<Span>,
    /// 始.
    pub onset: Option<Day>,
    /// Values of the 计, for 须.
    pub counts: Vec<Value>,
    /// 记 主办: only the first member of a list is credited.
    pub lead_only: bool,
    /// Records that contributed, when asked for.
    pub trace: Option<Vec<RecordRef>>,
}

impl Frame {
    /// A frame around one record, as derived fields and owners use it.
    pub fn around(record: RecordRef, day: Day) -> Frame {
        // Room for the levels that a condition usually adds.
        let mut elements = Vec::with_capacity(4);
        elements.push(Element::plain(record));
        Frame { elements, ..Frame::bare(day) }
    }

    /// A frame without any element, for what is asked of nobody in particular.
    pub fn bare(day: Day) -> Frame {
        Frame {
            elements: Vec::new(),
            day,
            reach: Reach::UpToDay,
            period: None,
            onset: None,
            counts: Vec::new(),
            lead_only: false,
            trace: None,
        }
    }

    /// Evaluates something with an element at a level, whatever stood there before.
    pub fn with<T>(
        &mut self,
        level: u8,
        element: Element,
        body: impl FnOnce(&mut Frame) -> T,
    ) -> T {
        let level = level as usize;
        while self.elements.len() < level {
            // A set compiled on its own does not mention outer levels; what fills them is never
            // read.
            self.elements.push(element.clone());
        }
        // What stands at deeper levels stays: an expression reads only levels around it.
        let saved = match self.elements.get_mut(level) {
            Some(place) => Some(std::mem::replace(place, element)),
            None => {
                self.elements.push(element);
                None
            }
        };
        let result = body(self);
        match (saved, self.elements.get_mut(level)) {
            (Some(saved), Some(place)) => *place = saved,
            _ => self.elements.truncate(level),
        }
        result
    }
}
