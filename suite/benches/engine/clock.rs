//! Processor time of this thread, and memory held, as the kernel tells them.
//!
//! Wall time on a shared machine measures the neighbours; processor time less so. The kernel gives
//! it at every tick, some milliseconds apart, so a short run is repeated until many have passed.
//! On a system without these files all figures are zero.

use std::fmt;
use std::time::{Duration, Instant};

/// A sample lasts at least so long: thirty ticks of the slowest usual kernel.
const SAMPLE: Duration = Duration::from_millis(300);
/// Wall time over processor time beyond which a sample is taken as it is.
const PATIENCE: u32 = 10;
/// Runs in one sample at most.
const REPEATS_MAX: u32 = 1 << 20;

/// A run being timed.
pub struct Stopwatch {
    processor: Duration,
    wall: Instant,
}

impl Stopwatch {
    /// Starts.
    pub fn start() -> Stopwatch {
        Stopwatch { processor: spent(), wall: Instant::now() }
    }

    /// Processor time since then, of this thread.
    pub fn processor(&self) -> Duration {
        spent().saturating_sub(self.processor)
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (wall {})", shown(self.processor()), shown(self.wall.elapsed()))
    }
}

/// Milliseconds with three places.
pub fn shown(time: Duration) -> String {
    format!("{}.{:03} ms", time.as_micros() / 1000, time.as_micros() % 1000)
}

/// Processor time of one run: the median of several samples, each long enough to be measured.
pub fn typical(samples: usize, run: impl Fn()) -> Duration {
    let mut repeats = 1u32;
    let mut sample = || loop {
        let watch = Stopwatch::start();
        (0..repeats).for_each(|_| run());
        let (processor, wall) = (watch.processor(), watch.wall.elapsed());
        if processor >= SAMPLE || wall >= SAMPLE * PATIENCE || repeats >= REPEATS_MAX {
            return processor / repeats;
        }
        repeats *= 2;
    };
    let mut times: Vec<Duration> = (0..samples.max(1)).map(|_| sample()).collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Processor time this thread has had.
fn spent() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split_whitespace().next().and_then(|word| word.parse().ok());
    Duration::from_nanos(first.unwrap_or(0))
}

/// Bytes of memory this process holds.
pub fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}
