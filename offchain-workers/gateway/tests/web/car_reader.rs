//! A reader of CAR files that checks each block, written from the format's description and sharing no code with the writer.

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Read {
    /// The root's identifier.
    pub(crate) root: Vec<u8>,
    /// The object.
    pub(crate) object: Vec<u8>,
    /// Nodes of links.
    pub(crate) nodes: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(u64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    Link(Vec<u8>),
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        if self.0.len() < count {
            return Err(format!("{count} bytes wanted, {} left", self.0.len()));
        }
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0u64;
        for place in 0..9 {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 127) << (7 * place);
            if byte < 128 {
                return if byte == 0 && place > 0 { Err("not the shortest varint".into()) } else { Ok(value) };
            }
        }
        Err("varint too long".into())
    }

    fn value(&mut self) -> Result<Value, String> {
        let first = self.take(1)?[0];
        let number = match first & 31 {
            small @ 0..=23 => u64::from(small),
            wide @ 24..=27 => {
                let bytes = self.take(1 << (wide - 24))?;
                let number = bytes.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
                let least = [24, 1 << 8, 1 << 16, 1 << 32][usize::from(wide - 24)];
                if number < least {
                    return Err("not the shortest number".into());
                }
                number
            },
            _ => return Err("indefinite length".into()),
        };
        let count = usize::try_from(number).map_err(|_| "too long".to_string())?;
        match first >> 5 {
            0 => Ok(Value::Number(number)),
            3 => Ok(Value::Text(String::from_utf8(self.take(count)?.to_vec()).map_err(|error| error.to_string())?)),
            4 => (0..count).map(|_| self.value()).collect::<Result<_, _>>().map(Value::List),
            5 => {
                let mut map: Vec<(String, Value)> = Vec::new();
                for _ in 0..count {
                    let Value::Text(key) = self.value()? else { return Err("a key is not text".into()) };
                    if let Some((before, _)) = map.last() {
                        if (before.len(), before.as_str()) >= (key.len(), key.as_str()) {
                            return Err("keys not in order".into());
                        }
                    }
                    map.push((key, self.value()?));
                }
                Ok(Value::Map(map))
            },
            6 if number == 42 => {
                if self.take(3)? != [0x58, 37, 0] {
                    return Err("not a link of 36 bytes".into());
                }
                Ok(Value::Link(self.take(36)?.to_vec()))
            },
            major => Err(format!("major type {major}")),
        }
    }
}

fn whole(bytes: &[u8]) -> Result<Vec<(String, Value)>, String> {
    let mut input = Input(bytes);
    match (input.value()?, input.0) {
        (Value::Map(map), []) => Ok(map),
        other => Err(format!("not one map: {other:?}")),
    }
}

/// Reads a file: every block must be what its identifier says, and stand where the walk from the root comes by it.
pub(crate) fn read(file: &[u8]) -> Result<Read, String> {
    let mut input = Input(file);
    let length = input.varint()? as usize;
    let header = whole(input.take(length)?)?;
    let root = match header.as_slice() {
        [(roots, Value::List(list)), (version, Value::Number(1))] if roots == "roots" && version == "version" => {
            match list.as_slice() {
                [Value::Link(root)] => root.clone(),
                other => return Err(format!("not one root: {other:?}")),
            }
        },
        other => return Err(format!("not a header: {other:?}")),
    };
    let mut result = Read { root: root.clone(), object: Vec::new(), nodes: 0 };
    let mut awaited: Vec<(Vec<u8>, Option<u64>)> = vec![(root, None)];
    while !input.0.is_empty() {
        let length = input.varint()? as usize;
        let mut block = Input(input.take(length)?);
        let identifier = block.take(36)?.to_vec();
        let bytes = block.0;
        let (wanted, size) = awaited.pop().ok_or("a block that nothing links to")?;
        if identifier != wanted {
            return Err("a block out of its place".into());
        }
        if identifier[4..] != blake3::hash(bytes).as_bytes()[..] {
            return Err("a block that is not what its identifier says".into());
        }
        match identifier[..4] {
            [1, 0x55, 0x1e, 32] => {
                if size.is_some_and(|size| size != bytes.len() as u64) {
                    return Err("a block of another size".into());
                }
                result.object.extend_from_slice(bytes);
            },
            [1, 0x71, 0x1e, 32] => {
                result.nodes += 1;
                let map = whole(bytes)?;
                let [(key, Value::Number(total)), (other, Value::List(links))] = map.as_slice() else {
                    return Err(format!("not a node: {map:?}"));
                };
                if key != "size" || other != "links" || size.is_some_and(|size| size != *total) {
                    return Err("a node of another size".into());
                }
                let mut below = Vec::new();
                for link in links {
                    match link {
                        Value::List(pair) => match pair.as_slice() {
                            [Value::Link(link), Value::Number(size)] => below.push((link.clone(), Some(*size))),
                            other => return Err(format!("not a link and a size: {other:?}")),
                        },
                        other => return Err(format!("not a pair: {other:?}")),
                    }
                }
                if below.iter().filter_map(|(_, size)| *size).sum::<u64>() != *total {
                    return Err("a node whose links do not sum up".into());
                }
                awaited.extend(below.into_iter().rev());
            },
            ref other => return Err(format!("an identifier of another kind: {other:?}")),
        }
    }
    if awaited.is_empty() {
        Ok(result)
    } else {
        Err("blocks are missing".into())
    }
}
