#include "agent/site/table_alarms.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const UnreadTable kTracer{"/etc/karkara/devices/tracer.yaml",
                          "/etc/karkara/devices/tracer.yaml:12:5: registers[#3]: needs a range\n"
                          "/etc/karkara/devices/tracer.yaml:14:9: registers[#5].type: is none",
                          true};
const UnreadTable kUhp{"/etc/karkara/devices/uhp.yaml", "/etc/karkara/devices/uhp.yaml:1:1: is not UTF-8"};
constexpr const char* kTold = "/etc/karkara/devices/tracer.yaml:12:5: registers[#3]: needs a range (and 1 more)";

class TableAlarmsTest : public SiteBench {
 protected:
  void reload_with(std::vector<UnreadTable> unread) {
    SiteSettings settings = site_->settings();
    settings.unread_tables = std::move(unread);
    effects_.clear();
    reload(settings);
  }
  // What the log gets of tables.
  [[nodiscard]] std::vector<Fields> lines() const {
    std::vector<Fields> lines;
    for (const Note& note : all<Note>()) {
      if (note.id == MessageId::DeviceTableUnread) {
        lines.push_back(note.fields);
      }
    }
    return lines;
  }
  [[nodiscard]] std::vector<std::string> raised() {
    std::vector<std::string> raised;
    const AnswerRequest status = ask(request(RequestKind::TellStatus));
    for (const AlarmChange& alarm : std::get<SiteStatus>(status.answer).alarms) {
      if (alarm.key.message == MessageId::DeviceTableUnread) {
        raised.push_back(alarm.key.instance);
      }
    }
    return raised;
  }
};

TEST_F(TableAlarmsTest, AtStartEachFileIsAnAlarmAndALineWithItsPlace) {
  booted_with_.unread_tables = {kTracer, kUhp};
  boot(kBuilt);
  EXPECT_THAT(lines(), ElementsAre(Fields{{"alarm", "raised"},
                                          {"instance", "tracer.yaml"},
                                          {"why", kTold},
                                          {"until_then", "the last good table"}},
                                   Fields{{"alarm", "raised"},
                                          {"instance", "uhp.yaml"},
                                          {"why", kUhp.why},
                                          {"until_then", "its devices have no readings"}}));
  EXPECT_THAT(raised(), ElementsAre("tracer.yaml", "uhp.yaml"));
}

TEST_F(TableAlarmsTest, AReloadRaisesClearsAndSaysAgainWhatIsStillWrong) {
  EXPECT_THAT(raised(), IsEmpty());
  reload_with({kTracer});
  EXPECT_THAT(lines(), SizeIs(1));
  EXPECT_THAT(raised(), ElementsAre("tracer.yaml"));
  UnreadTable otherwise = kTracer;
  otherwise.why = "tracer.yaml:13:1: is torn";
  reload_with({otherwise});
  const Fields torn{
      {"instance", "tracer.yaml"}, {"why", "tracer.yaml:13:1: is torn"}, {"until_then", "the last good table"}};
  Fields anew{{"alarm", "raised"}};
  anew.insert(anew.end(), torn.begin(), torn.end());
  EXPECT_THAT(lines(), ElementsAre(Fields{{"alarm", "cleared"}, {"instance", "tracer.yaml"}}, anew))
      << "the controller keeps what it was told first";
  EXPECT_THAT(raised(), ElementsAre("tracer.yaml"));
  reload_with({otherwise});
  EXPECT_THAT(lines(), ElementsAre(torn));
  EXPECT_THAT(raised(), ElementsAre("tracer.yaml"));
  reload_with({});
  EXPECT_THAT(lines(), ElementsAre(Fields{{"alarm", "cleared"}, {"instance", "tracer.yaml"}}));
  EXPECT_THAT(raised(), IsEmpty());
}

// The controller takes few letters in an instance, and few alarms: it would refuse the site.
TEST(TableAlarms, AreFewAndNamedAsTheControllerTakesThem) {
  std::vector<UnreadTable> unread{{"/d/Tracer é (copie).yaml", "x"}, {"/d/" + std::string(300, 'a') + ".yaml", "x"}};
  for (int i = 0; i < 500; ++i) {
    unread.push_back({"/d/t" + std::to_string(i) + ".yaml", "x"});
  }
  const Effects effects = tell_unread_tables({}, unread);
  ASSERT_THAT(effects, SizeIs(kMostTableAlarms));
  bool has_others = false;
  for (const Effect& effect : effects) {
    const auto& alarm = std::get<SetAlarm>(effect);
    EXPECT_LE(alarm.key.instance.size(), 128U);
    EXPECT_EQ(alarm.key.instance.find_first_of("é ()"), std::string::npos) << alarm.key.instance;
    has_others = has_others || alarm.key.instance == "others";
  }
  EXPECT_TRUE(has_others);
}

}  // namespace
}  // namespace karkara
