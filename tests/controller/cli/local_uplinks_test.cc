// `karkara local` for the person on the mast: the check, the signal, and orders.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/local_run.h"

namespace karkara::cli {
namespace {

TEST(Local, TheCheckEndsWith1OnlyWhenSomethingFailed) {
  {
    const FakeAgent agent{socket_path(), sample_answer};
    const Ran ran = local({"check"});
    EXPECT_EQ(ran.exit, Exit::Failed);
    EXPECT_EQ(ran.err, "");
    expect_golden("local_check", ran.out);
    EXPECT_EQ(local({"check", "-o", "json"}).exit, Exit::Failed);
  }
  const FakeAgent warned{socket_path(), [](const v1::SiteRequest& request) {
                           v1::SiteReply reply;
                           reply.set_id(request.id());
                           *reply.mutable_check() = sample_check();
                           reply.mutable_check()->mutable_items()->RemoveLast();
                           return framed(reply.SerializeAsString());
                         }};
  EXPECT_EQ(local({"check"}).exit, Exit::Ok);
}

TEST(Local, ACheckOfAVerdictThatIsNotKnownIsNoPass) {
  const FakeAgent newer{socket_path(), [](const v1::SiteRequest& request) {
                          v1::SiteReply reply;
                          reply.set_id(request.id());
                          reply.mutable_check()->add_items()->set_verdict(static_cast<v1::CheckVerdict>(9));
                          return framed(reply.SerializeAsString());
                        }};
  const Ran ran = local({"check"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.out.find("all passed"), std::string::npos) << ran.out;
}

TEST(Local, OrdersNeedTheSameRisksAcceptedAsThoseFromAfar) {
  std::atomic<int> orders = 0;
  const FakeAgent agent{socket_path(), [&](const v1::SiteRequest& request) {
                          orders += request.has_order() ? 1 : 0;
                          return sample_answer(request);
                        }};
  const Ran refused = local({"switch", "lte"});
  EXPECT_EQ(refused.exit, Exit::RiskNotAccepted);
  EXPECT_NE(refused.err.find("risk costs-money: 'lte' is metered"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("risk not-up: 'lte' is not up (down: no carrier)"), std::string::npos) << refused.err;
  EXPECT_EQ(orders, 0);
  EXPECT_EQ(local({"switch", "lte", "--accept-risk", "costs-money", "--accept-risk", "not-up"}).exit, Exit::Ok);
  EXPECT_EQ(local({"release", "lte"}).exit, Exit::Ok);
  EXPECT_EQ(orders, 2);
  EXPECT_EQ(local({"hold", "vsat", "--why", "x"}).exit, Exit::Usage) << "it would be dark for good";
  EXPECT_EQ(local({"hold", "wifi", "--why", "x"}).exit, Exit::NotFound);
  EXPECT_EQ(local({"usage", "--set", "lte=1.2GB"}).out, "Done  the ledger is corrected\n");
}

TEST(Local, AlignKeepsTheBestOfWhatItSaw) {
  std::atomic<int> asked = 0;
  const std::vector<double> seen{6.5, 9.1, 8.4};
  const FakeAgent agent{socket_path(), [&](const v1::SiteRequest& request) {
                          v1::SiteReply reply;
                          reply.set_id(request.id());
                          EXPECT_EQ(request.live_values().name_prefix(), "uplink_");
                          *reply.mutable_live_values() = sample_signal(seen[static_cast<std::size_t>(asked++ % 3)]);
                          return framed(reply.SerializeAsString());
                        }};
  const Ran ran = local({"align", "vsat", "--seconds", "3"});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(ran.out,
            "Es/N0 6.5 dB (best 6.5 dB), smoothed 8 dB, Margin (not supported), locked, RTT 620 ms\n"
            "Es/N0 9.1 dB (best 9.1 dB), smoothed 8 dB, Margin (not supported), locked, RTT 620 ms\n"
            "Es/N0 8.4 dB (best 9.1 dB), smoothed 8 dB, Margin (not supported), locked, RTT 620 ms\n");
  const Ran lines = local({"align", "lte", "--seconds", "1", "-o", "jsonl"});
  EXPECT_EQ(lines.out,
            "{\"apiVersion\":\"karkara/v1\",\"kind\":\"Alignment\",\"uplink\":\"lte\",\"second\":0,\"trouble\":\"\","
            "\"age_seconds\":null,\"interval_seconds\":null,"
            "\"values\":[{\"name\":\"uplink_rsrp_dbm\",\"value\":-97,\"absent\":\"\",\"trend\":\"\",\"best\":-97,"
            "\"best_second\":0}]}\n");
  const Ran unknown = local({"align", "dish"});
  EXPECT_EQ(unknown.exit, Exit::NotFound);
  EXPECT_EQ(unknown.err, "karkara: nothing is measured of an uplink 'dish'; there are lte, vsat\n");
  EXPECT_EQ(local({"align", "vsat", "-o", "yaml"}).exit, Exit::Usage);
  EXPECT_EQ(local({"align", "vsat", "--seconds", "0"}).exit, Exit::Usage);
}

TEST(Local, AlignGoesOnWhileTheAgentStartsAgain) {
  std::atomic<int> asked = 0;
  const FakeAgent agent{socket_path(), [&](const v1::SiteRequest& request) {
                          v1::SiteReply reply;
                          reply.set_id(request.id());
                          if (++asked == 2) {
                            reply.set_code(14);
                            reply.set_error("not yet");
                          } else {
                            *reply.mutable_live_values() = sample_signal(7);
                          }
                          return framed(reply.SerializeAsString());
                        }};
  const Ran ran = local({"align", "vsat", "--seconds", "3"});
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_NE(ran.out.find("\nnot yet\nEs/N0 7 dB"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace karkara::cli
