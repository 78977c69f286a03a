#include "agent/codec/batadv_uevent.h"

#include <gtest/gtest.h>

#include <vector>

#include "agent/codec/kernel_uevent.h"
#include "tests/support/recorded_netlink.h"

namespace karkara::batadv {
namespace {

using namespace std::string_literals;
using Kind = GatewayEvent::Kind;
const MacAddress kGateway = *MacAddress::parse("02:00:00:00:02:00");

// On the heap and of exact size, so that the address sanitizer sees a read beyond.
Result<std::optional<GatewayEvent>> event_in(const std::string& text) {
  const std::vector<char> exact(text.begin(), text.end());
  return decode_gateway_event(std::as_bytes(std::span{exact}));
}
std::string event_with(const std::string& words) {
  return "change@/devices/virtual/net/bat0\0ACTION=change\0DEVPATH=/devices/virtual/net/bat0\0SUBSYSTEM=net\0"s +
         words + "SEQNUM=2468\0"s;
}

TEST(BatadvUevent, ReadsTheChoiceOfAGateway) {
  const std::string place = "INTERFACE=bat0\0IFINDEX=9\0"s;
  EXPECT_EQ(**event_in(event_with(place + "BATTYPE=gw\0BATACTION=add\0BATDATA=02:00:00:00:02:00\0"s)),
            (GatewayEvent{Kind::Added, "bat0", kGateway}));
  EXPECT_EQ(**event_in(event_with("BATTYPE=gw\0BATACTION=change\0BATDATA=02:00:00:00:02:00\0"s + place)),
            (GatewayEvent{Kind::Changed, "bat0", kGateway}));
  EXPECT_EQ(**event_in(event_with("BATTYPE=gw\0BATACTION=del\0"s)), (GatewayEvent{Kind::Removed, "bat0", {}}))
      << "the path names the interface, too";
}

TEST(BatadvUevent, ReadsWhatARealKernelSaid) {
  const auto added = decode_gateway_event(recorded_netlink("kernel_uevent/corpus/recorded_add"));
  ASSERT_TRUE(added && *added);
  EXPECT_EQ(**added, (GatewayEvent{Kind::Added, "bat0", MacAddress::parse("02:00:00:00:01:00")}));
  const auto gone = decode_gateway_event(recorded_netlink("kernel_uevent/corpus/recorded_del"));
  ASSERT_TRUE(gone && *gone);
  EXPECT_EQ(**gone, (GatewayEvent{Kind::Removed, "bat0", {}}));
}

TEST(BatadvUevent, OtherEventsAreNone) {
  for (const std::string& words : {""s, "BATTYPE=bla\0BATACTION=loopdetect\0BATDATA=02:00:00:00:02:00\0"s,
                                   "XBATTYPE=gw\0BATTYPE\0BATTYPE=\0"s, "BATTYPE=gw2\0"s}) {
    const auto event = event_in(event_with(words));
    ASSERT_TRUE(event.ok()) << words;
    EXPECT_FALSE(*event) << words;
  }
}

TEST(BatadvUevent, RefusesAGatewaysEventThatCannotBe) {
  for (const std::string& words :
       {"BATTYPE=gw\0"s, "BATTYPE=gw\0BATACTION=explode\0"s, "BATTYPE=gw\0BATACTION=add\0"s,
        "BATTYPE=gw\0BATACTION=add\0BATDATA=02:00:00:00:02\0"s,
        "BATTYPE=gw\0BATACTION=add\0BATDATA=02:00:00:00:02:0g\0"s, "BATTYPE=gw\0BATACTION=del\0INTERFACE=\x1b[31m\0"s,
        "BATTYPE=gw\0BATACTION=del\0INTERFACE=a-name-of-16-byt\0"s}) {
    EXPECT_EQ(event_in(event_with(words)).error().code, ErrorCode::InvalidArgument) << words;
  }
}

TEST(KernelUevent, RefusesWhatTheKernelDoesNotSend) {
  EXPECT_EQ(event_in("").error().code, ErrorCode::DataLoss);
  EXPECT_EQ(event_in("add@/devices/x").error().code, ErrorCode::DataLoss) << "no end";
  for (const std::string& text :
       {"\0"s, "libudev\0\xfe\xed\xca\xfe\0"s, "@/devices\0"s, "add@\0"s, "add@devices\0"s, std::string(9'000, '\0')}) {
    EXPECT_EQ(event_in(text).error().code, ErrorCode::InvalidArgument) << text;
  }
}

TEST(KernelUevent, FindsTheFirstWordOfAKey) {
  const std::string text = "add@/d\0A=1\0AB=2\0A=3\0=4\0B\0C=\0"s;
  const auto event = decode_kernel_uevent(std::as_bytes(std::span{text}));
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->action, "add");
  EXPECT_EQ(event->path, "/d");
  EXPECT_EQ(event->find("A"), "1");
  EXPECT_EQ(event->find("AB"), "2");
  EXPECT_EQ(event->find("B"), std::nullopt);
  EXPECT_EQ(event->find("C"), "");
  EXPECT_EQ(event->find(""), "4");
}

TEST(KernelUevent, StandsEveryCut) {
  const std::string text = event_with("BATTYPE=gw\0BATACTION=add\0BATDATA=02:00:00:00:02:00\0"s);
  for (std::size_t size = 0; size < text.size(); ++size) {
    (void)event_in(text.substr(0, size));
  }
}

}  // namespace
}  // namespace karkara::batadv
