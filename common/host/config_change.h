// What differs between two configurations, field by field, and what each change costs the site: the blast radius of a
// change, told before it is made. Elements of lists are matched by their key field. Refuses to apply anything.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "karkara/v1/options.pb.h"

namespace karkara {

struct FieldChange {
  std::string path;                     // "uplinks[vsat].interface"; "uplinks[lte]" for an element that came or went
  std::optional<std::string> old_text;  // as in YAML; none: was not there
  std::optional<std::string> new_text;
  v1::ChangeCost cost = v1::CHANGE_COST_NONE;
};

// Both must be of the same type, with their defaults filled in. In the schema's order; empty: nothing differs.
// A list whose elements only changed places is one change of the list itself: the order numbers the uplinks.
[[nodiscard]] std::vector<FieldChange> compare_configs(const google::protobuf::Message& old_config,
                                                       const google::protobuf::Message& new_config);
[[nodiscard]] v1::ChangeCost highest_cost(const std::vector<FieldChange>& changes);
[[nodiscard]] std::string_view to_string(v1::ChangeCost cost);      // "drops_uplink"
[[nodiscard]] std::string_view cost_sentence(v1::ChangeCost cost);  // what it means, for people
// "uplinks[vsat].interface: eth1 -> eth2 (drops_uplink)"
[[nodiscard]] std::string to_string(const FieldChange& change);

}  // namespace karkara
