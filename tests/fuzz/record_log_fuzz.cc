// Any bytes as the last segment of a log, with and without a sound header: opening keeps what is whole, and what is
// appended afterwards is there after the next opening, together with all that the first one kept.
#include <cstdlib>
#include <span>
#include <vector>

#include "common/host/record_log.h"
#include "tests/fakes/faulty_file_system.h"

namespace {

using karkara::RecordLog;

void require(bool held) {
  if (!held) {
    std::abort();
  }
}

void check(std::vector<std::byte> segment) {
  karkara::FaultyFileSystem files;
  files.put("/log/" + karkara::segment_name(7), std::move(segment));
  std::uint64_t kept = 0;
  std::uint64_t appended = 0;
  {
    auto log = RecordLog::open(files, "/log", 4096);
    require(log.ok());
    kept = log->records();
    for (std::uint64_t at = log->first(); at < log->next(); at = log->at_or_after(at + 1)) {
      require(log->read(at).ok());
    }
    appended = log->next();
    if (appended + 1 == 0) {
      return;  // all numbers are used up
    }
    require(log->append(appended, std::vector<std::byte>(5, std::byte{1})).ok() && log->sync().ok());
  }
  const auto again = RecordLog::open(files, "/log", 4096);
  require(again.ok() && again->records() == kept + 1 && again->read(appended).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span{data, size});
  check({bytes.begin(), bytes.end()});
  auto with_header = karkara::segment_header(7);
  with_header.insert(with_header.end(), bytes.begin(), bytes.end());
  check(std::move(with_header));
  return 0;
}
