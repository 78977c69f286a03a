#include "agent/power/snmp/snmp_device.h"

#include "tests/agent/power/snmp/snmp_mast.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(SnmpDevice, IsRecognisedAndReadByItsTable) {
  SnmpMast mast;
  EXPECT_TRUE(mast.device->readings().empty());
  EXPECT_EQ(mast.device->product(), "");
  mast.run(seconds{1});
  EXPECT_EQ(mast.number("battery-volts"), 54.0);
  EXPECT_EQ(mast.number("relay-1"), 1.0);
  EXPECT_EQ(mast.number("temperature"), 31.0);  // the only row of a column
  EXPECT_EQ(mast.device->product(), "Power box, 1.2");
  EXPECT_EQ(mast.device->trouble(), "");
  EXPECT_EQ(mast.device->heard_at(), Instant{std::chrono::hours{1}} + std::chrono::milliseconds{0});
  EXPECT_EQ(mast.device->object_of("relay-1"), kRelayOid);
  EXPECT_EQ(mast.device->object_of("temperature"), std::nullopt);
  EXPECT_EQ(mast.device->object_of("relay-9"), std::nullopt);
}

TEST(SnmpDevice, IsAskedInItsPace) {
  SnmpMast mast;
  mast.run(seconds{1});
  const std::size_t before = mast.asked.size();
  mast.run(minutes{5});
  EXPECT_EQ(mast.asked.size() - before, 20U);  // objects and the column, each 30 s
}

TEST(SnmpDevice, WhatIsImplausibleIsAbsent) {
  SnmpMast mast;
  mast.lines = SnmpMast::box_lines(65535, 0);
  mast.run(seconds{1});
  EXPECT_EQ(find_reading(mast.device->readings(), "battery-volts")->value, Value{Absent::OutOfRange});
}

TEST(SnmpDevice, ANamedTableHoldsWhateverTheDeviceSays) {
  SnmpMast mast;
  mast.lines += "1.3.6.1.4.1.88888.1.0|2|27\n";
  mast.start("other");
  mast.run(seconds{1});
  EXPECT_EQ(mast.number("battery-volts"), 27.0);
}

TEST(SnmpDevice, SilenceIsTroubleAndTheLastReadingsAreThoseOfThen) {
  SnmpMast mast;
  mast.run(seconds{1});
  const auto heard = mast.device->heard_at();
  mast.failure = Error{ErrorCode::DeadlineExceeded, "no answer from 192.168.1.5:161"};
  mast.run(minutes{5});
  EXPECT_EQ(mast.device->trouble(), "no answer from 192.168.1.5:161");
  EXPECT_EQ(mast.device->heard_at(), heard);
  mast.failure.reset();
  mast.run(minutes{1});
  EXPECT_EQ(mast.device->trouble(), "");
  EXPECT_EQ(mast.number("battery-volts"), 54.0);
}

TEST(SnmpDevice, GoesOnAskingWhenNoAnswerEverComesBack) {
  SnmpMast mast;
  mast.is_lost = true;
  mast.run(minutes{5});
  EXPECT_GE(mast.asked.size(), 9U);
  mast.is_lost = false;
  mast.run(minutes{1});
  EXPECT_EQ(mast.number("battery-volts"), 54.0);
}

TEST(SnmpDevice, ALateAnswerIsNotTakenForOneToTheNextQuestion) {
  SnmpMast mast;
  mast.run(seconds{1});
  const SnmpGet old = mast.asked.back();
  mast.lines = SnmpMast::box_lines(480, 100);
  mast.is_lost = true;
  mast.run(seconds{30});
  EXPECT_TRUE(mast.device->on(mast.answer_to(old), mast.now).empty());
  EXPECT_EQ(mast.number("battery-volts"), 54.0);
}

TEST(SnmpDevice, AnotherDeviceBehindTheAddressStartsAnew) {
  SnmpMast mast;
  mast.run(seconds{1});
  mast.lines = "1.3.6.1.2.1.1.1.0|4|Other\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.88888\n1.3.6.1.4.1.88888.1.0|2|27\n";
  mast.run(seconds{30});
  EXPECT_EQ(mast.device->product(), "Other box");
  EXPECT_EQ(mast.number("battery-volts"), 27.0);
  EXPECT_EQ(find_reading(mast.device->readings(), "relay-1"), nullptr);
}

TEST(SnmpDevice, NothingOfAnotherDeviceIsReadByTheTableOfTheFirst) {
  SnmpMast mast;
  mast.run(seconds{1});
  mast.lines = SnmpMast::box_lines(240, 0, "Box FW 9.9");  // the same kind, but not the same one
  mast.is_lost = true;
  mast.run(seconds{30});
  mast.is_lost = false;
  (void)mast.device->on(mast.answer_to(mast.asked.back()), mast.now);
  EXPECT_TRUE(mast.device->readings().empty());
  mast.run(seconds{1});
  EXPECT_EQ(mast.number("battery-volts"), 24.0);
  EXPECT_EQ(mast.device->product(), "Power box, 9.9");
}

// "Box FW 1.2, up 3600 s": some print an uptime or a count there, and it is another text in each answer.
TEST(SnmpDevice, ADescriptionThatChangesWithEachAnswerIsNoOtherDevice) {
  SnmpMast mast;
  mast.start("", [&] { return SnmpMast::box_lines(540, 100, "Box FW 1.2, up " + std::to_string(mast.uptime())); });
  mast.run(seconds{1});
  ASSERT_EQ(mast.number("battery-volts"), 54.0);
  const std::size_t before = mast.asked.size();
  for (int i = 0; i < 10; ++i) {
    mast.run(seconds{30});
    EXPECT_EQ(mast.number("battery-volts"), 54.0);
  }
  EXPECT_EQ(mast.asked.size() - before, 20U);
  EXPECT_EQ(mast.device->product(), "Power box, 1.2");
}

TEST(SnmpDevice, TwoDevicesWithOneAddressAreAskedInThePaceAndNeverMixed) {
  SnmpMast mast;
  int answers = 0;
  mast.start("", [&] {
    return ++answers % 2 == 0 ? SnmpMast::box_lines(540, 100)
                              : "1.3.6.1.2.1.1.1.0|4|Other\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.88888\n";
  });
  mast.run(minutes{5});
  EXPECT_LE(mast.asked.size(), 23U);
  EXPECT_TRUE(mast.device->readings().empty());
  EXPECT_EQ(mast.device->trouble(), "another device answers each time");
}

TEST(SnmpDevice, ASwappedDeviceOfTheSameKindIsReadByItsOwnFirmware) {
  SnmpMast mast;
  mast.run(seconds{1});
  mast.lines = SnmpMast::box_lines(240, 0, "Box FW 2.0");
  mast.run(seconds{30});
  EXPECT_EQ(mast.device->product(), "Power box, 2.0");
  EXPECT_EQ(mast.number("battery-volts"), 24.0);
}

TEST(SnmpDevice, CountsAsTheSameOneAfterAnUpdateOfItsFirmware) {
  SnmpMast mast;
  mast.run(seconds{1});
  const CountedDevice before = mast.device->counted();
  EXPECT_FALSE(before.empty());
  mast.lines = SnmpMast::box_lines(540, 100, "Box FW 2.0");
  mast.run(seconds{30});
  EXPECT_EQ(mast.device->counted(), before);
  mast.lines = "1.3.6.1.2.1.1.1.0|4|Other\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.88888\n1.3.6.1.4.1.88888.1.0|2|27\n";
  mast.run(seconds{30});
  EXPECT_NE(mast.device->counted(), before);
}

TEST(SnmpDevice, AnAnswerToThePollBeforeAnotherConfigurationIsNotTaken) {
  SnmpMast mast;
  const SnmpGet old = mast.asked.back();
  mast.now = mast.now + seconds{1};
  mast.is_lost = true;
  mast.start("");
  EXPECT_NE(mast.asked.back().request, old.request);
  EXPECT_TRUE(mast.device->on(mast.answer_to(old), mast.now).empty());
  EXPECT_EQ(mast.device->product(), "");
}

TEST(SnmpDevice, ADeviceThatNoTableFitsIsTroubleUntilOneIsWritten) {
  SnmpMast mast;
  mast.lines = "1.3.6.1.2.1.1.1.0|4|Strange\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.77777\n";
  mast.run(minutes{1});
  EXPECT_EQ(mast.device->trouble(),
            "the device answers, but no device table fits it: sysObjectID 1.3.6.1.4.1.77777, 'Strange'");
  EXPECT_EQ(mast.asked.size(), 1U);  // again in five minutes
  auto tables = mast_tables();
  tables[0].matches = {{{1, 3, 6, 1, 4, 1, 77777}, ""}};
  mast.device->use(std::make_shared<const std::vector<DeviceTable>>(tables), mast.now);
  mast.lines += "1.3.6.1.4.1.99999.1.0|2|125\n";
  mast.run(seconds{1});
  EXPECT_EQ(mast.number("battery-volts"), 12.5);
  EXPECT_EQ(mast.device->trouble(), "");
}

TEST(SnmpDevice, ATableOfWhichTheDeviceHasNothingIsTrouble) {
  SnmpMast mast;
  mast.start("other");
  mast.run(seconds{1});
  EXPECT_EQ(mast.device->trouble(), "the device answers, but has nothing of the device table 'other'");
}

TEST(SnmpDevice, AnswersThatFailACheckAreCounted) {
  SnmpMast mast;
  mast.run(seconds{1});
  mast.failure = Error{ErrorCode::InvalidArgument, "the device answered something that was not asked"};
  mast.run(minutes{1});
  EXPECT_EQ(mast.device->bad_frames(), 2U);
  mast.failure = Error{ErrorCode::DeadlineExceeded, "no answer"};
  mast.run(minutes{1});
  EXPECT_EQ(mast.device->bad_frames(), 2U);
}

TEST(SnmpDevice, ForgetsItsSessionWhenItRetires) {
  SnmpMast mast;
  const Effects effects = mast.device->retire();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<SnmpForget>(effects.front()));
}

}  // namespace
}  // namespace karkara
