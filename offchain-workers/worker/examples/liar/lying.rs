//! What runs programs honestly, and then changes what came of it: liars of one clique agree on the same wrong result.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use idlewild_compute::executor::{
    around::{around, Around},
    ExecutorError, Prepared, Ran, Run,
};
use idlewild_compute_primitives::outcome::Ending;
use idlewild_worker::compute::Wrap;
use tokio_util::sync::CancellationToken;

/// How somebody lies.
#[derive(Clone, Debug)]
pub(crate) struct Lie {
    /// How likely the output of a task is changed, from 0 to 1.
    pub(crate) chance: f64,
    /// Who has the same word lies about the same tasks, and says the same of them.
    pub(crate) clique: String,
}

impl Lie {
    /// What is put around the honest one.
    pub(crate) fn wrap(self) -> Wrap {
        let lie = Arc::new(self);
        Arc::new(move |honest| around(honest, lie.clone()))
    }

    /// Bytes that follow from the clique's word, and from what the right output would be.
    fn bytes(&self, what: &str, right: &[u8; 32]) -> blake3::OutputReader {
        let mut hasher = blake3::Hasher::new_derive_key("idlewild 2026 example of a lie");
        for part in [what.as_bytes(), self.clique.as_bytes(), right] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.finalize_xof()
    }

    /// Whether to lie about a task.
    fn falls(&self, right: &[u8; 32]) -> bool {
        let mut number = [0; 8];
        self.bytes("whether", right).fill(&mut number);
        // A double has 53 bits of a fraction: all of them, and no more, so that it stays below 1.
        ((u64::from_le_bytes(number) >> 11) as f64) < self.chance * (1u64 << 53) as f64
    }
}

#[async_trait]
impl Around for Lie {
    async fn run(&self, honest: &dyn Prepared, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let output = run.output.clone();
        let ran = honest.run(run, stop).await?;
        match self.falls(&ran.output) {
            true => self.change(ran, &output),
            false => Ok(ran),
        }
    }
}

impl Lie {
    /// Another output of the same length. Where there is none, the task ended otherwise.
    fn change(&self, ran: Ran, output: &Path) -> Result<Ran, ExecutorError> {
        if ran.length == 0 {
            let code = if ran.ending == (Ending::Exited { code: 0 }) { 1 } else { 0 };
            return Ok(Ran { ending: Ending::Exited { code }, ..ran });
        }
        let failed = |source| ExecutorError::File { path: output.to_owned(), source };
        let length = usize::try_from(ran.length).map_err(|error| failed(std::io::Error::other(error)))?;
        let mut wrong = vec![0; length];
        self.bytes("what", &ran.output).fill(&mut wrong);
        std::fs::write(output, &wrong).map_err(failed)?;
        Ok(Ran { output: *blake3::hash(&wrong).as_bytes(), ..ran })
    }
}
