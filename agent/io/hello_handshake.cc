// The handshake of the hello sessions: who begins, what each signs, and the keys that follow from it.
#include <algorithm>
#include <utility>

#include "agent/io/hello_bytes.h"
#include "agent/io/hello_sessions.h"

namespace karkara {
namespace {

using mesh_hello::Bytes;

constexpr std::chrono::seconds kClockSkew{300};
constexpr Duration kBeginnersTime = std::chrono::seconds{3};  // then the other one begins
constexpr Duration kAskPause = std::chrono::milliseconds{500};

Bytes transcript_of(std::uint64_t beginner, const mesh_hello::PublicKey& first, const mesh_hello::Answer& answer) {
  Bytes all;
  add_bytes(all, "karkara-hello-2");
  add_bytes(all, beginner);
  add_bytes(all, first);
  add_bytes(all, answer.instance);
  add_bytes(all, answer.ephemeral);
  return all;
}

// Each says under its own word what it has seen, so that one proof is never taken for the other.
Bytes to_sign(std::string_view word, const Bytes& transcript) {
  Bytes all;
  add_bytes(all, word);
  add_bytes(all, transcript);
  return all;
}

}  // namespace

// Both have their part in it: neither can choose it to be another session's.
std::uint64_t HelloSessions::session_of(const Bytes& transcript) {
  return first_number(crypto_.hash(to_sign("session", transcript)));
}

// Of two the one with the smaller number begins; when it does not, as it thinks that it knows us, the other one does.
// While hellos of a session come from there, a beacon with another number is not its.
void HelloSessions::hear(const IpAddress& from, const mesh_hello::Beacon& beacon, Instant now, HelloOutput& out) {
  if (beacon.instance == instance_ || is_met(from, beacon.instance) || stands(from, now)) {
    awaited_.erase(from);
    return;
  }
  if (halves_.contains(from) || is_full(now)) {
    return;
  }
  const auto awaited = awaited_.find(from);
  if (instance_ > beacon.instance && (awaited == awaited_.end() || now - awaited->second <= kBeginnersTime)) {
    if (awaited == awaited_.end()) {
      remember(awaited_, from, now);
    }
    return;
  }
  const auto before = asked_.find(from);
  if (pauses(from, now) || (before != asked_.end() && now - before->second < kAskPause) ||
      (!is_known(from) && !asks_.take(now))) {
    return;
  }
  remember(asked_, from, now);
  out.packets.push_back({from, mesh_hello::encode(mesh_hello::Ask{instance_, present_nonce(from, now)})});
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Ask& ask, Instant now, HelloOutput& out) {
  if (ask.instance == instance_ || (!is_known(from) && !challenges_.take(now))) {
    return;
  }
  const mesh_hello::Challenge challenge{ask.instance, ask.nonce, present_cookie(from, ask.instance, now)};
  out.packets.push_back({from, mesh_hello::encode(challenge)});
}

// Only now something is spent: somebody does hear at that address.
void HelloSessions::hear(const IpAddress& from, const mesh_hello::Challenge& challenge, Instant now, HelloOutput& out) {
  if (challenge.instance != instance_ || !is_ours(from, challenge.nonce, now) || halves_.contains(from) ||
      stands(from, now) || pauses(from, now) || !has_place(from) || !pays(from, now)) {
    return;
  }
  const auto key = crypto_.make_key();
  if (!key) {
    return;
  }
  Half half;
  half.ours = true;
  half.known = is_known(from);
  half.key = *key;
  half.until = now + kHandshakePatience;
  half.packet = mesh_hello::encode(mesh_hello::Begin{instance_, key->shown, challenge.cookie});
  half.again_at = now + kBeginPause;
  out.packets.push_back({from, half.packet});
  halves_[from] = std::move(half);
}

void HelloSessions::answer_again(const IpAddress& to, Half& half, Instant now, HelloOutput& out) {
  if (half.said >= kMostAnswers || now - half.said_at < kAnswerPause) {
    return;
  }
  half.said += 1;
  half.said_at = now;
  out.packets.push_back({to, half.packet});
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Begin& begin, Instant now, HelloOutput& out) {
  if (begin.instance == instance_ || !is_ours(from, begin.instance, begin.cookie, now)) {
    return;
  }
  if (is_full(now) && !is_known(from)) {
    return;
  }
  const auto under_way = halves_.find(from);
  if (under_way != halves_.end() && under_way->second.ours && instance_ < begin.instance) {
    return;  // both began; ours goes on
  }
  if (under_way != halves_.end() && !under_way->second.ours && under_way->second.theirs == begin.ephemeral) {
    answer_again(from, under_way->second, now, out);  // it was lost: the same costs no signature
    return;
  }
  if (!has_place(from) || !pays(from, now)) {
    refuse(HelloFault::Flood, from, "handshakes faster than they can be paid for", out);
    return;
  }
  const auto key = crypto_.make_key();
  if (!key) {
    return;
  }
  mesh_hello::Answer answer{first_number(begin.ephemeral), instance_, key->shown, {}};
  Half half;
  half.known = is_known(from);
  half.their_instance = begin.instance;
  half.key = *key;
  half.theirs = begin.ephemeral;
  half.transcript = transcript_of(begin.instance, begin.ephemeral, answer);
  half.session = session_of(half.transcript);
  half.until = now + kHandshakePatience;
  half.said_at = now;
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

Result<ProvenSite> HelloSessions::prove(std::span<const std::byte> content, const mesh_hello::Proof& proof) {
  auto who = crypto_.verify(content, proof);
  if (!who) {
    return who;
  }
  if (who->site == own_) {
    return Error{ErrorCode::Unauthenticated, "it has our own id"};
  }
  if (const std::string why = void_because(*who); !why.empty()) {
    return Error{ErrorCode::Unauthenticated, why};
  }
  return who;
}

// Without a clock a certificate counts unless it ended before the time that it must be by now; as soon as the clock is
// known, what stands on it is judged again.
std::string HelloSessions::void_because(const ProvenSite& who) const {
  if (revoked_.contains(who.serial)) {
    return "its certificate was revoked";
  }
  if (who.not_after < wall_.value_or(crypto_.clock_floor())) {
    return "its certificate has expired";
  }
  return wall_ && *wall_ + kClockSkew < who.not_before ? "its certificate is not valid yet" : "";
}

// Both certificates are in the keys: who would pass off another's half as its own gets other ones.
HelloSessions::Session HelloSessions::make_session(const Half& half, const HelloKey& shared, const ProvenSite& who,
                                                   const HelloKey& their_certificate, Instant now) {
  Bytes all = half.transcript;
  add_bytes(all, half.ours ? their_certificate : half.own_certificate);
  add_bytes(all, half.ours ? half.own_certificate : their_certificate);
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
  session.heard = session.made = now;
  session.agreed = !half.ours;  // who answered learns from the proof that the other one has it
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
  if (at == halves_.end() || !at->second.ours || answer.begun_by != first_number(at->second.key.shown)) {
    return;  // who did not hear the Begin cannot answer it
  }
  Half half = at->second;
  half.their_instance = answer.instance;
  half.transcript = transcript_of(instance_, half.key.shown, answer);
  half.session = session_of(half.transcript);
  const auto who = prove(to_sign("answer", half.transcript), answer.proof);
  if (!who) {
    doubt(from, who.error().text, now, out);
    return;
  }
  halves_.erase(at);
  const auto shared = crypto_.agree(half.key.secret, answer.ephemeral);
  const HelloKey their_certificate = crypto_.hash(answer.proof.certificate);
  Bytes content = to_sign("finish", half.transcript);
  add_bytes(content, their_certificate);
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
  meet(std::move(session), now, out);
}

void HelloSessions::hear(const IpAddress& from, const mesh_hello::Finish& finish, Instant now, HelloOutput& out) {
  const auto at = halves_.find(from);
  if (at == halves_.end() || at->second.ours || at->second.session != finish.session) {
    return;
  }
  const Half half = at->second;
  Bytes content = to_sign("finish", half.transcript);
  add_bytes(content, half.own_certificate);
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
  meet(std::move(session), now, out);
}

}  // namespace karkara
