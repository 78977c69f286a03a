#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/controller/support/open_store.h"
#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

int count(const std::string& text, const std::string& what) {
  int found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

// On the thread that uses the disk.
void set_capacity(Store& store, FaultyFileSystem& files, std::uint64_t bytes) {
  std::promise<void> set;
  store.submit({}, [&](const Status&) {
    files.set_capacity(bytes);
    set.set_value();
  });
  set.get_future().get();
}

// Bounded: the store tries by itself every two seconds.
bool becomes_healthy(const Store& store) {
  for (int i = 0; i < 200 && !store.healthy(); ++i) {
    std::this_thread::sleep_for(50ms);
  }
  return store.healthy();
}

TEST(DiskFull, NothingIsAcknowledgedItIsSaidOnceAndItGoesOn) {
  const TestFolder folder;
  FaultyFileSystem files;
  const OpenStore open{folder.path(), &files};
  const SiteId sadore = SiteId::parse("sadore").value();
  ASSERT_TRUE(open.write({PutSite{site_record("sadore")}}));
  set_capacity(*open.store, files, 0);
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    const Status status = open.write({AppendBlock{sadore, sequence, "block"}});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::Unavailable);
  }
  EXPECT_TRUE(open.write({AppendAudit{"test", "look", "", "done", ""}})) << "rows do not need the block log";
  EXPECT_FALSE(open.store->healthy());
  EXPECT_EQ(open.store->last_block(sadore).value(), 0U);
  EXPECT_EQ(count(open.log_text(), "STORE_TROUBLE"), 1) << open.log_text();
  set_capacity(*open.store, files, 10U << 20U);
  EXPECT_TRUE(becomes_healthy(*open.store));
  EXPECT_EQ(count(open.log_text(), "STORE_RECOVERED"), 1);
  EXPECT_TRUE(open.write({AppendBlock{sadore, 1, "block"}}));
  EXPECT_EQ(open.store->last_block(sadore).value(), 1U);
}

// The same on a real file system of 3 MiB that a stranger fills up. Needs the right to mount, in a namespace of our
// own.
TEST(DiskFull, ARealFullFileSystemIsSurvivedToo) {
  const TestFolder folder;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", folder.path().c_str(), "tmpfs", 0, "size=3m") != 0) {
    GTEST_SKIP() << "no right to mount a file system";
  }
  {
    const OpenStore open{folder.path()};
    const SiteId sadore = SiteId::parse("sadore").value();
    ASSERT_TRUE(open.write({PutSite{site_record("sadore")}}));
    ASSERT_TRUE(open.write({AppendBlock{sadore, 1, "block"}}));
    const std::filesystem::path filler = folder.path() / "filler";
    const int fd = ::open(filler.c_str(), O_CREAT | O_WRONLY, 0600);
    const std::string rubbish(4096, 'x');
    while (::write(fd, rubbish.data(), rubbish.size()) > 0) {
    }
    ::close(fd);
    Status last;
    std::uint64_t acknowledged = 1;
    for (std::uint64_t sequence = 2; sequence < 200 && last; ++sequence) {
      last = open.write({AppendBlock{sadore, sequence, rubbish}, AppendAudit{"test", "look", "", "done", rubbish}});
      acknowledged = last ? sequence : acknowledged;
    }
    ASSERT_FALSE(last) << "the disk never filled up";
    EXPECT_FALSE(open.store->healthy());
    EXPECT_EQ(open.store->last_block(sadore).value(), acknowledged);
    std::filesystem::remove(filler);
    EXPECT_TRUE(becomes_healthy(*open.store));
    EXPECT_TRUE(open.write({AppendBlock{sadore, 500, rubbish}, AppendAudit{"test", "look", "", "done", rubbish}}));
    EXPECT_TRUE(open.store->verify_audit()->intact);
    EXPECT_EQ(count(open.log_text(), "STORE_TROUBLE"), 1) << open.log_text();
  }
  ::umount(folder.path().c_str());
}

}  // namespace
}  // namespace karkara
