//! The queue in front of password hashing.
//!
//! Hashing a password takes 19 MiB and a good part of a core on purpose, so whoever may ask for it may also bring the
//! server down. Therefore: as many threads of its own as there are cores, so that neither memory nor the async threads
//! suffer; a queue with a limit; and a deadline. Whoever does not get a place, or waits too long, is told to come back
//! later. Work whose asker has gone away is not done.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::Block;
use tokio::sync::oneshot;
use zeroize::Zeroize;

/// How long a thread keeps its memory when there is nothing to do.
const IDLE_TIME: Duration = Duration::from_secs(1);

/// glibc gives blocks of more than 32 MiB back to the system when they are freed, always; smaller ones it may keep
/// for good, and the idle server would hold 19 MiB for every core. What is reserved beyond need is never touched and
/// so takes no memory.
const RESERVED_BLOCKS: usize = 33 * 1024;

/// How much may run and wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueLimits {
    /// How many hashes run at once.
    pub threads: usize,
    /// How many may wait for their turn.
    pub waiting: usize,
    /// How long anybody waits for the result.
    pub deadline: Duration,
}

/// The memory one hash works in.
#[derive(Default)]
pub(crate) struct HashMemory(Vec<Block>);

impl HashMemory {
    /// At least this many KiB, with whatever was in there before.
    pub(crate) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(count.max(RESERVED_BLOCKS));
        }
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }
}

impl Drop for HashMemory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

type Job = Box<dyn FnOnce(&mut HashMemory) + Send>;

/// The threads and the queue in front of them. The threads end when it is dropped.
#[derive(Debug)]
pub(crate) struct HashQueue {
    shared: Arc<Shared>,
    limits: QueueLimits,
}

struct Shared {
    state: Mutex<State>,
    work_came: Condvar,
    load: Load,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.load.fmt(f)
    }
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

/// What is going on, and how much ever was at once.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pub running: AtomicUsize,
    pub most_running: AtomicUsize,
    pub most_waiting: AtomicUsize,
}

/// The queue is full, or the result did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueFull;

impl HashQueue {
    pub(crate) fn new(limits: QueueLimits) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work_came: Condvar::new(),
            load: Load::default(),
        });
        for number in 0..limits.threads.max(1) {
            let shared = shared.clone();
            std::thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&shared))
                .expect("a thread can be started while the server starts");
        }
        Self { shared, limits }
    }

    /// Runs this when its turn comes, and gives its result.
    pub(crate) async fn run<T, F>(&self, task: F) -> Result<T, QueueFull>
    where
        T: Send + 'static,
        F: FnOnce(&mut HashMemory) -> T + Send + 'static,
    {
        self.run_within(self.limits.deadline, task).await
    }

    async fn run_within<T, F>(&self, deadline: Duration, task: F) -> Result<T, QueueFull>
    where
        T: Send + 'static,
        F: FnOnce(&mut HashMemory) -> T + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        let job = move |memory: &mut HashMemory| {
            if !reply.is_closed() {
                // Nobody is there any more to hear the result: nothing is lost.
                let _ = reply.send(task(memory));
            }
        };
        self.enqueue(Box::new(job))?;
        match tokio::time::timeout(deadline, result).await {
            Ok(Ok(value)) => Ok(value),
            _ => Err(QueueFull),
        }
    }

    #[cfg(test)]
    pub(crate) fn load(&self) -> &Load {
        &self.shared.load
    }

    fn enqueue(&self, job: Job) -> Result<(), QueueFull> {
        let mut state = self.shared.lock();
        let places = self.limits.waiting + self.limits.threads.max(1);
        let busy = state.jobs.len() + self.shared.load.running.load(Ordering::Relaxed);
        if busy >= places {
            return Err(QueueFull);
        }
        state.jobs.push_back(job);
        self.shared
            .load
            .most_waiting
            .fetch_max(state.jobs.len(), Ordering::Relaxed);
        drop(state);
        self.shared.work_came.notify_one();
        Ok(())
    }
}

impl Drop for HashQueue {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.work_came.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job; `None` when nothing came for a while, or nothing will come any more.
    fn next_job(&self, is_patient: bool) -> Option<Job> {
        let is_idle = |state: &mut State| state.jobs.is_empty() && !state.is_closed;
        let mut state = if is_patient {
            let waited = self.work_came.wait_while(self.lock(), is_idle);
            waited.unwrap_or_else(PoisonError::into_inner)
        } else {
            let waited = self
                .work_came
                .wait_timeout_while(self.lock(), IDLE_TIME, is_idle);
            waited.unwrap_or_else(PoisonError::into_inner).0
        };
        let job = state.jobs.pop_front()?;
        // Under the lock: a place is either in the queue or at work, never neither.
        let running = self.load.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.load.most_running.fetch_max(running, Ordering::Relaxed);
        Some(job)
    }
}

fn work(shared: &Shared) {
    while let Some(job) = shared.next_job(true) {
        let mut memory = HashMemory::default();
        run_one(shared, job, &mut memory);
        while let Some(job) = shared.next_job(false) {
            run_one(shared, job, &mut memory);
        }
    }
}

fn run_one(shared: &Shared, job: Job, memory: &mut HashMemory) {
    // A job that panics drops its reply, so its asker hears of it; the thread stays for the others.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(memory)));
    shared.load.running.fetch_sub(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::mpsc;

    use super::*;

    fn limits(threads: usize, waiting: usize) -> QueueLimits {
        QueueLimits {
            threads,
            waiting,
            deadline: Duration::from_secs(60),
        }
    }

    #[tokio::test]
    async fn sec_a03_past_threads_and_queue_nobody_gets_a_place() {
        let queue = Arc::new(HashQueue::new(limits(2, 3)));
        let (open_gate, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let ask = || {
            let (queue, gate) = (queue.clone(), gate.clone());
            tokio::spawn(async move {
                queue
                    .run(move |_| gate.lock().unwrap().recv().is_err())
                    .await
            })
        };

        let asked: Vec<_> = (0..20).map(|_| ask()).collect();
        // The runtime has one thread: when this line goes on, all twenty have asked.
        tokio::task::yield_now().await;
        drop(open_gate);

        let mut served = 0;
        for one in asked {
            served += usize::from(one.await.unwrap() == Ok(true));
        }
        assert_eq!(served, 5);
        assert!(queue.load().most_running.load(Ordering::Relaxed) <= 2);
        assert!(queue.load().most_waiting.load(Ordering::Relaxed) <= 5);
    }

    #[tokio::test]
    async fn sec_a03_nobody_waits_past_the_deadline_and_their_work_is_not_done() {
        let queue = HashQueue::new(limits(1, 5));
        let (open_gate, gate) = mpsc::channel::<()>();
        let (did, done) = mpsc::channel::<&str>();

        let (started, has_started) = mpsc::channel::<()>();
        let mut running = pin!(queue.run(move |_| {
            started.send(()).unwrap();
            gate.recv().is_err()
        }));
        // Not before it runs: a task whose caller is gone is skipped, and the next one would be done in time.
        assert!(futures::poll!(&mut running).is_pending());
        has_started.recv().unwrap();

        let waiting = queue
            .run_within(Duration::ZERO, move |_| did.send("too late"))
            .await;
        drop(open_gate);

        assert_eq!(running.await, Ok(true));
        assert_eq!(waiting, Err(QueueFull));
        assert_eq!(queue.run(|_| 7).await, Ok(7));
        assert!(done.try_recv().is_err());
    }

    #[tokio::test]
    async fn sec_p03_a_task_that_panics_takes_nobody_with_it() {
        let queue = HashQueue::new(limits(1, 5));

        let broken: Result<(), _> = queue.run(|_| panic!("on purpose")).await;

        assert_eq!(broken, Err(QueueFull));
        assert_eq!(queue.run(|_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn memory_is_kept_from_one_task_to_the_next() {
        let queue = HashQueue::new(limits(1, 5));
        let address = |memory: &mut HashMemory| memory.blocks(64).as_ptr() as usize;

        let first = queue.run(address).await;
        let second = queue.run(address).await;

        assert_eq!(first, second);
    }
}
