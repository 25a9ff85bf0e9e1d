//! What is in a folder of plots.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use idlewild_capacity::{plot::UNFINISHED, OpenPlotError, Plot};
use idlewild_capacity_primitives::format::Payload;

use crate::sizes::gib;

/// What is said of a name that is a plot's, but for its letters' case.
const OTHERWISE: &str = "its name has letters of the other case: give it capital digits";

/// Files that are left out, each with the reason.
pub type LeftOut = Vec<(PathBuf, String)>;

/// What is in a folder, as far as names and lengths tell.
#[derive(Debug, Default)]
pub struct Survey {
    /// Plots that can win.
    pub plots: Vec<Plot>,
    /// Plots that are not finished, which the next run goes on with.
    pub drafts: Vec<Plot>,
    /// Files that look like plots and cannot win, and why.
    pub others: LeftOut,
}

impl Survey {
    /// Looks at a folder. Plots of other accounts, of other levels, and such as are cut off or made longer, are left out.
    pub fn of(folder: &Path, payload: &Payload) -> io::Result<Self> {
        let mut survey = Self::default();
        let is_ours = |plot: &Plot| matches!(plot, Plot::X1 { bound, .. } if bound.payload == *payload);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if let Some(name) = name.strip_suffix(UNFINISHED) {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(_) if folder.join(name).exists() => {
                        survey.others.push((path, "the plot is there, finished: this one is not needed".into()));
                    },
                    Ok(plot) if is_ours(&plot) => survey.drafts.push(plot),
                    Ok(_) => survey.others.push((path, "it is unfinished, and not this account's at level 1".into())),
                    Err(_) => {},
                }
            } else if name.ends_with(".pocx") {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(plot) if is_ours(&plot) => match entry.metadata().map(|metadata| metadata.len()) {
                        Ok(found) if found == plot.bytes() => survey.plots.push(plot),
                        Ok(found) => {
                            let error = OpenPlotError::Length { path: path.clone(), found, expected: plot.bytes() };
                            survey.others.push((path, error.to_string()));
                        },
                        // It gave way just now.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {},
                        Err(error) => survey.others.push((path, error.to_string())),
                    },
                    Ok(plot) => survey.others.push((path, why_not(&plot).into())),
                    Err(error) => survey.others.push((path, error.to_string())),
                }
            }
        }
        survey.plots.sort_by_key(Plot::to_string);
        survey.drafts.sort_by_key(Plot::to_string);
        Ok(survey)
    }

    /// Bytes of the plots that can win.
    pub fn finished(&self) -> u64 {
        self.plots.iter().map(Plot::bytes).fold(0, u64::saturating_add)
    }

    /// Those and bytes of drafts, which have their full length from the start.
    pub fn bytes(&self) -> u64 {
        self.drafts.iter().map(Plot::bytes).fold(self.finished(), u64::saturating_add)
    }

    /// What to say where plots take more than the space that they may, and what to do: they took days, and are never deleted for it.
    pub fn above(&self, space: u64) -> Option<String> {
        (self.bytes() > space).then(|| {
            format!(
                "plots take {} there, and their space is {}: they stay, and no more are made. Raise the space, or delete some",
                gib(self.bytes()),
                gib(space)
            )
        })
    }
}

fn why_not(plot: &Plot) -> &'static str {
    if plot.counts() {
        "it is another account's plot"
    } else {
        "the chain takes plots of level 1 alone"
    }
}
