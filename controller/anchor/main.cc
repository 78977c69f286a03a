// karkara-anchor: exit code 0 after SIGTERM, 1 when it cannot run here, 2 for a bad configuration or command line.
#include <sys/timex.h>

#include <boost/asio/ip/address.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

#include "common/host/config_reader.h"
#include "common/host/system_clock.h"
#include "common/overloaded.h"
#include "common/version.h"
#include "controller/anchor/anchor_options.h"
#include "controller/anchor/anchor_run.h"
#include "controller/anchor/master_key_file.h"
#include "karkara/v1/controller_config.pb.h"

namespace karkara {
namespace {

using boost::asio::ip::udp;

int complain(const std::string& why) {
  std::fprintf(stderr, "karkara-anchor: %s\n", why.c_str());
  return 1;
}

// Nothing when the file is wrong; what is wrong is on standard error then.
std::optional<v1::AnchorConfig> load(const std::string& file) {
  v1::AnchorConfig config;
  const ConfigReading reading = read_config_file(file, config);
  if (!reading.ok()) {
    std::fputs(reading.text().c_str(), stderr);
    return std::nullopt;
  }
  return config;
}

// "ADDRESS:PORT" with a numeric address, IPv6 in brackets. An anchor's address stands in bundles: names would not do.
std::optional<udp::endpoint> numeric_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  const unsigned long port = colon == text.npos ? 0 : std::strtoul(text.c_str() + colon + 1, nullptr, 10);
  if (error || port == 0 || port > 65535) {
    return std::nullopt;
  }
  return udp::endpoint{address, static_cast<unsigned short>(port)};
}

// What the kernel thinks of the clock that this anchor gives away. It is only read here.
bool kernel_trusts_clock() {
  timex state{};
  return adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
}

int check(const std::string& file) {
  const auto config = load(file);
  if (!config) {
    return 2;
  }
  if (!numeric_endpoint(config->listen())) {
    std::fprintf(stderr, "%s: listen: a numeric ADDRESS:PORT is needed, not '%s'\n", file.c_str(),
                 config->listen().c_str());
    return 2;
  }
  if (config->has_content_listen() && !numeric_endpoint(config->content_listen())) {
    std::fprintf(stderr, "%s: content_listen: a numeric ADDRESS:PORT is needed, not '%s'\n", file.c_str(),
                 config->content_listen().c_str());
    return 2;
  }
  std::printf("%s: good\n", file.c_str());
  return 0;
}

int make_key(const std::string& file) {
  const Status made = make_master_key_file(file);
  return made ? 0 : complain(made.error().text);
}

int run(const std::string& file) {
  const auto config = load(file);
  const auto endpoint = config ? numeric_endpoint(config->listen()) : std::nullopt;
  const auto content = config ? numeric_endpoint(config->content_listen()) : std::nullopt;
  if (!endpoint || (config->has_content_listen() && !content)) {
    return config ? check(file) : 2;
  }
  const auto keys = read_master_key_file(config->master_key_file());
  if (!keys) {
    return complain(keys.error().text);
  }
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the log may go away
  const SystemClock clock;
  Log log{stderr, clock, std::getenv("JOURNAL_STREAM") != nullptr};
  AnchorRun anchor{
      {.keys = *keys, .echoes_per_second = config->echoes_per_second(), .give_time = config->give_time()}, clock, log};
  if (const Status listening = anchor.listen(*endpoint); !listening) {
    return complain(listening.error().text);
  }
  if (content) {
    const Status serving = anchor.listen_for_content({content->address(), content->port()});
    if (!serving) {
      return complain(serving.error().text);
    }
  }
  log.write({MessageId::AnchorStarted,
             {{"version", std::string{version_text()}},
              {"listen", config->listen()},
              {"content_listen", config->content_listen()}}});
  if (config->give_time() && !kernel_trusts_clock()) {
    log.write({MessageId::AnchorClockUnsure, {}});
  }
  anchor.until_stopped();
  return 0;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  using namespace karkara;
  try {
    return std::visit(Overloaded{[](const RunAnchor& command) { return run(command.config); },
                                 [](const CheckAnchorConfig& command) { return check(command.file); },
                                 [](const MakeMasterKey& command) { return make_key(command.file); },
                                 [](const PrintAndExit& command) {
                                   std::fputs(command.text.c_str(), command.exit_code == 0 ? stdout : stderr);
                                   return command.exit_code;
                                 }},
                      parse_anchor_options(argc, argv));
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
