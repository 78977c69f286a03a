// A planner's folder and a karkara-plan of the test's own, which writes a small plan and can be made to hang, to fail
// or to find nothing.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "controller/planner_io/plan_file.h"
#include "tests/controller/planner_io/sample_plan.h"

namespace karkara {

inline constexpr const char* kFakePlanner = R"SCRIPT(#!/bin/sh
here=$(dirname "$0")
for word; do
  case $word in
    --output=*) out=${word#*=} ;;
    --progress=*) progress=${word#*=} ;;
    --table=*) table=${word#*=} ;;
  esac
done
echo "$@" >> "$here/calls"
tell() {
  { printf 'karkara-plan progress 1\nstage\tsites and backhaul\npieces\t3\t24\n'; printf "$1"; printf 'end\n'; } > "$progress.new"
  mv "$progress.new" "$progress"
}
case $1 in
  run)
    [ -e "$here/fail" ] && { echo "prices.yaml: line 3: no price" >&2; exit 1; }
    [ -e "$here/nothing" ] || cp "$here/sample.txt" "$out"
    tell 'left\t17\nbest\t5\t6000\t6300\t123\t0.05\n'
    trap 'tell "ended\t3\n"; exit 3' TERM
    while [ -e "$here/hang" ]; do sleep 0.02; done
    tell 'ended\t0\n'
    ;;
  phase) cp "$here/sample.txt" "$out" ;;
  export) cp "$here/$table.csv" "$out" ;;
esac
)SCRIPT";

// In `folder`: planner/ (what plans rest on) and bin/karkara-plan.
inline void write_plan_files(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "planner/terrain");
  std::filesystem::create_directories(folder / "planner/backhaul");
  std::filesystem::create_directories(folder / "bin");
  for (const char* name : {"settlements.csv", "access.yaml", "costs.yaml", "backhaul/hop58.yaml"}) {
    std::ofstream{folder / "planner" / name} << "x\n";
  }
  const planner::Plan plan = planner::sample_plan();
  std::ofstream{folder / "bin/sample.txt"} << planner::to_text(plan);
  std::ofstream sites{folder / "bin/sites.csv"};
  sites << "id,region,department,commune\n";
  for (const planner::PlanSite& site : plan.sites) {
    sites << site.id << ",Tillabéri,Kollo,Youri\n";
  }
  std::ofstream settlements{folder / "bin/settlements.csv"};
  settlements << "id,region,department,commune\n";
  for (const planner::PlanSettlement& row : plan.settlements) {
    settlements << row.id << (row.id == "4" ? ",Tahoua,Abalak,Abalak\n" : ",Tillabéri,Kollo,Youri\n");
  }
  std::ofstream{folder / "bin/karkara-plan"} << kFakePlanner;
  ::chmod((folder / "bin/karkara-plan").c_str(), 0700);
}

}  // namespace karkara
