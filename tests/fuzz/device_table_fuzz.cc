// Whatever a device answers: a reading is finite, within what its row calls plausible, and never of an exception.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "agent/devices/number_text.h"
#include "agent/devices/object_id.h"
#include "agent/devices/readings.h"

namespace {

using namespace karkara;

constexpr std::uint32_t kRows = 7;

DeviceTable table() {
  DeviceTable made;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    ObjectRow row;
    row.id = row.quantity = "q" + std::to_string(i);
    row.oid = {1, 3, i};
    row.scale = i == 0 ? 1e9 : 0.1;
    row.plausible = PlausibleRange{-100, 1000};
    row.absent_numbers = {-9999};
    row.absent_words = {"-"};
    made.rows.push_back(row);
  }
  made.rows[1].sign = RawSign::Signed32;
  made.rows[2].sign = RawSign::Unsigned32;
  made.rows[3].true_when = PlausibleRange{3, 250};
  made.rows[4].words = {{17, "operation"}};
  made.rows[5].first_of_column = true;
  made.rows[5].firmware.from = version_in("8.7", "");
  made.rows[6].bits = BitRange{3, 40};
  made.rows[6].scale = 1;
  made.rows[6].words = {{3, "first"}, {40, "last"}};
  return made;
}

class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> left) : left_{left} {}
  [[nodiscard]] bool empty() const { return left_.empty(); }
  std::uint8_t byte() {
    const std::uint8_t first = left_.empty() ? 0 : left_.front();
    left_ = left_.subspan(left_.empty() ? 0 : 1);
    return first;
  }
  template <class T>
  T number() {
    T made{};
    const std::size_t size = std::min(sizeof made, left_.size());
    std::memcpy(&made, left_.data(), size);
    left_ = left_.subspan(size);
    return made;
  }
  std::string text() {
    const std::size_t wanted = byte();
    const std::size_t size = std::min(wanted, left_.size());
    std::string made{reinterpret_cast<const char*>(left_.data()), size};
    left_ = left_.subspan(size);
    return made;
  }

 private:
  std::span<const std::uint8_t> left_;
};

SnmpValue value(Bytes& bytes) {
  switch (bytes.byte() % 10) {
    case 0: return bytes.number<std::int32_t>();
    case 1: return SnmpGauge32{bytes.number<std::uint32_t>()};
    case 2: return SnmpCounter32{bytes.number<std::uint32_t>()};
    case 3: return SnmpCounter64{bytes.number<std::uint64_t>()};
    case 4: return SnmpTimeTicks{bytes.number<std::uint32_t>()};
    case 5: return SnmpOctets{bytes.text()};
    case 6: return bytes.number<double>();
    case 7: return SnmpNull{};
    case 8: return SnmpOther{bytes.byte()};
    default: return static_cast<SnmpException>(bytes.byte() % 3);
  }
}

void check(const QuantityReading& reading) {
  if (const double* number = std::get_if<double>(&reading.value)) {
    if (!std::isfinite(*number) || *number < -100 || *number > 1000) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const DeviceTable kTable = table();
  Bytes bytes{{data, size}};
  VarBinds answer;
  while (!bytes.empty()) {
    ObjectId oid{1, 3, bytes.byte() % kRows};
    if (oid.back() == 5) {
      oid.push_back(bytes.byte());
    }
    SnmpValue sent = value(bytes);
    if (const SnmpOctets* text = std::get_if<SnmpOctets>(&sent)) {
      (void)parse_object_id(text->bytes);
      (void)version_in(text->bytes, ".v");
    }
    answer.push_back({std::move(oid), std::move(sent)});
  }
  const auto all = readings(kTable, answer, version_in("8.8", ""));
  if (all.size() != kRows) {
    std::abort();
  }
  for (const QuantityReading& reading : all) {
    check(reading);
  }
  return 0;
}
