// A netlink request that may hold keys, under construction: its one buffer never moves or grows, and is wiped when it
// goes. Refuses to report trouble piece by piece: no room shows once, as empty bytes. Called by the encoders of
// agent/codec that carry secrets; others use NetlinkRequest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace karkara {

class WipedRequest {
 public:
  template <class Header>
  WipedRequest(std::uint16_t type, std::uint16_t flags, const Header& header) : WipedRequest{type, flags} {
    append(&header, sizeof header);
  }
  ~WipedRequest();
  WipedRequest(WipedRequest&&) noexcept = default;  // the buffer itself goes along: nothing stays behind
  WipedRequest& operator=(WipedRequest&&) = delete;
  WipedRequest(const WipedRequest&) = delete;
  WipedRequest& operator=(const WipedRequest&) = delete;

  WipedRequest& u8(int type, std::uint8_t value) { return put(type, &value, sizeof value); }
  WipedRequest& u16(int type, std::uint16_t value) { return put(type, &value, sizeof value); }
  WipedRequest& u32(int type, std::uint32_t value) { return put(type, &value, sizeof value); }
  WipedRequest& raw(int type, std::span<const std::byte> value) { return put(type, value.data(), value.size()); }
  WipedRequest& text(int type, const std::string& value) { return put(type, value.c_str(), value.size() + 1); }
  // What is put between the two lies inside; close() takes what open() gave.
  [[nodiscard]] std::size_t open(int type);
  void close(std::size_t nest);

  // With the length in its header. Mutable because the sender stamps the sequence number.
  [[nodiscard]] std::span<std::byte> bytes();

 private:
  WipedRequest(std::uint16_t type, std::uint16_t flags);
  WipedRequest& put(int type, const void* value, std::size_t size);
  void append(const void* bytes, std::size_t size);  // and the padding

  std::vector<std::byte> buffer_;
  bool full_ = false;
};

}  // namespace karkara
