#include "agent/io/router_facts.h"

#include <sys/sysinfo.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <random>

namespace karkara {
namespace {

constexpr std::size_t kMostText = 120;

// The first line of a small kernel file, printable characters only; empty when there is none.
std::string first_line(const char* path) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  std::erase_if(line, [](unsigned char c) { return c < ' ' || c > '~'; });
  return line.substr(0, kMostText);
}

std::uint64_t random_number() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32U | device();
}

}  // namespace

Uniform random_uniform() {
  return [engine = std::make_shared<std::mt19937>(std::random_device{}())] {
    return std::uniform_real_distribution{0.0, 1.0}(*engine);
  };
}

std::string read_boot_id() {
  const std::string id = first_line("/proc/sys/kernel/random/boot_id");
  return id.empty() ? std::to_string(random_number()) : id;
}

std::string read_hardware_id() {
  for (const char* path : {"/proc/device-tree/serial-number", "/sys/class/dmi/id/product_serial",
                           "/proc/device-tree/model", "/sys/class/dmi/id/product_name", "/etc/machine-id"}) {
    if (std::string text = first_line(path); !text.empty()) {
      return text;
    }
  }
  return "unknown";
}

std::optional<std::uint64_t> read_memory() {
  struct sysinfo info {};
  if (sysinfo(&info) != 0) {
    return std::nullopt;
  }
  return std::uint64_t{info.totalram} * info.mem_unit;
}

}  // namespace karkara
