//! `idlewild job`

use idlewild_chain_client::{coins::show_coins, ComputeCall};
use idlewild_compute_primitives::{chunk::Stage, ProjectId};
use idlewild_sdk::{watch::Progress, Sdk};
use serde::Serialize;

use super::run::words;
use crate::{
    args::{Common, JobCommand},
    connection,
    output::{show, table},
};

const PAGE: u32 = 64;

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
    stage: String,
    due: idlewild_compute_primitives::view::Due,
    providers: Vec<u32>,
}

/// Looks at jobs, or ends them.
pub async fn run(common: &Common, command: JobCommand) -> anyhow::Result<()> {
    match command {
        JobCommand::Ls => ls(common).await,
        JobCommand::Stat { project } => stat(common, project).await,
        JobCommand::Cancel { project } => cancel(common, project).await,
    }
}

async fn sdk(common: &Common) -> anyhow::Result<Sdk> {
    Ok(Sdk::new(connection::session(common).await?, connection::compute(common).await?))
}

async fn ls(common: &Common) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = sdk.compute().projects_of(sdk.session().account(), after, PAGE).await?;
        for project in &page.projects {
            let progress = sdk.progress(project.id).await?;
            rows.push(Row { project: project.id, tasks: project.spec.tasks, progress });
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    show(common.json, &rows, || {
        let heading = ["project", "tasks", "chunks", "held", "state"];
        let mut cells: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        cells.extend(rows.iter().map(|row| {
            let progress = &row.progress;
            vec![
                row.project.to_string(),
                row.tasks.to_string(),
                progress.chunks.to_string(),
                show_coins(progress.held),
                words(progress),
            ]
        }));
        table(&cells)
    })?;
    Ok(())
}

async fn stat(common: &Common, project: ProjectId) -> anyhow::Result<()> {
    let sdk = sdk(common).await?;
    let progress = sdk.progress(project).await?;
    let chunks: Vec<Chunk> = sdk
        .chunks(project)
        .await?
        .into_iter()
        .map(|chunk| Chunk {
            chunk: chunk.index,
            stage: stage(&chunk.stage).to_owned(),
            due: chunk.due,
            providers: chunk.replicas.iter().map(|replica| replica.provider).collect(),
        })
        .collect();
    show(common.json, &(&progress, &chunks), || {
        let heading = ["chunk", "stage", "waits for", "providers"];
        let mut cells: Vec<Vec<String>> = vec![heading.iter().map(|cell| (*cell).to_owned()).collect()];
        cells.extend(chunks.iter().map(|chunk| {
            let providers: Vec<String> = chunk.providers.iter().map(u32::to_string).collect();
            vec![chunk.chunk.to_string(), chunk.stage.clone(), format!("{:?}", chunk.due).to_lowercase(), providers.join(" ")]
        }));
        format!("{}; {} held\n{}", words(&progress), show_coins(progress.held), table(&cells))
    })?;
    Ok(())
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

async fn cancel(common: &Common, project: ProjectId) -> anyhow::Result<()> {
    let (_, submitter) = connection::submitter(common).await?;
    let outcome = submitter.submit_again(ComputeCall::CancelProject { project }.into()).await?;
    show(common.json, &serde_json::json!({ "project": project, "block": outcome.block }), || {
        format!("project {project} takes no more claims; what nobody ran is paid back, and what runs goes on")
    })?;
    Ok(())
}
