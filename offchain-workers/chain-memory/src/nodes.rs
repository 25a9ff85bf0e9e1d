//! Nodes and who listens to them.

use idlewild_chain_client::{Head, ReadError, Tip};
use tokio::sync::mpsc;

use crate::fault::{Fault, Rule};

pub(crate) type HeadSender = mpsc::UnboundedSender<Result<Head, ReadError>>;
pub(crate) type TipSender = mpsc::UnboundedSender<Result<Tip, ReadError>>;

/// One node.
#[derive(Default)]
pub(crate) struct Node {
    /// Nobody reaches it.
    pub(crate) cut: bool,
    /// It follows the chain and tells nobody.
    pub(crate) stalled: bool,
    /// The first block whose state it has not forgotten.
    pub(crate) remembers: u32,
    /// The newest final block that it knows of when it is asked, where it has fallen behind.
    pub(crate) behind: Option<u32>,
    pub(crate) rules: Vec<Rule>,
    listeners: Vec<Listener>,
    watchers: Vec<TipSender>,
}

struct Listener {
    sender: HeadSender,
    last: u32,
}

impl Node {
    pub(crate) fn gone() -> ReadError {
        ReadError::Rpc("the connection to the node is gone".into())
    }

    /// What it says of a block whose state it has forgotten, as a node does.
    pub(crate) fn recall(&self, number: u32) -> Result<(), ReadError> {
        match number < self.remembers {
            true => Err(ReadError::Rpc(format!("UnknownBlock: State already discarded for block {number}"))),
            false => Ok(()),
        }
    }

    /// What befalls this call, if anything does.
    pub(crate) fn fault(&mut self, call: &idlewild_chain_client::Call) -> Option<Fault> {
        let rule = self.rules.iter_mut().find(|rule| rule.left > 0 && (rule.meant)(call))?;
        rule.left = rule.left.saturating_sub(1);
        Some(rule.fault)
    }

    pub(crate) fn listen(&mut self, sender: HeadSender, newest: &Head) {
        let mut listener = Listener { sender, last: 0 };
        listener.tell(newest);
        self.listeners.push(listener);
    }

    pub(crate) fn announce(&mut self, head: &Head) {
        if self.stalled || self.cut {
            return;
        }
        self.listeners.retain_mut(|listener| listener.tell(head));
    }

    pub(crate) fn watch(&mut self, sender: TipSender, tip: Tip) {
        if sender.send(Ok(tip)).is_ok() {
            self.watchers.push(sender);
        }
    }

    pub(crate) fn show(&mut self, tip: Tip) {
        if self.stalled || self.cut {
            return;
        }
        self.watchers.retain(|watcher| watcher.send(Ok(tip)).is_ok());
    }

    pub(crate) fn cut(&mut self) {
        self.cut = true;
        for watcher in self.watchers.drain(..) {
            let _ = watcher.send(Err(Self::gone()));
        }
        for listener in self.listeners.drain(..) {
            let _ = listener.sender.send(Err(Self::gone()));
        }
    }
}

impl Listener {
    /// Whether it still listens.
    fn tell(&mut self, head: &Head) -> bool {
        if head.number <= self.last {
            return true;
        }
        self.last = head.number;
        self.sender.send(Ok(head.clone())).is_ok()
    }
}
