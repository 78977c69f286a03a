// SQLite's connection and statements as owned values. Refuses to throw: a statement remembers its first error, and
// run() or status() tells it. Private to controller/store; a connection belongs to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

// Parameters are bound in their order with <<; columns are read by their number.
class Statement {
 public:
  Statement(sqlite3* connection, std::string_view sql);

  Statement& operator<<(std::int64_t value);
  Statement& operator<<(std::uint64_t value) { return *this << static_cast<std::int64_t>(value); }
  Statement& operator<<(double value);
  Statement& operator<<(std::string_view value);
  Statement& operator<<(const std::string& value) { return *this << std::string_view{value}; }
  Statement& operator<<(const char* value) { return *this << std::string_view{value}; }
  Statement& operator<<(std::span<const std::byte> value);
  Statement& operator<<(WallTime value) { return *this << std::int64_t{value.since_epoch().count()}; }
  Statement& operator<<(std::nullopt_t);
  template <class T>
  Statement& operator<<(const std::optional<T>& value) {
    return value ? *this << *value : *this << std::nullopt;
  }

  Status run();               // for statements without rows
  [[nodiscard]] bool next();  // true: there is a row
  [[nodiscard]] Status status() const;
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;                 // of a text or a blob
  [[nodiscard]] std::span<const std::byte> blob(int column) const;  // until the next step
  [[nodiscard]] WallTime time(int column) const { return WallTime{std::chrono::microseconds{integer(column)}}; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void check(int code);

  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
  int code_ = SQLITE_OK;
  std::string error_;
};

class Database {
 public:
  enum class Mode { ReadWrite, ReadOnly };
  static Result<Database> open(const std::filesystem::path& file, Mode mode);

  // The prepared statement of this text, ready to be bound. The text must be a literal: it is kept by address.
  Statement& prepared(const char* sql);
  Status execute(const char* sql);
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(connection_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  explicit Database(sqlite3* connection) : connection_{connection} {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

}  // namespace karkara
