// What the hello sessions spend on whom: nothing until somebody was seen to hear at his address, then little for each
// address and in all, and for who was met before whatever strangers have taken.
#include <algorithm>

#include "agent/io/hello_bytes.h"
#include "agent/io/hello_sessions.h"

namespace karkara {
namespace {

using mesh_hello::Bytes;

constexpr std::uint32_t kNonceSlots = 4;  // seconds that the answer to an Ask may take, and as many again

std::uint32_t slot_of(Instant now) {
  return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(now.since_boot()).count());
}

}  // namespace

// Nothing is remembered of who was asked, so that a flood of addresses takes no place.
mesh_hello::Nonce HelloSessions::nonce_for(const IpAddress& to, std::uint32_t slot) {
  Bytes content;
  add_bytes(content, "ask");
  add_bytes(content, to.bytes());
  add_bytes(content, std::uint64_t{slot});
  const HelloKey mac = crypto_.mac(secret_, content);
  mesh_hello::Nonce nonce{};
  std::copy_n(mac.begin(), nonce.size(), nonce.begin());
  return nonce;
}

mesh_hello::Nonce HelloSessions::present_nonce(const IpAddress& to, Instant now) {
  return nonce_for(to, slot_of(now) / kNonceSlots);
}

bool HelloSessions::is_ours(const IpAddress& from, const mesh_hello::Nonce& nonce, Instant now) {
  const std::uint32_t slot = slot_of(now) / kNonceSlots;
  return same_bytes(nonce, nonce_for(from, slot)) || (slot > 0 && same_bytes(nonce, nonce_for(from, slot - 1)));
}

// The time in front, the rest made over it: who once heard at an address has no cookie for ever.
mesh_hello::Cookie HelloSessions::cookie_for(const IpAddress& from, std::uint64_t instance, std::uint32_t slot) {
  mesh_hello::Cookie cookie{};
  for (std::size_t i = 0; i < sizeof slot; ++i) {
    cookie[i] = static_cast<std::byte>(slot >> (8 * (sizeof slot - 1 - i)));
  }
  Bytes content;
  add_bytes(content, "cookie");
  add_bytes(content, from.bytes());
  add_bytes(content, instance);
  add_bytes(content, std::uint64_t{slot});
  const HelloKey mac = crypto_.mac(secret_, content);
  std::copy_n(mac.begin(), cookie.size() - sizeof slot, cookie.begin() + sizeof slot);
  return cookie;
}

mesh_hello::Cookie HelloSessions::present_cookie(const IpAddress& from, std::uint64_t instance, Instant now) {
  return cookie_for(from, instance, slot_of(now));
}

bool HelloSessions::is_ours(const IpAddress& from, std::uint64_t instance, const mesh_hello::Cookie& cookie,
                            Instant now) {
  std::uint32_t slot = 0;
  for (std::size_t i = 0; i < sizeof slot; ++i) {
    slot = slot << 8U | std::to_integer<std::uint32_t>(cookie[i]);
  }
  const std::uint32_t present = slot_of(now);
  const bool fresh = slot <= present && std::chrono::seconds{present - slot} <= kCookieAge;
  return fresh && same_bytes(cookie, cookie_for(from, instance, slot));
}

bool HelloSessions::pays(const IpAddress& from, Instant now) {
  const auto before = tried_.find(from);
  if (before != tried_.end() && now - before->second < kPausePerAddress) {
    return false;
  }
  if (!(is_known(from) ? friends_ : strangers_).take(now)) {
    return false;
  }
  remember(tried_, from, now);
  return true;
}

// For one handshake more, or another one with the same.
bool HelloSessions::has_place(const IpAddress& address) const {
  const bool known = is_known(address);
  const auto taken = std::ranges::count_if(halves_, [&](const auto& half) { return half.second.known == known; });
  return halves_.contains(address) || static_cast<std::size_t>(taken) < kMostHalfOpen;
}

bool HelloSessions::pauses(const IpAddress& address, Instant now) const {
  const auto foreign = foreign_.find(address);
  return foreign != foreign_.end() && now < foreign->second.until;
}

// The map forgets its oldest entry when it is full: who floods with addresses costs no memory.
void HelloSessions::remember(std::map<IpAddress, Instant>& map, const IpAddress& address, Instant now) {
  if (!map.contains(address) && map.size() >= kMostAddresses) {
    map.erase(std::ranges::min_element(map, {}, [](const auto& entry) { return entry.second; }));
  }
  map[address] = now;
}

}  // namespace karkara
