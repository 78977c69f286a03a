// karkara-controller: exit code 0 after SIGTERM, 1 when it cannot run here, 2 for a bad configuration or command line.
#include <sys/stat.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "common/host/config_reader.h"
#include "common/host/config_writer.h"
#include "common/host/system_clock.h"
#include "common/overloaded.h"
#include "common/version.h"
#include "controller/controller.h"
#include "controller/initialise.h"
#include "controller/options.h"
#include "controller/service/listeners.h"

namespace karkara {
namespace {

int complain(const Error& why) {
  std::fprintf(stderr, "karkara-controller: %s\n", why.text.c_str());
  return 1;
}

// Calls `work` with the settings of a file that is right; otherwise says what is wrong with it.
template <class Work>
int with_settings(const std::string& file, Work work) {
  v1::ControllerConfig config;
  const ConfigReading reading = read_config_file(file, config);
  if (!reading.ok()) {
    std::fputs(reading.text().c_str(), stderr);
    return 2;
  }
  const auto settings = bind_settings(config);
  if (!settings) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), settings.error().text.c_str());
    return 2;
  }
  return work(*settings);
}

int check(const std::string& file) {
  return with_settings(file, [&](const ControllerSettings&) {
    std::printf("%s: good\n", file.c_str());
    return 0;
  });
}

int init(const ControllerSettings& settings) {
  const auto lines = initialise(settings, SystemClock{}.wall());
  if (!lines) {
    return complain(lines.error());
  }
  for (const std::string& line : *lines) {
    std::printf("%s\n", line.c_str());
  }
  return 0;
}

int print_operator(const ControllerSettings& settings, const OperatorIdentity& who) {
  const auto context = make_operator_context(settings, who, SystemClock{}.wall());
  if (!context) {
    return complain(context.error());
  }
  std::fputs(write_config(*context).c_str(), stdout);
  return 0;
}

int run(const ControllerSettings& settings) {
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the log may go away
  quieten_grpc();
  const SystemClock clock;
  Log log{stderr, clock, std::getenv("JOURNAL_STREAM") != nullptr};
  boost::asio::io_context io{1};
  boost::asio::signal_set stop{io, SIGTERM, SIGINT};
  stop.async_wait([&](const boost::system::error_code&, int) { io.stop(); });
  const auto controller = Controller::start(settings, io, clock, log);
  if (!controller) {
    return complain(controller.error());
  }
  log.write({MessageId::ControllerStarted,
             {{"version", std::string{version_text()}},
              {"listen", settings.listen.text()},
              {"enrolment", settings.enrolment_listen.text()},
              {"http", settings.http_listen.text()}}});
  io.run();
  log.write({MessageId::ControllerStopping, {}});
  return 0;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  using namespace karkara;
  ::umask(077);  // keys, the database, contexts
  const auto command = Overloaded{
      [](const RunController& one) { return with_settings(one.config, run); },
      [](const CheckControllerConfig& one) { return check(one.config); },
      [](const InitialiseController& one) { return with_settings(one.config, init); },
      [](const PrintOperator& one) {
        return with_settings(one.config, [&](const ControllerSettings& s) { return print_operator(s, one.who); });
      },
      [](const PrintText& one) {
        std::fputs(one.text.c_str(), one.exit_code == 0 ? stdout : stderr);
        return one.exit_code;
      },
  };
  try {
    return std::visit(command, parse_controller_options(argc, argv));
  } catch (const std::exception& error) {
    return complain({ErrorCode::Internal, error.what()});
  }
}
