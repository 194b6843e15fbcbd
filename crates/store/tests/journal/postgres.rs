//! The laws of the journal on PostgreSQL, started for the test from the system's own package.
//!
//! The statements are the store's; this file adds only how to speak to the other database, which
//! the product will need when several processes serve. Where PostgreSQL is not installed the test
//! says so and passes; with `NUANJIA_POSTGRES=required` it fails. It does not test that PostgreSQL
//! keeps its promises. Read next: `laws.rs`, `src/sql.rs`.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use postgres::{Client, NoTls, types::ToSql};
use store::chain::Beside;
use store::{
    Broken, Database, Fault, FaultKind, Head, Id, Journal, Link, Origin, Row, StreamId, sql,
};

use super::ground::Folder;
use super::laws::{Ground, LAWS};

#[test]
fn every_law_holds_on_postgresql_too() {
    let Some(server) = Server::start() else {
        assert_ne!(std::env::var("NUANJIA_POSTGRES").as_deref(), Ok("required"));
        eprintln!("PostgreSQL is not installed: its half of the laws was not tried");
        return;
    };
    for (number, (name, law)) in LAWS.iter().enumerate() {
        eprintln!("on PostgreSQL: {name}");
        law(&server.journal(&format!("law_{number}")));
    }
}

/// A running server; stopped when dropped.
struct Server {
    process: Child,
    folder: Folder,
}

impl Server {
    fn start() -> Option<Server> {
        let programs = programs()?;
        let folder = Folder::new();
        let store = folder.0.join("pg");
        let mut made = as_postgres(&programs.join("initdb"), &folder.0)?;
        let options = ["--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync", "-U", "postgres"];
        made.arg("-D").arg(&store).args(options).stdout(Stdio::null());
        assert!(made.status().unwrap().success(), "initdb");
        let mut started = as_postgres(&programs.join("postgres"), &folder.0)?;
        started.arg("-D").arg(&store).arg("-k").arg(&folder.0);
        started.args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        started.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = started.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let ready = |line: String| line.contains("ready to accept connections");
        assert!(log.by_ref().map_while(Result::ok).any(ready), "PostgreSQL did not start");
        // Whoever stops reading its log stops the server.
        std::thread::spawn(move || log.for_each(drop));
        Some(Server { process, folder })
    }

    fn client(&self, database: &str) -> Result<Client, postgres::Error> {
        let host = self.folder.0.display();
        Client::connect(&format!("host={host} user=postgres dbname={database}"), NoTls)
    }

    /// An empty journal in a database of its own.
    fn journal<'a>(&'a self, database: &str) -> Tables<'a> {
        let create = format!("CREATE DATABASE {database}");
        self.client("postgres").unwrap().batch_execute(&create).unwrap();
        let tables = Tables { server: self, database: database.to_owned() };
        let mut client = tables.client();
        for statement in [sql::CREATE_JOURNAL, sql::CREATE_BATCH, sql::CREATE_SENT_ONCE] {
            client.batch_execute(statement).unwrap();
        }
        client.execute(sql::INSERT_ORIGIN, &[&1_i64, &&[9_u8; 16][..]]).unwrap();
        tables
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT: leave at once, but in order.
        let id = self.process.id().to_string();
        drop(Command::new("kill").args(["-INT", &id]).status());
        drop(self.process.wait());
    }
}

/// Where initdb and postgres are.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = debian.chain(std::env::split_paths(&path));
    folders.find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// A command under the user `postgres` if we are root, which PostgreSQL refuses to run as.
fn as_postgres(program: &Path, folder: &Path) -> Option<Command> {
    let number = |of: &str, user: &[&str]| -> Option<u32> {
        let output = Command::new("id").arg(of).args(user).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    let mut command = if number("-u", &[])? == 0 {
        let (user, group) = (number("-u", &["postgres"])?, number("-g", &["postgres"])?);
        chown(folder, Some(user), Some(group)).ok()?;
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
        command.arg("--clear-groups").arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    Some(command)
}

/// A journal in a database of the server.
struct Tables<'a> {
    server: &'a Server,
    database: String,
}

impl Tables<'_> {
    fn client(&self) -> Client {
        self.server.client(&self.database).unwrap()
    }
}

impl Ground for Tables<'_> {
    fn open(&self) -> Result<Journal, Broken> {
        let mut writer = self.client();
        // It goes with the connection, as the file's lock goes with the process; a connection just
        // closed may hold it for a moment longer.
        writer.batch_execute("SELECT pg_advisory_lock(1)").unwrap();
        let reader = self.client();
        Journal::over(Box::new(Postgres(writer)), Box::new(Postgres(reader)))
    }

    fn run(&self, statement: &str) {
        self.client().batch_execute(statement).unwrap();
    }

    fn flip(&self, column: &str, seq: u64) {
        let mut client = self.client();
        let select = format!("SELECT {column} FROM batch WHERE seq = {seq}");
        let mut bytes: Vec<u8> = client.query_one(&select, &[]).unwrap().get(0);
        bytes[7] ^= 0x40;
        let update = format!("UPDATE batch SET {column} = $1 WHERE seq = {seq}");
        client.execute(&update, &[&bytes]).unwrap();
    }
}

/// A connection.
struct Postgres(Client);

impl Postgres {
    fn rows(
        &mut self,
        statement: &str,
        wanted: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<postgres::Row>, Fault> {
        self.0.query(statement, wanted).map_err(|error| fault(&error))
    }

    fn batch(&mut self, statement: &str) -> Result<(), Fault> {
        self.0.batch_execute(statement).map_err(|error| fault(&error))
    }
}

fn fault(error: &postgres::Error) -> Fault {
    Fault::new(FaultKind::Disk, error.to_string(), "PostgreSQL", "请检查数据库")
}

fn id_of(bytes: &[u8]) -> Id {
    Id(bytes.try_into().unwrap())
}

fn link_of(bytes: &[u8]) -> Link {
    Link(bytes.try_into().unwrap())
}

impl Database for Postgres {
    fn origin(&mut self) -> Result<Origin, Fault> {
        let rows = self.rows(sql::SELECT_ORIGIN, &[])?;
        Ok(Origin { schema: rows[0].get::<_, i64>(0) as u32, journal: id_of(rows[0].get(1)) })
    }

    fn begin(&mut self) -> Result<(), Fault> {
        self.batch("BEGIN")
    }

    fn insert(&mut self, stream: StreamId, row: &Row) -> Result<(), Fault> {
        let (stream, seq) = (i64::from(stream.0), row.seq as i64);
        let (device, id) = (&row.beside.device.0[..], &row.beside.id.0[..]);
        let link = &row.link.0[..];
        let values: [&(dyn ToSql + Sync); 7] =
            [&stream, &seq, &device, &id, &row.beside.taken_at, &row.body, &link];
        self.rows(sql::INSERT_BATCH, &values).map(|_| ())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT")
    }

    fn head(&mut self, stream: StreamId) -> Result<Option<Head>, Fault> {
        let rows = self.rows(sql::SELECT_HEAD, &[&i64::from(stream.0)])?;
        let head = |row: &postgres::Row| Head {
            seq: row.get::<_, i64>(0) as u64,
            link: link_of(row.get(1)),
        };
        Ok(rows.first().map(head))
    }

    fn sent(
        &mut self,
        stream: StreamId,
        device: Id,
        id: Id,
    ) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        let (device, id) = (&device.0[..], &id.0[..]);
        let rows = self.rows(sql::SELECT_SENT, &[&i64::from(stream.0), &device, &id])?;
        Ok(rows.first().map(|row| (row.get::<_, i64>(0) as u64, row.get(1))))
    }

    fn page(&mut self, stream: StreamId, from: u64, rows_max: u32) -> Result<Vec<Row>, Broken> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let wanted: [&(dyn ToSql + Sync); 3] = [&i64::from(stream.0), &from, &i64::from(rows_max)];
        let rows = self.rows(sql::SELECT_PAGE, &wanted)?;
        let row = |row: &postgres::Row| Row {
            seq: row.get::<_, i64>(0) as u64,
            beside: Beside {
                device: id_of(row.get(1)),
                id: id_of(row.get(2)),
                taken_at: row.get(3),
            },
            body: row.get(4),
            link: link_of(row.get(5)),
        };
        Ok(rows.iter().map(row).collect())
    }

    fn stream_after(&mut self, stream: Option<StreamId>) -> Result<Option<StreamId>, Fault> {
        let after = stream.map_or(-1, |stream| i64::from(stream.0));
        let rows = self.rows(sql::SELECT_NEXT_STREAM, &[&after])?;
        Ok(rows[0].get::<_, Option<i64>>(0).map(|stream| StreamId(stream as u32)))
    }

    fn check(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}
