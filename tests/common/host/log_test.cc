#include "common/host/log.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override {
    std::fclose(out_);
    std::free(buffer_);
  }
  std::string written() {
    std::fflush(out_);
    return {buffer_, size_};
  }
  char* buffer_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_ = open_memstream(&buffer_, &size_);
  FakeClock clock_;
};

TEST_F(LogTest, WritesLogfmtWithTheJournalsPriority) {
  Log log{out_, clock_, true};
  log.write({MessageId::UplinkSwitched, {{"from", "vsat"}, {"why", "echo lost"}}});
  EXPECT_EQ(written(), "<4>level=warning id=UPLINK_SWITCHED from=vsat why=\"echo lost\"\n");
}

TEST_F(LogTest, ANoteIsOneLineWhateverADevicePutIntoIt) {
  EXPECT_EQ(logfmt({MessageId::SpoolTrouble, {{"why", "a\n<0>forged id=\"x\"\x01"}}}),
            "level=error id=SPOOL_TROUBLE why=\"a\\n<0>forged id=\\\"x\\\"\\x01\"");
}

TEST_F(LogTest, SaysRepeatedTroubleOnceAndThenCountsIt) {
  Log log{out_, clock_, false};
  const Note note{MessageId::SpoolTrouble, {{"why", "full"}}};
  for (int i = 0; i < 5; ++i) {
    log.write(note);
  }
  clock_.advance(std::chrono::seconds{61});
  log.write(note);
  EXPECT_EQ(written(),
            "level=error id=SPOOL_TROUBLE why=full\n"
            "level=error id=SPOOL_TROUBLE why=full repeated=4\n");
}

TEST_F(LogTest, EveryChangeIsWritten) {
  Log log{out_, clock_, false};
  log.write({MessageId::SessionUp, {}});
  log.write({MessageId::SessionUp, {}});
  EXPECT_EQ(written(), "level=info id=SESSION_UP\nlevel=info id=SESSION_UP\n");
}

}  // namespace
}  // namespace karkara
