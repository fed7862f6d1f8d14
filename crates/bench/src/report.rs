//! The table for people and the file for programs.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{Failure, access, digests, durable, growth, http, rows, snapshot};

/// What one part of the benchmarks measured.
pub(crate) struct Report {
    /// The name of its files in `docs/bench/`.
    name: &'static str,
    text: String,
    figures: Value,
}

impl Report {
    /// Prints it, and writes it to `docs/bench/` unless it is of a quick run. Figures that are compared stand in one file, and
    /// those of one file are of one run.
    pub(crate) fn publish(&self, machine: &Value, quick: bool) -> Result<(), Failure> {
        println!("{}", self.text);
        if quick {
            println!("a quick run: nothing is written");
            return Ok(());
        }
        let folder = Path::new("docs/bench");
        fs::create_dir_all(folder)?;
        let mut text = self.text.clone();
        on_what(machine, &mut text)?;
        fs::write(folder.join(self.name).with_extension("md"), text)?;
        let json = json!({ "machine": machine, "figures": self.figures });
        fs::write(folder.join(self.name).with_extension("json"), format!("{json:#}\n"))?;
        Ok(())
    }
}

fn on_what(machine: &Value, text: &mut String) -> std::fmt::Result {
    text.push_str("\n## On what\n\n");
    for (name, value) in machine.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(text, "- {}: {value}", name.replace('_', " "))?;
    }
    Ok(())
}

fn all<T>(rows: &[T], to_json: impl Fn(&T) -> Value) -> Value {
    rows.iter().map(to_json).collect()
}

/// What a long log costs.
pub(crate) fn growth(rows: &[growth::Row]) -> Result<Report, Failure> {
    let mut text = String::from(
        "# A long log\n\nA made-up history: schools of 500 pupils with a pupil's year each; longer means more schools. \
         Questions are asked of the projections, without HTTP, about as many mentors, pupils and schools at each length: \
         warm, the same ones again and again; cold, after other memory has been read. Their ratio is to the shortest \
         history. One read of a place that is in no cache costs more the more memory it is one of, whatever is read: a cold \
         question is judged by how much that, the limit, has grown. Replay's ratio is to decoding the same stored forms from \
         a flat file, without opening or folding them. \
         A start is a process of its own, on what the machine has in its memory.\n\n",
    );
    text.push_str(
        "| events | what | figure (range) | ratio | target | met |\n| ---: | --- | ---: | ---: | --- | --- |\n",
    );
    for row in rows {
        let ratio = row.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let range = row.range.map_or_else(String::new, |(least, most)| format!(" ({least:.2}-{most:.2})"));
        let (target, met) = row.target.map_or(("", ""), |(target, met)| (target, if met { "yes" } else { "no" }));
        let (events, what, figure, unit) = (row.events, row.what, row.figure, row.unit);
        writeln!(&mut text, "| {events} | {what} | {figure:.2}{range} {unit} | {ratio} | {target} | {met} |")?;
    }
    Ok(Report { name: "growth", text, figures: all(rows, growth::Row::to_json) })
}

/// Lists of rows.
pub(crate) fn rows(rows: &[rows::Way]) -> Result<Report, Failure> {
    let mut text = String::from(
        "# A list of rows, in process\n\nA caseload of 100 pupils with six fields each, with its access decision and its \
         trace, asked of the service without HTTP.\n\n| | per second (range) | to field by field (range) |\n| --- | ---: | ---: |\n",
    );
    for way in rows {
        let (rate, ratio) = (way.per_second, way.ratio);
        writeln!(
            &mut text,
            "| {} | {:.0} ({:.0}-{:.0}) | {:.2} ({:.2}-{:.2}) |",
            way.name, rate.median, rate.least, rate.most, ratio.median, ratio.least, ratio.most,
        )?;
    }
    Ok(Report { name: "rows", text, figures: all(rows, rows::Way::to_json) })
}

/// Durable appends.
pub(crate) fn durable(rows: &[durable::Row]) -> Result<Report, Failure> {
    let mut text =
        String::from("# Durable appends\n\nEach answered when it is on disk; each writer has one under way.\n\n");
    text.push_str("| bytes | writers | engine | per second (range) | p50 | p99 | to raw (range) |\n");
    text.push_str("| ---: | ---: | --- | ---: | ---: | ---: | ---: |\n");
    for row in rows {
        let (rate, ratio) = (row.summary.rate, row.ratio);
        writeln!(
            &mut text,
            "| {} | {} | {} | {:.0} ({:.0}-{:.0}) | {:.0} | {:.0} | {:.2} ({:.2}-{:.2}) |",
            row.size,
            row.writers,
            row.engine,
            rate.median,
            rate.least,
            rate.most,
            row.summary.p50,
            row.summary.p99,
            ratio.median,
            ratio.least,
            ratio.most,
        )?;
    }
    Ok(Report { name: "durable", text, figures: all(rows, durable::Row::to_json) })
}

/// Snapshots.
pub(crate) fn snapshots(rows: &[snapshot::Row]) -> Result<Report, Failure> {
    let mut text =
        String::from("# Snapshots\n\nSealed and synced, or opened; what is read lies in the machine's memory.\n\n");
    text.push_str("| MiB | | MiB per second (range) | to raw (range) |\n| ---: | --- | ---: | ---: |\n");
    for row in rows {
        let (rate, ratio) = (row.summary.rate, row.ratio);
        writeln!(
            &mut text,
            "| {} | {} | {:.0} ({:.0}-{:.0}) | {:.2} ({:.2}-{:.2}) |",
            row.mebibytes, row.what, rate.median, rate.least, rate.most, ratio.median, ratio.least, ratio.most,
        )?;
    }
    Ok(Report { name: "snapshots", text, figures: all(rows, snapshot::Row::to_json) })
}

/// The service.
pub(crate) fn http(rows: &[http::Row]) -> Result<Report, Failure> {
    let mut text = String::from(
        "# Over HTTP, 64 clients\n\nBeside each, the same bytes from the same server stack without any \
                   work. Clients and server share the cores; CPU is the server's own.\n\n",
    );
    text.push_str("| question | answer | | per second (range) | p50 | p99 | CPU | to static (range) |\n");
    text.push_str("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n");
    for row in rows {
        for (who, figures) in [("mentorlog", &row.ours), ("static", &row.fixed)] {
            let ratio = match who {
                "static" => "1".to_owned(),
                _ => format!("{:.3} ({:.3}-{:.3})", row.ratio.median, row.ratio.least, row.ratio.most),
            };
            writeln!(
                &mut text,
                "| {} | {} B | {who} | {:.0} ({:.0}-{:.0}) | {:.0} | {:.0} | {:.0} | {ratio} |",
                row.name,
                row.bytes,
                figures.rate.median,
                figures.rate.least,
                figures.rate.most,
                figures.p50,
                figures.p99,
                figures.cpu,
            )?;
        }
    }
    Ok(Report { name: "http", text, figures: all(rows, http::Row::to_json) })
}

/// What access costs.
pub(crate) fn access(costs: &access::Costs) -> Result<Report, Failure> {
    let mut text = String::new();
    costs.tell(&mut text)?;
    Ok(Report { name: "access", text, figures: costs.to_json() })
}

/// Digests to guardians.
pub(crate) fn digests(figures: &digests::Figures) -> Result<Report, Failure> {
    let mut text = String::new();
    figures.tell(&mut text)?;
    Ok(Report { name: "digests", text, figures: figures.to_json() })
}
