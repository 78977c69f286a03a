// One netlink dump to a list of values. One that was no single moment's picture is asked for once more. Refuses a list
// without end. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "agent/codec/netlink_request.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

// 'error' is the kernel's errno, 0 when it told all; rows that it told before are there. Rows beyond 'most' are left
// out.
template <class T>
struct Dumped {
  std::vector<T> rows;
  int error = 0;
};

// An error is the socket's, or of an answer that cannot be; Aborted: it changed while it was read, twice.
template <class T>
Result<Dumped<T>> dump(NetlinkConversation& kernel, NetlinkBytes request, std::size_t most,
                       const std::function<Result<std::optional<T>>(const NetlinkMessage&)>& decode) {
  constexpr int kTries = 2;
  for (int i = 0; i < kTries; ++i) {
    Dumped<T> dumped;
    const auto ending = kernel.ask(request, [&](const NetlinkMessage& message) -> Status {
      auto row = decode(message);
      if (!row) {
        return row.error();
      }
      if (*row && dumped.rows.size() < most) {
        dumped.rows.push_back(std::move(**row));
      }
      return {};
    });
    if (!ending) {
      return ending.error();
    }
    if (!ending->interrupted) {
      dumped.error = ending->error;
      return dumped;
    }
  }
  return Error{ErrorCode::Aborted, "it changed while it was read"};
}

}  // namespace karkara
