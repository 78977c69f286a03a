// The question leaves by the uplink's interface and by no other, whatever the routes say.
#include <gtest/gtest.h>

#include "tests/agent/io/dish_asker.h"
#include "tests/agent/io/fake_dish.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {
namespace {

TEST(StarlinkDishNetns, IsBoundToTheUplinksInterface) {
  if (!NetSandbox::possible()) {
    GTEST_SKIP() << "needs root and network namespaces";
  }
  NetSandbox router;
  NetSandbox sky;
  router.run("ip link add dish0 type veth peer name eth0 netns " + sky.path() +
             " && ip addr add 192.168.100.2/24 dev dish0 && ip link set dish0 up"
             " && ip link add other0 type veth peer name other1 && ip link set other1 up && ip addr add 10.9.0.1/24 "
             "dev other0 && ip link set other0 up");
  sky.run("ip addr add 192.168.100.1/24 dev eth0 && ip link set eth0 up");
  std::unique_ptr<FakeDish> dish;
  {
    const NetSandbox::Inside inside{sky};
    dish = std::make_unique<FakeDish>("192.168.100.1:9200");
  }
  const NetSandbox::Inside inside{router};
  DishAsker asker{"192.168.100.1:9200"};
  asker.ask.interface = "dish0";
  asker.ask.mark = 0x20000;
  const auto status = asker.read();
  EXPECT_TRUE(status) << status.error().text;
  asker.ask.interface = "other0";
  asker.ask.deadline = std::chrono::seconds{1};
  EXPECT_FALSE(asker.read());
}

}  // namespace
}  // namespace karkara
