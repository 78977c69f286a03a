#include <gtest/gtest.h>

#include <set>

#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    controller_.add_site("sadore");
    controller_.add_site("borgo-darey");
  }
  std::unique_ptr<grpc::ClientReader<v1::SiteDetail>> watch(const std::vector<std::string>& ids) {
    v1::WatchSitesRequest request;
    request.mutable_ids()->Assign(ids.begin(), ids.end());
    return viewer_->WatchSites(&context_, request);
  }

  RunningController controller_;
  std::unique_ptr<v1::Noc::Stub> viewer_ = v1::Noc::NewStub(controller_.operator_channel("amina", Role::Viewer));
  grpc::ClientContext context_;
};

TEST_F(WatchTest, ShowsEachSiteOnceAndThenEachChange) {
  const auto reader = watch({});
  std::set<std::string> first;
  v1::SiteDetail detail;
  ASSERT_TRUE(reader->Read(&detail));
  first.insert(detail.site().id());
  ASSERT_TRUE(reader->Read(&detail));
  first.insert(detail.site().id());
  EXPECT_EQ(first, (std::set<std::string>{"borgo-darey", "sadore"}));
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  while (reader->Read(&detail) && detail.state() != v1::SITE_STATE_UP) {
  }
  EXPECT_EQ(detail.site().id(), "sadore");
  EXPECT_EQ(detail.state(), v1::SITE_STATE_UP);
  context_.TryCancel();
  reader->Finish();
}

TEST_F(WatchTest, ShowsOnlyTheSitesThatWereAskedFor) {
  const auto reader = watch({"borgo-darey"});
  v1::SiteDetail detail;
  ASSERT_TRUE(reader->Read(&detail));
  EXPECT_EQ(detail.site().id(), "borgo-darey");
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  enrol(controller_, controller_.bundle("borgo-darey"));
  ASSERT_TRUE(reader->Read(&detail));
  EXPECT_EQ(detail.site().id(), "borgo-darey");
  context_.TryCancel();
  reader->Finish();
}

TEST_F(WatchTest, AnUnknownSiteIsNotFound) {
  const auto reader = watch({"nowhere"});
  v1::SiteDetail detail;
  EXPECT_FALSE(reader->Read(&detail));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(WatchTest, EndsWhenTheControllerStops) {
  const auto reader = watch({});
  v1::SiteDetail detail;
  ASSERT_TRUE(reader->Read(&detail));
  controller_.stop();
  while (reader->Read(&detail)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

}  // namespace
}  // namespace karkara
