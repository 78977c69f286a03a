// Against a dish of our own: no real one was ever asked.
#include "agent/io/starlink_dish.h"

#include <gtest/gtest.h>

#include "tests/agent/io/dish_asker.h"
#include "tests/agent/io/fake_dish.h"

namespace karkara {
namespace {

class OneDish : public testing::Test {
 protected:
  OneDish() {
    dish_.status.mutable_device_state()->set_uptime_s(3600);
    dish_.status.mutable_device_info()->set_bootcount(7);
    dish_.status.set_pop_ping_latency_ms(38.5);
    dish_.status.set_disablement_code(1);
  }
  FakeDish dish_;
  DishAsker asker_{"127.0.0.1:" + std::to_string(dish_.port)};
};

TEST_F(OneDish, AHealthyOneIsRead) {
  const auto status = asker_.read();
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_EQ(status->uptime_seconds, 3600U);
  EXPECT_EQ(status->ping_latency_ms, 38.5);
  EXPECT_FALSE(status->outage);
  EXPECT_FALSE(status->power_watts);
}

TEST_F(OneDish, TheHistoryBringsThePower) {
  dish_.history.set_current(3);
  for (const float watts : {40.0F, 50.0F, 61.5F}) {
    dish_.history.add_power_in(watts);
  }
  asker_.ask.with_history = true;
  const auto status = asker_.read();
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_EQ(status->power_watts, 61.5);
}

TEST_F(OneDish, AnOutageIsRead) {
  for (const auto& [cause, name] :
       std::map<int, std::string>{{6, "OBSTRUCTED"}, {3, "THERMAL_SHUTDOWN"}, {11, "SLEEPING"}}) {
    dish_.status.mutable_outage()->set_cause(cause);
    const auto status = asker_.read();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->outage->cause, name);
  }
}

TEST_F(OneDish, UnknownFieldsAreNoTrouble) {
  dish_.status.GetReflection()->MutableUnknownFields(&dish_.status)->AddVarint(5000, 1);
  dish_.status.GetReflection()->MutableUnknownFields(&dish_.status)->AddLengthDelimited(5001, "new");
  EXPECT_TRUE(asker_.read());
}

TEST_F(OneDish, ARefusalIsAnErrorAndTheNextQuestionWorks) {
  dish_.failure = grpc::Status{grpc::StatusCode::UNAVAILABLE, "not now"};
  auto status = asker_.read();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), (Error{ErrorCode::Unavailable, "the dish: not now"}));
  dish_.failure = grpc::Status{grpc::StatusCode::PERMISSION_DENIED, "no"};
  EXPECT_EQ(asker_.read().error().code, ErrorCode::PermissionDenied);
  dish_.failure = grpc::Status::OK;
  EXPECT_TRUE(asker_.read());
}

TEST_F(OneDish, AHangEndsAtTheDeadlineAndTheLoopGoesOn) {
  EXPECT_TRUE(asker_.read());
  dish_.hang();
  asker_.ask.deadline = std::chrono::milliseconds{300};
  const auto begin = std::chrono::steady_clock::now();
  const auto status = asker_.read();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{3});
}

TEST_F(OneDish, ADishThatRebootsIsFoundAgain) {
  EXPECT_TRUE(asker_.read());
  const std::string address = "127.0.0.1:" + std::to_string(dish_.port);
  dish_.stop();
  EXPECT_FALSE(asker_.read());
  EXPECT_FALSE(asker_.read());
  dish_.start(address);
  dish_.status.mutable_device_state()->set_uptime_s(5);
  dish_.status.mutable_device_info()->set_bootcount(8);
  Result<DishStatus> status = asker_.read();
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_EQ(status->uptime_seconds, 5U);
  EXPECT_EQ(status->boot_count, 8);
}

TEST_F(OneDish, SomethingElseThatAnswersIsNoDish) {
  dish_.is_router = true;
  EXPECT_EQ(asker_.read().error().code, ErrorCode::DataLoss);
}

TEST_F(OneDish, ASecondQuestionAtOnceIsRefused) {
  asker_.answers.clear();
  asker_.dishes.read(asker_.ask);
  asker_.dishes.read(asker_.ask);
  while (asker_.answers.size() < 2) {
    ASSERT_GT(asker_.io.run_one_for(std::chrono::seconds{5}), 0U);
  }
  EXPECT_FALSE(asker_.answers[0].answer);
  EXPECT_TRUE(asker_.answers[1].answer);
}

TEST_F(OneDish, AThousandQuestionsLeaveNothingBehind) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(asker_.read());
  }
}

TEST(StarlinkDishes, MayGoWhileSomethingIsAsked) {
  FakeDish dish;
  dish.hang();
  {
    DishAsker asker{"127.0.0.1:" + std::to_string(dish.port)};
    asker.dishes.read(asker.ask);
    asker.io.run_for(std::chrono::milliseconds{100});
  }
  dish.stop();
}

TEST(StarlinkDishes, NobodyThereIsAnError) {
  DishAsker asker{"127.0.0.1:1"};
  const auto status = asker.read();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Unavailable);
}

TEST(StarlinkDishes, AnInterfaceThatIsNotThereIsSaid) {
  DishAsker asker{"127.0.0.1:9200"};
  asker.ask.interface = "none0";
  const auto status = asker.read();
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().text.find("none0"), std::string::npos);
}

}  // namespace
}  // namespace karkara
