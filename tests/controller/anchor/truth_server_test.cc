// Real sockets on loopback, each wait bounded.
#include "controller/anchor/truth_server.h"

#include <gmock/gmock.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include "common/truth.h"
#include "controller/anchor/truth_page.h"
#include "tests/controller/anchor/anchor_keys.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr TruthRequest kRequest{7, 1, 42};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: anchor\r\n\r\n";
}

class TruthServerTest : public testing::Test {
 protected:
  void listen(const char* address = "127.0.0.1", TruthServerBounds bounds = {}) {
    server_.emplace(
        io_, [this](std::string_view head) { return page_.answer(head); }, bounds);
    const Status listening = server_->listen({make_address(address), 0});
    ASSERT_TRUE(listening.ok()) << listening.error().text;
  }
  // A client; everything that comes until the server closes is in its text.
  struct Client {
    explicit Client(boost::asio::io_context& io) : socket{io} {}
    void read() {
      socket.async_read_some(boost::asio::buffer(chunk), [this](const boost::system::error_code& error, std::size_t n) {
        text.append(chunk.data(), n);
        ended = static_cast<bool>(error);
        if (!ended) {
          read();
        }
      });
    }
    tcp::socket socket;
    std::array<char, 256> chunk{};
    std::string text;
    bool ended = false;
  };
  void open(Client& client, const std::string& request, const char* address = "127.0.0.1") {
    client.socket.connect({make_address(address), server_->local_endpoint().port()});
    boost::asio::write(client.socket, boost::asio::buffer(request));
    client.read();
  }
  void run_until_ended(const Client& client) {
    const auto give_up = std::chrono::steady_clock::now() + 3s;
    while (!client.ended && std::chrono::steady_clock::now() < give_up) {
      io_.run_one_until(give_up);
    }
    EXPECT_TRUE(client.ended);
  }
  std::string ask(const std::string& request, const char* address = "127.0.0.1") {
    Client client{io_};
    open(client, request, address);
    run_until_ended(client);
    return client.text;
  }

  boost::asio::io_context io_;
  TruthPage page_{test_master_keys()};
  std::optional<TruthServer> server_;
};

TEST_F(TruthServerTest, ServesContentThatTheSiteCanVerify) {
  listen();
  const std::string answer = ask(get(truth_path(kRequest)));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_TRUE(verify_truth_body(body, kRequest.nonce, test_site_key(7)).ok());
  EXPECT_FALSE(verify_truth_body(body, kRequest.nonce, test_site_key(8)).ok());
  EXPECT_EQ(page_.counts(), (TruthCounts{.signed_answers = 1}));
  const auto give_up = std::chrono::steady_clock::now() + 3s;
  while (server_->connections() > 0 && std::chrono::steady_clock::now() < give_up) {
    io_.run_one_until(give_up);
  }
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(TruthServerTest, AnswersBothFamiliesOnTheUnspecifiedSixAddress) {
  TruthServer server{io_, [this](std::string_view head) { return page_.answer(head); }};
  if (!server.listen({make_address("::"), 0}).ok()) {
    GTEST_SKIP() << "no IPv6 here";
  }
  listen("::");
  EXPECT_THAT(ask(get(truth_path(kRequest)), "::1"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(get(truth_path(kRequest)), "127.0.0.1"), StartsWith("HTTP/1.1 200"));
}

TEST_F(TruthServerTest, KnowsNoOtherPathMethodOrGeneration) {
  listen();
  EXPECT_THAT(ask(get("/")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get(truth_path({7, 2, 42}))), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/../etc/passwd")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("POST " + truth_path(kRequest) + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("GET\r\n\r\n"), EndsWith("Content-Length: 0\r\n\r\n"));
  EXPECT_EQ(page_.counts(), (TruthCounts{.refused = 5}));
}

TEST_F(TruthServerTest, EndsARequestWithoutEndAndAnotherThatOnlyWaits) {
  listen("127.0.0.1", {.connection = 200ms});
  EXPECT_THAT(ask("GET /" + std::string(5000, 'x')), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(ask("GET /kar"), "");  // ended by its deadline
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(TruthServerTest, TurnsAwayWhatIsMoreThanItsConnectionsAndGoesOnAfterwards) {
  listen("127.0.0.1", {.connection = 400ms, .connections = 2});
  Client first{io_};
  Client second{io_};
  open(first, "GET ");
  open(second, "GET ");
  Client third{io_};
  open(third, "GET ");
  run_until_ended(third);
  EXPECT_EQ(server_->turned_away(), 1U);
  run_until_ended(first);
  run_until_ended(second);
  EXPECT_THAT(ask(get(truth_path(kRequest))), StartsWith("HTTP/1.1 200"));
}

TEST_F(TruthServerTest, SaysThatAPortIsTaken) {
  listen();
  TruthServer other{io_, [](std::string_view) { return std::string{}; }};
  const auto port = server_->local_endpoint().port();
  const Status again = other.listen({make_address("127.0.0.1"), port});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().text, "cannot listen on TCP 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

}  // namespace
}  // namespace karkara
