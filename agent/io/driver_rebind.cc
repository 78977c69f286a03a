#include "agent/io/driver_rebind.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>

#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;

// Not by a stream: it would make what is not there, or ask to read what can only be written.
bool write_name(const fs::path& file, const std::string& name) {
  const FileDescriptor out{::open(file.c_str(), O_WRONLY | O_CLOEXEC)};
  return out.ok() && ::write(out.number(), name.data(), name.size()) == static_cast<ssize_t>(name.size());
}

}  // namespace

Status rebind_driver(const fs::path& device, RebindPace pace) {
  std::error_code error;
  const fs::path folder = fs::canonical(device, error);
  const std::string bus = error ? "" : fs::canonical(folder / "subsystem", error).filename().string();
  constexpr const char* kBuses[]{"pci", "usb", "sdio", "platform"};
  if (std::ranges::none_of(kBuses, [&](const char* each) { return bus == each; })) {
    return {};
  }
  const std::string name = folder.filename().string();
  const fs::path driver = fs::canonical(folder / "driver", error);
  if (error || !write_name(driver / "unbind", name)) {
    return Error{ErrorCode::PermissionDenied, name + ": its driver cannot be taken off"};
  }
  // The radio's name is gone by now: who else but this step could put the driver on again?
  for (int i = 0; i < pace.tries; ++i) {
    std::this_thread::sleep_for(pace.pause * (i + 1));
    if (write_name(driver / "bind", name) || fs::exists(folder / "driver", error)) {
      return {};
    }
  }
  return Error{ErrorCode::Internal, name + ": its driver does not take it again"};
}

}  // namespace karkara
