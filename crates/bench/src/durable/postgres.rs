//! PostgreSQL, where it is installed: a cluster of our own for the run, over a Unix socket, one transaction for a group.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use postgres::{Client, NoTls, Statement};

use super::group::{Record, Store};
use crate::Failure;

/// Where Debian keeps the programs, by version.
const INSTALLED: &str = "/usr/lib/postgresql";
const PORT: u16 = 54_329;

/// A running cluster, stopped and removed at the end.
pub(super) struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// `None`, with a word, where PostgreSQL cannot be had.
    pub(super) fn start(below: &Path) -> Option<Self> {
        let mut versions: Vec<PathBuf> = fs::read_dir(INSTALLED).ok()?.flatten().map(|entry| entry.path()).collect();
        versions.sort_unstable();
        let programs = versions.pop()?.join("bin");
        let folder = tempfile::Builder::new().prefix("postgres").tempdir_in(below).ok()?;
        let cluster = Self { programs, folder };
        match cluster.prepare() {
            Ok(()) => Some(cluster),
            Err(why) => {
                println!("PostgreSQL is left out: {why}");
                None
            }
        }
    }

    fn prepare(&self) -> Result<(), Failure> {
        let folder = self.folder.path().canonicalize()?;
        let data = folder.join("data").to_string_lossy().into_owned();
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&folder).status()?.success();
            open_the_way(&folder)?;
            if !owned {
                return Err("there is no user postgres to run it as".into());
            }
        }
        self.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8"])?;
        let log = folder.join("log").to_string_lossy().into_owned();
        let settings = format!(
            "-c listen_addresses= -c port={PORT} -c unix_socket_directories={} -c synchronous_commit=on -c fsync=on",
            folder.display()
        );
        self.run("pg_ctl", &["-D", &data, "-l", &log, "-w", "-o", &settings, "start"])
    }

    /// Runs one of its programs; as root, as the user postgres, for it refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        if command.status()?.success() { Ok(()) } else { Err(format!("{program} failed").into()) }
    }

    /// A connection with an empty table.
    pub(super) fn open(&self) -> Result<Postgres, Failure> {
        let mut client = postgres::Config::new()
            .host_path(self.folder.path().canonicalize()?)
            .port(PORT)
            .user("postgres")
            .dbname("postgres")
            .connect(NoTls)?;
        client.batch_execute(
            "DROP TABLE IF EXISTS event;
             CREATE TABLE event (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream bigint NOT NULL,
                                 version bigint NOT NULL, content bytea NOT NULL, UNIQUE (stream, version));
             CHECKPOINT;",
        )?;
        let insert = client.prepare(
            "INSERT INTO event (stream, version, content) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])",
        )?;
        Ok(Postgres { client, insert })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data").to_string_lossy().into_owned();
        let _stopped = self.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "stop"]);
    }
}

pub(super) struct Postgres {
    client: Client,
    insert: Statement,
}

impl Store for Postgres {
    fn commit(&mut self, group: &[Record]) -> Result<(), Failure> {
        let streams: Vec<i64> = group.iter().map(|record| record.stream).collect();
        let versions: Vec<i64> = group.iter().map(|record| record.version).collect();
        let contents: Vec<&[u8]> = group.iter().map(|record| record.bytes.as_slice()).collect();
        self.client.execute(&self.insert, &[&streams, &versions, &contents])?;
        Ok(())
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Another user has to be able to reach the folder.
fn open_the_way(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    for above in folder.ancestors().skip(1) {
        let mode = fs::metadata(above)?.permissions().mode();
        if mode & 0o001 == 0 {
            return Err(format!("{} cannot be entered by the user postgres: give --folder", above.display()).into());
        }
    }
    Ok(())
}
