#include "agent/io/resolver_check.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <random>
#include <utility>
#include <vector>

#include "agent/codec/dns_message.h"
#include "agent/io/probe_socket.h"

namespace karkara {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kPatience{3};  // for each question: a resolver behind a satellite may have to ask on
constexpr std::size_t kMostQuestions = 3;
constexpr std::size_t kLeastQuestions = 2;  // one lost datagram is no silence
constexpr std::uint16_t kDnsPort = 53;

std::string_view words_for(DnsCode code) {
  switch (code) {
    case DnsCode::Good: return "no address";
    case DnsCode::FormatError: return "does not understand";
    case DnsCode::ServerFailure: return "cannot tell";
    case DnsCode::NoSuchName: return "no such name";
    case DnsCode::Other: return "will not tell";
  }
  return "?";
}

std::vector<IpAddress> of_family(const std::vector<IpAddress>& addresses, IpFamily family) {
  std::vector<IpAddress> kept;
  std::ranges::copy_if(addresses, std::back_inserter(kept), [&](const IpAddress& a) { return a.family() == family; });
  return kept;
}

}  // namespace

class ResolverCheck::Asking : public std::enable_shared_from_this<Asking> {
 public:
  using OnDone = std::function<void(ResolverChecked)>;
  Asking(asio::io_context& io, const CheckResolver& wanted, OnDone on_done)
      : uplink_{wanted.uplink},
        path_{wanted.interface, wanted.mark, wanted.source},
        resolvers_{of_family(wanted.resolvers, wanted.source.family())},
        expected_{wanted.expected},
        on_done_{std::move(on_done)},
        patience_{io} {
    const bool v4 = !of_family(expected_, IpFamily::V4).empty();
    question_ = {static_cast<std::uint16_t>(std::random_device{}()), wanted.name, v4 ? IpFamily::V4 : IpFamily::V6};
  }
  ~Asking() {
    if (socket_) {
      socket_->close();
    }
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  // The error is this machine's own. Afterwards on_done is called, perhaps before this returns.
  Status start(asio::io_context& io) {
    auto query = encode_dns_query(question_);
    if (!query || resolvers_.empty() || expected_.empty()) {
      return query ? Error{ErrorCode::FailedPrecondition, "no resolver of the source's family, or nothing expected"}
                   : query.error();
    }
    query_ = std::move(*query);
    auto socket = ProbeSocket::open(io, path_);
    if (!socket) {
      return socket.error();
    }
    socket_ = std::move(*socket);
    socket_->start(
        [weak = weak_from_this()](const IpEndpoint& from, std::span<const std::byte> message) {
          if (const auto self = weak.lock()) {
            self->on_message(from, message);
          }
        },
        [weak = weak_from_this()](const ProbeError& error) {
          if (const auto self = weak.lock()) {
            self->on_refusal(error.destination.address, error.why);
          }
        });
    ask_next();
    return {};
  }

 private:
  [[nodiscard]] const IpAddress& asked() const { return resolvers_[(questions_ - 1) % resolvers_.size()]; }

  void ask_next() {
    if (questions_ >= std::clamp(resolvers_.size(), kLeastQuestions, kMostQuestions)) {
      finish(refused_ ? ResolverVerdict::Refused : ResolverVerdict::Silent, evidence_);
      return;
    }
    ++questions_;
    patience_.expires_after(kPatience);
    patience_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
      const auto self = weak.lock();
      if (self && !cancelled) {
        if (!self->refused_) {
          self->evidence_ = self->asked().text() + " does not answer";
        }
        self->ask_next();
      }
    });
    count(query_.size());
    if (const Status sent = socket_->send({asked(), kDnsPort}, query_); !sent) {
      on_refusal(asked(), sent.error().text);
    }
  }

  void on_message(const IpEndpoint& from, std::span<const std::byte> message) {
    count(message.size());
    const auto asked_so_far = std::span{resolvers_}.first(std::min(questions_, resolvers_.size()));
    if (done_ || from.port != kDnsPort || std::ranges::find(asked_so_far, from.address) == asked_so_far.end()) {
      return;
    }
    const auto answer = decode_dns_answer(message, question_);
    if (!answer) {
      return;  // forged or crooked: the right one may still come
    }
    if (std::ranges::find_first_of(answer->addresses, expected_) != answer->addresses.end()) {
      finish(ResolverVerdict::Right, from.address.text() + " is right");
    } else if (!answer->addresses.empty()) {
      finish(ResolverVerdict::Wrong, from.address.text() + " says " + answer->addresses.front().text());
    } else if (answer->code == DnsCode::NoSuchName || (answer->code == DnsCode::Good && !answer->truncated)) {
      finish(ResolverVerdict::Wrong, from.address.text() + " says: " + std::string{words_for(answer->code)});
    } else {
      on_refusal(from.address, std::string{words_for(answer->code)});
    }
  }

  void on_refusal(const IpAddress& resolver, const std::string& why) {
    if (done_ || resolver != asked()) {
      return;
    }
    refused_ = true;
    evidence_ = resolver.text() + ": " + why;
    if (questions_ < std::min(resolvers_.size(), kMostQuestions)) {
      ask_next();
    } else {  // whoever refuses is not asked twice
      finish(ResolverVerdict::Refused, evidence_);
    }
  }

  void count(std::size_t content) { bytes_ += content + (path_.source.family() == IpFamily::V4 ? 20 + 8 : 40 + 8); }

  void finish(ResolverVerdict verdict, std::string detail) {
    if (done_) {
      return;
    }
    done_ = true;
    patience_.cancel();
    socket_->close();
    on_done_({uplink_, verdict, std::move(detail), bytes_});
  }

  UplinkId uplink_;
  ProbePath path_;
  std::vector<IpAddress> resolvers_;
  std::vector<IpAddress> expected_;
  OnDone on_done_;
  asio::steady_timer patience_;
  DnsQuestion question_;
  std::vector<std::byte> query_;
  std::shared_ptr<ProbeSocket> socket_;
  std::size_t questions_ = 0;
  bool refused_ = false;
  bool done_ = false;
  std::string evidence_;
  std::uint64_t bytes_ = 0;
};

ResolverCheck::ResolverCheck(asio::io_context& io, Sink sink) : io_{io}, sink_{std::move(sink)} {}

ResolverCheck::~ResolverCheck() = default;

void ResolverCheck::check(const CheckResolver& wanted) {
  running_.erase(wanted.uplink);
  const auto asking =
      std::make_shared<Asking>(io_, wanted, [this](ResolverChecked result) { done(std::move(result)); });
  running_.emplace(wanted.uplink, asking);
  if (const Status started = asking->start(io_); !started) {
    done({wanted.uplink, ResolverVerdict::Silent, started.error().text, 0});
  }
}

void ResolverCheck::done(ResolverChecked result) {
  running_.erase(result.uplink);
  sink_(std::move(result));
}

}  // namespace karkara
