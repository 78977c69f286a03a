// Every field of the schema has a consumer: changing any of them changes what bind_site() gives to the agent.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/site_config.h"
#include "common/host/config_change.h"
#include "common/host/config_defaults.h"
#include "common/host/config_writer.h"
#include "common/host/field_rules.h"
#include "common/host/scalar_value.h"
#include "common/host/unit_text.h"

namespace karkara {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Texts that may stand in a field, in the order in which they are tried.
std::vector<std::string> candidates(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  std::vector<std::string> texts{rule.example(), rule.default_value()};
  const bool whole = is_whole_number(field);
  const auto bound = [&](double value) { return bound_text(value, whole, rule.unit()); };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return {"true", "false"};
    case FieldDescriptor::CPPTYPE_ENUM:
      for (const auto* value : enum_choices(*field.enum_type())) {
        texts.push_back(enum_word(*value));
      }
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      for (const char* text :
           {"other", "10.9.8.7", "/other/path", "other:1", "00ff", "10.9.8.0/24", "10.9.8.7:1161", "2026-11-24",
            "490154203237519", "Reste {money}", "09:30", "07:00-08:30", "02:00:5e:10:00:02", "2001:db8:9::/56", "US",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}) {
        texts.emplace_back(text);
      }
      break;
    default:
      texts.push_back(bound(rule.min() + 1));
      texts.push_back(bound(rule.min() + 2));
      texts.push_back(bound(rule.min() + 1000));
      texts.push_back(bound(rule.max() - 1000));
      texts.push_back(bound(rule.max() * 0.9));
      texts.insert(texts.end(), {"150kbit", "1500kbit"});  // between an uplink's other rates
      break;
  }
  return texts;
}

// Sets every field of the message, however deep, with one element in each list.
void fill_everything(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (is_section(field)) {
      fill_everything(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                          : *reflection.MutableMessage(&message, &field));
      continue;
    }
    bool done = false;
    for (const std::string& text : candidates(field)) {
      done = done || (!text.empty() && put_scalar(message, field, text).ok());
    }
    EXPECT_TRUE(done) << field.full_name() << ": this test knows no value for it";
  }
}

class Consumers : public testing::Test {
 protected:
  // Everything given at once, but for what is a choice of one: those are left to `choose`.
  template <class Choose>
  void look_at_all(Choose choose) {
    config_.Clear();
    fill_everything(config_);
    // The examples of names that must be those of something else here.
    v1::ShedStageConfig& stage = *config_.mutable_shedding()->mutable_stages(0);
    stage.set_classes_off(0, config_.classes(0).id());
    stage.mutable_class_ceilings(0)->set_service_class(config_.classes(0).id());
    stage.mutable_rest(0)->set_relay(config_.shedding().relays(0).id());
    choose(*config_.mutable_power(0), *config_.mutable_shedding()->mutable_relays(0));
    choose_uplink(turn_++);
    before_ = settings();
    without_consumer_.clear();
    only_one_value_.clear();
    seen_here_.clear();
    change_each_leaf(config_);
    for (const std::string& field : seen_here_) {
      if (std::ranges::find(without_consumer_, field) == without_consumer_.end()) {
        consumed_.insert(field);
      }
    }
    seen_.merge(seen_here_);
  }
  [[nodiscard]] std::set<std::string> unused() const {  // in every choice
    std::set<std::string> unused;
    std::ranges::set_difference(seen_, consumed_, std::inserter(unused, unused.end()));
    return unused;
  }

  struct Bound {
    SiteSettings site;
    ShapingSettings shaping;
    friend bool operator==(const Bound&, const Bound&) = default;
  };
  // Without the hash, which sees every change.
  Bound settings() {
    auto bound = bind_site(config_);
    auto shaping = bind_shaping(config_);
    EXPECT_TRUE(bound.ok()) << (bound.ok() ? "" : bound.error().text);
    EXPECT_TRUE(shaping.ok());
    Bound result{bound.ok() ? *bound : SiteSettings{}, shaping.ok() ? *shaping : ShapingSettings{}};
    result.site.hash = 0;
    return result;
  }

  // A modem whose power a program cuts, one that a relay feeds, or a terminal.
  void choose_uplink(int turn) {
    v1::UplinkConfig& uplink = *config_.mutable_uplinks(0);
    if (turn != 0 && turn != 2) {
      uplink.clear_cellular();
      return;
    }
    uplink.set_kind(v1::UPLINK_KIND_CELLULAR);
    uplink.clear_terminal();
    uplink.mutable_cellular()->mutable_sims(0)->set_auth(v1::APN_AUTH_CHAP);
    v1::SimConfig& spare = *uplink.mutable_cellular()->add_sims();  // one can be checked at night
    spare.set_id("spare");
    spare.set_slot(2);
    spare.set_apn("internet");
    uplink.mutable_cellular()->set_slot_switches_per_day(4);
    if (turn == 0) {
      uplink.mutable_cellular()->clear_power_relay();
      return;
    }
    uplink.mutable_cellular()->clear_power_command();
    uplink.mutable_cellular()->clear_usb_port();
    v1::RelayConfig& feed = *config_.mutable_shedding()->add_relays();
    feed.set_id(uplink.cellular().power_relay());
    feed.mutable_command()->add_on("/on");
    feed.mutable_command()->add_off("/off");
  }

  // `message` is a part of config_.
  void change_each_leaf(Message& message) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      if (is_section(field) && !field.is_repeated() && !reflection.HasField(message, &field)) {
        continue;  // not chosen
      }
      if (is_section(field)) {
        change_each_leaf(field.is_repeated() ? *reflection.MutableRepeatedMessage(&message, &field, 0)
                                             : *reflection.MutableMessage(&message, &field));
      } else {
        change_leaf(message, field);
      }
    }
  }

  void change_leaf(Message& message, const FieldDescriptor& field) {
    ++leaves_;
    seen_here_.insert(field.full_name());
    const std::unique_ptr<Message> original{message.New()};
    original->CopyFrom(message);
    bool changed = false;
    for (const std::string& text : candidates(field)) {
      message.CopyFrom(*original);
      if (field.is_repeated()) {
        message.GetReflection()->ClearField(&message, &field);
      }
      if (put_scalar(message, field, text).ok() && !compare_configs(*original, message).empty() && bind_site(config_)) {
        changed = true;
        break;
      }
    }
    if (!changed) {
      only_one_value_.push_back(field.full_name());
    } else if (settings() == before_) {
      without_consumer_.push_back(field.full_name());
    }
    message.CopyFrom(*original);
  }

  v1::SiteConfig config_;
  Bound before_;
  int leaves_ = 0;
  int turn_ = 0;
  std::vector<std::string> only_one_value_;
  std::vector<std::string> without_consumer_;
  std::set<std::string> seen_here_;  // fields that were changed
  std::set<std::string> seen_;
  std::set<std::string> consumed_;
};

TEST_F(Consumers, EveryFieldOfTheSiteConfigurationHasOne) {
  using Source = v1::PowerSourceConfig;
  using Relay = v1::RelayConfig;
  const auto only_by = [](Relay& relay, int way) {
    way == 0 ? void() : relay.clear_snmp();
    way == 1 ? void() : relay.clear_modbus();
    way == 2 ? void() : relay.clear_gpio();
    way == 3 ? void() : relay.clear_command();
  };
  look_at_all([&](Source& source, Relay& relay) {
    source.clear_endpoint();
    source.clear_snmp();
    only_by(relay, 0);
  });
  look_at_all([&](Source& source, Relay& relay) {
    source.set_kind(v1::POWER_SOURCE_KIND_MODBUS);
    source.clear_endpoint();
    source.clear_snmp();
    relay.mutable_modbus()->clear_device();
    only_by(relay, 1);
  });
  look_at_all([&](Source& source, Relay& relay) {
    source.set_kind(v1::POWER_SOURCE_KIND_SUNSPEC);
    source.clear_device();
    source.clear_snmp();
    relay.mutable_modbus()->clear_endpoint();
    only_by(relay, 1);
  });
  look_at_all([&](Source& source, Relay& relay) {
    source.set_kind(v1::POWER_SOURCE_KIND_SNMP);
    source.clear_device();
    source.clear_endpoint();
    only_by(relay, 2);
  });
  look_at_all([&](Source& source, Relay& relay) {
    source.clear_endpoint();
    source.clear_snmp();
    only_by(relay, 3);
  });
  // With everything given at once, a bundle by dates leaves no use for a day of the month, nor an SNMP terminal for a
  // dish.
  EXPECT_EQ(unused(),
            (std::set<std::string>{"karkara.v1.AllowanceConfig.cycle_day", "karkara.v1.TerminalConfig.dish"}));
  // What other parts name keeps its name; a terminal with SNMP is no dish; a 12 V battery has a 12 V battery's limits;
  // the last choice has no endpoint.
  EXPECT_EQ(only_one_value_,
            (std::vector<std::string>{"karkara.v1.UplinkConfig.id", "karkara.v1.TerminalConfig.kind",
                                      "karkara.v1.PowerSourceConfig.endpoint", "karkara.v1.ServiceClassConfig.id",
                                      "karkara.v1.BatteryConfig.nominal", "karkara.v1.ClassCeilingConfig.service_class",
                                      "karkara.v1.RestUplinkConfig.uplink", "karkara.v1.RestUplinkConfig.relay",
                                      "karkara.v1.ShedStageConfig.relays_off", "karkara.v1.ShedRadioConfig.radio",
                                      "karkara.v1.RelayConfig.id", "karkara.v1.RadioConfig.id"}));
  EXPECT_GE(leaves_, 33);
}

}  // namespace
}  // namespace karkara
