// Proved neighbours: who is heard on the mesh, the handshake by which both learn who the other is, and the keys under
// which hellos are then exchanged. Packets in, packets and events out, time as an argument: it owns neither socket nor
// clock. Refuses whatever is forged, replayed, of a foreign certificate, or more than the router can pay for.
// docs/mesh.md has the protocol. Called by agent/io/hello_link.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/hello.h"
#include "agent/io/hello_budget.h"
#include "agent/io/hello_crypto.h"

namespace karkara {

// To one address, or to all.
struct HelloPacket {
  std::optional<IpAddress> to;
  mesh_hello::Bytes bytes;
};
using HelloEvent = std::variant<NeighbourMet, NeighbourLost, HelloHeard, HelloRefused>;
struct HelloOutput {
  std::vector<HelloPacket> packets{};
  std::vector<HelloEvent> events{};
};

class HelloSessions {
 public:
  static constexpr std::size_t kMostSessions = 32;  // sites
  static constexpr std::size_t kMostHalfOpen = 8;   // of strangers, and as many of who was met before
  static constexpr Duration kBeaconPace = std::chrono::seconds{1};
  static constexpr Duration kForgotten = std::chrono::seconds{15};  // without a hello
  static constexpr Duration kStanding =
      std::chrono::milliseconds{3150};  // since a hello: nothing said in its name counts
  static constexpr Duration kHandshakePatience = std::chrono::seconds{4};
  static constexpr Duration kPausePerAddress = std::chrono::seconds{1};
  static constexpr Duration kCookieAge = std::chrono::seconds{10};
  static constexpr unsigned kMostAnswers = 6;  // to one Begin, all the same one
  // Two signatures checked and one made for each: some 50 ms of a small router's CPU.
  static constexpr double kHandshakesASecond = 2;
  static constexpr double kHandshakesAtOnce = 8;
  static constexpr double kAsksASecond = 50;  // of 48 bytes, and as many answers

  HelloSessions(HelloCrypto& crypto, SiteId own, Instant now);

  HelloOutput on_packet(const IpAddress& from, std::span<const std::byte> packet, Instant now);
  HelloOutput tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  // To a neighbour that was met; nothing for another.
  [[nodiscard]] std::optional<HelloPacket> seal(const SayHello& hello, Instant now);
  // Certificates are judged by it, those of sessions that stand as well. None: the clock cannot be trusted.
  HelloOutput know_wall(std::optional<WallTime> wall);
  // Serials, lower-case hex, of certificates that count no more; likewise.
  HelloOutput know_revoked(const std::vector<std::string>& serials);

 private:
  struct Half {          // a handshake under way
    bool ours = false;   // we began it
    bool known = false;  // with an address of who was met before
    std::uint64_t their_instance = 0;
    std::uint64_t session = 0;
    EphemeralKey key{};
    mesh_hello::PublicKey theirs{};
    mesh_hello::Bytes transcript{};
    HelloKey own_certificate{};  // its hash
    mesh_hello::Bytes packet{};  // what we said last: it may have been lost
    Instant said_at{};
    unsigned said = 1;
    Instant again_at = Instant::max();
    Instant until{};
    unsigned doubts = 0;  // answers that proved nothing
  };
  struct Foreign {
    Instant until{};
    Duration pause{};
  };
  struct Session {
    std::uint64_t id = 0;
    ProvenSite who{};
    IpAddress address{};
    std::uint64_t their_instance = 0;
    HelloKey sending{};
    HelloKey hearing{};
    std::uint64_t sent = 0;
    std::uint64_t newest = 0;
    std::uint64_t window = 0;  // bit n: newest - n was heard
    Instant heard{};
    Instant made{};
    bool agreed = false;                        // the other side has it too
    std::optional<mesh_hello::Bytes> finish{};  // said again until the first hello comes
    Instant finish_at = Instant::max();
    unsigned finishes = 0;
  };
  enum class Number : std::uint8_t { Newest, Overtaken, Repeated, Old };

  void hear(const IpAddress& from, const mesh_hello::Beacon& beacon, Instant now, HelloOutput& out);
  void hear(const IpAddress& from, const mesh_hello::Ask& ask, Instant now, HelloOutput& out);
  void hear(const IpAddress& from, const mesh_hello::Challenge& challenge, Instant now, HelloOutput& out);
  void hear(const IpAddress& from, const mesh_hello::Begin& begin, Instant now, HelloOutput& out);
  void hear(const IpAddress& from, const mesh_hello::Answer& answer, Instant now, HelloOutput& out);
  void hear(const IpAddress& from, const mesh_hello::Finish& finish, Instant now, HelloOutput& out);
  void hear_sealed(const IpAddress& from, std::span<const std::byte> packet, const mesh_hello::Sealed& sealed,
                   Instant now, HelloOutput& out);
  static constexpr std::size_t kMostAddresses = 64;  // that are remembered
  static constexpr Duration kBeginPause = std::chrono::milliseconds{400};
  static constexpr Duration kAnswerPause = std::chrono::milliseconds{200};
  static constexpr Duration kFinishPause = std::chrono::milliseconds{300};
  static constexpr unsigned kMostDoubts = 3;
  static constexpr Duration kForeignPause = std::chrono::seconds{10};  // doubled each time
  static constexpr Duration kMostForeignPause = std::chrono::minutes{10};
  static void remember(std::map<IpAddress, Instant>& map, const IpAddress& address, Instant now);
  // hello_cookies.cc
  [[nodiscard]] mesh_hello::Nonce nonce_for(const IpAddress& to, std::uint32_t slot);
  [[nodiscard]] mesh_hello::Cookie cookie_for(const IpAddress& from, std::uint64_t instance, std::uint32_t slot);
  [[nodiscard]] mesh_hello::Nonce present_nonce(const IpAddress& to, Instant now);
  [[nodiscard]] mesh_hello::Cookie present_cookie(const IpAddress& from, std::uint64_t instance, Instant now);
  [[nodiscard]] bool is_ours(const IpAddress& from, const mesh_hello::Nonce& nonce, Instant now);
  [[nodiscard]] bool is_ours(const IpAddress& from, std::uint64_t instance, const mesh_hello::Cookie& cookie,
                             Instant now);
  [[nodiscard]] bool pays(const IpAddress& from, Instant now);
  [[nodiscard]] bool has_place(const IpAddress& address) const;
  [[nodiscard]] bool is_known(const IpAddress& address) const { return known_.contains(address); }
  [[nodiscard]] bool pauses(const IpAddress& address, Instant now) const;

  void answer_again(const IpAddress& to, Half& half, Instant now, HelloOutput& out);
  void meet(Session session, Instant now, HelloOutput& out);
  void doubt(const IpAddress& from, const std::string& why, Instant now, HelloOutput& out);
  void lose(std::uint64_t id, const std::string& why, HelloOutput& out);
  HelloOutput judge_all();
  void refuse(HelloFault fault, const IpAddress& from, std::string why, HelloOutput& out);
  [[nodiscard]] bool is_met(const IpAddress& address, std::uint64_t instance) const;
  [[nodiscard]] bool stands(const IpAddress& address, Instant now) const;  // hellos of a session come from there
  [[nodiscard]] bool is_full(Instant now) const;
  [[nodiscard]] Session* session_to(const SiteId& site, Instant now);
  [[nodiscard]] Result<ProvenSite> prove(std::span<const std::byte> content, const mesh_hello::Proof& proof);
  [[nodiscard]] std::string void_because(const ProvenSite& who) const;
  [[nodiscard]] std::uint64_t session_of(const mesh_hello::Bytes& transcript);
  [[nodiscard]] Session make_session(const Half& half, const HelloKey& shared, const ProvenSite& who,
                                     const HelloKey& their_certificate, Instant now);
  [[nodiscard]] static Number take_number(Session& session, std::uint64_t number);

  HelloCrypto& crypto_;
  SiteId own_;
  std::uint64_t instance_;
  HelloKey secret_{};  // of cookies and nonces
  std::optional<WallTime> wall_;
  std::set<std::string> revoked_;
  std::map<std::uint64_t, Session> sessions_;
  std::map<IpAddress, Half> halves_;
  std::map<IpAddress, Instant> asked_;    // whether they hear us
  std::map<IpAddress, Instant> tried_;    // handshakes, by address
  std::map<IpAddress, Instant> known_;    // of who was met: what strangers do costs these nothing
  std::map<IpAddress, Foreign> foreign_;  // with whom none is begun for some time
  std::map<IpAddress, Instant> awaited_;  // who should begin one, since when
  HelloBudget asks_{kAsksASecond, kAsksASecond};
  HelloBudget challenges_{kAsksASecond, kAsksASecond};
  HelloBudget strangers_{kHandshakesASecond, kHandshakesAtOnce};
  HelloBudget friends_{kHandshakesASecond, kHandshakesAtOnce};
  Instant beacon_at_;
};

}  // namespace karkara
