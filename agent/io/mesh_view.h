// Looks at the mesh on a thread of its own, so that a driver that waits for a stuck radio does not hold up the loop.
// Refuses looks in parallel: one that is asked for meanwhile comes next. Called by the effect runner.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/facts/mesh.h"
#include "agent/io/event_sink.h"

namespace karkara {

class MeshView {
 public:
  explicit MeshView(EventSink events);
  ~MeshView();  // waits for a look that is under way
  MeshView(const MeshView&) = delete;
  MeshView& operator=(const MeshView&) = delete;

  void run(const LookAtMesh& effect);  // -> MeshSeen

 private:
  void work(const std::stop_token& stop);

  EventSink events_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool asked_ = false;
  std::jthread thread_;  // last: it uses the others; begins with the first look
};

}  // namespace karkara
