#include "common/telemetry_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

namespace karkara {
namespace {

// The byte in front of each column's values.
constexpr unsigned kMethodMask = 0x03;  // Method
constexpr unsigned kGapsBit = 0x04;     // runs of presence follow
constexpr unsigned kReservedBit = 0x08;
constexpr unsigned kScaleShift = 4;  // index into kScales, or kExplicitScale

enum class Method : unsigned { Constant = 0, Delta = 1, DeltaOfDelta = 2 };

// A run of presence: (length - 1) << 4 | kind, where kind 0 is "has values" and n is the absence reason n - 1.
constexpr unsigned kKindBits = 4;
constexpr unsigned kKindMask = 0x0f;

// Kept as a fraction, since 12345 / 1000 is the double nearest to 12.345 and 12345 * 0.001 need not be.
struct Scale {
  double numerator = 1;
  double denominator = 1;
};
constexpr auto kScales = std::to_array<Scale>({{1, 1},
                                               {1, 1e1},
                                               {1, 1e2},
                                               {1, 1e3},
                                               {1, 1e4},
                                               {1, 1e5},
                                               {1, 1e6},
                                               {1e1, 1},
                                               {1e2, 1},
                                               {1e3, 1},
                                               {1024, 1},
                                               {4096, 1},
                                               {1048576, 1}});
constexpr unsigned kExplicitScale = 15;

bool is_sane_scale(double scale) {
  return scale >= 1e-15 && scale <= 1e15;
}  // false for NaN

unsigned scale_code(double scale) {
  const auto at = std::find_if(kScales.begin(), kScales.end(),
                               [&](const Scale& known) { return known.numerator / known.denominator == scale; });
  return at != kScales.end() ? static_cast<unsigned>(at - kScales.begin()) : kExplicitScale;
}

std::optional<std::int64_t> to_wire(double value, const Scale& scale) {
  const double scaled = std::nearbyint(value * scale.denominator / scale.numerator);
  if (!(std::abs(scaled) <= static_cast<double>(BlockBounds::kWireInteger))) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(scaled);
}

// What is present as integers, and for each sample whether it is (0) or why not (reason + 1).
struct Split {
  std::vector<std::int64_t> integers;
  std::vector<unsigned> kinds;
};

Split split(const std::vector<Value>& values, const Scale& scale) {
  Split parts;
  for (const Value& value : values) {
    Absent reason = Absent::OutOfRange;
    if (const double* number = std::get_if<double>(&value)) {
      if (const auto integer = to_wire(*number, scale)) {
        parts.integers.push_back(*integer);
        parts.kinds.push_back(0);
        continue;
      }
    } else {
      reason = *std::get_if<Absent>(&value);
    }
    parts.kinds.push_back(std::min(static_cast<unsigned>(reason) + 1, kKindMask));
  }
  return parts;
}

void append_runs(std::vector<std::byte>& out, const std::vector<unsigned>& kinds) {
  for (std::size_t begin = 0; begin < kinds.size();) {
    std::size_t end = begin + 1;
    while (end < kinds.size() && kinds[end] == kinds[begin]) {
      ++end;
    }
    append_varint(out, (end - begin - 1) << kKindBits | kinds[begin]);
    begin = end;
  }
}

// The numbers that a method writes for integers. Bounded by kWireInteger, they cannot overflow.
std::vector<std::int64_t> differences(const std::vector<std::int64_t>& integers, Method method) {
  std::vector<std::int64_t> steps = integers;
  const std::size_t rounds = method == Method::DeltaOfDelta ? 2 : 1;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = steps.size(); i-- > round + 1;) {
      steps[i] -= steps[i - 1];
    }
  }
  return steps;
}

std::size_t size_of(const std::vector<std::int64_t>& steps) {
  std::size_t size = 0;
  for (const std::int64_t step : steps) {
    size += varint_size(zigzag(step));
  }
  return size;
}

bool is_constant(const std::vector<std::int64_t>& integers) {
  return std::adjacent_find(integers.begin(), integers.end(), std::not_equal_to{}) == integers.end();
}

struct Chosen {
  Method method;
  std::vector<std::int64_t> steps;
};

Chosen cheapest(const std::vector<std::int64_t>& integers) {
  if (is_constant(integers)) {
    return {Method::Constant, {integers.begin(), integers.begin() + (integers.empty() ? 0 : 1)}};
  }
  auto delta = differences(integers, Method::Delta);
  auto delta_of_delta = differences(integers, Method::DeltaOfDelta);
  if (size_of(delta_of_delta) < size_of(delta)) {
    return {Method::DeltaOfDelta, std::move(delta_of_delta)};
  }
  return {Method::Delta, std::move(delta)};
}

Error malformed(std::string_view what) {
  return {ErrorCode::InvalidArgument, "malformed: " + std::string{what}};
}

Result<std::vector<unsigned>> read_kinds(ByteReader& in, std::size_t samples) {
  std::vector<unsigned> kinds;
  while (kinds.size() < samples) {
    const std::uint64_t run = in.varint();
    const std::uint64_t length_less_one = run >> kKindBits;
    if (in.failed() || length_less_one >= samples - kinds.size()) {
      return malformed("runs of presence do not add up to the samples");
    }
    kinds.insert(kinds.end(), length_less_one + 1, static_cast<unsigned>(run & kKindMask));
  }
  return kinds;
}

// Undoes differences(). In wrapping arithmetic: hostile steps may be anything, the results are checked.
Result<std::vector<std::int64_t>> read_integers(ByteReader& in, std::size_t count, Method method) {
  std::vector<std::int64_t> integers;
  integers.reserve(count);
  std::uint64_t value = 0;
  std::uint64_t delta = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (method != Method::Constant || i == 0) {
      const auto step = static_cast<std::uint64_t>(unzigzag(in.varint()));
      delta = method == Method::DeltaOfDelta && i > 1 ? delta + step : step;
      value += delta;
    }
    const auto integer = static_cast<std::int64_t>(value);
    if (in.failed() || integer > BlockBounds::kWireInteger || integer < -BlockBounds::kWireInteger) {
      return malformed(in.failed() ? "a column ends early" : "a value is out of bounds");
    }
    integers.push_back(integer);
  }
  return integers;
}

Result<Scale> read_scale(ByteReader& in, unsigned code) {
  if (code < kScales.size()) {
    return kScales[code];
  }
  const double scale = code == kExplicitScale ? std::bit_cast<double>(in.fixed(8)) : 0;
  if (!is_sane_scale(scale) || scale_code(scale) != kExplicitScale) {  // one scale has one spelling
    return malformed("no such scale");
  }
  return Scale{scale, 1};
}

}  // namespace

Status append_column_values(std::vector<std::byte>& out, const Column& column) {
  if (!is_sane_scale(column.scale)) {
    return Error{ErrorCode::InvalidArgument, "a column's scale is not a usable number"};
  }
  const unsigned code = scale_code(column.scale);
  const Split parts = split(column.values, code == kExplicitScale ? Scale{column.scale, 1} : kScales[code]);
  const Chosen chosen = cheapest(parts.integers);
  const bool gaps = parts.integers.size() != column.values.size();
  out.push_back(
      static_cast<std::byte>(static_cast<unsigned>(chosen.method) | (gaps ? kGapsBit : 0U) | code << kScaleShift));
  if (code == kExplicitScale) {
    append_fixed(out, std::bit_cast<std::uint64_t>(column.scale), 8);
  }
  if (gaps) {
    append_runs(out, parts.kinds);
  }
  for (const std::int64_t step : chosen.steps) {
    append_varint(out, zigzag(step));
  }
  return {};
}

Status read_column_values(ByteReader& in, std::size_t samples, Column& into) {
  const auto shape = static_cast<unsigned>(in.fixed(1));
  const unsigned method = shape & kMethodMask;
  if (in.failed() || method > static_cast<unsigned>(Method::DeltaOfDelta) || (shape & kReservedBit) != 0) {
    return malformed("no such column shape");
  }
  const auto scale = read_scale(in, shape >> kScaleShift);
  if (!scale) {
    return scale.error();
  }
  auto kinds = (shape & kGapsBit) != 0 ? read_kinds(in, samples) : std::vector<unsigned>(samples, 0);
  if (!kinds) {
    return kinds.error();
  }
  const auto present = static_cast<std::size_t>(std::count(kinds->begin(), kinds->end(), 0U));
  const auto integers = read_integers(in, present, static_cast<Method>(method));
  if (!integers) {
    return integers.error();
  }
  into.scale = scale->numerator / scale->denominator;
  into.values.reserve(samples);
  auto next = integers->begin();
  for (const unsigned kind : *kinds) {
    if (kind == 0) {
      into.values.emplace_back(static_cast<double>(*next++) * scale->numerator / scale->denominator);
    } else {
      into.values.emplace_back(static_cast<Absent>(kind - 1));
    }
  }
  return {};
}

}  // namespace karkara
