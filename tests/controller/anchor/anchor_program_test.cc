// karkara-anchor as a whole: what it prints and how it ends.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AnchorProgramTest : public testing::Test {
 protected:
  AnchorProgramTest() {
    std::string pattern = testing::TempDir() + "karkara-anchor-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~AnchorProgramTest() override { std::filesystem::remove_all(folder_); }

  // Runs a shell line in which $A is the program; both its outputs are in text_.
  int run(const std::string& line) {
    const std::string script =
        "A=" KARKARA_BINARY_DIR "/bin/karkara-anchor; cd " + folder_ + "; { " + line + "; } 2>&1";
    std::FILE* const pipe = popen(script.c_str(), "r");
    text_.clear();
    std::array<char, 4096> chunk;
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
      text_.append(chunk.data(), size);
    }
    return WEXITSTATUS(pclose(pipe));
  }
  void write(const std::string& name, const std::string& text) { std::ofstream{folder_ + "/" + name} << text; }

  std::string folder_;
  std::string text_;
};

TEST_F(AnchorProgramTest, MakesAKeyOnceAndChecksAConfiguration) {
  EXPECT_EQ(run("$A --make-key master.key"), 0) << text_;
  EXPECT_EQ(run("$A --make-key master.key"), 1);
  EXPECT_EQ(text_, "karkara-anchor: key file master.key: File exists\n");
  write("anchor.yaml", "master_key_file: " + folder_ + "/master.key\n");
  EXPECT_EQ(run("$A --check-config anchor.yaml"), 0);
  EXPECT_EQ(text_, "anchor.yaml: good\n");
}

TEST_F(AnchorProgramTest, EndsWithTwoForABadConfigurationOrCommandLine) {
  write("bad.yaml", "listen: localhost:7445\nmaster_key_file: /k\n");
  EXPECT_EQ(run("$A --config bad.yaml"), 2);
  EXPECT_THAT(text_, HasSubstr("localhost:7445"));
  write("unknown.yaml", "master_key_file: /k\nechos: 3\n");
  EXPECT_EQ(run("$A --check-config unknown.yaml"), 2);
  EXPECT_THAT(text_, StartsWith("unknown.yaml:2:1: echos: "));
  EXPECT_EQ(run("$A --config none.yaml"), 2);
  EXPECT_EQ(run("$A --listen 1"), 2);
  EXPECT_THAT(text_, HasSubstr("Try 'karkara-anchor --help'."));
}

TEST_F(AnchorProgramTest, ServesSignedContentOnlyWhereItIsToldTo) {
  EXPECT_EQ(run("$A --make-key master.key"), 0) << text_;
  const std::string settings = "listen: 127.0.0.1:47446\nmaster_key_file: " + folder_ + "/master.key\n";
  write("bad.yaml", settings + "content_listen: localhost:80\n");
  EXPECT_EQ(run("$A --config bad.yaml"), 2);
  EXPECT_THAT(text_, HasSubstr("content_listen: a numeric ADDRESS:PORT is needed, not 'localhost:80'"));
  write("anchor.yaml", settings + "content_listen: 127.0.0.1:47447\n");
  const std::string request = "GET /karkara/truth/00000007/1/0123456789abcdef HTTP/1.0\\r\\n\\r\\n";
  EXPECT_EQ(run("mkfifo p; $A --config anchor.yaml 2>p & first=$!; exec 3<p; read started <&3; echo \"$started\"; "
                "printf '" +
                request + "' | busybox nc -w 3 127.0.0.1 47447; kill $first; cat <&3; wait $first"),
            0);
  EXPECT_THAT(text_, HasSubstr("content_listen=127.0.0.1:47447"));
  EXPECT_THAT(text_, HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_THAT(text_, HasSubstr("karkara-truth-v1 0123456789abcdef "));
  EXPECT_THAT(text_, HasSubstr("content=1 content_refused=0"));
}

TEST_F(AnchorProgramTest, EndsWithOneLineAndOneWhenItCannotRunHere) {
  write("anchor.yaml", "listen: 127.0.0.1:47445\nmaster_key_file: " + folder_ + "/master.key\n");
  EXPECT_EQ(run("$A --config anchor.yaml"), 1);
  EXPECT_EQ(text_, "karkara-anchor: key file " + folder_ + "/master.key: No such file or directory\n");
  EXPECT_EQ(run("$A --make-key master.key"), 0);
  // The first holds the port until the second has tried; the pipe tells when it listens.
  EXPECT_EQ(run("mkfifo p; $A --config anchor.yaml 2>p & first=$!; read started <p; echo \"$started\"; "
                "$A --config anchor.yaml; second=$?; kill $first; wait $first; echo \"ended $?\"; exit $second"),
            1);
  EXPECT_THAT(text_, HasSubstr("id=ANCHOR_STARTED"));
  EXPECT_THAT(text_, HasSubstr("karkara-anchor: cannot listen on UDP 127.0.0.1:47445: Address already in use\n"));
  EXPECT_THAT(text_, HasSubstr("ended 0\n"));
}

}  // namespace
}  // namespace karkara
