// gRPC lets go of connections on threads of its own, later than the object that made them. A program that ends
// meanwhile cleans OpenSSL up under such a thread's feet, and is told of a leak that there is none of. Linked into
// every test program in which gRPC runs: waits until gRPC has ended and its last thread is gone.
#include <grpc/grpc.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

namespace karkara {
namespace {

using namespace std::chrono_literals;

// gRPC tells of no thread's end, and one that has done its work still has to run its thread-local destructors.
bool alone() {
  std::error_code failed;
  const std::filesystem::directory_iterator tasks{"/proc/self/task", failed};
  return failed || std::distance(begin(tasks), end(tasks)) <= 1;
}

class GrpcEndsFirst : public testing::Environment {
 public:
  void TearDown() override {
    grpc_init();
    grpc_shutdown_blocking();
    for (const auto limit = std::chrono::steady_clock::now() + 5s;
         (grpc_is_initialized() != 0 || !alone()) && std::chrono::steady_clock::now() < limit;) {
      std::this_thread::sleep_for(1ms);
    }
  }
};

const testing::Environment* const kRegistered = testing::AddGlobalTestEnvironment(new GrpcEndsFirst);

}  // namespace
}  // namespace karkara
