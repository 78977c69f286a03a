// Writes BLOCK, an uncompressed block with everything that the format has, and EXPECTED, what a decoder must find in
// it; for tests/common/telemetry_block_decode.py, which was a second reading of docs/telemetry-block.md.
#include <cstdio>
#include <fstream>
#include <string>

#include "common/telemetry_block.h"

namespace {

using namespace karkara;  // a program of one file
using std::chrono::milliseconds;

BlockContent sample() {
  BlockContent content{.sequence = 70'000,
                       .boot_id = 0x0123'4567'89ab'cdef,
                       .clock_trusted = true,
                       .first_at = WallTime{milliseconds{1'790'000'000'123}},
                       .first_since_boot = Instant{milliseconds{86'400'500}},
                       .interval = std::chrono::seconds{60},
                       .offsets = {},
                       .columns = {}};
  content.columns = {column_of(SeriesId::AgentUptime, ""),           column_of(SeriesId::AgentResident, ""),
                     column_of(SeriesId::UplinkRtt, "vsat"),         column_of(SeriesId::UplinkRtt, "lte"),
                     column_of(SeriesId::BatteryCurrent, "charger"), column_of(static_cast<SeriesId>(65'535), "new")};
  content.columns[5].scale = 0.3;
  for (int i = 0; i < 15; ++i) {
    content.offsets.push_back(milliseconds{60'000 * i + (i >= 9 ? 3'600'250 : 0)});
    content.columns[0].values.emplace_back(86'400.0 + 60 * i);
    content.columns[1].values.emplace_back(4096.0 * 2'500);
    content.columns[2].values.emplace_back(i % 4 == 3 ? Value{Absent::Stale} : Value{(600 + i * i % 23) / 1000.0});
    content.columns[3].values.emplace_back(Absent::NotImplemented);
    content.columns[4].values.emplace_back((i - 7) * 1.234);
    content.columns[5].values.emplace_back(0.3 * (i * 1'000'003 - 2'000'000));
  }
  return content;
}

void write_expected(std::ofstream& out, const BlockContent& content) {
  out << "sequence " << content.sequence << "\nboot " << content.boot_id << "\ntrusted " << content.clock_trusted
      << "\nfirst_at_ms " << content.first_at.since_epoch().count() / 1000 << "\nsince_boot_ms "
      << content.first_since_boot.since_boot().count() / 1'000'000 << "\ninterval_ms "
      << content.interval.count() / 1'000'000 << "\noffsets";
  for (const milliseconds offset : content.offsets) {
    out << ' ' << offset.count();
  }
  out << '\n';
  char text[40];
  for (const Column& column : content.columns) {
    out << "column " << static_cast<unsigned>(column.series) << ' '
        << (column.instance.empty() ? "-" : column.instance);
    for (const Value& value : column.values) {
      if (const double* number = std::get_if<double>(&value)) {
        std::snprintf(text, sizeof text, " %.9g", *number);
        out << text;
      } else {
        out << " absent:" << static_cast<unsigned>(*std::get_if<Absent>(&value));
      }
    }
    out << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: telemetry_block_sample BLOCK EXPECTED\n");
    return 2;
  }
  const auto block = encode_block(sample(), BlockCompression::Never);
  if (!block) {
    return 1;
  }
  std::ofstream{argv[1], std::ios::binary}.write(reinterpret_cast<const char*>(block->data()),
                                                 static_cast<std::streamsize>(block->size()));
  const auto decoded = decode_block(*block);
  std::ofstream expected{argv[2]};
  write_expected(expected, *decoded);
  return 0;
}
