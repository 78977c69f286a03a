// Asks the kernel over rtnetlink and waits for its answer. The kernel works on a request while it is being sent, so
// there is nothing to wait for but its own locks; a deadline guards against an answer that never comes. Refuses to
// retry and to choose. Called by NetlinkAdapter.
#pragma once

#include <functional>

#include "agent/codec/rtnetlink.h"
#include "agent/codec/rtnetlink_address.h"
#include "agent/io/netlink_socket.h"

namespace karkara {

// In the main table or in one of ours: what other programs keep elsewhere may be a lot, and is none of our business.
[[nodiscard]] bool is_watched(const Route& route);

class RtnetlinkRequests {
 public:
  static Result<RtnetlinkRequests> open();

  // One clear line when this process may not change the network. Sends a request that is not complete: nothing changes.
  [[nodiscard]] Status may_change();

  // Carries out one route or rule step. A rule that is there already, and an object that is gone already, are no
  // errors.
  [[nodiscard]] Status change(const PutRoute& op);
  [[nodiscard]] Status change(const RemoveRoute& op);
  [[nodiscard]] Status change(const AddRule& op);
  [[nodiscard]] Status change(const RemoveRule& op);
  // An address of ours; the dump shows it among those of others.
  [[nodiscard]] Status change(const PutAddress& op);
  // The same without our protocol: the reconciler would take away what it does not want.
  [[nodiscard]] Status put_unmarked(const PutAddress& op);
  [[nodiscard]] Status change(const RemoveAddress& op);
  [[nodiscard]] Status change(const SetLinkUp& op);
  // Of an address of others: looks first, since what is left of its lifetime has to be said again.
  [[nodiscard]] Status change(const PreferAddress& op);

  // Links, addresses, rules, the main table's routes and ours. Repeated while the kernel says that it was interrupted.
  [[nodiscard]] Result<KernelSnapshot> dump();

 private:
  explicit RtnetlinkRequests(NetlinkSocket socket);
  struct Answer {
    int error = 0;
    std::string text;
  };
  [[nodiscard]] Result<Answer> ask(const Result<rtnetlink::Bytes>& request);
  [[nodiscard]] Result<bool> collect(const rtnetlink::Bytes& request, KernelSnapshot& into);
  [[nodiscard]] Result<bool> dump_once(KernelSnapshot& into);

  NetlinkSocket socket_;
  bool filters_ = false;
  std::uint32_t sequence_ = 1;  // not from the wall clock, which may say 1970 or jump
};

}  // namespace karkara
