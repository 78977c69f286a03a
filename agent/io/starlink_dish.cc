#include "agent/io/starlink_dish.h"

#include <grpc/support/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/support/channel_arguments.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "agent/io/dish_socket.h"
#include "agent/io/starlink_decode.h"
#include "karkara/v1/starlink_dish.grpc.pb.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
namespace api = SpaceX::API::Device;
using SteadyInstant = std::chrono::steady_clock::time_point;

constexpr int kMostMessageBytes = 1 << 20;
constexpr std::size_t kMostErrorText = 200;

std::shared_ptr<grpc::Channel> channel_on(int fd) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetMaxReceiveMessageSize(kMostMessageBytes);
  return grpc::CreateCustomInsecureChannelFromFd("dish", fd, arguments);
}

Error error_of(const grpc::Status& status) {
  ErrorCode code = ErrorCode::Unavailable;
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    code = ErrorCode::DeadlineExceeded;
  } else if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
    code = ErrorCode::PermissionDenied;
  }
  return {code, "the dish: " + status.error_message().substr(0, kMostErrorText)};
}

}  // namespace

// Counts the calls that gRPC still holds.
class StarlinkDishes::InFlight {
 public:
  void add() {
    const std::lock_guard lock{mutex_};
    ++count_;
  }
  void let_go() {
    const std::lock_guard lock{mutex_};
    --count_;
    none_.notify_all();
  }
  void wait() {
    std::unique_lock lock{mutex_};
    none_.wait(lock, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

// One unary call. gRPC's thread must never let go of the last reference (the channel's threads would end themselves),
// so that self_ moves into the handler that is posted; it can only be moved.
class StarlinkDishes::Call : public std::enable_shared_from_this<Call> {
 public:
  using Done = std::function<void(Result<api::Response>)>;
  Call(asio::io_context& io, std::shared_ptr<InFlight> in_flight, std::shared_ptr<grpc::Channel> channel, Done done)
      : io_{io}, in_flight_{std::move(in_flight)}, channel_{std::move(channel)}, done_{std::move(done)} {}

  void start(api::Request request, SteadyInstant deadline) {
    self_ = shared_from_this();
    in_flight_->add();
    request_ = std::move(request);
    const auto left = std::max(deadline - std::chrono::steady_clock::now(), SteadyInstant::duration{0});
    // A deadline by the calendar's clock would fire or hang when the clock is set.
    context_.set_deadline(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                       gpr_time_from_millis(left / std::chrono::milliseconds{1}, GPR_TIMESPAN)));
    stub_ = api::Device::NewStub(channel_);
    stub_->async()->Handle(&context_, &request_, &response_, [this](const grpc::Status& status) { on_done(status); });
  }
  void drop() {
    done_ = nullptr;
    context_.TryCancel();
  }

 private:
  void on_done(const grpc::Status& status) {  // gRPC's thread
    const std::shared_ptr<InFlight> in_flight = in_flight_;
    asio::post(io_, [kept = std::make_unique<std::shared_ptr<Call>>(std::move(self_)), status] {
      Call& call = **kept;
      if (const Done done = std::exchange(call.done_, nullptr)) {
        done(status.ok() ? Result<api::Response>{std::move(call.response_)} : error_of(status));
      }
    });
    in_flight->let_go();
  }

  asio::io_context& io_;
  std::shared_ptr<InFlight> in_flight_;
  std::shared_ptr<grpc::Channel> channel_;
  Done done_;  // the loop's thread only
  std::unique_ptr<api::Device::Stub> stub_;
  grpc::ClientContext context_;
  api::Request request_;
  api::Response response_;
  std::shared_ptr<Call> self_;
};

// One dish: its connection, and the one question under way.
class StarlinkDishes::Dish : public std::enable_shared_from_this<Dish> {
 public:
  Dish(asio::io_context& io, std::shared_ptr<InFlight> in_flight, Seen seen)
      : io_{io}, in_flight_{std::move(in_flight)}, seen_{std::move(seen)}, socket_{io}, deadline_{io} {}

  void read(const ReadDish& ask);
  void stop();

 private:
  void connect();
  void on_connected(const Status& status);
  void ask_status();
  void ask_history(DishStatus status);
  void call(api::Request request, Call::Done done);
  void disconnect();
  void finish(Result<DishStatus> answer);

  asio::io_context& io_;
  std::shared_ptr<InFlight> in_flight_;
  Seen seen_;
  asio::ip::tcp::socket socket_;
  asio::steady_timer deadline_;
  SteadyInstant until_;
  std::optional<ReadDish> ask_;
  std::optional<ReadDish> connected_for_;
  std::shared_ptr<grpc::Channel> channel_;
  std::shared_ptr<Call> call_;
  bool fresh_ = false;  // the connection was made for this question
  bool stopped_ = false;
};

void StarlinkDishes::Dish::read(const ReadDish& ask) {
  if (ask_) {
    asio::post(io_, [self = shared_from_this(), uplink = ask.uplink] {
      if (!self->stopped_) {
        self->seen_({uplink, Error{ErrorCode::ResourceExhausted, "the dish is being asked already"}});
      }
    });
    return;
  }
  ask_ = ask;
  fresh_ = false;
  until_ = std::chrono::steady_clock::now() + ask.deadline;
  const bool same = connected_for_ && connected_for_->endpoint == ask.endpoint &&
                    connected_for_->interface == ask.interface && connected_for_->mark == ask.mark;
  if (!same) {
    disconnect();
  }
  asio::post(io_, [self = shared_from_this()] {
    if (!self->stopped_ && self->ask_) {
      self->channel_ ? self->ask_status() : self->connect();
    }
  });
}

void StarlinkDishes::Dish::stop() {
  stopped_ = true;
  deadline_.cancel();
  disconnect();
}

void StarlinkDishes::Dish::connect() {
  deadline_.expires_at(until_);
  deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->stopped_ && self->ask_ && !self->channel_) {
      self->on_connected(Error{ErrorCode::DeadlineExceeded, "no connection to " + self->ask_->endpoint.text()});
    }
  });
  const Status begun = begin_connect(socket_, ask_->endpoint, ask_->interface, ask_->mark,
                                     [self = shared_from_this()](const Status& status) {
                                       if (!self->stopped_ && self->ask_) {
                                         self->on_connected(status);
                                       }
                                     });
  if (!begun.ok()) {
    on_connected(begun);
  }
}

void StarlinkDishes::Dish::on_connected(const Status& status) {
  deadline_.cancel();
  if (!status.ok()) {
    disconnect();
    finish(status.error());
    return;
  }
  boost::system::error_code error;
  socket_.native_non_blocking(true, error);
  const int fd = socket_.release(error);
  if (error) {
    disconnect();
    finish(Error{ErrorCode::Internal, error.message()});
    return;
  }
  channel_ = channel_on(fd);
  connected_for_ = ask_;
  fresh_ = true;
  ask_status();
}

void StarlinkDishes::Dish::call(api::Request request, Call::Done done) {
  call_ = std::make_shared<Call>(io_, in_flight_, channel_, std::move(done));
  call_->start(std::move(request), until_);
}

void StarlinkDishes::Dish::ask_status() {
  api::Request request;
  request.mutable_get_status();
  call(std::move(request), [self = shared_from_this()](Result<api::Response> response) {
    if (!response) {
      self->disconnect();  // a connection given to gRPC is never made again by it
      if (response.error().code == ErrorCode::Unavailable && !self->fresh_) {
        self->connect();  // the dish closed it between two questions
      } else {
        self->finish(response.error());
      }
    } else if (!response->has_dish_get_status()) {
      self->finish(Error{ErrorCode::DataLoss, "what answers is no dish"});
    } else if (self->ask_->with_history) {
      self->ask_history(to_dish_status(response->dish_get_status()));
    } else {
      self->finish(to_dish_status(response->dish_get_status()));
    }
  });
}

void StarlinkDishes::Dish::ask_history(DishStatus status) {
  api::Request request;
  request.mutable_get_history();
  call(std::move(request),
       [self = shared_from_this(), status = std::move(status)](Result<api::Response> response) mutable {
         if (response) {
           status.power_watts = newest_power(response->dish_get_history());
         } else {
           self->disconnect();
         }
         self->finish(std::move(status));  // the status alone is worth having
       });
}

void StarlinkDishes::Dish::disconnect() {
  if (const auto call = std::exchange(call_, nullptr)) {
    call->drop();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  channel_.reset();
  connected_for_.reset();
}

void StarlinkDishes::Dish::finish(Result<DishStatus> answer) {
  const UplinkId uplink = ask_->uplink;
  ask_.reset();
  seen_({uplink, std::move(answer)});
}

StarlinkDishes::StarlinkDishes(asio::io_context& io, Seen seen)
    : io_{io}, seen_{std::move(seen)}, in_flight_{std::make_shared<InFlight>()} {}

StarlinkDishes::~StarlinkDishes() {
  for (const auto& [uplink, dish] : dishes_) {
    dish->stop();
  }
  in_flight_->wait();
}

void StarlinkDishes::read(const ReadDish& ask) {
  std::shared_ptr<Dish>& dish = dishes_[ask.uplink];
  if (!dish) {
    dish = std::make_shared<Dish>(io_, in_flight_, seen_);
  }
  dish->read(ask);
}

}  // namespace karkara
