#include "agent/io/wifi_marks.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "common/host/file_system.h"

namespace karkara {
namespace {

constexpr std::string_view kMarkEnd = ".mark";
constexpr std::string_view kMade = "made ";
constexpr std::string_view kFound = "found ";
constexpr std::size_t kMostMark = 100;
constexpr std::size_t kMostMarks = 64;

bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= 15 && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) { return c == '/' || (c >= 0 && c <= ' ') || c == 127; });
}

std::optional<WifiMark> mark_from(std::string_view text) {
  const bool made = text.starts_with(kMade);
  if (!made && !text.starts_with(kFound)) {
    return std::nullopt;
  }
  return WifiMark{std::string{text.substr(made ? kMade.size() : kFound.size())}, made};
}

std::optional<WifiMark> read_mark(const std::string& path) {
  HostFileSystem files;
  const auto bytes = files.read(path, 0, kMostMark);
  return bytes ? mark_from({reinterpret_cast<const char*>(bytes->data()), bytes->size()}) : std::nullopt;
}

}  // namespace

std::map<std::string, WifiMark> WifiMarks::all() const {
  HostFileSystem files;
  std::map<std::string, WifiMark> marks;
  const auto names = files.list(folder_);
  if (!names) {
    return marks;
  }
  for (const std::string& name : *names) {
    const std::string interface = name.ends_with(kMarkEnd) ? name.substr(0, name.size() - kMarkEnd.size()) : "";
    if (!is_plain(interface) || marks.size() >= kMostMarks) {
      continue;
    }
    if (auto mark = read_mark(folder_ + "/" + name)) {
      marks.emplace(interface, std::move(*mark));
    }
  }
  return marks;
}

WifiMark WifiMarks::of(const std::string& interface) const {
  return read_mark(folder_ + "/" + interface + std::string{kMarkEnd}).value_or(WifiMark{});
}

Status WifiMarks::put(const std::string& interface, const WifiMark& mark) {
  if (!is_plain(interface)) {
    return Error{ErrorCode::InvalidArgument, "'" + interface + "' is no name of an interface"};
  }
  HostFileSystem files;
  if (const Status status = files.make_directories(folder_); !status) {
    return status;
  }
  const std::string text = std::string{mark.made ? kMade : kFound} + mark.text;
  return write_atomically(files, folder_, interface + std::string{kMarkEnd}, std::as_bytes(std::span{text}));
}

void WifiMarks::remove(const std::string& interface) {
  HostFileSystem files;
  static_cast<void>(files.remove(folder_ + "/" + interface + std::string{kMarkEnd}));  // it may not be there
}

std::string WifiMarks::configuration_path(const std::string& interface) const {
  return folder_ + "/" + interface + ".conf";
}

std::string WifiMarks::pid_path(const std::string& interface) const {
  return folder_ + "/" + interface + ".pid";
}

Status WifiMarks::write_configuration(const std::string& interface, const std::string& text) {
  if (!is_plain(interface)) {
    return Error{ErrorCode::InvalidArgument, "'" + interface + "' is no name of an interface"};
  }
  HostFileSystem files;
  if (const Status status = files.make_directories(folder_); !status) {
    return status;
  }
  return write_atomically(files, folder_, interface + ".conf", std::as_bytes(std::span{text}));
}

void WifiMarks::remove_configuration(const std::string& interface) {
  HostFileSystem files;
  static_cast<void>(files.remove(configuration_path(interface)));
}

}  // namespace karkara
