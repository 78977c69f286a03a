#include "agent/io/hello_link.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

constexpr Duration kLookPause = std::chrono::seconds{1};
constexpr Duration kIdentityPause = std::chrono::seconds{10};       // until there is a good one
constexpr Duration kRefusedPause = std::chrono::milliseconds{500};  // a flood must not fill the mailbox

}  // namespace

HelloLink::HelloLink(boost::asio::io_context& io, EventSink events, const Clock& clock, FileSystem& files,
                     const std::string& state_dir)
    : events_{std::move(events)}, io_{io}, clock_{clock}, identity_{files, state_dir}, timer_{io} {}

void HelloLink::run(const WantHellos& effect) {
  const bool moved = effect.interface != wanted_.interface || effect.port != wanted_.port;
  wanted_ = effect;
  if (moved) {
    close("the configuration changed");
    look_at_ = clock_.now();
  }
  if (wanted_.interface.empty()) {
    timer_.cancel();
    told_.reset();
    return;
  }
  judge();
  work();
}

void HelloLink::run(const SayHello& effect) {
  if (!sessions_ || !socket_) {
    return;
  }
  if (const auto packet = sessions_->seal(effect, clock_.now())) {
    socket_->send(*packet->to, packet->bytes);
  }
}

void HelloLink::work() {
  if (wanted_.interface.empty()) {
    return;
  }
  const Instant now = clock_.now();
  if (look_at_ <= now) {
    watch_identity();
  }
  if (read_at_ <= now) {
    learn_identity();
  }
  if (look_at_ <= now) {
    look_at_ = now + kLookPause;
    if (socket_ && !socket_->is_current()) {
      close("the interface is gone");
    }
    if (!socket_) {
      open();
    }
  }
  if (sessions_ && sessions_->next_deadline() <= now) {
    hand_on(sessions_->tick(now));
  }
  if (tell_refused_at_ <= now) {
    tell_refused();
  }
  arm();
}

void HelloLink::arm() {
  Instant next = std::min({look_at_, read_at_, tell_refused_at_});
  if (sessions_) {
    next = std::min(next, sessions_->next_deadline());
  }
  timer_.expires_after(std::max<Duration>(next - clock_.now(), Duration::zero()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      work();
    }
  });
}

// A renewal, or an enrolment anew: another one counts once it stays the same over two looks, since whoever writes it
// may not be done with the key yet.
void HelloLink::watch_identity() {
  const auto on_disk = identity_.certificate();
  if (!on_disk) {
    return;
  }
  if (*on_disk == seen_of_disk_ && *on_disk != certificate_ && read_at_ == Instant::max()) {
    read_at_ = clock_.now();
  }
  seen_of_disk_ = *on_disk;
}

void HelloLink::learn_identity() {
  auto identity = identity_.load();
  read_at_ = identity ? Instant::max() : clock_.now() + kIdentityPause;
  if (!identity) {
    if (!keys_) {
      tell(identity.error().code == ErrorCode::NotFound ? "no certificate yet" : identity.error().text);
    }
    return;
  }
  if (keys_ && identity->certificate_pem == certificate_) {
    return;
  }
  if (keys_) {
    if (!keys_->use(*identity)) {
      certificate_ = identity->certificate_pem;  // what was good goes on
      return;
    }
  } else if (auto made = HelloKeys::make(*identity)) {
    keys_ = std::move(*made);
  } else {
    tell(made.error().text);
    read_at_ = clock_.now() + kIdentityPause;
    return;
  }
  certificate_ = identity->certificate_pem;
  if (socket_ && site_ != identity->bundle.site) {
    close("the router was enrolled as " + identity->bundle.site.text());
  }
  site_ = identity->bundle.site;
}

void HelloLink::open() {
  if (!keys_) {
    return;
  }
  auto opened = HelloSocket::open(io_, wanted_.interface, wanted_.port);
  if (!opened) {
    tell(opened.error().text);
    return;
  }
  socket_ = std::move(*opened);
  sessions_.emplace(*keys_, site_, clock_.now());
  judge();
  socket_->start([this](const IpAddress& from, std::span<const std::byte> packet) {
    if (!sessions_) {
      return;
    }
    const Instant before = sessions_->next_deadline();
    hand_on(sessions_->on_packet(from, packet, clock_.now()));
    if (sessions_->next_deadline() < before) {
      arm();  // what was said now may have to be said again before anything else is due
    }
  });
  tell("");
}

// By what is known of the time and of revoked certificates.
void HelloLink::judge() {
  if (sessions_) {
    hand_on(sessions_->know_wall(wanted_.wall));
    hand_on(sessions_->know_revoked(wanted_.revoked));
  }
}

void HelloLink::close(const std::string& why) {
  if (!socket_) {
    return;
  }
  socket_->close();
  socket_.reset();
  sessions_.reset();
  tell(why);
}

void HelloLink::hand_on(HelloOutput output) {
  for (const HelloPacket& packet : output.packets) {
    if (!socket_) {
      break;
    }
    if (packet.to) {
      socket_->send(*packet.to, packet.bytes);
    } else {
      socket_->send_to_all(packet.bytes);
    }
  }
  for (HelloEvent& event : output.events) {
    if (auto* refused = std::get_if<HelloRefused>(&event)) {
      HelloRefused& sum = refused_[refused->fault];
      const std::uint32_t before = sum.why.empty() ? 0 : sum.count;
      sum = std::move(*refused);
      sum.count += before;
      if (tell_refused_at_ == Instant::max()) {
        tell_refused_at_ = clock_.now() + kRefusedPause;
        arm();
      }
    } else {
      std::visit([&](auto& told) { events_(std::move(told)); }, event);
    }
  }
}

void HelloLink::tell_refused() {
  tell_refused_at_ = Instant::max();
  for (auto& [fault, refused] : std::exchange(refused_, {})) {
    events_(std::move(refused));
  }
}

void HelloLink::tell(const std::string& trouble) {
  if (told_ != trouble) {
    told_ = trouble;
    events_(HelloState{trouble});
  }
}

}  // namespace karkara
