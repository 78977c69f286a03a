#include "controller/web/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace karkara {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    thread_ = std::thread{[this] { io_.run(); }};
  }
  ~HttpServerTest() override {
    io_.stop();
    thread_.join();
  }
  tcp::socket connect() {
    tcp::socket socket{client_};
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(server_->port())});
    return socket;
  }
  // Everything that comes until the server closes.
  static std::string rest_of(tcp::socket& socket) {
    std::string all;
    boost::system::error_code error;
    boost::asio::read(socket, boost::asio::dynamic_buffer(all), error);
    return all;
  }
  std::string ask(const std::string& request) {
    tcp::socket socket = connect();
    boost::system::error_code error;
    boost::asio::write(socket, boost::asio::buffer(request), error);
    return rest_of(socket);
  }

  boost::asio::io_context io_{1};
  boost::asio::io_context client_;
  std::unique_ptr<HttpServer> server_ = HttpServer::listen(io_, "127.0.0.1", "0",
                                                           [](const std::string& target) {
                                                             return HttpAnswer{200, "text/plain", "you want " + target};
                                                           },
                                                           {.read = 300ms, .write = 2000ms, .connections = 3})
                                            .value();
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersGet) {
  const std::string answer = ask("GET /metrics?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("you want /metrics?a=b"));
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  const std::string answer = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 17"));
  EXPECT_THAT(answer, Not(HasSubstr("you want")));
}

TEST_F(HttpServerTest, KeepsAConnectionForTheNextQuestion) {
  const std::string answer =
      ask("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("you want /1"));
  EXPECT_THAT(answer, HasSubstr("you want /2"));
}

TEST_F(HttpServerTest, RefusesOtherMethodsBodiesLongHeadersAndRubbish) {
  EXPECT_THAT(ask("DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(ask("rubbish\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, AClientThatSaysNothingIsClosed) {
  tcp::socket socket = connect();
  boost::asio::write(socket, boost::asio::buffer(std::string{"GET / HT"}));
  EXPECT_EQ(rest_of(socket), "");
}

TEST_F(HttpServerTest, MoreConnectionsThanAllowedAreClosedAndLaterOnesServed) {
  {
    tcp::socket a = connect();
    tcp::socket b = connect();
    tcp::socket c = connect();
    for (tcp::socket* one : {&a, &b, &c}) {
      boost::asio::write(*one, boost::asio::buffer(std::string{"GET "}));
    }
    EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "");
    EXPECT_EQ(rest_of(a) + rest_of(b) + rest_of(c), "") << "closed by their deadline";
  }
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, APortInUseIsOneLine) {
  const auto second = HttpServer::listen(io_, "127.0.0.1", std::to_string(server_->port()),
                                         [](const std::string&) { return HttpAnswer{}; });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text, HasSubstr("Address already in use"));
}

}  // namespace
}  // namespace karkara
