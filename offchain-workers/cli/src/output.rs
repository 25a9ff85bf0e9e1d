//! Words for people, JSON for programs.

use std::io::{self, BufRead, IsTerminal, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

/// Prints `value` as one JSON line, or `words` as they stand, to standard output.
///
/// A reader that has seen enough, as `head` has, is no error.
pub fn show(json: bool, value: &impl Serialize, words: impl FnOnce() -> String) -> io::Result<()> {
    let text = if json { to_json(value)? } else { words() };
    match writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n')) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// JSON in which amounts are strings: many programs read numbers as doubles, which lose plancks from 2^53 on.
fn to_json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, AmountsAsStrings))?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

/// Amounts are what has 128 bits, and nothing else has.
struct AmountsAsStrings;

impl Formatter for AmountsAsStrings {
    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        write!(writer, "\"{value}\"")
    }
}

/// Lays out rows in columns, two blanks apart.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let lines = rows.iter().map(|row| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A bar for bytes that move, on standard error; none where programs listen.
pub fn bytes_bar(json: bool, total: u64) -> indicatif::ProgressBar {
    if json {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(total);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// Says something beside a bar, on standard error: above the bar where there is one, plainly where there is none.
pub fn say(bar: &indicatif::ProgressBar, text: &str) {
    if bar.is_hidden() {
        eprintln!("{text}");
    } else {
        bar.println(text);
    }
}

/// Text from elsewhere as it may be shown: what would steer the terminal, or turn the direction of writing, is written out.
pub fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match steers(c) {
            true => plain.extend(c.escape_unicode()),
            false => plain.push(c),
        }
    }
    plain
}

/// The same, but with its lines.
pub fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Asks whether to go on, after the price was shown. `amount` is what is agreed to.
pub fn ask_to_pay(amount: &str) -> anyhow::Result<()> {
    ask_here("Pay?", &unpaid(amount))
}

/// The same, where a signal can end the wait.
pub async fn ask_to_pay_within(amount: &str) -> anyhow::Result<()> {
    ask("Pay?", &unpaid(amount)).await
}

fn unpaid(amount: &str) -> String {
    format!("nobody is there to agree to the price: give --yes to pay {amount}")
}

/// Asks whether to go on, where a signal can end the wait. `unattended` says what to do where nobody is there to answer.
pub async fn ask(question: &str, unattended: &str) -> anyhow::Result<()> {
    let (question, unattended) = (question.to_owned(), unattended.to_owned());
    let (answer, answered) = tokio::sync::oneshot::channel();
    // A thread of its own: one of the runtime would keep the program from ending for as long as nobody answers.
    std::thread::spawn(move || answer.send(ask_here(&question, &unattended)));
    answered.await?
}

fn ask_here(question: &str, unattended: &str) -> anyhow::Result<()> {
    if !is_attended() {
        anyhow::bail!("{unattended}");
    }
    eprint!("{question} [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => anyhow::bail!("nothing was done and nothing paid"),
    }
}

/// Whether somebody is there to answer.
pub fn is_attended() -> bool {
    io::stdin().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_elsewhere_steers_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\rc\u{202e}"), "a\\u{1b}[2Jb\\u{d}c\\u{202e}");
        assert_eq!(plain("\"größe\" 木"), "\"größe\" 木");
        assert_eq!(plain_lines("one\ntwo\u{7}"), "one\ntwo\\u{7}");
    }

    #[test]
    fn amounts_are_strings_wherever_they_stand_and_other_numbers_are_numbers() {
        #[derive(Serialize)]
        struct Outer {
            size: u64,
            #[serde(flatten)]
            inner: Inner,
            slots: Vec<Slot>,
        }
        #[derive(Serialize)]
        struct Inner {
            funds: u128,
            reserve: Option<u128>,
        }
        #[derive(Serialize)]
        #[serde(tag = "state")]
        enum Slot {
            Probation { bounty: u128 },
        }
        let slots = vec![Slot::Probation { bounty: u128::MAX }];
        let outer = Outer { size: 1 << 60, inner: Inner { funds: (1 << 53) + 1, reserve: None }, slots };
        assert_eq!(
            to_json(&outer).unwrap(),
            r#"{"size":1152921504606846976,"funds":"9007199254740993","reserve":null,"slots":[{"state":"Probation","bounty":"340282366920938463463374607431768211455"}]}"#
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(table(&[row(&["a", "b"]), row(&["längst", "c"])]), "a       b\nlängst  c");
        assert_eq!(table(&[]), "");
    }
}
