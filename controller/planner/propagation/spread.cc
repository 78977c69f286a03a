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

// The values of one bin.
struct Few {
  std::array<double, kMostValues> values;
  std::size_t count = 0;

  // Counted from the least, from 1. Few are ranked by comparing each with all: no branch depends on a value.
  [[nodiscard]] double ranked(std::size_t rank) {
    constexpr std::size_t kCompared = 12;
    if (count > kCompared) {
      std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank - 1),
                       values.begin() + static_cast<std::ptrdiff_t>(count));
      return values[rank - 1];
    }
    double found = 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t less = 0;
      std::size_t not_greater = 0;
      for (std::size_t j = 0; j < count; ++j) {
        less += values[j] < values[i] ? 1 : 0;
        not_greater += values[j] <= values[i] ? 1 : 0;
      }
      found = less < rank && rank <= not_greater ? values[i] : found;
    }
    return found;
  }
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
double spread(const std::array<double, kMostValues>& values, std::size_t count, const Range& range, std::size_t rank) {
  const double width = range.greatest - range.least;
  if (rank == 0 || rank > count || count > kMostValues || !(width > 0)) {
    return 0;
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
  return highs.ranked(highs.count + 1 - (rank - above)) - lows.ranked(rank - below);
}

}  // namespace karkara::propagation
