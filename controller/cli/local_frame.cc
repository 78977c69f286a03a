#include "controller/cli/local_frame.h"

#include <fmt/format.h>

namespace karkara::cli {
namespace {

constexpr std::size_t kHeader = 4;

}  // namespace

std::string frame_of(const v1::SiteRequest& request) {
  const std::string body = request.SerializeAsString();
  std::string frame;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    frame += static_cast<char>((body.size() >> shift) & 0xffU);
  }
  return frame + body;
}

Result<std::optional<v1::SiteReply>> reply_in(std::string_view bytes) {
  if (bytes.size() < kHeader) {
    return std::optional<v1::SiteReply>{};
  }
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kHeader; ++i) {
    length = (length << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  if (length > kMostFrameBytes) {
    return Error{ErrorCode::DataLoss, fmt::format("an answer of {} bytes, more than {}", length, kMostFrameBytes)};
  }
  const std::string_view body = bytes.substr(kHeader);
  if (body.size() < length) {
    return std::optional<v1::SiteReply>{};
  }
  v1::SiteReply reply;
  if (body.size() > length || !reply.ParseFromArray(body.data(), static_cast<int>(length))) {
    return Error{ErrorCode::DataLoss, "an answer that is no SiteReply"};
  }
  return std::optional{std::move(reply)};
}

}  // namespace karkara::cli
