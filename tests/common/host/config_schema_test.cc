// What the schemas promise about themselves, and the shipped examples.
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "common/host/config_reader.h"
#include "common/host/field_rules.h"
#include "common/host/scalar_value.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

template <class Check>
void for_each_field(const Descriptor& message, Check check) {
  for (int i = 0; i < message.field_count(); ++i) {
    check(*message.field(i));
    if (is_section(*message.field(i))) {
      for_each_field(*message.field(i)->message_type(), check);
    }
  }
}

template <class Check>
void for_each_config_field(Check check) {
  for (const Descriptor* root :
       {v1::SiteConfig::descriptor(), v1::ControllerConfig::descriptor(), v1::AnchorConfig::descriptor(),
        v1::OperatorContext::descriptor(), v1::EnrolmentBundle::descriptor()}) {
    for_each_field(*root, check);
  }
}

TEST(ConfigSchema, EveryFieldHasASentence) {
  for_each_config_field(
      [](const FieldDescriptor& field) { EXPECT_TRUE(rule_of(field).help().ends_with('.')) << field.full_name(); });
}

TEST(ConfigSchema, EveryScalarTellsWhetherItWasGiven) {
  for_each_config_field([](const FieldDescriptor& field) {
    EXPECT_TRUE(field.is_repeated() || field.has_presence()) << field.full_name();
  });
}

TEST(ConfigSchema, EveryDefaultAndExampleIsItselfAllowed) {
  for_each_config_field([](const FieldDescriptor& field) {
    for (const std::string& text : {rule_of(field).default_value(), rule_of(field).example()}) {
      if (!text.empty()) {
        const std::unique_ptr<Message> message{
            MessageFactory::generated_factory()->GetPrototype(field.containing_type())->New()};
        const Status status = put_scalar(*message, field, text);
        EXPECT_TRUE(status.ok()) << field.full_name() << ": " << (status.ok() ? "" : status.error().text);
      }
    }
  });
}

TEST(ConfigSchema, ARequiredFieldHasNoDefault) {
  for_each_config_field([](const FieldDescriptor& field) {
    EXPECT_FALSE(is_required(field) && !rule_of(field).default_value().empty()) << field.full_name();
  });
}

// A path such as "uplinks[vsat].mtu" can only be taken apart again when keys are plain names, or those of interfaces.
// Only what belongs to one element and has no name of its own, such as hours, is numbered: "classes[school].hours[#2]",
// and what belongs to such: "classes[school].on_uplinks[#1].quota_steps[#2]".
TEST(ConfigSchema, EveryListOfSectionsIsKeyedByAPlainName) {
  std::set<const google::protobuf::Descriptor*> numbered;
  for_each_config_field([&](const FieldDescriptor& field) {
    if (field.is_repeated() && is_section(field)) {
      const FieldDescriptor* key = key_field(*field.message_type());
      if (key == nullptr) {
        EXPECT_TRUE(key_field(*field.containing_type()) != nullptr || numbered.contains(field.containing_type()))
            << field.full_name();
        numbered.insert(field.message_type());
        return;
      }
      const v1::TextKind text = rule_of(*key).text();
      EXPECT_TRUE(text == v1::TEXT_NAME || text == v1::TEXT_INTERFACE) << field.full_name();
      EXPECT_TRUE(rule_of(*key).required()) << field.full_name();
    }
  });
}

TEST(ShippedConfigs, AreAllRead) {
  const std::filesystem::path folder = std::filesystem::path{KARKARA_SOURCE_DIR} / "configs";
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    std::unique_ptr<Message> config = std::make_unique<v1::SiteConfig>();
    if (name.starts_with("controller")) {
      config = std::make_unique<v1::ControllerConfig>();
    } else if (name.starts_with("anchor")) {
      config = std::make_unique<v1::AnchorConfig>();
    } else if (!name.starts_with("site.")) {
      continue;  // of another kind; its own reader tests it
    }
    EXPECT_EQ(read_config_file(entry.path(), *config).text(), "");
    ++read;
  }
  EXPECT_GE(read, 4);
}

}  // namespace
}  // namespace karkara
