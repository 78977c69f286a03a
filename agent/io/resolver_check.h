// Asks an uplink's resolvers for a name whose addresses we know, over that uplink and no other: up to three questions,
// 3 s each. Refuses to resolve for anyone, and to trust the answer: it is compared and thrown away.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>

#include "agent/facts/truth.h"

namespace karkara {

class ResolverCheck {
 public:
  using Sink = std::function<void(ResolverChecked)>;

  // io must outlive this. Called from io's thread only.
  ResolverCheck(boost::asio::io_context& io, Sink sink);
  ~ResolverCheck();
  ResolverCheck(const ResolverCheck&) = delete;
  ResolverCheck& operator=(const ResolverCheck&) = delete;

  // -> ResolverChecked, once; unless another check of the same uplink takes its place before.
  void check(const CheckResolver& wanted);

 private:
  class Asking;
  void done(ResolverChecked result);

  boost::asio::io_context& io_;
  Sink sink_;
  std::map<UplinkId, std::shared_ptr<Asking>> running_;
};

}  // namespace karkara
