// A Starlink dish of our own: a gRPC server that answers as told, or does not. It behaves as dishes do: the answer is
// whole or missing, an unknown question is refused. Its threads are gRPC's.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <condition_variable>
#include <mutex>
#include <string>

#include "karkara/v1/starlink_dish.grpc.pb.h"

namespace karkara {

class FakeDish final : public SpaceX::API::Device::Device::Service {
 public:
  explicit FakeDish(const std::string& address = "127.0.0.1:0") { start(address); }
  ~FakeDish() override { stop(); }

  void start(const std::string& address) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  void stop() {
    {
      const std::lock_guard lock{mutex_};
      hangs_ = false;
      changed_.notify_all();
    }
    if (server_) {
      server_->Shutdown(std::chrono::system_clock::now());
      server_.reset();
    }
  }
  void hang() {
    const std::lock_guard lock{mutex_};
    hangs_ = true;
  }

  grpc::Status Handle(grpc::ServerContext* /*context*/, const SpaceX::API::Device::Request* request,
                      SpaceX::API::Device::Response* response) override {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return !hangs_; });
    if (!failure.ok()) {
      return failure;
    }
    response->set_api_version(40);
    if (request->has_get_status() && !is_router) {
      *response->mutable_dish_get_status() = status;
    } else if (request->has_get_history()) {
      *response->mutable_dish_get_history() = history;
    }
    return grpc::Status::OK;
  }

  // Set while nothing is asked.
  SpaceX::API::Device::DishGetStatusResponse status;
  SpaceX::API::Device::DishGetHistoryResponse history;
  grpc::Status failure;
  bool is_router = false;
  int port = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = false;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace karkara
