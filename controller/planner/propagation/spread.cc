#include "controller/planner/propagation/spread.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace karkara::propagation {
namespace {

constexpr std::size_t kBins = 128;

struct Bins {
  std::array<std::uint8_t, kMostValues> of{};  // each value's
  std::array<std::uint8_t, kBins> filled{};    // how many in each
};

// Neighbours along a path fall into the same bin: counting them in four tables in turn keeps one increment from waiting
// for the one before.
void count_bins(const std::int32_t* numbers, std::size_t count, Bins& bins) {
  std::array<std::array<std::uint8_t, kBins>, 4> tables{};
  const auto add = [&](std::size_t at, std::size_t table) {
    const auto bin = static_cast<std::uint8_t>(numbers[at]);
    bins.of[at] = bin;
    ++tables[table][bin];
  };
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    add(i, 0);
    add(i + 1, 1);
    add(i + 2, 2);
    add(i + 3, 3);
  }
  for (; i < count; ++i) {
    add(i, 0);
  }
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    bins.filled[bin] = static_cast<std::uint8_t>(tables[0][bin] + tables[1][bin] + tables[2][bin] + tables[3][bin]);
  }
}

// Counted from the least, from 1. There is room behind the last up to a multiple of eight.
double ranked_of(double* values, std::size_t count, std::size_t rank) {
  if (count <= kMostRanked) {
    return ranked(values, count, rank);
  }
  double* const place = values + (rank - 1);
  std::nth_element(values, place, values + count);
  return *place;
}

// The values of one bin.
struct Few {
  std::array<double, kMostValues + 8> values;
  std::size_t count = 0;
};

// Which of eight bytes may be 0; none is missed.
std::uint64_t zero_bytes(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  return (word - kOnes) & ~word & (kOnes << 7);
}

// One bin's values, found eight bytes at a time.
void collect(const double* values, std::size_t count, const Bins& bins, std::size_t bin, Few& few) {
  const std::uint64_t everywhere = 0x0101010101010101ULL * bin;
  for (std::size_t i = 0; i < count; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bins.of.data() + i, 8);
    if constexpr (std::endian::native == std::endian::big) {
      word = __builtin_bswap64(word);
    }
    for (std::uint64_t hits = zero_bytes(word ^ everywhere); hits != 0; hits &= hits - 1) {
      const std::size_t at = i + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
      if (bins.of[at] == bin && at < count) {
        few.values[few.count++] = values[at];
      }
    }
  }
}

}  // namespace

// Values are sorted into bins, which keeps their order; only the two bins that hold the wanted ranks are looked into.
Deciles deciles(const std::array<double, kMostValues>& values, std::size_t count, const Range& range,
                std::size_t rank) {
  const double width = range.greatest - range.least;
  if (rank == 0 || rank > count || count > kMostValues || !(width > 0)) {
    return {range.least, range.least};
  }
  std::array<std::int32_t, kMostValues> numbers;
  bin_numbers({values.data(), count}, range.least, (static_cast<double>(kBins) - 0.5) / width, numbers.data());
  Bins bins;
  count_bins(numbers.data(), count, bins);
  std::size_t below = 0;
  std::size_t low = 0;
  for (; below + bins.filled[low] < rank; ++low) {
    below += bins.filled[low];
  }
  std::size_t above = 0;
  std::size_t high = kBins - 1;
  for (; above + bins.filled[high] < rank; --high) {
    above += bins.filled[high];
  }
  Few lows;
  Few highs;
  collect(values.data(), count, bins, low, lows);
  collect(values.data(), count, bins, high, highs);
  return {ranked_of(lows.values.data(), lows.count, rank - below),
          ranked_of(highs.values.data(), highs.count, highs.count + 1 - (rank - above))};
}

std::optional<Deciles> deciles_near(std::span<const double> values, const Slant& line, DecileGuess& guess,
                                    std::size_t rank, Neighbours& scratch) {
  constexpr std::size_t kFew = 5;
  constexpr std::size_t kMany = 14;
  const double around = guess.around * (guess.near.high - guess.near.low);
  if (!(around > 0) || rank == 0 || values.size() > kMostValues) {
    return std::nullopt;
  }
  find_neighbours(values, line, {guess.near.low - around, guess.near.low + around},
                  {guess.near.high - around, guess.near.high + around}, scratch);
  if (!(scratch.below < rank && rank <= scratch.below + scratch.lows && scratch.above < rank &&
        rank <= scratch.above + scratch.highs)) {
    guess.around = std::min(0.25, 2 * guess.around);
    return std::nullopt;
  }
  const std::size_t most = std::max(scratch.lows, scratch.highs);
  guess.around *= most > 2 * kMany ? 0.5 : most > kMany ? 0.9 : most < kFew ? 1.1 : 1.0;
  guess.near = {ranked_of(scratch.low.data(), scratch.lows, rank - scratch.below),
                ranked_of(scratch.high.data(), scratch.highs, scratch.highs + 1 - (rank - scratch.above))};
  return guess.near;
}

}  // namespace karkara::propagation
