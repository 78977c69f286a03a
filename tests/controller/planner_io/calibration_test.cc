// From measurements to a correction, to plans, links and rasters that say that they are corrected; and what links and
// plans tell of what is not certain.
#include <gmock/gmock.h>

#include <cmath>

#include "controller/planner/link/access_model.h"
#include "controller/planner/link/link_budget.h"
#include "controller/planner/measure/calibration_table.h"
#include "controller/planner_io/calibration_file.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/text_file.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/small_geotiff.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kConfigFolder = std::string{KARKARA_SOURCE_DIR} + "/configs";

std::string with(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

class CalibrationTest : public testing::Test {
 protected:
  // The whole way from the words on the command line.
  int run(std::vector<std::string> words) {
    std::vector<const char*> argv{"karkara-plan"};
    for (const std::string& word : words) {
      argv.push_back(word.c_str());
    }
    const PlanCommand command = parse_plan_options(static_cast<int>(argv.size()), argv.data());
    const auto* job = std::get_if<ChosenJob>(&command.what);
    EXPECT_NE(job, nullptr);
    return job == nullptr ? -1 : job->run({[] { return false; }, out_.file(), notes_.file()});
  }
  // What came since.
  std::string told(const Written& stream, std::size_t& before) const {
    std::string text = stream.text().substr(before);
    before += text.size();
    return text;
  }
  std::string flat_ground() const {
    const std::vector<std::vector<std::int16_t>> rows(60, std::vector<std::int16_t>(80, 300));
    return folder_.write("flat.tif", SmallGeotiff::bytes(rows, 13.8, 1.9, 0.01));
  }
  static std::string radio() { return kConfigFolder + "/radios/lte700.yaml"; }
  static RadioProfile lte() { return *read_radio(radio()); }

  // A drive test from mast A eastwards that hears 8 dB more than the model says of the median.
  std::string drive_test(double more) const {
    RadioProfile median = lte();
    median.time = median.location = Percent{50};
    const AccessModel model = *AccessModel::make(median, {Metres{30}}, GroundKind{});
    std::string text = "lat,lon,dbm,site\n";
    for (int i = 1; i <= 40; ++i) {
      const Place at{Degrees{13.5}, Degrees{2.1 + 0.002 * i}};
      const Place mast{Degrees{13.5}, Degrees{2.1}};
      const auto steps = static_cast<std::size_t>(std::ceil(distance(mast, at) / kProfileStep));
      const std::vector<double> plain(steps + 1, 300.0);
      const propagation::PathProfile path{plain, distance(mast, at) * (1.0 / static_cast<double>(steps))};
      const Db taken = *model.loss(path, 0, mast) + model.pattern(path, 0, Degrees{0});
      text += "13.5," + std::to_string(at.longitude.value()) + "," +
              std::to_string((eirp(median) - taken).value() + more + (i % 2 == 0 ? 0.5 : -0.5)) + ",A\n";
    }
    return folder_.write("drive.csv", text);
  }
  std::string calibrated() {
    EXPECT_EQ(
        run({"calibrate", drive_test(8), "--masts", folder_.write("masts.csv", "id,lat,lon,height\nA,13.5,2.1,30\n"),
             "--radio", radio(), "--terrain", flat_ground(), "-o", folder_ / "c.csv"}),
        kDone)
        << notes_.text();
    return folder_ / "c.csv";
  }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
};

TEST_F(CalibrationTest, ComparesWithTheMedianAndWritesWhatIsReadBack) {
  const std::string file = calibrated();
  EXPECT_THAT(out_.text(), HasSubstr("bias +8.0 dB"));
  EXPECT_THAT(out_.text(), HasSubstr("A, lte700: of its own +8.0 dB at 1 km"));
  RadioProfile radio = lte();
  ASSERT_TRUE(calibrate_with(file, radio).ok()) << calibrate_with(file, radio).error().text;
  ASSERT_TRUE(radio.measured);
  EXPECT_NEAR(radio.measured->correction.offset.value(), 8, 0.1);
  EXPECT_EQ(radio.measured->measurements, 40U);
  EXPECT_NEAR(radio.measured->correction.nearest.value(), 216, 2);
  EXPECT_NEAR(radio.measured->correction.farthest.value(), 8'650, 5);
  EXPECT_NEAR(radio.measured->rmse_uncorrected.value(), 8, 0.2);
  EXPECT_NEAR(radio.measured->rmse_unseen.value(), 0.5, 0.2);
  ASSERT_EQ(radio.measured->own.size(), 1U);
  EXPECT_EQ(radio.measured->own[0].site, "A");
  EXPECT_NEAR(radio.measured->own[0].place.longitude.value(), 2.1, 1e-6);
  RadioProfile untouched = lte();
  EXPECT_TRUE(calibrate_with("", untouched).ok());
  EXPECT_FALSE(untouched.measured);
}

TEST_F(CalibrationTest, IsRefusedWhereItIsOfAnotherRadioOrNone) {
  const std::string text = *read_text(calibrated());
  const auto refusal = [&](const std::string& changed, RadioProfile radio) {
    const Status read = calibrate_with(folder_.write("x.csv", changed), radio);
    EXPECT_FALSE(radio.measured) << changed;
    return read.ok() ? "" : read.error().text;
  };
  RadioProfile louder = lte();
  louder.power = louder.power + Db{3};
  EXPECT_THAT(refusal(text, louder), HasSubstr("was measured against another radio: itm at 773.0 MHz with 45.0 dBm"));
  RadioProfile other = lte();
  other.id = "lte900";
  EXPECT_THAT(refusal(text, other), HasSubstr("x.csv: has no measurements of the radio lte900"));
  RadioProfile by_p1812 = lte();
  by_p1812.model = LossModel::P1812;
  EXPECT_THAT(refusal(text, by_p1812), HasSubstr("another radio"));
  EXPECT_THAT(refusal("radio,correction\nlte700,offset\n", lte()), HasSubstr("is no calibration: it has no column"));
  const std::string row = text.substr(text.find('\n') + 1, text.find('\n', text.find('\n') + 1) - text.find('\n'));
  EXPECT_THAT(refusal(text + row, lte()), HasSubstr("is none of a calibration"));  // the radio twice
  EXPECT_THAT(refusal(with(text, "lte700,offset,8", "lte700,offset,800"), lte()), HasSubstr("row 2: offset_db_at_1km"));
  EXPECT_THAT(refusal(with(text, "lte700,offset,8", "lte700,offset,nan"), lte()), HasSubstr("row 2: offset_db_at_1km"));
  EXPECT_THAT(refusal(with(text, "lte700,offset,", "lte700,guess,"), lte()), HasSubstr("row 2: correction"));
  EXPECT_THAT(refusal(text + "lte700,offset\n", lte()), HasSubstr("x.csv"));  // a torn row
  RadioProfile radio = lte();
  EXPECT_FALSE(calibrate_with(folder_ / "none.csv", radio).ok());
}

TEST_F(CalibrationTest, TakesHeightAndAntennaOfTheSiteThatHeardWhereTheyAreKnown) {
  const std::string wifi = kConfigFolder + "/radios/wifi5.yaml";
  const std::string masts = folder_.write("fleet.csv",
                                          "id,name,latitude,longitude,height_m,operator,technology\n"
                                          "a,A,13.5,2.1,30,karkara,gateway\nb,B,13.5,2.4,40,karkara,mesh\n"
                                          "c,C,13.5,2.41,,karkara,mesh\n");
  const auto predicted = [&](const std::string& heard_by, std::vector<std::string> more) {
    const std::string links = folder_.write(
        "links.csv", "latitude,longitude,dbm,site,frequency_mhz,heard_by,age_s\n13.5,2.4,-60,a,," + heard_by + ",5\n");
    std::vector<std::string> words{"calibrate", links,       "--masts",     masts,         "--radio",
                                   wifi,        "--terrain", flat_ground(), "--residuals", folder_ / "r.csv"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(run(words), kDone) << notes_.text();
    const std::string row = *read_text(folder_ / "r.csv");
    const std::string fields = row.substr(row.find("-60.0,") + 6);
    return std::stod(fields);
  };
  const RadioProfile radio = *read_radio(wifi);
  const double by_hand = predicted("", {"--receiver-height", "40m", "--receiver-gain",
                                        std::to_string((radio.antenna.gain - radio.feeder_loss).value())});
  EXPECT_NEAR(predicted("b", {}), by_hand, 0.11);
  EXPECT_THAT(notes_.text(), HasSubstr("1 medians were heard on masts of known height, 0 at 1.5 m"));
  EXPECT_NEAR(predicted("b", {"--receiver-gain", "0"}), by_hand - (radio.antenna.gain - radio.feeder_loss).value(),
              0.11);
  EXPECT_NEAR(predicted("c", {"--receiver-gain", "0"}), predicted("", {}), 1e-9);  // nobody knows its height: 1.5 m
  EXPECT_GT(predicted("b", {"--receiver-gain", "0"}), predicted("", {}) + 3);      // 32 km: 40 m see farther
}

TEST_F(CalibrationTest, LinksAndRastersSayThatTheyAreCorrected) {
  const std::string file = calibrated();
  const std::vector<std::string> link{"link", "13.5,2.1", "13.5,2.15", "--terrain", flat_ground(), "--access", radio()};
  std::size_t at = out_.text().size();
  ASSERT_EQ(run(link), kDone) << notes_.text();
  const std::string plain = told(out_, at);
  std::vector<std::string> words = link;
  words.insert(words.end(), {"--calibration", file});
  ASSERT_EQ(run(words), kDone) << notes_.text();
  const std::string corrected = told(out_, at);
  EXPECT_THAT(plain, Not(HasSubstr("measurements")));
  EXPECT_THAT(corrected, HasSubstr("dB without the correction by measurements: +8.0 dB at 1 km"));
  const auto loss = [](const std::string& text) { return std::stod(text.substr(text.find("loss ") + 5)); };
  EXPECT_NEAR(loss(plain) - loss(corrected), 8, 0.15);
  ASSERT_TRUE(write_plan(sample_plan(), folder_ / "plan.txt").ok());
  const std::vector<std::string> raster{"raster",    folder_ / "plan.txt",
                                        "--radio",   radio(),
                                        "--terrain", flat_ground(),
                                        "--bounds",  "13.4",
                                        "2.0",       "13.6",
                                        "2.2",       "--step",
                                        "0.02",      "-o"};
  words = raster;
  words.push_back(folder_ / "plain.tif");
  ASSERT_EQ(run(words), kDone) << notes_.text();
  EXPECT_THAT(told(out_, at), Not(HasSubstr("measurements")));
  words = raster;
  words.insert(words.end(), {folder_ / "corrected.tif", "--calibration", file});
  ASSERT_EQ(run(words), kDone) << notes_.text();
  EXPECT_THAT(told(out_, at), HasSubstr("lte700: corrected by measurements: +8.0 dB at 1 km"));
  const auto value = [](const std::string& path) {
    const GdalQuiet quiet;
    const auto dataset = open_raster(path);
    std::vector<double> values;
    EXPECT_TRUE(read_rows(dataset->get(), path, [&](std::uint32_t, const double* row) -> Status {
                  values.insert(values.end(), row, row + 10);
                  return {};
                }).ok());
    return values.at(4 * 10 + 9);
  };
  EXPECT_NEAR(value(folder_ / "corrected.tif") - value(folder_ / "plain.tif"), 8, 0.1);
  EXPECT_THAT(*read_text(folder_ / "corrected.tif"), HasSubstr("corrected by measurements: +8.0 dB"));
  words.back() = folder_.write("other.csv", "a,b\n1,2\n");
  EXPECT_EQ(run(words), kFailed);
}

TEST_F(CalibrationTest, PlansSayThatTheyAreCorrected) {
  const std::string villages =
      folder_.write("v.csv", "id,name,lat,lon,population\n1,Gona,13.50,2.10,900\n2,East,13.50,2.16,300\n");
  const std::vector<std::string> words{"run",
                                       "--settlements",
                                       villages,
                                       "--terrain",
                                       flat_ground(),
                                       "--access",
                                       radio(),
                                       "--costs",
                                       kConfigFolder + "/costs/bench.yaml",
                                       "--no-relays",
                                       "-o"};
  std::vector<std::string> plain = words;
  plain.push_back(folder_ / "plain.txt");
  ASSERT_EQ(run(plain), kDone) << notes_.text();
  std::vector<std::string> corrected = words;
  corrected.insert(corrected.end(), {folder_ / "corrected.txt", "--calibration", calibrated()});
  ASSERT_EQ(run(corrected), kDone) << notes_.text();
  const Plan before = *read_plan(folder_ / "plain.txt");
  const Plan after = *read_plan(folder_ / "corrected.txt");
  EXPECT_NE(before.input_hash, after.input_hash);
  EXPECT_THAT(after.marks, testing::Contains(HasSubstr("lte700 (+8.0 dB (1 km)")));
  EXPECT_THAT(before.marks, Not(testing::Contains(HasSubstr("measurements"))));
  ASSERT_EQ(run({"explain", folder_ / "corrected.txt", "2"}), kDone);
  EXPECT_EQ(before.antennas.size(), 4U);
}

TEST_F(CalibrationTest, LinksTellWhatEachDoubtDoes) {
  ASSERT_EQ(run({"link", "13.5,2.1", "13.5,2.3", "--terrain", flat_ground(), "--access", radio(), "--backhaul",
                 kConfigFolder + "/radios/hop11.yaml", "--masts", "60", "60"}),
            kDone)
      << notes_.text();
  EXPECT_THAT(out_.text(), testing::ContainsRegex("  loss between [0-9.]+ and [0-9.]+ dB: terrain sampling [0-9.]+ to "
                                                  "[0-9.]+, heights [0-9.]+ to [0-9.]+, refraction [0-9.]+ to [0-9.]+, "
                                                  "climate [0-9.]+ to [0-9.]+"));
  EXPECT_THAT(out_.text(), testing::ContainsRegex("  (in|out of) sight at k = 4/3: tightest [0-9.]+ m"));
  EXPECT_THAT(out_.text(), testing::ContainsRegex("  diffraction between [0-9.]+ and [0-9.]+ dB: terrain sampling"));
  EXPECT_THAT(out_.text(),
              testing::ContainsRegex("  between [0-9.]+ and [0-9.]+ % of the year: geoclimatic factor "
                                     "[0-9.]+ to [0-9.]+, refractivity gradient [0-9.]+ to [0-9.]+, rain"));
  EXPECT_THAT(out_.text(), HasSubstr("m would serve"));
}

TEST_F(CalibrationTest, RastersShowHowManyMastsAreSeen) {
  ASSERT_TRUE(write_plan(sample_plan(), folder_ / "plan.txt").ok());
  ASSERT_EQ(run({"raster", folder_ / "plan.txt", "--radio", radio(), "--terrain", flat_ground(), "--what", "sight",
                 "-o", folder_ / "sight.tif", "--bounds", "13.4", "2.0", "13.6", "2.2", "--step", "0.02"}),
            kDone)
      << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("10 by 10 cells: "));
  EXPECT_THAT(out_.text(), HasSubstr("in sight of a mast"));
}

TEST(RadioFile, TakesItsClearanceAndRainFromItsOwnTables) {
  const std::string text = *read_text(kConfigFolder + "/radios/hop18.yaml");
  const RadioProfile shipped = *parse_radio("h.yaml", text);
  EXPECT_EQ(shipped.clearance.low_k, 0.6);
  EXPECT_TRUE(shipped.climate.rain_by_latitude.empty());
  const auto ruled = parse_radio("h.yaml", text +
                                               "clearance:\n  climate: temperate\n  obstacle: isolated\n"
                                               "  low_k: {is: 0.7, source: \"figure 2 at 30 km\"}\n");
  ASSERT_TRUE(ruled.ok()) << ruled.error().text;
  EXPECT_EQ(ruled->clearance.climate, propagation::p530::ClearanceClimate::Temperate);
  EXPECT_EQ(ruled->clearance.obstacle, propagation::p530::Obstacle::Isolated);
  EXPECT_EQ(ruled->clearance.low_k, 0.7);
  EXPECT_EQ(ruled->clearance.median_k, 4.0 / 3);
  EXPECT_EQ(ruled->origins.size(), shipped.origins.size() + 1);
  EXPECT_THAT(parse_radio("h.yaml", text + "clearance:\n  climate: arctic\n").error().text,
              HasSubstr("clearance.climate: must be tropical or temperate"));
  EXPECT_THAT(parse_radio("h.yaml", text + "clearance:\n  low_k: {is: 2, assumed: \"x\"}\n").error().text,
              HasSubstr("low_k: must not be over median_k"));
  const std::string rain = text.substr(text.find("  rain: "));
  const std::string table =
      "  rain_by_latitude:\n    - {latitude: 12deg, rain: {is: 75mm/h, assumed: \"a\"}}\n"
      "    - latitude: 16deg\n      months: {source: \"a gauge\", steps: [[22C, 0mm], [25C, 0mm], [29C, 0mm], [33C, "
      "2mm],"
      " [34C, 10mm], [33C, 40mm], [30C, 110mm], [28C, 150mm], [30C, 60mm], [31C, 8mm], [27C, 0mm], [23C, 0mm]]}\n";
  const auto wet = parse_radio("h.yaml", with(text, rain, table));
  ASSERT_TRUE(wet.ok()) << wet.error().text;
  ASSERT_EQ(wet->climate.rain_by_latitude.size(), 2U);
  EXPECT_EQ(wet->climate.rain_at(Degrees{11}), 75);
  EXPECT_GT(wet->climate.rain_at(Degrees{16}), 20);
  EXPECT_LT(wet->climate.rain_at(Degrees{16}), 110);
  const auto refused = [&](const std::string& changed) {
    const auto read = parse_radio("h.yaml", with(text, rain, changed));
    return read.ok() ? "" : read.error().text;
  };
  EXPECT_THAT(refused(with(table, "16deg", "11deg")), HasSubstr("must be north of the row before"));
  EXPECT_THAT(refused(with(table, "[22C, 0mm], ", "")), HasSubstr("must be 12 pairs"));
  EXPECT_THAT(refused(with(table, "110mm", "-1mm")), HasSubstr("months: is -1mm"));
  EXPECT_THAT(refused(table + rain), HasSubstr("rain: is not known here"));
  EXPECT_THAT(refused("  rain_by_latitude: []\n"), HasSubstr("must have 1 to 100 rows"));
}

TEST(PlanFile, KeepsAntennasAndHowCertainMarginsAre) {
  Plan plan = sample_plan();
  plan.antennas = {Metres{15}, Metres{30.5}};
  plan.settlements[0].margin_band = {Db{-1.5}, Db{18}};
  const std::string text = to_text(plan);
  EXPECT_TRUE(*parse_plan(text) == plan);
  for (const auto& [what, by] : {std::pair{"margin-band\t0\t-1.5", "margin-band\t99\t-1.5"},
                                 {"margin-band\t0\t-1.5", "margin-band\t4\t-1.5"},  // of one that nobody serves
                                 {"margin-band\t0\t-1.5", "margin-band\t0\t19"},
                                 {"margin-band\t0\t-1.5", "margin-band\t0\tnan"},
                                 {"antenna\t30.5", "antenna\t15"},
                                 {"antenna\t30.5", "antenna\t-1"}}) {
    EXPECT_FALSE(parse_plan(with(text, what, by)).ok()) << what << by;
  }
}

}  // namespace
}  // namespace karkara::planner
