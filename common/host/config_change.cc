#include "common/host/config_change.h"

#include <algorithm>
#include <utility>

#include "common/host/config_problem.h"
#include "common/host/config_writer.h"
#include "common/host/field_rules.h"
#include "common/host/scalar_value.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Long texts are certificates: that they differ is what matters.
std::string short_text(const Message& message, const FieldDescriptor& field, int index) {
  constexpr std::size_t kMost = 100;
  const std::string text = scalar_text(message, field, index);
  if (text.size() > kMost) {
    return "(" + std::to_string(text.size()) + " bytes)";
  }
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? yaml_text(text) : text;
}

std::string list_text(const Message& message, const FieldDescriptor& field) {
  std::string out = "[";
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    out += (i > 0 ? ", " : "") + short_text(message, field, i);
  }
  return out + "]";
}

// A leaf's text, none when it is not set.
std::optional<std::string> leaf_text(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    return reflection.FieldSize(message, &field) > 0 ? std::optional{list_text(message, field)} : std::nullopt;
  }
  return reflection.HasField(message, &field) ? std::optional{short_text(message, field, -1)} : std::nullopt;
}

bool is_set(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0 : reflection.HasField(message, &field);
}

// "{id: lte, kind: cellular}": an element that came or went.
std::string flow_text(const Message& message) {
  std::string out = "{";
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (is_set(message, field) && !is_section(field)) {
      out += (out.size() > 1 ? ", " : "") + field.name() + ": " + *leaf_text(message, field);
    }
  }
  return out + "}";
}

// The worst that any of its fields may cost.
v1::ChangeCost element_cost(const Message& element) {
  v1::ChangeCost cost = v1::CHANGE_COST_NONE;
  for (int i = 0; i < element.GetDescriptor()->field_count(); ++i) {
    if (is_set(element, *element.GetDescriptor()->field(i))) {
      cost = std::max(cost, rule_of(*element.GetDescriptor()->field(i)).cost());
    }
  }
  return cost;
}

using Elements = std::vector<std::pair<std::string, const Message*>>;

// By key, or by position where the elements have none.
Elements elements_of(const Message& message, const FieldDescriptor& field) {
  Elements elements;
  const FieldDescriptor* key = key_field(*field.message_type());
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, i);
    elements.emplace_back(key == nullptr ? "#" + std::to_string(i + 1) : scalar_text(element, *key), &element);
  }
  return elements;
}

const Message* find(const Elements& elements, const std::string& name) {
  const auto found = std::find_if(elements.begin(), elements.end(), [&](const auto& e) { return e.first == name; });
  return found == elements.end() ? nullptr : found->second;
}

std::string names_in_both(const Elements& of, const Elements& other) {
  std::string names;
  for (const auto& [name, element] : of) {
    if (find(other, name) != nullptr) {
      names += (names.empty() ? "" : ", ") + name;
    }
  }
  return names;
}

class Comparison {
 public:
  explicit Comparison(std::vector<FieldChange>& changes) : changes_{changes} {}

  void compare(const Message& old_message, const Message& new_message, const std::string& path);

 private:
  void compare_leaf(const Message& old_message, const Message& new_message, const FieldDescriptor& field,
                    const std::string& path);
  // Whole values: what is shown of a certificate is only its length.
  static bool same_leaf(const Message& a, const Message& b, const FieldDescriptor& field);
  void compare_lists(const Elements& old_list, const Elements& new_list, const FieldDescriptor& field,
                     const std::string& path);

  std::vector<FieldChange>& changes_;
};

void Comparison::compare(const Message& old_message, const Message& new_message, const std::string& path) {
  const Descriptor& schema = *old_message.GetDescriptor();
  for (int i = 0; i < schema.field_count(); ++i) {
    const FieldDescriptor& field = *schema.field(i);
    const std::string field_path = join_path(path, field.name());
    if (!is_section(field)) {
      compare_leaf(old_message, new_message, field, field_path);
    } else if (field.is_repeated()) {
      compare_lists(elements_of(old_message, field), elements_of(new_message, field), field, field_path);
    } else {
      // A section that is not there reads as one in which nothing is set.
      compare(old_message.GetReflection()->GetMessage(old_message, &field),
              new_message.GetReflection()->GetMessage(new_message, &field), field_path);
    }
  }
}

void Comparison::compare_leaf(const Message& old_message, const Message& new_message, const FieldDescriptor& field,
                              const std::string& path) {
  if (!same_leaf(old_message, new_message, field)) {
    changes_.push_back({path, leaf_text(old_message, field), leaf_text(new_message, field), rule_of(field).cost()});
  }
}

bool Comparison::same_leaf(const Message& a, const Message& b, const FieldDescriptor& field) {
  if (!field.is_repeated()) {
    return is_set(a, field) == is_set(b, field) && scalar_text(a, field) == scalar_text(b, field);
  }
  const int size = a.GetReflection()->FieldSize(a, &field);
  if (size != b.GetReflection()->FieldSize(b, &field)) {
    return false;
  }
  for (int i = 0; i < size; ++i) {
    if (scalar_text(a, field, i) != scalar_text(b, field, i)) {
      return false;
    }
  }
  return true;
}

void Comparison::compare_lists(const Elements& old_list, const Elements& new_list, const FieldDescriptor& field,
                               const std::string& path) {
  for (const auto& [name, element] : old_list) {
    if (const Message* now = find(new_list, name)) {
      compare(*element, *now, element_path(path, name));
    } else {
      changes_.push_back({element_path(path, name), flow_text(*element), std::nullopt, element_cost(*element)});
    }
  }
  for (const auto& [name, element] : new_list) {
    if (find(old_list, name) == nullptr) {
      changes_.push_back({element_path(path, name), std::nullopt, flow_text(*element), element_cost(*element)});
    }
  }
  const std::string old_order = names_in_both(old_list, new_list);
  const std::string new_order = names_in_both(new_list, old_list);
  if (old_order != new_order) {
    const FieldDescriptor* key = key_field(*field.message_type());
    changes_.push_back({path, old_order, new_order, key == nullptr ? v1::CHANGE_COST_NONE : rule_of(*key).cost()});
  }
}

}  // namespace

std::vector<FieldChange> compare_configs(const Message& old_config, const Message& new_config) {
  std::vector<FieldChange> changes;
  if (old_config.GetDescriptor() == new_config.GetDescriptor()) {
    Comparison{changes}.compare(old_config, new_config, "");
  }
  return changes;
}

v1::ChangeCost highest_cost(const std::vector<FieldChange>& changes) {
  v1::ChangeCost cost = v1::CHANGE_COST_NONE;
  for (const FieldChange& change : changes) {
    cost = std::max(cost, change.cost);
  }
  return cost;
}

std::string_view to_string(v1::ChangeCost cost) {
  switch (cost) {
    case v1::CHANGE_COST_RELOAD: return "reload";
    case v1::CHANGE_COST_DROPS_UPLINK: return "drops_uplink";
    case v1::CHANGE_COST_REBOOTS: return "reboots";
    default: return "none";  // foreign: an enum of protobuf, open on the wire
  }
}

std::string_view cost_sentence(v1::ChangeCost cost) {
  switch (cost) {
    case v1::CHANGE_COST_RELOAD: return "One part of the agent starts anew; the village's traffic is not touched.";
    case v1::CHANGE_COST_DROPS_UPLINK: return "The village's traffic may move to another uplink or stall for seconds.";
    case v1::CHANGE_COST_REBOOTS: return "The agent must be started again.";
    default: return "Takes effect at once; nothing is interrupted.";  // foreign: an enum of protobuf, open on the wire
  }
}

std::string to_string(const FieldChange& change) {
  return change.path + ": " + change.old_text.value_or("(not set)") + " -> " + change.new_text.value_or("(not set)") +
         " (" + std::string{to_string(change.cost)} + ")";
}

}  // namespace karkara
