#include "agent/io/gpio_line.h"

#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr std::uint64_t kOurLine = 1;  // the mask of the only line of a request

std::string name_of(const GpioRelay& relay) {
  return relay.chip + " line " + std::to_string(relay.line);
}

gpio_v2_line_request request_for(const GpioRelay& relay, std::string_view consumer, bool on) {
  gpio_v2_line_request request{};
  request.offsets[0] = relay.line;
  request.num_lines = 1;
  consumer.copy(request.consumer, sizeof request.consumer - 1);
  request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
  if (relay.active_low) {
    request.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  }
  request.config.num_attrs = 1;
  request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
  request.config.attrs[0].attr.values = on ? kOurLine : 0;
  request.config.attrs[0].mask = kOurLine;
  return request;
}

}  // namespace

GpioCall kernel_gpio() {
  return [](int fd, unsigned long request, void* what) { return ::ioctl(fd, request, what); };
}

Result<GpioLine> GpioLine::take(const GpioRelay& relay, std::string_view consumer, bool on, GpioCall call) {
  const int chip = ::open(relay.chip.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (chip < 0) {
    return errno_error(errno, relay.chip);
  }
  gpio_v2_line_request request = request_for(relay, consumer, on);
  const int done = call(chip, GPIO_V2_GET_LINE_IOCTL, &request);
  const int error = errno;
  ::close(chip);
  if (done < 0) {
    return error == EBUSY ? Error{ErrorCode::FailedPrecondition, name_of(relay) + ": another program holds it"}
                          : errno_error(error, name_of(relay));
  }
  return GpioLine{relay, request.fd, std::move(call)};
}

GpioLine::~GpioLine() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

GpioLine::GpioLine(GpioLine&& other) noexcept
    : relay_{std::move(other.relay_)},
      fd_{std::exchange(other.fd_, -1)},
      call_{std::move(other.call_)},
      reads_back_{other.reads_back_},
      lost_{other.lost_} {}

GpioLine& GpioLine::operator=(GpioLine&& other) noexcept {
  std::swap(relay_, other.relay_);
  std::swap(fd_, other.fd_);
  std::swap(call_, other.call_);
  std::swap(reads_back_, other.reads_back_);
  std::swap(lost_, other.lost_);
  return *this;
}

Status GpioLine::lose(int number) {
  lost_ = true;
  return errno_error(number, name_of(relay_));
}

Status GpioLine::set(bool on) {
  gpio_v2_line_values values{on ? kOurLine : 0, kOurLine};
  if (call_(fd_, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0) {
    return lose(errno);
  }
  values = {0, kOurLine};
  if (call_(fd_, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0) {
    return reads_back_ ? lose(errno) : Status{};
  }
  reads_back_ = true;
  if (((values.bits & kOurLine) != 0) != on) {
    return Error{ErrorCode::Internal, name_of(relay_) + ": it does not take the state"};
  }
  return {};
}

}  // namespace karkara
