#include "tests/controller/cli/test_certificates.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/controller/cli/golden.h"

namespace karkara::cli {
namespace {

struct Scratch {
  std::filesystem::path path;
  Scratch() {
    std::string pattern = std::filesystem::temp_directory_path() / "karkara-cli-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no scratch folder");
    }
    path = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

void openssl(const std::string& arguments) {
  const std::string folder = scratch_folder();
  const std::string command = "cd '" + folder + "' && openssl " + arguments + " >openssl.log 2>&1";
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("openssl " + arguments + ": " + read_file(scratch_folder() / "openssl.log"));
  }
}

std::string make_root(const std::string& name) {
  openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=" + name + "' -keyout " +
          name + ".key -out " + name + ".crt");
  return read_file(scratch_folder() / (name + ".crt"));
}

KeyPair make_leaf(const std::string& root, const std::string& name, const std::string& alternative_name) {
  openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=" + name + "' -keyout " + name +
          ".key -out " + name + ".csr");
  std::ofstream{scratch_folder() / (name + ".ext")} << "subjectAltName=" << alternative_name << "\n";
  openssl("x509 -req -in " + name + ".csr -CA " + root + ".crt -CAkey " + root +
          ".key -CAcreateserial -days 30 -extfile " + name + ".ext -out " + name + ".crt");
  return {read_file(scratch_folder() / (name + ".crt")), read_file(scratch_folder() / (name + ".key"))};
}

TestCertificates make_all() {
  TestCertificates all;
  all.root = make_root("root");
  all.controller = make_leaf("root", "controller", "IP:127.0.0.1");
  all.other_host = make_leaf("root", "other", "DNS:controller.elsewhere.ne");
  all.operator_of_ours = make_leaf("root", "aissa", "URI:spiffe://karkara.ne/operator/aissa");
  all.strange_root = make_root("stranger");
  all.operator_of_a_stranger = make_leaf("stranger", "mallory", "URI:spiffe://karkara.ne/operator/aissa");
  return all;
}

}  // namespace

const std::filesystem::path& scratch_folder() {
  static const Scratch scratch;
  return scratch.path;
}

const TestCertificates& test_certificates() {
  static const TestCertificates all = make_all();
  return all;
}

v1::OperatorContext context_for(const std::string& endpoint) {
  v1::OperatorContext context;
  context.set_name("aissa");
  context.set_controller(endpoint);
  context.set_ca_certificate(test_certificates().root);
  context.set_certificate(test_certificates().operator_of_ours.certificate);
  context.set_private_key(test_certificates().operator_of_ours.key);
  return context;
}

}  // namespace karkara::cli
