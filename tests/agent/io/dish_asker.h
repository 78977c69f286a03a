// Asks through StarlinkDishes and runs the loop until the answer is there.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "agent/io/starlink_dish.h"

namespace karkara {

class DishAsker {
 public:
  explicit DishAsker(const std::string& endpoint)
      : dishes{io, [this](DishSeen seen) { answers.push_back(std::move(seen)); }} {
    ask.uplink = UplinkId::parse("starlink").value();
    ask.endpoint = IpEndpoint::parse(endpoint).value();
    ask.deadline = std::chrono::seconds{5};
  }

  Result<DishStatus> read() {
    answers.clear();
    dishes.read(ask);
    EXPECT_TRUE(answers.empty());  // never from within
    const auto give_up = std::chrono::steady_clock::now() + ask.deadline + std::chrono::seconds{5};
    while (answers.empty() && std::chrono::steady_clock::now() < give_up) {
      io.run_one_until(give_up);
    }
    if (answers.size() != 1) {
      ADD_FAILURE() << "answered " << answers.size() << " times";
      return Error{ErrorCode::Internal, "not answered once"};
    }
    return answers[0].answer;
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::vector<DishSeen> answers;
  ReadDish ask;
  StarlinkDishes dishes;
};

}  // namespace karkara
