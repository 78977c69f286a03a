#include "controller/web/http_server.h"

#include "controller/web/http_conditions.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>

namespace karkara {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, asio::io_context::executor_type>;
using Stream = beast::basic_stream<Tcp, asio::io_context::executor_type>;

constexpr unsigned kMostHeaderBytes = 8192;
constexpr std::chrono::milliseconds kAcceptPause{200};  // when descriptors ran out
constexpr std::size_t kLeastGzip = 1'024;               // bytes; what is smaller fits one packet anyway

}  // namespace

struct HttpServer::Shared {
  Shared(asio::io_context& context, HttpHandler answer, HttpBounds limits)
      : handler{std::move(answer)}, bounds{limits}, acceptor{context}, pause{context} {}

  HttpHandler handler;
  HttpBounds bounds;
  Acceptor acceptor;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      pause;
  int connections = 0;
  bool stopped = false;
};

namespace {

template <class Shared>
class Connection : public std::enable_shared_from_this<Connection<Shared>> {
 public:
  Connection(std::shared_ptr<Shared> shared, Stream stream) : shared_{std::move(shared)}, stream_{std::move(stream)} {
    ++shared_->connections;
  }
  ~Connection() { --shared_->connections; }

  void read() {
    parser_.emplace();
    parser_->header_limit(kMostHeaderBytes);
    parser_->body_limit(boost::optional<std::uint64_t>{0});
    stream_.expires_after(shared_->bounds.read);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](beast::error_code error, std::size_t) { self->take(error); });
  }

 private:
  void take(beast::error_code error) {
    if (error == http::error::body_limit) {
      answer({413, "text/plain; charset=utf-8", "no body, please\n"}, false);
    } else if (error == http::error::header_limit) {
      answer({431, "text/plain; charset=utf-8", "the header is too long\n"}, false);
    } else if (error.category() == beast::error_code{http::error::bad_method}.category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      answer({400, "text/plain; charset=utf-8", "not an HTTP request\n"}, false);
    } else if (!error && !shared_->stopped) {
      const http::verb method = parser_->get().method();
      head_ = method == http::verb::head;
      const bool readable = method == http::verb::get || head_;
      answer(readable ? shared_->handler(std::string{parser_->get().target()})
                      : HttpAnswer{405, "text/plain; charset=utf-8", "only GET\n"},
             parser_->get().keep_alive());
    }
  }

  void answer(HttpAnswer what, bool keep) {
    response_ = {};
    response_.result(what.status);
    response_.set(http::field::content_type, what.content_type);
    response_.set(http::field::cache_control, what.etag.empty() ? "no-store" : "no-cache");
    if (!what.etag.empty()) {
      choose_form(what);
    }
    if (what.status == 405) {
      response_.set(http::field::allow, "GET, HEAD");
    }
    response_.keep_alive(keep);
    const std::size_t length = what.body.size();
    response_.body() = head_ ? std::string{} : std::move(what.body);
    if (response_.result() != http::status::not_modified) {
      response_.content_length(length);
    }
    stream_.expires_after(shared_->bounds.write);
    serializer_.emplace(response_);
    serializer_->split(false);
    http::async_write(stream_, *serializer_,
                      [self = this->shared_from_this(), keep](beast::error_code error, std::size_t) {
                        if (!error && keep && !self->shared_->stopped) {
                          self->read();
                        } else if (!error) {
                          beast::error_code ignored;
                          self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
                        }
                      });
  }

  // All lines of the field as one.
  [[nodiscard]] std::string field(http::field name) const {
    std::string text;
    const auto [first, last] = parser_->get().equal_range(name);
    for (auto line = first; line != last; ++line) {
      text += (text.empty() ? "" : ",") + std::string{line->value()};
    }
    return text;
  }

  // Nothing for who has that version, else as it is or packed.
  void choose_form(HttpAnswer& what) {
    response_.set(http::field::etag, what.etag);
    response_.set(http::field::vary, "Accept-Encoding");
    if (has_version(field(http::field::if_none_match), what.etag)) {
      response_.result(http::status::not_modified);
      what.body.clear();
      return;
    }
    const bool may_be_packed =
        what.gzip && what.body.size() >= kLeastGzip && accepts_gzip(field(http::field::accept_encoding));
    if (const auto packed = may_be_packed ? what.gzip() : nullptr; packed && !packed->empty()) {
      what.body = *packed;
      response_.set(http::field::content_encoding, "gzip");
    }
  }

  std::shared_ptr<Shared> shared_;
  Stream stream_;
  beast::flat_buffer buffer_{64 * 1024};
  boost::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
  boost::optional<http::response_serializer<http::string_body>> serializer_;
  bool head_ = false;
};

template <class Shared>
void accept(const std::shared_ptr<Shared>& shared) {
  shared->acceptor.async_accept([shared](beast::error_code error, auto socket) {
    if (shared->stopped) {
      return;
    }
    if (error) {
      // Out of descriptors, or a connection that went away: go on, but never spin.
      shared->pause.expires_after(kAcceptPause);
      shared->pause.async_wait([shared](beast::error_code cancelled) {
        if (!cancelled && !shared->stopped) {
          accept(shared);
        }
      });
      return;
    }
    if (shared->connections < shared->bounds.connections) {
      std::make_shared<Connection<Shared>>(shared, Stream{std::move(socket)})->read();
    }
    accept(shared);
  });
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io, const std::string& host,
                                                       const std::string& port, HttpHandler handler,
                                                       HttpBounds bounds) {
  beast::error_code error;
  Tcp::resolver resolver{io};
  const auto found = resolver.resolve(host, port, Tcp::resolver::passive, error);
  auto shared = std::make_shared<Shared>(io, std::move(handler), bounds);
  if (!error) {
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    shared->acceptor.open(endpoint.protocol(), error);
    if (!error) {
      shared->acceptor.set_option(asio::socket_base::reuse_address{true}, error);
      shared->acceptor.bind(endpoint, error);
    }
    if (!error) {
      shared->acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
  }
  if (error) {
    return Error{ErrorCode::Unavailable, "cannot listen on " + host + ":" + port + " (" + error.message() + ")"};
  }
  accept(shared);
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(shared)}};
}

HttpServer::~HttpServer() {
  shared_->stopped = true;
  beast::error_code ignored;
  shared_->acceptor.close(ignored);
  shared_->pause.cancel();
}

int HttpServer::port() const {
  return shared_->acceptor.local_endpoint().port();
}

}  // namespace karkara
