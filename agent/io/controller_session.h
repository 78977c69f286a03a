// The session with the controller: carries out what SessionMachine decides, writes what SessionQueue holds, and turns
// what arrives into events. All of it lives on the loop's thread. Refuses to know enrolment and files; it is given an
// identity. Called by agent/io/controller_link with the effects of the cores.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "agent/facts/effects.h"
#include "agent/io/controller_calls.h"
#include "agent/io/event_sink.h"
#include "agent/io/request_ledger.h"
#include "agent/io/session_machine.h"
#include "agent/io/session_queue.h"
#include "common/time.h"

namespace karkara {

struct SessionSettings {
  std::string site_name;
  std::string agent_version;
  std::string boot_id;
  SessionPolicy policy;
};

class ControllerSession {
 public:
  ControllerSession(boost::asio::io_context& io, ControllerCalls& calls, EventSink sink, const Clock& clock,
                    SessionSettings settings, Uniform uniform);
  ControllerSession(const ControllerSession&) = delete;
  ControllerSession& operator=(const ControllerSession&) = delete;

  // Whom to dial and as whom; the next dial uses it. Nothing is dialled before it.
  void use(std::string endpoint, TlsIdentity identity);
  void allow(bool allowed);
  void hurry(const std::string& why);
  void describe(DescribeSelf self);
  void send(SendBlock block);  // forgotten while no session is open: its owner sends it again in the next
  void send(SendAlarm alarm);  // the same
  void send(SendState state);  // forgotten while no session is open: Hello tells it
  void answer(const AnswerRequest& answer);
  void stop();  // for good
  [[nodiscard]] bool is_open() const { return machine_.is_open(); }

 private:
  void run(SessionSteps steps);
  void arm_timer();
  void dial();
  void end_stream();
  void write_next();
  void consider_obstacle();
  [[nodiscard]] v1::AgentFrame hello() const;
  void on_frame(const v1::ControllerFrame& frame);
  void on_welcome(const v1::Welcome& welcome);
  void on_ack(const v1::Ack& ack);
  void on_data(const v1::Data& data);
  void on_request(const v1::SiteRequest& request);
  void reply(const v1::SiteReply& reply);

  ControllerCalls& calls_;
  EventSink sink_;
  const Clock& clock_;
  SessionSettings settings_;
  SessionMachine machine_;
  SessionQueue queue_;
  RequestLedger ledger_;
  boost::asio::steady_timer timer_;
  std::string endpoint_;
  TlsIdentity identity_;
  std::optional<DescribeSelf> self_;
  std::unique_ptr<SiteLinkStream> stream_;
  std::uint64_t session_ = 0;  // counts dials
  std::uint64_t epoch_ = 0;    // the highest that was ever heard
  bool allowed_ = false;
  bool writing_ = false;
  bool hello_is_old_ = false;  // described anew after Hello was sent
};

}  // namespace karkara
