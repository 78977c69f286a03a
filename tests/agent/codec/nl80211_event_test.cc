#include "agent/codec/nl80211_event.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "agent/codec/air_news.h"
#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

using Kind = Event::Kind;
const MacAddress kPeer = *MacAddress::parse("02:00:00:00:02:00");

Event event_of(int command, const FillAnswer& fill) {
  const auto event = decoded(command, fill, decode_event);
  EXPECT_TRUE(event && *event) << command;
  return event && *event ? **event : Event{};
}

void put_place(NetlinkRequest& answer) {
  answer.u32(NL80211_ATTR_WIPHY, 1).u32(NL80211_ATTR_IFINDEX, 5);
}

TEST(Nl80211Event, TellsPeersThatComeAndGo) {
  const FillAnswer peer = [](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_IFINDEX, 5).raw(NL80211_ATTR_MAC, kPeer.bytes).u32(NL80211_ATTR_GENERATION, 1);
    answer.nest(NL80211_ATTR_STA_INFO, [](NetlinkRequest&) {});
  };
  EXPECT_EQ(event_of(NL80211_CMD_NEW_STATION, peer), (Event{.kind = Kind::PeerAdded, .link = 5, .address = kPeer}));
  EXPECT_EQ(event_of(NL80211_CMD_DEL_STATION, peer), (Event{.kind = Kind::PeerGone, .link = 5, .address = kPeer}));
}

TEST(Nl80211Event, ACandidateSaysWhichMeshItIsOf) {
  const Event event = event_of(NL80211_CMD_NEW_PEER_CANDIDATE, [](NetlinkRequest& answer) {
    put_place(answer);
    answer.raw(NL80211_ATTR_MAC, kPeer.bytes);
    answer.raw(NL80211_ATTR_IE, std::as_bytes(std::span{std::string_view{"\x72\x07village"}}));
    answer.u32(NL80211_ATTR_RX_SIGNAL_DBM, static_cast<std::uint32_t>(-66));
  });
  EXPECT_EQ(event.kind, Kind::PeerCandidate);
  EXPECT_EQ(event.elements.mesh_id, "village");
  EXPECT_EQ(event.signal_dbm, -66);
}

TEST(Nl80211Event, TellsInterfacesAndScans) {
  const Event added = event_of(NL80211_CMD_NEW_INTERFACE, [](NetlinkRequest& answer) {
    put_place(answer);
    answer.text(NL80211_ATTR_IFNAME, "mesh0").u32(NL80211_ATTR_IFTYPE, NL80211_IFTYPE_MESH_POINT);
  });
  EXPECT_EQ(
      added,
      (Event{.kind = Kind::InterfaceAdded, .wiphy = 1, .link = 5, .name = "mesh0", .mode = InterfaceMode::MeshPoint}));
  const std::pair<int, Kind> others[] = {
      {NL80211_CMD_NEW_WIPHY, Kind::WiphyAdded},           {NL80211_CMD_DEL_WIPHY, Kind::WiphyRemoved},
      {NL80211_CMD_DEL_INTERFACE, Kind::InterfaceRemoved}, {NL80211_CMD_TRIGGER_SCAN, Kind::ScanStarted},
      {NL80211_CMD_NEW_SCAN_RESULTS, Kind::ScanDone},      {NL80211_CMD_SCAN_ABORTED, Kind::ScanAborted}};
  for (const auto& [command, kind] : others) {
    EXPECT_EQ(event_of(command, put_place), (Event{.kind = kind, .wiphy = 1, .link = 5}));
  }
}

TEST(Nl80211Event, TellsChangedRules) {
  const Event all = event_of(NL80211_CMD_REG_CHANGE, [](NetlinkRequest& answer) {
    answer.u8(NL80211_ATTR_REG_INITIATOR, 1).u8(NL80211_ATTR_REG_TYPE, 0).text(NL80211_ATTR_REG_ALPHA2, "NE");
  });
  EXPECT_EQ(all, (Event{.kind = Kind::RegulatoryChanged, .country = "NE"}));
  const Event one =
      event_of(NL80211_CMD_WIPHY_REG_CHANGE, [](NetlinkRequest& answer) { answer.u32(NL80211_ATTR_WIPHY, 1); });
  EXPECT_EQ(one, (Event{.kind = Kind::RegulatoryChanged, .wiphy = 1}));
}

TEST(Nl80211Event, TellsRadarAndTheMoveAwayFromIt) {
  const auto put_channel_80 = [](NetlinkRequest& answer) {
    put_place(answer);
    answer.u32(NL80211_ATTR_WIPHY_FREQ, 5260).u32(NL80211_ATTR_CHANNEL_WIDTH, NL80211_CHAN_WIDTH_80);
    answer.u32(NL80211_ATTR_CENTER_FREQ1, 5290);
  };
  const ChannelUse channel{5260, ChannelWidth::Mhz80, 5290};
  EXPECT_EQ(
      event_of(NL80211_CMD_RADAR_DETECT,
               [&](NetlinkRequest& answer) {
                 put_channel_80(answer);
                 answer.u32(NL80211_ATTR_RADAR_EVENT, NL80211_RADAR_NOP_FINISHED);
               }),
      (Event{.kind = Kind::Radar, .wiphy = 1, .link = 5, .radar = Event::Radar::BanFinished, .channel = channel}));
  EXPECT_EQ(
      event_of(NL80211_CMD_CH_SWITCH_STARTED_NOTIFY,
               [&](NetlinkRequest& answer) {
                 put_channel_80(answer);
                 answer.u32(NL80211_ATTR_CH_SWITCH_COUNT, 5);
               }),
      (Event{.kind = Kind::ChannelSwitchStarted, .wiphy = 1, .link = 5, .channel = channel, .beacons_to_switch = 5}));
  EXPECT_EQ(event_of(NL80211_CMD_CH_SWITCH_NOTIFY, put_channel_80),
            (Event{.kind = Kind::ChannelSwitched, .wiphy = 1, .link = 5, .channel = channel}));
}

TEST(Nl80211Event, PassesOverWhatItDoesNotKnow) {
  for (int command = 0; command < 256; ++command) {
    EXPECT_TRUE(decoded(command, put_place, decode_event).ok()) << command;
  }
  for (const int command : std::initializer_list<int>{NL80211_CMD_FRAME_TX_STATUS, NL80211_CMD_NOTIFY_CQM, 255}) {
    EXPECT_FALSE(*decoded(command, put_place, decode_event)) << command;
  }
}

TEST(Nl80211Event, StandsCutsAndWrongLengths) {
  const auto bytes = genetlink_answer(NL80211_CMD_RADAR_DETECT, [](NetlinkRequest& answer) {
    put_place(answer);
    answer.u32(NL80211_ATTR_RADAR_EVENT, NL80211_RADAR_DETECTED).text(NL80211_ATTR_IFNAME, "mesh0");
  });
  expect_stands_cuts(bytes, decode_event);
  expect_refuses_lengths(
      {NL80211_ATTR_WIPHY, NL80211_ATTR_IFINDEX, NL80211_ATTR_MAC, NL80211_ATTR_REG_ALPHA2, NL80211_ATTR_RADAR_EVENT,
       NL80211_ATTR_CH_SWITCH_COUNT, NL80211_ATTR_WIPHY_FREQ, NL80211_ATTR_RX_SIGNAL_DBM},
      {0, 5, 8},
      [](unsigned type, auto content) {
        return genetlink_answer(NL80211_CMD_RADAR_DETECT,
                                [&](NetlinkRequest& answer) { answer.raw(static_cast<int>(type), content); });
      },
      decode_event);
}

AirNews news_of(std::initializer_list<NetlinkBytes> messages) {
  NetlinkBytes datagram;
  for (const NetlinkBytes& message : messages) {
    datagram.insert(datagram.end(), message.begin(), message.end());
  }
  AirNews news;
  add_news(datagram, kTestFamily, news);
  return news;
}

NetlinkBytes family_message(int command, const char* name) {
  NetlinkRequest message{GENL_ID_CTRL, 0, 0, genlmsghdr{static_cast<std::uint8_t>(command), 2, 0}};
  const std::uint16_t id = kTestFamily;
  message.text(CTRL_ATTR_FAMILY_NAME, name).raw(CTRL_ATTR_FAMILY_ID, std::as_bytes(std::span{&id, 1}));
  message.nest(CTRL_ATTR_MCAST_GROUPS, [](NetlinkRequest& groups) {
    std::uint32_t number = 0;
    for (const char* group : {"config", "scan", "regulatory", "mlme", "vendor"}) {
      ++number;
      groups.nest(static_cast<std::uint16_t>(number), [&](NetlinkRequest& inside) {
        inside.text(CTRL_ATTR_MCAST_GRP_NAME, group).u32(CTRL_ATTR_MCAST_GRP_ID, 10 + number);
      });
    }
  });
  return message.bytes();
}

TEST(AirNews, EventsAreHintsAtWhatIsToBeLookedAt) {
  const FillAnswer of_mesh = [](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_IFINDEX, 5).raw(NL80211_ATTR_MAC, kPeer.bytes);
  };
  const auto gone = genetlink_answer(NL80211_CMD_DEL_STATION, of_mesh);
  const auto rules = genetlink_answer(NL80211_CMD_REG_CHANGE, [](NetlinkRequest&) {});
  const auto radio = genetlink_answer(NL80211_CMD_NEW_WIPHY, put_place);
  const auto scan = genetlink_answer(NL80211_CMD_NEW_SCAN_RESULTS, put_place);
  EXPECT_EQ(news_of({gone}).changed, (AirChanged{false, false, {5}}));
  EXPECT_EQ(news_of({rules}).changed, (AirChanged{true, false, {}}));
  EXPECT_EQ(news_of({radio}).changed, (AirChanged{false, true, {}}));
  EXPECT_EQ(news_of({gone, scan, rules, gone, radio}).changed, (AirChanged{true, true, {5}}));
  EXPECT_FALSE(news_of({scan}).any());
  NetlinkBytes cut = gone;
  cut.resize(cut.size() - 1);
  EXPECT_FALSE(news_of({cut}).any());
}

TEST(AirNews, AFloodOfInterfacesHasAnEnd) {
  AirNews news;
  for (std::uint32_t i = 1; i < 100; ++i) {
    add_news(
        genetlink_answer(NL80211_CMD_NEW_STATION, [&](NetlinkRequest& answer) { answer.u32(NL80211_ATTR_IFINDEX, i); }),
        kTestFamily, news);
  }
  EXPECT_EQ(news.changed.peers_of.size(), AirNews::kMostInterfaces);
}

TEST(AirNews, TheGroupsAreThoseOfTheFamilyAsItCame) {
  const auto groups = [](int command, const char* name) {
    const NetlinkBytes bytes = family_message(command, name);
    return air_groups_of(messages_in(bytes).front());
  };
  EXPECT_EQ(groups(CTRL_CMD_NEWFAMILY, "nl80211"), (AirGroups{kTestFamily, {11, 13, 14}})) << "scans are none of it";
  EXPECT_EQ(groups(CTRL_CMD_NEWFAMILY, "batadv"), std::nullopt);
  EXPECT_EQ(groups(CTRL_CMD_DELFAMILY, "nl80211"), std::nullopt);
  EXPECT_TRUE(news_of({family_message(CTRL_CMD_DELFAMILY, "nl80211")}).family);
  EXPECT_FALSE(news_of({family_message(CTRL_CMD_NEWFAMILY, "batadv")}).family);
}

}  // namespace
}  // namespace karkara::nl80211
