// A network namespace for a test: empty but for its loopback, unseen by the rest of the machine, gone with the object
// (or with the test program, however that ends). Needs root.
#pragma once

#include <string>

namespace karkara {

class NetSandbox {
 public:
  NetSandbox();
  ~NetSandbox();
  NetSandbox(const NetSandbox&) = delete;
  NetSandbox& operator=(const NetSandbox&) = delete;

  // True when namespaces can be made here; skip the test otherwise.
  static bool possible();

  // Runs a shell script inside; the test fails when it does.
  void run(const std::string& script) const;
  // What 'ip link ... netns' takes.
  [[nodiscard]] std::string path() const;

  // The calling thread is inside while this lives; sockets that it opens stay there.
  class Inside {
   public:
    explicit Inside(const NetSandbox& sandbox);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    int before_;
  };

 private:
  int fd_ = -1;
};

}  // namespace karkara
