// The kernel's own events of devices (NETLINK_KOBJECT_UEVENT, lib/kobject_uevent.c): a line
// "ACTION@DEVPATH" and words KEY=VALUE, each ended by NUL. Refuses udev's, which come on another group, and what is
// longer than the kernel can send; that the kernel sent it, only the sender's address tells. Called by agent/codec's
// decoders of single kinds.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "common/result.h"

namespace karkara {

// Points into the datagram.
struct KernelUevent {
  std::string_view action;  // "add", "change", "remove", ...
  std::string_view path;    // below /sys
  std::string_view words;

  // The value behind "KEY=" of the first word with that key.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const;
};

// DataLoss: cut off. InvalidArgument: no kernel's event.
[[nodiscard]] Result<KernelUevent> decode_kernel_uevent(std::span<const std::byte> datagram);

}  // namespace karkara
