#include "agent/io/modem_power.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace karkara {
namespace {

// The shell, because its second writes must come also when nobody is left who waits for them, and when whoever ends the
// agent's service ends this as well. Arguments: the word that cuts, the word that gives back, seconds, files.
constexpr const char* kPowerScript =
    R"(cut=$1 back=$2 time=$3; shift 3
       give_back() { for file; do echo "$back" >"$file" || failed=1; done; }
       trap 'kill $! 2>/dev/null; give_back "$@"; exit 1' TERM INT HUP
       for file; do echo "$cut" >"$file" || failed=1; done
       [ "$failed" ] || { sleep "$time" & wait $!; }
       give_back "$@"
       [ ! "$failed" ])";
// Arguments: the word that gives back, files.
constexpr const char* kGiveBackScript = R"(back=$1; shift; for file; do echo "$back" >"$file"; done)";

// Files of the kernel that hold one word.
bool holds(const std::string& file, char word) {
  std::array<char, 2> start{};
  const int fd = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const bool read = fd >= 0 && ::read(fd, start.data(), start.size()) > 0;
  if (fd >= 0) {
    ::close(fd);
  }
  return read && start[0] == word;
}

bool is_usb_port(std::string_view port) {  // "1-1.2"
  return !port.empty() && port.size() <= 32 && port.front() >= '0' && port.front() <= '9' &&
         port.find_first_not_of("0123456789.-") == std::string_view::npos && port.find("..") == std::string_view::npos;
}

// "1-1.2" is port 2 of the hub "1-1"; "1-1" is port 1 of the root hub "usb1", whose interface is "1-0:1.0".
std::string port_of_hub(const std::string& devices, const std::string& port) {
  const auto dot = port.rfind('.');
  const auto cut = dot != std::string::npos ? dot : port.find('-');
  if (cut == std::string::npos) {
    return {};
  }
  const std::string above = port.substr(0, cut);
  const std::string interface = dot != std::string::npos ? above + ":1.0" : above + "-0:1.0";
  const std::string hub = dot != std::string::npos ? above : "usb" + above;
  return devices + "/" + interface + "/" + hub + "-port" + port.substr(cut + 1);
}

// A socket for USB 3 is two ports, and its power is off when both are: the kernel links them. Empty: not switched by
// the kernel (before 6.0), or no such port.
std::vector<std::string> switches_of(const std::string& devices, const std::string& port) {
  const std::string folder = port_of_hub(devices, port);
  std::vector<std::string> files;
  for (const std::string& file : {folder + "/disable", folder + "/peer/disable"}) {
    if (!folder.empty() && ::access(file.c_str(), W_OK) == 0) {
      files.push_back(file);
    }
  }
  return files;
}

}  // namespace

ModemPowerAdapter::ModemPowerAdapter(boost::asio::io_context& io, Done done, ModemPowerOptions options)
    : io_{io}, done_{std::move(done)}, options_{std::move(options)}, runner_{io} {}

ModemPowerAdapter::~ModemPowerAdapter() = default;

void ModemPowerAdapter::run(const PowerCycleModem& cycle) {
  const auto off_for = std::chrono::ceil<std::chrono::seconds>(cycle.off_for);
  if (!cycle.command.empty()) {
    start(cycle.id, cycle.command, options_.patience + off_for, cycle.command.front(), {});
  } else if (!is_usb_port(cycle.usb_port)) {
    answer(cycle.id, Error{ErrorCode::InvalidArgument, "'" + cycle.usb_port + "' is no USB port (such as 1-1.2)"});
  } else {
    cycle_port(cycle, off_for);
  }
}

void ModemPowerAdapter::give_back(const std::string& usb_port) {
  if (!is_usb_port(usb_port)) {
    return;
  }
  std::vector<std::string> files = switches_of(options_.usb_devices, usb_port);
  const std::string_view back = files.empty() ? "1" : "0";
  if (files.empty()) {
    files.push_back(options_.usb_devices + "/" + usb_port + "/authorized");
  }
  std::erase_if(files, [&](const std::string& file) {
    return ::access(file.c_str(), W_OK) != 0 || holds(file, back[0]);  // has its power: the modem stays as it is
  });
  if (files.empty()) {
    return;
  }
  std::vector<std::string> argv{"/bin/sh", "-c", kGiveBackScript, "sh", std::string{back}};
  argv.insert(argv.end(), files.begin(), files.end());
  runner_.run({std::move(argv), options_.patience, false}, [](const Status&) {});
}

void ModemPowerAdapter::cycle_port(const PowerCycleModem& cycle, std::chrono::seconds off_for) {
  std::vector<std::string> argv{"/bin/sh", "-c", kPowerScript, "sh"};
  const std::vector<std::string> ports = switches_of(options_.usb_devices, cycle.usb_port);
  const std::string authorized = options_.usb_devices + "/" + cycle.usb_port + "/authorized";
  if (!ports.empty()) {
    argv.insert(argv.end(), {"1", "0", std::to_string(off_for.count())});
    argv.insert(argv.end(), ports.begin(), ports.end());
    start(cycle.id, std::move(argv), options_.patience + off_for, "USB port " + cycle.usb_port + " of its hub",
          cycle.usb_port);
  } else if (::access(authorized.c_str(), W_OK) == 0) {
    argv.insert(argv.end(), {"0", "1", std::to_string(off_for.count()), authorized});
    start(cycle.id, std::move(argv), options_.patience + off_for, "USB authorisation of " + cycle.usb_port,
          cycle.usb_port);
  } else {
    answer(cycle.id, Error{ErrorCode::NotFound, authorized + ": " + std::generic_category().message(errno)});
  }
}

// Not told what it prints: a program that outlives the agent must not stop at a pipe that nobody reads.
void ModemPowerAdapter::start(std::uint64_t id, std::vector<std::string> argv, std::chrono::seconds patience,
                              std::string by, std::string usb_port) {
  runner_.run({std::move(argv), patience, false},
              [this, id, by = std::move(by), port = std::move(usb_port)](const Status& status) {
                if (!status.ok()) {
                  give_back(port);  // who killed it may have done so between its writes
                }
                done_({id, status, status.ok() ? by : std::string{}});
              });
}

void ModemPowerAdapter::answer(std::uint64_t id, Status status) {
  boost::asio::post(io_, [this, id, status = std::move(status), alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      done_({id, status, {}});
    }
  });
}

}  // namespace karkara
