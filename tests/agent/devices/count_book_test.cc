// What the counts of a source come to, over what devices, people and power cuts do to them.
#include "agent/devices/count_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <span>

#include "common/crc32c.h"

namespace karkara {
namespace {

using std::chrono::seconds;

QuantityReading yield(Value kilowatt_hours, unsigned bits = 32, double step = 0.01) {
  return {"yield-total", "kWh", kilowatt_hours, "", bits, step};
}
QuantityReading pulses(double number) {
  return {"pulses", "", number, "", 32, 1};
}

class Counts : public testing::Test {
 protected:
  void see(const QuantityReading& reading) {
    now_ = now_ + seconds{10};
    book_.see(reading, std::nullopt, now_);
  }
  void see_yield(Value kilowatt_hours) { see(yield(kilowatt_hours)); }
  // The agent stops and starts.
  void restart() {
    const std::string kept = book_.memory();
    book_ = CountBook{};
    now_ = Instant{seconds{30}};
    ASSERT_TRUE(book_.recall(kept).ok()) << kept;
  }
  double total() { return book_.total("yield-total").value_or(-1); }
  CountBook book_;
  Instant now_{seconds{30}};
};

TEST_F(Counts, AreWhatTheDeviceSaysUntilItIsSetBack) {
  see_yield(100.0);
  see_yield(100.01);
  EXPECT_NEAR(total(), 100.01, 1e-9);
  see_yield(0.0);
  see_yield(0.0);
  see_yield(0.02);
  EXPECT_NEAR(total(), 100.03, 1e-9);
  EXPECT_EQ(book_.take_resets(), std::vector<std::string>{"yield-total was set from 100.01 to 0 kWh"});
  EXPECT_TRUE(book_.take_resets().empty());
}

TEST_F(Counts, GoOnOverARestartInWhichTheDeviceWasSetBack) {
  book_.of({"Tracer", ""});
  see_yield(100.0);
  see_yield(100.01);
  restart();
  see_yield(0.5);
  see_yield(0.51);
  EXPECT_NEAR(total(), 100.02, 1e-9);
  restart();
  see_yield(0.9);
  EXPECT_NEAR(total(), 100.41, 1e-9);
}

TEST_F(Counts, OfAnotherDeviceBeginAnewAlsoOverARestart) {
  book_.of({"0xA053", "HQ1"});
  see_yield(100.0);
  book_.of({"0xA053", "HQ2"});
  book_.of({"0xA053", "HQ2"});
  EXPECT_FALSE(book_.total("yield-total"));
  EXPECT_EQ(book_.take_resets().size(), 1U);
  see_yield(7.0);
  EXPECT_EQ(total(), 7);
  restart();
  book_.of({"0xA053", "HQ3"});
  book_.of({"0xA053", "HQ3"});
  see_yield(70.0);
  EXPECT_EQ(total(), 70);
}

// A damaged block whose sum holds all the same.
TEST_F(Counts, OneStrangeNameMovesNothing) {
  book_.of({"0xA053", "HQ1"});
  see_yield(100.0);
  book_.of({"0xA053", "HQ1 x"});
  book_.of({"0x8053", ""});
  see_yield(7.0);
  EXPECT_EQ(total(), -1) << "whose they are is not known";
  book_.of({"0xA053", "HQ1"});
  see_yield(100.01);
  EXPECT_NEAR(total(), 100.01, 1e-9);
  EXPECT_TRUE(book_.take_resets().empty());
}

TEST_F(Counts, WhoSaysMoreOfItselfLaterIsNoOther) {
  see_yield(100.0);
  book_.of({"0xA053", ""});
  book_.of({"0xA053", "HQ1"});
  book_.of({});
  book_.of({"0xA053", ""});
  EXPECT_EQ(total(), 100);
  book_.of({"0xA053", "HQ2"});
  book_.of({"0xA053", "HQ2"});
  EXPECT_EQ(total(), -1);
}

// "HQ1" is no beginning of "HQ12".
TEST_F(Counts, ASerialNumberThatOnlyBeginsAlikeIsAnothers) {
  book_.of({"0xA053", "HQ1"});
  see_yield(100.0);
  book_.of({"0xA053", "HQ12"});
  book_.of({"0xA053", "HQ12"});
  EXPECT_EQ(total(), -1);
  EXPECT_EQ(book_.take_resets(), std::vector<std::string>{"another device counts: 0xA053, serial number HQ12"});
}

TEST_F(Counts, AMakerMayCallTheSameSerialNumberOtherwiseSinceAnUpdate) {
  book_.of({"Primo 8.2", "29301000"});
  see_yield(100.0);
  book_.of({"Primo 8.2-1", "29301000"});
  book_.of({"Primo 8.2-1", "29301000"});
  EXPECT_EQ(total(), 100);
  book_.of({"Primo 8.2-1", "29301001"});
  book_.of({"Primo 8.2-1", "29301001"});
  EXPECT_EQ(total(), -1);
}

// The form of before had the firmware in the name.
TEST_F(Counts, AMemoryThatNamedTheFirmwareIsTheDevicesThatSpeaksFirst) {
  const std::string body = "counts1 Tracer2215BN, V02.05+V07.12\nyield-total 0.01 5 105\n";
  const std::string kept = body + fmt::format("crc {:08x}", crc32c(std::as_bytes(std::span{body})));
  ASSERT_TRUE(book_.recall(kept).ok());
  book_.of({"Tracer2215BN", ""});
  see_yield(5.5);
  EXPECT_NEAR(total(), 105.5, 1e-9);
  restart();
  book_.of({"Tracer4215BN", ""});
  book_.of({"Tracer4215BN", ""});
  see_yield(7.0);
  EXPECT_EQ(total(), 7);
}

// 834.1 is in tenths what 834.06 is in hundredths.
TEST_F(Counts, AFirmwareThatWritesTheSameCountInOtherStepsGoesOn) {
  see(yield(999.9, 32, 0.1));
  see(yield(1000.0, 32, 0.1));
  see(yield(0.0, 32, 0.1));
  see(yield(0.0, 32, 0.1));
  see(yield(0.1, 32, 0.1));
  EXPECT_NEAR(total(), 1000.1, 1e-9);
  see(yield(0.06));
  EXPECT_NEAR(total(), 1000.1, 1e-9);
  see(yield(0.08));
  EXPECT_NEAR(total(), 1000.12, 1e-9);
}

TEST_F(Counts, AnAbsentOneLeavesTheTotalAndShowsItsReason) {
  see_yield(100.0);
  see_yield(Absent::Stale);
  see_yield(std::numeric_limits<double>::quiet_NaN());
  see_yield(-5.0);
  see_yield(1e300);
  EXPECT_EQ(total(), 100);
  QuantityReadings readings{yield(Absent::OutOfRange), {"battery-volts", "V", 12.5}};
  book_.put_into(readings);
  EXPECT_EQ(readings[0].value, Value{Absent::OutOfRange});
  EXPECT_EQ(readings[1].value, Value{12.5});
}

TEST_F(Counts, AScaleThatChangedBeginsAnew) {
  see(yield(834.1));
  see(yield(8341.0, 32, 0.1));
  EXPECT_EQ(total(), 8341);
  restart();
  see(yield(834.2));
  EXPECT_EQ(total(), 834.2);
}

TEST_F(Counts, WhatADeviceForgetsWithoutPowerIsNotKept) {
  see(pulses(1000));
  EXPECT_FALSE(book_.is_worth_keeping());
  restart();
  see(pulses(3));
  EXPECT_EQ(book_.total("pulses"), 3);
}

TEST_F(Counts, OneThatIsNotHeardOfGoesOnBeingKept) {
  see_yield(100.0);
  restart();
  restart();
  see_yield(100.5);
  EXPECT_NEAR(total(), 100.5, 1e-9);
}

TEST_F(Counts, ADamagedMemoryIsRefusedWhole) {
  book_.of({"Tracer\n\x01", "a\tb"});
  see_yield(100.0);
  const std::string text = book_.memory();
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(CountBook{}.recall(text.substr(0, i)).ok()) << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 2);
    EXPECT_FALSE(CountBook{}.recall(flipped).ok()) << flipped;
  }
}

TEST_F(Counts, HasNoMoreThanItMay) {
  for (int i = 0; i < 200; ++i) {
    see({"count-" + std::to_string(i), "Ah", 123456789.0, "", 32, 1});
  }
  EXPECT_TRUE(book_.total("count-63"));
  EXPECT_FALSE(book_.total("count-64"));
  EXPECT_LE(book_.memory().size(), CountBook::kMostBytes + 12);
  restart();
}

}  // namespace
}  // namespace karkara
