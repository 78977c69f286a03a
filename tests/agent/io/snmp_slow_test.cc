// An agent that takes its time, or says nothing: it is heard within the deadline, and asked no more often than planned.
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/agent/io/snmp_asker.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const ObjectId kFirst = oid_of("1.3.6.1.4.1.99999.1.0");
const ObjectId kSecond = oid_of("1.3.6.1.4.1.99999.2.0");

// Answers each packet of SNMPv2c, after a while, with what it asked and NULL for each value.
class SlowAgent {
 public:
  SlowAgent(asio::io_context& io, std::optional<Duration> delay) : io_{io}, delay_{delay} { receive(); }
  [[nodiscard]] std::string where() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }
  [[nodiscard]] int packets() const { return packets_; }

 private:
  void receive() {
    socket_.async_receive_from(asio::buffer(buffer_), from_,
                               [this](const boost::system::error_code& error, std::size_t size) {
                                 if (!error) {
                                   ++packets_;
                                   answer({buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size)});
                                   receive();
                                 }
                               });
  }
  void answer(std::vector<unsigned char> packet) {
    if (!delay_) {
      return;
    }
    constexpr std::size_t kCommunityLength = 6;  // behind: sequence and its length, version, octet string
    constexpr unsigned char kResponse = 0xA2;
    packet.at(kCommunityLength + 1 + packet.at(kCommunityLength)) = kResponse;
    auto timer = std::make_shared<asio::steady_timer>(io_, *delay_);
    timer->async_wait([this, timer, packet = std::move(packet), to = from_](const boost::system::error_code& error) {
      if (!error) {
        socket_.send_to(asio::buffer(packet), to);
      }
    });
  }

  asio::io_context& io_;
  std::optional<Duration> delay_;
  udp::socket socket_{io_, {asio::ip::address_v4::loopback(), 0}};
  udp::endpoint from_;
  std::array<unsigned char, 1500> buffer_{};
  int packets_ = 0;
};

class Slow : public testing::Test {
 protected:
  void begin(std::optional<Duration> delay) {
    agent_.emplace(asker_.io, delay);
    asker_.target.endpoint = *IpEndpoint::parse(agent_->where());
    asker_.target.community = "public";
    asker_.deadline = milliseconds{3'000};
  }
  SnmpAsker asker_;
  std::optional<SlowAgent> agent_;
};

TEST_F(Slow, AnAgentThatTakesTwoThirdsOfTheDeadlineIsHeard) {
  begin(milliseconds{2'000});
  const auto answer = asker_.ask({kFirst});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->at(0).oid, kFirst);
  EXPECT_LE(agent_->packets(), 3);
}

TEST_F(Slow, ItsAnswerToARepeatedPacketIsNotTakenForOneToTheNextQuestion) {
  begin(milliseconds{1'400});
  ASSERT_TRUE(asker_.ask({kFirst}));
  EXPECT_GE(agent_->packets(), 2);
  const auto next = asker_.ask({kSecond});
  ASSERT_TRUE(next) << next.error().text;
  EXPECT_EQ(next->at(0).oid, kSecond);
}

TEST_F(Slow, ASilentOneIsAskedThreeTimesAndGivenUpAtTheDeadline) {
  begin({});
  const auto asked = steady_clock::now();
  EXPECT_EQ(asker_.ask({kFirst}).error().code, ErrorCode::DeadlineExceeded);
  EXPECT_GE(steady_clock::now() - asked, milliseconds{2'900});
  EXPECT_EQ(agent_->packets(), 3);
}

TEST_F(Slow, AnOrderToASlowOneIsConfirmed) {
  begin(milliseconds{2'000});
  EXPECT_TRUE(asker_.set(kFirst, std::int32_t{1}).ok());
  EXPECT_LE(agent_->packets(), 3);
}

}  // namespace
}  // namespace karkara
