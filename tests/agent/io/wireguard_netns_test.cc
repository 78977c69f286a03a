// The tunnel's interface on the real kernel, against what 'ip' and 'wg' show. Where the kernel has no WireGuard only
// what happens then is tested; tests/lab/tunnel_test.sh runs these on one that has it.
#include <gmock/gmock.h>

#include <filesystem>

#include "agent/io/tunnel_actions.h"
#include "common/host/system_clock.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class WireguardTest : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    std::string pattern = testing::TempDir() + "/karkara-wg-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static bool kernel_has_it() { return Wireguard::open().ok(); }

  [[nodiscard]] WantTunnel want() const {
    WantTunnel want;
    want.ends.interface = "wg-karkara";
    want.ends.hub_key.bytes.fill(std::byte{9});
    want.ends.hub = *IpEndpoint::parse("127.0.0.1:51820");
    want.ends.keepalive = std::chrono::seconds{25};
    want.key_file = folder_ + "/own.key";
    want.addresses = {*IpPrefix::parse("10.99.0.2/24")};
    want.mtu = 1'340;
    return want;
  }
  template <class Effect>
  TunnelSeen after(const Effect& effect) {
    seen_ = {};
    actions_.run(effect);
    return seen_;
  }
  TunnelSeen put(const WantTunnel& effect) {
    auto seen = after(effect);
    EXPECT_TRUE(seen.status.ok()) << seen.status.error().text;
    return seen;
  }

  std::string folder_;
  SystemClock clock_;
  TunnelSeen seen_;
  TunnelActions actions_{clock_, [this](TunnelSeen seen) { seen_ = std::move(seen); }};
};

#define SKIP_WITHOUT_WIREGUARD()                                                  \
  if (!kernel_has_it()) {                                                         \
    GTEST_SKIP() << "this kernel has no WireGuard: see tests/lab/tunnel_test.sh"; \
  }

TEST_F(WireguardTest, AKernelWithoutItIsOneClearSentence) {
  if (kernel_has_it()) {
    GTEST_SKIP() << "this kernel has WireGuard";
  }
  const auto seen = after(want());
  ASSERT_FALSE(seen.status.ok());
  EXPECT_EQ(seen.status.error().code, ErrorCode::FailedPrecondition);
  EXPECT_THAT(seen.status.error().text, HasSubstr("CONFIG_WIREGUARD"));
  EXPECT_TRUE(seen.own_key) << "the operator can register it at the hub all the same";
  actions_.run(NudgeTunnel{want().ends});
  actions_.run(WithdrawTunnel{"wg-karkara"});
}

TEST_F(WireguardTest, MakesTheInterfaceAsAskedFor) {
  SKIP_WITHOUT_WIREGUARD();
  const auto seen = put(want());
  ASSERT_TRUE(seen.hub);
  EXPECT_EQ(seen.hub->endpoint, want().ends.hub);
  EXPECT_FALSE(seen.hub->last_handshake);
  EXPECT_THAT(printed("ip addr show dev wg-karkara"),
              AllOf(HasSubstr("10.99.0.2/24"), HasSubstr("mtu 1340"), HasSubstr("UP")));
  EXPECT_THAT(printed("wg show wg-karkara"),
              AllOf(HasSubstr(seen.own_key->text()), HasSubstr(want().ends.hub_key.text()),
                    HasSubstr("127.0.0.1:51820"), HasSubstr("0.0.0.0/0, ::/0"), HasSubstr("every 25 seconds")));
  EXPECT_EQ(printed("wg show wg-karkara preshared-keys | cut -f2"), "(none)\n");
}

TEST_F(WireguardTest, AdoptsWhatIsThereAndChangesOnlyWhatDiffers) {
  SKIP_WITHOUT_WIREGUARD();
  put(want());
  const std::string port = printed("wg show wg-karkara listen-port");
  const std::string index = printed("ip -o link show wg-karkara | cut -d: -f1");
  put(want());
  EXPECT_EQ(printed("wg show wg-karkara listen-port"), port);
  auto other = want();
  other.addresses = {*IpPrefix::parse("10.99.0.3/24")};
  other.mtu = 1'400;
  other.ends.mark = 0x20'0000;
  other.ends.hub = *IpEndpoint::parse("127.0.0.2:443");
  put(other);
  EXPECT_EQ(printed("ip -o link show wg-karkara | cut -d: -f1"), index);
  EXPECT_THAT(printed("ip addr show dev wg-karkara"),
              AllOf(HasSubstr("10.99.0.3/24"), Not(HasSubstr("10.99.0.2")), HasSubstr("mtu 1400")));
  EXPECT_EQ(printed("wg show wg-karkara fwmark"), "0x200000\n");
  EXPECT_THAT(printed("wg show wg-karkara endpoints"), HasSubstr("127.0.0.2:443"));
}

TEST_F(WireguardTest, TheHubIsTheOnlyPeer) {
  SKIP_WITHOUT_WIREGUARD();
  put(want());
  WireguardKey stranger;
  stranger.bytes.fill(std::byte{5});
  run("wg set wg-karkara peer " + stranger.text() + " allowed-ips 10.7.0.0/16");
  put(want());
  EXPECT_EQ(printed("wg show wg-karkara peers"), want().ends.hub_key.text() + "\n");
  auto other = want();
  other.ends.hub_key = stranger;
  put(other);
  EXPECT_EQ(printed("wg show wg-karkara peers"), stranger.text() + "\n");
}

TEST_F(WireguardTest, ThePresharedKeyComesFromItsFile) {
  SKIP_WITHOUT_WIREGUARD();
  auto effect = want();
  effect.preshared_key_file = folder_ + "/preshared.key";
  EXPECT_EQ(after(effect).status.error().code, ErrorCode::NotFound);
  run("umask 077; wg genpsk >" + effect.preshared_key_file);
  put(effect);
  EXPECT_EQ(printed("wg show wg-karkara preshared-keys | cut -f2"), printed("cat " + effect.preshared_key_file));
  put(want());
  EXPECT_EQ(printed("wg show wg-karkara preshared-keys | cut -f2"), "(none)\n");
}

TEST_F(WireguardTest, RefusesAnotherKindOfInterfaceAndLeavesItAlone) {
  SKIP_WITHOUT_WIREGUARD();
  run("ip link add wg-karkara type veth peer name other");
  const auto seen = after(want());
  EXPECT_EQ(seen.status.error().code, ErrorCode::FailedPrecondition);
  actions_.run(WithdrawTunnel{"wg-karkara"});
  EXPECT_THAT(printed("ip link show wg-karkara"), HasSubstr("wg-karkara"));
}

TEST_F(WireguardTest, WithdrawsItAndSaysThatItIsGone) {
  SKIP_WITHOUT_WIREGUARD();
  put(want());
  actions_.run(WithdrawTunnel{"wg-karkara"});
  EXPECT_THAT(printed("ip link show"), Not(HasSubstr("wg-karkara")));
  actions_.run(WithdrawTunnel{"wg-karkara"});
  EXPECT_EQ(after(ReadTunnel{"wg-karkara", want().ends.hub_key}).status.error().code, ErrorCode::NotFound);
}

TEST_F(WireguardTest, ANudgeSaysSomethingAtOnceAndKeepsTheInterval) {
  SKIP_WITHOUT_WIREGUARD();
  for (const int keepalive : {25, 0}) {
    auto effect = want();
    effect.ends.keepalive = std::chrono::seconds{keepalive};
    put(effect);
    actions_.run(NudgeTunnel{effect.ends});
    EXPECT_THAT(printed("wg show wg-karkara persistent-keepalive"), HasSubstr(keepalive == 0 ? "off" : "25"));
  }
}

TEST_F(WireguardTest, ANudgeDoesNotBringBackAPeerThatWasRemoved) {
  SKIP_WITHOUT_WIREGUARD();
  put(want());
  run("wg set wg-karkara peer " + want().ends.hub_key.text() + " remove");
  actions_.run(NudgeTunnel{want().ends});
  EXPECT_EQ(printed("wg show wg-karkara peers"), "");
  EXPECT_FALSE(after(ReadTunnel{"wg-karkara", want().ends.hub_key}).hub);
}

TEST_F(WireguardTest, NeedsTheRightToDoSo) {
  const auto code = code_as_nobody(
      [&]() -> Status {
        auto kernel = Wireguard::open();
        if (!kernel) {
          return kernel.error();
        }
        const SecretKey key{std::array<std::byte, kWireguardKeySize>{}};
        return kernel->put(want(), key, nullptr);
      },
      "");
  EXPECT_EQ(code, static_cast<int>(kernel_has_it() ? ErrorCode::PermissionDenied : ErrorCode::FailedPrecondition));
}

}  // namespace
}  // namespace karkara
