//! Resampling with a fixed seed, in whole numbers alone.

use crate::model::time::Span;

/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014), with a fixed seed.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(0x7265_636f_756e_7431)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`, by multiplication (Lemire, "Fast random integer generation in an
    /// interval", 2019); its bias is below `bound` in 2^64.
    fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * (bound as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }
}

/// How many draws a bootstrap may make, beyond the least number of resamples.
const DRAWS: usize = 1_000_000;

/// Returns the interval that holds the mean with 95 % confidence: the percentile bootstrap (Efron and
/// Tibshirani, "An introduction to the bootstrap", 1993, chapter 13).
///
/// Of 1,000 resamples (fewer, but at least 200, of more than 1,000 values) of as many values, drawn with
/// replacement, the 2.5 % with the lowest and those with the highest mean are left out. None for fewer
/// than two values.
pub fn mean_interval(values: &[Span]) -> Option<(Span, Span)> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let rounds = (DRAWS / n).clamp(200, 1000);
    let mut random = Random::new();
    let mut draw = || values.get(random.below(n)).map_or(0, |v| i128::from(v.as_seconds()));
    let mut sums: Vec<i128> = (0..rounds).map(|_| (0..n).map(|_| draw()).sum()).collect();
    sums.sort_unstable();
    let left_out = rounds / 40;
    let at = |index: usize| Some(mean(*sums.get(index)?, n));
    Some((at(left_out)?, at(rounds - 1 - left_out)?))
}

/// Returns a sum divided by a count, rounded half up to whole seconds; zero for a count of zero.
pub(super) fn mean(sum: i128, count: usize) -> Span {
    let count = i128::try_from(count).unwrap_or(i128::MAX).max(1);
    let rounded = (2 * sum + count).div_euclid(2 * count);
    Span::seconds(i64::try_from(rounded).unwrap_or(i64::MAX))
}

/// How rare a difference is among those that chance alone makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// How many of the splits differ at least as much.
    pub as_great: usize,
    /// Out of how many.
    pub splits: usize,
}

impl Chance {
    /// Returns whether chance makes such a difference in at most one of twenty cases.
    pub fn is_rare(self) -> bool {
        self.as_great.saturating_mul(20) <= self.splits
    }

    /// Returns the chance in per mille, rounded up.
    pub fn per_mille(self) -> usize {
        self.as_great.saturating_mul(1000).div_ceil(self.splits.max(1))
    }
}

/// Returns how rare the difference of two means is: the permutation test (Pitman, "Significance tests
/// which may be applied to samples from any populations", 1937).
///
/// If nothing changed, then the values might as well have been split the other way. All values are put
/// together and split at random into groups of the same sizes, up to 9,999 times; counted are the splits
/// whose means differ at least as much, either way. The split that was found counts as one of them
/// (Phipson and Smyth, "Permutation p-values should never be zero", 2010). None where the values are so
/// few that no split could be rarer than one in twenty.
pub fn difference(before: &[Span], after: &[Span]) -> Option<Chance> {
    let (less, more) = if before.len() <= after.len() { (before, after) } else { (after, before) };
    let (k, n) = (less.len(), before.len() + after.len());
    if splits_at_most(n, k, 19) {
        return None;
    }
    let mut pool: Vec<i128> = less.iter().chain(more).map(|v| i128::from(v.as_seconds())).collect();
    let total: i128 = pool.iter().sum();
    // The difference of the means, but for a factor: n * sum of the one group - its size * the total.
    let distance = |sum: i128| (sum * (n as i128) - total * (k as i128)).abs();
    let found = distance(pool.iter().take(k).sum());
    let rounds = (20_000_000 / k.max(1)).clamp(999, 9_999);
    let mut random = Random::new();
    let mut as_great = 1;
    for _ in 0..rounds {
        for place in 0..k {
            pool.swap(place, place + random.below(n - place));
        }
        as_great += usize::from(distance(pool.iter().take(k).sum()) >= found);
    }
    Some(Chance { as_great, splits: rounds + 1 })
}

/// Returns whether `n` values can be split into `k` and the rest in at most `limit` ways.
fn splits_at_most(n: usize, k: usize, limit: usize) -> bool {
    let mut ways: usize = 1;
    for i in 0..k {
        // Each step gives a binomial coefficient again, so that the division is exact.
        ways = ways.saturating_mul(n - i) / (i + 1);
        if ways > limit {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(values: &[i64]) -> Vec<Span> {
        values.iter().copied().map(Span::seconds).collect()
    }

    #[test]
    fn the_random_numbers_are_those_of_the_published_generator() {
        // The first outputs for the seed 1234567, as published with the reference code.
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_interval_holds_the_mean_and_is_the_same_each_time() {
        let values = spans(&[60, 120, 180, 240, 300, 3600]);
        let (low, high) = mean_interval(&values).unwrap();
        assert!(low < Span::seconds(750) && Span::seconds(750) < high, "{low:?} {high:?}");
        assert!(low >= Span::seconds(60) && high <= Span::seconds(3600));
        assert_eq!(mean_interval(&values), Some((low, high)));
        assert_eq!(mean_interval(&spans(&[5])), None);
        assert_eq!(mean_interval(&spans(&[5, 5, 5])), Some((Span::seconds(5), Span::seconds(5))));
    }

    #[test]
    fn a_difference_is_rare_only_where_the_groups_lie_apart() {
        let low: Vec<_> = (100..110).map(Span::seconds).collect();
        let high: Vec<_> = (200..210).map(Span::seconds).collect();
        assert!(difference(&low, &high).unwrap().is_rare());
        let mixed = difference(&spans(&[1, 9, 3, 7, 5]), &spans(&[2, 8, 4, 6, 5])).unwrap();
        assert!(!mixed.is_rare(), "{mixed:?}");
        let same = difference(&low, &low).unwrap();
        assert_eq!(same.as_great, same.splits);
    }

    #[test]
    fn the_chance_is_near_that_of_counting_every_split() {
        // Of the 252 ways to take 5 of 10, only two put all low values together.
        let chance = difference(&spans(&[1, 2, 3, 4, 5]), &spans(&[6, 7, 8, 9, 10])).unwrap();
        let expected = chance.splits * 2 / 252;
        assert!(chance.as_great.abs_diff(expected) < 35, "{chance:?} {expected}");
    }

    #[test]
    fn too_few_values_say_nothing() {
        assert_eq!(difference(&spans(&[1, 2, 3]), &spans(&[100])), None);
        assert_eq!(difference(&[], &spans(&[1, 2, 3])), None);
        assert!(difference(&spans(&[1, 2, 3]), &spans(&[7, 8, 9])).is_some());
    }

    #[test]
    fn a_mean_is_rounded_half_up() {
        assert_eq!(
            [mean(3, 2), mean(4, 3), mean(5, 3), mean(0, 0)].map(Span::as_seconds),
            [2, 1, 2, 0]
        );
    }
}
