// The network's sentence and a pattern, both hostile, one line each: what is read is printable, bounded, and within
// what numbers can be; the work is bounded too, or this never ends.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/cellular/ussd_balance.h"

namespace {

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

void check(const karkara::UssdBalance& balance) {
  require(balance.text.size() <= karkara::kMostUssdText, "the length of the kept text");
  for (const char c : balance.text) {
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "the kept text is printable");
  }
  require(!balance.hundredths || std::abs(*balance.hundredths) < 1'000'000'000'000'000LL, "the size of an amount");
  require(!balance.bytes || *balance.bytes <= 1'000'000'000'000'000'000U, "the size of a volume");
  require(!balance.valid_until || balance.valid_until->ok(), "a date that exists");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const std::string_view all{reinterpret_cast<const char*>(data), size};
  const std::size_t end = std::min(all.find('\n'), all.size());
  const std::string_view text = all.substr(std::min(end + 1, all.size()));
  static const std::vector<UssdPattern> usual = {*UssdPattern::parse("{money}"), *UssdPattern::parse("{data}"),
                                                 *UssdPattern::parse("au {date}")};
  check(parse_balance(text, usual, "FCFA"));
  if (const auto pattern = UssdPattern::parse(all.substr(0, end))) {
    check(parse_balance(text, {*pattern}, "F"));
    check(parse_balance(text, {*pattern}, ""));
  }
  return 0;
}
