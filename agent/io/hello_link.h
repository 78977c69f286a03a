// Hellos on the mesh: opens the socket when interface and certificate are there, runs the sessions by the clock, and
// hands on what is proved. Refuses to decide what is said and how often: agent/mesh/neighbour_feature does. Called by
// the effect runner, on the loop's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/io/event_sink.h"
#include "agent/io/hello_keys.h"
#include "agent/io/hello_sessions.h"
#include "agent/io/hello_socket.h"
#include "common/host/file_system.h"

namespace karkara {

class HelloLink {
 public:
  // All must outlive it. state_dir: where the identity is.
  HelloLink(boost::asio::io_context& io, EventSink events, const Clock& clock, FileSystem& files,
            const std::string& state_dir);

  void run(const WantHellos& effect);  // -> HelloState, NeighbourMet, NeighbourLost, HelloHeard, HelloRefused
  void run(const SayHello& effect);

 private:
  void work();  // what is due
  void arm();
  void open();
  void close(const std::string& why);
  void watch_identity();
  void learn_identity();
  void judge();
  void hand_on(HelloOutput output);
  void tell_refused();
  void tell(const std::string& trouble);

  EventSink events_;
  boost::asio::io_context& io_;
  const Clock& clock_;
  IdentityFiles identity_;
  boost::asio::steady_timer timer_;
  WantHellos wanted_;
  SiteId site_;
  std::string certificate_;
  std::unique_ptr<HelloKeys> keys_;
  std::optional<HelloSessions> sessions_;
  std::shared_ptr<HelloSocket> socket_;
  Instant look_at_{};         // for the interface
  Instant read_at_{};         // the identity; max: when its certificate changes
  std::string seen_of_disk_;  // the certificate, at the last look
  std::map<HelloFault, HelloRefused> refused_;
  Instant tell_refused_at_ = Instant::max();
  std::optional<std::string> told_;
};

}  // namespace karkara
