// What the schema says about a configuration field (proto/karkara/v1/options.proto), in the words of errors and docs.
// Refuses to hold rules of its own. Called by reader, writer, comparison and docs of configurations.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "karkara/v1/options.pb.h"

namespace karkara {

[[nodiscard]] const v1::FieldRule& rule_of(const google::protobuf::FieldDescriptor& field);

[[nodiscard]] bool is_section(const google::protobuf::FieldDescriptor& field);       // a message, or a list of them
[[nodiscard]] bool is_whole_number(const google::protobuf::FieldDescriptor& field);  // an integer field
// Must be given: said so, or a list with a least length.
[[nodiscard]] bool is_required(const google::protobuf::FieldDescriptor& field);
// The field that names an element in a list of these; nullptr when none does.
[[nodiscard]] const google::protobuf::FieldDescriptor* key_field(const google::protobuf::Descriptor& message);

// "vsat" for UPLINK_KIND_VSAT, and all that may be written: the zero value is never one.
[[nodiscard]] std::string enum_word(const google::protobuf::EnumValueDescriptor& value);
[[nodiscard]] std::vector<const google::protobuf::EnumValueDescriptor*> enum_choices(
    const google::protobuf::EnumDescriptor& choices);
// "vsat (A satellite terminal by Ethernet), cellular (A modem with a SIM)"
[[nodiscard]] std::string enum_text(const google::protobuf::EnumDescriptor& choices, bool with_help);

// "200ms to 1h", "at most 80 characters", "1 to 8 elements"; empty when anything goes.
[[nodiscard]] std::string range_text(const google::protobuf::FieldDescriptor& field);
// One line that tells what may be written: type, choices and range.
[[nodiscard]] std::string allowed_text(const google::protobuf::FieldDescriptor& field);

}  // namespace karkara
