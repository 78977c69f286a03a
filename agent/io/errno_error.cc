#include "agent/io/errno_error.h"

#include <cerrno>
#include <system_error>

namespace karkara {
namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case ENODEV:
    case ENXIO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH: return ErrorCode::Unavailable;
    case EPERM:
    case EACCES:
    case EROFS: return ErrorCode::PermissionDenied;
    case ENOENT:
    case ESRCH: return ErrorCode::NotFound;
    case EEXIST: return ErrorCode::AlreadyExists;
    case ENOMEM:
    case ENOBUFS:
    case ENOSPC: return ErrorCode::ResourceExhausted;
    case ETIMEDOUT: return ErrorCode::DeadlineExceeded;
    case EINVAL:
    case ERANGE:
    case EOPNOTSUPP:
    case EAFNOSUPPORT: return ErrorCode::InvalidArgument;
    default: return ErrorCode::Internal;  // foreign: errno has many more
  }
}

}  // namespace

Error errno_error(int number, std::string_view place) {
  return Error{code_of(number), std::generic_category().message(number)}.in(place);
}

}  // namespace karkara
