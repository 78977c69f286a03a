// The content check and the resolver check with real sockets over real kernels; resolvers are dnsmasq, the portal's web
// server is busybox's or one of our own that redirects.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/io/content_check.h"
#include "agent/io/echo_prober.h"
#include "agent/io/resolver_check.h"
#include "agent/uplink/truth.h"
#include "tests/agent/io/isp_between.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kRedirect = "HTTP/1.1 302 Found\r\nLocation: http://portal.example/recharge\r\n\r\n";

class TruthNetnsTest : public IspBetween {
 protected:
  void SetUp() override {
    IspBetween::SetUp();
    content_check_.set_key(1, kSite, test_site_key(kSite));
    prober_.set_key(1, kSite, test_site_key(kSite));
  }

  void start(const TruthWants& wants) {
    const NetSandbox::Inside inside{*router_};
    if (wants.content) {
      content_check_.check({uplink_, "lte0", kMark, source_, {anchor_, 80}, *wants.content});
    }
    if (wants.resolver) {
      resolver_check_.check(
          {uplink_, "lte0", kMark, source_, {*IpAddress::parse("203.0.113.53")}, "anchor.karkara.ne", {anchor_}});
    }
  }
  ContentChecked content(std::uint64_t nonce = 1) {
    contents_.clear();
    start({nonce, false});
    run_until(8s, [&] { return !contents_.empty(); });
    return contents_.empty() ? ContentChecked{uplink_, 0, ContentVerdict::Silent, "never ended", 0} : contents_[0];
  }
  ResolverChecked resolver() {
    names_.clear();
    start({std::nullopt, true});
    run_until(10s, [&] { return !names_.empty(); });
    return names_.empty() ? ResolverChecked{uplink_, ResolverVerdict::Silent, "never ended", 0} : names_[0];
  }
  // The uplink's truth, from checks that it wants itself.
  Truth truth(EchoSight echoes) {
    UplinkTruth truth{uplink_, {}, 99};
    truth.see({source_, echoes}, clock_.now());
    contents_.clear();
    names_.clear();
    start(truth.wants(clock_.now()));
    run_until(10s, [&] { return !contents_.empty() && !names_.empty(); });
    for (const ContentChecked& checked : contents_) {
      truth.on(checked, clock_.now());
    }
    for (const ResolverChecked& checked : names_) {
      truth.on(checked, clock_.now());
    }
    std::printf("%s: %s\n", std::string{to_string(truth.verdict())}.c_str(), truth.evidence().c_str());
    return truth.verdict();
  }

  static std::vector<std::string> dnsmasq(const std::string& address, const std::string& answers) {
    return {
        "dnsmasq",     "--no-daemon", "--conf-file=/dev/null",    "--no-resolv",       "--no-hosts",
        "--user=root", "--pid-file=", "--log-facility=/dev/null", "--bind-interfaces", "--listen-address=" + address,
        answers};
  }
  void start_resolver(const std::string& answers = "--host-record=anchor.karkara.ne,203.0.113.21") {
    if (std::system("command -v dnsmasq >/dev/null") != 0) {
      GTEST_SKIP() << "needs dnsmasq (package dnsmasq-base)";
    }
    resolver_.emplace(*world_, dnsmasq("203.0.113.53", answers));
    wait_for_port(*world_, "203.0.113.53", 53);
  }

  std::vector<ContentChecked> contents_;
  std::vector<ResolverChecked> names_;
  std::vector<Event> echo_events_;
  ContentCheck content_check_{io_, [this](ContentChecked checked) { contents_.push_back(std::move(checked)); }};
  ResolverCheck resolver_check_{io_, [this](ResolverChecked checked) { names_.push_back(std::move(checked)); }};
  EchoProber prober_{io_, [this](Event event) { echo_events_.push_back(std::move(event)); }, clock_};
  std::optional<Daemon> resolver_;
};

TEST_F(TruthNetnsTest, ProvesAnUplinkAndCountsItsBytesAsTheProviderDoes) {
  start_resolver();
  nft(*isp_,
      "table ip bill { counter web { } counter names { } chain f { type filter hook forward priority filter; "
      " tcp dport 80 counter name web; tcp sport 80 counter name web; "
      " udp dport 53 counter name names; udp sport 53 counter name names; } }");
  const auto billed = [&](const std::string& what) {
    return std::stoull(output(*isp_, "nft list counter ip bill " + what + " | sed -n 's/.*bytes //p'"));
  };
  const ContentChecked web = content();
  EXPECT_EQ(web.verdict, ContentVerdict::Signed) << web.detail;
  run_until(100ms, [] { return false; });  // the closing
  EXPECT_NEAR(static_cast<double>(web.bytes), static_cast<double>(billed("web")), 120);
  EXPECT_LE(web.bytes, UplinkTruth::kContentBytes);
  const ResolverChecked names = resolver();
  EXPECT_EQ(names.verdict, ResolverVerdict::Right) << names.detail;
  EXPECT_EQ(names.bytes, billed("names"));
  EXPECT_LE(names.bytes, UplinkTruth::kResolverBytes);
  std::printf("content: %llu bytes told, %llu billed; names: %llu\n", static_cast<unsigned long long>(web.bytes),
              billed("web"), static_cast<unsigned long long>(names.bytes));
  EXPECT_EQ(truth(EchoSight::Answering), Truth::Proven);
}

// C7: public hosts and operators answer few pings, or none.
TEST_F(TruthNetnsTest, ALimitOnPingsIsNoLimitOnEchoes) {
  nft(*isp_,
      "table ip limited { chain f { type filter hook forward priority filter; "
      " icmp type echo-request limit rate 1/minute burst 1 packets accept; icmp type echo-request drop; } }");
  router_->run(
      "ip route add 203.0.113.0/24 via 10.1.0.1; busybox ping -c 1 -W 1 203.0.113.21 >/dev/null; "
      "! busybox ping -c 1 -W 1 203.0.113.21 >/dev/null");
  const NetSandbox::Inside inside{*router_};
  for (std::uint64_t nonce = 1; nonce <= 6; ++nonce) {
    prober_.send({uplink_, "lte0", kMark, source_, {AnchorId::parse("niamey").value(), {anchor_, kEchoPort}}, nonce});
  }
  run_until(5s, [&] { return echo_events_.size() == 6; });
  EXPECT_EQ(std::ranges::count_if(echo_events_, [](const Event& e) { return std::holds_alternative<EchoAnswered>(e); }),
            6);
}

TEST_F(TruthNetnsTest, SeesAPortalThatLetsPingsPass) {
  build_portal();
  TruthServer web{io_, [](std::string_view) { return kRedirect; }};
  {
    const NetSandbox::Inside inside{*isp_};
    ASSERT_TRUE(web.listen({boost::asio::ip::make_address("10.1.0.1"), 80}).ok());
  }
  const Daemon liar{*isp_, dnsmasq("10.1.0.1", "--address=/#/10.1.0.1")};
  wait_for_port(*isp_, "10.1.0.1", 53);
  router_->run("ip route add 203.0.113.0/24 via 10.1.0.1; busybox ping -c 1 -W 2 203.0.113.21 >/dev/null");
  {
    const NetSandbox::Inside inside{*router_};
    prober_.send({uplink_, "lte0", kMark, source_, {AnchorId::parse("niamey").value(), {anchor_, kEchoPort}}, 5});
  }
  EXPECT_EQ(truth(EchoSight::Silent), Truth::Portal);
  EXPECT_TRUE(echo_events_.empty());
  EXPECT_EQ(contents_.at(0).verdict, ContentVerdict::Redirected);
  EXPECT_EQ(contents_.at(0).detail, "302 to http://portal.example/recharge");
  EXPECT_EQ(names_.at(0).verdict, ResolverVerdict::Wrong);
  EXPECT_EQ(names_.at(0).detail, "203.0.113.53 says 10.1.0.1");
  // The bundle is paid.
  start_resolver();
  isp_->run("nft delete table ip portal");
  EXPECT_EQ(truth(EchoSight::Answering), Truth::Proven);
}

TEST_F(TruthNetnsTest, SeesAPortalThatServesItsPageInPlace) {
  build_portal();
  std::string folder = testing::TempDir() + "karkara-portal-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::ofstream{folder + "/index.html"} << "<html>Rechargez</html>";
  const Daemon web{*isp_, {"busybox", "httpd", "-f", "-p", "10.1.0.1:80", "-h", folder}};
  wait_for_port(*isp_, "10.1.0.1", 80);
  const ContentChecked checked = content();
  EXPECT_EQ(checked.verdict, ContentVerdict::Foreign);
  EXPECT_THAT(checked.detail, StartsWith("status 404"));
  std::filesystem::remove_all(folder);
}

TEST_F(TruthNetnsTest, NeverTakesUnreachableForAnAnswer) {
  isp_->run("ip route del 203.0.113.0/24; ip route add unreachable default");
  const ContentChecked web = content();
  EXPECT_EQ(web.verdict, ContentVerdict::Refused);
  EXPECT_EQ(web.detail, "No route to host");
  const ResolverChecked names = resolver();
  EXPECT_EQ(names.verdict, ResolverVerdict::Refused);
  EXPECT_EQ(names.detail, "203.0.113.53: No route to host, says 10.1.0.1");
  EXPECT_EQ(truth(EchoSight::Silent), Truth::Silent);
  EXPECT_EQ(page_.counts(), TruthCounts{});
}

TEST_F(TruthNetnsTest, IsSilentAboutADeadPathWithinItsTime) {
  nft(*isp_, "table ip hole { chain f { type filter hook forward priority filter; drop; } }");
  const Instant start = clock_.now();
  const ContentChecked web = content();
  EXPECT_EQ(web.verdict, ContentVerdict::Silent);
  EXPECT_EQ(web.detail, "no connection in time");
  EXPECT_LT(clock_.now() - start, 6s);
  EXPECT_GT(web.bytes, 0U);
  const ResolverChecked names = resolver();
  EXPECT_EQ(names.verdict, ResolverVerdict::Silent);
  EXPECT_EQ(names.detail, "203.0.113.53 does not answer");
  EXPECT_LT(clock_.now() - start, 13s);
}

TEST_F(TruthNetnsTest, IsRefusedByAnAnchorThatServesNoContentAndByAHostWithoutResolver) {
  nft(*world_,
      "table ip closed { chain i { type filter hook input priority filter; "
      " tcp dport 80 reject with tcp reset; } }");
  EXPECT_EQ(content().detail, "Connection refused");
  const ResolverChecked names = resolver();
  EXPECT_EQ(names.verdict, ResolverVerdict::Refused);
  EXPECT_EQ(names.detail, "203.0.113.53: Connection refused, says 203.0.113.53");
}

TEST_F(TruthNetnsTest, CallsAResolverWithoutTheNameWrong) {
  start_resolver("--local=/karkara.ne/");
  const ResolverChecked names = resolver();
  EXPECT_EQ(names.verdict, ResolverVerdict::Wrong);
  EXPECT_EQ(names.detail, "203.0.113.53 says: no such name");
}

TEST_F(TruthNetnsTest, NeverLeavesThroughTheOtherUplinkWhenItsOwnRouteIsMissing) {
  start_resolver();
  router_->run("ip route flush table 10001");
  EXPECT_NE(content().verdict, ContentVerdict::Signed);
  EXPECT_NE(resolver().verdict, ResolverVerdict::Right);
  EXPECT_EQ(page_.counts(), TruthCounts{});
}

TEST_F(TruthNetnsTest, EndsAnEndlessAnswerAndOneThatDrips) {
  nft(*isp_,
      "table ip portal { chain names { type nat hook prerouting priority dstnat; "
      " tcp dport 80 dnat to 10.1.0.1; } }");
  std::string answer = "HTTP/1.1 200 OK\r\n\r\n" + std::string(10'000'000, 'x');
  TruthServer web{io_, [&](std::string_view) { return answer; }};
  {
    const NetSandbox::Inside inside{*isp_};
    ASSERT_TRUE(web.listen({boost::asio::ip::make_address("10.1.0.1"), 80}).ok());
  }
  EXPECT_EQ(content().verdict, ContentVerdict::Foreign);
  answer = "HTTP/1.1 200 OK\r\nX: ";  // and then nothing more, but the end
  const ContentChecked cut = content();
  EXPECT_EQ(cut.verdict, ContentVerdict::Refused);
  EXPECT_EQ(cut.detail, "closed in the middle of an answer");
}

TEST_F(TruthNetnsTest, SaysWhyItCannotAsk) {
  const auto ask = [&](const char* interface, const char* source) {
    contents_.clear();
    const NetSandbox::Inside inside{*router_};
    content_check_.check({uplink_, interface, kMark, *IpAddress::parse(source), {anchor_, 80}, 1});
    return contents_.at(0).detail;
  };
  EXPECT_EQ(ask("none0", "10.1.0.2"), "no interface none0");
  EXPECT_EQ(ask("lte0", "10.1.0.77"), "bind to 10.1.0.77: Cannot assign requested address");
  EXPECT_EQ(ask("lte0", "fd00:1::2"), "no source address of the anchor's family");
  ContentCheck keyless{io_, [this](ContentChecked checked) { contents_.push_back(std::move(checked)); }};
  keyless.check({uplink_, "lte0", kMark, source_, {anchor_, 80}, 1});
  EXPECT_EQ(contents_.at(1).detail, "no anchor key: not enrolled");
  const NetSandbox::Inside inside{*router_};
  resolver_check_.check({uplink_, "lte0", kMark, source_, {}, "anchor.karkara.ne", {anchor_}});
  EXPECT_EQ(names_.at(0).detail, "no resolver of the source's family, or nothing expected");
  resolver_check_.check({uplink_, "none0", kMark, source_, {anchor_}, "anchor.karkara.ne", {anchor_}});
  EXPECT_EQ(names_.at(1).detail, "no interface none0");
}

}  // namespace
}  // namespace karkara
