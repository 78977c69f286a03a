#include "scripts/docgen/configuration_page.h"

#include <google/protobuf/descriptor.h>

#include "common/host/config_change.h"
#include "common/host/config_problem.h"
#include "common/host/field_rules.h"
#include "common/host/text_checks.h"
#include "common/host/unit_text.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/site_config.pb.h"
#include "scripts/docgen/markdown.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kIntroduction = R"(proto/karkara/v1: edit there. -->
# Configuration

Three programs read a YAML file each. A file is taken whole or refused whole: every mistake is told at once as
`file:line:column: path: what is wrong and what is allowed`, and a running program keeps what it has.

- A key that is not listed here is refused, so that a typing mistake never hides. A key may be given once.
- A value that has a unit is written with it: `30s`, `2Mbit`, `23.6V`. Only `0` may stand alone.
- Anchors, aliases, tags and several documents in one file are refused, and so is a file over 1 MiB.
- `configs/` has an example of each file, and a JSON Schema that gives editors completion and help.

Check a site's file with `karkara-agent --check-config FILE`: it ends with 0 when the file is good and with 2 when not.

)";

std::string units_table() {
  std::string out = "## How values are written\n\n" + table_head({"kind", "written like", "units"});
  const auto& units = *v1::Unit_descriptor();
  for (int i = 0; i < units.value_count(); ++i) {
    const auto unit = static_cast<v1::Unit>(units.value(i)->number());
    std::string suffixes;
    for (const UnitSpelling& spelling : spellings(unit)) {
      suffixes += (suffixes.empty() ? "" : ", ") + code(spelling.suffix);
    }
    out += table_row({noun(unit), code(examples(unit)), suffixes.empty() ? "none" : suffixes});
  }
  out += "\n" + table_head({"text", "what is allowed"});
  const auto& kinds = *v1::TextKind_descriptor();
  for (int i = 0; i < kinds.value_count(); ++i) {
    const auto kind = static_cast<v1::TextKind>(kinds.value(i)->number());
    if (!kind_allowed(kind).empty()) {
      out += table_row({kind_noun(kind), kind_allowed(kind)});
    }
  }
  return out + "\n";
}

std::string costs_table() {
  std::string out =
      "## What a change costs\n\nA site takes its file up while it runs. The column \"change\" says what that costs; "
      "controller "
      "and anchor read theirs at\nstart only.\n\n" +
      table_head({"cost", "meaning"});
  const auto& costs = *v1::ChangeCost_descriptor();
  for (int i = 0; i < costs.value_count(); ++i) {
    const auto cost = static_cast<v1::ChangeCost>(costs.value(i)->number());
    out += table_row({code(to_string(cost)), cost_sentence(cost)});
  }
  return out + "\n";
}

std::string choices_text(const EnumDescriptor& choices) {
  std::string out;
  for (const EnumValueDescriptor* value : enum_choices(choices)) {
    out += " " + code(enum_word(*value)) + ": " + value->options().GetExtension(v1::value_rule).help();
  }
  return out;
}

std::string default_text(const FieldDescriptor& field) {
  if (is_required(field)) {
    return "**required**";
  }
  const std::string& text = rule_of(field).default_value();
  return text.empty() ? "none" : code(text);
}

std::string meaning(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  std::string out = rule.help();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    out += choices_text(*field.enum_type());
  }
  if (rule.key()) {
    out += " Unique in the list.";
  }
  return rule.example().empty() ? out : out + " For example " + code(rule.example()) + ".";
}

std::string field_row(const FieldDescriptor& field, bool with_cost) {
  const std::string key = code(field.name());
  if (!with_cost) {
    return table_row({key, allowed_text(field), default_text(field), meaning(field)});
  }
  return table_row(
      {key, allowed_text(field), default_text(field), code(to_string(rule_of(field).cost())), meaning(field)});
}

std::string head_row(bool with_cost) {
  return with_cost ? table_head({"key", "value", "default", "change", "meaning"})
                   : table_head({"key", "value", "default", "meaning"});
}

std::string section_help(const FieldDescriptor& field) {
  std::string help = rule_of(field).help();
  if (field.is_repeated()) {
    help += " A list" + (range_text(field).empty() ? "" : " of " + range_text(field)) + ".";
  }
  return is_required(field) ? help + " Required." : help;
}

// A title and a table, then the sections inside.
std::string section(const Descriptor& message, const std::string& path, const std::string& help, bool with_cost) {
  std::string fields;
  std::string sections;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (!is_section(field)) {
      fields += field_row(field, with_cost);
      continue;
    }
    const std::string inner = join_path(path, field.name() + (field.is_repeated() ? "[]" : ""));
    sections += section(*field.message_type(), inner, section_help(field), with_cost);
  }
  std::string out;
  if (!path.empty()) {
    out += "### " + code(path) + "\n\n" + help + "\n\n";
  }
  if (!fields.empty()) {
    out += head_row(with_cost) + fields + "\n";
  }
  return out + sections;
}

}  // namespace

std::string configuration_page() {
  std::string page = std::string{kGeneratedFrom}.append(kIntroduction) + units_table() + costs_table();
  page += "## A site: `karkara-agent`\n\nExamples: `configs/site.sadore.yaml`, `configs/site.borgo-darey.yaml`.\n\n" +
          section(*v1::SiteConfig::descriptor(), "", "", true);
  page += "## The controller: `karkara-controller`\n\nExample: `configs/controller.yaml`.\n\n" +
          section(*v1::ControllerConfig::descriptor(), "", "", false);
  page += "## An anchor: `karkara-anchor`\n\nExample: `configs/anchor.yaml`.\n\n" +
          section(*v1::AnchorConfig::descriptor(), "", "", false);
  page.pop_back();
  return page;
}

}  // namespace karkara
