// What all calls to the controller share: how a channel is made, what a status means, and the count of what gRPC still
// holds. Includes gRPC: only agent/io/controller_calls.cc may include this.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/io/controller_calls.h"
#include "common/result.h"

namespace karkara {

// A connection of its own, TLS, dialled when the first call is made. The endpoint's host is the name that the server's
// certificate must carry.
[[nodiscard]] std::shared_ptr<grpc::Channel> make_channel(const std::string& endpoint, const TlsIdentity& identity);
// A channel that never connects to anything.
[[nodiscard]] std::shared_ptr<grpc::Channel> make_idle_channel();

[[nodiscard]] Error error_of(const grpc::Status& status);

// Counts the calls that gRPC still holds, and remembers how to give them up at the end.
class CallsInFlight {
 public:
  // `give_up` runs in give_up_all(), on the caller's thread; it must bear a call that is over.
  void add(std::function<void()> give_up);
  // By gRPC's thread, as the last thing that it does with a call.
  void let_go();
  // Gives up everything and waits until gRPC let go of it.
  void give_up_all();

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
  std::vector<std::function<void()>> give_up_;
};

}  // namespace karkara
