#include "agent/io/content_check.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstring>
#include <utility>

#include "agent/codec/content_answer.h"
#include "agent/io/probe_path.h"
#include "agent/io/tcp_cost.h"
#include "common/truth.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorNumber = boost::system::error_code;

constexpr std::chrono::seconds kPatience{5};  // three round trips over two satellite hops, and a repeat

tcp::endpoint asio_endpoint(const IpEndpoint& from) {
  const auto bytes = from.address.bytes();
  if (from.address.family() == IpFamily::V4) {
    asio::ip::address_v4::bytes_type v4;
    std::memcpy(v4.data(), bytes.data(), v4.size());
    return {asio::ip::address_v4{v4}, from.port};
  }
  asio::ip::address_v6::bytes_type v6;
  std::memcpy(v6.data(), bytes.data(), v6.size());
  return {asio::ip::address_v6{v6}, from.port};
}

}  // namespace

class ContentCheck::Fetch : public std::enable_shared_from_this<Fetch> {
 public:
  using OnDone = std::function<void(ContentChecked)>;
  Fetch(asio::io_context& io, CheckContent wanted, Key key, OnDone on_done)
      : wanted_{std::move(wanted)}, key_{key}, on_done_{std::move(on_done)}, socket_{io}, deadline_{io} {}

  // The error is this machine's own; afterwards on_done is called, unless the fetch is destroyed before.
  Status start() {
    ErrorNumber error;
    const tcp::endpoint server = asio_endpoint(wanted_.server);
    socket_.open(server.protocol(), error);
    if (error) {
      return Error{ErrorCode::Unavailable, "no socket: " + error.message()};
    }
    if (const Status status = nail_down(socket_.native_handle(), {wanted_.interface, wanted_.mark, wanted_.source});
        !status) {
      return status;
    }
    deadline_.expires_after(kPatience);
    deadline_.async_wait([weak = weak_from_this()](const ErrorNumber& cancelled) {
      if (const auto self = weak.lock(); self && !cancelled) {
        self->finish({ContentVerdict::Silent, self->stage_});
      }
    });
    socket_.async_connect(server, [weak = weak_from_this()](const ErrorNumber& failed) {
      if (const auto self = weak.lock()) {
        self->on_connected(failed);
      }
    });
    return {};
  }

 private:
  void on_connected(const ErrorNumber& error) {
    if (error) {
      finish({ContentVerdict::Refused, error.message()});
      return;
    }
    stage_ = "connected, but no whole answer in time";
    request_ = content_request({key_.id, key_.generation, wanted_.nonce}, wanted_.server);
    asio::async_write(socket_, asio::buffer(request_),
                      [weak = weak_from_this()](const ErrorNumber& failed, std::size_t) {
                        const auto self = weak.lock();
                        if (self && failed) {
                          self->finish({ContentVerdict::Refused, failed.message()});
                        }
                      });
    read();
  }

  void read() {
    socket_.async_read_some(asio::buffer(chunk_),
                            [weak = weak_from_this()](const ErrorNumber& error, std::size_t size) {
                              if (const auto self = weak.lock()) {
                                self->on_read(error, size);
                              }
                            });
  }

  void on_read(const ErrorNumber& error, std::size_t size) {
    received_.append(chunk_.data(), std::min(size, kMostContentBytes - received_.size()));
    const bool ended = static_cast<bool>(error);
    if (const auto opinion = judge_content(received_, ended, wanted_.nonce, key_.secret)) {
      finish(*opinion);
    } else if (!ended) {
      read();
    }
  }

  void finish(ContentOpinion opinion) {
    if (done_) {
      return;
    }
    done_ = true;
    const std::uint64_t bytes = tcp_bytes_on_wire(socket_.native_handle());
    ErrorNumber ignored;
    socket_.close(ignored);
    deadline_.cancel();
    on_done_({wanted_.uplink, wanted_.nonce, opinion.verdict, std::move(opinion.detail), bytes});
  }

  CheckContent wanted_;
  Key key_;
  OnDone on_done_;
  tcp::socket socket_;
  asio::steady_timer deadline_;
  std::string stage_ = "no connection in time";
  std::string request_;
  std::array<char, 1024> chunk_;
  std::string received_;
  bool done_ = false;
};

ContentCheck::ContentCheck(asio::io_context& io, Sink sink) : io_{io}, sink_{std::move(sink)} {}

ContentCheck::~ContentCheck() = default;

void ContentCheck::set_key(std::uint8_t generation, std::uint32_t key_id, const EchoKey& key) {
  key_ = Key{generation, key_id, key};
}

void ContentCheck::check(const CheckContent& wanted) {
  running_.erase(wanted.uplink);
  const auto fail = [&](std::string why) {
    sink_({wanted.uplink, wanted.nonce, ContentVerdict::Silent, std::move(why), 0});
  };
  if (!key_) {
    fail("no anchor key: not enrolled");
    return;
  }
  if (wanted.source.family() != wanted.server.address.family()) {
    fail("no source address of the anchor's family");
    return;
  }
  auto fetch = std::make_shared<Fetch>(io_, wanted, *key_, [this](ContentChecked result) { done(std::move(result)); });
  if (const Status started = fetch->start(); !started) {
    fail(started.error().text);
    return;
  }
  running_.emplace(wanted.uplink, std::move(fetch));
}

void ContentCheck::done(ContentChecked result) {
  running_.erase(result.uplink);
  sink_(std::move(result));
}

}  // namespace karkara
