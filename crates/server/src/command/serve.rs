//! `serve`: the web app and its API on this machine only, until Ctrl-C.
//!
//! It listens on the loopback address and nowhere else. The pages of a rehearsal are public; with
//! accounts (`init`) people can sign in beside them.
//! Read next: `../router.rs`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use facts::Day;
use tokio::net::TcpListener;

use super::init::accounts;
use super::{DONE, Inputs, REFUSED, REHEARSAL_DAY, day, refuse, say};
use crate::access::cookie::Transport;
use crate::access::door::{Door, system_clock};
use crate::rehearsal::{self, Loaded, Rehearsal};
use crate::router::{Site, served};

/// Arguments of `serve`.
#[derive(clap::Args, Clone, Debug)]
pub struct Serve {
    #[command(flatten)]
    inputs: Inputs,
    /// 端口
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// 演练的今天
    #[arg(long, default_value = REHEARSAL_DAY, value_parser = day)]
    day: Day,
    /// init 建好的文件夹：有了它，人可以登录
    #[arg(long)]
    accounts: Option<PathBuf>,
}

impl Serve {
    /// Serves until interrupted.
    pub fn run(self) -> u8 {
        let loaded = match rehearsal::load(&self.inputs.plan, &self.inputs.facts, self.day) {
            Ok(loaded) => loaded,
            Err(fault) => return refuse(fault),
        };
        report(&loaded);
        let facts = Arc::new(loaded.rehearsal);
        let site = match self.site(&facts) {
            Ok(site) => site,
            Err(reason) => return refuse(reason),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(listen(self.port, facts, site)),
            Err(error) => refuse(format!("启动不了（{error}）；请关掉一些程序再试。")),
        }
    }
}

impl Serve {
    /// The facts, with accounts before them where there are some.
    fn site(&self, facts: &Arc<Rehearsal>) -> Result<Site, String> {
        let Some(dir) = &self.accounts else { return Ok(Site::of_rehearsal(Arc::clone(facts))) };
        let people = accounts(dir)?;
        let door = Door::new(people, Arc::clone(facts), Transport::Loopback, system_clock());
        Ok(Site::with_door(Arc::clone(facts), Arc::new(door), true))
    }
}

fn report(loaded: &Loaded) {
    if loaded.plan_errors > 0 {
        eprintln!("方案有 {} 处错误，有关条款不计；详见 nuanjia check。", loaded.plan_errors);
    }
    if loaded.row_errors > 0 {
        eprintln!(
            "事实有 {} 处错误，有关的行没有读；详见 nuanjia check --facts。",
            loaded.row_errors
        );
    }
}

/// Opens the port on the loopback address.
pub async fn open(port: u16) -> Result<TcpListener, String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("端口 {port} 已被占用；请先停掉占用它的程序，或另选一个：--port 8788。")
        }
        io::ErrorKind::PermissionDenied => {
            format!("没有权限用端口 {port}；请选 1024 以上的端口。")
        }
        _ => format!("端口 {port} 打不开（{error}）；请另选一个。"),
    })
}

async fn listen(port: u16, rehearsal: Arc<Rehearsal>, site: Site) -> u8 {
    let listener = match open(port).await {
        Ok(listener) => listener,
        Err(reason) => return refuse(reason),
    };
    let address = listener.local_addr().unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    say(format!("暖家在 http://{address} （演练数据，不是真人；停止按 Ctrl-C）"));
    // The first page is then there when it is asked for, or soon after.
    tokio::spawn(async move { rehearsal.judged(rehearsal.today).await });
    let serving = axum::serve(listener, served(site)).with_graceful_shutdown(interrupted());
    match serving.await {
        Ok(()) => DONE,
        Err(error) => {
            eprintln!("服务中断（{error}）；请重新启动。");
            REFUSED
        }
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal the program still runs; it is then ended from outside.
        std::future::pending::<()>().await;
    }
}
