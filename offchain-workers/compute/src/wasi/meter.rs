//! What is added to a module before it is compiled, so that it ends alike on every machine.
//!
//! Fuel is counted by the compiler, one for nearly every instruction. Two things it does not bound, and both are bounded by
//! instructions of our own, which cost fuel as any others do:
//!
//! - **How deep calls nest.** How much of the native stack a frame takes is the compiler's choice, and differs between processors: what
//!   just fits here overflows elsewhere. So a module gets one more global, the slots that are left. A function that calls takes those of
//!   its own frame ([`FRAME`], its locals and the most operands that it holds) off it when it begins, and traps below zero; for as long as
//!   something that it called runs, the global is what it left, and at any other time what it found. The native stack has [`SLOT`] bytes
//!   for each slot. Functions that call nothing are not counted, nor are calls of them.
//! - **Bulk operations.** Filling a gibibyte is one instruction. Before each one a loop runs once for every [`BULK_BYTES`] bytes or
//!   [`BULK_ELEMENTS`] elements.
//!
//! Custom sections of modules are left away: nothing here reads them.

use std::ops::Range;

use wasmparser::{
    BinaryReader, BinaryReaderError, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload, TypeRef, ValidPayload,
    Validator, WasmFeatures,
};

/// What this file adds: it is part of the name of what is compiled.
pub(super) const VERSION: u8 = 2;
/// Slots of all frames together.
pub(super) const SLOTS: u32 = 1 << 18;
/// Bytes of the native stack for each slot: four times what its largest value takes.
pub(super) const SLOT: usize = 64;
/// Slots of a frame beside its locals and operands.
const FRAME: u32 = 4;
/// Bytes of memory that a bulk operation moves for one turn of the loop before it: a power of two.
const BULK_BYTES: u32 = 256;
/// The same of elements of a table.
const BULK_ELEMENTS: u32 = 8;

/// What modules may consist of. It is the same set that [the engine](super::engine) compiles.
pub(super) const FEATURES: WasmFeatures =
    WasmFeatures::WASM2.difference(WasmFeatures::GC_TYPES).union(WasmFeatures::TAIL_CALL).union(WasmFeatures::EXTENDED_CONST);

mod section {
    pub(super) const CUSTOM: u8 = 0;
    pub(super) const GLOBAL: u8 = 6;
    pub(super) const EXPORT: u8 = 7;
    pub(super) const CODE: u8 = 10;
    /// Those of a component.
    pub(super) const CORE_MODULE: u8 = 1;
    pub(super) const COMPONENT: u8 = 4;
}

/// Bytes of a header: the magic number, the version and the layer.
const HEADER: usize = 8;
/// Most components that are in one another.
const NESTED: u8 = 8;

/// Why a program is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum MeterError {
    /// It is not made as one is, or of what is not allowed.
    #[error(transparent)]
    Invalid(#[from] BinaryReaderError),
    /// Components are in one another, too many of them.
    #[error("more than {NESTED} components are in one another")]
    TooDeep,
}

/// A module with what is added to it.
pub(super) fn module(bytes: &[u8]) -> Result<Vec<u8>, MeterError> {
    Ok(Module::read(bytes)?.write(false)?)
}

/// A component, each of whose modules has what is added to it.
pub(super) fn component(bytes: &[u8]) -> Result<Vec<u8>, MeterError> {
    nested(bytes, NESTED)
}

fn nested(bytes: &[u8], levels: u8) -> Result<Vec<u8>, MeterError> {
    let mut reader = BinaryReader::new(bytes, 0);
    let mut out = reader.read_bytes(HEADER)?.to_vec();
    while !reader.eof() {
        let id = reader.read_u8()?;
        let content = reader.read_reader()?;
        let content = bytes.get(content.range()).unwrap_or_default();
        match id {
            section::CORE_MODULE => put_section(&mut out, id, &Module::read(content)?.write(true)?),
            section::COMPONENT if levels == 0 => return Err(MeterError::TooDeep),
            section::COMPONENT => put_section(&mut out, id, &nested(content, levels - 1)?),
            _ => put_section(&mut out, id, content),
        }
    }
    Ok(out)
}

/// A function as it stands in the module.
struct Function<'a> {
    body: FunctionBody<'a>,
    /// Its parameters and locals.
    locals: u32,
    /// Most operands that it holds at a time.
    operands: u32,
    /// Whether it calls anything, and comes back from it.
    calls: bool,
    /// Whether it has bulk operations.
    bulk: bool,
}

impl Function<'_> {
    /// Slots of its frame: at most 50,000 locals and as many operands as its bytes are far below 2^31.
    fn cost(&self) -> i32 {
        i32::try_from(FRAME.saturating_add(self.locals).saturating_add(self.operands)).unwrap_or(i32::MAX)
    }
}

struct Module<'a> {
    bytes: &'a [u8],
    /// All sections but custom ones.
    sections: Vec<(u8, Range<usize>)>,
    imported_functions: u32,
    /// Imported and its own: the index of the one that is added.
    globals: u32,
    own_globals: u32,
    functions: Vec<Function<'a>>,
}

impl<'a> Module<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, BinaryReaderError> {
        let (sections, functions) = (Vec::new(), Vec::new());
        let mut module = Self { bytes, sections, imported_functions: 0, globals: 0, own_globals: 0, functions };
        let mut validator = Validator::new_with_features(FEATURES);
        let mut allocations = FuncValidatorAllocations::default();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone() {
                        match import?.ty {
                            TypeRef::Func(_) => module.imported_functions += 1,
                            TypeRef::Global(_) => module.globals += 1,
                            _ => {},
                        }
                    }
                },
                Payload::GlobalSection(globals) => module.own_globals = globals.count(),
                _ => {},
            }
            if let Some((id, range)) = payload.as_section() {
                if id != section::CUSTOM {
                    module.sections.push((id, range));
                }
            }
            if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
                let mut validator = function.into_validator(allocations);
                let mut reader = body.get_binary_reader();
                validator.read_locals(&mut reader)?;
                let mut function =
                    Function { body: body.clone(), locals: validator.len_locals(), operands: 0, calls: false, bulk: false };
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    let (operator, offset) = operators.read_with_offset()?;
                    validator.op(offset, &operator)?;
                    function.operands = function.operands.max(validator.operand_stack_height());
                    function.calls |= matches!(operator, Operator::Call { .. } | Operator::CallIndirect { .. });
                    // What it calls last may call, with its frame gone.
                    function.calls |= matches!(operator, Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. });
                    function.bulk |= bulk_unit(&operator).is_some();
                }
                operators.finish()?;
                module.functions.push(function);
                allocations = validator.into_allocations();
            }
        }
        module.globals += module.own_globals;
        Ok(module)
    }

    /// Writes it with what is added. `imports_call` tells whether what it imports may call it again.
    fn write(&self, imports_call: bool) -> Result<Vec<u8>, BinaryReaderError> {
        let mut out = Vec::with_capacity(self.bytes.len().saturating_add(self.bytes.len() / 4));
        out.extend_from_slice(self.bytes.get(..HEADER).unwrap_or_default());
        let mut has_global = false;
        for (id, range) in &self.sections {
            let content = self.bytes.get(range.clone()).unwrap_or_default();
            // All others that follow the globals have greater numbers, or are the count of data, which has the greatest.
            if *id >= section::EXPORT && *id <= 12 && !has_global {
                put_section(&mut out, section::GLOBAL, &self.globals_and_ours(&[])?);
                has_global = true;
            }
            match *id {
                section::GLOBAL => {
                    put_section(&mut out, *id, &self.globals_and_ours(content)?);
                    has_global = true;
                },
                section::CODE => put_section(&mut out, *id, &self.code(imports_call)?),
                _ => put_section(&mut out, *id, content),
            }
        }
        Ok(out)
    }

    /// The section of globals with one more: slots that are left.
    fn globals_and_ours(&self, content: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
        let mut out = Vec::with_capacity(content.len() + 12);
        put_u32(&mut out, self.own_globals + 1);
        if !content.is_empty() {
            let mut reader = BinaryReader::new(content, 0);
            reader.read_var_u32()?;
            out.extend_from_slice(content.get(reader.original_position()..).unwrap_or_default());
        }
        out.extend_from_slice(&[op::I32, 1]);
        put_const(&mut out, i32::try_from(SLOTS).unwrap_or(i32::MAX));
        out.push(op::END);
        Ok(out)
    }

    fn code(&self, imports_call: bool) -> Result<Vec<u8>, BinaryReaderError> {
        let mut out = Vec::new();
        put_u32(&mut out, u32::try_from(self.functions.len()).unwrap_or(u32::MAX));
        for function in &self.functions {
            let body = self.body(function, imports_call)?;
            put_u32(&mut out, u32::try_from(body.len()).unwrap_or(u32::MAX));
            out.extend_from_slice(&body);
        }
        Ok(out)
    }

    fn body(&self, function: &Function<'_>, imports_call: bool) -> Result<Vec<u8>, BinaryReaderError> {
        let counts = self.counts(function, imports_call)?;
        if !counts && !function.bulk {
            return Ok(function.body.as_bytes().to_vec());
        }
        let mut out = Vec::with_capacity(function.body.as_bytes().len() * 2);
        let locals = function.body.get_locals_reader()?;
        let mut operators = function.body.get_operators_reader()?;
        let groups = locals.get_count();
        put_u32(&mut out, groups + u32::from(function.bulk) + u32::from(counts));
        out.extend_from_slice(self.bytes.get(locals.original_position()..operators.original_position()).unwrap_or_default());
        if function.bulk {
            // One more local, to count down.
            out.extend_from_slice(&[1, op::I32]);
        }
        let frame = Frame { found: function.locals + u32::from(function.bulk), slots: self.globals };
        if counts {
            out.extend_from_slice(&[2, op::I32]);
            frame.put_begin(&mut out, function.cost());
        }
        while !operators.eof() {
            let at = operators.original_position();
            let operator = operators.read()?;
            if let Some(unit) = bulk_unit(&operator) {
                put_wait(&mut out, function.locals, unit);
            }
            let is_counted = self.is_counted(&operator, imports_call);
            if is_counted {
                frame.put_call(&mut out);
            }
            out.extend_from_slice(self.bytes.get(at..operators.original_position()).unwrap_or_default());
            if is_counted {
                frame.put_called(&mut out);
            }
        }
        Ok(out)
    }

    /// Whether a function has calls that may nest further.
    fn counts(&self, function: &Function<'_>, imports_call: bool) -> Result<bool, BinaryReaderError> {
        if !function.calls {
            return Ok(false);
        }
        for operator in function.body.get_operators_reader()? {
            if self.is_counted(&operator?, imports_call) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether something is a call that may nest further. What is called last takes the place of who calls it.
    fn is_counted(&self, operator: &Operator<'_>, imports_call: bool) -> bool {
        match operator {
            Operator::Call { function_index } => self.may_call(*function_index, imports_call),
            Operator::CallIndirect { .. } => true,
            _ => false,
        }
    }

    /// Whether a call of a function may nest further.
    fn may_call(&self, index: u32, imports_call: bool) -> bool {
        match index.checked_sub(self.imported_functions) {
            None => imports_call,
            Some(own) => self.functions.get(own as usize).is_some_and(|function| function.calls),
        }
    }
}

/// What a function that counts keeps of the slots that are left.
struct Frame {
    /// The local with those that it found; the next one has those that it left.
    found: u32,
    /// The global.
    slots: u32,
}

impl Frame {
    /// Takes its slots, and traps where there are too few.
    fn put_begin(&self, out: &mut Vec<u8>, cost: i32) {
        put_indexed(out, op::GLOBAL_GET, self.slots);
        put_indexed(out, op::LOCAL_TEE, self.found);
        put_const(out, cost);
        out.push(op::I32_SUB);
        put_indexed(out, op::LOCAL_TEE, self.found + 1);
        put_const(out, 0);
        out.extend_from_slice(&[op::I32_LT_S, op::IF, op::VOID, op::UNREACHABLE, op::END]);
    }

    /// Says how many are left to what is called.
    fn put_call(&self, out: &mut Vec<u8>) {
        put_indexed(out, op::LOCAL_GET, self.found + 1);
        put_indexed(out, op::GLOBAL_SET, self.slots);
    }

    /// Leaves the global as it was found, whichever way the function ends.
    fn put_called(&self, out: &mut Vec<u8>) {
        put_indexed(out, op::LOCAL_GET, self.found);
        put_indexed(out, op::GLOBAL_SET, self.slots);
    }
}

/// How much of what a bulk operation moves is one turn of the loop before it. Its length is the last of its operands.
fn bulk_unit(operator: &Operator<'_>) -> Option<u32> {
    match operator {
        Operator::MemoryFill { .. } | Operator::MemoryCopy { .. } | Operator::MemoryInit { .. } => Some(BULK_BYTES),
        Operator::TableFill { .. } | Operator::TableCopy { .. } | Operator::TableInit { .. } => Some(BULK_ELEMENTS),
        _ => None,
    }
}

/// Runs a loop for as long as an operation of the length on top of the stack may take, and leaves that there.
fn put_wait(out: &mut Vec<u8>, local: u32, unit: u32) {
    put_indexed(out, op::LOCAL_TEE, local);
    put_indexed(out, op::LOCAL_GET, local);
    put_const(out, i32::try_from(unit.trailing_zeros()).unwrap_or(0));
    out.push(op::I32_SHR_U);
    put_indexed(out, op::LOCAL_SET, local);
    out.extend_from_slice(&[op::BLOCK, op::VOID, op::LOOP, op::VOID]);
    put_indexed(out, op::LOCAL_GET, local);
    out.extend_from_slice(&[op::I32_EQZ, op::BR_IF, 1]);
    put_indexed(out, op::LOCAL_GET, local);
    put_const(out, 1);
    out.push(op::I32_SUB);
    put_indexed(out, op::LOCAL_SET, local);
    out.extend_from_slice(&[op::BR, 0, op::END, op::END]);
}

/// Instructions and types, as the specification numbers them.
mod op {
    pub(super) const I32: u8 = 0x7f;
    pub(super) const VOID: u8 = 0x40;
    pub(super) const UNREACHABLE: u8 = 0x00;
    pub(super) const BLOCK: u8 = 0x02;
    pub(super) const LOOP: u8 = 0x03;
    pub(super) const IF: u8 = 0x04;
    pub(super) const END: u8 = 0x0b;
    pub(super) const BR: u8 = 0x0c;
    pub(super) const BR_IF: u8 = 0x0d;
    pub(super) const LOCAL_GET: u8 = 0x20;
    pub(super) const LOCAL_SET: u8 = 0x21;
    pub(super) const LOCAL_TEE: u8 = 0x22;
    pub(super) const GLOBAL_GET: u8 = 0x23;
    pub(super) const GLOBAL_SET: u8 = 0x24;
    pub(super) const I32_CONST: u8 = 0x41;
    pub(super) const I32_EQZ: u8 = 0x45;
    pub(super) const I32_LT_S: u8 = 0x48;
    pub(super) const I32_SUB: u8 = 0x6b;
    pub(super) const I32_SHR_U: u8 = 0x76;
}

fn put_section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    put_u32(out, u32::try_from(content.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(content);
}

fn put_indexed(out: &mut Vec<u8>, operation: u8, index: u32) {
    out.push(operation);
    put_u32(out, index);
}

fn put_const(out: &mut Vec<u8>, value: i32) {
    out.push(op::I32_CONST);
    let mut left = value;
    loop {
        let byte = left.to_le_bytes()[0] & 0x7f;
        left >>= 7;
        // The last byte's second bit is the sign.
        if (left == 0 && byte & 0x40 == 0) || (left == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    let mut left = value;
    loop {
        let byte = left.to_le_bytes()[0] & 0x7f;
        left >>= 7;
        if left == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}
