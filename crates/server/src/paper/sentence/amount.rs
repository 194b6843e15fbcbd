//! Numbers, lengths and constants in words: 42 天, 10 个工作日, 100%, “组宣部”.
//!
//! A blank stands between a number and a Chinese word, as the screens have it.

use facts::{Number, Value};
use plan::expr::{Expr, ExprKind, Type, Unit};

use super::value::Speaker;

impl Speaker<'_> {
    /// A literal, a parameter's value, a code.
    pub fn constant(&self, value: &Value, ty: &Type) -> String {
        match (value, ty) {
            (Value::Code(code), Type::Code(list)) => {
                let codes = &self.plan.schema.code_list(*list).codes;
                codes.get(usize::from(*code)).map_or_else(String::new, |code| code.label.clone())
            }
            (Value::Number(number), Type::Share) => percent(*number),
            (Value::Number(number), Type::Number(Some(unit))) => quantity(*number, *unit),
            (Value::Bool(yes), _) => if *yes { "是" } else { "否" }.to_owned(),
            (Value::Day(day), _) => self.day(*day),
            (Value::Text(text), _) => format!("“{text}”"),
            (Value::List(items), Type::List(of)) => {
                let words: Vec<String> = items.iter().map(|item| self.constant(item, of)).collect();
                words.join("、")
            }
            _ => duty::verdict::value_text(value),
        }
    }

    /// An amount added to a day, in its unit.
    pub fn length(&mut self, amount: &Expr, unit: Unit) -> String {
        match &amount.kind {
            ExprKind::Constant(Value::Number(number)) => quantity(*number, unit),
            _ => format!("{} {}", self.value(amount), unit_word(unit)),
        }
    }
}

/// `10 个工作日`.
pub fn quantity(number: Number, unit: Unit) -> String {
    match unit {
        Unit::Percent => format!("{number}%"),
        _ => format!("{number} {}", unit_word(unit)),
    }
}

fn percent(number: Number) -> String {
    format!("{}%", number * Number::whole(100))
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Days | Unit::CalendarDay => "天",
        Unit::Week => "周",
        Unit::Month => "个月",
        Unit::Quarter => "个季度",
        Unit::HalfYear => "个半年",
        Unit::Year => "年",
        Unit::Hour => "小时",
        Unit::Workday => "个工作日",
        Unit::Minute => "分钟",
        Unit::Percent => "%",
    }
}
