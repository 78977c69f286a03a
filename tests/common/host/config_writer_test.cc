#include "common/host/config_writer.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "common/host/config_defaults.h"
#include "common/host/config_reader.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr std::string_view kPem =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBszCCAVmgAwIBAgIUQ0FSS0FSQSBub3QgYSByZWFsIGNlcnRpZmljYXRlAAAA\n"
    "-----END CERTIFICATE-----\n";

v1::EnrolmentBundle bundle() {
  v1::EnrolmentBundle made;
  made.set_site_id("sadore");
  made.set_token("0123456789abcdef");
  made.set_controller("controller.karkara.ne:7443");
  made.set_enrolment("10.0.0.1:7444");
  made.set_ca_certificate(std::string{kPem});
  made.set_trust_domain("karkara.ne");
  for (const char* id : {"niamey", "abroad"}) {
    v1::AnchorAddress& anchor = *made.add_anchors();
    anchor.set_id(id);
    anchor.set_endpoint("192.0.2.10:7445");
  }
  made.set_anchor_key_id(7);
  made.set_anchor_key(std::string(64, 'a'));
  made.set_anchor_key_generation(2);
  made.set_made_at(1'790'000'000);
  return made;
}

TEST(ConfigWriter, WritesABundleThatAPersonCanRead) {
  EXPECT_EQ(write_config(bundle()), R"(site_id: sadore
token: "0123456789abcdef"
controller: controller.karkara.ne:7443
enrolment: "10.0.0.1:7444"
ca_certificate: |
  -----BEGIN CERTIFICATE-----
  MIIBszCCAVmgAwIBAgIUQ0FSS0FSQSBub3QgYSByZWFsIGNlcnRpZmljYXRlAAAA
  -----END CERTIFICATE-----
trust_domain: karkara.ne
anchors:
  - id: niamey
    endpoint: "192.0.2.10:7445"
  - id: abroad
    endpoint: "192.0.2.10:7445"
anchor_key_id: 7
anchor_key: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
anchor_key_generation: 2
made_at: 1790000000
)");
}

TEST(ConfigWriter, WhatItWritesReadsBackEqual) {
  v1::EnrolmentBundle read;
  EXPECT_EQ(read_config("b", write_config(bundle()), read).text(), "");
  EXPECT_TRUE(MessageDifferencer::Equals(read, bundle()));
}

TEST(ConfigWriter, WritesSectionsAndListsOfASite) {
  constexpr std::string_view kSite = R"yaml(site:
  id: sadore
  name: "Péta Djounga (Sadoré)"
  latitude: 13.245
  longitude: 2.305
  utc_offset: 1h
uplinks:
  - id: vsat
    kind: vsat
    interface: eth1
    gateway: "192.168.100.1"
    preference: 10
    metered: false
    active_echo_interval: 1s
    mtu: 1400
    find_mtu: true
    allowance:
      cycle_day: 1
      reserve_percent: 5
failover:
  hold_down: 0
  hold_down_max: 5m
  switch_back_after: 1m
  leave_metered_after: 10s
  min_dwell: 30s
lan:
  interfaces:
    - br-lan
    - eth2
  masquerade: true
  resolver_file: /run/karkara/resolv.conf
telemetry:
  sample_interval: 1m
  flush_interval: 15m
  spool_limit: 4MiB
clock:
  set_system_clock: true
agent:
  state_dir: /var/lib/karkara
  bundle: /etc/karkara/enrolment.yaml
  local_socket: /run/karkara/agent.sock
  device_tables: /etc/karkara/devices
truth:
  content_port: 0
  interval: 6h
shedding:
  rise: 10
  least_stay: 1h
  follow_forecast: true
  radio_notice: 5s
shaping:
  enabled: true
)yaml";
  v1::SiteConfig config;
  ASSERT_EQ(read_config("s", kSite, config).text(), "");
  EXPECT_EQ(write_config(config), kSite);
}

TEST(ConfigWriter, QuotesWhatAnotherReaderWouldTakeForSomethingElse) {
  for (const char* text : {"true", "No", "null", "~",  "",  " a", "a ", "12", "1.5", "- a", "a: b", "a:",   "#x", "&a",
                           "*a",   "!x", "{a",   "[a", "|", ">",  "%a", "@a", "`a",  "?",   "a\"b", "a\\b", "é"}) {
    EXPECT_EQ(yaml_text(text).front(), '"') << text;
  }
  for (const char* text : {"sadore", "karkara.ne", "/dev/ttyUSB0", "controller.karkara.ne:7443"}) {
    EXPECT_EQ(yaml_text(text), text);
  }
}

std::string random_text(std::mt19937& random, bool lines) {
  static constexpr std::array<std::string_view, 40> kParts{"a",
                                                           "Z",
                                                           "0",
                                                           " ",
                                                           "  ",
                                                           "-",
                                                           "- ",
                                                           ": ",
                                                           ":",
                                                           "#",
                                                           " #",
                                                           "\"",
                                                           "'",
                                                           "\\",
                                                           "é",
                                                           "😀",
                                                           "{",
                                                           "}",
                                                           "[",
                                                           "]",
                                                           ",",
                                                           "&a",
                                                           "*a",
                                                           "!",
                                                           "|",
                                                           ">",
                                                           "%",
                                                           "@",
                                                           "`",
                                                           "?",
                                                           "~",
                                                           "---",
                                                           "...",
                                                           "=",
                                                           "<<",
                                                           "\xc2\xa0",
                                                           "null",
                                                           "\xe2\x80\xa8",
                                                           "\xef\xbb\xbf",
                                                           "true"};
  std::string text;
  const std::size_t count = random() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    text += kParts[random() % kParts.size()];
    if (lines && random() % 3 == 0) {
      text += random() % 8 == 0 ? "\t" : "\n";
    }
  }
  return text;
}

TEST(ConfigWriter, AnyTextThatTheReaderTakesSurvives) {
  std::mt19937 random{11};
  for (int i = 0; i < 4'000; ++i) {
    v1::OperatorContext context;
    context.set_name("amina");
    context.set_controller("[2001:db8::1]:7443");
    context.set_ca_certificate("x" + random_text(random, true));
    context.set_certificate(random_text(random, true) + "x\n");
    context.set_private_key(random_text(random, true) + "x");
    v1::OperatorContext read;
    const std::string text = write_config(context);
    ASSERT_EQ(read_config("c", text, read).text(), "") << text;
    ASSERT_TRUE(MessageDifferencer::Equals(read, context)) << text;
  }
}

TEST(ConfigWriter, AnyTextOfOneLineSurvives) {
  std::mt19937 random{12};
  for (int i = 0; i < 4'000; ++i) {
    v1::SiteConfig config;
    config.mutable_site()->set_id("x");
    config.mutable_site()->set_name(random_text(random, false));
    v1::UplinkConfig& uplink = *config.add_uplinks();
    uplink.set_id("vsat");
    uplink.set_kind(v1::UPLINK_KIND_VSAT);
    uplink.set_interface("e!h&1");
    uplink.set_standby_echo_interval(200 + random() % 86'000'000);
    config.mutable_site()->set_latitude(static_cast<double>(random()) / 1e8);
    fill_defaults(config);
    v1::SiteConfig read;
    const std::string text = write_config(config);
    ASSERT_EQ(read_config("s", text, read).text(), "") << text;
    ASSERT_TRUE(MessageDifferencer::Equals(read, config)) << text;
  }
}

TEST(ConfigWriter, AnEmptyMessageIsStillYaml) {
  v1::SiteConfig config;
  EXPECT_EQ(write_config(config), "{}\n");
  config.mutable_failover();
  config.add_uplinks();
  EXPECT_EQ(write_config(config), "uplinks:\n  - {}\nfailover: {}\n");
}

}  // namespace
}  // namespace karkara
