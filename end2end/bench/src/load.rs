//! Doing something again and again for a bounded time, on several threads, and counting.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long each measurement lasts.
pub const LASTING: Duration = Duration::from_secs(8);

/// How long everybody does the same beforehand without being counted: a just-in-time compiler and cold caches are given
/// their time, and nobody is counted while another is still signing in.
pub const WARM_UP: Duration = Duration::from_secs(2);

/// What a measurement found.
pub struct Rate {
    per_second: f64,
    /// How long each took, in milliseconds, sorted.
    latencies: Vec<f64>,
}

impl Rate {
    /// How often in one second, all workers together.
    pub fn per_second(&self) -> f64 {
        self.per_second
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
    let found = Mutex::new(Rate {
        per_second: 0.0,
        latencies: Vec::new(),
    });
    thread::scope(|scope| {
        for worker in 0..workers {
            let (prepare, work, found) = (&prepare, &work, &found);
            scope.spawn(move || {
                let mut state = prepare(worker);
                repeat_for(WARM_UP, &mut state, work);
                let mut mine = repeat_for(LASTING, &mut state, work);
                let mut found = found.lock().expect("nobody panics while holding the lock");
                found.per_second += mine.per_second;
                found.latencies.append(&mut mine.latencies);
            });
        }
    });
    let mut found = found
        .into_inner()
        .expect("nobody panics while holding the lock");
    found.latencies.sort_by(f64::total_cmp);
    found
}

fn repeat_for<State>(duration: Duration, state: &mut State, work: impl Fn(&mut State)) -> Rate {
    let started = Instant::now();
    let mut latencies = Vec::new();
    while started.elapsed() < duration {
        let before = Instant::now();
        work(state);
        latencies.push(before.elapsed().as_secs_f64() * 1_000.0);
    }
    Rate {
        per_second: latencies.len() as f64 / started.elapsed().as_secs_f64(),
        latencies,
    }
}

/// Repeats `work` with one thread for each core.
pub fn repeat_on_all_cores(work: impl Fn() + Sync) -> Rate {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    repeat(cores, |_| (), |()| work())
}
