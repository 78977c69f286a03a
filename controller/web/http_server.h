// A small HTTP/1.1 server for Prometheus and health checks: GET and HEAD only, no body, short headers, every step with
// a deadline, a bounded number of connections. A page with a version is not sent again to who has it, and goes as gzip
// to who takes that. Refuses everything else with the status that says so. Meant for the inside of the data centre: no
// TLS, no secrets. Runs on one io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "common/result.h"

namespace karkara {

struct HttpAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string etag{};  // version of the body, of a 200 alone; empty: it is asked for anew each time
  // The body of a version as gzip, made when somebody takes it; none, or an empty text: only as it is.
  std::function<std::shared_ptr<const std::string>()> gzip{};
};
// target: path and query as they came. Called on the io_context's thread.
using HttpHandler = std::function<HttpAnswer(const std::string& target)>;

struct HttpBounds {
  std::chrono::milliseconds read{10'000};   // for a request, also between two of one connection
  std::chrono::milliseconds write{30'000};  // for an answer
  int connections = 64;
};

class HttpServer {
 public:
  // The io_context must outlive the server. Unavailable in one line when the address cannot be listened on.
  static Result<std::unique_ptr<HttpServer>> listen(boost::asio::io_context& io, const std::string& host,
                                                    const std::string& port, HttpHandler handler,
                                                    HttpBounds bounds = {});
  ~HttpServer();

  [[nodiscard]] int port() const;

 private:
  struct Shared;
  explicit HttpServer(std::shared_ptr<Shared> shared) : shared_{std::move(shared)} {}
  std::shared_ptr<Shared> shared_;
};

}  // namespace karkara
