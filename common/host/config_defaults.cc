#include "common/host/config_defaults.h"

#include "common/host/field_rules.h"
#include "common/host/scalar_value.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool has_unmet_requirement(const Message& message) {
  const Descriptor& schema = *message.GetDescriptor();
  for (int i = 0; i < schema.field_count(); ++i) {
    const FieldDescriptor& field = *schema.field(i);
    const bool given = field.is_repeated() ? message.GetReflection()->FieldSize(message, &field) > 0
                                           : message.GetReflection()->HasField(message, &field);
    if (is_required(field) && !given) {
      return true;
    }
  }
  return false;
}

// A section that was left out: made when its defaults make it whole and there are any.
void make_default_section(Message& message, const FieldDescriptor& field) {
  Message& section = *message.GetReflection()->MutableMessage(&message, &field);
  fill_defaults(section);
  if (section.ByteSizeLong() == 0 || has_unmet_requirement(section)) {
    message.GetReflection()->ClearField(&message, &field);
  }
}

void fill_default(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    for (int i = 0; is_section(field) && i < reflection.FieldSize(message, &field); ++i) {
      fill_defaults(*reflection.MutableRepeatedMessage(&message, &field, i));
    }
  } else if (is_section(field)) {
    reflection.HasField(message, &field) ? fill_defaults(*reflection.MutableMessage(&message, &field))
                                         : make_default_section(message, field);
  } else if (const std::string& text = rule_of(field).default_value();
             !text.empty() && !reflection.HasField(message, &field)) {
    // A default that its own rule refuses is a slip in the schema; a test over all schemas finds it.
    static_cast<void>(put_scalar(message, field, text));
  }
}

}  // namespace

void fill_defaults(Message& message) {
  const Descriptor& schema = *message.GetDescriptor();
  for (int i = 0; i < schema.field_count(); ++i) {
    fill_default(message, *schema.field(i));
  }
}

}  // namespace karkara
