#include "controller/web/http_server.h"

#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "controller/web/gzip.h"
#include "controller/web/http_conditions.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// "/versioned" and "/tiny" have a version and a packed form.
HttpAnswer answer_of(const std::string& target) {
  if (target != "/versioned" && target != "/tiny") {
    return {200, "text/plain", "you want " + target};
  }
  const std::string body(target == "/tiny" ? 100 : 50'000, 'x');
  return {200, "text/plain", body, "W/\"v1\"", [body] { return std::make_shared<const std::string>(gzipped(body)); }};
}

std::string unpacked(const std::string& gzip, std::size_t most) {
  std::string text(most, '\0');
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  ::inflateEnd(&stream);
  return text;
}

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
  // Of a question with these header lines.
  std::string ask_for(const std::string& target, const std::string& lines, const char* method = "GET") {
    return ask(std::string{method} + " " + target + " HTTP/1.1\r\nHost: x\r\n" + lines + "Connection: close\r\n\r\n");
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  std::unique_ptr<HttpServer> server_ =
      HttpServer::listen(io_, "127.0.0.1", "0", answer_of, {.read = 300ms, .write = 2000ms, .connections = 3}).value();
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

TEST_F(HttpServerTest, SendsNothingToWhoHasTheVersion) {
  const std::string first = ask_for("/versioned", "");
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(first, HasSubstr("ETag: W/\"v1\"\r\n"));
  EXPECT_THAT(first, HasSubstr("Cache-Control: no-cache\r\n"));
  EXPECT_THAT(first, HasSubstr("Vary: Accept-Encoding\r\n"));
  EXPECT_EQ(body_of(first), std::string(50'000, 'x'));
  for (const char* method : {"GET", "HEAD"}) {
    const std::string again = ask_for("/versioned", "If-None-Match: \"v0\",\r\nIf-None-Match: \"v1\"\r\n", method);
    EXPECT_THAT(again, StartsWith("HTTP/1.1 304")) << method;
    EXPECT_THAT(again, HasSubstr("ETag: W/\"v1\"\r\n"));
    EXPECT_THAT(again, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(body_of(again), "");
  }
  EXPECT_THAT(ask_for("/versioned", "If-None-Match: \"v2\"\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask_for("/other", "If-None-Match: *\r\n"), StartsWith("HTTP/1.1 200")) << "it has no version";
  EXPECT_THAT(ask_for("/other", ""), HasSubstr("Cache-Control: no-store"));
  const std::string two =
      ask("GET /versioned HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: "
          "close\r\n\r\n");
  EXPECT_THAT(two, HasSubstr("you want /2")) << "the connection goes on behind a 304";
}

TEST_F(HttpServerTest, PacksLargePagesForWhoTakesThat) {
  const std::string packed = ask_for("/versioned", "Accept-Encoding: br, gzip;q=0.5\r\n");
  EXPECT_THAT(packed, HasSubstr("Content-Encoding: gzip\r\n"));
  const std::string body = body_of(packed);
  EXPECT_THAT(packed, HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  EXPECT_LT(body.size(), 1'000U);
  EXPECT_EQ(unpacked(body, 60'000), std::string(50'000, 'x'));
  EXPECT_THAT(ask_for("/versioned", "Accept-Encoding: gzip\r\n", "HEAD"), HasSubstr("Content-Encoding: gzip"));
  for (const char* lines : {"", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n"}) {
    EXPECT_EQ(body_of(ask_for("/versioned", lines)).size(), 50'000U) << lines;
  }
  EXPECT_THAT(ask_for("/tiny", "Accept-Encoding: gzip\r\n"), Not(HasSubstr("Content-Encoding")));
}

TEST(HttpConditions, KnowVersionsByTheirTags) {
  const std::string_view tag = "W/\"a-1\"";
  for (const char* same :
       {"W/\"a-1\"", "\"a-1\"", "*", " * ", "\"x\", W/\"a-1\"", "\"x\",\"a-1\"", "W/\"x\" , \"a-1\" "}) {
    EXPECT_TRUE(has_version(same, tag)) << same;
  }
  for (const char* other : {"", "\"a\"", "a-1", "\"a-1", "W/", "W/a-1", "\"x\" junk \"a-1\"", "**", ",,,", "\""}) {
    EXPECT_FALSE(has_version(other, tag)) << other;
  }
}

TEST(HttpConditions, TakeGzipOnlyWhereItIsWanted) {
  for (const char* yes : {"gzip", "GZip", "x-gzip", "br, gzip", "gzip;q=1.0", "gzip ; q=0.001", "*", "identity;q=0, *",
                          "deflate, *;q=0.5"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=", "gzip;q=x",
                         "gzip;q=-1", "gzipped", ";", ",,", "gzip;level=9"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
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
