#include "agent/io/modem_power.h"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace karkara {
namespace {

// The shell, because its two writes must come also when nobody is left who waits for them.
constexpr const char* kPowerScript = R"(echo 0 >"$1" && sleep "$2"; echo 1 >"$1")";

bool is_usb_port(std::string_view port) {  // "1-1.2"
  return !port.empty() && port.size() <= 32 && port.front() >= '0' && port.front() <= '9' &&
         port.find_first_not_of("0123456789.-") == std::string_view::npos && port.find("..") == std::string_view::npos;
}

}  // namespace

ModemPowerAdapter::ModemPowerAdapter(boost::asio::io_context& io, Done done, ModemPowerOptions options)
    : io_{io}, done_{std::move(done)}, options_{std::move(options)}, runner_{io} {}

ModemPowerAdapter::~ModemPowerAdapter() = default;

void ModemPowerAdapter::run(const PowerCycleModem& cycle) {
  const auto off_for = std::chrono::ceil<std::chrono::seconds>(cycle.off_for);
  if (!cycle.command.empty()) {
    start(cycle.id, cycle.command, options_.patience + off_for);
    return;
  }
  const std::string file = options_.usb_devices + "/" + cycle.usb_port + "/authorized";
  if (!is_usb_port(cycle.usb_port)) {
    answer(cycle.id, Error{ErrorCode::InvalidArgument, "'" + cycle.usb_port + "' is no USB port (such as 1-1.2)"});
  } else if (::access(file.c_str(), W_OK) != 0) {
    answer(cycle.id, Error{ErrorCode::NotFound, file + ": " + std::generic_category().message(errno)});
  } else {
    start(cycle.id, {"/bin/sh", "-c", kPowerScript, "sh", file, std::to_string(off_for.count())},
          options_.patience + off_for);
  }
}

// Not told what it prints: a program that outlives the agent must not stop at a pipe that nobody reads.
void ModemPowerAdapter::start(std::uint64_t id, const std::vector<std::string>& argv, std::chrono::seconds patience) {
  runner_.run({argv, patience, false}, [this, id](const Status& status) { done_({id, status, {}}); });
}

void ModemPowerAdapter::answer(std::uint64_t id, Status status) {
  boost::asio::post(io_, [this, id, status = std::move(status), alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      done_({id, status, {}});
    }
  });
}

}  // namespace karkara
