// Any text as the memory of a charger's days, then as what the charger says: what is read is written and read again the
// same, stays within its bounds, and answers that nobody expects change nothing that matters.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "agent/power/vedirect/day_memory.h"
#include "agent/power/vedirect/decoder.h"
#include "agent/power/vedirect/history_ask.h"
#include "agent/power/vedirect/register_ask.h"

namespace {

using namespace karkara;
using namespace karkara::vedirect;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void read_and_write(std::string_view text) {
  auto memory = day_memory_from(text);
  if (!memory) {
    return;
  }
  DayBook book;
  book.restore(std::move(memory).value());
  const std::string once = to_text(book.memory());
  auto again = day_memory_from(once);
  require(again.ok() && once.size() <= 4'096);
  DayBook second;
  second.restore(std::move(again).value());
  require(second.days() == book.days() && second.missing() == book.missing());
  require(second.totals() == book.totals());
}

void listen(std::span<const std::byte> bytes) {
  Instant now{std::chrono::seconds{1}};
  Decoder decoder;
  DayBook book;
  HistoryAsk ask;
  RegisterAsk registers;
  for (Decoder::Got got = decoder.next(bytes); got != Decoder::Got::Nothing; got = decoder.next(bytes)) {
    now = now + std::chrono::seconds{20};
    if (got == Decoder::Got::Block) {
      const bool was_waiting = registers.is_waiting();
      require(registers.question(now).empty() || (!was_waiting && registers.next_deadline() > now));
    } else {
      registers.take(decoder.hex(), now);
    }
    registers.tick(now);
    if (got == Decoder::Got::Block) {
      if (const auto glance = glance_at(decoder.block())) {
        (void)book.see(*glance, "HQ1", now);
      }
      if (!ask.is_asking()) {
        ask.begin({1, 2, 3});
      }
      (void)ask.question(now);
    } else if (const auto day = ask.take(decoder.hex(), now)) {
      book.told(*day);
    }
    if (const auto total = ask.take_total()) {
      book.told(*total);
    }
    ask.tick(now);
  }
  require(book.days().size() <= DayBook::kMostAge + 1U);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  read_and_write({reinterpret_cast<const char*>(bytes), size});
  listen(std::as_bytes(std::span{bytes, size}));
  return 0;
}
