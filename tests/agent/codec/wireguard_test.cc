#include "agent/codec/wireguard.h"

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>

#include <algorithm>
#include <sstream>

#include "tests/support/recorded_netlink.h"

namespace karkara::wireguard {
namespace {

constexpr std::uint16_t kFamily = 0x1c;
using std::chrono::seconds;

WireguardKey key_of(unsigned char fill) {
  WireguardKey key;
  key.bytes.fill(std::byte{fill});
  return key;
}

SecretKey secret_of(unsigned char fill) {
  std::array<std::byte, kWireguardKeySize> bytes{};
  bytes.fill(std::byte{fill});
  return SecretKey{bytes};
}

std::size_t times(const NetlinkBytes& bytes, unsigned char fill) {
  const std::vector<std::byte> wanted(kWireguardKeySize, std::byte{fill});
  std::size_t found = 0;
  for (auto at = bytes.begin(); (at = std::search(at, bytes.end(), wanted.begin(), wanted.end())) != bytes.end();) {
    ++found;
    at += static_cast<std::ptrdiff_t>(wanted.size());
  }
  return found;
}

NetlinkBytes finished(WipedRequest& request) {
  const auto bytes = request.bytes();
  return {bytes.begin(), bytes.end()};
}

// What the kernel would say of it.
WipedRequest answer() {
  return WipedRequest{kFamily, NLM_F_MULTI, genlmsghdr{WG_CMD_GET_DEVICE, 1, 0}};
}

Result<bool> add(Device& device, WipedRequest& request) {
  const NetlinkBytes bytes = finished(request);
  return add_to(device, messages_in(bytes).front(), kFamily);
}

// Writes one peer with what 'more' puts into it.
template <class More>
Result<Device> peer_with(More more) {
  auto request = answer();
  request.u32(WGDEVICE_A_IFINDEX, 4).text(WGDEVICE_A_IFNAME, "wg0");
  const std::size_t list = request.open(WGDEVICE_A_PEERS);
  const std::size_t peer = request.open(0);
  more(request);
  request.close(peer);
  request.close(list);
  Device device;
  const auto added = add(device, request);
  return added ? Result<Device>{device} : Result<Device>{added.error()};
}

template <class More>
Result<Device> keyed_peer_with(More more) {
  return peer_with([&](WipedRequest& request) {
    request.raw(WGPEER_A_PUBLIC_KEY, key_of(3).bytes);
    more(request);
  });
}

TEST(WireguardCodec, AChangeReadsBackAsTheDeviceThatItMakes) {
  const SecretKey own = secret_of(0x11);
  const SecretKey preshared = secret_of(0x22);
  DeviceChange change{.interface = "wg-karkara", .private_key = &own, .listen_port = 51'820, .mark = 0x10'0000};
  change.peers.push_back({.public_key = key_of(3),
                          .preshared = &preshared,
                          .endpoint = IpEndpoint::parse("198.51.100.7:51820"),
                          .keepalive = seconds{25},
                          .allowed = std::vector{*IpPrefix::parse("0.0.0.0/0"), *IpPrefix::parse("2001:db8::/32")}});
  change.peers.push_back({.public_key = key_of(4), .endpoint = IpEndpoint::parse("[2001:db8::7]:443")});
  auto request = encode_change(kFamily, change);
  ASSERT_TRUE(request.ok());
  NetlinkBytes bytes = finished(*request);
  EXPECT_EQ(times(bytes, 0x11), 1U);
  EXPECT_EQ(times(bytes, 0x22), 1U);
  bytes[sizeof(nlmsghdr)] = std::byte{WG_CMD_GET_DEVICE};  // the kernel tells in the same words
  Device device;
  const auto added = add_to(device, messages_in(bytes).front(), kFamily);
  ASSERT_TRUE(added.ok()) << added.error().text;
  EXPECT_TRUE(*added);
  EXPECT_EQ(device.interface, "wg-karkara");
  EXPECT_EQ(device.listen_port, 51'820);
  EXPECT_EQ(device.mark, 0x10'0000U);
  ASSERT_EQ(device.peers.size(), 2U);
  EXPECT_EQ(device.peers[0].endpoint, IpEndpoint::parse("198.51.100.7:51820"));
  EXPECT_EQ(device.peers[0].keepalive, seconds{25});
  EXPECT_EQ(device.peers[0].allowed, change.peers[0].allowed);
  EXPECT_EQ(device.find(key_of(4))->endpoint, IpEndpoint::parse("[2001:db8::7]:443"));
  EXPECT_EQ(device.find(key_of(5)), nullptr);
}

TEST(WireguardCodec, AChangeSaysOnlyWhatItIsToldAndNothingOfTheRest) {
  auto request = encode_change(kFamily, {.interface = "wg0"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->bytes().size(), sizeof(nlmsghdr) + sizeof(genlmsghdr) + 8U);
}

TEST(WireguardCodec, RefusesNamesAndKeepalivesThatTheKernelCannotHave) {
  for (const char* name : {"", "a-name-of-16-byte", "two words", "a/b"}) {
    EXPECT_EQ(encode_change(kFamily, {.interface = name}).error().code, ErrorCode::InvalidArgument) << name;
  }
  for (const seconds keepalive : {seconds{-1}, seconds{65'536}}) {
    const DeviceChange change{.interface = "wg0", .peers = {{.public_key = key_of(3), .keepalive = keepalive}}};
    EXPECT_EQ(encode_change(kFamily, change).error().code, ErrorCode::InvalidArgument);
  }
}

TEST(WireguardCodec, MoreThanOneRequestHoldsIsRefusedWhole) {
  DeviceChange change{.interface = "wg0"};
  change.peers.assign(500, {.public_key = key_of(3)});
  EXPECT_EQ(encode_change(kFamily, change).error().code, ErrorCode::ResourceExhausted);
}

TEST(WireguardCodec, ReadsTheHubsTraffic) {
  struct {
    std::int64_t at[2];
  } handshake{{1'700'000'000, 5'000}};
  const auto device = keyed_peer_with([&](WipedRequest& request) {
    request.raw(WGPEER_A_LAST_HANDSHAKE_TIME, std::as_bytes(std::span{&handshake, 1}));
    const std::array<std::uint64_t, 1> received{1ULL << 40U};
    request.raw(WGPEER_A_RX_BYTES, std::as_bytes(std::span{received}));
  });
  ASSERT_TRUE(device.ok());
  const Peer& peer = device.value().peers.front();
  EXPECT_EQ(peer.last_handshake, WallTime{std::chrono::microseconds{1'700'000'000'000'005}});
  EXPECT_EQ(peer.received_bytes, 1ULL << 40U);
  EXPECT_EQ(peer.sent_bytes, 0U);
}

TEST(WireguardCodec, AHandshakeAtZeroNeverWas) {
  const std::array<std::int64_t, 2> never{};
  const auto device = keyed_peer_with(
      [&](WipedRequest& request) { request.raw(WGPEER_A_LAST_HANDSHAKE_TIME, std::as_bytes(std::span{never})); });
  ASSERT_TRUE(device.ok());
  EXPECT_FALSE(device.value().peers.front().last_handshake);
}

TEST(WireguardCodec, RefusesImpossibleTimes) {
  using Times = std::array<std::int64_t, 2>;
  for (const Times& time : {Times{-1, 0}, Times{5, -1}, Times{5, 1'000'000'000}, Times{INT64_MAX, 0}}) {
    const auto device = keyed_peer_with(
        [&](WipedRequest& request) { request.raw(WGPEER_A_LAST_HANDSHAKE_TIME, std::as_bytes(std::span{time})); });
    EXPECT_EQ(device.error().code, ErrorCode::InvalidArgument) << time[0] << " " << time[1];
  }
}

TEST(WireguardCodec, RefusesWrongLengths) {
  const std::vector<std::byte> seven(7);
  for (const int type : {WGPEER_A_RX_BYTES, WGPEER_A_TX_BYTES, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL,
                         WGPEER_A_ENDPOINT, WGPEER_A_LAST_HANDSHAKE_TIME}) {
    const auto device = keyed_peer_with([&](WipedRequest& request) { request.raw(type, seven); });
    EXPECT_EQ(device.error().code, ErrorCode::InvalidArgument) << type;
  }
  const auto short_key = peer_with([&](WipedRequest& request) { request.raw(WGPEER_A_PUBLIC_KEY, seven); });
  EXPECT_EQ(short_key.error().code, ErrorCode::InvalidArgument);
}

TEST(WireguardCodec, RefusesAnEndpointWhoseFamilyIsNotThatOfItsLength) {
  std::vector<std::byte> content(16);
  for (const unsigned char family : std::initializer_list<unsigned char>{0, 1, 10, 255}) {
    content[0] = std::byte{family};
    const auto device = keyed_peer_with([&](WipedRequest& request) { request.raw(WGPEER_A_ENDPOINT, content); });
    EXPECT_EQ(device.error().code, ErrorCode::InvalidArgument) << int{family};
  }
}

TEST(WireguardCodec, APeerWithoutKeyIsNone) {
  EXPECT_EQ(peer_with([](WipedRequest&) {}).error().code, ErrorCode::NotFound);
}

TEST(WireguardCodec, RefusesPrefixesBeyondTheirAddress) {
  struct Case {
    std::uint16_t family;
    std::size_t size;
    std::uint8_t length;
  };
  for (const Case& wrong : {Case{2, 4, 33}, Case{10, 16, 129}, Case{10, 4, 0}, Case{2, 16, 0}, Case{2, 5, 0}}) {
    const std::vector<std::byte> address(wrong.size);
    const auto device = keyed_peer_with([&](WipedRequest& request) {
      const std::size_t list = request.open(WGPEER_A_ALLOWEDIPS);
      const std::size_t element = request.open(0);
      request.u16(WGALLOWEDIP_A_FAMILY, wrong.family)
          .raw(WGALLOWEDIP_A_IPADDR, address)
          .u8(WGALLOWEDIP_A_CIDR_MASK, wrong.length);
      request.close(element);
      request.close(list);
    });
    EXPECT_EQ(device.error().code, ErrorCode::InvalidArgument) << wrong.family << " " << wrong.size;
  }
}

TEST(WireguardCodec, APeerMayComeInSeveralMessages) {
  Device device;
  for (const char* prefix : {"10.0.0.0/24", "10.0.1.0/24"}) {
    auto change = encode_change(
        kFamily,
        {.interface = "wg0", .peers = {{.public_key = key_of(3), .allowed = std::vector{*IpPrefix::parse(prefix)}}}});
    NetlinkBytes bytes = finished(*change);
    bytes[sizeof(nlmsghdr)] = std::byte{WG_CMD_GET_DEVICE};
    ASSERT_TRUE(add_to(device, messages_in(bytes).front(), kFamily).ok());
  }
  ASSERT_EQ(device.peers.size(), 1U);
  EXPECT_EQ(device.peers.front().allowed.size(), 2U);
}

TEST(WireguardCodec, OtherFamiliesMessagesAreNotTaken) {
  auto request = answer();
  Device device;
  const NetlinkBytes bytes = finished(request);
  const auto added = add_to(device, messages_in(bytes).front(), kFamily + 1);
  ASSERT_TRUE(added.ok());
  EXPECT_FALSE(*added);
}

TEST(WireguardCodec, ADeviceWithoutKeyHasNone) {
  auto request = answer();
  request.raw(WGDEVICE_A_PUBLIC_KEY, WireguardKey{}.bytes);
  Device device;
  ASSERT_TRUE(add(device, request).ok());
  EXPECT_FALSE(device.public_key);
}

TEST(WireguardCodec, ReadsADumpOfARealKernelAndNoneOfItsSecrets) {
  const auto bytes = recorded_netlink("wireguard/corpus/dump");
  Device device;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    const auto added = add_to(device, message, message.type);
    ASSERT_TRUE(added.ok()) << added.error().text;
  }
  EXPECT_EQ(device.interface, "wg-karkara");
  EXPECT_GT(device.link, 0U);
  ASSERT_TRUE(device.public_key);
  ASSERT_EQ(device.peers.size(), 1U);
  const Peer& hub = device.peers.front();
  EXPECT_EQ(hub.endpoint, IpEndpoint::parse("198.51.100.7:51820"));
  EXPECT_EQ(hub.keepalive, seconds{25});
  EXPECT_EQ(hub.allowed.size(), 2U);
  EXPECT_TRUE(hub.last_handshake);
  EXPECT_GT(hub.received_bytes, 0U);
}

TEST(WireguardCodec, ReadsARealDumpOfManyPeers) {
  const auto bytes = recorded_netlink("wireguard/corpus/many");
  Device device;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    ASSERT_TRUE(add_to(device, message, message.type).ok());
  }
  ASSERT_EQ(device.peers.size(), 41U);
  const Peer& last = device.peers.back();
  EXPECT_EQ(last.endpoint, IpEndpoint::parse("[2001:db8::40]:443"));
  EXPECT_EQ(last.allowed.size(), 3U);
  EXPECT_EQ(last.received_bytes, 0U);
}

TEST(WireguardKeys, ReadBackWhatTheyPrint) {
  for (int fill = 0; fill < 256; ++fill) {
    WireguardKey key = key_of(static_cast<unsigned char>(fill));
    key.bytes[0] = static_cast<std::byte>(255 - fill);
    const auto again = WireguardKey::parse(key.text());
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again.value(), key);
  }
  EXPECT_EQ(key_of(0).text(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

TEST(WireguardKeys, RefuseWhatIsNoKey) {
  const std::string good = key_of(0x5a).text();
  EXPECT_FALSE(WireguardKey::parse("").ok());
  EXPECT_FALSE(WireguardKey::parse(good.substr(1)).ok());
  EXPECT_FALSE(WireguardKey::parse(good + "=").ok());
  EXPECT_FALSE(WireguardKey::parse("?" + good.substr(1)).ok());
  EXPECT_FALSE(WireguardKey::parse(good.substr(0, 43) + "A").ok());
  EXPECT_FALSE(WireguardKey::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=").ok()) << "spare bits that are set";
}

TEST(WireguardKeys, AnErrorDoesNotRepeatTheSecret) {
  const std::string almost = "SECRETSECRETSECRETSECRETSECRETSECRETSECRETS?";
  const auto key = SecretKey::parse(almost);
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().text.find("SECRET"), std::string::npos);
}

TEST(WireguardKeys, ASecretThatMovedAwayLeavesNothing) {
  SecretKey key = secret_of(0x77);
  const SecretKey moved{std::move(key)};
  EXPECT_EQ(moved.bytes()[0], std::byte{0x77});
  EXPECT_TRUE(std::all_of(key.bytes().begin(), key.bytes().end(), [](std::byte b) { return b == std::byte{0}; }));
}

}  // namespace
}  // namespace karkara::wireguard
