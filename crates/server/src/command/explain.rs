//! `explain`: what a code means, with a bad and a good case.
//!
//! The pages are in the plan crate, beside the checks that give the codes.
//! It reads no file.

use super::{DONE, refuse, say};

/// Arguments of `explain`.
#[derive(clap::Args, Clone, Debug)]
pub struct Explain {
    /// 代码，如 E0302
    code: String,
}

impl Explain {
    /// Prints the page of a code.
    pub fn run(self) -> u8 {
        match plan::explain::explain(&self.code) {
            Some(page) => {
                say(page);
                DONE
            }
            None => refuse(format!("没有代码 {}；代码写在每条提示的方括号里。", self.code)),
        }
    }
}
