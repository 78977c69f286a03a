#include "common/messages.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

constexpr auto kMessages = std::to_array<MessageInfo>({
#define KARKARA_MESSAGE(identifier, name, level, english, french, operator_paragraph) \
  {MessageId::identifier, name, Level::level, english, french, operator_paragraph},
#include "common/messages/agent.def"
#include "common/messages/controller.def"
#include "common/messages/link_devices.def"
#include "common/messages/mesh.def"
#include "common/messages/power.def"
#include "common/messages/shaping.def"
#include "common/messages/uplink.def"
#undef KARKARA_MESSAGE
});

}  // namespace

std::span<const MessageInfo> all_messages() {
  return kMessages;
}

const MessageInfo& info(MessageId id) {
  return kMessages[static_cast<std::size_t>(id)];
}

const MessageInfo* find_message(std::string_view name) {
  const auto at = std::find_if(kMessages.begin(), kMessages.end(),
                               [&](const MessageInfo& message) { return message.name == name; });
  return at != kMessages.end() ? &*at : nullptr;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::Debug: return "debug";
    case Level::Info: return "info";
    case Level::Warning: return "warning";
    case Level::Error: return "error";
    case Level::Critical: return "critical";
  }
  return "info";
}

}  // namespace karkara
