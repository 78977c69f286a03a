// Real sockets on loopback, each wait bounded.
#include "controller/anchor/echo_server.h"

#include <gmock/gmock.h>

#include <boost/asio/ip/address.hpp>

#include "controller/anchor/echo_responder.h"
#include "tests/controller/anchor/anchor_keys.h"
#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::udp;

class EchoServerTest : public testing::Test {
 protected:
  // The reply to `request` and where it came from; nothing after 200 ms.
  std::optional<udp::endpoint> ask(const udp::endpoint& anchor, std::span<const std::byte> request) {
    udp::socket socket{io_, udp::endpoint{anchor.protocol(), 0}};
    socket.send_to(boost::asio::buffer(request.data(), request.size()), anchor);
    udp::endpoint from;
    reply_.resize(2000);
    bool came = false;
    socket.async_receive_from(boost::asio::buffer(reply_), from,
                              [&](const boost::system::error_code& error, std::size_t size) {
                                came = !error;
                                reply_.resize(size);
                                io_.stop();
                              });
    io_.restart();
    io_.run_for(std::chrono::milliseconds{200});
    socket.close();
    io_.restart();
    io_.poll();
    return came ? std::optional{from} : std::nullopt;
  }

  FakeClock clock_;
  std::vector<std::byte> reply_;
  EchoResponder responder_{{.keys = test_master_keys()}};
  boost::asio::io_context io_;
  EchoServer server_{io_, [this](std::span<const std::byte> datagram) {
                       return responder_.on_datagram(datagram, clock_.now(), clock_.wall());
                     }};
  const std::vector<std::byte> request_ = encode_echo_request({1, 7, 42}, test_site_key(7));
};

TEST_F(EchoServerTest, AnswersFromTheAddressThatWasAsked) {
  ASSERT_TRUE(server_.listen({make_address("0.0.0.0"), 0}).ok());
  for (const char* address : {"127.0.0.1", "127.0.0.2", "127.7.8.9"}) {
    const udp::endpoint anchor{make_address(address), server_.local_endpoint().port()};
    EXPECT_EQ(ask(anchor, request_), anchor);
    EXPECT_EQ(decode_echo_reply(reply_, test_site_key(7))->nonce, 42U);
  }
}

TEST_F(EchoServerTest, AnswersBothFamiliesOnTheUnspecifiedSixAddress) {
  if (!server_.listen({make_address("::"), 0}).ok()) {
    GTEST_SKIP() << "no IPv6 here";
  }
  const auto port = server_.local_endpoint().port();
  for (const char* address : {"::1", "127.0.0.3"}) {
    const udp::endpoint anchor{make_address(address), port};
    EXPECT_EQ(ask(anchor, request_), anchor) << address;
  }
}

TEST_F(EchoServerTest, IsSilentToGarbageAndAnswersAfterIt) {
  ASSERT_TRUE(server_.listen({make_address("127.0.0.1"), 0}).ok());
  const std::vector<std::byte> longer(1400, std::byte{0x11});
  EXPECT_FALSE(ask(server_.local_endpoint(), longer));
  EXPECT_FALSE(ask(server_.local_endpoint(), {}));
  // As long as a request and one byte more, with the request in front.
  std::vector<std::byte> padded{request_.begin(), request_.end()};
  padded.push_back(std::byte{0});
  EXPECT_FALSE(ask(server_.local_endpoint(), padded));
  EXPECT_TRUE(ask(server_.local_endpoint(), request_));
  EXPECT_EQ(responder_.counts(), (EchoCounts{.answered = 1, .malformed = 3}));
}

TEST_F(EchoServerTest, AnswersAPaddedRequestWithAsManyBytes) {
  ASSERT_TRUE(server_.listen({make_address("127.0.0.1"), 0}).ok());
  for (const std::uint16_t size : {kLeastPaddedEcho, kMostPaddedEcho}) {
    EXPECT_TRUE(ask(server_.local_endpoint(), encode_echo_request({1, 7, 43, size}, test_site_key(7))));
    EXPECT_EQ(reply_.size(), size);
    EXPECT_EQ(decode_echo_reply(reply_, test_site_key(7))->nonce, 43U);
  }
  auto longer = encode_echo_request({1, 7, 44, kMostPaddedEcho}, test_site_key(7));
  longer.push_back(std::byte{0});
  EXPECT_FALSE(ask(server_.local_endpoint(), longer));
}

TEST_F(EchoServerTest, SaysThatAPortIsTaken) {
  ASSERT_TRUE(server_.listen({make_address("127.0.0.1"), 0}).ok());
  const auto port = server_.local_endpoint().port();
  const Status again = server_.listen({make_address("127.0.0.1"), port});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().text, "cannot listen on UDP 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

}  // namespace
}  // namespace karkara
