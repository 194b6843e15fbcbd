//! The command line: check, evaluate, why, serve.
//!
//! Every command ends with an exit code: 0 done, 1 cannot be done, 2 done but some rows had errors.
//! Messages for people go to stderr, results to stdout or files.
//! Read next: `tables.rs`, `api.rs`.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use duty::Question;
use facts::Day;
use plan::diagnostic::{Diagnostic, Severity};
use plan::source::Sources;

use crate::campaign::{Campaign, OpenError};
use crate::tables::Outcome;
use crate::{api, texts};

/// The day on which the rehearsal stands; the acceptance scenes play around it.
const REHEARSAL_DAY: &str = "2012-09-18";
/// The plan that is served when none is named.
const REHEARSAL_PLAN: &str = "plans/binzhou-2012-15.md";
/// The facts that are served when none are named.
const REHEARSAL_FACTS: &str = "plans/rehearsal/tiny";

#[derive(Parser)]
#[command(name = "nuanjia", about = "暖家：文件进来，活动跑起来", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 检查计划文件
    Check { files: Vec<PathBuf> },
    /// 按事实文件夹判断每一条，写出五张表
    Evaluate {
        #[command(flatten)]
        campaign: CampaignArguments,
        #[arg(long)]
        known: Option<String>,
        /// 某条的读法，如 C034=自然日；可多次
        #[arg(long)]
        reading: Vec<String>,
        #[arg(long)]
        out: PathBuf,
    },
    /// 说明一项任务：哪些记录算进去了，哪些没有，还差什么
    Why {
        clause: String,
        subject: String,
        #[command(flatten)]
        campaign: CampaignArguments,
    },
    /// 打开演练网页
    Serve {
        #[command(flatten)]
        campaign: CampaignArguments,
        #[arg(long, default_value_t = 8787)]
        port: u16,
    },
}

#[derive(clap::Args)]
struct CampaignArguments {
    #[arg(long, default_value = REHEARSAL_PLAN)]
    plan: PathBuf,
    #[arg(long, default_value = REHEARSAL_FACTS)]
    facts: PathBuf,
    #[arg(long = "as-of", default_value = REHEARSAL_DAY)]
    as_of: String,
}

/// Runs a command and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            let code = u8::from(error.use_stderr());
            // The message is the answer; whether it could be printed changes nothing.
            let _ = error.print();
            return code;
        }
    };
    match parsed.command {
        Command::Check { files } => check(&files),
        Command::Evaluate { campaign, known, reading, out } => {
            opened(&campaign, |opened| evaluate(opened, known.as_deref(), &reading, &out))
        }
        Command::Why { clause, subject, campaign } => {
            opened(&campaign, |opened| why(opened, &clause, &subject))
        }
        Command::Serve { campaign, port } => opened(&campaign, |opened| serve(opened, port)),
    }
}

fn refuse(message: impl std::fmt::Display) -> u8 {
    eprintln!("{message}");
    1
}

fn opened(arguments: &CampaignArguments, then: impl FnOnce(Campaign) -> u8) -> u8 {
    let Some(day) = Day::parse(&arguments.as_of) else {
        return refuse(format!("没有这一天：{}；请写成 {REHEARSAL_DAY} 这样", arguments.as_of));
    };
    match Campaign::open(&arguments.plan, &arguments.facts, day) {
        Ok(campaign) => then(campaign),
        Err(OpenError::Fault(fault)) => refuse(fault),
        Err(OpenError::Plan(found)) => {
            let (sources, diagnostics) = *found;
            print_diagnostics(&sources, &diagnostics);
            1
        }
    }
}

fn check(files: &[PathBuf]) -> u8 {
    let mut code = 0;
    for file in files {
        match texts::load(file) {
            Err(fault) => code = refuse(fault),
            Ok(sources) => {
                let (plan, diagnostics) = plan::compile::compile(&sources);
                let owed = plan.clauses.iter().filter_map(|clause| clause.rule.as_ref());
                println!(
                    "{}：{} 条规则，{} 处要看",
                    file.display(),
                    owed.count(),
                    diagnostics.len()
                );
                print_diagnostics(&sources, &diagnostics);
                let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
                code = code.max(u8::from(failed));
            }
        }
    }
    code
}

fn print_diagnostics(sources: &Sources, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        println!("{}", drawn(sources, diagnostic));
    }
}

/// A diagnostic on a few lines: code, words, place, help.
fn drawn(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!("{word}[{}]: {}", diagnostic.code, diagnostic.message);
    let places = diagnostic.primary.iter().chain(&diagnostic.secondary);
    for label in places {
        let file = sources.files.get(label.place.file.0 as usize);
        let before = file.and_then(|f| f.text.get(..label.place.start as usize)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let name = file.map_or("", |file| file.name.as_str());
        let quoted = sources.slice(label.place).lines().next().unwrap_or("");
        text += &format!("\n   ┌─ {name}:{line}:{column}\n   │ {quoted}  {}", label.text);
    }
    for help in &diagnostic.help {
        text += &format!("\n   = 帮助：{help}");
    }
    text
}

/// `C034=自然日` as (clause, axis, option).
fn reading(campaign: &Campaign, text: &str) -> Option<(usize, usize, usize)> {
    let (clause, wanted) = text.split_once('=')?;
    let index = campaign.plan.clause_named(clause)?;
    let axes = campaign.plan.clauses.get(index)?.axes.iter().enumerate();
    axes.into_iter().find_map(|(axis, found)| {
        let option = found.options.iter().position(|o| o.label == wanted || o.alias == wanted)?;
        Some((index, axis, option))
    })
}

fn evaluate(
    campaign: Campaign,
    known: Option<&str>,
    readings: &[String],
    out: &std::path::Path,
) -> u8 {
    let mut question = Question::as_of(campaign.today);
    if let Some(text) = known {
        match Day::parse(text) {
            Some(day) => question.known = Some(day),
            None => return refuse(format!("没有这一天：{text}")),
        }
    }
    for text in readings {
        match reading(&campaign, text) {
            Some(chosen) => question.readings.push(chosen),
            None => return refuse(format!("没有这种读法：{text}；请写成 条款=读法")),
        }
    }
    let begun = std::time::Instant::now();
    let verdicts = match duty::evaluate(&campaign.plan, &campaign.world, &question) {
        Ok(verdicts) => verdicts,
        Err(duty::Trouble::UnknownYear(year)) => {
            return refuse(format!("{} 年没有工作日表；请补上 workdays.csv", year.0));
        }
    };
    let judged = begun.elapsed();
    let (plan, world) = (&campaign.plan, &campaign.world);
    let errors = &campaign.errors;
    let outcome = Outcome { plan, world, question: &question, verdicts: &verdicts, errors };
    if let Err(fault) = outcome.write(out) {
        return refuse(fault);
    }
    let (owed, found) = (verdicts.obligations.len(), verdicts.findings.len());
    eprintln!("任务 {owed} 项，提示 {found} 条，有错的行 {} 行", errors.len());
    eprintln!("判断用了 {judged:.2?}，写出用了 {:.2?}", begun.elapsed() - judged);
    if errors.is_empty() { 0 } else { 2 }
}

fn why(campaign: Campaign, clause: &str, subject: &str) -> u8 {
    let question = Question::as_of(campaign.today);
    let Ok(judged) = campaign.judged(campaign.today) else {
        return refuse("这一年还没有工作日表");
    };
    let (plan, world) = (&campaign.plan, &campaign.world);
    let mine = judged.verdicts.obligations.iter().filter(|row| {
        let text = row.clause_text(plan);
        let of_clause = text == clause || text.split('/').next() == Some(clause);
        of_clause && world.id(row.subject) == subject
    });
    let rows: Vec<duty::Obligation> = mine.cloned().collect();
    if rows.is_empty() {
        return refuse(format!("{clause} 里没有 {subject} 的任务"));
    }
    let found = duty::evidences(plan, world, &question, &rows);
    for (row, evidence) in rows.iter().zip(found) {
        let (value, target) = (row.value_text(plan), row.target_text(plan));
        println!("{}  {}：{value} / {target}", row.key(plan, world), row.status.label());
        let name = |record| format!("{} {}", form_label(&campaign, record), world.id(record));
        for (record, part) in evidence.counted {
            println!("  算进去：{} {part}", name(record));
        }
        for (record, reason) in evidence.not_counted {
            println!("  没算：{}，{reason}", name(record));
        }
        evidence.lacking.iter().for_each(|text| println!("  {text}"));
    }
    0
}

fn form_label(campaign: &Campaign, record: facts::RecordRef) -> String {
    campaign.plan.schema.form(record.form).label.clone()
}

fn serve(campaign: Campaign, port: u16) -> u8 {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(format!("启动不了：{error}")),
    };
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = match tokio::net::TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(_) => return refuse(format!("端口 {port} 已被占用；请用 --port 换一个")),
        };
        println!("暖家演练：http://{address}（按 Ctrl-C 停下）");
        let application = api::application(Arc::new(campaign));
        let stop = async {
            // Without a signal handler the program is simply ended by the system.
            let _ = tokio::signal::ctrl_c().await;
        };
        match axum::serve(listener, application).with_graceful_shutdown(stop).await {
            Ok(()) => 0,
            Err(error) => refuse(format!("网页服务停了：{error}")),
        }
    })
}
