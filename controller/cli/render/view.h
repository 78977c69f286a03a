// What a command found, ready for every format: a value for machines, and sections of facts and tables for people.
// Refuses to know where it came from or where it goes. Made by the *_view.cc files, printed by render.cc.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "controller/cli/render/table.h"
#include "controller/cli/render/value.h"

namespace karkara::cli {

// Label and what it is, one a line; long text is wrapped.
using Facts = std::vector<std::pair<std::string, Cell>>;

// Lines as they are, each cleaned but neither wrapped nor cut: what another program reads back.
struct Lines {
  std::vector<std::string> lines;
  std::string nothing;  // said in place of none
};

struct Section {
  std::string title;  // empty: none
  std::variant<Facts, Table, Lines> body;
};

struct View {
  std::string kind;  // "SiteList": stable, beside apiVersion
  Value value;       // an object; its members stand beside apiVersion and kind
  std::string list;  // the member that is a list of things, for jsonl; empty: the whole is one thing
  std::string item;  // kind of one element of the list: "SiteSummary"
  std::vector<Section> sections;
};

}  // namespace karkara::cli
