#include "common/host/config_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "common/host/config_defaults.h"
#include "common/host/field_rules.h"
#include "common/host/nearest_name.h"
#include "common/host/scalar_value.h"
#include "common/host/text_checks.h"
#include "common/host/yaml_tree.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::size_t kMostProblems = 100;

std::vector<std::string> keys_of(const Descriptor& message) {
  std::vector<std::string> keys;
  for (int i = 0; i < message.field_count(); ++i) {
    keys.push_back(message.field(i)->name());
  }
  return keys;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string shown_key(std::string_view key) {
  const std::string shown = in_quotes(key);
  return shown.substr(1, shown.size() - 2);
}

std::string missing(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  std::string text = "is required: " + rule.help();
  if (!is_section(field) || field.is_repeated()) {
    text += " Allowed: " + allowed_text(field);
  }
  return rule.example().empty() ? text : text + "; for example " + rule.example();
}

// Walks the tree along the message's descriptor.
class Reader {
 public:
  Reader(std::string_view file, ConfigReading& reading) : file_{file}, reading_{reading} {}

  void read_section(const YamlNode& node, const std::string& path, Message& into);

 private:
  void read_field(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into);
  void read_list(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into);
  // An element's path has its name when that is good and new, else its number.
  void read_element(const YamlNode& node, const std::string& list_path, const std::string& number_path,
                    std::map<std::string, ConfigPlace>& keys, Message& into);
  void read_scalar(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into);
  bool is_kind(const YamlNode& node, const std::string& path, YamlNode::Kind wanted, const std::string& allowed);
  void note_place(const std::string& path, const YamlNode& node) { reading_.places.emplace(path, node.place()); }

  void refuse(ConfigPlace at, const std::string& path, std::string what);
  [[nodiscard]] bool is_full() const { return reading_.problems.size() >= kMostProblems; }

  std::string file_;
  ConfigReading& reading_;
};

void Reader::read_section(const YamlNode& node, const std::string& path, Message& into) {
  note_place(path, node);
  if (!is_kind(node, path, YamlNode::Kind::Map, "a section with 'key: value' lines")) {
    return;
  }
  const Descriptor& schema = *into.GetDescriptor();
  std::map<std::string, ConfigPlace> given;
  for (const YamlNode& child : node.children) {
    if (is_full()) {
      return;
    }
    const std::string child_path = join_path(path, shown_key(child.key));
    const FieldDescriptor* field = schema.FindFieldByName(child.key);
    if (const auto [first, is_new] = given.emplace(child.key, child.key_at); !is_new) {
      refuse(child.key_at, child_path, "is given twice, first in line " + std::to_string(first->second.line));
    } else if (field == nullptr) {
      const auto known = keys_of(schema);
      const std::string hint = did_you_mean(child.key, known);
      refuse(child.key_at, child_path,
             "is not a known key" + (hint.empty() ? ": must be one of " + joined(known) : hint));
    } else {
      read_field(child, child_path, *field, into);
    }
  }
  for (int i = 0; i < schema.field_count(); ++i) {
    const FieldDescriptor& field = *schema.field(i);
    if (is_required(field) && !given.contains(field.name())) {
      refuse(node.at, join_path(path, field.name()), missing(field));
    }
  }
}

void Reader::read_field(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into) {
  const Reflection& reflection = *into.GetReflection();
  if (field.is_repeated()) {
    read_list(node, path, field, into);
  } else if (is_section(field)) {
    read_section(node, path, *reflection.MutableMessage(&into, &field));
  } else {
    read_scalar(node, path, field, into);
  }
}

void Reader::read_list(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into) {
  note_place(path, node);
  if (!is_kind(node, path, YamlNode::Kind::List, "a list, each element after '- '")) {
    return;
  }
  const v1::FieldRule& rule = rule_of(field);
  const auto count = static_cast<double>(node.children.size());
  if ((rule.has_min() && count < rule.min()) || (rule.has_max() && count > rule.max())) {
    refuse(node.place(), path,
           "has " + std::to_string(node.children.size()) + " elements: must be " + range_text(field));
  }
  std::map<std::string, ConfigPlace> keys;
  for (std::size_t i = 0; i < node.children.size() && !is_full(); ++i) {
    const YamlNode& child = node.children[i];
    const std::string number_path = element_path(path, "#" + std::to_string(i + 1));
    if (is_section(field)) {
      read_element(child, path, number_path, keys, *into.GetReflection()->AddMessage(&into, &field));
    } else {
      read_scalar(child, number_path, field, into);
    }
  }
}

void Reader::read_element(const YamlNode& node, const std::string& list_path, const std::string& number_path,
                          std::map<std::string, ConfigPlace>& keys, Message& into) {
  const FieldDescriptor* key = key_field(*into.GetDescriptor());
  const YamlNode* named = nullptr;
  for (const YamlNode& child : node.children) {
    if (key != nullptr && child.key == key->name() && child.kind == YamlNode::Kind::Scalar) {
      named = &child;
      break;
    }
  }
  if (named == nullptr || !check_text(named->text, rule_of(*key).text()).ok()) {
    read_section(node, number_path, into);
    return;
  }
  const auto [first, is_new] = keys.emplace(named->text, named->at);
  if (!is_new) {
    refuse(named->at, join_path(number_path, key->name()),
           in_quotes(named->text) + " is already in the list, in line " + std::to_string(first->second.line) +
               ": must be unique");
  }
  read_section(node, is_new ? element_path(list_path, named->text) : number_path, into);
}

void Reader::read_scalar(const YamlNode& node, const std::string& path, const FieldDescriptor& field, Message& into) {
  note_place(path, node);
  if (!is_kind(node, path, YamlNode::Kind::Scalar, allowed_text(field))) {
    return;
  }
  if (const Status status = put_scalar(into, field, node.text); !status.ok()) {
    refuse(node.at, path, status.error().text);
  }
}

bool Reader::is_kind(const YamlNode& node, const std::string& path, YamlNode::Kind wanted, const std::string& allowed) {
  if (node.kind == wanted) {
    return true;
  }
  switch (node.kind) {
    case YamlNode::Kind::Null:
      refuse(node.place(), path, "has no value: must be " + allowed + ", or leave the key out");
      break;
    case YamlNode::Kind::Scalar:
      refuse(node.at, path, in_quotes(node.text) + " is a single value: must be " + allowed);
      break;
    case YamlNode::Kind::Map: refuse(node.place(), path, "is a section: must be " + allowed); break;
    case YamlNode::Kind::List: refuse(node.place(), path, "is a list: must be " + allowed); break;
    case YamlNode::Kind::Refused: break;
  }
  return false;
}

void Reader::refuse(ConfigPlace at, const std::string& path, std::string what) {
  if (!is_full()) {
    reading_.problems.push_back({file_, at, path, std::move(what)});
  }
}

ConfigReading unreadable(const std::string& file, const std::string& what) {
  ConfigReading reading;
  reading.problems.push_back({file, {}, "", what});
  return reading;
}

// Reads one byte more than is allowed, so that a larger file shows.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 65536> buffer{};
  while (text.size() <= kLargestConfig) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) {
      return true;
    }
    if (count < 0 && errno != EINTR) {
      return false;
    }
    text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
  return true;
}

}  // namespace

ConfigReading read_config(std::string_view file_name, std::string_view text, Message& into) {
  into.Clear();
  ConfigReading reading;
  const YamlTree tree = read_yaml(file_name, text);
  reading.problems = tree.problems;
  Reader{file_name, reading}.read_section(tree.root, "", into);
  fill_defaults(into);
  std::stable_sort(reading.problems.begin(), reading.problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.at < b.at; });
  if (reading.problems.size() >= kMostProblems) {
    const ConfigPlace last = reading.problems.back().at;
    reading.problems.push_back({std::string{file_name}, last, "", "more problems are not shown"});
  }
  return reading;
}

ConfigReading read_config_file(const std::filesystem::path& path, Message& into) {
  into.Clear();
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return unreadable(path.string(), "cannot be opened: " + std::generic_category().message(errno));
  }
  std::string text;
  const bool whole = read_some(descriptor, text);
  const int error = errno;
  ::close(descriptor);
  if (!whole) {
    return unreadable(path.string(), "cannot be read: " + std::generic_category().message(error));
  }
  return read_config(path.string(), text, into);
}

}  // namespace karkara
