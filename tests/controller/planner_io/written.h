// A stream that a job writes to, and what it wrote.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace karkara::planner {

class Written {
 public:
  Written() : file_{::open_memstream(&text_, &size_)} {}
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  ~Written() {
    std::fclose(file_);
    std::free(text_);
  }
  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string text() const {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

}  // namespace karkara::planner
