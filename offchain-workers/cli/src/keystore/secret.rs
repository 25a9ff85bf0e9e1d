//! What an account is made of: 32 bytes, and the words they came from.

use std::str::FromStr;

use bip39::Mnemonic;
use ring::{
    pbkdf2,
    rand::{SecureRandom, SystemRandom},
};
use schnorrkel::{derive::ChainCode, ExpansionMode, MiniSecretKey};
use subxt_signer::{sr25519::Keypair, DeriveJunction, ExposeSecret, SecretUri};
use zeroize::Zeroizing;

/// Rounds of key stretching that every Substrate wallet gives a mnemonic.
const ROUNDS: std::num::NonZeroU32 = match std::num::NonZeroU32::new(2048) {
    Some(rounds) => rounds,
    None => std::num::NonZeroU32::MIN,
};

/// Why a text is no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// A mnemonic has another number of words.
    #[error("a mnemonic has 12, 15, 18, 21 or 24 words, not {0}")]
    Words(usize),
    /// It is no mnemonic.
    #[error("the words are no mnemonic: {0}; check their spelling and order")]
    Mnemonic(String),
    /// It is no seed.
    #[error("a seed is 0x and 64 hexadecimal digits")]
    Seed,
    /// It is no secret URI.
    #[error("the text is no mnemonic, no seed and no secret URI such as //Alice: {0}")]
    Uri(String),
    /// It derives in a way that leaves no 32 bytes.
    #[error("the URI derives softly ('/'), which leaves no seed to keep; use hard derivation ('//')")]
    Soft,
    /// The system gives no randomness.
    #[error("the system gives no random bytes")]
    Random,
}

/// An account's secret.
#[derive(Clone)]
pub struct Secret {
    seed: Zeroizing<[u8; 32]>,
    // Empty where the seed came from elsewhere, so that no words would bring it back.
    entropy: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A fresh secret whose mnemonic has `words` words.
    pub fn generate(words: usize) -> Result<Self, SecretError> {
        if !matches!(words, 12 | 15 | 18 | 21 | 24) {
            return Err(SecretError::Words(words));
        }
        // Three words hold 32 bits of entropy and one of checksum.
        let mut entropy = Zeroizing::new(vec![0u8; words.saturating_mul(4) / 3]);
        SystemRandom::new().fill(&mut entropy).map_err(|_| SecretError::Random)?;
        Self::from_entropy(entropy, "")
    }

    /// The secret of a mnemonic, a seed (`0x…`) or a secret URI, as every Substrate wallet reads them.
    pub fn from_suri(suri: &str) -> Result<Self, SecretError> {
        let uri = SecretUri::from_str(suri.trim()).map_err(|error| SecretError::Uri(error.to_string()))?;
        let password = uri.password.as_ref().map_or("", |password| password.expose_secret());
        let phrase = uri.phrase.expose_secret();
        let root = match phrase.strip_prefix("0x") {
            Some(digits) => {
                let mut seed = Zeroizing::new([0u8; 32]);
                hex::decode_to_slice(digits, &mut *seed).map_err(|_| SecretError::Seed)?;
                Self::from_seed(seed)
            },
            None => {
                let words = phrase.split_whitespace().count();
                if !matches!(words, 12 | 15 | 18 | 21 | 24) {
                    return Err(SecretError::Words(words));
                }
                let mnemonic = Mnemonic::parse(phrase).map_err(|error| SecretError::Mnemonic(error.to_string()))?;
                Self::from_entropy(Zeroizing::new(mnemonic.to_entropy()), password)?
            },
        };
        uri.junctions.iter().try_fold(root, |secret, junction| match junction {
            DeriveJunction::Hard(code) => secret.derive(*code),
            DeriveJunction::Soft(_) => Err(SecretError::Soft),
        })
    }

    pub(super) fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        Self { seed, entropy: Zeroizing::default() }
    }

    /// The secret as it lay on disk.
    pub(super) fn from_parts(seed: Zeroizing<[u8; 32]>, entropy: Zeroizing<Vec<u8>>) -> Self {
        Self { seed, entropy }
    }

    fn from_entropy(entropy: Zeroizing<Vec<u8>>, password: &str) -> Result<Self, SecretError> {
        let salt = Zeroizing::new(format!("mnemonic{password}"));
        let mut stretched = Zeroizing::new([0u8; 64]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, ROUNDS, salt.as_bytes(), &entropy, &mut *stretched);
        let mut seed = Zeroizing::new([0u8; 32]);
        for (to, from) in seed.iter_mut().zip(stretched.iter()) {
            *to = *from;
        }
        let words_suffice = password.is_empty();
        Ok(Self { seed, entropy: if words_suffice { entropy } else { Zeroizing::default() } })
    }

    fn derive(self, code: [u8; 32]) -> Result<Self, SecretError> {
        let mini = MiniSecretKey::from_bytes(&*self.seed).map_err(|_| SecretError::Seed)?;
        let secret = mini.expand(ExpansionMode::Ed25519);
        let (derived, _) = secret.hard_derive_mini_secret_key(Some(ChainCode(code)), b"");
        Ok(Self::from_seed(Zeroizing::new(derived.to_bytes())))
    }

    /// The 32 bytes.
    pub fn seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.seed
    }

    pub(super) fn entropy(&self) -> &[u8] {
        &self.entropy
    }

    /// The words that bring this secret back, where there are any.
    pub fn mnemonic(&self) -> Option<Zeroizing<String>> {
        Mnemonic::from_entropy(&self.entropy).ok().map(|mnemonic| Zeroizing::new(mnemonic.to_string()))
    }

    /// The key pair.
    pub fn signer(&self) -> Result<Keypair, SecretError> {
        Keypair::from_secret_key(*self.seed).map_err(|_| SecretError::Seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(suri: &str) -> String {
        hex::encode(Secret::from_suri(suri).unwrap().signer().unwrap().public_key().0)
    }

    #[test]
    fn well_known_accounts_are_reached() {
        assert_eq!(public("//Alice"), "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");
        assert_eq!(public(subxt_signer::DEV_PHRASE), "46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a");
    }

    #[test]
    fn secrets_are_those_of_every_other_wallet() {
        let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
        let words = Secret::generate(24).unwrap().mnemonic().unwrap();
        for suri in [
            "//Alice",
            "//Alice//stash",
            seed,
            &format!("{seed}//7"),
            &words,
            &format!("{}//polkadot//0///passw0rd", *words),
            &format!("{}///passw0rd", *words),
        ] {
            let theirs = Keypair::from_uri(&SecretUri::from_str(suri).unwrap()).unwrap();
            assert_eq!(public(suri), hex::encode(theirs.public_key().0));
        }
        assert_eq!(public("//Alice"), public(seed));
    }

    #[test]
    fn a_fresh_secret_comes_back_from_its_words() {
        for words in [12, 15, 18, 21, 24] {
            let secret = Secret::generate(words).unwrap();
            let mnemonic = secret.mnemonic().unwrap();
            assert_eq!(mnemonic.split(' ').count(), words);
            let again = Secret::from_suri(&format!("  {}\n", *mnemonic)).unwrap();
            assert_eq!(again.seed(), secret.seed());
            assert_eq!(again.mnemonic(), Some(mnemonic));
        }
        assert!(Secret::from_suri("//Alice").unwrap().mnemonic().is_none());
    }

    #[test]
    fn what_is_no_secret_is_named() {
        let error = |suri: &str| Secret::from_suri(suri).unwrap_err();
        assert_eq!(error("one two three"), SecretError::Words(3));
        assert_eq!(error("0x1234"), SecretError::Seed);
        assert_eq!(error("//Alice/soft"), SecretError::Soft);
        assert!(matches!(error(&"abandon ".repeat(12)), SecretError::Mnemonic(_)));
        assert!(matches!(Secret::generate(13), Err(SecretError::Words(13))));
    }
}
