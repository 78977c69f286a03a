#include "agent/codec/links_of_kind.h"

#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "tests/support/recorded_netlink.h"

namespace karkara::rtnetlink {
namespace {

// What the kernel would say of an interface.
NetlinkBytes link_message(int index, const std::string& kind) {
  ifinfomsg header{};
  header.ifi_index = index;
  NetlinkRequest message{RTM_NEWLINK, NLM_F_MULTI, 1, header};
  message.text(IFLA_IFNAME, "bat0");
  if (!kind.empty()) {
    message.nest(IFLA_LINKINFO, [&](NetlinkRequest& inside) { inside.text(IFLA_INFO_KIND, kind); });
  }
  return message.bytes();
}

Result<std::optional<LinkOfKind>> decoded(const NetlinkBytes& bytes) {
  const auto messages = messages_in(bytes);
  return messages.size() == 1 ? decode_link_of_kind(messages.front()) : Error{ErrorCode::Internal, "not one"};
}

TEST(LinksOfKind, TellIndexNameAndKind) {
  const auto link = decoded(link_message(7, "batadv"));
  ASSERT_TRUE(link.ok());
  EXPECT_EQ(*link, (LinkOfKind{7, "bat0", "batadv"}));
  const auto plain = decoded(link_message(8, ""));
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(*plain, (LinkOfKind{8, "bat0", ""})) << "an older kernel does not filter";
}

TEST(LinksOfKind, PassOverWhatIsNone) {
  const auto without_index = decoded(link_message(0, "batadv"));
  ASSERT_TRUE(without_index.ok());
  EXPECT_EQ(*without_index, std::nullopt);
}

TEST(LinksOfKind, RefuseAMessageThatIsCut) {
  NetlinkBytes bytes = link_message(7, "batadv");
  NetlinkMessage message = messages_in(bytes).front();
  for (std::size_t size = 0; size < message.payload.size(); ++size) {
    NetlinkMessage cut = message;
    cut.payload = message.payload.first(size);
    const auto link = decode_link_of_kind(cut);
    EXPECT_FALSE(link && *link && (*link)->kind == "batadv") << size;
  }
}

TEST(LinksOfKind, AreAskedForByTheirKind) {
  const NetlinkBytes bytes = encode_get_links_of_kind("batadv");
  const auto messages = messages_in(bytes);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages.front().type, RTM_GETLINK);
}

}  // namespace
}  // namespace karkara::rtnetlink
