//! Records as people write them.

use anyhow::{bail, Context};
use idlewild_names_primitives::record::{ObjectRef, Record, RecordKey};

use crate::{args::Common, connection, output::plain};

/// Reads which record is meant.
pub(super) fn key(text: &str) -> anyhow::Result<RecordKey> {
    let key = match text.split_once(':') {
        Some(("text", key)) => RecordKey::Text(key.as_bytes().to_vec()),
        Some(("chain", number)) => RecordKey::Foreign(number.parse().context("a chain is named by its number in SLIP-44")?),
        _ => match text {
            "object" => RecordKey::Object,
            "bucket" => RecordKey::Bucket,
            "account" => RecordKey::Account,
            "peer" => RecordKey::PeerId,
            "endpoint" => RecordKey::Endpoint,
            "table" => RecordKey::Table,
            _ => bail!(
                "{text:?} is no record: they are object, bucket, account, peer, endpoint, table, text:KEY and chain:NUMBER"
            ),
        },
    };
    if !key.is_sound() {
        bail!("a text's key has 1 to 32 bytes");
    }
    Ok(key)
}

/// Writes which record it is.
pub(super) fn show_key(key: &RecordKey) -> String {
    match key {
        RecordKey::Object => "object".into(),
        RecordKey::Bucket => "bucket".into(),
        RecordKey::Account => "account".into(),
        RecordKey::PeerId => "peer".into(),
        RecordKey::Endpoint => "endpoint".into(),
        RecordKey::Table => "table".into(),
        RecordKey::Text(key) => format!("text:{}", plain(&String::from_utf8_lossy(key))),
        RecordKey::Foreign(chain) => format!("chain:{chain}"),
    }
}

/// Reads a record's value.
pub(super) fn record(common: &Common, key: &RecordKey, text: &str) -> anyhow::Result<Record> {
    let number = |text: &str| text.parse::<u64>().with_context(|| format!("{text:?} is no number"));
    let record = match key {
        RecordKey::Object => {
            let (place, path) = text
                .strip_prefix("idlewild:")
                .unwrap_or(text)
                .split_once('/')
                .context("an object is written as BUCKET/PATH with the bucket's number, or as publication/ID")?;
            Record::Object(match place {
                "publication" => ObjectRef::Publication(number(path)?),
                bucket => ObjectRef::Bucket { bucket: number(bucket)?, path: path.as_bytes().to_vec() },
            })
        },
        RecordKey::Bucket => Record::Bucket(number(text)?),
        RecordKey::Table => Record::Table(number(text)?),
        RecordKey::Account => Record::Account(connection::public_key(common, Some(text))?),
        RecordKey::PeerId => {
            let mut key = [0; 32];
            hex::decode_to_slice(text.trim_start_matches("0x"), &mut key).context("a peer key has 64 hexadecimal digits")?;
            Record::PeerId(key)
        },
        RecordKey::Endpoint => Record::Endpoint(text.as_bytes().to_vec()),
        RecordKey::Text(_) => Record::Text(text.as_bytes().to_vec()),
        RecordKey::Foreign(chain) => {
            let address = hex::decode(text.trim_start_matches("0x"))
                .context("another chain's address is written in hexadecimal digits")?;
            Record::Foreign { chain: *chain, address }
        },
    };
    if !record.is_sound() {
        bail!("the value is empty or too long for a record of {}", show_key(key));
    }
    Ok(record)
}

/// Writes a record's value as it is read.
pub(super) fn show(record: &Record) -> String {
    let text = |bytes: &[u8]| plain(&String::from_utf8_lossy(bytes));
    match record {
        Record::Object(ObjectRef::Bucket { bucket, path }) => format!("{bucket}/{}", text(path)),
        Record::Object(ObjectRef::Publication(publication)) => format!("publication/{publication}"),
        Record::Bucket(number) | Record::Table(number) => number.to_string(),
        Record::Account(account) => idlewild_chain_client::AccountId32(*account).to_string(),
        Record::PeerId(key) => format!("0x{}", hex::encode(key)),
        Record::Endpoint(bytes) | Record::Text(bytes) => text(bytes),
        Record::Foreign { address, .. } => format!("0x{}", hex::encode(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_they_are_shown() {
        let common = Common { json: false, verbose: 0, home: None, password_file: None, node: String::new(), account: None };
        for (name, value) in [
            ("object", "7/index.html"),
            ("object", "publication/7"),
            ("bucket", "12"),
            ("account", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
            ("peer", &format!("0x{}", "ab".repeat(32))),
            ("endpoint", "/dns/example.org/tcp/4001"),
            ("table", "3"),
            ("text:title", "größe"),
            ("chain:60", "0x00112233"),
        ] {
            let key = key(name).unwrap();
            let record = record(&common, &key, value).unwrap();
            assert!(record.is_of(&key));
            assert_eq!((show_key(&key).as_str(), show(&record).as_str()), (name, value));
        }
        for bad in ["colour", "text:", "chain:x", &format!("text:{}", "x".repeat(33))] {
            assert!(key(bad).is_err(), "{bad}");
        }
        let published = record(&common, &RecordKey::Object, "idlewild:publication/7").unwrap();
        assert_eq!(published, Record::Object(ObjectRef::Publication(7)), "as `idlewild publish` tells it");
        let refused = |name: &str, value: &str| record(&common, &key(name).unwrap(), value).is_err();
        assert!(
            refused("bucket", "x")
                && refused("object", "7")
                && refused("object", "publication/x")
                && refused("peer", "0x12")
                && refused("endpoint", "")
        );
        assert!(refused("text:a", &"x".repeat(257)) && refused("chain:60", "xyz"));
    }
}
