// The options (TCA_OPTIONS) of the queues below our classes, to bytes and back. What has options that a Leaf does not
// tell comes back as an OtherLeaf: it is not what we put. Called by agent/codec/traffic_control only.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "agent/codec/traffic_control_attributes.h"
#include "agent/facts/traffic_control.h"
#include "common/result.h"

namespace karkara::traffic_control {

[[nodiscard]] std::string kind_of(const Leaf& leaf);
// 'anew': with what can only be said when the queue is made. Nothing of an OtherLeaf.
[[nodiscard]] std::optional<NetlinkBytes> encode_leaf(const Leaf& leaf, bool anew);
[[nodiscard]] Result<Leaf> decode_leaf(const std::string& kind, std::span<const std::byte> options);

}  // namespace karkara::traffic_control
