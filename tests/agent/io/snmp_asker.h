// Asks through SnmpSessions and runs the loop until the answer is there; for tests against real daemons.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "agent/devices/object_id.h"
#include "agent/io/snmp_session.h"

namespace karkara {

class SnmpAsker {
 public:
  SnmpAsker()
      : sessions{io, [this](SnmpAnswered answered) { answers.push_back(std::move(answered)); },
                 [this](SnmpSetDone set) { done.push_back(std::move(set)); }} {}

  SnmpGet question(std::vector<ObjectId> oids) {
    SnmpGet get;
    get.device = DeviceId::parse("modem").value();
    get.request = ++request_;
    get.target = target;
    get.oids = std::move(oids);
    get.deadline = deadline;
    return get;
  }
  Result<VarBinds> ask(std::vector<ObjectId> oids, bool next = false) {
    SnmpGet get = question(std::move(oids));
    get.next = next;
    return run(get);
  }
  Result<VarBinds> run(const SnmpGet& get) {
    answers.clear();
    sessions.get(get);
    EXPECT_TRUE(answers.empty());  // never from within
    const auto give_up = std::chrono::steady_clock::now() + get.deadline + std::chrono::seconds{5};
    while (answers.empty() && std::chrono::steady_clock::now() < give_up) {
      io.restart();
      io.run_one_until(give_up);
    }
    if (answers.size() != 1 || answers[0].request != get.request) {
      ADD_FAILURE() << "not answered once";
      return Error{ErrorCode::Internal, "not answered once"};
    }
    return answers[0].answer;
  }
  SnmpSet order(const ObjectId& oid, SnmpValue value) {
    return {DeviceId::parse("modem").value(), ++request_, target, oid, std::move(value), deadline};
  }
  Status set(const ObjectId& oid, SnmpValue value) {
    done.clear();
    const SnmpSet wanted = order(oid, std::move(value));
    sessions.set(wanted);
    EXPECT_TRUE(done.empty());  // never from within
    const auto give_up = std::chrono::steady_clock::now() + wanted.deadline + std::chrono::seconds{5};
    while (done.empty() && std::chrono::steady_clock::now() < give_up) {
      io.restart();
      io.run_one_until(give_up);
    }
    if (done.size() != 1 || done[0].request != wanted.request) {
      return Error{ErrorCode::Internal, "not answered once"};
    }
    return done[0].status;
  }
  // A daemon may need a moment to listen; any error but silence ends the wait too.
  bool wait_until_answered(std::vector<ObjectId> oids, std::chrono::seconds most = std::chrono::seconds{30}) {
    const auto give_up = std::chrono::steady_clock::now() + most;
    while (std::chrono::steady_clock::now() < give_up) {
      SnmpGet get = question(oids);
      get.deadline = std::chrono::milliseconds{300};
      if (run(get)) {
        return true;
      }
    }
    return false;
  }

  boost::asio::io_context io;
  SnmpTarget target;
  Duration deadline = std::chrono::seconds{3};
  std::vector<SnmpAnswered> answers;
  std::vector<SnmpSetDone> done;
  SnmpSessions sessions;

 private:
  std::uint64_t request_ = 0;
};

inline ObjectId oid_of(std::string_view text) {
  return parse_object_id(text).value();
}

}  // namespace karkara
