// gRPC lets go of connections on threads of its own, later than the object that made them: a test program that ends
// meanwhile would be told of a leak that there is none of. Linked into such programs; waits until all is let go.
#include <grpc/grpc.h>
#include <gtest/gtest.h>

namespace karkara {
namespace {

class GrpcEndsFirst : public testing::Environment {
 public:
  void SetUp() override { grpc_init(); }
  void TearDown() override { grpc_shutdown_blocking(); }
};

const testing::Environment* const kRegistered = testing::AddGlobalTestEnvironment(new GrpcEndsFirst);

}  // namespace
}  // namespace karkara
