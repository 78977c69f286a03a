// Our Modbus master with somebody to ask: for tests with slaves of pymodbus, and with lines that the test itself plays.
// Waits end with the answer that is waited for, or fail after a bound.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "agent/io/modbus_line.h"
#include "tests/agent/io/daemon_process.h"
#include "tests/support/modbus_bytes.h"
#include "tests/support/pty.h"

namespace karkara {

inline constexpr ModbusRetry kQuickRetry{std::chrono::milliseconds{20}, std::chrono::milliseconds{40},
                                         std::chrono::seconds{2}};

class ModbusBench : public testing::Test {
 protected:
  static ModbusBus serial(const std::filesystem::path& path) {
    return ModbusSerialBus{path.string(), 115'200, SerialParity::None, 1};
  }
  static ModbusBus tcp(std::uint16_t port) {
    return ModbusTcpBus{IpEndpoint::parse("127.0.0.1:" + std::to_string(port)).value()};
  }
  ModbusAsk question(const ModbusBus& bus, std::uint8_t unit, std::string_view pdu, const char* device = "charger") {
    ModbusAsk ask;
    ask.device = DeviceId::parse(device).value();
    ask.request = ++requests_;
    ask.bus = bus;
    ask.unit = unit;
    ask.pdu = from_hex(pdu);
    return ask;
  }
  // Runs until `done` holds.
  template <class Done>
  bool run_until(Done done, Duration most = std::chrono::seconds{20}) {
    const auto end = std::chrono::steady_clock::now() + most;
    bool is_done = done();
    while (!is_done && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds{10});
      is_done = done();
    }
    return is_done;
  }
  void run_for(Duration time) {
    (void)run_until([] { return false; }, time);
  }
  std::optional<ModbusAnswered> next() {
    if (!run_until([this] { return !answers_.empty(); })) {
      return std::nullopt;
    }
    ModbusAnswered answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  Result<ModbusBytes> result_of(const ModbusAsk& ask) {
    buses_->ask(ask);
    const auto answered = next();
    if (!answered || answered->request != ask.request || answered->device != ask.device) {
      ADD_FAILURE() << "not answered once";
      return Error{ErrorCode::Internal, "not answered once"};
    }
    return answered->answer;
  }
  static ErrorCode code_of(const Result<ModbusBytes>& result) {
    return result.ok() ? ErrorCode{} : result.error().code;
  }
  void make_buses(ModbusRetry retry = kQuickRetry) {
    buses_ = std::make_unique<ModbusBuses>(
        io_, [this](Event event) { answers_.push_back(std::get<ModbusAnswered>(std::move(event))); }, retry);
  }
  void SetUp() override { make_buses(); }

  boost::asio::io_context io_;
  std::deque<ModbusAnswered> answers_;
  std::unique_ptr<ModbusBuses> buses_;
  TestFolder folder_;

 private:
  std::uint64_t requests_ = 0;
};

// The same with a slave that is not ours.
class PymodbusBench : public ModbusBench {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/lib/python3/dist-packages/pymodbus/__init__.py")) {
      GTEST_SKIP() << "python3-pymodbus is not installed";
    }
    ModbusBench::SetUp();
  }
  // On `line`, which appears with it.
  [[nodiscard]] bool plug_in(const std::string& map, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--link", line().string()});
    return start(map, std::move(options)) != 0;
  }
  void pull_out() {
    slave_.end();
    std::filesystem::remove(line());
  }
  // The TCP port, or 0.
  [[nodiscard]] std::uint16_t serve(const std::string& map, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--port", "0"});
    return start(map, std::move(options));
  }
  [[nodiscard]] std::filesystem::path line() const { return folder_.path() / "line"; }

 private:
  // 1 for a line.
  std::uint16_t start(const std::string& map, std::vector<std::string> options) {
    const std::filesystem::path ready = folder_.path() / "ready";
    std::filesystem::remove(ready);
    folder_.write("map.json", map);
    std::vector<std::string> arguments{"/usr/bin/python3", KARKARA_SOURCE_DIR "/tests/fakes/modbus_slave.py",
                                       (folder_.path() / "map.json").string(), "--ready", ready.string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    slave_.start(arguments);
    if (!run_until([&] { return std::filesystem::exists(ready); }, std::chrono::seconds{60})) {
      ADD_FAILURE() << "the slave did not start, see " << slave_.log();
      return 0;
    }
    unsigned port = 0;
    std::ifstream{ready} >> port;
    return static_cast<std::uint16_t>(port == 0 ? 1 : port);
  }

  DaemonProcess slave_{folder_.path()};
};

}  // namespace karkara
