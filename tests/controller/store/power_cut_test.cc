#include <gtest/gtest.h>

#include <set>

#include "controller/store/block_log.h"
#include "tests/controller/support/open_store.h"
#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

// kill -9 leaves the kernel's memory alone; a power cut does not.
TEST(PowerCut, EveryAcknowledgedBlockIsOnTheDisk) {
  std::mt19937 random{3};
  for (int round = 0; round < 10; ++round) {
    const TestFolder folder;
    FaultyFileSystem files;
    {
      const OpenStore open{folder.path(), &files};
      ASSERT_TRUE(open.write({PutSite{site_record("sadore")}}));
      for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
        ASSERT_TRUE(open.write({AppendBlock{SiteId::parse("sadore").value(), sequence, "block"}}));
      }
    }
    files.power_cut(random);
    std::set<std::uint64_t> stored;
    for (const std::string& path : files.paths()) {
      const auto log = RecordLog::open(files, path.substr(0, path.rfind('/')), 64U << 20U);
      for (std::uint64_t at = log->first(); at < log->next(); at = log->at_or_after(at + 1)) {
        stored.insert(decode_stored_block(log->read(at).value())->sequence);
      }
    }
    EXPECT_EQ(stored.size(), 20U);
  }
}

}  // namespace
}  // namespace karkara
