#include "agent/io/hello_sessions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/io/hello_bytes.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using mesh_hello::Bytes;

constexpr unsigned kMostFinishes = 5;
constexpr unsigned kWindow = 64;

}  // namespace

HelloSessions::HelloSessions(HelloCrypto& crypto, SiteId own, Instant now)
    : crypto_{crypto}, own_{std::move(own)}, instance_{crypto.random()}, beacon_at_{now} {
  const std::array seed{crypto_.random(), crypto_.random(), crypto_.random(), crypto_.random()};
  secret_ = crypto_.hash(std::as_bytes(std::span{seed}));
}

HelloOutput HelloSessions::on_packet(const IpAddress& from, std::span<const std::byte> packet, Instant now) {
  HelloOutput out;
  const auto decoded = mesh_hello::decode(packet);
  if (!decoded) {
    const bool unknown = decoded.error().code == ErrorCode::FailedPrecondition;
    refuse(unknown ? HelloFault::Unknown : HelloFault::Forged, from, decoded.error().text, out);
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

bool HelloSessions::stands(const IpAddress& address, Instant now) const {
  return std::ranges::any_of(sessions_, [&](const auto& session) {
    return session.second.address == address && now - session.second.heard < kStanding;
  });
}

// With as many as fit, all of them heard, nobody else is met: each would push out another one, for ever.
bool HelloSessions::is_full(Instant now) const {
  const auto heard = std::ranges::count_if(
      sessions_, [&](const auto& session) { return session.second.agreed && now - session.second.heard < kStanding; });
  return static_cast<std::size_t>(heard) >= kMostSessions;
}

// The newest that the other side is known to have too. One that it does not have yet only when nothing else is heard of
// it: until then the old keys go on.
HelloSessions::Session* HelloSessions::session_to(const SiteId& site, Instant now) {
  Session* best = nullptr;
  const auto is_better = [&](const Session& a, const Session& b) {
    const auto worth = [&](const Session& s) { return s.agreed && now - s.heard < kStanding; };
    return worth(a) != worth(b) ? worth(a) : a.made > b.made;
  };
  for (auto& [id, session] : sessions_) {
    if (session.who.site == site && (best == nullptr || is_better(session, *best))) {
      best = &session;
    }
  }
  return best;
}

// At most two sessions a site: the one that is heard, until the first hello under the new one.
void HelloSessions::meet(Session session, Instant now, HelloOutput& out) {
  const Session* const before = session_to(session.who.site, now);
  const std::uint64_t kept = before != nullptr ? before->id : 0;
  std::erase_if(sessions_,
                [&](const auto& known) { return known.second.who.site == session.who.site && known.first != kept; });
  const auto others = std::ranges::count_if(
      sessions_, [&](const auto& known) { return known.second.who.site != session.who.site && known.second.agreed; });
  if (static_cast<std::size_t>(others) >= kMostSessions) {
    const auto oldest = std::ranges::min_element(sessions_, {}, [](const auto& known) { return known.second.heard; });
    if (now - oldest->second.heard < kStanding) {
      return;
    }
    lose(oldest->first, "too many neighbours", out);
  }
  awaited_.erase(session.address);
  foreign_.erase(session.address);
  remember(known_, session.address, now);
  out.events.emplace_back(NeighbourMet{session.who.site, session.address.text()});
  const std::uint64_t id = session.id;
  sessions_.insert_or_assign(id, std::move(session));
}

void HelloSessions::lose(std::uint64_t id, const std::string& why, HelloOutput& out) {
  const auto at = sessions_.find(id);
  const SiteId site = at->second.who.site;
  sessions_.erase(at);
  if (std::ranges::none_of(sessions_, [&](const auto& known) { return known.second.who.site == site; })) {
    out.events.emplace_back(NeighbourLost{site, why});
  }
}

void HelloSessions::refuse(HelloFault fault, const IpAddress& from, std::string why, HelloOutput& out) {
  out.events.emplace_back(HelloRefused{fault, from.text(), std::move(why), 1});
}

// As IPsec's window (RFC 4303, 3.4.3). One that another one overtook is old news and no attack, and the air doubles
// packets by itself; what is older than the window somebody has kept.
HelloSessions::Number HelloSessions::take_number(Session& session, std::uint64_t number) {
  if (number > session.newest) {
    const std::uint64_t step = number - session.newest;
    session.window = step >= kWindow ? 1 : session.window << step | 1U;
    session.newest = number;
    return Number::Newest;
  }
  const std::uint64_t age = session.newest - number;
  if (age >= kWindow) {
    return Number::Old;
  }
  if ((session.window >> age & 1U) != 0) {
    return Number::Repeated;
  }
  session.window |= std::uint64_t{1} << age;
  return Number::Overtaken;
}

void HelloSessions::hear_sealed(const IpAddress& from, std::span<const std::byte> packet,
                                const mesh_hello::Sealed& sealed, Instant now, HelloOutput& out) {
  const auto at = sessions_.find(sealed.session);
  if (at == sessions_.end()) {
    return;  // of a session before a restart: a beacon ends it
  }
  Session& session = at->second;
  const HelloKey mac = crypto_.mac(session.hearing, mesh_hello::sealed_part(packet));
  const SiteId site = session.who.site;
  if (!same_bytes(std::span{mac}.first(sealed.mac.size()), sealed.mac)) {
    refuse(HelloFault::Forged, from, "a wrong signature in the name of " + site.text(), out);
    return;
  }
  switch (take_number(session, sealed.number)) {
    case Number::Newest: break;
    case Number::Overtaken: return;
    case Number::Repeated: refuse(HelloFault::Repeated, from, "a hello of " + site.text() + " twice", out); return;
    case Number::Old: refuse(HelloFault::Replayed, from, "an old hello of " + site.text(), out); return;
  }
  session.heard = now;
  session.address = from;
  session.agreed = true;
  session.finish.reset();
  session.finish_at = Instant::max();
  // Both have the newer one: the other one ends.
  std::erase_if(sessions_, [&](const auto& known) {
    return known.second.who.site == site && known.first != session.id && known.second.made < session.made;
  });
  out.events.emplace_back(HelloHeard{site, sealed.hello});
}

std::optional<HelloPacket> HelloSessions::seal(const SayHello& hello, Instant now) {
  Session* const session = session_to(hello.to, now);
  if (session == nullptr) {
    return std::nullopt;
  }
  mesh_hello::Sealed sealed{session->id, ++session->sent, hello.hello, {}};
  Bytes bytes = mesh_hello::encode(sealed);
  const HelloKey mac = crypto_.mac(session->sending, mesh_hello::sealed_part(bytes));
  std::copy_n(mac.begin(), sealed.mac.size(), bytes.end() - static_cast<std::ptrdiff_t>(sealed.mac.size()));
  return HelloPacket{session->address, std::move(bytes)};
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
  wall_ = wall;
  return judge_all();
}

HelloOutput HelloSessions::know_revoked(const std::vector<std::string>& serials) {
  revoked_ = {serials.begin(), serials.end()};
  return judge_all();
}

HelloOutput HelloSessions::judge_all() {
  HelloOutput out;
  std::vector<std::pair<std::uint64_t, std::string>> ended;
  for (const auto& [id, session] : sessions_) {
    if (const std::string why = void_because(session.who); !why.empty()) {
      ended.emplace_back(id, why);
    }
  }
  for (const auto& [id, why] : ended) {
    lose(id, why, out);
  }
  return out;
}

}  // namespace karkara
