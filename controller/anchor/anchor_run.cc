#include "controller/anchor/anchor_run.h"

#include <csignal>
#include <string>
#include <utility>

namespace karkara {

AnchorRun::AnchorRun(EchoResponderSettings settings, const Clock& clock, Log& log)
    : clock_{clock},
      log_{log},
      responder_{settings},
      page_{settings.keys},
      server_{io_,
              [this](std::span<const std::byte> datagram) {
                return responder_.on_datagram(datagram, clock_.now(), clock_.wall());
              }},
      content_{io_, [this](std::string_view head) { return page_.answer(head); }},
      signals_{io_, SIGTERM, SIGINT, SIGUSR1},
      hourly_{io_} {}

Status AnchorRun::listen(const boost::asio::ip::udp::endpoint& endpoint) {
  return server_.listen(endpoint);
}

Status AnchorRun::listen_for_content(const boost::asio::ip::tcp::endpoint& endpoint) {
  return content_.listen(endpoint);
}

void AnchorRun::until_stopped() {
  wait_for_signal();
  wait_an_hour();
  io_.run();
  log_counts();
}

void AnchorRun::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) {
      return;
    }
    if (signal == SIGUSR1) {
      log_counts();
      wait_for_signal();
      return;
    }
    log_.write({MessageId::AnchorStopping, {{"signal", signal == SIGTERM ? "TERM" : "INT"}}});
    io_.stop();
  });
}

void AnchorRun::wait_an_hour() {
  hourly_.expires_after(std::chrono::hours{1});
  hourly_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      if (responder_.counts() != logged_ || page_.counts() != logged_content_) {
        log_counts();
      }
      wait_an_hour();
    }
  });
}

void AnchorRun::log_counts() {
  logged_ = responder_.counts();
  logged_content_ = page_.counts();
  log_.write({MessageId::AnchorCounts,
              {{"answered", std::to_string(logged_.answered)},
               {"unsent", std::to_string(server_.unsent())},
               {"limited", std::to_string(logged_.limited)},
               {"unauthentic", std::to_string(logged_.unauthentic)},
               {"malformed", std::to_string(logged_.malformed)},
               {"content", std::to_string(logged_content_.signed_answers)},
               {"content_refused", std::to_string(logged_content_.refused)},
               {"content_turned_away", std::to_string(content_.turned_away())}}});
}

}  // namespace karkara
