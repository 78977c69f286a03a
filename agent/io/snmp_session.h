// Asks SNMP devices on the loop, one question at a time for each device, and answers every SnmpGet and SnmpSet once:
// with all its objects, or with an error within its deadline. Repeats lost packets, asks again without what an SNMPv1
// device does not know, asks for less when an answer is too big, and finds an SNMPv3 device again after it was reset.
// Refuses to know what the objects mean. Made in main.cc; called by the effect runner.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>

#include "agent/facts/terminal.h"
#include "common/ids.h"

namespace karkara {

class SnmpSessions {
 public:
  using Answered = std::function<void(SnmpAnswered)>;

  using SetDone = std::function<void(SnmpSetDone)>;

  // Both are called from the loop, never from within get() or set(). io must outlive the sessions.
  SnmpSessions(
      boost::asio::io_context& io, Answered answered, SetDone set_done = [](const SnmpSetDone&) {});
  ~SnmpSessions();  // no answer comes after it
  SnmpSessions(const SnmpSessions&) = delete;
  SnmpSessions& operator=(const SnmpSessions&) = delete;

  // Another target for a device begins a new session.
  void get(const SnmpGet& get);
  // In turn with the questions when both have the same target.
  void set(const SnmpSet& set);
  void forget(const DeviceId& device);

 private:
  class Session;
  using ByDevice = std::map<DeviceId, std::shared_ptr<Session>>;
  Session& session(ByDevice& all, const DeviceId& device, const SnmpTarget& target);

  boost::asio::io_context& io_;
  Answered answered_;
  SetDone set_done_;
  ByDevice sessions_;
  ByDevice setting_;  // of devices that are set by another community or user than they are read by
};

}  // namespace karkara
