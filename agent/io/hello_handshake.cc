// The handshake of the hello sessions: who begins, what each signs, and the keys that follow from it.
#include <algorithm>
#include <utility>

#include "agent/io/hello_sessions.h"

namespace karkara {
namespace {

using mesh_hello::Bytes;

constexpr std::chrono::seconds kClockSkew{300};

void add(Bytes& to, std::span<const std::byte> more) {
  to.insert(to.end(), more.begin(), more.end());
}
void add(Bytes& to, std::string_view text) {
  add(to, std::as_bytes(std::span{text.data(), text.size()}));
}
void add(Bytes& to, std::uint64_t number) {
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    to.push_back(static_cast<std::byte>(number >> (shift - 8)));
  }
}

Bytes transcript_of(std::uint64_t beginner, const mesh_hello::PublicKey& first, const mesh_hello::Answer& answer) {
  Bytes all;
  add(all, "karkara-hello-1");
  add(all, beginner);
  add(all, first);
  add(all, answer.instance);
  add(all, answer.session);
  add(all, answer.ephemeral);
  return all;
}

// Each says under its own word what it has seen, so that one proof is never taken for the other.
Bytes to_sign(std::string_view word, const Bytes& transcript) {
  Bytes all;
  add(all, word);
  add(all, transcript);
  return all;
}

}  // namespace

bool HelloSessions::pays(const IpAddress& from, Instant now) {
  const double gained = std::chrono::duration<double>(now - tokens_at_) / kPausePerHandshake;
  tokens_ = std::min(kHandshakesAtOnce, tokens_ + gained);
  tokens_at_ = now;
  const auto before = tried_.find(from);
  if (tokens_ < 1 || (before != tried_.end() && now - before->second < kPausePerAddress)) {
    return false;
  }
  tokens_ -= 1;
  remember(tried_, from, now);
  return true;
}

void HelloSessions::begin(const IpAddress& to, std::uint64_t their_instance, Instant now, HelloOutput& out) {
  const auto foreign = foreign_.find(to);
  const bool pauses = foreign != foreign_.end() && now < foreign->second.until;
  if (pauses || halves_.size() >= kMostHalfOpen || !pays(to, now)) {
    return;
  }
  const auto key = crypto_.make_key();
  if (!key) {
    return;
  }
  Half half;
  half.ours = true;
  half.their_instance = their_instance;
  half.key = *key;
  half.until = now + kHandshakePatience;
  half.packet = mesh_hello::encode(mesh_hello::Begin{instance_, key->shown, {}});
  half.again_at = now + kBeginPause;
  out.packets.push_back({to, half.packet});
  halves_[to] = std::move(half);
}

mesh_hello::Cookie HelloSessions::cookie_for(const IpAddress& from, std::uint64_t instance) {
  Bytes content;
  add(content, from.bytes());
  add(content, instance);
  const HelloKey mac = crypto_.mac(cookie_secret_, content);
  mesh_hello::Cookie cookie{};
  std::copy_n(mac.begin(), cookie.size(), cookie.begin());
  return cookie;
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Begin& begin, Instant now, HelloOutput& out) {
  const mesh_hello::Cookie cookie = cookie_for(from, begin.instance);
  if (begin.cookie != cookie) {
    out.packets.push_back({from, mesh_hello::encode(mesh_hello::Challenge{begin.instance, cookie})});
    return;
  }
  const auto under_way = halves_.find(from);
  if (under_way != halves_.end() && under_way->second.ours && instance_ < begin.instance) {
    return;  // both began; ours goes on
  }
  if (under_way != halves_.end() && !under_way->second.ours && under_way->second.theirs == begin.ephemeral) {
    out.packets.push_back({from, under_way->second.packet});  // it was lost: the same costs no signature
    return;
  }
  if ((under_way == halves_.end() && halves_.size() >= kMostHalfOpen) || !pays(from, now)) {
    refuse(HelloFault::Flood, from, "handshakes faster than they can be paid for", out);
    return;
  }
  const auto key = crypto_.make_key();
  if (!key) {
    return;
  }
  mesh_hello::Answer answer{begin.instance, instance_, crypto_.random(), key->shown, {}};
  Half half;
  half.their_instance = begin.instance;
  half.session = answer.session;
  half.key = *key;
  half.theirs = begin.ephemeral;
  half.transcript = transcript_of(begin.instance, begin.ephemeral, answer);
  half.until = now + kHandshakePatience;
  auto proof = crypto_.sign(to_sign("answer", half.transcript));
  if (!proof) {
    return;
  }
  half.own_certificate = crypto_.hash(proof->certificate);
  answer.proof = std::move(*proof);
  half.packet = mesh_hello::encode(answer);
  out.packets.push_back({from, half.packet});
  halves_[from] = std::move(half);
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Challenge& challenge, Instant now, HelloOutput& out) {
  const auto half = halves_.find(from);
  if (half == halves_.end() || !half->second.ours || challenge.instance != instance_ || now > half->second.until) {
    return;
  }
  half->second.packet = mesh_hello::encode(mesh_hello::Begin{instance_, half->second.key.shown, challenge.cookie});
  half->second.again_at = now + kBeginPause;
  out.packets.push_back({from, half->second.packet});
}

Result<ProvenSite> HelloSessions::prove(std::span<const std::byte> content, const mesh_hello::Proof& proof) {
  auto who = crypto_.verify(content, proof);
  if (!who) {
    return who;
  }
  if (who->site == own_) {
    return Error{ErrorCode::Unauthenticated, "it has our own id"};
  }
  if (const std::string why = untimely(*who); !why.empty()) {
    return Error{ErrorCode::Unauthenticated, why};
  }
  return who;
}

// Without a clock a certificate counts unless it ended before the time that it must be by now; as soon as the clock is
// known, what stands on it is judged again.
std::string HelloSessions::untimely(const ProvenSite& who) const {
  if (who.not_after < wall_.value_or(crypto_.clock_floor())) {
    return "its certificate has expired";
  }
  return wall_ && *wall_ + kClockSkew < who.not_before ? "its certificate is not valid yet" : "";
}

// Both certificates are in the keys: who would pass off another's half as its own gets other ones.
HelloSessions::Session HelloSessions::make_session(const Half& half, const HelloKey& shared, const ProvenSite& who,
                                                   const HelloKey& their_certificate, Instant now) {
  Bytes all = half.transcript;
  add(all, half.ours ? their_certificate : half.own_certificate);
  add(all, half.ours ? half.own_certificate : their_certificate);
  const HelloKey root = crypto_.mac(shared, all);
  const auto key = [&](std::string_view word) {
    return crypto_.mac(root, std::as_bytes(std::span{word.data(), word.size()}));
  };
  Session session;
  session.id = half.session;
  session.who = who;
  session.their_instance = half.their_instance;
  session.sending = key(half.ours ? "from-beginner" : "from-answerer");
  session.hearing = key(half.ours ? "from-answerer" : "from-beginner");
  session.heard = now;
  return session;
}

// Anybody near can answer in another's name, so what proves nothing ends a handshake only at the third time. Who is of
// another fleet costs two checks of a signature each time: none is begun with it for longer and longer. It may begin
// one itself, since somebody else may have spoken in its name.
void HelloSessions::doubt(const IpAddress& from, const std::string& why, Instant now, HelloOutput& out) {
  refuse(HelloFault::Foreign, from, why, out);
  const auto half = halves_.find(from);
  if (half == halves_.end() || ++half->second.doubts < kMostDoubts) {
    return;
  }
  halves_.erase(half);
  if (foreign_.size() >= kMostAddresses && !foreign_.contains(from)) {
    foreign_.erase(std::ranges::min_element(foreign_, {}, [](const auto& known) { return known.second.until; }));
  }
  Foreign& foreign = foreign_[from];
  foreign.pause = std::clamp<Duration>(2 * foreign.pause, kForeignPause, kMostForeignPause);
  foreign.until = now + foreign.pause;
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Answer& answer, Instant now, HelloOutput& out) {
  const auto at = halves_.find(from);
  if (at == halves_.end() || !at->second.ours || answer.begun_by != instance_) {
    return;
  }
  Half half = at->second;
  half.session = answer.session;
  half.their_instance = answer.instance;
  half.transcript = transcript_of(instance_, half.key.shown, answer);
  const auto who = prove(to_sign("answer", half.transcript), answer.proof);
  if (!who) {
    doubt(from, who.error().text, now, out);
    return;
  }
  halves_.erase(at);
  const auto shared = crypto_.agree(half.key.secret, answer.ephemeral);
  const HelloKey their_certificate = crypto_.hash(answer.proof.certificate);
  Bytes content = to_sign("finish", half.transcript);
  add(content, their_certificate);
  auto proof = crypto_.sign(content);
  if (!shared || !proof) {
    return;
  }
  half.own_certificate = crypto_.hash(proof->certificate);
  Session session = make_session(half, *shared, *who, their_certificate, now);
  session.address = from;
  session.finish = mesh_hello::encode(mesh_hello::Finish{half.session, std::move(*proof)});
  session.finish_at = now + kFinishPause;
  out.packets.push_back({from, *session.finish});
  meet(std::move(session), out);
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Finish& finish, Instant now, HelloOutput& out) {
  const auto at = halves_.find(from);
  if (at == halves_.end() || at->second.ours || at->second.session != finish.session) {
    return;
  }
  const Half half = at->second;
  Bytes content = to_sign("finish", half.transcript);
  add(content, half.own_certificate);
  const auto who = prove(content, finish.proof);
  if (!who) {
    doubt(from, who.error().text, now, out);
    return;
  }
  halves_.erase(at);
  const auto shared = crypto_.agree(half.key.secret, half.theirs);
  if (!shared) {
    return;
  }
  Session session = make_session(half, *shared, *who, crypto_.hash(finish.proof.certificate), now);
  session.address = from;
  meet(std::move(session), out);
}

}  // namespace karkara
