// Fetches an anchor's signed content over the uplink that the core names, and over no other: one connection, one
// request, at most 2 KiB read, 5 s in all. Refuses to follow a redirect, and to conclude anything about the uplink.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/facts/truth.h"
#include "common/echo_keys.h"

namespace karkara {

class ContentCheck {
 public:
  using Sink = std::function<void(ContentChecked)>;

  // io must outlive this. Called from io's thread only.
  ContentCheck(boost::asio::io_context& io, Sink sink);
  ~ContentCheck();
  ContentCheck(const ContentCheck&) = delete;
  ContentCheck& operator=(const ContentCheck&) = delete;

  // The key shared with the anchors, as the echo prober has it; until then every check fails.
  void set_key(std::uint8_t generation, std::uint32_t key_id, const EchoKey& key);

  // -> ContentChecked, once; unless another check of the same uplink takes its place before.
  void check(const CheckContent& wanted);

 private:
  struct Key {
    std::uint8_t generation = 0;
    std::uint32_t id = 0;
    EchoKey secret;
  };
  class Fetch;
  void done(ContentChecked result);

  boost::asio::io_context& io_;
  Sink sink_;
  std::optional<Key> key_;
  std::map<UplinkId, std::shared_ptr<Fetch>> running_;
};

}  // namespace karkara
