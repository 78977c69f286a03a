// The part of FakeKernel that shapes.
#include <algorithm>

#include "tests/fakes/fake_kernel.h"

namespace karkara {
namespace {

using SeenClass = SeenTraffic::Class;

SeenClass* class_of(SeenTraffic& traffic, std::uint32_t link, std::uint16_t minor) {
  const auto place = std::find_if(traffic.classes.begin(), traffic.classes.end(), [&](const SeenClass& known) {
    return known.link == link && known.content.minor == minor;
  });
  return place == traffic.classes.end() ? nullptr : &*place;
}

SeenRoot* our_root(SeenTraffic& traffic, std::uint32_t link) {
  const auto place = std::find_if(traffic.roots.begin(), traffic.roots.end(), [&](const SeenRoot& root) {
    return root.link == link && root.major == kShaperMajor && root.kind == "htb";
  });
  return place == traffic.roots.end() ? nullptr : &*place;
}

void drop_tree(SeenTraffic& traffic, std::uint32_t link) {
  std::erase_if(traffic.roots, [&](const SeenRoot& root) { return root.link == link; });
  std::erase_if(traffic.classes, [&](const SeenClass& known) { return known.link == link; });
}

Error refused(ErrorCode code, const char* text) {
  return {code, text};
}

}  // namespace

Status FakeKernel::shape(const AddDownloadDevice& /*op*/) {
  if (state.link_named(kDownloadDevice) == nullptr) {
    add_link(std::string{kDownloadDevice});
  }
  return {};
}

Status FakeKernel::shape(const RemoveDownloadDevice& op) {
  drop_tree(state.traffic, op.link);
  remove_link(op.link);
  return {};
}

Status FakeKernel::shape(const PutShaperRoot& op) {
  if (link(op.link) == nullptr) {
    return refused(ErrorCode::Unavailable, "Cannot find device");
  }
  if (SeenRoot* root = our_root(state.traffic, op.link)) {
    if (root->default_minor != op.default_minor) {
      return refused(ErrorCode::Internal, "Operation not supported");
    }
    root->header = op.header;
    return {};
  }
  drop_tree(state.traffic, op.link);
  state.traffic.roots.push_back({op.link, "htb", kShaperMajor, op.default_minor, op.header});
  return {};
}

Status FakeKernel::shape(const RemoveShaperRoot& op) {
  if (our_root(state.traffic, op.link) != nullptr) {
    drop_tree(state.traffic, op.link);
  }
  return {};
}

Status FakeKernel::shape(const PutShaperClass& op) {
  if (our_root(state.traffic, op.link) == nullptr) {
    return refused(ErrorCode::InvalidArgument, "Specified class not found");
  }
  SeenClass* parent = op.content.parent == 0 ? nullptr : class_of(state.traffic, op.link, op.content.parent);
  if (op.content.parent != 0 && parent == nullptr) {
    return refused(ErrorCode::InvalidArgument, "Failed to find specified parent");
  }
  if (SeenClass* known = class_of(state.traffic, op.link, op.content.minor)) {
    if (known->content.parent != op.content.parent) {
      return refused(ErrorCode::InvalidArgument, "Invalid argument");
    }
    auto leaf = known->content.leaf;
    *known = {op.link, op.framing, op.content};
    known->content.leaf = leaf;
    return {};
  }
  if (parent != nullptr) {
    parent->content.leaf.reset();
  }
  state.traffic.classes.push_back({op.link, op.framing, op.content});
  return {};
}

Status FakeKernel::shape(const RemoveShaperClass& op) {
  if (std::any_of(state.traffic.classes.begin(), state.traffic.classes.end(),
                  [&](const SeenClass& known) { return known.link == op.link && known.content.parent == op.minor; })) {
    return refused(ErrorCode::Internal, "Device or resource busy");
  }
  std::erase_if(state.traffic.classes,
                [&](const SeenClass& known) { return known.link == op.link && known.content.minor == op.minor; });
  return {};
}

Status FakeKernel::shape(const PutLeaf& op) {
  SeenClass* known = class_of(state.traffic, op.link, op.minor);
  if (known == nullptr) {
    return refused(ErrorCode::InvalidArgument, "Failed to find specified class");
  }
  auto& leaf = known->content.leaf;
  if (leaf && !op.replace) {
    const auto* before = std::get_if<FqCodelLeaf>(&*leaf);
    const auto* after = std::get_if<FqCodelLeaf>(&op.leaf);
    if (leaf->index() != op.leaf.index() || (before != nullptr && before->flows != after->flows)) {
      return refused(ErrorCode::InvalidArgument, "Invalid qdisc name: must match existing qdisc");
    }
  }
  leaf = op.leaf;
  return {};
}

Status FakeKernel::shape(const PutRedirect& op) {
  if (link(op.redirect.link) == nullptr || link(op.redirect.through) == nullptr) {
    return refused(ErrorCode::Unavailable, "Specified device does not exist");
  }
  SeenTraffic& traffic = state.traffic;
  std::erase_if(traffic.redirects, [&](const Redirect& known) { return known.link == op.redirect.link; });
  traffic.redirects.push_back(op.redirect);
  if (std::find(traffic.clsacts.begin(), traffic.clsacts.end(), op.redirect.link) == traffic.clsacts.end()) {
    traffic.clsacts.push_back(op.redirect.link);
  }
  return {};
}

Status FakeKernel::shape(const RemoveRedirect& op) {
  SeenTraffic& traffic = state.traffic;
  std::erase_if(traffic.redirects, [&](const Redirect& known) { return known.link == op.link; });
  if (op.clsact_too) {
    std::erase(traffic.clsacts, op.link);
    std::erase(traffic.busy_clsacts, op.link);
  }
  return {};
}

}  // namespace karkara
