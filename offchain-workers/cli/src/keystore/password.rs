//! Where a password comes from: a file, a variable, or the person at the terminal.

use std::{env, fs, io, path::PathBuf};

use zeroize::Zeroizing;

/// A password, wiped from memory after use.
pub type Password = Zeroizing<String>;

/// The variable that scripts may set.
pub const VARIABLE: &str = "IDLEWILD_PASSWORD";

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The file cannot be read.
    #[error("the password file {path} cannot be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The password is empty.
    #[error("the password is empty; an account needs one")]
    Empty,
    /// It was typed in two ways.
    #[error("the two passwords differ; nothing was done")]
    Differ,
    /// Nobody can be asked.
    #[error("there is no terminal to ask at ({0}); give --password-file, or set {VARIABLE}")]
    NoTerminal(io::Error),
}

/// Where passwords come from.
#[derive(Clone, Debug, Default)]
pub struct PasswordSource {
    file: Option<PathBuf>,
}

impl PasswordSource {
    /// From `file` or, without one, from [`VARIABLE`] or the terminal.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    /// The password of an account that exists.
    pub fn enter(&self, account: &str) -> Result<Password, PasswordError> {
        match self.given()? {
            Some(password) => Ok(password),
            None => filled(self.ask_secret(&format!("Password of {account}: "))?),
        }
    }

    /// The password of a new account, which a person types twice.
    pub fn choose(&self, account: &str) -> Result<Password, PasswordError> {
        if let Some(password) = self.given()? {
            return Ok(password);
        }
        let first = filled(self.ask_secret(&format!("New password for {account}: "))?)?;
        if *first != *self.ask_secret("The same again: ")? {
            return Err(PasswordError::Differ);
        }
        Ok(first)
    }

    /// Asks at the terminal for something that must not be seen.
    pub fn ask_secret(&self, prompt: &str) -> Result<Password, PasswordError> {
        rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(PasswordError::NoTerminal)
    }

    fn given(&self) -> Result<Option<Password>, PasswordError> {
        if let Some(path) = &self.file {
            let text = fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|source| PasswordError::File { path: path.clone(), source })?;
            let line = text.lines().next().unwrap_or_default();
            return filled(Zeroizing::new(line.to_owned())).map(Some);
        }
        match env::var(VARIABLE) {
            Ok(password) => filled(Zeroizing::new(password)).map(Some),
            Err(_) => Ok(None),
        }
    }
}

fn filled(password: Password) -> Result<Password, PasswordError> {
    if password.is_empty() {
        return Err(PasswordError::Empty);
    }
    Ok(password)
}
