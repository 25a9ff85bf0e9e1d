//! `idlewild job`

use std::collections::BTreeMap;

use anyhow::{bail, Context};
use futures::{stream, StreamExt};
use idlewild_chain_client::{coins::show_coins, ComputeCall};
use idlewild_compute_primitives::{
    chunk::{tasks_of, Stage},
    money::MILLIS_PER_BLOCK,
    outcome::Outcome,
    view::{ChunkView, Due, ProjectView},
    Balance, Clock, ProjectId,
};
use idlewild_sdk::{
    collect::{in_words, CollectError, Results},
    explain::{ChunkWait, Explanation},
    watch::Progress,
    Sdk,
};
use serde::Serialize;

use super::run::words;
use crate::{
    args::{Common, JobCommand},
    connection,
    output::{plain_lines, show, table},
};

const PAGE: u32 = 64;
/// Chunks whose results are asked for side by side.
const AT_ONCE: usize = 8;
/// Chunks of one kind that are told one by one.
const TOLD: usize = 20;

#[derive(Serialize)]
struct Row {
    project: ProjectId,
    tasks: u64,
    #[serde(flatten)]
    progress: Progress,
}

#[derive(Serialize)]
struct Chunk {
    chunk: u32,
    stage: &'static str,
    due: Due,
    until: Clock,
    providers: Vec<u32>,
}

#[derive(Serialize)]
struct Stat {
    #[serde(flatten)]
    progress: Progress,
    /// Each chunk; how many there are is the progress's to say.
    #[serde(rename = "states")]
    chunks: Vec<Chunk>,
    /// How tasks ended of which that is known.
    tasks: BTreeMap<u64, Outcome>,
    /// Chunks whose outcomes could not be read, and why.
    unreadable: BTreeMap<u32, String>,
}

#[derive(Serialize)]
struct Log {
    task: u64,
    outcome: Outcome,
    log: String,
}

#[derive(Serialize)]
struct Cancelled {
    project: ProjectId,
    block: u32,
    refunded: Balance,
    held: Balance,
    going_on: u32,
}

/// Looks at jobs, or ends them.
pub async fn run(common: &Common, command: JobCommand) -> anyhow::Result<()> {
    match command {
        JobCommand::Ls => ls(common).await,
        JobCommand::Stat { project, quick } => stat(common, project, quick).await,
        JobCommand::Logs { project, task } => logs(common, project, task).await,
        JobCommand::Explain { project } => explain(common, project).await,
        JobCommand::Cancel { project } => cancel(common, project).await,
    }
}

async fn sdk(common: &Common) -> anyhow::Result<Sdk> {
    Ok(Sdk::new(connection::session(common).await?, connection::compute(common).await?))
}

fn rows(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let heading = heading.iter().map(|cell| (*cell).to_owned()).collect();
    table(&[heading].into_iter().chain(rows).collect::<Vec<_>>())
}

async fn ls(common: &Common) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = sdk.compute().projects_of(sdk.session().account(), after, PAGE).await?;
        for project in &page.projects {
            let progress = sdk.progress(project.id).await?;
            found.push(Row { project: project.id, tasks: project.spec.tasks, progress });
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    show(common.json, &found, || {
        let cells = found.iter().map(|row| {
            let progress = &row.progress;
            let state = words(progress) + if progress.closed { ", closed" } else { "" };
            let held = show_coins(progress.held);
            vec![row.project.to_string(), row.tasks.to_string(), progress.chunks.to_string(), held, state]
        });
        rows(&["project", "tasks", "chunks", "held", "state"], cells)
    })?;
    Ok(())
}

async fn stat(common: &Common, id: ProjectId, quick: bool) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let project = sdk.project(id).await?;
    let views = sdk.chunks(id).await?;
    let progress = sdk.progress(id).await?;
    let is_own = project.owner == sdk.session().account();
    let (mut tasks, mut unreadable) = (BTreeMap::new(), BTreeMap::new());
    // Only its owner can open what came of it.
    if is_own && !quick {
        for (chunk, results) in results_of(&sdk, &project, &views).await {
            match results {
                Ok(results) => tasks.extend(results.outcomes().map(|(task, outcome)| (task, *outcome))),
                Err(error) => drop(unreadable.insert(chunk, error.to_string())),
            }
        }
    }
    let chunk = |chunk: ChunkView| Chunk {
        chunk: chunk.index,
        stage: stage(&chunk.stage),
        due: chunk.due,
        until: chunk.until,
        providers: chunk.replicas.iter().map(|replica| replica.provider).collect(),
    };
    let stat = Stat { progress, chunks: views.into_iter().map(chunk).collect(), tasks, unreadable };
    show(common.json, &stat, || stat.words())?;
    Ok(())
}

/// The results of all chunks that have some.
async fn results_of(sdk: &Sdk, project: &ProjectView, chunks: &[ChunkView]) -> Vec<(u32, Result<Results, CollectError>)> {
    let asked = chunks.iter().map(|chunk| async move { (chunk.index, sdk.results(project, chunk).await.transpose()) });
    let found = stream::iter(asked).buffered(AT_ONCE).collect::<Vec<_>>().await;
    found.into_iter().filter_map(|(chunk, results)| Some((chunk, results?))).collect()
}

impl Stat {
    fn words(&self) -> String {
        let mut lines = vec![format!("{}; {} held", words(&self.progress), show_coins(self.progress.held))];
        lines.push(rows(
            &["chunk", "stage", "waits for", "until", "providers"],
            self.chunks.iter().map(|chunk| {
                let providers: Vec<String> = chunk.providers.iter().map(u32::to_string).collect();
                let until = if chunk.until == 0 { "-".into() } else { chunk.until.to_string() };
                vec![chunk.chunk.to_string(), chunk.stage.to_owned(), due(chunk.due).to_owned(), until, providers.join(" ")]
            }),
        ));
        let failed = self.tasks.iter().filter(|(_, outcome)| !outcome.ending.is_success());
        let failed: Vec<String> = failed.map(|(task, outcome)| format!("task {task}: {}", in_words(&outcome.ending))).collect();
        if !self.tasks.is_empty() {
            lines.push(format!(
                "{} of {} tasks with results ended well",
                self.tasks.len().saturating_sub(failed.len()),
                self.tasks.len()
            ));
        }
        lines.extend(failed);
        lines.extend(self.unreadable.values().cloned());
        lines.join("\n")
    }
}

fn stage(stage: &Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Working { .. } => "working",
        Stage::Agreed { .. } => "agreed",
        Stage::Disputed { .. } => "disputed",
        Stage::Final { root: Some(_) } => "final",
        Stage::Final { root: None } => "final, without a result",
    }
}

fn due(due: Due) -> &'static str {
    match due {
        Due::Claim => "claims",
        Due::Draw => "the draw among claims",
        Due::Acknowledge => "who was drawn to begin",
        Due::Commit => "replicas to run",
        Due::Check => "the draw of a check",
        Due::Reveal => "results to be shown",
        Due::Finalise => "challenges",
        Due::Verdict => "trackers",
        Due::Nothing => "nothing",
    }
}

async fn logs(common: &Common, id: ProjectId, task: Option<u64>) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let project = sdk.project(id).await?;
    if project.owner != sdk.session().account() {
        bail!("project {id} is another account's, and only its owner can open what came of it: choose that account with --account");
    }
    let last = project.spec.tasks.saturating_sub(1);
    if task.is_some_and(|task| task > last) {
        return Err(CollectError::NoSuchTask { project: id, last }.into());
    }
    let has_task = |chunk: &ChunkView| {
        let tasks = tasks_of(chunk.index, project.spec.tasks, project.spec.per_chunk);
        task.is_none_or(|task| tasks.contains(&task))
    };
    let chunks: Vec<ChunkView> = sdk.chunks(id).await?.into_iter().filter(has_task).collect();
    let mut found = Vec::new();
    for (_, results) in results_of(&sdk, &project, &chunks).await {
        let results = results?;
        for (number, outcome) in results.outcomes().filter(|(number, _)| task.is_none_or(|task| task == *number)) {
            let log =
                results.log(number).await.map_err(|source| CollectError::Log { task: number, source })?.unwrap_or_default();
            found.push(Log { task: number, outcome: *outcome, log: String::from_utf8_lossy(&log).into_owned() });
        }
    }
    if found.is_empty() {
        bail!("no result of it is agreed to yet, and logs come with results: `idlewild job stat {id}` tells how far it is");
    }
    show(common.json, &found, || {
        // Of one task the log alone; of all of them those that have something to say.
        let told = found.iter().filter(|log| task.is_some() || !log.log.is_empty() || !log.outcome.ending.is_success());
        let told: Vec<String> = told
            .map(|log| {
                let text = if log.log.is_empty() { "(it wrote no log)".into() } else { plain_lines(&log.log) };
                format!("task {}: {}\n{text}", log.task, in_words(&log.outcome.ending))
            })
            .collect();
        if told.is_empty() {
            return format!("{} tasks have results, and none of them wrote a log", found.len());
        }
        told.join("\n\n")
    })?;
    Ok(())
}

async fn explain(common: &Common, id: ProjectId) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let explanation = sdk.explain(id).await?;
    show(common.json, &explanation, || told(&explanation))?;
    Ok(())
}

/// Blocks of the clock as a time.
fn span(blocks: Clock) -> String {
    let seconds = u64::from(blocks).saturating_mul(MILLIS_PER_BLOCK) / 1_000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

fn told(explanation: &Explanation) -> String {
    let Explanation { now, closed, deadline, chunks, providers, .. } = explanation;
    let mut lines = Vec::new();
    if *closed {
        lines.push("it gives out no more chunks: it was cancelled, or its deadline passed".to_owned());
    } else if now > deadline {
        lines.push(format!("its deadline, block {deadline} of the clock, has passed: chunks that nobody began are paid back"));
    } else {
        let left = deadline.saturating_sub(*now);
        lines.push(format!("chunks can be begun until block {deadline} of the clock, in about {}", span(left)));
    }
    if chunks.is_empty() {
        lines.push("every chunk is over".to_owned());
        return lines.join("\n");
    }
    lines.extend(chunks.iter().take(TOLD).map(|chunk| waits(chunk, *now)));
    if chunks.len() > TOLD {
        lines.push(format!("and {} chunks more, which --json shows", chunks.len().saturating_sub(TOLD)));
    }
    match (explanation.willing(), providers.len()) {
        (_, 0) => lines.push("no provider is on this chain".to_owned()),
        (0, all) => lines.push(format!("none of {all} providers can take it:")),
        (willing, all) => lines.push(format!(
            "{willing} of {all} providers could take a chunk; each decides for itself whom it works for, and whether {} a chunk are worth it",
            show_coins(explanation.price)
        )),
    }
    lines.extend(providers.iter().map(|keeps| {
        let reasons: Vec<String> = keeps.reasons.iter().map(|reason| reason.words()).collect();
        let why = if reasons.is_empty() { "could take it".to_owned() } else { reasons.join("; ") };
        format!("provider {}: {why}", keeps.provider)
    }));
    lines.join("\n")
}

fn waits(chunk: &ChunkWait, now: Clock) -> String {
    let mut line = format!("chunk {}: waits for {}", chunk.chunk, due(chunk.due));
    if chunk.until != 0 {
        let when = match chunk.until.checked_sub(now) {
            Some(left) => format!("about {} left", span(left)),
            None => "over, so that anybody can move it on".to_owned(),
        };
        line += &format!(" until block {} ({when})", chunk.until);
    }
    let list = |providers: &[u32]| providers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    if !chunk.replicas.is_empty() {
        let replicas: Vec<String> = chunk.replicas.iter().map(|(provider, stand)| format!("{provider} {stand}")).collect();
        line += &format!("; of {} replicas: {}", chunk.wanted, replicas.join(", "));
    }
    for (providers, what) in
        [(&chunk.claims, "claimed by"), (&chunk.drawn, "drawn:"), (&chunk.tried, "tried in vain, late or silent or wrong, by")]
    {
        if !providers.is_empty() {
            line += &format!("; {what} {}", list(providers));
        }
    }
    line
}

async fn cancel(common: &Common, id: ProjectId) -> anyhow::Result<()> {
    let (_, submitter) = connection::submitter(common).await?;
    let compute = connection::compute(common).await?;
    let Some(before) = compute.project(id).await? else { bail!("there is no project {id}: it was closed, or never was") };
    if before.owner != submitter.account() {
        bail!("project {id} is another account's: choose that account with --account");
    }
    if before.closed {
        bail!("project {id} gives out no more chunks already; `idlewild job stat {id}` shows what of it still runs");
    }
    let outcome = submitter.submit_again(ComputeCall::CancelProject { project: id }.into()).await;
    let outcome = outcome.with_context(|| format!("project {id} was not cancelled"))?;
    let after = compute.project(id).await?;
    let held = after.as_ref().map_or(0, |project| project.held);
    let going_on = after.map_or(0, |project| project.chunks.saturating_sub(project.finished));
    let refunded = before.held.saturating_sub(held);
    let cancelled = Cancelled { project: id, block: outcome.block, refunded, held, going_on };
    show(common.json, &cancelled, || {
        let mut text = format!("project {id} takes no more claims; {} came back", show_coins(refunded));
        if going_on > 0 {
            let what = show_coins(held);
            text += &format!(
                "\n{going_on} chunks were begun and go on: {what} stay on hold for them, and what they do not use comes back"
            );
        }
        text
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::resources::Dimension;
    use idlewild_sdk::explain::{Keeps, Reason};

    use super::*;

    #[test]
    fn what_keeps_a_job_is_told_with_its_timeouts() {
        let wait = ChunkWait {
            chunk: 3,
            due: Due::Commit,
            until: 30,
            tried: vec![7],
            claims: Vec::new(),
            drawn: Vec::new(),
            replicas: vec![(1, "runs"), (2, "has committed")],
            wanted: 2,
        };
        let lacks = Reason::Lacks { dimension: Dimension::CpuMilli, needed: 2_000, free: 500, busy: true };
        let explanation = Explanation {
            project: 1,
            now: 20,
            closed: false,
            deadline: 620,
            rate: 1_000_000_000_000,
            price: 20_000_000_000_000,
            storing: None,
            chunks: vec![wait],
            providers: vec![Keeps { provider: 1, reasons: vec![] }, Keeps { provider: 7, reasons: vec![lacks] }],
        };
        let text = told(&explanation);
        for part in [
            "until block 620 of the clock, in about 60 min",
            "chunk 3: waits for replicas to run until block 30 (about 60 s left); of 2 replicas: 1 runs, 2 has committed",
            "tried in vain, late or silent or wrong, by 7",
            "1 of 2 providers could take a chunk",
            "provider 7: has 500 thousandths of a core of 2000 as long as it is busy",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let over = told(&Explanation { chunks: Vec::new(), closed: true, ..explanation });
        assert!(over.contains("gives out no more chunks") && over.contains("every chunk is over"), "{over}");
    }
}
