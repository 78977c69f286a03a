#include "agent/vsat/vsat_feature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const ObjectId kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const ObjectId kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const ObjectId kEsN0Oid{1, 3, 6, 1, 4, 1, 99999, 1, 0};
const ObjectId kLockOid{1, 3, 6, 1, 4, 1, 99999, 2, 0};
const ObjectId kModcodColumn{1, 3, 6, 1, 4, 1, 99999, 3};
const UplinkId kVsat = UplinkId::parse("vsat").value();
const DeviceId kModem = DeviceId::parse("modem").value();

DeviceTable table() {
  DeviceTable made;
  made.id = "box";
  made.matches = {{{1, 3, 6, 1, 4, 1, 99999}, ""}};
  ObjectRow es_n0;
  es_n0.id = es_n0.quantity = "es-n0";
  es_n0.oid = kEsN0Oid;
  es_n0.scale = 0.1;
  es_n0.absent_numbers = {-1000};
  ObjectRow lock;
  lock.id = lock.quantity = "rx-locked";
  lock.oid = kLockOid;
  ObjectRow modcod;
  modcod.id = modcod.quantity = "modcod";
  modcod.oid = kModcodColumn;
  modcod.first_of_column = true;
  modcod.words = {{11, "QPSK 9/10"}};
  made.rows = {es_n0, lock, modcod};
  return made;
}

// A terminal that behaves: it answers whatever the feature asks, `after` the question.
class Village {
 public:
  explicit Village(Duration standby = seconds{30}) {
    TerminalSettings terminal;
    terminal.uplink = kVsat;
    terminal.by = SnmpTerminal{kModem, SnmpTarget{*IpEndpoint::parse("192.168.222.1:161")}};
    terminal.lock_threshold = Db{5};
    terminal.standby_pace = standby;
    feature.emplace(VsatSettings{{terminal}, {table()}}, now);
    settings = {{terminal}, {table()}};
  }

  void take(VsatEffects effects) {
    for (VsatEffect& effect : effects) {
      if (auto* get = std::get_if<SnmpGet>(&effect)) {
        asked.push_back(*get);
        answers_at.emplace_back(now + answer_after, *get);
      } else if (auto* said = std::get_if<VsatSays>(&effect)) {
        says.push_back(*said);
        if (said->raised) {
          raised.insert(said->message);
        } else {
          raised.erase(said->message);
        }
      } else if (std::get_if<SnmpForget>(&effect) != nullptr) {
        ++forgotten;
      }
    }
  }

  void run(Duration length, const std::function<void()>& each = {}) {
    const Instant end = now + length;
    while (true) {
      Instant next = feature->next_deadline();
      for (const auto& [at, get] : answers_at) {
        next = std::min(next, at);
      }
      if (next > end) {
        break;
      }
      now = std::max(now, next);
      if (each) {
        each();
      }
      auto due = std::exchange(answers_at, {});
      for (auto& [at, get] : due) {
        if (at <= now) {
          take(feature->on(answer(get), now));
        } else {
          answers_at.emplace_back(at, get);
        }
      }
      take(feature->tick(now));
      ASSERT_GT(feature->next_deadline(), now);
    }
    now = end;
  }

  SnmpAnswered answer(const SnmpGet& get) const {
    if (is_dead) {
      return {get.device, get.request, Error{ErrorCode::DeadlineExceeded, "no answer"}};
    }
    VarBinds binds;
    for (const ObjectId& oid : get.oids) {
      if (oid == kSysObjectId) {
        binds.push_back({oid, object_id});
      } else if (oid == kSysUpTime) {
        binds.push_back({oid, SnmpTimeTicks{uptime()}});
      } else if (oid == kEsN0Oid) {
        binds.push_back({oid, es_n0});
      } else if (oid == kLockOid) {
        binds.push_back({oid, std::int32_t{locked}});
      } else if (oid == kModcodColumn) {
        EXPECT_TRUE(get.next);
        binds.push_back({{1, 3, 6, 1, 4, 1, 99999, 3, 7}, 11});
      } else {
        binds.push_back({oid, SnmpException::NoSuchObject});
      }
    }
    return {get.device, get.request, binds};
  }
  [[nodiscard]] std::uint32_t uptime() const { return static_cast<std::uint32_t>((now - booted) / milliseconds{10}); }
  [[nodiscard]] VsatAdvice advice() const { return feature->advice(kVsat, now); }
  [[nodiscard]] std::size_t questions_in(Duration length) {
    const std::size_t before = asked.size();
    run(length);
    return asked.size() - before;
  }

  Instant now{minutes{10}};
  Instant booted{};
  std::optional<VsatFeature> feature;
  VsatSettings settings;
  std::vector<SnmpGet> asked;
  std::vector<std::pair<Instant, SnmpGet>> answers_at;
  std::vector<VsatSays> says;
  std::set<VsatMessage> raised;
  int forgotten = 0;
  Duration answer_after = milliseconds{20};
  ObjectId object_id{1, 3, 6, 1, 4, 1, 99999, 5};
  SnmpValue es_n0 = std::int32_t{120};
  int locked = 1;
  bool is_dead = false;
};

TEST(VsatFeature, RecognisesTheTerminalAndReadsIt) {
  Village village;
  village.run(minutes{3});
  const VsatAdvice advice = village.advice();
  EXPECT_FALSE(advice.drain);
  EXPECT_EQ(advice.locked, true);
  ASSERT_TRUE(advice.es_n0);
  EXPECT_NEAR(advice.es_n0->value(), 12, 0.01);
  EXPECT_NEAR(advice.margin->value(), 7, 0.01);
  EXPECT_EQ(advice.modcod_name, "QPSK 9/10");
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, AsksOnceASecondWhileActiveAndRarelyOtherwise) {
  Village village;
  village.run(minutes{3});
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{10})), 2 * 20, 4);  // objects and columns
  village.feature->set_active(kVsat, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{1})), 2 * 60, 6);
  village.feature->set_saving(true, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{10})), 2 * 20, 4);
  village.feature->set_active(UplinkId{}, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{60})), 2 * 12, 4);
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, ARainFrontIsAdvisedAndSaid) {
  Village village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{2});
  const Instant begin = village.now;
  village.run(seconds{55}, [&] {
    const double fallen = std::chrono::duration<double>(village.now - begin).count() * 0.1;
    village.es_n0 = static_cast<std::int32_t>(120 - fallen * 10);
  });
  EXPECT_TRUE(village.advice().drain);
  EXPECT_EQ(village.advice().kind, FadeKind::Rain);
  EXPECT_TRUE(village.raised.contains(VsatMessage::FadePredicted));
  EXPECT_EQ(village.says.size(), 1U);
  village.es_n0 = 120;
  village.run(minutes{6});
  EXPECT_FALSE(village.advice().drain);
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, SilenceIsToldOnceAndItsReadingsAreStale) {
  Village village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.is_dead = true;
  village.run(minutes{1});
  EXPECT_EQ(village.raised, std::set{VsatMessage::TerminalSilent});
  EXPECT_EQ(village.says.size(), 1U);
  EXPECT_FALSE(village.advice().locked);
  EXPECT_FALSE(village.advice().es_n0);
  const auto readings = village.feature->readings(village.now);
  for (const QuantityReading& reading : readings.at(kVsat)) {
    EXPECT_EQ(reading.value, Value{Absent::Stale}) << reading.quantity;
  }
  village.is_dead = false;
  village.run(seconds{10});
  EXPECT_TRUE(village.raised.empty());
  EXPECT_TRUE(village.advice().es_n0);
}

TEST(VsatFeature, AnAnswerThatNeverComesDoesNotStopTheAsking) {
  Village village;
  village.answer_after = minutes{60};
  village.run(minutes{5});
  EXPECT_GT(village.asked.size(), 5U);
  EXPECT_TRUE(village.raised.contains(VsatMessage::TerminalSilent));
}

TEST(VsatFeature, ALateAnswerToAnEarlierQuestionIsNotTaken) {
  Village village;
  village.run(minutes{2});
  SnmpGet old = village.asked.back();
  village.es_n0 = 30;
  village.take(village.feature->on(village.answer(old), village.now));
  EXPECT_NEAR(village.advice().es_n0->value(), 12, 0.01);
}

TEST(VsatFeature, WithoutLockThereIsNoSignalWhateverTheTerminalSays) {
  Village village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.locked = 0;
  village.es_n0 = 120;  // it repeats its last value
  village.run(seconds{30});
  EXPECT_EQ(village.advice().locked, false);
  EXPECT_TRUE(village.raised.contains(VsatMessage::NotLocked));
  EXPECT_EQ(village.advice().kind, FadeKind::Unknown);
  EXPECT_FALSE(village.advice().drain);
  village.locked = 1;
  village.run(seconds{5});
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, SentinelsAreHolesAndNoFade) {
  Village village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.es_n0 = -1000;
  village.run(seconds{5});
  village.es_n0 = 120;
  village.run(seconds{60});
  EXPECT_FALSE(village.advice().drain);
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, ARebootIsNotedAndStartsThePredictionAnew) {
  Village village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{2});
  village.booted = village.now;
  village.es_n0 = 80;
  village.run(seconds{60});
  ASSERT_EQ(village.says.size(), 1U);
  EXPECT_EQ(village.says[0].message, VsatMessage::TerminalRebooted);
  EXPECT_FALSE(village.advice().drain);
  EXPECT_NEAR(village.advice().es_n0->value(), 8, 0.1);
}

TEST(VsatFeature, AnUnknownDeviceIsToldAndNotCalledSilent) {
  Village village;
  village.object_id = {1, 3, 6, 1, 4, 1, 5};
  village.run(minutes{30});
  EXPECT_EQ(village.raised, std::set{VsatMessage::TerminalUnknown});
  EXPECT_LT(village.asked.size(), 10U);
  village.object_id = {1, 3, 6, 1, 4, 1, 99999};
  village.run(minutes{6});
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, ADriftOverDaysRaisesAnAlarmAndNoDrain) {
  Village village;
  const Instant begin = village.now;
  village.run(std::chrono::hours{24 * 9}, [&] {
    const double days = std::chrono::duration<double>(village.now - begin).count() / 86'400;
    village.es_n0 = static_cast<std::int32_t>(std::lround(130 - 3 * days));  // 0.3 dB a day
  });
  EXPECT_TRUE(village.raised.contains(VsatMessage::SignalDrift));
  EXPECT_FALSE(village.advice().drain);
  for (const VsatSays& said : village.says) {
    EXPECT_EQ(said.message, VsatMessage::SignalDrift);
  }
}

TEST(VsatFeature, WhatAClearSkyGivesSurvivesARestart) {
  Village village;
  village.run(std::chrono::hours{30});
  const auto memories = village.feature->memories();
  ASSERT_TRUE(memories.contains(kVsat));
  Village restarted;
  restarted.feature->recall(kVsat, memories.at(kVsat));
  restarted.es_n0 = 95;
  restarted.run(std::chrono::hours{8});
  EXPECT_TRUE(restarted.raised.contains(VsatMessage::SignalDrift));
}

TEST(VsatFeature, AReloadKeepsWhatIsUnchangedAndForgetsTheRest) {
  Village village;
  village.run(minutes{2});
  village.take(village.feature->reconfigure(village.settings, village.now));
  EXPECT_EQ(village.forgotten, 0);
  EXPECT_TRUE(village.advice().es_n0);
  VsatSettings none;
  village.take(village.feature->reconfigure(none, village.now));
  EXPECT_EQ(village.forgotten, 1);
  EXPECT_EQ(village.advice().why, "no terminal");
  EXPECT_EQ(village.feature->next_deadline(), Instant::max());
}

}  // namespace
}  // namespace karkara
