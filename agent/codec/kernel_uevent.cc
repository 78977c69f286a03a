#include "agent/codec/kernel_uevent.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024;  // the kernel's UEVENT_BUFFER_SIZE is 2048

// The words up to the next NUL, which is taken away with it; there is one.
std::string_view take_word(std::string_view& words) {
  const std::size_t end = words.find('\0');
  const std::string_view word = words.substr(0, end);
  words.remove_prefix(end + 1);
  return word;
}

}  // namespace

std::optional<std::string_view> KernelUevent::find(std::string_view key) const {
  for (std::string_view rest = words; !rest.empty();) {
    const std::string_view word = take_word(rest);
    if (word.size() > key.size() && word[key.size()] == '=' && word.substr(0, key.size()) == key) {
      return word.substr(key.size() + 1);
    }
  }
  return std::nullopt;
}

Result<KernelUevent> decode_kernel_uevent(std::span<const std::byte> datagram) {
  if (datagram.size() > kMostBytes) {
    return Error{ErrorCode::InvalidArgument, "uevent: longer than the kernel's"};
  }
  if (datagram.empty() || datagram.back() != std::byte{0}) {
    return Error{ErrorCode::DataLoss, "uevent: cut"};
  }
  std::string_view words{reinterpret_cast<const char*>(datagram.data()), datagram.size()};
  const std::string_view line = take_word(words);
  const std::size_t at = line.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == line.size() || line[at + 1] != '/') {
    return Error{ErrorCode::InvalidArgument, "uevent: no event of the kernel"};
  }
  return KernelUevent{line.substr(0, at), line.substr(at + 1), words};
}

}  // namespace karkara
