//! What one measurement saw, and what several of them say together.

use serde_json::{Value, json};

/// One measurement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    /// How many were answered.
    pub(crate) count: u64,
    /// In how many seconds.
    pub(crate) seconds: f64,
    /// How long each took, in microseconds.
    pub(crate) micros: Vec<u32>,
    /// Processor time of the server, in microseconds; 0 where nobody looked.
    pub(crate) cpu_micros: f64,
}

/// Several measurements of one thing.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// Answers per second: median, least and most over the repetitions.
    pub(crate) rate: Spread,
    /// Median of the repetitions' p50, in microseconds.
    pub(crate) p50: f64,
    /// Median of the repetitions' p99, in microseconds.
    pub(crate) p99: f64,
    /// Median of the server's processor time for one answer, in microseconds.
    pub(crate) cpu: f64,
}

/// A median and what it lies between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Sample {
    fn rate(&self) -> f64 {
        number(self.count) / self.seconds.max(1e-9)
    }

    fn cpu(&self) -> f64 {
        self.cpu_micros / number(self.count.max(1))
    }

    fn quantile(&self, share: f64) -> f64 {
        let mut sorted: Vec<f64> = self.micros.iter().copied().map(f64::from).collect();
        quantile(&mut sorted, share)
    }
}

impl Summary {
    /// What the repetitions say together.
    pub(crate) fn of(samples: &[Sample]) -> Self {
        let all = |of: &dyn Fn(&Sample) -> f64| Spread::of(samples.iter().map(of).collect());
        Self {
            rate: all(&Sample::rate),
            p50: all(&|sample| sample.quantile(0.5)).median,
            p99: all(&|sample| sample.quantile(0.99)).median,
            cpu: all(&Sample::cpu).median,
        }
    }

    /// For the file for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "per_second": { "median": self.rate.median, "least": self.rate.least, "most": self.rate.most },
            "p50_micros": self.p50, "p99_micros": self.p99, "cpu_micros": self.cpu,
        })
    }
}

impl Spread {
    /// Of some figures.
    pub(crate) fn of(mut figures: Vec<f64>) -> Self {
        Self {
            median: quantile(&mut figures, 0.5),
            least: figures.first().copied().unwrap_or(0.0),
            most: figures.last().copied().unwrap_or(0.0),
        }
    }
}

/// Ratios, repetition by repetition, so that what disturbed one pair disturbs no other.
pub(crate) fn ratios(of: &[Sample], to: &[Sample]) -> Spread {
    Spread::of(of.iter().zip(to).map(|(of, to)| of.rate() / to.rate().max(1e-9)).collect())
}

fn quantile(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    let last = figures.len().saturating_sub(1);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of an index is an index")]
    let index = (number(last as u64) * share).round() as usize;
    figures.get(index).copied().unwrap_or(0.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(count: u64, micros: &[u32]) -> Sample {
        Sample { count, seconds: 1.0, micros: micros.to_vec(), cpu_micros: 0.0 }
    }

    #[test]
    fn a_summary_is_the_median_of_the_repetitions() {
        let summary = Summary::of(&[sample(10, &[1, 2, 9]), sample(30, &[3]), sample(20, &[5])]);
        assert_eq!(summary.rate, Spread { median: 20.0, least: 10.0, most: 30.0 });
        assert!((summary.p50 - 3.0).abs() < 1e-9);
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        let spread = ratios(&[sample(5, &[]), sample(40, &[])], &[sample(10, &[]), sample(40, &[])]);
        assert_eq!((spread.least, spread.most), (0.5, 1.0));
    }
}
