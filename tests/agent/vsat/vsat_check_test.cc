// What the check on site says of a terminal, and what it advises.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/vsat/vsat_village.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

CheckItem item(const VsatVillage& village, const std::string& name) {
  for (const CheckItem& each : village.feature->check(village.now)) {
    if (each.name == name) {
      return each;
    }
  }
  return {};
}

TEST(VsatCheck, PassesATerminalThatIsWell) {
  VsatVillage village;
  village.run(minutes{3});
  EXPECT_EQ(item(village, "terminal of vsat").verdict, CheckVerdict::Pass);
  EXPECT_EQ(item(village, "signal of vsat").verdict, CheckVerdict::Pass);
  EXPECT_EQ(item(village, "signal of vsat").detail, "Es/N0 12.0 dB, 7.0 dB above the loss of lock");
}

TEST(VsatCheck, SendsToThePlugOfATerminalThatDoesNotAnswer) {
  VsatVillage village;
  EXPECT_EQ(item(village, "terminal of vsat").verdict, CheckVerdict::Warn) << "nobody knows yet";
  village.is_dead = true;
  village.run(minutes{3});
  const CheckItem found = item(village, "terminal of vsat");
  EXPECT_EQ(found.verdict, CheckVerdict::Fail);
  EXPECT_EQ(found.detail, "does not answer at 192.168.222.1:161");
  EXPECT_NE(found.advice.find("ping 192.168.222.1"), std::string::npos);
  EXPECT_NE(found.advice.find("community"), std::string::npos);
  EXPECT_EQ(village.advice().why, "the terminal does not answer at 192.168.222.1:161");
}

TEST(VsatCheck, NamesTheTablesWhenNoneFits) {
  VsatVillage village;
  village.object_id = {1, 3, 6, 1, 4, 1, 5};
  village.run(minutes{1});
  const CheckItem found = item(village, "terminal of vsat");
  EXPECT_EQ(found.verdict, CheckVerdict::Fail);
  EXPECT_NE(found.detail.find("1.3.6.1.4.1.5"), std::string::npos) << found.detail;
  EXPECT_NE(found.advice.find("'terminal.table' (there are box)"), std::string::npos) << found.advice;
  EXPECT_NE(village.advice().why.find("no device table fits"), std::string::npos);
}

TEST(VsatCheck, ATableThatWasAddedIsTriedAtOnce) {
  VsatVillage village;
  village.object_id = {1, 3, 6, 1, 4, 1, 5};
  village.run(minutes{1});
  DeviceTable added = box_table();
  added.id = "new-box";
  added.matches = {{{1, 3, 6, 1, 4, 1, 5}, ""}};
  village.settings.tables.push_back(added);
  village.take(village.feature->reconfigure(village.settings, village.now));
  village.run(seconds{40});
  EXPECT_EQ(item(village, "terminal of vsat").verdict, CheckVerdict::Pass);
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatCheck, FindsTheTableOfAnotherDevice) {
  VsatVillage village;
  DeviceTable other = box_table();
  other.id = "other-box";
  for (ObjectRow& row : other.rows) {
    row.oid.back() += 100;
  }
  std::get<SnmpTerminal>(village.settings.terminals[0].by).table = "other-box";
  village.settings.tables.push_back(other);
  village.take(village.feature->reconfigure(village.settings, village.now));
  village.run(minutes{2});
  const CheckItem found = item(village, "terminal of vsat");
  EXPECT_EQ(found.verdict, CheckVerdict::Fail);
  EXPECT_NE(found.detail.find("has nothing of the device table 'other-box'"), std::string::npos) << found.detail;
  std::get<SnmpTerminal>(village.settings.terminals[0].by).table = "misspelt";
  village.take(village.feature->reconfigure(village.settings, village.now));
  village.run(minutes{1});
  EXPECT_EQ(item(village, "terminal of vsat").detail, "the terminal answers, but there is no device table 'misspelt'");
}

TEST(VsatCheck, ADishWithoutLockHasToBeTurned) {
  VsatVillage village;
  village.run(minutes{1});
  village.locked = 0;
  village.run(minutes{2});
  const CheckItem found = item(village, "signal of vsat");
  EXPECT_EQ(found.verdict, CheckVerdict::Fail);
  EXPECT_EQ(found.detail, "no lock");
  EXPECT_NE(found.advice.find("karkara local align"), std::string::npos);
  village.locked = 1;
  village.es_n0 = std::int32_t{65};
  village.run(minutes{10});
  EXPECT_EQ(item(village, "signal of vsat").verdict, CheckVerdict::Warn) << "1.5 dB is lost to the first rain";
}

}  // namespace
}  // namespace karkara
