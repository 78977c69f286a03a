#include "agent/io/mesh_view.h"

#include <utility>

#include "agent/io/mesh_look.h"

namespace karkara {

MeshView::MeshView(EventSink events) : events_{std::move(events)} {}

MeshView::~MeshView() = default;

void MeshView::run(const LookAtMesh& /*effect*/) {
  {
    const std::lock_guard lock{mutex_};
    asked_ = true;
  }
  if (!thread_.joinable()) {
    thread_ = std::jthread{[this](const std::stop_token& stop) { work(stop); }};
  }
  changed_.notify_one();
}

void MeshView::work(const std::stop_token& stop) {
  MeshLook kernel;
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      if (!changed_.wait(lock, stop, [&] { return asked_; })) {
        return;
      }
      asked_ = false;
    }
    events_(kernel.look());
  }
}

}  // namespace karkara
