#include "controller/store/sqlite.h"

namespace karkara {
namespace {

constexpr int kBusyMilliseconds = 10'000;

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT: return ErrorCode::FailedPrecondition;
    case SQLITE_FULL: return ErrorCode::ResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::DataLoss;
    default: return ErrorCode::Unavailable;  // foreign: SQLite's codes
  }
}

}  // namespace

Statement::Statement(sqlite3* connection, std::string_view sql) : connection_{connection} {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr));
  statement_.reset(statement);
}

Statement& Statement::operator<<(std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::operator<<(double value) {
  check(sqlite3_bind_double(statement_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::operator<<(std::string_view value) {
  check(sqlite3_bind_text64(statement_.get(), ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::operator<<(std::span<const std::byte> value) {
  check(sqlite3_bind_blob64(statement_.get(), ++bound_, value.empty() ? "" : static_cast<const void*>(value.data()),
                            value.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::operator<<(std::nullopt_t) {
  check(sqlite3_bind_null(statement_.get(), ++bound_));
  return *this;
}

Status Statement::run() {
  while (next()) {
  }
  Status outcome = status();
  reset();
  return outcome;
}

bool Statement::next() {
  if (code_ != SQLITE_OK) {
    return false;
  }
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    check(code);
  }
  return code == SQLITE_ROW;
}

Status Statement::status() const {
  return code_ == SQLITE_OK ? Status{} : Status{Error{code_of(code_), "database: " + error_}};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bound_ = 0;
  if (statement_ != nullptr) {
    code_ = SQLITE_OK;
    error_.clear();
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const std::span<const std::byte> bytes = blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const std::byte*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::check(int code) {
  if (code != SQLITE_OK && code_ == SQLITE_OK) {
    code_ = code;
    error_ = sqlite3_errmsg(connection_);
  }
}

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
  sqlite3* connection = nullptr;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
  Database database{connection};
  if (code != SQLITE_OK) {
    return Error{code_of(code), file.string() + ": " + sqlite3_errstr(code)};
  }
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
  if (Status set = database.execute("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF"); !set) {
    return set.error().in(file.string());
  }
  return database;
}

Statement& Database::prepared(const char* sql) {
  auto& statement = statements_[sql];
  if (statement == nullptr || !statement->status()) {
    statement = std::make_unique<Statement>(connection_.get(), sql);
  } else {
    statement->reset();
  }
  return *statement;
}

Status Database::execute(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK
             ? Status{}
             : Status{Error{code_of(code), "database: " + std::string{sqlite3_errmsg(connection_.get())}}};
}

}  // namespace karkara
