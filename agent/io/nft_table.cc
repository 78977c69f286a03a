#include "agent/io/nft_table.h"

#include <nftables/libnftables.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include <cerrno>
#include <memory>

#include "agent/codec/nft_flowtables.h"
#include "agent/facts/kernel.h"
#include "agent/facts/nft_fingerprint.h"
#include "agent/io/errno_error.h"

namespace karkara {
namespace {

// Making a context ends the whole process where the kernel has no netfilter sockets, so that is asked first.
Status has_netfilter() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (fd < 0) {
    return errno_error(errno, "nftables");
  }
  ::close(fd);
  return {};
}

ErrorCode code_of(const std::string& complaint) {
  if (complaint.find("No such file or directory") != std::string::npos) {
    return ErrorCode::NotFound;
  }
  if (complaint.find("Operation not permitted") != std::string::npos) {
    return ErrorCode::PermissionDenied;
  }
  return ErrorCode::InvalidArgument;
}

// What nft printed.
Result<std::string> run(const std::string& commands) {
  if (auto status = has_netfilter(); !status) {
    return status.error();
  }
  const std::unique_ptr<nft_ctx, void (*)(nft_ctx*)> context{nft_ctx_new(NFT_CTX_DEFAULT), &nft_ctx_free};
  if (!context || nft_ctx_buffer_output(context.get()) != 0 || nft_ctx_buffer_error(context.get()) != 0) {
    return Error{ErrorCode::ResourceExhausted, "nftables: no memory"};
  }
  nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_TERSE);
  if (nft_run_cmd_from_buffer(context.get(), commands.c_str()) != 0) {
    const std::string complaint = nft_ctx_get_error_buffer(context.get());
    return Error{code_of(complaint), "nftables: " + complaint.substr(0, complaint.find('\n'))};
  }
  return std::string{nft_ctx_get_output_buffer(context.get())};
}

}  // namespace

Status NftTable::load(const std::string& ruleset) const {
  const auto printed = run(ruleset);
  return printed ? Status{} : printed.error();
}

Result<std::optional<std::string>> NftTable::fingerprint() const {
  const auto listing = run("list table " + std::string{kNftTable});
  if (listing) {
    return std::optional{nft_fingerprint_in(*listing)};
  }
  if (listing.error().code == ErrorCode::NotFound) {
    return std::optional<std::string>{};
  }
  return listing.error();
}

Result<std::vector<std::string>> NftTable::offloaded() const {
  const auto listing = run("list flowtables");
  return listing ? Result<std::vector<std::string>>{interfaces_in_flowtables(*listing)} : listing.error();
}

}  // namespace karkara
