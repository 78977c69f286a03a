#include "agent/io/snmp_question.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using Kind = SnmpReply::Kind;

SnmpQuestion question(std::uint32_t count, bool next = false) {
  SnmpGet get;
  get.next = next;
  for (std::uint32_t i = 0; i < count; ++i) {
    get.oids.push_back({1, 3, i});
  }
  return SnmpQuestion{get};
}

SnmpReply values(const std::vector<ObjectId>& oids) {
  SnmpReply reply;
  reply.kind = Kind::Values;
  for (const ObjectId& oid : oids) {
    reply.binds.push_back({oid, static_cast<std::int32_t>(oid.back())});
  }
  return reply;
}

SnmpReply error(Kind kind, std::size_t index = 0) {
  SnmpReply reply;
  reply.kind = kind;
  reply.index = index;
  return reply;
}

TEST(SnmpQuestion, IsAskedInPiecesAndAnsweredInItsOrder) {
  SnmpQuestion asked = question(60);
  int pieces = 0;
  while (!asked.is_answered()) {
    ASSERT_LT(++pieces, 10);
    EXPECT_TRUE(asked.take(values(asked.piece())).ok());
  }
  EXPECT_EQ(pieces, 3);
  const VarBinds answer = asked.answer();
  ASSERT_EQ(answer.size(), 60U);
  for (std::uint32_t i = 0; i < 60; ++i) {
    EXPECT_EQ(answer[i], (VarBind{{1, 3, i}, static_cast<std::int32_t>(i)}));
  }
}

TEST(SnmpQuestion, WhatAV1DeviceDoesNotKnowIsLeftOutOfTheNextTry) {
  SnmpQuestion asked = question(4);
  (void)asked.piece();
  EXPECT_TRUE(asked.take(error(Kind::NoSuchName, 1)).ok());
  EXPECT_EQ(asked.piece(), (std::vector<ObjectId>{{1, 3, 0}, {1, 3, 2}, {1, 3, 3}}));
  EXPECT_TRUE(asked.take(error(Kind::BadObject, 2)).ok());
  EXPECT_TRUE(asked.take(values(asked.piece())).ok());
  ASSERT_TRUE(asked.is_answered());
  EXPECT_EQ(asked.answer()[1].value, SnmpValue{SnmpException::NoSuchObject});
  EXPECT_EQ(asked.answer()[2].value, SnmpValue{std::int32_t{2}});
  EXPECT_EQ(asked.answer()[3].value, SnmpValue{SnmpNull{}});
}

TEST(SnmpQuestion, LessIsAskedWhenTheAnswerIsTooBig) {
  SnmpQuestion asked = question(5);
  EXPECT_EQ(asked.piece().size(), 5U);
  EXPECT_TRUE(asked.take(error(Kind::TooBig)).ok());
  EXPECT_EQ(asked.piece().size(), 2U);
  EXPECT_TRUE(asked.take(error(Kind::TooBig)).ok());
  EXPECT_EQ(asked.piece().size(), 1U);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(asked.take(values(asked.piece())).ok());
  }
  EXPECT_TRUE(asked.is_answered());
}

TEST(SnmpQuestion, ADeviceWithoutRoomForOneObjectIsAnError) {
  SnmpQuestion asked = question(1);
  (void)asked.piece();
  EXPECT_TRUE(asked.take(error(Kind::TooBig)).ok());
  (void)asked.piece();
  EXPECT_FALSE(asked.take(error(Kind::TooBig)).ok());
}

TEST(SnmpQuestion, AnAnswerToSomethingElseIsRefused) {
  SnmpQuestion asked = question(2);
  (void)asked.piece();
  EXPECT_FALSE(asked.take(values({{1, 3, 0}})).ok());
  EXPECT_FALSE(asked.take(values({{1, 3, 0}, {1, 3, 7}})).ok());
  EXPECT_FALSE(asked.take(error(Kind::NoSuchName, 2)).ok());
  EXPECT_FALSE(asked.take(error(Kind::Silence)).ok());
  EXPECT_FALSE(asked.is_answered());
}

TEST(SnmpQuestion, TheNextObjectIsAnyObject) {
  SnmpQuestion asked = question(2, true);
  (void)asked.piece();
  EXPECT_TRUE(asked.take(values({{1, 3, 0, 5}, {1, 3, 9}})).ok());
  EXPECT_EQ(asked.answer()[0].oid, (ObjectId{1, 3, 0, 5}));
}

SnmpQuestion order(const SnmpValue& value) {
  SnmpSet set;
  set.oid = {1, 3, 5};
  set.value = value;
  SnmpQuestion asked{set};
  EXPECT_EQ(asked.piece(), (std::vector<ObjectId>{{1, 3, 5}}));
  return asked;
}

TEST(SnmpQuestion, AnOrderIsDoneWhenTheAnswerSaysTheWantedValue) {
  SnmpQuestion done = order(std::int32_t{5});
  EXPECT_TRUE(done.take(values({{1, 3, 5}})).ok());
  EXPECT_TRUE(done.is_answered());
  SnmpQuestion otherwise = order(std::int32_t{0});
  const Status status = otherwise.take(values({{1, 3, 5}}));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::DataLoss);
  EXPECT_FALSE(order(std::int32_t{5}).take(values({{1, 3, 6}})).ok());  // another object
  EXPECT_FALSE(order(std::int32_t{5}).take(values({})).ok());
}

TEST(SnmpQuestion, WhatADeviceWillNotSetIsSaidInWords) {
  const std::vector<std::pair<long, ErrorCode>> told{{2, ErrorCode::NotFound},
                                                     {4, ErrorCode::PermissionDenied},
                                                     {6, ErrorCode::PermissionDenied},
                                                     {7, ErrorCode::InvalidArgument},
                                                     {10, ErrorCode::InvalidArgument},
                                                     {11, ErrorCode::NotFound},
                                                     {12, ErrorCode::FailedPrecondition},
                                                     {14, ErrorCode::Unavailable},
                                                     {16, ErrorCode::PermissionDenied},
                                                     {17, ErrorCode::PermissionDenied},
                                                     {5, ErrorCode::Unavailable},
                                                     {99, ErrorCode::Unavailable}};
  for (const Kind kind : {Kind::BadObject, Kind::Refused}) {  // with and without an error-index
    for (const auto& [error_status, code] : told) {
      SnmpReply reply = error(kind);
      reply.error_status = error_status;
      const Status status = order(std::int32_t{1}).take(reply);
      ASSERT_FALSE(status.ok()) << error_status;
      EXPECT_EQ(status.error().code, code) << error_status;
    }
  }
}

}  // namespace
}  // namespace karkara
