//! Connections for reading: any number at once, and none waits for the writer.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Connection, StoreError};

/// How many connections are kept when nobody reads.
const KEPT: usize = 8;

/// The connections that nobody uses at the moment. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    connections: Vec<Connection>,
    is_closed: bool,
}

/// A connection for reading. It goes back when it is dropped.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Absent only while it is dropped.
    connection: Option<Connection>,
    readers: Readers,
}

impl Readers {
    /// Readers of the database with this path. None is opened yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Shared {
            path,
            idle: Mutex::default(),
        }))
    }

    /// A connection: an idle one, or a new one.
    pub(super) fn take(&self) -> Result<Reader, StoreError> {
        let mut idle = self.idle();
        if idle.is_closed {
            return Err(StoreError::closed());
        }
        let known = idle.connections.pop();
        drop(idle);
        let connection = match known {
            Some(connection) => connection,
            None => Connection::open_reader(&self.0.path)?,
        };
        Ok(Reader {
            connection: Some(connection),
            readers: self.clone(),
        })
    }

    /// A connection that sees the database as it is at its first statement, whatever is written meanwhile.
    pub(super) fn take_snapshot(&self) -> Result<Reader, StoreError> {
        let reader = self.take()?;
        reader.run("BEGIN")?;
        Ok(reader)
    }

    /// Lets go of all connections, those in use when they come back.
    pub(super) fn close(&self) {
        let mut idle = self.idle();
        idle.is_closed = true;
        idle.connections.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect(IN_USE)
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect(IN_USE)
    }
}

const IN_USE: &str = "only dropping a reader takes its connection";

impl Drop for Reader {
    fn drop(&mut self) {
        // One that cannot be brought back into its first state is closed.
        self.connection.take_if(|connection| {
            connection.is_in_transaction() && connection.run("COMMIT").is_err()
        });
        let mut idle = self.readers.idle();
        let has_room = !idle.is_closed && idle.connections.len() < KEPT;
        idle.connections
            .extend(self.connection.take().filter(|_| has_room));
    }
}
