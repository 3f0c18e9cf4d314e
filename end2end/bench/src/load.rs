//! Doing something again and again for a bounded time, on several threads, and counting.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long each measurement lasts.
pub const LASTING: Duration = Duration::from_secs(8);

/// What a measurement found.
pub struct Rate {
    /// How often it was done.
    pub count: usize,
    /// In how many seconds.
    pub seconds: f64,
    /// How long each took, in milliseconds, sorted.
    pub latencies: Vec<f64>,
}

impl Rate {
    /// How often in one second.
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// The latency that `share` of all did not exceed, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get((last as f64 * share).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// Repeats `work` on `workers` threads, each with a state of its own, until the time is up.
pub fn repeat<State>(
    workers: usize,
    prepare: impl Fn(usize) -> State + Sync,
    work: impl Fn(&mut State) + Sync,
) -> Rate {
    let latencies = Mutex::new(Vec::new());
    let started = Instant::now();
    thread::scope(|scope| {
        for worker in 0..workers {
            let (prepare, work, latencies) = (&prepare, &work, &latencies);
            scope.spawn(move || {
                let mut state = prepare(worker);
                let mut mine = Vec::new();
                while started.elapsed() < LASTING {
                    let before = Instant::now();
                    work(&mut state);
                    mine.push(before.elapsed().as_secs_f64() * 1_000.0);
                }
                latencies
                    .lock()
                    .expect("no worker panics while it holds the lock")
                    .append(&mut mine);
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut latencies = latencies
        .into_inner()
        .expect("no worker panics while it holds the lock");
    latencies.sort_by(f64::total_cmp);
    Rate {
        count: latencies.len(),
        seconds,
        latencies,
    }
}

/// Repeats `work` with one thread for each core.
pub fn repeat_on_all_cores(work: impl Fn() + Sync) -> Rate {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    repeat(cores, |_| (), |()| work())
}
