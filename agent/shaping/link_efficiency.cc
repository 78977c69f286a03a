#include "agent/shaping/link_efficiency.h"

#include <array>
#include <charconv>
#include <cmath>

namespace karkara {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr unsigned kMostOfAFraction = 1000;

struct Modulation {
  std::string_view name;
  unsigned bits;  // a symbol
};
constexpr std::array<Modulation, 11> kModulations{{{"BPSK", 1},
                                                   {"QPSK", 2},
                                                   {"8PSK", 3},
                                                   {"8APSK", 3},
                                                   {"8QAM", 3},
                                                   {"16APSK", 4},
                                                   {"16QAM", 4},
                                                   {"32APSK", 5},
                                                   {"64APSK", 6},
                                                   {"128APSK", 7},
                                                   {"256APSK", 8}}};

constexpr std::array<double, 15> kOfCqi{0.1523, 0.2344, 0.3770, 0.6016, 0.8770, 1.1758, 1.4766, 1.9141,
                                        2.4063, 2.7305, 3.3223, 3.9023, 4.5234, 5.1152, 5.5547};

// A whole number at the begin of 'text', which goes on behind it.
std::optional<unsigned> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number == 0 || number > kMostOfAFraction) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// "3/5", below one.
std::optional<double> code_rate(std::string_view text) {
  const auto above = take_number(text);
  if (!above || !text.starts_with('/')) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto below = take_number(text);
  if (!below || !text.empty() || *above >= *below) {
    return std::nullopt;
  }
  return static_cast<double>(*above) / *below;
}

}  // namespace

std::optional<double> efficiency_of_modcod(std::string_view name) {
  const std::size_t gap = name.find_first_of(" -_");
  if (name.size() > kLongestName || gap == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rate = code_rate(name.substr(gap + 1));
  for (const Modulation& each : kModulations) {
    if (rate && each.name == name.substr(0, gap)) {
      return each.bits * *rate;
    }
  }
  return std::nullopt;
}

std::optional<double> efficiency_of_cqi(double cqi) {
  if (!(cqi >= 1) || cqi > static_cast<double>(kOfCqi.size())) {
    return std::nullopt;
  }
  return kOfCqi[static_cast<std::size_t>(std::lround(cqi)) - 1];
}

}  // namespace karkara
