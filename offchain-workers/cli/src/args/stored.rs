//! What can be typed about storing, whatever is stored: files, images, or what a job needs.

use anyhow::Error;
use clap::Args;
use idlewild_chain_client::coins::parse_coins;
use idlewild_client::market::Wish;
use idlewild_storage_primitives::geometry::Geometry;

/// How something is stored. A command whose defaults are others changes them with `mut_arg`.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Storing")]
pub struct Stored {
    /// Data and parity shards: hot (4+4), standard (16+8), archive (20+10), or two numbers such as 4+4
    #[arg(long, default_value = "2+1", value_parser = crate::quantities::geometry)]
    pub class: Geometry,
    /// How long to store: blocks, or a time at six seconds a block such as 12h or 30d
    #[arg(long, default_value = "30d", value_parser = crate::quantities::term)]
    pub term: u32,
    /// The most that a GiB may cost per proving period, in coins [default: up to twice what the cheapest miners take]
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
}

impl Stored {
    /// The same in the market's words.
    pub fn wish(&self, copies: u8) -> anyhow::Result<Wish> {
        let max_price = self.max_price.as_deref().map(parse_coins).transpose().map_err(Error::msg)?;
        Ok(Wish { geometry: self.class, copies, term: self.term, max_price })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command, ImageCommand};

    fn wish(arguments: &str) -> anyhow::Result<Wish> {
        let stored = match Cli::try_parse_from(arguments.split(' '))?.command {
            Command::Put(put) => return put.stored.wish(put.copies),
            Command::Image(ImageCommand::Push(push)) => push.stored,
            Command::Run(run) => run.stored,
            _ => anyhow::bail!("nothing is stored"),
        };
        stored.wish(1)
    }

    fn of(data: u8, parity: u8, term: u32) -> Wish {
        Wish { geometry: Geometry { data, parity }, copies: 1, term, max_price: None }
    }

    #[test]
    fn each_command_has_its_own_defaults() {
        const DAY: u32 = 14_400;
        assert_eq!(wish("idlewild put file").unwrap(), of(16, 8, 30 * DAY));
        assert_eq!(wish("idlewild image push web:1").unwrap(), of(2, 1, 30 * DAY));
        assert_eq!(wish("idlewild run module.wasm").unwrap(), of(2, 1, 7 * DAY));
    }

    #[test]
    fn each_takes_the_same_words() {
        const COIN: u128 = idlewild_chain_client::coins::COIN;
        for command in ["put file", "image push web:1", "run module.wasm"] {
            let said = wish(&format!("idlewild {command} --class hot --term 100 --max-price 1.5")).unwrap();
            assert_eq!(said, Wish { max_price: Some(COIN + COIN / 2), ..of(4, 4, 100) }, "{command}");
            assert!(wish(&format!("idlewild {command} --max-price much")).is_err(), "{command}");
        }
    }
}
