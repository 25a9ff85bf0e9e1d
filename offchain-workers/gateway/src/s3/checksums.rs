//! The checksums of S3: of a body, of the parts of an upload together, and what a request says of them.

use base64::{engine::general_purpose::STANDARD, Engine};
use crc_fast::CrcAlgorithm;
use s3s::{
    checksum::ChecksumHasher,
    dto::{Checksum, ChecksumAlgorithm, ChecksumType},
    S3ErrorCode, S3Result,
};

use super::errors::refuse;

/// Checksums as the store keeps them: algorithm and Base64.
pub(crate) type Sums = Vec<(String, String)>;

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];
    /// What an object gets whose client asks for none.
    pub(crate) const DEFAULT: Self = Self::Crc64Nvme;

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => ChecksumAlgorithm::CRC32,
            Self::Crc32c => ChecksumAlgorithm::CRC32C,
            Self::Crc64Nvme => ChecksumAlgorithm::CRC64NVME,
            Self::Sha1 => ChecksumAlgorithm::SHA1,
            Self::Sha256 => ChecksumAlgorithm::SHA256,
        }
    }

    /// The field of a head or of a trailer that carries it.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    pub(crate) fn named(name: &str) -> S3Result<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            refuse(
                S3ErrorCode::InvalidRequest,
                "Checksum algorithm provided is unsupported; use CRC32, CRC32C, CRC64NVME, SHA1 or SHA256",
            )
        })
    }

    fn bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// Over what an upload's checksum is, unless the client says.
    pub(crate) fn usual_scope(self) -> Scope {
        if self == Self::Crc64Nvme {
            Scope::Whole
        } else {
            Scope::Parts
        }
    }

    /// Whether an upload's checksum can be over that.
    pub(crate) fn allows(self, scope: Scope) -> bool {
        match scope {
            Scope::Whole => self.crc().is_some(),
            Scope::Parts => self != Self::Crc64Nvme,
        }
    }

    fn decode(self, text: &str) -> Option<Vec<u8>> {
        STANDARD.decode(text).ok().filter(|bytes| bytes.len() == self.bytes())
    }
}

/// Over what the checksum of an upload in parts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All bytes of the object, as if it had come in one.
    Whole,
    /// The checksums of its parts.
    Parts,
}

impl Scope {
    pub(crate) fn named(name: &str) -> S3Result<Self> {
        match name {
            ChecksumType::FULL_OBJECT => Ok(Self::Whole),
            ChecksumType::COMPOSITE => Ok(Self::Parts),
            _ => Err(refuse(S3ErrorCode::InvalidRequest, "The checksum type is unknown; use FULL_OBJECT or COMPOSITE")),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => ChecksumType::FULL_OBJECT,
            Self::Parts => ChecksumType::COMPOSITE,
        }
    }
}

/// The only checksum that a request gives, of the five fields that it may give it in.
pub(crate) fn given(fields: [(Algorithm, Option<&str>); 5]) -> S3Result<Option<(Algorithm, String)>> {
    let mut given = fields.into_iter().filter_map(|(algorithm, value)| Some((algorithm, value?)));
    let Some((algorithm, value)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(refuse(S3ErrorCode::InvalidRequest, "Expecting a single x-amz-checksum- header; send one checksum only"));
    }
    Ok(Some((algorithm, value.to_owned())))
}

/// Fails unless the text has the form of such a checksum.
pub(crate) fn check_form(algorithm: Algorithm, value: &str) -> S3Result<()> {
    if algorithm.decode(value).is_some() {
        return Ok(());
    }
    Err(refuse(S3ErrorCode::InvalidRequest, format!("Value for {} header is invalid", algorithm.field())))
}

/// Fails unless a checksum that a client gave is the one of what came.
pub(crate) fn check(algorithm: Algorithm, given: &str, sums: &Sums) -> S3Result<()> {
    if of(sums, algorithm) == Some(given) {
        return Ok(());
    }
    Err(refuse(
        S3ErrorCode::BadDigest,
        format!("The {} you specified did not match the calculated checksum; send the body again", algorithm.name()),
    ))
}

/// One of several checksums.
pub(crate) fn of(sums: &Sums, algorithm: Algorithm) -> Option<&str> {
    sums.iter().find(|(name, _)| name == algorithm.name()).map(|(_, value)| value.as_str())
}

/// Computes checksums of a body.
pub(crate) struct Hasher(ChecksumHasher);

impl Hasher {
    pub(crate) fn new(algorithms: &[Algorithm]) -> Self {
        let mut hasher = ChecksumHasher::default();
        for algorithm in algorithms {
            match algorithm {
                Algorithm::Crc32 => hasher.crc32 = Some(Default::default()),
                Algorithm::Crc32c => hasher.crc32c = Some(Default::default()),
                Algorithm::Crc64Nvme => hasher.crc64nvme = Some(Default::default()),
                Algorithm::Sha1 => hasher.sha1 = Some(Default::default()),
                Algorithm::Sha256 => hasher.sha256 = Some(Default::default()),
            }
        }
        Self(hasher)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sums {
        let sums = self.0.finalize();
        [
            (Algorithm::Crc32, sums.checksum_crc32),
            (Algorithm::Crc32c, sums.checksum_crc32c),
            (Algorithm::Crc64Nvme, sums.checksum_crc64nvme),
            (Algorithm::Sha1, sums.checksum_sha1),
            (Algorithm::Sha256, sums.checksum_sha256),
        ]
        .into_iter()
        .filter_map(|(algorithm, sum)| Some((algorithm.name().to_owned(), sum?)))
        .collect()
    }
}

/// The checksum of an upload, of its parts' sizes and checksums; none where a part has none of that algorithm.
pub(crate) fn together<'a>(
    algorithm: Algorithm,
    scope: Scope,
    parts: impl IntoIterator<Item = (u64, &'a Sums)>,
) -> Option<Sums> {
    let mut count = 0u32;
    let mut digests = Vec::new();
    let mut whole: Option<u64> = None;
    for (size, sums) in parts {
        let digest = algorithm.decode(of(sums, algorithm)?)?;
        count = count.saturating_add(1);
        match scope {
            Scope::Parts => digests.extend_from_slice(&digest),
            Scope::Whole => {
                let crc = digest.iter().fold(0u64, |crc, byte| crc << 8 | u64::from(*byte));
                whole = Some(match whole {
                    None => crc,
                    Some(before) => crc_fast::checksum_combine(algorithm.crc()?, before, crc, size),
                });
            },
        }
    }
    if count == 0 {
        return None;
    }
    let value = match scope {
        Scope::Parts => {
            let mut hasher = Hasher::new(&[algorithm]);
            hasher.update(&digests);
            format!("{}-{count}", hasher.finish().into_iter().next()?.1)
        },
        Scope::Whole => {
            let bytes = whole?.to_be_bytes();
            STANDARD.encode(bytes.get(8 - algorithm.bytes()..)?)
        },
    };
    Some(vec![(algorithm.name().to_owned(), value)])
}

/// As an answer gives them.
pub(crate) fn answer(sums: &Sums) -> Checksum {
    let value = |algorithm| of(sums, algorithm).map(str::to_owned);
    Checksum {
        checksum_crc32: value(Algorithm::Crc32),
        checksum_crc32c: value(Algorithm::Crc32c),
        checksum_crc64nvme: value(Algorithm::Crc64Nvme),
        checksum_sha1: value(Algorithm::Sha1),
        checksum_sha256: value(Algorithm::Sha256),
        checksum_type: scope_of(sums).map(|scope| ChecksumType::from_static(scope.name())),
    }
}

/// Over what they are: a checksum of checksums ends with the number of parts.
pub(crate) fn scope_of(sums: &Sums) -> Option<Scope> {
    let (_, value) = sums.first()?;
    Some(if value.contains('-') { Scope::Parts } else { Scope::Whole })
}

/// The checksum fields that many inputs of s3s have, as [`given`] takes them.
macro_rules! fields {
    ($input:expr) => {
        [
            ($crate::s3::checksums::Algorithm::Crc32, $input.checksum_crc32.as_deref()),
            ($crate::s3::checksums::Algorithm::Crc32c, $input.checksum_crc32c.as_deref()),
            ($crate::s3::checksums::Algorithm::Crc64Nvme, $input.checksum_crc64nvme.as_deref()),
            ($crate::s3::checksums::Algorithm::Sha1, $input.checksum_sha1.as_deref()),
            ($crate::s3::checksums::Algorithm::Sha256, $input.checksum_sha256.as_deref()),
        ]
    };
}

/// Moves checksums into the fields that many outputs of s3s have.
macro_rules! fill {
    ($output:expr, $sums:expr) => {{
        let sums = $crate::s3::checksums::answer($sums);
        $output.checksum_crc32 = sums.checksum_crc32;
        $output.checksum_crc32c = sums.checksum_crc32c;
        $output.checksum_crc64nvme = sums.checksum_crc64nvme;
        $output.checksum_sha1 = sums.checksum_sha1;
        $output.checksum_sha256 = sums.checksum_sha256;
        sums.checksum_type
    }};
}

pub(crate) use {fields, fill};

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(algorithm: Algorithm, bytes: &[u8]) -> Sums {
        let mut hasher = Hasher::new(&[algorithm]);
        hasher.update(bytes);
        hasher.finish()
    }

    #[test]
    fn parts_together_are_the_checksum_of_the_whole() {
        let bytes: Vec<u8> = (0..100_000u32).map(|i| (i * 7 % 251) as u8).collect();
        let parts: Vec<&[u8]> = vec![&bytes[..1], &bytes[1..65_536], &bytes[65_536..]];
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let each: Vec<Sums> = parts.iter().map(|part| sums(algorithm, part)).collect();
            let together =
                together(algorithm, Scope::Whole, parts.iter().zip(&each).map(|(part, sums)| (part.len() as u64, sums)));
            assert_eq!(together, Some(sums(algorithm, &bytes)), "{algorithm:?}");
        }
    }

    #[test]
    fn a_checksum_of_checksums_names_the_number_of_parts() {
        let each = [sums(Algorithm::Sha256, b"one"), sums(Algorithm::Sha256, b"two")];
        let together = together(Algorithm::Sha256, Scope::Parts, each.iter().map(|sums| (3, sums))).unwrap();
        let digests: Vec<u8> =
            each.iter().flat_map(|sums| STANDARD.decode(of(sums, Algorithm::Sha256).unwrap()).unwrap()).collect();
        let expected = format!("{}-2", of(&sums(Algorithm::Sha256, &digests), Algorithm::Sha256).unwrap());
        assert_eq!(of(&together, Algorithm::Sha256), Some(expected.as_str()));
        assert_eq!(scope_of(&together), Some(Scope::Parts));
        // A part without the checksum leaves the whole without one.
        let missing = [sums(Algorithm::Sha256, b"one"), Sums::new()];
        assert_eq!(super::together(Algorithm::Sha256, Scope::Parts, missing.iter().map(|sums| (3, sums))), None);
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        for (algorithm, value) in [(Algorithm::Crc32, "AAAA"), (Algorithm::Sha256, "AAAAAA=="), (Algorithm::Sha1, "!")] {
            assert!(check_form(algorithm, value).is_err());
        }
        assert!(check_form(Algorithm::Crc32, "AAAAAA==").is_ok());
        assert!(given([
            (Algorithm::Crc32, Some("a")),
            (Algorithm::Sha1, Some("b")),
            (Algorithm::Sha256, None),
            (Algorithm::Crc32c, None),
            (Algorithm::Crc64Nvme, None)
        ])
        .is_err());
    }
}
