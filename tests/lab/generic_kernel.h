// Generic netlink for a trial on a real kernel: families by name, whole dumps through a decoder, events one by one, and
// what the kernel said into files, for corpora. Refuses to go on after a surprise: it says what, and ends the program.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/genetlink.h"
#include "agent/io/netlink_conversation.h"

namespace karkara::lab {

// Ends the program with 1 when it does not hold.
void require(bool holds, const std::string& what);
[[noreturn]] void give_up(const std::string& what);
template <class T>
T must(Result<T> result, const std::string& what) {
  return result ? std::move(*result) : (give_up(what + ": " + result.error().text), std::move(*result));
}

// Writes files of at most 16 KiB into a folder; none for an empty name.
class Recorder {
 public:
  explicit Recorder(std::string folder) : folder_{std::move(folder)} {}
  void write(const std::string& name, std::span<const std::byte> bytes) const;

 private:
  std::string folder_;
};

class GenericKernel {
 public:
  GenericKernel(int netlink_family, Recorder recorder);

  [[nodiscard]] genetlink::Family family(const std::string& name);
  // Each object of the answer; 'name' is the file's.
  void ask(NetlinkBytes request, const std::string& name, const NetlinkConversation::Taker& take);
  // The objects that 'decode' (message, family) understood.
  template <class Decode>
  auto dump(const NetlinkBytes& request, const std::string& name, std::uint16_t family, const Decode& decode) {
    std::vector<typename std::decay_t<decltype(*decode(NetlinkMessage{}, family))>::value_type> found;
    ask(request, name, [&](const NetlinkMessage& message) -> Status {
      auto object = decode(message, family);
      if (!object) {
        return object.error();
      }
      if (*object) {
        found.push_back(std::move(**object));
      }
      return {};
    });
    return found;
  }
  // EBUSY and the like are surprises, too.
  void change(NetlinkBytes request, const std::string& what);

 private:
  Recorder recorder_;
  NetlinkConversation conversation_;
};

// What comes unasked. 'look' is given each datagram until it says true, or until the patience ends: then false.
class Listener {
 public:
  Listener(int netlink_family, std::initializer_list<int> groups, std::string name, Recorder recorder);
  [[nodiscard]] bool wait(std::chrono::milliseconds patience,
                          const std::function<bool(std::span<const std::byte>)>& look);

 private:
  std::string name_;
  Recorder recorder_;
  NetlinkSocket socket_;
  int number_ = 0;
};

}  // namespace karkara::lab
