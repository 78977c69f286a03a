// Any bytes as a configuration: never a crash, and what is taken must come back equal when it is written and read
// again.
#include <google/protobuf/util/message_differencer.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "common/host/config_reader.h"
#include "common/host/config_writer.h"
#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_config.pb.h"

namespace {

template <class Config>
void read_and_write_back(std::string_view text) {
  Config first;
  if (!karkara::read_config("fuzz", text, first).ok()) {
    return;
  }
  Config second;
  const std::string written = karkara::write_config(first);
  const karkara::ConfigReading reading = karkara::read_config("written", written, second);
  if (!reading.ok() || !google::protobuf::util::MessageDifferencer::Equals(first, second)) {
    std::fprintf(stderr, "%s%s", written.c_str(), reading.text().c_str());
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_and_write_back<karkara::v1::SiteConfig>(text);
  read_and_write_back<karkara::v1::EnrolmentBundle>(text);
  return 0;
}
