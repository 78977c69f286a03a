#include "agent/io/local_api.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <filesystem>
#include <thread>

#include "common/host/system_clock.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

// A blocking client with a bounded patience.
class Client {
 public:
  explicit Client(const std::string& path) : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(const std::string& bytes) const { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void ask(const v1::SiteRequest& request) const { send(framed(request.SerializeAsString())); }
  // Nothing when the other side closed.
  [[nodiscard]] std::optional<v1::SiteReply> reply() const {
    const std::string length = receive(4);
    if (length.size() != 4) {
      return std::nullopt;
    }
    std::size_t size = 0;
    for (const char c : length) {
      size = size << 8U | static_cast<unsigned char>(c);
    }
    v1::SiteReply message;
    return message.ParseFromString(receive(size)) ? std::optional{message} : std::nullopt;
  }
  static std::string framed(const std::string& body) {
    std::string frame;
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame += static_cast<char>(body.size() >> static_cast<unsigned>(shift));
    }
    return frame + body;
  }

 private:
  [[nodiscard]] std::string receive(std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got = ::recv(fd_, bytes.data() + have, size - have, 0);
      if (got <= 0) {
        break;
      }
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }
  int fd_;
  bool connected_ = false;
};

class LocalApiTest : public testing::Test {
 protected:
  LocalApiTest() { path = testing::TempDir() + "karkara-local-" + std::to_string(::getpid()) + "/run/agent.sock"; }
  ~LocalApiTest() override { std::filesystem::remove_all(std::filesystem::path{path}.parent_path().parent_path()); }

  // Runs the loop beside a client that blocks.
  template <class Body>
  void beside(LocalApi& api, Body body) {
    std::thread client{[&] {
      body();
      boost::asio::post(io, [&] { api.close(); });
    }};
    io.restart();
    io.run_for(20s);
    client.join();
  }
  EventSink answering() {
    return [this](Event event) {
      const auto& request = std::get<SiteRequest>(event);
      seen.push_back(request);
      boost::asio::post(io, [this, request] {
        if (api_for_answers != nullptr) {
          api_for_answers->answer({request.id, request.channel, std::string{"done"}});
        }
      });
    };
  }

  boost::asio::io_context io;
  SystemClock clock;
  std::string path;
  std::vector<SiteRequest> seen;
  LocalApi* api_for_answers = nullptr;
};

v1::SiteRequest flush(std::uint64_t id) {
  v1::SiteRequest request;
  request.set_id(id);
  request.set_asked_by("somebody who lies");
  request.set_epoch(99);
  request.mutable_flush();
  return request;
}

TEST_F(LocalApiTest, AnswersOneRequestAfterTheOther) {
  LocalApi api{io, answering(), clock, path};
  api_for_answers = &api;
  ASSERT_TRUE(api.open());
  beside(api, [&] {
    const Client client{path};
    for (std::uint64_t id = 1; id <= 3; ++id) {
      client.ask(flush(id));
      const auto reply = client.reply();
      ASSERT_TRUE(reply);
      EXPECT_EQ(reply->id(), id);
      EXPECT_EQ(reply->done().text(), "done");
    }
  });
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].asked_by, "local uid " + std::to_string(::getuid()));  // not what the client says
  EXPECT_EQ(seen[0].epoch, 0U);
  EXPECT_NE(seen[0].channel, 0U);
}

TEST_F(LocalApiTest, OnlyTheOwnerMayConnect) {
  LocalApi api{io, answering(), clock, path};
  ASSERT_TRUE(api.open());
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(LocalApiTest, HostileFramesCloseTheirOwnConnectionOnly) {
  LocalApi api{io, answering(), clock, path};
  api_for_answers = &api;
  ASSERT_TRUE(api.open());
  beside(api, [&] {
    const Client huge{path};
    huge.send(std::string("\xff\xff\xff\xff", 4));
    EXPECT_FALSE(huge.reply());
    const Client large{path};
    large.send(std::string("\x00\x01\x00\x01", 4));  // one byte over 64 KiB
    EXPECT_FALSE(large.reply());
    const Client empty{path};
    empty.send(std::string(4, '\0'));
    EXPECT_EQ(empty.reply().value().code(), 3U);
    const Client garbage{path};
    garbage.send(Client::framed("\xff\xfe\xfd garbage"));
    EXPECT_EQ(garbage.reply().value().code(), 3U);
    garbage.ask(flush(8));  // the framing was whole, so the connection goes on
    EXPECT_EQ(garbage.reply().value().id(), 8U);
    {
      const Client half{path};
      half.send(Client::framed("0123456789").substr(0, 7));
    }
    const Client good{path};
    good.ask(flush(9));
    EXPECT_EQ(good.reply().value().id(), 9U);
  });
  EXPECT_EQ(seen.size(), 2U);
}

TEST_F(LocalApiTest, HoldsEightConnectionsAndTurnsTheNinthAway) {
  LocalApi api{io, answering(), clock, path};
  api_for_answers = &api;
  ASSERT_TRUE(api.open());
  beside(api, [&] {
    std::vector<std::unique_ptr<Client>> eight;
    for (int i = 0; i < 8; ++i) {
      eight.push_back(std::make_unique<Client>(path));
      eight.back()->ask(flush(1));
      ASSERT_TRUE(eight.back()->reply());
    }
    const Client ninth{path};
    EXPECT_FALSE(ninth.reply());
    eight.front()->ask(flush(2));
    EXPECT_TRUE(eight.front()->reply());
  });
}

TEST_F(LocalApiTest, ASilentConnectionIsClosed) {
  LocalApi api{io, answering(), clock, path, 50ms};
  ASSERT_TRUE(api.open());
  beside(api, [&] {
    const Client silent{path};
    EXPECT_FALSE(silent.reply());
    const Client unanswered{path};  // nobody answers
    unanswered.ask(flush(1));
    EXPECT_FALSE(unanswered.reply());
  });
}

TEST_F(LocalApiTest, AnAnswerForNobodyIsIgnored) {
  LocalApi api{io, answering(), clock, path};
  ASSERT_TRUE(api.open());
  api.answer({1, 12345, std::string{"done"}});
}

TEST_F(LocalApiTest, AnOversizedAnswerBecomesAnError) {
  LocalApi api{
      io,
      [&](Event event) {
        const auto& request = std::get<SiteRequest>(event);
        boost::asio::post(io, [&, request] {
          api_for_answers->answer({request.id, request.channel,
                                   std::vector<Sample>(50'000, Sample{SeriesId::BatteryVoltage, "mppt", 1.0})});
        });
      },
      clock, path};
  api_for_answers = &api;
  ASSERT_TRUE(api.open());
  beside(api, [&] {
    const Client client{path};
    client.ask(flush(1));
    EXPECT_EQ(client.reply().value().code(), 8U);
  });
}

TEST_F(LocalApiTest, ReplacesASocketThatAPowerCutLeftBehind) {
  std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  LocalApi api{io, answering(), clock, path};
  EXPECT_TRUE(api.open());
}

TEST_F(LocalApiTest, LeavesTheSocketOfARunningAgentAlone) {
  LocalApi first{io, answering(), clock, path};
  ASSERT_TRUE(first.open());
  LocalApi second{io, answering(), clock, path};
  const Status refused = second.open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::AlreadyExists);
  second.close();
  EXPECT_TRUE(Client{path}.connected());
}

TEST_F(LocalApiTest, LeavesAFileThatIsNoSocketAlone) {
  std::filesystem::create_directories(path);  // a folder in its place
  LocalApi api{io, answering(), clock, path};
  EXPECT_FALSE(api.open());
  EXPECT_TRUE(std::filesystem::is_directory(path));
  LocalApi nowhere{io, answering(), clock, std::string(200, 'x')};
  EXPECT_FALSE(nowhere.open());
}

}  // namespace
}  // namespace karkara
