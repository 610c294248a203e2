//! What a server lists, its tools or its prompts: read in pages, and again once it says that the list
//! has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::ServiceError;
use rmcp::model::PaginatedRequestParams;
use tokio::sync::Mutex;

/// The most pages of a list.
const MAX_PAGES: usize = 20;

/// A list of a server.
pub(super) struct Listing<T> {
    /// `None` while they have to be listed.
    items: Mutex<Option<Arc<Vec<T>>>>,
    /// Whether the server said that they have changed.
    has_changed: Arc<AtomicBool>,
}

impl<T> Listing<T> {
    pub(super) fn new(items: Option<Vec<T>>, has_changed: &Arc<AtomicBool>) -> Self {
        let has_changed = Arc::clone(has_changed);
        Self { items: Mutex::new(items.map(Arc::new)), has_changed }
    }

    /// The items, by `list` where they are not known or have changed.
    ///
    /// # Errors
    /// Why they could not be listed, in a sentence for people.
    pub(super) async fn get(
        &self,
        list: impl Future<Output = Result<Vec<T>, String>>,
    ) -> Result<Arc<Vec<T>>, String> {
        let mut listed = self.items.lock().await;
        if self.has_changed.swap(false, Ordering::Relaxed) {
            *listed = None;
        }
        if let Some(items) = listed.as_ref() {
            return Ok(Arc::clone(items));
        }
        let items = Arc::new(list.await?);
        *listed = Some(Arc::clone(&items));
        Ok(items)
    }
}

/// Reads the pages of a list, each with the cursor of the next; more items than `most` are left out.
pub(super) async fn read_pages<T, F>(
    most: usize,
    mut page: impl FnMut(PaginatedRequestParams) -> F,
) -> Result<Vec<T>, ServiceError>
where
    F: Future<Output = Result<(Vec<T>, Option<String>), ServiceError>>,
{
    let mut items = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let (more, next) = page(PaginatedRequestParams::default().with_cursor(cursor)).await?;
        items.extend(more);
        cursor = next;
        if cursor.is_none() || items.len() >= most {
            break;
        }
    }
    items.truncate(most);
    Ok(items)
}
