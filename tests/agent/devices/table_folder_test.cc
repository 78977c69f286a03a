// A folder of device tables that is read again while the agent runs: what becomes of tables that are no longer good.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "agent/config_bind/device_table.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTorn = "id: [\n";

std::string table_text(const std::string& id, const std::string& title = "A meter") {
  return "id: " + id + "\ntitle: " + title + "\nregisters:\n  - {id: volts, register: 1, min: 0, max: 60}\n";
}

class TableFolderTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& file) const { return folder_.path() / file; }
  void write(const std::string& file, const std::string& text) const { std::ofstream{path(file)} << text; }
  void remove(const std::string& file) const { std::filesystem::remove(path(file)); }
  // As a reload does.
  void read() { now_ = read_device_tables(folder_.path(), now_); }
  [[nodiscard]] std::vector<std::string> titles() const {
    std::vector<std::string> titles;
    for (const DeviceTable& table : now_.tables) {
      titles.push_back(table.id + " " + table.title);
    }
    return titles;
  }

  TestFolder folder_;
  DeviceTables now_;
};

TEST_F(TableFolderTest, AFileThatCannotBeReadAtStartIsToldWithItsPlaceAndHasNoTable) {
  write("a.yaml", table_text("a"));
  write("b.yaml", table_text("b") + "  - {id: amps, register: 70000, min: 0, max: 60}\n");
  read();
  EXPECT_THAT(titles(), ElementsAre("a A meter"));
  ASSERT_THAT(now_.unread, SizeIs(1));
  EXPECT_EQ(now_.unread[0].file, path("b.yaml"));
  EXPECT_THAT(now_.unread[0].why, HasSubstr(path("b.yaml") + ":5:"));
  EXPECT_FALSE(now_.unread[0].kept_last);
}

TEST_F(TableFolderTest, TheLastGoodTableStaysUntilItsFileCanBeReadAgain) {
  write("a.yaml", table_text("a"));
  write("b.yaml", table_text("b"));
  read();
  write("a.yaml", kTorn);
  for (int again = 0; again < 3; ++again) {
    read();
    EXPECT_THAT(titles(), ElementsAre("a A meter", "b A meter")) << "in the order of their files";
    ASSERT_THAT(now_.unread, SizeIs(1));
    EXPECT_TRUE(now_.unread[0].kept_last);
  }
  write("a.yaml", table_text("a", "Another meter"));
  read();
  EXPECT_THAT(titles(), ElementsAre("a Another meter", "b A meter"));
  EXPECT_THAT(now_.unread, IsEmpty());
}

TEST_F(TableFolderTest, AFileThatIsGoneTakesItsTableAlong) {
  write("a.yaml", table_text("a"));
  read();
  write("a.yaml", kTorn);
  read();
  remove("a.yaml");
  read();
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(now_.unread, IsEmpty());
}

TEST_F(TableFolderTest, AGoodFileWinsOverTheLastTableOfATornOne) {
  write("b.yaml", table_text("meter", "Old"));
  read();
  write("b.yaml", kTorn);
  write("c.yaml", table_text("meter", "New"));
  read();
  EXPECT_THAT(titles(), ElementsAre("meter New"));
  ASSERT_THAT(now_.unread, SizeIs(1));
  EXPECT_FALSE(now_.unread[0].kept_last);
}

TEST_F(TableFolderTest, ASecondFileWithTheSameTableKeepsWhatItHadBefore) {
  write("a.yaml", table_text("a"));
  write("b.yaml", table_text("b"));
  read();
  write("b.yaml", table_text("a", "Copied"));
  read();
  EXPECT_THAT(titles(), ElementsAre("a A meter", "b A meter"));
  ASSERT_THAT(now_.unread, SizeIs(1));
  EXPECT_THAT(now_.unread[0].why, HasSubstr("b.yaml: another file has a table 'a'"));
  EXPECT_TRUE(now_.unread[0].kept_last);
}

TEST_F(TableFolderTest, AFolderThatCannotBeReadKeepsAllTables) {
  write("a.yaml", table_text("a"));
  write("b.yaml", table_text("b"));
  read();
  std::filesystem::rename(folder_.path(), folder_.path().string() + "-away");
  read();
  std::filesystem::rename(folder_.path().string() + "-away", folder_.path());
  EXPECT_THAT(titles(), SizeIs(2));
  ASSERT_THAT(now_.unread, SizeIs(1));
  EXPECT_EQ(now_.unread[0].file, folder_.path());
  EXPECT_TRUE(now_.unread[0].kept_last);
}

TEST_F(TableFolderTest, AnotherFolderTakesNothingAlong) {
  write("a.yaml", table_text("a"));
  read();
  EXPECT_THAT(read_device_tables(folder_.path() / "missing", now_).tables, IsEmpty());
}

TEST_F(TableFolderTest, WhatIsNoFileIsToldAndWaitedForByNobody) {
  ASSERT_EQ(::mkfifo(path("a.yaml").c_str(), 0600), 0);
  std::filesystem::create_directory(path("b.yaml"));
  std::filesystem::create_symlink("nowhere", path("c.yaml"));
  read();
  EXPECT_THAT(titles(), IsEmpty());
  EXPECT_THAT(now_.unread, SizeIs(3));
}

}  // namespace
}  // namespace karkara
