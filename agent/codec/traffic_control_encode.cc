#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "agent/codec/link_request.h"
#include "agent/codec/rtnetlink_objects.h"
#include "agent/codec/traffic_control.h"
#include "agent/codec/traffic_control_attributes.h"
#include "agent/codec/traffic_control_fair.h"
#include "agent/codec/traffic_control_leaf.h"
#include "agent/codec/traffic_control_pick.h"
#include "agent/facts/traffic_canonical.h"
#include "common/overloaded.h"

namespace karkara::traffic_control {
namespace {

constexpr int kChange = NLM_F_REQUEST | NLM_F_ACK;
constexpr int kCreate = kChange | NLM_F_CREATE;
constexpr int kCreateOnly = kCreate | NLM_F_EXCL;
constexpr int kDump = NLM_F_REQUEST | NLM_F_DUMP;
constexpr std::uint32_t kRoot = shaper_class_id(0);
constexpr std::uint32_t kHtbVersion = 3;
constexpr std::uint32_t kUnusedRateToQuantum = 10;  // every class says its quantum; 0 is refused
// Of the device's own queue, which only packets from before the tree meet. The driver's 32 would be HTB's limit too.
constexpr std::uint32_t kDeviceQueue = 1000;

tcmsg header_of(std::uint32_t link, std::uint32_t parent, std::uint32_t handle, std::uint32_t info = 0) {
  tcmsg header{};
  header.tcm_ifindex = static_cast<int>(link);
  header.tcm_parent = parent;
  header.tcm_handle = handle;
  header.tcm_info = info;
  return header;
}

std::uint32_t leaf_handle(std::uint16_t minor) {
  return (std::uint32_t{kLeafMajor} + minor) << 16U;
}

std::uint32_t hook_of(std::uint32_t minor) {
  return TC_H_MAKE(TC_H_CLSACT, minor);
}

std::uint32_t filter_info() {
  return TC_H_MAKE(std::uint32_t{kRedirectPreference} << 16U, std::uint32_t{htobe16(ETH_P_ALL)});
}

tc_ratespec rate_of(std::uint64_t rate, const Framing& framing) {
  tc_ratespec spec{};
  spec.linklayer = TC_LINKLAYER_ETHERNET;  // else the kernel wants a table of 256 times
  spec.overhead = static_cast<unsigned short>(framing.overhead);
  spec.mpu = framing.smallest;
  spec.rate = static_cast<std::uint32_t>(std::min<std::uint64_t>(rate, std::numeric_limits<std::uint32_t>::max()));
  return spec;
}

AttributeList class_options(const PutShaperClass& op) {
  ShaperClass content = op.content;
  content.leaf = PfifoLeaf{};  // so that quantum and priority are said: a class is made before it has its leaf
  content = canonical(std::move(content));
  const Framing framing = canonical(op.framing);
  tc_htb_opt parameters{};
  parameters.rate = rate_of(content.rate, framing);
  parameters.ceil = rate_of(content.ceiling, framing);
  parameters.buffer = burst_ticks(content.burst, content.rate);
  parameters.cbuffer = burst_ticks(content.ceiling_burst, content.ceiling);
  parameters.quantum = content.quantum;
  parameters.prio = content.priority;
  AttributeList options;
  options.plain(TCA_HTB_PARMS, parameters);
  if (content.rate > parameters.rate.rate) {
    options.u64(TCA_HTB_RATE64, content.rate);
  }
  if (content.ceiling > parameters.ceil.rate) {
    options.u64(TCA_HTB_CEIL64, content.ceiling);
  }
  return options;
}

AttributeList redirect_action(std::uint32_t through) {
  tc_mirred parameters{};
  parameters.action = TC_ACT_STOLEN;
  parameters.eaction = TCA_EGRESS_REDIR;
  parameters.ifindex = through;
  AttributeList content;
  content.plain(TCA_MIRRED_PARMS, parameters);
  AttributeList action;
  action.text(TCA_ACT_KIND, "mirred").nest(TCA_ACT_OPTIONS, content);
  return AttributeList{}.nest(1, action);  // the first in order, and the only one
}

std::vector<Request> requests(const AddDownloadDevice&) {
  const std::string name{kDownloadDevice};
  ifinfomsg up{};
  up.ifi_flags = IFF_UP;
  up.ifi_change = IFF_UP;
  AttributeList kind;
  kind.text(IFLA_INFO_KIND, "ifb");
  NetlinkRequest add{RTM_NEWLINK, kCreateOnly, 0, up};
  add.text(IFLA_IFNAME, name).u32(IFLA_TXQLEN, kDeviceQueue).raw(IFLA_LINKINFO | NLA_F_NESTED, kind.bytes());
  NetlinkRequest raise{RTM_NEWLINK, kChange, 0, up};
  raise.text(IFLA_IFNAME, name);
  return {{add.bytes(), {EEXIST}}, {raise.bytes(), {}}};  // one that was set down drops all that is sent through it
}

std::vector<Request> requests(const RemoveDownloadDevice& op) {
  return {{rtnetlink::encode_remove_link(op.link), {ENODEV}}};
}

void put_header(std::uint16_t header, NetlinkRequest& into) {
  if (header == 0) {
    return;
  }
  tc_sizespec sizes{};
  sizes.linklayer = TC_LINKLAYER_ETHERNET;
  sizes.overhead = -int{header};
  AttributeList table;
  table.plain(TCA_STAB_BASE, sizes);
  into.raw(TCA_STAB | NLA_F_NESTED, table.bytes());
}

std::vector<Request> requests(const PutShaperRoot& op) {
  tc_htb_glob global{};
  global.version = kHtbVersion;
  global.rate2quantum = kUnusedRateToQuantum;
  global.defcls = op.default_minor;
  AttributeList options;
  options.plain(TCA_HTB_INIT, global);
  // Never in place of what stands there: HTB cannot be changed, and another's is not ours to replace.
  NetlinkRequest request{RTM_NEWQDISC, kCreateOnly, 0, header_of(op.link, TC_H_ROOT, kRoot)};
  request.text(TCA_KIND, "htb").raw(TCA_OPTIONS | NLA_F_NESTED, options.bytes());
  put_header(op.header, request);
  return {{request.bytes(), {}}};
}

// With the handle, so that another's root stays: the kernel says EINVAL when the handle is not the root's.
std::vector<Request> requests(const RemoveShaperRoot& op) {
  const NetlinkRequest request{RTM_DELQDISC, kChange, 0, header_of(op.link, TC_H_ROOT, kRoot)};
  return {{request.bytes(), {ENOENT, ENODEV, EINVAL}}};
}

std::vector<Request> requests(const PutShaperClass& op) {
  const ShaperClass& content = op.content;
  NetlinkRequest request{RTM_NEWTCLASS, kCreate, 0,
                         header_of(op.link, shaper_class_id(content.parent), shaper_class_id(content.minor))};
  request.text(TCA_KIND, "htb").raw(TCA_OPTIONS | NLA_F_NESTED, class_options(op).bytes());
  return {{request.bytes(), {}}};
}

std::vector<Request> requests(const RemoveShaperClass& op) {
  const NetlinkRequest request{RTM_DELTCLASS, kChange, 0, header_of(op.link, kRoot, shaper_class_id(op.minor))};
  return {{request.bytes(), {ENOENT, ENODEV, EINVAL}}};
}

// Whose parts are equal. A filter that is there is changed in place; without one fq_codel looks at flows by itself.
Request fairness_request(const PutLeaf& op, const FqCodelLeaf& leaf) {
  const std::uint32_t handle = leaf_handle(op.minor);
  const bool by_flows = leaf.fair == FairBy::Flows;
  NetlinkRequest request{by_flows ? RTM_DELTFILTER : RTM_NEWTFILTER, by_flows ? kChange : kCreate, 0,
                         header_of(op.link, handle, by_flows ? 0 : kRedirectHandle, filter_info())};
  if (by_flows) {
    return {request.bytes(), {ENOENT, ENODEV, EINVAL, EOPNOTSUPP}};
  }
  request.text(TCA_KIND, "flow").raw(TCA_OPTIONS | NLA_F_NESTED, encode_fairness(leaf, handle));
  return {request.bytes(), {}};
}

// The kernel has no "create or change": what is there already is changed, with its packets.
std::vector<Request> requests(const PutLeaf& op) {
  const tcmsg place = header_of(op.link, shaper_class_id(op.minor), leaf_handle(op.minor));
  const auto request = [&](int flags, bool anew) {
    // A pfifo's options are a bare structure, the others' are nested.
    const bool bare = std::holds_alternative<PfifoLeaf>(op.leaf);
    NetlinkRequest result{RTM_NEWQDISC, flags, 0, place};
    result.text(TCA_KIND, kind_of(op.leaf))
        .raw(bare ? TCA_OPTIONS : TCA_OPTIONS | NLA_F_NESTED, *encode_leaf(op.leaf, anew));
    return result.bytes();
  };
  std::vector<Request> result;
  if (op.replace) {
    const NetlinkRequest remove{RTM_DELQDISC, kChange, 0, header_of(op.link, shaper_class_id(op.minor), 0)};
    result.push_back({remove.bytes(), {ENOENT}});
  }
  result.push_back({request(kCreateOnly, true), {EEXIST}});
  result.push_back({request(kChange, false), {}});
  if (const auto* queue = std::get_if<FqCodelLeaf>(&op.leaf)) {
    result.push_back(fairness_request(op, *queue));
  }
  return result;
}

std::vector<Request> remove_redirect(std::uint32_t link) {
  const NetlinkRequest request{RTM_DELTFILTER, kChange, 0, header_of(link, hook_of(TC_H_MIN_EGRESS), 0, filter_info())};
  return {{request.bytes(), {ENOENT, ENODEV, EINVAL}}};
}

// An old one goes first: matchall cannot be changed in place.
std::vector<Request> requests(const PutRedirect& op, Filter filter) {
  const std::uint32_t link = op.redirect.link;
  NetlinkRequest clsact{RTM_NEWQDISC, kCreateOnly, 0, header_of(link, TC_H_CLSACT, TC_H_MAJ(TC_H_CLSACT))};
  clsact.text(TCA_KIND, "clsact");
  std::vector<Request> result{{clsact.bytes(), {EEXIST}}};
  std::ranges::move(remove_redirect(link), std::back_inserter(result));
  const bool match_all = filter == Filter::MatchAll && !op.redirect.to;
  const AttributeList action = redirect_action(op.redirect.through);
  AttributeList options;
  if (match_all) {
    options.nest(TCA_MATCHALL_ACT, action);
  } else {
    options.raw(TCA_U32_SEL, encode_pick(op.redirect.to)).nest(TCA_U32_ACT, action);
  }
  NetlinkRequest add{RTM_NEWTFILTER, kCreateOnly, 0,
                     header_of(link, hook_of(TC_H_MIN_EGRESS), kRedirectHandle, filter_info())};
  add.text(TCA_KIND, match_all ? "matchall" : "u32").raw(TCA_OPTIONS | NLA_F_NESTED, options.bytes());
  result.push_back({add.bytes(), {}});
  return result;
}

std::vector<Request> requests(const RemoveRedirect& op) {
  std::vector<Request> result = remove_redirect(op.link);
  if (op.clsact_too) {
    const NetlinkRequest request{RTM_DELQDISC, kChange, 0, header_of(op.link, TC_H_CLSACT, TC_H_MAJ(TC_H_CLSACT))};
    result.push_back({request.bytes(), {ENOENT, ENODEV, EINVAL}});
  }
  return result;
}

bool is_minor(std::uint16_t minor) {
  return minor > 0 && minor <= kMostShaperClasses;
}

// What would be misunderstood, or would hit something else.
Status check(const TrafficOp& op) {
  const bool sound = std::visit(
      Overloaded{
          [](const AddDownloadDevice&) { return true; },
          [](const PutShaperRoot& o) { return o.link != 0; },
          [](const PutShaperClass& o) {
            return o.link != 0 && is_minor(o.content.minor) && o.content.parent <= kMostShaperClasses &&
                   o.content.parent != o.content.minor;
          },
          [](const PutLeaf& o) {
            return o.link != 0 && is_minor(o.minor) && !std::holds_alternative<OtherLeaf>(o.leaf);
          },
          [](const PutRedirect& o) {
            return o.redirect.link != 0 && o.redirect.through != 0 && (!o.redirect.to || is_network(*o.redirect.to));
          },
          [](const RemoveShaperClass& o) { return o.link != 0 && is_minor(o.minor); },
          [](const auto& o) { return o.link != 0; },
      },
      op);
  return sound ? Status{} : Status{Error{ErrorCode::InvalidArgument, "a step of shaping that cannot be ours"}};
}

}  // namespace

Result<std::vector<Request>> encode(const TrafficOp& op, Filter filter) {
  if (auto status = check(op); !status) {
    return status.error();
  }
  std::vector<Request> all = std::visit(Overloaded{
                                            [&](const PutRedirect& o) { return requests(o, filter); },
                                            [](const auto& o) { return requests(o); },
                                        },
                                        op);
  if (std::ranges::any_of(all, [](const Request& request) { return request.bytes.empty(); })) {
    return Error{ErrorCode::ResourceExhausted, "no memory for a netlink request"};
  }
  return all;
}

Request change_header(const PutShaperRoot& op) {
  NetlinkRequest request{RTM_NEWQDISC, kChange, 0, header_of(op.link, TC_H_ROOT, kRoot)};
  request.text(TCA_KIND, "htb");
  put_header(op.header, request);
  return {request.bytes(), {}};
}

NetlinkBytes dump_queues() {
  return NetlinkRequest{RTM_GETQDISC, kDump, 0, tcmsg{}}.bytes();
}

NetlinkBytes dump_classes(std::uint32_t link) {
  return NetlinkRequest{RTM_GETTCLASS, kDump, 0, header_of(link, kRoot, 0)}.bytes();
}

NetlinkBytes dump_all_classes(std::uint32_t link) {
  return NetlinkRequest{RTM_GETTCLASS, kDump, 0, header_of(link, 0, 0)}.bytes();
}

NetlinkBytes dump_filters(std::uint32_t link, Hook hook) {
  const std::uint32_t minor = hook == Hook::Out ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS;
  return NetlinkRequest{RTM_GETTFILTER, kDump, 0, header_of(link, hook_of(minor), 0)}.bytes();
}

NetlinkBytes dump_filters_of_leaf(std::uint32_t link, std::uint16_t minor) {
  return NetlinkRequest{RTM_GETTFILTER, kDump, 0, header_of(link, leaf_handle(minor), 0)}.bytes();
}

}  // namespace karkara::traffic_control
