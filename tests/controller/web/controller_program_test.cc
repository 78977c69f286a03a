// The program as an operator starts it: its files, its one-line complaints, its end.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using testing::HasSubstr;

// A listening socket, so that its port is in use.
class TakenPort {
 public:
  TakenPort() : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(fd_, 1);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    number = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(fd_); }
  void free() { ::close(std::exchange(fd_, -1)); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  int number = 0;

 private:
  int fd_;
};

class ControllerProgramTest : public testing::Test {
 protected:
  struct Run {
    int code = -1;
    std::string output;
  };
  std::string config(int sites, int enrolment, int http) {
    const std::string file = folder_.path() / "controller.yaml";
    std::ofstream{file} << "state_dir: " << state_dir() << "\nlisten: 127.0.0.1:" << sites
                        << "\nenrolment_listen: 127.0.0.1:" << enrolment << "\nhttp_listen: 127.0.0.1:" << http
                        << "\npublic_endpoint: 127.0.0.1:" << sites
                        << "\npublic_enrolment_endpoint: 127.0.0.1:" << enrolment << "\n";
    return file;
  }
  std::string state_dir() const { return folder_.path() / "state"; }
  Run run(const std::string& arguments) {
    const std::string command = KARKARA_BINARY_DIR "/bin/karkara-controller " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Run outcome;
    char chunk[4096];
    for (std::size_t got = 0; (got = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;) {
      outcome.output.append(chunk, got);
    }
    outcome.code = WEXITSTATUS(::pclose(pipe));
    return outcome;
  }
  static std::string content(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
  }

  TestFolder folder_;
};

TEST_F(ControllerProgramTest, InitMakesEverythingOnceAndPrivate) {
  const std::string file = config(17443, 17444, 17464);
  const Run first = run("--init --config " + file);
  EXPECT_EQ(first.code, 0) << first.output;
  const std::string admin = content(state_dir() + "/admin.karkara");
  EXPECT_THAT(admin, HasSubstr("name: admin"));
  EXPECT_THAT(admin, HasSubstr("BEGIN CERTIFICATE"));
  for (const char* name : {"ca.key", "anchor-master.key", "admin.karkara", "server.key", "controller.db"}) {
    struct stat status {};
    ASSERT_EQ(::stat((state_dir() + "/" + name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
  const std::string root = content(state_dir() + "/ca.key");
  EXPECT_EQ(run("--init --config " + file).code, 0);
  EXPECT_EQ(content(state_dir() + "/ca.key"), root);
  EXPECT_EQ(content(state_dir() + "/admin.karkara"), admin);
  const Run another = run("--operator amina viewer --config " + file);
  EXPECT_EQ(another.code, 0);
  EXPECT_THAT(another.output, HasSubstr("name: amina"));
}

TEST_F(ControllerProgramTest, WrongYamlIsSaidWithItsPlaceAndLeavesWithTwo) {
  const std::string file = folder_.path() / "bad.yaml";
  std::ofstream{file} << "public_endpoint: nowhere\nnonsense: 1\n";
  const Run outcome = run("--check-config " + file);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.output, HasSubstr("bad.yaml:1:"));
  EXPECT_THAT(outcome.output, HasSubstr("nonsense"));
  EXPECT_EQ(run("--check-config " + config(17443, 17444, 17464)).code, 0);
}

TEST_F(ControllerProgramTest, WithoutInitItSaysWhatToDo) {
  const Run outcome = run("--config " + config(17443, 17444, 17464));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.output, HasSubstr("--init"));
  EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
}

TEST_F(ControllerProgramTest, APortInUseIsOneLine) {
  TakenPort sites;
  TakenPort enrolment;
  TakenPort http;
  const std::string file = config(sites.number, enrolment.number, http.number);
  ASSERT_EQ(run("--init --config " + file).code, 0);
  const auto complains_of = [&](const TakenPort& port) {
    const Run outcome = run("--config " + file);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.output, HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port.number)));
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
  };
  complains_of(sites);
  sites.free();
  complains_of(enrolment);
  enrolment.free();
  complains_of(http);
}

TEST_F(ControllerProgramTest, AStateFolderThatCannotBeMadeIsOneLine) {
  std::ofstream{folder_.path() / "state"} << "a file where a folder should be";
  const Run outcome = run("--init --config " + config(17443, 17444, 17464));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
}

TEST_F(ControllerProgramTest, SigtermEndsItCleanly) {
  TakenPort ports[3];
  const std::string file = config(ports[0].number, ports[1].number, ports[2].number);
  for (TakenPort& port : ports) {
    port.free();
  }
  ASSERT_EQ(run("--init --config " + file).code, 0);
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe_ends[1], 2);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    ::execl(KARKARA_BINARY_DIR "/bin/karkara-controller", "karkara-controller", "--config", file.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  std::string said;
  char chunk[512];
  bool told = false;
  for (ssize_t got = 0; (got = ::read(pipe_ends[0], chunk, sizeof chunk)) > 0;) {
    said.append(chunk, static_cast<std::size_t>(got));
    if (!told && said.find("CONTROLLER_STARTED") != std::string::npos) {
      told = true;
      ::kill(child, SIGTERM);
    }
  }
  ::close(pipe_ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << said;
  EXPECT_EQ(WEXITSTATUS(status), 0) << said;
  EXPECT_THAT(said, HasSubstr("CONTROLLER_STOPPING"));
}

}  // namespace
}  // namespace karkara
