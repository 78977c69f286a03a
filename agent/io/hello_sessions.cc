#include "agent/io/hello_sessions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/overloaded.h"

namespace karkara {
namespace {

using mesh_hello::Bytes;

constexpr unsigned kMostFinishes = 5;
constexpr unsigned kWindow = 64;
constexpr Duration kBeginnersTime = std::chrono::seconds{3};  // then the other one begins

}  // namespace

HelloSessions::HelloSessions(HelloCrypto& crypto, SiteId own, Instant now)
    : crypto_{crypto}, own_{std::move(own)}, instance_{crypto.random()}, tokens_at_{now}, beacon_at_{now} {
  const std::array seed{crypto_.random(), crypto_.random(), crypto_.random(), crypto_.random()};
  cookie_secret_ = crypto_.hash(std::as_bytes(std::span{seed}));
}

// The map forgets its oldest entry when it is full: who floods with addresses costs no memory.
void HelloSessions::remember(std::map<IpAddress, Instant>& map, const IpAddress& address, Instant now) {
  if (!map.contains(address) && map.size() >= kMostAddresses) {
    map.erase(std::ranges::min_element(map, {}, [](const auto& entry) { return entry.second; }));
  }
  map[address] = now;
}

HelloOutput HelloSessions::on_packet(const IpAddress& from, std::span<const std::byte> packet, Instant now) {
  HelloOutput out;
  const auto decoded = mesh_hello::decode(packet);
  if (!decoded) {
    refuse(HelloFault::Forged, from, decoded.error().text, out);
    return out;
  }
  std::visit(Overloaded{
                 [&](const mesh_hello::Sealed& p) { hear_sealed(from, packet, p, now, out); },
                 [&](const auto& p) { hear(from, p, now, out); },
             },
             *decoded);
  return out;
}

bool HelloSessions::is_met(const IpAddress& address, std::uint64_t instance) const {
  return std::ranges::any_of(sessions_, [&](const auto& session) {
    return session.second.address == address && session.second.their_instance == instance;
  });
}

// Of two the one with the smaller number begins; when it does not, as it thinks that it knows us, the other one does.
void HelloSessions::hear(const IpAddress& from, const mesh_hello::Beacon& beacon, Instant now, HelloOutput& out) {
  if (beacon.instance == instance_ || is_met(from, beacon.instance)) {
    awaited_.erase(from);
    return;
  }
  if (halves_.contains(from)) {
    return;
  }
  const auto awaited = awaited_.find(from);
  if (instance_ < beacon.instance || (awaited != awaited_.end() && now - awaited->second > kBeginnersTime)) {
    begin(from, beacon.instance, now, out);
  } else if (awaited == awaited_.end()) {
    remember(awaited_, from, now);
  }
}

// One session a site: its newest.
void HelloSessions::meet(Session session, HelloOutput& out) {
  std::erase_if(sessions_, [&](const auto& known) { return known.second.who.site == session.who.site; });
  if (sessions_.size() >= kMostSessions) {
    const auto oldest = std::ranges::min_element(sessions_, {}, [](const auto& known) { return known.second.heard; });
    lose(oldest->first, "too many neighbours", out);
  }
  awaited_.erase(session.address);
  out.events.emplace_back(NeighbourMet{session.who.site, session.address.text()});
  const std::uint64_t id = session.id;
  sessions_.insert_or_assign(id, std::move(session));
}

void HelloSessions::lose(std::uint64_t id, const std::string& why, HelloOutput& out) {
  const auto at = sessions_.find(id);
  out.events.emplace_back(NeighbourLost{at->second.who.site, why});
  sessions_.erase(at);
}

void HelloSessions::refuse(HelloFault fault, const IpAddress& from, std::string why, HelloOutput& out) {
  out.events.emplace_back(HelloRefused{fault, from.text(), std::move(why), 1});
}

// As IPsec's window (RFC 4303, 3.4.3). Late is not repeated: a hello that another one overtook is old news and no
// attack.
bool HelloSessions::take_number(Session& session, std::uint64_t number, bool& repeated) {
  repeated = false;
  if (number > session.newest) {
    const std::uint64_t step = number - session.newest;
    session.window = step >= kWindow ? 1 : session.window << step | 1U;
    session.newest = number;
    return true;
  }
  const std::uint64_t age = session.newest - number;
  repeated = age >= kWindow || (session.window >> age & 1U) != 0;
  if (!repeated) {
    session.window |= std::uint64_t{1} << age;
  }
  return false;
}

void HelloSessions::hear_sealed(const IpAddress& from, std::span<const std::byte> packet,
                                const mesh_hello::Sealed& sealed, Instant now, HelloOutput& out) {
  const auto at = sessions_.find(sealed.session);
  if (at == sessions_.end()) {
    return;  // of a session before a restart: a beacon ends it
  }
  Session& session = at->second;
  const HelloKey mac = crypto_.mac(session.hearing, mesh_hello::sealed_part(packet));
  unsigned differs = 0;
  for (std::size_t i = 0; i < sealed.mac.size(); ++i) {
    differs |= std::to_integer<unsigned>(mac[i] ^ sealed.mac[i]);
  }
  if (differs != 0) {
    refuse(HelloFault::Forged, from, "a wrong signature in the name of " + session.who.site.text(), out);
    return;
  }
  bool repeated = false;
  const bool fresh = take_number(session, sealed.number, repeated);
  if (repeated) {
    refuse(HelloFault::Replayed, from, "an old hello of " + session.who.site.text(), out);
  }
  if (fresh) {
    session.heard = now;
    session.address = from;
    session.finish.reset();
    session.finish_at = Instant::max();
    out.events.emplace_back(HelloHeard{session.who.site, sealed.hello});
  }
}

std::optional<HelloPacket> HelloSessions::seal(const SayHello& hello) {
  const auto at = std::ranges::find_if(sessions_, [&](const auto& known) { return known.second.who.site == hello.to; });
  if (at == sessions_.end()) {
    return std::nullopt;
  }
  Session& session = at->second;
  mesh_hello::Sealed sealed{session.id, ++session.sent, hello.hello, {}};
  Bytes bytes = mesh_hello::encode(sealed);
  const HelloKey mac = crypto_.mac(session.sending, mesh_hello::sealed_part(bytes));
  std::copy_n(mac.begin(), sealed.mac.size(), bytes.end() - static_cast<std::ptrdiff_t>(sealed.mac.size()));
  return HelloPacket{session.address, std::move(bytes)};
}

HelloOutput HelloSessions::tick(Instant now) {
  HelloOutput out;
  if (beacon_at_ <= now) {
    beacon_at_ = now + kBeaconPace;
    out.packets.push_back({std::nullopt, mesh_hello::encode(mesh_hello::Beacon{instance_})});
  }
  std::erase_if(halves_, [&](const auto& half) { return half.second.until <= now; });
  for (auto& [address, half] : halves_) {
    if (half.again_at <= now) {
      half.again_at = now + kBeginPause;
      out.packets.push_back({address, half.packet});
    }
  }
  std::vector<std::uint64_t> silent;
  for (auto& [id, session] : sessions_) {
    if (now - session.heard >= kForgotten) {
      silent.push_back(id);
    } else if (session.finish && session.finish_at <= now) {
      out.packets.push_back({session.address, *session.finish});
      session.finishes += 1;
      session.finish_at = session.finishes < kMostFinishes ? now + kFinishPause : Instant::max();
    }
  }
  for (const std::uint64_t id : silent) {
    lose(id, "no hello for 15 s", out);
  }
  return out;
}

Instant HelloSessions::next_deadline() const {
  Instant next = beacon_at_;
  for (const auto& [address, half] : halves_) {
    next = std::min({next, half.until, half.again_at});
  }
  for (const auto& [id, session] : sessions_) {
    next = std::min({next, session.heard + kForgotten, session.finish_at});
  }
  return next;
}

HelloOutput HelloSessions::know_wall(std::optional<WallTime> wall) {
  HelloOutput out;
  wall_ = wall;
  std::vector<std::pair<std::uint64_t, std::string>> ended;
  for (const auto& [id, session] : sessions_) {
    if (const std::string why = untimely(session.who); !why.empty()) {
      ended.emplace_back(id, why);
    }
  }
  for (const auto& [id, why] : ended) {
    lose(id, why, out);
  }
  return out;
}

}  // namespace karkara
