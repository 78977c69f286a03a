// Every field of the schema has a consumer: changing any of them changes what bind_site() gives to the agent.
#include <gtest/gtest.h>

#include <array>

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

using google::protobuf::Descriptor;
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
      for (const char* text : {"other", "10.9.8.7", "/other/path", "other:1", "00ff", "10.9.8.0/24", "10.9.8.7:1161",
                               "2026-11-24", "490154203237519", "Reste {money}", "09:30", "02:00:5e:10:00:02",
                               "2001:db8:9::/56", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}) {
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
  Consumers() {
    fill_everything(config_);
    before_ = settings();
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

  // `message` is a part of config_.
  void change_each_leaf(Message& message) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
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
  std::vector<std::string> only_one_value_;
  std::vector<std::string> without_consumer_;
};

TEST_F(Consumers, EveryFieldOfTheSiteConfigurationHasOne) {
  change_each_leaf(config_);
  // With everything given at once, a bundle by dates leaves no use for a day of the month, nor an SNMP terminal for a
  // dish.
  EXPECT_EQ(without_consumer_,
            (std::vector<std::string>{"karkara.v1.AllowanceConfig.cycle_day", "karkara.v1.TerminalConfig.dish"}));
  // Nothing to tell apart while there is one kind of power source; and a class that the tunnel names keeps its name.
  EXPECT_EQ(only_one_value_,
            (std::vector<std::string>{"karkara.v1.PowerSourceConfig.kind", "karkara.v1.ServiceClassConfig.id"}));
  EXPECT_GE(leaves_, 33);
}

}  // namespace
}  // namespace karkara
