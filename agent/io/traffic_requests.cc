#include "agent/io/traffic_requests.h"

#include <algorithm>
#include <iterator>

#include "agent/io/traffic_dump.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using traffic_control::Filter;
using traffic_control::Request;

// Their answers, some 500 bytes each with the kernel's own accounting, fit its smallest receive buffer.
constexpr std::size_t kMostTogether = 48;

// These cannot hit anything but what they name, and change nothing when they come twice.
bool may_go_together(const TrafficOp& op) {
  return std::holds_alternative<PutShaperClass>(op) || std::holds_alternative<PutLeaf>(op);
}

}  // namespace

Result<TrafficRequests> TrafficRequests::open() {
  auto kernel = TrafficConversation::open();
  if (!kernel) {
    return kernel.error();
  }
  return TrafficRequests{std::move(*kernel)};
}

TrafficRequests::Done TrafficRequests::change(std::span<const TrafficOp> ops) {
  Done done;
  while (done.count < ops.size()) {
    const auto rest = ops.subspan(done.count);
    const auto alone = std::find_if_not(rest.begin(), rest.end(), may_go_together);
    if (alone == rest.begin()) {
      done.status = carry_out(rest.front());
      done.count += done.status ? 1 : 0;
    } else {
      const auto together = static_cast<std::size_t>(alone - rest.begin());
      const Done some = change_together(rest.first(std::min(together, kMostTogether)));
      done = {done.count + some.count, some.status};
    }
    if (!done.status) {
      return done;
    }
  }
  return done;
}

TrafficRequests::Done TrafficRequests::change_together(std::span<const TrafficOp> ops) {
  std::vector<Request> requests;
  std::vector<std::size_t> owners;  // which step each is of
  Done done{ops.size(), {}};
  for (std::size_t i = 0; i < ops.size(); ++i) {
    auto of_step = traffic_control::encode(ops[i], filter_);
    if (!of_step) {
      done = {i, of_step.error()};
      break;
    }
    std::ranges::move(*of_step, std::back_inserter(requests));
    owners.resize(requests.size(), i);
  }
  if (requests.empty()) {
    return done;
  }
  const auto answers = kernel_.ask(requests);
  if (!answers) {
    return {0, answers.error()};
  }
  const auto refused =
      std::ranges::find_if(*answers, [](const TrafficConversation::Answer& answer) { return answer.error != 0; });
  if (refused == answers->end()) {
    return done;
  }
  return {owners[static_cast<std::size_t>(refused - answers->begin())], refused->status()};
}

Status TrafficRequests::carry_out(const TrafficOp& op) {
  return std::visit(Overloaded{
                        [&](const PutShaperRoot& o) { return put_root(o); },
                        [&](const PutRedirect& o) { return put_redirect(o); },
                        [&](const auto& o) { return ask(o, filter_); },
                    },
                    op);
}

// The first refusal of its requests, if any.
Status TrafficRequests::ask(const TrafficOp& op, Filter filter) {
  auto requests = traffic_control::encode(op, filter);
  return requests ? ask(*requests) : requests.error();
}

Status TrafficRequests::ask(std::vector<Request> requests) {
  const auto answers = kernel_.ask(requests);
  if (!answers) {
    return answers.error();
  }
  for (const TrafficConversation::Answer& answer : *answers) {
    if (auto status = answer.status(); !status) {
      return status;
    }
  }
  return {};
}

// HTB's default class cannot be changed: a tree of ours with another one goes, with what waits in it.
Status TrafficRequests::put_root(const PutShaperRoot& op) {
  auto status = ask(op, filter_);
  if (status || status.error().code != ErrorCode::AlreadyExists) {
    return status;
  }
  const auto seen = root_of(kernel_, op.link);
  if (!seen) {
    return seen.error();
  }
  if (!*seen || (*seen)->major != kShaperMajor || (*seen)->kind != "htb") {
    return Error{ErrorCode::AlreadyExists, "another program's " + (*seen ? (*seen)->kind : "queue") + " is the root"};
  }
  if ((*seen)->default_minor == op.default_minor) {
    return (*seen)->header == op.header ? Status{} : ask({traffic_control::change_header(op)});
  }
  if (status = ask(RemoveShaperRoot{op.link}, filter_); !status) {
    return status;
  }
  return ask(op, filter_);
}

// On a link with an ingress the kernel would take our filter for what goes out and hang it where packets come in: the
// village would be cut off.
Status TrafficRequests::put_redirect(const PutRedirect& op) {
  const auto taken = has_ingress(kernel_, op.redirect.link);
  if (!taken) {
    return taken.error();
  }
  if (*taken) {
    return Error{ErrorCode::AlreadyExists, "another program's ingress is in the place of a clsact"};
  }
  auto status = ask(op, filter_);
  if (filter_ == Filter::MatchAll && !status && status.error().code == ErrorCode::NotFound) {
    status = ask(op, Filter::U32);
    filter_ = status ? Filter::U32 : filter_;
  }
  return status;
}

Result<SeenTraffic> TrafficRequests::dump() {
  return dump_traffic(kernel_);
}

Result<std::vector<ShaperCount>> TrafficRequests::counts(std::span<const std::uint32_t> links) {
  return count_traffic(kernel_, links);
}

}  // namespace karkara
