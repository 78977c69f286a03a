#include "agent/io/session_machine.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

using namespace session_step;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string for_people(Duration wait) {
  return std::to_string(duration_cast<seconds>(wait).count()) + " s";
}

// 2.5 intervals: two answers may be lost, a third not.
Duration longest_silence(Duration interval) {
  return interval * 5 / 2;
}

void append(SessionSteps& steps, SessionSteps&& more) {
  std::move(more.begin(), more.end(), std::back_inserter(steps));
}

}  // namespace

SessionMachine::SessionMachine(SessionPolicy policy, Uniform uniform)
    : policy_{policy}, backoff_{policy.backoff, std::move(uniform)} {}

SessionSteps SessionMachine::obstacle(std::string_view what, Instant now) {
  const bool same = obstacle_ == what;
  obstacle_ = what;
  if (state_ == State::Dialling || state_ == State::Open || state_ == State::Stopped) {
    return {};
  }
  if (!obstacle_.empty()) {
    const bool news = !same || state_ != State::Blocked;
    state_ = State::Blocked;
    deadline_ = Instant::max();
    return news ? SessionSteps{SayTrying{obstacle_}} : SessionSteps{};
  }
  return state_ == State::Blocked ? wait("", now) : SessionSteps{};
}

SessionSteps SessionMachine::hurry(std::string_view why, Instant now) {
  switch (state_) {
    case State::Blocked:
    case State::Stopped: return {};
    case State::Waiting: backoff_.restart(); return dial(now);
    case State::Dialling: {  // bound to the old way's source address: it would only time out
      backoff_.restart();
      SessionSteps steps{Drop{}};
      append(steps, dial(now));
      return steps;
    }
    case State::Open: {
      // Also while it proves itself: the answer may have come over a way that is gone again.
      hurry_why_ = why;
      prove_by_ = now + std::min<Duration>(2 * rtt_ + seconds{1}, policy_.longest_proof);
      SessionSteps steps = send_heartbeat(now);
      proof_ = heartbeats_;
      return steps;
    }
  }
  return {};
}

SessionSteps SessionMachine::opened(Duration heartbeat_interval, Instant now) {
  if (state_ != State::Dialling) {
    return {};
  }
  interval_ = heartbeat_interval == Duration::zero()
                  ? policy_.usual_heartbeat
                  : std::clamp(heartbeat_interval, policy_.least_heartbeat, policy_.most_heartbeat);
  rtt_ = now - since_;  // with the handshakes in it: too long until the first heartbeat was answered, never too short
  state_ = State::Open;
  since_ = now;
  heard_ = now;
  prove_by_ = Instant::max();
  deadline_ = now + interval_;
  attempts_ = 0;
  return {};
}

void SessionMachine::heard(Instant now) {
  heard_ = now;
}

void SessionMachine::heartbeat_answered(std::uint64_t count, Instant now) {
  heard(now);
  if (state_ != State::Open) {
    return;
  }
  if (count == heartbeats_) {
    rtt_ = now - heartbeat_sent_;
  }
  if (prove_by_ != Instant::max() && count >= proof_ && count <= heartbeats_) {
    prove_by_ = Instant::max();
  }
}

SessionSteps SessionMachine::ended(std::string_view why, Instant now) {
  if (state_ == State::Open) {
    return lose(std::string{why}, now, prove_by_ != Instant::max());
  }
  return state_ == State::Dialling ? wait(why, now) : SessionSteps{};
}

SessionSteps SessionMachine::stop() {
  const State was = std::exchange(state_, State::Stopped);
  deadline_ = Instant::max();
  prove_by_ = Instant::max();
  SessionSteps steps;
  if (was == State::Open || was == State::Dialling) {
    steps.emplace_back(Drop{});
  }
  if (was == State::Open) {
    steps.emplace_back(SayClosed{"the agent stops"});
  }
  return steps;
}

SessionSteps SessionMachine::tick(Instant now) {
  if (now < next_deadline()) {
    return {};
  }
  switch (state_) {
    case State::Blocked:
    case State::Stopped: return {};
    case State::Waiting: return dial(now);
    case State::Dialling: {
      SessionSteps steps{Drop{}};
      append(steps, wait("no answer within " + for_people(policy_.dial_timeout), now));
      return steps;
    }
    case State::Open: break;
  }
  SessionSteps steps;
  if (now >= prove_by_) {
    steps.emplace_back(Drop{});
    append(steps, lose("no answer after the way out changed: " + hurry_why_, now, true));
  } else if (now - heard_ >= longest_silence(interval_)) {
    steps.emplace_back(Drop{});
    // While it has to prove itself the way out has changed, which says more than that it was silent.
    append(steps, lose("silent for " + for_people(now - heard_), now, prove_by_ != Instant::max()));
  } else if (now >= deadline_) {
    append(steps, send_heartbeat(now));
  }
  return steps;
}

Instant SessionMachine::next_deadline() const {
  if (state_ != State::Open) {
    return deadline_;
  }
  return std::min({deadline_, prove_by_, heard_ + longest_silence(interval_)});
}

SessionSteps SessionMachine::dial(Instant now) {
  state_ = State::Dialling;
  since_ = now;
  deadline_ = now + policy_.dial_timeout;
  ++attempts_;
  return {SayTrying{"dialling (attempt " + std::to_string(attempts_) + ")"}, Dial{attempts_}};
}

SessionSteps SessionMachine::wait(std::string_view why, Instant now) {
  if (!obstacle_.empty()) {
    state_ = State::Blocked;
    deadline_ = Instant::max();
    return {SayTrying{obstacle_}};
  }
  const Duration pause = std::max<Duration>(backoff_.next(), milliseconds{1});
  state_ = State::Waiting;
  deadline_ = now + pause;
  std::string what = "dialling again in " + for_people(pause);
  if (attempts_ > 0) {
    what += " (attempt " + std::to_string(attempts_) + " failed: " + std::string{why} + ")";
  } else if (!why.empty()) {
    what += " (" + std::string{why} + ")";
  }
  return {SayTrying{std::move(what)}};
}

SessionSteps SessionMachine::lose(const std::string& why, Instant now, bool at_once) {
  SessionSteps steps{SayClosed{why}};
  prove_by_ = Instant::max();
  if (at_once && obstacle_.empty()) {
    backoff_.restart();
    append(steps, dial(now));
  } else {
    backoff_.lost_session(now - since_);
    append(steps, wait(why, now));
  }
  return steps;
}

SessionSteps SessionMachine::send_heartbeat(Instant now) {
  heartbeat_sent_ = now;
  deadline_ = now + interval_;
  return {SendHeartbeat{++heartbeats_}};
}

}  // namespace karkara
