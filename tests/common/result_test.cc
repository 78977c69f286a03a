#include "common/result.h"

#include <gtest/gtest.h>

#include "common/ids.h"

namespace karkara {
namespace {

TEST(Result, CarriesTheValueOrTheError) {
  const Result<int> good = 7;
  const Result<int> bad = Error{ErrorCode::NotFound, "no such site"};
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 7);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::NotFound);
}

TEST(Result, AnErrorGainsItsPlaceOnTheWayUp) {
  const Error error{ErrorCode::DataLoss, "short frame"};
  EXPECT_EQ(error.in("vedirect").in("charger").text, "charger: vedirect: short frame");
}

TEST(Result, OfNothingIsOkUntilAnErrorIsGiven) {
  EXPECT_TRUE(Status{}.ok());
  EXPECT_FALSE(Status{Error{}}.ok());
}

TEST(Name, RefusesWhatCannotBeALabelOrAFileName) {
  EXPECT_TRUE(SiteId::parse("borgo-darey").ok());
  for (const char* bad :
       {"", "Sadoré", "a/b", "-a", "a-", "a b", "../x", "UP", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(SiteId::parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace karkara
