// Our errors as gRPC's statuses: the codes have the same numbers. Called by every service.
#pragma once

#include <grpcpp/support/status.h>

#include "common/result.h"

namespace karkara {

[[nodiscard]] inline grpc::Status to_grpc(const Error& error) {
  return {static_cast<grpc::StatusCode>(static_cast<int>(error.code)), error.text};
}
[[nodiscard]] inline grpc::Status to_grpc(const Status& status) {
  return status ? grpc::Status::OK : to_grpc(status.error());
}

}  // namespace karkara
