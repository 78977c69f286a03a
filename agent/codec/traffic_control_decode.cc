#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include <algorithm>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"
#include "agent/codec/traffic_control.h"
#include "agent/codec/traffic_control_counts.h"
#include "agent/codec/traffic_control_fair.h"
#include "agent/codec/traffic_control_leaf.h"
#include "agent/codec/traffic_control_pick.h"
#include "agent/facts/traffic_canonical.h"

namespace karkara::traffic_control {
namespace {

constexpr std::size_t kLongestKind = IFNAMSIZ - 1;
constexpr unsigned kFirstAction = 1;

// What all three kinds of object begin with.
struct Head {
  tcmsg header{};
  std::string kind;
  std::span<const std::byte> options;
  std::span<const std::byte> sizes;
  QueueCount count;
};

std::uint16_t major_of(std::uint32_t handle) {
  return static_cast<std::uint16_t>(handle >> 16U);
}

std::uint16_t minor_of(std::uint32_t handle) {
  return static_cast<std::uint16_t>(handle);
}

Result<Head> take_head(std::span<const std::byte> payload) {
  Head head;
  const auto header = rtnetlink::take_header<tcmsg>(payload);
  if (!header) {
    return header.error();
  }
  head.header = *header;
  NetlinkAttributes attributes{payload};
  auto kind = attributes.name(TCA_KIND, kLongestKind);
  const auto options = attributes.bytes(TCA_OPTIONS, 0);
  const auto sizes = attributes.bytes(TCA_STAB, 0);
  const auto statistics = attributes.bytes(TCA_STATS2, 0);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  if (!kind || header->tcm_ifindex <= 0) {
    return Error{ErrorCode::InvalidArgument, "without kind or link"};
  }
  head.kind = std::move(*kind);
  head.options = options.value_or(std::span<const std::byte>{});
  head.sizes = sizes.value_or(std::span<const std::byte>{});
  if (statistics) {
    const auto count = decode_counts(head.kind, *statistics);
    if (!count) {
      return count.error();
    }
    head.count = *count;
  }
  return head;
}

std::uint32_t link_of(const Head& head) {
  return static_cast<std::uint32_t>(head.header.tcm_ifindex);
}

Result<std::uint16_t> htb_default(std::span<const std::byte> options) {
  NetlinkAttributes attributes{options};
  const auto bytes = attributes.bytes(TCA_HTB_INIT, sizeof(tc_htb_glob));
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  if (!bytes) {
    return Error{ErrorCode::NotFound, "an htb without its options"};
  }
  tc_htb_glob global{};
  std::memcpy(&global, bytes->data(), sizeof global);
  return minor_of(global.defcls);
}

// Of each packet, what the table of sizes takes off; 0xffff when it does something else.
Result<std::uint16_t> header_taken_off(std::span<const std::byte> sizes) {
  constexpr std::uint16_t kSomethingElse = 0xffff;
  NetlinkAttributes attributes{sizes};
  const auto bytes = attributes.bytes(TCA_STAB_BASE, sizeof(tc_sizespec));
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  if (!bytes) {
    return std::uint16_t{0};
  }
  tc_sizespec table{};
  std::memcpy(&table, bytes->data(), sizeof table);
  const bool plain = table.tsize == 0 && table.overhead <= 0 && table.overhead > -int{kSomethingElse};
  return plain ? static_cast<std::uint16_t>(-table.overhead) : kSomethingElse;
}

std::uint64_t wide_rate(const std::optional<std::span<const std::byte>>& wide, std::uint32_t narrow) {
  std::uint64_t rate = narrow;
  if (wide) {
    std::memcpy(&rate, wide->data(), sizeof rate);
  }
  return rate;
}

Status decode_htb_class(const Head& head, Class& into) {
  NetlinkAttributes attributes{head.options};
  const auto bytes = attributes.bytes(TCA_HTB_PARMS, sizeof(tc_htb_opt));
  const auto rate64 = attributes.bytes(TCA_HTB_RATE64, sizeof(std::uint64_t));
  const auto ceiling64 = attributes.bytes(TCA_HTB_CEIL64, sizeof(std::uint64_t));
  if (auto status = attributes.status(); !status) {
    return status;
  }
  if (!bytes) {
    return Error{ErrorCode::NotFound, "an htb class without its options"};
  }
  tc_htb_opt parameters{};
  std::memcpy(&parameters, bytes->data(), sizeof parameters);
  ShaperClass content;
  content.minor = minor_of(into.id);
  content.parent = head.header.tcm_parent == TC_H_ROOT ? std::uint16_t{0} : minor_of(head.header.tcm_parent);
  content.rate = wide_rate(rate64, parameters.rate.rate);
  content.ceiling = wide_rate(ceiling64, parameters.ceil.rate);
  content.burst = burst_bytes(parameters.buffer, content.rate);
  content.ceiling_burst = burst_bytes(parameters.cbuffer, content.ceiling);
  content.quantum = parameters.quantum;
  content.priority = static_cast<std::uint8_t>(std::min(parameters.prio, 0xffU));
  into.framing = {static_cast<std::int16_t>(parameters.rate.overhead), parameters.rate.mpu};
  into.ours = content;
  return {};
}

// The first action's target, when it is a redirection on the way out.
Result<std::uint32_t> redirect_of(std::span<const std::byte> options, unsigned actions_type) {
  NetlinkAttributes attributes{options};
  NetlinkAttributes actions{attributes.bytes(actions_type, 0).value_or(std::span<const std::byte>{})};
  NetlinkAttributes action{actions.bytes(kFirstAction, 0).value_or(std::span<const std::byte>{})};
  const auto kind = action.name(TCA_ACT_KIND, kLongestKind);
  const auto content = action.bytes(TCA_ACT_OPTIONS, 0);
  const bool mirred = kind && *kind == "mirred" && content;
  NetlinkAttributes own{mirred ? *content : std::span<const std::byte>{}};
  const auto bytes = own.bytes(TCA_MIRRED_PARMS, sizeof(tc_mirred));
  for (const NetlinkAttributes* each : {&attributes, &actions, &action, &own}) {
    if (auto status = each->status(); !status) {
      return status.error();
    }
  }
  tc_mirred parameters{};
  if (bytes) {
    std::memcpy(&parameters, bytes->data(), sizeof parameters);
  }
  return parameters.eaction == TCA_EGRESS_REDIR ? parameters.ifindex : 0U;
}

// Of a u32 whose attributes were read before without an error.
std::optional<Pick> picked_by(std::span<const std::byte> options) {
  NetlinkAttributes attributes{options};
  return decode_pick(attributes.bytes(TCA_U32_SEL, 0).value_or(std::span<const std::byte>{}));
}

bool is_ours(const Head& head) {
  const std::uint32_t node = head.kind == "u32" ? TC_U32_NODE(head.header.tcm_handle) : head.header.tcm_handle;
  return major_of(head.header.tcm_info) == kRedirectPreference && node == kRedirectHandle &&
         (head.kind == "u32" || head.kind == "matchall");
}

// What the kernel tells of a u32 or of a preference besides its filters.
bool is_frame(const Head& head) {
  return head.header.tcm_handle == 0 || (head.kind == "u32" && TC_U32_NODE(head.header.tcm_handle) == 0);
}

bool is_object(const NetlinkMessage& message, std::uint16_t added, std::uint16_t removed) {
  return message.kind == NetlinkMessage::Kind::Object && (message.type == added || message.type == removed);
}

}  // namespace

bool Queue::is_root() const {
  return parent == TC_H_ROOT;
}

bool Queue::is_clsact() const {
  return parent == TC_H_CLSACT;
}

std::optional<std::uint16_t> Queue::below() const {
  const std::uint16_t minor = minor_of(parent);
  return major_of(parent) == kShaperMajor && minor != 0 ? std::optional{minor} : std::nullopt;
}

Result<std::optional<Queue>> decode_queue(const NetlinkMessage& message) {
  if (!is_object(message, RTM_NEWQDISC, RTM_DELQDISC)) {
    return std::optional<Queue>{};
  }
  auto head = take_head(message.payload);
  if (!head) {
    return head.error().in("a queue");
  }
  Queue queue;
  queue.link = link_of(*head);
  queue.handle = head->header.tcm_handle;
  queue.parent = head->header.tcm_parent;
  queue.kind = head->kind;
  queue.count = head->count;
  queue.gone = message.type == RTM_DELQDISC;
  if (queue.kind == "htb") {
    const auto minor = htb_default(head->options);
    if (!minor) {
      return minor.error().in("a queue");
    }
    queue.default_minor = *minor;
    const auto header = header_taken_off(head->sizes);
    if (!header) {
      return header.error().in("a queue");
    }
    queue.header = *header;
  }
  auto leaf = decode_leaf(queue.kind, head->options);
  if (!leaf) {
    return leaf.error().in("a queue");
  }
  queue.leaf = std::move(*leaf);
  return std::optional{std::move(queue)};
}

Result<std::optional<Class>> decode_class(const NetlinkMessage& message) {
  if (!is_object(message, RTM_NEWTCLASS, RTM_DELTCLASS)) {
    return std::optional<Class>{};
  }
  const auto head = take_head(message.payload);
  if (!head) {
    return head.error().in("a class");
  }
  Class result;
  result.link = link_of(*head);
  result.id = head->header.tcm_handle;
  result.count = head->count;
  if (head->kind == "htb" && major_of(result.id) == kShaperMajor) {
    if (auto status = decode_htb_class(*head, result); !status) {
      return status.error().in("a class");
    }
  }
  return std::optional{std::move(result)};
}

Result<std::optional<SeenFilter>> decode_filter(const NetlinkMessage& message) {
  if (!is_object(message, RTM_NEWTFILTER, RTM_DELTFILTER)) {
    return std::optional<SeenFilter>{};
  }
  const auto head = take_head(message.payload);
  if (!head) {
    return head.error().in("a filter");
  }
  if (is_frame(*head)) {
    return std::optional<SeenFilter>{};
  }
  SeenFilter filter{link_of(*head), std::nullopt};
  if (is_ours(*head)) {
    const bool picks = head->kind == "u32";
    const auto through = redirect_of(head->options, picks ? unsigned{TCA_U32_ACT} : unsigned{TCA_MATCHALL_ACT});
    if (!through) {
      return through.error().in("a filter");
    }
    const auto pick = picks ? picked_by(head->options) : std::optional{Pick{}};
    filter.redirect = pick ? *through : 0U;
    filter.to = pick ? pick->to : std::nullopt;
  }
  return std::optional{filter};
}

Result<std::optional<SeenLeafFilter>> decode_leaf_filter(const NetlinkMessage& message) {
  if (!is_object(message, RTM_NEWTFILTER, RTM_DELTFILTER)) {
    return std::optional<SeenLeafFilter>{};
  }
  const auto head = take_head(message.payload);
  if (!head) {
    return head.error().in("a filter");
  }
  const std::uint16_t major = major_of(head->header.tcm_parent);
  if (is_frame(*head) || major <= kLeafMajor) {
    return std::optional<SeenLeafFilter>{};
  }
  SeenLeafFilter filter{link_of(*head), static_cast<std::uint16_t>(major - kLeafMajor)};
  const bool ours = head->kind == "flow" && head->header.tcm_handle == kRedirectHandle &&
                    major_of(head->header.tcm_info) == kRedirectPreference;
  if (ours) {
    const auto fairness = decode_fairness(head->options, head->header.tcm_parent & TC_H_MAJ_MASK);
    if (!fairness) {
      return fairness.error().in("a filter");
    }
    filter.fair = fairness->by;
    filter.queues = fairness->queues;
  }
  return std::optional{filter};
}

bool tells_of_a_lost_redirect(const NetlinkMessage& message) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != RTM_DELTFILTER) {
    return false;
  }
  auto payload = message.payload;
  const auto header = rtnetlink::take_header<tcmsg>(payload);
  return header && major_of(header->tcm_info) == kRedirectPreference;
}

}  // namespace karkara::traffic_control
