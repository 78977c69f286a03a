// The program itself as a process: Ctrl-C, broken pipes, watching through a pipe and on a terminal, speed, and the
// completion scripts in their shells.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <poll.h>
#include <chrono>
#include <csignal>
#include <fstream>

#include "common/host/config_writer.h"
#include "tests/controller/cli/fake_agent.h"
#include "tests/controller/cli/fake_noc.h"
#include "tests/controller/cli/golden.h"

namespace karkara::cli {
namespace {

const std::string kProgram = std::string{KARKARA_BINARY_DIR} + "/bin/karkara";
constexpr int kPatienceMs = 20'000;

// karkara as a child whose output we read: through a pipe, or as its terminal.
class Child {
 public:
  Child(const std::vector<std::string>& arguments, bool terminal) {
    int pipe_ends[2] = {-1, -1};
    winsize size{24, 160, 0, 0};
    if (!terminal && ::pipe(pipe_ends) != 0) {
      throw std::runtime_error("no pipe");
    }
    // Before the fork: another thread may hold the heap's lock at that moment, and in the child nobody would open it.
    std::vector<char*> argv{const_cast<char*>(kProgram.c_str())};
    for (const std::string& argument : arguments) {
      argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    pid_ = terminal ? ::forkpty(&reader_, nullptr, nullptr, &size) : ::fork();
    if (pid_ == 0) {
      if (!terminal) {
        ::dup2(pipe_ends[1], STDOUT_FILENO);
        ::close(pipe_ends[0]);
        ::close(pipe_ends[1]);
      }
      ::execv(kProgram.c_str(), argv.data());
      ::_exit(99);
    }
    if (!terminal) {
      ::close(pipe_ends[1]);
      reader_ = pipe_ends[0];
    }
  }
  ~Child() {
    if (!waited_) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    close_reader();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Reads until the text was seen, nothing more comes, or only other things for too long.
  bool read_until(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{kPatienceMs};
    while (seen_.find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      pollfd waiting{reader_, POLLIN, 0};
      char piece[4096];
      if (::poll(&waiting, 1, kPatienceMs) <= 0) {
        return false;
      }
      const ssize_t got = ::read(reader_, piece, sizeof piece);
      if (got <= 0) {
        return false;
      }
      seen_.append(piece, static_cast<std::size_t>(got));
    }
    return true;
  }
  void close_reader() {
    if (reader_ >= 0) {
      ::close(reader_);
      reader_ = -1;
    }
  }
  void type(const std::string& text) {
    EXPECT_EQ(::write(reader_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void forget() { seen_.clear(); }
  // Whether the terminal comes to have all of these modes, or none of them.
  bool lets_through(tcflag_t modes, bool wanted) {
    for (int tries = 0; tries < kPatienceMs / 10; ++tries) {
      termios now{};
      if (::tcgetattr(reader_, &now) == 0 && (now.c_lflag & modes) == (wanted ? modes : 0)) {
        return true;
      }
      pollfd nothing{-1, 0, 0};
      ::poll(&nothing, 0, 10);
    }
    return false;
  }
  void interrupt() { ::kill(pid_, SIGINT); }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    waited_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  [[nodiscard]] const std::string& seen() const { return seen_; }

 private:
  pid_t pid_ = -1;
  int reader_ = -1;
  bool waited_ = false;
  std::string seen_;
};

class Process : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = scratch_folder() / "context.yaml";
    std::ofstream{path} << write_config(context_for(noc_.endpoint()));
    ::chmod(path.c_str(), 0600);
    ::setenv("KARKARA_CONTEXT", path.c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (scratch_folder() / "cache").c_str(), 1);
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "xterm", 1);
  }
  FakeNoc noc_;
};

TEST_F(Process, WatchWritesALineForEachChangeAndEndsWith130) {
  Child child{{"site", "watch"}, false};
  ASSERT_TRUE(child.read_until("\"id\":\"borgo-darey\""));
  ASSERT_TRUE(child.read_until("\"id\":\"peta-djounga\""));
  noc_.change_state("peta-djounga", v1::SITE_STATE_DEGRADED);
  ASSERT_TRUE(child.read_until("\"state\":\"degraded\""));
  child.interrupt();
  EXPECT_EQ(child.wait(), 130);
  EXPECT_EQ(child.seen().rfind("{\"apiVersion\":\"karkara/v1\",\"kind\":\"SiteDetail\"", 0), 0U);
}

TEST_F(Process, WatchRedrawsATerminal) {
  Child child{{"site", "watch"}, true};
  ASSERT_TRUE(child.read_until("peta-djounga"));
  ASSERT_TRUE(child.read_until("2 sites, Ctrl-C ends"));
  noc_.change_state("peta-djounga", v1::SITE_STATE_DEGRADED);
  ASSERT_TRUE(child.read_until("\x1b[33mdegraded"));
  child.interrupt();
  EXPECT_EQ(child.wait(), 130);
}

TEST_F(Process, WatchComesBackWhenTheControllerDoes) {
  Child child{{"site", "watch"}, true};
  ASSERT_TRUE(child.read_until("2 sites, Ctrl-C ends"));
  const int port = noc_.port();
  noc_.stop();
  ASSERT_TRUE(child.read_until("trying again"));
  noc_.start(port);
  child.forget();
  ASSERT_TRUE(child.read_until("2 sites, Ctrl-C ends")) << child.seen();
  child.interrupt();
  EXPECT_EQ(child.wait(), 130);
}

TEST_F(Process, EndsWith130WhileItWaitsForAnAnswer) {
  noc_.stuck = true;
  Child child{{"site", "list"}, false};
  pollfd nothing{-1, 0, 0};
  ::poll(&nothing, 1, 0);
  child.interrupt();
  // Before main() has installed its handler, the signal itself ends it: a shell shows 130 either way.
  const int exit = child.wait();
  EXPECT_TRUE(exit == 130 || exit == -SIGINT) << exit;
}

TEST_F(Process, WatchEndsWhenNobodyReads) {
  Child child{{"site", "watch"}, false};
  ASSERT_TRUE(child.read_until("peta-djounga"));
  child.close_reader();
  noc_.change_state("peta-djounga", v1::SITE_STATE_DEGRADED);
  EXPECT_EQ(child.wait(), 1);
}

TEST_F(Process, FailsWhenTheDiskIsFull) {
  const std::string line = kProgram + " site list -o json >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 1);
}

// Output of a shell's commands, and its exit code.
std::pair<std::string, int> shell(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string out;
  char piece[4096];
  for (std::size_t got = 0; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;) {
    out.append(piece, got);
  }
  return {out, WEXITSTATUS(::pclose(pipe))};
}

std::string path_with_program() {
  return "PATH=" + std::string{KARKARA_BINARY_DIR} + "/bin:$PATH ";
}

// What bash would offer for these words with the cursor at the end of the last.
std::string bash_offers(const std::string& words, int cursor) {
  const std::string script = "source <(" + kProgram + " completion bash); COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(cursor) +
                             "; compopt() { :; }; _karkara; echo \"${COMPREPLY[*]}\"";
  return shell(path_with_program() + "bash -c '" + script + "' 2>&1").first;
}

TEST_F(Process, AsksOnATerminalBeforeItTakesARisk) {
  const std::vector<std::string> line{"uplink", "hold", "peta-djounga", "vsat", "--for", "20m", "--why", "storm"};
  Child willing{line, true};
  ASSERT_TRUE(willing.read_until("Only 'yes' does: ")) << willing.seen();
  willing.type("yes\n");
  EXPECT_TRUE(willing.read_until("ordered")) << willing.seen();
  EXPECT_EQ(willing.wait(), 0);
  noc_.last_request.Clear();
  Child unwilling{line, true};
  ASSERT_TRUE(unwilling.read_until("Only 'yes' does: "));
  unwilling.type("no\n");
  EXPECT_TRUE(unwilling.read_until("nothing was done"));
  EXPECT_EQ(unwilling.wait(), 9);
  Child interrupted{line, true};
  ASSERT_TRUE(interrupted.read_until("Only 'yes' does: "));
  interrupted.interrupt();
  EXPECT_EQ(interrupted.wait(), 130);
  EXPECT_FALSE(noc_.last_request.has_order());
}

TEST_F(Process, DrawsTheSignalOnATerminalUntilCtrlC) {
  const FakeAgent agent{socket_path(), [](const v1::SiteRequest& request) {
                          v1::SiteReply reply;
                          reply.set_id(request.id());
                          *reply.mutable_live_values() = sample_signal(8.4);
                          return framed(reply.SerializeAsString());
                        }};
  Child child{{"local", "align", "vsat", "--socket", socket_path()}, true};
  EXPECT_TRUE(child.read_until("karkara local align vsat: 0 s, Ctrl-C ends")) << child.seen();
  EXPECT_TRUE(child.read_until("BEST SO FAR")) << child.seen();
  EXPECT_TRUE(child.read_until("karkara local align vsat: 1 s")) << child.seen();
  child.interrupt();
  EXPECT_EQ(child.wait(), 130);
}

TEST_F(Process, ShapingTopEndsWithQAndLeavesTheTerminalAsItWas) {
  Child child{{"shaping", "top", "peta-djounga", "--interval", "1h"}, true};
  ASSERT_TRUE(child.read_until("karkara shaping top peta-djounga: each 1h, q ends")) << child.seen();
  ASSERT_TRUE(child.read_until("\x1b[?7h")) << child.seen();
  EXPECT_TRUE(child.lets_through(ECHO, false)) << "keys are read as they are typed";
  child.type("xq");
  EXPECT_TRUE(child.lets_through(ECHO | ICANON, true));
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, ShapingTopEndsWith130AndLeavesTheTerminalAsItWas) {
  Child child{{"shaping", "top", "peta-djounga"}, true};
  ASSERT_TRUE(child.read_until("q ends")) << child.seen();
  ASSERT_TRUE(child.lets_through(ECHO, false));
  child.interrupt();
  EXPECT_TRUE(child.lets_through(ECHO | ICANON, true));
  EXPECT_EQ(child.wait(), 130);
}

class Completion : public Process {};

TEST_F(Completion, IsAcceptedByTheShells) {
  for (const std::string name : {"bash", "zsh", "fish"}) {
    if (shell("command -v " + name).second != 0) {
      GTEST_SKIP() << name << " is not installed";
    }
    const std::string file = scratch_folder() / ("completion." + name);
    ASSERT_EQ(shell(kProgram + " completion " + name + " > " + file).second, 0);
    const auto [out, exit] = shell(name + " -n " + file + " 2>&1");
    EXPECT_EQ(exit, 0) << out;
    EXPECT_EQ(out, "");
  }
}

TEST_F(Completion, OffersCommandsInBash) {
  EXPECT_EQ(bash_offers("karkara si", 1), "site\n");
  EXPECT_EQ(bash_offers("karkara site st", 2), "status\n");
  EXPECT_EQ(bash_offers("karkara shaping \"\"", 2), "show explain top\n");
  EXPECT_EQ(bash_offers("karkara power \"\"", 2), "show forecast explain events soiling history\n");
  EXPECT_EQ(bash_offers("karkara power events peta-djounga --lim", 4), "--limit\n");
  EXPECT_EQ(bash_offers("karkara -o json alarm \"\"", 4), "list show\n");
  EXPECT_EQ(bash_offers("karkara completion \"\"", 2), "bash zsh fish sites\n");
}

TEST_F(Completion, OffersSitesInBash) {
  EXPECT_EQ(bash_offers("karkara site show pe", 3), "peta-djounga\n");
  EXPECT_EQ(bash_offers("karkara alarm list --site bo", 4), "borgo-darey\n");
  EXPECT_EQ(bash_offers("karkara site watch borgo-darey pe", 4), "peta-djounga\n");
  EXPECT_EQ(bash_offers("karkara site show peta-djounga bo", 4), "\n");
}

TEST_F(Completion, OffersOptionsAndTheirValuesInBash) {
  EXPECT_EQ(bash_offers("karkara site list --re", 3), "--region\n");
  EXPECT_EQ(bash_offers("karkara site list -o js", 4), "json jsonl\n");
  EXPECT_EQ(bash_offers("karkara site list --state un", 4), "unreachable unknown\n");
  EXPECT_EQ(bash_offers("karkara site show --re", 3), "\n");
  EXPECT_EQ(bash_offers("karkara uplink list --state un", 4), "\n") << "that is a site's state";
  EXPECT_EQ(bash_offers("karkara uplink list --state h", 4), "held\n");
  EXPECT_EQ(bash_offers("karkara shaping top peta-djounga --int", 4), "--interval\n");
  EXPECT_EQ(bash_offers("karkara uplink hold a lte --accept-risk site", 6), "site-goes-dark\n");
}

TEST_F(Completion, OffersCommandsAndSitesInFish) {
  if (shell("command -v fish").second != 0) {
    GTEST_SKIP() << "fish is not installed";
  }
  const auto offers = [](const std::string& line) {
    return shell(path_with_program() + "HOME=" + scratch_folder().string() + " fish --no-config -c '" + kProgram +
                 " completion fish | source; complete -C \"" + line + "\"' 2>&1")
        .first;
  };
  EXPECT_EQ(offers("karkara si"), "site\tvillages: list, show, watch, add, edit, ask\n");
  EXPECT_EQ(offers("karkara site show pe"), "peta-djounga\n");
  EXPECT_NE(offers("karkara site list --r").find("--region\tonly this region"), std::string::npos);
  const std::string formats = offers("karkara site list -o js");
  EXPECT_EQ(formats.rfind("json\t", 0), 0U) << formats;
  EXPECT_NE(formats.find("\njsonl\t"), std::string::npos) << formats;
}

// zsh's completion needs a terminal of its own: zpty drives one.
TEST_F(Completion, OffersCommandsInZsh) {
  if (shell("command -v zsh").second != 0) {
    GTEST_SKIP() << "zsh is not installed";
  }
  const std::string script = scratch_folder() / "complete.zsh";
  std::ofstream{script} << "zmodload zsh/zpty; zpty z zsh -f -i\n"
                           "zpty -w z \"PS1=; stty -echo; autoload -Uz compinit; compinit -u -D; source <(karkara "
                           "completion zsh); print READY\"\n"
                           "zpty -r -m z l '*READY*' || exit 1\n"
                           "zpty -n -w z $'karkara site show pe\\t'\n"
                           "zpty -r -m z line '*peta-djounga*' && print -r FOUND\n"
                           "zpty -d z\n";
  EXPECT_EQ(
      shell(path_with_program() + "HOME=" + scratch_folder().string() + " timeout 20 zsh -f " + script + " 2>&1").first,
      "FOUND\n");
}

}  // namespace
}  // namespace karkara::cli
