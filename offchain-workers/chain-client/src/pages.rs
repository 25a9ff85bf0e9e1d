//! Listings that the chain gives a page at a time.

use futures::future::BoxFuture;

use crate::error::ReadError;

/// Most pages of a listing. Nobody has as much on chain, and a node whose pages never end is not asked for ever.
const MOST: u32 = 1 << 16;

/// Asks for the entries after one, and for how many of them.
type Ask<'a, T, Id> = Box<dyn FnMut(Option<Id>, u32) -> BoxFuture<'a, Result<Vec<T>, ReadError>> + Send + 'a>;

/// A listing, each page of which begins after the last entry of the one before. A page with less than was asked for is the last.
pub struct Pages<'a, T, Id> {
    ask: Ask<'a, T, Id>,
    id_of: fn(&T) -> Id,
    limit: u32,
    asked: u32,
    after: Option<Id>,
    is_over: bool,
}

impl<'a, T, Id: Copy + Ord> Pages<'a, T, Id> {
    /// Asks with `ask` for pages of `limit` entries, which `id_of` numbers.
    pub fn new(
        limit: u32,
        id_of: fn(&T) -> Id,
        ask: impl FnMut(Option<Id>, u32) -> BoxFuture<'a, Result<Vec<T>, ReadError>> + Send + 'a,
    ) -> Self {
        Self { ask: Box::new(ask), id_of, limit, asked: 0, after: None, is_over: false }
    }

    /// The next page, or `None` after the last.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, ReadError> {
        if self.is_over {
            return Ok(None);
        }
        if self.asked >= MOST {
            return Err(ReadError::Shape { what: "a listing", reason: format!("it has not ended after {MOST} pages") });
        }
        self.asked = self.asked.saturating_add(1);
        let page = (self.ask)(self.after, self.limit).await?;
        self.is_over = page.len() < self.limit as usize;
        self.after = page.last().map(self.id_of);
        Ok(Some(page))
    }

    /// The entries of all pages, by number: the chain gives them in the order in which its state has them.
    pub async fn all(mut self) -> Result<Vec<T>, ReadError> {
        let mut all = Vec::new();
        while let Some(page) = self.next_page().await? {
            all.extend(page);
        }
        all.sort_unstable_by_key(self.id_of);
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const LIMIT: u32 = 3;

    /// All of a listing that the chain gives in this order, and how many pages were asked for.
    async fn listed(order: &[u32]) -> (Option<Vec<u32>>, u32) {
        let asked = AtomicU32::new(0);
        let pages = Pages::new(
            LIMIT,
            |id| *id,
            |after, limit| {
                asked.fetch_add(1, Ordering::Relaxed);
                let from = order.iter().position(|id| Some(*id) == after).map_or(0, |last| last + 1);
                let page = order[from..].iter().take(limit as usize).copied().collect();
                Box::pin(async { Ok(page) })
            },
        );
        let all = pages.all().await.ok();
        (all, asked.into_inner())
    }

    #[tokio::test]
    async fn all_pages_are_asked_for_and_none_after_a_short_one() {
        assert_eq!(listed(&[]).await, (Some(vec![]), 1));
        assert_eq!(listed(&[7, 2]).await, (Some(vec![2, 7]), 1));
        assert_eq!(listed(&[7, 2, 9]).await, (Some(vec![2, 7, 9]), 2), "nothing says that there are no more");
        assert_eq!(listed(&[7, 2, 9, 1, 8, 3, 5]).await, (Some(vec![1, 2, 3, 5, 7, 8, 9]), 3));
    }

    #[tokio::test]
    async fn a_listing_without_an_end_is_given_up() {
        let mut next = 0;
        let endless = Pages::new(
            1,
            |id| *id,
            |_, _| {
                next += 1;
                let page = vec![next];
                Box::pin(async { Ok(page) })
            },
        );
        assert!(matches!(endless.all().await, Err(ReadError::Shape { .. })));
        assert_eq!(next, MOST);
    }
}
