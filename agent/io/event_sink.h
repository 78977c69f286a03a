// Where adapters put what happened. May be called from any thread; never blocks. The mailbox of agent/runtime is
// behind.
#pragma once

#include <functional>

#include "agent/facts/events.h"

namespace karkara {

using EventSink = std::function<void(Event)>;

}  // namespace karkara
