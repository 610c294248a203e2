//! The tools that the user has allowed for good. Without the file the user is asked again.

use std::io;
use std::path::Path;

use crate::chat::ToolPermission;

use super::state_file::StateFile;

/// The permissions that hold in later runs.
#[derive(Debug, Clone)]
pub struct ToolPermissionsFile(StateFile<Vec<ToolPermission>>);

impl ToolPermissionsFile {
    /// Those in the private folder of the program.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self(StateFile::at(state.join("tool_permissions.json")))
    }

    /// The permissions; none where they cannot be read.
    #[must_use]
    pub fn read(&self) -> Vec<ToolPermission> {
        self.0.read_or_default()
    }

    /// Adds a permission; one for an earlier definition of the same tool ends.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, permission: ToolPermission) -> io::Result<()> {
        self.0.update(|all| {
            all.retain(|it| it.tool != permission.tool);
            all.push(permission);
        })
    }
}
