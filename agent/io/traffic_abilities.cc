#include "agent/io/traffic_abilities.h"

#include <net/if.h>

#include <cerrno>
#include <string>

#include "agent/codec/link_request.h"
#include "agent/io/traffic_requests.h"

namespace karkara {
namespace {

const std::string kTrialDevice = "karkara-try";

class Trial {
 public:
  Trial(TrafficConversation kernel, TrafficRequests requests)
      : kernel_{std::move(kernel)}, requests_{std::move(requests)} {}

  Result<TrafficAbilities> run() {
    remove();  // what a power cut left
    const auto kind = add();
    if (!kind) {
      return kind.error();
    }
    TrafficAbilities found;
    if (!kind->empty()) {
      find_out(*kind, found);
    }
    remove();
    return trouble_ ? Result<TrafficAbilities>{found} : trouble_.error();
  }

 private:
  // The kind of what was made; empty when the kernel knows none of them.
  Result<std::string> add() {
    for (const char* kind : {"ifb", "dummy", "bridge"}) {
      std::vector<traffic_control::Request> request{{rtnetlink::encode_add_link(kTrialDevice, kind), {}}};
      const auto answers = kernel_.ask(request);
      if (!answers) {
        return answers.error();
      }
      const int error = answers->front().error;
      if (error == 0) {
        link_ = if_nametoindex(kTrialDevice.c_str());
        return std::string{kind};
      }
      if (error != EOPNOTSUPP) {
        return answers->front().status().error();
      }
    }
    return std::string{};
  }

  void find_out(const std::string& kind, TrafficAbilities& found) {
    ShaperClass content;
    content.minor = 1;
    content.rate = content.ceiling = 1'000'000;
    content.burst = content.ceiling_burst = 2000;
    const FqCodelLeaf fq_codel{
        .limit = 64, .memory_limit = 65'536, .target = 5000, .interval = 100'000, .flows = 16, .quantum = 1514};
    const CakeLeaf cake{.rtt = 100'000, .memory_limit = 65'536};
    found.htb = can(PutShaperRoot{link_, 1}) && can(PutShaperClass{link_, {}, content});
    found.fq_codel = found.htb && can(PutLeaf{link_, 1, fq_codel, true});
    FqCodelLeaf by_host = fq_codel;
    by_host.fair = FairBy::HiddenSenders;
    found.by_host = found.fq_codel && can(PutLeaf{link_, 1, by_host, true});
    found.cake = found.htb && can(PutLeaf{link_, 1, cake, true});
    found.redirect = kind == "ifb" && can(PutRedirect{{link_, link_}});
    found.by_network = found.redirect && can(PutRedirect{{link_, link_, IpPrefix::parse("192.0.2.0/24")}});
  }

  bool can(const TrafficOp& op) {
    const Status status = requests_.change({&op, 1}).status;
    if (!status && status.error().code != ErrorCode::NotFound && status.error().code != ErrorCode::InvalidArgument) {
      trouble_ = trouble_ ? status : trouble_;  // no memory, no rights: says nothing about what the kernel has
    }
    return status.ok();
  }

  void remove() {
    if (const unsigned index = if_nametoindex(kTrialDevice.c_str()); index != 0) {
      std::vector<traffic_control::Request> request{{rtnetlink::encode_remove_link(index), {ENODEV}}};
      static_cast<void>(kernel_.ask(request));
    }
  }

  TrafficConversation kernel_;
  TrafficRequests requests_;
  std::uint32_t link_ = 0;
  Status trouble_;
};

}  // namespace

Result<TrafficAbilities> try_traffic_abilities() {
  auto kernel = TrafficConversation::open();
  if (!kernel) {
    return kernel.error();
  }
  auto requests = TrafficRequests::open();
  if (!requests) {
    return requests.error();
  }
  return Trial{std::move(*kernel), std::move(*requests)}.run();
}

}  // namespace karkara
