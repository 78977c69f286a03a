// When to dial the controller, when to believe that it is there, when to give up: the session's states and times.
// Pure: events and the time in, steps out; agent/io/controller_session carries them out. Refuses to know gRPC, files
// and frames' contents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/io/backoff.h"
#include "common/time.h"

namespace karkara {

struct SessionPolicy {
  BackoffPolicy backoff;
  Duration dial_timeout = std::chrono::seconds{30};    // from dialling to Welcome; a VSAT needs about 4 s
  Duration least_heartbeat = std::chrono::seconds{2};  // what Welcome may ask for
  Duration most_heartbeat = std::chrono::hours{1};
  Duration usual_heartbeat = std::chrono::seconds{60};  // when Welcome asks for none
  Duration longest_proof = std::chrono::seconds{5};     // how long a session may need to prove itself after hurry()
};

namespace session_step {
struct Dial {
  unsigned attempt = 1;
};
struct Drop {};  // let go of the stream; nothing of it counts any more
struct SendHeartbeat {
  std::uint64_t count = 0;
};
struct SayClosed {
  std::string why;
};  // an open session ended
struct SayTrying {
  std::string what;
};
}  // namespace session_step
using SessionStep = std::variant<session_step::Dial, session_step::Drop, session_step::SendHeartbeat,
                                 session_step::SayClosed, session_step::SayTrying>;
using SessionSteps = std::vector<SessionStep>;

class SessionMachine {
 public:
  SessionMachine(SessionPolicy policy, Uniform uniform);

  // An obstacle ("waiting for the clock") forbids dialling; empty: nothing stands in the way. An open session stays.
  SessionSteps obstacle(std::string_view what, Instant now);
  // The way out changed: dial at once, or let an open session prove that it survived.
  SessionSteps hurry(std::string_view why, Instant now);
  SessionSteps opened(Duration heartbeat_interval, Instant now);  // Welcome came
  void heard(Instant now);                                        // any frame came
  void heartbeat_answered(std::uint64_t count, Instant now);
  SessionSteps ended(std::string_view why, Instant now);  // the stream ended by itself
  SessionSteps stop();                                    // for ever
  SessionSteps tick(Instant now);

  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] bool is_open() const { return state_ == State::Open; }
  [[nodiscard]] Duration rtt() const { return rtt_; }

 private:
  enum class State : unsigned char { Blocked, Waiting, Dialling, Open, Stopped };
  SessionSteps dial(Instant now);
  SessionSteps wait(std::string_view why, Instant now);
  SessionSteps lose(const std::string& why, Instant now, bool at_once);
  SessionSteps send_heartbeat(Instant now);

  SessionPolicy policy_;
  Backoff backoff_;
  State state_ = State::Blocked;
  std::string obstacle_;
  Instant deadline_ = Instant::max();  // Waiting: dial; Dialling: give up; Open: next heartbeat
  Instant since_;                      // Dialling: began; Open: Welcome came
  Instant heard_;
  Instant prove_by_ = Instant::max();  // Open: when a proof is due
  std::uint64_t proof_ = 0;            // the heartbeat whose answer is the proof
  std::string hurry_why_;
  Duration interval_{};
  Duration rtt_{};
  Instant heartbeat_sent_;
  std::uint64_t heartbeats_ = 0;
  unsigned attempts_ = 0;
};

}  // namespace karkara
