#include "agent/mesh/channel_use.h"

#include <algorithm>

namespace karkara {

void ChannelUse::take(const MeshInterfaceSeen& seen) {
  busy_ratio_.reset();
  if (!seen.frequency || !seen.channel_active || !seen.channel_busy) {
    last_.reset();
    return;
  }
  const Counts now{*seen.frequency, *seen.channel_active, *seen.channel_busy};
  if (last_ && last_->frequency == now.frequency && now.active > last_->active && now.busy >= last_->busy) {
    const double listened = std::chrono::duration<double>(now.active - last_->active).count();
    const double busy = std::chrono::duration<double>(now.busy - last_->busy).count();
    busy_ratio_ = std::min(1.0, busy / listened);
  }
  last_ = now;
}

}  // namespace karkara
