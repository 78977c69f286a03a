#include "controller/planner_io/marked_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace karkara::planner {
namespace {

const YamlNode kNothing{};

const YamlNode* child(const YamlNode& map, std::string_view key) {
  const auto found =
      std::find_if(map.children.begin(), map.children.end(), [&](const YamlNode& node) { return node.key == key; });
  return found == map.children.end() ? nullptr : &*found;
}

std::optional<double> number_in(std::string_view text, std::string_view unit) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = std::string_view{end, static_cast<std::size_t>(text.data() + text.size() - end)} == unit;
  return error == std::errc{} && whole && std::isfinite(number) ? std::optional{number} : std::nullopt;
}

std::string spelled(double number, std::string_view unit) {
  char text[40];
  std::snprintf(text, sizeof text, "%g", number);
  return text + std::string{unit};
}

}  // namespace

MarkedSection::MarkedSection(MarkedReading& reading, const YamlNode& node, std::string path)
    : reading_{&reading}, node_{&node}, path_{std::move(path)} {
  if (node.kind != YamlNode::Kind::Map && node.kind != YamlNode::Kind::Refused && &node != &kNothing) {
    refuse_at(node.place(), path_, "must be a section of keys and values");
    node_ = &kNothing;
  }
}

void MarkedSection::refuse_at(ConfigPlace at, const std::string& path, std::string what) {
  reading_->problems.push_back({reading_->file, at, path, std::move(what)});
}

void MarkedSection::refuse(std::string_view key, std::string what) {
  const YamlNode* node = child(*node_, key);
  refuse_at(node == nullptr ? node_->place() : node->place(), join_path(path_, key), std::move(what));
}

bool MarkedSection::has(std::string_view key) const {
  return child(*node_, key) != nullptr;
}

const YamlNode* MarkedSection::find(std::string_view key, bool required) {
  asked_.emplace_back(key);
  const YamlNode* node = child(*node_, key);
  if (node == nullptr && required && node_->kind == YamlNode::Kind::Map) {
    refuse_at(node_->place(), join_path(path_, key), "is missing");
  }
  return node;
}

double MarkedSection::number(const YamlNode& node, const NumberRule& rule, const std::string& path) {
  const auto number = node.kind == YamlNode::Kind::Scalar ? number_in(node.text, rule.unit) : std::optional<double>{};
  const std::string example = spelled(rule.low, rule.unit) + " to " + spelled(rule.high, rule.unit);
  if (!number) {
    refuse_at(node.place(), path, "must be a number, " + example);
    return rule.low;
  }
  if (!(*number >= rule.low && *number <= rule.high)) {
    refuse_at(node.place(), path, "is " + spelled(*number, rule.unit) + ", must be " + example);
    return rule.low;
  }
  return *number;
}

void MarkedSection::read_origin(const YamlNode& node, const std::string& path) {
  const YamlNode* source = child(node, "source");
  const YamlNode* assumed = child(node, "assumed");
  const YamlNode* mark = source != nullptr ? source : assumed;
  if ((source == nullptr) == (assumed == nullptr) || mark->kind != YamlNode::Kind::Scalar || mark->text.empty()) {
    refuse_at(node.place(), path, "must say where it is from: either source: \"...\" or assumed: \"why\"");
    return;
  }
  reading_->origins.push_back({path, assumed != nullptr, mark->text});
}

void MarkedSection::check_keys(const YamlNode& node, const std::string& path, std::string_view value) {
  for (const YamlNode& part : node.children) {
    if (part.key != value && part.key != "source" && part.key != "assumed") {
      refuse_at(part.key_at, join_path(path, part.key), "is not known here");
    } else if (child(node, part.key) != &part) {
      refuse_at(part.key_at, join_path(path, part.key), "stands here twice");
    }
  }
}

double MarkedSection::marked(std::string_view key, const NumberRule& rule, bool required, double fallback) {
  const YamlNode* node = find(key, required);
  const std::string path = join_path(path_, key);
  if (node == nullptr) {
    return fallback;
  }
  const YamlNode* value = node->kind == YamlNode::Kind::Map ? child(*node, "is") : nullptr;
  if (value == nullptr) {
    refuse_at(node->place(), path, "must be {is: NUMBER, source: \"...\"} or {is: NUMBER, assumed: \"why\"}");
    return rule.low;
  }
  check_keys(*node, path, "is");
  read_origin(*node, path);
  return number(*value, rule, path);
}

double MarkedSection::plain(std::string_view key, const NumberRule& rule, bool required, double fallback) {
  const YamlNode* node = find(key, required);
  return node == nullptr ? fallback : number(*node, rule, join_path(path_, key));
}

std::string MarkedSection::text(std::string_view key, bool required) {
  const YamlNode* node = find(key, required);
  if (node == nullptr) {
    return {};
  }
  if (node->kind != YamlNode::Kind::Scalar || node->text.empty() || node->text.size() > 200) {
    refuse_at(node->place(), join_path(path_, key), "must be a text of 1 to 200 bytes");
    return {};
  }
  return node->text;
}

MarkedSection MarkedSection::section(std::string_view key) {
  const YamlNode* node = find(key, true);
  return {*reading_, node == nullptr ? kNothing : *node, join_path(path_, key)};
}

std::vector<MarkedSection> MarkedSection::list(std::string_view key, bool required) {
  std::vector<MarkedSection> sections;
  const YamlNode* node = find(key, required);
  if (node == nullptr) {
    return sections;
  }
  if (node->kind != YamlNode::Kind::List) {
    refuse_at(node->place(), join_path(path_, key), "must be a list");
    return sections;
  }
  for (const YamlNode& element : node->children) {
    sections.emplace_back(*reading_, element,
                          element_path(join_path(path_, key), "#" + std::to_string(sections.size() + 1)));
  }
  return sections;
}

std::vector<std::pair<double, double>> MarkedSection::steps(std::string_view key, const NumberRule& first,
                                                            const NumberRule& second) {
  std::vector<std::pair<double, double>> pairs;
  const YamlNode* node = find(key, true);
  const std::string path = join_path(path_, key);
  const YamlNode* list = node != nullptr && node->kind == YamlNode::Kind::Map ? child(*node, "steps") : nullptr;
  if (node == nullptr) {
    return pairs;
  }
  if (list == nullptr || list->kind != YamlNode::Kind::List) {
    refuse_at(node->place(), path, "must be {source: \"...\", steps: [[NUMBER, NUMBER], ...]}");
    return pairs;
  }
  check_keys(*node, path, "steps");
  read_origin(*node, path);
  for (const YamlNode& step : list->children) {
    if (step.kind != YamlNode::Kind::List || step.children.size() != 2) {
      refuse_at(step.place(), path, "a step is two numbers");
      continue;
    }
    const double a = number(step.children[0], first, path);
    pairs.emplace_back(a, number(step.children[1], second, path));
  }
  return pairs;
}

void MarkedSection::end() {
  std::vector<std::string_view> seen;
  for (const YamlNode& node : node_->children) {
    if (std::find(asked_.begin(), asked_.end(), node.key) == asked_.end()) {
      refuse_at(node.key_at, join_path(path_, node.key), "is not known here");
    } else if (std::find(seen.begin(), seen.end(), node.key) != seen.end()) {
      refuse_at(node.key_at, join_path(path_, node.key), "stands here twice");
    }
    seen.push_back(node.key);
  }
}

Status outcome(const MarkedReading& reading) {
  if (reading.problems.empty()) {
    return {};
  }
  std::string text = to_text(reading.problems);
  text.pop_back();
  return Error{ErrorCode::InvalidArgument, text};
}

}  // namespace karkara::planner
