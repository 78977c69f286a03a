#include "common/host/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "common/host/text_checks.h"
#include "common/host/yaml_precheck.h"

namespace karkara {
namespace {

constexpr std::size_t kDeepest = 16;        // our schemas have four
constexpr std::size_t kMostNodes = 20'000;  // a few MB of memory on a router; a large site has 200

// Thrown through yaml-cpp to end its walk; the problem was told before.
struct StopReading {};

ConfigPlace place_of_mark(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

// Builds the tree from yaml-cpp's events: its own nodes would expand aliases and drop duplicate keys.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view file, YamlTree& tree) : file_{file}, tree_{tree} {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override;
  void OnSequenceEnd() override { path_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override;
  void OnMapEnd() override { path_.pop_back(); }

 private:
  // A collection that is being read; in a map, the key whose value comes next.
  struct Level {
    YamlNode* node;
    bool has_key = false;
    std::string key{};
    ConfigPlace key_at{};
  };

  void refuse(ConfigPlace at, std::string what) { tree_.problems.push_back({file_, at, "", std::move(what)}); }
  [[noreturn]] void stop(ConfigPlace at, std::string what);
  [[nodiscard]] bool at_key() const;
  // "?" is a plain value, "!" a quoted one; anything else was written by the author.
  void check_properties(ConfigPlace at, const std::string& tag, YAML::anchor_t anchor);
  void leaf(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind,
            const std::string& text);
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind);
  YamlNode& add(ConfigPlace at, YamlNode::Kind kind);

  std::string file_;
  YamlTree& tree_;
  std::vector<Level> path_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ > 1) {
    stop(place_of_mark(mark), "a second document begins here: a configuration is one document");
  }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  leaf(mark, "", anchor, YamlNode::Kind::Null, "");
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  refuse(place_of_mark(mark), "an alias (*name) is not allowed: write the value out");
  leaf(mark, "", 0, YamlNode::Kind::Refused, "");
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  leaf(mark, tag, anchor, YamlNode::Kind::Scalar, value);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
  open(mark, tag, anchor, YamlNode::Kind::List);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  open(mark, tag, anchor, YamlNode::Kind::Map);
}

void TreeBuilder::stop(ConfigPlace at, std::string what) {
  refuse(at, std::move(what));
  throw StopReading{};
}

bool TreeBuilder::at_key() const {
  return !path_.empty() && path_.back().node->kind == YamlNode::Kind::Map && !path_.back().has_key;
}

void TreeBuilder::check_properties(ConfigPlace at, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor != 0) {
    refuse(at, "an anchor (&name) is not allowed: write the value out where it is needed");
  }
  if (!tag.empty() && tag != "?" && tag != "!") {
    refuse(at, "a tag (" + in_quotes(tag) + ") is not allowed: the schema knows the type");
  }
}

void TreeBuilder::leaf(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind,
                       const std::string& text) {
  const ConfigPlace at = place_of_mark(mark);
  check_properties(at, tag, anchor);
  if (!at_key()) {
    YamlNode& node = add(at, kind);
    node.text = text;
    return;
  }
  if (kind != YamlNode::Kind::Scalar) {
    stop(at, "a key is missing before ':'");
  }
  path_.back().has_key = true;
  path_.back().key = text;
  path_.back().key_at = at;
}

void TreeBuilder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
  const ConfigPlace at = place_of_mark(mark);
  check_properties(at, tag, anchor);
  if (at_key()) {
    stop(at, "a key must be a word");
  }
  if (path_.size() >= kDeepest) {
    stop(at, "is nested more than " + std::to_string(kDeepest) + " levels deep");
  }
  path_.push_back({&add(at, kind)});
}

YamlNode& TreeBuilder::add(ConfigPlace at, YamlNode::Kind kind) {
  if (++nodes_ > kMostNodes) {
    stop(at, "has more than " + std::to_string(kMostNodes) + " values");
  }
  YamlNode* node = &tree_.root;
  if (!path_.empty()) {
    // The pointers in path_ stay good: only the innermost collection grows.
    Level& level = path_.back();
    node = &level.node->children.emplace_back();
    node->key = std::move(level.key);
    node->key_at = level.key_at;
    level.has_key = false;
  }
  node->kind = kind;
  node->at = at;
  return *node;
}

// yaml-cpp's words are short and about grammar; the usual cause is another one.
std::string explain(const std::string& words) {
  return "is not valid YAML: " + words + " (look for wrong indentation, or a text with ':' or '#' that needs quotes)";
}

bool parse(std::string_view file_name, std::string_view text, YamlTree& tree) {
  // yaml-cpp 0.7 takes a quoted text that is never closed when the file ends behind a line feed: a torn file would be
  // read as a whole one. A comment as the last line makes it look further and find the end.
  std::string closed{text};
  closed += text.ends_with('\n') ? "#" : "\n#";
  std::istringstream in{closed};
  TreeBuilder builder{file_name, tree};
  try {
    YAML::Parser parser{in};
    while (parser.HandleNextDocument(builder)) {
    }
    return true;
  } catch (const StopReading&) {
    return false;
  } catch (const YAML::Exception& error) {
    const ConfigPlace at = error.mark.is_null() ? ConfigPlace{} : place_of_mark(error.mark);
    tree.problems.push_back({std::string{file_name}, at, "", explain(error.msg)});
  } catch (const std::exception& error) {
    tree.problems.push_back({std::string{file_name}, {}, "", explain(error.what())});
  }
  return false;
}

}  // namespace

ConfigPlace YamlNode::place() const {
  switch (kind) {
    case Kind::Scalar:
    case Kind::Refused: return at;
    case Kind::Null:
    case Kind::Map:
    case Kind::List: break;
  }
  return key_at.line > 0 ? key_at : at;
}

YamlTree read_yaml(std::string_view file_name, std::string_view text) {
  YamlTree tree;
  tree.problems = precheck_yaml(file_name, text);
  const bool parsed = tree.problems.empty() && parse(file_name, text, tree);
  if (!parsed) {
    tree.root = {};
    tree.root.kind = YamlNode::Kind::Refused;
    return tree;
  }
  if (tree.root.kind == YamlNode::Kind::Null) {
    tree.problems.push_back({std::string{file_name}, {}, "", "is empty"});
    tree.root.kind = YamlNode::Kind::Refused;
  }
  return tree;
}

}  // namespace karkara
