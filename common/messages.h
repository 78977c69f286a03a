// The catalogue of everything Karkara says to people: log lines and alarms share one set of ids.
// Each feature owns one file in common/messages/; docs/messages.md is generated from it. Refuses to print:
// common/host/log.h does.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace karkara {

enum class Level { Debug, Info, Warning, Error, Critical };

// Named MessageId::UplinkDown and so on.
enum class MessageId {
#define KARKARA_MESSAGE(identifier, name, level, english, french, operator_paragraph) identifier,
#include "common/messages/agent.def"
#include "common/messages/controller.def"
#include "common/messages/link_devices.def"
#include "common/messages/mesh.def"
#include "common/messages/power.def"
#include "common/messages/shaping.def"
#include "common/messages/uplink.def"
#undef KARKARA_MESSAGE
};

struct MessageInfo {
  MessageId id;
  std::string_view name;  // "UPLINK_DOWN": language-free, stable, what logs, alarms and the CLI show
  Level level;
  std::string_view english;  // one sentence
  std::string_view french;
  std::string_view advice;  // for the operator: what it means and what to do
};

[[nodiscard]] std::span<const MessageInfo> all_messages();
[[nodiscard]] const MessageInfo& info(MessageId id);
[[nodiscard]] const MessageInfo* find_message(std::string_view name);  // nullptr when unknown
[[nodiscard]] std::string_view to_string(Level level);                 // "warning"

// Key and value, in the order in which they are printed.
using Fields = std::vector<std::pair<std::string, std::string>>;

// A thing to be said, as a value: cores return it, they never log.
struct Note {
  MessageId id;
  Fields fields;
  friend bool operator==(const Note&, const Note&) = default;
};

}  // namespace karkara
