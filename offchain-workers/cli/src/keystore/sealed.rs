//! An account's file: scrypt makes a key of the password, AES-256-GCM hides the secret under it.

use ring::{
    aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN},
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    secret::{Secret, SecretError},
    Account,
};

const VERSION: u32 = 1;
const KDF: &str = "scrypt";
const CIPHER: &str = "aes-256-gcm";
const SEED_BYTES: usize = 32;
const SALT_BYTES: usize = 32;
/// Files that ask for more memory or time than this are not believed.
const MOST: Cost = Cost { log_n: 20, r: 16, p: 4 };

/// How dear it is to try a password: memory is 128 · 2^`log_n` · `r` bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The logarithm of scrypt's N.
    pub log_n: u8,
    /// Its block size.
    pub r: u32,
    /// Its parallelism.
    pub p: u32,
}

impl Default for Cost {
    /// 128 MiB, and a third of a second on one core.
    fn default() -> Self {
        Self { log_n: 17, r: 8, p: 1 }
    }
}

/// What is wrong with a file, or with the password.
#[derive(Debug, thiserror::Error)]
pub(super) enum SealedError {
    #[error("it is no such JSON: {0}")]
    Json(String),
    #[error("it has version {0}, and this program knows {VERSION}")]
    Version(u32),
    #[error("its field {0} is not what it must be")]
    Field(&'static str),
    #[error("its secret is that of another account")]
    OtherAccount,
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the system gives no random bytes")]
    Random,
    #[error(transparent)]
    Secret(#[from] SecretError),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kdf {
    name: String,
    log_n: u8,
    r: u32,
    p: u32,
    salt: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Cipher {
    name: String,
    nonce: String,
}

/// An account's file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Sealed {
    version: u32,
    name: String,
    address: String,
    public_key: String,
    kdf: Kdf,
    cipher: Cipher,
    secret: String,
    #[serde(skip)]
    public: [u8; 32],
}

fn fixed<const N: usize>(digits: &str, field: &'static str) -> Result<[u8; N], SealedError> {
    let mut bytes = [0u8; N];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| SealedError::Field(field))?;
    Ok(bytes)
}

fn address(public: [u8; 32]) -> String {
    subxt_signer::sr25519::PublicKey(public).to_account_id().to_string()
}

fn key(password: &str, salt: &[u8], cost: Cost) -> Result<LessSafeKey, SealedError> {
    let params = scrypt::Params::new(cost.log_n, cost.r, cost.p, SEED_BYTES).map_err(|_| SealedError::Field("kdf"))?;
    let mut key = Zeroizing::new([0u8; SEED_BYTES]);
    scrypt::scrypt(password.as_bytes(), salt, &params, &mut *key).map_err(|_| SealedError::Field("kdf"))?;
    let key = UnboundKey::new(&AES_256_GCM, &*key).map_err(|_| SealedError::Field("kdf"))?;
    Ok(LessSafeKey::new(key))
}

/// Binds the secret to the account that the file claims to be.
fn bound(public: &[u8; 32]) -> Aad<Vec<u8>> {
    Aad::from([b"idlewild/account/1".as_slice(), public].concat())
}

impl Kdf {
    fn cost(&self) -> Cost {
        Cost { log_n: self.log_n, r: self.r, p: self.p }
    }

    fn is_sane(&self) -> bool {
        let Cost { log_n, r, p } = self.cost();
        (1..=MOST.log_n).contains(&log_n) && (1..=MOST.r).contains(&r) && (1..=MOST.p).contains(&p)
    }
}

impl Sealed {
    pub(super) fn seal(name: &str, secret: &Secret, password: &str, cost: Cost) -> Result<Self, SealedError> {
        let random = SystemRandom::new();
        let (mut salt, mut nonce) = ([0u8; SALT_BYTES], [0u8; NONCE_LEN]);
        random.fill(&mut salt).and_then(|()| random.fill(&mut nonce)).map_err(|_| SealedError::Random)?;
        let public = secret.signer()?.public_key().0;
        // Sealed in place, so that the plaintext does not stay behind.
        let mut bytes = [secret.seed().as_slice(), secret.entropy()].concat();
        key(password, &salt, cost)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound(&public), &mut bytes)
            .map_err(|_| SealedError::Field("secret"))?;
        let Cost { log_n, r, p } = cost;
        Ok(Self {
            version: VERSION,
            name: name.into(),
            address: address(public),
            public_key: format!("0x{}", hex::encode(public)),
            kdf: Kdf { name: KDF.into(), log_n, r, p, salt: hex::encode(salt) },
            cipher: Cipher { name: CIPHER.into(), nonce: hex::encode(nonce) },
            secret: hex::encode(bytes),
            public,
        })
    }

    pub(super) fn parse(text: &str) -> Result<Self, SealedError> {
        let mut sealed: Self = serde_json::from_str(text).map_err(|error| SealedError::Json(error.to_string()))?;
        if sealed.version != VERSION {
            return Err(SealedError::Version(sealed.version));
        }
        if sealed.kdf.name != KDF || !sealed.kdf.is_sane() {
            return Err(SealedError::Field("kdf"));
        }
        if sealed.cipher.name != CIPHER {
            return Err(SealedError::Field("cipher"));
        }
        let digits = sealed.public_key.strip_prefix("0x").ok_or(SealedError::Field("publicKey"))?;
        sealed.public = fixed(digits, "publicKey")?;
        if sealed.address != address(sealed.public) {
            return Err(SealedError::Field("address"));
        }
        Ok(sealed)
    }

    pub(super) fn renamed(self, name: &str) -> Self {
        Self { name: name.into(), ..self }
    }

    pub(super) fn to_json(&self) -> String {
        // Strings and numbers always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub(super) fn account(&self) -> Account {
        Account { name: self.name.clone(), ss58: self.address.clone(), public: self.public }
    }

    pub(super) fn open(&self, password: &str) -> Result<Secret, SealedError> {
        let salt: [u8; SALT_BYTES] = fixed(&self.kdf.salt, "kdf")?;
        let nonce: [u8; NONCE_LEN] = fixed(&self.cipher.nonce, "cipher")?;
        let mut bytes = Zeroizing::new(hex::decode(&self.secret).map_err(|_| SealedError::Field("secret"))?);
        let plain = key(password, &salt, self.kdf.cost())?
            .open_in_place(Nonce::assume_unique_for_key(nonce), bound(&self.public), &mut bytes)
            .map_err(|_| SealedError::WrongPassword)?;
        let (seed, entropy) = plain.split_at_checked(SEED_BYTES).ok_or(SealedError::Field("secret"))?;
        let seed = Zeroizing::new(<[u8; SEED_BYTES]>::try_from(seed).map_err(|_| SealedError::Field("secret"))?);
        let secret = Secret::from_parts(seed, Zeroizing::new(entropy.to_vec()));
        if secret.signer()?.public_key().0 != self.public {
            return Err(SealedError::OtherAccount);
        }
        Ok(secret)
    }
}
